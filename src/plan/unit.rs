//! What runs together: a trial by itself, or a chain that shares one scarce token or code.
//!
//! In: a plan. Out: units, and the order in which they begin. Never: sends.

use super::{Plan, Readiness};
use crate::case::{CaptchaNeed, CodeNeed, Needs, Trial};
use crate::target::{CaptchaSource, Target};

/// Trials that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// One trial with fixtures of its own.
    Single(usize),
    /// Negatives that vary something else than the token or code they carry, then the accepted request that proves that
    /// it was good all along.
    Chain {
        /// The negatives.
        riders: Vec<usize>,
        /// The closing control.
        closing: usize,
        /// What uses the code again, before another one takes its place.
        reuse: Vec<usize>,
    },
}

impl Unit {
    /// The trials of the unit, the deciding one last.
    pub fn trials(&self) -> impl Iterator<Item = usize> + '_ {
        let (riders, reuse, last): (&[usize], &[usize], usize) = match self {
            Self::Single(at) => (&[], &[], *at),
            Self::Chain { riders, closing, reuse } => (riders, reuse, *closing),
        };
        riders.iter().chain(reuse).copied().chain([last])
    }
}

/// Splits a plan into units, in the order in which they begin: controls, negatives, what must be accepted, what comes
/// after, what comes last.
#[must_use]
pub fn units(plan: &Plan, target: &Target) -> Vec<Unit> {
    let captcha_is_scarce = target.captcha.as_ref().is_some_and(CaptchaSource::is_scarce);
    let mut units = Vec::new();
    let mut taken = vec![false; plan.trials.len()];
    for (at, planned) in plan.trials.iter().enumerate() {
        let closing = &planned.trial;
        if !planned.trial.must_be_accepted()
            || planned.readiness != Readiness::Ready
            || !shares(closing, captcha_is_scarce)
        {
            continue;
        }
        let mut riders: Vec<usize> =
            (0..plan.trials.len()).filter(|&rider| rides(plan, rider, closing, captcha_is_scarce)).collect();
        // Last, what is likeliest to use the token up against all right.
        riders.sort_by_key(|&rider| plan.trials[rider].trial.needs.captcha == Some(CaptchaNeed::Tampered));
        let reuse: Vec<usize> = (0..plan.trials.len()).filter(|&again| uses_again(plan, again, closing)).collect();
        if riders.is_empty() && reuse.is_empty() {
            continue;
        }
        let unit = Unit::Chain { riders, closing: at, reuse };
        for trial in unit.trials() {
            taken[trial] = true;
        }
        units.push(unit);
    }
    units.extend((0..plan.trials.len()).filter(|&at| !taken[at]).map(Unit::Single));
    units.sort_by_key(|unit| unit.trials().last().map(|at| rank(plan, at)));
    units
}

/// The same without chains: what it would cost if every trial had fixtures of its own.
#[must_use]
pub fn unchained(plan: &Plan) -> Vec<Unit> {
    (0..plan.trials.len()).map(Unit::Single).collect()
}

/// Whether the trial's token or code is worth sharing: a code costs a message, a scarce token a person's patience.
fn shares(closing: &Trial, captcha_is_scarce: bool) -> bool {
    let code = closing.needs.code == Some(CodeNeed::Delivered);
    code || (captcha_is_scarce && closing.needs.captcha == Some(CaptchaNeed::Valid))
}

/// Whether a negative can carry the token or code of its control without using it up by right.
fn rides(plan: &Plan, rider: usize, closing: &Trial, captcha_is_scarce: bool) -> bool {
    let planned = &plan.trials[rider];
    let trial = &planned.trial;
    trial.control.as_deref() == Some(closing.id.as_str())
        && planned.readiness == Readiness::Ready
        && !trial.last
        && trial.after.is_none()
        && (trial.needs == closing.needs || (captcha_is_scarce && alters(trial, closing)))
        && (trial.needs.code.is_none() || trial.scene == closing.scene)
}

/// Whether a negative carries the token of its control altered: not the one that was issued, which stays good.
fn alters(rider: &Trial, closing: &Trial) -> bool {
    let needs = Needs { captcha: Some(CaptchaNeed::Valid), ..rider.needs };
    rider.needs.captcha == Some(CaptchaNeed::Tampered) && needs == closing.needs
}

/// Whether a trial uses the code of an accepted login again.
fn uses_again(plan: &Plan, again: usize, closing: &Trial) -> bool {
    let planned = &plan.trials[again];
    planned.trial.after.as_deref() == Some(closing.id.as_str())
        && planned.readiness == Readiness::Ready
        && planned.trial.needs.code == Some(CodeNeed::Spent)
}

fn rank(plan: &Plan, at: usize) -> u8 {
    let trial = &plan.trials[at].trial;
    let is_control = plan.trials.iter().any(|other| other.trial.control.as_deref() == Some(trial.id.as_str()));
    if trial.last {
        4
    } else if trial.after.is_some() {
        3
    } else if trial.must_be_accepted() {
        if is_control { 0 } else { 2 }
    } else {
        1
    }
}
