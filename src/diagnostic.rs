//! What is wrong in a file that people wrote, and how it is shown to them.
//!
//! In: a source file, a span of bytes in it, a message. Out: complaints, all of them at once, sorted by place, and
//! their rendering with the line, a caret and a hint. Never: stops at the first, prints, reads a file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::text::visible;

/// A file that people wrote, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file as shown to people (`cases/ciam/sms-send.toml`).
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The file as shown to people.
    pub file: PathBuf,
    /// The bytes it is about; none when it is about the file as a whole.
    pub span: Option<Range<usize>>,
    /// What is wrong: lower case, no final stop, literals in backticks.
    pub message: String,
    /// What to do now.
    pub hint: Option<String>,
    place: Option<(usize, usize)>,
}

impl Complaint {
    /// A complaint about some bytes of a file.
    #[must_use]
    pub fn at(source: &SourceFile, span: Range<usize>, message: impl Into<String>) -> Self {
        let place = Some(line_and_column(&source.text, span.start));
        Self { file: source.path.clone(), span: Some(span), message: message.into(), hint: None, place }
    }

    /// A complaint about a file as a whole.
    #[must_use]
    pub fn about(file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { file: file.into(), span: None, message: message.into(), hint: None, place: None }
    }

    /// The same complaint with what to do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The line and the column, both from 1, the column counted in characters.
    #[must_use]
    pub fn place(&self) -> Option<(usize, usize)> {
        self.place
    }

    fn sort_key(&self) -> (&Path, usize, &str) {
        (&self.file, self.span.as_ref().map_or(0, |span| span.start), &self.message)
    }
}

/// The line and the column of a byte, both from 1, the column counted in characters.
#[must_use]
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..char_start(text, byte)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    (lines + 1, before[line_start..].chars().count() + 1)
}

/// The start of the character that holds a byte.
fn char_start(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}

/// Everything that is wrong, with the texts it is shown on.
#[derive(Debug, Clone, Default)]
pub struct Complaints {
    list: Vec<Complaint>,
    sources: BTreeMap<PathBuf, String>,
}

impl Complaints {
    /// No complaint yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a complaint, once, at its place.
    pub fn push(&mut self, complaint: Complaint) {
        match self.list.binary_search_by(|other| other.sort_key().cmp(&complaint.sort_key())) {
            Ok(_) => {}
            Err(index) => self.list.insert(index, complaint),
        }
    }

    /// Keeps the text on which the complaints about a file are shown.
    pub fn remember(&mut self, source: &SourceFile) {
        self.sources.insert(source.path.clone(), source.text.clone());
    }

    /// Adds everything of another collection.
    pub fn append(&mut self, other: Self) {
        self.sources.extend(other.sources);
        for complaint in other.list {
            self.push(complaint);
        }
    }

    /// The value when there is no complaint, else the complaints.
    ///
    /// # Errors
    /// When there is a complaint.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.list.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The complaints by file and place.
    pub fn iter(&self) -> std::slice::Iter<'_, Complaint> {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a Complaints {
    type Item = &'a Complaint;
    type IntoIter = std::slice::Iter<'a, Complaint>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Complaint> for Complaints {
    fn from(complaint: Complaint) -> Self {
        Self { list: vec![complaint], sources: BTreeMap::new() }
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(self, false))
    }
}

impl std::error::Error for Complaints {}

/// All complaints as text: `file:line:column`, the line, a caret, the hint on its own line.
#[must_use]
pub fn render(complaints: &Complaints, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let frames: Vec<String> = complaints
        .iter()
        .map(|complaint| frame(&renderer, complaint, complaints.sources.get(&complaint.file)))
        .collect();
    harmless(&frames.join("\n\n"), color)
}

/// The frames without a character that acts: the renderer lets some of a file through, and colour is its own.
fn harmless(frames: &str, color: bool) -> String {
    let lines = frames.split('\n').map(|line| {
        let mut parts = line.split(if color { "\u{1b}[" } else { "\n" }).map(visible);
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |line, part| format!("{line}\u{1b}[{part}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn frame(renderer: &Renderer, complaint: &Complaint, text: Option<&String>) -> String {
    let path = visible(&complaint.file.display().to_string());
    let group = Group::with_title(Level::ERROR.primary_title(complaint.message.as_str()));
    let group = match (text, &complaint.span, complaint.place) {
        (Some(text), Some(span), _) => {
            let caret = AnnotationKind::Primary.span(within_one_line(text, span));
            group.element(Snippet::source(text.as_str()).path(path).annotation(caret))
        }
        (None, Some(_), Some((line, column))) => group.element(Origin::path(path).line(line).char_column(column)),
        (_, None, _) | (None, Some(_), None) => group.element(Origin::path(path)),
    };
    let group = match &complaint.hint {
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
        None => group,
    };
    renderer.render(&[group])
}

/// The part of a span that stands on its first line: a caret below twenty lines shows nothing.
fn within_one_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = char_start(text, span.start);
    let end = char_start(text, span.end).max(start);
    let first_line = text[start..end].lines().next().map_or(0, str::len);
    start..start + first_line
}

/// Collects the complaints about one file.
#[derive(Debug)]
pub struct Collector<'s> {
    source: &'s SourceFile,
    complaints: RefCell<Complaints>,
}

impl<'s> Collector<'s> {
    /// No complaint about this file yet.
    #[must_use]
    pub fn new(source: &'s SourceFile) -> Self {
        let mut complaints = Complaints::new();
        complaints.remember(source);
        Self { source, complaints: RefCell::new(complaints) }
    }

    /// The file.
    #[must_use]
    pub fn source(&self) -> &'s SourceFile {
        self.source
    }

    /// Shows complaints on another text of the same layout, in which what nobody may read is hidden.
    pub fn show_on(&self, text: String) {
        let shown = SourceFile { path: self.source.path.clone(), text };
        self.complaints.borrow_mut().remember(&shown);
    }

    /// Complains about some bytes of the file.
    pub fn complain(&self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        let mut complaint = Complaint::at(self.source, span.clone(), message);
        complaint.hint = hint;
        self.complaints.borrow_mut().push(complaint);
    }

    /// Complains about the file as a whole.
    pub fn complain_of_file(&self, message: impl Into<String>, hint: impl Into<String>) {
        let complaint = Complaint::about(&self.source.path, message).hint(hint);
        self.complaints.borrow_mut().push(complaint);
    }

    /// Whether nothing was complained about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.complaints.borrow().is_empty()
    }

    /// What was complained about.
    #[must_use]
    pub fn finish(self) -> Complaints {
        self.complaints.into_inner()
    }
}

/// The candidate that was probably meant, if one is near.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&written, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| distance * 3 <= candidate.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to do about a word that is not one of the valid ones.
#[must_use]
pub fn advice(word: &str, valid: &[&str]) -> Option<String> {
    if let Some(meant) = nearest(word, valid.iter().copied()) {
        return Some(format!("did you mean `{meant}`?"));
    }
    match valid {
        [] => None,
        [only] => Some(format!("only `{only}` is valid here")),
        several => Some(format!("valid here: {}", in_backticks(several))),
    }
}

fn in_backticks(words: &[&str]) -> String {
    const SHOWN: usize = 16;
    let shown: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{word}`")).collect();
    let rest = if words.len() > SHOWN { ", …" } else { "" };
    format!("{}{rest}", shown.join(", "))
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    fn source() -> SourceFile {
        SourceFile { path: "a.toml".into(), text: "zh = \"手机号\"\nen = \"mobile\"\n".to_owned() }
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let text = source().text;
        let at = text.find('号').expect("it is there");
        assert_eq!(line_and_column(&text, at), (1, 9));
        assert_eq!(line_and_column(&text, at + 1), (1, 9));
        assert_eq!(line_and_column(&text, text.len() + 9), (3, 1));
    }

    #[test]
    fn complaints_come_sorted_by_place_and_once() {
        let source = source();
        let mut complaints = Complaints::new();
        complaints.remember(&source);
        let at = source.text.find('号').expect("it is there");
        complaints.push(Complaint::at(&source, 18..20, "later").hint("do this"));
        complaints.push(Complaint::at(&source, at..at + 3, "sooner"));
        complaints.push(Complaint::at(&source, at..at + 3, "sooner"));
        complaints.push(Complaint::about("0.toml", "of the file").hint("do that"));
        assert_eq!(complaints.len(), 3);
        assert_data_eq!(
            render(&complaints, false),
            str![[r#"
error: of the file
--> 0.toml
 = help: do that

error: sooner
 --> a.toml:1:9
  |
1 | zh = "手机号"
  |           ^^

error: later
 --> a.toml:2:2
  |
2 | en = "mobile"
  |  ^^
  |
  = help: do this
"#]]
        );
        assert!(render(&complaints, true).contains('\u{1b}'));
    }

    #[test]
    fn a_complaint_without_its_text_keeps_its_place() {
        let complaints = Complaints::from(Complaint::at(&source(), 0..2, "here"));
        assert_data_eq!(
            complaints.to_string(),
            str![[r#"
error: here
--> a.toml:1:1
"#]]
        );
    }

    #[test]
    fn a_span_of_several_lines_is_shown_on_its_first() {
        let source = source();
        let mut complaints = Complaints::from(Complaint::at(&source, 0..400, "all of it"));
        complaints.remember(&source);
        assert_data_eq!(
            complaints.to_string(),
            str![[r#"
error: all of it
 --> a.toml:1:1
  |
1 | zh = "手机号"
  | ^^^^^^^^^^^^^
"#]]
        );
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("tilte", ["title", "endpoint"]), Some("title"));
        assert_eq!(nearest("x-client-id", ["X-L", "X-client-id"]), Some("X-client-id"));
        assert_eq!(nearest("mobile", ["title", "endpoint"]), None);
        assert_eq!(advice("mobile", &["title", "endpoint"]).as_deref(), Some("valid here: `title`, `endpoint`"));
        assert_eq!(advice("mobile", &[]), None);
    }

    #[test]
    fn what_acts_in_a_file_is_shown_and_not_obeyed() {
        let text = "a = 1\nb\u{82}\u{1b}[2J\u{202e}\u{200b} = 2\n";
        let source = SourceFile { path: PathBuf::from("f\u{9b}31m.toml"), text: text.to_owned() };
        let collector = Collector::new(&source);
        collector.complain(&(6..7), "not \u{9b}31m this", Some("but \u{202e} that".to_owned()));
        let complaints = collector.finish();
        let acts = |text: &str| text.contains(|c: char| (c.is_control() && c != '\n') || crate::text::is_invisible(c));
        let plain = render(&complaints, false);
        assert!(!acts(&plain) && plain.contains("b\\u{82}"), "{plain:?}");
        let colored = render(&complaints, true);
        let parts: Vec<&str> = colored.split("\u{1b}[").collect();
        assert!(parts.len() > 3 && parts.iter().all(|part| !acts(part)), "{colored:?}");
    }
}
