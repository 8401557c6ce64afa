//! The stored request of a trial, held against what the contract has it send.
//!
//! In: a trial of the contract and its stored request. Out: parts that are not as they must be. Never: looks behind a tag.

use serde_json::{Map, Value};

use super::{Disagreement, Ground, disagreement};
use crate::case::{RequestTemplate, Trial};
use crate::record::{HeaderRecord, RequestRecord};
use crate::redact::hides;

/// Where a request is not the one that the contract has this trial send.
pub(super) fn differences(ground: &Ground<'_>, trial: &Trial, stored: &RequestRecord) -> Vec<Disagreement> {
    let template = &trial.request;
    let about = |what: &str| format!("{}: request, {what}", trial.id);
    let mut found = Vec::new();
    found.extend(disagreement(about("method"), &stored.method, &template.method));
    let url = format!("{}{}", ground.record.target.url, template.path);
    if !hides(&stored.url) {
        found.extend(disagreement(about("URL"), &stored.url, &url));
    }
    found.extend(headers(ground, trial, stored).into_iter().flatten());
    let body = stored.body.as_deref().unwrap_or_default();
    match &template.raw {
        Some(raw) if fixed(raw) && !hides(body) => found.extend(disagreement(about("body"), body, raw)),
        Some(_) => {}
        None => found.extend(members(template, body, &about).into_iter().flatten()),
    }
    found
}

/// What a template has no placeholder in stands in the request as it is.
fn fixed(template: &str) -> bool {
    !template.contains("${")
}

/// Whether a value may be what a template was filled with; what is hidden is not looked at.
fn fits(template: &str, value: &str) -> bool {
    !fixed(template) || hides(value) || template == value
}

fn headers(ground: &Ground<'_>, trial: &Trial, stored: &RequestRecord) -> Vec<Option<Disagreement>> {
    let template = &trial.request.headers;
    let sent = |name: &str| stored.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    let about = |name: &str| format!("{}: request, header {name}", trial.id);
    let mut found: Vec<Option<Disagreement>> = Vec::new();
    for (name, value) in template {
        found.push(match sent(name) {
            Some(header) if fits(value, &header.value) => None,
            Some(header) => disagreement(about(name), &header.value, value),
            None => disagreement(about(name), "not sent", value),
        });
    }
    let named = |name: &str| template.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    for header in stored.headers.iter().filter(|header| !named(&header.name) && !everywhere(ground, header)) {
        found.push(disagreement(about(&header.name), &header.value, "not sent"));
    }
    found
}

/// What a target file adds stands in every request of a run.
fn everywhere(ground: &Ground<'_>, header: &HeaderRecord) -> bool {
    let exchanges = ground.record.trials.iter().flat_map(|trial| &trial.exchanges);
    let holds =
        |request: &RequestRecord| request.headers.iter().any(|other| other.name.eq_ignore_ascii_case(&header.name));
    exchanges.map(|exchange| &exchange.request).all(holds)
}

fn members(template: &RequestTemplate, body: &str, about: &impl Fn(&str) -> String) -> Vec<Option<Disagreement>> {
    let Ok(sent) = serde_json::from_str::<Map<String, Value>>(body) else {
        return if hides(body) { Vec::new() } else { vec![disagreement(about("body"), body, "a JSON object")] };
    };
    let mut found = Vec::new();
    for (name, value) in &template.body {
        let said = sent.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        found.push(match said {
            Some(said) if fits(value, &said) => None,
            Some(said) => disagreement(about(&format!("member {name}")), &said, value),
            None => disagreement(about(&format!("member {name}")), "not sent", value),
        });
    }
    for name in sent.keys().filter(|name| !template.body.iter().any(|(known, _)| known == *name)) {
        found.push(disagreement(about(&format!("member {name}")), "sent", "not sent"));
    }
    found
}
