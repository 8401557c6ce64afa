//! `iamspec plan`: what would run; nothing is sent.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::selected::{self, Site};
use super::{Context, ContractOptions, Refused, exit, out};
use crate::plan::Forecast;
use crate::report::Language;
use crate::report::plan::Prospect;

/// What a plan can be told.
#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    selected: selected::Selected,
    #[command(flatten)]
    contract: ContractOptions,
    /// Lines for people, or a JSON array with one object a target.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    /// Every trial by its id.
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Lines.
    Table,
    /// An array of objects.
    Json,
}

/// Plans every target and prints it.
pub(crate) fn run(options: &PlanOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let sites = super::runtime()?.block_on(options.selected.sites(context))?;
    let plans = options.selected.plans(&contract, &sites)?;
    if plans.iter().all(|plan| plan.selected().next().is_none()) {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected"));
    }
    let prospects: Vec<Prospect<'_>> = sites
        .iter()
        .zip(&plans)
        .map(|(Site { target, .. }, plan)| {
            Prospect::new(target, plan, options.selected.consent(target), Forecast::new(plan, &contract, target))
        })
        .collect();
    let language = options.lang.unwrap_or(context.language);
    match options.format {
        Format::Table => {
            let texts: Vec<String> = prospects.iter().map(|one| one.text(language, options.verbose)).collect();
            out(&texts.join("\n"));
        }
        Format::Json => out(&format!("{:#}\n", Value::Array(prospects.iter().map(Prospect::json).collect()))),
    }
    Ok(exit::OK)
}
