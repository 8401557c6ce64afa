//! The run record as JSON: the report that every other one is made from.

use crate::record::RunRecord;

/// The record as pretty JSON with a final line break.
///
/// # Errors
/// A number that JSON cannot hold; none is made here.
pub fn render(record: &RunRecord) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(record)?;
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
