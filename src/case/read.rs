//! A case file as typed: the kinds of its values.
//!
//! In: the tables of a case file. Out: the same in structs, or complaints about keys and kinds. Never: follows a
//! reference; `tables` and `references` do.

use crate::case::model::{AbsentForm, Basis, BlameCause, Content, Effect, Part};
use crate::case::raw::{
    RawAbsent, RawAnswer, RawAxis, RawCase, RawCode, RawDocument, RawError, RawExpectation, RawFile, RawParameter,
    RawRefusal, RawRequest, RawRule, RawScene, RawValues, Text,
};
use crate::diagnostic::advice;
use crate::toml_file::{Entry, Reader, Spanned, Value, integer_of, text_of, texts_of, wrong_type};

const BASES: [(&str, Basis); 2] = [("documented", Basis::Documented), ("inferred", Basis::Inferred)];
const EFFECTS: [(&str, Effect); 3] = [("sms", Effect::Sms), ("email", Effect::Email), ("login", Effect::Login)];
const CAUSES: [(&str, BlameCause); 3] = [
    ("client-id", BlameCause::ClientId),
    ("captcha-source", BlameCause::CaptchaSource),
    ("delivery", BlameCause::Delivery),
];
const CONTENTS: [(&str, Content); 2] = [("json-list", Content::JsonList), ("id-token", Content::IdToken)];
const GRAVITIES: [(&str, Basis); 2] = [("fail", Basis::Documented), ("warn", Basis::Inferred)];
const FORMS: [AbsentForm; 2] = [AbsentForm::Missing, AbsentForm::Blank];
const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

/// Reads every table of a case file.
pub(super) fn file(mut file: Reader<'_>) -> RawFile {
    let document = file.required_table("document").map(document);
    let request = file.required_table("request").map(request);
    let raw = RawFile {
        document,
        request,
        code: file.table("fixture").and_then(code_fixture),
        headers: read_each(&mut file, "header", parameter),
        members: read_each(&mut file, "member", parameter),
        scenes: read_each(&mut file, "scene", scene),
        errors: read_each(&mut file, "error", error),
        answers: read_each(&mut file, "answer", answer),
        rules: read_each(&mut file, "rule", rule),
        blames: file.tables("blame").into_iter().filter_map(blame).collect(),
        cases: read_each(&mut file, "case", case),
    };
    file.finish();
    raw
}

fn read_each<T>(file: &mut Reader<'_>, key: &'static str, read: impl Fn(Reader<'_>) -> T) -> Vec<T> {
    file.tables(key).into_iter().map(read).collect()
}

/// A text that must be there. Without it the rest of its table is still read, so that what refers to that table is not
/// complained about, too.
fn needed(table: &mut Reader<'_>, key: &'static str) -> Text {
    table.required_text(key).unwrap_or_else(|| Spanned::new(String::new(), table.span().clone()))
}

fn document(mut table: Reader<'_>) -> RawDocument {
    let document = RawDocument {
        title: needed(&mut table, "title"),
        endpoint: needed(&mut table, "endpoint"),
        effect: table.required_word("effect", &EFFECTS).map(|effect| effect.value),
        recipient: table.required_text("recipient").and_then(|text| part(&text, &table)),
        control: needed(&mut table, "control"),
        refusal_schema: needed(&mut table, "refusal_schema"),
    };
    table.finish();
    document
}

fn request(mut table: Reader<'_>) -> RawRequest {
    let method = table.required_word("method", &METHODS);
    let request = RawRequest {
        method: method.map(|method| method.value.to_owned()).unwrap_or_default(),
        path: needed(&mut table, "path"),
        parts: parts(&mut table),
        raw: table.text("raw"),
    };
    table.finish();
    request
}

/// The parts below `header` and `body`, in the order of the file.
fn parts(table: &mut Reader<'_>) -> Vec<(Spanned<Part>, Text)> {
    let mut parts = named_texts(table, "header", Part::Header);
    parts.extend(named_texts(table, "body", Part::Body));
    parts
}

fn named_texts<T>(table: &mut Reader<'_>, key: &'static str, name: impl Fn(String) -> T) -> Vec<(Spanned<T>, Text)> {
    let Some(below) = table.table(key) else { return Vec::new() };
    below
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.key.clone().map(&name), text_of(entry, below.collector())?)))
        .collect()
}

/// `header.X-L` or `body.mobile` as a part.
fn part(text: &Text, table: &Reader<'_>) -> Option<Spanned<Part>> {
    let parsed = parse_part(&text.value);
    if parsed.is_none() {
        let message = format!("`{}` is no part of a request", text.value);
        let hint = "write `header.NAME` or `body.NAME`".to_owned();
        table.collector().complain(&text.span, message, Some(hint));
    }
    Some(Spanned::new(parsed?, text.span.clone()))
}

/// The part that a text names.
pub(super) fn parse_part(text: &str) -> Option<Part> {
    let (place, name) = text.split_once('.')?;
    match (place, name) {
        (_, "") => None,
        ("header", name) => Some(Part::Header(name.to_owned())),
        ("body", name) => Some(Part::Body(name.to_owned())),
        (_, _) => None,
    }
}

fn code_fixture(mut fixture: Reader<'_>) -> Option<RawCode> {
    let code = fixture.required_table("code");
    fixture.finish();
    let mut code = code?;
    let raw = RawCode { send: needed(&mut code, "send"), scene: needed(&mut code, "scene") };
    code.finish();
    Some(raw)
}

fn parameter(mut table: Reader<'_>) -> RawParameter {
    let parameter = RawParameter {
        name: needed(&mut table, "name"),
        required: table.required_boolean("required").is_some_and(|required| required.value),
        clause: needed(&mut table, "clause"),
    };
    table.finish();
    parameter
}

fn scene(mut table: Reader<'_>) -> RawScene {
    let scene = RawScene { value: needed(&mut table, "type"), clause: needed(&mut table, "clause") };
    table.finish();
    scene
}

fn error(mut table: Reader<'_>) -> RawError {
    let error = RawError {
        code: needed(&mut table, "code"),
        status: table.required_integer("status", 400..=599).map_or(400, |status| status.value),
        en: needed(&mut table, "en"),
        zh: table.text("zh"),
    };
    table.finish();
    error
}

fn answer(mut table: Reader<'_>) -> RawAnswer {
    let answer = RawAnswer {
        id: needed(&mut table, "id"),
        status: table.required_integer("status", 200..=299).map_or(200, |status| status.value),
        schema: needed(&mut table, "schema"),
        empty: table.boolean("empty").is_some_and(|empty| empty.value),
        clause: needed(&mut table, "clause"),
        members: named_texts(&mut table, "member", |name| name),
        holds: contents(&mut table),
    };
    table.finish();
    answer
}

/// What members hold that are more than text: `holds.data = "json-list"`.
fn contents(table: &mut Reader<'_>) -> Vec<(Text, Content)> {
    let collector = table.collector();
    let words = CONTENTS.map(|(word, _)| word);
    let content = |(member, word): (Text, Text)| {
        let known = CONTENTS.iter().find(|(name, _)| *name == word.value);
        if known.is_none() {
            let message = format!("`{}` is nothing that a member can hold", word.value);
            collector.complain(&word.span, message, advice(&word.value, &words));
        }
        known.map(|(_, content)| (member, *content))
    };
    named_texts(table, "holds", |name| name).into_iter().filter_map(content).collect()
}

fn rule(mut table: Reader<'_>) -> RawRule {
    let rule = RawRule {
        id: needed(&mut table, "id"),
        basis: table.required_word("basis", &BASES).map_or(Basis::Inferred, |basis| basis.value),
        clause: needed(&mut table, "clause"),
    };
    table.finish();
    rule
}

fn blame(mut table: Reader<'_>) -> Option<(Text, BlameCause)> {
    let code = needed(&mut table, "code");
    let cause = table.required_word("cause", &CAUSES);
    table.finish();
    Some((code, cause?.value))
}

fn case(mut table: Reader<'_>) -> RawCase {
    let raw = RawCase {
        id: needed(&mut table, "id"),
        title: table.required_text("title"),
        axes: read_each(&mut table, "rows", axis),
        absent: absent(&mut table),
        without: without(&mut table),
        set: table.table("set").map(set).unwrap_or_default(),
        raw: table.text("raw"),
        expect: expectation(&mut table),
        after: table.text("after"),
        last: table.boolean("last").is_some_and(|last| last.value),
        failed_login: table.boolean("failed_login").is_some_and(|counted| counted.value),
        code_scene: table.table("fixture").and_then(code_scene),
        cites: table.texts("cites").map(|cites| cites.value).unwrap_or_default(),
        span: table.span().clone(),
    };
    table.finish();
    raw
}

fn set(mut table: Reader<'_>) -> Vec<(Spanned<Part>, Text)> {
    let parts = parts(&mut table);
    table.finish();
    parts
}

fn code_scene(mut fixture: Reader<'_>) -> Option<Text> {
    let code = fixture.required_table("code");
    fixture.finish();
    let mut code = code?;
    let scene = code.required_text("scene");
    code.finish();
    scene
}

fn axis(mut table: Reader<'_>) -> RawAxis {
    let axis = needed(&mut table, "axis");
    table.require("of");
    let of = table.any("of").and_then(|entry| values(entry, &table));
    table.finish();
    RawAxis { axis, of }
}

fn values(entry: &Entry, table: &Reader<'_>) -> Option<RawValues> {
    match &entry.value.value {
        Value::Text(word) if word == "scenes" => Some(RawValues::Scenes(entry.value.span.clone())),
        Value::List(_) => texts_of(entry, table.collector()).map(RawValues::Listed),
        Value::Text(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Moment(_)
        | Value::Table(_)
        | Value::Unreadable => {
            wrong_type(entry, "`\"scenes\"` or an array of strings", table.collector());
            None
        }
    }
}

fn absent(table: &mut Reader<'_>) -> Option<RawAbsent> {
    let entry = table.any("absent")?;
    if let Value::Text(_) = entry.value.value {
        let part = text_of(entry, table.collector())?;
        return Some(RawAbsent { part, forms: FORMS.to_vec() });
    }
    let mut below = table.below(entry)?;
    let part = below.required_text("part");
    let forms = absent_forms(&mut below);
    below.finish();
    Some(RawAbsent { part: part?, forms })
}

fn absent_forms(table: &mut Reader<'_>) -> Vec<AbsentForm> {
    let Some(words) = table.texts("forms") else { return FORMS.to_vec() };
    let collector = table.collector();
    if words.value.is_empty() {
        collector.complain(&words.span, "`forms` is empty", Some("leave it out for both forms".to_owned()));
    }
    let mut forms = Vec::new();
    for word in words.value {
        let Some(form) = FORMS.into_iter().find(|form| form.as_str() == word.value) else {
            let message = format!("`{}` is no form of absence", word.value);
            collector.complain(&word.span, message, advice(&word.value, &["missing", "blank"]));
            continue;
        };
        if forms.contains(&form) {
            collector.complain(&word.span, format!("`{}` is listed twice", word.value), None);
        }
        forms.push(form);
    }
    forms
}

fn without(table: &mut Reader<'_>) -> Vec<Spanned<Part>> {
    let Some(texts) = table.texts("without") else { return Vec::new() };
    texts.value.iter().filter_map(|text| part(text, table)).collect()
}

fn expectation(table: &mut Reader<'_>) -> Option<RawExpectation> {
    let (accept_entry, refuse_entry) = (table.any("accept"), table.any("refuse"));
    let collector = table.collector();
    match (accept_entry, refuse_entry) {
        (Some(accepted), None) => accept(accepted, table),
        (None, Some(refused)) => refuse(table.below(refused)?),
        (Some(_), Some(refused)) => {
            let message = "a request cannot be accepted and refused";
            let hint = "keep either `accept` or `refuse`".to_owned();
            collector.complain(&refused.key.span, message, Some(hint));
            None
        }
        (None, None) => {
            let hint = "add `accept = \"ANSWER\"` or `refuse.error = \"CODE\"`".to_owned();
            collector.complain(table.span(), "the case expects nothing", Some(hint));
            None
        }
    }
}

fn accept(entry: &Entry, table: &Reader<'_>) -> Option<RawExpectation> {
    if let Value::Text(_) = entry.value.value {
        let answer = text_of(entry, table.collector())?;
        return Some(RawExpectation::Accept { answer, basis: Basis::Documented });
    }
    let mut below = table.below(entry)?;
    let answer = below.required_text("answer");
    let basis = below.word("basis", &BASES).map_or(Basis::Documented, |basis| basis.value);
    below.finish();
    Some(RawExpectation::Accept { answer: answer?, basis })
}

fn refuse(mut table: Reader<'_>) -> Option<RawExpectation> {
    let error = table.text("error");
    let one_of = table.texts("one_of");
    let named = error.is_some();
    let codes = codes(error, one_of, &table);
    let statuses = statuses(&mut table);
    let envelope = table.boolean("envelope").is_none_or(|envelope| envelope.value);
    let basis = refusal_basis(&mut table, named);
    let accepted = table.word("accepted", &GRAVITIES).map(|gravity| gravity.value);
    let tolerated = read_each(&mut table, "tolerated", tolerated);
    table.finish();
    let basis = basis?;
    let accepted = accepted.unwrap_or(basis);
    Some(RawExpectation::Refuse(RawRefusal { codes, statuses, envelope, basis, accepted, tolerated }))
}

fn codes(error: Option<Text>, one_of: Option<Spanned<Vec<Text>>>, table: &Reader<'_>) -> Vec<Text> {
    match (error, one_of) {
        (Some(code), None) => vec![code],
        (None, Some(codes)) => {
            if codes.value.is_empty() {
                let hint = "name a code, or leave `one_of` out for any".to_owned();
                table.collector().complain(&codes.span, "`one_of` is empty", Some(hint));
            }
            codes.value
        }
        (Some(_), Some(codes)) => {
            let hint = "keep either `error` or `one_of`".to_owned();
            table.collector().complain(&codes.span, "`error` names the code already", Some(hint));
            codes.value
        }
        (None, None) => Vec::new(),
    }
}

fn statuses(table: &mut Reader<'_>) -> Option<Vec<u16>> {
    let entry = table.any("status")?;
    let Value::List(items) = &entry.value.value else {
        wrong_type(entry, "an array of integers", table.collector());
        return None;
    };
    if items.is_empty() {
        let hint = "leave it out for 400".to_owned();
        table.collector().complain(&entry.value.span, "`status` is empty", Some(hint));
    }
    let status = |item| integer_of("status", item, 400..=599, table.collector());
    Some(items.iter().filter_map(status).map(|status| status.value).collect())
}

fn refusal_basis(table: &mut Reader<'_>, named: bool) -> Option<Basis> {
    if table.has("basis") {
        return table.word("basis", &BASES).map(|basis| basis.value);
    }
    if named {
        return Some(Basis::Documented);
    }
    let hint = "add `basis = \"inferred\"`, or name the documented code with `error = \"CODE\"`".to_owned();
    table.collector().complain(table.span(), "`refuse` names no documented error and no `basis`", Some(hint));
    None
}

fn tolerated(mut table: Reader<'_>) -> (Text, Text) {
    let tolerated = (needed(&mut table, "code"), needed(&mut table, "note"));
    table.finish();
    tolerated
}
