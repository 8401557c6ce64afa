//! The stages that are pure, each on its own: load, plan, check, redact, render.
//!
//! `cargo bench` measures them. What they work on is made once, by a run against the embedded reference deployments.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use divan::{Bencher, black_box};
use iamspec::case::{Contract, Trial};
use iamspec::check::{self, Context, Examined, KeySet, State, Terms};
use iamspec::embedded;
use iamspec::exchange::{Budget, Client, Exchange, Links, Outlet, Prepared};
use iamspec::fixture::{self, Grant, Values};
use iamspec::loopback;
use iamspec::plan::{Consent, Plan, Selection};
use iamspec::record::RunRecord;
use iamspec::redact::{Kind, Redactor};
use iamspec::reference::{self, Config, Deployment};
use iamspec::report::{Language, console, html, json, junit};
use iamspec::runner::{self, Options};
use iamspec::target::{self, Target};
use jiff::Timestamp;
use tokio::runtime::Runtime;

const REFUSED: &str = "ciam/sms-send/client-id/missing/en";
const LOGIN: &str = "eiam/mobile-login/success";

fn main() {
    divan::main();
}

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(load()));
static REFUSAL: LazyLock<Scene> = LazyLock::new(|| Scene::of(REFUSED, "", false));
static ACCEPTED: LazyLock<Scene> = LazyLock::new(|| Scene::of(LOGIN, "LOGIN_SMS", true));
static RECORD: LazyLock<RunRecord> = LazyLock::new(whole_run);

fn load() -> Contract {
    let sources = embedded::sources(None, None).expect("the files of the contract");
    embedded::contract(&sources).expect("a contract in order")
}

/// A run of everything that CIAM promises.
fn whole_run() -> RunRecord {
    let runtime = Runtime::new().expect("a runtime");
    let site = Site::new(&runtime, reference::Product::Ciam);
    let plan = Plan::new(&CONTRACT, &site.target, &Selection::default(), Consent::AsTheTargetSays).expect("a plan");
    let options = Options::of(&site.target);
    let session = runner::session(&CONTRACT, &site.target, plan, options).expect("a session");
    let record = runtime.block_on(runner::run(Arc::new(session), std::future::pending(), || {}));
    assert_eq!(record.tally.pass, record.tally.total, "the reference keeps its contract");
    record
}

/// A reference deployment and the target file that describes it.
struct Site {
    text: String,
    target: Arc<Target>,
    client: Arc<Client>,
    outlet: Outlet,
    deployment: Deployment,
}

impl Site {
    fn new(runtime: &Runtime, product: reference::Product) -> Self {
        let config = Config::new(product);
        let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
        let text = reference::target_file(&config, "bench", deployment.url());
        let target = target::parse(&text, Path::new("bench.toml"), &|_| None).expect("a target file in order");
        let links = Links {
            loopback: true,
            connect_timeout: target.limits.connect_timeout,
            timeout: target.limits.timeout,
            body: target.limits.body,
            ca: None,
            identity: None,
            rate: f64::INFINITY,
            pins: Vec::new(),
            pinned: false,
        };
        let client = Arc::new(Client::new(links).expect("a client"));
        let outlet = Outlet::new(Arc::clone(&client), Arc::new(Budget::new(1_000, 1_000)), true);
        Self { text, target: Arc::new(target), client, outlet, deployment }
    }

    async fn fetched(&self, path: &str) -> serde_json::Value {
        let url = format!("{}{path}", self.deployment.url());
        let answer = self.client.fetch(&url, self.target.limits.timeout).await.expect("an answer");
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// A code that was delivered for `scene`.
    async fn code(&self, to: &str, scene: &str) -> String {
        let captcha = self.fetched(&format!("/_reference/captcha?to={to}")).await;
        let scene_trial = CONTRACT.trial("eiam/sms-send/scene/LOGIN_SMS").expect("a trial");
        let token = captcha["captcha_token"].as_str().expect("a token").to_owned();
        let grant = Grant { to: to.to_owned(), token: Some(token), code: None };
        let sent = self.outlet.send(self.request(scene_trial, &grant), None).await.expect("paid for");
        assert_eq!(sent.status(), Some(200));
        let code = self.fetched(&format!("/_reference/code?to={to}&scene={scene}")).await;
        code["code"].as_str().expect("a code").to_owned()
    }

    fn request(&self, trial: &Trial, grant: &Grant) -> Prepared {
        fixture::fill(&trial.request, Values { target: &self.target, grant })
    }
}

/// A trial and the exchange that it came to.
struct Scene {
    trial: Arc<Trial>,
    target: Arc<Target>,
    keys: KeySet,
    exchange: Exchange,
    now: Timestamp,
}

impl Scene {
    fn of(id: &str, scene: &str, keys: bool) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let trial = Arc::clone(CONTRACT.trial(id).expect("a trial"));
        let site = Site::new(&runtime, loopback::of_reference(trial.product));
        let accounts = &site.target.accounts;
        let to = accounts.success.clone().unwrap_or_else(|| site.target.recipients.mobile[0].clone());
        let (exchange, keys) = runtime.block_on(async {
            let code = if scene.is_empty() { None } else { Some(site.code(&to, scene).await) };
            let grant = Grant { to, token: Some(fixture::invented_token()), code };
            let exchange = site.outlet.send(site.request(&trial, &grant), None).await.expect("paid for");
            let keys = if keys {
                let set = site.fetched("/api/v1/oauth2/keys").await.to_string();
                check::keys(set.as_bytes()).expect("keys")
            } else {
                KeySet::Absent
            };
            (exchange, keys)
        });
        let scene = Self { trial, target: site.target, keys, exchange, now: Timestamp::now() };
        let findings = scene.examine().findings;
        let kept = findings.iter().all(|finding| finding.severity == check::Severity::Pass);
        assert!(kept && !findings.is_empty(), "{id}: {findings:?}");
        scene
    }

    fn examine(&self) -> Examined {
        let document = CONTRACT.document(&self.trial.document).expect("its document");
        let context = Context {
            contract: &CONTRACT,
            document,
            trial: &self.trial,
            terms: Terms { default_language: self.target.default_language, id_token: &self.target.id_token },
            keys: &self.keys,
            now: self.now,
            state: State::Received,
        };
        check::examine(context, black_box(&self.exchange))
    }
}

#[divan::bench]
fn load_the_contract() -> Contract {
    load()
}

#[divan::bench]
fn load_a_target(bencher: Bencher<'_, '_>) {
    let text = Site::new(&Runtime::new().expect("a runtime"), reference::Product::Eiam).text;
    bencher.bench_local(|| target::parse(black_box(&text), Path::new("bench.toml"), &|_| None));
}

#[divan::bench]
fn plan(bencher: Bencher<'_, '_>) {
    let target = Site::new(&Runtime::new().expect("a runtime"), reference::Product::Eiam).target;
    let selection = Selection::default();
    bencher.bench_local(|| Plan::new(&CONTRACT, black_box(&target), &selection, Consent::AsTheTargetSays));
}

#[divan::bench]
fn check_a_refusal(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| REFUSAL.examine());
}

#[divan::bench]
fn check_a_login_with_its_id_token(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| ACCEPTED.examine());
}

#[divan::bench]
fn redact_a_login(bencher: Bencher<'_, '_>) {
    let answer = ACCEPTED.exchange.answer().expect("an answer");
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    let sent = ACCEPTED.exchange.request.body.text();
    let redactor = Redactor::new();
    redactor.register(Kind::Environment, "a value of the environment");
    bencher.bench_local(|| (redactor.body(black_box(&sent)), redactor.body(black_box(&body))));
}

#[divan::bench]
fn render_json(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| json::render(black_box(&RECORD)));
}

#[divan::bench]
fn render_junit(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| junit::render(black_box(&RECORD)));
}

#[divan::bench]
fn render_html(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| html::render(black_box(&RECORD), Language::English));
}

#[divan::bench]
fn render_the_console(bencher: Bencher<'_, '_>) {
    let style = console::Style { color: false, width: None, quiet: false, verbose: false, language: Language::English };
    let records = std::slice::from_ref(&*RECORD);
    bencher.bench_local(|| console::render(black_box(records), &style));
}
