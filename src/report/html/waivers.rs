//! The waivers of a run, as a page lists them.
//!
//! In: a record. Out: a row a waiver. Never: judges one.

use super::super::certificate::covers;
use super::super::words::Both;
use super::said::Prose;
use crate::record::{RunRecord, WaiverRecord};
use crate::text::visible;
use crate::verdict::WaiverState;

/// A waiver and what it did.
pub(super) struct Waiver {
    pub(super) place: String,
    pub(super) covers: Both,
    pub(super) class: &'static str,
    pub(super) state: Both,
    /// What to do about it; none where it is in order.
    pub(super) text: Option<Prose>,
    pub(super) why: String,
    pub(super) owner: String,
    pub(super) until: String,
    pub(super) trials: usize,
}

/// The waivers in the order of their file.
pub(super) fn of(record: &RunRecord) -> Vec<Waiver> {
    record.waivers.iter().map(row).collect()
}

fn row(waiver: &WaiverRecord) -> Waiver {
    let why = [Some(waiver.why.as_str()), waiver.link.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Waiver {
        place: visible(&format!("{}:{}", waiver.file, waiver.line)),
        covers: Both::of(|words| visible(&covers(waiver, words))),
        class: class(waiver.state),
        state: Both::of(|words| words.waiver(waiver.state).to_owned()),
        text: waiver.state.deviates().then(|| Prose::same(&visible(&waiver.text))),
        why: visible(&why),
        owner: visible(&waiver.owner),
        until: visible(&waiver.until),
        trials: waiver.trials.len(),
    }
}

fn class(state: WaiverState) -> &'static str {
    match state {
        WaiverState::Applied => "waived",
        WaiverState::Idle => "untested",
        WaiverState::Stale | WaiverState::Unused | WaiverState::Expired | WaiverState::Mismatched => "fail",
    }
}
