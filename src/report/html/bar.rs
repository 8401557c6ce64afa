//! The counts as one bar.
//!
//! In: a tally. Out: segments from left to right, in thousandths of its width. Never: a segment too narrow to be seen.

use super::super::words::Both;
use crate::record::Tally;
use crate::verdict::Outcome;

/// The width of the bar.
const WIDTH: usize = 1_000;
/// A segment that stands for anything is at least this wide.
const NARROWEST: usize = 6;

/// The bar, and the counts beneath it.
pub(super) struct Bar {
    pub(super) segments: Vec<Segment>,
    pub(super) total: usize,
}

/// The trials of one outcome.
pub(super) struct Segment {
    pub(super) class: &'static str,
    pub(super) mark: char,
    pub(super) name: Both,
    pub(super) count: usize,
    pub(super) x: usize,
    pub(super) width: usize,
}

impl Bar {
    /// The bar of a tally, the most severe outcome first; outcomes that no trial had are left out.
    pub(super) fn of(tally: &Tally) -> Self {
        let counts = Outcome::ALL.map(|outcome| (outcome, count(tally, outcome)));
        let some: Vec<(Outcome, usize)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        let free = WIDTH - NARROWEST * some.len();
        let total: usize = some.iter().map(|(_, count)| count).sum();
        let mut x = 0;
        let mut segments = Vec::new();
        for (number, (outcome, count)) in some.iter().enumerate() {
            let last = number + 1 == some.len();
            let width = if last { WIDTH - x } else { NARROWEST + count * free / total };
            segments.push(Segment {
                class: outcome.as_str(),
                mark: mark(*outcome),
                name: Both::of(|words| words.outcome(*outcome).to_owned()),
                count: *count,
                x,
                width,
            });
            x += width;
        }
        Self { segments, total: tally.total }
    }
}

fn count(tally: &Tally, outcome: Outcome) -> usize {
    match outcome {
        Outcome::Pass => tally.pass,
        Outcome::Warn => tally.warn,
        Outcome::Fail => tally.fail,
        Outcome::Blocked => tally.blocked,
        Outcome::Waived => tally.waived,
        Outcome::Error => tally.error,
    }
}

/// A mark for an outcome, as in the terminal.
pub(super) fn mark(outcome: Outcome) -> char {
    match outcome {
        Outcome::Pass => '✓',
        Outcome::Warn => '!',
        Outcome::Fail => '✗',
        Outcome::Blocked => '–',
        Outcome::Waived => '~',
        Outcome::Error => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_among_thousands_is_seen_and_the_bar_is_full() {
        let bar = Bar::of(&Tally { pass: 5_000, fail: 1, total: 5_001, ..Tally::default() });
        let widths: Vec<usize> = bar.segments.iter().map(|segment| segment.width).collect();
        assert!(widths[0] >= NARROWEST && widths.iter().sum::<usize>() == WIDTH, "{widths:?}");
        assert!(Bar::of(&Tally::default()).segments.is_empty());
    }
}
