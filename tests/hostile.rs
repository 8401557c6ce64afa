//! Deployments that misbehave: a table of peers, each on a real socket, and how a run against them ends.
//!
//! Every peer meets the binary as a child process. Whatever it does, the run ends within [`LONGEST`], its memory stays
//! below [`LARGEST`], the record is valid and comes out the same when it is judged again, and nothing that the peer sent
//! acts on a terminal or in a report.

mod measured;
mod peer;
#[path = "peer/tls.rs"]
mod tls;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use iamspec::case::Contract;
use iamspec::compare::verify::verify;
use iamspec::embedded;
use iamspec::reference::{self, Config, Deployment, Product};
use iamspec::schema::{self, Schemas};
use measured::{Measured, measured};
use peer::{Peer, Script, Wire};
use serde_json::Value;
use tls::{ALWAYS, Authority, FUTURE, Leaf, Manner, PAST, Speech, TlsPeer};
use tokio::runtime::Runtime;

/// Two knocks and one exchange, each with its deadline, and the start of a process on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);
/// Peak resident memory in KiB: the process itself, the contract, and a body of at most 1 MiB a few times over.
const LARGEST: u64 = 128 * 1024;
/// The one trial that is run: a 400 with a documented code and message.
const TRIAL: &str = "ciam/sms-send/client-id/missing/en";
/// The one that is run where the keys of id tokens matter.
const LOGIN: &str = "eiam/mobile-login/success";
const GOOD: &str = r#"{"error_code":"IDAAS.SDK.PARAM.0002","error_msg":"clientId cannot be empty"}"#;
const JSON: &str = "Content-Type: application/json\r\n";

/// One peer, and what a run against it comes to.
struct Row {
    /// What it does, after "a deployment that".
    does: &'static str,
    scheme: &'static str,
    part: Part,
    script: Script,
    outcome: &'static str,
    code: &'static str,
    /// Part of the one line that says why.
    says: &'static str,
}

/// What the script of a row plays.
#[derive(Clone, Copy)]
enum Part {
    /// The deployment.
    Deployment,
    /// Nothing: the deployment is in order, but for the certificate that it shows.
    Certificate(fn(&Authority) -> Leaf),
    /// Nothing: the deployment shows a certificate in order, and speaks in its own manner.
    Manner(Manner),
    /// What serves the keys of id tokens; the deployment is in order.
    Keys,
}

const fn row(does: &'static str, script: Script, end: (&'static str, &'static str), says: &'static str) -> Row {
    Row { does, scheme: "http", part: Part::Deployment, script, outcome: end.0, code: end.1, says }
}

/// A deployment in order behind TLS, with a certificate by the authority that the target file names, or by another.
const fn showing(
    does: &'static str,
    leaf: fn(&Authority) -> Leaf,
    end: (&'static str, &'static str),
    says: &'static str,
) -> Row {
    Row { scheme: "https", part: Part::Certificate(leaf), ..row(does, Wire::never, end, says) }
}

const fn speaking(does: &'static str, manner: Manner, end: (&'static str, &'static str), says: &'static str) -> Row {
    Row { scheme: "https", part: Part::Manner(manner), ..row(does, Wire::never, end, says) }
}

const fn with_keys(does: &'static str, script: Script, says: &'static str) -> Row {
    Row { part: Part::Keys, ..row(does, script, UNKNOWN, says) }
}

impl Row {
    fn trial(&self) -> &'static str {
        match self.part {
            Part::Deployment | Part::Certificate(_) | Part::Manner(_) => TRIAL,
            Part::Keys => LOGIN,
        }
    }
}

const PASS: (&str, &str) = ("pass", "");
const WARN: (&str, &str) = ("warn", "deviation");
const FAIL: (&str, &str) = ("fail", "promise-broken");
const UNKNOWN: (&str, &str) = ("error", "environment");

const BROKE_OFF: &str = "http: the answer broke off in its body";
const NO_HTTP: &str = "http: the answer is not HTTP";
const NO_HTTP_2: &str = "http: the answer is not HTTP/2";
const BIG_HEAD: &str = "http: the head of the answer is larger than any HTTP client takes";
const BIG_BODY: &str = "http: the body is larger than `limits.body` (1048576 bytes)";
const LATE: &str = "no whole answer within `limits.timeout` (2 s)";
const SILENT: &str = "the connection ended before the head of an answer was whole";
const NO_JSON: &str = "json: the body is not JSON";
const BEYOND: &str = "json: the body is more than readers of JSON take";
const NO_UTF8: &str = "utf8: the body is not UTF-8 from byte";
const REDIRECTED: &str = "status: the request was answered with a redirect, which is not followed";
const MESSAGE: &str = "error_msg: ";
const BIG_KEYS: &str = "the keys of id tokens could not be had: the body is larger than `limits.body` (1048576 bytes)";
const NO_KEYS: &str = "the keys of id tokens could not be had: not a JSON Web Key Set";

const TABLE: &[Row] = &[
    row("behaves", |w| w.answer(JSON, GOOD), PASS, ""),
    // Connections.
    row("refuses the connection", Wire::never, UNKNOWN, "cannot be reached: no connection"),
    row("resets before it reads", Wire::reset, UNKNOWN, SILENT),
    row("closes without a word", Wire::hear, UNKNOWN, SILENT),
    row("accepts and says nothing", Wire::wait, UNKNOWN, LATE),
    row("sends one byte a second", |w| w.drip(GOOD), UNKNOWN, LATE),
    Row {
        scheme: "https",
        ..row("speaks HTTP where TLS is expected", |w| w.answer(JSON, GOOD), UNKNOWN, "no connection")
    },
    Row { scheme: "https", ..row("says nothing where TLS is expected", Wire::wait, UNKNOWN, "no connection within") },
    row("speaks TLS where HTTP is expected", |w| w.say("\x15\x03\x01\0\x02\x02\x28"), FAIL, NO_HTTP),
    // Certificates.
    showing("behaves, behind TLS", |authority| authority.leaf(&["127.0.0.1"], ALWAYS), PASS, ""),
    showing(
        "shows an expired certificate",
        |authority| authority.leaf(&["127.0.0.1"], PAST),
        UNKNOWN,
        "the certificate expired on 2021-01-01 00:00 UTC",
    ),
    showing(
        "shows a certificate that is not valid yet",
        |authority| authority.leaf(&["127.0.0.1"], FUTURE),
        UNKNOWN,
        "the certificate is not valid before 2119-01-01 00:00 UTC",
    ),
    showing(
        "shows a certificate for another name",
        |authority| authority.leaf(&["other.example.com"], ALWAYS),
        UNKNOWN,
        "the certificate is for `other.example.com`, not for `127.0.0.1`",
    ),
    showing(
        "shows a certificate of an unknown authority",
        |_| Authority::new("somebody else").leaf(&["127.0.0.1"], ALWAYS),
        UNKNOWN,
        "nobody trusted here signed the certificate: set `tls.ca`",
    ),
    // HTTP/2.
    speaking("behaves, in HTTP/2", Manner::Http2, PASS, ""),
    speaking("sends a head of 500 KB in HTTP/2", Manner::LargeHead(500_000), FAIL, NO_HTTP_2),
    speaking("sends a head of 5 MB in HTTP/2", Manner::LargeHead(5_000_000), FAIL, BIG_HEAD),
    speaking("refuses an HTTP/2 stream before it begins", Manner::Refuses, PASS, ""),
    speaking("gives up its HTTP/2 stream", Manner::Resets, UNKNOWN, SILENT),
    speaking("gives up its HTTP/2 stream within the body", Manner::BreaksOff, FAIL, BROKE_OFF),
    speaking("agrees on HTTP/2 and speaks none", Manner::Babbles, FAIL, NO_HTTP_2),
    // Heads. What breaks off within its head is `fail` by rights; hyper reports it exactly as silence, and `reqwest`
    // lets nobody count the bytes of a connection, so it is not called more than could be found out.
    row("closes within the head", |w| w.say("HTTP/1.1 400 Bad Req"), UNKNOWN, SILENT),
    row("resets within the head", |w| w.say_and_reset("HTTP/1.1 400 Bad Req"), UNKNOWN, SILENT),
    row(
        "sends a head without end, in one line",
        |w| w.forever("HTTP/1.1 400 Bad\r\nX-Long: ", &"x".repeat(4096)),
        FAIL,
        BIG_HEAD,
    ),
    row("sends headers without end", |w| w.forever("HTTP/1.1 400 Bad\r\n", &"X-A: b\r\n".repeat(512)), FAIL, BIG_HEAD),
    row("sends 10 000 headers", |w| w.answer(&format!("{JSON}{}", "X-A: b\r\n".repeat(10_000)), GOOD), FAIL, BIG_HEAD),
    row("says `100 Continue` for ever", |w| w.forever("", &"HTTP/1.1 100 Continue\r\n\r\n".repeat(64)), UNKNOWN, LATE),
    row("speaks HTTP/0.9", |w| w.say(GOOD), FAIL, NO_HTTP),
    row("answers with another protocol", |w| w.say("SSH-2.0-OpenSSH_9.9\r\n"), FAIL, NO_HTTP),
    row("answers twice", |w| w.say(&format!("{0}{0}", whole(JSON, GOOD))), PASS, ""),
    row("redirects to another host", |w| w.redirect("http://127.0.0.2:9/"), FAIL, REDIRECTED),
    row("redirects in a loop", |w| w.redirect("/"), FAIL, REDIRECTED),
    // Bodies.
    row(
        "resets within the body",
        |w| w.say_and_reset(&format!("HTTP/1.1 400 Bad\r\n{JSON}Content-Length: 900\r\n\r\n{{")),
        FAIL,
        BROKE_OFF,
    ),
    row(
        "sends less than its `Content-Length`",
        |w| w.say(&format!("HTTP/1.1 400 Bad\r\n{JSON}Content-Length: 900\r\n\r\n{GOOD}")),
        FAIL,
        BROKE_OFF,
    ),
    row(
        "sends more than its `Content-Length`",
        |w| w.say(&format!("HTTP/1.1 400 Bad\r\n{JSON}Content-Length: 9\r\n\r\n{GOOD}")),
        FAIL,
        NO_JSON,
    ),
    row("names two `Content-Length`s", |w| w.answer("Content-Length: 9\r\n", GOOD), FAIL, NO_HTTP),
    row(
        "stops within the body",
        |w| w.stall(&format!("HTTP/1.1 400 Bad\r\n{JSON}Content-Length: 900\r\n\r\n{{")),
        UNKNOWN,
        LATE,
    ),
    row(
        "sends a body without end",
        |w| w.forever(&format!("HTTP/1.1 400 Bad\r\n{JSON}\r\n\""), &"x".repeat(65_536)),
        FAIL,
        BIG_BODY,
    ),
    row(
        "sends chunks without end",
        |w| w.forever(&chunked(""), &format!("1000\r\n{}\r\n", "x".repeat(4096))),
        FAIL,
        BIG_BODY,
    ),
    row("breaks its chunks", |w| w.say(&chunked("zz\r\nnothing\r\n")), FAIL, BROKE_OFF),
    row("sends a string of 50 MB", |w| w.answer(JSON, &format!("\"{}\"", "x".repeat(50_000_000))), FAIL, BIG_BODY),
    row("sends a gzip bomb", Wire::bomb, FAIL, BIG_BODY),
    row("says gzip and sends none", |w| w.answer(&format!("{JSON}Content-Encoding: gzip\r\n"), GOOD), FAIL, BROKE_OFF),
    row("sends nothing but a head", |w| w.answer(JSON, ""), FAIL, "json: the body is empty"),
    // Texts.
    row("sends bytes that are no UTF-8", |w| w.bytes(JSON, b"{\"error_code\":\"\xff\xfe\"}"), FAIL, NO_UTF8),
    row("sends UTF-16", |w| w.utf16(GOOD), FAIL, NO_UTF8),
    row(
        "sends a byte order mark",
        |w| w.answer(JSON, &format!("\u{feff}{GOOD}")),
        WARN,
        "json: the body begins with a byte order mark",
    ),
    row(
        "names a wrong charset",
        |w| w.answer("Content-Type: application/json; charset=gbk\r\n", GOOD),
        WARN,
        "content_type: ",
    ),
    row("sends NUL bytes", |w| w.answer(JSON, &GOOD.replace("cannot", "can\0not")), FAIL, NO_JSON),
    row(
        "names a member twice",
        |w| w.answer(JSON, &GOOD.replacen('{', "{\"error_code\":\"X\",", 1)),
        WARN,
        "duplicate_member: ",
    ),
    row(
        "names 60 000 members twice",
        |w| w.answer(JSON, &many(60_000, |n| format!("\"a{}\":1", n % 30_000))),
        WARN,
        "duplicate_member: ",
    ),
    row("sends numbers too large", |w| w.answer(JSON, &GOOD.replacen('{', "{\"n\":1e999999,", 1)), FAIL, BEYOND),
    row("nests 100 000 deep", |w| w.answer(JSON, &"[".repeat(100_000)), FAIL, BEYOND),
    row("nests objects 100 000 deep", |w| w.answer(JSON, &"{\"a\":".repeat(100_000)), FAIL, BEYOND),
    row(
        "invents 60 000 members",
        |w| w.answer(JSON, &many(60_000, |n| format!("\"m{n}\":1"))),
        WARN,
        "undocumented_member: ",
    ),
    row(
        "sends 20 000 tokens",
        |w| w.answer(JSON, &many(20_000, |n| format!("\"a{n}\":{{\"id_token\":\"token-{n:08}\"}}"))),
        WARN,
        "undocumented_member: ",
    ),
    row(
        "sends 20 000 tokens in what is no JSON",
        |w| w.answer(JSON, &many(20_000, |n| format!("\"id_token\":\"token-{n:08}\""))[1..]),
        FAIL,
        NO_JSON,
    ),
    // Texts without measure.
    row("sends a message of 900 000 letters", |w| w.message(&"x y".repeat(300_000)), FAIL, MESSAGE),
    row("sends a message of 400 000 combining marks", |w| w.message(&"\u{301}".repeat(400_000)), FAIL, MESSAGE),
    row(
        "names a code of 900 000 letters",
        |w| w.answer(JSON, &GOOD.replace("IDAAS", &"x".repeat(900_000))),
        FAIL,
        "schema: ",
    ),
    row(
        "names a member of 900 000 letters",
        |w| w.answer(JSON, &GOOD.replacen('{', &format!("{{\"{}\":1,", "x".repeat(900_000)), 1)),
        WARN,
        "undocumented_member: ",
    ),
    // Keys of id tokens.
    with_keys("serves keys without end", |w| w.forever(&good("{\"keys\":["), &"{},".repeat(4096)), BIG_KEYS),
    with_keys("says nothing where its keys should be", Wire::wait, "could not be had: no answer within 10 s"),
    with_keys("serves its keys one byte a second", |w| w.drip("{}"), "could not be had: no answer within 10 s"),
    with_keys("serves keys that are none", |w| w.say(&good("<html>\u{1b}[2J")), NO_KEYS),
    with_keys("serves keys nested 100 000 deep", |w| w.say(&good(&"{\"keys\":".repeat(100_000))), NO_KEYS),
    with_keys("serves no keys but an error", |w| w.answer(JSON, GOOD), "could not be had: HTTP 400"),
    // Messages that act where they are not data.
    row("sends ANSI and OSC sequences", |w| w.message("\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m"), FAIL, MESSAGE),
    row("sends them raw, in a header", |w| w.answer(&format!("{JSON}X-Note: \u{9b}31m\u{202e}\r\n"), GOOD), PASS, ""),
    row("sends bidirectional controls", |w| w.message("a\u{202e}b\u{2066}c"), FAIL, MESSAGE),
    row("sends `<script>`", |w| w.message("<script>alert(1)</script><img src=x onerror=alert(1)>"), FAIL, MESSAGE),
    row("sends `]]>`", |w| w.message("]]><injected/>"), FAIL, MESSAGE),
    row("sends `%0a::error::`", |w| w.message("%0a::error::injected\\n::error::injected"), FAIL, MESSAGE),
    row("sends `$(…)`", |w| w.message("$(touch owned) `touch owned` '; touch owned"), FAIL, MESSAGE),
];

fn whole(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 400 Bad Request\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A head without a length, and the beginning of a body.
fn good(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{JSON}\r\n{body}")
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 400 Bad Request\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n{body}")
}

/// A refusal in order, but for the members before it.
fn many(count: usize, member: impl Fn(usize) -> String) -> String {
    let members: Vec<String> = (0..count).map(member).collect();
    GOOD.replacen('{', &format!("{{{},", members.join(",")), 1)
}

const FORMATS: [&str; 5] = ["json", "junit", "html", "markdown", "ctrf"];

/// What a run against a row came to.
struct Ran {
    code: Option<i32>,
    took: Duration,
    peak: Option<u64>,
    /// What was printed and written, each with its name.
    said: Vec<(&'static str, String)>,
    record: Option<Value>,
    /// Whether a request was sent to a peer that is not trusted.
    confided: bool,
}

/// Everybody that a row needs, until the run is over.
struct Stage {
    peer: Peer,
    secure: Option<TlsPeer>,
    deployment: Option<(Runtime, Deployment)>,
    target: String,
    ca: String,
}

impl Stage {
    fn set(row: &Row) -> Self {
        let peer = Peer::start(row.script);
        let mut stage =
            Self { secure: None, deployment: None, target: target(row.scheme, peer.port()), ca: String::new(), peer };
        match row.part {
            Part::Deployment => {}
            Part::Certificate(leaf) => stage.secure(row, leaf, Manner::Http1),
            Part::Manner(manner) => stage.secure(row, |authority| authority.leaf(&["127.0.0.1"], ALWAYS), manner),
            Part::Keys => {
                let config = Config::new(Product::Eiam);
                let runtime = Runtime::new().expect("a runtime");
                let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
                let text = reference::target_file(&config, "hostile", deployment.url());
                let (own, keys) = (deployment.url(), format!("http://127.0.0.1:{}", stage.peer.port()));
                stage.target = text.replace(&format!("jwks = \"{own}"), &format!("jwks = \"{keys}"));
                assert!(stage.target.contains(&keys), "{}", stage.target);
                stage.deployment = Some((runtime, deployment));
            }
        }
        stage
    }

    fn secure(&mut self, row: &Row, leaf: fn(&Authority) -> Leaf, manner: Manner) {
        let authority = Authority::new("made up");
        let secure = TlsPeer::start(&Speech { manner, ..Speech::of(&leaf(&authority)) }, GOOD);
        self.target = target(row.scheme, secure.port()) + "[tls]\nca = \"ca.pem\"\n";
        self.ca = authority.pem();
        self.secure = Some(secure);
    }

    /// Whether a deployment was told something that it must not hear.
    fn confided(&self, row: &Row) -> bool {
        let asked = self.secure.as_ref().is_some_and(|secure| !secure.asked().is_empty());
        asked && matches!(row.part, Part::Certificate(_)) && row.outcome == UNKNOWN.0
    }

    fn strike(self) {
        if let Some((runtime, deployment)) = self.deployment {
            let _ = runtime.block_on(deployment.stop());
        }
    }
}

fn target(scheme: &str, port: u16) -> String {
    format!(
        r#"
        name = "hostile"
        product = "ciam"
        url = "{scheme}://127.0.0.1:{port}"
        client_id = "nTo1eRIub60vPb54WeE6aojPwYwImtl4"
        [recipients]
        mobile = ["15200000000"]
        [captcha]
        command = ["printf", "a-token-of-no-worth"]
        single_use = true
        [limits]
        connect_timeout = "1s"
        timeout = "2s"
        body = "1MiB"
        "#
    )
}

fn run(row: &Row) -> Ran {
    let stage = Stage::set(row);
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("target.toml"), &stage.target).expect("a target file");
    fs::write(at("ca.pem"), &stage.ca).expect("an authority");
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    command.args(["run", "--target", "target.toml", "--select", row.trial(), "--no-reports", "--color", "never"]);
    for format in FORMATS {
        command.args(["--report", &format!("{format}={format}")]);
    }
    let file = |name: &str| fs::File::create(at(name)).expect("a file");
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(file("stdout")).stderr(file("stderr"));
    command.env("GITHUB_ACTIONS", "true").env("LC_ALL", "C.UTF-8").env_remove("GITHUB_STEP_SUMMARY");
    let Measured { status, took, peak } = measured(&mut command, LONGEST);
    let names = ["stdout", "stderr"].into_iter().chain(FORMATS);
    let said: Vec<_> = names.map(|name| (name, fs::read_to_string(at(name)).unwrap_or_default())).collect();
    let record = fs::read(at("json")).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let confided = stage.confided(row);
    stage.strike();
    Ran { code: status.code(), took, peak, said, record, confided }
}

/// Everything about a run that is not as the table says.
fn complaints(row: &Row, ran: &Ran, schemas: &Schemas, contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    if ran.took >= LONGEST {
        found.push(format!("it took more than {LONGEST:?}"));
    }
    if let Some(peak) = ran.peak.filter(|peak| *peak > LARGEST) {
        found.push(format!("it took {peak} KiB"));
    }
    if ran.confided {
        found.push("it was sent a request all the same".to_owned());
    }
    let Some(record) = &ran.record else {
        found.push(format!("no record, exit {:?}: {}", ran.code, ran.said[1].1));
        return found;
    };
    let violations = schemas.validator("run-record.schema.json").expect("a schema").violations(record);
    found.extend(violations.iter().take(3).map(|violation| format!("the record: {violation:?}")));
    let stored = serde_json::from_value(record.clone()).expect("a record");
    let verified = verify(&stored, contract).expect("the contract that it was judged by");
    found.extend(verified.disagreements.iter().take(3).map(|one| format!("judged again: {one:?}")));
    let trials = record["trials"].as_array().expect("trials");
    let trial = trials.iter().find(|trial| trial["id"] == row.trial()).expect("the trial");
    let text = trial["reason"]["text"].as_str().unwrap_or_default();
    let code = trial["reason"]["code"].as_str().unwrap_or_default();
    if (trial["outcome"].as_str(), code) != (Some(row.outcome), row.code) || !text.contains(row.says) {
        found.push(format!("ended as {} {code}: {text}", trial["outcome"]));
    }
    if text.lines().count() > 1 || text.chars().count() > 501 {
        found.push(format!("the reason is no line for people: {} bytes", text.len()));
    }
    for (name, text) in &ran.said {
        found.extend(acts(name, text).map(|what| format!("{name}: {what}")));
        if text.len() > 8 << 20 {
            found.push(format!("{name}: {} bytes", text.len()));
        }
    }
    found
}

/// What in a text does not stay data.
fn acts(name: &str, text: &str) -> Option<String> {
    let controls = |c: &char| c.is_control() && !matches!(c, '\n');
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if let Some(c) = text.chars().find(controls) {
        return Some(format!("a raw {c:?}"));
    }
    if let Some(c) = text.chars().find(turns) {
        return Some(format!("a raw {c:?}"));
    }
    let forbidden: &[&str] = match name {
        "html" => &["<script>alert", "<img src=x"],
        "junit" => &["]]>", "<injected", "<script>"],
        "stdout" | "stderr" => &["\n::error::injected"],
        _ => &[],
    };
    forbidden.iter().find(|word| text.contains(**word)).map(|word| format!("a raw `{word}`"))
}

#[test]
fn whatever_a_deployment_does_the_run_ends_says_why_and_lets_nothing_act() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schemas = Schemas::load(&schema::find(&dir).expect("schemas")).expect("schemas in order");
    let sources = embedded::sources(None, None).expect("the built-in files are read");
    let contract = embedded::contract(&sources).expect("the built-in contract is in order");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(row) = TABLE.get(next.fetch_add(1, Ordering::SeqCst)) {
            let ran = run(row);
            let here = complaints(row, &ran, &schemas, &contract);
            found.extend(here.into_iter().map(|what| format!("a deployment that {}: {what}", row.does)));
        }
        found
    };
    // Most peers make their run wait: a few at once, and never so many that the machine makes them wait.
    let found: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends")).collect()
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const BEGIN: &str = "<!-- from tests/hostile.rs: begin -->\n";
const END: &str = "<!-- from tests/hostile.rs: end -->";

/// The table as the README prints it.
fn printed() -> String {
    let mut out = "| a deployment that … | ends as | and the reason says |\n|---|---|---|\n".to_owned();
    for Row { does, outcome, code, says, .. } in TABLE {
        let code = if code.is_empty() { String::new() } else { format!(", `{code}`") };
        let says = says.trim_end_matches([' ', ':']);
        writeln!(out, "| {does} | `{outcome}`{code} | {says} |").expect("a string");
    }
    out
}

#[test]
fn the_readme_prints_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let (before, rest) = readme.split_once(BEGIN).expect("where the table begins");
    let (shown, after) = rest.split_once(END).expect("where the table ends");
    if std::env::var_os("SNAPSHOTS").is_some_and(|how| how == "overwrite") {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", printed())).expect("the README is written");
        return;
    }
    assert_eq!(shown, printed(), "run the tests with SNAPSHOTS=overwrite");
}
