//! Holds an exchange against an expectation.
//!
//! In: what must come back, and what came. Out: *all* findings, and what was seen where no clause speaks.
//! Never: stops at the first; decides an outcome.

mod accepted;
mod body;
mod drift;
mod duplicate;
mod finding;
mod id_token;
mod keys;
mod methods;
mod refused;

use jiff::Timestamp;

use crate::case::{Contract, Document, Expectation, Language, Trial};
use crate::exchange::{Exchange, Failure};
use crate::target::IdToken;

pub use drift::Seen;
pub use finding::{Finding, Severity};
pub use keys::{KeySet, keys};

/// What an expectation is held against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The contract, for its schemas.
    pub contract: &'a Contract,
    /// The document of the trial.
    pub document: &'a Document,
    /// The trial.
    pub trial: &'a Trial,
    /// What the target says of languages and id tokens.
    pub terms: Terms<'a>,
    /// The keys that sign id tokens.
    pub keys: &'a KeySet,
    /// When the answer came, for answers without a `Date`.
    pub now: Timestamp,
    /// Whether the answer still holds its secrets.
    pub state: State,
}

/// What a target says that changes how an answer is judged.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The language when `X-L` is absent, where it is known.
    pub default_language: Option<Language>,
    /// What an `id_token` is held to.
    pub id_token: &'a IdToken,
}

/// In which state an answer is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it came.
    Received,
    /// As it was stored: a token that is hidden is not looked into.
    Redacted,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Examined {
    /// Every thing that was looked at.
    pub findings: Vec<Finding>,
    /// What was seen where no clause speaks.
    pub seen: Vec<Seen>,
}

/// Holds an exchange against the expectation of its trial.
#[must_use]
pub fn examine(context: Context<'_>, exchange: &Exchange) -> Examined {
    let mut examined = Examined::default();
    let answer = match &exchange.result {
        Ok(answer) => answer,
        Err(failure) => {
            examined.findings.extend(broken(failure));
            return examined;
        }
    };
    match &context.trial.expect {
        Expectation::Accept { answer: id, .. } => accepted::examine(context, id, answer, &mut examined),
        Expectation::Refuse(refusal) => refused::examine(context, refusal, answer, &mut examined),
    }
    drift::headers(answer, &mut examined.seen);
    examined
}

/// An answer that began and is no proper HTTP is the deployment's fault; one that never began is nobody's yet.
fn broken(failure: &Failure) -> Option<Finding> {
    match failure {
        Failure::Broken(text) => Some(
            Finding::fail("http", "a whole HTTP answer", "an answer that breaks off or breaks HTTP", text.clone())
                .kind("not HTTP"),
        ),
        Failure::TooLarge(text) => {
            Some(Finding::fail("http", "an answer within the size cap", "a larger one", text.clone()).kind("too large"))
        }
        Failure::Unreachable(_) | Failure::Silent(_) | Failure::Timeout(_) => None,
    }
}
