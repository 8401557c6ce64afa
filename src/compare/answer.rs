//! The answers of one trial in two runs: what is there in one only, and what says something else.
//!
//! In: two records of a trial. Out: their differences. Never: compares ids, times, tokens, numbers, or how long it took.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Drifted;
use super::settle::settled;
use crate::record::{ResponseRecord, TrialRecord};

/// Headers that belong to the transport, or say the time.
const TRANSPORT: [&str; 6] = ["age", "connection", "content-length", "date", "keep-alive", "transfer-encoding"];
/// Headers whose value is compared; of the others only that they are there.
const SAID: [&str; 2] = ["content-type", "cache-control"];
/// Members whose value is a word of the deployment, digits and all.
const CODES: [&str; 3] = ["code", "error_code", "status"];

/// What an answer consists of: kind and name, and what it says.
type Parts = BTreeMap<(&'static str, String), String>;

/// What differs in the deciding answers of a trial.
pub(super) fn differences(before: &TrialRecord, after: &TrialRecord) -> Vec<Drifted> {
    let (old, new) = (parts_of(before), parts_of(after));
    let mut names: Vec<&(&str, String)> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differing = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let drifted = |name: &(&'static str, String)| Drifted {
        documents: vec![after.document().to_owned()],
        kind: name.0.to_owned(),
        name: name.1.clone(),
        before: old.get(name).cloned(),
        after: new.get(name).cloned(),
        trials: vec![after.id.clone()],
    };
    differing.map(drifted).collect()
}

fn parts_of(trial: &TrialRecord) -> Parts {
    let response = trial.exchanges.last().and_then(|exchange| exchange.response.as_ref());
    response.map(parts).unwrap_or_default()
}

fn parts(response: &ResponseRecord) -> Parts {
    let mut parts = Parts::from([(("status", String::new()), response.status.to_string())]);
    for header in &response.headers {
        let name = header.name.to_ascii_lowercase();
        let value =
            if SAID.contains(&name.as_str()) { settled(&header.value.to_ascii_lowercase()) } else { "…".into() };
        if !TRANSPORT.contains(&name.as_str()) {
            parts.insert(("header", name), value);
        }
    }
    let body = match serde_json::from_str::<Value>(&response.body) {
        Ok(value) => {
            members(&value, "", &mut parts);
            "JSON".to_owned()
        }
        Err(_) if response.body.trim().is_empty() => "empty".to_owned(),
        Err(_) => settled(&response.body),
    };
    parts.insert(("body", String::new()), body);
    parts
}

/// Every member below a value by its path; the items of an array are held to be alike.
fn members(value: &Value, path: &str, parts: &mut Parts) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                parts.insert(("member", path.clone()), said(name, member));
                members(member, &path, parts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, &format!("{path}[]"), parts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a member says, as far as two runs can be expected to say the same.
fn said(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) if CODES.contains(&name) => format!("\"{text}\""),
        Value::String(text) => format!("\"{}\"", settled(text)),
        Value::Number(number) if CODES.contains(&name) => number.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Null => "null".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::HeaderRecord;

    fn answer(body: &str, headers: &[&str]) -> Parts {
        let header = |name: &&str| HeaderRecord { name: (*name).to_owned(), value: "any".to_owned() };
        parts(&ResponseRecord {
            status: 400,
            version: "HTTP/1.1".to_owned(),
            headers: headers.iter().map(header).collect(),
            body: body.to_owned(),
            bytes: 1,
            not_utf8_from: None,
        })
    }

    #[test]
    fn ids_times_and_numbers_are_the_same_answer() {
        let one =
            answer(r#"{"trace_id":"7b0c1c9e25e44c53","took":12,"session_token":"‹session-token a1f3›"}"#, &["Date"]);
        let two = answer(r#"{"trace_id":"0a9c9e4b7d11aaaa","took":13,"session_token":"‹session-token 77aa›"}"#, &[]);
        assert_eq!(one, two);
    }

    #[test]
    fn a_member_a_header_a_code_and_a_message_are_told_apart() {
        let base = answer(r#"{"error_code":"A.1","error_msg":"no"}"#, &[]);
        for other in [
            answer(r#"{"error_code":"A.1","error_msg":"no","more":1}"#, &[]),
            answer(r#"{"error_code":"A.1","error_msg":"no"}"#, &["X-New"]),
            answer(r#"{"error_code":"A.2","error_msg":"no"}"#, &[]),
            answer(r#"{"error_code":"A.1","error_msg":"never"}"#, &[]),
            answer("no", &[]),
        ] {
            assert_ne!(base, other);
        }
    }
}
