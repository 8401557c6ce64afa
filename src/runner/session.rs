//! One round of a run in the making: asked for a trial's outcome, it runs what that needs first, each once.
//!
//! In: a plan. Out: a record a trial. Never: runs a trial twice, unless a chain has to be undone.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::evidence;
use super::judge::{Conclusion, Control, Examine, Judge, Sent, conclude, control_failed, forbids, holds_id_token};
use super::{Options, milliseconds};
use crate::case::{CaptchaNeed, Contract, Document, Trial};
use crate::check::{self, Finding, KeySet, Seen, State, Terms};
use crate::desk::Desk;
use crate::exchange::{Budget, Client, Exchange, Kept, Outlet};
use crate::fixture::{self, Addresses, Delivery, Fixtures, Grant, Halt, Purposed, Values};
use crate::outcome::{Outcome, ReasonCode};
use crate::plan::{self, Plan, Planned, Readiness, Reason, Turns, Unit};
use crate::record::{self, CasePlace, Drift, TrialRecord};
use crate::redact::{Kind, Redactor};
use crate::target::{CaptchaInvalid, CaptchaSource, Jwks, Target};
use crate::verdict::{self, waiver::Waivers};

/// The sentence of a trial in which something panicked.
const OWN_FAULT: &str = "iamspec itself failed here: please report it with the line that it printed";
/// How long the keys of id tokens are waited for.
const KEYS_PATIENCE: Duration = Duration::from_secs(10);

/// One round of a run against one target. What is counted, scarce or learnt once is shared by all its rounds.
#[derive(Debug)]
pub struct Session {
    contract: Arc<Contract>,
    pub(super) target: Arc<Target>,
    pub(super) plan: Arc<Plan>,
    pub(super) options: Options,
    client: Arc<Client>,
    sources: Arc<Client>,
    budget: Arc<Budget>,
    pub(super) outlet: Arc<Outlet>,
    redactor: Arc<Redactor>,
    pub(super) fixtures: Fixtures,
    units: Arc<[Unit]>,
    pub(super) unit_of: Arc<[usize]>,
    cells: Vec<OnceCell<()>>,
    results: Vec<OnceLock<Ended>>,
    keys: Arc<OnceCell<KeySet>>,
    drift: Arc<Mutex<Drifted>>,
    stopped: Arc<AtomicBool>,
    waivers: Arc<Waivers>,
    /// The severity of the worst outcome of each trial of which evidence is kept.
    kept: Arc<[AtomicU8]>,
    /// Whether evidence is kept only of what is worse than before.
    repeated: bool,
    examine: Examine,
}

/// What was seen where no clause speaks.
#[derive(Debug, Default)]
struct Drifted {
    shown: BTreeSet<Drift>,
    /// The same before it was redacted, as hashes: what comes with every answer is looked at once.
    raw: HashSet<u64>,
    hasher: RandomState,
}

/// A trial that is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    /// Why it did not pass, where it was not the deployment that spoke.
    reason: Option<Reason>,
    /// How long its own exchange took, where there was one.
    pub(super) duration: Option<Duration>,
    /// The evidence, where it is kept.
    pub(super) record: Option<TrialRecord>,
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
    /// Whether it was sent with an invented token or code.
    pub(super) improvised: bool,
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

impl Session {
    /// The same with waivers, which are held against the trials when all are over.
    #[must_use]
    pub fn with_waivers(self, waivers: Waivers) -> Self {
        Self { waivers: Arc::new(waivers), ..self }
    }

    /// The next round of the same run.
    pub(super) fn again(&self) -> Self {
        let redactor = Arc::new(self.redactor.again());
        register_environment(&self.target, &redactor);
        Self {
            contract: Arc::clone(&self.contract),
            target: Arc::clone(&self.target),
            plan: Arc::clone(&self.plan),
            options: self.options,
            client: Arc::clone(&self.client),
            sources: Arc::clone(&self.sources),
            budget: Arc::clone(&self.budget),
            fixtures: self.fixtures.again(Arc::clone(&redactor)),
            redactor,
            units: Arc::clone(&self.units),
            unit_of: Arc::clone(&self.unit_of),
            cells: self.units.iter().map(|_| OnceCell::new()).collect(),
            results: self.plan.trials.iter().map(|_| OnceLock::new()).collect(),
            keys: Arc::clone(&self.keys),
            drift: Arc::clone(&self.drift),
            outlet: Arc::clone(&self.outlet),
            stopped: Arc::clone(&self.stopped),
            waivers: Arc::clone(&self.waivers),
            kept: Arc::clone(&self.kept),
            repeated: true,
            examine: self.examine,
        }
    }

    /// The same with another judge.
    #[cfg(test)]
    pub(super) fn judged_by(self, examine: Examine) -> Self {
        Self { examine, ..self }
    }

    /// The same, taking turns with the other targets of one deployment: a code that is sent replaces the one before.
    #[must_use]
    pub fn with_addresses(self, addresses: Arc<Addresses>) -> Self {
        Self { fixtures: self.fixtures.with_addresses(addresses), ..self }
    }

    /// The same with a desk where a person can be asked.
    #[must_use]
    pub fn with_desk(self, desk: Arc<Desk>) -> Self {
        if self.target.captcha == Some(CaptchaSource::Browser) {
            let each = plan::Forecast::new(&self.plan, &self.contract, &self.target).tokens;
            desk.expect(each.saturating_mul(usize::try_from(self.options.repeat).unwrap_or(usize::MAX)));
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
        register_environment(&target, &redactor);
        let budget = Arc::new(Budget::new(target.delivery.max, target.limits.failed_logins));
        let outlet = Arc::new(Outlet::new(Arc::clone(&client), Arc::clone(&budget), options.consent.allows(&target)));
        let fixtures = Fixtures::new(
            Arc::clone(&contract),
            Arc::clone(&target),
            (Arc::clone(&client), Arc::clone(&outlet)),
            Arc::clone(&sources),
            Arc::clone(&redactor),
            Turns::new(&plan, &target),
        );
        let units = plan::units(&plan, &target);
        let mut unit_of = vec![0; plan.trials.len()];
        for (at, unit) in units.iter().enumerate() {
            unit.trials().for_each(|trial| unit_of[trial] = at);
        }
        Self {
            cells: units.iter().map(|_| OnceCell::new()).collect(),
            results: plan.trials.iter().map(|_| OnceLock::new()).collect(),
            keys: Arc::default(),
            drift: Arc::default(),
            stopped: Arc::default(),
            waivers: Arc::default(),
            kept: plan.trials.iter().map(|_| AtomicU8::new(0)).collect(),
            repeated: false,
            examine: check::examine,
            contract,
            target,
            plan: Arc::new(plan),
            options,
            client,
            sources,
            budget,
            outlet,
            redactor,
            fixtures,
            units: units.into(),
            unit_of: unit_of.into(),
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

    /// Evidence of another round is kept: what it hides is looked for in what is written of this one.
    pub(super) fn knows_secrets_of(&self, round: &Self) {
        if !Arc::ptr_eq(&self.redactor, &round.redactor) {
            self.redactor.adopt(&round.redactor);
        }
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    /// The units in the order in which they begin.
    pub(super) fn order(&self) -> std::ops::Range<usize> {
        0..self.units.len()
    }

    /// How many trials a unit has.
    pub(super) fn size(&self, unit: usize) -> usize {
        self.units[unit].trials().count()
    }

    /// Whether rounds may run beside each other: not where codes of one account would replace each other, or wrong ones
    /// lock it.
    pub(super) fn overlaps(&self) -> bool {
        self.plan.trials.iter().all(|planned| planned.trial.needs.code.is_none())
    }

    /// The trials of the round that are over.
    pub(super) fn ended(&self) -> impl Iterator<Item = (usize, &Ended)> {
        self.results.iter().enumerate().filter_map(|(at, ended)| Some((at, ended.get()?)))
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
        lock(&self.drift).shown.iter().cloned().collect()
    }

    /// The records in plan order; a trial that did not end is blocked.
    pub(super) fn records(&self) -> Vec<TrialRecord> {
        let interrupted = || Reason::new(ReasonCode::Interrupted, "the run ended before this trial did");
        (0..self.plan.trials.len())
            .map(|at| {
                self.results[at].get().and_then(|ended| ended.record.clone()).unwrap_or_else(|| {
                    let found = Found::halted(interrupted());
                    self.evidence(at, &found, &self.conclude(at, &found))
                })
            })
            .collect()
    }

    /// The record of one trial, after whatever it needs first.
    pub async fn trial(self: &Arc<Self>, id: &str) -> Option<&TrialRecord> {
        let at = self.plan.position(id)?;
        self.ensure(self.unit_of[at]).await;
        self.results[at].get().and_then(|ended| ended.record.as_ref())
    }

    /// Runs a unit, once; a panic in it costs its trials and nothing else.
    pub(super) async fn ensure(self: &Arc<Self>, unit: usize) {
        self.cells[unit]
            .get_or_init(|| async {
                // Dropped with whoever waits: after an interruption nothing goes on sending behind the record's back.
                let mut task = JoinSet::new();
                task.spawn(Arc::clone(self).run_unit(unit));
                if task.join_next().await.is_some_and(|ran| ran.is_err()) {
                    for at in self.units[unit].trials() {
                        self.end(at, Found::halted(Reason::new(ReasonCode::Harness, OWN_FAULT)));
                    }
                }
            })
            .await;
    }

    pub(super) fn end(&self, at: usize, mut found: Found) {
        let concluded = self.conclude(at, &found);
        let severity = concluded.outcome.severity();
        let worse = self.kept[at].fetch_max(severity, Ordering::Relaxed) < severity;
        let record = (worse || !self.repeated).then(|| self.evidence(at, &found, &concluded));
        let Conclusion { outcome, reason, .. } = concluded;
        let grant = found.accepted().then(|| found.grant.take()).flatten();
        let duration = found.own.as_ref().map(|own| own.duration);
        // The first result stands: a panic after it changes nothing.
        let _ = self.results[at].set(Ended { outcome, reason, duration, record, grant });
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

    /// A trial's request.
    pub(super) async fn dispatch(
        &self,
        trial: &Trial,
        grant: &Grant,
        gate: Option<&mut fixture::Gate>,
    ) -> Result<Exchange, Reason> {
        if let Some(reason) = self.halted(trial) {
            return Err(reason);
        }
        let request = fixture::fill(&trial.request, Values { target: &self.target, grant });
        let declared = trial.failed_login.then_some(grant.to.as_str());
        let exchange = self.outlet.send(request, declared).await.map_err(fixture::kept)?;
        if let Some(gate) = gate.filter(|_| exchange.may_have_acted()) {
            gate.delivered();
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
            Some(ended) => Control::of_outcome(ended.outcome, ended.reason.as_ref(), &self.plan.trials[at].trial.id),
            None => Control::NotTried(Reason::new(ReasonCode::Interrupted, "its control did not end")),
        }
    }

    /// What the trial before this one used.
    async fn earlier(self: &Arc<Self>, planned: &Planned) -> Result<Option<Grant>, Reason> {
        let trial = &planned.trial;
        let aged = trial.needs.captcha == Some(CaptchaNeed::Spent)
            && matches!(self.target.captcha_invalid, CaptchaInvalid::Lifetime(_));
        // Where every token costs somebody something, the one that was used grows old instead of another.
        let shared = aged && self.target.captcha.as_ref().is_some_and(CaptchaSource::is_scarce);
        let Some(after) = trial.after.as_ref().filter(|_| shared || !aged) else { return Ok(None) };
        let Some(at) = self.plan.position(after) else { return Ok(None) };
        self.ensure(self.unit_of[at]).await;
        match self.results[at].get() {
            Some(Ended { grant: Some(grant), .. }) => Ok(Some(grant.clone())),
            Some(_) if shared => Ok(None),
            Some(Ended { outcome: Outcome::Fail, .. }) => Err(control_failed(after)),
            Some(Ended { reason, .. }) => Err(reason.as_ref().map_or_else(
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
        let closed = self.outlet.is_closed(&format!("{}{}", self.target.url, trial.request.path));
        closed.then(|| fixture::kept(Kept::Closed))
    }

    pub(super) async fn judge(&self, planned: &Planned, exchange: &Exchange, control: &Control) -> Found {
        let trial = &*planned.trial;
        let Some(document) = self.contract.document(&trial.document) else {
            return Found::halted(Reason::new(ReasonCode::Harness, "the trial has no document"));
        };
        let improvised = match &planned.readiness {
            Readiness::Improvised(reason) => Some(reason),
            Readiness::Ready | Readiness::Blocked(_) => None,
        };
        let sent = Sent { trial, document, improvised, control, exchange };
        if let Some(reason) = sent.excused() {
            return Found { improvised: improvised.is_some(), ..Found::halted(reason) };
        }
        let judge = Judge {
            contract: &self.contract,
            terms: Terms { default_language: self.target.default_language, id_token: &self.target.id_token },
            keys: self.keys(trial, document).await,
            now: Timestamp::now(),
            state: State::Received,
            examine: self.examine,
        };
        // A panic here costs this trial, and not the others that share its token.
        let Ok(judged) = panic::catch_unwind(AssertUnwindSafe(|| judge.judge(sent))) else {
            return Found::halted(Reason::new(ReasonCode::Harness, OWN_FAULT));
        };
        self.note(&trial.document, judged.seen);
        let improvised = improvised.is_some();
        Found { findings: judged.findings, reason: judged.reason, improvised, ..Found::default() }
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
            let raw = drift.hasher.hash_one((document, seen.kind, &seen.text));
            if drift.raw.insert(raw) {
                let text = evidence::sentence(&self.redactor, &seen.text);
                drift.shown.insert(Drift { document: document.to_owned(), kind: seen.kind.to_owned(), text });
            }
        }
    }

    /// What follows for a trial.
    fn conclude(&self, at: usize, found: &Found) -> Conclusion {
        let trial = &self.plan.trials[at].trial;
        conclude(trial, &found.findings, found.reason.clone(), found.own.as_ref(), self.options.strict)
    }

    fn evidence(&self, at: usize, found: &Found, concluded: &Conclusion) -> TrialRecord {
        let planned = &self.plan.trials[at];
        let trial = &planned.trial;
        let redactor = &*self.redactor;
        let mut exchanges: Vec<record::ExchangeRecord> = found
            .exchanges
            .iter()
            .map(|sent| evidence::exchange(redactor, &sent.exchange, Some(&sent.purpose)))
            .collect();
        exchanges.extend(found.own.iter().map(|own| evidence::exchange(redactor, own, None)));
        let Conclusion { outcome, reason, clauses } = concluded;
        let said =
            |reason: &Reason| record::Reason { code: reason.code, text: evidence::sentence(redactor, &reason.text) };
        TrialRecord {
            id: trial.id.clone(),
            title: trial.title.clone(),
            clauses: clauses.clone(),
            basis: trial.basis.as_str().to_owned(),
            outcome: *outcome,
            reason: reason.as_ref().map(said),
            checks: found.findings.iter().map(|finding| evidence::check(redactor, finding)).collect(),
            duration_ms: found.own.as_ref().map_or(0.0, |own| milliseconds(own.duration)),
            exchanges,
            delta: evidence::delta(redactor, trial),
            control: trial.control.clone(),
            case: CasePlace { file: trial.place.file.display().to_string(), line: trial.place.line },
            improvised: found.improvised,
            prerequisite: planned.prerequisite,
            repeats: None,
        }
    }
}

/// The state of a control, as far as it came.
pub(super) fn control_of(found: &Found, trial: &Trial, strict: bool) -> Control {
    let outcome = verdict::outcome(&found.findings, found.reason.as_ref(), strict);
    Control::of_outcome(outcome, found.reason.as_ref(), &trial.id)
}

pub(super) fn not_tried(found: &Found) -> Control {
    let fallback = || Reason::new(ReasonCode::Harness, "its control gave no reason");
    Control::NotTried(found.reason.clone().unwrap_or_else(fallback))
}

fn register_environment(target: &Target, redactor: &Redactor) {
    target.secrets.iter().for_each(|secret| redactor.register(Kind::Environment, secret));
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
