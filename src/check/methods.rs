//! A text that holds a JSON list of at least one name: `"[\"EMAIL\"]"`.

use serde_json::Value;

use super::finding::{Finding, Severity};

const EXPECTED: &str = "a text that holds a JSON list of at least one method";

pub(super) fn examine(member: &str, text: &str, severity: Severity) -> Finding {
    let off = |what: String| Finding::new("data", severity, EXPECTED, text, what).kind("other shape");
    match serde_json::from_str::<Value>(text) {
        Err(_) => off(format!("the text in `{member}` is not JSON")),
        Ok(Value::Array(items)) if items.is_empty() => off(format!("the list in `{member}` names no method")),
        Ok(Value::Array(items)) if items.iter().all(is_name) => Finding::pass("data", EXPECTED, text),
        Ok(Value::Array(_)) => off(format!("the list in `{member}` holds something that is no method's name")),
        Ok(_) => off(format!("the text in `{member}` is JSON, but no list")),
    }
}

fn is_name(item: &Value) -> bool {
    item.as_str().is_some_and(|name| !name.trim().is_empty())
}
