//! A stored run checked against itself: outcomes from its checks, and everything that follows from outcomes.
//!
//! In: a run record and the contract that it was judged by. Out: where the record disagrees with what follows. Never: judges
//! an exchange anew: the checks are taken as they were recorded.

use crate::case::{Contract, Product};
use crate::check::{Finding, Severity};
use crate::outcome::{Outcome, ReasonCode};
use crate::plan::Reason;
use crate::record::{CheckRecord, ClauseRecord, RunRecord, TrialRecord, WaiverRecord};
use crate::verdict;

/// Something that a record says and that does not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// A trial, a clause, `tally`, `verdict`.
    pub about: String,
    /// What the record says.
    pub recorded: String,
    /// What follows from the rest of it.
    pub follows: String,
}

/// Why a record cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverifiable {
    /// It was judged by another contract: its digest, and ours.
    OtherContract {
        /// The digest of the record.
        recorded: String,
        /// The digest of the contract at hand.
        ours: String,
    },
    /// Its product is unknown.
    UnknownProduct(String),
}

impl std::fmt::Display for Unverifiable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherContract { recorded, ours } => write!(
                f,
                "the run was judged by the contract `{recorded}`, this is `{ours}`: take the version of the tool, or the \
                 cases and schemas, that the run was made with"
            ),
            Self::UnknownProduct(product) => write!(f, "there is no product `{product}`"),
        }
    }
}

impl std::error::Error for Unverifiable {}

/// Where a record disagrees with what follows from its own checks and reasons.
///
/// # Errors
/// A record that was judged by another contract.
pub fn verify(record: &RunRecord, contract: &Contract) -> Result<Vec<Disagreement>, Unverifiable> {
    if record.tool.contract != contract.digest {
        let (recorded, ours) = (record.tool.contract.clone(), contract.digest.clone());
        return Err(Unverifiable::OtherContract { recorded, ours });
    }
    let product = &record.target.product;
    let product = Product::from_name(product).ok_or_else(|| Unverifiable::UnknownProduct(product.clone()))?;
    let strict = record.trials.iter().any(failed_by_a_warning);
    let mut found: Vec<Disagreement> = Vec::new();
    for trial in &record.trials {
        found.extend(unknown(trial, contract, product));
        found.extend(of_trial(trial, &record.waivers, &record.started, strict));
    }
    found.extend(of_clauses(&record.clauses, &verdict::clauses(contract.clauses_of(product), &record.trials)));
    let tally = verdict::tally(&record.trials);
    found.extend(disagreement("tally", &format!("{:?}", record.tally), &format!("{tally:?}")));
    let follows = verdict::verdict(&tally, &record.waivers, record.finished.is_none());
    found.extend(disagreement("verdict", record.verdict.as_str(), follows.as_str()));
    Ok(found)
}

fn disagreement(about: &str, recorded: &str, follows: &str) -> Option<Disagreement> {
    let said = |text: &str| text.to_owned();
    let differs = recorded != follows;
    differs.then(|| Disagreement { about: said(about), recorded: said(recorded), follows: said(follows) })
}

fn unknown(trial: &TrialRecord, contract: &Contract, product: Product) -> Option<Disagreement> {
    let known = contract.trials_of(product).any(|known| known.id == trial.id);
    if known { None } else { disagreement(&trial.id, "a trial", "no trial of the contract") }
}

/// Only a strict run fails what it merely warns of; the record does not say otherwise that it was one.
fn failed_by_a_warning(trial: &TrialRecord) -> bool {
    let with = |outcome: Outcome| trial.checks.iter().any(|check| check.outcome == outcome);
    trial.outcome == Outcome::Fail && with(Outcome::Warn) && !with(Outcome::Fail)
}

fn of_trial(trial: &TrialRecord, waivers: &[WaiverRecord], started: &str, strict: bool) -> Option<Disagreement> {
    let raw = raw(trial, strict);
    let claiming: Vec<&WaiverRecord> = waivers.iter().filter(|waiver| waiver.trials.contains(&trial.id)).collect();
    let waived = !claiming.is_empty() && explained(trial, raw, &claiming, started, strict);
    let follows = if waived { Outcome::Waived } else { raw };
    disagreement(&trial.id, trial.outcome.as_str(), follows.as_str())
}

/// The outcome before any waiver.
fn raw(trial: &TrialRecord, strict: bool) -> Outcome {
    let findings: Vec<Finding> = trial.checks.iter().map(finding).collect();
    // These two only repeat what the checks say.
    let own = trial.reason.as_ref().filter(|reason| match reason.code {
        ReasonCode::PromiseBroken | ReasonCode::Deviation => false,
        ReasonCode::DeliveryNotAllowed
        | ReasonCode::NeedsRecipient
        | ReasonCode::NeedsAccount
        | ReasonCode::NeedsCaptcha
        | ReasonCode::NeedsCode
        | ReasonCode::BudgetSpent
        | ReasonCode::RateLimited
        | ReasonCode::ControlFailed
        | ReasonCode::Interrupted
        | ReasonCode::Configuration
        | ReasonCode::Environment
        | ReasonCode::Source
        | ReasonCode::Harness => true,
    });
    let reason = own.map(|reason| Reason::new(reason.code, reason.text.clone()));
    verdict::outcome(&findings, reason.as_ref(), strict)
}

fn finding(check: &CheckRecord) -> Finding {
    let severity = match check.outcome {
        Outcome::Pass => Severity::Pass,
        Outcome::Warn => Severity::Warn,
        Outcome::Fail | Outcome::Blocked | Outcome::Waived | Outcome::Error => Severity::Fail,
    };
    Finding::new("recorded", severity, "", "", "")
}

/// Whether waivers that were in date name everything that is wrong.
fn explained(trial: &TrialRecord, raw: Outcome, claiming: &[&WaiverRecord], started: &str, strict: bool) -> bool {
    let names = |text: &str| claiming.iter().any(|waiver| waiver.expects == text && holds(waiver, started));
    match raw {
        Outcome::Fail => {
            let mut wrong = trial.checks.iter().filter(|check| match check.outcome {
                Outcome::Pass => false,
                Outcome::Warn => strict,
                Outcome::Fail | Outcome::Blocked | Outcome::Waived | Outcome::Error => true,
            });
            let covered = |symptom: &str, check: &CheckRecord| names(&format!("{}: {symptom}", check.name));
            wrong.all(|check| {
                covered(&check.actual, check) || check.kind.as_ref().is_some_and(|kind| covered(kind, check))
            })
        }
        Outcome::Blocked => trial.reason.as_ref().is_some_and(|reason| names(reason.code.as_str())),
        Outcome::Pass | Outcome::Warn | Outcome::Waived | Outcome::Error => false,
    }
}

/// Both begin with the day, as `2026-11-20`.
fn holds(waiver: &WaiverRecord, started: &str) -> bool {
    started.get(..10).is_some_and(|day| day <= waiver.until.as_str())
}

fn of_clauses(recorded: &[ClauseRecord], follows: &[ClauseRecord]) -> Vec<Disagreement> {
    let said = |clause: Option<&ClauseRecord>| {
        clause.map_or_else(
            || "not there".to_owned(),
            |clause| {
                format!(
                    "{} by {} ({}, {})",
                    clause.status.as_str(),
                    clause.trials.join(", "),
                    clause.basis,
                    clause.text
                )
            },
        )
    };
    let of = |list: &[ClauseRecord], id: &str| said(list.iter().find(|clause| clause.id == id));
    let known = |id: &str| follows.iter().any(|clause| clause.id == id);
    let unknown = recorded.iter().filter(|clause| !known(&clause.id));
    let ids = follows.iter().chain(unknown).map(|clause| clause.id.as_str());
    ids.filter_map(|id| disagreement(id, &of(recorded, id), &of(follows, id))).collect()
}
