//! `iamspec show`: one trial.

use std::fmt::Write as _;

use clap::Args;

use super::{Context, ContractOptions, Refused, exit, list, out};
use crate::case::{Asked, Contract, Document, Expectation, Language, Part, Refusal, Trial};
use crate::exchange::{Body, Prepared, curl};
use crate::plan::Selection;

/// Which trial is shown.
#[derive(Debug, Args)]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    contract: ContractOptions,
    /// The id of the trial.
    id: String,
}

/// Shows a trial as its case file declares it.
pub(crate) fn run(options: &ShowOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let selection = Selection { select: vec![options.id.clone()], ..Selection::default() };
    let found = selection.apply(&contract.trials).map_err(|nothing| Refused::usage(nothing.to_string()))?;
    let mut text = String::new();
    for id in &found {
        if let Some(trial) = contract.trial(id) {
            describe(&mut text, &contract, trial);
        }
    }
    out(&text);
    Ok(exit::OK)
}

fn describe(text: &mut String, contract: &Contract, trial: &Trial) {
    let _ = writeln!(text, "{}\n  {}\n", trial.id, trial.title);
    let _ = writeln!(text, "clauses ({})", trial.basis.as_str());
    for id in &trial.clauses {
        let printed = contract.clauses.iter().find(|clause| clause.id == *id);
        let _ = writeln!(text, "  {id}\n    “{}”", printed.map(|clause| clause.text.as_str()).unwrap_or_default());
    }
    request(text, trial);
    if let Some(document) = contract.document(&trial.document) {
        let _ = writeln!(text, "\nexpected");
        expected(text, trial, document);
    }
    let needs = list::needs(trial);
    if !needs.is_empty() {
        let _ = writeln!(text, "\nneeds\n  {}", needs.join(", "));
    }
    for (word, id) in [("control", &trial.control), ("after", &trial.after)] {
        if let Some(id) = id {
            let _ = writeln!(text, "{word}\n  {id}");
        }
    }
    let _ = writeln!(text, "\ncase\n  {}:{}\n", trial.place.file.display(), trial.place.line);
}

fn request(text: &mut String, trial: &Trial) {
    let template = &trial.request;
    let _ = writeln!(text, "\nrequest\n  {} {}", template.method, template.path);
    for (name, value) in &template.headers {
        let _ = writeln!(text, "  {name}: {value}");
    }
    let body = match &template.raw {
        Some(raw) => Body::Raw(raw.clone()),
        None => Body::Members(template.body.clone()),
    };
    let _ = writeln!(text, "\n  {}", body.text());
    if !trial.delta.is_empty() {
        let _ = writeln!(text, "\nchanged from the control");
    }
    for change in &trial.delta {
        let sent = match &change.sent {
            None => "missing".to_owned(),
            Some(value) if value.is_empty() => "blank".to_owned(),
            Some(value) => format!("`{value}`"),
        };
        let _ = writeln!(text, "  {}: {sent}", change.part);
    }
    let prepared = Prepared {
        method: template.method.clone(),
        url: format!("$URL{}", template.path),
        headers: template.headers.clone(),
        body,
    };
    let line = curl(&prepared, |_, value| variable(value), |_, value| variable(value));
    let _ = writeln!(text, "\ncurl\n  {}", line.replace("'$URL", "\"$URL\"'"));
}

/// `${captcha.token}` as the shell variable `CAPTCHA_TOKEN`.
fn variable(value: &str) -> Option<String> {
    let name = value.strip_prefix("${")?.strip_suffix('}')?;
    Some(name.replace('.', "_").to_uppercase())
}

fn expected(text: &mut String, trial: &Trial, document: &Document) {
    match &trial.expect {
        Expectation::Accept { answer, .. } => {
            if let Some(answer) = document.answers.iter().find(|row| row.id == *answer) {
                let _ =
                    writeln!(text, "  {} with a body as in schemas/{}: {}", answer.status, answer.schema, answer.text);
            }
        }
        Expectation::Refuse(refusal) => refused(text, trial, document, refusal),
    }
}

fn refused(text: &mut String, trial: &Trial, document: &Document, refusal: &Refusal) {
    let statuses = refusal.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ");
    let _ = writeln!(text, "  refused with {statuses}");
    for code in &refusal.codes {
        let _ = writeln!(text, "  {code}");
        let row = document.errors.iter().find(|row| row.code == *code);
        let languages: &[Language] = match &trial.language {
            Asked::Language(language) => std::slice::from_ref(language),
            Asked::Unspecified => &Language::ALL,
        };
        for message in row.into_iter().flat_map(|row| languages.iter().filter_map(|l| row.message(*l))) {
            let _ = writeln!(text, "    {message}");
        }
    }
    if refusal.codes.is_empty() && refusal.envelope {
        let _ = writeln!(text, "  with the error envelope (schemas/{})", document.refusal_schema);
    }
    let asked = Part::Header("X-L".into());
    if trial.language == Asked::Unspecified && !refusal.codes.is_empty() {
        let _ = writeln!(text, "  in either language: {asked} is not sent");
    }
}
