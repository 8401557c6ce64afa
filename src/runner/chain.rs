//! One scarce token or code down one lane: negatives that vary something else, the accepted request that proves it was
//! good all along, and its reuse.
//!
//! In: a chain of the plan. Out: a result for each of its trials. Never: concludes from a lane whose closing control failed.

use std::sync::Arc;

use super::judge::{Control, control_failed, forbids};
use super::session::{Found, Session, control_of, not_tried};
use crate::exchange::Exchange;
use crate::fixture::{self, Delivery, Grant, Halt};
use crate::outcome::ReasonCode;
use crate::plan::{Planned, Readiness, Reason};

/// Whether the closing control was refused for a token or code that may have been taken away before. One that was refused for
/// the client id, or because a message could not be sent, is not tried again until it is green.
fn was_burnt(closed: &Found) -> bool {
    let refused = closed.own.as_ref().and_then(Exchange::status) == Some(400);
    refused && closed.reason.as_ref().is_none_or(|reason| reason.code == ReasonCode::Source)
}

/// What went down a lane.
struct Lane {
    /// The riders, in their order.
    ridden: Vec<Result<Shared, Reason>>,
    /// The closing control; none where a rider was accepted, which uses up what the others would ride on.
    closed: Option<Found>,
    /// The code was mistyped when the riders carried it.
    mistyped: bool,
    /// The reuses, where the control was accepted.
    reused: Vec<Result<Shared, Reason>>,
}

/// A request that carried the lane's token or code.
struct Shared {
    grant: Grant,
    exchange: Exchange,
}

impl Shared {
    fn accepted(&self) -> bool {
        self.exchange.status() == Some(200)
    }
}

/// Why what a rider was answered may be owed to the token or code it carried.
const BURNT: &str = "the deployment uses up a token or code with any request that carries it, and a person is not asked for \
                     one a trial: run this trial alone with `--select`, or set a source that needs no person";
const MISTYPED: &str = "the code was mistyped when this request carried it: run again with `--rerun`";

/// A rider whose token or code may have been no good: only its exact answer proves anything.
fn doubted(planned: &Planned, why: &str) -> Planned {
    let code = if planned.trial.needs.code.is_some() { ReasonCode::NeedsCode } else { ReasonCode::NeedsCaptcha };
    Planned { readiness: Readiness::Improvised(Reason::new(code, why)), ..planned.clone() }
}

impl Session {
    /// The negatives ride on the fixture of their control, which closes the chain; what is used again comes right after
    /// it, before anything else can take its place.
    pub(super) async fn chain(self: &Arc<Self>, riders: &[usize], closing: usize, reuse: &[usize]) {
        if !reuse.is_empty() {
            self.wait_for_other_logins(closing).await;
        }
        let mut lane = match self.lane(riders, closing, reuse).await {
            Ok(lane) => lane,
            Err(halt) => return self.without_lane(riders, closing, reuse, halt).await,
        };
        // A deployment may burn a token or code on any request that carries it: then each gets its own.
        let burnt = lane.closed.as_ref().is_some_and(was_burnt) && !riders.is_empty();
        let doubt = if burnt { Some(BURNT) } else { lane.mistyped.then_some(MISTYPED) };
        if burnt {
            let ridden = std::mem::take(&mut lane.ridden);
            lane = match self.lane(&[], closing, reuse).await {
                Ok(lane) => lane,
                Err(halt) => return self.without_lane(riders, closing, reuse, halt).await,
            };
            // Where that would cost a person's patience, what was answered by its exact code stands.
            if self.fixtures.asks_a_person() {
                lane.ridden = ridden;
            }
        } else if lane.closed.is_none() {
            // What was answered up to then stands: it was good all along, or it would not have been accepted.
            let ridden = std::mem::take(&mut lane.ridden);
            lane = match self.lane(&[], closing, reuse).await {
                Ok(lane) => Lane { ridden, ..lane },
                Err(halt) => Lane { ridden, closed: Some(halt.into()), mistyped: false, reused: Vec::new() },
            };
        }
        let Lane { ridden, closed, reused, .. } = lane;
        let closed = closed.unwrap_or_else(|| Found::halted(control_failed(&self.plan.trials[closing].trial.id)));
        let control = control_of(&closed, &self.plan.trials[closing].trial, self.options.strict);
        self.end(closing, closed);
        self.end_reuses(reuse, reused, &control).await;
        let mut ridden = ridden.into_iter();
        for &rider in riders {
            let found = self.of_rider(&self.plan.trials[rider], ridden.next(), (&control, doubt)).await;
            self.end(rider, found);
        }
    }

    /// What a rider showed; where it did not come to ride, by itself.
    async fn of_rider(
        &self,
        planned: &Planned,
        ridden: Option<Result<Shared, Reason>>,
        (control, doubt): (&Control, Option<&str>),
    ) -> Found {
        let untried = matches!(control, Control::NotTried(_));
        match (forbids(control, &planned.trial), ridden) {
            // Whatever became of the control: this was accepted, and must not be.
            (Some(_), Some(Ok(shared))) if untried && shared.accepted() => {
                self.concluded(planned, shared, control).await
            }
            (Some(reason), _) | (None, Some(Err(reason))) => Found::halted(reason),
            (None, Some(Ok(shared))) => match doubt {
                Some(why) => self.concluded(&doubted(planned, why), shared, control).await,
                None => self.concluded(planned, shared, control).await,
            },
            (None, None) => self.alone(planned, false, None, control).await,
        }
    }

    async fn lane(&self, riders: &[usize], closing: usize, reuse: &[usize]) -> Result<Lane, Halt> {
        let planned = &self.plan.trials[closing];
        if let Some(reason) = self.halted(&planned.trial) {
            return Err(reason.into());
        }
        let mut delivery = self.fixtures.grant(&planned.trial, false, None).await?;
        let mut ridden = Vec::with_capacity(riders.len());
        for &rider in riders {
            let rider = &self.plan.trials[rider];
            let shared = match fixture::unalterable(&rider.trial, &delivery.grant) {
                Some(reason) => Err(reason),
                None => self.share(rider, &mut delivery).await,
            };
            let accepted = shared.as_ref().is_ok_and(Shared::accepted);
            ridden.push(shared);
            if accepted {
                return Ok(Lane { ridden, closed: None, mistyped: false, reused: Vec::new() });
            }
        }
        let carried = delivery.grant.code.clone();
        let closed = self.send(planned, &mut delivery, &Control::Held).await;
        let mistyped = delivery.grant.code != carried;
        let mut reused = Vec::with_capacity(reuse.len());
        for &again in reuse.iter().filter(|_| closed.accepted()) {
            reused.push(self.share(&self.plan.trials[again], &mut delivery).await);
        }
        Ok(Lane { ridden, closed: Some(closed), mistyped, reused })
    }

    async fn share(&self, planned: &Planned, delivery: &mut Delivery) -> Result<Shared, Reason> {
        let grant = self.fixtures.shared(&planned.trial, &delivery.grant);
        let exchange = self.dispatch(&planned.trial, &grant, delivery.gate.as_mut()).await?;
        Ok(Shared { grant, exchange })
    }

    async fn end_reuses(&self, reuse: &[usize], reused: Vec<Result<Shared, Reason>>, control: &Control) {
        let mut reused = reused.into_iter();
        for &again in reuse {
            let planned = &self.plan.trials[again];
            let found = match (control, reused.next()) {
                (Control::Failed(reason) | Control::NotTried(reason), _) => Found::halted(reason.clone()),
                (Control::Held, Some(Ok(shared))) => self.concluded(planned, shared, control).await,
                (Control::Held, Some(Err(reason))) => Found::halted(reason),
                (Control::Held, None) => Found::halted(control_failed(&planned.trial.id)),
            };
            self.end(again, found);
        }
    }

    async fn concluded(&self, planned: &Planned, shared: Shared, control: &Control) -> Found {
        let mut found = self.judge(planned, &shared.exchange, control).await;
        found.own = Some(shared.exchange);
        found.grant = Some(shared.grant);
        found
    }

    /// The lane's fixture could not be had: what proves its clause by its exact code is sent with an invented one.
    async fn without_lane(&self, riders: &[usize], closing: usize, reuse: &[usize], halt: Halt) {
        let found = Found::from(halt);
        let control = not_tried(&found);
        self.end(closing, found);
        self.end_reuses(reuse, Vec::new(), &control).await;
        for &rider in riders {
            let planned = &self.plan.trials[rider];
            let found = match (forbids(&control, &planned.trial), &control) {
                (Some(reason), _) => Found::halted(reason),
                (None, Control::NotTried(reason)) => {
                    let improvised = Planned { readiness: Readiness::Improvised(reason.clone()), ..planned.clone() };
                    self.alone(&improvised, true, None, &control).await
                }
                (None, Control::Held | Control::Failed(_)) => self.alone(planned, false, None, &control).await,
            };
            self.end(rider, found);
        }
    }

    /// Codes of one account replace each other: a code that is to be used twice comes last.
    async fn wait_for_other_logins(self: &Arc<Self>, closing: usize) {
        let mine = &self.plan.trials[closing].trial;
        self.ensure_all(|other| {
            let login = other.must_be_accepted() && other.needs.code.is_some();
            login && other.id != mine.id && other.needs.recipient == mine.needs.recipient
        })
        .await;
    }
}
