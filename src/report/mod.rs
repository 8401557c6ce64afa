//! Reports: a run record in, bytes out; one file a format, pure.
//!
//! In: run records. Out: text. Never: judges, writes files.

pub mod console;
pub mod json;
pub mod table;
