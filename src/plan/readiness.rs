//! Whether what a trial needs can be had from a target.
//!
//! In: a trial, a target. Out: ready, or the first thing that is missing and the key that supplies it. Never: asks a source.

use std::collections::HashMap;

use super::{Readiness as Ready, Reason};
use crate::case::{CaptchaNeed, CodeNeed, Contract, Effect, RecipientNeed, Trial};
use crate::outcome::ReasonCode;
use crate::target::{CaptchaInvalid, CaptchaSource, CodeSource, Target};

/// Whether this run may deliver real messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// As the target file says.
    AsTheTargetSays,
    /// `--deliver`.
    Deliver,
    /// `--no-deliver`.
    NoDeliver,
    /// The target is marked as production and its host was not named with `--i-mean-it`.
    Production,
}

impl Consent {
    /// What a target file alone consents to: nothing, where it is marked as production.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        if target.production { Self::Production } else { Self::AsTheTargetSays }
    }

    /// Whether messages may be delivered.
    #[must_use]
    pub fn allows(self, target: &Target) -> bool {
        match self {
            Self::AsTheTargetSays => target.delivery.allow,
            Self::Deliver => true,
            Self::NoDeliver | Self::Production => false,
        }
    }

    fn missing(self, target: &Target) -> Reason {
        let text = match self {
            Self::Production => format!(
                "the target is marked `production = true`: name its host with `--i-mean-it {}` to deliver real messages",
                target.host()
            ),
            Self::NoDeliver => "real messages were forbidden with `--no-deliver`".to_owned(),
            Self::AsTheTargetSays | Self::Deliver => {
                "it delivers a real message: set `delivery.allow = true`, or run with `--deliver`".to_owned()
            }
        };
        Reason::new(ReasonCode::DeliveryNotAllowed, text)
    }
}

/// Decides readiness, each control once.
pub(super) struct Readiness<'a> {
    contract: &'a Contract,
    target: &'a Target,
    consent: Consent,
    controls: HashMap<String, Ready>,
}

impl<'a> Readiness<'a> {
    pub(super) fn new(contract: &'a Contract, target: &'a Target, consent: Consent) -> Self {
        Self { contract, target, consent, controls: HashMap::new() }
    }

    pub(super) fn of(&mut self, trial: &Trial) -> Ready {
        let own = self.own(trial);
        if trial.must_be_accepted() {
            return own;
        }
        if trial.names_its_guard() {
            return match self.patience(trial) {
                Some(reason) if own == Ready::Ready => Ready::Improvised(reason),
                Some(_) | None => own,
            };
        }
        match (own, self.control(trial)) {
            (Ready::Ready, Some(Ready::Blocked(reason))) => Ready::Blocked(reason),
            (own, _) => own,
        }
    }

    /// Why no person is asked for a token of this trial: its control, whose token it would share, is not made, and its exact
    /// answer proves its clause with an invented one too.
    fn patience(&mut self, trial: &Trial) -> Option<Reason> {
        let control = self.contract.trial(trial.control.as_ref()?)?;
        let shares = trial.needs.captcha == Some(CaptchaNeed::Valid) && trial.needs == control.needs;
        match self.control(trial) {
            Some(Ready::Blocked(reason)) if shares && self.target.captcha == Some(CaptchaSource::Browser) => {
                Some(reason)
            }
            Some(_) | None => None,
        }
    }

    fn control(&mut self, trial: &Trial) -> Option<Ready> {
        let id = trial.control.as_ref()?;
        if !self.controls.contains_key(id) {
            let ready = self.own(self.contract.trial(id)?);
            self.controls.insert(id.clone(), ready);
        }
        self.controls.get(id).cloned()
    }

    /// What the trial itself lacks: the first of delivery, recipient, account, captcha, code.
    fn own(&self, trial: &Trial) -> Ready {
        if let Some(reason) = self.missing_address(trial) {
            // Without a message nothing else matters; without an address nothing can be sent.
            let reason = self.missing_delivery(trial).unwrap_or(reason);
            return Ready::Blocked(reason);
        }
        let missing =
            self.missing_delivery(trial).or_else(|| self.missing_captcha(trial)).or_else(|| self.missing_code(trial));
        match missing {
            None => Ready::Ready,
            Some(reason) if improvisable(trial) => Ready::Improvised(reason),
            Some(reason) => Ready::Blocked(reason),
        }
    }

    fn missing_delivery(&self, trial: &Trial) -> Option<Reason> {
        (delivers(trial, self.target) && !self.consent.allows(self.target)).then(|| self.consent.missing(self.target))
    }

    fn missing_address(&self, trial: &Trial) -> Option<Reason> {
        let (recipients, accounts) = (&self.target.recipients, &self.target.accounts);
        let (code, key, there) = match trial.needs.recipient? {
            RecipientNeed::Mobile => (ReasonCode::NeedsRecipient, "recipients.mobile", !recipients.mobile.is_empty()),
            RecipientNeed::Email => (ReasonCode::NeedsRecipient, "recipients.email", !recipients.email.is_empty()),
            RecipientNeed::OfSpentToken => {
                return self.missing_pool(trial);
            }
            RecipientNeed::UndeliverableMobile => (
                ReasonCode::NeedsRecipient,
                "recipients.undeliverable_mobile",
                recipients.undeliverable_mobile.is_some(),
            ),
            RecipientNeed::UndeliverableEmail => {
                (ReasonCode::NeedsRecipient, "recipients.undeliverable_email", recipients.undeliverable_email.is_some())
            }
            RecipientNeed::AccountSuccess => (ReasonCode::NeedsAccount, "accounts.success", accounts.success.is_some()),
            RecipientNeed::AccountMfa => (ReasonCode::NeedsAccount, "accounts.mfa", accounts.mfa.is_some()),
            RecipientNeed::AccountDenied => (ReasonCode::NeedsAccount, "accounts.denied", accounts.denied.is_some()),
        };
        (!there).then(|| Reason::new(code, format!("no address to use: set `{key}`")))
    }

    fn missing_pool(&self, trial: &Trial) -> Option<Reason> {
        let recipients = &self.target.recipients;
        let (key, there) = match trial.effect {
            Effect::Email => ("recipients.email", !recipients.email.is_empty()),
            Effect::Sms | Effect::Login => ("recipients.mobile", !recipients.mobile.is_empty()),
        };
        let text = format!("no address to use: set `{key}`");
        (!there).then(|| Reason::new(ReasonCode::NeedsRecipient, text))
    }

    fn missing_captcha(&self, trial: &Trial) -> Option<Reason> {
        let needs_token = match trial.needs.captcha {
            Some(CaptchaNeed::Valid | CaptchaNeed::Spent | CaptchaNeed::Tampered) => true,
            Some(CaptchaNeed::Invented) => false,
            None => needs_message(trial),
        };
        if !needs_token {
            return None;
        }
        if self.target.captcha.is_none() {
            let text = "no source of captcha tokens: set one of `captcha.http`, `captcha.command`, \
                        `captcha.file`, `captcha.browser`";
            return Some(Reason::new(ReasonCode::NeedsCaptcha, text));
        }
        let unknown = self.target.captcha_invalid == CaptchaInvalid::Unknown;
        (trial.needs.captcha == Some(CaptchaNeed::Spent) && unknown).then(|| {
            let text = "what makes a token invalid here is not known: set `captcha.single_use = true` \
                        or `captcha.lifetime`";
            Reason::new(ReasonCode::NeedsCaptcha, text)
        })
    }

    fn missing_code(&self, trial: &Trial) -> Option<Reason> {
        let need = trial.needs.code?;
        match &self.target.verify_code {
            None => Some(Reason::new(
                ReasonCode::NeedsCode,
                "no source of verification codes: set one of `verify_code.http`, `verify_code.command`, \
                 `verify_code.prompt`, `verify_code.fixed`",
            )),
            Some(CodeSource::Fixed(_)) if matches!(need, CodeNeed::Spent | CodeNeed::Foreign) || other_scene(trial) => {
                let text = "a code that is always the same can neither be spent nor belong to another scene or number: \
                            set `verify_code.http` or `verify_code.command`";
                Some(Reason::new(ReasonCode::NeedsCode, text))
            }
            Some(_) => None,
        }
    }
}

/// A negative whose exact code proves its clause needs no valid token or code to be sent.
fn improvisable(trial: &Trial) -> bool {
    let captcha = matches!(trial.needs.captcha, None | Some(CaptchaNeed::Valid));
    let code = matches!(trial.needs.code, None | Some(CodeNeed::Delivered));
    trial.names_its_guard() && captcha && code
}

/// Whether exercising a trial as it is meant delivers a message.
fn delivers(trial: &Trial, target: &Target) -> bool {
    let accepted_send = trial.must_be_accepted() && trial.sends();
    let by_use = trial.needs.captcha == Some(CaptchaNeed::Spent) && target.captcha_invalid == CaptchaInvalid::SingleUse;
    accepted_send || by_use || needs_message(trial)
}

fn needs_message(trial: &Trial) -> bool {
    trial.needs.code.is_some()
}

fn other_scene(trial: &Trial) -> bool {
    trial.last && trial.needs.code == Some(CodeNeed::Delivered)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_target_file_alone_consents_to_nothing_in_production() {
        let target = |production: bool| {
            let text = format!(
                "name = \"a\"\nproduct = \"ciam\"\nurl = \"https://a.example\"\nclient_id = \"c\"\nproduction = {production}\n\
                 [delivery]\nallow = true\n"
            );
            crate::target::parse(text, Path::new("a.toml"), &|_| None).expect("a target")
        };
        assert!(Consent::of(&target(false)).allows(&target(false)));
        assert!(!Consent::of(&target(true)).allows(&target(true)));
    }
}
