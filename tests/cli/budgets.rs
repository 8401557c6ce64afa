//! What may leave the process, counted by somebody who stands before the deployment.

use std::fs;
use std::path::{Path, PathBuf};

use iamspec::reference::{self, Config, Product};

use super::front::{Front, Seen};
use super::{Site, trial};

/// The built-in case files, one of them changed.
fn cases(site: &Site, file: &str, change: impl Fn(String) -> String) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let to = site.path("cases");
    for product in ["eiam", "ciam"] {
        fs::create_dir_all(to.join(product)).expect("a folder");
        for entry in fs::read_dir(from.join(product)).expect("case files") {
            let path: PathBuf = entry.expect("a file").path();
            let short = format!("{product}/{}", path.file_name().expect("a name").to_string_lossy());
            let text = fs::read_to_string(&path).expect("a case file");
            let changed = if short == file { change(text.clone()) } else { text.clone() };
            assert!(short != file || changed != text, "nothing was changed in `{file}`");
            fs::write(to.join(short), changed).expect("a case file");
        }
    }
    to.to_str().expect("a path").to_owned()
}

fn total(counts: &std::collections::BTreeMap<String, u64>) -> u64 {
    counts.values().sum()
}

#[test]
fn a_case_file_that_calls_a_message_a_login_sends_no_more_of_them() {
    let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("max = 100000", "max = 2"));
    let front = Front::before(&site);
    let cases = cases(&site, "ciam/sms-send.toml", |text| text.replace("effect = \"sms\"", "effect = \"login\""));
    let (_, record) = site.record(&["--cases", &cases, "--select", "ciam/sms-send/*"]);
    assert_eq!(total(&front.messages()), 2, "{}", record["tally"]);
    assert_eq!(record["delivered"]["sms"], 2);
    let spent = record["trials"].as_array().expect("trials").iter().filter(|t| t["reason"]["code"] == "budget-spent");
    assert!(spent.count() > 0);
}

#[test]
fn a_case_file_that_writes_the_path_otherwise_sends_no_more_messages() {
    for path in ["/api/v2/sdk/login/../sms/send", "/api/v2/sdk/%73ms/send"] {
        let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("max = 100000", "max = 2"));
        let front = Front::before(&site);
        let cases = cases(&site, "ciam/sms-send.toml", |text| {
            text.replace("effect = \"sms\"", "effect = \"login\"")
                .replace("path = \"/api/v2/sdk/sms/send\"", &format!("path = \"{path}\""))
        });
        let (_, record) = site.record(&["--cases", &cases, "--select", "ciam/sms-send/*"]);
        // The first is what every client makes the path of the document of; the second only where a deployment reads it so.
        let sent = total(&front.messages());
        assert!(sent == 2 || (sent < 2 && path.contains('%')), "{path}: {sent}, {}", record["tally"]);
    }
}

#[test]
fn without_consent_a_case_file_that_lies_delivers_one_message_at_most() {
    let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("allow = true", "allow = false"));
    let front = Front::before(&site);
    let cases = cases(&site, "ciam/sms-send.toml", |text| text.replace("effect = \"sms\"", "effect = \"login\""));
    site.record(&["--cases", &cases]);
    assert!(total(&front.messages()) <= 1, "{:?}", front.messages());
}

#[test]
fn a_case_file_that_hides_its_wrong_codes_tries_no_more_of_them() {
    let site = Site::of(&Config::new(Product::Eiam), |text| text.replace("failed_logins = 1000", "failed_logins = 1"));
    let front = Front::before(&site);
    let cases = cases(&site, "eiam/mobile-login.toml", |text| text.replace("failed_login = true\n", ""));
    let (_, record) = site.record(&["--cases", &cases, "--select", "eiam/mobile-login/*"]);
    let failed = front.failed_logins();
    assert!(!failed.is_empty() && failed.values().all(|count| *count == 1), "{failed:?}: {}", record["tally"]);
    assert_eq!(trial(&record, "eiam/mobile-login/success")["outcome"], "pass", "a right code costs nothing");
}

#[test]
fn failed_logins_stop_at_their_limit_and_the_rest_says_so() {
    let site = Site::of(&Config::new(Product::Eiam), |text| text.replace("failed_logins = 1000", "failed_logins = 2"));
    let front = Front::before(&site);
    let (code, record) = site.record(&["--select", "eiam/mobile-login/*"]);
    assert_eq!(code, 5);
    assert!(front.failed_logins().values().all(|count| *count <= 2), "{:?}", front.failed_logins());
    let spent = record["trials"].as_array().expect("trials").iter().filter(|t| t["reason"]["code"] == "budget-spent");
    assert_eq!(spent.count(), 1);
}

/// Whoever would have been sent a message is told that it was too soon.
fn too_many(seen: &Seen) -> Option<(u16, &'static str)> {
    seen.is_message().then_some((429, "{\"error_code\":\"SLOW.DOWN\",\"error_msg\":\"too many\"}"))
}

fn not_sent(seen: &Seen) -> Option<(u16, &'static str)> {
    seen.is_message().then_some((
        400,
        "{\"error_code\":\"IDAAS.SDK.CAPTCHA.0006\",\"error_msg\":\"Failed to send verification code\"}",
    ))
}

#[test]
fn a_request_that_came_too_soon_is_blocked_and_not_made_again() {
    for answer in [too_many, not_sent] {
        let site = Site::new(Product::Ciam);
        let tokens: Vec<String> =
            (0..40).map(|_| format!("15200000000 {}", super::token(&site, "15200000000"))).collect();
        fs::write(site.path("tokens.txt"), tokens.join("\n")).expect("a token file");
        let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
        let target = super::without_table(&super::without_table(&target, "captcha"), "recipients");
        let scarce =
            "\n[captcha]\nfile = \"tokens.txt\"\nsingle_use = true\n[recipients]\nmobile = [\"15200000000\"]\n";
        fs::write(site.path("target.toml"), target + scarce).expect("a target file");
        let front = Front::instead(&site, answer);
        let (code, record) = site.record(&["--select", "ciam/sms-send/*", "--exclude", "*/undeliverable/*"]);
        assert_eq!(code, 5, "{}", record["tally"]);
        let scene = trial(&record, "ciam/sms-send/scene/LOGIN_SMS");
        assert_eq!((&scene["outcome"], &scene["reason"]["code"]), (&"blocked".into(), &"rate-limited".into()));
        let trials = record["trials"].as_array().expect("trials");
        let made = trials.iter().filter(|trial| !trial["exchanges"].as_array().expect("exchanges").is_empty());
        // Riders whose control was not accepted are not concluded from, and keep no exchange: they were sent once as well.
        assert!(front.requests().len() <= trials.len() && made.count() > 0, "{}", record["tally"]);
        assert_eq!(total(&front.messages()), 9, "each message was asked for once");
    }
}

#[test]
fn a_production_target_delivers_only_where_its_host_is_named() {
    let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("production = false", "production = true"));
    let front = Front::before(&site);
    let selection = ["--select", "ciam/sms-send/scene/*"];
    for more in
        [&[][..], &["--deliver"], &["--i-mean-it", "acme.example.com"], &["--deliver", "--i-mean-it", "127.0.0.2"]]
    {
        let (code, record) = site.record(&[&selection[..], more].concat());
        assert_eq!(code, 5, "{more:?}");
        let scene = trial(&record, "ciam/sms-send/scene/LOGIN_SMS");
        assert_eq!(scene["reason"]["code"], "delivery-not-allowed");
        assert!(scene["reason"]["text"].as_str().is_some_and(|text| text.contains("`--i-mean-it 127.0.0.1`")));
    }
    assert_eq!(total(&front.messages()), 0);
    let (code, _) = site.record(&[&selection[..], &["--i-mean-it", "127.0.0.1"]].concat());
    assert_eq!((code, total(&front.messages())), (0, 6));
}

#[test]
fn a_login_that_must_be_refused_and_is_not_is_found_with_few_failed_logins_too() {
    // It uses up the code that others ride on: none of them may be tried with it.
    let product = Product::Eiam;
    let accepted = |fault: &reference::Fault| {
        fault.id().starts_with("eiam/mobile-login/")
            && (fault.id().contains("accepted") || fault.id().contains("not-enforced"))
    };
    let faults: Vec<_> = reference::faults(product).into_iter().filter(accepted).collect();
    assert!(faults.len() > 3, "{}", faults.len());
    for fault in faults {
        let id = fault.id().to_owned();
        let site = Site::of(&Config::new(product).with_fault(fault), |text| {
            text.replace("failed_logins = 1000", "failed_logins = 3")
        });
        let (_, record) = site.record(&["--select", "eiam/mobile-login/*"]);
        let count = |outcome: &str| record["tally"][outcome].as_u64().expect("a count");
        // Where the document states no code, what is accepted only warns.
        assert!(count("fail") + count("warn") > 0, "{id}: {}", record["tally"]);
        assert_eq!(count("blocked"), 0, "{id}: {}", record["tally"]);
    }
}
