//! Turns the cases of a document into its trials, and its tables into clauses.
//!
//! In: a loaded document. Out: trials and clauses in the order of the file. Never: looks at a target.

use std::collections::BTreeSet;

use super::model::{Absent, AbsentForm, Basis, Case, Clause, Document, Expectation, Language, Part, RequestTemplate};
use super::read::parse_part;
use super::trial::{Asked, CaptchaNeed, Change, CodeNeed, Needs, RecipientNeed, Trial};

/// Every clause of a document, in the order of its tables.
#[must_use]
pub fn clauses(document: &Document) -> Vec<Clause> {
    let id = document.id();
    let mut found = vec![documented(format!("{id}/request"), document.endpoint.clone())];
    for header in &document.headers {
        found.push(documented(format!("{id}/header/{}", header.name), header.text.clone()));
    }
    for member in &document.members {
        found.push(documented(format!("{id}/member/{}", member.name), member.text.clone()));
    }
    for scene in &document.scenes {
        let text = format!("{}: {}", scene.value, scene.text);
        found.push(documented(format!("{id}/scene/{}", scene.value), text));
    }
    for error in &document.errors {
        for language in Language::ALL {
            if let Some(message) = error.message(language) {
                let text = format!("{} {} {message}", error.status, error.code);
                let clause = format!("{id}/error/{}/{}", error.code, language.as_str());
                found.push(documented(clause, text));
            }
        }
    }
    for answer in &document.answers {
        found.push(documented(format!("{id}/answer/{}", answer.id), answer.text.clone()));
        for member in &answer.members {
            let clause = format!("{id}/answer/{}/{}", answer.id, member.name);
            found.push(documented(clause, format!("{}: {}", member.name, member.text)));
        }
    }
    found.extend(document.rules.iter().map(|rule| Clause {
        id: format!("{id}/rule/{}", rule.id),
        text: rule.text.clone(),
        basis: rule.basis,
    }));
    found
}

fn documented(id: String, text: String) -> Clause {
    Clause { id, text, basis: Basis::Documented }
}

/// Every trial of a document, case by case, row by row.
#[must_use]
pub fn trials(document: &Document) -> Vec<Trial> {
    document.cases.iter().flat_map(|case| of_case(document, case)).collect()
}

/// One row: the values of the axes, and the form of what is left out.
#[derive(Clone, Default)]
struct Row {
    form: Option<AbsentForm>,
    values: Vec<(String, String)>,
}

impl Row {
    fn fill(&self, template: &str) -> String {
        if !template.contains("${") {
            return template.to_owned();
        }
        self.values.iter().fold(template.to_owned(), |text, (axis, value)| text.replace(&format!("${{{axis}}}"), value))
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        let form = self.form.map(AbsentForm::as_str);
        form.into_iter().chain(self.values.iter().map(|(_, value)| value.as_str()))
    }
}

fn rows(case: &Case) -> Vec<Row> {
    let forms = case.absent.as_ref().map(|absent| absent.forms.clone()).unwrap_or_default();
    let mut rows: Vec<Row> = if forms.is_empty() {
        vec![Row::default()]
    } else {
        forms.into_iter().map(|form| Row { form: Some(form), values: Vec::new() }).collect()
    };
    for axis in &case.axes {
        rows = rows
            .into_iter()
            .flat_map(|row| {
                axis.values.iter().map(move |value| {
                    let mut row = row.clone();
                    row.values.push((axis.name.clone(), value.clone()));
                    row
                })
            })
            .collect();
    }
    rows
}

fn of_case(document: &Document, case: &Case) -> Vec<Trial> {
    rows(case).into_iter().map(|row| of_row(document, case, &row)).collect()
}

fn of_row(document: &Document, case: &Case, row: &Row) -> Trial {
    let doc = document.id();
    let mut request = document.request.clone();
    for (part, value) in &case.set {
        put(&mut request, part, row.fill(value));
    }
    let to = get(&request, &document.recipient).unwrap_or_default().to_owned();
    for part in &case.without {
        remove(&mut request, part);
    }
    if let (Some(absent), Some(form)) = (&case.absent, row.form) {
        leave_out(&mut request, absent, form, row);
    }
    if let Some(raw) = &case.raw {
        request.raw = Some(row.fill(raw));
    }
    let language = asked(&request);
    let mut id = vec![doc.as_str(), case.id.as_str()];
    id.extend(row.segments());
    let accepted = matches!(case.expect, Expectation::Accept { .. });
    let mut needs = needs(&request, &to);
    if case.code_scene.is_some() && needs.code.is_none() {
        needs.code = Some(CodeNeed::Delivered);
    }
    Trial {
        id: id.join("/"),
        product: document.product,
        title: case.title.clone(),
        clauses: cited(document, case, row, language),
        basis: case.expect.basis(),
        delta: delta(&document.request, &request),
        noticed: noticed(document, case, row),
        expect: case.expect.clone(),
        effect: document.effect,
        scene: scene(document, case, &request),
        needs,
        control: (!accepted).then(|| format!("{doc}/{}", document.control)),
        after: case.after.as_ref().map(|after| format!("{doc}/{after}")),
        last: case.last,
        failed_login: case.failed_login,
        place: case.place.clone(),
        language,
        request,
        to,
        document: doc,
    }
}

/// The scene of a send, or the scene whose code a login uses.
fn scene(document: &Document, case: &Case, request: &RequestTemplate) -> Option<String> {
    if let Some(fixture) = &document.code {
        return Some(case.code_scene.clone().unwrap_or_else(|| fixture.scene.clone()));
    }
    let value = get(request, &Part::Body("type".into()))?;
    document.scenes.iter().find(|scene| scene.value == value).map(|scene| scene.value.clone())
}

fn leave_out(request: &mut RequestTemplate, absent: &Absent, form: AbsentForm, row: &Row) {
    let Some(part) = parse_part(&row.fill(&absent.part)) else { return };
    match form {
        AbsentForm::Missing => remove(request, &part),
        AbsentForm::Blank => put(request, &part, String::new()),
    }
}

/// What a template sends at a part.
#[must_use]
pub(super) fn get<'a>(request: &'a RequestTemplate, part: &Part) -> Option<&'a str> {
    let found = match part {
        Part::Header(name) => request.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)),
        Part::Body(name) => request.body.iter().find(|(n, _)| n == name),
    };
    found.map(|(_, value)| value.as_str())
}

fn put(request: &mut RequestTemplate, part: &Part, value: String) {
    let (list, name) = match part {
        Part::Header(name) => (&mut request.headers, name),
        Part::Body(name) => (&mut request.body, name),
    };
    let same = |n: &str| match part {
        Part::Header(_) => n.eq_ignore_ascii_case(name),
        Part::Body(_) => n == name,
    };
    match list.iter_mut().find(|(n, _)| same(n)) {
        Some((_, old)) => *old = value,
        None => list.push((name.clone(), value)),
    }
}

fn remove(request: &mut RequestTemplate, part: &Part) {
    match part {
        Part::Header(name) => request.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name)),
        Part::Body(name) => request.body.retain(|(n, _)| n != name),
    }
}

fn delta(control: &RequestTemplate, sent: &RequestTemplate) -> Vec<Change> {
    // Most trials change one part: the other list is the same as a whole.
    let (headers, members) = (control.headers != sent.headers, control.body != sent.body);
    let parts = |request: &RequestTemplate| -> Vec<Part> {
        let headers = request.headers.iter().filter(|_| headers).map(|(name, _)| Part::Header(name.clone()));
        headers.chain(request.body.iter().filter(|_| members).map(|(name, _)| Part::Body(name.clone()))).collect()
    };
    let mut all = parts(control);
    all.extend(parts(sent).into_iter().filter(|part| get(control, part).is_none()));
    all.into_iter()
        .filter(|part| get(control, part) != get(sent, part))
        .map(|part| Change {
            control: get(control, &part).map(ToOwned::to_owned),
            sent: get(sent, &part).map(ToOwned::to_owned),
            part,
        })
        .collect()
}

fn asked(request: &RequestTemplate) -> Asked {
    get(request, &Part::Header("X-L".into())).and_then(Language::from_name).map_or(Asked::Unspecified, Asked::Language)
}

/// The clauses that a row cites: what it expects, what it varies, and what the case adds.
fn cited(document: &Document, case: &Case, row: &Row, language: Asked) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut ordered = Vec::new();
    let id = document.id();
    let mut cite = |clause: String| {
        if found.insert(clause.clone()) {
            ordered.push([&id, "/", &clause].concat());
        }
    };
    for axis in case.axes.iter().filter(|axis| axis.scenes) {
        let value = row.values.iter().find(|(name, _)| *name == axis.name);
        if let Some((_, value)) = value {
            cite(format!("scene/{value}"));
        }
    }
    for clause in expected_clauses(document, &case.expect, language) {
        cite(clause);
    }
    let varied = case.absent.iter().filter_map(|absent| parse_part(&row.fill(&absent.part)));
    for part in varied.chain(case.without.iter().cloned()) {
        cite_parameter(document, &part, &mut cite);
    }
    case.cites.iter().cloned().for_each(cite);
    ordered
}

/// The clause of what a row leaves out, where it must be refused for that.
fn noticed(document: &Document, case: &Case, row: &Row) -> Option<String> {
    let part = case.absent.as_ref().and_then(|absent| parse_part(&row.fill(&absent.part)))?;
    let mut clause = None;
    cite_parameter(document, &part, &mut |cited| clause = Some(format!("{}/{cited}", document.id())));
    clause
}

fn cite_parameter(document: &Document, part: &Part, cite: &mut impl FnMut(String)) {
    let (table, kind, name) = match part {
        Part::Header(name) => (&document.headers, "header", name),
        Part::Body(name) => (&document.members, "member", name),
    };
    if let Some(row) = table.iter().find(|row| row.name.eq_ignore_ascii_case(name)) {
        cite(format!("{kind}/{}", row.name));
    }
}

fn expected_clauses(document: &Document, expect: &Expectation, asked: Asked) -> Vec<String> {
    match expect {
        Expectation::Accept { answer, .. } => {
            let members = document.answers.iter().filter(|row| row.id == *answer);
            let members = members.flat_map(|row| &row.members);
            std::iter::once(format!("answer/{answer}"))
                .chain(members.map(|member| format!("answer/{answer}/{}", member.name)))
                .collect()
        }
        // One code of several: the trial proves the row that answers, see `spoken_for`.
        Expectation::Refuse(refusal) if refusal.basis == Basis::Documented || refusal.codes.len() > 1 => {
            let languages: &[Language] = match &asked {
                Asked::Language(language) => std::slice::from_ref(language),
                Asked::Unspecified => &[],
            };
            let cite = |code: &String| languages.iter().map(move |l| format!("error/{code}/{}", l.as_str())).collect();
            refusal.codes.iter().flat_map(|code| -> Vec<String> { cite(code) }).collect()
        }
        Expectation::Refuse(_) => Vec::new(),
    }
}

/// What an answer showed, as far as it decides which clauses it speaks for.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The `error_code`, where there is one.
    pub code: Option<&'a str>,
    /// Whether the trial failed.
    pub failed: bool,
    /// The members of the answer that a promise was broken of, where every broken promise is about one.
    pub members: &'a [String],
}

/// The clauses that an answer speaks for: a broken promise must not be laid at the door of one that was kept.
///
/// - Where one of several codes is expected: not the rows of the others.
/// - A refusal with the right status and code that fails for something else (its message, its content type): not the
///   parameter, whose absence was noticed.
/// - An accepted request whose answer fails for one member: that member; for several: those, and the answer as a whole.
/// - A request that was refused with an error code: what it asked for, not the endpoint, which answered, nor the form of a
///   success, which was not there.
#[must_use]
pub fn spoken_for(trial: &Trial, shown: Shown<'_>) -> Vec<String> {
    let below = |kind: &str| format!("{}/{kind}", trial.document);
    let kept: Vec<String> = match &trial.expect {
        Expectation::Accept { answer, .. } if shown.failed => {
            let members: BTreeSet<String> =
                shown.members.iter().map(|member| below(&format!("answer/{answer}/{member}"))).collect();
            let whole = below(&format!("answer/{answer}"));
            // `status` says which answer it is: a wrong one is another answer.
            let other_answer = members.len() > 1 || members.contains(&below(&format!("answer/{answer}/status")));
            let varied = |clause: &String| ["scene/", "header/"].iter().any(|kind| clause.starts_with(&below(kind)));
            let refused = shown.status == 400 && shown.code.is_some();
            let speaks = |clause: &&String| {
                if refused {
                    // The endpoint answered, and no success was there to be judged: what is broken is what was asked for.
                    return varied(clause) || (!trial.clauses.iter().any(varied) && **clause != below("request"));
                }
                let as_a_whole = other_answer && **clause == whole;
                as_a_whole || members.is_empty() || members.contains(*clause)
            };
            trial.clauses.iter().filter(speaks).cloned().collect()
        }
        Expectation::Accept { .. } => trial.clauses.clone(),
        Expectation::Refuse(refusal) => {
            let one_of = refusal.codes.len() > 1;
            let others = refusal.codes.iter().filter(|other| one_of && shown.code.is_some_and(|code| code != *other));
            let others: Vec<String> = others.map(|other| below(&format!("error/{other}/"))).collect();
            let expected = refusal.codes.iter().any(|known| Some(known.as_str()) == shown.code);
            let noticed = shown.failed && expected && refusal.statuses.contains(&shown.status);
            let parameter = trial.noticed.as_ref().filter(|_| noticed);
            let silent = |clause: &String| {
                parameter == Some(clause) || others.iter().any(|other| clause.starts_with(other.as_str()))
            };
            trial.clauses.iter().filter(|clause| !silent(clause)).cloned().collect()
        }
    };
    if kept.is_empty() { trial.clauses.clone() } else { kept }
}

/// What the placeholders of a request ask for.
fn needs(request: &RequestTemplate, to: &str) -> Needs {
    let mut needs = Needs { recipient: recipient_need(to), ..Needs::default() };
    let values = request.headers.iter().chain(&request.body).map(|(_, value)| value);
    for value in values.chain(&request.raw).filter(|value| value.contains("${")) {
        if value.contains("${captcha.token}") {
            needs.captcha = Some(CaptchaNeed::Valid);
        } else if value.contains("${captcha.spent}") {
            needs.captcha = Some(CaptchaNeed::Spent);
        } else if value.contains("${captcha.tampered}") {
            needs.captcha = Some(CaptchaNeed::Tampered);
        } else if value.contains("${captcha.invented}") {
            needs.captcha = Some(CaptchaNeed::Invented);
        } else if value.contains("${code}") {
            needs.code = Some(CodeNeed::Delivered);
        } else if value.contains("${code.wrong}") {
            needs.code = Some(CodeNeed::Wrong);
        } else if value.contains("${code.spent}") {
            needs.code = Some(CodeNeed::Spent);
        } else if value.contains("${code.foreign}") {
            needs.code = Some(CodeNeed::Foreign);
        }
    }
    needs
}

fn recipient_need(to: &str) -> Option<RecipientNeed> {
    Some(match to {
        "${recipient.mobile}" => RecipientNeed::Mobile,
        "${recipient.email}" => RecipientNeed::Email,
        "${undeliverable.mobile}" => RecipientNeed::UndeliverableMobile,
        "${undeliverable.email}" => RecipientNeed::UndeliverableEmail,
        "${account.success}" => RecipientNeed::AccountSuccess,
        "${account.mfa}" => RecipientNeed::AccountMfa,
        "${account.denied}" => RecipientNeed::AccountDenied,
        "${captcha.spent.recipient}" => RecipientNeed::OfSpentToken,
        _ => return None,
    })
}
