//! One answer judged: what it shows under the state of its control, and what follows for its trial.
//!
//! In: a trial, its exchange, the state of its control. Out: findings, then outcome, reason and clauses. Never: sends, waits,
//! or knows whether the exchange has just come or was stored.

use jiff::Timestamp;

use crate::case::{self, Content, Contract, Document, Expectation, Trial};
use crate::check::{Context, Examined, Finding, KeySet, Seen, Severity, State, Terms};
use crate::exchange::Exchange;
use crate::fixture;
use crate::outcome::{Outcome, ReasonCode};
use crate::plan::Reason;
use crate::record::TrialRecord;
use crate::verdict;

/// What a negative may conclude from its control.
#[derive(Debug, Clone)]
pub(crate) enum Control {
    /// It succeeded, or there is none.
    Held,
    /// It was blocked or in error.
    NotTried(Reason),
    /// It failed.
    Failed(Reason),
}

impl Control {
    /// The state of a control whose trial is over; its outcome before any waiver.
    pub(crate) fn of_record(record: &TrialRecord) -> Self {
        let reason = record.reason.as_ref().map(|reason| Reason::new(reason.code, reason.text.clone()));
        Self::of_outcome(record.outcome, reason.as_ref(), &record.id)
    }

    pub(super) fn of_outcome(outcome: Outcome, reason: Option<&Reason>, id: &str) -> Self {
        match outcome {
            Outcome::Pass | Outcome::Warn => Self::Held,
            Outcome::Fail => Self::Failed(control_failed(id)),
            Outcome::Blocked | Outcome::Error | Outcome::Waived => {
                let reason = reason.cloned().unwrap_or_else(|| control_failed(id));
                Self::NotTried(Reason::new(reason.code, format!("its control `{id}` was not tried: {}", reason.text)))
            }
        }
    }
}

pub(super) fn control_failed(id: &str) -> Reason {
    Reason::new(ReasonCode::ControlFailed, format!("`{id}` must succeed for this to prove anything, and it failed"))
}

/// Why a negative cannot be concluded from, given its control: without one that was tried only an exact code proves.
pub(crate) fn forbids(control: &Control, trial: &Trial) -> Option<Reason> {
    match control {
        Control::Held => None,
        Control::Failed(reason) => Some(reason.clone()),
        Control::NotTried(reason) => (!trial.names_its_guard()).then(|| reason.clone()),
    }
}

/// A trial whose request was answered, or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent<'a> {
    /// The trial.
    pub(crate) trial: &'a Trial,
    /// Its document.
    pub(crate) document: &'a Document,
    /// Why it was sent with an invented token or code; none where it was not.
    pub(crate) improvised: Option<&'a Reason>,
    /// The state of its control.
    pub(crate) control: &'a Control,
    /// Its own request and what came of it.
    pub(crate) exchange: &'a Exchange,
}

/// What holds an exchange against an expectation.
pub(crate) type Examine = fn(Context<'_>, &Exchange) -> Examined;

/// By what an answer is judged, beyond its trial.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'a> {
    /// The contract, for its schemas.
    pub(crate) contract: &'a Contract,
    /// What the target says.
    pub(crate) terms: Terms<'a>,
    /// The keys that sign id tokens.
    pub(crate) keys: &'a KeySet,
    /// When the answer came.
    pub(crate) now: Timestamp,
    /// Whether it still holds its secrets.
    pub(crate) state: State,
    /// What holds an answer against its expectation.
    pub(crate) examine: Examine,
}

/// What an answer shows.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// Everything that was looked at.
    pub(crate) findings: Vec<Finding>,
    /// Why nothing was found out.
    pub(crate) reason: Option<Reason>,
    /// What was seen where no clause speaks.
    pub(crate) seen: Vec<Seen>,
}

impl Judge<'_> {
    /// Everything that an answer shows.
    pub(crate) fn judge(&self, sent: Sent<'_>) -> Judged {
        if let Some(reason) = sent.excused() {
            return Judged { reason: Some(reason), ..Judged::default() };
        }
        let Sent { trial, document, exchange, .. } = sent;
        let Judge { contract, terms, keys, now, state, examine } = *self;
        let examined = examine(Context { contract, document, trial, terms, keys, now, state }, exchange);
        let reason = match (&exchange.result, keys) {
            (Err(failure), _) if examined.findings.is_empty() => {
                Some(Reason::new(ReasonCode::Environment, failure.text()))
            }
            (Ok(_), KeySet::Unavailable(why)) if holds_id_token(trial, document) => {
                let text = format!("the keys of id tokens could not be had: {why}: check `id_token.jwks`");
                Some(Reason::new(ReasonCode::Environment, text))
            }
            _ => None,
        };
        Judged { findings: examined.findings, reason, seen: examined.seen }
    }
}

impl Sent<'_> {
    /// A refusal that says nothing of the deployment: for what we supplied, for asking too often, or without a control.
    pub(crate) fn excused(&self) -> Option<Reason> {
        let Self { trial, document, improvised, control, exchange } = *self;
        if trial.must_be_accepted() {
            return fixture::not_the_deployments_fault(document, exchange);
        }
        let answer = exchange.answer()?;
        if answer.status == 429 {
            return fixture::not_the_deployments_fault(document, exchange);
        }
        let code = answer.error_code();
        let named = match &trial.expect {
            Expectation::Refuse(refusal) => code.as_ref().is_some_and(|code| refusal.codes.contains(code)),
            Expectation::Accept { .. } => false,
        };
        // The exact code names the guard that answered; a success is nobody's guard.
        if named || answer.status < 400 {
            return None;
        }
        match (improvised, control) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Control::NotTried(_)) => fixture::not_the_deployments_fault(document, exchange),
            (None, Control::Held | Control::Failed(_)) => None,
        }
    }
}

/// Whether an answer to the trial holds an id token.
pub(crate) fn holds_id_token(trial: &Trial, document: &Document) -> bool {
    let Expectation::Accept { answer, .. } = &trial.expect else { return false };
    let rows = document.answers.iter().filter(|row| row.id == *answer);
    rows.flat_map(|row| &row.members).any(|member| member.content == Some(Content::IdToken))
}

/// What follows for a trial.
#[derive(Debug)]
pub(crate) struct Conclusion {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Why, where it did not pass.
    pub(crate) reason: Option<Reason>,
    /// The clauses that it speaks for.
    pub(crate) clauses: Vec<String>,
}

/// What follows from findings, and from the reason why there are none.
pub(crate) fn conclude(
    trial: &Trial,
    findings: &[Finding],
    reason: Option<Reason>,
    own: Option<&Exchange>,
    strict: bool,
) -> Conclusion {
    let nothing = || Reason::new(ReasonCode::Harness, "nothing was checked: please report it");
    let reason = reason.or_else(|| findings.is_empty().then(nothing));
    let outcome = verdict::outcome(findings, reason.as_ref(), strict);
    let clauses = spoken_for(trial, findings, own, outcome);
    Conclusion { outcome, reason: reason.or_else(|| worst(findings)), clauses }
}

/// The worst deviation as the reason of an outcome; none where every promise was kept.
fn worst(findings: &[Finding]) -> Option<Reason> {
    let worst = findings.iter().rev().max_by_key(|finding| finding.severity)?;
    let code = match worst.severity {
        Severity::Pass => return None,
        Severity::Warn => ReasonCode::Deviation,
        Severity::Fail => ReasonCode::PromiseBroken,
    };
    Some(Reason::new(code, format!("{}: {}", worst.name, worst.text)))
}

/// The clauses of a trial that its answer speaks for; all of them where there is none.
fn spoken_for(trial: &Trial, findings: &[Finding], own: Option<&Exchange>, outcome: Outcome) -> Vec<String> {
    let Some(answer) = own.and_then(Exchange::answer) else { return trial.clauses.clone() };
    let broken = findings.iter().filter(|finding| finding.severity == Severity::Fail);
    let about: Option<Vec<String>> = broken.map(|finding| finding.member.clone()).collect();
    let code = answer.error_code();
    let shown = case::Shown {
        status: answer.status,
        code: code.as_deref(),
        failed: outcome == Outcome::Fail,
        members: &about.unwrap_or_default(),
    };
    case::spoken_for(trial, shown)
}
