//! Runs a plan against a target.
//!
//! In: the contract, a target, a plan. Out: the run record. It keeps order, limits, budgets and interruption. Never: formats.

mod chain;
mod conceal;
pub(crate) mod evidence;
pub(crate) mod judge;
mod repeat;
mod session;
mod slip;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::case::Contract;
use crate::exchange::{self, Client, ClientError, Links};
use crate::plan::{Consent, Plan};
use crate::record::{
    Delivered, FORMAT, RunRecord, ShardRecord, TargetSummary, Terms, Tool, TrialRecord, WaiverRecord, planned,
};
use crate::target::{CaptchaSource, CodeSource, Jwks, Target};
use crate::verdict::waiver::Ground;
use crate::{score, verdict};

use repeat::Rounds;

pub use conceal::conceal;
pub use session::Session;

/// How a run is made, beyond what the target file says.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether messages may be delivered.
    pub consent: Consent,
    /// Whether a warning fails.
    pub strict: bool,
    /// How many trials at once.
    pub jobs: usize,
    /// Requests a second.
    pub rate: f64,
    /// How many times every trial is run, from 1.
    pub repeat: u32,
}

impl Options {
    /// As the target file says.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        Self {
            consent: Consent::of(target),
            strict: false,
            jobs: target.limits.concurrency,
            rate: target.limits.rate,
            repeat: 1,
        }
    }
}

/// Makes a session: nothing is sent yet.
///
/// # Errors
/// A client that cannot be built, in one line.
pub fn session(
    contract: &Arc<Contract>,
    target: &Arc<Target>,
    plan: Plan,
    options: Options,
) -> Result<Session, ClientError> {
    let (client, sources) = clients(target, options)?;
    Ok(Session::new(Arc::clone(contract), Arc::clone(target), plan, options, client, sources))
}

/// The client of the deployment, and that of its sources.
///
/// # Errors
/// A client that cannot be built, in one line.
pub(crate) fn clients(target: &Target, options: Options) -> Result<(Client, Client), ClientError> {
    let client = Client::new(links(target, options))?;
    let sources = Client::new(for_sources(target, links(target, options)))?;
    Ok((client, sources))
}

/// Sources are trusted as the target is, but meet neither its client certificate nor its pace.
fn for_sources(target: &Target, links: Links) -> Links {
    let captcha = match &target.captcha {
        Some(CaptchaSource::Http { url, .. }) => Some(url),
        Some(CaptchaSource::Command(_) | CaptchaSource::File(_) | CaptchaSource::Browser) | None => None,
    };
    let code = match &target.verify_code {
        Some(CodeSource::Http { url, .. }) => Some(url),
        Some(CodeSource::Command(_) | CodeSource::Fixed(_) | CodeSource::Prompt) | None => None,
    };
    let keys = match &target.id_token.jwks {
        Some(Jwks::Url(url)) => Some(url),
        Some(Jwks::File(_)) | None => None,
    };
    let near = [captcha, code, keys].into_iter().flatten().all(|url| exchange::is_loopback_url(url));
    Links { loopback: near, identity: None, rate: f64::INFINITY, pinned: false, ..links }
}

fn links(target: &Target, options: Options) -> Links {
    Links {
        loopback: exchange::is_loopback_url(&target.url),
        connect_timeout: target.limits.connect_timeout,
        timeout: target.limits.timeout,
        body: target.limits.body,
        ca: target.tls.ca.clone(),
        identity: target.tls.client.clone(),
        rate: options.rate,
        pins: target.network.resolve.clone(),
        pinned: target.network.pin(target.host()).is_some(),
    }
}

/// Runs every trial of a session, as often as its options say; `stop` ends it early, `done` hears of each trial that is
/// over, each time.
pub async fn run(session: Arc<Session>, stop: impl Future<Output = ()>, done: impl Fn()) -> RunRecord {
    let session = &session;
    let started = Timestamp::now();
    let limit = session.target().limits.run_timeout;
    tokio::pin!(stop);
    let reached = tokio::select! {
        // What was stopped before it began does not even knock.
        biased;
        () = &mut stop => {
            session.interrupt();
            return record(session, session.records(), started, false);
        }
        reached = session.reach() => reached,
    };
    if let Err(text) = reached {
        session.unreachable(&text);
        return record(session, session.records(), started, true);
    }
    let mut rounds = Rounds::of(session);
    let finished = tokio::select! {
        () = rounds.run(done) => true,
        () = &mut stop => false,
        () = tokio::time::sleep(limit) => false,
    };
    if !finished {
        session.interrupt();
    }
    record(session, rounds.records(), started, finished)
}

/// The record of a run as far as it came.
fn record(session: &Session, mut trials: Vec<TrialRecord>, started: Timestamp, finished: bool) -> RunRecord {
    let waivers = waive(session, &mut trials, started);
    let tally = verdict::tally(&trials);
    let (sms, email) = session.delivered();
    let target = session.target();
    RunRecord {
        format: FORMAT.to_owned(),
        tool: tool(session.contract()),
        started: stamp(started),
        finished: finished.then(|| stamp(Timestamp::now())),
        target: TargetSummary {
            name: session.redactor().text(&target.name),
            url: session.redactor().text(&target.url),
            product: target.product.to_string(),
        },
        verdict: verdict::verdict(&tally, &waivers, !finished),
        tally,
        delivered: Delivered { sms, email },
        clauses: verdict::clauses(session.contract().clauses_of(target.product), &trials),
        drift: session.drift(),
        terms: Terms {
            strict: session.options().strict,
            default_language: target.default_language.map(|language| language.as_str().to_owned()),
            planned: Some(planned(&trials)),
        },
        trials,
        waivers,
        shard: session.plan().part.as_ref().map(|part| ShardRecord {
            index: part.shard.index(),
            of: part.shard.of(),
            selection: part.selection.clone(),
        }),
    }
}

/// Holds the waivers of a session against its trials.
fn waive(session: &Session, trials: &mut [TrialRecord], started: Timestamp) -> Vec<WaiverRecord> {
    let today = TimeZone::UTC.to_datetime(started).date();
    let ground = Ground { trials: &session.contract().trials, today, strict: session.options().strict };
    verdict::waiver::waive(trials, session.waivers(), ground)
}

/// This tool, and the contract it judged by.
#[must_use]
pub fn tool(contract: &Contract) -> Tool {
    Tool {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        contract: contract.digest.clone(),
        score: score::known(&contract.digest),
    }
}

/// UTC to the millisecond, RFC 3339.
fn stamp(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Milliseconds, to the hundredth.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}
