//! What is neither kept nor broken: errors, warnings, what was blocked, what is waived.
//!
//! In: the trials of a record. Out: a group a reason with what to do, a few lines a warning.
//! Never: a card for each of a hundred trials that lack the same thing.

use super::super::excerpt::{Group, finding, groups, wrong};
use crate::record::{RunRecord, TrialRecord};
use crate::text::visible;
use crate::verdict::{Outcome, ReasonCode};

use super::card::repeat;
use super::ink::{Ink, symbol};
use super::page::Page;

/// How many trials of a group are listed.
const MOST_TRIALS: usize = 6;

/// Writes errors, warnings, what was blocked and what is waived, in this order.
pub(super) fn write_all(page: &mut Page, record: &RunRecord) {
    for group in groups(record, Outcome::Error) {
        write(page, Outcome::Error, &group);
        repeat(page, group.trials[0]);
    }
    for trial in record.trials.iter().filter(|trial| trial.outcome == Outcome::Warn) {
        warning(page, trial);
    }
    for outcome in [Outcome::Blocked, Outcome::Waived] {
        for group in groups(record, outcome) {
            write(page, outcome, &group);
        }
    }
}

fn write(page: &mut Page, outcome: Outcome, group: &Group<'_>) {
    page.gap();
    let words = page.words();
    let word = page.paint(words.headline(outcome), Ink::of_outcome(outcome));
    let code = group.code.map(|code| format!(" {}:", code.as_str())).unwrap_or_default();
    page.line(0, &format!("{word}{} {}", page.paint(&code, Ink::Strong), words.trials(group.trials.len())));
    if let Some(known) = group.code.and_then(|code: ReasonCode| words.reason(code)) {
        page.wrapped(2, known, Ink::Plain);
    }
    if !group.text.is_empty() {
        page.wrapped(2, &visible(group.text), Ink::Plain);
    }
    let most = if page.style().verbose { usize::MAX } else { MOST_TRIALS };
    for trial in group.trials.iter().take(most) {
        page.wrapped(4, &visible(&trial.id), Ink::Plain);
    }
    if let Some(more) = group.trials.len().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(4, &words.more_with_v(more), Ink::Faint);
    }
}

fn warning(page: &mut Page, trial: &TrialRecord) {
    page.gap();
    let word = page.paint(page.words().headline(Outcome::Warn), Ink::of_outcome(Outcome::Warn));
    let id = page.paint(&visible(&trial.id), Ink::Strong);
    page.line(0, &format!("{word} {id}"));
    for check in wrong(trial) {
        let line = format!("{} {}", symbol(check.outcome), finding(check, page.words()));
        page.wrapped(2, &line, Ink::Plain);
    }
}
