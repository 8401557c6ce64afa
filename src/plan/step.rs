//! What a unit does, step by step, on a deployment that keeps its contract.
//!
//! In: a unit of a plan. Out: its steps in order. Never: sends.

use std::time::Duration;

use super::turns::somebody_else;
use super::{Plan, Planned, Readiness, Turns, Unit};
use crate::case::{CaptchaNeed, CodeNeed, Contract, Document, Effect, Trial};
use crate::target::{CaptchaInvalid, CaptchaSource, Target};

/// How long a token is left to lie beyond its lifetime, so that two clocks need not agree to the second.
pub const AGE_MARGIN: Duration = Duration::from_secs(1);

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A request of the contract is sent.
    Request,
    /// A captcha token is asked for.
    Token,
    /// The interval since the last message to a recipient is waited for.
    Gate { to: String },
    /// A message is delivered; `code`: a login needs the code in it.
    Message { channel: Effect, to: String, code: bool },
    /// A login is refused for its code.
    FailedLogin { account: String },
    /// A token is left to grow old.
    Age(Duration),
}

/// Walks through the units of a plan.
#[derive(Clone, Copy)]
pub(super) struct Walk<'w> {
    pub(super) plan: &'w Plan,
    pub(super) contract: &'w Contract,
    pub(super) target: &'w Target,
    pub(super) turns: &'w Turns,
}

impl Walk<'_> {
    /// The steps of a unit.
    pub(super) fn unit(self, unit: &Unit) -> Vec<Step> {
        let mut steps = Vec::new();
        match unit {
            Unit::Single(at) => self.single(&self.plan.trials[*at], &mut steps),
            Unit::Chain { riders, closing, reuse } => {
                let closing = &self.plan.trials[*closing].trial;
                self.grant(closing, &mut steps);
                steps.extend(riders.iter().map(|_| Step::Request));
                self.send(closing, false, &mut steps);
                for &again in reuse {
                    self.send(&self.plan.trials[again].trial, false, &mut steps);
                }
            }
        }
        steps
    }

    fn single(self, planned: &Planned, steps: &mut Vec<Step>) {
        let trial = &planned.trial;
        let to = || self.to(trial).to_owned();
        match &planned.readiness {
            Readiness::Blocked(_) => {}
            Readiness::Improvised(_) => {
                steps.extend(trial.sends().then(|| Step::Gate { to: to() }));
                self.send(trial, true, steps);
            }
            Readiness::Ready if self.lacks_predecessor(trial) => {}
            Readiness::Ready => {
                self.grant(trial, steps);
                self.send(trial, false, steps);
            }
        }
    }

    /// Whether the trial after which it comes is not made, so that there is nothing to use again.
    fn lacks_predecessor(self, trial: &Trial) -> bool {
        let Some(after) = trial.after.as_ref().filter(|_| self.age(trial).is_none()) else { return false };
        let after = self.plan.position(after).map(|at| &self.plan.trials[at].readiness);
        after.is_some_and(|readiness| *readiness != Readiness::Ready)
    }

    /// What is asked for before the trial's own request.
    fn grant(self, trial: &Trial, steps: &mut Vec<Step>) {
        let to = self.to(trial);
        match trial.needs.code {
            None | Some(CodeNeed::Spent) => {}
            Some(CodeNeed::Delivered | CodeNeed::Wrong) => self.code(trial, to, steps),
            Some(CodeNeed::Foreign) => {
                let Some(other) = somebody_else(self.target, to) else { return };
                self.code(trial, other, steps);
            }
        }
        if let Some(age) = self.age(trial) {
            // Where every token costs somebody something, the one that was used grows old instead of another.
            if !self.uses_again(trial) {
                steps.push(Step::Token);
            }
            steps.push(Step::Age(age));
        }
        if trial.sends() {
            steps.push(Step::Gate { to: to.to_owned() });
        }
        match trial.needs.captcha {
            Some(CaptchaNeed::Valid | CaptchaNeed::Tampered) => steps.push(Step::Token),
            None | Some(CaptchaNeed::Invented | CaptchaNeed::Spent) => {}
        }
    }

    /// Whether the token of the trial before is left to grow old.
    fn uses_again(self, trial: &Trial) -> bool {
        let scarce = self.target.captcha.as_ref().is_some_and(CaptchaSource::is_scarce);
        let after = trial.after.as_ref().and_then(|after| self.plan.position(after));
        scarce && after.is_some_and(|at| self.plan.trials[at].readiness == Readiness::Ready)
    }

    fn code(self, trial: &Trial, to: &str, steps: &mut Vec<Step>) {
        let send = self.document(trial).and_then(|document| document.code.as_ref());
        let Some(send) = send.and_then(|fixture| self.contract.document(&fixture.send)) else { return };
        let message = Step::Message { channel: send.effect, to: to.to_owned(), code: true };
        steps.extend([Step::Gate { to: to.to_owned() }, Step::Token, Step::Request, message]);
    }

    /// The trial's own request.
    fn send(self, trial: &Trial, invented: bool, steps: &mut Vec<Step>) {
        let to = || self.to(trial).to_owned();
        if trial.failed_login || (carries_code(trial) && (invented || self.must_not_log_in(trial))) {
            steps.push(Step::FailedLogin { account: to() });
        }
        steps.push(Step::Request);
        if trial.must_be_accepted() && trial.sends() {
            steps.push(Step::Message { channel: trial.effect, to: to(), code: false });
        }
    }

    /// Whether the code of a trial is another than the one that was sent to the account for a login.
    fn must_not_log_in(self, trial: &Trial) -> bool {
        match trial.needs.code {
            None => false,
            Some(CodeNeed::Wrong | CodeNeed::Spent | CodeNeed::Foreign) => true,
            Some(CodeNeed::Delivered) => {
                let login = self.document(trial).and_then(|document| document.code.as_ref());
                login.is_some_and(|fixture| trial.scene.as_ref() != Some(&fixture.scene))
            }
        }
    }

    fn age(self, trial: &Trial) -> Option<Duration> {
        match self.target.captcha_invalid {
            CaptchaInvalid::Lifetime(lifetime) if trial.needs.captcha == Some(CaptchaNeed::Spent) => {
                Some(lifetime + AGE_MARGIN)
            }
            CaptchaInvalid::Lifetime(_) | CaptchaInvalid::SingleUse | CaptchaInvalid::Unknown => None,
        }
    }

    fn document(&self, trial: &Trial) -> Option<&Document> {
        self.contract.document(&trial.document)
    }

    fn to<'t>(&'t self, trial: &'t Trial) -> &'t str {
        self.turns.of(trial).unwrap_or(&trial.to)
    }
}

/// Whether a code and the account it is tried on stand in the request: one without the other is no login.
fn carries_code(trial: &Trial) -> bool {
    let code = trial.request.body.iter().any(|(_, value)| value.contains("${code"));
    code && trial.request.body.iter().any(|(_, value)| !trial.to.is_empty() && *value == trial.to)
}
