//! The files of the schemas folder and what their names say.
//!
//! In: a folder. Out: its files. Never: looks into them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::diagnostic::{Complaints, SourceFile};
use crate::source_files;

/// A file of the schemas folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its path below the schemas folder, with slashes: `common/error.json`.
    pub name: String,
    /// The file.
    pub source: SourceFile,
}

/// What a file of the schemas folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The schema of an answer: it must be shown to refuse something.
    Answer,
    /// The schema of a file format (`*.schema.json`).
    Format,
    /// Values that a schema refuses (`*.refused.json`).
    CounterExamples,
}

/// The role that a name gives.
pub(super) fn role(name: &str) -> Role {
    if name.ends_with(".refused.json") {
        Role::CounterExamples
    } else if name.ends_with(".schema.json") {
        Role::Format
    } else {
        Role::Answer
    }
}

/// The schemas of answers and their counter-examples: what judges a deployment, without the schemas of our own files.
#[must_use]
pub fn of_answers(files: &[SchemaFile]) -> Vec<SchemaFile> {
    let formats = |file: &&SchemaFile| role(&file.name) != Role::Format;
    files.iter().filter(formats).cloned().collect()
}

/// The names of the schemas of answers, whether or not they are sound.
#[must_use]
pub fn answer_schemas(files: &[SchemaFile]) -> BTreeSet<String> {
    files.iter().map(|file| &file.name).filter(|name| role(name) == Role::Answer).cloned().collect()
}

/// Every JSON file below a folder, by name.
///
/// # Errors
/// When a folder or a file cannot be read, or there is no schema.
pub fn find(dir: &Path) -> Result<Vec<SchemaFile>, Complaints> {
    let files = source_files::below(dir, "json")?;
    Ok(files.into_iter().map(|source| SchemaFile { name: name_below(dir, &source.path), source }).collect())
}

fn name_below(dir: &Path, path: &Path) -> String {
    let steps = path.strip_prefix(dir).unwrap_or(path).components();
    let steps: Vec<_> = steps.map(|step| step.as_os_str().to_string_lossy().into_owned()).collect();
    steps.join("/")
}
