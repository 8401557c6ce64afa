//! Something is planted wherever a secret can travel, and everything that is written is looked at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{code, said};

/// Part of whatever nobody may read; it stands in no report of its own.
const MARK: &str = "Zq7Zx9Sentinel";
/// Part of every code, and every recipient.
const CODE: &str = "731955";
const MOBILES: [&str; 4] = ["15291827364", "15291827365", "15291827366", "15291827367"];
const EMAIL: &str = "zq7sentinel@example.com";

/// A token with a number of its own, of a form that has to be escaped in JSON, URLs and pages.
fn secret(what: &str, number: usize) -> String {
    format!("{MARK}-{what}-{number}---{{\"x\":{number}.0,\"y\":5.0}}&<'>")
}

fn jwt() -> String {
    let part = |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{MARK}", part(json!({"alg": "RS256", "kid": "k"})), part(json!({"sub": MARK})))
}

/// A deployment that hands out, repeats and garbles secrets wherever it can.
struct Gossip {
    runtime: Runtime,
    url: String,
}

impl Gossip {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let turn = Arc::new(AtomicUsize::new(0));
        let handle = move |request: Request| {
            let number = turn.fetch_add(1, Ordering::SeqCst);
            async move { answer(request, number).await }
        };
        let url = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await });
            url
        });
        Self { runtime, url }
    }
}

async fn answer(request: Request, number: usize) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let heard = String::from_utf8_lossy(&to_bytes(body, 1 << 20).await.expect("a body")).into_owned();
    let sent: Value = serde_json::from_str(&heard).unwrap_or(Value::Null);
    let member = |name: &str| sent[name].as_str().unwrap_or_default().to_owned();
    let (token, mobile) = (member("captcha_token"), member("mobile") + &member("email"));
    let code = member("verify_code");
    let path = parts.uri.path();
    let plain = |status: u16, body: String| (status, "application/json", body);
    let (status, kind, body) = if path.ends_with("/captcha") {
        plain(200, json!({"captcha_token": secret("captcha", number)}).to_string())
    } else if path.ends_with("/code") {
        plain(200, json!({"code": format!("{CODE}{:02}", number % 100)}).to_string())
    } else if path.ends_with("/keys") {
        plain(500, format!("no keys for {MARK}"))
    } else if path.contains("/login/") && !code.is_empty() && number.is_multiple_of(2) {
        let session = secret("session", number);
        plain(200, json!({"status": "SUCCESS", "session_token": session, "expire": 1, "id_token": jwt()}).to_string())
    } else {
        let base64 = STANDARD.encode(format!("user:{token}{code}!"));
        let said = match number % 6 {
            0 => json!({"error_code": "X.1", "error_msg": format!("{mobile} {token} {code} {}", jwt())}).to_string(),
            1 => format!("{{\"session_token\":\"{}\", {token} {code}", secret("broken", number)),
            2 => format!(
                "<p>{mobile}</p>{}",
                token.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
            ),
            3 => json!({"error_code": base64, "error_msg": token.to_uppercase()}).to_string(),
            4 => json!({"data": json!({"state_token": secret("state", number)}).to_string(), token.as_str(): code})
                .to_string(),
            _ => String::new(),
        };
        let status = if number % 6 == 5 { 200 } else { 400 };
        (status, "application/json", said)
    };
    let mut builder = Response::builder().status(status).header("content-type", kind);
    builder = builder.header("set-cookie", format!("sid={MARK}cookie; Path=/"));
    builder = builder.header("x-session-id", format!("{MARK}header"));
    if !token.is_empty() {
        builder = builder.header("x-echo", &token).header("location", format!("/?t={}", percent(&token)));
    }
    builder.body(Body::from(body)).expect("an answer")
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| format!("{out}%{byte:02X}"))
}

fn target(gossip: &Gossip, product: &str, sources: &str) -> String {
    let [first, second, third, fourth] = MOBILES;
    format!(
        "name = \"acme ${{env:SENTINEL_NAME}}\"\nproduct = \"{product}\"\nurl = \"{}/${{env:SENTINEL_PATH}}\"\n\
         client_id = \"${{env:SENTINEL_CLIENT}}\"\n[headers]\nX-tenant-id = \"${{env:SENTINEL_HEADER}}\"\n\
         [recipients]\nmobile = [\"{first}\"]\nemail = [\"{EMAIL}\"]\nundeliverable_mobile = \"{second}\"\n\
         [accounts]\nsuccess = \"{third}\"\nmfa = \"{fourth}\"\n\
         [delivery]\nallow = true\ninterval = \"0s\"\n{sources}\n[limits]\nrate = \"100000/s\"\n\
         [id_token]\njwks = \"{}/keys?k=${{env:SENTINEL_KEY}}\"\n",
        gossip.url, gossip.url
    )
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() && !path.is_symlink() { files(&path) } else { vec![path] }).collect()
}

/// Whatever would give a sentinel away: itself, and what base64 makes of it at any alignment.
fn traces() -> Vec<String> {
    let mut traces: Vec<String> = MOBILES.iter().map(|mobile| (*mobile).to_owned()).collect();
    traces.extend([EMAIL, MARK, CODE].map(ToOwned::to_owned));
    traces.extend([MARK.to_uppercase(), MARK.to_lowercase(), percent(MARK), percent(MARK).to_lowercase()]);
    for before in ["", "a", "ab"] {
        let code = STANDARD.encode(format!("{before}{MARK}"));
        traces.push(code[4..16].to_owned());
    }
    traces
}

fn assert_hidden(text: &str, place: &str) {
    for trace in traces() {
        if let Some(at) = text.find(&trace) {
            let before: String = text[..at].chars().rev().take(200).collect();
            let before: String = before.chars().rev().collect();
            let after: String = text[at..].chars().take(200).collect();
            panic!("{place}: `{trace}` can be read: {before}{after}");
        }
    }
}

/// Runs with every report and every output that there is.
fn look_at_everything(product: &str, sources: impl Fn(&Gossip, &Path) -> String) {
    let gossip = Gossip::start();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("target.toml"), target(&gossip, product, &sources(&gossip, folder.path()))).expect("a target file");
    fs::write(
        path("waivers.toml"),
        format!(
            "[[waiver]]\ntrial = \"{product}/sms-send/scene/*\"\ncheck = \"status\"\nsymptom = \"other status\"\n\
             why = \"they sent {MARK}-env-header\"\nowner = \"{MARK}-env-client\"\nuntil = 2999-12-31\n"
        ),
    )
    .expect("a waiver file");
    let written = path("out");
    let (target, waivers) = (path("target.toml").display().to_string(), path("waivers.toml").display().to_string());
    let kept = written.join("kept").display().to_string();
    let named = ["json", "junit", "html", "markdown", "ctrf"]
        .map(|format| format!("{format}={}", written.join("{target}").join(format).display()));
    let mut run = vec!["run", "-v", "--target", &target, "--waivers", &waivers, "--reports", &kept];
    run.extend(named.iter().flat_map(|report| ["--report", report]));
    let environment = [
        ("SENTINEL_NAME", "env-name"),
        ("SENTINEL_PATH", "env-path"),
        ("SENTINEL_CLIENT", "env-client"),
        ("SENTINEL_HEADER", "env-header"),
        ("SENTINEL_KEY", "env-key"),
    ];
    let iamspec = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
        command.args(arguments).envs(environment.map(|(name, value)| (name, format!("{MARK}-{value}"))));
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", written.join("summary.md"));
        command.env_remove("LANG").output().expect("the binary runs")
    };
    let plan = iamspec(&["plan", "-v", "--target", &target]);
    assert_hidden(&said(&plan), "the plan");
    let output = iamspec(&run);
    assert!([1, 3, 5].contains(&code(&output)), "{}: {}", code(&output), said(&output));
    assert_hidden(&said(&output), "the output");
    let record = files(&written).into_iter().find(|path| path.ends_with("run.json")).expect("a record");
    let record = record.to_str().expect("a path");
    let again = iamspec(&["diff", record, record]);
    assert_hidden(&said(&again), "the comparison");
    assert_hidden(&said(&iamspec(&["waive", record])), "the stubs");
    let text = fs::read_to_string(record).expect("a record");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    assert!(text.contains("‹captcha-token "), "tokens travelled");
    assert!(record["trials"].as_array().is_some_and(|trials| trials.len() > 50));
    let all = files(&written);
    assert!(all.len() >= 10, "{all:?}");
    for file in all {
        assert_hidden(&file.display().to_string(), "the name of a file");
        let text = fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        // `latest` is a link to a folder.
        if let Ok(text) = text {
            assert_hidden(&text, &file.display().to_string());
        }
    }
    drop(gossip.runtime);
}

#[test]
fn no_secret_can_be_read_in_anything_that_is_written_of_a_gossip() {
    for product in ["eiam", "ciam"] {
        look_at_everything(product, |gossip, _| {
            format!(
                "[captcha]\nhttp = {{ url = \"{0}/captcha?to=${{to}}&k=${{env:SENTINEL_KEY}}\", pointer = \"/captcha_token\" }}\n\
                 single_use = true\n[verify_code]\nhttp = {{ url = \"{0}/code?to=${{to}}\", pointer = \"/code\" }}\ntimeout = \"1s\"",
                gossip.url
            )
        });
    }
}

#[cfg(unix)]
#[test]
fn no_secret_of_a_command_can_be_read_not_even_what_it_complains() {
    let script = |what: &str| format!("echo '{MARK} to standard error' >&2; {what}");
    look_at_everything("eiam", |_, _| {
        format!(
            "[captcha]\ncommand = [\"sh\", \"-c\", {:?}]\nsingle_use = true\n[verify_code]\ncommand = [\"sh\", \"-c\", {:?}]\n\
             timeout = \"1s\"",
            script(&format!("echo {MARK}-$$-$(date +%N)")),
            script(&format!("echo {CODE}$(date +%N | cut -c1-2)"))
        )
    });
}

/// The secrets of a stored run are not known any more: what has the form of a token is found all the same.
#[test]
fn a_stored_run_that_holds_a_token_is_neither_printed_nor_reported() {
    let site = super::Site::new(iamspec::reference::Product::Ciam);
    let (_, mut record) = site.record(&["--no-deliver", "--select", "ciam/sms-send/scene/*"]);
    let path = |name: &str| site.path(name).display().to_string();
    let (clean, stored) = (path("run.json"), path("stored.json"));
    for trial in record["trials"].as_array_mut().expect("trials") {
        trial["reason"]["text"] = format!("it said {}", jwt()).into();
    }
    record["target"]["name"] = jwt().into();
    fs::write(&stored, record.to_string()).expect("a record");
    for format in ["json", "junit", "html", "markdown", "ctrf"] {
        let report = path(format);
        let output = super::iamspec(&["report", &stored, "--report", &format!("{format}={report}")]);
        assert_eq!(code(&output), 70, "{format}: {}", said(&output));
        assert!(said(&output).contains("(kind: token)") && !said(&output).contains("eyJ"), "{}", said(&output));
        assert!(!Path::new(&report).exists(), "{format}");
        let output = super::iamspec(&["report", &clean, "--report", &format!("{format}={report}")]);
        assert_eq!(code(&output), 0, "{format}: {}", said(&output));
    }
    for command in [&["report", &stored][..], &["waive", &stored], &["diff", &clean, &stored]] {
        let output = super::iamspec(command);
        assert_eq!(code(&output), 70, "{command:?}: {}", said(&output));
        assert!(!said(&output).contains("eyJ"), "{command:?}: {}", said(&output));
    }
}
