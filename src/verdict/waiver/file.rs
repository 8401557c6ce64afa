//! A waiver file into waivers.
//!
//! In: the text of a waiver file. Out: its waivers, or every complaint at once. Never: takes a waiver that nobody answers
//! for, or one without an end.

use std::path::Path;

use jiff::civil::Date;

use super::{Excuse, Scope, Waiver, Waivers};
use crate::diagnostic::{Collector, Complaints, SourceFile, line_and_column};
use crate::outcome::ReasonCode;
use crate::source_files;
use crate::toml_file::{self, Reader, Spanned, Value};

/// What may be waived of what is blocked: nobody accepts an interruption.
const REASONS: [(&str, ReasonCode); 8] = [
    ("delivery-not-allowed", ReasonCode::DeliveryNotAllowed),
    ("needs-recipient", ReasonCode::NeedsRecipient),
    ("needs-account", ReasonCode::NeedsAccount),
    ("needs-captcha", ReasonCode::NeedsCaptcha),
    ("needs-code", ReasonCode::NeedsCode),
    ("budget-spent", ReasonCode::BudgetSpent),
    ("rate-limited", ReasonCode::RateLimited),
    ("control-failed", ReasonCode::ControlFailed),
];

/// Reads a waiver file.
///
/// # Errors
/// All complaints about the file at once; one without a place when it cannot be read.
pub fn load(path: &Path) -> Result<Waivers, Complaints> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(text, path),
        Err(error) => Err(source_files::unreadable(path, &error).into()),
    }
}

/// The same from a text.
///
/// # Errors
/// All complaints about the text at once.
pub fn parse(text: impl Into<String>, path: &Path) -> Result<Waivers, Complaints> {
    let source = SourceFile { path: path.to_owned(), text: text.into() };
    let collector = Collector::new(&source);
    let waivers = toml_file::parse(&collector).map(|table| {
        let mut file = Reader::of_file(&table, &collector);
        let list = file.tables("waiver").into_iter().filter_map(waiver).collect();
        file.finish();
        Waivers { list }
    });
    let complaints = collector.finish();
    match waivers {
        Some(waivers) => complaints.or(waivers),
        None => Err(complaints),
    }
}

fn waiver(mut table: Reader<'_>) -> Option<Waiver> {
    let source = table.collector().source();
    let (place, _) = line_and_column(&source.text, table.span().start);
    let scope = scope(&mut table);
    let excuse = excuse(&mut table);
    let why = table.required_text("why");
    let owner = table.required_text("owner");
    let link = table.has("link").then(|| table.required_text("link")).flatten();
    let until = until(&mut table);
    table.finish();
    Some(Waiver {
        file: source.path.display().to_string(),
        line: place,
        scope: scope?,
        excuse: excuse?,
        why: why?.value,
        owner: owner?.value,
        link: link.map(|link| link.value),
        until: until?,
    })
}

/// `trial` or `clause`.
fn scope(table: &mut Reader<'_>) -> Option<Scope> {
    match (table.has("trial"), table.has("clause")) {
        (true, false) => table.required_text("trial").map(|glob| Scope::Trials(glob.value)),
        (false, true) => table.required_text("clause").map(|glob| Scope::Clauses(glob.value)),
        (both, _) => {
            let message =
                if both { "`trial` and `clause` exclude each other" } else { "`trial` or `clause` is missing" };
            complain(table, message, "give one of them: a glob on the ids of trials, or of clauses");
            None
        }
    }
}

/// `check` with `symptom`, or `reason`.
fn excuse(table: &mut Reader<'_>) -> Option<Excuse> {
    let failing = [table.has("check"), table.has("symptom")].contains(&true);
    match (failing, table.has("reason")) {
        (true, false) => {
            let (check, symptom) = (table.required_text("check"), table.required_text("symptom"));
            Some(Excuse::Fails { check: check?.value, symptom: symptom?.value })
        }
        (false, true) => table.word("reason", &REASONS).map(|reason| Excuse::Blocked(reason.value)),
        (both, _) => {
            let message = if both {
                "`check` with `symptom`, and `reason` exclude each other"
            } else {
                "`check` with `symptom`, or `reason` is missing"
            };
            complain(table, message, "`check` and `symptom` for what fails, `reason` for what is blocked");
            None
        }
    }
}

/// A date, bare or in quotes.
fn until(table: &mut Reader<'_>) -> Option<Date> {
    table.require("until");
    let entry = table.any("until")?;
    let text = match &entry.value.value {
        Value::Text(text) | Value::Moment(text) => Some(Spanned::new(text.clone(), entry.value.span.clone())),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::List(_) | Value::Table(_) => None,
        Value::Unreadable => return None,
    };
    let date = text.and_then(|text| text.value.parse::<Date>().ok().filter(|date| date.to_string() == text.value));
    if date.is_none() {
        let hint = "a day, like `2026-12-31`".to_owned();
        table.collector().complain(&entry.value.span, "`until` cannot be understood", Some(hint));
    }
    date
}

fn complain(table: &Reader<'_>, message: &str, hint: &str) {
    table.collector().complain(table.span(), message, Some(hint.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        parse(text, Path::new("w.toml")).map_or_else(|complaints| complaints.to_string(), |_| String::new())
    }

    const WHOLE: &str = "# accepted\n\n[[waiver]]\ntrial = \"ciam/*\"\ncheck = \"error_msg\"\nsymptom = \"other wording\"\n\
                         why = \"the vendor knows\"\nowner = \"qa\"\nuntil = 2026-12-31\n";

    #[test]
    fn a_waiver_knows_its_line() {
        let waivers = parse(WHOLE, Path::new("w.toml")).expect("a waiver file");
        assert_eq!(waivers.list.iter().map(|waiver| waiver.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_date_may_stand_in_quotes_but_must_be_a_day() {
        assert_eq!(said(&WHOLE.replace("2026-12-31", "\"2026-12-31\"")), "");
        for wrong in ["\"soon\"", "\"\"", "2026-12-31T10:00:00Z", "3"] {
            assert!(said(&WHOLE.replace("2026-12-31", wrong)).contains("`until`"), "{wrong}");
        }
    }

    #[test]
    fn nobody_and_never_are_complained_about_all_at_once() {
        let text = said("[[waiver]]\ntrial = \"a\"\nclause = \"b\"\nreason = \"needs-acount\"\nwhy = \"\"\nwhom = 1\n");
        for expected in ["exclude each other", "`needs-account`", "`why` is blank", "`owner`", "`until`", "`whom`"] {
            assert!(text.contains(expected), "no `{expected}` in {text}");
        }
    }

    #[test]
    fn an_interruption_cannot_be_accepted() {
        let text = WHOLE.replace("check = \"error_msg\"\nsymptom = \"other wording\"", "reason = \"interrupted\"");
        assert!(said(&text).contains("no valid `reason`"));
    }
}
