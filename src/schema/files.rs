//! The files of the schemas folder and what their names say.
//!
//! In: a folder. Out: its files. Never: looks into them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Complaint, Complaints, SourceFile};

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
    let mut complaints = Complaints::new();
    let mut paths = Vec::new();
    collect_paths(dir, &mut paths, &mut complaints);
    if paths.is_empty() && complaints.is_empty() {
        let hint = "schemas are called `<product>/<answer>.json`";
        complaints.push(Complaint::about(dir, "there is no schema in this folder").hint(hint));
    }
    let mut files: Vec<SchemaFile> = paths.into_iter().filter_map(|path| read(path, dir, &mut complaints)).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    complaints.or(files)
}

fn collect_paths(dir: &Path, paths: &mut Vec<PathBuf>, complaints: &mut Complaints) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return complaints.push(unreadable(dir, &error)),
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect_paths(&path, paths, complaints);
        } else if path.extension() == Some(OsStr::new("json")) {
            paths.push(path);
        }
    }
}

fn read(path: PathBuf, dir: &Path, complaints: &mut Complaints) -> Option<SchemaFile> {
    let steps = path.strip_prefix(dir).unwrap_or(&path).components();
    let steps: Vec<_> = steps.map(|step| step.as_os_str().to_string_lossy().into_owned()).collect();
    match fs::read_to_string(&path) {
        Ok(text) => Some(SchemaFile { name: steps.join("/"), source: SourceFile { path, text } }),
        Err(error) => {
            complaints.push(unreadable(&path, &error));
            None
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Complaint {
    Complaint::about(path, format!("cannot be read: {error}")).hint("check the path and its permissions")
}
