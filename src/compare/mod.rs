//! Two runs held against each other: what broke, what was mended, what drifted.
//!
//! In: two run records of one product. Out: every change, in its class; a record alone, in `verify`. Never: sends.

mod answer;
pub mod merge;
mod settle;
pub mod verify;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::outcome::{ClauseStatus, Outcome, Verdict};
use crate::record::{ClauseRecord, RunRecord, TrialRecord};

/// The value of `format`.
pub const FORMAT: &str = "iamspec-diff/1";

/// What became of one deployment between two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// `iamspec-diff/1`.
    pub format: &'static str,
    /// The run that is held to be known.
    pub before: Side,
    /// The run that is held against it.
    pub after: Side,
    /// All of it in a word.
    pub answer: Answer,
    /// Clauses whose status changed, and trials whose change no clause shows.
    pub changes: Vec<Change>,
    /// What differs in the answers of trials that are kept in both runs.
    pub drift: Vec<Drifted>,
    /// Whether the runs were judged by different contracts.
    pub contract_changed: bool,
    /// Trials of the second run only.
    pub added: Vec<String>,
    /// Trials of the first run only.
    pub dropped: Vec<String>,
    /// Clauses whose text changed.
    pub reworded: Vec<String>,
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The name of the target.
    pub target: String,
    /// Its base URL.
    pub url: String,
    /// UTC, RFC 3339.
    pub started: String,
    /// The digest of the contract.
    pub contract: String,
    /// The verdict of the run.
    pub verdict: Verdict,
}

impl Side {
    fn of(record: &RunRecord) -> Self {
        Self {
            target: record.target.name.clone(),
            url: record.target.url.clone(),
            started: record.started.clone(),
            contract: record.tool.contract.clone(),
            verdict: record.verdict,
        }
    }
}

/// A comparison in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing changed.
    Same,
    /// Something was mended, nothing else changed.
    Mended,
    /// Nothing broke, but something changed that a person has to look at.
    Changed,
    /// Something broke.
    Broken,
}

impl Answer {
    /// The word of the reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Mended => "mended",
            Self::Changed => "changed",
            Self::Broken => "broken",
        }
    }

    /// The exit code of a comparison that ends so.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Same | Self::Mended => 0,
            Self::Changed => 6,
            Self::Broken => 1,
        }
    }
}

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Violated now, and not before.
    Broken,
    /// Violated before and now, but otherwise.
    Otherwise,
    /// Kept before; only warned of now.
    Weakened,
    /// A waiver covers it now.
    Waived,
    /// Not known any more.
    Blocked,
    /// Answered later than before, over many repeats.
    Slower,
    /// Known and kept now, not known before.
    Unblocked,
    /// Kept now: it was violated, warned of or waived before.
    Mended,
}

impl Class {
    /// Every class, the most severe first.
    pub const ALL: [Self; 8] = [
        Self::Broken,
        Self::Otherwise,
        Self::Weakened,
        Self::Waived,
        Self::Blocked,
        Self::Slower,
        Self::Unblocked,
        Self::Mended,
    ];
}

/// Something whose standing changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of change.
    pub class: Class,
    /// The clause; a trial, where no clause shows its change.
    pub id: String,
    /// The promise as printed, or the title of the trial.
    pub text: String,
    /// What was known before.
    pub before: ClauseStatus,
    /// What is known now.
    pub after: ClauseStatus,
    /// The trials that show it.
    pub trials: Vec<String>,
}

/// A difference between answers that no clause speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drifted {
    /// The documents it was seen on.
    pub documents: Vec<String>,
    /// `status`, `header`, `member` or `body`.
    pub kind: String,
    /// The name of the header, the path of the member.
    pub name: String,
    /// What was there; none when nothing was.
    pub before: Option<String>,
    /// What is there; none when nothing is.
    pub after: Option<String>,
    /// The trials whose answers differ so.
    pub trials: Vec<String>,
}

impl Drifted {
    /// The same difference in another trial.
    fn absorb(&mut self, other: Self) {
        self.trials.extend(other.trials);
        for document in other.documents {
            if !self.documents.contains(&document) {
                self.documents.push(document);
            }
        }
    }
}

/// Two runs that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherProduct {
    /// The product of the first run.
    pub before: String,
    /// That of the second.
    pub after: String,
}

impl std::fmt::Display for OtherProduct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a run of `{}` cannot be compared with one of `{}`", self.before, self.after)
    }
}

impl std::error::Error for OtherProduct {}

/// Compares two runs.
///
/// # Errors
/// Runs of two products: they share no clause.
pub fn compare(before: &RunRecord, after: &RunRecord) -> Result<Comparison, OtherProduct> {
    let products = (&before.target.product, &after.target.product);
    if products.0 != products.1 {
        return Err(OtherProduct { before: products.0.clone(), after: products.1.clone() });
    }
    let pairs = Pairs::of(before, after);
    let mut changes = pairs.clauses(before, after);
    changes.extend(pairs.unexplained(&changes));
    let drift = pairs.drift();
    let drifted: BTreeSet<&String> = drift.iter().flat_map(|drift| &drift.trials).collect();
    changes.retain(|change| !is_drift(change, &drifted));
    changes.extend(pairs.both.iter().filter_map(|(before, after)| slower(before, after)));
    changes.sort_by_key(|change| change.class);
    let mut comparison = Comparison {
        format: FORMAT,
        before: Side::of(before),
        after: Side::of(after),
        answer: Answer::Same,
        changes,
        drift,
        contract_changed: before.tool.contract != after.tool.contract,
        added: ids(after).filter(|id| !pairs.before.contains_key(id)).map(str::to_owned).collect(),
        dropped: ids(before).filter(|id| !pairs.after.contains_key(id)).map(str::to_owned).collect(),
        reworded: reworded(before, after),
    };
    comparison.answer = answer(&comparison);
    Ok(comparison)
}

/// How often a trial must have run for its latencies to be compared.
const ENOUGH: usize = 10;
/// How much longer the median must be: what is less may be the network's.
const LONGER: f64 = 1.2;

/// A trial that answers later than before, told by distributions: half of its answers take longer than nine of ten did, and
/// the median is a fifth longer.
fn slower(before: &TrialRecord, after: &TrialRecord) -> Option<Change> {
    let repeats = |trial: &TrialRecord| {
        let repeats = trial.repeats.as_ref().filter(|repeats| repeats.outcomes.total >= ENOUGH)?;
        repeats.latency_ms
    };
    let (known, now) = (repeats(before)?, repeats(after)?);
    (now.p50 > known.p90 && now.p50 > known.p50 * LONGER).then(|| Change {
        class: Class::Slower,
        id: after.id.clone(),
        text: format!("ms p50 {} → {}, p90 {} → {}", known.p50, now.p50, known.p90, now.p90),
        before: standing(before.outcome),
        after: standing(after.outcome),
        trials: vec![after.id.clone()],
    })
}

/// Whether all that a change says is that something undocumented came or went: then the drift tells it, once.
fn is_drift(change: &Change, drifted: &BTreeSet<&String>) -> bool {
    use ClauseStatus::{Proven, Warned};
    let warning = matches!((change.before, change.after), (Proven, Warned) | (Warned, Proven));
    warning && change.trials.iter().all(|trial| drifted.contains(trial))
}

fn ids(record: &RunRecord) -> impl Iterator<Item = &str> {
    record.trials.iter().map(|trial| trial.id.as_str())
}

fn answer(comparison: &Comparison) -> Answer {
    let Comparison { changes, drift, contract_changed, added, dropped, reworded, .. } = comparison;
    let apart = *contract_changed || [added, dropped, reworded].iter().any(|list| !list.is_empty());
    match changes.iter().map(|change| change.class).min() {
        Some(Class::Broken) => Answer::Broken,
        Some(
            Class::Otherwise | Class::Weakened | Class::Waived | Class::Blocked | Class::Slower | Class::Unblocked,
        ) => Answer::Changed,
        Some(Class::Mended) | None if apart || !drift.is_empty() => Answer::Changed,
        Some(Class::Mended) => Answer::Mended,
        None => Answer::Same,
    }
}

fn reworded(before: &RunRecord, after: &RunRecord) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = before.clauses.iter().map(|c| (c.id.as_str(), c.text.as_str())).collect();
    let other = |clause: &&ClauseRecord| texts.get(clause.id.as_str()).is_some_and(|text| *text != clause.text);
    after.clauses.iter().filter(other).map(|clause| clause.id.clone()).collect()
}

/// The class of a change; none where the standing is the same, or unknown before and after.
fn class(before: ClauseStatus, after: ClauseStatus) -> Option<Class> {
    use ClauseStatus::{Blocked, Proven, Untested, Violated, Waived, Warned};
    match (before, after) {
        (Violated, Violated)
        | (Proven, Proven)
        | (Warned, Warned)
        | (Waived, Waived)
        | (Blocked | Untested, Blocked | Untested) => None,
        (Proven | Warned | Waived | Blocked | Untested, Violated) => Some(Class::Broken),
        (Violated | Warned | Waived, Proven) | (Violated | Waived, Warned) => Some(Class::Mended),
        (Proven, Warned) => Some(Class::Weakened),
        (Proven | Warned | Violated | Blocked | Untested, Waived) => Some(Class::Waived),
        (Proven | Warned | Waived | Violated, Blocked | Untested) => Some(Class::Blocked),
        (Blocked | Untested, Proven | Warned) => Some(Class::Unblocked),
    }
}

/// What an outcome would make of a clause that only this trial cites.
fn standing(outcome: Outcome) -> ClauseStatus {
    match outcome {
        Outcome::Pass => ClauseStatus::Proven,
        Outcome::Warn => ClauseStatus::Warned,
        Outcome::Fail => ClauseStatus::Violated,
        Outcome::Blocked => ClauseStatus::Blocked,
        Outcome::Waived => ClauseStatus::Waived,
        Outcome::Error => ClauseStatus::Untested,
    }
}

/// Whether a trial was exercised and broke no documented promise.
fn kept(trial: &TrialRecord) -> bool {
    match trial.outcome {
        Outcome::Pass | Outcome::Warn => true,
        Outcome::Fail | Outcome::Blocked | Outcome::Waived | Outcome::Error => false,
    }
}

/// The trials of both runs by id.
struct Pairs<'a> {
    before: BTreeMap<&'a str, &'a TrialRecord>,
    after: BTreeMap<&'a str, &'a TrialRecord>,
    /// In the order of the second run.
    both: Vec<(&'a TrialRecord, &'a TrialRecord)>,
}

impl<'a> Pairs<'a> {
    fn of(before: &'a RunRecord, after: &'a RunRecord) -> Self {
        let by_id = |record: &'a RunRecord| record.trials.iter().map(|trial| (trial.id.as_str(), trial)).collect();
        let known: BTreeMap<&str, &TrialRecord> = by_id(before);
        let both = after.trials.iter().filter_map(|trial| Some((*known.get(trial.id.as_str())?, trial))).collect();
        Self { before: known, after: by_id(after), both }
    }

    /// The clauses whose status changed, where trials of both runs tell of it.
    fn clauses(&self, before: &RunRecord, after: &RunRecord) -> Vec<Change> {
        let known: BTreeMap<&str, &ClauseRecord> = before.clauses.iter().map(|c| (c.id.as_str(), c)).collect();
        let pairs = after.clauses.iter().filter_map(|clause| Some((*known.get(clause.id.as_str())?, clause)));
        pairs.filter_map(|(before, after)| self.clause(before, after)).collect()
    }

    fn clause(&self, before: &ClauseRecord, after: &ClauseRecord) -> Option<Change> {
        let class = class(before.status, after.status)?;
        // What was asked for in one of the runs only is told as added or dropped; what is violated is always told.
        let told = |trials: &[String], other: &BTreeMap<&str, &TrialRecord>| {
            trials.iter().any(|id| other.contains_key(id.as_str()))
        };
        let comparable = told(&before.trials, &self.after) || told(&after.trials, &self.before);
        if !comparable && class != Class::Broken {
            return None;
        }
        let citing: BTreeSet<&String> = before.trials.iter().chain(&after.trials).collect();
        let changed = citing.iter().filter(|id| self.class_of(id) == Some(class)).map(|id| (*id).clone());
        let changed: Vec<String> = changed.collect();
        Some(Change {
            class,
            id: after.id.clone(),
            text: after.text.clone(),
            before: before.status,
            after: after.status,
            trials: if changed.is_empty() { after.trials.clone() } else { changed },
        })
    }

    fn class_of(&self, id: &str) -> Option<Class> {
        let (before, after) = (self.before.get(id)?, self.after.get(id)?);
        class(standing(before.outcome), standing(after.outcome))
    }

    /// The trials that changed in a way that no changed clause shows.
    fn unexplained(&self, shown: &[Change]) -> Vec<Change> {
        let shown: BTreeSet<(Class, &str)> =
            shown.iter().flat_map(|change| change.trials.iter().map(|id| (change.class, id.as_str()))).collect();
        let changed = self.both.iter().filter_map(|(before, after)| Some((*before, *after, of_trials(before, after)?)));
        changed.filter(|(_, after, class)| !shown.contains(&(*class, after.id.as_str()))).map(trial_change).collect()
    }

    /// What differs in the answers of trials that are kept in both runs, the same difference once.
    fn drift(&self) -> Vec<Drifted> {
        let mut drift: Vec<Drifted> = Vec::new();
        let told = self.told();
        for (before, after) in self.both.iter().filter(|(before, after)| kept(before) && kept(after)) {
            let untold = |difference: &Drifted| !told.iter().any(|known| alike(known, difference));
            for difference in answer::differences(before, after).into_iter().filter(untold) {
                match drift.iter_mut().find(|known| alike(known, &difference)) {
                    Some(known) => known.absorb(difference),
                    None => drift.push(difference),
                }
            }
        }
        drift
    }
}

impl Pairs<'_> {
    /// Differences that a check complains of in one of the runs: the change of its clause tells them, wherever else the same
    /// words stand in answers that nothing is promised of.
    fn told(&self) -> Vec<Drifted> {
        let changed = self.both.iter().filter(|(before, after)| !(kept(before) && kept(after)));
        let told = changed.flat_map(|(before, after)| {
            let wrong: BTreeSet<&str> =
                symptoms(before).into_iter().chain(symptoms(after)).map(|(name, _)| name).collect();
            answer::differences(before, after)
                .into_iter()
                .filter(move |difference| wrong.contains(judge_of(difference)))
        });
        told.collect()
    }
}

/// The check that looks at this part of an answer, where one does.
fn judge_of(difference: &Drifted) -> &str {
    match (difference.kind.as_str(), difference.name.as_str()) {
        ("status", _) => "status",
        ("header", "content-type") => "content_type",
        ("member", name) => name,
        _ => "",
    }
}

/// The same difference, wherever it stands.
fn alike(one: &Drifted, other: &Drifted) -> bool {
    (&one.kind, &one.name, &one.before, &one.after) == (&other.kind, &other.name, &other.before, &other.after)
}

fn of_trials(before: &TrialRecord, after: &TrialRecord) -> Option<Class> {
    let both_fail = (before.outcome, after.outcome) == (Outcome::Fail, Outcome::Fail);
    if both_fail && symptoms(before) != symptoms(after) {
        return Some(Class::Otherwise);
    }
    class(standing(before.outcome), standing(after.outcome))
}

/// What fails in a trial, and how.
fn symptoms(trial: &TrialRecord) -> BTreeSet<(&str, Option<&str>)> {
    let failing = trial.checks.iter().filter(|check| check.outcome == Outcome::Fail);
    failing.map(|check| (check.name.as_str(), check.kind.as_deref())).collect()
}

fn trial_change((before, after, class): (&TrialRecord, &TrialRecord, Class)) -> Change {
    Change {
        class,
        id: after.id.clone(),
        text: after.title.clone(),
        before: standing(before.outcome),
        after: standing(after.outcome),
        trials: vec![after.id.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_into_violated_is_broken_and_every_way_out_of_knowledge_is_blocked() {
        for status in ClauseStatus::ALL.into_iter().filter(|status| *status != ClauseStatus::Violated) {
            assert_eq!(class(status, ClauseStatus::Violated), Some(Class::Broken));
            assert_ne!(class(ClauseStatus::Violated, status), None);
        }
        assert_eq!(class(ClauseStatus::Proven, ClauseStatus::Untested), Some(Class::Blocked));
        assert_eq!(class(ClauseStatus::Violated, ClauseStatus::Waived), Some(Class::Waived));
    }

    #[test]
    fn what_is_as_it_was_is_no_change() {
        for status in ClauseStatus::ALL {
            assert_eq!(class(status, status), None);
        }
    }
}
