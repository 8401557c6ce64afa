//! The one door through which evidence leaves: what must not be read is named, not shown.
//!
//! In: texts with secrets, and which values are secret. Out: the same texts with `‹captcha-token a1f3›` in their place.
//! Never: keeps a value longer than its run.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::{hmac, rand};
use serde_json::Value;

/// What kind of value is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile number: masked, its ends stay readable.
    Mobile,
    /// An email address: masked, its ends stay readable.
    Email,
    /// A captcha pass token.
    CaptchaToken,
    /// A verification code.
    VerifyCode,
    /// `session_token`.
    SessionToken,
    /// `state_token`.
    StateToken,
    /// `id_token`.
    IdToken,
    /// Another member whose name ends in `_token`.
    Token,
    /// A value taken from the environment.
    Environment,
}

impl Kind {
    /// The kind of what stands in a member of this name, in a request or an answer.
    #[must_use]
    pub fn of_member(name: &str) -> Option<Self> {
        Some(match name {
            "mobile" => Self::Mobile,
            "email" => Self::Email,
            "captcha_token" => Self::CaptchaToken,
            "verify_code" => Self::VerifyCode,
            "session_token" => Self::SessionToken,
            "state_token" => Self::StateToken,
            "id_token" => Self::IdToken,
            other if other.ends_with("_token") => Self::Token,
            _ => return None,
        })
    }

    /// The name of the shell variable that stands for it.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Mobile => "MOBILE",
            Self::Email => "EMAIL",
            Self::CaptchaToken => "CAPTCHA_TOKEN",
            Self::VerifyCode => "VERIFY_CODE",
            Self::SessionToken => "SESSION_TOKEN",
            Self::StateToken => "STATE_TOKEN",
            Self::IdToken => "ID_TOKEN",
            Self::Token => "TOKEN",
            Self::Environment => "SECRET",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::CaptchaToken => "captcha-token",
            Self::VerifyCode => "verify-code",
            Self::SessionToken => "session-token",
            Self::StateToken => "state-token",
            Self::IdToken => "id-token",
            Self::Token => "token",
            Self::Environment => "secret",
        }
    }
}

/// Hides the secrets of one run.
pub struct Redactor {
    key: hmac::Key,
    secrets: Mutex<Vec<Secret>>,
}

struct Secret {
    /// The value and its encodings.
    forms: Vec<String>,
    shown: String,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// A redactor with a key of its own: tags of two runs cannot be compared.
    #[must_use]
    pub fn new() -> Self {
        let mut key = [0_u8; 32];
        // Without randomness the tags would be guessable, not the values: still no reason to stop a run.
        let _ = rand::fill(&mut key);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), secrets: Mutex::default() }
    }

    /// Makes a value a secret of this run.
    pub fn register(&self, kind: Kind, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if secrets.iter().any(|secret| secret.forms[0] == value) {
            return;
        }
        let secret = Secret { forms: forms(value), shown: self.show(kind, value) };
        // Longer ones first, so that a secret within a secret does not tear it apart.
        let at = secrets.partition_point(|other| other.forms[0].len() >= value.len());
        secrets.insert(at, secret);
    }

    /// What stands for a value.
    #[must_use]
    pub fn show(&self, kind: Kind, value: &str) -> String {
        match kind {
            Kind::Mobile => mask_mobile(value),
            Kind::Email => mask_email(value),
            Kind::CaptchaToken
            | Kind::VerifyCode
            | Kind::SessionToken
            | Kind::StateToken
            | Kind::IdToken
            | Kind::Token
            | Kind::Environment => {
                let tag = hmac::sign(&self.key, value.as_bytes());
                format!("‹{} {}›", kind.label(), hex(&tag.as_ref()[..2]))
            }
        }
    }

    /// A text with every secret hidden.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = text.to_owned();
        for secret in secrets.iter() {
            for form in &secret.forms {
                if out.contains(form.as_str()) {
                    out = replace_whole(&out, form, &secret.shown);
                }
            }
        }
        out
    }

    /// A body with every secret hidden: the known ones, and whatever stands where a secret stands.
    #[must_use]
    pub fn body(&self, body: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(body) else {
            return self.text(body);
        };
        let mut found = Vec::new();
        collect(&value, &mut found);
        for (kind, secret) in &found {
            self.register(*kind, secret);
        }
        let masked = self.text(body);
        let leaked = serde_json::from_str::<Value>(&masked).map_or(true, |value| {
            let mut left = Vec::new();
            collect(&value, &mut left);
            left.iter().any(|(_, text)| found.iter().any(|(_, secret)| secret == text && maskable(secret)))
        });
        if !leaked {
            return masked;
        }
        self.mask_value(&mut value);
        self.text(&value.to_string())
    }

    fn mask_value(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    match (Kind::of_member(name), &*member) {
                        (Some(kind), Value::String(text)) if maskable(text) => {
                            *member = self.show(kind, text).into();
                        }
                        (Some(kind), Value::Number(number)) => {
                            *member = self.show(kind, &number.to_string()).into();
                        }
                        _ => self.mask_value(member),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_value(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn maskable(value: &str) -> bool {
    !value.trim().is_empty()
}

/// The values that stand where a secret stands, at any depth.
fn collect(value: &Value, found: &mut Vec<(Kind, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (Kind::of_member(name), member) {
                    (Some(kind), Value::String(text)) => found.push((kind, text.clone())),
                    (Some(kind), Value::Number(number)) => found.push((kind, number.to_string())),
                    _ => collect(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The ways in which a value may stand in a text.
fn forms(value: &str) -> Vec<String> {
    let json = Value::from(value).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let twice = Value::from(json.as_str()).to_string();
    let twice = twice[1..twice.len() - 1].to_owned();
    let percent = percent_encode(value);
    let mut forms = vec![value.to_owned()];
    for form in [json, twice, percent] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Everything but unreserved characters as `%XX`, for a URL.
#[must_use]
pub fn percent_encode(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Replaces a secret; a short one only where it stands by itself, so that a code does not tear other numbers apart.
fn replace_whole(text: &str, secret: &str, shown: &str) -> String {
    if secret.len() >= 8 {
        return text.replace(secret, shown);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(secret) {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        if at < from || joins(before) || joins(after) {
            continue;
        }
        out.push_str(&text[from..at]);
        out.push_str(shown);
        from = at + secret.len();
    }
    out.push_str(&text[from..]);
    out
}

/// `152****0000`.
fn mask_mobile(value: &str) -> String {
    let digits: Vec<char> = value.chars().collect();
    if digits.len() < 9 {
        return "****".to_owned();
    }
    let (head, tail): (String, String) = (digits[..3].iter().collect(), digits[digits.len() - 4..].iter().collect());
    format!("{head}****{tail}")
}

/// `q***@example.com`.
fn mask_email(value: &str) -> String {
    match value.split_once('@') {
        Some((name, domain)) => format!("{}***@{domain}", name.chars().next().map(String::from).unwrap_or_default()),
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_sent_is_seen_to_be_the_token_issued_but_not_read() {
        let redactor = Redactor::new();
        let token = r#"71dd---{"x":237.0,"y":5.0}"#;
        redactor.register(Kind::CaptchaToken, token);
        let sent = redactor.body(&serde_json::json!({"captcha_token": token, "type": "LOGIN_SMS"}).to_string());
        let shown = redactor.show(Kind::CaptchaToken, token);
        assert!(sent.contains(&shown), "{sent}");
        assert!(!sent.contains("71dd---"), "{sent}");
        assert!(sent.contains("LOGIN_SMS"));
    }

    #[test]
    fn what_stands_where_a_secret_stands_is_hidden_also_when_escaped_in_another_way() {
        let redactor = Redactor::new();
        let shown = redactor.body(r#"{"data":{"session_token":"\u0061bcdefgh","mobile":15201657315}}"#);
        assert!(!shown.contains("bcdefgh") && !shown.contains("15201657315"), "{shown}");
    }

    #[test]
    fn a_short_code_does_not_tear_an_error_code_apart() {
        let redactor = Redactor::new();
        redactor.register(Kind::VerifyCode, "1001");
        assert_eq!(redactor.text("SDK.COMMON.1001"), "SDK.COMMON.1001");
        assert!(redactor.text("the code 1001").contains("‹verify-code"));
    }

    #[test]
    fn recipients_keep_their_ends() {
        let redactor = Redactor::new();
        assert_eq!(redactor.show(Kind::Mobile, "15200000000"), "152****0000");
        assert_eq!(redactor.show(Kind::Email, "qa@example.com"), "q***@example.com");
    }
}
