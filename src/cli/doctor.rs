//! `iamspec doctor`: the preflight of a target; nothing is delivered.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Context, ContractOptions, Refused, exit, out, selected};
use crate::case::{Contract, Product};
use crate::doctor::{self, Diagnosis, Health, console, json};
use crate::outcome::Verdict;
use crate::report::Language;

/// What a preflight can be told.
#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// A target file; repeatable. Without one: the embedded reference deployments.
    #[arg(long, value_name = "FILE")]
    target: Vec<PathBuf>,
    /// One of the embedded reference deployments.
    #[arg(long, value_name = "PRODUCT", conflicts_with = "target", value_parser = selected::product)]
    product: Option<Product>,
    #[command(flatten)]
    contract: ContractOptions,
    /// Lines for people, or a JSON object.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A line a check.
    Table,
    /// An object.
    Json,
}

/// Looks at every target, one after the other, and prints what was found.
pub(crate) fn run(options: &DoctorOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let runtime = super::runtime()?;
    let found = runtime.block_on(all(options, &contract, context));
    // A resolver that does not answer would be waited for.
    runtime.shutdown_background();
    let diagnoses = found?;
    let language = options.lang.unwrap_or(context.language);
    let Context { color, width, .. } = context;
    out(&match options.format {
        Format::Table => console::render(&diagnoses, &console::Style { color, width, language }),
        Format::Json => json::render(&diagnoses, language),
    });
    Ok(exit::worst(diagnoses.iter().map(code)))
}

async fn all(options: &DoctorOptions, contract: &Contract, context: Context) -> Result<Vec<Diagnosis>, Refused> {
    let mut found = Vec::new();
    for site in selected::sites(&options.target, options.product, context).await? {
        let diagnosis = doctor::examine(contract, &site.target).await;
        found.push(diagnosis.map_err(|error| Refused::usage(error.to_string()))?);
        if let Some(deployment) = site.deployment {
            // What it answered is told; how it ends changes nothing.
            let _ = deployment.stop().await;
        }
    }
    Ok(found)
}

fn code(diagnosis: &Diagnosis) -> u8 {
    match diagnosis.health() {
        Health::Ready => exit::OK,
        Health::Wrong => exit::DEVIATES,
        Health::Unreachable => Verdict::Untested.exit_code(),
    }
}
