//! A record that was judged again, for the terminal.
//!
//! In: what a verification found. Out: every disagreement, what could not be looked at again, the answer last. Never:
//! verifies.

use crate::compare::verify::{Disagreement, Verified};
use crate::record::RunRecord;
use crate::text::visible;

use super::ink::Ink;
use super::page::Page;

/// Writes what a verification found.
pub(super) fn write(page: &mut Page, record: &RunRecord, verified: &Verified) {
    let (words, labels) = (page.words(), page.labels());
    for Disagreement { about, recorded, follows } in &verified.disagreements {
        page.wrapped(0, &visible(about), Ink::Strong);
        page.wrapped(2, &words.says(labels.recorded, &visible(recorded)), Ink::Bad);
        page.wrapped(2, &words.says(labels.follows, &visible(follows)), Ink::Plain);
    }
    page.gap();
    let said = words.rejudged(verified.rejudged, record.trials.len(), verified.tags);
    page.wrapped(0, &said, Ink::Plain);
    if !verified.hidden.is_empty() {
        page.wrapped(0, &words.says(labels.unverifiable, ""), Ink::Faint);
    }
    for (hidden, trials) in &verified.hidden {
        page.wrapped(2, &words.says(&words.trials(*trials), words.hidden(*hidden)), Ink::Faint);
    }
    let ink = if verified.disagreements.is_empty() { Ink::Good } else { Ink::Bad };
    page.wrapped(0, &words.agrees(verified.disagreements.len()), ink);
}
