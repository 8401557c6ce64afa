//! What is neither kept nor broken: errors, warnings, what was blocked, what is waived.
//!
//! In: the trials of a record. Out: a group a reason with what to do, a few lines a warning.
//! Never: a card for each of a hundred trials that lack the same thing.

use crate::record::{CheckRecord, RunRecord, TrialRecord};
use crate::text::visible;
use crate::verdict::Outcome;

use super::card::{check_words, compares, repeat};
use super::ink::Ink;
use super::page::{Page, counted, cut};

/// How many trials of a group are listed.
const MOST_TRIALS: usize = 6;
/// How many characters of a value a warning shows.
const LONGEST_VALUE: usize = 80;

/// Trials that ended alike for the same reason.
struct Group<'a> {
    code: &'static str,
    text: String,
    trials: Vec<&'a TrialRecord>,
}

/// Writes errors, warnings, what was blocked and what is waived, in this order.
pub(super) fn write_all(page: &mut Page, record: &RunRecord) {
    for group in groups(record, Outcome::Error) {
        write(page, "ERROR", Ink::Bad, &group);
        repeat(page, group.trials[0]);
    }
    for trial in record.trials.iter().filter(|trial| trial.outcome == Outcome::Warn) {
        warning(page, trial);
    }
    for group in groups(record, Outcome::Blocked) {
        write(page, "BLOCKED", Ink::Untried, &group);
    }
    for group in groups(record, Outcome::Waived) {
        write(page, "WAIVED", Ink::Faint, &group);
    }
}

/// In the order in which the reasons first occur. What ran only for others is in no count, unless it is in error.
fn groups(record: &RunRecord, outcome: Outcome) -> Vec<Group<'_>> {
    let counted = |trial: &&TrialRecord| !trial.prerequisite || outcome == Outcome::Error;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for trial in record.trials.iter().filter(|trial| trial.outcome == outcome).filter(counted) {
        let (code, text) = reason(trial);
        match groups.iter_mut().find(|group| group.code == code && group.text == text) {
            Some(group) => group.trials.push(trial),
            None => groups.push(Group { code, text, trials: vec![trial] }),
        }
    }
    groups
}

fn reason(trial: &TrialRecord) -> (&'static str, String) {
    match &trial.reason {
        Some(reason) => (reason.code.as_str(), reason.text.clone()),
        None => ("", String::new()),
    }
}

fn write(page: &mut Page, word: &str, ink: Ink, group: &Group<'_>) {
    page.gap();
    let trials = counted(group.trials.len(), "trial");
    let code = if group.code.is_empty() { String::new() } else { format!(" {}:", group.code) };
    let word = page.paint(word, ink);
    page.line(0, &format!("{word}{} {trials}", page.paint(&code, Ink::Strong)));
    if !group.text.is_empty() {
        page.wrapped(2, &visible(&group.text), Ink::Plain);
    }
    let most = if page.style().verbose { usize::MAX } else { MOST_TRIALS };
    for trial in group.trials.iter().take(most) {
        page.wrapped(4, &visible(&trial.id), Ink::Plain);
    }
    if let Some(more) = group.trials.len().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(4, &format!("and {more} more, listed with `-v`"), Ink::Faint);
    }
}

fn warning(page: &mut Page, trial: &TrialRecord) {
    page.gap();
    let word = page.paint("WARN", Ink::Doubt);
    let id = page.paint(&visible(&trial.id), Ink::Strong);
    page.line(0, &format!("{word} {id}"));
    for check in trial.checks.iter().filter(|check| check.outcome != Outcome::Pass) {
        page.wrapped(2, &warning_words(check), Ink::Plain);
    }
}

/// `! status: other status: … (expected 400, received 401)`.
fn warning_words(check: &CheckRecord) -> String {
    let text = if check.text.is_empty() { String::new() } else { format!(": {}", visible(&check.text)) };
    if !compares(check) {
        return format!("{}{text}", check_words(check));
    }
    let value = |value: &str| match value {
        "" => "nothing".to_owned(),
        some => format!("`{}`", cut(&visible(some), LONGEST_VALUE)),
    };
    let values = format!("expected {}, received {}", value(&check.expected), value(&check.actual));
    format!("{}{text} ({values})", check_words(check))
}
