//! A part of a plan, for one of several machines.
//!
//! In: `I/N`, a trial, a target. Out: whether the trial belongs to the part, and the target's share of what is counted.
//! Never: lets two parts use one account, or send to one recipient.

use std::fmt;
use std::str::FromStr;

use crate::case::{self, Effect, Trial};
use crate::target::Target;

/// More parts than this are a mistake.
const MOST: u32 = 1000;

/// The `index`-th of `of` parts, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    of: u32,
}

impl Shard {
    /// From 1.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether a trial belongs to this part: told by its id, or by what it shares with others.
    #[must_use]
    pub fn takes(self, trial: &Trial, target: &Target) -> bool {
        let digest = case::digest([("", self.lane(trial, target))]);
        let number = u64::from_str_radix(&digest[..15], 16).unwrap_or_default();
        number % u64::from(self.of) + 1 == u64::from(self.index)
    }

    /// Trials of one lane stay together: codes of one account replace each other, and the interval between messages to one
    /// recipient holds within one process only.
    fn lane<'a>(self, trial: &'a Trial, target: &Target) -> &'a str {
        let few = |pool: &[String]| pool.len() < self.of as usize;
        match trial.effect {
            Effect::Login => "login",
            Effect::Sms if few(&target.recipients.mobile) => "sms",
            Effect::Email if few(&target.recipients.email) => "email",
            Effect::Sms | Effect::Email => &trial.id,
        }
    }

    /// The target as this part may use it: recipients of its own, and a share of the rate and of the messages, so that all
    /// parts together keep what the target file says.
    pub fn divide(self, target: &mut Target) {
        let of = self.of as usize;
        let recipients = &mut target.recipients;
        for pool in [&mut recipients.mobile, &mut recipients.email] {
            if pool.len() >= of {
                *pool = pool.drain(..).skip(self.index as usize - 1).step_by(of).collect();
            }
        }
        target.limits.rate /= f64::from(self.of);
        let (share, rest) = (target.delivery.max / self.of, target.delivery.max % self.of);
        target.delivery.max = share + u32::from(self.index <= rest);
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((index, of)) if 1 <= index && index <= of && of <= MOST => Ok(Self { index, of }),
            _ => Err(format!("expected `I/N` with I from 1 to N and N at most {MOST}, like `1/4`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_so_many_from_1() {
        assert_eq!("2/7".parse::<Shard>().map(|shard| shard.to_string()), Ok("2/7".to_owned()));
        for wrong in ["0/2", "3/2", "1/0", "1", "a/b", "-1/2", "1/1001"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
