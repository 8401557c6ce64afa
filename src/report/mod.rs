//! Reports: a run record in, bytes out; one file a format, pure.
//!
//! In: run records. Out: text. Never: judges, writes files.

mod certificate;
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
pub mod plan;
#[cfg(test)]
pub(crate) mod sample;
pub mod stubs;
pub mod table;
mod words;

pub use certificate::Certificate;
pub use excerpt::Brief;
pub use words::Language;
