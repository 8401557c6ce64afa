//! The card of a trial: what was promised, what was sent, what came, how to repeat it.
//!
//! In: a trial and the clauses of its record. Out: texts, cut to a length that a page bears. Never: markup.

use super::super::comparison::Comparison;
use super::super::excerpt::{cited, compares, cut, each_time, explained, wrong};
use super::super::words::{Both, Words};
use super::bar::mark;
use super::said::Prose;
use crate::record::{CheckRecord, Delta, ExchangeRecord, HeaderRecord, RunRecord, TrialRecord};
use crate::text::{Segment, visible, visible_multiline};
use crate::verdict::Outcome;

/// How many characters of a body are shown; the record has all.
const LONGEST_BODY: usize = 20_000;
/// How many characters of a value that was sent are shown.
const LONGEST_VALUE: usize = 300;
/// How many characters of a part of a compared text are shown.
const LONGEST_PART: usize = 600;

/// The card.
pub(super) struct Card {
    pub(super) title: String,
    pub(super) basis: Both,
    /// How it ended each time, where it ran more than once.
    pub(super) each_time: Option<Both>,
    pub(super) control: Option<String>,
    pub(super) case: String,
    pub(super) promises: Vec<Promise>,
    /// Why, where no finding says it.
    pub(super) reason: Option<Why>,
    pub(super) changes: Vec<Change>,
    pub(super) checks: Vec<Check>,
    /// The names of the checks that passed.
    pub(super) kept: String,
    pub(super) exchanges: Vec<Exchange>,
}

/// A clause that the trial cites.
pub(super) struct Promise {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) class: &'static str,
    pub(super) letter: Both,
}

/// Why a trial did not pass.
pub(super) struct Why {
    pub(super) code: &'static str,
    pub(super) known: Both,
    pub(super) text: Prose,
}

/// What was changed from the control.
pub(super) struct Change {
    pub(super) part: String,
    pub(super) what: Both,
}

/// A check that did not pass.
pub(super) struct Check {
    pub(super) class: &'static str,
    pub(super) mark: char,
    pub(super) name: String,
    pub(super) kind: Option<Both>,
    pub(super) text: Prose,
    pub(super) sides: Option<Sides>,
}

/// Expected and received.
pub(super) struct Sides {
    pub(super) expected: Vec<Part>,
    pub(super) received: Vec<Part>,
    pub(super) names: Vec<String>,
}

/// A part of a compared text.
pub(super) struct Part {
    pub(super) text: String,
    pub(super) differs: bool,
}

/// A request and what came of it.
pub(super) struct Exchange {
    pub(super) purpose: Option<String>,
    pub(super) request: String,
    pub(super) answer: Option<String>,
    pub(super) failure: Option<String>,
    pub(super) bytes: Option<u64>,
    pub(super) milliseconds: String,
    pub(super) curl: String,
}

impl Card {
    /// The card of a trial.
    pub(super) fn of(record: &RunRecord, trial: &TrialRecord) -> Self {
        let kept = trial.checks.iter().filter(|check| check.outcome == Outcome::Pass);
        let kept: Vec<String> = kept.map(|check| visible(&check.name)).collect();
        Self {
            title: visible(&trial.title),
            each_time: trial.repeats.as_ref().map(|_| Both::of(|words| each_time(trial, words).unwrap_or_default())),
            basis: Both::of(|words| visible(words.basis(&trial.basis))),
            control: trial.control.as_deref().map(visible),
            case: visible(&format!("{}:{}", trial.case.file, trial.case.line)),
            promises: promises(record, trial),
            reason: trial.reason.as_ref().filter(|_| wrong(trial).is_empty()).map(|reason| Why {
                code: reason.code.as_str(),
                known: Both::of(|words| words.reason(reason.code).unwrap_or_default().to_owned()),
                text: Prose::same(&visible(&reason.text)),
            }),
            changes: if trial.exchanges.is_empty() { Vec::new() } else { trial.delta.iter().map(change).collect() },
            checks: wrong(trial).into_iter().map(check).collect(),
            kept: kept.join(", "),
            exchanges: trial.exchanges.iter().map(exchange).collect(),
        }
    }
}

fn promises(record: &RunRecord, trial: &TrialRecord) -> Vec<Promise> {
    let promise = |clause: &crate::record::ClauseRecord| Promise {
        id: visible(&clause.id),
        text: visible(&clause.text),
        class: clause.status.as_str(),
        letter: Both::of(|words| words.letter(clause.status).to_owned()),
    };
    cited(trial, &record.clauses).into_iter().map(promise).collect()
}

fn change(change: &Delta) -> Change {
    let what = |words: &dyn Words| {
        let sent = change.sent.as_deref().map_or_else(|| words.labels().missing.to_owned(), |sent| value(sent, words));
        let control = change.control.as_deref().map(|control| value(control, words));
        control.map_or_else(|| words.added(&sent), |control| words.instead_of(&sent, &control))
    };
    Change { part: visible(&change.part), what: Both::of(what) }
}

fn value(text: &str, words: &dyn Words) -> String {
    match text {
        "" => words.labels().blank.to_owned(),
        spaces if spaces.trim().is_empty() => format!("{} “{}”", words.labels().blank, visible(spaces)),
        masked if masked.starts_with('‹') && masked.ends_with('›') => visible(masked),
        other => format!("“{}”", cut(&visible(other), LONGEST_VALUE, words)),
    }
}

fn check(check: &CheckRecord) -> Check {
    Check {
        class: check.outcome.as_str(),
        mark: mark(check.outcome),
        name: visible(&check.name),
        kind: check.kind.as_deref().map(|kind| Both::of(|words| visible(words.kind(kind)))),
        text: Prose(Both::of(|words| explained(check, words))),
        sides: compares(check).then(|| sides(&check.expected, &check.actual)),
    }
}

fn sides(expected: &str, actual: &str) -> Sides {
    let comparison = Comparison::of(expected, actual);
    let (mut expected, mut received) = (Vec::new(), Vec::new());
    for segment in &comparison.segments {
        let part = |text: &str, differs: bool| Part { text: shortened(text), differs: differs && comparison.marked };
        match segment {
            Segment::Same(text) => {
                expected.push(part(text, false));
                received.push(part(text, false));
            }
            Segment::Expected(text) => expected.push(part(text, true)),
            Segment::Received(text) => received.push(part(text, true)),
        }
    }
    Sides { expected, received, names: comparison.names }
}

/// Both ends of a long part.
fn shortened(text: &str) -> String {
    let length = text.chars().count();
    if length <= LONGEST_PART {
        return visible(text);
    }
    let end = LONGEST_PART / 2;
    let first: String = text.chars().take(end).collect();
    let last: String = text.chars().skip(length - end).collect();
    format!("{}…({})…{}", visible(&first), length - 2 * end, visible(&last))
}

fn exchange(exchange: &ExchangeRecord) -> Exchange {
    let request = &exchange.request;
    let line = format!("{} {}", request.method, request.url);
    let response = exchange.response.as_ref();
    Exchange {
        purpose: exchange.purpose.as_deref().map(visible),
        request: message(&line, &request.headers, request.body.as_deref().unwrap_or_default()),
        answer: response.map(|response| {
            message(&format!("{} {}", response.version, response.status), &response.headers, &response.body)
        }),
        failure: exchange.failure.as_deref().map(visible),
        bytes: response.map(|response| response.bytes),
        milliseconds: format!("{:.1}", exchange.duration_ms),
        curl: visible_multiline(&exchange.curl),
    }
}

/// First line, headers, an empty line, the body.
fn message(first: &str, headers: &[HeaderRecord], body: &str) -> String {
    let mut lines = vec![visible(first)];
    lines.extend(headers.iter().map(|header| format!("{}: {}", visible(&header.name), visible(&header.value))));
    if !body.is_empty() {
        lines.push(String::new());
        lines.push(shown(body));
    }
    lines.join("\n")
}

fn shown(body: &str) -> String {
    let length = body.chars().count();
    let shown: String = body.chars().take(LONGEST_BODY).collect();
    let more = if length > LONGEST_BODY { format!("… (+{})", length - LONGEST_BODY) } else { String::new() };
    format!("{}{more}", visible_multiline(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_part_shows_both_ends() {
        let text = shortened(&format!("<{}>", "a".repeat(2_000)));
        assert!(text.starts_with("<aaa") && text.ends_with("aaa>") && text.contains("…(1402)…"), "{text}");
    }

    #[test]
    fn a_body_of_a_megabyte_is_cut_and_says_so() {
        assert!(shown(&"x".repeat(1 << 20)).ends_with("x… (+1028576)"));
    }
}
