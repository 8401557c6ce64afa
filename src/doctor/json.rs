//! A preflight for machines.
//!
//! In: diagnoses. Out: one JSON object. Never: a word that changes with the language, but for the texts.

use serde_json::{Value, json};

use super::{Diagnosis, Health, Line, State};
use crate::report::Language;

/// Every target with its checks, in order.
#[must_use]
pub fn render(diagnoses: &[Diagnosis], language: Language) -> String {
    let targets: Vec<Value> = diagnoses.iter().map(|diagnosis| target(diagnosis, language)).collect();
    format!("{:#}\n", json!({"format": "iamspec-doctor/1", "targets": targets}))
}

fn target(diagnosis: &Diagnosis, language: Language) -> Value {
    let health = match diagnosis.health() {
        Health::Ready => "ready",
        Health::Wrong => "wrong",
        Health::Unreachable => "unreachable",
    };
    let tally: serde_json::Map<String, Value> =
        State::ALL.iter().map(|state| (state.as_str().to_owned(), diagnosis.count(*state).into())).collect();
    let checks: Vec<Value> = diagnosis.lines.iter().map(|line| check(line, language)).collect();
    json!({
        "name": diagnosis.name,
        "url": diagnosis.url,
        "product": diagnosis.product.to_string(),
        "health": health,
        "tally": tally,
        "checks": checks,
    })
}

fn check(line: &Line, language: Language) -> Value {
    json!({
        "check": line.check.as_str(),
        "state": line.state.as_str(),
        "text": line.said.of(language),
        "advice": line.advice.as_ref().map(|advice| advice.of(language)),
    })
}
