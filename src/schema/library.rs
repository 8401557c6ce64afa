//! The parsed schema files and what they say to each other.
//!
//! In: the files of the schemas folder. Out: their JSON, the targets of their references, complaints. Never: leaves the
//! folder.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Collector, Complaints, advice};
use crate::schema::files::{Role, SchemaFile, role};
use crate::schema::json_text::Place;

/// One file.
#[derive(Debug)]
pub(super) struct Entry<'f> {
    pub(super) role: Role,
    pub(super) collector: Collector<'f>,
    pub(super) place: Place,
    /// None when it is not JSON, which was complained about.
    pub(super) json: Option<Value>,
}

impl Entry<'_> {
    /// Complains about the key that a JSON pointer names.
    pub(super) fn complain_of_key(&self, pointer: &str, message: impl Into<String>, hint: Option<String>) {
        self.collector.complain(&self.place.key(pointer), message, hint);
    }

    /// Complains about the value that a JSON pointer names.
    pub(super) fn complain_of_value(&self, pointer: &str, message: impl Into<String>, hint: Option<String>) {
        self.collector.complain(&self.place.value(pointer), message, hint);
    }
}

/// All files by name.
#[derive(Debug)]
pub(super) struct Library<'f> {
    pub(super) entries: BTreeMap<&'f str, Entry<'f>>,
}

impl<'f> Library<'f> {
    /// Parses every file.
    pub(super) fn read(files: &'f [SchemaFile]) -> Self {
        Self { entries: files.iter().map(|file| (file.name.as_str(), parse(file))).collect() }
    }

    /// The schemas, without the counter-examples.
    pub(super) fn schemas(&self) -> impl Iterator<Item = (&'f str, &Entry<'f>, &Value)> {
        let schemas = self.entries.iter().filter(|(_, entry)| entry.role != Role::CounterExamples);
        schemas.filter_map(|(name, entry)| Some((*name, entry, entry.json.as_ref()?)))
    }

    /// The schema that a reference of a file leads to, and the file it stands in.
    ///
    /// # Errors
    /// What is wrong with the reference, and what to do.
    pub(super) fn resolve(&self, from: &str, reference: &str) -> Result<(&'f str, &Value), (String, Option<String>)> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if path.contains(':') || path.starts_with('/') {
            let hint = "refer by relative path, for example `../common/error.json`".to_owned();
            return Err((format!("`{reference}` leads out of the schemas folder"), Some(hint)));
        }
        let (name, json) = self.file(from, path, reference)?;
        let hint = || Some("after `#` stands a JSON pointer, for example `#/$defs/name`".to_owned());
        let schema = json.pointer(fragment).map(|schema| (name, schema));
        schema.ok_or_else(|| (format!("`{reference}` leads to nothing"), hint()))
    }

    fn file(&self, from: &str, path: &str, reference: &str) -> Result<(&'f str, &Value), (String, Option<String>)> {
        let name = if path.is_empty() { Some(from.to_owned()) } else { joined(from, path) };
        let found = name.as_deref().and_then(|name| self.schemas().find(|(other, _, _)| *other == name));
        if let Some((name, _, json)) = found {
            return Ok((name, json));
        }
        let names: Vec<String> = self.schemas().map(|(other, _, _)| relative(from, other)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Err((format!("`{reference}` names no schema of the folder"), advice(path, &names)))
    }

    /// Whether nothing was complained about yet.
    pub(super) fn is_sound(&self) -> bool {
        self.entries.values().all(|entry| entry.collector.is_empty())
    }

    /// Everything that was complained about.
    pub(super) fn complaints(self) -> Complaints {
        let mut complaints = Complaints::new();
        for entry in self.entries.into_values() {
            complaints.append(entry.collector.finish());
        }
        complaints
    }
}

fn parse(file: &SchemaFile) -> Entry<'_> {
    let collector = Collector::new(&file.source);
    let text = &file.source.text;
    let json = match serde_json::from_str::<Value>(text) {
        Ok(json) => Some(json),
        Err(error) => {
            let at = byte_of(text, error.line(), error.column());
            collector.complain(&(at..at + 1), format!("not JSON: {}", without_place(&error)), None);
            None
        }
    };
    let place = if json.is_some() { Place::of(text) } else { Place::default() };
    for (name, span) in place.repeated() {
        collector.complain(&span, format!("`{name}` stands twice in one object"), Some("keep one".to_owned()));
    }
    Entry { role: role(&file.name), collector, place, json }
}

/// The byte of a line and column of `serde_json`, which counts columns in bytes.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len())
}

/// The message of `serde_json` without the place that it ends with.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The name that a relative path of a file leads to, unless it leads out.
fn joined(from: &str, path: &str) -> Option<String> {
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in path.split('/') {
        match step {
            "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// The relative path from a file to another.
fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> = from.split('/').collect();
    let folder = &folder[..folder.len() - 1];
    let steps: Vec<&str> = to.split('/').collect();
    let shared = folder.iter().zip(&steps).take_while(|(one, other)| one == other).count();
    let mut path = vec![".."; folder.len() - shared];
    path.extend(&steps[shared..]);
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_relative_to_its_file() {
        assert_eq!(joined("ciam/error.json", "../common/error.json").as_deref(), Some("common/error.json"));
        assert_eq!(joined("ciam/error.json", "./other.json").as_deref(), Some("ciam/other.json"));
        assert_eq!(joined("error.json", "../other.json"), None);
        assert_eq!(relative("ciam/error.json", "common/error.json"), "../common/error.json");
        assert_eq!(relative("ciam/error.json", "ciam/other.json"), "other.json");
    }
}
