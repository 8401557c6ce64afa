//! Several targets beside each other: the worst outcome of each document, and the worst verdict.
//!
//! In: the runs of one command, in brief. Out: a table of targets by documents and a line a target.
//! Never: weighs anything but exit codes.

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

use super::super::excerpt::{Brief, Worst, because, documents_of_all, verdict_counts, worst_verdict};
use super::super::words::Words;
use crate::outcome::Verdict;
use crate::text::{truncate, visible, width};

use super::ink::Ink;
use super::page::Page;
use super::table::word;

/// A longer name of a target is cut.
const LONGEST_NAME: usize = 28;
/// Between two columns.
const GAP: usize = 2;

/// A cell and its ink.
type Cell = (String, Ink);

/// Writes the overview.
pub(super) fn write(page: &mut Page, briefs: &[Brief]) {
    let heading = page.paint(page.labels().overview, Ink::Strong);
    page.line(0, &heading);
    let words = page.words();
    let across = across(briefs, words);
    let fits = page.room(0).is_none_or(|room| widest(&across) <= room);
    let rows = if fits { across } else { down(briefs, words) };
    for line in table(page, &rows).lines() {
        page.line(0, line);
    }
    page.gap();
    for brief in briefs {
        line(page, brief);
    }
    worst(page, briefs);
}

/// Writes a line a target that does not conform, and how many ended how.
pub(super) fn write_fleet(page: &mut Page, briefs: &[Brief]) {
    let words = page.words();
    for brief in briefs.iter().filter(|brief| brief.verdict != Verdict::Conforms) {
        line(page, brief);
    }
    page.wrapped(0, &words.says(page.labels().overview, &words.list(&verdict_counts(briefs, words))), Ink::Strong);
    worst(page, briefs);
}

fn line(page: &mut Page, brief: &Brief) {
    let words = page.words();
    let verdict = words.says(&words.verdict_and_code(brief.verdict), &because(brief, words));
    page.wrapped(0, &words.says(&name(brief), &verdict), Ink::of_verdict(brief.verdict));
}

fn worst(page: &mut Page, briefs: &[Brief]) {
    let words = page.words();
    if let Some(worst) = worst_verdict(briefs) {
        let line = words.says(page.labels().worst, &words.verdict_and_code(worst));
        page.wrapped(0, &line, Ink::of_verdict(worst));
    }
}

/// A row a target, a column a document.
fn across(briefs: &[Brief], words: &dyn Words) -> Vec<Vec<Cell>> {
    let documents = documents_of_all(briefs);
    let heading = std::iter::once(words.labels().target).chain(documents.iter().copied());
    let mut rows = vec![heading.map(|text| (visible(text), Ink::Faint)).collect()];
    for brief in briefs {
        let cells =
            documents.iter().map(|document| cell(brief, document, words).unwrap_or(("-".to_owned(), Ink::Faint)));
        rows.push(std::iter::once((name(brief), Ink::Plain)).chain(cells).collect());
    }
    rows
}

/// A row a target and document, for a narrow page.
fn down(briefs: &[Brief], words: &dyn Words) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for brief in briefs {
        rows.push(vec![(name(brief), Ink::Strong)]);
        for document in brief.documents() {
            let cells = cell(brief, document, words).map(|cell| vec![(visible(document), Ink::Plain), cell]);
            rows.extend(cells);
        }
    }
    rows
}

fn name(brief: &Brief) -> String {
    truncate(&visible(&brief.target.name), LONGEST_NAME)
}

/// `✗ fail 2/43`: the worst outcome, and how many trials of the document ended so.
fn cell(brief: &Brief, document: &str, words: &dyn Words) -> Option<Cell> {
    let Worst { outcome, trials, of } = brief.worst(document)?;
    Some((format!("{} {trials}/{of}", word(outcome, words)), Ink::of_outcome(outcome)))
}

/// The columns that the rows take when they are set straight.
fn widest(rows: &[Vec<Cell>]) -> usize {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let column = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|(text, _)| width(text)).max().unwrap_or(0);
    (0..columns).map(column).sum::<usize>() + GAP * columns.saturating_sub(1)
}

fn table(page: &Page, rows: &[Vec<Cell>]) -> String {
    let mut builder = Builder::default();
    for row in rows {
        builder.push_record(row.iter().map(|(text, ink)| page.paint(text, *ink)));
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, GAP, 0, 0));
    table.to_string()
}
