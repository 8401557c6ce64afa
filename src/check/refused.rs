//! A request that must be refused.

use serde_json::Value;

use super::finding::{Finding, Severity};
use super::{Context, Examined, Seen, body};
use crate::case::{Asked, ErrorRow, Language, Refusal, Tolerated};
use crate::exchange::Answer;
use crate::plan::matches;
use crate::schema::Validator;
use crate::text;

/// Status, envelope, code and message.
pub(super) fn examine(context: Context<'_>, refusal: &Refusal, answer: &Answer, examined: &mut Examined) {
    let status = status(refusal, answer);
    let accepted = (200..300).contains(&answer.status);
    let refused_otherwise = status.severity != Severity::Pass && !accepted;
    examined.findings.push(status);
    if accepted || !refusal.envelope {
        return;
    }
    let severity = Severity::from(refusal.basis);
    let before = examined.findings.len();
    let Some(value) = body::json(answer, severity, &mut examined.findings) else { return };
    body::schema(context, &context.document.refusal_schema, &value, severity, examined);
    let documented = context.contract.schemas.validator(&context.document.refusal_schema);
    body::undocumented(documented.map(Validator::documented_members).unwrap_or_default(), &value, examined);
    let code = value.get("error_code").and_then(Value::as_str);
    if let Some(code) = code.filter(|code| !known(context, code)) {
        examined.seen.push(Seen::code(code));
    }
    let Some(code) = code else { return message(context, refusal, &value, examined) };
    if !refusal.codes.is_empty() {
        examined.findings.push(error_code(refusal, code));
    }
    if refusal.codes.iter().any(|expected| expected == code) {
        message(context, refusal, &value, examined);
    }
    if refused_otherwise && refusal.codes.is_empty() {
        // The status alone says it; an envelope of a refusal with another status is no second deviation.
        examined.findings.truncate(before.max(1));
    }
}

fn known(context: Context<'_>, code: &str) -> bool {
    context.document.errors.iter().any(|row| row.code == code)
}

fn status(refusal: &Refusal, answer: &Answer) -> Finding {
    let expected = refusal.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
    if refusal.statuses.contains(&answer.status) {
        return Finding::pass("status", expected, answer.status.to_string());
    }
    let actual = answer.status.to_string();
    if (200..300).contains(&answer.status) {
        let text = "a request that must be refused was accepted";
        return Finding::new("status", Severity::from(refusal.accepted), expected, actual, text).kind("accepted");
    }
    let text = if (300..400).contains(&answer.status) {
        "the request was answered with a redirect, which is not followed".to_owned()
    } else {
        format!("the request was refused with another status than {expected}")
    };
    Finding::new("status", Severity::from(refusal.basis), expected, actual, text).kind("other status")
}

fn error_code(refusal: &Refusal, code: &str) -> Finding {
    let expected = refusal.codes.join(" or ");
    if refusal.codes.iter().any(|known| known == code) {
        return Finding::pass("error_code", expected, code);
    }
    if let Some(Tolerated { note, .. }) = refusal.tolerated.iter().find(|known| matches(&known.code, code)) {
        return Finding::warn("error_code", expected, code, note.clone()).kind("tolerated code");
    }
    let kind =
        if refusal.codes.iter().any(|known| known.eq_ignore_ascii_case(code)) { "letter case" } else { "other code" };
    let text = format!("the refusal names `{code}`");
    Finding::new("error_code", Severity::from(refusal.basis), expected, code, text).kind(kind)
}

/// The message of the row that was expected, in the language that was asked for.
fn message(context: Context<'_>, refusal: &Refusal, value: &Value, examined: &mut Examined) {
    let Some(received) = value.get("error_msg").and_then(Value::as_str) else { return };
    let code = value.get("error_code").and_then(Value::as_str);
    let expected = refusal.codes.iter().find(|known| code.is_none_or(|code| code == *known));
    let row = expected.and_then(|code| context.document.errors.iter().find(|row| row.code == *code));
    let Some(row) = row else { return };
    let finding = match context.trial.language {
        Asked::Language(language) => in_language(row, language, received, Severity::from(refusal.basis)),
        Asked::Unspecified => in_any(row, context.terms.default_language, received, Severity::from(refusal.basis)),
    };
    examined.findings.extend(finding);
}

fn in_language(row: &ErrorRow, language: Language, received: &str, severity: Severity) -> Option<Finding> {
    let expected = row.message(language)?;
    let other = Language::ALL.into_iter().find(|other| *other != language).and_then(|other| row.message(other));
    Some(match same(expected, received, other) {
        Ok(()) => Finding::pass("error_msg", expected, received),
        Err(difference) => {
            Finding::new("error_msg", severity, expected, received, difference.explain()).kind(difference.name())
        }
    })
}

/// Without `X-L` either language is right; where the target file says which one, the other one warns.
fn in_any(row: &ErrorRow, default: Option<Language>, received: &str, severity: Severity) -> Option<Finding> {
    let compared = Language::ALL.into_iter().filter_map(|l| in_language(row, l, received, severity).map(|f| (l, f)));
    let all: Vec<(Language, Finding)> = compared.collect();
    let Some((spoken, finding)) = all.iter().find(|(_, finding)| finding.severity == Severity::Pass) else {
        return all.into_iter().next().map(|(_, finding)| finding);
    };
    match default {
        Some(default) if default != *spoken => {
            let text = format!("the target file says that the default language is `{}`", default.as_str());
            let expected = row.message(default).unwrap_or_default();
            Some(Finding::warn("error_msg", expected, received, text).kind("other language"))
        }
        Some(_) | None => Some(finding.clone()),
    }
}

/// Equal after folding; a final stop that the document prints may be left out.
fn same(expected: &str, received: &str, other: Option<&str>) -> Result<(), text::Difference> {
    if expected.ends_with('.') && text::equal_but_final_stop(expected, received) {
        return Ok(());
    }
    text::compare_message(expected, received, other)
}
