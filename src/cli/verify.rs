//! `iamspec verify`: does a stored run say what follows from its own exchanges?

use std::path::PathBuf;

use clap::Args;

use super::reports::stored;
use super::{Context, ContractOptions, Refused, exit, out};
use crate::compare::verify::verify;
use crate::report::{Language, console};

/// What is verified, and by which contract.
#[derive(Debug, Args)]
pub(crate) struct VerifyOptions {
    /// The record of a run: `run.json`.
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
    #[command(flatten)]
    contract: ContractOptions,
    /// The language: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
}

/// Says where the record disagrees with what follows from its exchanges; exit 1 where it does.
pub(crate) fn run(options: &VerifyOptions, context: Context) -> Result<u8, Refused> {
    let record = stored(&options.run)?;
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let verified = verify(&record, &contract).map_err(|why| Refused::usage(why.to_string()))?;
    let Context { color, width, .. } = context;
    let language = options.lang.unwrap_or(context.language);
    let style = console::Style { color, width, quiet: false, verbose: false, language };
    out(&console::verified(&record, &verified, &style));
    Ok(if verified.disagreements.is_empty() { exit::OK } else { exit::DEVIATES })
}
