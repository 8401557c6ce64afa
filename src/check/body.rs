//! The body of an answer as JSON: content type, encoding, syntax, members named twice, schema, undocumented members.

use serde_json::Value;

use super::duplicate;
use super::finding::{Finding, Severity};
use super::{Context, Examined, Seen};
use crate::exchange::Answer;

/// Reads the body as the JSON that the document promises, with a finding for everything that is not so.
pub(super) fn json(answer: &Answer, severity: Severity, findings: &mut Vec<Finding>) -> Option<Value> {
    findings.push(content_type(answer, severity));
    findings.extend(charset(answer));
    let bytes = match answer.body.strip_prefix(BOM) {
        None => &answer.body[..],
        Some(rest) => {
            let text = "the body begins with a byte order mark, which JSON must not; some readers stumble over it";
            findings.push(Finding::warn("json", "JSON", "a byte order mark", text).kind("byte order mark"));
            rest
        }
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let what = format!("the body is not UTF-8 from byte {at} on");
            findings.push(
                Finding::new("utf8", severity, "UTF-8", format!("an invalid byte at {at}"), what).kind("not UTF-8"),
            );
            return None;
        }
    };
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            findings.push(Finding::pass("json", "JSON", "JSON"));
            findings.extend(twice(text));
            Some(value)
        }
        Err(error) => {
            findings.push(not_json(text, severity, &error));
            None
        }
    }
}

/// How many members are named one by one: more tell nobody more, and a deployment may invent as many as its body holds.
const NAMED: usize = 20;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A named charset other than the one that JSON is written in.
fn charset(answer: &Answer) -> Option<Finding> {
    let named = answer.header("content-type")?.to_ascii_lowercase();
    let (_, charset) = named.split_once("charset=")?;
    let charset = charset.split(';').next().unwrap_or_default().trim().trim_matches('"');
    let fitting = matches!(charset, "utf-8" | "utf8" | "us-ascii");
    let text = "JSON is UTF-8, but the content type names another charset; some readers will garble the text";
    (!fitting).then(|| Finding::warn("content_type", "charset=utf-8", charset, text).kind("other charset"))
}

fn not_json(text: &str, severity: Severity, error: &serde_json::Error) -> Finding {
    let trimmed = text.trim_start();
    let kind = if trimmed.is_empty() {
        "empty body"
    } else if trimmed.starts_with('<') {
        "a page, not JSON"
    } else {
        "not JSON"
    };
    let what = if trimmed.is_empty() {
        "the body is empty".to_owned()
    } else if is_beyond_readers(error) {
        format!("the body is more than readers of JSON take: {error}")
    } else {
        format!("the body is not JSON: {error}")
    };
    // Whole: a secret that was cut in two would not be known any more.
    Finding::new("json", severity, "JSON", text, what).kind(kind)
}

/// Whether it may be JSON by the grammar, but lies beyond the range or the depth that a reader may set (RFC 8259, section
/// 9). The library has no other word for it than its message.
fn is_beyond_readers(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    text.starts_with("number out of range") || text.starts_with("recursion limit exceeded")
}

/// `application/json` and `…+json`, whatever their parameters and letter case.
fn content_type(answer: &Answer, severity: Severity) -> Finding {
    let received = answer.header("content-type").unwrap_or_default();
    let essence = received.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "text/json" {
        let text = "`text/json` is no registered name; some readers will not take the body for JSON";
        return Finding::warn("content_type", "application/json", received, text).kind("other content type");
    }
    if essence == "application/json" || essence.ends_with("+json") {
        return Finding::pass("content_type", "application/json", received);
    }
    let (actual, text) = if received.is_empty() {
        ("none".to_owned(), "a JSON body came without a content type")
    } else {
        (received.to_owned(), "a body that should be JSON came with another content type")
    };
    Finding::new("content_type", severity, "application/json", actual, text).kind("other content type")
}

/// What follows a list that was cut short.
fn more(count: usize) -> String {
    if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() }
}

fn twice(text: &str) -> Option<Finding> {
    let names = duplicate::members(text);
    if names.is_empty() {
        return None;
    }
    let listed = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let listed = listed + &more(names.len());
    let what = "a member stands twice in one object; readers of JSON disagree which one counts";
    Some(Finding::warn("duplicate_member", "every member once", format!("twice: {listed}"), what).kind("member twice"))
}

/// Holds a value against a schema of the contract.
pub(super) fn schema(context: Context<'_>, name: &str, value: &Value, severity: Severity, examined: &mut Examined) {
    let Some(validator) = context.contract.schemas.validator(name) else {
        return;
    };
    let violations = validator.violations(value);
    if violations.is_empty() {
        examined.findings.push(Finding::pass("schema", name, "valid"));
    }
    for violation in violations.into_iter().take(NAMED) {
        let text = "the body is not what the document shows";
        let mut finding = Finding::new("schema", severity, format!("as in schemas/{name}"), violation.message, text);
        finding.member = violation.member;
        examined.findings.push(finding.kind("other shape"));
    }
}

/// Members that no table of the document names.
pub(super) fn undocumented(documented: &[String], value: &Value, examined: &mut Examined) {
    let Value::Object(members) = value else { return };
    let unknown: Vec<&String> = members.keys().filter(|name| !documented.contains(name)).collect();
    let mut warn = |actual: String, text: String| {
        let finding = Finding::warn("undocumented_member", documented.join(", "), actual, text);
        examined.findings.push(finding.kind("undocumented member"));
    };
    if unknown.len() > NAMED {
        let left = unknown.len() - NAMED;
        warn(format!("{left} more"), format!("the document does not name {left} more members"));
    }
    for name in unknown.into_iter().take(NAMED) {
        warn(name.clone(), format!("the document does not name the member `{name}`"));
        examined.seen.push(Seen::member(name));
    }
}
