//! What a certificate of acceptance says, in any format.
//!
//! In: a record that was verified, and the comparison with an earlier run. Out: its decision, facts and lists as sentences.
//! Never: verifies, compares, decides what `verdict` has not decided; signs.

use jiff::Timestamp;

use super::excerpt::{Brief, Group, because, groups};
use super::words::{Labels, Words};
use crate::compare::verify::Verified;
use crate::compare::{Answer, Comparison};
use crate::record::{ClauseRecord, RunRecord, WaiverRecord};
use crate::verdict::{ClauseStatus, Outcome, Verdict, of_reason};

/// How many entries of a list are shown, so that all of it fits on a page.
pub(super) const MOST: usize = 6;

/// A run that was verified, for a change ticket.
#[derive(Debug, Clone, Copy)]
pub struct Certificate<'a> {
    /// The run.
    pub record: &'a RunRecord,
    /// What its verification found; no disagreement.
    pub verified: &'a Verified,
    /// How many trials the contract has for the product.
    pub of: usize,
    /// The file of the record, as it was named.
    pub file: &'a str,
    /// SHA-256 of that file, in hex.
    pub digest: &'a str,
    /// The comparison with an earlier run, where one was asked for.
    pub comparison: Option<&'a Comparison>,
    /// Whether the earlier run was verified too.
    pub base_verified: bool,
}

/// What the tests say of acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Every promise of the contract was asked for, and the run conforms.
    Accepted,
    /// The run conforms, but not everything was asked for.
    Partly,
    /// Anything else.
    Refused,
}

impl Decision {
    pub(super) fn text(self, labels: &Labels) -> &'static str {
        match self {
            Self::Accepted => labels.accepted,
            Self::Partly => labels.partly,
            Self::Refused => labels.not_accepted,
        }
    }
}

impl Certificate<'_> {
    pub(super) fn decision(&self) -> Decision {
        let broken = self.comparison.is_some_and(|comparison| comparison.answer == Answer::Broken);
        match self.record.verdict {
            Verdict::Conforms if broken => Decision::Refused,
            Verdict::Conforms if self.selected() < self.of => Decision::Partly,
            Verdict::Conforms => Decision::Accepted,
            Verdict::Deviates | Verdict::Untested | Verdict::Incomplete => Decision::Refused,
        }
    }

    fn selected(&self) -> usize {
        self.record.tally.total
    }

    /// The verdict and why it is so.
    pub(super) fn why(&self, words: &dyn Words) -> String {
        words.says(&words.verdict_and_code(self.record.verdict), &because(&Brief::of(self.record), words))
    }

    /// What is certified, of whom, when, and by what: a name and a value each.
    pub(super) fn facts(&self, words: &dyn Words) -> Vec<(&'static str, String)> {
        let (record, labels) = (self.record, words.labels());
        let some = record.tally.by_outcome().into_iter().filter(|(_, count)| *count > 0);
        let tally: Vec<String> = some.map(|(outcome, count)| words.count(count, words.outcome(outcome))).collect();
        let ended = record.finished.as_deref().map_or_else(|| labels.cut_off.to_owned(), to_the_second);
        let mut facts = vec![
            (labels.target, record.target.name.clone()),
            (labels.product, record.target.product.clone()),
            (labels.url, record.target.url.clone()),
            (labels.started, format!("{} – {ended}", to_the_second(&record.started))),
            (labels.asked, words.asked_for(self.selected(), self.of)),
            (labels.trials, words.list(&tally)),
            (labels.clauses, self.clauses(words)),
            (labels.delivered, words.delivered(record.delivered.sms, record.delivered.email)),
            (labels.judged_by, format!("{} {}", record.tool.name, record.tool.version)),
            (labels.record, self.file.to_owned()),
            (labels.trust, words.score(record.tool.score)),
            (labels.contract, record.tool.contract.clone()),
            (labels.record_digest, self.digest.to_owned()),
            (labels.verified, self.verification(words)),
        ];
        if record.terms.strict {
            facts.insert(6, (labels.strictness, labels.warnings_fail.to_owned()));
        }
        if !self.verified.hidden.is_empty() {
            facts.push((labels.unverifiable, self.unverifiable(words)));
        }
        facts
    }

    fn clauses(&self, words: &dyn Words) -> String {
        let with = |status: ClauseStatus| self.record.clauses.iter().filter(|clause| clause.status == status).count();
        let all = ClauseStatus::ALL.into_iter().rev().map(|status| (status, with(status)));
        let some = all.filter(|(_, count)| *count > 0).map(|(status, count)| words.count(count, words.status(status)));
        words.list(&some.collect::<Vec<_>>())
    }

    fn verification(&self, words: &dyn Words) -> String {
        let Verified { rejudged, tags, disagreements, .. } = self.verified;
        let again = words.rejudged(*rejudged, self.record.trials.len(), *tags);
        words.list(&[words.agrees(disagreements.len()), again])
    }

    fn unverifiable(&self, words: &dyn Words) -> String {
        let hidden = self.verified.hidden.iter();
        let said = hidden.map(|(hidden, trials)| format!("{} ({})", words.hidden(*hidden), words.trials(*trials)));
        said.collect::<Vec<_>>().join("; ")
    }

    /// What was not exercised, and why: grouped by what there is to do. What is blocked was not exercised, waived or not.
    pub(super) fn missing(&self) -> Vec<(Outcome, Group<'_>)> {
        let of = |outcome: Outcome| groups(self.record, outcome).into_iter().map(move |group| (outcome, group));
        let blocked = |group: &Group<'_>| group.code.is_some_and(|code| of_reason(code) == Outcome::Blocked);
        let waived = of(Outcome::Waived).filter(|(_, group)| blocked(group));
        of(Outcome::Error).chain(of(Outcome::Blocked)).chain(waived).collect()
    }

    /// The promises that are broken.
    pub(super) fn violated(&self) -> Vec<&ClauseRecord> {
        self.record.clauses.iter().filter(|clause| clause.status == ClauseStatus::Violated).collect()
    }
}

/// `2026-11-20T14:00:00Z`; a text that is no time stays as it is.
fn to_the_second(time: &str) -> String {
    time.parse::<Timestamp>().map_or_else(|_| time.to_owned(), |time| format!("{time:.0}"))
}

/// What a waiver is for, and what it says happens: `trial a/*: error_msg: other wording`.
pub(super) fn covers(waiver: &WaiverRecord, words: &dyn Words) -> String {
    words.says(&waiver.covers, &waiver.expects)
}

/// The fields that a person fills in.
pub(super) fn fields(labels: &Labels) -> [&'static str; 6] {
    [labels.decision, labels.ticket, labels.name, labels.role, labels.date, labels.signature]
}
