//! The one door through which evidence leaves: what must not be read is named, not shown.
//!
//! In: texts with secrets, and which values are secret. Out: the same texts with `‹captcha-token a1f3›` in their place.
//! Never: keeps a value longer than its run.

mod index;
mod leak;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use index::Index;

pub use leak::{Leak, Leaks};

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
    /// The kind of what stands in a member of this name, in a request or an answer; other spellings of a known name
    /// count, since a deployment may have renamed it.
    #[must_use]
    pub fn of_member(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        Some(match plain.as_str() {
            "captchatoken" => Self::CaptchaToken,
            "sessiontoken" => Self::SessionToken,
            "statetoken" => Self::StateToken,
            "idtoken" => Self::IdToken,
            "verifycode" | "smscode" | "verificationcode" => Self::VerifyCode,
            other if other.contains("mobile") || other.contains("phone") => Self::Mobile,
            other if other.contains("email") => Self::Email,
            other
                if ["token", "session", "secret", "password", "cookie", "authorization"]
                    .iter()
                    .any(|word| other.contains(word)) =>
            {
                Self::Token
            }
            _ => return None,
        })
    }

    /// Whether the value of a header of this name is hidden as a whole.
    #[must_use]
    pub fn of_header(name: &str) -> Option<Self> {
        let plain = name.to_ascii_lowercase();
        ["cookie", "authorization", "session", "token", "secret"]
            .iter()
            .any(|word| plain.contains(word))
            .then_some(Self::Token)
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

    /// The kind in a word, as it stands in the place of a value.
    #[must_use]
    pub fn label(self) -> &'static str {
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
    secrets: Mutex<Secrets>,
}

/// The secrets of a run.
#[derive(Default)]
struct Secrets {
    /// Every value that was ever registered, and whether it was only found where a secret stands: nobody said that it is one.
    values: HashMap<String, bool>,
    /// Those that were not looked for yet: in a run of many rounds most never are.
    new: Vec<(Kind, String)>,
    /// Those that are looked for.
    known: Vec<Secret>,
    /// Where their forms begin.
    index: Index,
}

struct Secret {
    kind: Kind,
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
        let _ = getrandom::fill(&mut key);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), secrets: Mutex::default() }
    }

    /// A redactor that shows a value as this one does, and knows no secret yet.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { key: self.key.clone(), secrets: Mutex::default() }
    }

    /// Takes over the secrets of another redactor of the run.
    pub fn adopt(&self, other: &Self) {
        let other = other.known();
        for secret in &other.known {
            let value = &secret.forms[0];
            self.enter(secret.kind, value, other.values.get(value).copied().unwrap_or_default());
        }
    }

    /// Makes a value a secret of this run.
    pub fn register(&self, kind: Kind, value: &str) {
        self.enter(kind, value, false);
    }

    fn enter(&self, kind: Kind, value: &str, learned: bool) {
        if value.trim().is_empty() {
            return;
        }
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = secrets.values.get_mut(value) {
            *known &= learned;
        } else {
            secrets.values.insert(value.to_owned(), learned);
            secrets.new.push((kind, value.to_owned()));
        }
    }

    /// What looks for the secrets of this run in what was written of it.
    #[must_use]
    pub fn leaks(&self) -> Leaks {
        let secrets = self.known();
        let learned = |secret: &Secret| secrets.values.get(&secret.forms[0]).copied().unwrap_or_default();
        Leaks::of(secrets.known.iter().map(|secret| (secret.kind, secret.forms.as_slice(), learned(secret))))
    }

    /// The secrets, all of them with their forms.
    fn known(&self) -> MutexGuard<'_, Secrets> {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        for (kind, value) in std::mem::take(&mut secrets.new) {
            let secret = Secret { kind, forms: forms(&value), shown: self.show(kind, &value) };
            let at = secrets.known.len();
            secret.forms.iter().enumerate().for_each(|(number, form)| secrets.index.add(form, (at, number)));
            secrets.known.push(secret);
        }
        secrets
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

    /// What stands for a number where a text should be: its type is no secret.
    fn show_number(&self, kind: Kind, number: &str) -> String {
        let shown = self.show(kind, number);
        shown.split_once(' ').map_or_else(|| shown.clone(), |(label, tag)| format!("{label} {NUMBER} {tag}"))
    }

    /// A text with every secret hidden, and whatever looks like a JSON Web Token.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let secrets = self.known();
        let found = secrets.index.standing(text, |(secret, form)| &secrets.known[secret].forms[form]);
        let mut found: Vec<_> = found.into_iter().map(|(secret, form)| (&secrets.known[secret], form)).collect();
        // The longer ones first, so that a secret within a secret does not tear it apart.
        found.sort_by_key(|(secret, form)| (Reverse(secret.forms[0].len()), *form));
        let mut out = Cow::Borrowed(text);
        for (secret, form) in found {
            out = Cow::Owned(replace_whole(&out, &secret.forms[form], &secret.shown));
        }
        if out.contains(JWT_BEGINS) { self.without_tokens(&out) } else { out.into_owned() }
    }

    /// The value of a header, hidden as a whole where its name says that it is secret.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> String {
        match Kind::of_header(name) {
            Some(kind) if maskable(value) => self.show(kind, value),
            Some(_) | None => self.text(value),
        }
    }

    /// A body with every secret hidden: the known ones, and whatever stands where a secret stands.
    #[must_use]
    pub fn body(&self, body: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(body.trim_start_matches('\u{feff}')) else {
            let found = distinct(pairs(body));
            return self.learn(&found).unwrap_or_else(|| self.text(body));
        };
        let mut found = Vec::new();
        collect(&value, None, &mut found);
        let found = distinct(found);
        if let Some(withheld) = self.learn(&found) {
            return withheld;
        }
        let masked = self.text(body);
        let leaked = serde_json::from_str::<Value>(masked.trim_start_matches('\u{feff}')).map_or(true, |value| {
            let mut left = Vec::new();
            collect(&value, None, &mut left);
            left.iter().any(|(_, text)| found.iter().any(|(_, secret)| secret == text && maskable(secret)))
        });
        if !leaked {
            return masked;
        }
        self.mask_value(&mut value);
        let mark = if body.starts_with('\u{feff}') { "\u{feff}" } else { "" };
        format!("{mark}{}", self.text(&value.to_string()))
    }

    /// Makes what a body holds secrets of this run; what stands for the body where they are too many to look for.
    fn learn(&self, found: &[(Kind, String)]) -> Option<String> {
        for (kind, secret) in found.iter().take(MOST_SECRETS) {
            self.enter(*kind, secret, true);
        }
        let count = found.len();
        (count > MOST_SECRETS).then(|| format!("‹a body withheld: {count} secret values stand in it›"))
    }

    /// Hides what has the form of a JSON Web Token, whoever let it out.
    fn without_tokens(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(JWT_BEGINS) {
            let (before, from) = rest.split_at(at);
            let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.=+/".contains(c))).unwrap_or(from.len());
            out.push_str(before);
            let token = &from[..end];
            if token.len() >= SHORTEST_JWT && token.contains('.') {
                out.push_str(&self.show(Kind::Token, token));
            } else {
                out.push_str(token);
            }
            rest = &from[end..];
        }
        out.push_str(rest);
        out
    }

    fn mask_value(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    match Kind::of_member(name) {
                        Some(kind) => self.mask_all(kind, member),
                        None => self.mask_value(member),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_value(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

impl Redactor {
    /// Hides every value below a member that is secret.
    fn mask_all(&self, kind: Kind, value: &mut Value) {
        match value {
            Value::String(text) if maskable(text) => *value = self.show(kind, text).into(),
            Value::Number(number) => *value = self.show_number(kind, &number.to_string()).into(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask_all(kind, item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.mask_all(kind, member)),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
}

/// Stands in the tag of a number.
const NUMBER: &str = "number";

/// Whether a whole text is a tag that stands for a hidden value.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    text.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›')).is_some_and(|inner| !inner.contains(['‹', '›']))
}

/// Whether something in a text is hidden or masked.
#[must_use]
pub fn hides(text: &str) -> bool {
    text.contains('‹') || text.contains("***")
}

/// A stored body with a number in the place of each tag that stands for one.
#[must_use]
pub fn with_numbers(body: &str) -> String {
    let mark = format!(" {NUMBER} ");
    let mut parts = body.split("\"‹");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("›\"") {
            Some((tag, rest)) if tag.contains(&mark) => out.extend(["0", rest]),
            Some(_) | None => out.extend(["\"‹", part]),
        }
    }
    out
}

/// The secret values that are looked for in one body. A documented answer holds two; every one is looked for in every form,
/// so that a body of nothing else would take hours.
const MOST_SECRETS: usize = 64;

/// Every value once, in the order in which they stand.
fn distinct(found: Vec<(Kind, String)>) -> Vec<(Kind, String)> {
    let mut known = HashSet::new();
    found.into_iter().filter(|(_, value)| known.insert(value.clone())).collect()
}

fn maskable(value: &str) -> bool {
    !value.trim().is_empty()
}

/// The values that stand where a secret stands, at any depth, also in texts that hold JSON themselves.
fn collect(value: &Value, under: Option<Kind>, found: &mut Vec<(Kind, String)>) {
    match (value, under) {
        (Value::Object(members), _) => {
            for (name, member) in members {
                collect(member, Kind::of_member(name).or(under), found);
            }
        }
        (Value::Array(items), _) => items.iter().for_each(|item| collect(item, under, found)),
        (Value::String(text), Some(kind)) => found.push((kind, text.clone())),
        (Value::Number(number), Some(kind)) => found.push((kind, number.to_string())),
        (Value::String(text), None) if text.starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                collect(&inner, None, found);
            }
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => {}
    }
}

/// The same for a text that is no JSON: `"name": "value"` wherever it stands, the last value perhaps cut off.
fn pairs(text: &str) -> Vec<(Kind, String)> {
    let parts: Vec<&str> = text.split('"').collect();
    let follows = |gap: &str| gap.trim_matches(['\\', ' ', '\t', '\r', '\n']) == ":";
    parts
        .windows(3)
        .filter(|window| follows(window[1]))
        .filter_map(|window| {
            let kind = Kind::of_member(window[0].trim_end_matches('\\'))?;
            Some((kind, window[2].trim_end_matches('\\').to_owned()))
        })
        .chain(words(text))
        .collect()
}

/// `name=value` in a text, where the value is long enough to be more than a word.
fn words(text: &str) -> impl Iterator<Item = (Kind, String)> + '_ {
    const SHORTEST: usize = 8;
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | ',' | '"' | '<' | '>'));
    parts.filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        let kind = Kind::of_member(name).filter(|_| value.len() >= SHORTEST)?;
        Some((kind, value.to_owned()))
    })
}

/// `{"` in base64url: so the header of a JSON Web Token begins.
const JWT_BEGINS: &str = "eyJ";
/// A header and a claim in base64url are longer than this.
const SHORTEST_JWT: usize = 20;

/// The ways in which a value may stand in a text, as it is given first.
fn forms(value: &str) -> Vec<String> {
    let cases = [value.to_owned(), value.to_uppercase(), value.to_lowercase()];
    let escaped = cases.into_iter().flat_map(|text| {
        if text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"&<>\\".contains(&byte)) {
            return vec![text];
        }
        let json = in_json(&text);
        let html = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        let numeric = text.replace('"', "&#34;");
        vec![text, in_json(&json), json, html, numeric]
    });
    let every = value.bytes().flat_map(|byte| ['%', digit(byte >> 4), digit(byte & 15)]).collect();
    let percent = [percent_encode(value), every];
    let percent = percent.into_iter().flat_map(|text| [text.to_ascii_lowercase(), text]);
    let base64 = [STANDARD.encode(value), URL_SAFE_NO_PAD.encode(value)];
    let mut forms: Vec<String> = Vec::new();
    for form in escaped.chain(percent).chain(base64).chain(within_base64(value)) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// One hexadecimal digit.
fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

/// A text as it stands between the quotation marks of JSON.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// What is the same in the base64 of every text that the value stands in, at each of the three alignments; none where little
/// would be left of it.
fn within_base64(value: &str) -> impl Iterator<Item = String> {
    let aligned = move |before: usize| {
        let text = [vec![0; before], value.as_bytes().to_vec()].concat();
        let whole = text.len() * 8 / 6;
        let cut = (before * 8).div_ceil(6);
        [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)].map(|code| code[cut..whole].to_owned())
    };
    let long = value.len() >= SHORTEST_IN_BASE64;
    (0..3).filter(move |_| long).flat_map(aligned)
}

/// Shorter values leave too few characters that are theirs alone.
const SHORTEST_IN_BASE64: usize = 8;

/// A text without values that nobody may read, where no run has begun yet: for names and addresses.
#[must_use]
pub fn without(text: &str, secrets: &[String]) -> String {
    let mut secrets: Vec<&String> = secrets.iter().filter(|secret| !secret.trim().is_empty()).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let shown = format!("‹{}›", Kind::Environment.label());
    secrets.into_iter().fold(text.to_owned(), |text, secret| replace_whole(&text, secret, &shown))
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
    fn a_token_is_hidden_wherever_and_however_it_stands() {
        let redactor = Redactor::new();
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        let bodies = [
            format!("\u{feff}{{\"session_token\":\"abcdefgh1\",\"id_token\":\"{jwt}\"}}"),
            "{\"sessionToken\":\"abcdefgh2\"}".to_owned(),
            "{\"session_token\":[\"abcdefgh3\"]}".to_owned(),
            "{\"data\":\"{\\\"session_token\\\":\\\"abcdefgh4\\\"}\"}".to_owned(),
            "{\"status\":\"SUCCESS\",\"session_token\":\"abcdefgh5".to_owned(),
            format!("welcome {jwt}!"),
            format!("OK session=abcdefgh6 id={jwt}"),
        ];
        for body in bodies {
            let shown = redactor.body(&body);
            assert!(!shown.contains("abcdefgh") && !shown.contains("eyJ"), "{shown}");
        }
        assert!(!redactor.header("Set-Cookie", "sid=abcdefgh6; Path=/").contains("abcdefgh"));
        redactor.register(Kind::CaptchaToken, "9f---{\"x\":1.0}");
        for echo in ["9F---{\"X\":1.0}", "9f---{&quot;x&quot;:1.0}", &STANDARD.encode("9f---{\"x\":1.0}")] {
            assert!(redactor.text(echo).contains("‹captcha-token"), "{echo}");
        }
        assert_eq!(
            redactor.body("{\"error_code\":\"A.1\",\"error_msg\":\"no\"}"),
            "{\"error_code\":\"A.1\",\"error_msg\":\"no\"}"
        );
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
