//! What a plan forecasts is what a run then does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use iamspec::reference::{Config, Product};
use serde_json::Value;

use super::front::Front;
use super::{Site, code, iamspec, said, without_table};

/// The JSON of a plan of a site's target.
fn planned(site: &Site, arguments: &[&str]) -> Value {
    let target = site.path("target.toml");
    let mut all = vec!["plan", "--format", "json", "--target", target.to_str().expect("a path")];
    all.extend(arguments);
    let output = iamspec(&all);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let plans: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    plans[0].clone()
}

/// `152****0000`, `q***@example.com`.
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", &name[..1]),
        None => format!("{}****{}", &address[..3], &address[address.len() - 4..]),
    }
}

/// Counts under masked names, sorted.
fn hidden(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(name, count)| (masked(&name), count)).collect();
    counts.sort();
    counts
}

/// The same out of the JSON of a plan.
fn forecast(list: &Value, name: &str) -> Vec<(String, u64)> {
    let one = |one: &Value| (one[name].as_str().expect("a name").to_owned(), one["count"].as_u64().expect("a count"));
    let mut counts: Vec<_> = list.as_array().expect("a list").iter().map(one).collect();
    counts.sort();
    counts
}

fn assert_comes_true(plan: &Value, front: &Front, tokens: usize) {
    assert_eq!(forecast(&plan["messages"]["recipients"], "to"), hidden(front.messages()), "messages");
    assert_eq!(forecast(&plan["failed_logins"], "account"), hidden(front.failed_logins()), "failed logins");
    assert_eq!(plan["requests"].as_u64(), Some(front.requests().len() as u64), "requests");
    assert_eq!(plan["captcha"]["tokens"].as_u64(), Some(tokens as u64), "tokens");
}

#[test]
fn what_a_plan_forecasts_of_the_reference_is_what_a_run_does() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = Site::new(product);
        let front = Front::before(&site);
        let plan = planned(&site, &[]);
        assert!(front.seen().is_empty(), "a plan sends nothing");
        let (code, record) = site.record(&[]);
        assert_eq!(code, 0);
        let asked = front.seen().iter().filter(|seen| seen.path == "/_reference/captcha").count();
        assert_comes_true(&plan, &front, asked);
        let delivered = |of: &Value| (of["sms"].as_u64(), of["email"].as_u64());
        assert_eq!(delivered(&plan["messages"]), delivered(&record["delivered"]));
        assert_eq!(plan["tally"]["total"], record["tally"]["total"]);
    }
}

#[test]
fn what_a_plan_forecasts_of_scarce_tokens_few_recipients_and_a_part_is_what_a_run_does() {
    let selections: [(Product, &[&str]); 3] = [
        (Product::Eiam, &[]),
        (Product::Ciam, &[]),
        (Product::Ciam, &["--select", "*/captcha-*", "--select", "*/type/*", "--exclude", "ciam/email*"]),
    ];
    for (product, selection) in selections {
        let site = Site::new(product);
        let addresses = ["15200000000", "15200000001", "qa00@example.com", "15201657311", "15201657312", "15201657313"];
        let bounces = ["15200009999", "bounce@example.com"];
        let everybody: Vec<&str> = addresses.iter().chain(&bounces).copied().collect();
        let tokens: Vec<(String, String)> = everybody
            .iter()
            .flat_map(|to| (0..30).map(|_| ((*to).to_owned(), super::token(&site, to))).collect::<Vec<_>>())
            .collect();
        let lines: Vec<String> = tokens.iter().map(|(to, token)| format!("{to} {token}")).collect();
        fs::write(site.path("tokens.txt"), lines.join("\n")).expect("a token file");
        let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
        let target = without_table(&without_table(&target, "captcha"), "recipients");
        let scarce = format!(
            "{target}\n[captcha]\nfile = \"tokens.txt\"\nsingle_use = true\n[recipients]\nmobile = {:?}\nemail = {:?}\n\
             undeliverable_mobile = \"{}\"\nundeliverable_email = \"{}\"\n",
            &addresses[..2],
            &addresses[2..3],
            bounces[0],
            bounces[1],
        );
        fs::write(site.path("target.toml"), scarce).expect("a target file");
        let front = Front::before(&site);
        let plan = planned(&site, selection);
        let (code, record) = site.record(selection);
        assert_eq!(code, 0, "{}", record["tally"]);
        let heads: BTreeSet<&str> = tokens.iter().filter_map(|(_, token)| token.split("---").next()).collect();
        let requests = front.requests();
        let sent: BTreeSet<String> = requests.iter().map(|seen| seen.member("captcha_token")).collect();
        let used = sent.iter().filter_map(|token| token.split("---").next()).filter(|head| heads.contains(head));
        assert_comes_true(&plan, &front, used.collect::<BTreeSet<_>>().len());
        let (tokens, unchained) = (&plan["captcha"]["tokens"], &plan["captcha"]["unchained"]);
        assert!(tokens.as_u64() < unchained.as_u64(), "{tokens} is no less than {unchained}");
        assert_eq!(plan["captcha"]["scarce"], true);
    }
}

#[test]
fn without_a_code_source_invented_codes_are_forecast_as_failed_logins() {
    let site = Site::of(&Config::new(Product::Eiam), |text| without_table(&text, "verify_code"));
    let front = Front::before(&site);
    let plan = planned(&site, &["--select", "eiam/mobile-login/*"]);
    let (_, record) = site.record(&["--select", "eiam/mobile-login/*"]);
    // The documented code for a missing client id comes before the reference looks at the code.
    assert_eq!(plan["requests"].as_u64(), Some(front.requests().len() as u64), "{}", record["tally"]);
    assert_eq!(forecast(&plan["failed_logins"], "account"), [("152****7311".to_owned(), 2)]);
    assert_eq!(plan["obstacles"][0]["code"], "needs-code");
    let keys = plan["obstacles"][0]["keys"].as_array().expect("keys");
    assert!(keys.contains(&"verify_code.http".into()), "{keys:?}");
}

#[test]
fn the_interval_makes_a_run_as_long_as_the_plan_says_at_least() {
    let site = Site::of(&Config::new(Product::Ciam), |text| {
        let text = without_table(&without_table(&text, "recipients"), "delivery");
        format!("{text}\n[recipients]\nmobile = [\"15200000000\"]\n[delivery]\nallow = true\ninterval = \"150ms\"\n")
    });
    let selection = ["--select", "ciam/sms-send/scene/*"];
    let plan = planned(&site, &selection);
    assert_eq!(plan["time"]["at_least_s"], 0.75, "five pauses between six messages");
    let started = std::time::Instant::now();
    let (_, record) = site.record(&selection);
    assert_eq!(record["delivered"]["sms"], 6);
    assert!(started.elapsed().as_secs_f64() >= 0.75);
}

#[test]
fn a_plan_reads_like_instructions_in_both_languages() {
    let site = Site::of(&Config::new(Product::Ciam), |text| {
        let text = without_table(&without_table(&text, "captcha"), "delivery");
        format!("{text}\n[delivery]\nallow = true\nmax = 1\n").replace("rate = \"100000/s\"", "rate = \"10/s\"")
    });
    let target = site.path("target.toml");
    let arguments = |lang| ["plan", "--target", target.to_str().expect("a path"), "--lang", lang];
    let english = said(&iamspec(&arguments("en")));
    for expected in [
        "set one of `captcha.http`, `captcha.command`",
        "needs-captcha: ",
        "tried with an invented token or code",
        "messages: none is delivered",
        "requests at 10/s (`limits.rate`)",
    ] {
        assert!(english.contains(expected), "no `{expected}` in {english}");
    }
    let chinese = said(&iamspec(&arguments("zh")));
    for expected in ["缺少图形验证码令牌的来源", "`captcha.http`", "不会真实发送任何消息"] {
        assert!(chinese.contains(expected), "no `{expected}` in {chinese}");
    }
    for number in ["15200000000", "qa00@"] {
        assert!(!english.contains(number) && !chinese.contains(number));
    }
}

#[test]
fn more_than_the_budgets_allow_is_said_before_the_run() {
    let site = Site::of(&Config::new(Product::Eiam), |text| {
        text.replace("max = 100000", "max = 5").replace("failed_logins = 1000", "failed_logins = 1")
    });
    let target = site.path("target.toml");
    let text = said(&iamspec(&["plan", "--target", target.to_str().expect("a path")]));
    assert!(text.contains("! 24 of them will not be sent"), "{text}");
    assert!(text.contains("! 2 of them will not be tried"), "{text}");
}
