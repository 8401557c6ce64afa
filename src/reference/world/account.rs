//! Accounts: how the login of a mobile number ends, and the lock after too many wrong codes.
//!
//! In: a mobile number. Out: how its login ends, and whether it is locked. Never: looks at codes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The mobile numbers that are known to the directory.
pub(in crate::reference) const SUCCESS: &str = "15201657311";
pub(in crate::reference) const MFA: &str = "15201657312";
pub(in crate::reference) const DENIED: &str = "15201657313";

/// Wrong codes that lock an account, and for how long.
const TRIES: u32 = 10;
const LOCK: Duration = Duration::from_secs(180);

/// How a login with a good code ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Ending {
    Success,
    MfaAuth,
    AccessDenied,
}

/// The wrong codes seen so far, by mobile number.
#[derive(Default)]
pub(in crate::reference) struct Accounts {
    failures: HashMap<String, Failures>,
}

struct Failures {
    count: u32,
    last: Instant,
}

impl Accounts {
    /// Whether the directory has this number. Any other registers itself at its first login, where that is enabled.
    pub(in crate::reference) fn known(mobile: &str) -> bool {
        [SUCCESS, MFA, DENIED].contains(&mobile)
    }

    pub(in crate::reference) fn ending(mobile: Option<&str>) -> Ending {
        match mobile {
            Some(MFA) => Ending::MfaAuth,
            Some(DENIED) => Ending::AccessDenied,
            Some(_) | None => Ending::Success,
        }
    }

    pub(in crate::reference) fn locked(&self, mobile: &str, now: Instant) -> bool {
        self.failures.get(mobile).is_some_and(|seen| seen.count >= TRIES && now.duration_since(seen.last) < LOCK)
    }

    pub(in crate::reference) fn failed(&mut self, mobile: &str, now: Instant) {
        let seen = self.failures.entry(mobile.to_owned()).or_insert(Failures { count: 0, last: now });
        if now.duration_since(seen.last) >= LOCK {
            seen.count = 0;
        }
        seen.count += 1;
        seen.last = now;
    }

    pub(in crate::reference) fn succeeded(&mut self, mobile: &str) {
        self.failures.remove(mobile);
    }
}

impl Ending {
    pub(in crate::reference) const ALL: [Self; 3] = [Self::Success, Self::MfaAuth, Self::AccessDenied];

    /// The `status` member, and the name of the answer in clause ids.
    pub(in crate::reference) fn name(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::MfaAuth => "MFA_AUTH",
            Self::AccessDenied => "ACCESS_DENIED",
        }
    }

    /// A number of the directory whose login ends so.
    pub(in crate::reference) fn mobile(self) -> &'static str {
        match self {
            Self::Success => SUCCESS,
            Self::MfaAuth => MFA,
            Self::AccessDenied => DENIED,
        }
    }
}
