//! The console report: the table, a card a failure, what to do about the rest, and the verdict.
//!
//! In: run records and how they are to be shown. Out: one text for stdout.
//! Never: judges, prints, asks the terminal, or lets a character through that acts on it.

mod card;
mod changes;
mod contrast;
#[cfg(test)]
mod golden;
mod groups;
mod ink;
mod overview;
mod page;
mod summary;
mod table;
mod verified;

use crate::compare::Comparison;
use crate::compare::verify::Verified;
use crate::record::{ClauseRecord, RunRecord, TrialRecord};
use crate::text::visible;

use super::excerpt::Brief;
use super::words::Language;
use ink::Ink;
use page::Page;

/// How the report is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colour may be used.
    pub color: bool,
    /// The columns of the terminal; none where the text goes elsewhere and no line is to be broken.
    pub width: Option<usize>,
    /// Only the failures, the counts and the verdict.
    pub quiet: bool,
    /// Lists in full, long values longer, and the checks that passed beside those that did not.
    pub verbose: bool,
    /// The language of every word that the record does not hold.
    pub language: Language,
}

/// The report of one run against each target, and an overview where there are several.
#[must_use]
pub fn render(records: &[RunRecord], style: &Style) -> String {
    let mut page = Page::new(*style);
    let several = records.len() > 1;
    for record in records {
        page.gap();
        one(&mut page, record, several);
    }
    if several {
        page.gap();
        overview::write(&mut page, &records.iter().map(Brief::of).collect::<Vec<_>>());
    }
    page.finish()
}

/// The overview alone, for more targets than anybody reads a table of.
#[must_use]
pub fn fleet(briefs: &[Brief], style: &Style) -> String {
    let mut page = Page::new(*style);
    overview::write_fleet(&mut page, briefs);
    page.finish()
}

/// What became of a deployment between two runs.
#[must_use]
pub fn compared(comparison: &Comparison, style: &Style) -> String {
    let mut page = Page::new(*style);
    changes::write(&mut page, comparison);
    page.finish()
}

/// Whether a stored run says what follows from its exchanges.
#[must_use]
pub fn verified(record: &RunRecord, verified: &Verified, style: &Style) -> String {
    let mut page = Page::new(*style);
    verified::write(&mut page, record, verified);
    page.finish()
}

/// The card of one trial as plain English text, no line broken.
pub(super) fn card_of(trial: &TrialRecord, clauses: &[ClauseRecord]) -> String {
    let plain = Style { color: false, width: None, quiet: false, verbose: false, language: Language::English };
    let mut page = Page::new(plain);
    card::write(&mut page, trial, clauses);
    page.finish().trim_end().to_owned()
}

fn one(page: &mut Page, record: &RunRecord, several: bool) {
    if !page.style().quiet {
        head(page, record);
        table::write(page, record);
    } else if several {
        page.wrapped(0, &visible(&record.target.name), Ink::Strong);
    }
    card::write_all(page, record);
    if !page.style().quiet {
        groups::write_all(page, record);
    }
    page.gap();
    summary::write(page, record);
}

/// Who was judged, and by what.
fn head(page: &mut Page, record: &RunRecord) {
    let words = page.words();
    let target = &record.target;
    let contract: String = record.tool.contract.chars().take(12).collect();
    let judged = words.judged(&target.name, &target.product, &target.url);
    let tool = format!("{} {}", record.tool.name, record.tool.version);
    let judge = words.judge(&tool, &contract, &words.score(record.tool.score));
    page.wrapped(0, &visible(&judged), Ink::Strong);
    page.wrapped(0, &visible(&judge), Ink::Faint);
    if record.finished.is_none() {
        page.wrapped(0, words.labels().cut_off, Ink::Doubt);
    }
}
