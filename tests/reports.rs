//! The reports as CI systems and people get them from the binary.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const FORMATS: [(&str, &str); 5] = [
    ("json", "run.json"),
    ("junit", "junit.xml"),
    ("html", "report.html"),
    ("markdown", "run.md"),
    ("ctrf", "ctrf.json"),
];

/// Outside of any workflow, in English, unless a test says otherwise.
fn iamspec(arguments: &[&str], environment: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "LC_MESSAGES"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").args(arguments).envs(environment.iter().copied()).output().expect("it starts")
}

/// A short run, with one report of every format in `folder`.
fn run(folder: &Path, more: &[&str], environment: &[(&str, &Path)]) -> Output {
    let reports = FORMATS.map(|(format, name)| format!("{format}={}", folder.join("named").join(name).display()));
    let kept = folder.join("kept").display().to_string();
    let mut arguments = vec!["run", "--product", "ciam", "--select", "ciam/sms-send/scene/*", "--reports", &kept];
    arguments.extend(reports.iter().flat_map(|report| ["--report", report]));
    arguments.extend(more);
    iamspec(&arguments, environment)
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_stored_run_gives_the_same_bytes_as_the_run_did() {
    for more in [&[][..], &["--lang", "zh"]] {
        let folder = folder();
        assert!(run(folder.path(), more, &[]).status.success());
        let record = folder.path().join("named/run.json").display().to_string();
        for (format, name) in FORMATS {
            let again = folder.path().join("new").join(name);
            let wanted = format!("{format}={}", again.display());
            let mut arguments = vec!["report", &record, "--report", &wanted];
            arguments.extend(more);
            let output = iamspec(&arguments, &[]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(read(again), read(folder.path().join("named").join(name)), "{format}");
        }
    }
}

#[test]
fn the_folder_of_a_run_holds_what_is_read_most() {
    let folder = folder();
    assert!(run(folder.path(), &[], &[]).status.success());
    let latest = folder.path().join("kept/reference-ciam/latest");
    for name in ["run.json", "junit.xml", "report.html"] {
        assert_eq!(read(latest.join(name)), read(folder.path().join("named").join(name)));
    }
}

#[test]
fn several_targets_have_an_overview_that_leads_to_their_pages() {
    let folder = folder();
    let reports = folder.path().display().to_string();
    assert!(iamspec(&["run", "--select", "*/sms-send/scene/LOGIN_SMS", "--reports", &reports], &[]).status.success());
    let overview = read(folder.path().join("overview.html"));
    let links: Vec<&str> = overview.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), 2, "{links:?}");
    assert!(links.iter().all(|link| read(folder.path().join(link)).contains("iamspec")));
}

#[test]
fn a_report_without_a_format_is_the_table() {
    let folder = folder();
    let ran = run(folder.path(), &[], &[]);
    let record = folder.path().join("named/run.json").display().to_string();
    assert_eq!(iamspec(&["report", &record], &[]).stdout, ran.stdout);
}

#[test]
fn the_language_of_the_environment_is_spoken_unless_another_is_asked_for() {
    let folder = folder();
    let chinese = run(folder.path(), &[], &[("LC_ALL", Path::new("zh_CN.UTF-8"))]);
    assert!(String::from_utf8_lossy(&chinese.stdout).contains("结论：符合"));
    let english = run(folder.path(), &["--lang", "en"], &[("LC_ALL", Path::new("zh_CN.UTF-8"))]);
    assert!(String::from_utf8_lossy(&english.stdout).contains("verdict: conforms"));
}

#[test]
fn a_workflow_gets_its_summary_appended_and_its_annotations() {
    let folder = folder();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").expect("a summary");
    let workflow: [(&str, &Path); 2] = [("GITHUB_STEP_SUMMARY", &summary), ("GITHUB_ACTIONS", Path::new("true"))];
    let output = run(folder.path(), &["--no-deliver"], &workflow);
    assert_eq!(output.status.code(), Some(5));
    let written = read(&summary);
    assert!(written.starts_with("before\n## ") && written.contains("delivery-not-allowed"), "{written}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.lines().any(|line| line.starts_with("::error file=cases/ciam/sms-send.toml,line=")), "{said}");
}

#[test]
fn what_is_no_record_is_refused() {
    let folder = folder();
    let path = folder.path().join("run.json");
    fs::write(&path, r#"{"format":"iamspec-run/1"}"#).expect("a file");
    let output = iamspec(&["report", path.to_str().expect("a path")], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no run record"));
}
