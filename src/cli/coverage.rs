//! `iamspec coverage`: every clause with the trials that prove it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;

use super::{Context, ContractOptions, Refused, exit, note, out};

/// What coverage can be told.
#[derive(Debug, Args)]
pub(crate) struct CoverageOptions {
    #[command(flatten)]
    contract: ContractOptions,
    /// Every trial of a clause instead of the first few.
    #[arg(short, long)]
    verbose: bool,
}

/// How many trials of a clause are named without `-v`.
const NAMED: usize = 3;

/// Prints the clauses; those without a trial make it fail.
pub(crate) fn run(options: &CoverageOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let mut citing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for trial in &contract.trials {
        for clause in &trial.clauses {
            citing.entry(clause).or_default().push(&trial.id);
        }
    }
    let mut text = String::new();
    let mut uncovered = Vec::new();
    for clause in &contract.clauses {
        let trials = citing.get(clause.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let _ = writeln!(text, "{} ({}): {}", clause.id, clause.basis.as_str(), crate::text::visible(&clause.text));
        let shown = if options.verbose { trials.len() } else { NAMED.min(trials.len()) };
        for id in &trials[..shown] {
            let _ = writeln!(text, "    {id}");
        }
        if trials.len() > shown {
            let _ = writeln!(text, "    and {} more", trials.len() - shown);
        }
        if trials.is_empty() {
            let _ = writeln!(text, "    no trial");
            uncovered.push(clause.id.as_str());
        }
    }
    let _ = writeln!(
        text,
        "{} clauses, {} with a trial, {} without; {} trials",
        contract.clauses.len(),
        contract.clauses.len() - uncovered.len(),
        uncovered.len(),
        contract.trials.len()
    );
    out(&text);
    if uncovered.is_empty() {
        return Ok(exit::OK);
    }
    note(&format!("error: no trial proves {}", uncovered.join(", ")));
    Ok(exit::DEVIATES)
}
