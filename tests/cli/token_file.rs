//! Tokens from a file, each of which cost a person a puzzle: used well, used once, and missed with an instruction.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use iamspec::reference::{Config, Product};
use serde_json::Value;

use super::{Site, token};

/// A site whose tokens stand in `tokens.txt`.
fn by_hand(recipients: &[&str], tokens: impl FnOnce(&Site) -> String) -> Site {
    let site = Site::of(&Config::new(Product::Ciam), |target| {
        let of = |key: &str| target.lines().find(|line| line.starts_with(key)).expect("a key").to_owned();
        let (url, client) = (of("url"), of("client_id"));
        format!(
            "name = \"by hand\"\nproduct = \"ciam\"\n{url}\n{client}\n[recipients]\nmobile = {recipients:?}\n\
             [delivery]\nallow = true\ninterval = \"0s\"\n[captcha]\nfile = \"tokens.txt\"\nsingle_use = true\n\
             [limits]\nrate = \"1000/s\"\n"
        )
    });
    let text = tokens(&site);
    fs::write(site.path("tokens.txt"), text).expect("a token file");
    site
}

#[test]
fn a_scarce_token_serves_as_many_trials_as_it_can() {
    let recipients = ["15200000000", "15200000001"];
    let site = by_hand(&recipients, |site| bound(site, recipients.iter().cycle().take(24)));
    let (_, record) = site.record(&["--select", "ciam/sms-send/*", "--exclude", "*/undeliverable/*"]);
    let tally = &record["tally"];
    assert_eq!(tally["pass"], tally["total"], "{tally}");
    // 6 scenes, 3 optional headers: everything else rides on the control's token, which is once seen altered.
    assert_eq!(used(&record), 9 + 1);
}

/// Lines with a token each.
fn bound<'a>(site: &Site, recipients: impl Iterator<Item = &'a &'a str>) -> String {
    let lines: Vec<String> = recipients.map(|to| format!("{to} {}", token(site, to))).collect();
    lines.join("\n")
}

/// The outcomes of the scenes, and of how many the reason is `needs-captcha`.
fn scenes(site: &Site, more: &[&str]) -> (usize, usize, Value) {
    let mut arguments = vec!["--select", "ciam/sms-send/scene/*"];
    arguments.extend(more);
    let (code, record) = site.record(&arguments);
    assert_eq!(code, 5, "something is blocked");
    let trials = record["trials"].as_array().expect("trials");
    let passed = trials.iter().filter(|trial| trial["outcome"] == "pass").count();
    let dry = trials.iter().filter(|trial| trial["reason"]["code"] == "needs-captcha").count();
    assert_eq!(passed + dry, trials.len(), "{record:#}");
    (passed, dry, record)
}

#[test]
fn what_a_file_that_runs_dry_had_is_used_and_the_rest_is_blocked_with_an_instruction() {
    for jobs in ["1", "8"] {
        let recipients = ["15200000000", "15200000001"];
        let site = by_hand(&recipients, |site| bound(site, recipients.iter().cycle().take(4)));
        let (passed, dry, record) = scenes(&site, &["--jobs", jobs]);
        assert_eq!((passed, dry), (4, 2), "{jobs} at once");
        assert_eq!(used(&record), 4, "each token is used once");
        assert_eq!(record["delivered"]["sms"], 4);
        let trials = record["trials"].as_array().expect("trials");
        let blocked = trials.iter().find(|trial| trial["outcome"] == "blocked").expect("one is blocked");
        let text = blocked["reason"]["text"].as_str().expect("a text");
        assert!(text.contains("tokens.txt` holds no more token for 152****000"), "{text}");
        assert!(text.contains("add new ones, then `--rerun` this run"), "{text}");
        assert!(blocked["exchanges"].as_array().is_some_and(Vec::is_empty), "nothing is sent for it");
    }
}

#[test]
fn tokens_that_are_bound_to_some_decide_who_receives() {
    for jobs in ["1", "8"] {
        let recipients = ["15200000000", "15200000001", "15200000002"];
        let bound_to = ["15200000001", "15200000001", "15200000001", "15200000002"];
        let site = by_hand(&recipients, |site| bound(site, bound_to.iter()));
        let (passed, dry, record) = scenes(&site, &["--jobs", jobs]);
        assert_eq!((passed, dry), (4, 2), "{jobs} at once: no token is left where somebody could have used it");
        let mut received: BTreeMap<String, usize> = BTreeMap::new();
        let passed = record["trials"].as_array().expect("trials").iter().filter(|trial| trial["outcome"] == "pass");
        for trial in passed {
            let body = trial["exchanges"][0]["request"]["body"].as_str().expect("a body");
            let body: Value = serde_json::from_str(body).expect("JSON");
            *received.entry(body["mobile"].as_str().expect("a number").to_owned()).or_default() += 1;
        }
        let expected = BTreeMap::from([("152****0001".to_owned(), 3), ("152****0002".to_owned(), 1)]);
        assert_eq!(received, expected, "{jobs} at once");
    }
}

#[test]
fn a_token_that_stands_in_the_file_twice_is_used_once() {
    let recipients = ["15200000000"];
    let site = by_hand(&recipients, |site| {
        let line = bound(site, recipients.iter());
        format!("# earned today\n{line}\n\n{line}\n{line}\n")
    });
    let (passed, dry, record) = scenes(&site, &["--jobs", "8"]);
    assert_eq!((passed, dry), (1, 5));
    assert_eq!(used(&record), 1);
}

/// How many different captcha tokens a run used, invented ones aside.
fn used(record: &Value) -> usize {
    let trials = record["trials"].as_array().expect("trials");
    let tokens: BTreeSet<&str> = trials
        .iter()
        .filter(|trial| !trial["id"].as_str().is_some_and(|id| id.contains("captcha-invented")))
        .filter_map(|trial| trial["exchanges"][0]["request"]["body"].as_str())
        .filter_map(|body| body.split('‹').nth(1))
        .collect();
    tokens.len()
}
