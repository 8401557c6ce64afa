//! The run record as JSON: the report that every other one is made from.

use serde::Serialize;

use crate::compare::Comparison;
use crate::record::RunRecord;

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

fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

/// Reads a stored record.
///
/// # Errors
/// Text that is no run record, with the place where it stops being one.
pub fn read(text: &str) -> Result<RunRecord, serde_json::Error> {
    serde_json::from_str(text)
}
