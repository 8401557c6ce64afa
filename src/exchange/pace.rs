//! Requests a second: each asks for the next slot.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// An even pace for all requests of a run.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most so many requests a second.
    #[must_use]
    pub fn per_second(rate: f64) -> Self {
        let gap = Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default();
        Self { gap, next: Mutex::new(None) }
    }

    /// Waits for the next slot.
    pub async fn slot(&self) {
        // Below the timer's grain a pace is no pace.
        if self.gap < Duration::from_micros(100) {
            return;
        }
        let at = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let at = next.map_or(now, |at| at.max(now));
            *next = Some(at + self.gap);
            at
        };
        sleep_until(at).await;
    }
}
