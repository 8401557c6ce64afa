//! The placeholders of a template: `${captcha.token}`.
//!
//! In: a text of a case file. Out: the placeholders in it, unknown ones complained about. Never: fills them in.

use std::ops::Range;

use crate::case::raw::Text;
use crate::diagnostic::{Collector, advice};
use crate::template::{Piece, pieces};

/// Every placeholder that does not come from an axis.
pub(super) const NAMES: [&str; 17] = [
    "target.client_id",
    "recipient.mobile",
    "recipient.email",
    "undeliverable.mobile",
    "undeliverable.email",
    "captcha.token",
    "captcha.spent",
    "captcha.spent.recipient",
    "captcha.tampered",
    "captcha.invented",
    "account.success",
    "account.mfa",
    "account.denied",
    "code",
    "code.wrong",
    "code.spent",
    "code.foreign",
];

/// The names of the placeholders of a template.
pub(super) fn names(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).into_iter().filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Literal(_) | Piece::Unclosed => None,
    })
}

/// Complains about every placeholder that is not one of the valid names.
pub(super) fn check(text: &Text, valid: &[&str], collector: &Collector<'_>) {
    for piece in pieces(&text.value) {
        match piece {
            Piece::Literal(_) => {}
            Piece::Placeholder(name) if valid.contains(&name) => {}
            Piece::Placeholder(name) => {
                let written = format!("${{{name}}}");
                let span = narrowed(text, &written, collector);
                let valid: Vec<String> = valid.iter().map(|name| format!("${{{name}}}")).collect();
                let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
                collector.complain(&span, format!("unknown placeholder `{written}`"), advice(&written, &valid));
            }
            Piece::Unclosed => {
                let hint = "close it with `}`".to_owned();
                let span = narrowed(text, "${", collector);
                collector.complain(&span, "a placeholder is not closed", Some(hint));
            }
        }
    }
}

/// The place of some characters within a string, or the whole string when an escape hides them.
fn narrowed(text: &Text, needle: &str, collector: &Collector<'_>) -> Range<usize> {
    let span = text.span.clone();
    let found = collector.source().text.get(span.clone()).and_then(|written| written.rfind(needle));
    found.map_or(span.clone(), |offset| span.start + offset..span.start + offset + needle.len())
}

/// The template with one placeholder replaced.
pub(super) fn replaced(template: &str, name: &str, value: &str) -> String {
    template.replace(&format!("${{{name}}}"), value)
}
