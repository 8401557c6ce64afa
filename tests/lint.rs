//! What would be green without having been asked is an error of `lint`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A copy of the contract with one text replaced in one of its files.
fn changed(file: &str, from: &str, to: &str) -> TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["cases", "schemas"] {
        copy(&root.join(name), &folder.path().join(name));
    }
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).expect("a file of the contract");
    assert!(text.contains(from), "`{from}` is not in {file}");
    fs::write(&path, text.replacen(from, to, 1)).expect("written");
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("read") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

fn iamspec(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_iamspec")).args(arguments).output().expect("the binary runs")
}

fn lint(folder: &TempDir) -> (i32, String) {
    let output = iamspec(&["lint", folder.path().to_str().expect("a path")]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("an exit code"), said)
}

fn assert_complains(folder: &TempDir, expected: &[&str]) {
    let (code, said) = lint(folder);
    assert_eq!(code, 2, "{said}");
    for text in expected {
        assert!(said.contains(text), "no `{text}` in {said}");
    }
}

const SMS: &str = "cases/ciam/sms-send.toml";

#[test]
fn the_contract_as_it_is_gives_no_cause_for_complaint() {
    let (code, said) = lint(&changed(SMS, "# First", "# first"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_clause_nobody_exercises() {
    let folder = changed(SMS, "of = [\"X-device-ip\", \"X-L\"]", "of = [\"X-L\"]");
    let text = fs::read_to_string(folder.path().join(SMS)).expect("a file");
    let text = text.replace("cites = [\"header/X-device-ip\", \"header/X-L\"]", "cites = [\"header/X-L\"]");
    fs::write(folder.path().join(SMS), text).expect("written");
    assert_complains(&folder, &["no trial exercises `ciam/sms-send/header/X-device-ip`", "sms-send.toml:"]);

    let (cases, schemas) = (folder.path().join("cases"), folder.path().join("schemas"));
    let (cases, schemas) = (cases.to_str().expect("a path"), schemas.to_str().expect("a path"));
    let output = iamspec(&["coverage", "--cases", cases, "--schemas", schemas]);
    assert_eq!(output.status.code(), Some(1), "coverage is not complete");
}

#[test]
fn a_case_that_cites_no_clause() {
    assert_complains(&changed(SMS, "cites = [\"rule/scene-exact\"]\n", ""), &["cites no clause"]);
}

#[test]
fn two_trials_with_the_same_request() {
    assert_complains(
        &changed(SMS, "set.body.type = \"NO_SUCH_SCENE\"", "set.body.type = \"login_sms\""),
        &["the same request"],
    );
}

#[test]
fn an_expectation_that_checks_nothing() {
    assert_complains(&changed(SMS, "status = [400, 415]", "status = []"), &["sms-send.toml:"]);
    assert_complains(&changed(SMS, "accept = \"sent\"\ncites", "cites"), &["sms-send.toml:", "accept"]);
}

#[test]
fn a_schema_that_accepts_everything() {
    let folder = changed("schemas/common/no-parameters.json", "\"maxProperties\": 0", "\"description\": \"none\"");
    assert_complains(&folder, &["no-parameters"]);
}

#[test]
fn a_schema_without_a_counter_example() {
    let folder = changed(SMS, "# First", "# first");
    fs::remove_file(folder.path().join("schemas/eiam/login-mfa.refused.json")).expect("removed");
    assert_complains(&folder, &["login-mfa"]);
}

#[test]
fn a_misspelt_keyword_of_a_schema() {
    let folder = changed("schemas/eiam/login-success.json", "\"required\"", "\"requierd\"");
    assert_complains(&folder, &["`requierd`", "`required`"]);
}

#[test]
fn an_error_code_that_no_table_has() {
    let folder = changed(SMS, "refuse.error = \"IDAAS.SDK.PARAM.0001\"", "refuse.error = \"IDAAS.SDK.PARAM.001\"");
    assert_complains(&folder, &["`IDAAS.SDK.PARAM.001`", "`IDAAS.SDK.PARAM.0001`"]);
}

#[test]
fn every_complaint_comes_at_once() {
    let folder = changed(SMS, "title = \"each documented", "titel = \"each documented");
    let path = folder.path().join("cases/eiam/mobile-login.toml");
    let text = fs::read_to_string(&path).expect("a file").replacen("basis = \"inferred\"", "basis = \"guessed\"", 1);
    fs::write(&path, text).expect("written");
    assert_complains(&folder, &["`titel`", "`title`", "mobile-login.toml:", "`inferred`"]);
}
