//! A person in the loop, without a browser: the prompt on a terminal, codes from another terminal, nobody at all, and what
//! the page on loopback gives to strangers. What the page looks like and does is tried in `tests/browser/person.mjs`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use iamspec::case::Language;
use iamspec::desk::{self, Desk, Ticket};
use iamspec::embedded;
use iamspec::outcome::Outcome;
use iamspec::plan::{Consent, Plan, Selection};
use iamspec::record::RunRecord;
use iamspec::reference::{self, Config, Deployment, Product};
use iamspec::runner::{self, Options};
use iamspec::target;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The reference, and a target file where people stand instead of its sources.
struct Site {
    _runtime: Runtime,
    deployment: Deployment,
    folder: TempDir,
}

/// Who stands where a source stood, and for how many seconds.
struct People {
    captcha: bool,
    codes: bool,
    seconds: u32,
}

impl Site {
    fn new(product: Product, people: &People) -> Self {
        let config = Config::new(product);
        let runtime = Runtime::new().expect("a runtime");
        let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
        let folder = tempfile::tempdir().expect("a folder");
        let text = reference::target_file(&config, "acme staging", deployment.url());
        let lines = text.lines().map(|line| people.instead_of(line));
        fs::write(folder.path().join("target.toml"), lines.collect::<Vec<_>>().join("\n")).expect("a target file");
        Self { _runtime: runtime, deployment, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `iamspec run` against it, with a record, and a folder of its own for `supply`.
    fn run(&self, more: &[&str]) -> Command {
        let mut command = self.iamspec(&["run", "--no-reports", "--target"]);
        command.arg(self.path("target.toml")).arg("--report").arg(format!("json={}", self.path("run.json").display()));
        command.args(more);
        command
    }

    fn iamspec(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
        command.args(arguments).env("XDG_RUNTIME_DIR", self.folder.path()).env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    fn record(&self) -> Value {
        let text = fs::read_to_string(self.path("run.json")).expect("a record");
        serde_json::from_str(&text).expect("a record is JSON")
    }

    /// The code last sent, as it stands on the telephone of a masked number; none: not yet.
    fn telephone(&self, masked: &str, scene: &str) -> Option<String> {
        telephone(self.deployment.url().trim_start_matches("http://"), masked, scene)
    }
}

/// The code last sent by the deployment at an address, as it stands on the telephone of a masked number; none: not yet.
fn telephone(address: &str, masked: &str, scene: &str) -> Option<String> {
    let (head, tail) = masked.split_once("****").expect("a masked number");
    let pool = (0..16).map(|at| format!("152000000{at:02}"));
    let mut numbers = ["15201657311", "15201657312", "15201657313"].map(ToOwned::to_owned).into_iter().chain(pool);
    let number = numbers.find(|number| number.starts_with(head) && number.ends_with(tail)).expect("a known number");
    let path = format!("/_reference/code?to={number}&scene={scene}");
    let (status, body) = get(address, &path);
    let code = || serde_json::from_str::<Value>(&body).ok()?["code"].as_str().map(ToOwned::to_owned);
    if status == 200 { code() } else { None }
}

impl People {
    fn instead_of(&self, line: &str) -> String {
        match line {
            _ if line.contains("/_reference/captcha?") && self.captcha => {
                format!("browser = true\ntimeout = \"{}s\"", self.seconds)
            }
            _ if line.contains("/_reference/code?") && self.codes => "prompt = true".to_owned(),
            "timeout = \"5s\"" if self.codes => format!("timeout = \"{}s\"", self.seconds),
            other => other.to_owned(),
        }
    }
}

fn get(address: &str, path: &str) -> (u16, String) {
    let (status, _, body) = ask(address, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n"), "");
    (status, body)
}

/// Status, head and body of an answer.
fn ask(address: &str, head: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let length = body.len();
    write!(stream, "{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head[9..12].parse().expect("a status");
    (status, head.to_ascii_lowercase(), body.to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What no artefact of a run may hold.
fn without_whole_numbers(artefact: &str) {
    for number in ["15201657311", "15201657312", "15201657313", "15200000000"] {
        assert!(!artefact.contains(number), "{number} in {artefact}");
    }
}

const CODES: People = People { captcha: false, codes: true, seconds: 20 };

/// A run on a terminal of its own.
#[cfg(target_os = "linux")]
struct Terminal {
    child: Child,
    /// Everything that was written on it.
    written: Arc<std::sync::Mutex<String>>,
    read: usize,
}

#[cfg(target_os = "linux")]
impl Terminal {
    /// `script` gives the command a pseudo-terminal.
    fn of(run: &Command) -> Self {
        let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy());
        let words: Vec<String> = std::iter::once(run.get_program()).chain(run.get_args()).map(quoted).collect();
        let mut command = Command::new("script");
        command.args(["-qfec", &words.join(" "), "/dev/null"]).env("TERM", "xterm").env("SHELL", "/bin/sh");
        command.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("script runs");
        let written = Arc::new(std::sync::Mutex::new(String::new()));
        let (mut stdout, kept) = (child.stdout.take().expect("a pipe"), Arc::clone(&written));
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut part) {
                kept.lock().expect("nobody panicked").push_str(&text(&part[..count]));
            }
        });
        Self { child, written, read: 0 }
    }

    /// What is written from where was last read up to and with `end`; none when the run is over.
    fn until(&mut self, end: &str) -> Option<String> {
        let started = Instant::now();
        loop {
            let over = self.child.try_wait().expect("it can be asked").is_some();
            let written = self.written.lock().expect("nobody panicked").clone();
            if let Some(at) = written[self.read..].find(end) {
                let from = self.read;
                self.read += at + end.len();
                return Some(written[from..self.read].to_owned());
            }
            if over {
                return None;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "no `{end}` in {}", &written[self.read..]);
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn type_line(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(format!("{line}\n").as_bytes()).and_then(|()| stdin.flush()).expect("typed");
    }

    /// The exit code and all that was written.
    fn over(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("it ends");
        thread::sleep(Duration::from_millis(50));
        (status.code(), self.written.lock().expect("nobody panicked").clone())
    }
}

/// The masked number and the scene that a question is about.
fn asked_for(question: &str) -> (String, String) {
    let (_, after) = question.split_once("which code did ").unwrap_or_else(|| panic!("no question: {question}"));
    let (masked, after) = after.split_once(" receive for ").expect("a number");
    let (scene, _) = after.split_once('?').expect("a scene");
    (masked.to_owned(), scene.to_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_whole_eiam_run_by_prompt_conforms() {
    let site = Site::new(Product::Eiam, &CODES);
    let mut terminal = Terminal::of(&site.run(&[]));
    let mut asked = 0;
    while let Some(question) = terminal.until("\n  code: ") {
        let (masked, scene) = asked_for(&question);
        assert!(question.contains(" s left"), "{question}");
        let code = site.telephone(&masked, &scene).expect("it was sent before it is asked for");
        if asked == 0 {
            terminal.type_line("12a");
            let again = terminal.until("\n  code: ").expect("it is asked again");
            assert!(again.contains("four to eight digits"), "{again}");
        }
        terminal.type_line(&code);
        let echo = terminal.until("\n").expect("the line");
        assert_eq!(echo.trim_end(), code, "something was written over what was typed");
        asked += 1;
    }
    let (exit, written) = terminal.over();
    assert_eq!(exit, Some(0), "{written}");
    assert!(asked >= 3, "asked {asked} times");
    assert_eq!(site.record()["verdict"], "conforms");
    assert!(written.contains("acme staging ["), "no progress bar beside the questions: {written}");
    without_whole_numbers(&written);
}

#[cfg(target_os = "linux")]
#[test]
fn a_code_that_is_left_out_at_the_prompt_blocks_its_trials_and_the_rest_goes_on() {
    let site = Site::new(Product::Eiam, &CODES);
    let mut terminal = Terminal::of(&site.run(&["--select", "eiam/mobile-login/mfa", "--select", "eiam/*/scene/*"]));
    terminal.until("\n  code: ").expect("a question");
    terminal.type_line("skip");
    let (exit, written) = terminal.over();
    assert_eq!(exit, Some(5), "{written}");
    let record = site.record();
    let trial =
        |id: &str| record["trials"].as_array().expect("trials").iter().find(|t| t["id"] == id).expect(id).clone();
    let mfa = trial("eiam/mobile-login/mfa");
    assert_eq!((&mfa["outcome"], &mfa["reason"]["code"]), (&"blocked".into(), &"needs-code".into()));
    assert_eq!(trial("eiam/sms-send/scene/LOGIN_SMS")["outcome"], "pass");
}

/// Runs in the background; its page's address has been printed.
fn begun(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("http://127.0.0.1:") || !said.ends_with("/\n") {
        assert!(lines.read_line(&mut said).expect("readable") > 0, "no page: {said}");
    }
    let url = said[said.find("http://127").expect("a URL")..].trim().to_owned();
    thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    (child, url)
}

fn supplied(site: &Site, arguments: &[&str]) -> Output {
    site.iamspec(&[&["supply"], arguments].concat()).output().expect("it ends")
}

#[test]
fn a_code_is_taken_from_another_terminal() {
    let site = Site::new(Product::Eiam, &CODES);
    let one = ["--select", "eiam/mobile-login/denied", "--select", "eiam/mobile-login/mfa", "--jobs", "2"];
    let (mut child, url) = begun(&mut site.run(&one));
    let (address, path) = url["http://".len()..].split_once('/').expect("a path");
    assert_eq!(get(address, &format!("/{path}state")).0, 200);
    let several = wait_for(|| {
        let said = text(&supplied(&site, &["123456"]).stderr);
        said.contains("several codes are waited for").then_some(said)
    });
    assert!(several.contains("152****7312 LOGIN_SMS") && several.contains("152****7313 LOGIN_SMS"), "{several}");
    without_whole_numbers(&several);
    let nobody = supplied(&site, &["123456", "--to", "9999"]);
    assert_eq!(nobody.status.code(), Some(2));
    for (masked, to) in [("152****7312", "7312"), ("152****7313", "15201657313")] {
        let code = site.telephone(masked, "LOGIN_SMS").expect("it was sent");
        let given = supplied(&site, &[&code, "--to", to, "--run", "acme staging"]);
        assert_eq!(given.status.code(), Some(0), "{}", text(&given.stderr));
        assert!(text(&given.stdout).contains("taken") && !text(&given.stdout).contains(&code));
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let late = supplied(&site, &["123456"]);
    assert_eq!(late.status.code(), Some(2));
    assert!(text(&late.stderr).contains("no run of this user waits"), "{}", text(&late.stderr));
    assert_eq!(fs::read_dir(site.path("iamspec")).expect("a folder").count(), 0, "the file of the run is gone");
}

fn wait_for<T>(mut wanted: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = wanted() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "it does not come");
        thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn what_is_no_code_is_not_supplied() {
    let site = Site::new(Product::Eiam, &CODES);
    let refused = supplied(&site, &["12a"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("four to eight digits"));
}

#[test]
fn with_nobody_there_a_run_ends_in_time_and_says_what_to_do() {
    for product in [Product::Ciam, Product::Eiam] {
        let site = Site::new(product, &People { captcha: true, codes: true, seconds: 1 });
        let started = Instant::now();
        let output = site.run(&["-v"]).output().expect("it ends");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
        assert_eq!(output.status.code(), Some(5));
        let (said, shown) = (text(&output.stderr), text(&output.stdout));
        assert!(said.contains("open this page and leave it open") && said.contains("http://127.0.0.1:"), "{said}");
        assert!(shown.contains("solve the puzzles on the page whose address is printed first"), "{shown}");
        without_whole_numbers(&(said + &shown));
        let record = site.record();
        assert_eq!(record["verdict"], "incomplete");
        let trials = record["trials"].as_array().expect("trials");
        let blocked: Vec<_> = trials.iter().filter(|trial| trial["outcome"] == "blocked").collect();
        assert!(blocked.iter().all(|trial| trial["reason"]["code"] == "needs-captcha"), "{blocked:?}");
        assert!(trials.iter().any(|trial| trial["outcome"] == "pass"), "exact codes need nobody");
        assert!(
            blocked.len() > 10
                && trials.len() == usize::try_from(record["tally"]["total"].as_u64().unwrap_or(0)).unwrap_or(0)
        );
    }
}

#[test]
fn with_nobody_to_type_a_code_the_logins_are_blocked_and_the_rest_conforms() {
    let site = Site::new(Product::Eiam, &People { captcha: false, codes: true, seconds: 1 });
    let output = site.run(&[]).output().expect("it ends");
    assert_eq!(output.status.code(), Some(5));
    let record = site.record();
    for trial in record["trials"].as_array().expect("trials") {
        let blocked = trial["outcome"] == "blocked";
        let id = trial["id"].as_str().expect("an id");
        assert!(!blocked || id.starts_with("eiam/mobile-login/"), "{trial}");
        assert!(!blocked || trial["reason"]["code"] == "needs-code", "{trial}");
    }
    assert!(text(&output.stdout).contains("`iamspec supply CODE`"), "{}", text(&output.stdout));
}

/// A deployment that differs.
fn varied(product: Product, variants: &[&str]) -> Config {
    variants.iter().fold(Config::new(product), |config, id| {
        let mut known = reference::variants(product).into_iter();
        config.with_variant(known.find(|variant| variant.id() == *id).expect("a variant of this id"))
    })
}

/// A session of every trial, in this process.
fn session(
    config: &Config,
    deployment: &Deployment,
    people: &People,
    edit: &dyn Fn(String) -> String,
) -> runner::Session {
    let text = reference::target_file(config, "acme staging", deployment.url());
    let lines: Vec<_> = text.lines().map(|line| people.instead_of(line)).collect();
    let target = target::parse(edit(lines.join("\n")), Path::new("acme.toml"), &|_| None);
    let target = Arc::new(target.unwrap_or_else(|complaints| panic!("{complaints}")));
    let sources = embedded::sources(None, None).expect("the built-in files are read");
    let contract = Arc::new(embedded::contract(&sources).expect("the built-in contract is in order"));
    let plan = Plan::new(&contract, &target, &Selection::default(), Consent::AsTheTargetSays).expect("every trial");
    runner::session(&contract, &target, plan, Options::of(&target)).expect("a session")
}

/// A whole run in this process with somebody at the desk who solves every puzzle; its record and how many there were.
fn by_hand(config: &Config, edit: impl Fn(String) -> String) -> (RunRecord, usize) {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let deployment = reference::start(config.clone()).await.expect("a deployment");
        let people = People { captcha: true, codes: false, seconds: 20 };
        let session = session(config, &deployment, &people, &edit);
        let desk = Arc::new(Desk::default());
        let session = Arc::new(session.with_desk(Arc::clone(&desk)));
        let address = deployment.url().trim_start_matches("http://").to_owned();
        let somebody = tokio::spawn(solve_all(Arc::clone(&desk), address));
        let record = runner::run(Arc::clone(&session), std::future::pending(), || {}).await;
        somebody.abort();
        (record, desk.view().solved)
    })
}

/// Solves what waits, one after the other, at the place that the reference tells tests.
async fn solve_all(desk: Arc<Desk>, address: String) {
    let mut changes = desk.changes();
    loop {
        while let Some(ticket) = desk.view().tickets.first() {
            let Some(puzzles) = desk.puzzles(ticket.id) else { continue };
            let puzzle = puzzles.fetch().await.expect("a puzzle");
            let address = address.clone();
            let place = tokio::task::spawn_blocking(move || get(&address, "/_reference/puzzle").1).await;
            let place: Value = serde_json::from_str(&place.expect("an answer")).expect("JSON");
            let token = puzzles.verify(&puzzle, place["x"].as_f64().expect("a number")).await.expect("a token");
            let _ = desk.give(ticket.id, token);
        }
        changes.changed().await.expect("the desk stands");
    }
}

/// A whole EIAM run with somebody at the desk who types every code, and mistypes those that `slips` says; its record.
fn typed(config: &Config, slips: fn(&Ticket) -> bool) -> RunRecord {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let deployment = reference::start(config.clone()).await.expect("a deployment");
        let session = session(config, &deployment, &CODES, &|text| text);
        let desk = Arc::new(Desk::default());
        let session = Arc::new(session.with_desk(Arc::clone(&desk)));
        let address = deployment.url().trim_start_matches("http://").to_owned();
        let somebody = tokio::spawn(type_all(Arc::clone(&desk), address, slips));
        let record = runner::run(Arc::clone(&session), std::future::pending(), || {}).await;
        somebody.abort();
        record
    })
}

/// Types what waits, one after the other, as it stands on the telephones.
async fn type_all(desk: Arc<Desk>, address: String, slips: fn(&Ticket) -> bool) {
    let mut changes = desk.changes();
    loop {
        while let Some(ticket) = desk.view().tickets.first() {
            let (address, asked) = (address.clone(), ticket.clone());
            let scene = ticket.scene.clone().expect("a scene");
            let code = tokio::task::spawn_blocking(move || telephone(&address, &asked.to, &scene)).await;
            let mut code = code.expect("an answer").expect("it was sent");
            if slips(ticket) {
                // The last digit is one less: altered by one, as a wrong code is, it is the right one.
                let last = code.pop().and_then(|digit| digit.to_digit(10)).expect("a digit");
                code.push(char::from_digit((last + 9) % 10, 10).expect("a digit"));
            }
            let _ = desk.give(ticket.id, code);
        }
        changes.changed().await.expect("the desk stands");
    }
}

#[test]
fn codes_that_are_typed_right_conform_and_what_a_deployment_breaks_is_still_seen() {
    let right = typed(&varied(Product::Eiam, &[]), |_| false);
    assert_eq!(right.tally.pass, right.tally.total, "{:?}", right.tally);
    for what in ["a code that was never sent is accepted", "a code sent to another mobile number is accepted"] {
        let fault =
            reference::faults(Product::Eiam).into_iter().find(|fault| fault.breaks().contains(what)).expect(what);
        let record = typed(&varied(Product::Eiam, &[]).with_fault(fault), |_| false);
        assert!(record.tally.fail > 0, "{what}");
    }
}

#[test]
fn a_slip_of_the_hand_breaks_no_promise_and_proves_none() {
    let record = typed(&varied(Product::Eiam, &[]), |ticket| ticket.again.is_none());
    assert_eq!(record.tally.fail, 0, "{:?}", record.trials.iter().find(|trial| trial.outcome == Outcome::Fail));
    let of = |id: &str| {
        let id = format!("eiam/mobile-login/{id}");
        record.trials.iter().find(|trial| trial.id == id).unwrap_or_else(|| panic!("no `{id}`")).clone()
    };
    for accepted in ["success", "mfa", "denied", "code-other-scene", "code-foreign"] {
        assert_eq!(of(accepted).outcome, Outcome::Pass, "{accepted}: {:?}", of(accepted).reason);
    }
    // They carried the code before it was typed right: a refusal without a code of its own may have been for that.
    let rider = of("client-id-unknown");
    assert_eq!(rider.outcome, Outcome::Blocked, "{rider:?}");
    assert!(rider.reason.expect("a reason").text.contains("mistyped"));
    let wrong = of("code-wrong");
    assert_eq!(wrong.outcome, Outcome::Blocked, "the wrong code was the right one: {:?}", wrong.checks);
}

/// Twelve scenes; of each document three more accepted requests, and two that cannot be delivered.
const LEAST: usize = 12 + 2 * (3 + 2);

#[test]
fn a_person_is_asked_for_no_more_puzzles_than_scenes_and_what_needs_a_token_of_its_own() {
    let variants: [&[&str]; 3] = [&[], &["token-invalid-by-age", "puzzle-with-key"], &["token-opaque"]];
    for variants in variants {
        let (record, puzzles) = by_hand(&varied(Product::Ciam, variants), |text| text);
        assert_eq!(puzzles, LEAST, "{variants:?}");
        let tampered = record.trials.iter().filter(|trial| trial.id.contains("captcha-tampered"));
        let others = record.trials.iter().filter(|trial| !trial.id.contains("captcha-tampered"));
        let off: Vec<_> = others.filter(|trial| trial.outcome != Outcome::Pass).map(|trial| &trial.id).collect();
        assert!(off.is_empty(), "{variants:?}: {off:?}");
        // A token that shows no point cannot be altered where it matters.
        let due = if variants == ["token-opaque"] { Outcome::Blocked } else { Outcome::Pass };
        assert!(tampered.into_iter().all(|trial| trial.outcome == due), "{variants:?}");
    }
}

#[test]
fn where_any_request_burns_a_token_a_person_is_asked_once_more_a_document() {
    let (record, puzzles) = by_hand(&varied(Product::Ciam, &["token-burnt-by-any-request"]), |text| text);
    assert_eq!(puzzles, LEAST + 2);
    assert_eq!(record.tally.fail, 0, "a burnt token is no broken promise");
    for trial in record.trials.iter().filter(|trial| trial.outcome == Outcome::Blocked) {
        let reason = trial.reason.as_ref().expect("a reason");
        assert!(reason.text.contains("run this trial alone with `--select`"), "{}: {}", trial.id, reason.text);
    }
    assert!(record.tally.pass > 90, "{:?}", record.tally);
}

#[test]
fn where_any_login_burns_a_code_its_lane_is_walked_twice_and_no_oftener() {
    let faithful = by_hand(&varied(Product::Eiam, &[]), |text| text);
    assert_eq!(faithful.0.tally.pass, faithful.0.tally.total, "{:?}", faithful.0.tally);
    let (record, puzzles) = by_hand(&varied(Product::Eiam, &["code-burnt-by-any-request"]), |text| text);
    assert_eq!(record.tally.fail, 0, "a burnt code is no broken promise");
    assert_eq!(puzzles, faithful.1 + 1);
}

#[test]
fn an_altered_token_that_is_accepted_is_seen_although_it_shares_the_token_of_its_control() {
    let faults = reference::faults(Product::Ciam).into_iter();
    let altered: Vec<_> = faults.filter(|fault| fault.breaks().contains("an altered")).collect();
    assert!(!altered.is_empty());
    for fault in altered {
        let clauses = fault.clauses().to_vec();
        let (record, _) = by_hand(&varied(Product::Ciam, &[]).with_fault(fault), |text| text);
        let failed = record.trials.iter().filter(|trial| trial.outcome == Outcome::Fail);
        let off: Vec<_> = failed.map(|trial| trial.id.as_str()).collect();
        assert!(!off.is_empty() && off.iter().all(|id| id.contains("captcha-tampered")), "{clauses:?}: {off:?}");
    }
}

#[test]
fn where_nothing_may_be_delivered_a_person_is_asked_only_for_what_needs_a_token_of_its_own() {
    let (record, puzzles) = by_hand(&varied(Product::Ciam, &[]), |text| text.replace("allow = true", "allow = false"));
    // Of each document, in both languages: a token that is altered, and one for whom nothing can be delivered.
    assert_eq!(puzzles, 2 * (2 + 2));
    assert_eq!(record.tally.fail, 0);
    let passed = |id: &str| record.trials.iter().any(|trial| trial.id == id && trial.outcome == Outcome::Pass);
    for id in ["client-id/missing/en", "captcha-tampered/zh", "undeliverable/en"] {
        assert!(passed(&format!("ciam/sms-send/{id}")), "{id}");
    }
}

#[test]
fn a_person_solves_no_puzzle_for_a_message_that_may_not_be_sent() {
    let (record, puzzles) = by_hand(&varied(Product::Ciam, &[]), |text| {
        text.replace("max = 100000", "max = 2").replace("concurrency = 16", "concurrency = 1")
    });
    assert!(puzzles <= 2 + 2 * 2 + 2, "{puzzles}");
    assert_eq!((record.delivered.sms + record.delivered.email, record.tally.fail), (2, 0));
}

#[test]
fn a_plan_counts_what_people_make_possible_as_ready() {
    let site = Site::new(Product::Eiam, &People { captcha: true, codes: true, seconds: 1 });
    let plan = site.iamspec(&["plan", "--target"]).arg(site.path("target.toml")).output().expect("it ends");
    assert!(
        text(&plan.stdout).contains("87 ready, 0 with an invented token or code, 0 blocked"),
        "{}",
        text(&plan.stdout)
    );
}

/// The page of a desk, its address and its random path.
fn page(runtime: &Runtime) -> (desk::Page, String, String) {
    let page = runtime.block_on(desk::open(Arc::new(Desk::default()), Language::English)).expect("a page");
    let (address, path) = page.url()["http://".len()..].split_once('/').expect("a path");
    let (address, path) = (address.to_owned(), format!("/{path}"));
    (page, address, path)
}

#[test]
fn the_page_is_for_whoever_knows_its_path_and_calls_it_by_its_name() {
    let runtime = Runtime::new().expect("a runtime");
    let (_page, address, path) = page(&runtime);
    assert!(path.len() >= 34, "128 bits at least: {path}");
    let port = address.rsplit(':').next().expect("a port");
    let of = |host: &str, path: &str| ask(&address, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n"), "").0;
    assert_eq!(of(&address, &path), 200);
    assert_eq!(of(&format!("localhost:{port}"), &path), 200);
    for host in
        ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", &format!("127.0.0.1.evil.example:{port}")]
    {
        assert_eq!(of(host, &path), 421, "{host}");
    }
    for wrong in ["/", "/state", "/0123456789abcdef0123456789abcdef/", &path[..path.len() - 2], &format!("/{path}")] {
        assert_eq!(of(&address, wrong), 404, "{wrong}");
    }
}

const JSON: &str = "content-type: application/json\r\n";
const BODY: &str = r#"{"ticket":1,"code":"1234"}"#;

#[test]
fn no_other_origin_reads_or_writes_the_page() {
    let runtime = Runtime::new().expect("a runtime");
    let (_page, address, path) = page(&runtime);
    let post = |headers: &str, body: &str| {
        let head = format!("POST {path}code HTTP/1.1\r\nhost: {address}\r\n{headers}");
        ask(&address, &head, body).0
    };
    assert_eq!(post(&format!("{JSON}origin: http://{address}\r\nsec-fetch-site: same-origin\r\n"), BODY), 200);
    assert_eq!(post(JSON, BODY), 200, "`supply` is no browser");
    assert_eq!(post(&format!("{JSON}origin: http://evil.example\r\n"), BODY), 403);
    assert_eq!(post(&format!("{JSON}origin: null\r\n"), BODY), 403);
    assert_eq!(post(&format!("{JSON}sec-fetch-site: cross-site\r\n"), BODY), 403);
    assert_eq!(post("content-type: text/plain\r\n", BODY), 415);
    assert_eq!(post(JSON, "{}"), 400);
    assert_eq!(post(JSON, &"x".repeat(5000)), 413);
    let state = format!("GET {path}state HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: cross-site\r\n");
    assert_eq!(ask(&address, &state, "").0, 403);
    let (_, head, _) = ask(&address, &format!("OPTIONS {path}code HTTP/1.1\r\nhost: {address}\r\n"), "");
    assert!(!head.contains("access-control"), "{head}");
}

#[test]
fn the_page_loads_nothing_from_elsewhere_and_is_kept_nowhere() {
    let runtime = Runtime::new().expect("a runtime");
    let (_page, address, path) = page(&runtime);
    for name in ["", "page.css", "page.js", "state"] {
        let (status, head, body) = ask(&address, &format!("GET {path}{name} HTTP/1.1\r\nhost: {address}\r\n"), "");
        assert_eq!(status, 200, "{name}");
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "frame-ancestors 'none'",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(header), "{name}: {header} in {head}");
        }
        assert!(!body.contains("http:") && !body.contains("https:") && !body.contains("//cdn"), "{name}");
    }
}

#[test]
fn a_page_that_is_closed_listens_no_more() {
    let runtime = Runtime::new().expect("a runtime");
    let (page, address, _) = page(&runtime);
    runtime.block_on(page.close());
    assert!(TcpStream::connect(&address).is_err());
}
