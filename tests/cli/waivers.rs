//! Waivers, end to end.

use super::*;

const FAULT: &str = "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh";
const ACCEPTED: &str = "why = \"the vendor mends it\"\nowner = \"qa\"\n";

/// A run of the trials of the client id under waivers.
fn waived(site: &Site, waivers: &str) -> (i32, Value, String) {
    let path = site.path("waivers.toml");
    fs::write(&path, waivers).expect("a waiver file");
    let record = format!("json={}", site.path("run.json").display());
    let path = path.to_str().expect("a path");
    let output = site.run(&["--select", "ciam/sms-send/client-id/*", "--waivers", path, "--report", &record]);
    let text = fs::read_to_string(site.path("run.json")).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    let record: Value = serde_json::from_str(&text).expect("a record");
    assert_valid(&record);
    (code(&output), record, said(&output))
}

fn waiver(scope: &str, check: &str, symptom: &str, until: &str) -> String {
    format!("[[waiver]]\n{scope}\ncheck = \"{check}\"\nsymptom = \"{symptom}\"\n{ACCEPTED}until = {until}\n")
}

const CLAUSE: &str = "clause = \"ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh\"";

#[test]
fn what_fails_exactly_as_a_waiver_says_is_waived_and_counted() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    let (code, record, said) = waived(&site, &waiver(CLAUSE, "error_msg", "other wording", "2999-12-31"));
    assert_eq!(code, 0, "{said}");
    assert_eq!((&record["verdict"], &record["tally"]["waived"]), (&"conforms".into(), &2.into()));
    assert_eq!(clause(&record, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh"), "waived");
    assert_eq!(record["waivers"][0]["state"], "applied");
    assert_eq!(record["waivers"][0]["trials"].as_array().map(Vec::len), Some(2));
    assert!(said.contains("2 waived") && said.contains("waivers: 1 applied"), "{said}");
}

#[test]
fn another_symptom_fails_as_before() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    let (code, record, said) = waived(&site, &waiver(CLAUSE, "error_msg", "other language", "2999-12-31"));
    assert_eq!((code, &record["tally"]["fail"]), (1, &2.into()), "{said}");
    assert_eq!(record["waivers"][0]["state"], "mismatched");
}

#[test]
fn a_waiver_for_what_passes_now_is_stale_and_names_its_line() {
    let site = Site::new(Product::Ciam);
    let text = format!("\n{}", waiver(CLAUSE, "error_msg", "other wording", "2999-12-31"));
    let (code, record, said) = waived(&site, &text);
    assert_eq!((code, &record["verdict"], &record["tally"]["fail"]), (1, &"deviates".into(), &0.into()));
    assert!(said.contains("remove line 2"), "{said}");
}

#[test]
fn an_expired_waiver_fails_with_its_date() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    let (code, record, said) = waived(&site, &waiver(CLAUSE, "error_msg", "other wording", "2020-01-31"));
    assert_eq!((code, &record["tally"]["fail"]), (1, &2.into()));
    assert!(said.contains("expired: its last day was 2020-01-31"), "{said}");
}

#[test]
fn a_waiver_for_nothing_is_unused_and_one_for_what_was_not_asked_is_idle() {
    let site = Site::new(Product::Ciam);
    let nothing = waiver("trial = \"ciam/no-such/*\"", "status", "other status", "2999-12-31");
    let (code, record, said) = waived(&site, &nothing);
    assert_eq!((code, &record["waivers"][0]["state"]), (1, &"unused".into()), "{said}");
    let elsewhere = waiver("trial = \"ciam/email-send/client-id/*\"", "status", "other status", "2999-12-31");
    let (code, record, said) = waived(&site, &elsewhere);
    assert_eq!((code, &record["waivers"][0]["state"]), (0, &"idle".into()), "{said}");
}

#[test]
fn a_tenant_without_an_account_can_conform() {
    let site = Site::of(&Config::new(Product::Eiam), |text| {
        text.lines().filter(|line| !line.starts_with("mfa = ")).collect::<Vec<_>>().join("\n")
    });
    let select = ["--select", "eiam/mobile-login/mfa"];
    let (code, record) = site.record(&select);
    assert_eq!((code, &record["tally"]["blocked"]), (5, &1.into()));
    let text = format!(
        "[[waiver]]\ntrial = \"eiam/mobile-login/mfa\"\nreason = \"needs-account\"\n{ACCEPTED}until = 2999-01-01\n"
    );
    fs::write(site.path("waivers.toml"), text).expect("a waiver file");
    let waivers = site.path("waivers.toml");
    let (code, record) = site.record(&[&select[..], &["--waivers", waivers.to_str().expect("a path")]].concat());
    assert_valid(&record);
    assert_eq!((code, &record["tally"]["waived"]), (0, &1.into()));
}

#[test]
fn mistakes_in_a_waiver_file_are_named_with_their_place_and_nothing_is_sent() {
    let site = Site::new(Product::Ciam);
    let path = site.path("waivers.toml");
    fs::write(&path, "[[waiver]]\ntrial = \"a\"\nreson = \"needs-code\"\nwhy = \" \"\n").expect("a file");
    let output = site.run(&["--waivers", path.to_str().expect("a path")]);
    assert_eq!(code(&output), 2);
    for expected in ["waivers.toml:3:", "`reason`", "`why` is blank", "`owner` is missing", "`until` is missing"] {
        assert!(said(&output).contains(expected), "no `{expected}` in {}", said(&output));
    }
}

#[test]
fn stubs_of_waivers_do_what_they_say_once_a_person_has_filled_them_in() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    let (first, _) = site.record(&["--select", "ciam/sms-send/client-id/*"]);
    assert_eq!(first, 1);
    let output = iamspec(&["waive", site.path("run.json").to_str().expect("a path")]);
    let stubs = String::from_utf8(output.stdout).expect("text");
    fs::write(site.path("stubs.toml"), &stubs).expect("a file");
    let refused = site.run(&["--waivers", site.path("stubs.toml").to_str().expect("a path")]);
    assert_eq!(code(&refused), 2, "{stubs}");
    let filled = stubs.replace("why = \"\"\nowner = \"\"\nuntil = \"\"", &format!("{ACCEPTED}until = 2999-12-31"));
    let (code, _, said) = waived(&site, &filled);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_waiver_says_what_it_did_in_every_report() {
    let site = Site::with_fault(Product::Ciam, FAULT);
    waived(&site, &waiver(CLAUSE, "error_msg", "other wording", "2999-12-31"));
    for format in ["markdown", "html", "junit", "ctrf"] {
        let path = site.path(format);
        let report = format!("{format}={}", path.display());
        let output = iamspec(&["report", site.path("run.json").to_str().expect("a path"), "--report", &report]);
        assert_eq!(code(&output), 0, "{}", said(&output));
        let text = fs::read_to_string(path).expect("a report");
        let expected = if format == "html" { "2 waived" } else { "1 applied" };
        assert!(text.contains(expected), "no `{expected}` in {format}");
    }
}
