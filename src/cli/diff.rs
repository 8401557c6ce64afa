//! `iamspec diff`: two runs held against each other.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::leaks::{NOTHING, say};
use super::reports::{Unwritten, format_and_path, put, stored};
use super::{Context, Refused};
use crate::compare::{Comparison, compare};
use crate::redact::Leaks;
use crate::report::{Language, console, html, json, markdown};

/// What a comparison can be told.
#[derive(Debug, Args)]
pub(crate) struct DiffOptions {
    /// The record of the run that is held to be known.
    #[arg(value_name = "BEFORE.json")]
    before: PathBuf,
    /// The record of the run that is held against it.
    #[arg(value_name = "AFTER.json")]
    after: PathBuf,
    /// A report, as `json=PATH`, `markdown=PATH` or `html=PATH`; repeatable.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// The language: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    /// Lists in full.
    #[arg(short, long)]
    verbose: bool,
}

/// A format of a comparison.
#[derive(Debug, Clone, Copy)]
enum Format {
    Json,
    Markdown,
    Html,
}

/// `FORMAT=PATH`.
#[derive(Debug, Clone)]
struct Wanted {
    format: Format,
    path: PathBuf,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let formats = [("json", Format::Json), ("markdown", Format::Markdown), ("html", Format::Html)];
        let (format, path) = format_and_path(text, &formats, "markdown=diff.md")?;
        Ok(Self { format, path: path.into() })
    }
}

impl Wanted {
    fn write(&self, comparison: &Comparison, language: Language) -> Result<(), Unwritten> {
        let text = match self.format {
            Format::Json => json::compared(comparison).map_err(|error| error.to_string())?,
            Format::Markdown => markdown::compared(comparison, language),
            Format::Html => html::compared(comparison, language).map_err(|error| error.to_string())?,
        };
        put(&self.path, &text, NOTHING, &[&Leaks::default()])
    }
}

/// Compares, prints, writes.
pub(crate) fn run(options: &DiffOptions, context: Context) -> Result<u8, Refused> {
    let (before, after) = (stored(&options.before)?, stored(&options.after)?);
    let comparison = compare(&before, &after).map_err(|other| Refused::usage(other.to_string()))?;
    let language = options.lang.unwrap_or(context.language);
    for wanted in &options.report {
        wanted.write(&comparison, language)?;
    }
    let Context { color, width, .. } = context;
    let style = console::Style { color, width, quiet: false, verbose: options.verbose, language };
    say(&console::compared(&comparison, &style), NOTHING, &[&Leaks::default()])?;
    Ok(comparison.answer.exit_code())
}
