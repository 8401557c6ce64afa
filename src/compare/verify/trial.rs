//! One stored trial judged again.
//!
//! In: a stored trial, the state of its control. Out: what follows from its exchange, and where the record says otherwise.
//! Never: a second way to judge: the checks and the conclusion are those of a run.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Disagreement, Ground, Hidden, Rejudged, Verified, disagreement, request, restore};
use crate::case::{CodeNeed, Content, Document, Expectation, Trial};
use crate::check::{self, Finding, KeySet, Severity, State, Terms};
use crate::exchange::Exchange;
use crate::outcome::{Outcome, ReasonCode};
use crate::plan::Reason;
use crate::record::{self, CheckRecord, ExchangeRecord, TrialRecord};
use crate::redact::{Redactor, hides, is_tag};
use crate::runner::evidence;
use crate::runner::judge::{Conclusion, Control, Judge, Sent, conclude, forbids, holds_id_token};
use crate::target::IdToken;
use crate::verdict;

/// What is found out about an id token, which is not in the record.
const OF_ID_TOKEN: [&str; 8] = [
    "id_token",
    "id_token_algorithm",
    "id_token_signature",
    "id_token_claims",
    "id_token_times",
    "id_token_lifetime",
    "id_token_issuer",
    "id_token_audience",
];
/// Whether the message arrived, which the code source said.
const ARRIVAL: &str = "delivery";
/// How far two times may be apart, in milliseconds, to be the same.
const ROUNDED: f64 = 0.006;

/// Judges a stored trial again.
pub(super) fn rejudge(
    ground: &Ground<'_>,
    stored: &TrialRecord,
    control: &Control,
    verified: &mut Verified,
) -> Rejudged {
    let known = ground.contract.trial(&stored.id).filter(|known| known.product == ground.product);
    let Some((known, document)) = known.and_then(|known| Some((known, ground.contract.document(&known.document)?)))
    else {
        verified.disagreements.extend(disagreement(&stored.id, "a trial", "no trial of the contract"));
        return Rejudged { trial: stored.clone(), seen: Vec::new() };
    };
    verified.disagreements.extend(described(stored, known));
    let again = match restore::own(stored) {
        None => unsent(ground, stored, known, verified),
        Some(own) if restore::withheld(own) => as_recorded(ground, stored, verified),
        Some(own) => {
            verified.disagreements.extend(request::differences(ground, known, &own.request));
            verified.disagreements.extend(measured(stored, own));
            judged(Case { ground, stored, known, document, own }, control, verified)
        }
    };
    verified.disagreements.extend(compared(stored, &again.trial));
    verified.disagreements.extend(repeated(stored));
    again
}

/// Of a trial that ran more than once the worst time is recorded.
fn repeated(stored: &TrialRecord) -> Option<Disagreement> {
    let outcomes = stored.repeats.as_ref()?.outcomes;
    let came = outcomes.by_outcome().into_iter().filter(|(_, count)| *count > 0).map(|(outcome, _)| outcome);
    let worst = came.max_by_key(|outcome| outcome.severity())?;
    let about = format!("{}: outcome, over all repeats", stored.id);
    if stored.outcome == Outcome::Waived { None } else { disagreement(about, stored.outcome.as_str(), worst.as_str()) }
}

/// A stored trial that was sent, and what the contract says of it.
#[derive(Clone, Copy)]
struct Case<'a> {
    ground: &'a Ground<'a>,
    stored: &'a TrialRecord,
    known: &'a Trial,
    document: &'a Document,
    own: &'a ExchangeRecord,
}

/// What a trial is does not depend on how it ended.
fn described(stored: &TrialRecord, known: &Trial) -> Vec<Disagreement> {
    let about = |what: &str| format!("{}: {what}", stored.id);
    let place = |file: &str, line: usize| {
        let parts: Vec<&str> = file.rsplit(['/', '\\']).take(2).collect();
        format!("{}:{line}", parts.join(" in "))
    };
    let nothing = || "none".to_owned();
    let delta = |delta: &[record::Delta]| {
        let part = |delta: &record::Delta| format!("{} {:?} {:?}", delta.part, delta.control, delta.sent);
        delta.iter().map(part).collect::<Vec<_>>().join("; ")
    };
    let (said, follows) = (delta(&stored.delta), delta(&evidence::delta(&Redactor::new(), known)));
    [
        disagreement(about("title"), &stored.title, &known.title),
        disagreement(about("basis"), &stored.basis, known.basis.as_str()),
        disagreement(
            about("control"),
            &stored.control.clone().unwrap_or_else(nothing),
            &known.control.clone().unwrap_or_else(nothing),
        ),
        disagreement(
            about("case"),
            &place(&stored.case.file, stored.case.line),
            &place(&known.place.file.display().to_string(), known.place.line),
        ),
        if hides(&said) || hides(&follows) { None } else { disagreement(about("delta"), &said, &follows) },
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Times and lengths that stand twice in a record.
fn measured(stored: &TrialRecord, own: &ExchangeRecord) -> Vec<Disagreement> {
    let about = |what: &str| format!("{}: {what}", stored.id);
    let mut found = Vec::new();
    let median = stored.repeats.as_ref().and_then(|repeats| repeats.latency_ms).map(|latency| latency.p50);
    let duration = median.unwrap_or(own.duration_ms);
    if (stored.duration_ms - duration).abs() > ROUNDED {
        let (said, follows) = (stored.duration_ms.to_string(), duration.to_string());
        found.extend(disagreement(about("duration in ms"), &said, &follows));
    }
    if let Some(response) = own.response.as_ref().filter(|response| !hides(&response.body)) {
        let length = response.body.len() as u64;
        if response.not_utf8_from.is_none() && length != response.bytes {
            found.extend(disagreement(about("bytes of the body"), &response.bytes.to_string(), &length.to_string()));
        }
    }
    found
}

/// A trial whose own request never left: nothing was found out, and why was said by the target file or a source.
fn unsent(ground: &Ground<'_>, stored: &TrialRecord, known: &Trial, verified: &mut Verified) -> Rejudged {
    *verified.hidden.entry(Hidden::NotSent).or_default() += 1;
    let reason = stored.reason.as_ref().filter(|reason| !repeats(reason.code)).map(said);
    let concluded = conclude(known, &[], reason, None, ground.record.terms.strict);
    let failed = |id: &String| ground.record.trials.iter().any(|other| other.id == *id && could_have_failed(other));
    let blamed = concluded.reason.as_ref().is_some_and(|reason| reason.code == ReasonCode::ControlFailed);
    if blamed && !known.control.iter().chain(&known.after).any(failed) {
        let about = format!("{}: reason", stored.id);
        verified.disagreements.extend(disagreement(about, "its control failed", "no control of it failed"));
    }
    rebuilt(stored, Vec::new(), concluded, Vec::new())
}

/// A waived failure was one when others leant on it.
fn could_have_failed(trial: &TrialRecord) -> bool {
    trial.checks.iter().any(|check| check.outcome == Outcome::Fail) || trial.outcome == Outcome::Fail
}

/// Reasons that only repeat what the checks say.
fn repeats(code: ReasonCode) -> bool {
    matches!(verdict::of_reason(code), Outcome::Fail | Outcome::Warn)
}

fn said(reason: &record::Reason) -> Reason {
    Reason::new(reason.code, reason.text.clone())
}

/// The outcome from the checks as they were recorded, where the answer cannot be looked at again.
fn as_recorded(ground: &Ground<'_>, stored: &TrialRecord, verified: &mut Verified) -> Rejudged {
    *verified.hidden.entry(Hidden::Withheld).or_default() += 1;
    let findings: Vec<Finding> = stored.checks.iter().map(|check| recorded("recorded", check, None)).collect();
    let reason = stored.reason.as_ref().filter(|reason| !repeats(reason.code)).map(said);
    let outcome = verdict::outcome(&findings, reason.as_ref(), ground.record.terms.strict);
    Rejudged { trial: TrialRecord { outcome, ..stored.clone() }, seen: Vec::new() }
}

fn recorded(name: &'static str, check: &CheckRecord, member: Option<String>) -> Finding {
    let severity = match check.outcome {
        Outcome::Pass => Severity::Pass,
        Outcome::Warn => Severity::Warn,
        Outcome::Fail | Outcome::Blocked | Outcome::Waived | Outcome::Error => Severity::Fail,
    };
    let mut finding = Finding::new(name, severity, &check.expected, &check.actual, &check.text);
    finding.member = member;
    finding
}

/// The same judgement as in the run, on the stored answer.
fn judged(case: Case<'_>, control: &Control, verified: &mut Verified) -> Rejudged {
    let Case { ground, stored, known, document, own } = case;
    let strict = ground.record.terms.strict;
    if let Some(reason) = forbids(control, known) {
        let concluded = conclude(known, &[], Some(reason), None, strict);
        return rebuilt(stored, Vec::new(), concluded, Vec::new());
    }
    let exchange = restore::exchange(own);
    let stands_in = improvised(stored);
    let sent = Sent { trial: known, document, improvised: stands_in.as_ref(), control, exchange: &exchange };
    let judge = Judge {
        contract: ground.contract,
        terms: Terms { default_language: ground.default_language(), id_token: &IdToken::default() },
        keys: &KeySet::Absent,
        now: ground.record.started.parse().unwrap_or_default(),
        state: State::Redacted,
        examine: check::examine,
    };
    let judged = judge.judge(sent);
    if rewritten(stored, own, &judged.findings) {
        return as_recorded(ground, stored, verified);
    }
    verified.rejudged += 1;
    verified.tags += used_again(case, verified);
    let reason = judged.reason.or_else(|| without_keys(case, &exchange));
    let findings = woven(case, &exchange, judged.findings, verified);
    let concluded = conclude(known, &findings, reason, Some(&exchange), strict);
    let checks = findings.iter().map(|finding| evidence::check(&Redactor::new(), finding)).collect();
    let seen = judged.seen.into_iter().map(|seen| (seen.kind, seen.text)).collect();
    rebuilt(stored, checks, concluded, seen)
}

/// Why a trial was sent with an invented token or code: the record says it only where nothing came of it.
fn improvised(stored: &TrialRecord) -> Option<Reason> {
    let unknown = || Reason::new(ReasonCode::NeedsCaptcha, "what it needs could not be had");
    let reason = stored.reason.as_ref().filter(|reason| !repeats(reason.code)).map(said);
    stored.improvised.then(|| reason.unwrap_or_else(unknown))
}

/// Redaction can cost a body its syntax: then it says nothing any more.
fn rewritten(stored: &TrialRecord, own: &ExchangeRecord, findings: &[Finding]) -> bool {
    let hidden = own.response.as_ref().is_some_and(|response| hides(&response.body));
    let was_json = stored.checks.iter().any(|check| check.name == "json" && check.outcome == Outcome::Pass);
    hidden && was_json && findings.iter().any(|finding| finding.name == "json" && finding.severity != Severity::Pass)
}

/// Whether the keys that sign id tokens could be had is not in the record.
fn without_keys(case: Case<'_>, exchange: &Exchange) -> Option<Reason> {
    let reason = case.stored.reason.as_ref().filter(|reason| reason.code == ReasonCode::Environment)?;
    (exchange.answer().is_some() && holds_id_token(case.known, case.document)).then(|| said(reason))
}

/// A code that is used again carries the tag of its first use.
fn used_again(case: Case<'_>, verified: &mut Verified) -> usize {
    let Case { ground, stored, known, own, .. } = case;
    let earlier = known.after.as_ref().and_then(|id| ground.record.trials.iter().find(|trial| trial.id == *id));
    let Some(earlier) = earlier.and_then(restore::own) else { return 0 };
    let tag = |exchange: &ExchangeRecord, name: &str| {
        let body: Value = serde_json::from_str(exchange.request.body.as_deref()?).ok()?;
        body.get(name)?.as_str().map(str::to_owned)
    };
    let (before, now) = (tag(earlier, "verify_code"), tag(own, "verify_code"));
    if known.needs.code == Some(CodeNeed::Spent) && before != now {
        let about = format!("{}: code used again", stored.id);
        let [said, follows] = [now, before].map(|tag| tag.unwrap_or_else(|| "none".to_owned()));
        verified.disagreements.extend(disagreement(about, &said, &follows));
        return 0;
    }
    ["verify_code", "captcha_token"]
        .iter()
        .filter(|name| {
            let tag_now = tag(own, name);
            tag_now.is_some() && tag_now == tag(earlier, name)
        })
        .count()
}

/// What follows, with what only the run could find out where the record has it.
fn woven(case: Case<'_>, exchange: &Exchange, found: Vec<Finding>, verified: &mut Verified) -> Vec<Finding> {
    let token = hidden_token(case);
    let accepted = exchange.status() == Some(200);
    let arrives = case.known.must_be_accepted() && case.known.sends() && accepted;
    let mut found = found.into_iter();
    let mut woven = Vec::new();
    let mut kinds = Vec::new();
    for check in &case.stored.checks {
        let of_token = OF_ID_TOKEN.into_iter().find(|name| *name == check.name);
        match (of_token, &token) {
            (Some(name), Some(member)) => {
                kinds.push(Hidden::IdToken);
                woven.push(recorded(name, check, Some(member.clone())));
            }
            _ if check.name == ARRIVAL && arrives => {
                kinds.push(Hidden::Arrival);
                woven.push(recorded(ARRIVAL, check, None));
            }
            _ => woven.extend(found.next()),
        }
    }
    woven.extend(found);
    kinds.dedup();
    for kind in kinds {
        *verified.hidden.entry(kind).or_default() += 1;
    }
    if token.is_some() {
        verified.disagreements.extend(looked_into(case.stored));
    }
    woven
}

/// The member of the answer that holds an id token which is hidden.
fn hidden_token(case: Case<'_>) -> Option<String> {
    let Expectation::Accept { answer, .. } = &case.known.expect else { return None };
    let row = case.document.answers.iter().find(|row| row.id == *answer)?;
    let member = row.members.iter().find(|member| member.content == Some(Content::IdToken))?;
    let response = case.own.response.as_ref().filter(|response| response.status == row.status)?;
    let body: Value = serde_json::from_str(response.body.trim_start_matches('\u{feff}')).ok()?;
    body.get(&member.name)?
        .as_str()
        .is_some_and(|text| is_tag(text) && !text.contains(" number "))
        .then(|| member.name.clone())
}

/// Whoever takes a token apart says whether it is one, and then looks at its signature and its times.
fn looked_into(stored: &TrialRecord) -> Option<Disagreement> {
    let check = |name: &str| stored.checks.iter().find(|check| check.name == name);
    let complete = match check("id_token") {
        None => false,
        Some(form) if form.outcome != Outcome::Pass => true,
        Some(_) => {
            (check("id_token_signature").is_some() || check("id_token_algorithm").is_some())
                && check("id_token_times").is_some()
        }
    };
    let about = format!("{}: checks of the id token", stored.id);
    if complete { None } else { disagreement(about, "left out", "form, signature and times") }
}

fn rebuilt(
    stored: &TrialRecord,
    checks: Vec<CheckRecord>,
    concluded: Conclusion,
    seen: Vec<(&'static str, String)>,
) -> Rejudged {
    let Conclusion { outcome, reason, clauses } = concluded;
    let reason = reason
        .map(|reason| record::Reason { code: reason.code, text: evidence::sentence(&Redactor::new(), &reason.text) });
    Rejudged { trial: TrialRecord { clauses, outcome, reason, checks, ..stored.clone() }, seen }
}

/// Where the recorded checks, reason and clauses are not those that follow; the outcome is compared after the waivers.
fn compared(stored: &TrialRecord, follows: &TrialRecord) -> Vec<Disagreement> {
    let about = |what: &str| format!("{}: {what}", stored.id);
    let response = restore::own(stored).and_then(|own| own.response.as_ref());
    let body = response.map_or("", |response| response.body.as_str());
    let mut found = Vec::new();
    for name in names(stored, follows) {
        let [said, right] = [stored, follows]
            .map(|trial| trial.checks.iter().filter(|check| check.name == name).collect::<Vec<&CheckRecord>>());
        for at in 0..said.len().max(right.len()) {
            let (said, right) = (said.get(at).copied(), right.get(at).copied());
            if !said.zip(right).is_some_and(|(said, right)| same(said, right, body)) {
                found.extend(disagreement(about(&format!("check {name}")), &shown(said), &shown(right)));
            }
        }
    }
    let (code, text) = (|trial: &TrialRecord| trial.reason.as_ref().map(|reason| reason.code), reason_text);
    // Its text repeats the worst check, which has been compared.
    let alike = alike(text(stored), text(follows)) || (hides(body) && code(stored).is_some_and(repeats));
    if code(stored) != code(follows) || !alike {
        let shown =
            |trial| code(trial).map_or_else(|| "none".to_owned(), |code| format!("{}: {}", code.as_str(), text(trial)));
        found.extend(disagreement(about("reason"), &shown(stored), &shown(follows)));
    }
    found.extend(disagreement(about("clauses"), &stored.clauses.join(", "), &follows.clauses.join(", ")));
    found
}

/// The names of the checks of either, each once.
fn names<'a>(stored: &'a TrialRecord, follows: &'a TrialRecord) -> BTreeSet<&'a str> {
    stored.checks.iter().chain(&follows.checks).map(|check| check.name.as_str()).collect()
}

fn reason_text(trial: &TrialRecord) -> &str {
    trial.reason.as_ref().map_or("", |reason| reason.text.as_str())
}

/// Checks whose text counts bytes or columns of the body, which are others where something in it is hidden.
const COUNTING: [&str; 2] = ["json", "utf8"];

fn same(said: &CheckRecord, right: &CheckRecord, body: &str) -> bool {
    // A check that was taken as recorded has no kind of its own.
    let hidden = OF_ID_TOKEN.contains(&right.name.as_str()) || right.name == ARRIVAL;
    let kind = said.kind == right.kind || (hidden && right.kind.is_none());
    let counts = COUNTING.contains(&right.name.as_str()) && hides(body);
    (&said.name, said.outcome, &said.expected) == (&right.name, right.outcome, &right.expected)
        && kind
        && (counts || (alike(&said.actual, &right.actual) && alike(&said.text, &right.text)))
}

/// Texts in which something is hidden cannot be held against each other.
fn alike(said: &str, right: &str) -> bool {
    said == right || hides(said) || hides(right)
}

fn shown(check: Option<&CheckRecord>) -> String {
    check.map_or_else(
        || "not there".to_owned(),
        |check| {
            let kind = check.kind.as_deref().unwrap_or_default();
            format!(
                "{} {} {kind} (expected {}, received {}) {}",
                check.name,
                check.outcome.as_str(),
                check.expected,
                check.actual,
                check.text
            )
        },
    )
}
