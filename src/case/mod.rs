//! The case files: one a document, first its tables, then the cases that exercise them.
//!
//! In: `cases/**/*.toml`. Out: typed documents, their trials and clauses, or every complaint with its place.
//! Never: sends, prints.

mod contract;
mod expand;
mod lint;
mod load;
pub mod model;
mod placeholder;
mod raw;
mod read;
mod references;
mod tables;
mod trial;

pub use contract::{Contract, digest};
pub use expand::{Shown, clauses, spoken_for, trials};
pub use lint::lint;
pub use load::{find, load, load_against};
pub use model::{
    Absent, AbsentForm, Answer, AnswerMember, Axis, Basis, Blame, BlameCause, Case, Clause, CodeFixture, Content,
    Document, Effect, ErrorRow, Expectation, Language, Parameter, Part, Place, Product, Refusal, RequestTemplate, Rule,
    Scene, Tolerated,
};
pub use trial::{Asked, CaptchaNeed, Change, CodeNeed, Needs, RecipientNeed, Trial};
