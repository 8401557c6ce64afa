//! Reports: a run record in, bytes out; one file a format, pure.
//!
//! In: run records. Out: text. Never: judges, writes files.

pub mod console;
mod excerpt;
pub mod json;
#[cfg(test)]
mod sample;
pub mod table;
mod words;

pub use words::Language;
