//! Looks for the secrets of a run in what was written of it: the last look, after every redaction.
//!
//! In: the secrets of a run with their encodings, a written text, what the same text says without the run. Out: the first secret
//! that can be read in it. Never: shows it; takes for a leak what stands in every report.

use std::collections::BTreeSet;

use super::index::Index;
use super::{JWT_BEGINS, Kind, SHORTEST_JWT};

/// A secret that can be read where it must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    /// What kind of secret.
    pub kind: Kind,
}

/// The secrets of a run, to look for. Without any, as of a stored run, only JSON Web Tokens are looked for.
#[derive(Debug, Default)]
pub struct Leaks {
    index: Index,
    /// What each form of the index is, and of what.
    patterns: Vec<(String, Pattern)>,
}

#[derive(Debug, Clone, Copy)]
struct Pattern {
    secret: usize,
    kind: Kind,
    standing: Standing,
}

/// Where a pattern counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Anywhere.
    Anywhere,
    /// Where it stands by itself: a code of six digits is a part of many numbers.
    ByItself,
    /// Between quotation marks: a code of four digits is also a length, a tag, a year.
    Quoted,
}

/// From this length on a form is nobody else's.
const UNMISTAKABLE: usize = 8;
/// From this length on a value that stands by itself is hardly anything else.
const TELLING: usize = 6;
/// Shorter values are not looked for: they stand in every text.
const SHORTEST: usize = 4;

impl Leaks {
    /// Secrets with their forms, the value itself first, and whether they were only found where a secret stands: whoever
    /// answers could make any word of a report a secret, so that those count only where they look like one.
    pub(super) fn of<'s>(secrets: impl Iterator<Item = (Kind, &'s [String], bool)>) -> Self {
        let mut leaks = Self::default();
        for (secret, (kind, forms, learned)) in secrets.enumerate() {
            let Some(value) = forms.first().filter(|value| !learned || looks_secret(value)) else { continue };
            for form in forms {
                if let Some(standing) = standing(form, form == value) {
                    leaks.index.add(form, (leaks.patterns.len(), 0));
                    leaks.patterns.push((form.clone(), Pattern { secret, kind, standing }));
                }
            }
        }
        leaks
    }

    /// Whether a text holds a secret.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        self.secrets(text).next().is_some()
    }

    /// The first secret that can be read in a text and does not stand in `public`: the same text without anything of a run.
    #[must_use]
    pub fn find(&self, text: &str, public: &str) -> Option<Leak> {
        let known: BTreeSet<usize> = self.secrets(public).map(|pattern| pattern.secret).collect();
        let found = self.secrets(text).find(|pattern| !known.contains(&pattern.secret));
        found.map(|pattern| Leak { kind: pattern.kind }).or_else(|| {
            let known: BTreeSet<&str> = tokens(public).collect();
            tokens(text).any(|token| !known.contains(token)).then_some(Leak { kind: Kind::Token })
        })
    }

    fn secrets<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Pattern> + 't {
        let found = self.index.occurrences(text, |(number, _)| &self.patterns[number].0);
        found.filter_map(move |((number, _), start)| {
            let (form, pattern) = &self.patterns[number];
            stands(text, start, start + form.len(), pattern.standing).then_some(*pattern)
        })
    }
}

fn standing(form: &str, is_value: bool) -> Option<Standing> {
    match form.len() {
        UNMISTAKABLE.. => Some(Standing::Anywhere),
        TELLING.. if is_value => Some(Standing::ByItself),
        SHORTEST.. if is_value => Some(Standing::Quoted),
        _ => None,
    }
}

/// Long, in one piece, and either of letters and digits, or an address.
fn looks_secret(value: &str) -> bool {
    let has = |is: fn(char) -> bool| value.chars().any(is);
    let mixed = has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_alphabetic());
    let number = value.len() >= 9 && value.chars().all(|c| c.is_ascii_digit() || c == '+');
    !has(char::is_whitespace) && ((value.len() >= 12 && mixed) || number || value.contains('@'))
}

fn stands(text: &str, start: usize, end: usize, standing: Standing) -> bool {
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    match standing {
        Standing::Anywhere => true,
        Standing::ByItself => {
            let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
            !joins(before) && !joins(after)
        }
        Standing::Quoted => {
            let opens = |c: char| matches!(c, '"' | '\'' | ';' | '=');
            let closes = |c: char| matches!(c, '"' | '\'' | '\\' | '&');
            before.is_some_and(opens) && after.is_some_and(closes)
        }
    }
}

/// Whatever has the form of a JSON Web Token.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(JWT_BEGINS).filter_map(|(at, _)| {
        let from = &text[at..];
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.=+/".contains(c))).unwrap_or(from.len());
        let token = &from[..end];
        (token.len() >= SHORTEST_JWT && token.contains('.')).then_some(token)
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use crate::redact::{Kind, Redactor, percent_encode};

    const TOKEN: &str = r#"71dd26999e314f9a---{"x":237.0,"y":5.0}"#;

    fn redactor(secrets: &[(Kind, &str)]) -> Redactor {
        let redactor = Redactor::new();
        for (kind, value) in secrets {
            redactor.register(*kind, value);
        }
        redactor
    }

    #[test]
    fn a_secret_is_found_in_every_encoding_and_hidden_in_every_one() {
        let redactor = redactor(&[(Kind::CaptchaToken, TOKEN)]);
        let leaks = redactor.leaks();
        let json = serde_json::json!({ "text": TOKEN }).to_string();
        let mut ways = vec![
            TOKEN.to_owned(),
            json.clone(),
            serde_json::json!({ "body": json }).to_string(),
            percent_encode(TOKEN),
            percent_encode(TOKEN).to_lowercase(),
            TOKEN.replace('"', "&quot;"),
            TOKEN.to_uppercase(),
        ];
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "x", "xy"] {
                let text = format!("{before}{TOKEN}{after}");
                ways.extend([STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)]);
            }
        }
        for way in ways {
            let text = format!("before {way} after");
            assert_eq!(leaks.find(&text, "").map(|leak| leak.kind), Some(Kind::CaptchaToken), "{text}");
            let hidden = redactor.text(&text);
            assert_eq!(leaks.find(&hidden, ""), None, "{hidden}");
        }
    }

    #[test]
    fn what_stands_in_every_report_is_no_leak() {
        let leaks = redactor(&[(Kind::Environment, "nTo1eRIub60vPb54")]).leaks();
        assert!(leaks.find("for example nTo1eRIub60vPb54", "").is_some());
        assert_eq!(leaks.find("for example nTo1eRIub60vPb54", "String, for example nTo1eRIub60vPb54"), None);
    }

    #[test]
    fn a_short_code_is_no_part_of_a_number() {
        let leaks = redactor(&[(Kind::VerifyCode, "123456"), (Kind::VerifyCode, "1832")]).leaks();
        for text in [
            "SDK.COMMON.123456",
            "9123456",
            "0.123456",
            "\"bytes\": 1832",
            "‹verify-code 1832›",
            "1832-01-01",
            "1832 ms",
        ] {
            assert_eq!(leaks.find(text, ""), None, "{text}");
        }
        for text in ["code 123456", "\\\"verify_code\\\":\\\"1832\\\"", "&quot;1832&quot;", "'1832'"] {
            assert!(leaks.find(text, "").is_some(), "{text}");
        }
    }

    #[test]
    fn a_deployment_cannot_make_words_of_a_report_secret() {
        let redactor = Redactor::new();
        let _ = redactor.body(r#"{"session_token":"application/json","id_token":"deviates","token":"content-length"}"#);
        assert_eq!(redactor.leaks().find("application/json deviates content-length", ""), None);
        let _ = redactor.body(r#"{"session_token":"9f86d081884c7d65"}"#);
        assert_eq!(redactor.leaks().find("9f86d081884c7d65", "").map(|leak| leak.kind), Some(Kind::SessionToken));
    }

    #[test]
    fn a_token_is_known_by_its_form_where_no_secret_is_known() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        let leaks = super::Leaks::default();
        assert_eq!(leaks.find(&format!("id {jwt}"), "").map(|leak| leak.kind), Some(Kind::Token));
        assert_eq!(leaks.find(jwt, jwt), None);
        assert_eq!(leaks.find("eyJ", ""), None);
    }
}
