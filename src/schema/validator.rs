//! Compiled schemas.
//!
//! In: sound schemas, a JSON value. Out: every violation in words. Never: shows the value that it judged, which may be
//! a secret.

use std::collections::BTreeMap;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, JsonType, PatternOptions, Registry, Retrieve, Uri, ValidationError};
use serde_json::Value;

use crate::schema::keywords::{documented_members, in_lower_case};
use crate::schema::library::Library;

/// Where the schemas lie as URIs: nowhere that could be fetched.
const BASE: &str = "iamspec:///schemas/";

/// What stands for a value in a message.
const HIDDEN: &str = "the value (not shown)";

const NO_LOOK_AROUND: &str = "a pattern has no look-around and no back-reference: they can stall a run";

/// One compiled schema.
#[derive(Debug)]
pub struct Validator {
    compiled: jsonschema::Validator,
    documented: Vec<String>,
}

/// One way in which a value is not what its schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The JSON pointer of the value; empty for the whole.
    pub instance_path: String,
    /// The JSON pointer of the keyword within the schema, through references.
    pub schema_path: String,
    /// The keyword: `required`, `type`, …
    pub keyword: String,
    /// What is wrong, without the value.
    pub message: String,
    /// The member at the top that is wrong or missing; none: the whole.
    pub member: Option<String>,
}

impl Validator {
    /// Whether a value is what the schema says.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.compiled.is_valid(value)
    }

    /// Every way in which a value is not what the schema says.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        self.compiled.iter_errors(value).map(|error| violation(&error)).collect()
    }

    /// The members that the schema names at its top, sorted, except those that it forbids.
    #[must_use]
    pub fn documented_members(&self) -> &[String] {
        &self.documented
    }
}

fn violation(error: &ValidationError<'_>) -> Violation {
    Violation {
        instance_path: error.instance_path().to_string(),
        schema_path: error.evaluation_path().to_string(),
        keyword: error.kind().keyword().to_owned(),
        message: message(error),
        member: member(error),
    }
}

fn member(error: &ValidationError<'_>) -> Option<String> {
    let path = error.instance_path().as_str();
    match (path.split('/').nth(1), error.kind()) {
        (Some(member), _) => Some(member.replace("~1", "/").replace("~0", "~")),
        (None, ValidationErrorKind::Required { property }) => property.as_str().map(ToOwned::to_owned),
        (None, _) => None,
    }
}

fn message(error: &ValidationError<'_>) -> String {
    let place = error.instance_path().as_str();
    let value = if place.is_empty() { "the body".to_owned() } else { format!("`{place}`") };
    if let ValidationErrorKind::Required { property } = error.kind() {
        let property = property.as_str().map_or_else(|| property.to_string(), str::to_owned);
        return format!("`{place}/{property}` is missing");
    }
    // A member that may only be `null`, which counts as missing, is one that is forbidden.
    let only_null = matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(JsonType::Null) });
    if only_null || matches!(error.kind(), ValidationErrorKind::FalseSchema) {
        return format!("{value} must not be there");
    }
    if let ValidationErrorKind::Constant { expected_value } = error.kind() {
        return format!("{value} must be `{}`", text_of(expected_value));
    }
    format!("{value}: {}", in_lower_case(&error.masked_with(HIDDEN).to_string()))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Fetches nothing.
struct Offline;

impl Retrieve for Offline {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("`{uri}` is not a file of the schemas folder").into())
    }
}

/// Compiles every schema. What cannot be compiled is complained about and left out.
pub(super) fn compile(library: &Library<'_>) -> BTreeMap<String, Validator> {
    let registry = match registry(library) {
        Ok(registry) => registry,
        Err(error) => {
            if let Some((_, entry, _)) = library.schemas().next() {
                entry.complain_of_value("", format!("the schemas cannot be put together: {error}"), None);
            }
            return BTreeMap::new();
        }
    };
    let mut validators = BTreeMap::new();
    for (name, entry, json) in library.schemas() {
        match compiled(name, json, &registry) {
            Ok(compiled) => {
                let documented = documented_members(name, json, library);
                validators.insert(name.to_owned(), Validator { compiled, documented });
            }
            Err(error) => {
                let message = format!("cannot be compiled: {}", in_lower_case(&error.to_string()));
                let place = error.instance_path().as_str();
                let hint = place.ends_with("/pattern").then(|| NO_LOOK_AROUND.to_owned());
                entry.complain_of_value(place, message, hint);
            }
        }
    }
    validators
}

fn registry(library: &Library<'_>) -> Result<Registry<'static>, jsonschema::ReferencingError> {
    let mut builder = Registry::new().draft(Draft::Draft202012).retriever(Offline);
    for (name, _, json) in library.schemas() {
        builder = builder.add(format!("{BASE}{name}"), json.clone())?;
    }
    builder.prepare()
}

fn compiled(
    name: &str,
    json: &Value,
    registry: &Registry<'_>,
) -> Result<jsonschema::Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_base_uri(format!("{BASE}{name}"))
        .with_registry(registry)
        .with_retriever(Offline)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        // Linear in the length of the text: an answer cannot stall the run.
        .with_pattern_options(PatternOptions::regex())
        .build(json)
}
