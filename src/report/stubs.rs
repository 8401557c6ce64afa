//! Stubs of waivers for what did not pass: a person says why, who and until when, or the file is refused.
//!
//! In: a run record. Out: a waiver file that does not validate. Never: accepts anything by itself.

use std::fmt::Write as _;

use super::excerpt::{asked_for, wrong};
use crate::record::{CheckRecord, RunRecord, TrialRecord};
use crate::text::visible;
use crate::toml_file::quoted;
use crate::verdict::Outcome;

/// A longer text is named by its kind.
const LONGEST_SYMPTOM: usize = 120;

const HEAD: &str = "\
# Waivers: what is accepted although it deviates. `iamspec run --waivers THIS-FILE` refuses this file until every entry
# says why, who answers for it (`owner`) and the last day on which it holds (`until = 2026-12-31`). Delete the others.
";

/// An entry for each check that fails and each trial that is blocked.
#[must_use]
pub fn render(record: &RunRecord) -> String {
    let mut text = HEAD.to_owned();
    for trial in asked_for(record) {
        match trial.outcome {
            Outcome::Fail => failing(trial).for_each(|symptom| entry(&mut text, trial, &symptom)),
            Outcome::Blocked => blocked(trial).into_iter().for_each(|reason| entry(&mut text, trial, &reason)),
            Outcome::Pass | Outcome::Warn | Outcome::Waived | Outcome::Error => {}
        }
    }
    text
}

fn failing(trial: &TrialRecord) -> impl Iterator<Item = String> {
    let failing = wrong(trial).into_iter().filter(|check| check.outcome == Outcome::Fail);
    failing.map(|check| format!("check = {}\nsymptom = {}\n", quoted(&check.name), quoted(symptom(check))))
}

/// The text received where a person can read it, else the kind of difference.
fn symptom(check: &CheckRecord) -> &str {
    let actual = check.actual.as_str();
    let changes_every_run = actual.contains('‹');
    let readable = !actual.trim().is_empty() && visible(actual) == actual && actual.len() <= LONGEST_SYMPTOM;
    if readable && !changes_every_run { actual } else { check.kind.as_deref().unwrap_or(actual) }
}

fn blocked(trial: &TrialRecord) -> Option<String> {
    let reason = trial.reason.as_ref()?;
    Some(format!("reason = {}                # {}\n", quoted(reason.code.as_str()), visible(&reason.text)))
}

fn entry(text: &mut String, trial: &TrialRecord, excuse: &str) {
    let id = quoted(&trial.id);
    let _ = write!(text, "\n[[waiver]]\ntrial = {id}\n{excuse}why = \"\"\nowner = \"\"\nuntil = \"\"\n");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::sample;
    use super::*;
    use crate::verdict::waiver;

    #[test]
    fn a_stub_is_refused_until_a_person_has_filled_it_in() {
        let text = render(&sample::deviating());
        let complaints = waiver::parse(text.as_str(), Path::new("w.toml")).expect_err("nobody answers for it");
        assert!(complaints.iter().all(|complaint| !complaint.message.contains("TOML")), "{complaints}");
        assert_eq!(quoted("a\"\\\n"), "\"a\\\"\\\\\\U0000000A\"");
        let filled = text.replace("why = \"\"", "why = \"known\"").replace("owner = \"\"", "owner = \"qa\"");
        let filled = filled.replace("until = \"\"", "until = 2026-12-31");
        let waivers = waiver::parse(filled, Path::new("w.toml")).expect("a waiver file");
        assert!(waivers.list.len() > 5);
    }

    #[test]
    fn what_a_deployment_sends_stays_inside_of_its_string() {
        let text = render(&sample::poisoned());
        assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || crate::text::is_invisible(c)), "{text:?}");
    }
}
