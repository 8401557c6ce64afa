//! A request that must be accepted.

use serde_json::Value;

use super::finding::{Finding, Severity};
use super::{Context, Examined, State, body, id_token, methods};
use crate::case::{self, Content};
use crate::exchange::Answer;
use crate::redact;

/// Status, body, schema, and what the members hold.
pub(super) fn examine(context: Context<'_>, id: &str, answer: &Answer, examined: &mut Examined) {
    let Some(expected) = context.document.answers.iter().find(|row| row.id == id) else { return };
    let severity = Severity::from(context.trial.expect.basis());
    let status = status(expected, answer, severity);
    let other = status.severity != Severity::Pass;
    examined.findings.push(status);
    if other {
        return;
    }
    if expected.empty && answer.body.iter().all(u8::is_ascii_whitespace) {
        examined.findings.push(Finding::pass("body", "no parameters", "an empty body"));
        return;
    }
    let Some(value) = body::json(answer, severity, &mut examined.findings) else { return };
    body::schema(context, &expected.schema, &value, severity, examined);
    if !expected.empty {
        let names: Vec<String> = expected.members.iter().map(|member| member.name.clone()).collect();
        body::undocumented(&names, &value, examined);
    }
    for member in &expected.members {
        contents(context, member, &value, answer, examined);
    }
}

fn status(expected: &case::Answer, answer: &Answer, severity: Severity) -> Finding {
    if answer.status == expected.status {
        return Finding::pass("status", expected.status.to_string(), answer.status.to_string());
    }
    let (actual, text) = match answer.error_code() {
        Some(code) => {
            (format!("{} {code}", answer.status), format!("a request that must be accepted was refused with `{code}`"))
        }
        None => {
            (answer.status.to_string(), format!("a request that must be accepted was answered with {}", answer.status))
        }
    };
    let kind = if answer.status >= 400 { "refused" } else { "other status" };
    Finding::new("status", severity, expected.status.to_string(), actual, text).kind(kind)
}

fn contents(
    context: Context<'_>,
    member: &case::AnswerMember,
    value: &Value,
    answer: &Answer,
    examined: &mut Examined,
) {
    let severity = Severity::from(context.trial.expect.basis());
    // A member that is missing or no text has been found by the schema.
    let Some(text) = value.get(&member.name).and_then(Value::as_str) else { return };
    let before = examined.findings.len();
    match member.content {
        None => {}
        Some(Content::IdToken) if context.state == State::Redacted && redact::is_tag(text) => {}
        Some(Content::JsonList) => examined.findings.push(methods::examine(&member.name, text, severity)),
        Some(Content::IdToken) => id_token::examine(context, text, answer.header("date"), examined),
    }
    for finding in &mut examined.findings[before..] {
        finding.member = Some(member.name.clone());
    }
}
