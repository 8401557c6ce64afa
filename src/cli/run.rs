//! `iamspec run`: fire the cases at a deployment.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::context::Workflow;
use super::leaks::say;
use super::person::{self, Attended, Needed};
use super::reports::{self, Files, Unwritten, Wanted};
use super::screen::Screen;
use super::selected::{self, Site};
use super::stop::Stop;
use super::{Context, ContractOptions, Refused, exit, note};
use crate::case::{Contract, Product};
use crate::compare::{Comparison, compare};
use crate::fixture::Addresses;
use crate::plan::{Consent, Plan, Selection};
use crate::record::RunRecord;
use crate::redact::{self, Leaks};
use crate::report::{Brief, Language, console, json, markdown};
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
    let waivers = options.waivers.as_deref().map_or_else(|| Ok(Waivers::default()), waiver::load);
    let waivers = waivers.map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let runtime = if options.selected.alone() { super::lean_runtime() } else { super::runtime() }?;
    let ended = runtime.block_on(all(options, &waivers, context));
    runtime.shutdown_timeout(PARTING);
    ended
}

/// How long what still runs is given to end when the run is over: a name that is being looked up cannot be called off.
const PARTING: Duration = Duration::from_millis(500);

async fn all(options: &RunOptions, waivers: &Waivers, context: Context) -> Result<u8, Refused> {
    let deaf = |error| Refused::with(exit::BUG, format!("signals cannot be listened to: {error}"));
    let stop = Stop::listen().map_err(deaf)?;
    let sites = options.selected.sites(context).await?;
    let products: Vec<Product> = sites.iter().map(|site| site.target.product).collect();
    // A waiver may be for a trial of the other product, and is to be known by it.
    let products = if options.waivers.is_none() { &products } else { &Product::ALL[..] };
    let contract = options.contract.load_for(products).map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let contract = &contract;
    // It is needed until the process ends, and the system takes it back faster than piece by piece.
    std::mem::forget(Arc::clone(contract));
    if sites.len() > 1
        && let Some(one) = options.report.iter().find(|one| !one.tells_targets_apart())
    {
        let text = format!("with more than one target the path of `--report` must hold `{{target}}`: `{}`", one.path());
        return Err(Refused::usage(text));
    }
    let mut paths = BTreeSet::new();
    let mut replaced = options.report.iter().map(Wanted::path).filter(|path| !reports::is_device(path.as_ref()));
    if let Some(twice) = replaced.find(|path| !paths.insert(*path)) {
        return Err(Refused::usage(format!("two reports would be written to `{twice}`: give each a path of its own")));
    }
    reports::told_apart(sites.iter().map(|site| site.target.name.as_str()))?;
    let selection = options.selected.selection(contract, &sites)?;
    let mut trials = 0;
    let mut needed = Needed::default();
    for site in &sites {
        let plan = options.selected.plan(contract, site, &selection)?;
        trials += plan.trials.len() as u64;
        needed.add(&plan, contract, &site.target, options.repeat);
    }
    let part = options.selected.shard().is_some();
    if trials == 0 && !part {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected: nothing was sent"));
    }
    let bases = bases(options, &sites)?;
    let files = prepare(options, &sites, trials)?;
    let name = if let [site] = &sites[..] { selected::name(&site.target) } else { format!("{} targets", sites.len()) };
    let screen = Arc::new(Screen::new(context.progress && !options.quiet));
    let language = options.lang.unwrap_or(context.language);
    let attended = person::attend(&needed, &sites, &screen, (language, context)).await?;
    screen.begin(&name, trials * u64::from(options.repeat));
    let mut house = House {
        options,
        contract,
        waivers,
        context,
        selection,
        stop,
        screen: Arc::clone(&screen),
        attended,
        brief: sites.len() > MOST_TABLES,
        writers: Semaphore::new(WRITERS),
        addresses: addresses(&sites),
    };
    let turns = sites.into_iter().zip(files).zip(bases).enumerate();
    let turns = turns.map(|(at, ((site, files), base))| house.turn(at, site, files, base));
    let ended: Vec<_> = stream::iter(turns).buffer_unordered(options.at_once.into()).collect().await;
    screen.end();
    if let Some(attended) = house.attended.take() {
        attended.close().await;
    }
    let mut ended: Vec<Ended> = ended.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    ended.sort_by_key(|ended| ended.at);
    let all = Together::of(ended);
    let mut codes = all.codes.clone();
    codes.extend(all.tell(&house));
    codes.extend(all.comparisons.iter().map(|comparison| all.compared(&house, comparison)));
    let ended = if trials == 0 { exit::NOTHING_SELECTED } else { exit::worst(codes) };
    if trials == 0 {
        note("no trial falls to this shard (exit 4): its record is written, so that all can be merged");
    }
    if let Some(code) = house.stop.code() {
        note(&format!("interrupted (exit {code}): what was found out until then is reported"));
        return Ok(code);
    }
    Ok(ended)
}

/// More targets than this get no table of their own: nobody reads so many, and they are not kept.
const MOST_TABLES: usize = 16;
/// Targets whose reports are written at once: it is the processor that they wait for, and each takes memory.
const WRITERS: usize = 4;

/// What all targets of a command share.
struct House<'a> {
    options: &'a RunOptions,
    contract: &'a Arc<Contract>,
    waivers: &'a Waivers,
    context: Context,
    selection: Selection,
    stop: Stop,
    screen: Arc<Screen>,
    /// Whoever is asked for what only a person can give.
    attended: Option<Attended>,
    /// Whether no more of a run is kept than overviews say.
    brief: bool,
    /// Whoever may write reports now.
    writers: Semaphore,
    /// When whoever receives may receive again, by the URL of the deployment.
    addresses: HashMap<String, Arc<Addresses>>,
}

/// What is left of a target's run.
struct Ended {
    at: usize,
    files: Files,
    brief: Brief,
    /// The record and its secrets, where they are kept.
    whole: Option<(RunRecord, Leaks)>,
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
        if nothing {
            return Ok(None);
        }
        let (record, leaks) = self.one(site, plan).await?;
        let mut codes = vec![record.verdict.exit_code()];
        let language = self.language();
        let nothing_to_write = files.are_none();
        let write = move || {
            let written = files.write(&record, language, &leaks);
            (written, files, (record, leaks))
        };
        let (written, files, whole) = if nothing_to_write {
            write()
        } else {
            let broke_off = |error| Refused::with(exit::BUG, format!("the reports broke off: {error}"));
            let _turn = self.writers.acquire().await;
            tokio::task::spawn_blocking(write).await.map_err(broke_off)?
        };
        codes.extend(unwritten(written));
        let comparison = base.and_then(|base| compare(&base, &whole.0).ok());
        let brief = Brief::of(&whole.0);
        Ok(Some(Ended { at, files, brief, whole: (!self.brief).then_some(whole), comparison, codes }))
    }

    async fn one(&self, site: Site, plan: Plan) -> Result<(RunRecord, Leaks), Refused> {
        let consent = self.options.selected.consent(&site.target);
        let Site { mut target, deployment } = site;
        if let Some(shard) = self.options.selected.shard() {
            shard.divide(&mut target);
        }
        let told = self.options.runner(&target, consent);
        let target = Arc::new(target);
        let session = runner::session(self.contract, &target, plan, told);
        let session = session.map_err(|error| Refused::usage(redact::without(&error.to_string(), &target.secrets)))?;
        let addresses = Arc::clone(&self.addresses[place(&target)]);
        let session = session.with_waivers(self.waivers.clone()).with_addresses(addresses);
        let session = Arc::new(match &self.attended {
            Some(attended) => session.with_desk(Arc::clone(&attended.desk)),
            None => session,
        });
        // Where everything else of the run happens: a thread of its own would only be woken up by it again and again.
        let (screen, stop) = (Arc::clone(&self.screen), self.stop.clone());
        let running =
            tokio::spawn(runner::run(Arc::clone(&session), async move { stop.asked().await }, move || screen.step()));
        let mut record =
            running.await.map_err(|error| Refused::with(exit::BUG, format!("the run broke off: {error}")))?;
        let leaks = runner::conceal(&session, &mut record);
        if let Some(deployment) = deployment {
            // Its answers are recorded; how it ends changes no verdict.
            let _ = deployment.stop().await;
        }
        Ok((record, leaks))
    }
}

/// Where a target is, for telling whether others are there too.
fn place(target: &Target) -> &str {
    target.url.trim_end_matches('/')
}

/// Targets of one deployment share its addresses, and the longest interval that one of them keeps.
fn addresses(sites: &[Site]) -> HashMap<String, Arc<Addresses>> {
    let mut intervals: HashMap<&str, Duration> = HashMap::new();
    for Site { target, .. } in sites {
        let interval = intervals.entry(place(target)).or_default();
        *interval = target.delivery.interval.max(*interval);
    }
    intervals.into_iter().map(|(place, interval)| (place.to_owned(), Arc::new(Addresses::new(interval)))).collect()
}

/// What is left of all runs, in the order of the targets.
#[derive(Default)]
struct Together {
    files: Vec<Files>,
    briefs: Vec<Brief>,
    records: Vec<RunRecord>,
    leaks: Vec<Leaks>,
    comparisons: Vec<Comparison>,
    codes: Vec<u8>,
}

impl Together {
    fn of(ended: Vec<Ended>) -> Self {
        let mut all = Self::default();
        for Ended { files, brief, whole, comparison, codes, at: _ } in ended {
            all.files.push(files);
            all.briefs.push(brief);
            all.comparisons.extend(comparison);
            all.codes.extend(codes);
            if let Some((record, leaks)) = whole {
                all.records.push(record);
                all.leaks.push(leaks);
            }
        }
        all
    }

    fn secrets(&self) -> Vec<&Leaks> {
        self.leaks.iter().collect()
    }

    /// Says and writes what concerns all targets; the exit codes of what could not be.
    fn tell(&self, house: &House<'_>) -> Vec<u8> {
        let (options, language, secrets) = (house.options, house.language(), self.secrets());
        let silent = || reports::silent(&self.records);
        let text = self.text(house, &self.records);
        let said = say(&text, &|| self.text(house, &silent()), &secrets);
        let mut codes: Vec<u8> = said.err().iter().map(Refused::said).collect();
        if self.briefs.len() > 1 && !options.no_reports {
            let of_silent = || if house.brief { self.briefs.clone() } else { silent().iter().map(Brief::of).collect() };
            let briefs = (&self.briefs[..], &of_silent as &dyn Fn() -> Vec<Brief>);
            codes.extend(unwritten(reports::overview(&options.reports, &self.files, briefs, language, &secrets)));
        }
        let page = |records: &[RunRecord]| {
            if house.brief { markdown::fleet(&self.briefs, language) } else { markdown::render(records, language) }
        };
        codes.extend(unwritten(reports::tell(&Workflow::new(), &self.records, &page, &secrets)));
        codes
    }

    /// What is printed; of many runs only names and counts, which hold nothing of a run.
    fn text(&self, house: &House<'_>, records: &[RunRecord]) -> String {
        let style = house.style();
        if house.brief { console::fleet(&self.briefs, &style) } else { console::render(records, &style) }
    }

    /// Says what became of a deployment; the exit code of it.
    fn compared(&self, house: &House<'_>, comparison: &Comparison) -> u8 {
        // It prints clauses: they stand in every record.
        let public = || reports::silent(&self.records).iter().filter_map(|record| json::render(record).ok()).collect();
        let text = format!("\n{}", console::compared(comparison, &house.style()));
        match say(&text, &public, &self.secrets()) {
            Ok(()) => comparison.answer.exit_code(),
            Err(refused) => refused.said(),
        }
    }
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

fn style(options: &RunOptions, Context { color, width, language, .. }: Context) -> console::Style {
    let language = options.lang.unwrap_or(language);
    console::Style { color, width, quiet: options.quiet, verbose: options.verbose, language }
}

/// Says what could not be written, and with which exit code.
fn unwritten(result: Result<(), Unwritten>) -> Option<u8> {
    result.err().map(|unwritten| Refused::from(unwritten).said())
}

/// Names the files of every target, and makes sure that there is room for so many trials.
fn prepare(options: &RunOptions, sites: &[Site], trials: u64) -> Result<Vec<Files>, Refused> {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S.%3fZ").to_string();
    let reports = (!options.no_reports).then_some(options.reports.as_path());
    let mut room = reports::room_for(trials);
    sites
        .iter()
        .map(|site| {
            // All lie on one disk as a rule: its room is tried once.
            let room = std::mem::take(&mut room);
            Files::prepare(&options.report, reports, &selected::name(&site.target), &time, room)
        })
        .collect::<Result<_, _>>()
        .map_err(Refused::from)
}
