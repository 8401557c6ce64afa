//! Runs a plan against a target.
//!
//! In: the contract, a target, a plan. Out: the run record. It keeps order, limits, budgets and interruption. Never: formats.

mod chain;
mod evidence;
mod session;
mod slip;
mod unit;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::case::Contract;
use crate::exchange::{self, Client, ClientError, Links};
use crate::plan::{Consent, Plan};
use crate::record::{Delivered, FORMAT, RunRecord, TargetSummary, Tool, TrialRecord, WaiverRecord};
use crate::target::{CaptchaSource, CodeSource, Jwks, Target};
use crate::verdict::waiver::Ground;
use crate::{score, verdict};

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
}

impl Options {
    /// As the target file says.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        Self {
            consent: Consent::AsTheTargetSays,
            strict: false,
            jobs: target.limits.concurrency,
            rate: target.limits.rate,
        }
    }
}

/// The tokens that a run takes from its source, if all goes well.
#[must_use]
pub fn tokens(plan: &Plan, target: &Target) -> usize {
    let scarce = matches!(target.captcha, Some(CaptchaSource::Browser | CaptchaSource::File(_)));
    unit::tokens(plan, &unit::units(plan, scarce), target)
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
    let client = Client::new(links(target, options))?;
    let sources = Client::new(for_sources(target, links(target, options)))?;
    Ok(Session::new(Arc::clone(contract), Arc::clone(target), plan, options, client, sources))
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
    Links { loopback: near, identity: None, rate: f64::INFINITY, ..links }
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
    }
}

/// Runs every trial of a session; `stop` ends it early, `done` hears of each trial that is over.
pub async fn run(session: &Arc<Session>, stop: impl Future<Output = ()>, done: impl Fn(&TrialRecord)) -> RunRecord {
    let started = Timestamp::now();
    let limit = session.target().limits.run_timeout;
    tokio::pin!(stop);
    let reached = tokio::select! {
        reached = session.reach() => reached,
        () = &mut stop => {
            session.interrupt();
            return record(session, started, false);
        }
    };
    if let Err(text) = reached {
        session.unreachable(&text);
        return record(session, started, true);
    }
    let all = async {
        let mut trials = futures_util::stream::iter(session.order())
            .map(|at| {
                let session = Arc::clone(session);
                async move {
                    session.ensure(at).await;
                    at
                }
            })
            .buffer_unordered(session.options().jobs.max(1));
        while let Some(unit) = trials.next().await {
            session.of_unit(unit).for_each(&done);
        }
    };
    let finished = tokio::select! {
        () = all => true,
        () = &mut stop => false,
        () = tokio::time::sleep(limit) => false,
    };
    if !finished {
        session.interrupt();
    }
    record(session, started, finished)
}

/// The record of a session as far as it came.
fn record(session: &Session, started: Timestamp, finished: bool) -> RunRecord {
    let mut trials = session.records();
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
            name: target.name.clone(),
            url: target.url.clone(),
            product: target.product.to_string(),
        },
        verdict: verdict::verdict(&tally, &waivers, !finished),
        tally,
        delivered: Delivered { sms, email },
        clauses: verdict::clauses(session.contract().clauses_of(target.product), &trials),
        drift: session.drift(),
        trials,
        waivers,
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
