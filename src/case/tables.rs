//! Whether the tables of a document and its request agree with each other.
//!
//! In: a case file as typed. Out: complaints about repeated names, ids that are no ids, and a request that leaves out
//! what the tables require. Never: looks at the cases; `references` does.

use crate::case::model::{Part, Product};
use crate::case::placeholder;
use crate::case::raw::{RawAnswer, RawFile, RawRequest, Text};
use crate::diagnostic::{Collector, advice, line_and_column};
use crate::toml_file::Spanned;

/// Checks everything but the cases.
pub(super) fn check(raw: &RawFile, product: Product, collector: &Collector<'_>) {
    check_repetitions(raw, collector);
    for rule in &raw.rules {
        check_id(&rule.id, collector);
    }
    for error in &raw.errors {
        check_languages(&error.code, error.zh.as_ref(), collector);
    }
    for answer in &raw.answers {
        check_contents(answer, collector);
    }
    if product == Product::Ciam {
        check_blames(raw, collector);
    }
    if let Some(request) = &raw.request {
        check_request(request, raw, collector);
    }
}

fn check_repetitions(raw: &RawFile, collector: &Collector<'_>) {
    let headers = raw.headers.iter().map(|header| &header.name);
    complain_of_repetition("header", headers, str::to_lowercase, collector);
    let members = raw.members.iter().map(|member| &member.name);
    complain_of_repetition("member", members, str::to_owned, collector);
    let scenes = raw.scenes.iter().map(|scene| &scene.value);
    complain_of_repetition("scene", scenes, str::to_owned, collector);
    let codes = raw.errors.iter().map(|error| &error.code);
    complain_of_repetition("error code", codes, str::to_owned, collector);
    let answers = raw.answers.iter().map(|answer| &answer.id);
    complain_of_repetition("answer", answers, str::to_owned, collector);
    complain_of_repetition("rule", raw.rules.iter().map(|rule| &rule.id), str::to_owned, collector);
    complain_of_repetition("blame", raw.blames.iter().map(|(code, _)| code), str::to_owned, collector);
    let cases = raw.cases.iter().map(|case| &case.id);
    complain_of_repetition("case id", cases, str::to_owned, collector);
}

/// Complains about the second of two equal texts and names the line of the first.
pub(super) fn complain_of_repetition<'t>(
    what: &str,
    texts: impl Iterator<Item = &'t Text>,
    fold: impl Fn(&str) -> String,
    collector: &Collector<'_>,
) {
    let mut seen: Vec<(String, &Text)> = Vec::new();
    for text in texts.filter(|text| !text.value.is_empty()) {
        let folded = fold(&text.value);
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == folded) {
            let (line, _) = line_and_column(&collector.source().text, first.span.start);
            let hint = format!("the first one stands in line {line}");
            collector.complain(&text.span, format!("duplicate {what} `{}`", text.value), Some(hint));
        } else {
            seen.push((folded, text));
        }
    }
}

/// Complains about an id that is not lower-case words with hyphens.
pub(super) fn check_id(id: &Text, collector: &Collector<'_>) {
    if !id.value.is_empty() && !is_id(&id.value) {
        let message = format!("`{}` is no id", id.value);
        let hint = "lower-case words with hyphens, for example `client-id`".to_owned();
        collector.complain(&id.span, message, Some(hint));
    }
}

/// Lower-case words with hyphens.
pub(super) fn is_id(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.split('-').all(is_word)
}

fn check_languages(code: &Text, zh: Option<&Text>, collector: &Collector<'_>) {
    if let Some(zh) = zh.filter(|zh| zh.value.trim().is_empty()) {
        let message = format!("the Chinese message of `{}` is blank", code.value);
        let hint = "leave `zh` out where the document has no Chinese message".to_owned();
        collector.complain(&zh.span, message, Some(hint));
    }
}

fn check_contents(answer: &RawAnswer, collector: &Collector<'_>) {
    let members: Vec<&str> = answer.members.iter().map(|(name, _)| name.value.as_str()).collect();
    for (name, _) in &answer.holds {
        if !members.contains(&name.value.as_str()) {
            let message = format!("`{}` is no member of this answer", name.value);
            collector.complain(&name.span, message, advice(&name.value, &members));
        }
    }
}

/// CIAM prints every code it answers with, so a code to blame is one of its rows.
fn check_blames(raw: &RawFile, collector: &Collector<'_>) {
    let codes: Vec<&str> = raw.errors.iter().map(|error| error.code.value.as_str()).collect();
    for (code, _) in &raw.blames {
        if !code.value.is_empty() && !codes.contains(&code.value.as_str()) {
            let message = format!("`{}` is no error of this document", code.value);
            collector.complain(&code.span, message, advice(&code.value, &codes));
        }
    }
}

fn check_request(request: &RawRequest, raw: &RawFile, collector: &Collector<'_>) {
    if !request.path.value.is_empty() && !request.path.value.starts_with('/') {
        let hint = format!("write `/{}`", request.path.value);
        collector.complain(&request.path.span, "the path does not begin with `/`", Some(hint));
    }
    complain_of_repetition("part", names(request).iter(), str::to_lowercase, collector);
    let texts = request.parts.iter().map(|(_, text)| text);
    for text in texts.chain([&request.path]).chain(&request.raw) {
        placeholder::check(text, &placeholder::NAMES, collector);
        check_code_source(text, raw, collector);
    }
    check_completeness(request, raw, collector);
    if let Some(recipient) = raw.document.as_ref().and_then(|document| document.recipient.as_ref()) {
        check_part(recipient, &request_parts(raw), "the request", collector);
    }
}

/// Header names of the request, for finding `X-L` beside `x-l`; TOML itself refuses equal keys.
fn names(request: &RawRequest) -> Vec<Text> {
    request
        .parts
        .iter()
        .filter(|(part, _)| matches!(part.value, Part::Header(_)))
        .map(|(part, _)| part.clone().map(|part| part.to_string()))
        .collect()
}

/// Complains about `${code}` where nothing says how a code is obtained.
pub(super) fn check_code_source(text: &Text, raw: &RawFile, collector: &Collector<'_>) {
    let uses_code = placeholder::names(&text.value).any(|name| name == "code" || name.starts_with("code."));
    if uses_code && raw.code.is_none() {
        let hint = "add `[fixture.code]` with `send` and `scene`".to_owned();
        collector.complain(&text.span, "nothing says where the verification code comes from", Some(hint));
    }
}

/// The request is valid in every documented respect: it carries what the tables require.
fn check_completeness(request: &RawRequest, raw: &RawFile, collector: &Collector<'_>) {
    let headers = raw.headers.iter().map(|header| (header, Part::Header(header.name.value.clone())));
    let members = raw.members.iter().map(|member| (member, Part::Body(member.name.value.clone())));
    let members = members.filter(|_| request.raw.is_none());
    for (parameter, part) in headers.chain(members) {
        let is_named = !parameter.name.value.is_empty();
        if is_named && parameter.required && !request.parts.iter().any(|(other, _)| is_same(&other.value, &part)) {
            let message = format!("the request lacks the required `{part}`");
            let hint = format!("add `{part} = …` to `[request]`");
            collector.complain(&parameter.name.span, message, Some(hint));
        }
    }
}

/// The parts of the request.
pub(super) fn request_parts(raw: &RawFile) -> Vec<Part> {
    raw.request.iter().flat_map(|request| &request.parts).map(|(part, _)| part.value.clone()).collect()
}

/// Complains about a part that is not one of some parts.
pub(super) fn check_part(part: &Spanned<Part>, known: &[Part], whose: &str, collector: &Collector<'_>) {
    if !known.iter().any(|other| is_same(other, &part.value)) {
        let written = part.value.to_string();
        let names: Vec<String> = known.iter().map(Part::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        collector.complain(&part.span, format!("`{written}` is not in {whose}"), advice(&written, &names));
    }
}

/// Whether two parts are the same place of a request: headers are compared without case.
fn is_same(one: &Part, other: &Part) -> bool {
    match (one, other) {
        (Part::Header(one), Part::Header(other)) => one.eq_ignore_ascii_case(other),
        (Part::Body(one), Part::Body(other)) => one == other,
        (Part::Header(_), Part::Body(_)) | (Part::Body(_), Part::Header(_)) => false,
    }
}
