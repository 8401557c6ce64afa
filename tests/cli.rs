//! The binary as people and scripts use it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use iamspec::reference::{self, Config, Deployment, Product};
use iamspec::schema::{self, Schemas};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[path = "cli/upgrade.rs"]
mod upgrade;
#[path = "cli/verify.rs"]
mod verify;
#[path = "cli/waivers.rs"]
mod waivers;

/// A deployment in this process, and the folder with its target file.
struct Site {
    runtime: Runtime,
    deployment: Option<Deployment>,
    folder: TempDir,
}

impl Site {
    fn new(product: Product) -> Self {
        Self::of(&Config::new(product), |text| text)
    }

    fn with_fault(product: Product, id: &str) -> Self {
        let fault = reference::faults(product).into_iter().find(|fault| fault.id() == id).expect("a fault of this id");
        Self::of(&Config::new(product).with_fault(fault), |text| text)
    }

    /// `edit` changes the target file that the deployment describes itself with.
    fn of(config: &Config, edit: impl FnOnce(String) -> String) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
        let folder = tempfile::tempdir().expect("a folder");
        let text = edit(reference::target_file(config, "acme staging", deployment.url()));
        fs::write(folder.path().join("target.toml"), text).expect("a target file");
        Self { runtime, deployment: Some(deployment), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let target = self.path("target.toml");
        let mut all = vec!["run", "--target", target.to_str().expect("a path"), "--no-reports"];
        all.extend(arguments);
        iamspec(&all)
    }

    /// Runs and reads the record back.
    fn record(&self, arguments: &[&str]) -> (i32, Value) {
        let path = self.path("run.json");
        let report = format!("json={}", path.display());
        let mut all = vec!["--report", report.as_str()];
        all.extend(arguments);
        let output = self.run(&all);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
        (code(&output), serde_json::from_str(&text).expect("a record"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(deployment) = self.deployment.take() {
            let _ = self.runtime.block_on(deployment.stop());
        }
    }
}

fn iamspec(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    command.args(arguments);
    // What a terminal or a CI service says of itself must not change what is tested.
    for name in ["RUST_BACKTRACE", "LC_ALL", "LC_MESSAGES", "LANG", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command.output().expect("the binary runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn trial<'a>(record: &'a Value, id: &str) -> &'a Value {
    let trials = record["trials"].as_array().expect("trials");
    trials.iter().find(|trial| trial["id"] == id).unwrap_or_else(|| panic!("no trial `{id}`"))
}

fn clause<'a>(record: &'a Value, id: &str) -> &'a str {
    let clauses = record["clauses"].as_array().expect("clauses");
    let found = clauses.iter().find(|clause| clause["id"] == id).unwrap_or_else(|| panic!("no clause `{id}`"));
    found["status"].as_str().expect("a status")
}

fn assert_valid(record: &Value) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schemas = Schemas::load(&schema::find(&dir).expect("schemas")).expect("schemas in order");
    let validator = schemas.validator("run-record.schema.json").expect("the schema of the record");
    let violations = validator.violations(record);
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn the_embedded_reference_conforms_and_proves_every_clause() {
    let folder = tempfile::tempdir().expect("a folder");
    let reports = folder.path().to_str().expect("a path");
    let output = iamspec(&["run", "--reports", reports]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    for (name, scenes, errors) in [("reference-eiam", 14, 3), ("reference-ciam", 12, 40)] {
        let latest = folder.path().join(name).join("latest").join("run.json");
        let record: Value = serde_json::from_str(&fs::read_to_string(latest).expect("a record")).expect("JSON");
        assert_valid(&record);
        assert_eq!(record["verdict"], "conforms");
        let clauses = record["clauses"].as_array().expect("clauses");
        let open: Vec<_> = clauses.iter().filter(|clause| clause["status"] != "proven").collect();
        assert!(open.is_empty(), "{open:#?}");
        let of = |kind: &str| clauses.iter().filter(|c| c["id"].as_str().is_some_and(|id| id.contains(kind))).count();
        assert_eq!((of("/scene/"), of("/error/")), (scenes, errors), "{name}");
    }
}

#[test]
fn a_broken_clause_is_named_and_the_exit_code_says_deviates() {
    let site = Site::with_fault(Product::Ciam, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh");
    let (code, record) = site.record(&["--select", "ciam/sms-send/*"]);
    assert_eq!(code, 1);
    assert_valid(&record);
    assert_eq!(record["verdict"], "deviates");
    assert_eq!(trial(&record, "ciam/sms-send/client-id/blank/zh")["outcome"], "fail");
    assert_eq!(clause(&record, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh"), "violated");
    assert_eq!(clause(&record, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/en"), "proven");
    assert_eq!(clause(&record, "ciam/sms-send/header/X-client-id"), "proven");
}

#[test]
fn a_failed_control_blocks_what_depends_on_it() {
    let site = Site::with_fault(Product::Ciam, "ciam/sms-send/scene/LOGIN_SMS/refused");
    let (code, record) = site.record(&["--select", "ciam/sms-send/*"]);
    assert_eq!(code, 1);
    assert_eq!(trial(&record, "ciam/sms-send/scene/LOGIN_SMS")["outcome"], "fail");
    let negative = trial(&record, "ciam/sms-send/type/blank/en");
    assert_eq!(negative["outcome"], "blocked");
    assert_eq!(negative["reason"]["code"], "control-failed");
    assert_eq!(trial(&record, "ciam/sms-send/scene/REGISTER_SMS")["outcome"], "pass");
}

#[test]
fn no_secret_and_no_recipient_leaves_the_process() {
    let site = Site::new(Product::Eiam);
    let output = site.run(&["--report", &format!("json={}", site.path("run.json").display()), "-v"]);
    let everything = said(&output) + &fs::read_to_string(site.path("run.json")).expect("a record");
    let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
    let numbers = target.split('"').filter(|part| part.len() == 11 && part.bytes().all(|b| b.is_ascii_digit()));
    for number in numbers.chain(["qa00@", "bounce@"]) {
        assert!(!everything.contains(number), "`{number}` can be read");
    }
    assert!(everything.contains("‹captcha-token "), "tokens are named");
    assert!(!everything.contains("eyJ"), "a JWT can be read");
    assert!(!everything.contains("---{"), "a captcha token can be read");
}

#[test]
fn without_consent_nothing_is_delivered_and_the_run_is_incomplete() {
    let site = Site::new(Product::Eiam);
    let (code, record) = site.record(&["--no-deliver"]);
    assert_eq!(code, 5);
    assert_eq!(record["verdict"], "incomplete");
    assert_eq!(record["delivered"], serde_json::json!({"sms": 0, "email": 0}));
    let scene = trial(&record, "eiam/sms-send/scene/LOGIN_SMS");
    assert_eq!(scene["reason"]["code"], "delivery-not-allowed");
    let exact = trial(&record, "eiam/sms-send/client-id/missing");
    assert_eq!(exact["outcome"], "pass", "an exact documented code proves its clause without a control");
    let inferred = trial(&record, "eiam/sms-send/required-header/missing/X-agent");
    assert_eq!(inferred["reason"]["code"], "delivery-not-allowed");
}

#[test]
fn without_a_captcha_source_exact_codes_are_proven_with_invented_tokens() {
    let site = Site::of(&Config::new(Product::Ciam), |text| without_table(&text, "captcha"));
    let (code, record) = site.record(&[]);
    assert_eq!(code, 5);
    assert_eq!(trial(&record, "ciam/sms-send/type/blank/en")["outcome"], "pass");
    assert_eq!(trial(&record, "ciam/sms-send/scene/LOGIN_SMS")["reason"]["code"], "needs-captcha");
    // The reference looks at the token before it tries to deliver: nothing is proven, and nothing is held against it.
    assert_eq!(trial(&record, "ciam/sms-send/undeliverable/en")["reason"]["code"], "needs-captcha");
}

#[test]
fn an_unknown_client_id_is_our_configuration_not_a_broken_scene() {
    let site = Site::of(&Config::new(Product::Ciam), |text| {
        text.replace("nTo1eRIub60vPb54WeE6aojPwYwImtl4", "not-the-right-one")
    });
    let (_, record) = site.record(&["--select", "*scene*"]);
    let scene = trial(&record, "ciam/sms-send/scene/LOGIN_SMS");
    assert_eq!((&scene["outcome"], &scene["reason"]["code"]), (&"error".into(), &"configuration".into()));
    assert_eq!(record["verdict"], "untested");
}

#[test]
fn a_message_budget_is_never_exceeded() {
    let site = Site::of(&Config::new(Product::Ciam), |text| text.replace("max = 100000", "max = 5"));
    let (code, record) = site.record(&["--select", "*/scene/*"]);
    assert_eq!(code, 5);
    assert_eq!(
        record["delivered"]["sms"].as_u64().zip(record["delivered"]["email"].as_u64()).map(|(s, e)| s + e),
        Some(5)
    );
    let spent = record["trials"].as_array().expect("trials").iter().filter(|t| t["reason"]["code"] == "budget-spent");
    assert_eq!(spent.count(), 7);
}

#[test]
fn an_unreachable_deployment_is_untested_at_once() {
    let site = Site::of(&Config::new(Product::Ciam), |text| {
        let line = text.lines().find(|line| line.starts_with("url")).expect("a url").to_owned();
        text.replace(&line, "url = \"http://127.0.0.1:9\"")
    });
    let (code, record) = site.record(&[]);
    assert_eq!(code, 3);
    assert_eq!(record["verdict"], "untested");
    assert_eq!(record["tally"]["error"], record["tally"]["total"]);
    assert_valid(&record);
}

#[test]
fn a_glob_that_matches_nothing_names_the_nearest_trials() {
    let output = iamspec(&["run", "--select", "ciam/sms-send/scene/LOGIN_SM", "--no-reports"]);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("`ciam/sms-send/scene/LOGIN_SMS`"), "{}", said(&output));
}

#[test]
fn nothing_selected_is_no_success() {
    let output = iamspec(&["run", "--select", "*/scene/*", "--exclude", "*", "--no-reports"]);
    assert_eq!(code(&output), 4, "{}", said(&output));
}

#[test]
fn every_mistake_in_a_target_file_is_named_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bad.toml");
    fs::write(&path, "name = \"x\"\nproduct = \"ciam\"\nurl = \"acme\"\nclient_id = \"${env:IAMSPEC_UNSET}\"\n[delivery]\nalow = true\n")
        .expect("a file");
    let output = iamspec(&["run", "--target", path.to_str().expect("a path"), "--no-reports"]);
    assert_eq!(code(&output), 2);
    let said = said(&output);
    for expected in ["bad.toml:3:", "IAMSPEC_UNSET", "`alow`", "`allow`"] {
        assert!(said.contains(expected), "no `{expected}` in {said}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let output = iamspec(&["run", "--product", "ciam", "--reports", file.to_str().expect("a path")]);
    assert_eq!(code(&output), 74, "{}", said(&output));
    assert!(!said(&output).contains("panicked"));
}

#[test]
fn several_targets_need_a_path_that_tells_them_apart() {
    let output = iamspec(&["run", "--no-reports", "--report", "json=run.json"]);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("{target}"));
}

#[test]
fn what_did_not_pass_can_be_run_again() {
    let site = Site::with_fault(Product::Ciam, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh");
    let (_, first) = site.record(&["--select", "*client-id/*"]);
    assert_eq!(first["tally"]["fail"], 2);
    fs::copy(site.path("run.json"), site.path("first.json")).expect("a copy");
    let (code, again) = site.record(&["--rerun", site.path("first.json").to_str().expect("a path")]);
    assert_eq!(code, 1);
    assert_eq!(again["tally"]["total"], 2);
}

#[test]
fn coverage_and_lint_are_content_with_the_built_in_contract() {
    for command in ["coverage", "lint"] {
        let output = iamspec(&[command]);
        assert_eq!(code(&output), 0, "{command}: {}", said(&output));
    }
}

#[test]
fn the_list_is_a_json_array_of_every_trial() {
    let output = iamspec(&["list", "--format", "json"]);
    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = list.as_array().expect("an array");
    let of =
        |prefix: &str| list.iter().filter(|row| row["id"].as_str().is_some_and(|id| id.starts_with(prefix))).count();
    assert_eq!((of("eiam/sms-send/scene/"), of("ciam/sms-send/scene/")), (7, 6));
    assert_eq!((of("eiam/email-send/scene/"), of("ciam/email-send/scene/")), (7, 6));
    assert!(list.iter().all(|row| row["clauses"].as_array().is_some_and(|clauses| !clauses.is_empty())));
}

#[test]
fn one_trial_is_shown_with_its_clause_its_request_and_what_is_expected() {
    let output = iamspec(&["show", "ciam/sms-send/client-id/blank/zh"]);
    let text = said(&output);
    for expected in ["clientId不能为空", "X-client-id;", "IDAAS.SDK.PARAM.0002", "cases/ciam/sms-send.toml:", "curl"]
    {
        assert!(text.contains(expected), "no `{expected}` in {text}");
    }
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let line = format!("{} list | head -1", env!("CARGO_BIN_EXE_iamspec"));
    let output = Command::new("sh").args(["-c", &line]).output().expect("a shell");
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
}

/// A TOML text without one of its tables.
fn without_table(text: &str, name: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        if line.starts_with('[') {
            inside = line.starts_with(&format!("[{name}]"));
        }
        !inside
    };
    text.lines().filter(keep).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_scarce_token_serves_as_many_trials_as_it_can() {
    let site = Site::new(Product::Ciam);
    let recipients = ["15200000000", "15200000001"];
    let tokens: Vec<String> =
        recipients.iter().cycle().take(24).map(|to| format!("{to} {}", token(&site, to))).collect();
    fs::write(site.path("tokens.txt"), tokens.join("\n")).expect("a token file");
    let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
    let url = target.lines().find(|line| line.starts_with("url")).expect("a url").to_owned();
    let client = target.lines().find(|line| line.starts_with("client_id")).expect("a client id").to_owned();
    let text = format!(
        "name = \"by hand\"\nproduct = \"ciam\"\n{url}\n{client}\n[recipients]\nmobile = {recipients:?}\n\
         [delivery]\nallow = true\ninterval = \"0s\"\n[captcha]\nfile = \"tokens.txt\"\nsingle_use = true\n\
         [limits]\nrate = \"1000/s\"\n"
    );
    fs::write(site.path("target.toml"), text).expect("a target file");
    let (_, record) = site.record(&["--select", "ciam/sms-send/*", "--exclude", "*/undeliverable/*"]);
    let tally = &record["tally"];
    assert_eq!(tally["pass"], tally["total"], "{tally}");
    // 6 scenes, 3 optional headers: everything else rides on the control's token, which is once seen altered.
    assert_eq!(used(&record), 9 + 1);
}

/// A captcha token of the deployment, as a person would have earned it.
fn token(site: &Site, to: &str) -> String {
    let url = site.deployment.as_ref().expect("a deployment").url().to_owned();
    let address = url.trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
    write!(stream, "GET /_reference/captcha?to={to} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let body = answer.split("\r\n\r\n").nth(1).expect("a body");
    let value: Value = serde_json::from_str(body.trim()).expect("JSON");
    value["captcha_token"].as_str().expect("a token").to_owned()
}

/// How many different captcha tokens a run used, invented ones aside.
fn used(record: &Value) -> usize {
    let trials = record["trials"].as_array().expect("trials");
    let tokens: std::collections::BTreeSet<&str> = trials
        .iter()
        .filter(|trial| !trial["id"].as_str().is_some_and(|id| id.contains("captcha-invented")))
        .filter_map(|trial| trial["exchanges"][0]["request"]["body"].as_str())
        .filter_map(|body| body.split('‹').nth(1))
        .collect();
    tokens.len()
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_ctrl_c_ends_a_run_that_cannot_get_rid_of_its_reports() {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};
    use std::{io, thread};

    // Somebody who accepts and says nothing, and a full pipe for the table: neither comes to an end.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let site = Site::of(&Config::new(Product::Ciam), |text| {
        let own = text.lines().find(|line| line.starts_with("url")).expect("a URL").to_owned();
        text.replace(&own, &format!("url = \"{url}\""))
    });
    let (_reader, mut writer) = io::pipe().expect("a pipe");
    writer.write_all(&vec![b' '; 65_536]).expect("it is filled");
    let report = site.path("run.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_iamspec"))
        .args(["run", "--no-reports", "--target"])
        .arg(site.path("target.toml"))
        .args(["--report", &format!("json={}", report.display())])
        .stdout(writer)
        .spawn()
        .expect("the binary runs");
    let until = |what: &str, done: &mut dyn FnMut() -> bool| {
        let started = Instant::now();
        while !done() {
            assert!(started.elapsed() < Duration::from_secs(20), "{what}");
            thread::sleep(Duration::from_millis(20));
        }
    };
    let ctrl_c =
        |process: u32| Command::new("kill").args(["-INT", &process.to_string()]).status().expect("`kill` runs");
    // The run has begun where it has knocked: then it listens to signals.
    let _knock = silent.accept().expect("a knock");
    thread::sleep(Duration::from_millis(200));
    ctrl_c(child.id());
    until("the first one writes the reports", &mut || report.exists());
    thread::sleep(Duration::from_millis(300));
    let record: Value = serde_json::from_str(&fs::read_to_string(&report).expect("a record")).expect("JSON");
    assert_valid(&record);
    assert!(record["finished"].is_null(), "interrupted within the first knock");
    assert!(child.try_wait().expect("a child").is_none(), "it waits for somebody to read the table");
    ctrl_c(child.id());
    until("the second one ends it", &mut || child.try_wait().expect("a child").is_some());
    assert_eq!(child.wait().expect("it ended").code(), Some(130));
}
