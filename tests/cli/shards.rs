//! One run on several machines: each part on its own, and all of them together.

use super::*;

/// The records of all parts of a run, each made by a process of its own.
fn parts(site: &Site, of: u32, arguments: &[&str]) -> Vec<String> {
    let part = |index: u32| {
        let asked_for: String = arguments.concat().chars().filter(|c| c.is_alphanumeric()).collect();
        let path = site.path(&format!("{asked_for}-{index}-of-{of}.json"));
        let (shard, report) = (format!("{index}/{of}"), format!("json={}", path.display()));
        let mut all = vec!["--shard", shard.as_str(), "--report", report.as_str()];
        all.extend(arguments);
        let output = site.run(&all);
        assert!([0, 4].contains(&code(&output)), "{}", said(&output));
        path.to_str().expect("a path").to_owned()
    };
    (1..=of).map(part).collect()
}

fn merged(site: &Site, parts: &[String]) -> (i32, Value) {
    let path = site.path("merged.json");
    let report = format!("json={}", path.display());
    let mut all = vec!["merge", "--report", report.as_str()];
    all.extend(parts.iter().map(String::as_str));
    let output = iamspec(&all);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    fs::remove_file(&path).expect("it is there");
    (code(&output), serde_json::from_str(&text).expect("a record"))
}

/// What a record says of a deployment, without times, tags and what was delivered.
fn said_of(record: &Value) -> Value {
    let of_trial = |trial: &Value| {
        let checks = trial["checks"].as_array().expect("checks").iter();
        let checks: Vec<_> = checks.map(|check| [&check["name"], &check["outcome"]].map(Value::clone)).collect();
        serde_json::json!([
            trial["id"],
            trial["clauses"],
            trial["outcome"],
            trial["reason"],
            trial["prerequisite"],
            checks
        ])
    };
    let trials: Vec<_> = record["trials"].as_array().expect("trials").iter().map(of_trial).collect();
    let names = ["format", "tool", "target", "verdict", "tally", "clauses", "drift", "shard"];
    serde_json::json!([trials, names.map(|name| record[name].clone())])
}

#[test]
fn parts_of_any_number_come_together_to_the_same_record() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = Site::new(product);
        let (_, whole) = site.record(&[]);
        for of in [1, 2, 7] {
            let parts = parts(&site, of, &[]);
            let (code, record) = merged(&site, &parts);
            assert_valid(&record);
            assert_eq!((code, said_of(&record)), (0, said_of(&whole)), "{product:?} in {of}");
        }
    }
}

#[test]
fn no_part_has_what_another_has_and_a_failure_stays_one() {
    let site = Site::with_fault(Product::Ciam, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh");
    let mut asked_for = Vec::new();
    let mut paths = Vec::new();
    let mut codes = Vec::new();
    for index in 1..=3 {
        let (code, record) = site.record(&["--shard", &format!("{index}/3"), "--select", "ciam/sms-send/*"]);
        assert_valid(&record);
        codes.push(code);
        let trials = record["trials"].as_array().expect("trials").iter();
        let own = trials.filter(|trial| trial["prerequisite"] != true);
        asked_for.extend(own.map(|trial| trial["id"].as_str().expect("an id").to_owned()));
        let path = site.path(&format!("{index}.json"));
        fs::copy(site.path("run.json"), &path).expect("a copy");
        paths.push(path.to_str().expect("a path").to_owned());
    }
    assert!(codes.contains(&1), "{codes:?}");
    let all = asked_for.len();
    asked_for.sort();
    asked_for.dedup();
    assert_eq!(asked_for.len(), all);
    let (code, record) = merged(&site, &paths);
    assert_eq!((code, &record["tally"]["total"]), (1, &all.into()));
    assert_eq!(clause(&record, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh"), "violated");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let site = Site::new(Product::Ciam);
    let narrow = ["--select", "ciam/sms-send/client-id/*"];
    let two = parts(&site, 2, &narrow);
    let refused = |records: &[&str]| {
        let mut all = vec!["merge"];
        all.extend(records);
        let output = iamspec(&all);
        assert_eq!(code(&output), 2, "{}", said(&output));
        said(&output)
    };
    assert!(refused(&[&two[0]]).contains("shards are missing: 2/2"));
    assert!(refused(&[&two[0], &two[1], &two[0]]).contains("shards are there more than once: 1/2"));
    let wide = parts(&site, 2, &["--select", "ciam/sms-send/*"]);
    assert!(refused(&[&two[0], &wide[1]]).contains("different selections"));
    let elsewhere = Site::new(Product::Ciam);
    let other = parts(&elsewhere, 2, &narrow);
    assert!(refused(&[&two[0], &other[1]]).contains("different targets"));
    site.record(&narrow);
    let whole = site.path("run.json");
    assert!(refused(&[whole.to_str().expect("a path")]).contains("is no shard"));
    let output = site.run(&["--shard", "3/2"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
}

#[test]
fn parts_share_what_the_target_file_allows() {
    let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("max = 100000", "max = 3"));
    let delivered = |shard: &str| {
        let (_, record) = site.record(&["--shard", shard, "--select", "ciam/*/scene/*"]);
        let delivered = &record["delivered"];
        delivered["sms"].as_u64().expect("a count") + delivered["email"].as_u64().expect("a count")
    };
    assert_eq!((delivered("1/2"), delivered("2/2")), (2, 1));
}

#[test]
fn a_part_without_a_trial_says_so_and_two_reports_have_two_paths() {
    let site = Site::new(Product::Ciam);
    let one = ["--select", "ciam/sms-send/client-id/missing/en", "--shard"];
    let (codes, outputs): (Vec<i32>, Vec<String>) = ["1/2", "2/2"]
        .map(|shard| {
            let output = site.run(&[&one[..], &[shard]].concat());
            (code(&output), said(&output))
        })
        .into_iter()
        .unzip();
    let empty = codes.iter().position(|code| *code == 4).expect("one has nothing to do");
    assert!(outputs[empty].contains("no trial falls to this shard (exit 4)"), "{}", outputs[empty]);
    assert!(outputs[empty].contains("no trial was asked for"), "{}", outputs[empty]);
    let path = site.path("a.json").display().to_string();
    let output = site.run(&["--report", &format!("json={path}"), "--report", &format!("html={path}")]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    assert!(said(&output).contains("two reports would be written to"), "{}", said(&output));
}
