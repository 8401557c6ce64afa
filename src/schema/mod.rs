//! The JSON schemas of the answers.
//!
//! In: `schemas/**/*.json`. Out: compiled validators, each shown to refuse something, or every complaint with its
//! place. Never: reads the network, shows a value that it judged.

mod counter_examples;
mod files;
mod json_text;
mod keywords;
mod library;
mod validator;

use std::collections::{BTreeMap, BTreeSet};

pub use files::{SchemaFile, answer_schemas, find, of_answers};
pub use validator::{Validator, Violation};

use crate::diagnostic::Complaints;
use library::Library;

/// Every schema, compiled once.
#[derive(Debug)]
pub struct Schemas {
    validators: BTreeMap<String, Validator>,
}

impl Schemas {
    /// Parses, checks and compiles schemas, and tries their counter-examples on them.
    ///
    /// # Errors
    /// All complaints of all files at once.
    pub fn load(files: &[SchemaFile]) -> Result<Self, Complaints> {
        let library = Library::read(files);
        keywords::check_all(&library);
        let examples = counter_examples::read(&library);
        if !library.is_sound() {
            return Err(library.complaints());
        }
        let validators = validator::compile(&library);
        counter_examples::check(&examples, &validators, &library);
        library.complaints().or(Self { validators })
    }

    /// Compiles schemas that [`Schemas::load`] was seen to take.
    ///
    /// # Errors
    /// What keeps a schema from being compiled.
    pub fn compile(files: &[SchemaFile]) -> Result<Self, Complaints> {
        let library = Library::read(files);
        let validators = validator::compile(&library);
        library.complaints().or(Self { validators })
    }

    /// The validator of a schema: `common/error.json`.
    #[must_use]
    pub fn validator(&self, name: &str) -> Option<&Validator> {
        self.validators.get(name)
    }

    /// The names of all schemas.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.validators.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests;
