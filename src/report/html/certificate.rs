//! The certificate of acceptance, as one page to print and sign.
//!
//! In: a certificate. Out: HTML with its style and script inside. Never: verifies, decides.

use askama::Template;

use super::super::certificate::{Certificate, Decision, MOST, fields};
use super::super::excerpt::Group;
use super::super::words::{AllLabels, Both, Labels, Language};
use super::bar;
use super::changes::Changes;
use super::said::Prose;
use super::waivers::{self, Waiver};
use super::{OVERVIEW_SCRIPT, SHEET, policy};
use crate::text::visible;
use crate::verdict::{Outcome, ReasonCode};

/// A longer fact does not stand beside others.
const LONGEST_BESIDE: usize = 48;

#[derive(Template)]
#[template(path = "certificate.html", config = "src/report/html/askama.toml")]
struct Page {
    language: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    w: AllLabels,
    target: String,
    class: &'static str,
    mark: &'static str,
    decision: Both,
    why: Both,
    facts: Vec<Fact>,
    violated: Vec<(String, String)>,
    violated_more: Option<Both>,
    missing: Vec<Missing>,
    missing_more: Option<Both>,
    waivers: Vec<Waiver>,
    changes: Option<Changes>,
    base_verified: bool,
    fields: Vec<Both>,
}

/// A name and a value.
struct Fact {
    name: Both,
    value: Prose,
    /// Whether it is a digest.
    code: bool,
    /// Whether it takes a line of its own.
    wide: bool,
}

/// Trials that were not exercised for one reason.
struct Missing {
    class: &'static str,
    mark: char,
    count: Both,
    code: &'static str,
    known: Both,
    text: Prose,
}

/// The certificate as a page that opens in `language`.
///
/// # Errors
/// A page that cannot be written into memory; a bug of ours.
pub fn certified(certificate: &Certificate<'_>, language: Language) -> Result<String, askama::Error> {
    let decision = certificate.decision();
    let (class, mark) = look(decision);
    let (violated, missing) = (certificate.violated(), certificate.missing());
    let more = |count: usize| (count > MOST).then(|| Both::of(|words| words.more(count - MOST)));
    let page = Page {
        language: language.as_str(),
        policy: policy(SHEET, OVERVIEW_SCRIPT),
        style: SHEET,
        script: OVERVIEW_SCRIPT,
        w: AllLabels::new(),
        target: visible(&certificate.record.target.name),
        class,
        mark,
        decision: Both::of(|words| decision.text(words.labels()).to_owned()),
        why: Both::of(|words| visible(&certificate.why(words))),
        facts: facts(certificate),
        violated_more: more(violated.len()),
        violated: violated.into_iter().take(MOST).map(|one| (visible(&one.id), visible(&one.text))).collect(),
        missing_more: more(missing.len()),
        missing: missing.iter().take(MOST).map(|(outcome, group)| reason(*outcome, group)).collect(),
        waivers: waivers::of(certificate.record),
        changes: certificate.comparison.map(|comparison| Changes::brief(comparison, MOST)),
        base_verified: certificate.base_verified,
        fields: each_field(),
    };
    page.render().map(|page| page + "\n")
}

fn look(decision: Decision) -> (&'static str, &'static str) {
    match decision {
        Decision::Accepted => ("pass", "✓"),
        Decision::Partly => ("warn", "!"),
        Decision::Refused => ("fail", "✗"),
    }
}

fn facts(certificate: &Certificate<'_>) -> Vec<Fact> {
    let count = certificate.facts(Language::English.words()).len();
    let fact = |at: usize| {
        let of = |part: fn((&'static str, String)) -> String| {
            Both::of(|words| certificate.facts(words).into_iter().nth(at).map(part).unwrap_or_default())
        };
        let name = of(|(name, _)| name.to_owned());
        let Both { english, chinese } = of(|(_, value)| visible(&value));
        let code = [|labels: &Labels| labels.contract, |labels: &Labels| labels.record_digest]
            .iter()
            .any(|label| Both::of(|words| label(words.labels()).to_owned()) == name);
        let wide = english.chars().count() > LONGEST_BESIDE;
        Fact { name, value: Prose(Both { english, chinese }), code, wide }
    };
    (0..count).map(fact).collect()
}

fn reason(outcome: Outcome, group: &Group<'_>) -> Missing {
    Missing {
        class: outcome.as_str(),
        mark: bar::mark(outcome),
        count: Both::of(|words| words.trials(group.trials.len())),
        code: group.code.map_or("", ReasonCode::as_str),
        known: Both::of(|words| group.code.and_then(|code| words.reason(code)).unwrap_or_default().to_owned()),
        text: Prose::same(&visible(group.text)),
    }
}

fn each_field() -> Vec<Both> {
    let count = fields(Language::English.words().labels()).len();
    (0..count).map(|at| Both::of(|words| fields(words.labels())[at].to_owned())).collect()
}
