//! The run in the Common Test Report Format, for dashboards.
//!
//! In: a record. Out: JSON as the schema of CTRF has it, our own words in `rawStatus` and `extra`; in English, machines
//! read it. Never: a member that the schema does not know, a fraction of a millisecond.

use serde_json::{Map, Value, json};

use super::console::card_of;
use super::excerpt::{asked_for, documents, sentence, waiver_counts};
use super::json::pretty;
use super::words::Language;
use crate::record::{CheckRecord, RunRecord, TrialRecord};
use crate::text::{visible, visible_multiline};
use crate::verdict::Outcome;

/// The version of the specification that is written.
const SPECIFICATION: &str = "0.0.0";

/// The record as CTRF.
///
/// # Errors
/// A number that JSON cannot hold; none is made here.
pub fn render(record: &RunRecord) -> Result<String, serde_json::Error> {
    let report = json!({
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "timestamp": record.finished.as_ref().unwrap_or(&record.started),
        "generatedBy": "iamspec",
        "results": {
            "tool": {
                "name": record.tool.name,
                "version": record.tool.version,
                "extra": { "contract": record.tool.contract },
            },
            "summary": summary(record),
            "tests": asked_for(record).map(|trial| test(record, trial)).collect::<Vec<_>>(),
            "environment": {
                "appName": shown(&record.target.product),
                "testEnvironment": shown(&record.target.name),
                "extra": { "url": shown(&record.target.url) },
            },
        },
    });
    pretty(&report)
}

fn summary(record: &RunRecord) -> Value {
    let tally = &record.tally;
    let start = milliseconds_since_1970(&record.started);
    let stop = record.finished.as_deref().map_or(start, milliseconds_since_1970);
    let mut extra = json!({ "verdict": record.verdict.as_str(), "tally": tally });
    if let Some(counts) = waiver_counts(record, Language::English.words()) {
        extra["waivers"] = counts.into();
    }
    json!({
        "tests": tally.total,
        "passed": tally.pass + tally.warn,
        "failed": tally.fail,
        "skipped": tally.waived,
        "pending": 0,
        "other": tally.blocked + tally.error,
        "suites": documents(asked_for(record)).len(),
        "start": start,
        "stop": stop,
        "duration": stop.saturating_sub(start),
        "extra": extra,
    })
}

fn milliseconds_since_1970(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond).unwrap_or_default()
}

fn test(record: &RunRecord, trial: &TrialRecord) -> Value {
    let mut test = Map::new();
    let suite: Vec<String> = trial.document().split('/').map(shown).collect();
    test.insert("name".to_owned(), shown(&trial.id).into());
    test.insert("status".to_owned(), status(trial.outcome).into());
    test.insert("duration".to_owned(), whole_milliseconds(trial.duration_ms).into());
    test.insert("suite".to_owned(), suite.into());
    test.insert("rawStatus".to_owned(), trial.outcome.as_str().into());
    test.insert("type".to_owned(), "contract".into());
    test.insert("filePath".to_owned(), shown(&trial.case.file).into());
    test.insert("line".to_owned(), trial.case.line.into());
    test.insert("labels".to_owned(), json!({ "basis": trial.basis }));
    if let Some(repeats) = &trial.repeats {
        test.insert("flaky".to_owned(), repeats.unstable.into());
    }
    test.insert("steps".to_owned(), trial.checks.iter().map(step).collect());
    test.insert("extra".to_owned(), extra(trial));
    if trial.outcome != Outcome::Pass {
        test.insert("message".to_owned(), sentence(trial, Language::English.words()).into());
        test.insert("trace".to_owned(), visible_multiline(&card_of(trial, &record.clauses)).into());
    }
    test.into()
}

/// What was not found out is neither passed nor skipped.
fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass | Outcome::Warn => "passed",
        Outcome::Fail => "failed",
        Outcome::Waived => "skipped",
        Outcome::Blocked | Outcome::Error => "other",
    }
}

#[expect(clippy::cast_possible_truncation, reason = "no exchange takes 292 million years")]
fn whole_milliseconds(duration: f64) -> i64 {
    duration.round() as i64
}

fn step(check: &CheckRecord) -> Value {
    json!({
        "name": shown(&check.name),
        "status": status(check.outcome),
        "extra": {
            "rawStatus": check.outcome.as_str(),
            "expected": shown(&check.expected),
            "actual": shown(&check.actual),
            "text": shown(&check.text),
            "kind": check.kind,
        },
    })
}

fn extra(trial: &TrialRecord) -> Value {
    let mut extra = json!({
        "title": shown(&trial.title),
        "clauses": trial.clauses,
        "reason": trial.reason,
        "control": trial.control,
        "curl": trial.exchanges.last().map(|exchange| visible_multiline(&exchange.curl)),
    });
    if let Some(repeats) = &trial.repeats {
        extra["repeats"] = json!(repeats);
    }
    extra
}

fn shown(text: &str) -> String {
    visible(text)
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::sample;
    use super::*;

    /// The schema that the project CTRF publishes; see the note beside it.
    const SCHEMA: &str = include_str!("../../tests/fixtures/ctrf/ctrf-schema-0.0.json");

    fn valid(record: &RunRecord) -> Value {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema");
        let report: Value = serde_json::from_str(&render(record).expect("JSON")).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        report
    }

    #[test]
    fn every_outcome_has_its_status() {
        assert_data_eq!(render(&sample::deviating()).expect("JSON"), file!["golden/ctrf.json"].raw());
    }

    #[test]
    fn every_report_is_valid_and_its_numbers_add_up() {
        for record in [sample::deviating(), sample::conforming(), sample::unreachable(), sample::poisoned()] {
            let report = valid(&record);
            let summary = &report["results"]["summary"];
            let parts = ["passed", "failed", "skipped", "pending", "other"].map(|name| summary[name].as_u64());
            assert_eq!(parts.iter().flatten().sum::<u64>(), record.tally.total as u64);
            assert_eq!(report["results"]["tests"].as_array().map(Vec::len), Some(record.tally.total));
        }
    }

    #[test]
    fn a_run_that_was_cut_off_is_valid_too() {
        valid(&RunRecord { finished: None, ..sample::deviating() });
    }
}
