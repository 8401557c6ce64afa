//! Who receives what a trial sends, decided before anything is sent.
//!
//! In: the trials of a plan, the pools of a target. Out: an address a trial. Never: depends on which trial runs first, so that
//! what a plan forecasts is what a run does.

use std::collections::HashMap;

use super::{Plan, Planned, Readiness};
use crate::case::{Effect, RecipientNeed, Trial};
use crate::target::{CaptchaInvalid, CaptchaSource, Target};

/// The address of each trial that needs one, by the id of the trial.
#[derive(Debug, Clone, Default)]
pub struct Turns(HashMap<String, String>);

impl Turns {
    /// Deals the pools out in the order of the plan: in one round to what delivers a message, so that messages are spread as
    /// evenly as can be, in another to everything else.
    #[must_use]
    pub fn new(plan: &Plan, target: &Target) -> Self {
        let mut dealer = Dealer { target, turns: HashMap::new() };
        let mut addresses = HashMap::new();
        for planned in &plan.trials {
            if let Some(to) = dealer.address(planned) {
                addresses.insert(planned.trial.id.clone(), to);
            }
        }
        for planned in plan.trials.iter().filter(|planned| follows(&planned.trial, target)) {
            let after = planned.trial.after.as_ref().and_then(|after| addresses.get(after)).cloned();
            addresses.extend(after.map(|to| (planned.trial.id.clone(), to)));
        }
        Self(addresses)
    }

    /// The address that a trial sends to, or logs in with; none where the target names none, or none is needed.
    #[must_use]
    pub fn of(&self, trial: &Trial) -> Option<&str> {
        self.0.get(&trial.id).map(String::as_str)
    }
}

/// Another number of the target than this one, that may receive codes.
#[must_use]
pub fn somebody_else<'t>(target: &'t Target, to: &str) -> Option<&'t str> {
    let accounts = [&target.accounts.success, &target.accounts.denied];
    let accounts = accounts.into_iter().flatten();
    accounts.chain(&target.recipients.mobile).map(String::as_str).find(|other| *other != to)
}

/// Whether a trial goes to whomever a token was used for before.
fn follows(trial: &Trial, target: &Target) -> bool {
    let again = target.captcha_invalid == CaptchaInvalid::SingleUse
        || target.captcha.as_ref().is_some_and(CaptchaSource::is_scarce);
    trial.needs.recipient == Some(RecipientNeed::OfSpentToken) && again
}

struct Dealer<'t> {
    target: &'t Target,
    /// Whose turn it is: by pool, and by whether it delivers.
    turns: HashMap<(bool, bool), usize>,
}

impl Dealer<'_> {
    fn address(&mut self, planned: &Planned) -> Option<String> {
        let (recipients, accounts) = (&self.target.recipients, &self.target.accounts);
        match planned.trial.needs.recipient? {
            RecipientNeed::Mobile => self.next(planned, false),
            RecipientNeed::Email => self.next(planned, true),
            RecipientNeed::UndeliverableMobile => recipients.undeliverable_mobile.clone(),
            RecipientNeed::UndeliverableEmail => recipients.undeliverable_email.clone(),
            RecipientNeed::AccountSuccess => accounts.success.clone(),
            RecipientNeed::AccountMfa => accounts.mfa.clone(),
            RecipientNeed::AccountDenied => accounts.denied.clone(),
            RecipientNeed::OfSpentToken if follows(&planned.trial, self.target) => None,
            RecipientNeed::OfSpentToken => self.next(planned, planned.trial.effect == Effect::Email),
        }
    }

    fn next(&mut self, planned: &Planned, email: bool) -> Option<String> {
        let pool = if email { &self.target.recipients.email } else { &self.target.recipients.mobile };
        if pool.is_empty() {
            return None;
        }
        let trial = &planned.trial;
        let delivers = trial.must_be_accepted() && trial.sends() && planned.readiness == Readiness::Ready;
        let turn = self.turns.entry((email, delivers)).or_default();
        let address = pool[*turn % pool.len()].clone();
        *turn += 1;
        Some(address)
    }
}
