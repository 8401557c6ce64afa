//! Every trial as a test of its own, for `cargo test` and nextest.
//!
//! In: the contract, `IAMSPEC_TARGET`. Out: libtest-mimic's conclusion. Never: judges; it asks the one session.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial as Test};
use tokio::runtime::Runtime;

use crate::case::{Contract, Product, Trial};
use crate::diagnostic::{self, Complaints};
use crate::loopback;
use crate::outcome::Outcome;
use crate::plan::{Consent, Plan, Selection};
use crate::record::TrialRecord;
use crate::reference::Deployment;
use crate::runner::{self, Options, Session};
use crate::target::Target;
use crate::{embedded, target};

/// Runs the trials as tests: of the embedded reference, or of the target file that `IAMSPEC_TARGET` names.
#[must_use]
#[expect(clippy::print_stderr, reason = "a test binary's edge")]
pub fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match tests(&arguments) {
        Ok(tests) => libtest_mimic::run(&arguments, tests).exit_code(),
        Err(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}

/// One process a test: nextest asks for each test by its exact name.
fn process_per_test() -> bool {
    std::env::var_os("NEXTEST").is_some()
}

fn tests(_arguments: &Arguments) -> Result<Vec<Test>, String> {
    let shown = |complaints: Complaints| diagnostic::render(&complaints, false);
    let sources = embedded::sources(None, None).map_err(shown)?;
    let contract = Arc::new(embedded::contract(&sources).map_err(shown)?);
    match std::env::var_os("IAMSPEC_TARGET") {
        None => Ok(Product::ALL
            .into_iter()
            .flat_map(|product| {
                let house = Arc::new(House::reference(&contract, product));
                of_house(&contract, product, &house, false)
            })
            .collect()),
        Some(path) => {
            let path = PathBuf::from(path);
            let target = target::load(&path, &|name| std::env::var(name).ok()).map_err(shown)?;
            let product = target.product;
            let house = Arc::new(House::given(&contract, target));
            Ok(of_house(&contract, product, &house, process_per_test()))
        }
    }
}

/// The tests of one target; `alone`: each test is a process of its own, so that budgets and leases cannot be kept.
fn of_house(contract: &Contract, product: Product, house: &Arc<House>, alone: bool) -> Vec<Test> {
    let test = |trial: &Arc<Trial>| {
        let (house, id) = (Arc::clone(house), trial.id.clone());
        let ignored = alone && delivers(trial);
        let kind = if ignored { "use `iamspec run`" } else { "" };
        Test::test(trial.id.clone(), move || house.ask(&id)).with_kind(kind).with_ignored_flag(ignored)
    };
    contract.trials_of(product).map(test).collect()
}

/// Whether a trial, or a control without which it proves nothing, delivers a message or logs in.
fn delivers(trial: &Trial) -> bool {
    let needs_its_control = trial.control.is_some() && !trial.names_its_guard();
    trial.must_be_accepted() || trial.after.is_some() || trial.needs.code.is_some() || needs_its_control
}

/// A target and the session that asks it, set up when the first test needs it.
struct House {
    contract: Arc<Contract>,
    product: Product,
    given: Option<Arc<Target>>,
    opened: OnceLock<Result<Opened, String>>,
}

struct Opened {
    session: Arc<Session>,
    // The deployment lives as long as the session, and the runtime longer than both.
    _deployment: Option<Deployment>,
    runtime: Runtime,
}

impl House {
    fn reference(contract: &Arc<Contract>, product: Product) -> Self {
        Self { contract: Arc::clone(contract), product, given: None, opened: OnceLock::new() }
    }

    fn given(contract: &Arc<Contract>, target: Target) -> Self {
        let product = target.product;
        Self { contract: Arc::clone(contract), product, given: Some(Arc::new(target)), opened: OnceLock::new() }
    }

    fn ask(&self, id: &str) -> Result<(), Failed> {
        let opened = self.opened.get_or_init(|| self.open()).as_ref().map_err(|text| Failed::from(text.as_str()))?;
        let record = opened.runtime.block_on(opened.session.trial(id));
        match record {
            Some(record) => said(record),
            None => Err("the trial did not end".into()),
        }
    }

    fn open(&self) -> Result<Opened, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
        let (target, deployment) = if let Some(target) = &self.given {
            (Arc::clone(target), None)
        } else {
            let (target, deployment) = runtime.block_on(loopback::started(self.product))?;
            (Arc::new(target), Some(deployment))
        };
        // A process for each test cannot count what the others deliver: then none delivers.
        let alone = self.given.is_some() && process_per_test();
        let consent = if alone { Consent::NoDeliver } else { Consent::of(&target) };
        let plan = Plan::new(&self.contract, &target, &Selection::default(), consent).map_err(|e| e.to_string())?;
        let options = Options { consent, ..Options::of(&target) };
        let session = runner::session(&self.contract, &target, plan, options).map_err(|e| e.to_string())?;
        Ok(Opened { session: Arc::new(session), _deployment: deployment, runtime })
    }
}

/// A trial's outcome as a test's: only what was exercised and kept passes.
fn said(record: &TrialRecord) -> Result<(), Failed> {
    let lines = || {
        let mut lines = vec![format!("{}: {}", record.outcome.as_str(), record.title)];
        lines.extend(record.reason.iter().map(|reason| format!("{}: {}", reason.code.as_str(), reason.text)));
        let off = record.checks.iter().filter(|check| check.outcome != Outcome::Pass);
        lines.extend(off.map(|check| {
            format!("{}: expected `{}`, received `{}`: {}", check.name, check.expected, check.actual, check.text)
        }));
        lines.extend(record.exchanges.last().map(|exchange| exchange.curl.clone()));
        crate::text::visible_multiline(&lines.join("\n"))
    };
    match record.outcome {
        Outcome::Pass | Outcome::Warn | Outcome::Waived => Ok(()),
        Outcome::Fail | Outcome::Blocked | Outcome::Error => Err(lines().into()),
    }
}
