//! The ways of answering an error otherwise: another status, code, message or form.
//!
//! In: an answer as it should be, and what it was worded from. Out: the same answer, bent. Never: bends the one of
//! another error.

use serde_json::{Value, json};

use crate::reference::answer::{Answer, Content};
use crate::reference::ask::Language;
use crate::reference::fault::breach::{Refused, put};

/// One way of answering an error otherwise.
pub(super) struct Change {
    pub(super) id: &'static str,
    /// Only messages of this language are wrong.
    pub(super) language: Option<Language>,
    pub(super) does: &'static str,
    pub(super) distort: fn(&mut Answer, &Refused),
}

const fn change(id: &'static str, does: &'static str, distort: fn(&mut Answer, &Refused)) -> Change {
    Change { id, language: None, does, distort }
}

const fn in_language(
    id: &'static str,
    language: Language,
    does: &'static str,
    distort: fn(&mut Answer, &Refused),
) -> Change {
    Change { id, language: Some(language), does, distort }
}

/// Every way there is.
pub(super) fn all() -> impl Iterator<Item = &'static Change> {
    STATUSES.iter().chain(CODES).chain(MESSAGES).chain(FORMS)
}

const STATUSES: &[Change] = &[
    change("status-200", "is answered with HTTP 200", |answer, _| {
        answer.status = 200;
    }),
    change("status-401", "is answered with HTTP 401", |answer, _| {
        answer.status = 401;
    }),
    change("status-422", "is answered with HTTP 422", |answer, _| {
        answer.status = 422;
    }),
    change("status-500", "is answered with HTTP 500", |answer, _| {
        answer.status = 500;
    }),
];

const CODES: &[Change] = &[
    change("sibling-code", "has the code of another error", |answer, refused| {
        set(answer, "error_code", Some(json!(refused.sibling.code)));
    }),
    change("code-missing", "has no error_code", |answer, _| {
        set(answer, "error_code", None);
    }),
    change("code-empty", "has an empty error_code", |answer, _| {
        set(answer, "error_code", Some(json!("")));
    }),
    change("code-lower-case", "has its code in lower case", |answer, refused| {
        set(answer, "error_code", Some(json!(refused.refusal.code.to_lowercase())));
    }),
    change("code-number", "has a number for a code", |answer, refused| {
        let digits = refused.refusal.code.rsplit('.').next().and_then(|digits| digits.parse().ok());
        set(answer, "error_code", Some(json!(digits.unwrap_or(0_u32))));
    }),
    change("code-of-other-product", "has its code in the spelling of the other product", |answer, refused| {
        let code = refused.refusal.code;
        let other = code.strip_prefix("IDAAS.").map_or_else(|| format!("IDAAS.{code}"), str::to_owned);
        set(answer, "error_code", Some(json!(other)));
    }),
    change("code-renamed", "calls its code `code`", |answer, refused| {
        set(answer, "error_code", None);
        set(answer, "code", Some(json!(refused.refusal.code)));
    }),
];

const MESSAGES: &[Change] = &[
    change("message-missing", "has no error_msg", |answer, _| {
        set(answer, "error_msg", None);
    }),
    change("message-empty", "has an empty error_msg", |answer, _| {
        set(answer, "error_msg", Some(json!("")));
    }),
    change("message-number", "has a number for a message", |answer, _| set(answer, "error_msg", Some(json!(400)))),
    change("message-renamed", "calls its message `message`", |answer, refused| {
        set(answer, "error_msg", None);
        set(answer, "message", Some(json!(refused.refusal.message(refused.language))));
    }),
    change("message-with-stack-trace", "leaks a stack trace in its message", |answer, refused| {
        let message = refused.refusal.message(refused.language);
        let trace = "\n\tat com.example.sdk.CaptchaController.send(CaptchaController.java:87)";
        set(answer, "error_msg", Some(json!(format!("{message}{trace}"))));
    }),
    in_language("message-off/en", Language::En, "has an English message that is off by a word", |answer, refused| {
        let words = refused.refusal.en.rsplit_once(' ').map_or("", |(words, _)| words);
        set(answer, "error_msg", Some(json!(words)));
    }),
    in_language("message-lower-case/en", Language::En, "has its English message in lower case", |answer, refused| {
        set(answer, "error_msg", Some(json!(refused.refusal.en.to_lowercase())));
    }),
    in_language(
        "message-of-sibling/en",
        Language::En,
        "has the English message of another error",
        |answer, refused| {
            set(answer, "error_msg", Some(json!(refused.sibling.en)));
        },
    ),
    in_language("language-ignored/en", Language::En, "speaks Chinese where English is asked for", |answer, refused| {
        set(answer, "error_msg", Some(json!(refused.refusal.zh)));
    }),
    in_language(
        "message-off/zh",
        Language::Zh,
        "has a Chinese message that is off by a character",
        |answer, refused| {
            let mut letters = refused.refusal.zh.chars();
            letters.next_back();
            set(answer, "error_msg", Some(json!(letters.as_str())));
        },
    ),
    in_language(
        "message-of-sibling/zh",
        Language::Zh,
        "has the Chinese message of another error",
        |answer, refused| {
            set(answer, "error_msg", Some(json!(refused.sibling.zh)));
        },
    ),
    in_language("message-garbled/zh", Language::Zh, "has its Chinese message garbled", |answer, refused| {
        let garbled: String = refused.refusal.zh.bytes().map(char::from).collect();
        set(answer, "error_msg", Some(json!(garbled)));
    }),
    in_language("language-ignored/zh", Language::Zh, "speaks English where Chinese is asked for", |answer, refused| {
        set(answer, "error_msg", Some(json!(refused.refusal.en)));
    }),
];

const FORMS: &[Change] = &[
    change("plain-text", "is answered in plain text", |answer, refused| {
        answer.say("text/plain;charset=UTF-8", refused.refusal.message(refused.language));
    }),
    change("html", "is answered with an HTML page", |answer, _| {
        answer.say("text/html;charset=UTF-8", "<html><body><h1>400 Bad Request</h1></body></html>");
    }),
    change("empty-body", "is answered with an empty body", |answer, _| answer.content = Content::Empty),
    change("content-type-text", "is JSON labelled as plain text", |answer, _| answer.media = Some("text/plain")),
    change("content-type-missing", "is JSON without a label", unlabelled),
    change("json-array", "is wrapped in a JSON array", |answer, _| {
        wrap(answer, |inner| json!([inner]));
    }),
    change("json-nested", "is wrapped in a JSON object", |answer, _| {
        wrap(answer, |inner| json!({"error": inner}));
    }),
    change("json-cut-off", "is JSON without its end", |answer, _| {
        if let Content::Json(value) = &answer.content {
            let text = value.to_string();
            answer.say("application/json", text.trim_end_matches('}'));
        }
    }),
];

fn set(answer: &mut Answer, member: &str, value: Option<Value>) {
    put(answer, member, value);
}

fn wrap(answer: &mut Answer, around: fn(Value) -> Value) {
    if let Content::Json(value) = &answer.content {
        answer.content = Content::Json(around(value.clone()));
    }
}

fn unlabelled(answer: &mut Answer, _: &Refused) {
    if let Content::Json(value) = &answer.content {
        answer.content = Content::Text(value.to_string());
    }
}
