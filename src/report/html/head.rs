//! The head of the page: verdict, target, time, what judged.
//!
//! In: a record. Out: its facts, said. Never: computes a verdict.

use jiff::{Timestamp, Unit};

use super::super::excerpt::{Brief, because, repeated};
use super::super::words::{Both, Language};
use super::said::Prose;
use crate::record::RunRecord;
use crate::text::visible;
use crate::verdict::Verdict;

/// The facts of the head.
pub(super) struct Head {
    pub(super) target: String,
    pub(super) product: String,
    pub(super) url: String,
    /// The class and the mark of the verdict.
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
    pub(super) verdict: Both,
    pub(super) because: Both,
    pub(super) started: String,
    pub(super) took: Option<String>,
    pub(super) tool: String,
    pub(super) contract: String,
    pub(super) score: Prose,
    pub(super) delivered: Both,
    /// How often the trials ran, where they ran more than once.
    pub(super) repeated: Option<Both>,
}

impl Head {
    /// The facts of a record.
    pub(super) fn of(record: &RunRecord) -> Self {
        let (class, mark) = look(record.verdict);
        Self {
            target: visible(&record.target.name),
            product: visible(&record.target.product),
            url: visible(&record.target.url),
            class,
            mark,
            verdict: Both::of(|words| words.verdict(record.verdict).to_owned()),
            because: Both::of(|words| because(&Brief::of(record), words)),
            started: moment(&record.started),
            took: record.finished.as_deref().and_then(|finished| took(&record.started, finished)),
            tool: visible(&format!("{} {}", record.tool.name, record.tool.version)),
            contract: visible(&record.tool.contract),
            score: Prose(Both::of(|words| words.score(record.tool.score))),
            delivered: Both::of(|words| words.delivered(record.delivered.sms, record.delivered.email)),
            repeated: repeated(record, Language::English.words())
                .map(|_| Both::of(|words| repeated(record, words).unwrap_or_default())),
        }
    }
}

/// The class and the mark of a verdict.
pub(super) fn look(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Conforms => ("pass", "✓"),
        Verdict::Deviates => ("fail", "✗"),
        Verdict::Untested => ("error", "?"),
        Verdict::Incomplete => ("warn", "!"),
    }
}

/// `2026-11-20 14:00:00 UTC`; a text that is no time stays as it is.
pub(super) fn moment(time: &str) -> String {
    let parsed = time.parse::<Timestamp>();
    parsed.map_or_else(|_| visible(time), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// `2.13 s`.
fn took(started: &str, finished: &str) -> Option<String> {
    let (started, finished) = (started.parse::<Timestamp>().ok()?, finished.parse::<Timestamp>().ok()?);
    let seconds = finished.since(started).ok()?.total(Unit::Second).ok()?;
    Some(format!("{seconds:.2} s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_people() {
        assert_eq!(moment("2026-11-20T14:00:00.123Z"), "2026-11-20 14:00:00 UTC");
        assert_eq!(moment("soon"), "soon");
        assert_eq!(took("2026-11-20T14:00:00Z", "2026-11-20T14:01:02.345Z").as_deref(), Some("62.34 s"));
    }
}
