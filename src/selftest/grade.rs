//! What meeting the seeded deployments showed.

use serde::{Deserialize, Serialize};

use crate::score::{Counts, Score};

/// The grades of one contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grades {
    /// The digest of the contract.
    pub contract: String,
    /// One a fault.
    pub faults: Vec<FaultGrade>,
    /// One a variant.
    pub variants: Vec<VariantGrade>,
    /// Deployments that were lost to a failure of our own.
    pub lost: usize,
}

impl Grades {
    /// The numbers.
    #[must_use]
    pub fn score(&self) -> Score {
        let counts = Counts {
            faults: self.faults.len(),
            killed: self.faults.iter().filter(|fault| fault.killed).count(),
            variants: self.variants.len(),
            quiet: self.variants.iter().filter(|variant| variant.quiet).count(),
        };
        Score { contract: self.contract.clone(), counts }
    }

    /// Whether every fault was found by a trial that claims its clause, and every variant was quiet.
    #[must_use]
    pub fn is_perfect(&self) -> bool {
        let score = self.score().counts;
        self.lost == 0 && score.killed == score.faults && score.quiet == score.variants
    }
}

/// How a fault was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultGrade {
    /// Its id.
    pub id: String,
    /// `eiam` or `ciam`.
    pub product: String,
    /// The clauses it breaks.
    pub clauses: Vec<String>,
    /// What it does, in a sentence.
    pub breaks: String,
    /// Whether every clause it breaks was claimed by a trial that cites it.
    pub killed: bool,
    /// The trials that found it.
    pub killed_by: Vec<String>,
    /// The clauses that no trial claimed.
    pub missed: Vec<String>,
    /// Why it could not be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a variant was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantGrade {
    /// Its id.
    pub id: String,
    /// `eiam` or `ciam`.
    pub product: String,
    /// What differs.
    pub describes: String,
    /// Whether no trial failed or ended in error.
    pub quiet: bool,
    /// The trials that did.
    pub alarms: Vec<String>,
    /// Trials that warned.
    pub warned: usize,
    /// Trials that were blocked.
    pub blocked: usize,
    /// Why it could not be met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
