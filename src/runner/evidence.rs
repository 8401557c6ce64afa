//! Turns what happened into evidence: redacted, with a curl line.
//!
//! In: exchanges and findings. Out: records. Never: lets a secret through.

use crate::case::{Change, Trial};
use crate::check::{Finding, Severity};
use crate::exchange::{Exchange, curl};
use crate::outcome::Outcome;
use crate::record::{CheckRecord, Delta, ExchangeRecord, HeaderRecord, RequestRecord, ResponseRecord};
use crate::redact::{Kind, Redactor};
use crate::text::shorten;

use super::milliseconds;

/// A finding, redacted.
pub(crate) fn check(redactor: &Redactor, finding: &Finding) -> CheckRecord {
    CheckRecord {
        name: finding.name.to_owned(),
        outcome: match finding.severity {
            Severity::Pass => Outcome::Pass,
            Severity::Warn => Outcome::Warn,
            Severity::Fail => Outcome::Fail,
        },
        expected: finding.expected.clone(),
        actual: shorten(&redactor.body(&finding.actual), LONGEST_VALUE),
        text: sentence(redactor, &finding.text),
        kind: finding.kind.map(ToOwned::to_owned),
    }
}

/// The characters of a value in a finding: the body that it stands in is kept beside it as a whole.
const LONGEST_VALUE: usize = 4000;
/// The characters of a sentence: it may quote what a deployment sent.
const LONGEST_SENTENCE: usize = 500;

/// A sentence for people, redacted, then cut: a secret that was cut in two would not be known any more.
pub(crate) fn sentence(redactor: &Redactor, text: &str) -> String {
    shorten(&redactor.text(text), LONGEST_SENTENCE)
}

/// What a trial changed, as its template says: placeholders name what stands there.
pub(crate) fn delta(redactor: &Redactor, trial: &Trial) -> Vec<Delta> {
    let shown = |text: &Option<String>| text.as_ref().map(|text| redactor.text(text));
    let row = |change: &Change| Delta {
        part: change.part.to_string(),
        control: shown(&change.control),
        sent: shown(&change.sent),
    };
    trial.delta.iter().map(row).collect()
}

/// An exchange, redacted.
pub(super) fn exchange(redactor: &Redactor, exchange: &Exchange, purpose: Option<&str>) -> ExchangeRecord {
    let request = &exchange.request;
    // The bodies first: what they give away is then known in headers too.
    let sent = redactor.body(&request.body.text());
    let received = exchange.answer().map(|answer| redactor.body(&String::from_utf8_lossy(&answer.body)));
    let header =
        |(name, value): &(String, String)| HeaderRecord { name: name.clone(), value: redactor.header(name, value) };
    let headers: Vec<HeaderRecord> = request.headers.iter().map(header).collect();
    let curl = redactor.text(&curl(request, |name, value| secret_header(&headers, name, value), secret_member));
    ExchangeRecord {
        curl,
        request: RequestRecord {
            method: request.method.clone(),
            url: redactor.text(&request.url),
            body: Some(sent),
            headers,
        },
        response: exchange.answer().map(|answer| ResponseRecord {
            status: answer.status,
            version: answer.version.clone(),
            headers: answer.headers.iter().map(header).collect(),
            body: received.unwrap_or_default(),
            bytes: answer.body.len() as u64,
            not_utf8_from: not_utf8_from(&answer.body),
        }),
        failure: exchange.result.as_ref().err().map(|failure| redactor.text(failure.text())),
        failure_kind: exchange.result.as_ref().err().map(|failure| failure.kind().to_owned()),
        duration_ms: milliseconds(exchange.duration),
        purpose: purpose.map(ToOwned::to_owned),
    }
}

/// Where a body ceases to be UTF-8, a byte order mark not counted.
fn not_utf8_from(body: &[u8]) -> Option<u64> {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    std::str::from_utf8(text).err().map(|error| error.valid_up_to() as u64)
}

/// A header whose value holds a secret, which its redacted form no longer shows, is a variable as a whole.
fn secret_header(redacted: &[HeaderRecord], name: &str, value: &str) -> Option<String> {
    let shown = redacted.iter().any(|header| header.name == name && header.value == value);
    (!shown).then(|| Kind::Environment.variable().to_owned())
}

fn secret_member(name: &str, value: &str) -> Option<String> {
    Kind::of_member(name).filter(|_| !value.trim().is_empty()).map(|kind| kind.variable().to_owned())
}
