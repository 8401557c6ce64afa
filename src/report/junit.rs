//! The run as `JUnit` XML, for CI systems.
//!
//! In: a record. Out: one `testcase` a trial that was asked for, in English: machines read it. Never: a text that does
//! not read back as what was meant, a character that XML forbids, an escape sequence.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::console::card_of;
use super::excerpt::{asked_for, documents, each_time, sentence, waiver_counts, wrong};
use super::words::{Language, Words};
use crate::record::{RunRecord, TrialRecord};
use crate::text::{visible, visible_multiline};
use crate::verdict::Outcome;

/// The record as XML.
///
/// # Errors
/// XML that does not read back with the same numbers; a bug of ours.
pub fn render(record: &RunRecord) -> Result<String, String> {
    let report = report(record);
    let text = report.to_string().map_err(|error| error.to_string())?;
    let read = Report::deserialize_from_str(&text).map_err(|error| format!("the JUnit report: {error}"))?;
    if numbers(&read) == numbers(&report) {
        Ok(text)
    } else {
        Err("the JUnit report does not read back as it was written".to_owned())
    }
}

/// Tests, failures, errors and skipped ones: of the whole, and of every suite.
fn numbers(report: &Report) -> Vec<[usize; 4]> {
    let suites = report.test_suites.iter().map(|suite| [suite.tests, suite.failures, suite.errors, suite.skipped]);
    std::iter::once([report.tests, report.failures, report.errors, report.skipped]).chain(suites).collect()
}

fn report(record: &RunRecord) -> Report {
    let mut report = Report::new(visible(&format!("iamspec {}", record.target.name)));
    for document in documents(asked_for(record)) {
        report.add_test_suite(suite(record, document));
    }
    report.set_time(report.test_suites.iter().filter_map(|suite| suite.time).sum());
    report
}

fn suite(record: &RunRecord, document: &str) -> TestSuite {
    let mut suite = TestSuite::new(visible(document));
    // A record that somebody edited may hold no time; the attribute must be one, or absent.
    if record.started.parse::<jiff::Timestamp>().is_ok_and(|started| started > jiff::Timestamp::UNIX_EPOCH) {
        suite.extra.insert("timestamp".into(), visible(&record.started).into());
    }
    for (name, value) in [
        ("target", record.target.name.as_str()),
        ("url", &record.target.url),
        ("product", &record.target.product),
        ("contract", &record.tool.contract),
        ("verdict", record.verdict.as_str()),
    ] {
        suite.add_property(Property::new(name, visible(value)));
    }
    if let Some(counts) = waiver_counts(record, words()) {
        suite.add_property(Property::new("waivers", visible(&counts)));
    }
    for trial in asked_for(record).filter(|trial| trial.document() == document) {
        suite.add_test_case(case(record, trial));
    }
    suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
    suite
}

fn case(record: &RunRecord, trial: &TrialRecord) -> TestCase {
    let mut case = TestCase::new(visible(&trial.id), status(record, trial));
    case.set_classname(visible(&format!("iamspec.{}", trial.document().replace('/', "."))));
    case.set_time(Duration::try_from_secs_f64(trial.duration_ms / 1_000.0).unwrap_or_default());
    case.extra.insert("file".into(), visible(&trial.case.file).into());
    case.extra.insert("line".into(), trial.case.line.to_string().into());
    if let Some(each_time) = each_time(trial, words()) {
        case.add_property(("repeats", each_time.as_str()));
    }
    if trial.outcome == Outcome::Warn {
        case.add_property(("outcome", trial.outcome.as_str()));
        case.add_property(("warning", sentence(trial, words()).as_str()));
    }
    case
}

fn status(record: &RunRecord, trial: &TrialRecord) -> TestCaseStatus {
    match trial.outcome {
        Outcome::Pass | Outcome::Warn => TestCaseStatus::success(),
        Outcome::Fail => unsuccessful(record, trial, NonSuccessKind::Failure),
        Outcome::Error | Outcome::Blocked => unsuccessful(record, trial, NonSuccessKind::Error),
        Outcome::Waived => waived(trial),
    }
}

/// The message stands in the body too: some consumers show only one of them.
fn unsuccessful(record: &RunRecord, trial: &TrialRecord, kind: NonSuccessKind) -> TestCaseStatus {
    let message = sentence(trial, words());
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(visible(&cause(trial)));
    status.set_description(visible_multiline(&format!("{message}\n\n{}", card_of(trial, &record.clauses))));
    status.set_message(message);
    status
}

/// The check that fails, or the code of the reason.
fn cause(trial: &TrialRecord) -> String {
    let check = wrong(trial).first().map(|check| check.name.clone());
    let reason = trial.reason.as_ref().map(|reason| reason.code.as_str().to_owned());
    let cause = if trial.outcome == Outcome::Fail { check.or(reason) } else { reason.or(check) };
    cause.unwrap_or_else(|| trial.outcome.as_str().to_owned())
}

fn waived(trial: &TrialRecord) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    let sentence = sentence(trial, words());
    status.set_message(if sentence.is_empty() { trial.outcome.as_str().to_owned() } else { sentence });
    status
}

fn words() -> &'static dyn Words {
    Language::English.words()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use quick_junit::XmlString;
    use snapbox::{assert_data_eq, file};

    use super::super::sample;
    use super::*;

    fn read(text: &str) -> Report {
        Report::deserialize_from_str(text).expect("it reads back")
    }

    #[test]
    fn every_outcome_has_its_element() {
        assert_data_eq!(render(&sample::deviating()).expect("XML"), file!["golden/junit.xml"].raw());
    }

    #[test]
    fn blocked_is_an_error_and_waived_is_skipped() {
        let report = read(&render(&sample::deviating()).expect("XML"));
        assert_eq!([report.tests, report.failures, report.errors, report.skipped], [12, 3, 4, 1]);
    }

    #[test]
    fn the_pair_of_class_and_name_is_unique() {
        let report = read(&render(&sample::deviating()).expect("XML"));
        let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let pairs: BTreeSet<_> =
            cases.map(|case| (case.classname.clone().map(XmlString::into_string), case.name.to_string())).collect();
        assert_eq!(pairs.len(), report.tests);
    }

    #[test]
    fn a_record_without_a_time_is_a_report_without_one() {
        let record = RunRecord { started: "\\".to_owned(), ..sample::deviating() };
        let text = render(&record).expect("XML");
        assert!(!text.contains("timestamp") && read(&text).tests == 12);
    }

    #[test]
    fn nothing_that_xml_forbids_is_written_whatever_a_deployment_sends() {
        let text = render(&sample::poisoned()).expect("XML");
        let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!text.contains(forbidden), "{text:?}");
        assert_eq!(read(&text).tests, 12);
    }
}
