//! The run record as JSON: the report that every other one is made from.

use std::fmt::Write as _;

use serde::Serialize;

use crate::compare::Comparison;
use crate::record::RunRecord;
use crate::text::is_invisible;

/// The record as pretty JSON with a final line break.
///
/// # Errors
/// A number that JSON cannot hold; none is made here.
pub fn render(record: &RunRecord) -> Result<String, serde_json::Error> {
    pretty(record)
}

/// A comparison of two runs as pretty JSON with a final line break.
///
/// # Errors
/// A value that JSON cannot hold; none is made here.
pub fn compared(comparison: &Comparison) -> Result<String, serde_json::Error> {
    pretty(comparison)
}

/// Pretty JSON with a final line break, in which every character that acts instead of showing itself is escaped: the same
/// values for a machine, and harmless on the terminal of whoever looks into the file.
pub(super) fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string_pretty(value)?;
    let mut shown = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // Line feeds stand between values; within strings they are escaped already.
        if (character.is_control() && character != '\n') || is_invisible(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown.push('\n');
    Ok(shown)
}

/// Reads a stored record.
///
/// # Errors
/// Text that is no run record, with the place where it stops being one.
pub fn read(text: &str) -> Result<RunRecord, serde_json::Error> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn what_acts_on_a_terminal_is_escaped_and_reads_back_the_same() {
        let value = vec!["a\u{1b}[2J\u{9b}31m\u{7f}\u{202e}\u{e0041}\n不能为空"];
        let json = pretty(&value).expect("JSON");
        assert_eq!(json, "[\n  \"a\\u001b[2J\\u009b31m\\u007f\\u202e\\udb40\\udc41\\n不能为空\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).expect("JSON"), value);
    }
}
