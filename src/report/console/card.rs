//! A card a failure: what was promised, what was sent, what came, how to repeat it.
//!
//! In: the failed trials of a record. Out: their cards. Never: shows a clause that the trial does not cite.

use crate::record::{CheckRecord, ClauseRecord, Delta, ExchangeRecord, RunRecord, TrialRecord};
use crate::text::{visible, visible_multiline};
use crate::verdict::{ClauseStatus, Outcome};

use super::contrast;
use super::ink::{Ink, symbol};
use super::page::{Page, cut};

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

fn write(page: &mut Page, trial: &TrialRecord, clauses: &[ClauseRecord]) {
    title(page, trial);
    page.wrapped(2, &visible(&trial.title), Ink::Plain);
    promised(page, trial, clauses);
    sent(page, &trial.delta);
    checks(page, &trial.checks);
    if let Some(exchange) = trial.exchanges.last() {
        answered(page, exchange, &trial.checks);
    }
    repeat(page, trial);
    page.gap();
}

fn title(page: &mut Page, trial: &TrialRecord) {
    let needed = if trial.prerequisite { " (ran because others needed it)" } else { "" };
    let word = page.paint("FAIL", Ink::BadMark);
    let id = page.paint(&visible(&trial.id), Ink::Strong);
    page.line(0, &format!("{word} {id}{needed}"));
}

/// The most telling clauses first: an error row says all of it, a header or a member the least.
fn promised(page: &mut Page, trial: &TrialRecord, clauses: &[ClauseRecord]) {
    let mut cited: Vec<&ClauseRecord> = clauses.iter().filter(|clause| trial.clauses.contains(&clause.id)).collect();
    cited.sort_by_key(|clause| (clause.status != ClauseStatus::Violated, rank(&clause.id)));
    let more = cited.len().saturating_sub(MOST_CLAUSES);
    for (number, clause) in cited.iter().take(MOST_CLAUSES).enumerate() {
        let label = if number == 0 { "promised" } else { "" };
        page.labelled(2, label, &visible(&clause.text), Ink::Plain);
        page.labelled(2, "", &visible(&clause.id), Ink::Faint);
    }
    if more > 0 {
        page.labelled(2, "", &format!("and {more} more"), Ink::Faint);
    }
}

fn rank(clause: &str) -> usize {
    let kinds = ["error", "scene", "answer", "rule", "member", "header"];
    let kind = clause.split('/').nth(2);
    kinds.iter().position(|known| Some(*known) == kind).unwrap_or(kinds.len())
}

fn sent(page: &mut Page, delta: &[Delta]) {
    if delta.is_empty() {
        page.labelled(2, "sent", "the request of the document, nothing changed", Ink::Plain);
    }
    for (number, change) in delta.iter().enumerate() {
        page.labelled(2, if number == 0 { "sent" } else { "" }, &change_words(change), Ink::Plain);
    }
}

/// `header.X-client-id: blank instead of …`.
fn change_words(change: &Delta) -> String {
    let sent = change.sent.as_deref().map_or_else(|| "missing".to_owned(), value);
    match change.control.as_deref() {
        Some(control) => format!("{}: {sent} instead of {}", visible(&change.part), value(control)),
        None => format!("{}: {sent}, added", visible(&change.part)),
    }
}

fn value(text: &str) -> String {
    match text {
        "" => "blank".to_owned(),
        spaces if spaces.trim().is_empty() => format!("blank (`{}`)", visible(spaces)),
        masked if masked.starts_with('‹') && masked.ends_with('›') => visible(masked),
        other => format!("`{}`", cut(&visible(other), LONGEST_VALUE)),
    }
}

/// The answer as a whole, unless a check has shown the body already.
fn answered(page: &mut Page, exchange: &ExchangeRecord, checks: &[CheckRecord]) {
    let longest = if page.style().verbose { LONGEST_BODY.1 } else { LONGEST_BODY.0 };
    if let Some(response) = &exchange.response {
        let shown = |check: &CheckRecord| check.outcome != Outcome::Pass && check.actual == response.body;
        let body = match response.body.as_str() {
            "" => "with an empty body".to_owned(),
            _ if checks.iter().any(shown) => "with the body above".to_owned(),
            body => cut(&visible(body), longest),
        };
        page.labelled(2, "answered", &format!("{} {body}", response.status), Ink::Plain);
    }
    if let Some(failure) = &exchange.failure {
        page.labelled(2, "failure", &visible(failure), Ink::Plain);
    }
}

/// Every check that did not pass, those that fail first; with `-v` also the names of the others.
fn checks(page: &mut Page, checks: &[CheckRecord]) {
    let mut wrong: Vec<&CheckRecord> = checks.iter().filter(|check| check.outcome != Outcome::Pass).collect();
    wrong.sort_by_key(|check| check.outcome != Outcome::Fail);
    for check in wrong {
        page.gap();
        check_title(page, check);
        page.wrapped(4, &visible(&check.text), Ink::Plain);
        if compares(check) {
            contrast::write(page, &check.expected, &check.actual);
        }
    }
    page.gap();
    let kept: Vec<&str> =
        checks.iter().filter(|check| check.outcome == Outcome::Pass).map(|check| check.name.as_str()).collect();
    if page.style().verbose && !kept.is_empty() {
        page.labelled(2, "kept", &visible(&kept.join(", ")), Ink::Plain);
    }
}

fn check_title(page: &mut Page, check: &CheckRecord) {
    page.wrapped(2, &check_words(check), Ink::of_outcome(check.outcome));
}

/// Whether a check has two texts to hold against each other; some have only a sentence.
pub(super) fn compares(check: &CheckRecord) -> bool {
    !(check.expected.is_empty() && check.actual.is_empty())
}

/// `✗ error_msg: other language`.
pub(super) fn check_words(check: &CheckRecord) -> String {
    let kind = check.kind.as_deref().map(|kind| format!(": {kind}")).unwrap_or_default();
    format!("{} {}{}", symbol(check.outcome), visible(&check.name), visible(&kind))
}

/// The curl line is not broken: it is to be copied.
pub(super) fn repeat(page: &mut Page, trial: &TrialRecord) {
    if let Some(exchange) = trial.exchanges.last() {
        page.beside(2, "repeat", vec![visible_multiline(&exchange.curl)]);
    }
    page.labelled(2, "case", &visible(&format!("{}:{}", trial.case.file, trial.case.line)), Ink::Plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(control: Option<&str>, sent: Option<&str>) -> String {
        let own = |text: Option<&str>| text.map(str::to_owned);
        change_words(&Delta { part: "body.type".to_owned(), control: own(control), sent: own(sent) })
    }

    #[test]
    fn a_change_is_told_from_the_control() {
        assert_eq!(words(Some("LOGIN_SMS"), None), "body.type: missing instead of `LOGIN_SMS`");
        assert_eq!(words(Some("LOGIN_SMS"), Some("")), "body.type: blank instead of `LOGIN_SMS`");
        assert_eq!(words(Some("‹code 1a2b›"), Some(" ")), "body.type: blank (` `) instead of ‹code 1a2b›");
        assert_eq!(words(None, Some("x")), "body.type: `x`, added");
    }

    #[test]
    fn an_error_row_tells_more_than_a_header() {
        assert!(rank("ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh") < rank("ciam/sms-send/header/X-client-id"));
        assert!(rank("ciam/sms-send/header/X-client-id") < rank("ciam/sms-send/request"));
    }
}
