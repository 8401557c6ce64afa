//! The only way out for a request of the contract.
//!
//! In: a prepared request. Out: the exchange, or why it stays inside. Never: lets out more messages and wrong codes than the
//! budget has, whatever a case file says of its request.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::Exchange;
use super::act::Act;
use super::budget::Budget;
use super::client::Client;
use super::request::Prepared;
use crate::case::Effect;

/// The way out: client, budget and consent of one run.
#[derive(Debug)]
pub struct Outlet {
    client: Arc<Client>,
    budget: Arc<Budget>,
    consents: bool,
    /// Without consent requests go one by one, so that the first that is accepted by mistake is the last.
    one_by_one: Semaphore,
    /// Channels on which nothing is sent any more.
    closed: Mutex<HashSet<Effect>>,
    /// What was read out of a URL before: there are as many as documents.
    acts: Mutex<HashMap<String, Act>>,
}

/// Why a request was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// `delivery.max` messages have been sent.
    Messages,
    /// `limits.failed_logins` wrong codes have been tried on the account.
    FailedLogins,
    /// Messages may not be delivered, and one request that could was accepted.
    Closed,
}

impl Outlet {
    /// The way out of a run; `consents`: messages may be delivered.
    #[must_use]
    pub fn new(client: Arc<Client>, budget: Arc<Budget>, consents: bool) -> Self {
        Self {
            client,
            budget,
            consents,
            one_by_one: Semaphore::new(1),
            closed: Mutex::default(),
            acts: Mutex::default(),
        }
    }

    /// Whether nothing is sent to this URL any more.
    #[must_use]
    pub fn is_closed(&self, url: &str) -> bool {
        self.act(url).message.is_some_and(|channel| self.closes(channel))
    }

    /// Whether a message to this URL could still be paid for, now: worth knowing before a person is asked for a token.
    #[must_use]
    pub fn can_pay(&self, url: &str) -> bool {
        !self.consents || self.act(url).message.is_none() || !self.budget.is_spent()
    }

    /// A code that was sent to an account for a login: trying it once is no failed login.
    pub fn expect_login(&self, account: &str, code: &str) {
        self.budget.expect_login(account, code);
    }

    /// Counts a login that failed for its code, though that was not foreseen; false when there may be no more of them.
    #[must_use]
    pub fn reserve_failed_login(&self, account: &str) -> bool {
        self.budget.reserve_failed_login(account)
    }

    /// Sends, when pace and budgets allow it. `declared`: the account on which a case file says that this login must fail, which
    /// counts also where the request does not show it.
    ///
    /// # Errors
    /// Why it was not sent.
    pub async fn send(&self, request: Prepared, declared: Option<&str>) -> Result<Exchange, Kept> {
        let act = self.act(&request.url);
        let unasked = act.message.filter(|_| !self.consents);
        let _turn = if unasked.is_some() { self.one_by_one.acquire().await.ok() } else { None };
        if unasked.is_some_and(|channel| self.closes(channel)) {
            return Err(Kept::Closed);
        }
        self.client.slot().await;
        let message = match act.message.filter(|_| self.consents) {
            Some(channel) => Some(self.budget.reserve(channel).await.ok_or(Kept::Messages)?),
            None => None,
        };
        let attempt = act.attempt(&request);
        let wrong = attempt.as_ref().filter(|attempt| !self.budget.is_expected(attempt));
        if let Some(account) = wrong.map(|attempt| attempt.account.as_str()).or(declared)
            && !self.budget.reserve_failed_login(account)
        {
            if let Some(message) = message {
                message.settle(false);
            }
            return Err(Kept::FailedLogins);
        }
        let exchange = self.client.exchange(request).await;
        if let Some(message) = message {
            message.settle(exchange.may_have_acted());
        }
        if exchange.status().is_some_and(|status| status < 300) {
            if let Some(channel) = unasked {
                self.closed.lock().unwrap_or_else(PoisonError::into_inner).insert(channel);
            }
            if let Some(attempt) = &attempt {
                self.budget.use_up(attempt);
            }
        }
        Ok(exchange)
    }

    fn act(&self, url: &str) -> Act {
        let mut acts = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(act) = acts.get(url) {
            return *act;
        }
        let act = Act::of(url);
        acts.insert(url.to_owned(), act);
        act
    }

    fn closes(&self, channel: Effect) -> bool {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).contains(&channel)
    }
}
