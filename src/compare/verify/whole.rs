//! What follows for a run as a whole: waivers, outcomes, clauses, tally, verdict, and that nothing is missing.
//!
//! In: trials that were judged again. Out: where the record says otherwise. Never: decides what `verdict` decides.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Disagreement, Ground, Rejudged, Verified, disagreement, restore};
use crate::case::{Document, Effect};
use crate::outcome::ReasonCode;
use crate::record::{ClauseRecord, Drift, ExchangeRecord, RunRecord, TrialRecord, WaiverRecord, planned};
use crate::redact::{Redactor, hides};
use crate::runner::{evidence, tool};
use crate::verdict;
use crate::verdict::waiver::{self, Waivers};

/// How far a clock may have been set while it measured, in milliseconds.
const CLOCK_MARGIN: f64 = 5_000.0;

/// Holds everything beyond single trials against what follows from them.
pub(super) fn follows(ground: &Ground<'_>, rejudged: &mut [Rejudged], verified: &mut Verified) {
    let record = ground.record;
    let found = &mut verified.disagreements;
    found.extend(membership(ground));
    found.extend(times(record));
    found.extend(judge(ground));
    found.extend(drift(record, rejudged));
    found.extend(delivered(ground));
    let mut trials: Vec<TrialRecord> = rejudged.iter().map(|one| one.trial.clone()).collect();
    let waivers = waived(ground, &mut trials, found);
    for (said, right) in record.trials.iter().zip(&trials) {
        found.extend(disagreement(format!("{}: outcome", said.id), said.outcome.as_str(), right.outcome.as_str()));
    }
    found.extend(of_clauses(&record.clauses, &verdict::clauses(ground.contract.clauses_of(ground.product), &trials)));
    let tally = verdict::tally(&trials);
    found.extend(disagreement("tally", &json(&record.tally), &json(&tally)));
    let follows = verdict::verdict(&tally, &waivers, record.finished.is_none());
    found.extend(disagreement("verdict", record.verdict.as_str(), follows.as_str()));
}

/// As it stands in a record.
fn json(part: &impl Serialize) -> String {
    serde_json::to_string(part).unwrap_or_default()
}

/// Whether the trials are those that were planned: none taken out, put in, or out of place.
fn membership(ground: &Ground<'_>) -> Vec<Disagreement> {
    let trials = &ground.record.trials;
    let mut found = Vec::new();
    if let Some(said) = &ground.record.terms.planned {
        found.extend(disagreement("planned trials, their digest", said, &planned(trials)));
    }
    let ids: Vec<&str> = trials.iter().map(|trial| trial.id.as_str()).collect();
    let here: BTreeSet<&str> = ids.iter().copied().collect();
    let order: Vec<&str> =
        ground.contract.trials.iter().map(|known| known.id.as_str()).filter(|id| here.contains(id)).collect();
    let known: Vec<&str> = ids.iter().copied().filter(|id| ground.contract.trial(id).is_some()).collect();
    if known != order {
        found.extend(disagreement("order of the trials", "another, or a trial twice", "that of the contract"));
    }
    let mut needed = BTreeSet::new();
    for (id, trial) in ids.iter().filter_map(|id| Some((id, ground.contract.trial(id)?))) {
        for other in trial.control.iter().chain(&trial.after) {
            needed.insert(other.as_str());
            if !here.contains(other.as_str()) {
                found.extend(disagreement(format!("{other}, which `{id}` needs"), "not there", "a trial of the run"));
            }
        }
    }
    for trial in trials.iter().filter(|trial| trial.prerequisite && !needed.contains(trial.id.as_str())) {
        let about = format!("{}: prerequisite", trial.id);
        found.extend(disagreement(about, "ran because others needed it", "no other needs it"));
    }
    found
}

/// Times that cannot be.
fn times(record: &RunRecord) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    let Some(started) = moment(&record.started) else {
        return disagreement("started", &record.started, "a time").into_iter().collect();
    };
    let finished = record.finished.as_deref().map(moment);
    let exchanges = || record.trials.iter().flat_map(|trial| trial.exchanges.iter().map(move |sent| (trial, sent)));
    for (trial, sent) in exchanges().filter(|(_, sent)| sent.duration_ms < 0.0) {
        let about = format!("{}: duration in ms", trial.id);
        found.extend(disagreement(about, &sent.duration_ms.to_string(), "not below 0"));
    }
    match finished {
        None => {}
        Some(None) => found.extend(disagreement("finished", record.finished.as_deref().unwrap_or_default(), "a time")),
        Some(Some(finished)) => {
            let whole = finished.duration_since(started).as_secs_f64() * 1000.0;
            if whole < 0.0 {
                let said = record.finished.as_deref().unwrap_or_default();
                found.extend(disagreement("finished", said, &format!("not before {}", record.started)));
            }
            for (trial, sent) in exchanges().filter(|(_, sent)| sent.duration_ms > whole + CLOCK_MARGIN) {
                let about = format!("{}: duration in ms", trial.id);
                found.extend(disagreement(about, &sent.duration_ms.to_string(), "no longer than the run"));
            }
        }
    }
    found
}

/// What the tool says of itself, where it is this one.
fn judge(ground: &Ground<'_>) -> Option<Disagreement> {
    let (said, ours) = (&ground.record.tool, tool(ground.contract));
    let comparable = (&said.name, &said.version) == (&ours.name, &ours.version) && said.score.is_some();
    if comparable { disagreement("score", &json(&said.score), &json(&ours.score)) } else { None }
}

/// What was seen where no clause speaks, document by document.
fn drift(record: &RunRecord, rejudged: &[Rejudged]) -> Vec<Disagreement> {
    let redactor = Redactor::new();
    let mut follows: BTreeSet<Drift> = BTreeSet::new();
    for one in rejudged {
        for (kind, text) in &one.seen {
            let (document, kind) = (one.trial.document().to_owned(), (*kind).to_owned());
            follows.insert(Drift { document, kind, text: evidence::sentence(&redactor, text) });
        }
    }
    let said: BTreeSet<Drift> = record.drift.iter().cloned().collect();
    // What was cut off, or could not be looked at again, may have shown more than is left in the record.
    let once = record.trials.iter().all(|trial| trial.repeats.is_none());
    let whole = once && record.finished.is_some() && rejudged.iter().all(|one| may_show(&one.trial));
    let shown = |drift: &Drift| format!("drift: {} {} {}", drift.document, drift.kind, drift.text);
    let missing = follows.difference(&said).filter(|drift| !hides(&drift.text));
    let missing = missing.filter_map(|drift| disagreement(shown(drift), "not there", "seen"));
    let extra = said.difference(&follows).filter(|drift| whole && !hides(&drift.text));
    let extra = extra.filter_map(|drift| disagreement(shown(drift), "seen", "not there"));
    missing.chain(extra).collect()
}

fn may_show(trial: &TrialRecord) -> bool {
    let lost = trial
        .reason
        .as_ref()
        .is_some_and(|reason| matches!(reason.code, ReasonCode::Harness | ReasonCode::Interrupted));
    !lost && !restore::own(trial).is_some_and(restore::withheld)
}

/// Messages that the record shows to have been accepted were delivered at least.
fn delivered(ground: &Ground<'_>) -> Vec<Disagreement> {
    let (mut sms, mut email) = (0_u32, 0_u32);
    for trial in &ground.record.trials {
        let Some(known) = ground.contract.trial(&trial.id) else { continue };
        let accepted = |sent: &&ExchangeRecord| sent.response.as_ref().is_some_and(|response| response.status == 200);
        let own = restore::own(trial).filter(accepted).filter(|_| known.must_be_accepted()).map(|_| known.effect);
        let sender = |document: &Document| Some(ground.contract.document(&document.code.as_ref()?.send)?.effect);
        let code = ground.contract.document(&known.document).and_then(sender);
        let codes = trial.exchanges.iter().filter(|sent| sent.purpose.is_some()).filter(accepted).filter_map(|_| code);
        for effect in own.into_iter().chain(codes) {
            match effect {
                Effect::Sms => sms += 1,
                Effect::Email => email += 1,
                Effect::Login => {}
            }
        }
    }
    let said = ground.record.delivered;
    let least = |about: &str, said: u32, least: u32| {
        let follows = format!("{least} at least");
        if said < least { disagreement(about, &said.to_string(), &follows) } else { None }
    };
    [least("delivered: sms", said.sms, sms), least("delivered: email", said.email, email)]
        .into_iter()
        .flatten()
        .collect()
}

/// Holds the recorded waivers against the trials, as the run did.
fn waived(ground: &Ground<'_>, trials: &mut [TrialRecord], found: &mut Vec<Disagreement>) -> Vec<WaiverRecord> {
    let said = &ground.record.waivers;
    let mut waivers = Waivers::default();
    for recorded in said {
        match waiver::recorded(recorded) {
            Some(waiver) => waivers.list.push(waiver),
            None => found.extend(disagreement(at(recorded), "a waiver", "no waiver that can be read")),
        }
    }
    let Ok(started) = ground.record.started.parse::<Timestamp>() else { return said.clone() };
    let today = TimeZone::UTC.to_datetime(started).date();
    let strict = ground.record.terms.strict;
    let held = waiver::Ground { trials: &ground.contract.trials, today, strict };
    let follows = waiver::waive(trials, &waivers, held);
    for (said, right) in said.iter().zip(&follows).filter(|_| said.len() == follows.len()) {
        let shown =
            |waiver: &WaiverRecord| format!("{}: {}: {}", waiver.state.as_str(), waiver.text, waiver.trials.join(", "));
        found.extend(disagreement(at(said), &shown(said), &shown(right)));
    }
    follows
}

fn at(waiver: &WaiverRecord) -> String {
    format!("waiver {}:{}", waiver.file, waiver.line)
}

fn of_clauses(recorded: &[ClauseRecord], follows: &[ClauseRecord]) -> Vec<Disagreement> {
    let said = |clause: Option<&ClauseRecord>| {
        let known = |clause: &ClauseRecord| {
            let trials = clause.trials.join(", ");
            format!("{} by {trials} ({}, {})", clause.status.as_str(), clause.basis, clause.text)
        };
        clause.map_or_else(|| "not there".to_owned(), known)
    };
    let of = |list: &[ClauseRecord], id: &str| said(list.iter().find(|clause| clause.id == id));
    let known = |id: &str| follows.iter().any(|clause| clause.id == id);
    let unknown = recorded.iter().filter(|clause| !known(&clause.id));
    let ids = follows.iter().chain(unknown).map(|clause| clause.id.as_str());
    ids.filter_map(|id| disagreement(id, &of(recorded, id), &of(follows, id))).collect()
}
