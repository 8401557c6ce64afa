//! What the reports of a comparison say alike.
//!
//! In: a comparison of two runs. Out: its parts as sentences. Never: compares, formats.

use super::words::Words;
use crate::compare::{Change, Class, Comparison, Drifted, Side};

/// `compared: broken (exit 1): 3 broken, 1 mended, 2 drift`.
pub(super) fn headline(comparison: &Comparison, words: &dyn Words) -> String {
    let answer = comparison.answer;
    let said = format!("{} (exit {})", words.answer(answer), answer.exit_code());
    let mut parts: Vec<String> =
        classes(comparison).map(|(class, list)| words.count(list.len(), words.class(class))).collect();
    if !comparison.drift.is_empty() {
        parts.push(words.drift(comparison.drift.len()));
    }
    for (label, ids) in lists(comparison, words) {
        parts.push(words.says(label, &ids.len().to_string()));
    }
    if comparison.contract_changed {
        parts.push(words.labels().contract_changed.to_owned());
    }
    let said = words.says(words.labels().compared, &said);
    if parts.is_empty() { said } else { words.says(&said, &words.list(&parts)) }
}

/// `acme (2026-11-20T14:00:00Z, conforms, contract 3f9c2a10b7de)`.
pub(super) fn side(side: &Side, words: &dyn Words) -> String {
    let contract: String = side.contract.chars().take(12).collect();
    let verdict = words.verdict(side.verdict);
    format!("{} ({}, {verdict}, {} {contract})", side.target, side.started, words.labels().contract)
}

/// The changes by class, the most severe first; no class without one.
pub(super) fn classes(comparison: &Comparison) -> impl Iterator<Item = (Class, Vec<&Change>)> {
    let of = |class: Class| comparison.changes.iter().filter(move |change| change.class == class).collect::<Vec<_>>();
    Class::ALL.into_iter().map(move |class| (class, of(class))).filter(|(_, list)| !list.is_empty())
}

/// What only one of the runs has, and what was reworded; no list that is empty.
pub(super) fn lists<'a>(comparison: &'a Comparison, words: &dyn Words) -> Vec<(&'static str, &'a [String])> {
    let labels = words.labels();
    let Comparison { added, dropped, reworded, .. } = comparison;
    let all: [(&str, &[String]); 3] =
        [(labels.trials_added, added), (labels.trials_dropped, dropped), (labels.reworded, reworded)];
    all.into_iter().filter(|(_, ids)| !ids.is_empty()).collect()
}

/// What drifted, before and after, and in how many trials.
pub(super) struct DriftWords {
    /// `header x-trace`.
    pub(super) what: String,
    /// What was there.
    pub(super) before: String,
    /// What is there.
    pub(super) after: String,
    /// `41 trials: ciam/sms-send`.
    pub(super) trials: String,
}

/// The words for something that drifted.
pub(super) fn drifted(drift: &Drifted, words: &dyn Words) -> DriftWords {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| words.labels().nothing.to_owned());
    let kind = words.drift_kind(&drift.kind);
    DriftWords {
        what: format!("{kind} {}", drift.name).trim_end().to_owned(),
        before: value(&drift.before),
        after: value(&drift.after),
        trials: words.says(&words.trials(drift.trials.len()), &words.list(&drift.documents)),
    }
}
