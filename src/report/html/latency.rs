//! How long a document's answers took: a dot an answer, on a logarithmic scale.
//!
//! In: the deciding exchanges of a record. Out: places in a drawing, and numbers. Never: an exchange without an answer.

use crate::record::{RunRecord, TrialRecord};
use crate::text::visible;

use super::super::excerpt::documents;

/// The width of a drawing, its margins included.
const WIDTH: f64 = 560.0;
/// Where the scale begins and ends.
const MARGIN: f64 = 12.0;
/// The heights at which dots stand, in turn, so that equal times are seen.
const HEIGHTS: [u8; 7] = [20, 12, 28, 8, 24, 16, 32];

/// The latencies of every document.
pub(super) struct Latency {
    pub(super) rows: Vec<Row>,
    /// The marks of the scale: place and number.
    pub(super) ticks: Vec<(String, String)>,
}

/// A document.
pub(super) struct Row {
    pub(super) document: String,
    pub(super) dots: Vec<Dot>,
    pub(super) median_at: String,
    pub(super) count: usize,
    pub(super) median: String,
    pub(super) p95: String,
    pub(super) slowest: String,
}

/// An answer.
pub(super) struct Dot {
    pub(super) x: String,
    pub(super) y: u8,
    pub(super) outcome: &'static str,
    pub(super) name: String,
}

/// From which power of ten to which the scale goes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    low: f64,
    high: f64,
}

impl Latency {
    /// The latencies of a record.
    pub(super) fn of(record: &RunRecord) -> Self {
        let answered: Vec<&TrialRecord> = record.trials.iter().filter(|trial| is_answered(trial)).collect();
        let Some(scale) = Scale::over(answered.iter().map(|trial| trial.duration_ms)) else {
            return Self { rows: Vec::new(), ticks: Vec::new() };
        };
        let rows = documents(answered.iter().copied()).into_iter().map(|document| {
            let of_document = answered.iter().copied().filter(|trial| trial.document() == document);
            row(document, &of_document.collect::<Vec<_>>(), scale)
        });
        Self { rows: rows.collect(), ticks: scale.ticks() }
    }
}

fn is_answered(trial: &TrialRecord) -> bool {
    let answered = trial.exchanges.last().is_some_and(|exchange| exchange.response.is_some());
    answered && trial.duration_ms.is_finite() && trial.duration_ms > 0.0
}

fn row(document: &str, trials: &[&TrialRecord], scale: Scale) -> Row {
    let mut times: Vec<f64> = trials.iter().map(|trial| trial.duration_ms).collect();
    times.sort_by(f64::total_cmp);
    let dot = |(trial, y): (&&TrialRecord, &u8)| Dot {
        x: scale.place(trial.duration_ms),
        y: *y,
        outcome: trial.outcome.as_str(),
        name: format!("{} {}", visible(&trial.id), milliseconds(trial.duration_ms)),
    };
    let median = quantile(&times, 50);
    Row {
        document: visible(document),
        dots: trials.iter().zip(HEIGHTS.iter().cycle()).map(dot).collect(),
        median_at: scale.place(median),
        count: times.len(),
        median: milliseconds(median),
        p95: milliseconds(quantile(&times, 95)),
        slowest: milliseconds(quantile(&times, 100)),
    }
}

/// The smallest time that so many of a hundred do not exceed; the times are sorted, one at least.
fn quantile(times: &[f64], percent: usize) -> f64 {
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

fn milliseconds(time: f64) -> String {
    if time < 100.0 { format!("{time:.1} ms") } else { format!("{time:.0} ms") }
}

impl Scale {
    /// Whole powers of ten around all times; none where there is no time.
    fn over(times: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = times
            .map(f64::log10)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), time| (low.min(time), high.max(time)));
        let low = low.floor();
        low.is_finite().then(|| Self { low, high: high.ceil().max(low + 1.0) })
    }

    fn place(self, time: f64) -> String {
        let share = (time.log10() - self.low) / (self.high - self.low);
        format!("{:.1}", MARGIN + share * (WIDTH - 2.0 * MARGIN))
    }

    fn ticks(self) -> Vec<(String, String)> {
        let mut ticks = Vec::new();
        let mut power = self.low;
        while power <= self.high {
            let time = 10_f64.powf(power);
            ticks.push((self.place(time), format!("{time} ms")));
            power += 1.0;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_covers_every_time_in_whole_powers_of_ten() {
        let scale = Scale::over([2.0, 340.0].into_iter()).expect("a scale");
        assert_eq!(scale, Scale { low: 0.0, high: 3.0 });
        assert_eq!(scale.place(1.0), "12.0");
        assert_eq!(scale.place(1_000.0), "548.0");
        assert_eq!(
            scale.ticks().iter().map(|tick| tick.1.as_str()).collect::<Vec<_>>(),
            ["1 ms", "10 ms", "100 ms", "1000 ms"]
        );
        assert_eq!(Scale::over([10.0].into_iter()), Some(Scale { low: 1.0, high: 2.0 }));
        assert_eq!(Scale::over(std::iter::empty()), None);
    }

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let times: Vec<f64> = (1..=20).map(f64::from).collect();
        let shown = [50, 95, 100].map(|percent| milliseconds(quantile(&times, percent)));
        assert_eq!(shown, ["10.0 ms", "19.0 ms", "20.0 ms"]);
        assert_eq!(milliseconds(quantile(&[700.0], 50)), "700 ms");
    }
}
