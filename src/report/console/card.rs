//! A card a failure: what was promised, what was sent, what came, how to repeat it.
//!
//! In: the failed trials of a record. Out: their cards. Never: shows a clause that the trial does not cite.

use super::super::excerpt::{cited, compares, cut, each_time, explained, wrong};
use super::super::words::Words;
use crate::record::{CheckRecord, ClauseRecord, Delta, ExchangeRecord, RunRecord, TrialRecord};
use crate::text::{visible, visible_multiline};
use crate::verdict::Outcome;

use super::contrast;
use super::ink::{Ink, symbol};
use super::page::Page;

/// How many clauses a card shows.
const MOST_CLAUSES: usize = 3;
/// How many characters of a value that was sent are shown.
const LONGEST_VALUE: usize = 72;
/// How many characters of a body are shown, and with `-v`.
const LONGEST_BODY: (usize, usize) = (160, 4_000);

/// Writes the card of every failed trial, also of one that ran only because others needed it.
pub(super) fn write_all(page: &mut Page, record: &RunRecord) {
    for trial in record.trials.iter().filter(|trial| trial.outcome == Outcome::Fail) {
        page.gap();
        write(page, trial, &record.clauses);
    }
}

pub(super) fn write(page: &mut Page, trial: &TrialRecord, clauses: &[ClauseRecord]) {
    title(page, trial);
    page.wrapped(2, &visible(&trial.title), Ink::Plain);
    promised(page, trial, clauses);
    if !trial.exchanges.is_empty() {
        sent(page, &trial.delta);
    }
    if let Some(said) = each_time(trial, page.words()) {
        page.wrapped(2, &said, Ink::Plain);
    }
    checks(page, trial);
    if let Some(exchange) = trial.exchanges.last() {
        answered(page, exchange, &trial.checks);
    }
    repeat(page, trial);
    page.gap();
}

fn title(page: &mut Page, trial: &TrialRecord) {
    let needed = if trial.prerequisite { format!(" {}", page.labels().needed) } else { String::new() };
    let word = page.paint(page.words().headline(trial.outcome), Ink::BadMark);
    let id = page.paint(&visible(&trial.id), Ink::Strong);
    page.line(0, &format!("{word} {id}{needed}"));
}

fn promised(page: &mut Page, trial: &TrialRecord, clauses: &[ClauseRecord]) {
    let cited = cited(trial, clauses);
    let more = cited.len().saturating_sub(MOST_CLAUSES);
    for (number, clause) in cited.iter().take(MOST_CLAUSES).enumerate() {
        let label = if number == 0 { page.labels().promised } else { "" };
        page.labelled(2, label, &visible(&clause.text), Ink::Plain);
        page.labelled(2, "", &visible(&clause.id), Ink::Faint);
    }
    if more > 0 {
        page.labelled(2, "", &page.words().more(more), Ink::Faint);
    }
}

fn sent(page: &mut Page, delta: &[Delta]) {
    let labels = page.labels();
    if delta.is_empty() {
        page.labelled(2, labels.sent, labels.nothing_changed, Ink::Plain);
    }
    for (number, change) in delta.iter().enumerate() {
        let label = if number == 0 { labels.sent } else { "" };
        page.labelled(2, label, &change_words(change, page.words()), Ink::Plain);
    }
}

/// `header.X-client-id: blank instead of …`.
fn change_words(change: &Delta, words: &dyn Words) -> String {
    let sent = change.sent.as_deref().map_or_else(|| words.labels().missing.to_owned(), |sent| value(sent, words));
    let what = match change.control.as_deref() {
        Some(control) => words.instead_of(&sent, &value(control, words)),
        None => words.added(&sent),
    };
    words.says(&visible(&change.part), &what)
}

fn value(text: &str, words: &dyn Words) -> String {
    let blank = words.labels().blank;
    match text {
        "" => blank.to_owned(),
        spaces if spaces.trim().is_empty() => format!("{blank} (`{}`)", visible(spaces)),
        masked if masked.starts_with('‹') && masked.ends_with('›') => visible(masked),
        other => format!("`{}`", cut(&visible(other), LONGEST_VALUE, words)),
    }
}

/// The answer as a whole, unless a check has shown the body already.
fn answered(page: &mut Page, exchange: &ExchangeRecord, checks: &[CheckRecord]) {
    let (words, labels) = (page.words(), page.labels());
    let longest = if page.style().verbose { LONGEST_BODY.1 } else { LONGEST_BODY.0 };
    if let Some(response) = &exchange.response {
        let shown = |check: &CheckRecord| check.outcome != Outcome::Pass && check.actual == response.body;
        let body = match response.body.as_str() {
            "" => labels.empty_body.to_owned(),
            _ if checks.iter().any(shown) => labels.body_above.to_owned(),
            body => cut(&visible(body), longest, words),
        };
        page.labelled(2, labels.answered, &format!("{} {body}", response.status), Ink::Plain);
    }
    if let Some(failure) = &exchange.failure {
        page.labelled(2, labels.failure, &visible(failure), Ink::Plain);
    }
}

/// Every check that did not pass; with `-v` also the names of the others.
fn checks(page: &mut Page, trial: &TrialRecord) {
    for check in wrong(trial) {
        page.gap();
        page.wrapped(2, &check_words(check, page.words()), Ink::of_outcome(check.outcome));
        page.wrapped(4, &explained(check, page.words()), Ink::Plain);
        if compares(check) {
            contrast::write(page, &check.expected, &check.actual);
        }
    }
    page.gap();
    let passed = trial.checks.iter().filter(|check| check.outcome == Outcome::Pass);
    let kept: Vec<&str> = passed.map(|check| check.name.as_str()).collect();
    if page.style().verbose && !kept.is_empty() {
        page.labelled(2, page.labels().kept, &visible(&kept.join(", ")), Ink::Plain);
    }
}

/// `✗ error_msg: other language`.
fn check_words(check: &CheckRecord, words: &dyn Words) -> String {
    let name = visible(&check.name);
    let said = check.kind.as_deref().map(|kind| words.says(&name, &visible(words.kind(kind))));
    format!("{} {}", symbol(check.outcome), said.unwrap_or(name))
}

/// The curl line is not broken: it is to be copied.
pub(super) fn repeat(page: &mut Page, trial: &TrialRecord) {
    if let Some(exchange) = trial.exchanges.last() {
        page.beside(2, page.labels().repeat, vec![visible_multiline(&exchange.curl)]);
    }
    page.labelled(2, page.labels().case, &visible(&format!("{}:{}", trial.case.file, trial.case.line)), Ink::Plain);
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Language;
    use super::*;

    fn words(control: Option<&str>, sent: Option<&str>) -> String {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let change = Delta { part: "body.type".to_owned(), control: own(control), sent: own(sent) };
        change_words(&change, Language::English.words())
    }

    #[test]
    fn a_change_is_told_from_the_control() {
        assert_eq!(words(Some("LOGIN_SMS"), None), "body.type: missing instead of `LOGIN_SMS`");
        assert_eq!(words(Some("LOGIN_SMS"), Some("")), "body.type: blank instead of `LOGIN_SMS`");
        assert_eq!(words(Some("‹code 1a2b›"), Some(" ")), "body.type: blank (` `) instead of ‹code 1a2b›");
        assert_eq!(words(None, Some("x")), "body.type: `x`, added");
    }
}
