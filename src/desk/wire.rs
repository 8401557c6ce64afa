//! What the page and `supply` send to the desk, and what they are told.

use serde::{Deserialize, Serialize};

use super::puzzle::{Picture, Trouble};

/// A trial that something is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct About {
    pub(super) ticket: u64,
}

/// A code for a trial that waits for one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    /// The number of the trial's ticket.
    pub ticket: u64,
    /// What was typed.
    pub code: String,
}

/// What became of what a person gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Supplied {
    /// The trial has it and goes on.
    Taken,
    /// The trial waits no more.
    Gone,
    /// What was typed is no code.
    Form,
    /// The tenant did not take it.
    Refused {
        /// What it said.
        trouble: Trouble,
    },
}

/// Where a person put the piece.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Placed {
    pub(super) ticket: u64,
    pub(super) puzzle: u64,
    /// In pixels of the scene from the left.
    pub(super) x: f64,
}

/// A puzzle for the page.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub(super) enum Offered {
    /// Here it is.
    Puzzle {
        puzzle: u64,
        #[serde(flatten)]
        picture: Picture,
    },
    /// The trial waits no more.
    Gone,
    /// The tenant gave none.
    Refused { trouble: Trouble },
}
