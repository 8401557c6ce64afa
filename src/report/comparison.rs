//! Expected and received held against each other, before they are laid out.
//!
//! In: two texts as the record holds them. Out: their parts, whether marking them says anything, the names of what deceives
//! the eye. Never: cuts, escapes, formats.

use crate::text::{Segment, is_invisible, marks, name_character, remarkable};

/// How two texts compare.
#[derive(Debug)]
pub(super) struct Comparison {
    /// What both have, and what only one has, in order.
    pub(super) segments: Vec<Segment>,
    /// Whether the parts that differ are worth marking: two texts without anything in common are not.
    pub(super) marked: bool,
    /// The names of characters that are hard to see, each once.
    pub(super) names: Vec<String>,
}

impl Comparison {
    /// Compares two texts; numbers as a whole.
    pub(super) fn of(expected: &str, actual: &str) -> Self {
        let segments = segments(expected, actual);
        let marked = segments.iter().any(|segment| matches!(segment, Segment::Same(_)));
        let names = if marked { names(&segments) } else { hidden_names(actual) };
        Self { marked, names: once(names), segments }
    }
}

fn segments(expected: &str, actual: &str) -> Vec<Segment> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if expected != actual && number(expected) && number(actual) {
        return vec![Segment::Expected(expected.to_owned()), Segment::Received(actual.to_owned())];
    }
    marks(expected, actual)
}

/// The names of the differing characters that deceive the eye; a space counts where only spaces differ.
fn names(segments: &[Segment]) -> Vec<String> {
    let mut names = Vec::new();
    for segment in segments {
        match segment {
            Segment::Same(_) => {}
            Segment::Expected(text) | Segment::Received(text) => {
                names.extend(text.chars().filter_map(remarkable));
                if text.chars().all(|character| character == ' ') {
                    names.push(name_character(' '));
                }
            }
        }
    }
    names
}

/// What acts or hides in a text that is not marked; line ends and tabs are ordinary there.
fn hidden_names(actual: &str) -> Vec<String> {
    let ordinary = |character: char| matches!(character, '\n' | '\r' | '\t');
    let hidden = |character: &char| (character.is_control() && !ordinary(*character)) || is_invisible(*character);
    actual.chars().filter(hidden).filter_map(remarkable).collect()
}

fn once(names: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}
