//! `iamspec lint`: the case files and schemas, all complaints at once.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Context, Refused, exit, out};
use crate::diagnostic;
use crate::embedded;

/// What is looked at.
#[derive(Debug, Args)]
pub(crate) struct LintOptions {
    /// A folder with `cases` and `schemas` in it, or a folder of case files; without it: the built-in ones.
    dir: Option<PathBuf>,
    /// A folder of schemas.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

/// Complains, or says what was found in order.
pub(crate) fn run(options: &LintOptions, context: Context) -> Result<u8, Refused> {
    let (cases, schemas) = folders(options);
    let sources = embedded::sources(cases.as_deref(), schemas.as_deref())
        .map_err(|complaints| Refused::complaints(&complaints, context.color_stderr))?;
    match embedded::linted(&sources) {
        Ok(contract) => {
            out(&format!(
                "{} documents, {} clauses, {} trials, {} schemas: nothing to complain about (contract {})\n",
                contract.documents.len(),
                contract.clauses.len(),
                contract.trials.len(),
                contract.schemas.names().len(),
                &contract.digest[..12],
            ));
            Ok(exit::OK)
        }
        Err(complaints) => {
            out(&diagnostic::render(&complaints, context.color));
            Ok(exit::USAGE)
        }
    }
}

fn folders(options: &LintOptions) -> (Option<PathBuf>, Option<PathBuf>) {
    let Some(dir) = &options.dir else { return (None, options.schemas.clone()) };
    let inner = |name: &str| Some(dir.join(name)).filter(|path| path.is_dir());
    let cases = inner("cases").unwrap_or_else(|| dir.clone());
    let beside = || Path::new(dir).parent().map(|parent| parent.join("schemas")).filter(|path| path.is_dir());
    let schemas = options.schemas.clone().or_else(|| inner("schemas")).or_else(beside);
    (Some(cases), schemas)
}
