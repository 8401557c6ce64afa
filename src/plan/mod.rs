//! What will run: documents × target × selection.
//!
//! In: the contract, a target, globs. Out: ordered trials, each ready, or blocked with the reason. Never: sends; pure.

mod readiness;
mod select;
mod shard;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::case::{self, Contract, Trial};
use crate::outcome::ReasonCode;
use crate::target::Target;

pub use readiness::Consent;
pub use select::{NothingMatches, Selection, matches};
pub use shard::Shard;

/// Why a trial cannot be exercised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// One word for machines.
    pub code: ReasonCode,
    /// One sentence: what is missing and what to put where.
    pub text: String,
}

impl Reason {
    /// A reason with its sentence.
    pub fn new(code: ReasonCode, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// Whether a trial can be exercised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Everything it needs can be asked for.
    Ready,
    /// What it needs cannot be had, but its exact documented answer can be provoked with an invented token or code.
    Improvised(Reason),
    /// It cannot be exercised.
    Blocked(Reason),
}

/// A trial of the plan.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What to do.
    pub trial: Arc<Trial>,
    /// Whether it can be done.
    pub readiness: Readiness,
    /// Whether it runs only because others need it.
    pub prerequisite: bool,
}

/// The trials of a run, in order.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The trials in the order of the documents.
    pub trials: Vec<Planned>,
    /// Which part of a plan it is, where it is one.
    pub part: Option<Part>,
    index: HashMap<String, usize>,
}

/// Which part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its place among the parts.
    pub shard: Shard,
    /// SHA-256 of the ids of all parts together, in hex.
    pub selection: String,
}

impl Plan {
    /// Plans a run of the target's product.
    ///
    /// # Errors
    /// A glob that matches no trial.
    pub fn new(
        contract: &Contract,
        target: &Target,
        selection: &Selection,
        consent: Consent,
    ) -> Result<Self, NothingMatches> {
        let all: Vec<_> = contract.trials_of(target.product).cloned().collect();
        let mut selected = selection.apply(&all)?;
        let part = selection
            .shard
            .map(|shard| Part { shard, selection: case::digest(selected.iter().map(|id| (id.as_str(), ""))) });
        if let Some(shard) = selection.shard {
            let taken = |id: &String| contract.trial(id).is_some_and(|trial| shard.takes(trial, target));
            selected.retain(taken);
        }
        let wanted = with_prerequisites(contract, &selected);
        let mut readiness = readiness::Readiness::new(contract, target, consent);
        let trials: Vec<_> = all
            .into_iter()
            .filter(|trial| wanted.contains(&trial.id))
            .map(|trial| Planned {
                readiness: readiness.of(&trial),
                prerequisite: !selected.contains(&trial.id),
                trial,
            })
            .collect();
        Ok(Self { part, ..Self::from_trials(trials) })
    }

    fn from_trials(trials: Vec<Planned>) -> Self {
        let index = trials.iter().enumerate().map(|(at, t)| (t.trial.id.clone(), at)).collect();
        Self { trials, part: None, index }
    }

    /// The position of a trial.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The trials that were asked for.
    pub fn selected(&self) -> impl Iterator<Item = &Planned> {
        self.trials.iter().filter(|planned| !planned.prerequisite)
    }
}

/// The selected trials with the controls and predecessors that give them their meaning.
fn with_prerequisites(contract: &Contract, selected: &BTreeSet<String>) -> BTreeSet<String> {
    let mut wanted = selected.clone();
    let mut open: Vec<String> = selected.iter().cloned().collect();
    while let Some(id) = open.pop() {
        let Some(trial) = contract.trial(&id) else { continue };
        for needed in trial.control.iter().chain(&trial.after) {
            if wanted.insert(needed.clone()) {
                open.push(needed.clone());
            }
        }
    }
    wanted
}
