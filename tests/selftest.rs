//! The suite is graded on every commit: every seeded fault is found by the trial that claims it, every variant is quiet.
//!
//! `SNAPSHOTS=overwrite cargo test --test selftest` writes the numbers that runs state.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use iamspec::embedded;
use iamspec::reference;
use iamspec::score::{Counts, Score};
use iamspec::selftest::{self, Subject};

#[test]
fn every_fault_is_found_by_a_trial_that_cites_its_clause_and_every_variant_is_quiet() {
    let sources = embedded::sources(None, None).expect("the built-in files are read");
    let contract = Arc::new(embedded::contract(&sources).expect("the built-in contract is in order"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let subject = Subject { globs: Vec::new(), jobs: 8 };
    let grades = runtime.block_on(selftest::grade(&contract, &subject, || {}));

    let survivors: Vec<_> = grades.faults.iter().filter(|fault| !fault.killed).collect();
    assert!(survivors.is_empty(), "survived: {survivors:#?}");
    let alarms: Vec<_> = grades.variants.iter().filter(|variant| !variant.quiet).collect();
    assert!(alarms.is_empty(), "false alarms: {alarms:#?}");
    assert!(grades.is_perfect(), "{} deployments were lost", grades.lost);
    assert!(grades.faults.len() >= 500, "only {} faults are seeded", grades.faults.len());
    the_numbers_that_runs_state_are_these(&grades.score());
}

fn the_numbers_that_runs_state_are_these(measured: &Score) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/score.json");
    let json = serde_json::to_string_pretty(measured).expect("numbers are JSON") + "\n";
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &json).expect("src/score.json is written");
    }
    let stated = std::fs::read_to_string(&path).expect("src/score.json is read");
    assert_eq!(stated, json, "run `SNAPSHOTS=overwrite cargo test --test selftest`");
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let Counts { faults, killed, variants, quiet } = measured.counts;
    let sentence = format!("Today: {killed} of {faults}, and {quiet} of {variants}.");
    assert!(readme.contains(&sentence), "the README does not say `{sentence}`");
}

#[test]
fn no_clause_is_without_a_fault() {
    let sources = embedded::sources(None, None).expect("the built-in files are read");
    let contract = embedded::contract(&sources).expect("the built-in contract is in order");
    let seeded: BTreeSet<String> = [reference::Product::Eiam, reference::Product::Ciam]
        .into_iter()
        .flat_map(reference::faults)
        .flat_map(|fault| fault.clauses().to_vec())
        .collect();
    let without: Vec<_> = contract.clauses.iter().map(|clause| &clause.id).filter(|id| !seeded.contains(*id)).collect();
    assert!(without.is_empty(), "no fault breaks {without:#?}");
}
