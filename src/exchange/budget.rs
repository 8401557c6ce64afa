//! What may leave the process: messages in a run, wrong codes per account.
//!
//! In: reservations before a request is sent. Out: granted or not; what was delivered. Never: grants more than the target file says.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Mutex;

use tokio::sync::Notify;

use super::act::Attempt;
use crate::case::Effect;

/// The budgets of one run.
#[derive(Debug)]
pub struct Budget {
    max_messages: u32,
    max_failed_logins: u32,
    spent: Mutex<Spent>,
    settled: Notify,
}

#[derive(Debug, Default)]
struct Spent {
    sms: u32,
    email: u32,
    /// Messages of them that may still be given back.
    in_flight: u32,
    failed_logins: HashMap<String, u32>,
    /// Accounts and the codes that log them in, once.
    expected: HashSet<(String, String)>,
}

/// A message that was reserved and not yet sent.
#[derive(Debug)]
#[must_use = "a reservation is settled once the answer is known"]
pub(super) struct Reservation<'a> {
    budget: &'a Budget,
    effect: Effect,
    delivered: bool,
}

impl Budget {
    /// Budgets of a run: messages of all channels together, wrong codes per account.
    #[must_use]
    pub fn new(max_messages: u32, max_failed_logins: u32) -> Self {
        Self { max_messages, max_failed_logins, spent: Mutex::default(), settled: Notify::new() }
    }

    /// Reserves one message; none when `delivery.max` is used up. Where it is only used up by what is on its way, it is waited
    /// for whether that is given back: a request that must be refused takes nobody's message.
    pub(super) async fn reserve(&self, effect: Effect) -> Option<Reservation<'_>> {
        loop {
            let mut settled = pin!(self.settled.notified());
            settled.as_mut().enable();
            {
                let mut spent = self.lock();
                if spent.messages() < self.max_messages {
                    *spent.count(effect) += 1;
                    spent.in_flight += 1;
                    return Some(Reservation { budget: self, effect, delivered: true });
                }
                if spent.in_flight == 0 {
                    return None;
                }
            }
            settled.await;
        }
    }

    /// Reserves one login with a wrong code; false when `limits.failed_logins` is used up for the account.
    #[must_use]
    pub(super) fn reserve_failed_login(&self, account: &str) -> bool {
        let mut spent = self.lock();
        let count = spent.failed_logins.entry(account.to_owned()).or_default();
        let granted = *count < self.max_failed_logins;
        *count += u32::from(granted);
        granted
    }

    /// Whether no message can be reserved, unless one is given back.
    pub(super) fn is_spent(&self) -> bool {
        let spent = self.lock();
        spent.messages() - spent.in_flight >= self.max_messages
    }

    /// A code that logs an account in.
    pub(super) fn expect_login(&self, account: &str, code: &str) {
        self.lock().expected.insert((account.to_owned(), code.to_owned()));
    }

    /// Whether an attempt carries a code that logs its account in.
    pub(super) fn is_expected(&self, attempt: &Attempt) -> bool {
        let Attempt { account, code: Some(code) } = attempt else { return false };
        self.lock().expected.contains(&(account.clone(), code.clone()))
    }

    /// An attempt was accepted: its code is spent.
    pub(super) fn use_up(&self, attempt: &Attempt) {
        if let Attempt { account, code: Some(code) } = attempt {
            self.lock().expected.remove(&(account.clone(), code.clone()));
        }
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
    fn messages(&self) -> u32 {
        self.sms + self.email
    }

    fn count(&mut self, effect: Effect) -> &mut u32 {
        match effect {
            Effect::Email => &mut self.email,
            Effect::Sms | Effect::Login => &mut self.sms,
        }
    }
}

impl Reservation<'_> {
    /// The answer is known: a message that cannot have been delivered is given back.
    pub(super) fn settle(mut self, delivered: bool) {
        self.delivered = delivered;
    }
}

impl Drop for Reservation<'_> {
    /// A reservation that is dropped in flight may have been delivered: it stays counted.
    fn drop(&mut self) {
        let mut spent = self.budget.lock();
        spent.in_flight -= 1;
        if !self.delivered {
            *spent.count(self.effect) -= 1;
        }
        drop(spent);
        self.budget.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_more_than_max_messages_are_granted_over_all_channels() {
        let budget = Budget::new(2, 0);
        let first = budget.reserve(Effect::Sms).await.expect("one");
        let second = budget.reserve(Effect::Email).await.expect("two");
        second.settle(true);
        assert!(!budget.is_spent(), "the first may be given back");
        first.settle(false);
        assert_eq!(budget.delivered(), (0, 1));
        budget.reserve(Effect::Sms).await.expect("it was given back").settle(true);
        assert!(budget.is_spent());
        assert!(budget.reserve(Effect::Sms).await.is_none());
        assert_eq!(budget.delivered(), (1, 1));
    }

    #[tokio::test]
    async fn what_is_on_its_way_is_waited_for() {
        let budget = Budget::new(1, 0);
        let first = budget.reserve(Effect::Sms).await.expect("one");
        let (second, ()) = tokio::join!(budget.reserve(Effect::Email), async {
            tokio::task::yield_now().await;
            first.settle(false);
        });
        let second = second.expect("the first was given back");
        let (third, ()) = tokio::join!(budget.reserve(Effect::Email), async {
            tokio::task::yield_now().await;
            drop(second);
        });
        assert!(third.is_none(), "what was dropped on its way may have been delivered");
    }

    #[test]
    fn wrong_codes_are_counted_per_account() {
        let budget = Budget::new(0, 1);
        assert!(budget.reserve_failed_login("a"));
        assert!(!budget.reserve_failed_login("a"));
        assert!(budget.reserve_failed_login("b"));
    }
}
