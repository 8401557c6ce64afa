//! `iamspec merge`: the shards of one run as one record.

use std::path::PathBuf;

use clap::Args;

use super::leaks::say;
use super::reports::{Wanted, stored};
use super::{Context, ContractOptions, Refused};
use crate::compare::merge::merge;
use crate::redact::Leaks;
use crate::report::{Language, console};

/// What is merged, and what becomes of it.
#[derive(Debug, Args)]
pub(crate) struct MergeOptions {
    /// The records of all shards.
    #[arg(value_name = "RUN.json", required = true)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    contract: ContractOptions,
    /// A report, as `FORMAT=PATH`; `{target}` in the path is the target's name; repeatable.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// The language of the table, the cards and the page: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    /// Failures, counts and verdict only.
    #[arg(long)]
    quiet: bool,
}

/// Prints and writes what one run would have; its exit code is that of the verdict.
pub(crate) fn run(options: &MergeOptions, context: Context) -> Result<u8, Refused> {
    let shards = options.runs.iter().map(|path| stored(path)).collect::<Result<Vec<_>, _>>()?;
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let record = merge(&contract, shards).map_err(|why| Refused::usage(why.to_string()))?;
    let language = options.lang.unwrap_or(context.language);
    for wanted in &options.report {
        wanted.write(&record, language)?;
    }
    let Context { color, width, .. } = context;
    let style = console::Style { color, width, quiet: options.quiet, verbose: false, language };
    let code = record.verdict.exit_code();
    // Of the secrets of a stored run nothing is known but the form of a token.
    let public = || console::render(&[record.silent()], &style);
    say(&console::render(std::slice::from_ref(&record), &style), &public, &[&Leaks::default()])?;
    Ok(code)
}
