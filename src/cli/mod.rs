//! The user's edge: one file a command; environment, terminal and clock are read here and nowhere else.
//!
//! In: arguments. Out: text and an exit code. Never: holds logic.

mod accept;
mod bug;
mod context;
mod coverage;
mod diff;
mod doctor;
mod exit;
mod init;
mod leaks;
mod lint;
mod list;
mod merge;
mod person;
mod plan;
mod prompt;
mod report;
mod reports;
mod run;
mod screen;
mod selected;
mod selftest;
mod serve;
mod show;
mod stop;
mod supply;
mod verify;
mod waiting;
mod waive;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::case::{Contract, Product};
use crate::diagnostic::{self, Complaints};
use crate::embedded;
use context::{Context, note, out};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "iamspec",
    version,
    about = "Contract conformance tests for the BambooCloud IDaaS APIs (EIAM and CIAM)",
    max_term_width = 100,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Colour in the output.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fire the cases at a deployment, print the table, write reports; without --target: the embedded reference.
    Run(run::RunOptions),
    /// What would run, what is blocked and why, how many messages would be delivered; nothing is sent.
    Plan(plan::PlanOptions),
    /// Preflight of a target: way, TLS, clock, client id, sources, budgets; nothing is delivered. Exit 1 when something is
    /// wrong, 3 when the deployment cannot be reached.
    Doctor(doctor::DoctorOptions),
    /// The trials: id, clauses, basis, effect, needs.
    List(list::ListOptions),
    /// One trial: its clauses as printed in the document, the request, a curl line, what is expected.
    Show(show::ShowOptions),
    /// Every clause of every document with the trials that prove it; exit 1 if a clause has none.
    Coverage(coverage::CoverageOptions),
    /// The case files and schemas: all complaints at once.
    Lint(lint::LintOptions),
    /// The suite against every seeded fault and every conforming variant of the reference.
    Selftest(selftest::SelftestOptions),
    /// Other reports out of a stored run; without --report: its table.
    Report(report::ReportOptions),
    /// Two runs: what broke, what was mended, what drifted; exit 1 if something broke, 6 if something else changed.
    Diff(diff::DiffOptions),
    /// The shards of one run as one record; exit code as of a run.
    Merge(merge::MergeOptions),
    /// A stored run judged again, offline: does it say what follows from its exchanges? Exit 1 where it does not.
    Verify(verify::VerifyOptions),
    /// The certificate of acceptance of a stored run, once it has been verified; --against adds the comparison.
    Accept(accept::AcceptOptions),
    /// Stubs of a waiver file for what did not pass in a stored run.
    Waive(waive::WaiveOptions),
    /// Hand a code that was received to a run that waits for it.
    Supply(supply::SupplyOptions),
    /// The reference deployment alone, and a target file to use against it.
    Serve(serve::ServeOptions),
    /// A commented target file: asks on a terminal, takes options in a script.
    Init(init::InitOptions),
    /// A completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// The manual page.
    Man,
}

/// Where the contract comes from.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContractOptions {
    /// A folder of case files instead of the built-in ones.
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// A folder of schemas instead of the built-in ones.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

impl ContractOptions {
    fn load(&self) -> Result<Arc<Contract>, Complaints> {
        let sources = embedded::sources(self.cases.as_deref(), self.schemas.as_deref())?;
        embedded::contract(&sources).map(Arc::new)
    }

    /// The same, as far as these products need it: only of files that the tests have read are some left unread.
    fn load_for(&self, products: &[Product]) -> Result<Arc<Contract>, Complaints> {
        if self.cases.is_some() || self.schemas.is_some() {
            return self.load();
        }
        embedded::contract_of(embedded::sources(None, None)?, products).map(Arc::new)
    }
}

/// Why a command ended otherwise than it should: a text for people and the exit code.
#[derive(Debug)]
pub(crate) struct Refused {
    text: String,
    code: u8,
}

impl Refused {
    /// Usage, target, cases or schemas are wrong: nothing was sent.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { text: format!("error: {}", text.into()), code: exit::USAGE }
    }

    /// Another exit code.
    pub(crate) fn with(code: u8, text: impl Into<String>) -> Self {
        Self { text: format!("error: {}", text.into()), code }
    }

    /// Says it, and gives the exit code.
    pub(crate) fn said(&self) -> u8 {
        note(&self.text);
        self.code
    }

    fn complaints(complaints: &Complaints, color: bool) -> Self {
        Self { text: diagnostic::render(complaints, color), code: exit::USAGE }
    }
}

/// Reads the arguments, runs the command, says its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let context = Context::new(cli.color);
    let code = bug::caught(|| match dispatch(&cli.command, context) {
        Ok(code) => code,
        Err(refused) => refused.said(),
    });
    ExitCode::from(if context::unprinted() { exit::worst([code, exit::UNWRITTEN]) } else { code })
}

fn dispatch(command: &Command, context: Context) -> Result<u8, Refused> {
    match command {
        Command::Run(options) => run::run(options, context),
        Command::Plan(options) => plan::run(options, context),
        Command::Doctor(options) => doctor::run(options, context),
        Command::List(options) => list::run(options, context),
        Command::Show(options) => show::run(options, context),
        Command::Coverage(options) => coverage::run(options, context),
        Command::Lint(options) => lint::run(options, context),
        Command::Selftest(options) => selftest::run(options, context),
        Command::Report(options) => report::run(options, context),
        Command::Diff(options) => diff::run(options, context),
        Command::Merge(options) => merge::run(options, context),
        Command::Verify(options) => verify::run(options, context),
        Command::Accept(options) => accept::run(options, context),
        Command::Waive(options) => waive::run(options),
        Command::Supply(options) => supply::run(options, context),
        Command::Serve(options) => serve::run(options),
        Command::Init(options) => init::run(options, context),
        Command::Completions { shell } => Ok(completions(*shell)),
        Command::Man => man(),
    }
}

fn completions(shell: clap_complete::Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "iamspec", &mut script);
    out(&String::from_utf8_lossy(&script));
    exit::OK
}

fn man() -> Result<u8, Refused> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
    rendered.map_err(|error| Refused::with(exit::BUG, format!("the manual page: {error}")))?;
    out(&String::from_utf8_lossy(&page));
    Ok(exit::OK)
}

/// A runtime for commands that serve and ask at once: a thread for each core.
fn runtime() -> Result<tokio::runtime::Runtime, Refused> {
    built(&mut tokio::runtime::Builder::new_multi_thread())
}

/// A runtime for commands that only ask: one thread sends and judges, so that none has to be woken up by another.
fn lean_runtime() -> Result<tokio::runtime::Runtime, Refused> {
    built(&mut tokio::runtime::Builder::new_current_thread())
}

fn built(builder: &mut tokio::runtime::Builder) -> Result<tokio::runtime::Runtime, Refused> {
    builder.enable_all().build().map_err(|error| Refused::with(exit::BUG, format!("no runtime: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }
}
