//! `${env:NAME}` in the strings of a target file.
//!
//! In: the tables as typed, the environment. Out: the same with the values in place, and the list of those values.
//! Never: shows a value in a complaint.

use std::ops::Range;

use crate::diagnostic::{Collector, advice};
use crate::template::{Piece, pieces};
use crate::toml_file::Table;

/// Reads a variable of the environment.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Fills in every `${env:NAME}`; the values that were taken.
pub(super) fn fill(table: &mut Table, environment: Environment<'_>, collector: &Collector<'_>) -> Vec<String> {
    let mut filler = Filler { environment, collector, taken: Vec::new() };
    for entry in &mut table.entries {
        // Only sources have placeholders of their own, filled when they are asked.
        let own: &[&str] = match entry.key.value.as_str() {
            "captcha" => &["to"],
            "verify_code" => &["to", "scene"],
            _ => &[],
        };
        entry.value.change_texts(&mut |text, span| filler.text(text, span, own));
    }
    filler.taken
}

struct Filler<'f> {
    environment: Environment<'f>,
    collector: &'f Collector<'f>,
    taken: Vec<String>,
}

impl Filler<'_> {
    fn text(&mut self, text: &str, span: &Range<usize>, own: &[&str]) -> Option<String> {
        let mut filled = Some(String::new());
        for piece in pieces(text) {
            let piece = match piece {
                Piece::Literal(literal) => Some(literal.to_owned()),
                Piece::Placeholder(name) => self.value(name, span, own),
                Piece::Unclosed => {
                    let hint = "close it with `}`".to_owned();
                    self.collector.complain(span, "a placeholder is not closed", Some(hint));
                    None
                }
            };
            filled = filled.zip(piece).map(|(before, piece)| before + &piece);
        }
        filled
    }

    fn value(&mut self, name: &str, span: &Range<usize>, own: &[&str]) -> Option<String> {
        if own.contains(&name) {
            return Some(format!("${{{name}}}"));
        }
        let Some(variable) = name.strip_prefix("env:") else {
            let valid: Vec<String> = own.iter().chain(&["env:NAME"]).map(|name| format!("${{{name}}}")).collect();
            let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
            let written = format!("${{{name}}}");
            self.collector.complain(span, format!("unknown placeholder `{written}`"), advice(&written, &valid));
            return None;
        };
        let value = (self.environment)(variable);
        if let Some(value) = &value {
            self.take(value);
        } else {
            let message = format!("the environment variable `{variable}` is not set");
            let hint = format!("set `{variable}` before the run");
            self.collector.complain(span, message, Some(hint));
        }
        value
    }

    fn take(&mut self, value: &str) {
        if !value.is_empty() && !self.taken.iter().any(|taken| taken == value) {
            self.taken.push(value.to_owned());
        }
    }
}
