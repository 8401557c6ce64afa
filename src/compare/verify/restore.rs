//! A stored exchange as the checks take one.
//!
//! In: what was stored, redacted. Out: an exchange. Never: makes up what was hidden, but for the type of a number.

use std::time::Duration;

use crate::exchange::{Answer, Body, Exchange, Failure, Prepared};
use crate::record::{ExchangeRecord, HeaderRecord, ResponseRecord, TrialRecord};
use crate::redact;

/// What redaction puts in the place of a body that holds too many secrets.
const WITHHELD: &str = "‹a body withheld:";

/// The trial's own request and what came of it; none where it never left.
pub(super) fn own(trial: &TrialRecord) -> Option<&ExchangeRecord> {
    trial.exchanges.last().filter(|exchange| exchange.purpose.is_none())
}

/// Whether nothing of a body can be looked at again.
pub(super) fn withheld(exchange: &ExchangeRecord) -> bool {
    exchange.response.as_ref().is_some_and(|response| response.body.starts_with(WITHHELD))
}

/// The exchange.
pub(super) fn exchange(stored: &ExchangeRecord) -> Exchange {
    let request = &stored.request;
    Exchange {
        request: Prepared {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: headers(&request.headers),
            body: Body::Raw(request.body.clone().unwrap_or_default()),
        },
        result: stored.response.as_ref().map(answer).ok_or_else(|| failure(stored)),
        duration: Duration::try_from_secs_f64(stored.duration_ms / 1000.0).unwrap_or_default(),
    }
}

fn failure(stored: &ExchangeRecord) -> Failure {
    let text = stored.failure.clone().unwrap_or_default();
    Failure::of_kind(stored.failure_kind.as_deref().unwrap_or_default(), text)
}

fn answer(stored: &ResponseRecord) -> Answer {
    Answer {
        status: stored.status,
        version: stored.version.clone(),
        headers: headers(&stored.headers),
        body: body(stored).into(),
    }
}

fn headers(stored: &[HeaderRecord]) -> Vec<(String, String)> {
    stored.iter().map(|header| (header.name.clone(), header.value.clone())).collect()
}

/// A body that was no UTF-8 ceases to be so at the same place; what followed is not known, and no check looks at it.
fn body(stored: &ResponseRecord) -> Vec<u8> {
    let Some(from) = stored.not_utf8_from else { return redact::with_numbers(&stored.body).into_bytes() };
    let mut bytes = if stored.body.starts_with('\u{feff}') { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    bytes.extend(std::iter::repeat_n(b' ', usize::try_from(from).unwrap_or_default()));
    bytes.push(0xff);
    bytes
}
