//! Annotations that GitHub shows beside the case files.
//!
//! In: a record. Out: lines for the log of a workflow, the most severe first. Never: more than GitHub keeps, a text that
//! acts as a command of its own.

use super::excerpt::{asked_for, groups, sentence};
use super::words::Language;
use crate::record::{RunRecord, TrialRecord, WaiverRecord};
use crate::text::visible;
use crate::verdict::Outcome;

/// GitHub keeps ten errors a step.
const MOST: usize = 10;

/// An annotation a failure, one a waiver that is out of order, then one a reason why trials are in error or blocked.
#[must_use]
pub fn annotations(records: &[RunRecord]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for record in records {
        let failed = asked_for(record).filter(|trial| trial.outcome == Outcome::Fail);
        lines.extend(failed.map(|trial| annotation(record, trial, 1)));
    }
    for record in records {
        let astray = record.waivers.iter().filter(|waiver| waiver.state.deviates());
        lines.extend(astray.map(|waiver| of_waiver(record, waiver)));
    }
    for outcome in [Outcome::Error, Outcome::Blocked] {
        for record in records {
            let groups = groups(record, outcome);
            lines.extend(groups.iter().map(|group| annotation(record, group.trials[0], group.trials.len())));
        }
    }
    lines.truncate(MOST);
    lines.concat()
}

fn annotation(record: &RunRecord, trial: &TrialRecord, trials: usize) -> String {
    let words = Language::English.words();
    let more = if trials > 1 { format!(" ({})", words.trials(trials)) } else { String::new() };
    let title = format!("{} {}{more}", words.headline(trial.outcome), visible(&trial.id));
    let message = format!("{}: {}", visible(&record.target.name), sentence(trial, words));
    format!(
        "::error file={},line={},title={}::{}\n",
        property(&visible(&trial.case.file)),
        trial.case.line,
        property(&title),
        data(&message)
    )
}

/// Beside the line that says what is no longer so.
fn of_waiver(record: &RunRecord, waiver: &WaiverRecord) -> String {
    let words = Language::English.words();
    let title = format!("{} {}", words.labels().waiver, words.waiver(waiver.state));
    let message = format!("{}: {}", visible(&record.target.name), visible(&waiver.text));
    format!(
        "::error file={},line={},title={}::{}\n",
        property(&visible(&waiver.file)),
        waiver.line,
        property(&title),
        data(&message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::sample;
    use super::*;
    use crate::verdict::WaiverState;

    #[test]
    fn failures_come_first_and_reasons_once() {
        assert_data_eq!(annotations(&[sample::deviating()]), file!["golden/annotations.txt"].raw());
    }

    #[test]
    fn ten_are_the_most_and_each_is_one_command() {
        let records = vec![sample::poisoned(); 5];
        let lines = annotations(&records);
        assert_eq!(lines.lines().count(), MOST);
        assert!(lines.lines().all(|line| line.starts_with("::error file=cases")));
    }

    #[test]
    fn a_waiver_out_of_order_is_shown_beside_its_line() {
        let mut record = sample::conforming();
        record.waivers = vec![sample::waiver(WaiverState::Stale), sample::waiver(WaiverState::Applied)];
        let expected = "::error file=waivers.toml,line=12,title=waiver stale::reference-ciam: stale: ";
        let lines = annotations(&[record]);
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(lines.starts_with(expected), "{lines}");
    }

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(data("a:b,c%\r\n"), "a:b,c%25%0D%0A");
    }
}
