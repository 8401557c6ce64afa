//! `iamspec run`: fire the cases at a deployment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::context::Workflow;
use super::reports::{self, Files, Unwritten, Wanted};
use super::selected::{self, Site};
use super::stop::Stop;
use super::{Context, ContractOptions, Refused, exit, note, out};
use crate::case::Contract;
use crate::compare::{Comparison, compare};
use crate::plan::{Consent, Plan, Selection};
use crate::record::RunRecord;
use crate::report::{Brief, Language, console, markdown};
use crate::runner;
use crate::target::Target;
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
    /// How many times every trial is run: for load, soak and flakiness.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    repeat: u32,
    /// Targets at once.
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    at_once: u16,
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
    fn runner(&self, target: &Target, consent: Consent) -> runner::Options {
        let said = runner::Options::of(target);
        runner::Options {
            consent,
            strict: self.strict,
            jobs: self.jobs.map_or(said.jobs, usize::from),
            rate: self.rate.map_or(said.rate, |rate| self.selected.shared(rate)),
            repeat: self.repeat,
        }
    }
}

/// Runs every target one after the other, prints, writes.
pub(crate) fn run(options: &RunOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let waivers = options.waivers.as_deref().map_or_else(|| Ok(Waivers::default()), waiver::load);
    let waivers = waivers.map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let runtime = if options.selected.alone() { super::lean_runtime() } else { super::runtime() }?;
    let ended = runtime.block_on(all(options, &contract, &waivers, context));
    runtime.shutdown_timeout(PARTING);
    ended
}

/// How long what still runs is given to end when the run is over: a name that is being looked up cannot be called off.
const PARTING: Duration = Duration::from_millis(500);

async fn all(
    options: &RunOptions,
    contract: &Arc<Contract>,
    waivers: &Waivers,
    context: Context,
) -> Result<u8, Refused> {
    let stop = Stop::listen();
    let sites = options.selected.sites(context).await?;
    if sites.len() > 1
        && let Some(one) = options.report.iter().find(|one| !one.tells_targets_apart())
    {
        let text = format!("with more than one target the path of `--report` must hold `{{target}}`: {one:?}");
        return Err(Refused::usage(text));
    }
    reports::told_apart(sites.iter().map(|site| site.target.name.as_str()))?;
    let selection = options.selected.selection(contract, &sites)?;
    let mut trials = 0;
    for site in &sites {
        trials += options.selected.plan(contract, site, &selection)?.trials.len() as u64;
    }
    let part = options.selected.shard().is_some();
    if trials == 0 && !part {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected: nothing was sent"));
    }
    let bases = bases(options, &sites)?;
    let files = prepare(options, &sites, trials)?;
    let shown = context.progress && !options.quiet;
    let name = if let [site] = &sites[..] { site.target.name.clone() } else { format!("{} targets", sites.len()) };
    let house = House {
        options,
        contract,
        waivers,
        context,
        selection,
        stop,
        bar: bar(shown, trials * u64::from(options.repeat), &name),
        brief: sites.len() > MOST_TABLES,
    };
    let turns = sites.into_iter().zip(files).zip(bases).enumerate();
    let turns = turns.map(|(at, ((site, files), base))| house.turn(at, site, files, base));
    let ended: Vec<_> = stream::iter(turns).buffer_unordered(options.at_once.into()).collect().await;
    house.bar.finish_and_clear();
    let mut ended: Vec<Ended> = ended.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    ended.sort_by_key(|ended| ended.at);
    let mut codes: Vec<u8> = ended.iter_mut().flat_map(|ended| std::mem::take(&mut ended.codes)).collect();
    let comparisons: Vec<Comparison> = ended.iter_mut().filter_map(|ended| ended.comparison.take()).collect();
    codes.extend(together(&house, ended));
    codes.extend(comparisons.iter().map(|comparison| told(options, context, comparison)));
    let ended = if trials == 0 { exit::NOTHING_SELECTED } else { exit::worst(codes) };
    Ok(house.stop.code().unwrap_or(ended))
}

/// More targets than this get no table of their own: nobody reads so many, and they are not kept.
const MOST_TABLES: usize = 16;

/// What all targets of a command share.
struct House<'a> {
    options: &'a RunOptions,
    contract: &'a Arc<Contract>,
    waivers: &'a Waivers,
    context: Context,
    selection: Selection,
    stop: Stop,
    bar: ProgressBar,
    /// Whether no more of a run is kept than overviews say.
    brief: bool,
}

/// What is left of a target's run.
struct Ended {
    at: usize,
    files: Files,
    brief: Brief,
    record: Option<RunRecord>,
    comparison: Option<Comparison>,
    codes: Vec<u8>,
}

impl House<'_> {
    fn language(&self) -> Language {
        self.options.lang.unwrap_or(self.context.language)
    }

    fn style(&self) -> console::Style {
        style(self.options, self.context)
    }

    /// Runs one target and writes its reports; none where there is nothing to run.
    async fn turn(
        &self,
        at: usize,
        site: Site,
        files: Files,
        base: Option<RunRecord>,
    ) -> Result<Option<Ended>, Refused> {
        let plan = self.options.selected.plan(self.contract, &site, &self.selection)?;
        let nothing = plan.selected().next().is_none() && plan.part.is_none();
        // What had not begun has a record that says so, unless there are more of them than anybody waits for.
        if nothing || (self.brief && self.stop.code().is_some()) {
            return Ok(None);
        }
        let record = self.one(site, plan).await?;
        let mut codes = vec![record.verdict.exit_code()];
        let language = self.language();
        let writing = tokio::task::spawn_blocking(move || (files.write(&record, language), files, record));
        let broke_off = |_| Refused::with(exit::BUG, "the reports broke off: not all of them were written");
        let (written, files, record) = writing.await.map_err(broke_off)?;
        codes.extend(written.into_iter().filter_map(|text| unwritten(Err(text))));
        let comparison = base.and_then(|base| compare(&base, &record).ok());
        let brief = Brief::of(&record);
        Ok(Some(Ended { at, files, brief, record: (!self.brief).then_some(record), comparison, codes }))
    }

    async fn one(&self, site: Site, plan: Plan) -> Result<RunRecord, Refused> {
        let consent = self.options.selected.consent(&site.target);
        let Site { mut target, deployment } = site;
        if let Some(shard) = self.options.selected.shard() {
            shard.divide(&mut target);
        }
        let told = self.options.runner(&target, consent);
        let target = Arc::new(target);
        let session = runner::session(self.contract, &target, plan, told);
        let session = session.map_err(|error| Refused::usage(error.to_string()))?;
        let session = Arc::new(session.with_waivers(self.waivers.clone()));
        // Where everything else of the run happens: a thread of its own would only be woken up by it again and again.
        let (heard, stop) = (self.bar.clone(), self.stop.clone());
        let running = tokio::spawn(runner::run(session, async move { stop.asked().await }, move || heard.inc(1)));
        let broke_off = |_| Refused::with(exit::BUG, "the run broke off: nothing of it was kept");
        let record = running.await.map_err(broke_off)?;
        if let Some(deployment) = deployment {
            // Its answers are recorded; how it ends changes no verdict.
            let _ = deployment.stop().await;
        }
        Ok(record)
    }
}

/// Says and writes what concerns all targets; the exit codes of what could not be written.
fn together(house: &House<'_>, ended: Vec<Ended>) -> Vec<u8> {
    let (options, language, style) = (house.options, house.language(), house.style());
    let mut files = Vec::with_capacity(ended.len());
    let mut briefs = Vec::with_capacity(ended.len());
    let mut records = Vec::new();
    for ended in ended {
        files.push(ended.files);
        briefs.push(ended.brief);
        records.extend(ended.record);
    }
    out(&if house.brief { console::fleet(&briefs, &style) } else { console::render(&records, &style) });
    let mut codes = Vec::new();
    if briefs.len() > 1 && !options.no_reports {
        codes.extend(unwritten(reports::overview(&options.reports, &files, &briefs, language)));
    }
    let page = if house.brief { markdown::fleet(&briefs, language) } else { markdown::render(&records, language) };
    codes.extend(unwritten(reports::tell(&Workflow::new(), &records, &page)));
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
    out("\n");
    out(&console::compared(comparison, &style(options, context)));
    comparison.answer.exit_code()
}

fn style(options: &RunOptions, Context { color, width, language, .. }: Context) -> console::Style {
    let language = options.lang.unwrap_or(language);
    console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language }
}

/// Says what could not be written, and with which exit code.
fn unwritten(result: Result<(), Unwritten>) -> Option<u8> {
    let text = result.err()?;
    note(&format!("error: {text}"));
    Some(exit::UNWRITTEN)
}

fn prepare(options: &RunOptions, sites: &[Site], trials: u64) -> Result<Vec<Files>, Refused> {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ").to_string();
    let reports = (!options.no_reports).then_some(options.reports.as_path());
    // The room for all of them is looked for once.
    let rooms = std::iter::once(reports::room_for(trials)).chain(std::iter::repeat(0));
    sites
        .iter()
        .zip(rooms)
        .map(|(site, room)| Files::prepare(&options.report, reports, &site.target.name, &time, room))
        .collect::<Result<_, _>>()
        .map_err(|text| Refused::with(exit::UNWRITTEN, text))
}

fn bar(shown: bool, trials: u64, name: &str) -> ProgressBar {
    if !shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(trials);
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(crate::text::visible(name));
    bar
}
