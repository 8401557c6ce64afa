//! The suite, graded: against every fault and every conforming variant of the reference.
//!
//! In: the contract. Out: which fault was found by which trial, which variant was quiet. Never: looks into the reference;
//! it meets it as any deployment, through a target file.

mod grade;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;

use crate::case::{Basis, Contract, Product};
use crate::loopback;
use crate::outcome::{Outcome, Verdict};
use crate::plan::{Consent, Plan, Selection, matches};
use crate::record::{RunRecord, TrialRecord};
use crate::reference::{self, Config, Fault, Variant};
use crate::runner::{self, Options};

pub use grade::{FaultGrade, Grades, VariantGrade};

/// A deployment that does not end its run by then has hung the suite.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is graded.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Faults and variants by id; none: all.
    pub globs: Vec<String>,
    /// Deployments at once.
    pub jobs: usize,
}

/// One seeded deployment to be met.
enum Seed {
    Fault(Product, Fault),
    Variant(Product, Variant),
}

/// What came of it.
enum Met {
    Fault(FaultGrade),
    Variant(VariantGrade),
}

/// Meets every seeded deployment. `done` hears of each one that was met.
pub async fn grade(contract: &Arc<Contract>, subject: &Subject, done: impl Fn()) -> Grades {
    let seeds = seeds(&subject.globs);
    let mut met = futures_util::stream::iter(seeds)
        .map(|seed| {
            let contract = Arc::clone(contract);
            async move { tokio::spawn(async move { meet(&contract, seed).await }).await.ok() }
        })
        .buffered(subject.jobs.max(1));
    let mut grades = Grades { contract: contract.digest.clone(), ..Grades::default() };
    while let Some(met) = met.next().await {
        match met {
            Some(Met::Fault(fault)) => grades.faults.push(fault),
            Some(Met::Variant(variant)) => grades.variants.push(variant),
            None => grades.lost += 1,
        }
        done();
    }
    grades
}

/// How many deployments a subject means.
#[must_use]
pub fn count(subject: &Subject) -> usize {
    seeds(&subject.globs).len()
}

fn seeds(globs: &[String]) -> Vec<Seed> {
    let wanted = |id: &str| globs.is_empty() || globs.iter().any(|glob| matches(glob, id));
    let mut seeds = Vec::new();
    for product in Product::ALL {
        let named = loopback::of_reference(product);
        let faults = reference::faults(named).into_iter().filter(|fault| wanted(fault.id()));
        seeds.extend(faults.map(|fault| Seed::Fault(product, fault)));
        let variants = reference::variants(named).into_iter().filter(|variant| wanted(variant.id()));
        seeds.extend(variants.map(|variant| Seed::Variant(product, variant)));
    }
    // The slow ones first, so that none of them is waited for alone.
    seeds.sort_by_key(|seed| matches!(seed, Seed::Fault(..)));
    seeds
}

async fn meet(contract: &Arc<Contract>, seed: Seed) -> Met {
    match seed {
        Seed::Fault(product, fault) => Met::Fault(meet_fault(contract, product, &fault).await),
        Seed::Variant(product, variant) => Met::Variant(meet_variant(contract, product, &variant).await),
    }
}

/// Only the trials that cite a broken clause may claim to have found the fault: the others need not run.
async fn meet_fault(contract: &Arc<Contract>, product: Product, fault: &Fault) -> FaultGrade {
    let citing = contract.trials_of(product).filter(|trial| fault.clauses().iter().any(|c| trial.clauses.contains(c)));
    let ids: Vec<String> = citing.map(|trial| trial.id.clone()).collect();
    let mut grade = FaultGrade {
        id: fault.id().to_owned(),
        product: product.to_string(),
        clauses: fault.clauses().to_vec(),
        breaks: fault.breaks().to_owned(),
        killed: false,
        killed_by: Vec::new(),
        missed: fault.clauses().to_vec(),
        error: None,
    };
    if ids.is_empty() {
        grade.error = Some("no trial cites a clause that it breaks".to_owned());
        return grade;
    }
    let selection = Selection { select: ids, ..Selection::default() };
    match run(contract, product, Config::new(loopback::of_reference(product)).with_fault(fault.clone()), selection)
        .await
    {
        Err(error) => grade.error = Some(error),
        Ok(record) => claim(&mut grade, &record),
    }
    grade
}

/// Each broken clause must be claimed by a trial that cites it.
fn claim(grade: &mut FaultGrade, record: &RunRecord) {
    let claims = |trial: &&TrialRecord| match trial.outcome {
        Outcome::Fail => true,
        Outcome::Warn => trial.basis == Basis::Inferred.as_str(),
        Outcome::Pass | Outcome::Blocked | Outcome::Waived | Outcome::Error => false,
    };
    let mut killers = BTreeSet::new();
    grade.missed.retain(|clause| {
        let mut citing = record.trials.iter().filter(claims).filter(|trial| trial.clauses.contains(clause)).peekable();
        let missed = citing.peek().is_none();
        killers.extend(citing.map(|trial| trial.id.clone()));
        missed
    });
    grade.killed = grade.missed.is_empty();
    grade.killed_by = killers.into_iter().collect();
}

async fn meet_variant(contract: &Arc<Contract>, product: Product, variant: &Variant) -> VariantGrade {
    let config = Config::new(loopback::of_reference(product)).with_variant(*variant);
    let mut grade = VariantGrade {
        id: variant.id().to_owned(),
        product: product.to_string(),
        describes: variant.describes().to_owned(),
        quiet: false,
        alarms: Vec::new(),
        warned: 0,
        blocked: 0,
        error: None,
    };
    match run(contract, product, config, Selection::default()).await {
        Err(error) => grade.error = Some(error),
        Ok(record) => {
            let loud = |trial: &&TrialRecord| matches!(trial.outcome, Outcome::Fail | Outcome::Error);
            grade.alarms = record.trials.iter().filter(loud).map(|trial| trial.id.clone()).collect();
            grade.warned = record.tally.warn;
            grade.blocked = record.tally.blocked;
            grade.quiet = grade.alarms.is_empty() && record.verdict != Verdict::Untested && record.finished.is_some();
        }
    }
    grade
}

async fn run(
    contract: &Arc<Contract>,
    product: Product,
    config: Config,
    selection: Selection,
) -> Result<RunRecord, String> {
    let (target, deployment) = loopback::embed(config, &format!("reference-{product}")).await?;
    let target = Arc::new(target);
    let plan = Plan::new(contract, &target, &selection, Consent::AsTheTargetSays).map_err(|e| e.to_string())?;
    let session = runner::session(contract, &target, plan, Options::of(&target)).map_err(|e| e.to_string())?;
    let record = runner::run(Arc::new(session), tokio::time::sleep(PATIENCE), || {}).await;
    // It has answered; how it ends is not graded.
    let _ = deployment.stop().await;
    Ok(record)
}
