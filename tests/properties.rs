//! What must hold whatever stands in a file or comes over the wire, held against texts of proptest: the same functions
//! that the targets of `cargo fuzz` call, for a few seconds, with the same texts every time.

#[path = "fuzz/bodies/mod.rs"]
#[expect(unreachable_pub, reason = "a crate of its own for `cargo fuzz`")]
mod bodies;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Texts that mean something to a terminal, to XML, HTML, Markdown, TOML, JSON, a shell or a workflow.
const ACTING: &[&str] = &[
    "\u{1b}[2J",
    "\u{9b}31m",
    "\u{202e}",
    "\u{200b}",
    "\r\n",
    "\n",
    "\t",
    "\u{7}",
    "\0",
    "\u{fffe}",
    "\u{e0041}",
    "|",
    "\\",
    "`",
    "``",
    "```\n",
    "<",
    "</td>",
    "<script>",
    "-->",
    "]]>",
    "&",
    "&#0;",
    "\"",
    "'",
    "::error::",
    "@team",
    "[a](b)",
    "\n# h\n",
    "\n| a |\n",
    "${env:X}",
    "${",
    "$(id)",
    "#",
    "=",
    "[[",
    "]]",
    "[",
    "]",
    "{",
    "}",
    ",",
    "‹",
    "›",
    "不能为空",
    "👍",
    "e\u{301}",
];
/// Pieces of the files that people write.
const WRITTEN: &[&str] = &[
    "[[case]]\n",
    "[[waiver]]\n",
    "[[error]]\n",
    "[request]\n",
    "[captcha]\n",
    "id = \"a\"\n",
    "code = \"X\"\n",
    "status = 400\n",
    "body.mobile = \"${recipient.mobile}\"\n",
    "set.header.X-L = \"zh\"\n",
    "absent = \"body.type\"\n",
    "rows = [{ axis = \"type\", of = \"scenes\" }]\n",
    "until = 2026-12-31\n",
    "trial = \"*\"\n",
    "why = \"\"\n",
    "url = \"http://127.0.0.1:1\"\n",
    "name = \"${env:A}\"\n",
    "product = \"ciam\"\n",
    "rate = \"1e9/s\"\n",
    "timeout = \"9999999999h\"\n",
    "body = \"99999999999GiB\"\n",
    "client_id = \"\"\n",
];

/// Runs a body on so many texts, the same ones every time.
fn hold<T: std::fmt::Debug>(cases: u32, texts: impl Strategy<Value = T>, body: impl Fn(&T)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let held = runner.run(&texts, |text| {
        body(&text);
        Ok(())
    });
    held.unwrap_or_else(|failed| panic!("{failed}"));
}

/// A text of pieces, some of them acting, in any order.
fn texts(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(pieces).prop_map(str::to_owned),
        3 => select(ACTING).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9_.*/ -]{0,8}",
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A file of ours in which a piece is replaced by another text.
fn edited(original: String, pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let length = original.len();
    (0..=length, 0..40_usize, texts(pieces)).prop_map(move |(at, cut, text)| {
        let near = |at: usize| (0..=at.min(length)).rev().find(|&at| original.is_char_boundary(at)).unwrap_or(0);
        format!("{}{text}{}", &original[..near(at)], &original[near(at + cut)..])
    })
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn any_case_file_is_loaded_or_complained_about() {
    hold(200, texts(WRITTEN), |text| bodies::files::case_file(text));
    hold(60, edited(file("cases/eiam/mobile-login.toml"), WRITTEN), |text| bodies::files::case_file(text));
}

#[test]
fn any_target_file_is_loaded_or_complained_about() {
    hold(200, texts(WRITTEN), |text| bodies::files::target_file(text));
    hold(200, edited(file("src/target/tests/documented.toml"), WRITTEN), |text| bodies::files::target_file(text));
}

#[test]
fn any_waiver_file_is_loaded_or_complained_about() {
    let waiver = "[[waiver]]\ntrial = \"ciam/*\"\ncheck = \"error_msg\"\nsymptom = \"other wording\"\nwhy = \"4.2\"\n\
                  owner = \"qa\"\nuntil = 2026-12-31\n";
    hold(200, texts(WRITTEN), |text| bodies::files::waiver_file(text));
    hold(200, edited(waiver.to_owned(), WRITTEN), |text| bodies::files::waiver_file(text));
}

#[test]
fn any_record_is_read_or_refused_and_its_reports_parse() {
    hold(40, edited(file("tests/fuzz/seeds/run.json"), &["null", "-1", "1e308", "\"\"", "[]", "{}"]), |text| {
        bodies::record::run_record(text);
    });
}

#[test]
fn every_report_parses_whatever_a_deployment_said() {
    let record = prop::collection::vec(texts(&["", "ciam/sms-send/x", "2026-11-20T14:00:00Z"]), 1..8);
    hold(20, record, |pieces| bodies::record::poisoned(&pieces.join("\0")));
}

#[test]
fn any_answer_is_judged_and_only_what_is_documented_is_green() {
    let pieces: &[&str] = &[
        "{\"error_code\":\"IDAAS.SDK.PARAM.0002\",\"error_msg\":\"clientId cannot be empty\"}",
        "{}",
        "null",
        "\"",
        "{\"",
        "\":",
        "true",
        "\"error_code\":",
        "\"SDK.COMMON.1001\"",
        "\"status\":\"SUCCESS\"",
        "\"id_token\":\"eyJhbGciOi.e30.\"",
        "\"captcha_token\":\"",
        "s3cret---",
        "1e999",
        "\u{feff}",
    ];
    let first = select(
        &[
            "ciam/sms-send/client-id/missing/en",
            "ciam/sms-send/scene/LOGIN_SMS",
            "eiam/mobile-login/success",
            "eiam/mobile-login/code-wrong",
            "ciam/email-send/captcha-invented",
            "eiam/email-send/client-id/blank",
        ][..],
    );
    let status = select(&[200, 204, 302, 400, 401, 429, 500][..]);
    let headers = select(&["", "Content-Type: application/json", "Content-Type: text/html; charset=gbk"][..]);
    let answers = (first, status, headers, texts(pieces));
    hold(300, answers, |(trial, status, headers, body)| {
        bodies::answer::answer(format!("{trial} {status}\n{headers}\n\n{body}").as_bytes());
    });
}

/// What fuzzing once found, and the bodies it was found with.
#[test]
fn what_was_found_once_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found");
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    found.sort();
    assert!(!found.is_empty());
    for path in found {
        let data = fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&data);
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        match name.split('-').next().expect("the name of a target") {
            "case_file" => bodies::files::case_file(&text),
            "target_file" => bodies::files::target_file(&text),
            "waiver_file" => bodies::files::waiver_file(&text),
            "run_record" => bodies::record::run_record(&text),
            "reports" => bodies::record::poisoned(&text),
            "answer" => bodies::answer::answer(&data),
            other => panic!("`{other}` is no target"),
        }
    }
}
