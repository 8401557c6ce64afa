//! The table: a heading a document, a line a trial.
//!
//! In: a record. Out: outcome, trial, HTTP status, code and time in straight columns, as many as the page has room for.
//! Never: drops the outcome or the trial.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Modify, Padding, Span, Style};

use serde_json::Value;

use crate::record::{RunRecord, TrialRecord};
use crate::text::{truncate, truncate_middle, visible, width};
use crate::verdict::Outcome;

use super::ink::{Ink, word};
use super::page::Page;

/// Between two columns.
const GAP: usize = 2;
/// `- blocked`, the widest outcome.
const OUTCOME: usize = 9;
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
    id: usize,
    answer: Option<usize>,
    time: Option<usize>,
}

impl Shape {
    fn total(self) -> usize {
        let optional = |column: Option<usize>| column.map_or(0, |width| GAP + width);
        OUTCOME + GAP + self.id + GAP + STATUS + optional(self.answer) + optional(self.time)
    }
}

/// Writes the table of a record.
pub(super) fn write(page: &mut Page, record: &RunRecord) {
    let full_ids = page.room(0).is_none();
    let lines: Vec<Line<'_>> = record.trials.iter().map(|trial| line(trial, full_ids)).collect();
    if lines.is_empty() {
        return;
    }
    let shape = shape(&lines, page.room(0));
    page.gap();
    for row in table(page, &lines, shape).lines() {
        page.line(0, row);
    }
    if lines.iter().any(|line| !line.needed.is_empty()) {
        page.gap();
        page.wrapped(0, "* ran only because others needed it, and is in no count", Ink::Faint);
    }
    page.gap();
}

fn line(trial: &TrialRecord, full_id: bool) -> Line<'_> {
    let document = trial.document();
    let within = trial.id.strip_prefix(document).map(|rest| rest.trim_start_matches('/'));
    let id = if full_id { trial.id.as_str() } else { within.unwrap_or(&trial.id) };
    let response = trial.exchanges.last().and_then(|exchange| exchange.response.as_ref());
    Line {
        document,
        outcome: trial.outcome,
        id: visible(id),
        needed: if trial.prerequisite { NEEDED } else { "" },
        status: response.map_or_else(|| NOTHING.to_owned(), |response| response.status.to_string()),
        answer: response.map_or_else(|| NOTHING.to_owned(), |response| answer(&response.body)),
        time: if trial.exchanges.is_empty() { NOTHING.to_owned() } else { format!("{:.0}", trial.duration_ms) },
    }
}

/// The code of a refusal, or the status of an answer.
fn answer(body: &str) -> String {
    if body.trim().is_empty() {
        return NOTHING.to_owned();
    }
    let Ok(parsed) = serde_json::from_str::<Value>(body) else { return "(not JSON)".to_owned() };
    let member = ["error_code", "status"].iter().find_map(|name| parsed.get(name));
    match member {
        Some(Value::String(text)) if !text.is_empty() => truncate(&visible(text), LONGEST_ANSWER),
        Some(other) => truncate(&visible(&other.to_string()), LONGEST_ANSWER),
        None => NOTHING.to_owned(),
    }
}

/// What there is room for: first the time goes, then, unless cutting a quarter off the longest trial makes room for it,
/// the code; then the trials are cut in their middle.
fn shape(lines: &[Line<'_>], room: Option<usize>) -> Shape {
    let widest = |cell: fn(&Line<'_>) -> usize| lines.iter().map(cell).max().unwrap_or(0);
    let id = widest(|line| width(&line.id) + line.needed.len());
    let answer = widest(|line| width(&line.answer)).max("answer".len());
    let time = widest(|line| width(&line.time)).max("ms".len());
    let full = Shape { id, answer: Some(answer), time: Some(time) };
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
    builder.push_record(columns(["outcome", "trial", "http", "answer", "ms"].map(faint), shape));
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
        .map(|(outcome, count)| format!("{count} {}", outcome.as_str()))
        .collect();
    let document = visible(lines.first().map_or("", |line| line.document));
    let text = if counts.is_empty() { document } else { format!("{document}: {}", counts.join(", ")) };
    page.paint(&truncate(&text, shape.total()), Ink::Strong)
}

fn cells(page: &Page, line: &Line<'_>, shape: Shape) -> Vec<String> {
    let id = truncate_middle(&line.id, shape.id.saturating_sub(line.needed.len()));
    let outcome = page.paint(&word(line.outcome), Ink::of_outcome(line.outcome));
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
    use super::*;

    #[test]
    fn the_answer_is_its_code_or_its_status() {
        assert_eq!(answer(r#"{"error_code":"SDK.COMMON.1001","error_msg":"m"}"#), "SDK.COMMON.1001");
        assert_eq!(answer(r#"{"status":"MFA_AUTH","data":"[]"}"#), "MFA_AUTH");
        assert_eq!(answer(r#"{"status":400,"error":"Bad Request"}"#), "400");
        assert_eq!(answer("<html>"), "(not JSON)");
        assert_eq!(answer(" "), "-");
        assert_eq!(answer("{}"), "-");
    }

    #[test]
    fn an_answer_neither_acts_on_the_terminal_nor_widens_the_table() {
        let body = format!(r#"{{"error_code":"\u001b[2J{}"}}"#, "A".repeat(500));
        let shown = answer(&body);
        assert!(shown.starts_with("\\u{1b}[2JAAA") && width(&shown) <= LONGEST_ANSWER, "{shown}");
    }
}
