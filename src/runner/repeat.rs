//! The rounds of a run: every trial once, or as often as it was asked for.
//!
//! In: a session. Out: a record a trial, of its worst round, with counts and latencies. Never: keeps evidence of what passed
//! again.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hdrhistogram::Histogram;

use super::milliseconds;
use super::session::{Ended, Session};
use crate::record::{Latency, Repeats, Tally, TrialRecord};

/// Digits of a duration that are kept.
const DIGITS: u8 = 2;
/// Longer answers are counted as this long.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The rounds of a run, as far as they came.
#[derive(Debug)]
pub(super) struct Rounds {
    first: Arc<Session>,
    /// The round whose units begin now, and those that have not begun.
    current: (Arc<Session>, Range<usize>),
    /// Rounds that have not begun.
    left: u32,
    /// Rounds after the first that are not over, and how many of their units are not.
    live: Vec<(Arc<Session>, usize)>,
    /// What later rounds came to.
    trials: Vec<OfTrial>,
}

#[derive(Debug)]
struct OfTrial {
    outcomes: Tally,
    /// In microseconds; none where it cannot be kept.
    latency: Option<Histogram<u32>>,
    worst: Option<TrialRecord>,
}

impl Rounds {
    /// As many rounds as the options of a session say; it is the first.
    pub(super) fn of(first: &Arc<Session>) -> Self {
        let repeat = first.options().repeat.max(1);
        let empty = || OfTrial { outcomes: Tally::default(), latency: Histogram::new(DIGITS).ok(), worst: None };
        let counted = if repeat > 1 { first.plan().trials.len() } else { 0 };
        Self {
            first: Arc::clone(first),
            current: (Arc::clone(first), first.order()),
            left: repeat - 1,
            live: vec![(Arc::clone(first), first.order().len())],
            trials: std::iter::repeat_with(empty).take(counted).collect(),
        }
    }

    /// Runs them; `done` hears of each trial that is over.
    pub(super) async fn run(&mut self, done: impl Fn()) {
        let jobs = self.first.options().jobs.max(1);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < jobs
                && let Some((round, unit)) = self.next()
            {
                running.push(async move {
                    round.ensure(unit).await;
                    (round, unit)
                });
            }
            let Some((round, unit)) = running.next().await else { return };
            (0..round.size(unit)).for_each(|_| done());
            self.unit_ended(&round);
        }
    }

    /// The unit that begins next; none while a round has to wait for the one before, and at the end.
    fn next(&mut self) -> Option<(Arc<Session>, usize)> {
        if self.current.1.is_empty() {
            if self.left == 0 || !(self.live.is_empty() || self.first.overlaps()) {
                return None;
            }
            self.left -= 1;
            let round = Arc::new(self.first.again());
            self.live.push((Arc::clone(&round), round.order().len()));
            self.current = (Arc::clone(&round), round.order());
        }
        let unit = self.current.1.next()?;
        Some((Arc::clone(&self.current.0), unit))
    }

    fn unit_ended(&mut self, round: &Arc<Session>) {
        let Some(at) = self.live.iter().position(|(live, _)| Arc::ptr_eq(live, round)) else { return };
        self.live[at].1 -= 1;
        if self.live[at].1 == 0 {
            let (round, _) = self.live.swap_remove(at);
            self.count(&round);
        }
    }

    fn count(&mut self, round: &Session) {
        if round.ended().any(|(_, ended)| ended.record.is_some()) {
            self.first.knows_secrets_of(round);
        }
        for (at, ended) in round.ended() {
            // Nothing is counted where there is one round only.
            if let Some(trial) = self.trials.get_mut(at) {
                trial.add(ended);
            }
        }
    }

    /// The record of every trial; rounds that were cut off count as far as they came.
    pub(super) fn records(mut self) -> Vec<TrialRecord> {
        for (round, _) in std::mem::take(&mut self.live) {
            self.count(&round);
        }
        let records = self.first.records();
        if self.trials.is_empty() {
            return records;
        }
        records.into_iter().zip(self.trials).map(|(first, trial)| trial.record(first)).collect()
    }
}

impl OfTrial {
    fn add(&mut self, ended: &Ended) {
        self.outcomes.add(ended.outcome);
        if let (Some(latency), Some(duration)) = (&mut self.latency, ended.duration) {
            // It grows to hold what comes; longer than a run may take, nothing is to be told apart.
            let micros = duration.min(LONGEST).as_micros();
            let _ = latency.record(u64::try_from(micros).unwrap_or(u64::MAX));
        }
        let severity = |record: &TrialRecord| record.outcome.severity();
        let Some(record) = &ended.record else { return };
        if self.worst.as_ref().is_none_or(|known| severity(known) < severity(record)) {
            self.worst = Some(record.clone());
        }
    }

    /// The worst round, with what all of them came to; `first`: what stands for a trial that never ended.
    fn record(self, first: TrialRecord) -> TrialRecord {
        let latency_ms = self.latency.filter(|latency| !latency.is_empty()).map(|latency| {
            let at = |quantile| milliseconds(Duration::from_micros(latency.value_at_quantile(quantile)));
            Latency { min: at(0.0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1.0) }
        });
        let unstable = !self.outcomes.unanimous();
        let repeats = Some(Repeats { outcomes: self.outcomes, unstable, latency_ms });
        let record = self.worst.unwrap_or(first);
        let duration_ms = latency_ms.map_or(record.duration_ms, |latency| latency.p50);
        TrialRecord { duration_ms, repeats, ..record }
    }
}
