//! Two runs held against each other, for the terminal.
//!
//! In: a comparison. Out: a list a class, what drifted, the answer last. Never: compares.

use super::super::changes::{classes, drifted, headline, lists, side};
use super::super::excerpt::cut;
use crate::compare::{Answer, Change, Class, Comparison};
use crate::text::visible;

use super::ink::Ink;
use super::page::Page;

/// How many lines of a list are shown.
const MOST: usize = 20;
/// How many characters of a value are shown.
const LONGEST: usize = 120;

/// Writes a comparison.
pub(super) fn write(page: &mut Page, comparison: &Comparison) {
    let words = page.words();
    for one in [&comparison.before, &comparison.after] {
        page.wrapped(0, &visible(&side(one, words)), Ink::Faint);
    }
    for (class, list) in classes(comparison) {
        page.gap();
        page.wrapped(0, &words.count(list.len(), words.class(class)), ink(class));
        shortened(page, &list, |page, change| one(page, change));
    }
    drift(page, comparison);
    for (label, ids) in lists(comparison, words) {
        page.gap();
        page.wrapped(0, &words.says(label, &ids.len().to_string()), Ink::Doubt);
        shortened(page, ids, |page, id| page.wrapped(2, &visible(id), Ink::Plain));
    }
    page.gap();
    page.wrapped(0, &headline(comparison, words), of_answer(comparison.answer));
}

fn one(page: &mut Page, change: &Change) {
    let words = page.words();
    let standing = format!("{} → {}", words.status(change.before), words.status(change.after));
    page.wrapped(2, &visible(&words.says(&change.id, &standing)), ink(change.class));
    page.wrapped(4, &visible(&change.text), Ink::Plain);
    let shows = |trial: &String| *trial != change.id;
    let trials: Vec<String> =
        change.trials.iter().filter(|trial| shows(trial)).take(MOST).map(|t| visible(t)).collect();
    if !trials.is_empty() {
        page.wrapped(4, &words.list(&trials), Ink::Faint);
    }
}

fn drift(page: &mut Page, comparison: &Comparison) {
    if comparison.drift.is_empty() {
        return;
    }
    let words = page.words();
    page.gap();
    page.wrapped(0, &words.drift(comparison.drift.len()), Ink::Doubt);
    shortened(page, &comparison.drift, |page, drift| {
        let said = drifted(drift, words);
        let value = |value: &str| cut(&visible(value), LONGEST, words);
        let line = format!("{} → {} ({})", value(&said.before), value(&said.after), visible(&said.trials));
        page.wrapped(2, &words.says(&visible(&said.what), &line), Ink::Plain);
    });
}

/// The beginning of a list, or all of it where the page is to be verbose.
fn shortened<T>(page: &mut Page, list: &[T], mut write: impl FnMut(&mut Page, &T)) {
    let most = if page.style().verbose { usize::MAX } else { MOST };
    list.iter().take(most).for_each(|item| write(page, item));
    if let Some(more) = list.len().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(2, &page.words().more_with_v(more), Ink::Faint);
    }
}

fn ink(class: Class) -> Ink {
    match class {
        Class::Broken => Ink::Bad,
        Class::Otherwise | Class::Weakened | Class::Waived | Class::Slower => Ink::Doubt,
        Class::Blocked => Ink::Untried,
        Class::Unblocked | Class::Mended => Ink::Good,
    }
}

fn of_answer(answer: Answer) -> Ink {
    match answer {
        Answer::Same | Answer::Mended => Ink::Good,
        Answer::Changed => Ink::Doubt,
        Answer::Broken => Ink::Bad,
    }
}
