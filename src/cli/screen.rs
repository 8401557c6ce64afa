//! The progress bar, and who else writes where it stands.
//!
//! In: trials that are over, questions. Out: a bar on the terminal, out of the way while a question stands there. Never:
//! draws off a terminal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// The last lines of the terminal.
#[derive(Debug)]
pub(crate) struct Screen {
    shown: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    count: Option<Count>,
    bar: Option<ProgressBar>,
    /// A question stands where the bar would.
    held: bool,
}

#[derive(Debug)]
struct Count {
    name: String,
    trials: u64,
    done: u64,
    started: Instant,
}

impl Screen {
    /// A screen; `shown`: it has a bar.
    pub(crate) fn new(shown: bool) -> Self {
        Self { shown, state: Mutex::default() }
    }

    /// Begins to count the trials of a target.
    pub(crate) fn begin(&self, name: &str, trials: u64) {
        let mut state = self.lock();
        let name = crate::text::visible(name);
        state.count = Some(Count { name, trials, done: 0, started: Instant::now() });
        self.draw(&mut state);
    }

    /// A trial is over.
    pub(crate) fn step(&self) {
        let mut state = self.lock();
        if let Some(count) = &mut state.count {
            count.done += 1;
        }
        if let Some(bar) = &state.bar {
            bar.inc(1);
        }
    }

    /// The target is done.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.count = None;
        state.clear();
    }

    /// Makes way for a question.
    pub(crate) fn hold(&self) {
        let mut state = self.lock();
        state.held = true;
        state.clear();
    }

    /// The question is answered.
    pub(crate) fn release(&self) {
        let mut state = self.lock();
        state.held = false;
        self.draw(&mut state);
    }

    /// Whether a question stands there.
    pub(crate) fn is_held(&self) -> bool {
        self.lock().held
    }

    fn draw(&self, state: &mut State) {
        let Some(count) = state.count.as_ref().filter(|_| self.shown && !state.held && state.bar.is_none()) else {
            return;
        };
        let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {elapsed}");
        let bar = ProgressBar::new(count.trials)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_prefix(count.name.clone())
            .with_position(count.done)
            .with_elapsed(count.started.elapsed());
        bar.tick();
        state.bar = Some(bar);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
