//! The waivers of a run, as a table.
//!
//! In: a record. Out: a row a waiver; nothing where there is none. Never: judges one.

use super::super::certificate::covers;
use super::super::words::Words;
use super::quote::{cell, plain};
use crate::record::{RunRecord, WaiverRecord};

/// Where each waiver stands, what it did, who answers for it until when.
pub(super) fn table(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let labels = words.labels();
    let heads = [labels.waiver, labels.expects, labels.status, labels.why, labels.owner, labels.until, labels.trials];
    let rows = record.waivers.iter().map(|waiver| row(waiver, words));
    (!record.waivers.is_empty()).then(|| super::table(&heads.map(str::to_owned), rows))
}

fn row(waiver: &WaiverRecord, words: &dyn Words) -> [String; 7] {
    let why = [Some(waiver.why.as_str()), waiver.link.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let state = words.waiver(waiver.state);
    // The sentence of an older record begins with the word of the state; the table says it in its own language.
    let text = waiver.text.strip_prefix(&format!("{}: ", waiver.state.as_str())).unwrap_or(&waiver.text);
    let state = if waiver.state.deviates() { words.says(state, text) } else { state.to_owned() };
    [
        cell(&format!("{}:{}", waiver.file, waiver.line)),
        cell(&covers(waiver, words)),
        plain(&state),
        plain(&why),
        plain(&waiver.owner),
        plain(&waiver.until),
        waiver.trials.len().to_string(),
    ]
}
