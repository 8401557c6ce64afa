//! The trials of the page: the most severe first, and the reasons that trials share.
//!
//! In: a record. Out: lines with their cards. Never: leaves a trial out.

use super::super::excerpt::{Group, Said, cut, documents, said};
use super::super::words::Both;
use super::bar::mark;
use super::card::Card;
use super::said::Prose;
use crate::record::{RunRecord, TrialRecord};
use crate::text::visible;
use crate::verdict::{Outcome, ReasonCode};

/// A code that a deployment makes longer is cut.
const LONGEST_CODE: usize = 40;

/// The list of trials.
pub(super) struct Trials<'a> {
    pub(super) lines: Vec<Line>,
    pub(super) documents: Vec<String>,
    order: Vec<&'a str>,
}

/// A trial.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) document: String,
    pub(super) outcome: &'static str,
    pub(super) mark: char,
    pub(super) name: Both,
    pub(super) prerequisite: bool,
    /// Failures stand open.
    pub(super) open: bool,
    pub(super) status: Option<u16>,
    pub(super) code: Option<Both>,
    pub(super) milliseconds: Option<String>,
    /// The numbers of the clauses that it cites, each between spaces.
    pub(super) clauses: String,
    pub(super) card: Card,
}

impl<'a> Trials<'a> {
    /// The trials of a record, the most severe first, else in the order of the plan.
    pub(super) fn of(record: &'a RunRecord) -> Self {
        let severity = |trial: &&TrialRecord| Outcome::ALL.iter().position(|outcome| *outcome == trial.outcome);
        let mut trials: Vec<&TrialRecord> = record.trials.iter().collect();
        trials.sort_by_key(severity);
        Self {
            lines: trials.iter().enumerate().map(|(number, trial)| line(record, number, trial)).collect(),
            documents: documents(&record.trials).into_iter().map(visible).collect(),
            order: trials.iter().map(|trial| trial.id.as_str()).collect(),
        }
    }

    fn number(&self, trial: &TrialRecord) -> usize {
        self.order.iter().position(|id| *id == trial.id).unwrap_or_default()
    }
}

fn line(record: &RunRecord, number: usize, trial: &TrialRecord) -> Line {
    let last = trial.exchanges.last();
    let response = last.and_then(|exchange| exchange.response.as_ref());
    Line {
        number,
        id: visible(&trial.id),
        document: visible(trial.document()),
        outcome: trial.outcome.as_str(),
        mark: mark(trial.outcome),
        name: Both::of(|words| words.outcome(trial.outcome).to_owned()),
        prerequisite: trial.prerequisite,
        open: trial.outcome == Outcome::Fail,
        status: response.map(|response| response.status),
        code: response.and_then(|response| code(&response.body)),
        milliseconds: last.map(|_| format!("{:.1}", trial.duration_ms)),
        clauses: clauses(record, trial),
        card: Card::of(record, trial),
    }
}

fn code(body: &str) -> Option<Both> {
    match said(body) {
        Said::Nothing => None,
        Said::NotJson => Some(Both::of(|words| words.labels().not_json.to_owned())),
        Said::Code(code) => Some(Both::of(|words| cut(&visible(&code), LONGEST_CODE, words))),
    }
}

fn clauses(record: &RunRecord, trial: &TrialRecord) -> String {
    let cited = record.clauses.iter().enumerate().filter(|(_, clause)| trial.clauses.contains(&clause.id));
    cited.fold(" ".to_owned(), |numbers, (number, _)| format!("{numbers}{number} "))
}

/// Trials that ended alike for the same reason.
pub(super) struct Reasons {
    pub(super) outcome: &'static str,
    pub(super) mark: char,
    pub(super) name: Both,
    pub(super) count: Both,
    pub(super) code: &'static str,
    /// What the reason means, in every language that has words of its own for it.
    pub(super) known: Option<Both>,
    pub(super) text: Prose,
    pub(super) trials: Vec<(usize, String)>,
}

impl Reasons {
    /// A group of trials.
    pub(super) fn of(outcome: Outcome, group: &Group<'_>, trials: &Trials<'_>) -> Self {
        let code = group.code;
        Self {
            outcome: outcome.as_str(),
            mark: mark(outcome),
            name: Both::of(|words| words.outcome(outcome).to_owned()),
            count: Both::of(|words| words.trials(group.trials.len())),
            code: code.map_or("", ReasonCode::as_str),
            known: code.map(|code| Both::of(|words| words.reason(code).unwrap_or_default().to_owned())),
            text: Prose::same(&visible(group.text)),
            trials: group.trials.iter().map(|trial| (trials.number(trial), visible(&trial.id))).collect(),
        }
    }
}
