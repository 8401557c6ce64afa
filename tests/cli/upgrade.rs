//! Two runs held against each other, end to end.

use super::*;

const WORDING: &str = "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/message-off/zh";
const ANOTHER: &str = "ciam/email-send/error/IDAAS.SDK.PARAM.0003/message-off/en";

/// The record of a whole run of a deployment, kept under a name.
fn kept(site: &Site, folder: &TempDir, name: &str) -> String {
    site.record(&[]);
    let path = folder.path().join(name);
    fs::copy(site.path("run.json"), &path).expect("a copy");
    path.to_str().expect("a path").to_owned()
}

fn diff(before: &str, after: &str) -> (i32, String, Value) {
    let report = format!("{after}.diff.json");
    let output = iamspec(&["diff", before, after, "--report", &format!("json={report}")]);
    let text = fs::read_to_string(&report).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    (code(&output), said(&output), serde_json::from_str(&text).expect("a comparison"))
}

fn of_class<'a>(comparison: &'a Value, class: &str) -> Vec<&'a str> {
    let changes = comparison["changes"].as_array().expect("changes");
    let of = changes.iter().filter(|change| change["class"] == class);
    of.map(|change| change["id"].as_str().expect("an id")).collect()
}

#[test]
fn two_runs_of_one_deployment_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    for product in [Product::Ciam, Product::Eiam] {
        let site = Site::new(product);
        let (one, two) = (kept(&site, &folder, "one.json"), kept(&site, &folder, "two.json"));
        let (code, said, comparison) = diff(&one, &two);
        assert_eq!((code, &comparison["answer"]), (0, &"same".into()), "{said}");
    }
}

#[test]
fn what_broke_and_what_was_mended_come_out_as_exactly_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&Site::with_fault(Product::Ciam, ANOTHER), &folder, "old.json");
    let new = kept(&Site::with_fault(Product::Ciam, WORDING), &folder, "new.json");
    let (code, said, comparison) = diff(&old, &new);
    assert_eq!(code, 1, "{said}");
    assert_eq!(of_class(&comparison, "broken"), ["ciam/sms-send/error/IDAAS.SDK.PARAM.0007/zh"]);
    assert_eq!(of_class(&comparison, "mended"), ["ciam/email-send/error/IDAAS.SDK.PARAM.0003/en"]);
    assert_eq!(comparison["changes"].as_array().map(Vec::len), Some(2), "{said}");
    assert_eq!(comparison["drift"], serde_json::json!([]), "{said}");
    assert!(said.contains("compared: broken (exit 1): 1 broken, 1 mended"), "{said}");
}

#[test]
fn only_mended_is_a_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&Site::with_fault(Product::Ciam, WORDING), &folder, "old.json");
    let new = kept(&Site::new(Product::Ciam), &folder, "new.json");
    let (code, said, comparison) = diff(&old, &new);
    assert_eq!((code, &comparison["answer"]), (0, &"mended".into()), "{said}");
}

#[test]
fn an_answer_that_changed_where_no_clause_speaks_is_drift() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&Site::new(Product::Ciam), &folder, "old.json");
    let variants = reference::variants(Product::Ciam).into_iter();
    let silent = variants.filter(|variant| ["request-id", "trace-id"].contains(&variant.id()));
    let config = silent.fold(Config::new(Product::Ciam), Config::with_variant);
    let new = Site::of(&config, |text| text);
    let (code, said, comparison) = diff(&old, &kept(&new, &folder, "new.json"));
    assert_eq!((code, &comparison["answer"]), (6, &"changed".into()), "{said}");
    assert_eq!(comparison["changes"], serde_json::json!([]), "{said}");
    let drift = comparison["drift"].as_array().expect("drift").iter();
    assert_eq!(drift.len(), 2, "{said}");
    let seen: std::collections::BTreeSet<_> =
        drift.map(|drift| (drift["kind"].as_str(), drift["name"].as_str())).collect();
    assert_eq!(seen, [(Some("header"), Some("x-request-id")), (Some("member"), Some("trace_id"))].into(), "{said}");
}

#[test]
fn what_is_not_asked_any_more_is_never_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = Site::new(Product::Ciam);
    let old = kept(&site, &folder, "old.json");
    site.record(&["--select", "ciam/sms-send/client-id/*"]);
    let (code, said, comparison) = diff(&old, site.path("run.json").to_str().expect("a path"));
    assert_eq!(code, 6, "{said}");
    assert!(comparison["dropped"].as_array().is_some_and(|dropped| dropped.len() > 50), "{said}");
    assert_eq!(of_class(&comparison, "broken"), Vec::<&str>::new());
}

#[test]
fn another_contract_is_a_change_though_nothing_else_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&Site::new(Product::Ciam), &folder, "old.json");
    let text = fs::read_to_string(&old).expect("a record");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    record["tool"]["contract"] = "0".repeat(64).into();
    let new = folder.path().join("new.json");
    fs::write(&new, record.to_string()).expect("a file");
    let (code, said, _) = diff(&old, new.to_str().expect("a path"));
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("the contract changed"), "{said}");
}

#[test]
fn runs_of_two_products_are_not_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = kept(&Site::new(Product::Ciam), &folder, "one.json");
    let two = kept(&Site::new(Product::Eiam), &folder, "two.json");
    assert_eq!(code(&iamspec(&["diff", &one, &two])), 2);
}

#[test]
fn a_run_is_compared_with_its_baseline_at_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = kept(&Site::new(Product::Ciam), &folder, "base.json");
    let output = Site::with_fault(Product::Ciam, WORDING).run(&["--against", &base]);
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains("compared: broken (exit 1): 1 broken"), "{}", said(&output));
    let same = Site::new(Product::Ciam).run(&["--against", &base, "--lang", "zh"]);
    assert_eq!(code(&same), 0, "{}", said(&same));
    let other = Site::new(Product::Eiam).run(&["--against", &base]);
    assert_eq!(code(&other), 2, "nothing is sent: {}", said(&other));
}

#[test]
fn a_comparison_is_written_for_a_change_ticket() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&Site::new(Product::Ciam), &folder, "old.json");
    let new = kept(&Site::with_fault(Product::Ciam, WORDING), &folder, "new.json");
    let page = folder.path().join("diff.md");
    iamspec(&["diff", &old, &new, "--report", &format!("markdown={}", page.display())]);
    let text = fs::read_to_string(page).expect("a page");
    assert!(text.starts_with("## ❌") && text.contains("### 1 broken") && text.contains("proven → violated"), "{text}");
}

/// Three promises that the new deployment breaks.
const BROKEN: [&str; 3] = [
    "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/message-off/zh",
    "ciam/email-send/error/IDAAS.SDK.CAPTCHA.0005/message-off/en",
    "ciam/sms-send/error/IDAAS.SDK.USER.0004/message-off/en",
];

fn seeded(faults: &[&str], variants: &[&str]) -> Site {
    let mut config = Config::new(Product::Ciam);
    for id in faults {
        let fault = reference::faults(Product::Ciam).into_iter().find(|fault| fault.id() == *id);
        config = config.with_fault(fault.unwrap_or_else(|| panic!("no fault `{id}`")));
    }
    for id in variants {
        let variant = reference::variants(Product::Ciam).into_iter().find(|variant| variant.id() == *id);
        config = config.with_variant(variant.unwrap_or_else(|| panic!("no variant `{id}`")));
    }
    Site::of(&config, |text| text)
}

#[test]
fn three_faults_two_drifts_and_one_mended_clause_come_out_as_exactly_that_on_one_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = seeded(&[ANOTHER], &[]);
    let before = kept(&old, &folder, "before.json");
    let new = seeded(&BROKEN, &["trace-id", "request-id"]);
    let after = folder.path().join("after.json").to_str().expect("a path").to_owned();
    // Two commands: run against the record from before, and the certificate with what changed.
    let ran = new.run(&["--against", &before, "--report", &format!("json={after}")]);
    assert_eq!(code(&ran), 1, "{}", said(&ran));
    let expected = "compared: broken (exit 1): 3 broken, 1 mended, drift: 2 things seen where no clause speaks";
    assert!(said(&ran).contains(expected), "{}", said(&ran));
    let (code_of_diff, text, comparison) = diff(&before, &after);
    assert_eq!(code_of_diff, 1, "{text}");
    let mut broken = of_class(&comparison, "broken");
    broken.sort_unstable();
    let mut clauses = BROKEN.map(|id| id.replace("/message-off", ""));
    clauses.sort_unstable();
    assert_eq!(broken, clauses);
    assert_eq!(of_class(&comparison, "mended"), [ANOTHER.replace("/message-off", "")]);
    assert_eq!(comparison["changes"].as_array().map(Vec::len), Some(4), "{text}");
    assert_eq!(comparison["drift"].as_array().map(Vec::len), Some(2), "{text}");
    let page = format!("{}/acceptance", folder.path().display());
    let reports = [format!("html={page}.html"), format!("markdown={page}.md")];
    let accepted = iamspec(&["accept", &after, "--against", &before, "--report", &reports[0], "--report", &reports[1]]);
    assert_eq!(code(&accepted), 1, "{}", said(&accepted));
    for format in ["html", "md"] {
        let text = fs::read_to_string(format!("{page}.{format}")).expect("a page");
        for expected in ["NOT accepted", "3 broken", "1 mended", "x-request-id", "trace"] {
            assert!(text.contains(expected), "no `{expected}` in {text}");
        }
    }
    let lines = fs::read_to_string(format!("{page}.md")).expect("a page").lines().count();
    assert!(lines < 90, "{lines} lines are more than a page");
}

#[test]
fn a_comparison_is_a_page_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = kept(&seeded(&[], &[]), &folder, "old.json");
    let new = kept(&seeded(&BROKEN[..1], &[]), &folder, "new.json");
    for (language, other) in [("en", "broken"), ("zh", "新违反")] {
        let page = folder.path().join(format!("{language}.html"));
        let report = format!("html={}", page.display());
        iamspec(&["diff", &old, &new, "--report", &report, "--lang", language]);
        let text = fs::read_to_string(page).expect("a page");
        let root = format!("<html lang=\"{language}\">");
        assert!(text.contains(&root) && text.contains(other) && text.contains("PARAM.0007/zh"), "{text}");
    }
}

#[test]
fn slower_is_told_by_distributions_and_breaks_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = Site::new(Product::Ciam);
    let (_, record) = site.record(&["--select", "ciam/sms-send/client-id/*", "--repeat", "10"]);
    let written = |name: &str, factor: f64| {
        let mut record = record.clone();
        for trial in record["trials"].as_array_mut().expect("trials") {
            // What is measured on a busy machine is spread wide: here only the factor is to tell.
            for (name, value) in [("min", 10.0), ("p50", 10.0), ("p90", 11.0), ("p99", 11.0), ("max", 20.0)] {
                trial["repeats"]["latency_ms"][name] = (value * factor).into();
            }
        }
        let path = folder.path().join(name);
        fs::write(&path, record.to_string()).expect("a record");
        path.to_str().expect("a path").to_owned()
    };
    let (before, alike, after) = (written("before", 1.0), written("alike", 1.15), written("after", 1.3));
    let (code, said, comparison) = diff(&before, &alike);
    assert_eq!((code, &comparison["answer"]), (0, &"same".into()), "{said}");
    let (code, said, comparison) = diff(&before, &after);
    assert_eq!((code, &comparison["answer"]), (6, &"changed".into()), "{said}");
    assert!(of_class(&comparison, "slower").contains(&"ciam/sms-send/client-id/missing/en"), "{said}");
    assert!(said.contains("ms p50 10 → 13, p90 11 → 14.3"), "{said}");
    let (code, said, _) = diff(&after, &before);
    assert_eq!(code, 0, "{said}");
}
