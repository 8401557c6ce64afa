//! The shape of a case file as typed.
//!
//! In: nothing. Out: structs whose every text knows its place; `read` fills them. Never: checks anything.

use std::ops::Range;

use crate::case::model::{AbsentForm, Basis, BlameCause, Content, Effect, Part};
use crate::toml_file::Spanned;

/// A string and where it stands; empty when it could not be read, which was complained about.
pub(super) type Text = Spanned<String>;

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
    pub(super) effect: Option<Effect>,
    pub(super) recipient: Option<Spanned<Part>>,
    pub(super) control: Text,
    pub(super) refusal_schema: Text,
}

#[derive(Debug)]
pub(super) struct RawRequest {
    pub(super) method: String,
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
    pub(super) of: Option<RawValues>,
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
