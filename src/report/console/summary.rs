//! The end of the report: clauses, drift, deliveries, what was blocked, the counts, the verdict.
//!
//! In: a record. Out: a line or a few for each. Never: counts what the record has counted already.

use crate::record::{ClauseRecord, Delivered, RunRecord, Tally};
use crate::text::visible;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict};

use super::ink::Ink;
use super::page::{Page, counted};

/// How many things that drifted are listed.
const MOST_DRIFT: usize = 10;

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
    if !page.style().quiet {
        clauses(page, &record.clauses);
        drift(page, record);
        page.wrapped(0, &format!("delivered: {}", delivered(record.delivered)), Ink::Plain);
        blocked(page, record);
    }
    page.wrapped(0, &counts(&record.tally), Ink::Plain);
    let verdict = format!("verdict: {}", verdict_words(record));
    page.wrapped(0, &verdict, Ink::of_verdict(record.verdict));
}

fn clauses(page: &mut Page, clauses: &[ClauseRecord]) {
    let with = |status: ClauseStatus| clauses.iter().filter(move |clause| clause.status == status);
    let counts: Vec<String> = IN_ORDER
        .iter()
        .map(|&status| (status, with(status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{count} {}", status.as_str()))
        .collect();
    let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    page.wrapped(0, &format!("clauses: {counts}"), Ink::Plain);
    for clause in with(ClauseStatus::Violated) {
        let line = format!("violated {}", visible(&clause.id));
        page.wrapped(2, &line, Ink::of_clause(clause.status));
        page.wrapped(4, &visible(&clause.text), Ink::Plain);
    }
}

fn drift(page: &mut Page, record: &RunRecord) {
    if record.drift.is_empty() {
        return;
    }
    let most = if page.style().verbose { usize::MAX } else { MOST_DRIFT };
    let seen = counted(record.drift.len(), "thing");
    page.wrapped(0, &format!("drift: {seen} seen where no clause speaks"), Ink::Plain);
    for drift in record.drift.iter().take(most) {
        let line = format!("{} {}: {}", drift.document, drift.kind, drift.text);
        page.wrapped(2, &visible(&line), Ink::Plain);
    }
    if let Some(more) = record.drift.len().checked_sub(most).filter(|more| *more > 0) {
        page.wrapped(2, &format!("and {more} more, listed with `-v`"), Ink::Faint);
    }
}

fn delivered(delivered: Delivered) -> String {
    let sms = usize::try_from(delivered.sms).unwrap_or(usize::MAX);
    let email = usize::try_from(delivered.email).unwrap_or(usize::MAX);
    match (sms, email) {
        (0, 0) => "nothing".to_owned(),
        (sms, 0) => counted(sms, "text message"),
        (0, email) => counted(email, "email"),
        (sms, email) => format!("{}, {}", counted(sms, "text message"), counted(email, "email")),
    }
}

fn blocked(page: &mut Page, record: &RunRecord) {
    let mut reasons: Vec<(ReasonCode, usize)> = Vec::new();
    let blocked = record.trials.iter().filter(|trial| trial.outcome == Outcome::Blocked && !trial.prerequisite);
    for code in blocked.filter_map(|trial| trial.reason.as_ref()).map(|reason| reason.code) {
        match reasons.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => reasons.push((code, 1)),
        }
    }
    if !reasons.is_empty() {
        let words: Vec<String> = reasons.iter().map(|(code, count)| format!("{count} {}", code.as_str())).collect();
        page.wrapped(0, &format!("blocked: {}", words.join(", ")), Ink::Untried);
    }
}

fn counts(tally: &Tally) -> String {
    let Tally { pass, warn, fail, blocked, waived, error, total } = tally;
    format!(
        "trials: {pass} pass · {warn} warn · {fail} fail · {blocked} blocked · {waived} waived · {error} error · \
         {total} in all"
    )
}

/// `deviates (exit 1): 2 documented promises are broken`.
pub(super) fn verdict_words(record: &RunRecord) -> String {
    let verdict = record.verdict;
    let head = format!("{} (exit {})", verdict.as_str(), verdict.exit_code());
    let because = match verdict {
        Verdict::Conforms => conforms(&record.tally),
        Verdict::Deviates => deviates(record),
        Verdict::Untested => "nothing could be found out".to_owned(),
        Verdict::Incomplete => incomplete(&record.tally),
    };
    format!("{head}: {because}")
}

fn conforms(tally: &Tally) -> String {
    let looked_at = match tally.warn {
        0 => String::new(),
        1 => ", 1 warning to look at".to_owned(),
        warn => format!(", {warn} warnings to look at"),
    };
    let waived = if tally.waived > 0 { format!(", {} waived", tally.waived) } else { String::new() };
    format!("every promise that was tried is kept{looked_at}{waived}")
}

fn deviates(record: &RunRecord) -> String {
    let broken = record.clauses.iter().filter(|clause| clause.status == ClauseStatus::Violated).count();
    match (broken, record.tally.fail) {
        (1, _) => "1 documented promise is broken".to_owned(),
        (2.., _) => format!("{broken} documented promises are broken"),
        (0, 0) => "a waiver is stale, unused or expired".to_owned(),
        (0, fail) => format!("{} broke what the documents say", counted(fail, "trial")),
    }
}

fn incomplete(tally: &Tally) -> String {
    let mut parts = Vec::new();
    if tally.blocked > 0 {
        parts.push(format!("{} could not be exercised", counted(tally.blocked, "trial")));
    }
    if tally.error > 0 {
        parts.push(format!("{} found nothing out", counted(tally.error, "trial")));
    }
    if parts.is_empty() {
        parts.push("the run was interrupted".to_owned());
    }
    format!("no promise is broken, but {}", parts.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn words(verdict: Verdict, tally: Tally) -> String {
        verdict_words(&RunRecord { verdict, tally, clauses: Vec::new(), ..sample::deviating() })
    }

    #[test]
    fn a_run_that_conforms_says_what_is_still_to_be_looked_at() {
        let clean = words(Verdict::Conforms, Tally::default());
        assert_eq!(clean, "conforms (exit 0): every promise that was tried is kept");
        let tally = Tally { warn: 2, waived: 1, ..Tally::default() };
        assert_eq!(words(Verdict::Conforms, tally), format!("{clean}, 2 warnings to look at, 1 waived"));
    }

    #[test]
    fn a_run_that_deviates_counts_promises_else_trials_else_blames_the_waivers() {
        let broken = verdict_words(&sample::deviating());
        assert_eq!(broken, "deviates (exit 1): 4 documented promises are broken");
        let unclaimed = words(Verdict::Deviates, Tally { fail: 1, ..Tally::default() });
        assert_eq!(unclaimed, "deviates (exit 1): 1 trial broke what the documents say");
        let waiver = words(Verdict::Deviates, Tally::default());
        assert_eq!(waiver, "deviates (exit 1): a waiver is stale, unused or expired");
    }

    #[test]
    fn an_incomplete_run_says_what_is_missing() {
        let tally = Tally { blocked: 12, error: 1, ..Tally::default() };
        let missing = "incomplete (exit 5): no promise is broken, but 12 trials could not be exercised and 1 trial \
                       found nothing out";
        assert_eq!(words(Verdict::Incomplete, tally), missing);
        let interrupted = words(Verdict::Incomplete, Tally::default());
        assert_eq!(interrupted, "incomplete (exit 5): no promise is broken, but the run was interrupted");
    }

    #[test]
    fn nothing_delivered_is_said_so() {
        assert_eq!(delivered(Delivered::default()), "nothing");
        assert_eq!(delivered(Delivered { sms: 2, email: 0 }), "2 text messages");
        assert_eq!(delivered(Delivered { sms: 1, email: 1 }), "1 text message, 1 email");
    }
}
