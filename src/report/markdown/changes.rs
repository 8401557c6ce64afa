//! Two runs held against each other, as Markdown for a change ticket.
//!
//! In: a comparison. Out: the answer first, then a list a class. Never: compares, a text that acts as Markdown.

use std::fmt::Write as _;

use super::super::changes::{classes, drifted, headline, lists, side};
use super::super::words::{Language, Words};
use super::quote::{cell, code, plain};
use super::{section, table};
use crate::compare::{Answer, Change, Comparison};

/// The comparison as one page.
#[must_use]
pub fn compared(comparison: &Comparison, language: Language) -> String {
    let words = language.words();
    let mut text = format!("## {} {}\n\n", mark(comparison.answer), plain(&headline(comparison, words)));
    let sides = [&comparison.before, &comparison.after].map(|one| plain(&side(one, words)));
    let _ = writeln!(text, "{}\n", sides.join(" → "));
    for (class, list) in classes(comparison) {
        let lines: Vec<String> = list.iter().map(|change| one(change, words)).collect();
        text.extend(section(&words.count(list.len(), words.class(class)), &lines));
    }
    text.push_str(&drift(comparison, words));
    for (label, ids) in lists(comparison, words) {
        let lines: Vec<String> = ids.iter().map(|id| format!("- {}", code(id))).collect();
        text.extend(section(label, &lines));
    }
    text
}

fn mark(answer: Answer) -> &'static str {
    match answer {
        Answer::Same | Answer::Mended => "✅",
        Answer::Changed => "⚠️",
        Answer::Broken => "❌",
    }
}

fn one(change: &Change, words: &dyn Words) -> String {
    let standing = format!("{} → {}", words.status(change.before), words.status(change.after));
    let mut text = format!("- {} {}", words.says(&code(&change.id), &standing), plain(&change.text));
    for trial in change.trials.iter().filter(|trial| **trial != change.id) {
        let _ = write!(text, "\n  - {}", code(trial));
    }
    text
}

fn drift(comparison: &Comparison, words: &dyn Words) -> String {
    if comparison.drift.is_empty() {
        return String::new();
    }
    let labels = words.labels();
    let heads = ["", "−", "+", labels.trials].map(str::to_owned);
    let rows = comparison.drift.iter().map(|drift| {
        let said = drifted(drift, words);
        [plain(&said.what), cell(&said.before), cell(&said.after), plain(&said.trials)]
    });
    format!("### {}\n\n{}\n", labels.drift, table(&heads, rows))
}
