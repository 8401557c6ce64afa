//! Captcha puzzles: offered, solved once or not at all, short-lived.
//!
//! In: where the hole of a puzzle is, a moment. Out: whether a point fits. Never: draws, or decides what a fit is worth.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long a puzzle can be solved, and how far from the hole: as the sliders do that these look like.
const LIFETIME: Duration = Duration::from_secs(120);
const TOLERANCE: f64 = 5.0;

/// The only height that fits: the piece slides in its row.
const HEIGHT: f64 = 5.0;

/// The puzzles that were offered and not answered yet, by their token.
#[derive(Default)]
pub(in crate::reference) struct Challenges {
    open: HashMap<String, Challenge>,
    last: Option<u32>,
}

/// One puzzle.
pub(in crate::reference) struct Challenge {
    /// Where the hole begins, in pixels from the left.
    pub(in crate::reference) gap: u32,
    /// What points must be encrypted under.
    pub(in crate::reference) key: Option<String>,
    /// When it was offered.
    pub(in crate::reference) offered: Instant,
}

impl Challenges {
    pub(in crate::reference) fn offer(&mut self, token: String, challenge: Challenge) {
        let now = challenge.offered;
        self.open.retain(|_, open| now.duration_since(open.offered) < LIFETIME);
        self.last = Some(challenge.gap);
        self.open.insert(token, challenge);
    }

    /// Takes a puzzle back: right or wrong, it is answered once.
    pub(in crate::reference) fn take(&mut self, token: &str, now: Instant) -> Option<Challenge> {
        self.open.remove(token).filter(|challenge| now.duration_since(challenge.offered) < LIFETIME)
    }

    /// Where the hole of the puzzle that was offered last is: for tests, which have no eyes.
    pub(in crate::reference) fn last(&self) -> Option<u32> {
        self.last
    }
}

impl Challenge {
    pub(in crate::reference) fn fits(&self, x: f64, y: f64) -> bool {
        (x - f64::from(self.gap)).abs() <= TOLERANCE && (y - HEIGHT).abs() < f64::EPSILON
    }
}
