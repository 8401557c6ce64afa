//! The keywords of a schema: whether each is one, and whether together they refuse anything.
//!
//! In: a parsed schema. Out: complaints about what a compiler would silently ignore. Never: compiles.

use std::collections::BTreeSet;

use jsonschema::Draft;
use serde_json::{Map, Value};

use crate::diagnostic::advice;
use crate::schema::library::{Entry, Library};

/// What stands below a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No schema.
    Nothing,
    /// A schema.
    Schema,
    /// An array of schemas.
    List,
    /// An object of schemas.
    Map,
}

/// Every keyword that is valid here and what stands below it. Keywords that only annotate (`content*`) or make
/// resolution depend on more than the path of a file (`$id`, `$anchor`, `$dynamicRef`) are left out.
const KEYWORDS: [(&str, Below); 49] = [
    ("$schema", Below::Nothing),
    ("$ref", Below::Nothing),
    ("$defs", Below::Map),
    ("$comment", Below::Nothing),
    ("title", Below::Nothing),
    ("description", Below::Nothing),
    ("default", Below::Nothing),
    ("examples", Below::Nothing),
    ("deprecated", Below::Nothing),
    ("readOnly", Below::Nothing),
    ("writeOnly", Below::Nothing),
    ("type", Below::Nothing),
    ("enum", Below::Nothing),
    ("const", Below::Nothing),
    ("multipleOf", Below::Nothing),
    ("maximum", Below::Nothing),
    ("exclusiveMaximum", Below::Nothing),
    ("minimum", Below::Nothing),
    ("exclusiveMinimum", Below::Nothing),
    ("maxLength", Below::Nothing),
    ("minLength", Below::Nothing),
    ("pattern", Below::Nothing),
    ("format", Below::Nothing),
    ("maxItems", Below::Nothing),
    ("minItems", Below::Nothing),
    ("uniqueItems", Below::Nothing),
    ("maxContains", Below::Nothing),
    ("minContains", Below::Nothing),
    ("maxProperties", Below::Nothing),
    ("minProperties", Below::Nothing),
    ("required", Below::Nothing),
    ("dependentRequired", Below::Nothing),
    ("allOf", Below::List),
    ("anyOf", Below::List),
    ("oneOf", Below::List),
    ("prefixItems", Below::List),
    ("not", Below::Schema),
    ("if", Below::Schema),
    ("then", Below::Schema),
    ("else", Below::Schema),
    ("items", Below::Schema),
    ("contains", Below::Schema),
    ("additionalProperties", Below::Schema),
    ("propertyNames", Below::Schema),
    ("unevaluatedItems", Below::Schema),
    ("unevaluatedProperties", Below::Schema),
    ("properties", Below::Map),
    ("patternProperties", Below::Map),
    ("dependentSchemas", Below::Map),
];

const FORMATS: [&str; 16] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Checks every schema as far as it can be done without compiling it.
pub(super) fn check_all(library: &Library<'_>) {
    for (name, entry, json) in library.schemas() {
        check_name(name, entry);
        check(name, entry, json, library);
        if accepts_everything(name, json, library) {
            let hint = "say what it must be, for example with `type`, `required` and `properties`";
            entry.complain_of_value("", "this schema accepts everything", Some(hint.to_owned()));
        }
    }
}

/// A name becomes a step of a URI.
fn check_name(name: &str, entry: &Entry<'_>) {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)) {
        let hint = "letters, digits, `-`, `_` and `.` only";
        entry.collector.complain_of_file("this name cannot stand in a reference", hint);
    }
}

/// Complains about every keyword, format and reference that a compiler would ignore or could not follow.
fn check(name: &str, entry: &Entry<'_>, schema: &Value, library: &Library<'_>) {
    if let Some(members) = schema.as_object() {
        check_dialect(members, entry);
    }
    let walk = Walk { name, entry, library };
    walk.schema("", schema);
    check_against_meta_schema(entry, schema);
}

fn check_dialect(members: &Map<String, Value>, entry: &Entry<'_>) {
    let hint = || Some(format!("begin with `\"$schema\": \"{DIALECT}\"`"));
    match members.get("$schema") {
        Some(dialect) if dialect == DIALECT => {}
        Some(_) => entry.complain_of_value("/$schema", "this is not the dialect 2020-12", hint()),
        None => entry.complain_of_value("", "the schema does not say its dialect", hint()),
    }
}

fn check_against_meta_schema(entry: &Entry<'_>, schema: &Value) {
    let meta_schema = jsonschema::draft202012::meta::validator();
    for error in meta_schema.iter_errors(schema) {
        let message = format!("not a valid schema: {}", in_lower_case(&error.to_string()));
        entry.complain_of_value(error.instance_path().as_str(), message, None);
    }
}

/// A message of the library in our spelling: lower case, literals in backticks.
pub(super) fn in_lower_case(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    let lower: String = first.into_iter().chain(characters).collect();
    lower.trim_end_matches('.').replace(['"', '\''], "`")
}

struct Walk<'w> {
    name: &'w str,
    entry: &'w Entry<'w>,
    library: &'w Library<'w>,
}

impl Walk<'_> {
    fn schema(&self, pointer: &str, schema: &Value) {
        let Some(members) = schema.as_object() else { return };
        for (keyword, value) in members {
            let at = format!("{pointer}/{}", escaped(keyword));
            match KEYWORDS.iter().find(|(known, _)| known == keyword) {
                Some((_, below)) => self.below(*below, &at, value),
                None => self.unknown(keyword, &at),
            }
        }
        self.format(members.get("format"), pointer);
        self.reference(members.get("$ref"), pointer);
    }

    fn below(&self, below: Below, at: &str, value: &Value) {
        match (below, value) {
            (Below::Schema, schema) => self.schema(at, schema),
            (Below::List, Value::Array(schemas)) => {
                schemas.iter().enumerate().for_each(|(index, schema)| self.schema(&format!("{at}/{index}"), schema));
            }
            (Below::Map, Value::Object(schemas)) => {
                schemas.iter().for_each(|(key, schema)| self.schema(&format!("{at}/{}", escaped(key)), schema));
            }
            // Of the wrong kind: the meta-schema says so.
            (Below::Nothing | Below::List | Below::Map, _) => {}
        }
    }

    fn unknown(&self, keyword: &str, at: &str) {
        let hint = match keyword {
            "contentEncoding" | "contentMediaType" | "contentSchema" => {
                Some("it only annotates: no value would ever be refused".to_owned())
            }
            "$id" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" | "$vocabulary" => {
                Some("files refer to each other by relative path and JSON pointer".to_owned())
            }
            other => {
                let keywords: Vec<&str> = KEYWORDS.iter().map(|(known, _)| *known).collect();
                let nearest = crate::diagnostic::nearest(other, keywords);
                let meant = nearest.map(|meant| format!("did you mean `{meant}`?"));
                meant.or_else(|| Some("it would be ignored: remove it".to_owned()))
            }
        };
        self.entry.complain_of_key(at, format!("unknown keyword `{keyword}`"), hint);
    }

    fn format(&self, format: Option<&Value>, pointer: &str) {
        let Some(format) = format.and_then(Value::as_str) else { return };
        if !jsonschema::options().is_known_format(Draft::Draft202012, format) {
            let message = format!("unknown format `{format}`");
            self.entry.complain_of_value(&format!("{pointer}/format"), message, advice(format, &FORMATS));
        }
    }

    fn reference(&self, reference: Option<&Value>, pointer: &str) {
        let Some(reference) = reference.and_then(Value::as_str) else { return };
        if let Err((message, hint)) = self.library.resolve(self.name, reference) {
            self.entry.complain_of_value(&format!("{pointer}/$ref"), message, hint);
        }
    }
}

fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// Whether no value at all is refused, as far as the keywords tell.
fn accepts_everything(name: &str, schema: &Value, library: &Library<'_>) -> bool {
    !refuses(name, schema, library, &mut Vec::new())
}

/// Whether a schema refuses anything. A reference to what is being looked at refuses nothing more.
fn refuses(name: &str, schema: &Value, library: &Library<'_>, looked_at: &mut Vec<(String, String)>) -> bool {
    match schema {
        Value::Bool(accepts) => !accepts,
        Value::Object(members) => {
            members.iter().any(|(keyword, value)| keyword_refuses(name, keyword, value, library, looked_at))
        }
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}

fn keyword_refuses(
    name: &str,
    keyword: &str,
    value: &Value,
    library: &Library<'_>,
    looked_at: &mut Vec<(String, String)>,
) -> bool {
    let mut below = |schema: &Value| refuses(name, schema, library, looked_at);
    match keyword {
        "$schema" | "$defs" | "$comment" | "title" | "description" | "default" | "examples" | "deprecated"
        | "readOnly" | "writeOnly" | "then" | "else" => false,
        "required" => value.as_array().is_some_and(|names| !names.is_empty()),
        "uniqueItems" => value == true,
        "dependentRequired" => value.as_object().is_some_and(|names| !names.is_empty()),
        "items" | "additionalProperties" | "propertyNames" | "unevaluatedItems" | "unevaluatedProperties" => {
            below(value)
        }
        "properties" | "patternProperties" | "dependentSchemas" => {
            value.as_object().is_some_and(|schemas| schemas.values().any(below))
        }
        "allOf" | "prefixItems" => value.as_array().is_some_and(|schemas| schemas.iter().any(below)),
        "anyOf" => value.as_array().is_some_and(|schemas| schemas.iter().all(below)),
        "$ref" => reference_refuses(name, value, library, looked_at),
        _ => true,
    }
}

fn reference_refuses(
    name: &str,
    reference: &Value,
    library: &Library<'_>,
    looked_at: &mut Vec<(String, String)>,
) -> bool {
    let reference = reference.as_str().unwrap_or_default();
    let visit = (name.to_owned(), reference.to_owned());
    // What leads nowhere was complained about.
    let Ok((target, schema)) = library.resolve(name, reference) else { return true };
    if looked_at.contains(&visit) {
        return false;
    }
    looked_at.push(visit);
    refuses(target, schema, library, looked_at)
}

/// The members that a schema names at its top, through references and `allOf`, except those that it forbids.
pub(super) fn documented_members(name: &str, schema: &Value, library: &Library<'_>) -> Vec<String> {
    let mut members = Vec::new();
    collect_members(name, schema, library, &mut Vec::new(), &mut members);
    let (forbidden, named): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, forbidden)| *forbidden);
    let forbidden: BTreeSet<String> = forbidden.into_iter().map(|(member, _)| member).collect();
    let named: BTreeSet<String> = named.into_iter().map(|(member, _)| member).collect();
    named.difference(&forbidden).cloned().collect()
}

fn collect_members(
    name: &str,
    schema: &Value,
    library: &Library<'_>,
    looked_at: &mut Vec<(String, String)>,
    members: &mut Vec<(String, bool)>,
) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        members.extend(properties.iter().map(|(member, schema)| (member.clone(), forbids(schema))));
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        collect_members(name, part, library, looked_at, members);
    }
    let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return };
    let visit = (name.to_owned(), reference.to_owned());
    if looked_at.contains(&visit) {
        return;
    }
    looked_at.push(visit);
    if let Ok((target, schema)) = library.resolve(name, reference) {
        collect_members(target, schema, library, looked_at, members);
    }
}

/// Whether a member may not be there: `false`, or nothing but null, which counts as missing.
fn forbids(schema: &Value) -> bool {
    schema == false || schema.get("type").is_some_and(|kind| kind == "null")
}
