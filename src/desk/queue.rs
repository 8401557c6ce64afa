//! The queue of trials that wait, and how long somebody may let them.
//!
//! In: errands, what a person gives, signs that there is a person. Out: to each trial its answer, or why there is none;
//! to whoever serves the desk, what is waiting. Never: waits for ever.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::puzzle::{Puzzles, Trouble};

/// How long the rest waits once somebody was waited for in vain: a tenth of what it would have, and at most so long. Enough
/// for the page to ask again, and for whoever has just come back.
const SHORT: Duration = Duration::from_secs(1);

/// What a trial needs somebody for: every word of it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// The name of the target.
    pub target: String,
    /// The id of the trial.
    pub trial: String,
    /// The scene of the message, where it is a documented one.
    pub scene: Option<String>,
    /// Who receives, masked.
    pub to: String,
    /// Why a code is asked for that was typed before.
    pub again: Option<Again>,
}

/// Why a code is asked for a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Again {
    /// A typing error would go unnoticed.
    Sure,
    /// The deployment did not take it.
    Refused,
}

/// What is wanted of a person.
#[derive(Debug)]
pub enum Want {
    /// A puzzle of the tenant is to be solved.
    Token(Arc<Puzzles>),
    /// A code that was sent is to be read.
    Code,
}

/// The same, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A puzzle.
    Puzzle,
    /// A code.
    Code,
}

/// One trial that waits, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub id: u64,
    /// What is wanted.
    pub kind: Kind,
    /// The name of the target.
    pub target: String,
    /// The id of the trial.
    pub trial: String,
    /// The scene of the message.
    pub scene: Option<String>,
    /// Who receives, masked.
    pub to: String,
    /// Why a code is asked for that was typed before.
    #[serde(default)]
    pub again: Option<Again>,
    /// How long it still waits, in seconds that have begun.
    pub left: u64,
}

/// Everything that waits, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// What waits.
    pub tickets: Vec<Ticket>,
    /// Puzzles that were solved so far.
    pub solved: usize,
    /// The puzzles that the run asks for if all goes well; none: not known.
    pub expected: Option<usize>,
    /// Whether the run has ended.
    pub over: bool,
}

/// Why nobody gave anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unattended {
    /// Nobody came, or nobody had come for an earlier one; what a person met with last, if there was one.
    Nobody(Option<Trouble>),
    /// A person left it out.
    LeftOut,
}

/// The desk of a run.
#[derive(Debug)]
pub struct Desk {
    queue: Mutex<Queue>,
    changed: watch::Sender<u64>,
}

#[derive(Debug)]
struct Queue {
    next: u64,
    waiting: Vec<Waiting>,
    solved: usize,
    expected: Option<usize>,
    over: bool,
    puzzles: Attendance,
    codes: Attendance,
}

/// Signs of a person.
#[derive(Debug)]
struct Attendance {
    seen: Instant,
    /// Since when nobody is counted upon.
    deserted: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    id: u64,
    errand: Errand,
    want: Want,
    since: Instant,
    patience: Duration,
    answer: oneshot::Sender<Option<String>>,
    trouble: Option<Trouble>,
}

/// Takes a trial off the queue when it stops waiting, for whatever reason.
struct Leaving<'a> {
    desk: &'a Desk,
    id: u64,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let _ = self.desk.take(self.id);
    }
}

impl Default for Desk {
    fn default() -> Self {
        let now = Instant::now();
        let fresh = || Attendance { seen: now, deserted: None };
        let queue = Queue {
            next: 1,
            waiting: Vec::new(),
            solved: 0,
            expected: None,
            over: false,
            puzzles: fresh(),
            codes: fresh(),
        };
        Self { queue: Mutex::new(queue), changed: watch::Sender::new(0) }
    }
}

impl Desk {
    /// Says how many more puzzles a run asks for if all goes well.
    pub fn expect(&self, puzzles: usize) {
        let mut queue = self.lock();
        queue.expected = Some(queue.expected.unwrap_or_default() + puzzles);
    }

    /// The run has ended: nobody will wait any more.
    pub(super) fn end(&self) {
        self.lock().over = true;
        self.tell();
    }

    /// Waits for a person. The time counts from the last sign of one: whoever works down the queue is not hurried.
    ///
    /// # Errors
    /// Why nobody gave anything.
    pub async fn ask(&self, errand: Errand, want: Want, patience: Duration) -> Result<String, Unattended> {
        let mut changed = self.changed.subscribe();
        let (id, mut answer) = self.join(errand, want, patience);
        let _leaving = Leaving { desk: self, id };
        loop {
            changed.mark_unchanged();
            let Some(deadline) = self.lock().deadline(id) else { return given(answer.await.ok().flatten()) };
            tokio::select! {
                biased;
                given_now = &mut answer => return given(given_now.ok().flatten()),
                _ = changed.changed() => {}
                () = sleep_until(deadline) => {
                    let why = self.lock().give_up(id);
                    self.tell();
                    return Err(why);
                }
            }
        }
    }

    fn join(&self, errand: Errand, want: Want, patience: Duration) -> (u64, oneshot::Receiver<Option<String>>) {
        let (sender, receiver) = oneshot::channel();
        let mut queue = self.lock();
        let id = queue.next;
        queue.next += 1;
        let since = Instant::now();
        queue.waiting.push(Waiting { id, errand, want, since, patience, answer: sender, trouble: None });
        drop(queue);
        self.tell();
        (id, receiver)
    }

    /// What waits now.
    #[must_use]
    pub fn view(&self) -> View {
        let queue = self.lock();
        let now = Instant::now();
        let ticket = |waiting: &Waiting| {
            let left = queue.deadline_of(waiting).saturating_duration_since(now);
            let errand = waiting.errand.clone();
            Ticket {
                id: waiting.id,
                kind: waiting.want.kind(),
                target: errand.target,
                trial: errand.trial,
                scene: errand.scene,
                to: errand.to,
                again: errand.again,
                left: u64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u64::MAX),
            }
        };
        View {
            tickets: queue.waiting.iter().map(ticket).collect(),
            solved: queue.solved,
            expected: queue.expected,
            over: queue.over,
        }
    }

    /// Where the puzzles of a waiting trial come from.
    #[must_use]
    pub fn puzzles(&self, id: u64) -> Option<Arc<Puzzles>> {
        let queue = self.lock();
        let waiting = queue.waiting.iter().find(|waiting| waiting.id == id)?;
        match &waiting.want {
            Want::Token(puzzles) => Some(Arc::clone(puzzles)),
            Want::Code => None,
        }
    }

    /// Gives a trial what it waits for; false when it waits no more.
    pub fn give(&self, id: u64, value: String) -> bool {
        self.answer(id, Some(value))
    }

    /// A person leaves a trial out; false when it waits no more.
    pub fn leave_out(&self, id: u64) -> bool {
        self.answer(id, None)
    }

    /// Somebody is there.
    pub fn seen(&self, kind: Kind) {
        self.lock().attendance(kind).sign();
        self.tell();
    }

    /// What a person met with at a puzzle, for the case that nothing comes of it; none: the next puzzle was had.
    pub fn met_with(&self, id: u64, trouble: Option<Trouble>) {
        if let Some(waiting) = self.lock().waiting.iter_mut().find(|waiting| waiting.id == id) {
            let misplaced = matches!(waiting.trouble, Some(Trouble::Misplaced { .. }));
            // Another puzzle does not undo that the last one was not solved.
            if trouble.is_some() || !misplaced {
                waiting.trouble = trouble;
            }
        }
    }

    /// Tells of every change of the queue.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn answer(&self, id: u64, value: Option<String>) -> bool {
        let Some(waiting) = self.take(id) else { return false };
        let mut queue = self.lock();
        let kind = waiting.want.kind();
        queue.attendance(kind).sign();
        queue.solved += usize::from(kind == Kind::Puzzle && value.is_some());
        drop(queue);
        let taken = waiting.answer.send(value).is_ok();
        self.tell();
        taken
    }

    fn take(&self, id: u64) -> Option<Waiting> {
        let mut queue = self.lock();
        let at = queue.waiting.iter().position(|waiting| waiting.id == id)?;
        Some(queue.waiting.remove(at))
    }

    fn tell(&self) {
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn given(answer: Option<String>) -> Result<String, Unattended> {
    answer.ok_or(Unattended::LeftOut)
}

impl Queue {
    fn attendance(&mut self, kind: Kind) -> &mut Attendance {
        match kind {
            Kind::Puzzle => &mut self.puzzles,
            Kind::Code => &mut self.codes,
        }
    }

    fn deadline(&self, id: u64) -> Option<Instant> {
        self.waiting.iter().find(|waiting| waiting.id == id).map(|waiting| self.deadline_of(waiting))
    }

    fn deadline_of(&self, waiting: &Waiting) -> Instant {
        let attendance = match waiting.want.kind() {
            Kind::Puzzle => &self.puzzles,
            Kind::Code => &self.codes,
        };
        match attendance.deserted {
            Some(deserted) => deserted.max(waiting.since) + SHORT.min(waiting.patience / 10),
            None => attendance.seen.max(waiting.since) + waiting.patience,
        }
    }

    /// Nobody came for this one; if there was no sign of anybody, nobody is counted upon for the rest either. A code may
    /// have been lost on its way while somebody is there: then the next one has its whole time.
    fn give_up(&mut self, id: u64) -> Unattended {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.id == id) else {
            return Unattended::LeftOut;
        };
        let waiting = self.waiting.remove(at);
        let kind = waiting.want.kind();
        let seen = match kind {
            Kind::Puzzle => self.puzzles.seen,
            Kind::Code => self.codes.seen.max(self.puzzles.seen),
        };
        let attendance = self.attendance(kind);
        if kind == Kind::Puzzle || seen <= waiting.since {
            attendance.deserted.get_or_insert_with(Instant::now);
        }
        Unattended::Nobody(waiting.trouble)
    }
}

impl Attendance {
    fn sign(&mut self) {
        self.seen = Instant::now();
        self.deserted = None;
    }
}

impl Want {
    fn kind(&self) -> Kind {
        match self {
            Self::Token(_) => Kind::Puzzle,
            Self::Code => Kind::Code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errand(trial: &str) -> Errand {
        Errand { target: "acme".into(), trial: trial.into(), scene: None, to: "152****0000".into(), again: None }
    }

    const PATIENCE: Duration = Duration::from_secs(2);
    const NOBODY: Result<String, Unattended> = Err(Unattended::Nobody(None));

    /// Something that happens while somebody waits.
    async fn after(part: f64, happens: impl FnOnce()) {
        tokio::time::sleep(PATIENCE.mul_f64(part)).await;
        happens();
    }

    #[tokio::test]
    async fn a_code_goes_to_the_trial_that_waits_for_it_and_once() {
        let desk = Desk::default();
        let given = after(0.1, || {
            let [ticket] = &desk.view().tickets[..] else { panic!("one waits") };
            assert_eq!((ticket.kind, ticket.to.as_str()), (Kind::Code, "152****0000"));
            assert!(desk.give(ticket.id, "1234".into()));
            assert!(!desk.give(ticket.id, "1234".into()), "it is given once");
        });
        let (code, ()) = tokio::join!(desk.ask(errand("a"), Want::Code, PATIENCE), given);
        assert_eq!(code, Ok("1234".into()));
        assert!(desk.view().tickets.is_empty());
    }

    #[tokio::test]
    async fn nobody_is_waited_for_twice_and_whoever_comes_back_is() {
        let desk = Desk::default();
        let started = Instant::now();
        for _ in 0..5 {
            assert_eq!(desk.ask(errand("a"), Want::Code, PATIENCE).await, NOBODY);
        }
        assert!((PATIENCE..PATIENCE * 2).contains(&started.elapsed()), "{:?}", started.elapsed());
        desk.seen(Kind::Code);
        let back = Instant::now();
        assert_eq!(desk.ask(errand("b"), Want::Code, PATIENCE).await, NOBODY);
        assert!(back.elapsed() >= PATIENCE);
    }

    #[tokio::test]
    async fn those_that_wait_together_go_together() {
        let desk = Desk::default();
        let started = Instant::now();
        let late = async {
            tokio::time::sleep(PATIENCE.mul_f64(0.7)).await;
            desk.ask(errand("b"), Want::Code, PATIENCE).await
        };
        let both = tokio::join!(desk.ask(errand("a"), Want::Code, PATIENCE), late);
        assert_eq!(both, (NOBODY, NOBODY));
        assert!(started.elapsed() < PATIENCE.mul_f64(1.6), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn whoever_works_down_the_queue_is_not_hurried() {
        let desk = Desk::default();
        let working = async {
            for _ in 0..3 {
                after(0.6, || desk.seen(Kind::Code)).await;
            }
            desk.leave_out(1)
        };
        let (waited, left_out) = tokio::join!(desk.ask(errand("a"), Want::Code, PATIENCE), working);
        assert_eq!((waited, left_out), (Err(Unattended::LeftOut), true));
    }

    #[tokio::test]
    async fn one_lost_code_is_no_sign_that_nobody_is_there() {
        let desk = Desk::default();
        let there = after(0.5, || desk.seen(Kind::Puzzle));
        let (lost, ()) = tokio::join!(desk.ask(errand("a"), Want::Code, PATIENCE), there);
        assert_eq!(lost, NOBODY);
        let started = Instant::now();
        assert_eq!(desk.ask(errand("b"), Want::Code, PATIENCE).await, NOBODY);
        assert!(started.elapsed() >= PATIENCE);
    }

    #[tokio::test]
    async fn a_trial_that_stops_waiting_leaves_the_queue() {
        let desk = Desk::default();
        let waited = tokio::time::timeout(PATIENCE / 4, desk.ask(errand("a"), Want::Code, PATIENCE)).await;
        assert!(waited.is_err());
        assert!(desk.view().tickets.is_empty());
    }
}
