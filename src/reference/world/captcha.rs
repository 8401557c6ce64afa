//! Captcha pass tokens: issued to one recipient, spent once, short-lived.
//!
//! In: a token, a recipient, a moment. Out: how the token stands. Never: refuses anything itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::reference::conduct::Captchas;
use crate::reference::random;

/// The tokens issued so far, by their first 32 characters.
#[derive(Default)]
pub(in crate::reference) struct Captcha {
    passes: HashMap<String, Pass>,
    /// How many there may be before the old ones are looked for.
    roomy: usize,
}

struct Pass {
    token: String,
    recipient: String,
    issued: Instant,
    spent: bool,
}

/// What a token that came with a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Standing {
    Good,
    /// Spent, or too old.
    Stale,
    /// Of an identity that was never issued.
    Invented,
    /// Issued, but not with this point.
    Altered,
    /// Issued to another recipient.
    Foreign,
}

impl Captcha {
    /// A new token for `recipient`.
    pub(in crate::reference) fn issue(&mut self, recipient: &str, rules: &Captchas, now: Instant) -> String {
        let point = format!("{{\"x\":{}.0,\"y\":5.0}}", 40 + random::below(220));
        self.pass(random::hex32(), &point, recipient, rules, now)
    }

    /// The token for `recipient` of the puzzle `id`, which was solved at `point`.
    pub(in crate::reference) fn pass(
        &mut self,
        id: String,
        point: &str,
        recipient: &str,
        rules: &Captchas,
        now: Instant,
    ) -> String {
        let token = if rules.opaque { format!("{id}{}", random::hex32()) } else { format!("{id}---{point}") };
        let pass = Pass { token: token.clone(), recipient: recipient.to_owned(), issued: now, spent: false };
        self.passes.insert(id, pass);
        token
    }

    /// How `token` stands for a message to `recipient`; `None` when the request names nobody.
    pub(in crate::reference) fn standing(
        &self,
        token: &str,
        recipient: Option<&str>,
        rules: &Captchas,
        now: Instant,
    ) -> Standing {
        let Some(pass) = identity(token).and_then(|id| self.passes.get(id)) else {
            return Standing::Invented;
        };
        let foreign = rules.bound && recipient.is_some_and(|recipient| recipient != pass.recipient);
        if pass.token != token {
            Standing::Altered
        } else if pass.stale(rules, now) {
            Standing::Stale
        } else if foreign {
            Standing::Foreign
        } else {
            Standing::Good
        }
    }

    /// The token is spent, whether it was altered or not.
    pub(in crate::reference) fn spend(&mut self, token: &str) {
        if let Some(pass) = identity(token).and_then(|id| self.passes.get_mut(id)) {
            pass.spent = true;
        }
    }

    /// Tokens long past any use are dropped, so that a deployment left running does not grow.
    pub(in crate::reference) fn forget(&mut self, now: Instant) {
        const KEPT: Duration = Duration::from_secs(3600);
        const FEW: usize = 1024;
        if self.passes.len() > self.roomy {
            self.passes.retain(|_, pass| now.duration_since(pass.issued) < KEPT);
            self.roomy = FEW.max(self.passes.len() * 2);
        }
    }
}

impl Pass {
    fn stale(&self, rules: &Captchas, now: Instant) -> bool {
        (rules.single_use && self.spent) || now.duration_since(self.issued) >= rules.lifetime
    }
}

fn identity(token: &str) -> Option<&str> {
    token.get(..32)
}
