//! Case files into documents.
//!
//! In: the texts of case files. Out: typed documents that later code relies on, or every complaint of all files at
//! once. Never: sends, prints, loads half a contract.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::case::model::{
    Absent, Answer, AnswerMember, Axis, Blame, Case, CodeFixture, Document, ErrorRow, Expectation, Parameter, Part,
    Place, Product, Refusal, RequestTemplate, Rule, Scene, Tolerated,
};
use crate::case::raw::{
    RawAbsent, RawAnswer, RawAxis, RawCase, RawError, RawExpectation, RawFile, RawParameter, RawRefusal, RawRequest,
    RawRule, RawScene, RawValues, Text,
};
use crate::case::references::Scenes;
use crate::case::{read, references, tables};
use crate::diagnostic::{Collector, Complaints, SourceFile, advice, line_and_column};
use crate::source_files;
use crate::toml_file::{self, Reader, Spanned};

/// Every case file below a folder, by path.
///
/// # Errors
/// When a folder or a file cannot be read, or there is no case file.
pub fn find(dir: &Path) -> Result<Vec<SourceFile>, Complaints> {
    source_files::below(dir, "toml")
}

/// The documents of some case files.
///
/// # Errors
/// All complaints of all files, each with its place.
pub fn load(files: &[SourceFile]) -> Result<Vec<Document>, Complaints> {
    load_files(files, None)
}

/// The same, also complaining about answers whose schema is not one of `schemas` (`common/error.json`).
///
/// # Errors
/// All complaints of all files, each with its place.
pub fn load_against(files: &[SourceFile], schemas: &BTreeSet<String>) -> Result<Vec<Document>, Complaints> {
    load_files(files, Some(schemas))
}

/// A file as typed, with the product and the name that its path gives.
struct Typed<'s> {
    collector: Collector<'s>,
    identity: Option<(Product, String)>,
    raw: Option<RawFile>,
}

fn load_files(files: &[SourceFile], schemas: Option<&BTreeSet<String>>) -> Result<Vec<Document>, Complaints> {
    let typed: Vec<Typed<'_>> = files.iter().map(read_file).collect();
    check_identities(&typed);
    let scenes = scenes(&typed);
    let mut documents = Vec::new();
    let mut complaints = Complaints::new();
    for Typed { collector, identity, raw } in typed {
        if let (Some((product, name)), Some(raw)) = (identity, raw) {
            tables::check(&raw, product, &collector);
            references::check(&raw, &scenes, &collector);
            if let Some(schemas) = schemas {
                check_schemas(&raw, schemas, &collector);
            }
            documents.extend(meant(raw, product, name, collector.source()));
        }
        complaints.append(collector.finish());
    }
    complaints.or(documents)
}

fn read_file(source: &SourceFile) -> Typed<'_> {
    let collector = Collector::new(source);
    let table = toml_file::parse(&collector);
    let raw = table.as_ref().map(|table| read::file(Reader::of_file(table, &collector)));
    let identity = identity(&source.path);
    if identity.is_none() {
        let hint = "name it `<product>/<document>.toml`: `eiam` or `ciam`, then lower-case words with hyphens";
        collector.complain_of_file("the path does not say which document this is", hint);
    }
    Typed { collector, identity, raw }
}

/// `cases/ciam/sms-send.toml` is `sms-send` of CIAM.
fn identity(path: &Path) -> Option<(Product, String)> {
    let product = Product::from_name(path.parent()?.file_name()?.to_str()?)?;
    let name = path.file_stem()?.to_str()?;
    tables::is_id(name).then(|| (product, name.to_owned()))
}

fn check_identities(typed: &[Typed<'_>]) {
    let mut seen: BTreeMap<(Product, &str), &Path> = BTreeMap::new();
    for file in typed {
        let Some((product, name)) = &file.identity else { continue };
        let path = &file.collector.source().path;
        if let Some(first) = seen.insert((*product, name), path) {
            let message = format!("`{product}/{name}` is described twice");
            file.collector.complain_of_file(message, format!("the other file is `{}`", first.display()));
        }
    }
}

fn scenes(typed: &[Typed<'_>]) -> Scenes {
    let mut scenes = Scenes::new();
    for file in typed {
        if let (Some((product, name)), Some(raw)) = (&file.identity, &file.raw) {
            let values = raw.scenes.iter().map(|scene| scene.value.value.clone()).collect();
            scenes.insert(format!("{product}/{name}"), values);
        }
    }
    scenes
}

fn check_schemas(raw: &RawFile, schemas: &BTreeSet<String>, collector: &Collector<'_>) {
    let names: Vec<&str> = schemas.iter().map(String::as_str).collect();
    let refusal = raw.document.iter().map(|document| &document.refusal_schema);
    for schema in refusal.chain(raw.answers.iter().map(|answer| &answer.schema)) {
        if !schema.value.is_empty() && !schemas.contains(&schema.value) {
            let message = format!("there is no schema `{}`", schema.value);
            collector.complain(&schema.span, message, advice(&schema.value, &names));
        }
    }
}

/// The document as meant; none when a part of it could not be read.
fn meant(raw: RawFile, product: Product, name: String, source: &SourceFile) -> Option<Document> {
    let document = raw.document?;
    let cases = raw.cases.into_iter();
    Some(Document {
        product,
        name,
        title: document.title.value,
        effect: document.effect?,
        recipient: document.recipient?.value,
        request: request(raw.request?),
        endpoint: document.endpoint.value,
        control: document.control.value,
        headers: raw.headers.into_iter().map(parameter).collect(),
        members: raw.members.into_iter().map(parameter).collect(),
        cases: cases.filter_map(|case| meant_case(case, &raw.scenes, &raw.errors, source)).collect(),
        scenes: raw.scenes.into_iter().map(scene).collect(),
        errors: raw.errors.into_iter().map(error).collect(),
        answers: raw.answers.into_iter().map(answer).collect(),
        rules: raw.rules.into_iter().map(rule).collect(),
        refusal_schema: document.refusal_schema.value,
        blames: raw.blames.into_iter().map(|(code, cause)| Blame { code: code.value, cause }).collect(),
        code: raw.code.map(|code| CodeFixture { send: code.send.value, scene: code.scene.value }),
        place: Place { file: source.path.clone(), line: 1 },
    })
}

fn request(raw: RawRequest) -> RequestTemplate {
    let (mut headers, mut body) = (Vec::new(), Vec::new());
    for (part, text) in raw.parts {
        match part.value {
            Part::Header(name) => headers.push((name, text.value)),
            Part::Body(name) => body.push((name, text.value)),
        }
    }
    RequestTemplate { method: raw.method, path: raw.path.value, headers, body, raw: raw.raw.map(|raw| raw.value) }
}

fn parameter(raw: RawParameter) -> Parameter {
    Parameter { name: raw.name.value, required: raw.required, text: raw.clause.value }
}

fn scene(raw: RawScene) -> Scene {
    Scene { value: raw.value.value, text: raw.clause.value }
}

fn error(raw: RawError) -> ErrorRow {
    ErrorRow { code: raw.code.value, status: raw.status, en: raw.en.value, zh: raw.zh.map(|zh| zh.value) }
}

fn answer(raw: RawAnswer) -> Answer {
    let holds = |name: &str| raw.holds.iter().find(|(member, _)| member.value == name).map(|(_, content)| *content);
    let member = |(name, text): &(Text, Text)| AnswerMember {
        content: holds(&name.value),
        name: name.value.clone(),
        text: text.value.clone(),
    };
    Answer {
        id: raw.id.value,
        status: raw.status,
        schema: raw.schema.value,
        text: raw.clause.value,
        empty: raw.empty,
        members: raw.members.iter().map(member).collect(),
    }
}

fn rule(raw: RawRule) -> Rule {
    Rule { id: raw.id.value, text: raw.clause.value, basis: raw.basis }
}

fn meant_case(raw: RawCase, scenes: &[RawScene], errors: &[RawError], source: &SourceFile) -> Option<Case> {
    let (line, _) = line_and_column(&source.text, raw.span.start);
    Some(Case {
        id: raw.id.value,
        title: raw.title?.value,
        axes: raw.axes.into_iter().map(|axis| meant_axis(axis, scenes)).collect::<Option<_>>()?,
        absent: raw.absent.map(absent),
        without: raw.without.into_iter().map(|part| part.value).collect(),
        set: raw.set.into_iter().map(|(part, text)| (part.value, text.value)).collect(),
        raw: raw.raw.map(|raw| raw.value),
        expect: expectation(raw.expect?, errors),
        after: raw.after.map(|after| after.value),
        last: raw.last,
        failed_login: raw.failed_login,
        code_scene: raw.code_scene.map(|scene| scene.value),
        cites: raw.cites.into_iter().map(|cite| cite.value).collect(),
        place: Place { file: source.path.clone(), line },
    })
}

fn meant_axis(raw: RawAxis, scenes: &[RawScene]) -> Option<Axis> {
    let name = raw.axis.value;
    Some(match raw.of? {
        RawValues::Scenes(_) => {
            let values = scenes.iter().map(|scene| scene.value.value.clone()).collect();
            Axis { name, values, scenes: true }
        }
        RawValues::Listed(Spanned { value, .. }) => {
            let values = value.into_iter().map(|value| value.value).collect();
            Axis { name, values, scenes: false }
        }
    })
}

fn absent(raw: RawAbsent) -> Absent {
    Absent { part: raw.part.value, forms: raw.forms }
}

fn expectation(raw: RawExpectation, errors: &[RawError]) -> Expectation {
    match raw {
        RawExpectation::Accept { answer, basis } => Expectation::Accept { answer: answer.value, basis },
        RawExpectation::Refuse(refusal) => Expectation::Refuse(meant_refusal(refusal, errors)),
    }
}

/// The statuses are the ones given, else those of the codes, else 400.
fn meant_refusal(raw: RawRefusal, errors: &[RawError]) -> Refusal {
    let codes: Vec<String> = raw.codes.into_iter().map(|code| code.value).collect();
    let of_codes = || -> BTreeSet<u16> {
        errors.iter().filter(|error| codes.contains(&error.code.value)).map(|error| error.status).collect()
    };
    let statuses = raw.statuses.unwrap_or_else(|| of_codes().into_iter().collect());
    let tolerated = |(code, note): (Text, Text)| Tolerated { code: code.value, note: note.value };
    Refusal {
        statuses: if statuses.is_empty() { vec![400] } else { statuses },
        codes,
        envelope: raw.envelope,
        basis: raw.basis,
        accepted: raw.accepted,
        tolerated: raw.tolerated.into_iter().map(tolerated).collect(),
    }
}

#[cfg(test)]
mod tests;
