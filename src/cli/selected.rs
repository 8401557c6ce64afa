//! Targets and selection, as `run` and `plan` share them.

use std::path::{Path, PathBuf};

use clap::Args;

use super::reports::stored;
use super::{Context, Refused};
use crate::case::{Contract, Product};
use crate::loopback;
use crate::plan::{Consent, Plan, Selection, Shard};
use crate::reference::Deployment;
use crate::target::{self, Target};

/// Which targets, which trials, and whether they may deliver.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selected {
    /// A target file; repeatable. Without one: the embedded reference deployments.
    #[arg(long, value_name = "FILE")]
    target: Vec<PathBuf>,
    /// A folder of target files, `*.toml`: each target has its own rate and budgets.
    #[arg(long, value_name = "DIR")]
    targets: Option<PathBuf>,
    /// One of the embedded reference deployments.
    #[arg(long, value_name = "PRODUCT", conflicts_with_all = ["target", "targets"], value_parser = product)]
    product: Option<Product>,
    /// Trials to run, by id; `*` crosses `/`; repeatable.
    #[arg(long, value_name = "GLOB")]
    select: Vec<String>,
    /// Trials to leave out, by id; repeatable.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// The trials that did not pass in a stored run.
    #[arg(long, value_name = "RUN.json")]
    rerun: Option<PathBuf>,
    /// Part I of N of the trials, to be run on a machine of its own; all parts come together by `iamspec merge`.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Real messages may be delivered.
    #[arg(long, conflicts_with = "no_deliver")]
    deliver: bool,
    /// No real message may be delivered.
    #[arg(long)]
    no_deliver: bool,
    /// The host of a target that is marked as production, to deliver there all the same.
    #[arg(long, value_name = "HOST")]
    i_mean_it: Option<String>,
}

pub(crate) fn product(text: &str) -> Result<Product, String> {
    Product::from_name(text).ok_or_else(|| "expected `eiam` or `ciam`".to_owned())
}

/// The name of a target for folders and people: without what came from the environment.
pub(crate) fn name(target: &Target) -> String {
    crate::redact::without(&target.name, &target.secrets)
}

/// A target, and the deployment behind it where it is ours.
pub(crate) struct Site {
    pub(crate) target: Target,
    pub(crate) deployment: Option<Deployment>,
}

/// Reads every target file, or starts the embedded deployments.
pub(crate) async fn sites(files: &[PathBuf], product: Option<Product>, context: Context) -> Result<Vec<Site>, Refused> {
    let mut sites = Vec::new();
    for path in files {
        let environment = |name: &str| std::env::var(name).ok();
        let target = target::load(path, &environment)
            .map_err(|complaints| Refused::complaints(&complaints, context.color_stderr))?;
        sites.push(Site { target, deployment: None });
    }
    if files.is_empty() {
        for product in Product::ALL.into_iter().filter(|known| product.is_none_or(|one| one == *known)) {
            let (target, deployment) = loopback::started(product).await.map_err(Refused::usage)?;
            sites.push(Site { target, deployment: Some(deployment) });
        }
    }
    Ok(sites)
}

impl Selected {
    /// Reads every target file, or starts the embedded deployments.
    pub(crate) async fn sites(&self, context: Context) -> Result<Vec<Site>, Refused> {
        sites(&self.files()?, self.product, context).await
    }

    /// The target files that are named, and those of the folder, by name.
    fn files(&self) -> Result<Vec<PathBuf>, Refused> {
        let mut files = self.target.clone();
        let Some(folder) = &self.targets else { return Ok(files) };
        let unread = |error| Refused::usage(format!("`{}` cannot be read: {error}", folder.display()));
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unread)?;
        let mut found: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        found.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        if found.is_empty() {
            return Err(Refused::usage(format!("`{}` holds no target file: none ends with `.toml`", folder.display())));
        }
        found.sort();
        files.extend(found);
        Ok(files)
    }

    /// The part of the trials that is run here.
    pub(crate) fn shard(&self) -> Option<Shard> {
        self.shard
    }

    /// Whether there is one target, elsewhere.
    pub(crate) fn alone(&self) -> bool {
        self.target.len() == 1 && self.targets.is_none()
    }

    /// The share of a rate that is this part's.
    pub(crate) fn shared(&self, rate: f64) -> f64 {
        self.shard.map_or(rate, |shard| rate / f64::from(shard.of()))
    }

    /// Whether a target may deliver messages in this run.
    pub(crate) fn consent(&self, target: &Target) -> Consent {
        let named = self.i_mean_it.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(target.host()));
        if self.no_deliver {
            Consent::NoDeliver
        } else if target.production && !named {
            Consent::Production
        } else if self.deliver {
            Consent::Deliver
        } else {
            Consent::AsTheTargetSays
        }
    }

    /// Plans every target. A glob need match the trials of one target only.
    pub(crate) fn plans(&self, contract: &Contract, sites: &[Site]) -> Result<Vec<Plan>, Refused> {
        let selection = self.selection(contract, sites)?;
        sites.iter().map(|site| self.plan(contract, site, &selection)).collect()
    }

    /// What is asked for of all targets together.
    pub(crate) fn selection(&self, contract: &Contract, sites: &[Site]) -> Result<Selection, Refused> {
        let mut selection =
            Selection { select: self.select.clone(), exclude: self.exclude.clone(), lenient: false, shard: None };
        if let Some(path) = &self.rerun {
            selection.select.extend(not_passed(path)?);
        }
        let all: Vec<_> = contract
            .trials
            .iter()
            .filter(|trial| sites.iter().any(|site| site.target.product == trial.product))
            .cloned()
            .collect();
        selection.apply(&all).map_err(|nothing| Refused::usage(nothing.to_string()))?;
        Ok(Selection { lenient: true, shard: self.shard, ..selection })
    }

    /// Plans one target.
    pub(crate) fn plan(&self, contract: &Contract, site: &Site, selection: &Selection) -> Result<Plan, Refused> {
        let consent = self.consent(&site.target);
        Plan::new(contract, &site.target, selection, consent).map_err(|nothing| Refused::usage(nothing.to_string()))
    }
}

/// The trials of a stored run that neither passed nor warned.
fn not_passed(path: &Path) -> Result<Vec<String>, Refused> {
    let record = stored(path)?;
    let left: Vec<String> = record
        .trials
        .iter()
        .filter(|trial| !trial.prerequisite && !passed(trial.outcome))
        .map(|trial| trial.id.clone())
        .collect();
    if left.is_empty() {
        return Err(Refused::with(
            super::exit::NOTHING_SELECTED,
            format!("every trial of `{}` passed: nothing to run again", path.display()),
        ));
    }
    Ok(left)
}

fn passed(outcome: crate::outcome::Outcome) -> bool {
    use crate::outcome::Outcome;
    match outcome {
        Outcome::Pass | Outcome::Warn | Outcome::Waived => true,
        Outcome::Fail | Outcome::Blocked | Outcome::Error => false,
    }
}
