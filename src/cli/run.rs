//! `iamspec run`: fire the cases at a deployment.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::context::Workflow;
use super::leaks::say;
use super::reports::{self, Files, Unwritten, Wanted};
use super::selected::{self, Site};
use super::{Context, ContractOptions, Refused, exit};
use crate::case::Contract;
use crate::compare::{Comparison, compare};
use crate::plan::{Consent, Plan};
use crate::record::{RunRecord, TrialRecord};
use crate::redact::{self, Leaks};
use crate::report::{Language, console, json};
use crate::runner;
use crate::verdict::waiver::{self, Waivers};

/// What a run can be told.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct RunOptions {
    #[command(flatten)]
    selected: selected::Selected,
    #[command(flatten)]
    contract: ContractOptions,
    /// A report, as `FORMAT=PATH`; `{target}` in the path is the target's name; repeatable.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// The folder that keeps the reports of every run.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
    /// Keep no reports but those of --report.
    #[arg(long)]
    no_reports: bool,
    /// Trials at once; otherwise as the target file says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Requests a second, like `10/s`; otherwise as the target file says.
    #[arg(long, value_name = "N/s", value_parser = crate::target::rate)]
    rate: Option<f64>,
    /// A file of waivers: deviations that are accepted, each with a reason, an owner and a last day.
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// A stored run to compare with at the end; `{target}` in the path is the target's name.
    #[arg(long, value_name = "BASE.json")]
    against: Option<String>,
    /// A warning fails.
    #[arg(long)]
    strict: bool,
    /// The language of the table, the cards and the page: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    /// Failures, counts and verdict only.
    #[arg(long, conflicts_with = "verbose")]
    quiet: bool,
    /// Also what passed in a failed trial, and values at length.
    #[arg(short, long)]
    verbose: bool,
}

impl RunOptions {
    fn runner(&self, site: &Site, consent: Consent) -> runner::Options {
        let said = runner::Options::of(&site.target);
        runner::Options {
            consent,
            strict: self.strict,
            jobs: self.jobs.map_or(said.jobs, usize::from),
            rate: self.rate.unwrap_or(said.rate),
        }
    }
}

/// A run that is over: its files, its record, its secrets.
type Ran = (Files, RunRecord, Leaks);

/// Runs every target one after the other, prints, writes.
pub(crate) fn run(options: &RunOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let waivers = options.waivers.as_deref().map_or_else(|| Ok(Waivers::default()), waiver::load);
    let waivers = waivers.map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    super::runtime()?.block_on(all(options, &contract, &waivers, context))
}

async fn all(
    options: &RunOptions,
    contract: &Arc<Contract>,
    waivers: &Waivers,
    context: Context,
) -> Result<u8, Refused> {
    let sites = options.selected.sites(context).await?;
    if sites.len() > 1
        && let Some(one) = options.report.iter().find(|one| !one.tells_targets_apart())
    {
        let text = format!("with more than one target the path of `--report` must hold `{{target}}`: {one:?}");
        return Err(Refused::usage(text));
    }
    let plans = options.selected.plans(contract, &sites)?;
    if plans.iter().all(|plan| plan.selected().next().is_none()) {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected: nothing was sent"));
    }
    let bases = bases(options, &sites)?;
    let files = prepare(options, &sites)?;
    let signal = Arc::new(AtomicU8::new(0));
    let language = options.lang.unwrap_or(context.language);
    let mut runs = Vec::new();
    let mut codes = Vec::new();
    let mut comparisons = Vec::new();
    for (((site, plan), files), base) in sites.into_iter().zip(plans).zip(files).zip(bases) {
        if plan.selected().next().is_none() || signal.load(Ordering::SeqCst) != 0 {
            continue;
        }
        let (record, leaks) = one(options, (contract, waivers), site, plan, &signal, context).await?;
        codes.push(record.verdict.exit_code());
        codes.extend(unwritten(files.write(&record, language, &leaks)));
        comparisons.extend(base.and_then(|base| compare(&base, &record).ok()));
        runs.push((files, record, leaks));
    }
    codes.extend(together(options, context, &runs));
    codes.extend(comparisons.iter().map(|comparison| told(options, context, comparison, &runs)));
    match signal.load(Ordering::SeqCst) {
        0 => Ok(exit::worst(codes)),
        interrupted => Ok(interrupted),
    }
}

/// Says and writes what concerns all targets; the exit codes of what could not be written.
fn together(options: &RunOptions, context: Context, runs: &[Ran]) -> Vec<u8> {
    let Context { color, width, .. } = context;
    let language = options.lang.unwrap_or(context.language);
    let files: Vec<&Files> = runs.iter().map(|(files, ..)| files).collect();
    let records: Vec<RunRecord> = runs.iter().map(|(_, record, _)| record.clone()).collect();
    let silent: Vec<RunRecord> = records.iter().map(RunRecord::silent).collect();
    let secrets = secrets(runs);
    let style = console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language };
    let said = say(&console::render(&records, &style), &console::render(&silent, &style), &secrets);
    let mut codes: Vec<u8> = said.err().iter().map(Refused::said).collect();
    if records.len() > 1 && !options.no_reports {
        codes.extend(unwritten(reports::overview(&options.reports, &files, &records, language, &secrets)));
    }
    codes.extend(unwritten(reports::tell(&Workflow::new(), &records, language, &secrets)));
    codes
}

/// The stored run to compare each target with, read before anything is sent.
fn bases(options: &RunOptions, sites: &[Site]) -> Result<Vec<Option<RunRecord>>, Refused> {
    let Some(path) = &options.against else { return Ok(sites.iter().map(|_| None).collect()) };
    if sites.len() > 1 && !path.contains("{target}") {
        let text = format!("with more than one target the path of `--against` must hold `{{target}}`: `{path}`");
        return Err(Refused::usage(text));
    }
    let base = |site: &Site| {
        let path = path.replace("{target}", &reports::slug(&selected::name(&site.target)));
        let record = reports::stored(path.as_ref())?;
        let product = site.target.product.to_string();
        if record.target.product == product {
            return Ok(Some(record));
        }
        Err(Refused::usage(format!("`{path}` is a run of `{}`, not of `{product}`", record.target.product)))
    };
    sites.iter().map(base).collect()
}

/// The secrets of all runs.
fn secrets(runs: &[Ran]) -> Vec<&Leaks> {
    runs.iter().map(|(.., leaks)| leaks).collect()
}

/// Says what became of the deployment; the exit code of it.
fn told(options: &RunOptions, context: Context, comparison: &Comparison, runs: &[Ran]) -> u8 {
    let Context { color, width, .. } = context;
    let language = options.lang.unwrap_or(context.language);
    let style = console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language };
    // It prints clauses: they stand in every record.
    let public: String = runs.iter().filter_map(|(_, record, _)| json::render(&record.silent()).ok()).collect();
    match say(&format!("\n{}", console::compared(comparison, &style)), &public, &secrets(runs)) {
        Ok(()) => comparison.answer.exit_code(),
        Err(refused) => refused.said(),
    }
}

/// Says what could not be written, and with which exit code.
fn unwritten(result: Result<(), Unwritten>) -> Option<u8> {
    result.err().map(|unwritten| Refused::from(unwritten).said())
}

fn prepare(options: &RunOptions, sites: &[Site]) -> Result<Vec<Files>, Refused> {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ").to_string();
    let reports = (!options.no_reports).then_some(options.reports.as_path());
    sites
        .iter()
        .map(|site| Files::prepare(&options.report, reports, &selected::name(&site.target), &time))
        .collect::<Result<_, _>>()
        .map_err(Refused::from)
}

async fn one(
    options: &RunOptions,
    (contract, waivers): (&Arc<Contract>, &Waivers),
    site: Site,
    plan: Plan,
    signal: &Arc<AtomicU8>,
    context: Context,
) -> Result<(RunRecord, Leaks), Refused> {
    let consent = options.selected.consent(&site.target);
    let told = options.runner(&site, consent);
    let bar = bar(context.progress && !options.quiet, plan.trials.len(), &selected::name(&site.target));
    let Site { target, deployment } = site;
    let target = Arc::new(target);
    let session = runner::session(contract, &target, plan, told)
        .map_err(|error| Refused::usage(redact::without(&error.to_string(), &target.secrets)))?;
    let session = Arc::new(session.with_waivers(waivers.clone()));
    let heard = |_: &TrialRecord| bar.inc(1);
    let mut record = runner::run(&session, interrupted(signal), heard).await;
    let leaks = runner::conceal(&session, &mut record);
    bar.finish_and_clear();
    if let Some(deployment) = deployment {
        // Its answers are recorded; how it ends changes no verdict.
        let _ = deployment.stop().await;
    }
    Ok((record, leaks))
}

fn bar(shown: bool, trials: usize, name: &str) -> ProgressBar {
    if !shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(trials as u64);
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(crate::text::visible(name));
    bar
}

/// Ends when the run is to end early, and remembers the exit code that says so.
async fn interrupted(signal: &AtomicU8) {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => signal.store(exit::INTERRUPTED, Ordering::SeqCst),
        () = terminated => signal.store(exit::TERMINATED, Ordering::SeqCst),
    }
    tokio::spawn(at_once());
}

/// Ends the process at the next Ctrl-C: whoever asks twice waits for no report.
#[expect(clippy::exit, reason = "what is being written may never come to an end")]
async fn at_once() {
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(exit::INTERRUPTED.into());
    }
}
