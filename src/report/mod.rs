//! Reports: a run record in, bytes out; one file a format, pure.
//!
//! In: run records. Out: text. Never: judges, writes files.

mod changes;
mod comparison;
pub mod console;
pub mod ctrf;
mod excerpt;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod person;
#[cfg(test)]
mod sample;
pub mod stubs;
pub mod table;
mod words;

pub use words::Language;
