#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]

use std::path::Path;

use snapbox::{assert_data_eq, str};

use super::*;
use crate::diagnostic::SourceFile;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn shipped() -> Schemas {
    let files = find(&folder()).expect("the schemas are there");
    Schemas::load(&files).unwrap_or_else(|complaints| panic!("{complaints}"))
}

fn file(name: &str, text: &str) -> SchemaFile {
    let source = SourceFile { path: format!("schemas/{name}").into(), text: text.to_owned() };
    SchemaFile { name: name.to_owned(), source }
}

fn complaints(files: &[SchemaFile]) -> String {
    Schemas::load(files).expect_err("there is something to complain about").to_string()
}

#[test]
fn the_shipped_schemas_are_sound_and_refuse_their_counter_examples() {
    let names = shipped();
    assert!(names.validator("eiam/login-success.json").is_some());
    assert!(names.validator("eiam/login-success.refused.json").is_none());
}

const DIALECT: &str = "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"";

#[test]
#[expect(clippy::too_many_lines, reason = "a golden rendering")]
fn every_mistake_in_a_schema_is_complained_about_at_once() {
    let text = format!(
        r##"{{
  {DIALECT},
  "title": "拒绝", "tpye": "object",
  "$ref": "../commn/error.json",
  "properties": {{
    "a": {{ "format": "e-mail", "minLenght": 1 }},
    "b": {{ "$ref": "#/$defs/gone", "contentEncoding": "base64" }},
    "c": {{ "$ref": "https://example.com/x.json" }},
    "c": {{ "type": "strng" }}
  }}
}}
"##
    );
    let files = [
        file("ciam/error.json", &text),
        file("common/error.json", &format!("{{ {DIALECT}, \"description\": \"anything\" }}")),
        file("common/broken.json", "{\n  \"type\": \"object\",\n}\n"),
        file("common/other.refused.json", "[]"),
    ];
    assert_data_eq!(
        complaints(&files),
        str![[r##"
error: nothing shows that this schema refuses anything
--> schemas/ciam/error.json
 = help: add `ciam/error.refused.json` with at least one `{ "why": …, "value": … }`

error: unknown keyword `tpye`
 --> schemas/ciam/error.json:3:18
  |
3 |   "title": "拒绝", "tpye": "object",
  |                    ^^^^^^
  |
  = help: did you mean `type`?

error: `../commn/error.json` names no schema of the folder
 --> schemas/ciam/error.json:4:11
  |
4 |   "$ref": "../commn/error.json",
  |           ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../common/error.json`?

error: unknown format `e-mail`
 --> schemas/ciam/error.json:6:22
  |
6 |     "a": { "format": "e-mail", "minLenght": 1 },
  |                      ^^^^^^^^
  |
  = help: did you mean `email`?

error: unknown keyword `minLenght`
 --> schemas/ciam/error.json:6:32
  |
6 |     "a": { "format": "e-mail", "minLenght": 1 },
  |                                ^^^^^^^^^^^
  |
  = help: did you mean `minLength`?

error: `#/$defs/gone` leads to nothing
 --> schemas/ciam/error.json:7:20
  |
7 |     "b": { "$ref": "#/$defs/gone", "contentEncoding": "base64" },
  |                    ^^^^^^^^^^^^^^
  |
  = help: after `#` stands a JSON pointer, for example `#/$defs/name`

error: unknown keyword `contentEncoding`
 --> schemas/ciam/error.json:7:36
  |
7 |     "b": { "$ref": "#/$defs/gone", "contentEncoding": "base64" },
  |                                    ^^^^^^^^^^^^^^^^^
  |
  = help: it only annotates: no value would ever be refused

error: `c` stands twice in one object
 --> schemas/ciam/error.json:9:5
  |
9 |     "c": { "type": "strng" }
  |     ^^^
  |
  = help: keep one

error: not a valid schema: `strng` is not valid under any of the schemas listed in the `anyOf` keyword
 --> schemas/ciam/error.json:9:20
  |
9 |     "c": { "type": "strng" }
  |                    ^^^^^^^

error: nothing shows that this schema refuses anything
--> schemas/common/broken.json
 = help: add `common/broken.refused.json` with at least one `{ "why": …, "value": … }`

error: not JSON: trailing comma
 --> schemas/common/broken.json:3:1
  |
3 | }
  | ^

error: nothing shows that this schema refuses anything
--> schemas/common/error.json
 = help: add `common/error.refused.json` with at least one `{ "why": …, "value": … }`

error: this schema accepts everything
 --> schemas/common/error.json:1:1
  |
1 | { "$schema": "https://json-schema.org/draft/2020-12/schema", "description": "anything" }
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: say what it must be, for example with `type`, `required` and `properties`

error: there is no schema that should refuse these values
--> schemas/common/other.refused.json
 = help: add `common/other.json`, or rename this file
"##]]
    );
}

#[test]
fn a_counter_example_that_is_accepted_is_complained_about() {
    let schema = format!("{{ {DIALECT}, \"type\": \"object\", \"examples\": [1] }}");
    let refused =
        "[\n  { \"why\": \"no number\", \"value\": 1 },\n  { \"why\": \"a member\", \"value\": { \"a\": 1 } }\n]\n";
    let files = [file("a.json", &schema), file("a.refused.json", refused)];
    assert_data_eq!(
        complaints(&files),
        str![[r#"
error: the schema refuses its own example: the body: the value (not shown) is not of type `object`
 --> schemas/a.json:1:93
  |
1 | { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "examples": [1] }
  |                                                                                             ^
  |
  = help: mend the example or the schema

error: `a.json` accepts this value, though: a member
 --> schemas/a.refused.json:3:33
  |
3 |   { "why": "a member", "value": { "a": 1 } }
  |                                 ^^^^^^^^^^
  |
  = help: sharpen the schema, or remove the value
"#]]
    );
    let nameless = "[{ \"value\": 1, \"wyh\": \"x\" }, 2, { \"why\": \" \" }]";
    assert_data_eq!(
        complaints(&[file("a.json", &schema), file("a.refused.json", nameless)]),
        str![[r#"
error: `why` is missing or no text
 --> schemas/a.refused.json:1:2
  |
1 | [{ "value": 1, "wyh": "x" }, 2, { "why": " " }]
  |  ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: say in a sentence what it breaks

error: unknown key `wyh`
 --> schemas/a.refused.json:1:16
  |
1 | [{ "value": 1, "wyh": "x" }, 2, { "why": " " }]
  |                ^^^^^
  |
  = help: did you mean `why`?

error: this is no refused value
 --> schemas/a.refused.json:1:30
  |
1 | [{ "value": 1, "wyh": "x" }, 2, { "why": " " }]
  |                              ^
  |
  = help: write `{ "why": …, "value": … }`

error: `value` is missing
 --> schemas/a.refused.json:1:33
  |
1 | [{ "value": 1, "wyh": "x" }, 2, { "why": " " }]
  |                                 ^^^^^^^^^^^^^^
  |
  = help: add the value to refuse

error: `why` is missing or no text
 --> schemas/a.refused.json:1:33
  |
1 | [{ "value": 1, "wyh": "x" }, 2, { "why": " " }]
  |                                 ^^^^^^^^^^^^^^
  |
  = help: say in a sentence what it breaks
"#]]
    );
}

#[test]
fn a_pattern_that_could_stall_is_not_compiled() {
    let schema = format!("{{ {DIALECT}, \"type\": \"string\", \"pattern\": \"(?=a)b\" }}");
    let files = [file("a.json", &schema), file("a.refused.json", "[{ \"why\": \"no number\", \"value\": 1 }]")];
    assert_data_eq!(
        complaints(&files),
        str![[r#"
error: cannot be compiled: `(?=a)b` is not a `regex`
 --> schemas/a.json:1:91
  |
1 | { "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string", "pattern": "(?=a)b" }
  |                                                                                           ^^^^^^^^
  |
  = help: a pattern has no look-around and no back-reference: they can stall a run
"#]]
    );
}

#[test]
fn a_schema_that_only_refers_to_itself_accepts_everything() {
    let schema = format!("{{ {DIALECT}, \"$ref\": \"#\", \"properties\": {{ \"a\": true }} }}");
    let files = [file("a.json", &schema), file("a.refused.json", "[{ \"why\": \"x\", \"value\": 1 }]")];
    assert!(complaints(&files).contains("this schema accepts everything"));
}

#[test]
fn references_are_followed_to_the_documented_members() {
    let schemas = shipped();
    let members = |name: &str| schemas.validator(name).expect("it is shipped").documented_members().join(" ");
    assert_eq!(members("ciam/error.json"), "error_code error_msg");
    assert_eq!(members("eiam/login-success.json"), "expire id_token session_token status");
    assert_eq!(members("eiam/login-mfa.json"), "data state_token status");
    assert_eq!(members("common/no-parameters.json"), "");
}

#[test]
fn violations_are_told_without_the_value() {
    let schemas = shipped();
    let success = schemas.validator("eiam/login-success.json").expect("it is shipped");
    let answer = serde_json::json!({"status": "top-secret", "session_token": ["top-secret"], "expire": -1});
    let told: Vec<String> = success
        .violations(&answer)
        .iter()
        .map(|violation| format!("{} {} {}", violation.schema_path, violation.keyword, violation.message))
        .collect();
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
/required required `/id_token` is missing
/properties/status/const const `/status` must be `SUCCESS`
/properties/session_token/type type `/session_token`: the value (not shown) is not of type `string`
/properties/expire/exclusiveMinimum exclusiveMinimum `/expire`: the value (not shown) is less than or equal to the minimum of 0
"#]]
    );
    let mfa = schemas.validator("eiam/login-mfa.json").expect("it is shipped");
    let answer = serde_json::json!({"status": "MFA_AUTH", "state_token": "t", "data": "[]", "id_token": "top-secret"});
    assert_eq!(mfa.violations(&answer)[0].instance_path, "/id_token");
    let error = schemas.validator("ciam/error.json").expect("it is shipped");
    let told = error.violations(&serde_json::json!({"error_code": "top-secret"}));
    assert!(told.iter().all(|violation| !violation.message.contains("top-secret")), "{told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn a_null_member_counts_as_missing() {
    let schemas = shipped();
    let accepts = |name: &str, value| schemas.validator(name).expect("it is shipped").accepts(&value);
    let mfa = serde_json::json!({"status": "MFA_AUTH", "state_token": "t", "data": "[]", "session_token": null});
    assert!(accepts("eiam/login-mfa.json", mfa));
    assert!(!accepts("common/error.json", serde_json::json!({"error_code": null, "error_msg": "x"})));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC*|[\\[\\]{}\":,a$0-9 \n\\\\]{0,40}") {
        let _ = Schemas::load(&[file("a.json", &text), file("a.refused.json", &text)]);
    }
}
