//! One run in the making: asked for a trial's outcome, it runs what that needs first, each once.
//!
//! In: a plan. Out: a record a trial. Never: runs a trial twice, unless a chain has to be undone.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::{OnceCell, Semaphore};

use super::evidence;
use super::unit::{Unit, tokens, units};
use super::{Options, milliseconds};
use crate::case::{self, CaptchaNeed, Content, Contract, Document, Expectation, Trial};
use crate::check::{self, Context, Finding, KeySet, Seen, Severity};
use crate::desk::Desk;
use crate::exchange::{Budget, Client, Exchange};
use crate::fixture::{self, Delivery, Fixtures, Grant, Halt, Purposed, Values};
use crate::outcome::{Outcome, ReasonCode};
use crate::plan::{Plan, Planned, Readiness, Reason};
use crate::record::{self, CasePlace, Drift, TrialRecord};
use crate::redact::{Kind, Redactor};
use crate::target::{CaptchaInvalid, CaptchaSource, Jwks, Target};
use crate::verdict::{self, waiver::Waivers};

/// How long the keys of id tokens are waited for.
const KEYS_PATIENCE: Duration = Duration::from_secs(10);

/// One run against one target.
#[derive(Debug)]
pub struct Session {
    contract: Arc<Contract>,
    pub(super) target: Arc<Target>,
    pub(super) plan: Plan,
    pub(super) options: Options,
    client: Arc<Client>,
    sources: Arc<Client>,
    pub(super) budget: Arc<Budget>,
    redactor: Arc<Redactor>,
    pub(super) fixtures: Fixtures,
    units: Vec<Unit>,
    pub(super) unit_of: Vec<usize>,
    cells: Vec<OnceCell<()>>,
    results: Vec<OnceLock<Ended>>,
    keys: OnceCell<KeySet>,
    drift: Mutex<BTreeSet<Drift>>,
    /// Documents on which nothing that could deliver is sent any more.
    closed: Mutex<BTreeSet<String>>,
    /// Without consent requests go one by one, so that the first that is accepted by mistake is the last.
    one_by_one: Semaphore,
    stopped: AtomicBool,
    waivers: Waivers,
}

/// A trial that is over.
#[derive(Debug)]
struct Ended {
    record: TrialRecord,
    /// What an accepted trial used, for those that use it again.
    grant: Option<Grant>,
}

/// What was found out, before it is evidence.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    pub(super) reason: Option<Reason>,
    pub(super) exchanges: Vec<Purposed>,
    pub(super) own: Option<Exchange>,
    pub(super) grant: Option<Grant>,
}

impl Found {
    pub(super) fn halted(reason: Reason) -> Self {
        Self { reason: Some(reason), ..Self::default() }
    }

    pub(super) fn accepted(&self) -> bool {
        self.own.as_ref().and_then(Exchange::status) == Some(200)
    }
}

impl From<Halt> for Found {
    fn from(halt: Halt) -> Self {
        Self { exchanges: halt.exchanges, ..Self::halted(halt.reason) }
    }
}

/// What a negative may conclude from its control.
#[derive(Debug, Clone)]
pub(super) enum Control {
    /// It succeeded, or there is none.
    Held,
    /// It was blocked or in error.
    NotTried(Reason),
    /// It failed.
    Failed(Reason),
}

impl Session {
    /// The same with waivers, which are held against the trials when all are over.
    #[must_use]
    pub fn with_waivers(self, waivers: Waivers) -> Self {
        Self { waivers, ..self }
    }

    /// The same with a desk where a person can be asked.
    #[must_use]
    pub fn with_desk(self, desk: Arc<Desk>) -> Self {
        if self.target.captcha == Some(CaptchaSource::Browser) {
            desk.expect(tokens(&self.plan, &self.units, &self.target));
        }
        Self { fixtures: self.fixtures.with_desk(desk), ..self }
    }

    pub(super) fn waivers(&self) -> &Waivers {
        &self.waivers
    }

    pub(super) fn new(
        contract: Arc<Contract>,
        target: Arc<Target>,
        plan: Plan,
        options: Options,
        client: Client,
        sources: Client,
    ) -> Self {
        let (client, sources) = (Arc::new(client), Arc::new(sources));
        let redactor = Arc::new(Redactor::new());
        for secret in &target.secrets {
            redactor.register(Kind::Environment, secret);
        }
        let budget = Arc::new(Budget::new(target.delivery.max, target.limits.failed_logins));
        let fixtures = Fixtures::new(
            Arc::clone(&contract),
            Arc::clone(&target),
            Arc::clone(&client),
            Arc::clone(&sources),
            Arc::clone(&budget),
            Arc::clone(&redactor),
        );
        let units = units(&plan, fixtures.captcha_is_scarce());
        let mut unit_of = vec![0; plan.trials.len()];
        for (at, unit) in units.iter().enumerate() {
            unit.trials().for_each(|trial| unit_of[trial] = at);
        }
        Self {
            cells: units.iter().map(|_| OnceCell::new()).collect(),
            results: plan.trials.iter().map(|_| OnceLock::new()).collect(),
            keys: OnceCell::new(),
            drift: Mutex::default(),
            closed: Mutex::default(),
            one_by_one: Semaphore::new(1),
            stopped: AtomicBool::new(false),
            waivers: Waivers::default(),
            contract,
            target,
            plan,
            options,
            client,
            sources,
            budget,
            redactor,
            fixtures,
            units,
            unit_of,
        }
    }

    /// The target.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The contract.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    /// The units in the order in which they begin.
    pub(super) fn order(&self) -> std::ops::Range<usize> {
        0..self.units.len()
    }

    /// The records of a unit that is over.
    pub(super) fn of_unit(&self, unit: usize) -> impl Iterator<Item = &TrialRecord> {
        self.units[unit].trials().filter_map(|at| self.results[at].get()).map(|ended| &ended.record)
    }

    /// Whether the deployment can be reached at all.
    pub(super) async fn reach(&self) -> Result<(), String> {
        self.client.reach(&self.target.url, &self.target.headers).await.map_err(|text| self.redactor.text(&text))
    }

    /// Ends every trial as an error of the environment.
    pub(super) fn unreachable(&self, text: &str) {
        let reason = Reason::new(ReasonCode::Environment, format!("`{}` cannot be reached: {text}", self.target.url));
        for at in 0..self.plan.trials.len() {
            self.end(at, Found::halted(reason.clone()));
        }
    }

    /// Lets nothing new begin.
    pub(super) fn interrupt(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Messages that were, or may have been, delivered: SMS and emails.
    pub(super) fn delivered(&self) -> (u32, u32) {
        self.budget.delivered()
    }

    /// What was seen where no clause speaks.
    pub(super) fn drift(&self) -> Vec<Drift> {
        lock(&self.drift).iter().cloned().collect()
    }

    /// The records in plan order; a trial that did not end is blocked.
    pub(super) fn records(&self) -> Vec<TrialRecord> {
        let interrupted = || Reason::new(ReasonCode::Interrupted, "the run ended before this trial did");
        (0..self.plan.trials.len())
            .map(|at| match self.results[at].get() {
                Some(ended) => ended.record.clone(),
                None => self.evidence(at, &Found::halted(interrupted())),
            })
            .collect()
    }

    /// The record of one trial, after whatever it needs first.
    pub async fn trial(self: &Arc<Self>, id: &str) -> Option<&TrialRecord> {
        let at = self.plan.position(id)?;
        self.ensure(self.unit_of[at]).await;
        self.results[at].get().map(|ended| &ended.record)
    }

    /// Runs a unit, once; a panic in it costs its trials and nothing else.
    pub(super) async fn ensure(self: &Arc<Self>, unit: usize) {
        self.cells[unit]
            .get_or_init(|| async {
                let session = Arc::clone(self);
                let ran = tokio::spawn(session.run_unit(unit)).await;
                if ran.is_err() {
                    for at in self.units[unit].trials() {
                        let reason = Reason::new(ReasonCode::Harness, "iamspec itself failed here: please report it");
                        self.end(at, Found::halted(reason));
                    }
                }
            })
            .await;
    }

    pub(super) fn end(&self, at: usize, mut found: Found) {
        let record = self.evidence(at, &found);
        let grant = found.accepted().then(|| found.grant.take()).flatten();
        // The first result stands: a panic after it changes nothing.
        let _ = self.results[at].set(Ended { record, grant });
    }

    /// Boxed, since a unit may ask for the unit of its control.
    fn run_unit(self: Arc<Self>, unit: usize) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            match &self.units[unit] {
                Unit::Single(at) => {
                    let found = self.single(*at).await;
                    self.end(*at, found);
                }
                Unit::Chain { riders, closing, reuse } => self.chain(riders, *closing, reuse).await,
            }
        })
    }

    /// A trial with fixtures of its own.
    async fn single(self: &Arc<Self>, at: usize) -> Found {
        let planned = &self.plan.trials[at];
        let improvised = match &planned.readiness {
            Readiness::Blocked(reason) => return Found::halted(reason.clone()),
            Readiness::Improvised(_) => true,
            Readiness::Ready => false,
        };
        let control = Box::pin(self.control(planned)).await;
        if let Some(reason) = forbids(&control, &planned.trial) {
            return Found::halted(reason);
        }
        let earlier = match Box::pin(self.earlier(planned)).await {
            Ok(earlier) => earlier,
            Err(reason) => return Found::halted(reason),
        };
        Box::pin(self.wait_for_logins(planned)).await;
        if let Some(reason) = self.halted(&planned.trial) {
            return Found::halted(reason);
        }
        self.alone(planned, improvised, earlier.as_ref(), &control).await
    }

    /// Asks for fixtures, sends, judges.
    pub(super) async fn alone(
        &self,
        planned: &Planned,
        improvised: bool,
        earlier: Option<&Grant>,
        control: &Control,
    ) -> Found {
        let trial = &planned.trial;
        let mut delivery = match self.fixtures.grant(trial, improvised, earlier).await {
            Ok(delivery) => delivery,
            Err(halt) => return halt.into(),
        };
        self.send(planned, &mut delivery, control).await
    }

    /// The trial's own request, and what it shows.
    pub(super) async fn send(&self, planned: &Planned, delivery: &mut Delivery, control: &Control) -> Found {
        let trial = &planned.trial;
        if let Err(reason) = self.pay_for_wrong_code(planned, &delivery.grant.to) {
            return Found::halted(reason);
        }
        let grant = delivery.grant.clone();
        let sent = self.dispatch(trial, &grant, delivery.gate.as_mut()).await;
        let settled = match sent {
            Ok(exchange) => self.beyond_a_slip(planned, delivery, exchange).await,
            Err(reason) => Err(reason),
        };
        let exchange = match settled {
            Ok(exchange) => exchange,
            Err(reason) => {
                return Found { exchanges: std::mem::take(&mut delivery.exchanges), ..Found::halted(reason) };
            }
        };
        let mut found = self.judge(planned, &exchange, control).await;
        if let Some(arrival) = delivery.arrival.take().filter(|_| exchange.status() == Some(200)) {
            found.findings.push(self.arrival(arrival).await);
        }
        found.exchanges = std::mem::take(&mut delivery.exchanges);
        found.grant = Some(delivery.grant.clone());
        found.own = Some(exchange);
        found
    }

    /// The only way a trial's request leaves: what may deliver is paid for first.
    pub(super) async fn dispatch(
        &self,
        trial: &Trial,
        grant: &Grant,
        gate: Option<&mut fixture::Gate>,
    ) -> Result<Exchange, Reason> {
        let consents = self.options.consent.allows(&self.target);
        let _turn = if trial.sends() && !consents { self.one_by_one.acquire().await.ok() } else { None };
        if let Some(reason) = self.halted(trial) {
            return Err(reason);
        }
        self.client.slot().await;
        let reservation = if trial.sends() && consents {
            Some(self.budget.reserve(trial.effect).ok_or_else(fixture::budget_spent)?)
        } else {
            None
        };
        let request = fixture::fill(&trial.request, Values { target: &self.target, grant });
        let exchange = self.client.exchange(request).await;
        if let Some(gate) = gate.filter(|_| exchange.may_have_acted()) {
            gate.delivered();
        }
        if let Some(reservation) = reservation {
            reservation.settle(exchange.may_have_acted());
        } else if trial.sends() && exchange.status().is_some_and(|status| status < 300) {
            lock(&self.closed).insert(trial.document.clone());
        }
        Ok(exchange)
    }

    async fn arrival(&self, arrival: fixture::Arrival) -> Finding {
        const EXPECTED: &str = "the message at the code source";
        match self.fixtures.arrived(arrival).await {
            Ok(()) => Finding::pass("delivery", EXPECTED, "a new code"),
            Err(patience) => {
                let text = format!("accepted, but no new code was seen within {} s", patience.as_secs_f64());
                Finding::warn("delivery", EXPECTED, "none", text).kind("not delivered")
            }
        }
    }

    /// The state of the control of a negative.
    async fn control(self: &Arc<Self>, planned: &Planned) -> Control {
        let Some(at) = planned.trial.control.as_ref().and_then(|id| self.plan.position(id)) else {
            return Control::Held;
        };
        self.ensure(self.unit_of[at]).await;
        match self.results[at].get() {
            Some(ended) => Control::of_record(&ended.record),
            None => Control::NotTried(Reason::new(ReasonCode::Interrupted, "its control did not end")),
        }
    }

    /// What the trial before this one used.
    async fn earlier(self: &Arc<Self>, planned: &Planned) -> Result<Option<Grant>, Reason> {
        let trial = &planned.trial;
        let aged = trial.needs.captcha == Some(CaptchaNeed::Spent)
            && matches!(self.target.captcha_invalid, CaptchaInvalid::Lifetime(_));
        // Where every token costs somebody something, the one that was used grows old instead of another.
        let shared = aged && self.fixtures.captcha_is_scarce();
        let Some(after) = trial.after.as_ref().filter(|_| shared || !aged) else { return Ok(None) };
        let Some(at) = self.plan.position(after) else { return Ok(None) };
        self.ensure(self.unit_of[at]).await;
        match self.results[at].get() {
            Some(Ended { grant: Some(grant), .. }) => Ok(Some(grant.clone())),
            Some(_) if shared => Ok(None),
            Some(Ended { record, .. }) if record.outcome == Outcome::Fail => Err(control_failed(after)),
            Some(Ended { record, .. }) => Err(record.reason.as_ref().map_or_else(
                || control_failed(after),
                |reason| Reason::new(reason.code, format!("`{after}` used no token or code: {}", reason.text)),
            )),
            None => Err(Reason::new(ReasonCode::Interrupted, format!("`{after}` did not end"))),
        }
    }

    /// A wrong code may lock the account: first every login of it that must succeed.
    async fn wait_for_logins(self: &Arc<Self>, planned: &Planned) {
        if !planned.trial.last {
            return;
        }
        let mine = &planned.trial;
        self.ensure_all(|other| {
            let same = other.needs.recipient == mine.needs.recipient && other.document == mine.document;
            same && !other.last
        })
        .await;
    }

    /// Runs every trial that is wanted, where it has not run.
    pub(super) async fn ensure_all(self: &Arc<Self>, wanted: impl Fn(&Trial) -> bool + Send + Sync) {
        for (at, other) in self.plan.trials.iter().enumerate() {
            if wanted(&other.trial) {
                self.ensure(self.unit_of[at]).await;
            }
        }
    }

    /// Why nothing more of the kind is sent.
    pub(super) fn halted(&self, trial: &Trial) -> Option<Reason> {
        if self.stopped.load(Ordering::SeqCst) {
            return Some(Reason::new(ReasonCode::Interrupted, "the run ended before this trial began"));
        }
        let closed = trial.sends() && lock(&self.closed).contains(&trial.document);
        closed.then(|| {
            let text = "a request that must be refused was accepted, and messages may not be delivered: nothing more \
                        of this document is sent";
            Reason::new(ReasonCode::DeliveryNotAllowed, text)
        })
    }

    pub(super) async fn judge(&self, planned: &Planned, exchange: &Exchange, control: &Control) -> Found {
        let trial = &planned.trial;
        let Some(document) = self.contract.document(&trial.document) else {
            return Found::halted(Reason::new(ReasonCode::Harness, "the trial has no document"));
        };
        if let Some(reason) = nobodys_fault(planned, document, exchange, control) {
            return Found::halted(reason);
        }
        let keys = self.keys(trial, document).await;
        let context =
            Context { contract: &self.contract, document, trial, target: &self.target, keys, now: Timestamp::now() };
        let examined = check::examine(context, exchange);
        self.note(&trial.document, examined.seen);
        let mut found = Found { findings: examined.findings, ..Found::default() };
        found.reason = match (&exchange.result, keys) {
            (Err(failure), _) if found.findings.is_empty() => {
                Some(Reason::new(ReasonCode::Environment, failure.text()))
            }
            (Ok(_), KeySet::Unavailable(why)) if holds_id_token(trial, document) => {
                let text = format!("the keys of id tokens could not be had: {why}: check `id_token.jwks`");
                Some(Reason::new(ReasonCode::Environment, text))
            }
            _ => None,
        };
        found
    }

    /// The keys of id tokens, asked for once, when the first one is to be checked.
    async fn keys(&self, trial: &Trial, document: &Document) -> &KeySet {
        static ABSENT: KeySet = KeySet::Absent;
        if !holds_id_token(trial, document) {
            return &ABSENT;
        }
        self.keys
            .get_or_init(|| async {
                let read = match &self.target.id_token.jwks {
                    None => return KeySet::Absent,
                    Some(Jwks::File(path)) => std::fs::read(path).map_err(|error| error.to_string()),
                    Some(Jwks::Url(url)) => self.fetch_keys(url).await,
                };
                read.and_then(|json| check::keys(&json)).unwrap_or_else(KeySet::Unavailable)
            })
            .await
    }

    async fn fetch_keys(&self, url: &str) -> Result<Vec<u8>, String> {
        // The key set usually lies beside the API: the same trust, the same proxy.
        let client = if url.starts_with(&self.target.url) { &self.client } else { &self.sources };
        let answer = client.fetch(url, KEYS_PATIENCE).await.map_err(|failure| failure.text().to_owned())?;
        match answer.status {
            200 => Ok(answer.body.to_vec()),
            status => Err(format!("HTTP {status}")),
        }
    }

    fn note(&self, document: &str, seen: Vec<Seen>) {
        let mut drift = lock(&self.drift);
        for seen in seen {
            let text = evidence::sentence(&self.redactor, &seen.text);
            drift.insert(Drift { document: document.to_owned(), kind: seen.kind.to_owned(), text });
        }
    }

    fn evidence(&self, at: usize, found: &Found) -> TrialRecord {
        let planned = &self.plan.trials[at];
        let trial = &planned.trial;
        let redactor = &*self.redactor;
        let mut exchanges: Vec<record::ExchangeRecord> = found
            .exchanges
            .iter()
            .map(|sent| evidence::exchange(redactor, &sent.exchange, Some(&sent.purpose)))
            .collect();
        exchanges.extend(found.own.iter().map(|own| evidence::exchange(redactor, own, None)));
        let reason = found.reason.clone().or_else(|| {
            let nothing = found.findings.is_empty();
            nothing.then(|| Reason::new(ReasonCode::Harness, "nothing was checked: please report it"))
        });
        let outcome = verdict::outcome(&found.findings, reason.as_ref(), self.options.strict);
        TrialRecord {
            id: trial.id.clone(),
            title: trial.title.clone(),
            clauses: spoken_for(trial, found, outcome),
            basis: trial.basis.as_str().to_owned(),
            outcome,
            reason: reason
                .or_else(|| worst(&found.findings))
                .map(|reason| record::Reason { code: reason.code, text: evidence::sentence(redactor, &reason.text) }),
            checks: found.findings.iter().map(|finding| evidence::check(redactor, finding)).collect(),
            duration_ms: found.own.as_ref().map_or(0.0, |own| milliseconds(own.duration)),
            exchanges,
            delta: evidence::delta(redactor, trial),
            control: trial.control.clone(),
            case: CasePlace { file: trial.place.file.display().to_string(), line: trial.place.line },
            prerequisite: planned.prerequisite,
        }
    }
}

impl Control {
    pub(super) fn of(found: &Found, trial: &Trial, strict: bool) -> Self {
        let outcome = verdict::outcome(&found.findings, found.reason.as_ref(), strict);
        Self::of_outcome(outcome, found.reason.as_ref(), &trial.id)
    }

    fn of_record(record: &TrialRecord) -> Self {
        let reason = record.reason.as_ref().map(|reason| Reason::new(reason.code, reason.text.clone()));
        Self::of_outcome(record.outcome, reason.as_ref(), &record.id)
    }

    fn of_outcome(outcome: Outcome, reason: Option<&Reason>, id: &str) -> Self {
        match outcome {
            Outcome::Pass | Outcome::Warn => Self::Held,
            Outcome::Fail => Self::Failed(control_failed(id)),
            Outcome::Blocked | Outcome::Error | Outcome::Waived => {
                let reason = reason.cloned().unwrap_or_else(|| control_failed(id));
                Self::NotTried(Reason::new(reason.code, format!("its control `{id}` was not tried: {}", reason.text)))
            }
        }
    }
}

pub(super) fn not_tried(found: &Found) -> Control {
    let fallback = || Reason::new(ReasonCode::Harness, "its control gave no reason");
    Control::NotTried(found.reason.clone().unwrap_or_else(fallback))
}

pub(super) fn control_failed(id: &str) -> Reason {
    Reason::new(ReasonCode::ControlFailed, format!("`{id}` must succeed for this to prove anything, and it failed"))
}

/// Why a negative cannot be concluded from, given its control: without one that was tried only an exact code proves.
pub(super) fn forbids(control: &Control, trial: &Trial) -> Option<Reason> {
    match control {
        Control::Held => None,
        Control::Failed(reason) => Some(reason.clone()),
        Control::NotTried(reason) => (!trial.names_its_guard()).then(|| reason.clone()),
    }
}

/// A refusal that says nothing of the deployment: for what we supplied, for asking too often, or without a control.
fn nobodys_fault(planned: &Planned, document: &Document, exchange: &Exchange, control: &Control) -> Option<Reason> {
    let trial = &planned.trial;
    if trial.must_be_accepted() {
        return fixture::not_the_deployments_fault(document, exchange);
    }
    let answer = exchange.answer()?;
    if answer.status == 429 {
        return fixture::not_the_deployments_fault(document, exchange);
    }
    let code = answer.error_code();
    let named = match &trial.expect {
        Expectation::Refuse(refusal) => code.as_ref().is_some_and(|code| refusal.codes.contains(code)),
        Expectation::Accept { .. } => false,
    };
    // The exact code names the guard that answered; a success is nobody's guard.
    if named || answer.status < 400 {
        return None;
    }
    match (&planned.readiness, control) {
        (Readiness::Improvised(reason), _) => Some(reason.clone()),
        (_, Control::NotTried(_)) => fixture::not_the_deployments_fault(document, exchange),
        (_, Control::Held | Control::Failed(_)) => None,
    }
}

/// The worst deviation as the reason of an outcome; none where every promise was kept.
fn worst(findings: &[Finding]) -> Option<Reason> {
    let worst = findings.iter().rev().max_by_key(|finding| finding.severity)?;
    let code = match worst.severity {
        Severity::Pass => return None,
        Severity::Warn => ReasonCode::Deviation,
        Severity::Fail => ReasonCode::PromiseBroken,
    };
    Some(Reason::new(code, format!("{}: {}", worst.name, worst.text)))
}

/// The clauses of a trial that its answer speaks for; all of them where there is none.
fn spoken_for(trial: &Trial, found: &Found, outcome: Outcome) -> Vec<String> {
    let Some(answer) = found.own.as_ref().and_then(Exchange::answer) else { return trial.clauses.clone() };
    let broken = || found.findings.iter().filter(|finding| finding.severity == Severity::Fail);
    let about: Option<Vec<String>> = broken().map(|finding| finding.member.clone()).collect();
    let code = answer.error_code();
    let shown = case::Shown {
        status: answer.status,
        code: code.as_deref(),
        failed: outcome == Outcome::Fail,
        members: &about.unwrap_or_default(),
    };
    case::spoken_for(trial, shown)
}

fn holds_id_token(trial: &Trial, document: &Document) -> bool {
    let Expectation::Accept { answer, .. } = &trial.expect else { return false };
    let rows = document.answers.iter().filter(|row| row.id == *answer);
    rows.flat_map(|row| &row.members).any(|member| member.content == Some(Content::IdToken))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
