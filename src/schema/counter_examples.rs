//! Values that a schema must refuse: the proof that it checks something.
//!
//! In: `common/error.refused.json` beside `common/error.json`. Out: complaints about a value that is accepted, and
//! about schemas of answers without such values. Never: invents a value.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::advice;
use crate::schema::files::Role;
use crate::schema::library::{Entry, Library};
use crate::schema::validator::Validator;

/// A value that a schema must refuse.
#[derive(Debug)]
pub(super) struct CounterExample {
    /// The schema.
    schema: String,
    /// The file it stands in.
    file: String,
    /// Where in that file.
    pointer: String,
    why: String,
    value: Value,
}

/// Reads every counter-example.
pub(super) fn read(library: &Library<'_>) -> Vec<CounterExample> {
    let mut examples = Vec::new();
    for (name, entry) in &library.entries {
        match entry.role {
            Role::CounterExamples => examples.extend(read_file(name, entry, library)),
            Role::Answer => check_presence(name, entry, library),
            Role::Format => {}
        }
    }
    examples
}

fn check_presence(name: &str, entry: &Entry<'_>, library: &Library<'_>) {
    let file = format!("{}.refused.json", name.strip_suffix(".json").unwrap_or(name));
    if !library.entries.contains_key(file.as_str()) {
        let hint = format!("add `{file}` with at least one `{{ \"why\": …, \"value\": … }}`");
        entry.collector.complain_of_file("nothing shows that this schema refuses anything", hint);
    }
}

fn read_file(name: &str, entry: &Entry<'_>, library: &Library<'_>) -> Vec<CounterExample> {
    let schema = format!("{}.json", name.strip_suffix(".refused.json").unwrap_or(name));
    if !library.schemas().any(|(other, _, _)| other == schema) {
        let hint = format!("add `{schema}`, or rename this file");
        entry.collector.complain_of_file("there is no schema that should refuse these values", hint);
        return Vec::new();
    }
    let Some(json) = &entry.json else { return Vec::new() };
    let Some(items) = json.as_array().filter(|items| !items.is_empty()) else {
        let hint = "write `[{ \"why\": …, \"value\": … }]`".to_owned();
        entry.complain_of_value("", "this is no list of refused values", Some(hint));
        return Vec::new();
    };
    let read = |(index, item)| read_item(index, item, entry, (&schema, name));
    items.iter().enumerate().filter_map(read).collect()
}

fn read_item(index: usize, item: &Value, entry: &Entry<'_>, names: (&str, &str)) -> Option<CounterExample> {
    let pointer = format!("/{index}");
    let Some(members) = item.as_object() else {
        let hint = "write `{ \"why\": …, \"value\": … }`".to_owned();
        entry.complain_of_value(&pointer, "this is no refused value", Some(hint));
        return None;
    };
    for key in members.keys().filter(|key| !["why", "value"].contains(&key.as_str())) {
        let at = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        entry.complain_of_key(&at, format!("unknown key `{key}`"), advice(key, &["why", "value"]));
    }
    let why = members.get("why").and_then(Value::as_str).filter(|why| !why.trim().is_empty());
    if why.is_none() {
        let hint = "say in a sentence what it breaks".to_owned();
        entry.complain_of_value(&pointer, "`why` is missing or no text", Some(hint));
    }
    let value = members.get("value");
    if value.is_none() {
        entry.complain_of_value(&pointer, "`value` is missing", Some("add the value to refuse".to_owned()));
    }
    Some(CounterExample {
        schema: names.0.to_owned(),
        file: names.1.to_owned(),
        pointer: format!("{pointer}/value"),
        why: why?.to_owned(),
        value: value?.clone(),
    })
}

/// Complains about every counter-example that is accepted, and every `examples` of a schema that is not.
pub(super) fn check(examples: &[CounterExample], validators: &BTreeMap<String, Validator>, library: &Library<'_>) {
    for example in examples {
        let accepted = validators.get(&example.schema).is_some_and(|schema| schema.accepts(&example.value));
        if let Some(entry) = library.entries.get(example.file.as_str()).filter(|_| accepted) {
            let message = format!("`{}` accepts this value, though: {}", example.schema, example.why);
            let hint = "sharpen the schema, or remove the value".to_owned();
            entry.complain_of_value(&example.pointer, message, Some(hint));
        }
    }
    for (name, entry, json) in library.schemas() {
        if let Some(validator) = validators.get(name) {
            check_examples(json, validator, entry);
        }
    }
}

/// The `examples` of a schema show that it does not refuse everything.
fn check_examples(json: &Value, validator: &Validator, entry: &Entry<'_>) {
    for (index, example) in json.get("examples").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if let Some(violation) = validator.violations(example).first() {
            let message = format!("the schema refuses its own example: {}", violation.message);
            let hint = "mend the example or the schema".to_owned();
            entry.complain_of_value(&format!("/examples/{index}"), message, Some(hint));
        }
    }
}
