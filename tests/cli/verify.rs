//! Stored runs judged again and certified, end to end.

use super::*;

const FAULT: &str = "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/message-off/zh";

/// Changes a record so that it says what is not so.
type Forgery = fn(&mut Value);

fn verified(site: &Site) -> (i32, String) {
    let output = iamspec(&["verify", site.path("run.json").to_str().expect("a path")]);
    (code(&output), said(&output))
}

/// Verifies what is left of a record after somebody has changed it.
fn forged(site: &Site, change: impl FnOnce(&mut Value)) -> (i32, String) {
    let text = fs::read_to_string(site.path("run.json")).expect("a record");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut record);
    fs::write(site.path("run.json"), record.to_string()).expect("a file");
    let verified = verified(site);
    fs::write(site.path("run.json"), text).expect("a file");
    verified
}

fn trial_of<'a>(record: &'a mut Value, id: &str) -> &'a mut Value {
    let trials = record["trials"].as_array_mut().expect("trials");
    trials.iter_mut().find(|trial| trial["id"] == id).expect("a trial")
}

#[test]
fn every_run_agrees_with_itself() {
    for site in [Site::new(Product::Eiam), Site::with_fault(Product::Ciam, FAULT)] {
        for arguments in [&[][..], &["--no-deliver"], &["--strict", "--select", "*client-id*"]] {
            site.record(arguments);
            let (code, said) = verified(&site);
            assert_eq!(code, 0, "{arguments:?}: {said}");
        }
    }
}

/// The target file without a section, or with another value.
fn lacking(text: &str, what: &str) -> String {
    let mut inside = false;
    let kept = text.lines().filter(|line| {
        inside = if line.starts_with('[') { line.starts_with(what) } else { inside };
        !inside
    });
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_run_that_lacks_something_agrees_with_itself() {
    type Edit = fn(String) -> String;
    let edits: [(&str, Edit); 6] = [
        ("no captcha source", |text| lacking(&text, "[captcha]")),
        ("no code source", |text| lacking(&text, "[verify_code]")),
        ("no keys", |text| lacking(&text, "[id_token]")),
        ("no accounts", |text| lacking(&text, "[accounts]")),
        ("another client", |text| text.replace("client_id = \"", "client_id = \"x")),
        ("another language", |text| text.replace("default_language = \"zh\"", "default_language = \"en\"")),
    ];
    for product in [Product::Eiam, Product::Ciam] {
        for (what, edit) in edits {
            let site = Site::of(&Config::new(product), edit);
            site.record(&[]);
            let (code, said) = verified(&site);
            assert_eq!(code, 0, "{what}: {said}");
        }
    }
    let mut site = Site::new(Product::Ciam);
    let deployment = site.deployment.take().expect("a deployment");
    site.runtime.block_on(deployment.stop()).expect("it stops");
    site.record(&[]);
    let (code, said) = verified(&site);
    assert_eq!(code, 0, "unreachable: {said}");
}

#[test]
fn a_forged_outcome_tally_clause_or_verdict_is_found() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    site.record(&["--select", "ciam/sms-send/type/*"]);
    let id = "ciam/sms-send/type/blank/zh";
    let forgeries: [(&str, Forgery); 4] = [
        (id, |record| trial_of(record, "ciam/sms-send/type/blank/zh")["outcome"] = "pass".into()),
        ("verdict", |record| record["verdict"] = "conforms".into()),
        ("tally", |record| record["tally"]["fail"] = 0.into()),
        ("PARAM.0007/zh", |record| {
            let clauses = record["clauses"].as_array_mut().expect("clauses");
            let violated = clauses.iter_mut().find(|clause| clause["status"] == "violated").expect("a clause");
            violated["status"] = "proven".into();
        }),
    ];
    for (about, forge) in forgeries {
        let (code, said) = forged(&site, forge);
        assert!(code == 1 && said.contains(about), "{about}: {said}");
    }
}

#[test]
fn what_is_waived_without_a_waiver_that_says_so_is_found() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    let text = "[[waiver]]\nclause = \"ciam/sms-send/error/IDAAS.SDK.PARAM.0007/zh\"\ncheck = \"error_msg\"\n\
                symptom = \"other wording\"\nwhy = \"known\"\nowner = \"qa\"\nuntil = 2999-12-31\n";
    fs::write(site.path("waivers.toml"), text).expect("a waiver file");
    let waivers = site.path("waivers.toml");
    site.record(&["--select", "ciam/sms-send/type/*", "--waivers", waivers.to_str().expect("a path")]);
    let (agrees, said) = verified(&site);
    assert_eq!(agrees, 0, "{said}");
    for (key, value) in [("until", "2020-01-01"), ("expects", "status: other status")] {
        let (code, said) = forged(&site, |record| record["waivers"][0][key] = value.into());
        assert!(code == 1 && said.contains("waived"), "{said}");
    }
}

#[test]
fn a_run_of_another_contract_is_refused() {
    let site = Site::new(Product::Ciam);
    site.record(&["--select", "ciam/sms-send/type/*"]);
    let (code, said) = forged(&site, |record| record["tool"]["contract"] = "0".repeat(64).into());
    assert!(code == 2 && said.contains("judged by the contract"), "{said}");
}

#[test]
fn what_follows_from_an_edited_answer_is_said_with_both_sides() {
    let site = Site::new(Product::Ciam);
    site.record(&["--select", "ciam/sms-send/type/*"]);
    let (code, said) = forged(&site, |record| {
        let exchanges = trial_of(record, "ciam/sms-send/type/blank/zh")["exchanges"].as_array_mut();
        exchanges.expect("exchanges").last_mut().expect("one")["response"]["status"] = 500.into();
    });
    assert_eq!(code, 1);
    for expected in ["type/blank/zh: check status", "type/blank/zh: outcome", "recorded: pass", "follows: fail"] {
        assert!(said.contains(expected), "no `{expected}` in {said}");
    }
}

#[test]
fn a_record_that_does_not_verify_gets_no_certificate() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    site.record(&["--select", "ciam/sms-send/type/*"]);
    let text = fs::read_to_string(site.path("run.json")).expect("a record");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    record["verdict"] = "conforms".into();
    fs::write(site.path("forged.json"), record.to_string()).expect("a file");
    let page = format!("markdown={}", site.path("page.md").display());
    let output = iamspec(&["accept", site.path("forged.json").to_str().expect("a path"), "--report", &page]);
    assert_eq!(code(&output), 1);
    assert!(
        said(&output).contains("no certificate was written") && !site.path("page.md").exists(),
        "{}",
        said(&output)
    );
    let output = iamspec(&["accept", site.path("run.json").to_str().expect("a path"), "--report", &page]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    let text = fs::read_to_string(site.path("page.md")).expect("a certificate");
    assert!(text.contains("## ❌ NOT accepted"), "{text}");
}

#[test]
fn a_certificate_names_the_file_by_its_digest() {
    use sha2::Digest as _;
    let site = Site::new(Product::Ciam);
    site.record(&[]);
    let output = iamspec(&["accept", site.path("run.json").to_str().expect("a path")]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let digest = sha2::Sha256::digest(fs::read(site.path("run.json")).expect("a record"));
    assert!(said(&output).contains(&iamspec::redact::hex(&digest)), "{}", said(&output));
    assert!(said(&output).contains("all 108 trials of the contract") && said(&output).contains("✅ ACCEPTED"));
}
