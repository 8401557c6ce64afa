//! A case file as typed: its shape and the kinds of its values, every one with its place.
//!
//! In: the tables of a case file. Out: the same in structs, or complaints about keys and kinds. Never: follows a
//! reference; `references` does.

use std::ops::Range;

use crate::case::model::{AbsentForm, Basis, BlameCause, Content, Effect, Part};
use crate::toml_file::{Entry, Reader, Spanned, Value, text_of, texts_of, wrong_type};

/// A string and where it stands.
pub(super) type Text = Spanned<String>;

const BASES: [(&str, Basis); 2] = [("documented", Basis::Documented), ("inferred", Basis::Inferred)];
const EFFECTS: [(&str, Effect); 3] = [("sms", Effect::Sms), ("email", Effect::Email), ("login", Effect::Login)];
const CAUSES: [(&str, BlameCause); 3] = [
    ("client-id", BlameCause::ClientId),
    ("captcha-source", BlameCause::CaptchaSource),
    ("delivery", BlameCause::Delivery),
];
const GRAVITIES: [(&str, Basis); 2] = [("fail", Basis::Documented), ("warn", Basis::Inferred)];
const FORMS: [AbsentForm; 2] = [AbsentForm::Missing, AbsentForm::Blank];
const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

/// A whole case file. What could not be read is left out and was complained about.
#[derive(Debug)]
pub(super) struct RawFile {
    pub(super) document: Option<RawDocument>,
    pub(super) request: Option<RawRequest>,
    pub(super) code: Option<RawCode>,
    pub(super) headers: Vec<RawParameter>,
    pub(super) members: Vec<RawParameter>,
    pub(super) scenes: Vec<RawScene>,
    pub(super) errors: Vec<RawError>,
    pub(super) answers: Vec<RawAnswer>,
    pub(super) rules: Vec<RawRule>,
    pub(super) blames: Vec<(Text, BlameCause)>,
    pub(super) cases: Vec<RawCase>,
}

#[derive(Debug)]
pub(super) struct RawDocument {
    pub(super) title: Text,
    pub(super) endpoint: Text,
    pub(super) effect: Effect,
    pub(super) recipient: Spanned<Part>,
    pub(super) control: Text,
    pub(super) refusal_schema: Text,
}

#[derive(Debug)]
pub(super) struct RawRequest {
    pub(super) method: Text,
    pub(super) path: Text,
    pub(super) parts: Vec<(Spanned<Part>, Text)>,
    pub(super) raw: Option<Text>,
}

#[derive(Debug)]
pub(super) struct RawCode {
    pub(super) send: Text,
    pub(super) scene: Text,
}

#[derive(Debug)]
pub(super) struct RawParameter {
    pub(super) name: Text,
    pub(super) required: bool,
    pub(super) clause: Text,
}

#[derive(Debug)]
pub(super) struct RawScene {
    pub(super) value: Text,
    pub(super) clause: Text,
}

#[derive(Debug)]
pub(super) struct RawError {
    pub(super) code: Text,
    pub(super) status: u16,
    pub(super) en: Text,
    pub(super) zh: Option<Text>,
}

#[derive(Debug)]
pub(super) struct RawAnswer {
    pub(super) id: Text,
    pub(super) status: u16,
    pub(super) schema: Text,
    pub(super) empty: bool,
    pub(super) clause: Text,
    pub(super) members: Vec<(Text, Text)>,
    pub(super) holds: Vec<(Text, Content)>,
}

#[derive(Debug)]
pub(super) struct RawRule {
    pub(super) id: Text,
    pub(super) basis: Basis,
    pub(super) clause: Text,
}

#[derive(Debug)]
pub(super) struct RawCase {
    pub(super) span: Range<usize>,
    /// Empty when there is none, which was complained about.
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) axes: Vec<RawAxis>,
    pub(super) absent: Option<RawAbsent>,
    pub(super) without: Vec<Spanned<Part>>,
    pub(super) set: Vec<(Spanned<Part>, Text)>,
    pub(super) raw: Option<Text>,
    pub(super) expect: Option<RawExpectation>,
    pub(super) after: Option<Text>,
    pub(super) last: bool,
    pub(super) failed_login: bool,
    pub(super) code_scene: Option<Text>,
    pub(super) cites: Vec<Text>,
}

#[derive(Debug)]
pub(super) struct RawAxis {
    pub(super) axis: Text,
    pub(super) of: RawValues,
}

#[derive(Debug)]
pub(super) enum RawValues {
    Scenes(Range<usize>),
    Listed(Spanned<Vec<Text>>),
}

#[derive(Debug)]
pub(super) struct RawAbsent {
    pub(super) part: Text,
    pub(super) forms: Vec<AbsentForm>,
}

#[derive(Debug)]
pub(super) enum RawExpectation {
    Accept { answer: Text, basis: Basis },
    Refuse(RawRefusal),
}

#[derive(Debug)]
pub(super) struct RawRefusal {
    pub(super) codes: Vec<Text>,
    pub(super) statuses: Option<Vec<u16>>,
    pub(super) envelope: bool,
    pub(super) basis: Basis,
    pub(super) accepted: Basis,
    pub(super) tolerated: Vec<(Text, Text)>,
}

/// Reads every table of a case file.
pub(super) fn read(mut file: Reader<'_>) -> RawFile {
    let document = file.required_table("document").and_then(document);
    let request = file.required_table("request").and_then(request);
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
        blames: read_each(&mut file, "blame", blame),
        cases: read_each(&mut file, "case", |table| Some(case(table))),
    };
    file.finish();
    raw
}

fn read_each<T>(file: &mut Reader<'_>, key: &'static str, read: impl Fn(Reader<'_>) -> Option<T>) -> Vec<T> {
    file.tables(key).into_iter().filter_map(read).collect()
}

fn document(mut table: Reader<'_>) -> Option<RawDocument> {
    let title = table.required_text("title");
    let endpoint = table.required_text("endpoint");
    let effect = table.required_word("effect", &EFFECTS);
    let recipient = table.required_text("recipient").and_then(|text| part(&text, &table));
    let control = table.required_text("control");
    let refusal_schema = table.required_text("refusal_schema");
    table.finish();
    Some(RawDocument {
        title: title?,
        endpoint: endpoint?,
        effect: effect?.value,
        recipient: recipient?,
        control: control?,
        refusal_schema: refusal_schema?,
    })
}

fn request(mut table: Reader<'_>) -> Option<RawRequest> {
    let method = table.required_word("method", &METHODS);
    let path = table.required_text("path");
    let parts = parts(&mut table);
    let raw = table.text("raw");
    table.finish();
    let method = method?;
    Some(RawRequest { method: method.map(str::to_owned), path: path?, parts, raw })
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
    let send = code.required_text("send");
    let scene = code.required_text("scene");
    code.finish();
    Some(RawCode { send: send?, scene: scene? })
}

fn parameter(mut table: Reader<'_>) -> Option<RawParameter> {
    let name = table.required_text("name");
    let required = table.required_boolean("required");
    let clause = table.required_text("clause");
    table.finish();
    Some(RawParameter { name: name?, required: required?.value, clause: clause? })
}

fn scene(mut table: Reader<'_>) -> Option<RawScene> {
    let value = table.required_text("type");
    let clause = table.required_text("clause");
    table.finish();
    Some(RawScene { value: value?, clause: clause? })
}

fn error(mut table: Reader<'_>) -> Option<RawError> {
    let code = table.required_text("code");
    let status = table.required_integer("status", 400..=599);
    let en = table.required_text("en");
    let zh = table.text("zh");
    table.finish();
    Some(RawError { code: code?, status: status?.value, en: en?, zh })
}

fn answer(mut table: Reader<'_>) -> Option<RawAnswer> {
    let id = table.required_text("id");
    let status = table.required_integer("status", 200..=299);
    let schema = table.required_text("schema");
    let empty = table.boolean("empty").is_some_and(|empty| empty.value);
    let clause = table.required_text("clause");
    let members = named_texts(&mut table, "member", |name| name);
    let holds = contents(&mut table);
    table.finish();
    Some(RawAnswer { id: id?, status: status?.value, schema: schema?, empty, clause: clause?, members, holds })
}

fn rule(mut table: Reader<'_>) -> Option<RawRule> {
    let id = table.required_text("id");
    let basis = table.required_word("basis", &BASES);
    let clause = table.required_text("clause");
    table.finish();
    Some(RawRule { id: id?, basis: basis?.value, clause: clause? })
}

fn blame(mut table: Reader<'_>) -> Option<(Text, BlameCause)> {
    let code = table.required_text("code");
    let cause = table.required_word("cause", &CAUSES);
    table.finish();
    Some((code?, cause?.value))
}

fn case(mut table: Reader<'_>) -> RawCase {
    let span = table.span().clone();
    let raw = RawCase {
        id: table.required_text("id").unwrap_or_else(|| Spanned::new(String::new(), span)),
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

fn axis(mut table: Reader<'_>) -> Option<RawAxis> {
    let axis = table.required_text("axis");
    table.require("of");
    let of = table.any("of").and_then(|entry| values(entry, &table));
    table.finish();
    Some(RawAxis { axis: axis?, of: of? })
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
            collector.complain(&word.span, message, crate::diagnostic::advice(&word.value, &["missing", "blank"]));
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
    let status = |item| crate::toml_file::integer_of("status", item, 400..=599, table.collector());
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

fn tolerated(mut table: Reader<'_>) -> Option<(Text, Text)> {
    let code = table.required_text("code");
    let note = table.required_text("note");
    table.finish();
    Some((code?, note?))
}

/// What members hold that are more than text: `holds.data = "json-list"`.
fn contents(table: &mut Reader<'_>) -> Vec<(Text, Content)> {
    const WORDS: [(&str, Content); 2] = [("json-list", Content::JsonList), ("id-token", Content::IdToken)];
    let collector = table.collector();
    let names = WORDS.map(|(word, _)| word);
    named_texts(table, "holds", |name| name)
        .into_iter()
        .filter_map(|(member, word)| {
            let known = WORDS.iter().find(|(name, _)| *name == word.value);
            if known.is_none() {
                let message = format!("`{}` is nothing that a member can hold", word.value);
                collector.complain(&word.span, message, crate::diagnostic::advice(&word.value, &names));
            }
            known.map(|(_, content)| (member, *content))
        })
        .collect()
}
