//! The shards of one run as one record.
//!
//! In: the contract, a record a shard. Out: the record that one machine would have written. Never: fills a gap; shards that
//! do not belong together are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::case::{Contract, Product};
use crate::outcome::WaiverState;
use crate::record::{Delivered, RunRecord, ShardRecord, Terms, TrialRecord, WaiverRecord, planned};
use crate::verdict;

/// Why records are not the shards of one run: one line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmergeable(String);

impl fmt::Display for Unmergeable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unmergeable {}

/// Puts the shards of one run together.
///
/// # Errors
/// Records that are no shards, or of other contracts, targets or selections; one that is missing, or there twice.
pub fn merge(contract: &Contract, mut shards: Vec<RunRecord>) -> Result<RunRecord, Unmergeable> {
    let first = belong_together(contract, &shards)?;
    let product = Product::from_name(&shards[0].target.product)
        .ok_or_else(|| Unmergeable(format!("`{}` is no product", shards[0].target.product)))?;
    complete(&first, &shards)?;
    shards.sort_by_key(|record| record.shard.as_ref().map(|shard| shard.index));
    let started = shards.iter().map(|record| record.started.clone()).min().unwrap_or_default();
    let finished: Option<Vec<String>> = shards.iter().map(|record| record.finished.clone()).collect();
    let delivered = shards.iter().fold(Delivered::default(), |sum, record| Delivered {
        sms: sum.sms.saturating_add(record.delivered.sms),
        email: sum.email.saturating_add(record.delivered.email),
    });
    let drift: BTreeSet<_> = shards.iter().flat_map(|record| record.drift.iter().cloned()).collect();
    let waivers = waivers(&shards);
    let (format, tool, target) = (shards[0].format.clone(), shards[0].tool.clone(), shards[0].target.clone());
    let terms = shards[0].terms.clone();
    let trials = trials(contract, shards);
    let tally = verdict::tally(&trials);
    let terms = Terms { planned: Some(planned(&trials)), ..terms };
    Ok(RunRecord {
        format,
        tool,
        terms,
        started,
        verdict: verdict::verdict(&tally, &waivers, finished.is_none()),
        finished: finished.and_then(|times| times.into_iter().max()),
        target,
        tally,
        delivered,
        clauses: verdict::clauses(contract.clauses_of(product), &trials),
        drift: drift.into_iter().collect(),
        trials,
        waivers,
        shard: None,
    })
}

/// What all records say of the run that they are shards of.
fn belong_together(contract: &Contract, shards: &[RunRecord]) -> Result<ShardRecord, Unmergeable> {
    let told = |text: &str| Err(Unmergeable(text.to_owned()));
    let Some(first) = shards.first() else { return told("there is nothing to merge") };
    for record in shards {
        let Some(shard) = &record.shard else {
            return told("one of the records is no shard: it was not made with `run --shard I/N`");
        };
        if record.tool.contract != first.tool.contract {
            return told("the shards were judged by different contracts");
        }
        if record.tool.contract != contract.digest {
            return told("the shards were judged by another contract than this one: use the version that made them");
        }
        let said = |record: &RunRecord| (record.terms.strict, record.terms.default_language.clone());
        if said(record) != said(first) {
            return told(
                "the shards were judged by different terms: `--strict`, or the default language of the target",
            );
        }
        if record.target != first.target {
            return told("the shards are of different targets");
        }
        let of_first = first.shard.as_ref();
        if of_first.is_some_and(|other| (other.of, &other.selection) != (shard.of, &shard.selection)) {
            return told("the shards are parts of different selections, or of different numbers of parts");
        }
    }
    first.shard.clone().ok_or_else(|| Unmergeable("there is nothing to merge".to_owned()))
}

/// Whether every shard is there, once.
fn complete(first: &ShardRecord, shards: &[RunRecord]) -> Result<(), Unmergeable> {
    let mut times: BTreeMap<u32, usize> = (1..=first.of).map(|index| (index, 0)).collect();
    for shard in shards.iter().filter_map(|record| record.shard.as_ref()) {
        *times.entry(shard.index).or_default() += 1;
    }
    let named = |wanted: fn(usize) -> bool| -> Vec<String> {
        let found = times.iter().filter(|(_, count)| wanted(**count));
        found.map(|(index, _)| format!("{index}/{}", first.of)).collect()
    };
    let (missing, doubled) = (named(|count| count == 0), named(|count| count > 1));
    if !missing.is_empty() {
        return Err(Unmergeable(format!("shards are missing: {}", missing.join(", "))));
    }
    if !doubled.is_empty() {
        return Err(Unmergeable(format!("shards are there more than once: {}", doubled.join(", "))));
    }
    Ok(())
}

/// Every trial once, in the order of the contract: where it was asked for rather than where others needed it.
fn trials(contract: &Contract, shards: Vec<RunRecord>) -> Vec<TrialRecord> {
    let mut by_id: BTreeMap<String, TrialRecord> = BTreeMap::new();
    for trial in shards.into_iter().flat_map(|record| record.trials) {
        let asked_for = !trial.prerequisite;
        if asked_for || !by_id.contains_key(&trial.id) {
            by_id.insert(trial.id.clone(), trial);
        }
    }
    contract.trials.iter().filter_map(|trial| by_id.remove(&trial.id)).collect()
}

/// Every waiver once: what it did in any shard counts, most of all that it is out of order.
fn waivers(shards: &[RunRecord]) -> Vec<WaiverRecord> {
    let mut merged: Vec<WaiverRecord> = Vec::new();
    for waiver in shards.iter().flat_map(|record| &record.waivers) {
        let place = |other: &WaiverRecord| (&other.file, other.line) == (&waiver.file, waiver.line);
        match merged.iter_mut().find(|other| place(other)) {
            None => merged.push(waiver.clone()),
            Some(known) => {
                let mut trials: BTreeSet<String> = known.trials.drain(..).collect();
                trials.extend(waiver.trials.iter().cloned());
                if weight(waiver.state) > weight(known.state) {
                    *known = waiver.clone();
                }
                known.trials = trials.into_iter().collect();
            }
        }
    }
    merged
}

fn weight(state: WaiverState) -> u8 {
    match state {
        WaiverState::Idle => 0,
        WaiverState::Applied => 1,
        WaiverState::Unused => 2,
        WaiverState::Expired => 3,
        WaiverState::Mismatched => 4,
        WaiverState::Stale => 5,
    }
}
