//! What a deployment answers: judged without a panic, green only when the documented form came, and redacted.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use iamspec::case::{Contract, Expectation, Trial};
use iamspec::check::{self, Context, KeySet, State, Terms};
use iamspec::embedded;
use iamspec::exchange::{Answer, Body, Exchange, Prepared};
use iamspec::outcome::Outcome;
use iamspec::redact::{Kind, Redactor};
use iamspec::target::{self, Target};
use iamspec::verdict;
use jiff::Timestamp;

/// A token that was sent, and may come back in any place.
const TOKEN: &str = "s3cret---{\"x\":237.0,\"y\":5.0}";

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let sources = embedded::sources(None, None).expect("the files in the binary");
    embedded::contract(&sources).expect("a contract")
});

static TARGETS: LazyLock<[Target; 2]> = LazyLock::new(|| {
    ["eiam", "ciam"].map(|product| {
        let text = format!(
            "name = \"fuzz\"\nproduct = \"{product}\"\nurl = \"http://127.0.0.1:1\"\nclient_id = \"id\"\n\
             [id_token]\nissuer = \"https://iam.example.com\"\naudience = \"app\"\n"
        );
        target::parse(text, "fuzz.toml".as_ref(), &|_| None).expect("a target")
    })
});

/// `trial status`, headers, an empty line, a body. What is missing is a trial of some kind and the status 200.
pub fn answer(data: &[u8]) {
    let (head, body) = split(data);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let trial = trial(first.next().unwrap_or_default());
    let status = first.next().and_then(|status| status.parse().ok()).filter(|status| (100..600).contains(status));
    let status = status.unwrap_or(200);
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let body = Bytes::copy_from_slice(body);
    judged(trial, &Answer { status, version: "HTTP/1.1".to_owned(), headers, body: body.clone() });
    hidden(&String::from_utf8_lossy(&body));
}

fn split(data: &[u8]) -> (&[u8], &[u8]) {
    match data.windows(2).position(|pair| pair == b"\n\n") {
        Some(at) => (&data[..at], &data[at + 2..]),
        None => (&[], data),
    }
}

fn trial(id: &str) -> &'static Trial {
    CONTRACT.trial(id).unwrap_or_else(|| {
        let at = id.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        &CONTRACT.trials[at % CONTRACT.trials.len()]
    })
}

/// Something is found, whatever came; and what is green is what the document shows.
fn judged(trial: &Trial, answer: &Answer) {
    let document = CONTRACT.document(&trial.document).expect("a document");
    let target = TARGETS.iter().find(|target| target.product == trial.product).expect("a target");
    let context = Context {
        contract: &CONTRACT,
        document,
        trial,
        terms: Terms { default_language: target.default_language, id_token: &target.id_token },
        keys: &KeySet::Absent,
        now: Timestamp::UNIX_EPOCH,
        state: State::Received,
    };
    let request = Prepared {
        method: "POST".to_owned(),
        url: "http://127.0.0.1:1/".to_owned(),
        headers: Vec::new(),
        body: Body::Raw(String::new()),
    };
    let exchange = Exchange { request, result: Ok(answer.clone()), duration: Duration::ZERO };
    let examined = check::examine(context, &exchange);
    assert!(!examined.findings.is_empty(), "nothing was looked at: {answer:?}");
    let outcome = verdict::outcome(&examined.findings, None, false);
    assert_ne!(outcome, Outcome::Error);
    if outcome != Outcome::Pass {
        return;
    }
    match &trial.expect {
        Expectation::Accept { .. } => assert_eq!(answer.status, 200, "{}", trial.id),
        Expectation::Refuse(refusal) => {
            assert!(answer.status >= 400, "{}", trial.id);
            let code = answer.error_code();
            let named = |code: &String| refusal.codes.is_empty() || refusal.codes.contains(code);
            assert!(!refusal.envelope && refusal.codes.is_empty() || code.as_ref().is_some_and(named), "{}", trial.id);
        }
    }
}

/// A token is in no text that leaves, whatever stands around it.
fn hidden(body: &str) {
    let redactor = Redactor::new();
    redactor.register(Kind::CaptchaToken, TOKEN);
    let quoted = serde_json::Value::from(TOKEN).to_string();
    for text in [
        body.to_owned(),
        format!("{body}{TOKEN}"),
        format!("{{\"a\":{quoted},\"b\":{body}}}"),
        format!("{body}{quoted}"),
    ] {
        let shown = redactor.body(&text);
        assert!(!shown.contains(TOKEN) && !shown.contains(&quoted[1..quoted.len() - 1]), "{shown}");
    }
}
