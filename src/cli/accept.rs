//! `iamspec accept`: the certificate of acceptance of a stored run.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::leaks::{NOTHING, say};
use super::reports::{Unwritten, format_and_path, put, stored, stored_with_digest};
use super::{Context, ContractOptions, Refused, exit, note};
use crate::case::{Contract, Product};
use crate::compare::verify::{Unverifiable, Verified, verify};
use crate::compare::{Comparison, compare};
use crate::record::RunRecord;
use crate::redact::Leaks;
use crate::report::{Certificate, Language, console, html, markdown};

/// What is certified, and how it is told.
#[derive(Debug, Args)]
pub(crate) struct AcceptOptions {
    /// The record of a run: `run.json`.
    #[arg(value_name = "RUN.json")]
    run: PathBuf,
    /// An earlier run: what changed since then stands on the certificate too.
    #[arg(long, value_name = "BASE.json")]
    against: Option<PathBuf>,
    /// The certificate, as `markdown=PATH` or `html=PATH`; repeatable. Without one: Markdown to stdout.
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<Wanted>,
    /// The language: `en` or `zh`; otherwise as the environment says.
    #[arg(long, value_name = "LANG")]
    lang: Option<Language>,
    #[command(flatten)]
    contract: ContractOptions,
}

/// A format of a certificate.
#[derive(Debug, Clone, Copy)]
enum Format {
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
        let formats = [("markdown", Format::Markdown), ("html", Format::Html)];
        let (format, path) = format_and_path(text, &formats, "html=acceptance.html")?;
        Ok(Self { format, path: path.into() })
    }
}

/// Verifies, compares, certifies: exit 1 where the record does not verify, else as the run and the comparison end.
pub(crate) fn run(options: &AcceptOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let language = options.lang.unwrap_or(context.language);
    let (record, digest) = stored_with_digest(&options.run)?;
    let verified = verify(&record, &contract).map_err(|why| Refused::usage(why.to_string()))?;
    trusted(&options.run, &record, &verified, (language, context))?;
    let base = options.against.as_deref().map(|path| earlier(path, &contract, (language, context))).transpose()?;
    let comparison = base.as_ref().map(|(base, _)| compare(base, &record)).transpose();
    let comparison: Option<Comparison> = comparison.map_err(|other| Refused::usage(other.to_string()))?;
    let certificate = Certificate {
        record: &record,
        verified: &verified,
        of: Product::from_name(&record.target.product).map_or(0, |product| contract.trials_of(product).count()),
        file: &options.run.display().to_string(),
        digest: &digest,
        comparison: comparison.as_ref(),
        base_verified: base.as_ref().is_none_or(|(_, verified)| *verified),
    };
    for Wanted { format, path } in &options.report {
        let text: Result<String, Unwritten> = match format {
            Format::Markdown => Ok(markdown::certified(&certificate, language)),
            Format::Html => html::certified(&certificate, language).map_err(|error| error.to_string().into()),
        };
        put(path, &text?, NOTHING, &[&Leaks::default()])?;
    }
    if options.report.is_empty() {
        say(&markdown::certified(&certificate, language), NOTHING, &[&Leaks::default()])?;
    }
    let codes = [Some(record.verdict.exit_code()), comparison.map(|comparison| comparison.answer.exit_code())];
    Ok(exit::worst(codes.into_iter().flatten()))
}

/// Only what a record says by right is certified.
fn trusted(path: &Path, record: &RunRecord, verified: &Verified, told: (Language, Context)) -> Result<(), Refused> {
    if verified.disagreements.is_empty() {
        return Ok(());
    }
    let (language, Context { color_stderr, width, .. }) = told;
    let style = console::Style { color: color_stderr, width, quiet: false, verbose: false, language };
    note(&console::verified(record, verified, &style));
    let text = format!("`{}` says what does not follow from it: no certificate was written", path.display());
    Err(Refused::with(exit::DEVIATES, text))
}

/// An earlier run, and whether it could be verified: one of another contract can be compared, but not judged again.
fn earlier(path: &Path, contract: &Contract, told: (Language, Context)) -> Result<(RunRecord, bool), Refused> {
    let base = stored(path)?;
    match verify(&base, contract) {
        Ok(verified) => {
            trusted(path, &base, &verified, told)?;
            Ok((base, true))
        }
        Err(Unverifiable::OtherContract { .. }) => Ok((base, false)),
        Err(Unverifiable::UnknownProduct(product)) => Err(Refused::usage(format!("there is no product `{product}`"))),
    }
}
