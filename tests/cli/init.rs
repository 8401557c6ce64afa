//! A target file to begin with.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{code, iamspec, said};

const FOUR: [&str; 8] =
    ["--product", "ciam", "--name", "Acme Staging", "--url", "https://acme.example.com", "--client-id", "nTo1eRI"];

fn init(path: &Path, more: &[&str]) -> std::process::Output {
    let path = path.to_str().expect("a path");
    iamspec(&[&["init", "--output", path][..], &FOUR, more].concat())
}

#[test]
fn a_script_gets_a_file_that_plan_understands_and_that_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acme.toml");
    let output =
        init(&path, &["--mobile", "15200000000", "--email", "qa@example.com", "--header", "X-tenant-id=${env:PATH}"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(said(&output).contains("iamspec plan --target") && !said(&output).contains("warning"), "{}", said(&output));
    let plan = iamspec(&["plan", "--format", "json", "--target", path.to_str().expect("a path")]);
    assert_eq!(code(&plan), 0, "{}", said(&plan));
    let plan: Value = serde_json::from_slice(&plan.stdout).expect("JSON");
    assert_eq!(plan[0]["target"]["name"], "Acme Staging");
    assert_eq!(plan[0]["delivers"], false, "nothing is delivered before somebody allows it");
    let before = fs::read_to_string(&path).expect("a file");
    let again = init(&path, &["--production"]);
    assert_eq!(code(&again), 2);
    assert!(said(&again).contains("`--force`"), "{}", said(&again));
    assert_eq!(fs::read_to_string(&path).expect("a file"), before);
    assert_eq!(code(&init(&path, &["--production", "--force"])), 0);
    assert!(fs::read_to_string(&path).expect("a file").contains("\nproduction = true"));
}

#[test]
fn what_no_option_says_is_named_where_nobody_can_be_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acme.toml");
    let output = iamspec(&["init", "--product", "ciam", "--output", path.to_str().expect("a path")]);
    assert_eq!(code(&output), 2);
    for option in ["`--name`", "`--url`", "`--client-id`"] {
        assert!(said(&output).contains(option), "{}", said(&output));
    }
    assert!(!path.exists());
}

#[test]
fn nothing_is_written_that_could_not_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acme.toml");
    for more in [["--url", "acme"], ["--header", "X tenant=1"]] {
        let mut arguments = vec!["init", "--output", path.to_str().expect("a path")];
        let four = FOUR.chunks(2).filter(|pair| pair[0] != more[0]).flatten();
        arguments.extend(four.chain(&more));
        let output = iamspec(&arguments);
        assert_eq!(code(&output), 2, "{}", said(&output));
        assert!(!path.exists());
    }
}

#[test]
fn a_secret_that_stands_as_it_is_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = init(&folder.path().join("a.toml"), &["--header", "X-key=abcdefgh", "--fixed-code", "918273"]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let said = said(&output);
    assert!(
        said.contains("`--header X-key`") && said.contains("`--fixed-code`") && said.contains("${env:NAME}"),
        "{said}"
    );
    assert!(!said.contains("abcdefgh") && !said.contains("918273"), "{said}");
    let output = init(&folder.path().join("b.toml"), &["--fixed-code", "${env:IAMSPEC_UNSET_CODE}"]);
    let said = super::said(&output);
    assert!(said.contains("set `IAMSPEC_UNSET_CODE` in the environment") && !said.contains("warning"), "{said}");
}

#[test]
fn standard_output_gets_the_file_where_it_is_asked_for() {
    let output = init(Path::new("-"), &[]);
    assert_eq!(code(&output), 0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("\nurl = \"https://acme.example.com\""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_on_a_terminal_is_asked_until_the_answer_will_do() {
    use std::io::Write as _;
    use std::process::Stdio;

    let folder = tempfile::tempdir().expect("a folder");
    let line = format!("{} init", env!("CARGO_BIN_EXE_iamspec"));
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`script` of util-linux gives a terminal");
    let answers = "\nAcme Test\nbiam\neiam\nacme\nhttps://acme.example.com\n${env:ACME_CLIENT}\n\
                   15200000000, 15200000001\n\n15200000002\n\n\ny\n";
    child.stdin.take().expect("a pipe").write_all(answers.as_bytes()).expect("answers");
    let output = child.wait_with_output().expect("it ends");
    let said = said(&output);
    assert_eq!(code(&output), 0, "{said}");
    assert!(said.contains("this one is needed") && said.contains("expected `eiam` or `ciam`"), "{said}");
    let text = fs::read_to_string(folder.path().join("acme-test.toml")).expect("a file");
    for expected in [
        "name = \"Acme Test\"",
        "product = \"eiam\"",
        "url = \"https://acme.example.com\"",
        "client_id = \"${env:ACME_CLIENT}\"",
        "mobile = [\"15200000000\", \"15200000001\"]",
        "# email = ",
        "success = \"15200000002\"",
        "# mfa = ",
        "production = true",
    ] {
        assert!(text.contains(expected), "no `{expected}` in {text}");
    }
}
