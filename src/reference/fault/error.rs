//! Every documented error, answered otherwise or not at all.
//!
//! In: the error rows of a document. Out: a fault for each row and way. Never: one about a refusal that is not printed.

mod change;

use self::change::Change;
use super::breach::{Distort, ErrorBreach, Sibling, put};
use super::{Breach, Fault, Lapse};
use crate::reference::answer::Answer;
use crate::reference::ask::Language;
use crate::reference::document::{Document, ErrorRow};

pub(super) fn faults(document: &'static Document) -> Vec<Fault> {
    let mut all: Vec<_> = document.errors.iter().flat_map(|row| of_row(document, row)).collect();
    if document.errors.iter().any(|row| row.zh.is_some()) {
        all.extend(unasked(document));
    }
    all
}

/// The messages of a table in two languages, where neither is asked for.
fn unasked(document: &'static Document) -> Vec<Fault> {
    let rows: [(&str, &str, Distort); 4] = [
        ("third-language", "speaks a third language", |answer| message(answer, "une erreur est survenue")),
        ("message-key", "answers with the key of a message", |answer| message(answer, "error.client.blank")),
        ("message-empty", "has an empty message", |answer| message(answer, "")),
        ("status-500", "fails with HTTP 500", |answer| answer.status = 500),
    ];
    let fault = |(id, does, distort): (&str, &str, Distort)| {
        Fault::new(
            document.clause(&format!("rule/language-unset/{id}")),
            vec![document.clause("rule/language-unset")],
            format!("a refusal without `X-L` {does}"),
            Breach::Unasked { document, distort },
        )
    };
    rows.into_iter().map(fault).collect()
}

fn message(answer: &mut Answer, text: &str) {
    put(answer, "error_msg", Some(text.into()));
}

fn of_row(document: &'static Document, row: &'static ErrorRow) -> Vec<Fault> {
    let spoken = |change: &&Change| change.language != Some(Language::Zh) || row.zh.is_some();
    let changes = change::all().filter(spoken);
    let mut all: Vec<_> = changes.map(|change| changed(document, row, change)).collect();
    all.extend(lapses(document, row));
    all
}

fn changed(document: &'static Document, row: &'static ErrorRow, change: &Change) -> Fault {
    let breach = ErrorBreach {
        document,
        code: row.code,
        language: change.language,
        sibling: sibling(document, row),
        distort: change.distort,
    };
    Fault::new(
        document.clause(&format!("error/{}/{}", row.code, change.id)),
        clauses(document, row, change.language),
        format!("`{}` {}", row.code, change.does),
        Breach::Error(breach),
    )
}

/// The clauses of a row: one a printed language.
fn clauses(document: &Document, row: &ErrorRow, only: Option<Language>) -> Vec<String> {
    let clause = |language: &str| document.clause(&format!("error/{}/{language}", row.code));
    match (only, row.zh) {
        (Some(Language::Zh), _) => vec![clause("zh")],
        (Some(Language::En), _) | (None, None) => vec![clause("en")],
        (None, Some(_)) => vec![clause("en"), clause("zh")],
    }
}

/// The next row of the table, where taking one for the other is a plain mistake.
fn sibling(document: &Document, row: &ErrorRow) -> Sibling {
    let at = document.errors.iter().position(|other| other.code == row.code).unwrap_or(0);
    let next = document.errors.get(at + 1).or_else(|| at.checked_sub(1).and_then(|at| document.errors.get(at)));
    match next {
        Some(next) => Sibling { code: next.code, en: next.en, zh: next.zh.unwrap_or(next.en) },
        None => Sibling {
            code: "SDK.COMMON.1002",
            en: "Parameter X-agent cannot be left blank.",
            zh: "参数X-agent不能为空。",
        },
    }
}

/// The rule behind the row is not enforced.
fn lapses(document: &'static Document, row: &'static ErrorRow) -> Vec<Fault> {
    let fault = |id: &str, codes: &[&str], does: &str, lapse: Lapse| {
        let rows = codes.iter().filter_map(|code| document.row(code));
        Fault::new(
            document.clause(&format!("error/{}/{id}", row.code)),
            rows.flat_map(|row| clauses(document, row, None)).collect(),
            format!("`{}` is not raised: {does}", row.code),
            Breach::Lapse { document, lapse },
        )
    };
    let whole = |does: &str, lapse: Lapse| vec![fault("not-enforced", &[row.code], does, lapse)];
    match row.code {
        "IDAAS.SDK.PARAM.0003" => whole("an unknown client id is accepted", Lapse::UnknownClient),
        "IDAAS.SDK.CAPTCHA.0005" => whole("an unknown scene is accepted", Lapse::AnyScene),
        "IDAAS.SDK.CAPTCHA.0006" => whole("a message that did not go out is reported as sent", Lapse::Undeliverable),
        "IDAAS.SDK.CAPTCHA.0004" => whole("an altered token is accepted", Lapse::AlteredToken),
        "IDAAS.SDK.CAPTCHA.0003" => vec![
            fault("not-enforced", &[row.code], "used and invented tokens are accepted", Lapse::InvalidToken),
            fault("used-accepted", &[row.code], "a used token is accepted", Lapse::UsedToken),
            Fault::new(
                document.clause("rule/captcha-genuine/invented-accepted"),
                vec![document.clause("rule/captcha-genuine")],
                "a token that was never issued is accepted",
                Breach::Lapse { document, lapse: Lapse::InventedToken },
            ),
        ],
        _ => required(document, row).into_iter().map(|(id, does, lapse)| fault(id, &[row.code], does, lapse)).collect(),
    }
}

/// The three ways of not asking for required fields.
fn required(document: &Document, row: &ErrorRow) -> [(&'static str, &'static str, Lapse); 3] {
    let names = match row.code {
        "IDAAS.SDK.PARAM.0001" => {
            vec!["X-operating-sys-version", "X-device-fingerprint", "X-agent"]
        }
        "IDAAS.SDK.USER.0004" => vec![document.recipient()],
        "IDAAS.SDK.PARAM.0007" => vec!["type"],
        "IDAAS.SDK.PARAM.0008" => vec!["captcha_token"],
        _ => vec!["X-client-id"],
    };
    let lapse = |missing, blank| Lapse::Required { names: names.clone(), missing, blank };
    [
        ("not-enforced", "what is missing or blank is accepted", lapse(true, true)),
        ("blank-accepted", "what is blank is accepted, though what is missing is refused", lapse(false, true)),
        ("missing-accepted", "what is missing is accepted, though what is blank is refused", lapse(true, false)),
    ]
}
