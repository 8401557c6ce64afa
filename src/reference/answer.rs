//! An answer, first as meant, then as bytes on the wire.
//!
//! In: status and content, the conduct, what the caller can unpack. Out: an HTTP response. Never: decides what to say.

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, SET_COOKIE, VARY};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use super::conduct::{Conduct, Quirk};
use super::{gzip, random, wire};

/// What is to be said.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content: Content,
    /// Instead of the media type that goes with the content.
    pub(super) media: Option<&'static str>,
    pub(super) location: Option<&'static str>,
    /// Announces more bytes than follow, then breaks off.
    pub(super) broken_off: bool,
}

/// The body, before it is written down.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Empty,
    Json(Value),
    Text(String),
}

impl Answer {
    pub(super) fn empty(status: u16) -> Self {
        Self { status, content: Content::Empty, media: None, location: None, broken_off: false }
    }

    pub(super) fn json(status: u16, value: Value) -> Self {
        Self { content: Content::Json(value), ..Self::empty(status) }
    }

    /// The members of a JSON object.
    pub(super) fn members(&mut self) -> Option<&mut Map<String, Value>> {
        match &mut self.content {
            Content::Json(Value::Object(members)) => Some(members),
            Content::Json(_) | Content::Empty | Content::Text(_) => None,
        }
    }

    /// Replaces the body by a text of another media type.
    pub(super) fn say(&mut self, media: &'static str, text: &str) {
        self.content = Content::Text(text.to_owned());
        self.media = Some(media);
    }

    /// As an HTTP response.
    pub(super) fn write(self, conduct: &Conduct, gzip_accepted: bool) -> Response<Body> {
        let media = self.media.or(match self.content {
            Content::Json(_) => Some(conduct.media),
            Content::Empty | Content::Text(_) => None,
        });
        let mut bytes = match self.content {
            Content::Empty => Vec::new(),
            Content::Json(value) => written(value, conduct).into_bytes(),
            Content::Text(text) => text.into_bytes(),
        };
        let packed = gzip_accepted && conduct.has(Quirk::Gzip) && !bytes.is_empty();
        if packed {
            bytes = gzip::stored(&bytes);
        }
        let mut response = Response::new(body(bytes, conduct));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut put = |name: HeaderName, value: HeaderValue| response.headers_mut().append(name, value);
        if let Some(media) = media {
            put(CONTENT_TYPE, HeaderValue::from_static(media));
        }
        if self.broken_off {
            put(HeaderName::from_static(wire::BREAK_OFF), HeaderValue::from_static("1"));
        }
        if let Some(location) = self.location {
            put(HeaderName::from_static("location"), HeaderValue::from_static(location));
        }
        if packed {
            put(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        for (name, value) in habits(conduct) {
            put(name, value);
        }
        response
    }
}

/// A body of unknown length is sent in chunks.
fn body(bytes: Vec<u8>, conduct: &Conduct) -> Body {
    let body = Body::from(bytes);
    if conduct.has(Quirk::Chunked) { Body::from_stream(body.into_data_stream()) } else { body }
}

/// Headers a deployment puts on every answer.
fn habits(conduct: &Conduct) -> Vec<(HeaderName, HeaderValue)> {
    let fixed =
        |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let mut headers = Vec::new();
    if conduct.has(Quirk::ConnectionClose) {
        headers.push((CONNECTION, HeaderValue::from_static("close")));
    }
    if conduct.has(Quirk::Gzip) {
        headers.push((VARY, HeaderValue::from_static("accept-encoding")));
    }
    if conduct.has(Quirk::ExtraHeaders) {
        headers.push(fixed("server", "openresty"));
        headers.push(fixed("cache-control", "no-cache, no-store, max-age=0, must-revalidate"));
        headers.push(fixed("pragma", "no-cache"));
        headers.push(fixed("x-content-type-options", "nosniff"));
        headers.push(fixed("x-frame-options", "DENY"));
        headers.push(fixed("strict-transport-security", "max-age=31536000"));
    }
    if conduct.has(Quirk::RequestId) {
        let id = HeaderValue::from_str(&random::hex32()).unwrap_or(HeaderValue::from_static("0"));
        headers.push((HeaderName::from_static("x-request-id"), id));
    }
    if conduct.has(Quirk::Cookie) {
        headers.push((SET_COOKIE, HeaderValue::from_static("route=a1; Path=/; HttpOnly")));
    }
    headers
}

/// JSON text in the style of the conduct.
fn written(value: Value, conduct: &Conduct) -> String {
    let value = if conduct.has(Quirk::ReversedMembers) { reversed(value) } else { value };
    let mut text = if conduct.has(Quirk::PrettyJson) { format!("{value:#}") } else { value.to_string() };
    if conduct.has(Quirk::EscapedJson) {
        text = escaped(&text);
    }
    if conduct.has(Quirk::PaddedJson) {
        text = format!("\r\n\t {text} \r\n");
    }
    text
}

fn reversed(value: Value) -> Value {
    if let Value::Object(members) = value { Value::Object(members.into_iter().rev().collect()) } else { value }
}

/// Every character outside of ASCII as `\uXXXX`: such stand in strings only.
fn escaped(json: &str) -> String {
    let mut units = [0; 2];
    let mut out = String::with_capacity(json.len() * 2);
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            out.extend(letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}
