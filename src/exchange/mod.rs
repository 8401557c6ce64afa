//! One request and what comes of it.
//!
//! In: a request with every placeholder filled. Out: the recorded exchange. Budgets and rate hold here. Never: judges.

mod act;
mod budget;
mod cause;
mod certificate;
mod client;
mod curl;
mod links;
mod outlet;
mod pace;
mod proxy;
mod request;
mod sight;

use std::time::Duration;

use bytes::Bytes;

pub use budget::Budget;
pub use certificate::Certificate;
pub use client::{Client, ClientError};
pub use curl::curl;
pub use links::{Authority, Links, authority, is_loopback_url};
pub use outlet::{Kept, Outlet};
pub use pace::Pace;
pub use proxy::{Proxy, proxy};
pub use request::{Body, Prepared};
pub use sight::Sight;

/// A request and its answer, or why there is none.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent.
    pub request: Prepared,
    /// What came back.
    pub result: Result<Answer, Failure>,
    /// From the first byte sent to the last byte read.
    pub duration: Duration,
}

impl Exchange {
    /// The answer, where one came.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.result.as_ref().ok()
    }

    /// The HTTP status, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.answer().map(|answer| answer.status)
    }

    /// Whether the deployment may have acted on it: anything but a 4xx, a timeout included.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        match &self.result {
            Ok(answer) => !(400..500).contains(&answer.status),
            Err(Failure::Unreachable(_)) => false,
            Err(Failure::Silent(_) | Failure::Timeout(_) | Failure::Broken(_) | Failure::TooLarge(_)) => true,
        }
    }
}

/// An answer as received, content encoding undone.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `HTTP/1.1`.
    pub version: String,
    /// In the order received; bytes that are no text stand as U+FFFD.
    pub headers: Vec<(String, String)>,
    /// At most `limits.body` bytes.
    pub body: Bytes,
}

impl Answer {
    /// The first header of this name, compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The `error_code` of a JSON body, where it is a text.
    #[must_use]
    pub fn error_code(&self) -> Option<String> {
        let value: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        value.get("error_code")?.as_str().map(ToOwned::to_owned)
    }
}

/// Why there is no whole answer; each with a line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection: DNS, refused, TLS.
    Unreachable(String),
    /// Closed or reset before the first byte of an answer.
    Silent(String),
    /// Not answered within `limits.timeout`.
    Timeout(String),
    /// It broke off or broke HTTP.
    Broken(String),
    /// It passed the cap on head or body.
    TooLarge(String),
}

impl Failure {
    /// The failure of this kind, as a record names it; one that is not known is silence.
    #[must_use]
    pub fn of_kind(kind: &str, text: String) -> Self {
        match kind {
            "unreachable" => Self::Unreachable(text),
            "timeout" => Self::Timeout(text),
            "broken" => Self::Broken(text),
            "too-large" => Self::TooLarge(text),
            _ => Self::Silent(text),
        }
    }

    /// The kind as a record names it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Silent(_) => "silent",
            Self::Timeout(_) => "timeout",
            Self::Broken(_) => "broken",
            Self::TooLarge(_) => "too-large",
        }
    }

    /// The line for people.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Unreachable(text)
            | Self::Silent(text)
            | Self::Timeout(text)
            | Self::Broken(text)
            | Self::TooLarge(text) => text,
        }
    }
}
