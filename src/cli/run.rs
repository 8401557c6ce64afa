//! `iamspec run`: fire the cases at a deployment.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use clap::Args;
use jiff::Timestamp;

use super::context::Workflow;
use super::person::{self, Attended};
use super::reports::{self, Files, Unwritten, Wanted};
use super::screen::Screen;
use super::selected::{self, Site};
use super::{Context, ContractOptions, Refused, exit, note, out};
use crate::case::Contract;
use crate::compare::{Comparison, compare};
use crate::plan::{Consent, Plan};
use crate::record::{RunRecord, TrialRecord};
use crate::report::{Language, console};
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
    let screen = Arc::new(Screen::new(context.progress && !options.quiet));
    let attended = person::attend((&sites, &plans), &screen, language, context).await?;
    let mut runs = Vec::new();
    let mut codes = Vec::new();
    let mut comparisons = Vec::new();
    for (((site, plan), files), base) in sites.into_iter().zip(plans).zip(files).zip(bases) {
        if plan.selected().next().is_none() || signal.load(Ordering::SeqCst) != 0 {
            continue;
        }
        let told = Told { signal: &signal, screen: &screen, attended: attended.as_ref() };
        let record = one(options, (contract, waivers), site, plan, told).await?;
        codes.push(record.verdict.exit_code());
        codes.extend(unwritten(files.write(&record, language)));
        comparisons.extend(base.and_then(|base| compare(&base, &record).ok()));
        runs.push((files, record));
    }
    if let Some(attended) = attended {
        attended.close().await;
    }
    codes.extend(together(options, context, runs));
    codes.extend(comparisons.iter().map(|comparison| told(options, context, comparison)));
    match signal.load(Ordering::SeqCst) {
        0 => Ok(exit::worst(codes)),
        interrupted => Ok(interrupted),
    }
}

/// Says and writes what concerns all targets; the exit codes of what could not be written.
fn together(options: &RunOptions, context: Context, runs: Vec<(Files, RunRecord)>) -> Vec<u8> {
    let Context { color, width, .. } = context;
    let language = options.lang.unwrap_or(context.language);
    let (files, records): (Vec<_>, Vec<_>) = runs.into_iter().unzip();
    let style = console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language };
    out(&console::render(&records, &style));
    let mut codes = Vec::new();
    if records.len() > 1 && !options.no_reports {
        codes.extend(unwritten(reports::overview(&options.reports, &files, &records, language)));
    }
    codes.extend(unwritten(reports::tell(&Workflow::new(), &records, language)));
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
        let path = path.replace("{target}", &reports::slug(&site.target.name));
        let record = reports::stored(path.as_ref())?;
        let product = site.target.product.to_string();
        if record.target.product == product {
            return Ok(Some(record));
        }
        Err(Refused::usage(format!("`{path}` is a run of `{}`, not of `{product}`", record.target.product)))
    };
    sites.iter().map(base).collect()
}

/// Says what became of the deployment; the exit code of it.
fn told(options: &RunOptions, context: Context, comparison: &Comparison) -> u8 {
    let Context { color, width, .. } = context;
    let language = options.lang.unwrap_or(context.language);
    let style = console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language };
    out("\n");
    out(&console::compared(comparison, &style));
    comparison.answer.exit_code()
}

/// Says what could not be written, and with which exit code.
fn unwritten(result: Result<(), Unwritten>) -> Option<u8> {
    let text = result.err()?;
    note(&format!("error: {text}"));
    Some(exit::UNWRITTEN)
}

fn prepare(options: &RunOptions, sites: &[Site]) -> Result<Vec<Files>, Refused> {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ").to_string();
    let reports = (!options.no_reports).then_some(options.reports.as_path());
    sites
        .iter()
        .map(|site| Files::prepare(&options.report, reports, &site.target.name, &time))
        .collect::<Result<_, _>>()
        .map_err(|text| Refused::with(exit::UNWRITTEN, text))
}

/// Who is told of a run while it lasts, and may end it.
struct Told<'a> {
    signal: &'a AtomicU8,
    screen: &'a Screen,
    attended: Option<&'a Attended>,
}

async fn one(
    options: &RunOptions,
    (contract, waivers): (&Arc<Contract>, &Waivers),
    site: Site,
    plan: Plan,
    Told { signal, screen, attended }: Told<'_>,
) -> Result<RunRecord, Refused> {
    let consent = options.selected.consent(&site.target);
    let told = options.runner(&site, consent);
    let trials = plan.trials.len();
    let Site { target, deployment } = site;
    let target = Arc::new(target);
    let session = runner::session(contract, &target, plan, told).map_err(|error| Refused::usage(error.to_string()))?;
    let session = session.with_waivers(waivers.clone());
    let session = Arc::new(match attended {
        Some(attended) => session.with_desk(Arc::clone(&attended.desk)),
        None => session,
    });
    screen.begin(&target.name, trials);
    let heard = |_: &TrialRecord| screen.step();
    let record = runner::run(&session, interrupted(signal), heard).await;
    screen.end();
    if let Some(deployment) = deployment {
        // Its answers are recorded; how it ends changes no verdict.
        let _ = deployment.stop().await;
    }
    Ok(record)
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
