//! What findings mean: the outcome of a trial, the status of a clause, the verdict of a run. Decided here and nowhere else.
//!
//! In: findings, reasons, outcomes, waivers. Out: one word each. Never: looks at an exchange.

pub mod waiver;

use std::collections::BTreeMap;

pub use crate::outcome::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

use crate::case::Clause;
use crate::check::{Finding, Severity};
use crate::plan::Reason;
use crate::record::{ClauseRecord, Tally, TrialRecord, WaiverRecord};

/// The outcome of a trial: a broken promise outweighs everything, and nothing looked at is never a success.
#[must_use]
pub fn outcome(findings: &[Finding], reason: Option<&Reason>, strict: bool) -> Outcome {
    let worst = findings.iter().map(|finding| finding.severity).max();
    match (worst, reason) {
        (Some(Severity::Fail), _) => Outcome::Fail,
        (_, Some(reason)) => of_reason(reason.code),
        (Some(Severity::Warn), None) if strict => Outcome::Fail,
        (Some(Severity::Warn), None) => Outcome::Warn,
        (Some(Severity::Pass), None) => Outcome::Pass,
        (None, None) => Outcome::Error,
    }
}

/// The outcome that a reason stands for.
#[must_use]
pub fn of_reason(code: ReasonCode) -> Outcome {
    match code {
        ReasonCode::Configuration | ReasonCode::Environment | ReasonCode::Source | ReasonCode::Harness => {
            Outcome::Error
        }
        ReasonCode::PromiseBroken => Outcome::Fail,
        ReasonCode::Deviation => Outcome::Warn,
        ReasonCode::DeliveryNotAllowed
        | ReasonCode::NeedsRecipient
        | ReasonCode::NeedsAccount
        | ReasonCode::NeedsCaptcha
        | ReasonCode::NeedsCode
        | ReasonCode::BudgetSpent
        | ReasonCode::RateLimited
        | ReasonCode::ControlFailed
        | ReasonCode::Interrupted => Outcome::Blocked,
    }
}

/// Counts the trials that were asked for.
#[must_use]
pub fn tally(trials: &[TrialRecord]) -> Tally {
    let mut tally = Tally::default();
    trials.iter().filter(|trial| !trial.prerequisite).for_each(|trial| tally.add(trial.outcome));
    tally
}

/// The verdict of a run. A waiver that no longer says what is so makes it deviate, once anything could be found out.
#[must_use]
pub fn verdict(tally: &Tally, waivers: &[WaiverRecord], interrupted: bool) -> Verdict {
    let exercised = tally.pass + tally.warn + tally.fail + tally.waived;
    if tally.fail > 0 {
        Verdict::Deviates
    } else if exercised == 0 && tally.error > 0 {
        Verdict::Untested
    } else if waivers.iter().any(|waiver| waiver.state.deviates()) {
        Verdict::Deviates
    } else if interrupted || tally.blocked + tally.error > 0 || exercised == 0 {
        Verdict::Incomplete
    } else {
        Verdict::Conforms
    }
}

/// The status of every clause, from the trials that cite it.
#[must_use]
pub fn clauses<'a>(clauses: impl IntoIterator<Item = &'a Clause>, trials: &[TrialRecord]) -> Vec<ClauseRecord> {
    let mut citing: BTreeMap<&str, Vec<&TrialRecord>> = BTreeMap::new();
    for trial in trials {
        for clause in &trial.clauses {
            citing.entry(clause).or_default().push(trial);
        }
    }
    clauses
        .into_iter()
        .map(|clause| {
            let trials = citing.remove(clause.id.as_str()).unwrap_or_default();
            ClauseRecord {
                id: clause.id.clone(),
                text: clause.text.clone(),
                basis: clause.basis.as_str().to_owned(),
                status: status(&trials),
                trials: trials.iter().map(|trial| trial.id.clone()).collect(),
            }
        })
        .collect()
}

fn status(trials: &[&TrialRecord]) -> ClauseStatus {
    let any = |outcome: Outcome| trials.iter().any(|trial| trial.outcome == outcome);
    if any(Outcome::Fail) {
        ClauseStatus::Violated
    } else if any(Outcome::Waived) {
        ClauseStatus::Waived
    } else if any(Outcome::Pass) {
        ClauseStatus::Proven
    } else if any(Outcome::Warn) {
        ClauseStatus::Warned
    } else if any(Outcome::Blocked) {
        ClauseStatus::Blocked
    } else {
        ClauseStatus::Untested
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity) -> Finding {
        Finding::new("status", severity, "", "", "")
    }

    #[test]
    fn a_broken_promise_outweighs_every_reason() {
        let reason = Reason::new(ReasonCode::Environment, "");
        assert_eq!(outcome(&[finding(Severity::Fail)], Some(&reason), false), Outcome::Fail);
        assert_eq!(outcome(&[finding(Severity::Pass)], Some(&reason), false), Outcome::Error);
    }

    #[test]
    fn nothing_looked_at_is_no_success() {
        assert_eq!(outcome(&[], None, false), Outcome::Error);
    }

    #[test]
    fn a_warning_fails_only_when_strict() {
        let findings = [finding(Severity::Pass), finding(Severity::Warn)];
        assert_eq!(outcome(&findings, None, false), Outcome::Warn);
        assert_eq!(outcome(&findings, None, true), Outcome::Fail);
    }

    #[test]
    fn nothing_exercised_is_never_conforming() {
        let blocked = Tally { blocked: 3, total: 3, ..Tally::default() };
        assert_eq!(verdict(&blocked, &[], false), Verdict::Incomplete);
        assert_eq!(verdict(&Tally::default(), &[], false), Verdict::Incomplete);
        let error = Tally { error: 1, blocked: 2, total: 3, ..Tally::default() };
        assert_eq!(verdict(&error, &[], false), Verdict::Untested);
        let passed = Tally { pass: 1, total: 1, ..Tally::default() };
        assert_eq!(verdict(&passed, &[], false), Verdict::Conforms);
        assert_eq!(verdict(&passed, &[], true), Verdict::Incomplete);
    }
}
