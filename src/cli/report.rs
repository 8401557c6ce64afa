//! `iamspec report`: other reports out of a stored run.

use std::path::PathBuf;

use clap::Args;

use super::leaks::say;
use super::reports::{Wanted, stored};
use super::{Context, Refused, exit};
use crate::redact::Leaks;
use crate::report::{Language, console};

/// What a report can be told.
#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// The record of a run: `run.json`.
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
    /// A report, as `FORMAT=PATH`; `{target}` in the path is the target's name; repeatable. Without one: the table.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// The language of the table, the cards and the page: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    /// Also what passed in a failed trial, and values at length.
    #[arg(short, long)]
    verbose: bool,
}

/// Writes what the run itself would have written.
pub(crate) fn run(options: &ReportOptions, context: Context) -> Result<u8, Refused> {
    let record = stored(&options.run)?;
    let language = options.lang.unwrap_or(context.language);
    for wanted in &options.report {
        wanted.write(&record, language)?;
    }
    if options.report.is_empty() {
        let Context { color, width, .. } = context;
        let style = console::Style { color, width, quiet: false, verbose: options.verbose, language };
        // Of the secrets of a stored run nothing is known but the form of a token.
        let public = || console::render(&[record.silent()], &style);
        say(&console::render(std::slice::from_ref(&record), &style), &public, &[&Leaks::default()])?;
    }
    Ok(exit::OK)
}
