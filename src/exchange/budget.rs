//! What may leave the process: messages in a run, wrong codes per account.
//!
//! In: reservations before a request is sent. Out: granted or not; what was delivered. Never: grants more than the target file says.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::case::Effect;

/// The budgets of one run.
#[derive(Debug)]
pub struct Budget {
    max_messages: u32,
    max_failed_logins: u32,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    sms: u32,
    email: u32,
    failed_logins: HashMap<String, u32>,
}

/// A message that was reserved and not yet sent.
#[derive(Debug)]
#[must_use = "a reservation is settled once the answer is known"]
pub struct Reservation<'a> {
    budget: &'a Budget,
    effect: Effect,
    settled: bool,
}

impl Budget {
    /// Budgets of a run: messages of all channels together, wrong codes per account.
    #[must_use]
    pub fn new(max_messages: u32, max_failed_logins: u32) -> Self {
        Self { max_messages, max_failed_logins, spent: Mutex::default() }
    }

    /// Reserves one message; none when `delivery.max` is used up.
    pub fn reserve(&self, effect: Effect) -> Option<Reservation<'_>> {
        let mut spent = self.lock();
        if effect != Effect::Login {
            if spent.sms + spent.email >= self.max_messages {
                return None;
            }
            *spent.count(effect) += 1;
        }
        Some(Reservation { budget: self, effect, settled: false })
    }

    /// Whether no message can be reserved any more.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        let spent = self.lock();
        spent.sms + spent.email >= self.max_messages
    }

    /// Reserves one login with a wrong code; false when `limits.failed_logins` is used up for the account.
    #[must_use]
    pub fn reserve_failed_login(&self, account: &str) -> bool {
        let mut spent = self.lock();
        let count = spent.failed_logins.entry(account.to_owned()).or_default();
        let granted = *count < self.max_failed_logins;
        *count += u32::from(granted);
        granted
    }

    /// Messages that were, or may have been, delivered: SMS and emails.
    #[must_use]
    pub fn delivered(&self) -> (u32, u32) {
        let spent = self.lock();
        (spent.sms, spent.email)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Spent {
    fn count(&mut self, effect: Effect) -> &mut u32 {
        match effect {
            Effect::Email => &mut self.email,
            Effect::Sms | Effect::Login => &mut self.sms,
        }
    }
}

impl Reservation<'_> {
    /// The answer is known: a message that cannot have been delivered is given back.
    pub fn settle(mut self, delivered: bool) {
        self.settled = true;
        if !delivered && self.effect != Effect::Login {
            *self.budget.lock().count(self.effect) -= 1;
        }
    }
}

impl Drop for Reservation<'_> {
    /// A reservation that is dropped in flight may have been delivered: it stays counted.
    fn drop(&mut self) {
        self.settled = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_max_messages_are_granted_over_all_channels() {
        let budget = Budget::new(2, 0);
        let first = budget.reserve(Effect::Sms);
        let second = budget.reserve(Effect::Email);
        assert!(first.is_some() && second.is_some());
        assert!(budget.reserve(Effect::Sms).is_none());
        if let Some(reservation) = first {
            reservation.settle(false);
        }
        assert_eq!(budget.delivered(), (0, 1));
        assert!(budget.reserve(Effect::Sms).is_some());
    }

    #[test]
    fn wrong_codes_are_counted_per_account() {
        let budget = Budget::new(0, 1);
        assert!(budget.reserve_failed_login("a"));
        assert!(!budget.reserve_failed_login("a"));
        assert!(budget.reserve_failed_login("b"));
    }
}
