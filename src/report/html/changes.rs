//! Two runs held against each other, as a page shows them.
//!
//! In: a comparison. Out: its parts in every language. Never: compares.

use super::super::changes::{classes, drifted, headline, lists, side};
use super::super::words::{Both, Language};
use super::bar;
use crate::compare::{Answer, Change, Class, Comparison, Drifted};
use crate::text::visible;
use crate::verdict::Outcome;

/// The parts of a comparison.
pub(super) struct Changes {
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
    pub(super) answer: Both,
    pub(super) headline: Both,
    pub(super) before: Both,
    pub(super) after: Both,
    pub(super) groups: Vec<Group>,
    pub(super) drift: Vec<Drift>,
    pub(super) drift_more: Option<Both>,
    pub(super) drift_count: Both,
    pub(super) lists: Vec<List>,
}

/// The changes of one class.
pub(super) struct Group {
    pub(super) class: &'static str,
    pub(super) mark: char,
    pub(super) name: Both,
    pub(super) changes: Vec<Row>,
    pub(super) more: Option<Both>,
}

/// A change.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) standing: Both,
    pub(super) trials: Vec<String>,
}

/// Something that drifted.
pub(super) struct Drift {
    pub(super) what: Both,
    pub(super) before: Both,
    pub(super) after: Both,
    pub(super) trials: Both,
}

/// Ids that one run only has, or that were reworded.
pub(super) struct List {
    pub(super) name: Both,
    pub(super) ids: Vec<String>,
    pub(super) more: Option<Both>,
}

impl Changes {
    /// A comparison in full.
    pub(super) fn of(comparison: &Comparison) -> Self {
        Self::within(comparison, usize::MAX)
    }

    /// At most `most` entries a list, and the trials left out that show a change: so that it fits beside something else.
    pub(super) fn brief(comparison: &Comparison, most: usize) -> Self {
        let mut changes = Self::within(comparison, most);
        changes.groups.iter_mut().flat_map(|group| &mut group.changes).for_each(|change| change.trials.clear());
        changes
    }

    fn within(comparison: &Comparison, most: usize) -> Self {
        let (class, mark) = look(comparison.answer);
        let more = |count: usize| (count > most).then(|| Both::of(|words| words.more(count - most)));
        let group = |(class, list): (Class, Vec<&Change>)| Group {
            class: outcome(class).as_str(),
            mark: bar::mark(outcome(class)),
            name: Both::of(|words| words.count(list.len(), words.class(class))),
            changes: list.iter().take(most).map(|change| row(change)).collect(),
            more: more(list.len()),
        };
        let named = lists(comparison, Language::English.words());
        let list = |number: usize, ids: &[String]| List {
            name: Both::of(|words| {
                let label = lists(comparison, words).get(number).map_or("", |(label, _)| *label);
                words.says(label, &ids.len().to_string())
            }),
            ids: ids.iter().take(most).map(|id| visible(id)).collect(),
            more: more(ids.len()),
        };
        Self {
            class,
            mark,
            answer: Both::of(|words| words.answer(comparison.answer).to_owned()),
            headline: Both::of(|words| visible(&headline(comparison, words))),
            before: Both::of(|words| visible(&side(&comparison.before, words))),
            after: Both::of(|words| visible(&side(&comparison.after, words))),
            groups: classes(comparison).map(group).collect(),
            drift: comparison.drift.iter().take(most).map(drift).collect(),
            drift_more: more(comparison.drift.len()),
            drift_count: Both::of(|words| words.drift(comparison.drift.len())),
            lists: named.iter().enumerate().map(|(number, (_, ids))| list(number, ids)).collect(),
        }
    }
}

/// The class and the mark of an answer.
fn look(answer: Answer) -> (&'static str, &'static str) {
    match answer {
        Answer::Same | Answer::Mended => ("pass", "✓"),
        Answer::Changed => ("warn", "!"),
        Answer::Broken => ("fail", "✗"),
    }
}

/// The outcome that a change looks like.
fn outcome(class: Class) -> Outcome {
    match class {
        Class::Broken | Class::Otherwise => Outcome::Fail,
        Class::Weakened | Class::Slower => Outcome::Warn,
        Class::Waived => Outcome::Waived,
        Class::Blocked => Outcome::Blocked,
        Class::Unblocked | Class::Mended => Outcome::Pass,
    }
}

fn row(change: &Change) -> Row {
    let shows = change.trials.iter().filter(|trial| **trial != change.id);
    Row {
        id: visible(&change.id),
        text: visible(&change.text),
        standing: Both::of(|words| format!("{} → {}", words.status(change.before), words.status(change.after))),
        trials: shows.map(|id| visible(id)).collect(),
    }
}

fn drift(drift: &Drifted) -> Drift {
    Drift {
        what: Both::of(|words| visible(&drifted(drift, words).what)),
        before: Both::of(|words| visible(&drifted(drift, words).before)),
        after: Both::of(|words| visible(&drifted(drift, words).after)),
        trials: Both::of(|words| visible(&drifted(drift, words).trials)),
    }
}
