//! A stored run judged again: every check from the stored exchanges, by the contract that it names, offline; then
//! everything that follows from checks.
//!
//! In: a run record and the contract that it was judged by. Out: where the record disagrees with what follows, and what
//! redaction keeps from being looked at again. Never: sends; takes on trust what it could compute.

mod request;
mod restore;
mod trial;
mod whole;

use std::collections::BTreeMap;

use crate::case::{Contract, Language, Product};
use crate::record::{RunRecord, TrialRecord};
use crate::runner::judge::Control;

/// Something that a record says and that does not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// A trial, a clause, `tally`, `verdict`, and what of it.
    pub about: String,
    /// What the record says.
    pub recorded: String,
    /// What follows from the rest of it.
    pub follows: String,
}

/// Something that the record alone does not show: it is taken as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hidden {
    /// Form, signature, times and parties of an id token, which is not in the record.
    IdToken,
    /// Whether a message arrived, which the code source said.
    Arrival,
    /// Why nothing was sent, which the target file or a source said.
    NotSent,
    /// What stands in a body that was withheld or had to be rewritten.
    Withheld,
}

impl Hidden {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::IdToken, Self::Arrival, Self::NotSent, Self::Withheld];
}

/// A record that was judged again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Where it says what does not follow.
    pub disagreements: Vec<Disagreement>,
    /// What could not be looked at again, and in how many trials.
    pub hidden: BTreeMap<Hidden, usize>,
    /// How many trials were judged again from their exchanges.
    pub rejudged: usize,
    /// How many tokens and codes that must be used twice carry one tag in both places.
    pub tags: usize,
}

/// Why a record cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverifiable {
    /// It was judged by another contract: its digest, and ours.
    OtherContract {
        /// The digest of the record.
        recorded: String,
        /// The digest of the contract at hand.
        ours: String,
    },
    /// Its product is unknown.
    UnknownProduct(String),
}

impl std::fmt::Display for Unverifiable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherContract { recorded, ours } => write!(
                f,
                "the run was judged by the contract `{recorded}`, this is `{ours}`: take the version of the tool, or the \
                 cases and schemas, that the run was made with"
            ),
            Self::UnknownProduct(product) => write!(f, "there is no product `{product}`"),
        }
    }
}

impl std::error::Error for Unverifiable {}

/// What a record is held against.
#[derive(Debug, Clone, Copy)]
struct Ground<'a> {
    record: &'a RunRecord,
    contract: &'a Contract,
    product: Product,
}

impl Ground<'_> {
    fn default_language(&self) -> Option<Language> {
        self.record.terms.default_language.as_deref().and_then(Language::from_name)
    }
}

/// Judges a stored run again.
///
/// # Errors
/// A record that was judged by another contract.
pub fn verify(record: &RunRecord, contract: &Contract) -> Result<Verified, Unverifiable> {
    if record.tool.contract != contract.digest {
        let (recorded, ours) = (record.tool.contract.clone(), contract.digest.clone());
        return Err(Unverifiable::OtherContract { recorded, ours });
    }
    let product = Product::from_name(&record.target.product)
        .ok_or_else(|| Unverifiable::UnknownProduct(record.target.product.clone()))?;
    let ground = Ground { record, contract, product };
    let mut verified = Verified::default();
    let mut rejudged = again(&ground, &mut verified);
    whole::follows(&ground, &mut rejudged, &mut verified);
    Ok(verified)
}

/// A trial with what follows from its exchange instead of what was recorded.
#[derive(Debug)]
struct Rejudged {
    trial: TrialRecord,
    /// What was seen where no clause speaks: kind and text.
    seen: Vec<(&'static str, String)>,
}

/// Every trial judged again, in the order of the record: first those that others need.
fn again(ground: &Ground<'_>, verified: &mut Verified) -> Vec<Rejudged> {
    let trials = &ground.record.trials;
    let mut done: Vec<Option<Rejudged>> = trials.iter().map(|_| None).collect();
    let needs_none = |trial: &TrialRecord| ground.contract.trial(&trial.id).is_none_or(|known| known.control.is_none());
    let (first, then): (Vec<usize>, Vec<usize>) = (0..trials.len()).partition(|at| needs_none(&trials[*at]));
    for at in first.into_iter().chain(then) {
        let control = ground.contract.trial(&trials[at].id).and_then(|known| known.control.as_deref());
        let control = control.map_or(Control::Held, |id| {
            let known = done.iter().flatten().find(|done| done.trial.id == id);
            let recorded = trials.iter().find(|trial| trial.id == id);
            // Of a control that did not always end the same way another time may be recorded than the one that counted here.
            if recorded.and_then(|control| control.repeats.as_ref()).is_some_and(|repeats| repeats.unstable) {
                return Control::Held;
            }
            known.map(|known| &known.trial).or(recorded).map_or(Control::Held, Control::of_record)
        });
        done[at] = Some(trial::rejudge(ground, &trials[at], &control, verified));
    }
    done.into_iter().flatten().collect()
}

fn disagreement(about: impl Into<String>, recorded: &str, follows: &str) -> Option<Disagreement> {
    let (about, recorded, follows) = (about.into(), recorded.to_owned(), follows.to_owned());
    (recorded != follows).then_some(Disagreement { about, recorded, follows })
}
