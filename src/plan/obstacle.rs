//! What stands in the way of trials, each obstacle once.
//!
//! In: a plan. Out: reasons with the trials that they concern, the one that concerns most first. Never: an obstacle without a trial.

use super::{Plan, Planned, Readiness, Reason};

/// Something that is missing, and whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle<'p> {
    /// What is missing and what to put where.
    pub reason: &'p Reason,
    /// The selected trials that cannot be exercised for want of it.
    pub blocked: Vec<&'p str>,
    /// The selected trials that are tried all the same, with an invented token or code.
    pub improvised: Vec<&'p str>,
}

impl Obstacle<'_> {
    /// The keys and options that remove it, as its sentence names them.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.reason.text.split('`').skip(1).step_by(2).filter(|literal| is_key(literal)).collect()
    }
}

/// An option, or a dotted key with or without the value to give it.
fn is_key(literal: &str) -> bool {
    let name = literal.split(' ').next().unwrap_or_default();
    let dotted = name.contains('.') && name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c));
    literal.starts_with("--") || dotted
}

/// The obstacles of the selected trials.
#[must_use]
pub fn obstacles(plan: &Plan) -> Vec<Obstacle<'_>> {
    let mut obstacles: Vec<Obstacle<'_>> = Vec::new();
    for Planned { trial, readiness, .. } in plan.selected() {
        let (reason, is_blocked) = match readiness {
            Readiness::Ready => continue,
            Readiness::Improvised(reason) => (reason, false),
            Readiness::Blocked(reason) => (reason, true),
        };
        let at = obstacles.iter().position(|known| known.reason == reason).unwrap_or_else(|| {
            obstacles.push(Obstacle { reason, blocked: Vec::new(), improvised: Vec::new() });
            obstacles.len() - 1
        });
        let concerned = if is_blocked { &mut obstacles[at].blocked } else { &mut obstacles[at].improvised };
        concerned.push(&trial.id);
    }
    obstacles.sort_by_key(|obstacle| std::cmp::Reverse(obstacle.blocked.len()));
    obstacles
}
