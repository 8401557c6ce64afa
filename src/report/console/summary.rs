//! The end of the report: clauses, drift, deliveries, what was blocked, the counts, the verdict.
//!
//! In: a record. Out: a line or a few for each. Never: counts what the record has counted already.

use super::super::excerpt::{Brief, because, each_time, groups, repeated, unstable, waiver_counts, waiver_line};
use super::super::words::Words;
use crate::record::{ClauseRecord, Drift, RunRecord, Tally};
use crate::text::visible;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode};

use super::ink::Ink;
use super::page::Page;

/// How many things that drifted are listed.
const MOST_DRIFT: usize = 10;

/// How many unstable trials are listed.
const MOST_UNSTABLE: usize = 20;

/// What was proven, what was not, what is not known.
const IN_ORDER: [ClauseStatus; 6] = [
    ClauseStatus::Proven,
    ClauseStatus::Violated,
    ClauseStatus::Warned,
    ClauseStatus::Waived,
    ClauseStatus::Blocked,
    ClauseStatus::Untested,
];

/// Writes the end of the report; only its last two lines where the page is to be quiet.
pub(super) fn write(page: &mut Page, record: &RunRecord) {
    let (words, labels) = (page.words(), page.labels());
    if !page.style().quiet {
        clauses(page, &record.clauses);
        drift(page, record);
        let delivered = words.delivered(record.delivered.sms, record.delivered.email);
        page.wrapped(0, &words.says(labels.delivered, &delivered), Ink::Plain);
        blocked(page, record);
    }
    waivers(page, record);
    repeats(page, record);
    page.wrapped(0, &tally(&record.tally, words), Ink::Plain);
    let verdict = words.says(labels.verdict, &verdict_words(record, words));
    page.wrapped(0, &verdict, Ink::of_verdict(record.verdict));
}

fn clauses(page: &mut Page, clauses: &[ClauseRecord]) {
    let (words, labels) = (page.words(), page.labels());
    let with = |status: ClauseStatus| clauses.iter().filter(move |clause| clause.status == status);
    let counts: Vec<String> = IN_ORDER
        .iter()
        .map(|&status| (status, with(status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| words.count(count, words.status(status)))
        .collect();
    let counts = if counts.is_empty() { labels.none.to_owned() } else { words.list(&counts) };
    page.wrapped(0, &words.says(labels.clauses, &counts), Ink::Plain);
    for clause in with(ClauseStatus::Violated) {
        let line = format!("{} {}", labels.violated, visible(&clause.id));
        page.wrapped(2, &line, Ink::of_clause(clause.status));
        page.wrapped(4, &visible(&clause.text), Ink::Plain);
    }
}

fn drift(page: &mut Page, record: &RunRecord) {
    if record.drift.is_empty() {
        return;
    }
    let words = page.words();
    let most = if page.style().verbose { usize::MAX } else { MOST_DRIFT };
    page.wrapped(0, &words.drift(record.drift.len()), Ink::Plain);
    // One line for what is of a kind on a document.
    let alike: Vec<&[Drift]> =
        record.drift.chunk_by(|one, other| (&one.document, &one.kind) == (&other.document, &other.kind)).collect();
    for group in alike.iter().take(most) {
        let seen: Vec<String> = group.iter().map(|drift| drift.text.clone()).collect();
        let kind = format!("{} {}", group[0].document, words.drift_kind(&group[0].kind));
        page.wrapped(2, &visible(&words.says(&kind, &words.list(&seen))), Ink::Plain);
    }
    if let Some(more) = alike.len().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(2, &words.more_with_v(more), Ink::Faint);
    }
}

fn blocked(page: &mut Page, record: &RunRecord) {
    let mut reasons: Vec<(ReasonCode, usize)> = Vec::new();
    for group in groups(record, Outcome::Blocked) {
        let Some(code) = group.code else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += group.trials.len(),
            None => reasons.push((code, group.trials.len())),
        }
    }
    if !reasons.is_empty() {
        let words = page.words();
        let counts: Vec<String> = reasons.iter().map(|(code, count)| words.count(*count, code.as_str())).collect();
        page.wrapped(0, &words.says(page.labels().blocked, &words.list(&counts)), Ink::Untried);
    }
}

/// How often the trials ran, and those that did not always end the same way.
fn repeats(page: &mut Page, record: &RunRecord) {
    let words = page.words();
    let Some(repeated) = repeated(record, words) else { return };
    page.wrapped(0, &words.says(page.labels().repeats, &repeated), Ink::Plain);
    let most = if page.style().verbose { usize::MAX } else { MOST_UNSTABLE };
    for trial in unstable(record).take(most) {
        let said = each_time(trial, words).unwrap_or_default();
        page.wrapped(2, &visible(&words.says(&trial.id, &said)), Ink::Doubt);
    }
    if let Some(more) = unstable(record).count().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(2, &words.more_with_v(more), Ink::Faint);
    }
}

/// The counts, and a line a waiver; only those that are out of order where the page is to be quiet.
fn waivers(page: &mut Page, record: &RunRecord) {
    let words = page.words();
    let Some(counts) = waiver_counts(record, words) else { return };
    page.wrapped(0, &words.says(page.labels().waivers, &counts), Ink::Plain);
    let quiet = page.style().quiet;
    for waiver in record.waivers.iter().filter(|waiver| !quiet || waiver.state.deviates()) {
        let ink = if waiver.state.deviates() { Ink::Doubt } else { Ink::Plain };
        page.wrapped(2, &waiver_line(waiver, words), ink);
    }
}

/// `trials: 3 pass · 1 warn · … · 12 in all`.
fn tally(tally: &Tally, words: &dyn Words) -> String {
    let mut parts: Vec<String> =
        tally.by_outcome().iter().map(|(outcome, count)| words.count(*count, words.outcome(*outcome))).collect();
    parts.push(words.count(tally.total, words.labels().in_all));
    words.says(words.labels().trials, &parts.join(" · "))
}

/// `deviates (exit 1): 2 documented promises are broken`.
pub(super) fn verdict_words(record: &RunRecord, words: &dyn Words) -> String {
    words.says(&words.verdict_and_code(record.verdict), &because(&Brief::of(record), words))
}
