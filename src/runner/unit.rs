//! What runs together: a trial by itself, or a chain that shares one scarce token or code.
//!
//! In: a plan. Out: units, and the order in which they begin. Never: sends.

use crate::case::{CaptchaNeed, CodeNeed, Trial};
use crate::plan::{Plan, Readiness};

/// Trials that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// One trial with fixtures of its own.
    Single(usize),
    /// Negatives that vary something else than the token or code they carry, then the accepted request that proves that
    /// it was good all along.
    Chain {
        /// The negatives.
        riders: Vec<usize>,
        /// The closing control.
        closing: usize,
    },
}

impl Unit {
    /// The trials of the unit, the deciding one last.
    pub(super) fn trials(&self) -> impl Iterator<Item = usize> + '_ {
        let (riders, last): (&[usize], usize) = match self {
            Self::Single(at) => (&[], *at),
            Self::Chain { riders, closing } => (riders, *closing),
        };
        riders.iter().copied().chain([last])
    }
}

/// Splits a plan into units, in the order in which they begin: controls, negatives, what must be accepted, what comes
/// after, what comes last.
pub(super) fn units(plan: &Plan, captcha_is_scarce: bool) -> Vec<Unit> {
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
        let riders: Vec<usize> = (0..plan.trials.len()).filter(|&rider| rides(plan, rider, closing)).collect();
        if riders.is_empty() {
            continue;
        }
        taken[at] = true;
        for &rider in &riders {
            taken[rider] = true;
        }
        units.push(Unit::Chain { riders, closing: at });
    }
    units.extend((0..plan.trials.len()).filter(|&at| !taken[at]).map(Unit::Single));
    units.sort_by_key(|unit| unit.trials().last().map(|at| rank(plan, at)));
    units
}

/// Whether the trial's token or code is worth sharing: a code costs a message, a scarce token a person's patience.
fn shares(closing: &Trial, captcha_is_scarce: bool) -> bool {
    let code = closing.needs.code == Some(CodeNeed::Delivered);
    code || (captcha_is_scarce && closing.needs.captcha == Some(CaptchaNeed::Valid))
}

/// Whether a negative can carry the token or code of its control without using it up by right.
fn rides(plan: &Plan, rider: usize, closing: &Trial) -> bool {
    let planned = &plan.trials[rider];
    let trial = &planned.trial;
    trial.control.as_deref() == Some(closing.id.as_str())
        && planned.readiness == Readiness::Ready
        && !trial.last
        && trial.after.is_none()
        && trial.needs == closing.needs
        && (trial.needs.code.is_none() || trial.scene == closing.scene)
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
