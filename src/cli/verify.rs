//! `iamspec verify`: does a stored run say what follows from its own checks?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::reports::stored;
use super::{Context, ContractOptions, Refused, exit, out};
use crate::compare::verify::{Disagreement, verify};
use crate::record::RunRecord;
use crate::text::visible;

/// What is verified, and by which contract.
#[derive(Debug, Args)]
pub(crate) struct VerifyOptions {
    /// The record of a run: `run.json`.
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
    #[command(flatten)]
    contract: ContractOptions,
}

/// Says where the record disagrees with itself; exit 1 where it does.
pub(crate) fn run(options: &VerifyOptions, context: Context) -> Result<u8, Refused> {
    let record = stored(&options.run)?;
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let found = verify(&record, &contract).map_err(|why| Refused::usage(why.to_string()))?;
    out(&text(&record, &found));
    Ok(if found.is_empty() { exit::OK } else { exit::DEVIATES })
}

fn text(record: &RunRecord, found: &[Disagreement]) -> String {
    let mut text = String::new();
    for Disagreement { about, recorded, follows } in found {
        let [about, recorded, follows] = [about, recorded, follows].map(|text| visible(text));
        let _ = writeln!(text, "{about}\n  recorded  {recorded}\n  follows   {follows}");
    }
    let (trials, clauses) = (record.trials.len(), record.clauses.len());
    let answer = match found.len() {
        0 => "the record agrees with itself".to_owned(),
        some => format!("the record disagrees with itself in {some}"),
    };
    let _ =
        writeln!(text, "{trials} trials, {clauses} clauses, tally and verdict from the checks as recorded: {answer}");
    text
}
