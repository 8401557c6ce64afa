//! The record of a run, read back, and every report that is made of it.

use std::collections::HashSet;
use std::sync::LazyLock;

use iamspec::compare::{Answer, compare};
use iamspec::record::RunRecord;
use iamspec::report::{Brief, Language, console, ctrf, github, html, json, junit, markdown, stubs};
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value;

use super::{acts, page};

/// A run with failures in it.
static BASE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../seeds/run.json")).expect("a record"));

/// The members whose words are ours, which the reader knows.
const OURS: [&str; 5] = ["outcome", "code", "verdict", "status", "format"];

/// A record is read, and every report of it is in order; or it is refused with a place.
pub fn run_record(text: &str) {
    match json::read(text) {
        Ok(record) => reports(&record),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Reports of a record whose texts are the pieces given, in turn; a NUL stands between two.
pub fn poisoned(text: &str) {
    let pieces: Vec<&str> = text.split('\0').collect();
    let mut record = BASE.clone();
    let mut next = pieces.iter().copied().cycle();
    fill(&mut record, "", &mut next);
    reports(&serde_json::from_value(record).expect("it still is a record"));
}

fn fill<'a>(value: &mut Value, key: &str, next: &mut impl Iterator<Item = &'a str>) {
    match value {
        Value::String(text) if !OURS.contains(&key) => {
            // An empty piece leaves a text as it was, so that some stay what code looks for.
            match next.next() {
                Some("") | None => {}
                Some(piece) => piece.clone_into(text),
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, key, next)),
        Value::Object(members) => members.iter_mut().for_each(|(key, member)| fill(member, key, next)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Every report of a record parses as what it is, and nothing in it acts.
pub fn reports(record: &RunRecord) {
    as_json(record);
    as_xml(record);
    for language in [Language::English, Language::Chinese] {
        page::in_order(&html::render(record, language).expect("a page"));
        let brief = Brief::of(record);
        let linked = [html::Linked { brief: &brief, page: "acme/report.html" }];
        page::in_order(&html::overview(&linked, language).expect("an overview"));
        as_markdown(&markdown::render(&[record.clone(), record.clone()], language));
        on_a_terminal(record, language);
    }
    annotations(record);
    let stubs = stubs::render(record);
    assert_eq!(acts(&stubs), None, "{stubs:?}");
    toml::from_str::<toml::Table>(&stubs).expect("stubs are TOML");
    compared(record);
}

fn as_json(record: &RunRecord) {
    let text = json::render(record).expect("JSON");
    assert_eq!(acts(&text), None, "{text:?}");
    let read = json::read(&text).expect("it reads back");
    assert_eq!(&read, record, "it reads back as it was");
    let text = ctrf::render(record).expect("JSON");
    assert_eq!(acts(&text), None, "{text:?}");
    let read: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["results"]["tests"].as_array().map(Vec::len), Some(asked(record)));
}

fn asked(record: &RunRecord) -> usize {
    record.trials.iter().filter(|trial| !trial.prerequisite).count()
}

/// Well-formed XML 1.0 with a `testcase` a trial.
fn as_xml(record: &RunRecord) {
    let text = junit::render(record).expect("XML");
    assert_eq!(acts(&text), None, "{text:?}");
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().enable_all_checks(true);
    let mut cases = 0;
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                cases += usize::from(tag.name().as_ref() == b"testcase");
                attributes(&tag);
            }
            Event::Empty(tag) => {
                cases += usize::from(tag.name().as_ref() == b"testcase");
                attributes(&tag);
            }
            Event::End(_) => depth -= 1,
            Event::Text(content) => assert!(depth > 0 || content.iter().all(u8::is_ascii_whitespace), "{text}"),
            Event::GeneralRef(name) => {
                let known = [&b"lt"[..], b"gt", b"amp", b"apos", b"quot"].contains(&&*name);
                assert!(known || name.resolve_char_ref().is_ok_and(|c| c.is_some()), "{name:?}");
            }
            Event::Decl(_) => {}
            other @ (Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => panic!("{other:?}"),
        }
    }
    assert_eq!((cases, depth), (asked(record), 0), "{text}");
}

fn attributes(tag: &quick_xml::events::BytesStart<'_>) {
    for attribute in tag.attributes() {
        let value = attribute.expect("an attribute");
        value.normalized_value(XmlVersion::Implicit1_0).expect("a value");
    }
}

/// A row has as many cells as its table has heads, a fence is closed, and no tag is anybody's but ours.
fn as_markdown(text: &str) {
    // A mark of ours is one of two characters.
    assert_eq!(acts(&text.replace("⚠\u{fe0f}", "")), None, "{text:?}");
    let mut fence: Option<usize> = None;
    let mut columns: Option<usize> = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if let Some(open) = fence {
            if ticks >= open && line.len() == ticks {
                fence = None;
            }
            continue;
        }
        if ticks >= 3 {
            fence = Some(ticks);
        } else if line.starts_with('|') {
            let here = separators(line);
            assert_eq!(*columns.get_or_insert(here), here, "a broken table: {line}");
        } else {
            columns = None;
            outside_of_code(line);
        }
    }
    assert_eq!(fence, None, "a block of code is not closed");
}

/// `|` that separate: those that no backslash stands before.
fn separators(line: &str) -> usize {
    let mut escaped = false;
    line.chars()
        .filter(|&c| {
            let separates = c == '|' && !escaped;
            escaped = c == '\\' && !escaped;
            separates
        })
        .count()
}

/// Tags and mentions stand within code only, but for the ones that the writer makes itself.
fn outside_of_code(line: &str) {
    let own = ["<details><summary>", "</summary>", "</details>"];
    let line = own.iter().fold(line.to_owned(), |line, tag| line.replace(tag, ""));
    let mut rest = line.as_str();
    while let Some(at) = rest.find(['`', '<', '@', '\\']) {
        let found = &rest[at..];
        if let Some(after) = found.strip_prefix('\\') {
            rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            continue;
        }
        assert!(found.starts_with('`'), "`{}` stands outside of code: {line}", &found[..1]);
        let ticks = found.len() - found.trim_start_matches('`').len();
        let inside = &found[ticks..];
        let mut from = 0;
        let end = loop {
            let Some(at) = inside[from..].find('`') else { panic!("code is not closed: {line}") };
            let run = inside[from + at..].len() - inside[from + at..].trim_start_matches('`').len();
            if run == ticks {
                break from + at + run;
            }
            from += at + run;
        };
        rest = &inside[end..];
    }
}

fn on_a_terminal(record: &RunRecord, language: Language) {
    for (color, width) in [(false, None), (true, Some(80)), (false, Some(20))] {
        for (quiet, verbose) in [(false, true), (true, false)] {
            let style = console::Style { color, width, quiet, verbose, language };
            let text = console::render(std::slice::from_ref(record), &style);
            let plain = if color { without_colour(&text) } else { text };
            assert_eq!(acts(&plain), None, "{plain:?}");
        }
    }
}

/// The text without `ESC [ digits m`.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, after) = part.split_once('m').unwrap_or_else(|| panic!("{part:?}"));
        assert!(code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{part:?}");
        plain.push_str(after);
    }
    plain
}

fn annotations(record: &RunRecord) {
    let text = github::annotations(std::slice::from_ref(record));
    assert_eq!(acts(&text), None, "{text:?}");
    assert!(text.lines().all(|line| line.starts_with("::error file=") && line.contains(",title=")), "{text}");
}

/// A run is no other than itself, where its ids tell its trials and clauses apart.
fn compared(record: &RunRecord) {
    let comparison = compare(record, record).expect("the same product");
    let trials: HashSet<&str> = record.trials.iter().map(|trial| trial.id.as_str()).collect();
    let clauses: HashSet<&str> = record.clauses.iter().map(|clause| clause.id.as_str()).collect();
    if trials.len() == record.trials.len() && clauses.len() == record.clauses.len() {
        assert_eq!(comparison.answer, Answer::Same, "{comparison:?}");
    }
    let style = console::Style { color: false, width: None, quiet: false, verbose: true, language: Language::English };
    assert_eq!(acts(&console::compared(&comparison, &style)), None);
    as_markdown(&markdown::compared(&comparison, Language::English));
    json::compared(&comparison).expect("JSON");
}
