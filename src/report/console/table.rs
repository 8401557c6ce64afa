//! The table: a heading a document, a line a trial.
//!
//! In: a record. Out: outcome, trial, HTTP status, code and time in straight columns, as many as the page has room for.
//! Never: drops the outcome or the trial.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Modify, Padding, Span, Style};

use super::super::excerpt::{Said, said, within_document};
use super::super::words::Words;
use crate::record::{RunRecord, TrialRecord};
use crate::text::{truncate, truncate_middle, visible, width};
use crate::verdict::Outcome;

use super::ink::{Ink, symbol};
use super::page::Page;

/// Between two columns.
const GAP: usize = 2;
/// `http`, the heading of the status.
const STATUS: usize = 4;
/// A code that a deployment makes longer is cut.
const LONGEST_ANSWER: usize = 28;
/// What stands for nothing, so that every line has all its columns.
const NOTHING: &str = "-";
/// What stands behind a trial that ran only because others needed it.
const NEEDED: &str = " *";

/// A trial as the table shows it.
struct Line<'a> {
    document: &'a str,
    outcome: Outcome,
    id: String,
    needed: &'static str,
    status: String,
    answer: String,
    time: String,
}

/// How wide the columns are; no width, no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    outcome: usize,
    id: usize,
    answer: Option<usize>,
    time: Option<usize>,
}

impl Shape {
    fn total(self) -> usize {
        let optional = |column: Option<usize>| column.map_or(0, |width| GAP + width);
        self.outcome + GAP + self.id + GAP + STATUS + optional(self.answer) + optional(self.time)
    }
}

/// Writes the table of a record.
pub(super) fn write(page: &mut Page, record: &RunRecord) {
    let full_ids = page.room(0).is_none();
    let lines: Vec<Line<'_>> = record.trials.iter().map(|trial| line(trial, full_ids, page.words())).collect();
    if lines.is_empty() {
        return;
    }
    let shape = shape(&lines, page.room(0), page.words());
    page.gap();
    for row in table(page, &lines, shape).lines() {
        page.line(0, row);
    }
    if lines.iter().any(|line| !line.needed.is_empty()) {
        page.gap();
        page.wrapped(0, page.labels().needed_note, Ink::Faint);
    }
    page.gap();
}

fn line<'a>(trial: &'a TrialRecord, full_id: bool, words: &dyn Words) -> Line<'a> {
    let id = if full_id { trial.id.as_str() } else { within_document(trial) };
    let response = trial.exchanges.last().and_then(|exchange| exchange.response.as_ref());
    Line {
        document: trial.document(),
        outcome: trial.outcome,
        id: visible(id),
        needed: if trial.prerequisite { NEEDED } else { "" },
        status: response.map_or_else(|| NOTHING.to_owned(), |response| response.status.to_string()),
        answer: response.map_or_else(|| NOTHING.to_owned(), |response| answer(&response.body, words)),
        time: if trial.exchanges.is_empty() { NOTHING.to_owned() } else { format!("{:.0}", trial.duration_ms) },
    }
}

/// The code of a refusal, or the status of an answer.
fn answer(body: &str, words: &dyn Words) -> String {
    match said(body) {
        Said::Nothing => NOTHING.to_owned(),
        Said::NotJson => words.labels().not_json.to_owned(),
        Said::Code(code) => truncate(&visible(&code), LONGEST_ANSWER),
    }
}

/// `✗ fail`.
pub(super) fn word(outcome: Outcome, words: &dyn Words) -> String {
    format!("{} {}", symbol(outcome), words.outcome(outcome))
}

fn headings_of(words: &dyn Words) -> [&'static str; 5] {
    let labels = words.labels();
    [labels.outcome, labels.trial, labels.http, labels.answer, labels.milliseconds]
}

/// What there is room for: first the time goes, then, unless cutting a quarter off the longest trial makes room for it,
/// the code; then the trials are cut in their middle.
fn shape(lines: &[Line<'_>], room: Option<usize>, words: &dyn Words) -> Shape {
    let widest = |cell: fn(&Line<'_>) -> usize| lines.iter().map(cell).max().unwrap_or(0);
    let id = widest(|line| width(&line.id) + line.needed.len());
    let answer = widest(|line| width(&line.answer)).max(width(words.labels().answer));
    let time = widest(|line| width(&line.time)).max(width(words.labels().milliseconds));
    let outcomes = Outcome::ALL.map(|outcome| width(&word(outcome, words)));
    let outcome = outcomes.into_iter().max().unwrap_or(0).max(width(words.labels().outcome));
    let full = Shape { outcome, id, answer: Some(answer), time: Some(time) };
    let Some(room) = room else { return full };
    let untimed = Shape { time: None, ..full };
    let bare = Shape { answer: None, ..untimed };
    if full.total() <= room {
        full
    } else if untimed.total() <= room + id / 4 {
        narrowed(untimed, room)
    } else {
        narrowed(bare, room)
    }
}

fn narrowed(shape: Shape, room: usize) -> Shape {
    let excess = shape.total().saturating_sub(room);
    Shape { id: shape.id.saturating_sub(excess).max(GAP), ..shape }
}

/// Every cell is already as wide as its column at most: tabled only sets them straight.
fn table(page: &Page, lines: &[Line<'_>], shape: Shape) -> String {
    let mut builder = Builder::default();
    let mut headings = Vec::new();
    let faint = |cell: &str| page.paint(cell, Ink::Faint);
    builder.push_record(columns(headings_of(page.words()).map(faint), shape));
    for document in lines.chunk_by(|left, right| left.document == right.document) {
        builder.push_record([""]);
        headings.push(builder.count_records());
        builder.push_record([heading(page, document, shape)]);
        for line in document {
            builder.push_record(cells(page, line, shape));
        }
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, GAP, 0, 0));
    for row in headings {
        table.modify((row, 0), Span::column(isize::MAX));
    }
    if shape.time.is_some() {
        table.with(Modify::new(Columns::last()).with(Alignment::right()));
    }
    table.to_string()
}

/// `ciam/sms-send: 38 pass, 2 fail`; what ran only for others is not counted.
fn heading(page: &Page, lines: &[Line<'_>], shape: Shape) -> String {
    let count =
        |outcome: Outcome| lines.iter().filter(|line| line.outcome == outcome && line.needed.is_empty()).count();
    let counts: Vec<String> = std::iter::once(Outcome::Pass)
        .chain(Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Pass))
        .map(|outcome| (outcome, count(outcome)))
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| page.words().count(count, page.words().outcome(outcome)))
        .collect();
    let document = visible(lines.first().map_or("", |line| line.document));
    let text = if counts.is_empty() { document } else { page.words().says(&document, &page.words().list(&counts)) };
    page.paint(&truncate(&text, shape.total()), Ink::Strong)
}

fn cells(page: &Page, line: &Line<'_>, shape: Shape) -> Vec<String> {
    let id = truncate_middle(&line.id, shape.id.saturating_sub(line.needed.len()));
    let outcome = page.paint(&word(line.outcome, page.words()), Ink::of_outcome(line.outcome));
    let time = page.paint(&line.time, Ink::Faint);
    columns([outcome, format!("{id}{}", line.needed), line.status.clone(), line.answer.clone(), time], shape)
}

/// The cells of a line without those there is no room for.
fn columns(cells: [String; 5], shape: Shape) -> Vec<String> {
    let [outcome, id, status, answer, time] = cells;
    let optional = [shape.answer.map(|_| answer), shape.time.map(|_| time)];
    [outcome, id, status].into_iter().chain(optional.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Language;
    use super::*;

    #[test]
    fn an_answer_neither_acts_on_the_terminal_nor_widens_the_table() {
        let body = format!(r#"{{"error_code":"\u001b[2J{}"}}"#, "A".repeat(500));
        let shown = answer(&body, Language::English.words());
        assert!(shown.starts_with("\\u{1b}[2JAAA") && width(&shown) <= LONGEST_ANSWER, "{shown}");
    }
}
