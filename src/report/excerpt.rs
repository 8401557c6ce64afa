//! What several reports take out of a record, so that they say the same.
//!
//! In: a record, or a part of it. Out: its trials grouped, its clauses and checks in the order in which they tell most,
//! the verdict in a sentence. Never: judges, counts again what the record has counted, formats.

use serde_json::Value;

use crate::record::{CheckRecord, ClauseRecord, RunRecord, Tally, TargetSummary, TrialRecord, WaiverRecord};
use crate::text::visible;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

use super::words::Words;

/// Trials that ended alike for the same reason.
pub(super) struct Group<'a> {
    /// Why; none where the record gives no reason.
    pub(super) code: Option<ReasonCode>,
    /// The sentence of the record; empty where it gives no reason.
    pub(super) text: &'a str,
    /// One at least.
    pub(super) trials: Vec<&'a TrialRecord>,
}

/// In the order in which the reasons first occur. What ran only for others is in no count, unless it is in error.
pub(super) fn groups(record: &RunRecord, outcome: Outcome) -> Vec<Group<'_>> {
    let counted = |trial: &&TrialRecord| !trial.prerequisite || outcome == Outcome::Error;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for trial in record.trials.iter().filter(|trial| trial.outcome == outcome).filter(counted) {
        let code = trial.reason.as_ref().map(|reason| reason.code);
        let text = trial.reason.as_ref().map_or("", |reason| reason.text.as_str());
        match groups.iter_mut().find(|group| group.code == code && group.text == text) {
            Some(group) => group.trials.push(trial),
            None => groups.push(Group { code, text, trials: vec![trial] }),
        }
    }
    groups
}

/// The trials that were asked for, without those that ran only because others needed them.
pub(super) fn asked_for(record: &RunRecord) -> impl Iterator<Item = &TrialRecord> {
    record.trials.iter().filter(|trial| !trial.prerequisite)
}

/// The documents of the trials, in the order in which they first occur.
pub(super) fn documents<'a>(trials: impl IntoIterator<Item = &'a TrialRecord>) -> Vec<&'a str> {
    let mut documents = Vec::new();
    for document in trials.into_iter().map(TrialRecord::document) {
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    documents
}

/// The worst outcome of a document's trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worst {
    /// The outcome.
    pub(super) outcome: Outcome,
    /// How many of its trials ended so.
    pub(super) trials: usize,
    /// How many were asked for.
    pub(super) of: usize,
}

/// What overviews say of a run: little enough to be kept of a thousand.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    pub(super) target: TargetSummary,
    pub(super) started: String,
    /// The answer.
    pub verdict: Verdict,
    pub(super) tally: Tally,
    /// Clauses that are violated.
    violated: usize,
    waivers: usize,
    /// Whether a waiver is out of order.
    waiver_fault: bool,
    /// The documents of its trials, and the worst outcome of each.
    documents: Vec<(String, Option<Worst>)>,
}

impl Brief {
    /// What overviews say of a record.
    #[must_use]
    pub fn of(record: &RunRecord) -> Self {
        let violated = record.clauses.iter().filter(|clause| clause.status == ClauseStatus::Violated);
        let of_document = |document: &str| (document.to_owned(), worst(record, document));
        Self {
            target: record.target.clone(),
            started: record.started.clone(),
            verdict: record.verdict,
            tally: record.tally,
            violated: violated.count(),
            waivers: record.waivers.len(),
            waiver_fault: record.waivers.iter().any(|waiver| waiver.state.deviates()),
            documents: documents(&record.trials).into_iter().map(of_document).collect(),
        }
    }

    /// The worst outcome of a document; none where none of its trials was asked for.
    pub(super) fn worst(&self, document: &str) -> Option<Worst> {
        self.documents.iter().find(|(known, _)| known == document).and_then(|(_, worst)| *worst)
    }

    /// The documents of its trials.
    pub(super) fn documents(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().map(|(document, _)| document.as_str())
    }
}

/// The documents of several runs, in the order in which they first occur.
pub(super) fn documents_of_all(briefs: &[Brief]) -> Vec<&str> {
    let mut all = Vec::new();
    for document in briefs.iter().flat_map(Brief::documents) {
        if !all.contains(&document) {
            all.push(document);
        }
    }
    all
}

/// The worst outcome of a document; none where none of its trials was asked for.
fn worst(record: &RunRecord, document: &str) -> Option<Worst> {
    let trials = || asked_for(record).filter(|trial| trial.document() == document);
    let with = |outcome: Outcome| trials().filter(move |trial| trial.outcome == outcome).count();
    let outcome = Outcome::ALL.into_iter().find(|outcome| with(*outcome) > 0)?;
    Some(Worst { outcome, trials: with(outcome), of: trials().count() })
}

/// The verdict that decides over several targets: untested, then deviates, incomplete, conforms.
pub(super) fn worst_verdict<'a>(briefs: impl IntoIterator<Item = &'a Brief>) -> Option<Verdict> {
    briefs.into_iter().map(|brief| brief.verdict).max_by_key(|verdict| severity(*verdict))
}

/// `3 conforms, 1 deviates`: how many runs ended how, the worst first.
pub(super) fn verdict_counts(briefs: &[Brief], words: &dyn Words) -> Vec<String> {
    let with = |verdict: Verdict| briefs.iter().filter(|brief| brief.verdict == verdict).count();
    let verdicts = [Verdict::Untested, Verdict::Deviates, Verdict::Incomplete, Verdict::Conforms];
    let came = verdicts.into_iter().map(|verdict| (verdict, with(verdict))).filter(|(_, count)| *count > 0);
    came.map(|(verdict, count)| words.count(count, words.verdict(verdict))).collect()
}

fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Untested => 3,
        Verdict::Deviates => 2,
        Verdict::Incomplete => 1,
        Verdict::Conforms => 0,
    }
}

/// The id of a trial within its document.
pub(super) fn within_document(trial: &TrialRecord) -> &str {
    let rest = trial.id.strip_prefix(trial.document()).map(|rest| rest.trim_start_matches('/'));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(&trial.id)
}

/// The trials that did not always end the same way.
pub(super) fn unstable(record: &RunRecord) -> impl Iterator<Item = &TrialRecord> {
    record.trials.iter().filter(|trial| trial.repeats.as_ref().is_some_and(|repeats| repeats.unstable))
}

/// How often the trials ran; none where each ran once.
pub(super) fn repeated(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let times = record.trials.iter().filter_map(|trial| trial.repeats.as_ref());
    let most = times.map(|repeats| repeats.outcomes.total).max()?;
    Some(words.repeated(most, unstable(record).count()))
}

/// `unstable: 498 pass, 2 fail; ms p50 1.2, p90 2, p99 3, max 9`; none where the trial ran once.
pub(super) fn each_time(trial: &TrialRecord, words: &dyn Words) -> Option<String> {
    let repeats = trial.repeats.as_ref()?;
    let came = repeats.outcomes.by_outcome().into_iter().filter(|(_, count)| *count > 0);
    let mut parts: Vec<String> = came.map(|(outcome, count)| words.count(count, words.outcome(outcome))).collect();
    parts.extend(repeats.latency_ms.map(|latency| {
        format!("ms p50 {}, p90 {}, p99 {}, max {}", latency.p50, latency.p90, latency.p99, latency.max)
    }));
    Some(words.ended_each_time(repeats.unstable, &parts.join(" · ")))
}

/// The clauses that a trial cites, the most telling first: violated ones, then an error row before a header or a member.
pub(super) fn cited<'a>(trial: &TrialRecord, clauses: &'a [ClauseRecord]) -> Vec<&'a ClauseRecord> {
    let mut cited: Vec<&ClauseRecord> = clauses.iter().filter(|clause| trial.clauses.contains(&clause.id)).collect();
    cited.sort_by_key(|clause| (clause.status != ClauseStatus::Violated, rank(&clause.id)));
    cited
}

/// The kinds of clauses, the most telling first.
pub(super) const CLAUSE_KINDS: [&str; 6] = ["error", "scene", "answer", "rule", "member", "header"];

fn rank(clause: &str) -> usize {
    let kind = clause.split('/').nth(2);
    CLAUSE_KINDS.iter().position(|known| Some(*known) == kind).unwrap_or(CLAUSE_KINDS.len())
}

/// Every check that did not pass, those that fail first.
pub(super) fn wrong(trial: &TrialRecord) -> Vec<&CheckRecord> {
    let mut wrong: Vec<&CheckRecord> = trial.checks.iter().filter(|check| check.outcome != Outcome::Pass).collect();
    wrong.sort_by_key(|check| check.outcome != Outcome::Fail);
    wrong
}

/// Whether a check has two texts to hold against each other; some have only a sentence.
pub(super) fn compares(check: &CheckRecord) -> bool {
    !(check.expected.is_empty() && check.actual.is_empty())
}

/// How many characters of a value a sentence shows.
const LONGEST_VALUE: usize = 80;

/// `error_msg: other language: … (expected x, received y)`.
pub(super) fn finding(check: &CheckRecord, words: &dyn Words) -> String {
    let kind = check.kind.as_deref().map(|kind| visible(words.kind(kind)));
    let text = explained(check, words);
    let said = [kind, Some(text)].into_iter().flatten().filter(|part| !part.is_empty());
    let said = said.fold(visible(&check.name), |said, part| words.says(&said, &part));
    if !compares(check) {
        return said;
    }
    let value = |value: &str| match value {
        "" => words.labels().nothing.to_owned(),
        some => format!("`{}`", cut(&visible(some), LONGEST_VALUE, words)),
    };
    format!("{said}{}", words.compared(&value(&check.expected), &value(&check.actual)))
}

/// What a check found, in the language of the report where there are words for it.
pub(super) fn explained(check: &CheckRecord, words: &dyn Words) -> String {
    let known = check.kind.as_deref().and_then(|kind| words.explanation(kind));
    known.map_or_else(|| visible(&check.text), str::to_owned)
}

/// The beginning of a long text, and how much of it is not shown.
pub(super) fn cut(text: &str, longest: usize, words: &dyn Words) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let shown: String = text.chars().take(longest).collect();
    format!("{shown}{}", words.characters_more(length - longest))
}

/// Why a trial did not pass, on one line: its first finding and how many more there are, else its reason.
pub(super) fn sentence(trial: &TrialRecord, words: &dyn Words) -> String {
    let wrong = wrong(trial);
    let reason = trial.reason.as_ref().map(|reason| words.says(reason.code.as_str(), &visible(&reason.text)));
    match (wrong.split_first(), reason) {
        (Some((first, [])), _) => finding(first, words),
        (Some((first, more)), _) => format!("{}; {}", finding(first, words), words.more(more.len())),
        (None, Some(reason)) => reason,
        (None, None) => String::new(),
    }
}

/// What an answer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Neither a code nor a status.
    Nothing,
    /// Its body is no JSON.
    NotJson,
    /// The code of a refusal, or the status of an answer.
    Code(String),
}

/// The code of a refusal, or the status of an answer.
pub(super) fn said(body: &str) -> Said {
    if body.trim().is_empty() {
        return Said::Nothing;
    }
    let Ok(parsed) = serde_json::from_str::<Value>(body) else { return Said::NotJson };
    match ["error_code", "status"].iter().find_map(|name| parsed.get(name)) {
        Some(Value::String(text)) if !text.is_empty() => Said::Code(text.clone()),
        Some(other) => Said::Code(other.to_string()),
        None => Said::Nothing,
    }
}

/// Why the verdict is what it is.
pub(super) fn because(brief: &Brief, words: &dyn Words) -> String {
    let Tally { warn, blocked, waived, error, .. } = brief.tally;
    match brief.verdict {
        Verdict::Conforms => words.conforms(warn, waived),
        Verdict::Deviates => words.list(&deviations(brief, words)),
        Verdict::Untested => words.labels().untested.to_owned(),
        Verdict::Incomplete if brief.tally.total == 0 => words.labels().nothing_asked.to_owned(),
        Verdict::Incomplete => words.incomplete(blocked, error),
    }
}

/// What is broken, how much of it is waived, and whether the waivers are in order.
fn deviations(brief: &Brief, words: &dyn Words) -> Vec<String> {
    let fault = words.labels().waiver_fault;
    let broken = brief.violated;
    let first = match (broken, brief.tally.fail) {
        (1.., _) => words.promises_broken(broken),
        (0, 1..) => words.trials_broke(brief.tally.fail),
        (0, 0) => return vec![fault.to_owned()],
    };
    let waived = brief.tally.waived;
    let waived = (brief.waivers > 0).then(|| words.count(waived, words.outcome(Outcome::Waived)));
    let fault = brief.waiver_fault.then(|| fault.to_owned());
    [Some(first), waived, fault].into_iter().flatten().collect()
}

/// `2 applied, 1 stale`; none where the run had no waivers.
pub(super) fn waiver_counts(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let with = |state: WaiverState| record.waivers.iter().filter(|waiver| waiver.state == state).count();
    let some = WaiverState::ALL.into_iter().map(|state| (state, with(state))).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = some.map(|(state, count)| words.count(count, words.waiver(state))).collect();
    (!counts.is_empty()).then(|| words.list(&counts))
}

/// `waivers.toml:12 stale: …`.
pub(super) fn waiver_line(waiver: &WaiverRecord, words: &dyn Words) -> String {
    let name = format!("{}:{} {}", waiver.file, waiver.line, words.waiver(waiver.state));
    let said = words.says(&name, &waiver.text);
    if waiver.state == WaiverState::Applied {
        visible(&format!("{said} · {} · {} · {}", waiver.why, waiver.owner, waiver.until))
    } else {
        visible(&said)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::super::words::Language;
    use super::*;

    fn words(verdict: Verdict, tally: Tally) -> String {
        because(
            &Brief::of(&RunRecord { verdict, tally, clauses: Vec::new(), ..sample::deviating() }),
            Language::English.words(),
        )
    }

    #[test]
    fn a_run_that_conforms_says_what_is_still_to_be_looked_at() {
        let clean = words(Verdict::Conforms, Tally::default());
        assert_eq!(clean, "every promise that was tried is kept");
        let tally = Tally { warn: 2, waived: 1, ..Tally::default() };
        assert_eq!(words(Verdict::Conforms, tally), format!("{clean}, 2 warnings to look at, 1 waived"));
    }

    #[test]
    fn a_run_that_deviates_counts_promises_else_trials_else_blames_the_waivers() {
        let broken = because(&Brief::of(&sample::deviating()), Language::English.words());
        assert_eq!(broken, "4 documented promises are broken");
        let unclaimed = words(Verdict::Deviates, Tally { fail: 1, ..Tally::default() });
        assert_eq!(unclaimed, "1 trial broke what the documents say");
        let waiver = words(Verdict::Deviates, Tally::default());
        assert_eq!(waiver, "a waiver is stale, unused, expired or for something else");
    }

    #[test]
    fn an_incomplete_run_says_what_is_missing() {
        let tally = Tally { blocked: 12, error: 1, total: 13, ..Tally::default() };
        let missing = "no promise is broken, but 12 trials could not be exercised and 1 trial found nothing out";
        assert_eq!(words(Verdict::Incomplete, tally), missing);
        let interrupted = words(Verdict::Incomplete, Tally { pass: 1, total: 1, ..Tally::default() });
        assert_eq!(interrupted, "no promise is broken, but the run was interrupted");
        assert_eq!(words(Verdict::Incomplete, Tally::default()), "no trial was asked for");
    }

    #[test]
    fn the_worst_verdict_is_untested_then_deviates_then_incomplete() {
        let mut verdicts = [Verdict::Conforms, Verdict::Untested, Verdict::Incomplete, Verdict::Deviates];
        verdicts.sort_by_key(|verdict| severity(*verdict));
        assert_eq!(verdicts.map(Verdict::exit_code), [0, 5, 1, 3]);
    }

    #[test]
    fn an_error_row_tells_more_than_a_header() {
        assert!(rank("ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh") < rank("ciam/sms-send/header/X-client-id"));
        assert!(rank("ciam/sms-send/header/X-client-id") < rank("ciam/sms-send/request"));
    }

    #[test]
    fn the_answer_is_its_code_or_its_status() {
        let code = |text: &str| Said::Code(text.to_owned());
        assert_eq!(said(r#"{"error_code":"SDK.COMMON.1001","error_msg":"m"}"#), code("SDK.COMMON.1001"));
        assert_eq!(said(r#"{"status":"MFA_AUTH","data":"[]"}"#), code("MFA_AUTH"));
        assert_eq!(said(r#"{"status":400,"error":"Bad Request"}"#), code("400"));
        assert_eq!(said("<html>"), Said::NotJson);
        assert_eq!(said(" "), Said::Nothing);
        assert_eq!(said("{}"), Said::Nothing);
    }
}
