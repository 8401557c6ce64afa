//! Whether what the cases refer to exists.
//!
//! In: a case file as typed, and the ids and scenes of all documents. Out: complaints with the nearest valid name.
//! Never: judges whether a case makes sense for the contract.

use std::collections::BTreeMap;

use crate::case::model::Part;
use crate::case::placeholder;
use crate::case::raw::{RawAbsent, RawAxis, RawCase, RawCode, RawExpectation, RawFile, RawRefusal, RawValues, Text};
use crate::case::read::parse_part;
use crate::case::tables::{check_code_source, check_id, check_part, complain_of_repetition, request_parts};
use crate::diagnostic::{Collector, advice};
use crate::toml_file::Spanned;

/// The scenes of every document: `eiam/sms-send` to its values.
pub(super) type Scenes = BTreeMap<String, Vec<String>>;

/// Checks every case, and what the document says about its control and its code.
pub(super) fn check(raw: &RawFile, all: &Scenes, collector: &Collector<'_>) {
    if let Some(document) = &raw.document {
        check_accepted_trial(&document.control, raw, collector);
    }
    if let Some(code) = &raw.code {
        check_code(code, all, collector);
    }
    let check = CaseCheck { raw, all, collector, clauses: clause_ids(raw) };
    for case in &raw.cases {
        check.case(case);
    }
}

fn check_code(code: &RawCode, all: &Scenes, collector: &Collector<'_>) {
    let documents: Vec<&str> = all.keys().map(String::as_str).collect();
    check_one_of(&code.send, &documents, "document", collector);
    check_scene(&code.scene, code, all, collector);
}

fn check_scene(scene: &Text, code: &RawCode, all: &Scenes, collector: &Collector<'_>) {
    if let Some(scenes) = all.get(&code.send.value) {
        let scenes: Vec<&str> = scenes.iter().map(String::as_str).collect();
        check_one_of(scene, &scenes, &format!("scene of `{}`", code.send.value), collector);
    }
}

fn check_one_of(text: &Text, valid: &[&str], what: &str, collector: &Collector<'_>) {
    if !text.value.is_empty() && !valid.contains(&text.value.as_str()) {
        let message = format!("there is no {what} `{}`", text.value);
        collector.complain(&text.span, message, advice(&text.value, valid));
    }
}

/// Complains unless the text names a trial of this document whose request is accepted.
fn check_accepted_trial(text: &Text, raw: &RawFile, collector: &Collector<'_>) {
    let accepted: Vec<String> = raw
        .cases
        .iter()
        .filter(|case| matches!(case.expect, Some(RawExpectation::Accept { .. }) | None))
        .flat_map(|case| trial_ids(case, raw))
        .collect();
    let accepted: Vec<&str> = accepted.iter().map(String::as_str).collect();
    check_one_of(text, &accepted, "accepted trial", collector);
}

/// The ids of the trials of a case below its document.
fn trial_ids(case: &RawCase, raw: &RawFile) -> Vec<String> {
    let mut ids = match &case.absent {
        Some(RawAbsent { forms, .. }) => {
            forms.iter().map(|form| format!("{}/{}", case.id.value, form.as_str())).collect()
        }
        None => vec![case.id.value.clone()],
    };
    for axis in &case.axes {
        let values = values(axis, raw);
        ids = ids.iter().flat_map(|id| values.iter().map(move |value| format!("{id}/{}", value.value))).collect();
    }
    ids
}

/// The values of an axis, each with the place to complain at.
fn values(axis: &RawAxis, raw: &RawFile) -> Vec<Text> {
    match &axis.of {
        None => Vec::new(),
        Some(RawValues::Scenes(span)) => {
            raw.scenes.iter().map(|scene| Spanned::new(scene.value.value.clone(), span.clone())).collect()
        }
        Some(RawValues::Listed(values)) => values.value.clone(),
    }
}

/// The ids of every clause of a document, without the document's own.
fn clause_ids(raw: &RawFile) -> Vec<String> {
    let mut ids = vec!["request".to_owned()];
    ids.extend(raw.headers.iter().map(|header| format!("header/{}", header.name.value)));
    ids.extend(raw.members.iter().map(|member| format!("member/{}", member.name.value)));
    ids.extend(raw.scenes.iter().map(|scene| format!("scene/{}", scene.value.value)));
    for error in &raw.errors {
        ids.push(format!("error/{}/en", error.code.value));
        ids.extend(error.zh.iter().map(|_| format!("error/{}/zh", error.code.value)));
    }
    for answer in &raw.answers {
        ids.push(format!("answer/{}", answer.id.value));
        let members = answer.members.iter();
        ids.extend(members.map(|(name, _)| format!("answer/{}/{}", answer.id.value, name.value)));
    }
    ids.extend(raw.rules.iter().map(|rule| format!("rule/{}", rule.id.value)));
    ids
}

struct CaseCheck<'c> {
    raw: &'c RawFile,
    all: &'c Scenes,
    collector: &'c Collector<'c>,
    clauses: Vec<String>,
}

impl CaseCheck<'_> {
    fn case(&self, case: &RawCase) {
        check_id(&case.id, self.collector);
        self.axes(case);
        self.templates(case);
        if self.raw.request.is_some() {
            self.parts(case);
        }
        self.code_scene(case);
        if let Some(after) = &case.after {
            check_accepted_trial(after, self.raw, self.collector);
        }
        let clauses: Vec<&str> = self.clauses.iter().map(String::as_str).collect();
        for cite in &case.cites {
            check_one_of(cite, &clauses, "clause", self.collector);
        }
        complain_of_repetition("citation", case.cites.iter(), str::to_owned, self.collector);
        if let Some(expect) = &case.expect {
            self.expectation(expect);
        }
    }

    fn axes(&self, case: &RawCase) {
        let names = case.axes.iter().map(|axis| &axis.axis);
        complain_of_repetition("axis", names, str::to_owned, self.collector);
        for axis in &case.axes {
            let name = axis.axis.value.as_str();
            if placeholder::NAMES.contains(&name) {
                let message = format!("`{name}` cannot name an axis");
                let hint = format!("`${{{name}}}` has a meaning of its own; choose another name");
                self.collector.complain(&axis.axis.span, message, Some(hint));
            } else if !name.is_empty() && !uses(case, name) {
                let hint = format!("write `${{{name}}}` where its values belong");
                self.collector.complain(&axis.axis.span, format!("the axis `{name}` is not used"), Some(hint));
            }
            self.axis_values(axis);
        }
    }

    fn axis_values(&self, axis: &RawAxis) {
        match &axis.of {
            Some(RawValues::Scenes(span)) if self.raw.scenes.is_empty() => {
                let hint = "add `[[scene]]` tables, or list the values".to_owned();
                self.collector.complain(span, "this document has no scenes", Some(hint));
            }
            Some(RawValues::Scenes(_)) | None => {}
            Some(RawValues::Listed(values)) => {
                if values.value.is_empty() {
                    self.collector.complain(&values.span, "the axis has no values, so the case has no trials", None);
                }
                complain_of_repetition("value", values.value.iter(), str::to_owned, self.collector);
                values.value.iter().for_each(|value| self.row_value(value));
            }
        }
    }

    /// A row value is a step of a trial id.
    fn row_value(&self, value: &Text) {
        let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '/';
        if value.value.is_empty() || !value.value.chars().all(fits) {
            let message = "a row value is blank, or holds `/` or white space";
            let hint = "it becomes a step of the trial id".to_owned();
            self.collector.complain(&value.span, message, Some(hint));
        }
    }

    fn templates(&self, case: &RawCase) {
        let axes: Vec<&str> = case.axes.iter().map(|axis| axis.axis.value.as_str()).collect();
        let valid: Vec<&str> = placeholder::NAMES.into_iter().chain(axes.iter().copied()).collect();
        for text in case.set.iter().map(|(_, text)| text).chain(&case.raw) {
            placeholder::check(text, &valid, self.collector);
            check_code_source(text, self.raw, self.collector);
        }
        if let Some(absent) = &case.absent {
            placeholder::check(&absent.part, &axes, self.collector);
        }
    }

    fn parts(&self, case: &RawCase) {
        let in_request = request_parts(self.raw);
        for part in &case.without {
            check_part(part, &in_request, "the request", self.collector);
        }
        if let Some(absent) = &case.absent {
            self.absent(absent, case, &in_request);
        }
        let known = [in_request, self.documented_parts()].concat();
        for (part, _) in &case.set {
            check_part(part, &known, "the request", self.collector);
        }
        if let (Some(raw), Some((part, _))) = (&case.raw, case.set.iter().find(|(part, _)| is_body(part))) {
            let message = format!("`raw` replaces the body, so `set.{}` changes nothing", part.value);
            self.collector.complain(&raw.span, message, Some("keep one of them".to_owned()));
        }
    }

    fn documented_parts(&self) -> Vec<Part> {
        let headers = self.raw.headers.iter().map(|header| Part::Header(header.name.value.clone()));
        let members = self.raw.members.iter().map(|member| Part::Body(member.name.value.clone()));
        headers.chain(members).collect()
    }

    fn absent(&self, absent: &RawAbsent, case: &RawCase, in_request: &[Part]) {
        let mut texts = vec![absent.part.clone()];
        for axis in &case.axes {
            texts = texts.iter().flat_map(|text| self.filled(text, axis)).collect();
        }
        for text in texts.into_iter().filter(|text| !text.value.contains("${")) {
            let Some(part) = parse_part(&text.value) else {
                let hint = "write `header.NAME` or `body.NAME`".to_owned();
                let message = format!("`{}` is no part of a request", text.value);
                self.collector.complain(&text.span, message, Some(hint));
                continue;
            };
            check_part(&Spanned::new(part, text.span), in_request, "the request", self.collector);
        }
    }

    /// A template with each value of an axis, each at the place of the value.
    fn filled(&self, template: &Text, axis: &RawAxis) -> Vec<Text> {
        let name = axis.axis.value.as_str();
        if !placeholder::names(&template.value).any(|used| used == name) {
            return vec![template.clone()];
        }
        let fill = |value: Text| value.map(|value| placeholder::replaced(&template.value, name, &value));
        values(axis, self.raw).into_iter().map(fill).collect()
    }

    fn code_scene(&self, case: &RawCase) {
        let Some(scene) = &case.code_scene else { return };
        if let Some(code) = &self.raw.code {
            check_scene(scene, code, self.all, self.collector);
        } else {
            let hint = "add `[fixture.code]` with `send` and `scene` to the document".to_owned();
            self.collector.complain(&scene.span, "this document obtains no code", Some(hint));
        }
    }

    fn expectation(&self, expect: &RawExpectation) {
        match expect {
            RawExpectation::Accept { answer, .. } => {
                let answers: Vec<&str> = self.raw.answers.iter().map(|answer| answer.id.value.as_str()).collect();
                check_one_of(answer, &answers, "answer", self.collector);
            }
            RawExpectation::Refuse(refusal) => self.refusal(refusal),
        }
    }

    fn refusal(&self, refusal: &RawRefusal) {
        let codes: Vec<&str> = self.raw.errors.iter().map(|error| error.code.value.as_str()).collect();
        for code in &refusal.codes {
            check_one_of(code, &codes, "error", self.collector);
        }
        complain_of_repetition("error code", refusal.codes.iter(), str::to_owned, self.collector);
    }
}

fn is_body(part: &Spanned<Part>) -> bool {
    match part.value {
        Part::Header(_) => false,
        Part::Body(_) => true,
    }
}

/// Whether a case uses an axis anywhere.
fn uses(case: &RawCase, axis: &str) -> bool {
    let texts = case.set.iter().map(|(_, text)| text).chain(&case.raw);
    texts
        .chain(case.absent.iter().map(|absent| &absent.part))
        .any(|text| placeholder::names(&text.value).any(|name| name == axis))
}
