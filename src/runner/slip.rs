//! A code that a person types may be typed wrong: what it would spoil is not held against the deployment.
//!
//! In: a login with a typed code, its answer. Out: the answer that counts, once the code is sure. Never: takes a slip of the
//! hand for a broken promise, or for the refusal that is looked for.

use super::session::Session;
use crate::case::{CodeNeed, Trial};
use crate::exchange::Exchange;
use crate::fixture::{self, Delivery};
use crate::outcome::ReasonCode;
use crate::plan::{Planned, Reason};
use crate::target::CodeSource;

/// How often a code that the deployment does not take is asked for once more.
const TRIES: usize = 2;

impl Session {
    /// Asks for the code a second time where its answer may be owed to a slip. Typed the same again, the answer stands; typed
    /// otherwise, the login is made with the new one, and the former was a failed login.
    pub(super) async fn beyond_a_slip(
        &self,
        planned: &Planned,
        delivery: &mut Delivery,
        mut exchange: Exchange,
    ) -> Result<Exchange, Reason> {
        let trial = &planned.trial;
        for _ in 0..TRIES {
            if !self.may_be_a_slip(trial, &exchange) {
                return Ok(exchange);
            }
            if trial.must_be_accepted()
                && let Some(reason) = delivery.sent.and_then(|sent| fixture::too_old(sent.elapsed()))
            {
                return Err(reason);
            }
            let again = self.fixtures.retyped(trial, &delivery.grant.to).await.map_err(|halt| halt.reason)?;
            if delivery.grant.code.as_ref() == Some(&again) {
                return Ok(exchange);
            }
            if !trial.must_be_accepted() {
                break;
            }
            if !self.outlet.reserve_failed_login(&delivery.grant.to) {
                let text = "a code was mistyped, and `limits.failed_logins` wrong codes have been tried on this account: \
                            run again";
                return Err(Reason::new(ReasonCode::BudgetSpent, text));
            }
            self.outlet.expect_login(&delivery.grant.to, &again);
            delivery.grant.code = Some(again);
            let grant = delivery.grant.clone();
            exchange = self.dispatch(trial, &grant, delivery.gate.as_mut()).await?;
        }
        if !self.may_be_a_slip(trial, &exchange) {
            return Ok(exchange);
        }
        let text = "its code was typed otherwise each time, so that nothing follows: run again with `--rerun`";
        Err(Reason::new(ReasonCode::NeedsCode, text))
    }

    /// Whether a typing error would explain the answer: a refused login that must succeed, or one that succeeded with a
    /// digit altered.
    fn may_be_a_slip(&self, trial: &Trial, exchange: &Exchange) -> bool {
        let Some(status) = exchange.status() else { return false };
        let typed = self.target.verify_code == Some(CodeSource::Prompt);
        let spoilt = match trial.needs.code {
            Some(CodeNeed::Delivered) => trial.must_be_accepted() && (400..500).contains(&status) && status != 429,
            Some(CodeNeed::Wrong) => status == 200,
            // These are typed twice before they are used, or have logged in before.
            Some(CodeNeed::Foreign | CodeNeed::Spent) | None => false,
        };
        typed && spoilt
    }
}
