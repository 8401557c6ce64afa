//! Runs in this process: what cannot be provoked from outside.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Options, Session, run, session};
use crate::case::Product;
use crate::check::{self, Context, Examined};
use crate::embedded;
use crate::exchange::Exchange;
use crate::loopback;
use crate::outcome::{Outcome, ReasonCode, Verdict};
use crate::plan::{Consent, Plan, Selection};
use crate::record::RunRecord;
use crate::reference::Deployment;
use crate::target::{CodeSource, Target};

/// The trials whose judge panics: one by itself, one that shares the code of a login with others.
const PANICS: [&str; 2] = ["eiam/sms-send/client-id/missing", "eiam/mobile-login/client-id/missing"];

/// A judge with a bug, which quotes what it should not.
fn with_a_bug(context: Context<'_>, exchange: &Exchange) -> Examined {
    assert!(!PANICS.contains(&context.trial.id.as_str()), "a token: {:?}", exchange.answer());
    check::examine(context, exchange)
}

async fn record(select: &[&str], stop: impl Future<Output = ()>) -> RunRecord {
    let (session, deployment) = of(select, |_| {}).await;
    let record = run(session, stop, || {}).await;
    deployment.stop().await.expect("it stops");
    record
}

/// A session with the reference, whose target was changed.
async fn of(select: &[&str], change: impl FnOnce(&mut Target)) -> (Arc<Session>, Deployment) {
    let sources = embedded::sources(None, None).expect("the files in the binary");
    let contract = Arc::new(embedded::contract(&sources).expect("a contract"));
    let (mut target, deployment) = loopback::started(Product::Eiam).await.expect("a deployment");
    change(&mut target);
    let target = Arc::new(target);
    let select = select.iter().map(ToString::to_string).collect();
    let selection = Selection { select, exclude: Vec::new(), lenient: false, shard: None };
    let plan = Plan::new(&contract, &target, &selection, Consent::AsTheTargetSays).expect("a plan");
    let options = Options::of(&target);
    let session = session(&contract, &target, plan, options).expect("a session").judged_by(with_a_bug);
    (Arc::new(session), deployment)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_check_costs_one_trial() {
    let record = record(&["eiam/sms-send/*", "eiam/mobile-login/*"], std::future::pending()).await;
    let lost: BTreeSet<&str> =
        record.trials.iter().filter(|trial| trial.outcome == Outcome::Error).map(|trial| trial.id.as_str()).collect();
    assert_eq!(lost, BTreeSet::from(PANICS));
    for trial in record.trials.iter().filter(|trial| trial.outcome == Outcome::Error) {
        let reason = trial.reason.as_ref().expect("a reason");
        assert_eq!(reason.code, ReasonCode::Harness);
        assert!(!reason.text.contains("token"), "what it panicked with is nobody's: {}", reason.text);
    }
    assert_eq!(record.tally.pass + PANICS.len(), record.tally.total);
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert!(record.finished.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_before_it_begins_does_not_even_knock() {
    let record = record(&["eiam/sms-send/*"], std::future::ready(())).await;
    assert_eq!(record.tally.blocked, record.tally.total);
    assert!(record.finished.is_none());
    assert!(record.trials.iter().all(|trial| trial.exchanges.is_empty()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_called_off_with_its_run() {
    // No code ever arrives: every login waits for one.
    let never = |target: &mut Target| {
        target.verify_code = Some(CodeSource::Command(vec!["true".to_owned()]));
        target.code_timeout = Duration::from_secs(300);
    };
    let (session, deployment) = of(&["eiam/mobile-login/*"], never).await;
    let watched = Arc::clone(&session);
    let sent = async move {
        while watched.delivered() == (0, 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let record = run(Arc::clone(&session), sent, || {}).await;
    assert!(record.finished.is_none());
    let called_off = async {
        while Arc::strong_count(&session) > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), called_off).await;
    assert!(waited.is_ok(), "something of the run still goes on");
    deployment.stop().await.expect("it stops");
}
