//! Waivers: deviations that somebody answers for until a day, and what becomes of them in a run.
//!
//! In: a waiver file, the trials of a run. Out: trials turned into `waived`, and what each waiver did. Never: covers a
//! symptom or a reason that it does not name, or anything after its date.

mod file;

use std::sync::Arc;

use jiff::civil::Date;

use crate::case::Trial;
use crate::outcome::{Outcome, ReasonCode, WaiverState};
use crate::plan::matches;
use crate::record::{CheckRecord, TrialRecord, WaiverRecord};

pub use file::{load, parse};

/// The waivers of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waivers {
    /// In the order of the file.
    pub list: Vec<Waiver>,
}

/// One deviation that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The file it stands in, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What it is for.
    pub scope: Scope,
    /// What it says happens there.
    pub excuse: Excuse,
    /// Why it is accepted.
    pub why: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is talked about.
    pub link: Option<String>,
    /// The last day, UTC, on which it holds.
    pub until: Date,
}

/// What a waiver is for; `*` crosses `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Trials by their ids.
    Trials(String),
    /// The trials that cite a clause.
    Clauses(String),
}

/// What a waiver says happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excuse {
    /// A check fails with exactly this symptom: its kind, or the text received.
    Fails {
        /// The name of the check.
        check: String,
        /// The kind of difference, or the text received.
        symptom: String,
    },
    /// The trial is blocked for exactly this reason.
    Blocked(ReasonCode),
}

impl Scope {
    fn holds(&self, id: &str, clauses: &[String]) -> bool {
        match self {
            Self::Trials(glob) => matches(glob, id),
            Self::Clauses(glob) => clauses.iter().any(|clause| matches(glob, clause)),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Trials(glob) => format!("trial {glob}"),
            Self::Clauses(glob) => format!("clause {glob}"),
        }
    }
}

impl Excuse {
    fn text(&self) -> String {
        match self {
            Self::Fails { check, symptom } => format!("{check}: {symptom}"),
            Self::Blocked(reason) => reason.as_str().to_owned(),
        }
    }

    fn covers_check(&self, found: &CheckRecord) -> bool {
        match self {
            Self::Fails { check, symptom } => {
                found.name == *check && (found.kind.as_ref() == Some(symptom) || found.actual == *symptom)
            }
            Self::Blocked(_) => false,
        }
    }

    /// Whether one success within its scope shows that it is out of date; trials that are blocked come mixed with others.
    fn ends_with_the_first_success(&self) -> bool {
        match self {
            Self::Fails { .. } => true,
            Self::Blocked(_) => false,
        }
    }
}

/// A waiver as a record holds it; none where it cannot be read.
#[must_use]
pub fn recorded(record: &WaiverRecord) -> Option<Waiver> {
    let scope = match record.covers.split_once(' ')? {
        ("trial", glob) => Scope::Trials(glob.to_owned()),
        ("clause", glob) => Scope::Clauses(glob.to_owned()),
        _ => return None,
    };
    let excuse = match record.expects.split_once(": ") {
        Some((check, symptom)) => Excuse::Fails { check: check.to_owned(), symptom: symptom.to_owned() },
        None => Excuse::Blocked(ReasonCode::ALL.into_iter().find(|code| code.as_str() == record.expects)?),
    };
    Some(Waiver {
        file: record.file.clone(),
        line: record.line,
        scope,
        excuse,
        why: record.why.clone(),
        owner: record.owner.clone(),
        link: record.link.clone(),
        until: record.until.parse().ok()?,
    })
}

/// What waivers are held against.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Every trial of the contract: a waiver for none of them is for nothing.
    pub trials: &'a [Arc<Trial>],
    /// The day of the run, UTC.
    pub today: Date,
    /// Whether a warning fails.
    pub strict: bool,
}

/// What one waiver met.
#[derive(Debug, Default)]
struct Met {
    covered: Vec<String>,
    passes: Vec<String>,
    otherwise: Vec<String>,
}

/// Turns into `waived` what fails, or is blocked, exactly as a waiver says, and says what each waiver did.
pub fn waive(trials: &mut [TrialRecord], waivers: &Waivers, ground: Ground<'_>) -> Vec<WaiverRecord> {
    let mut met: Vec<Met> = waivers.list.iter().map(|_| Met::default()).collect();
    for trial in trials {
        let for_it = |(_, waiver): &(usize, &Waiver)| {
            waiver.until >= ground.today && waiver.scope.holds(&trial.id, &trial.clauses)
        };
        let active: Vec<(usize, &Waiver)> = waivers.list.iter().enumerate().filter(for_it).collect();
        let covering = covering(trial, &active, ground.strict);
        if !covering.is_empty() {
            trial.outcome = Outcome::Waived;
        }
        for (at, waiver) in active {
            let met = &mut met[at];
            if covering.contains(&at) {
                met.covered.push(trial.id.clone());
            } else {
                missed(trial, &waiver.excuse, met);
            }
        }
    }
    waivers.list.iter().zip(met).map(|(waiver, met)| account(waiver, met, ground)).collect()
}

/// The waivers that together explain all of a trial's outcome; none where something stays unexplained.
fn covering(trial: &TrialRecord, active: &[(usize, &Waiver)], strict: bool) -> Vec<usize> {
    let with = |covers: &dyn Fn(&Excuse) -> bool| -> Vec<usize> {
        active.iter().filter(|(_, waiver)| covers(&waiver.excuse)).map(|(at, _)| *at).collect()
    };
    match trial.outcome {
        Outcome::Fail => {
            let wrong = trial.checks.iter().filter(|check| deviates(check.outcome, strict));
            let each: Vec<Vec<usize>> = wrong.map(|check| with(&|excuse| excuse.covers_check(check))).collect();
            if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
        }
        Outcome::Blocked => {
            let reason = trial.reason.as_ref().map(|reason| reason.code);
            with(&|excuse| matches!(excuse, Excuse::Blocked(code) if Some(*code) == reason))
        }
        Outcome::Pass | Outcome::Warn | Outcome::Error | Outcome::Waived => Vec::new(),
    }
}

fn deviates(check: Outcome, strict: bool) -> bool {
    match check {
        Outcome::Fail => true,
        Outcome::Warn => strict,
        Outcome::Pass | Outcome::Blocked | Outcome::Waived | Outcome::Error => false,
    }
}

/// What a waiver met in a trial that it is for and does not cover.
fn missed(trial: &TrialRecord, excuse: &Excuse, met: &mut Met) {
    let interrupted = trial.reason.as_ref().is_some_and(|reason| reason.code == ReasonCode::Interrupted);
    match trial.outcome {
        Outcome::Pass | Outcome::Warn => met.passes.push(trial.id.clone()),
        // Others explain the trial: what this one says is no longer so.
        Outcome::Waived if excuse.ends_with_the_first_success() => met.passes.push(trial.id.clone()),
        Outcome::Fail => met.otherwise.push(trial.id.clone()),
        Outcome::Blocked if !interrupted => met.otherwise.push(trial.id.clone()),
        Outcome::Waived | Outcome::Blocked | Outcome::Error => {}
    }
}

fn account(waiver: &Waiver, met: Met, ground: Ground<'_>) -> WaiverRecord {
    let state = state(waiver, &met, ground);
    WaiverRecord {
        file: waiver.file.clone(),
        line: waiver.line,
        covers: waiver.scope.text(),
        expects: waiver.excuse.text(),
        why: waiver.why.clone(),
        owner: waiver.owner.clone(),
        link: waiver.link.clone(),
        until: waiver.until.to_string(),
        state,
        text: text(waiver, state, &met),
        trials: met.covered,
    }
}

fn state(waiver: &Waiver, met: &Met, ground: Ground<'_>) -> WaiverState {
    let known = || ground.trials.iter().any(|trial| waiver.scope.holds(&trial.id, &trial.clauses));
    if waiver.until < ground.today {
        WaiverState::Expired
    } else if !met.passes.is_empty() && waiver.excuse.ends_with_the_first_success() {
        WaiverState::Stale
    } else if !met.covered.is_empty() {
        WaiverState::Applied
    } else if !met.passes.is_empty() {
        WaiverState::Stale
    } else if !met.otherwise.is_empty() {
        WaiverState::Mismatched
    } else if known() {
        WaiverState::Idle
    } else {
        WaiverState::Unused
    }
}

/// One sentence: what a waiver did, and what to do about it.
fn text(waiver: &Waiver, state: WaiverState, met: &Met) -> String {
    let line = waiver.line;
    match state {
        WaiverState::Applied => format!("covers {}", named(&met.covered)),
        WaiverState::Stale if met.covered.is_empty() => {
            format!("no longer so for {}: remove line {line}", named(&met.passes))
        }
        WaiverState::Stale => {
            format!("no longer so for {}: narrow or remove line {line}", named(&met.passes))
        }
        WaiverState::Unused => format!("it matches no trial of the contract: mend or remove line {line}"),
        WaiverState::Expired => format!("its last day was {}: renew or remove line {line}", waiver.until),
        WaiverState::Mismatched => {
            format!("not what happens: {} ended otherwise: look there, then at line {line}", named(&met.otherwise))
        }
        WaiverState::Idle => "nothing that it is for was asked for, or found out".to_owned(),
    }
}

/// `` `a` ``, or `` `a` and 2 more ``.
fn named(ids: &[String]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        [one] => format!("`{one}`"),
        [first, more @ ..] => format!("`{first}` and {} more", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{CasePlace, Reason};

    const TODAY: &str = "2026-11-20";

    fn trial(outcome: Outcome, checks: &[(&str, &str)], reason: Option<ReasonCode>) -> TrialRecord {
        let check = |(name, kind): &(&str, &str)| CheckRecord {
            name: (*name).to_owned(),
            outcome: Outcome::Fail,
            expected: "x".to_owned(),
            actual: "y".to_owned(),
            text: "z".to_owned(),
            kind: Some((*kind).to_owned()),
        };
        TrialRecord {
            id: "ciam/sms-send/a".to_owned(),
            title: "a title".to_owned(),
            clauses: vec!["ciam/sms-send/error/X/zh".to_owned()],
            basis: "documented".to_owned(),
            outcome,
            reason: reason.map(|code| Reason { code, text: "a reason".to_owned() }),
            checks: checks.iter().map(check).collect(),
            duration_ms: 1.0,
            exchanges: Vec::new(),
            delta: Vec::new(),
            control: None,
            case: CasePlace { file: "a.toml".to_owned(), line: 1 },
            improvised: false,
            prerequisite: false,
            repeats: None,
        }
    }

    fn waiver(excuse: Excuse, until: &str) -> Waiver {
        Waiver {
            file: "w.toml".to_owned(),
            line: 12,
            scope: Scope::Trials("ciam/*/a".to_owned()),
            excuse,
            why: "known".to_owned(),
            owner: "qa".to_owned(),
            link: None,
            until: until.parse().expect("a date"),
        }
    }

    fn fails(check: &str, symptom: &str) -> Excuse {
        Excuse::Fails { check: check.to_owned(), symptom: symptom.to_owned() }
    }

    /// How the trial ends, and what each waiver did.
    fn held(mut trial: TrialRecord, list: Vec<Waiver>) -> (Outcome, Vec<WaiverState>, String) {
        let ground = Ground { trials: &[], today: TODAY.parse().expect("a date"), strict: false };
        let records = waive(std::slice::from_mut(&mut trial), &Waivers { list }, ground);
        let texts: Vec<_> = records.iter().map(|record| record.text.clone()).collect();
        (trial.outcome, records.iter().map(|record| record.state).collect(), texts.join("\n"))
    }

    #[test]
    fn exactly_the_symptom_is_waived_by_its_kind_or_by_the_text_received() {
        for symptom in ["other wording", "y"] {
            let trial = trial(Outcome::Fail, &[("error_msg", "other wording")], None);
            let (outcome, states, _) = held(trial, vec![waiver(fails("error_msg", symptom), TODAY)]);
            assert_eq!((outcome, states), (Outcome::Waived, vec![WaiverState::Applied]));
        }
    }

    #[test]
    fn another_symptom_stays_a_failure() {
        let trial = trial(Outcome::Fail, &[("error_msg", "other language")], None);
        let (outcome, states, _) = held(trial, vec![waiver(fails("error_msg", "other wording"), TODAY)]);
        assert_eq!((outcome, states), (Outcome::Fail, vec![WaiverState::Mismatched]));
    }

    #[test]
    fn a_second_failing_check_needs_a_waiver_of_its_own() {
        let wrong = [("error_msg", "other wording"), ("status", "other status")];
        let first = || waiver(fails("error_msg", "other wording"), TODAY);
        let (alone, ..) = held(trial(Outcome::Fail, &wrong, None), vec![first()]);
        assert_eq!(alone, Outcome::Fail);
        let both = vec![first(), waiver(fails("status", "other status"), TODAY)];
        let (together, ..) = held(trial(Outcome::Fail, &wrong, None), both);
        assert_eq!(together, Outcome::Waived);
    }

    #[test]
    fn a_failure_without_a_failing_check_is_never_waived() {
        let trial = trial(Outcome::Fail, &[], Some(ReasonCode::PromiseBroken));
        assert_eq!(held(trial, vec![waiver(fails("error_msg", "y"), TODAY)]).0, Outcome::Fail);
    }

    #[test]
    fn what_is_blocked_is_waived_for_the_reason_named_only() {
        let blocked = || trial(Outcome::Blocked, &[], Some(ReasonCode::NeedsAccount));
        let named = held(blocked(), vec![waiver(Excuse::Blocked(ReasonCode::NeedsAccount), TODAY)]);
        assert_eq!((named.0, named.1), (Outcome::Waived, vec![WaiverState::Applied]));
        let other = held(blocked(), vec![waiver(Excuse::Blocked(ReasonCode::NeedsCode), TODAY)]);
        assert_eq!((other.0, other.1), (Outcome::Blocked, vec![WaiverState::Mismatched]));
    }

    #[test]
    fn a_waiver_for_what_passes_is_stale_and_says_which_line_to_remove() {
        let trial = trial(Outcome::Pass, &[], None);
        let (outcome, states, text) = held(trial, vec![waiver(fails("error_msg", "y"), TODAY)]);
        assert_eq!((outcome, states), (Outcome::Pass, vec![WaiverState::Stale]));
        assert!(text.contains("remove line 12"), "{text}");
    }

    #[test]
    fn a_waiver_covers_nothing_after_its_date() {
        let trial = trial(Outcome::Fail, &[("error_msg", "other wording")], None);
        let (outcome, states, text) = held(trial, vec![waiver(fails("error_msg", "y"), "2026-11-19")]);
        assert_eq!((outcome, states), (Outcome::Fail, vec![WaiverState::Expired]));
        assert!(text.contains("2026-11-19"), "{text}");
    }

    #[test]
    fn an_error_is_nobodys_success_and_cannot_be_waived() {
        let trial = trial(Outcome::Error, &[], Some(ReasonCode::Environment));
        let (outcome, states, _) = held(trial, vec![waiver(fails("error_msg", "y"), TODAY)]);
        // No trial of the (empty) contract: unused, and neither stale nor applied.
        assert_eq!((outcome, states), (Outcome::Error, vec![WaiverState::Unused]));
    }
}
