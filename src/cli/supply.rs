//! `iamspec supply CODE`: a code for a run that waits in another terminal.

use std::time::Duration;

use clap::Args;

use super::context::private_folder;
use super::waiting::{self, WaitingRun};
use super::{Context, Refused, exit, out};
use crate::desk::{Code, Kind, Supplied, Ticket, View, code_form};
use crate::exchange::{Body, Client, Links, Prepared};
use crate::report::person;
use crate::text::visible;

/// How long a run of this machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than any list of waiting trials.
const LARGEST: u64 = 1 << 20;

/// What a code is for.
#[derive(Debug, Args)]
pub(crate) struct SupplyOptions {
    /// The code that was received.
    code: String,
    /// The run that it is for, by its process or the name of its target; needed where several wait.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Who received it: the number, or its last digits; needed where several codes are waited for.
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    /// The scene that it was sent for.
    #[arg(long, value_name = "SCENE")]
    scene: Option<String>,
}

/// Finds the trial that waits for the code, and hands it over.
pub(crate) fn run(options: &SupplyOptions, context: Context) -> Result<u8, Refused> {
    let Some(code) = code_form(&options.code) else {
        return Err(Refused::usage("this is no code: it has four to eight digits"));
    };
    super::runtime()?.block_on(supply(options, code, context))
}

async fn supply(options: &SupplyOptions, code: String, context: Context) -> Result<u8, Refused> {
    let client = Client::new(links()).map_err(|error| Refused::with(exit::BUG, error.to_string()))?;
    let waiting = waiting_codes(&client).await;
    let fitting: Vec<&(WaitingRun, Ticket)> =
        waiting.iter().filter(|(run, ticket)| fits(options, run, ticket)).collect();
    let (run, ticket) = match fitting[..] {
        [] if waiting.is_empty() => {
            return Err(Refused::usage(
                "no run of this user waits for a code: it waits from the moment a code was sent",
            ));
        }
        [] => {
            return Err(Refused::usage(format!(
                "no code of this description is waited for; waiting:{}",
                list(&waiting)
            )));
        }
        [(run, ticket)] => (run, ticket),
        _ => {
            let text = "several codes are waited for: say which with `--to`, `--scene` or `--run`";
            return Err(Refused::usage(format!("{text}{}", list(&waiting))));
        }
    };
    match give(&client, run, Code { ticket: ticket.id, code }).await? {
        Supplied::Taken => {
            out(&format!("{}: {}\n", describe(run, ticket), person::supplied(context.language)));
            Ok(exit::OK)
        }
        Supplied::Gone | Supplied::Form | Supplied::Refused { .. } => {
            Err(Refused::usage(format!("{} was not waited for any more", describe(run, ticket))))
        }
    }
}

fn links() -> Links {
    Links {
        loopback: true,
        connect_timeout: PATIENCE,
        timeout: PATIENCE,
        body: LARGEST,
        ca: None,
        identity: None,
        rate: f64::INFINITY,
        pins: Vec::new(),
        pinned: false,
    }
}

/// Every code that is waited for. The file of a run that is no more is removed.
async fn waiting_codes(client: &Client) -> Vec<(WaitingRun, Ticket)> {
    let mut waiting = Vec::new();
    for (path, run) in private_folder().map(|folder| waiting::posted(&folder)).unwrap_or_default() {
        let answer = client.fetch(&format!("{}state", run.page), PATIENCE).await;
        let view = answer.ok().and_then(|answer| serde_json::from_slice::<View>(&answer.body).ok());
        let Some(view) = view else {
            let _ = std::fs::remove_file(path);
            continue;
        };
        let codes = view.tickets.into_iter().filter(|ticket| ticket.kind == Kind::Code);
        waiting.extend(codes.map(|ticket| (run.clone(), ticket)));
    }
    waiting
}

fn fits(options: &SupplyOptions, run: &WaitingRun, ticket: &Ticket) -> bool {
    let of_run = |named: &str| run.process.to_string() == named || run.targets.iter().any(|target| target == named);
    options.run.as_deref().is_none_or(of_run)
        && options.to.as_deref().is_none_or(|to| same_number(to, &ticket.to))
        && options.scene.as_deref().is_none_or(|scene| ticket.scene.as_deref() == Some(scene))
}

/// Whether a number, or its last digits, is the one that is masked: `152****7311`.
fn same_number(given: &str, masked: &str) -> bool {
    let (head, tail) = masked.split_once("****").unwrap_or(("", masked));
    let starts = given.len() <= head.len() + tail.len() || given.starts_with(head);
    let known = given.len().min(tail.len());
    known > 0 && starts && given.get(given.len() - known..) == tail.get(tail.len() - known..)
}

async fn give(client: &Client, run: &WaitingRun, code: Code) -> Result<Supplied, Refused> {
    let body = serde_json::to_string(&code).map_err(|error| Refused::with(exit::BUG, error.to_string()))?;
    let request = Prepared {
        method: "POST".to_owned(),
        url: format!("{}code", run.page),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Body::Raw(body),
    };
    let gone = |text: &str| Refused::usage(format!("run {} could not be reached: {text}", run.process));
    let answer = client.ask(request).await.result.map_err(|failure| gone(failure.text()))?;
    serde_json::from_slice(&answer.body).map_err(|_| gone("it answered something else"))
}

fn list(waiting: &[(WaitingRun, Ticket)]) -> String {
    let line = |(run, ticket): &(WaitingRun, Ticket)| format!("\n  {}, {} s left", describe(run, ticket), ticket.left);
    waiting.iter().map(line).collect::<Vec<_>>().concat()
}

fn describe(run: &WaitingRun, ticket: &Ticket) -> String {
    let scene = ticket.scene.as_deref().unwrap_or("no scene");
    let again = if ticket.again.is_some() { ", once more to be sure" } else { "" };
    visible(&format!("run {} ({}): {} {scene}{again}", run.process, ticket.target, ticket.to))
}

#[cfg(test)]
mod tests {
    use super::same_number;

    #[test]
    fn a_number_is_known_by_its_last_digits_or_whole() {
        for given in ["7311", "311", "15201657311"] {
            assert!(same_number(given, "152****7311"), "{given}");
        }
        for given in ["", "7312", "15301657311", "3117"] {
            assert!(!same_number(given, "152****7311"), "{given}");
        }
    }
}
