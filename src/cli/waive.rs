//! `iamspec waive`: stubs of waivers for what did not pass in a stored run.

use std::path::PathBuf;

use clap::Args;

use super::reports::stored;
use super::{Refused, exit, out};
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
    out(&stubs::render(&stored(&options.run)?));
    Ok(exit::OK)
}
