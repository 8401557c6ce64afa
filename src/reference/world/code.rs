//! Verification codes: the last one sent to each recipient for each scene.
//!
//! In: a code, a recipient, a scene, a moment. Out: whether it is the one that was sent. Never: refuses anything itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::reference::random;

/// How long a code can be used: the shorter end of what tenants set.
const LIFETIME: Duration = Duration::from_secs(300);

/// The codes delivered so far, by recipient and scene.
#[derive(Default)]
pub(in crate::reference) struct Codes {
    sent: HashMap<(String, String), Code>,
}

struct Code {
    digits: String,
    sent: Instant,
    used: bool,
}

/// What a code that came with a login is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Match {
    Good,
    Used,
    Expired,
    /// Sent to this recipient, for another scene.
    OtherScene,
    /// Sent for this scene, to somebody else.
    OtherRecipient,
    /// Sent to nobody for nothing of the kind.
    Wrong,
}

impl Codes {
    /// Sends a new code; no other one in memory has the same digits.
    pub(super) fn deliver(&mut self, recipient: &str, scene: &str, length: usize, now: Instant) {
        self.sent.retain(|_, code| now.duration_since(code.sent) < LIFETIME * 2);
        let digits = self.unlike_all(length);
        let key = (recipient.to_owned(), scene.to_owned());
        self.sent.insert(key, Code { digits, sent: now, used: false });
    }

    fn unlike_all(&self, length: usize) -> String {
        const TRIES: usize = 64;
        let fresh = |digits: &String| self.sent.values().all(|code| code.digits != *digits);
        (0..TRIES).map(|_| random::digits(length)).find(fresh).unwrap_or_else(|| random::digits(length))
    }

    /// The digits last sent.
    pub(in crate::reference) fn last(&self, recipient: &str, scene: &str) -> Option<&str> {
        let key = (recipient.to_owned(), scene.to_owned());
        self.sent.get(&key).map(|code| code.digits.as_str())
    }

    /// How `digits` stand for `scene` and `recipient`; `None` when the request names nobody.
    pub(in crate::reference) fn matches(
        &self,
        recipient: Option<&str>,
        scene: &str,
        digits: &str,
        now: Instant,
    ) -> Match {
        let same = |((to, of), code): &(&(String, String), &Code)| {
            (code.digits == digits).then_some((recipient.is_none_or(|recipient| recipient == to), of == scene))
        };
        let hits: Vec<_> = self.sent.iter().filter_map(|hit| same(&hit).map(|kind| (kind, hit.1))).collect();
        let of_kind = |kind: (bool, bool)| hits.iter().find(|(found, _)| *found == kind).map(|(_, code)| *code);
        match of_kind((true, true)) {
            Some(code) if code.used => Match::Used,
            Some(code) if now.duration_since(code.sent) >= LIFETIME => Match::Expired,
            Some(_) => Match::Good,
            None if of_kind((true, false)).is_some() => Match::OtherScene,
            None if of_kind((false, true)).is_some() => Match::OtherRecipient,
            None => Match::Wrong,
        }
    }

    /// Every code of these digits is used up.
    pub(in crate::reference) fn burn(&mut self, digits: &str) {
        for code in self.sent.values_mut().filter(|code| code.digits == digits) {
            code.used = true;
        }
    }
}
