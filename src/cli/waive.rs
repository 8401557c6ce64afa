//! `iamspec waive`: stubs of waivers for what did not pass in a stored run.

use std::path::PathBuf;

use clap::Args;

use super::leaks::say;
use super::reports::stored;
use super::{Refused, exit};
use crate::redact::Leaks;
use crate::report::stubs;

/// What the stubs are made of.
#[derive(Debug, Args)]
pub(crate) struct WaiveOptions {
    /// The record of a run: `run.json`.
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
}

/// Prints a waiver file that a person has to fill in.
pub(crate) fn run(options: &WaiveOptions) -> Result<u8, Refused> {
    let record = stored(&options.run)?;
    say(&stubs::render(&record), &|| stubs::render(&record.silent()), &[&Leaks::default()])?;
    Ok(exit::OK)
}
