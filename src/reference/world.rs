//! What a deployment remembers: captcha tokens, codes, accounts, and when it last sent to whom.
//!
//! In: a moment and what a request carries. Out: how that stands. Never: words an answer, or reads the clock itself.

mod account;
mod captcha;
mod challenge;
mod code;

use std::collections::HashMap;
use std::time::{Duration, Instant};

pub(super) use account::{Accounts, Ending};
pub(super) use captcha::{Captcha, Standing};
pub(super) use challenge::{Challenge, Challenges};
pub(super) use code::{Codes, Match};

/// The client id that is registered: the one of the documents' examples.
pub(super) const CLIENT_ID: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";

/// Delivery to these fails.
pub(super) const UNDELIVERABLE_MOBILE: &str = "15200009999";
pub(super) const UNDELIVERABLE_EMAIL: &str = "bounce@example.com";

/// Recipients offered in the target file, a channel each.
const POOL: usize = 16;

pub(super) fn mobiles() -> Vec<String> {
    (0..POOL).map(|at| format!("152000000{at:02}")).collect()
}

pub(super) fn emails() -> Vec<String> {
    (0..POOL).map(|at| format!("qa{at:02}@example.com")).collect()
}

/// The state of one deployment.
#[derive(Default)]
pub(super) struct World {
    pub(super) challenges: Challenges,
    pub(super) captcha: Captcha,
    pub(super) codes: Codes,
    pub(super) accounts: Accounts,
    sent: HashMap<String, Instant>,
}

impl World {
    /// Whether a message to `recipient` goes out: it does not bounce, and the last one is at least `interval` ago.
    pub(super) fn deliverable(&self, recipient: &str, interval: Duration, now: Instant) -> bool {
        let bounces = [UNDELIVERABLE_MOBILE, UNDELIVERABLE_EMAIL].contains(&recipient);
        let too_soon = self.sent.get(recipient).is_some_and(|last| now.duration_since(*last) < interval);
        !bounces && !too_soon
    }

    /// A code of `digits` digits goes out.
    pub(super) fn deliver(&mut self, recipient: &str, scene: &str, digits: usize, now: Instant) {
        self.codes.deliver(recipient, scene, digits, now);
        self.sent.insert(recipient.to_owned(), now);
    }
}
