//! How far the suite that judges can be trusted: the numbers of a contract version, kept beside the code.
//!
//! In: the digest of a contract. Out: how many seeded faults it finds. Never: measures; `selftest` does, and a test
//! measures again.

use serde::{Deserialize, Serialize};

/// The score of the contract that is built in, as it was measured.
const KNOWN: &str = include_str!("score.json");

/// The score of one contract version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The digest of the contract.
    pub contract: String,
    /// The numbers.
    pub counts: Counts,
}

/// How many faults were found and how many variants were quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Seeded faults.
    pub faults: usize,
    /// Those found by a trial that cites the clause they break.
    pub killed: usize,
    /// Conforming variants.
    pub variants: usize,
    /// Those that raised no alarm.
    pub quiet: usize,
}

/// The numbers of a contract, where they were measured: of the one built in, not of case files from elsewhere.
#[must_use]
pub fn known(contract: &str) -> Option<Counts> {
    let score = serde_json::from_str::<Score>(KNOWN).ok()?;
    (score.contract == contract).then_some(score.counts)
}
