//! What a request may do to the world, told by where it goes.
//!
//! In: a URL, a body. Out: whether a message may be delivered, whether a login may be refused. Never: believes what a case file
//! says of its request; takes the unknown for harmless.

use super::request::{Body, Prepared};
use crate::case::Effect;

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Act {
    /// The channel on which it may deliver a message.
    pub(super) message: Option<Effect>,
    /// How sure it is that it tries to log somebody in.
    pub(super) login: Login,
}

/// Whether a request tries to log somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Login {
    /// It goes where messages are sent.
    No,
    /// It goes where people log in.
    Yes,
    /// It goes somewhere unknown: it does if it carries something that looks like a credential.
    Perhaps,
}

/// A login whose code may be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Whose; blank where the request does not say so in the documented way.
    pub(super) account: String,
    /// The code, where nothing else is tried.
    pub(super) code: Option<String>,
}

impl Act {
    /// Told by the segments of the path as a lenient server may read them: the platform sends below `sms` and `email`, and
    /// logs in below `login`. A path without any of them may do anything.
    #[must_use]
    pub(super) fn of(url: &str) -> Self {
        let segments = segments(url);
        let has = |name: &str| segments.iter().any(|segment| segment == name);
        let message = match (has("sms"), has("email"), has("login")) {
            (true, _, _) | (false, false, false) => Some(Effect::Sms),
            (false, true, _) => Some(Effect::Email),
            (false, false, true) => None,
        };
        let login = match (has("login"), has("sms") || has("email")) {
            (true, _) => Login::Yes,
            (false, true) => Login::No,
            (false, false) => Login::Perhaps,
        };
        Self { message, login }
    }

    /// The login that a request tries, if it is one: a code without a number, or a number without a code, is none.
    #[must_use]
    pub(super) fn attempt(self, request: &Prepared) -> Option<Attempt> {
        match self.login {
            Login::No => None,
            Login::Yes => attempt(&request.body),
            Login::Perhaps => attempt(&request.body).filter(|_| holds_a_credential(&request.body)),
        }
    }
}

fn attempt(body: &Body) -> Option<Attempt> {
    let members = match body {
        Body::Raw(text) if text.trim().is_empty() => return None,
        // What a server reads in it is not ours to guess.
        Body::Raw(_) => return Some(Attempt { account: String::new(), code: None }),
        Body::Members(members) => members,
    };
    let value = |name: &str| {
        let found = members.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        found.filter(|value| !value.trim().is_empty())
    };
    let (account, code) = (value("mobile"), value("verify_code"));
    let more =
        members.iter().any(|(name, value)| name != "mobile" && name != "verify_code" && !value.trim().is_empty());
    match (account, code) {
        (account, _) if more => Some(Attempt { account: account.unwrap_or_default(), code: None }),
        (Some(account), Some(code)) => Some(Attempt { account, code: Some(code) }),
        (Some(_) | None, None) | (None, Some(_)) => None,
    }
}

fn holds_a_credential(body: &Body) -> bool {
    let speaks_of_one = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["code", "password", "passwd", "pwd", "otp", "pin"].iter().any(|word| text.contains(word))
    };
    match body {
        Body::Raw(text) => speaks_of_one(text),
        Body::Members(members) => members.iter().any(|(name, _)| speaks_of_one(name)),
    }
}

/// The segments of a path: dots resolved, escapes undone, in lower case, without parameters.
fn segments(url: &str) -> Vec<String> {
    let Ok(url) = reqwest::Url::parse(url) else { return Vec::new() };
    let path = unescaped(&unescaped(url.path())).to_lowercase().replace('\\', "/");
    let names = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default().trim().to_owned());
    names.collect()
}

/// `%6C` as `l`.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| bytes[at] == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_told_by_the_path_however_it_is_written() {
        let of = |path: &str| Act::of(&format!("http://h{path}"));
        let (sms, email) = (Some(Effect::Sms), Some(Effect::Email));
        for path in [
            "/api/v2/sdk/sms/send",
            "/base/API/V2/SDK/SMS/send?x=/login/",
            "/api/v2/sdk/login/../sms/send",
            "/api/v2/sdk/login/%2e%2e/%73ms/send",
            "/api/v2/sdk/%2573ms/send",
            "/api/v2/sdk/sms;login=1/send",
            "/api/v2/sdk\\sms\\send",
        ] {
            assert_eq!(of(path), Act { message: sms, login: Login::No }, "{path}");
        }
        assert_eq!(of("/api/v2/sdk/email/send"), Act { message: email, login: Login::No });
        assert_eq!(of("/api/v2/sdk/login/mobile-verify-code"), Act { message: None, login: Login::Yes });
        assert_eq!(of("/api/v2/sdk/login/sms/send"), Act { message: sms, login: Login::Yes });
        assert_eq!(of("/api/v3/anything"), Act { message: sms, login: Login::Perhaps });
    }

    #[test]
    fn a_login_is_an_attempt_unless_number_or_code_is_missing() {
        let attempt = |members: &[(&str, &str)]| {
            let members = members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            super::attempt(&Body::Members(members))
        };
        let both = attempt(&[("mobile", "152"), ("verify_code", "1234")]);
        assert_eq!(both, Some(Attempt { account: "152".into(), code: Some("1234".into()) }));
        assert_eq!(attempt(&[("mobile", "152"), ("verify_code", " ")]), None);
        assert_eq!(attempt(&[("verify_code", "1234")]), None);
        let more = attempt(&[("mobile", "152"), ("verify_code", "1234"), ("password", "p")]);
        assert_eq!(more, Some(Attempt { account: "152".into(), code: None }), "nobody knows what is tried here");
        let raw = Body::Raw("{\"mobile\":\"152\",\"verify_code\":\"1\",\"verify_code\":\"2\"}".into());
        assert_eq!(super::attempt(&raw), Some(Attempt { account: String::new(), code: None }));
    }
}
