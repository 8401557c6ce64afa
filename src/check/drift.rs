//! What was seen where no clause speaks.

use crate::exchange::Answer;

/// Headers that HTTP itself, a server or a proxy sends everywhere.
const ORDINARY: &[&str] = &[
    "date",
    "server",
    "content-type",
    "content-length",
    "content-encoding",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "vary",
    "cache-control",
    "pragma",
    "expires",
    "etag",
    "last-modified",
    "via",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "strict-transport-security",
    "content-language",
    "set-cookie",
    "accept-ranges",
];

/// Something undocumented.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Seen {
    /// `member`, `code` or `header`.
    pub kind: &'static str,
    /// Its name.
    pub text: String,
}

impl Seen {
    pub(super) fn member(name: &str) -> Self {
        Self { kind: "member", text: name.to_owned() }
    }

    pub(super) fn code(code: &str) -> Self {
        Self { kind: "code", text: code.to_owned() }
    }
}

/// Headers that no document names: noted, never held against a deployment.
pub(super) fn headers(answer: &Answer, seen: &mut Vec<Seen>) {
    let names = answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    for name in names.filter(|name| !ORDINARY.contains(&name.as_str())) {
        seen.push(Seen { kind: "header", text: name });
    }
}
