//! `iamspec list`: the trials.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Context, ContractOptions, Refused, exit, out};
use crate::case::{CaptchaNeed, CodeNeed, RecipientNeed, Trial};
use crate::plan::Selection;
use crate::report::table;

/// What a list can be told.
#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    contract: ContractOptions,
    /// Trials to list, by id; repeatable.
    #[arg(long, value_name = "GLOB")]
    select: Vec<String>,
    /// Trials to leave out, by id; repeatable.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// A table for people, or a JSON array.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Columns.
    Table,
    /// An array of objects.
    Json,
}

/// Lists the trials of both products.
pub(crate) fn run(options: &ListOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let selection =
        Selection { select: options.select.clone(), exclude: options.exclude.clone(), lenient: false, shard: None };
    let wanted = selection.apply(&contract.trials).map_err(|nothing| Refused::usage(nothing.to_string()))?;
    let trials: Vec<&Trial> =
        contract.trials.iter().map(AsRef::as_ref).filter(|trial| wanted.contains(&trial.id)).collect();
    if trials.is_empty() {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected"));
    }
    match options.format {
        Format::Json => {
            let rows: Vec<Value> = trials.iter().map(|trial| row(trial)).collect();
            out(&format!("{:#}\n", Value::Array(rows)));
        }
        Format::Table => {
            let rows = trials.iter().map(|trial| {
                let effect = if trial.must_be_accepted() { trial.effect.as_str() } else { "-" };
                [
                    trial.id.clone(),
                    trial.basis.as_str().into(),
                    effect.into(),
                    needs(trial).join(" "),
                    trial.title.clone(),
                ]
            });
            out(&table::columns(["trial", "basis", "effect", "needs", "title"], rows));
            out(&format!("{} trials\n", trials.len()));
        }
    }
    Ok(exit::OK)
}

fn row(trial: &Trial) -> Value {
    json!({
        "id": trial.id,
        "title": trial.title,
        "clauses": trial.clauses,
        "basis": trial.basis.as_str(),
        "effect": trial.must_be_accepted().then(|| trial.effect.as_str()),
        "needs": needs(trial),
        "control": trial.control,
        "after": trial.after,
        "case": { "file": trial.place.file.display().to_string(), "line": trial.place.line },
    })
}

/// What a trial needs first, in words.
pub(super) fn needs(trial: &Trial) -> Vec<&'static str> {
    let recipient = trial.needs.recipient.map(|need| match need {
        RecipientNeed::Mobile => "mobile",
        RecipientNeed::Email => "email",
        RecipientNeed::UndeliverableMobile => "undeliverable-mobile",
        RecipientNeed::UndeliverableEmail => "undeliverable-email",
        RecipientNeed::AccountSuccess => "account-success",
        RecipientNeed::AccountMfa => "account-mfa",
        RecipientNeed::AccountDenied => "account-denied",
        RecipientNeed::OfSpentToken => "recipient-of-spent-token",
    });
    let captcha = trial.needs.captcha.map(|need| match need {
        CaptchaNeed::Valid => "captcha-token",
        CaptchaNeed::Spent => "spent-captcha-token",
        CaptchaNeed::Tampered => "altered-captcha-token",
        CaptchaNeed::Invented => "invented-captcha-token",
    });
    let code = trial.needs.code.map(|need| match need {
        CodeNeed::Delivered => "code",
        CodeNeed::Wrong => "wrong-code",
        CodeNeed::Spent => "spent-code",
        CodeNeed::Foreign => "foreign-code",
    });
    recipient.into_iter().chain(captcha).chain(code).collect()
}
