//! Runs that are cut off: by Ctrl-C, by SIGTERM, by SIGKILL. Whatever they had is kept, and nothing is sent any more.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use iamspec::reference::{Config, Product};
use serde_json::Value;

use super::{Site, assert_valid, said};

/// No wait of a test is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A run of a site in a process of its own, its output in pipes.
fn started(site: &Site, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    command.args(["run", "--no-reports", "--target"]).arg(site.path("target.toml"));
    command.args(["--report", &format!("json={}", site.path("run.json").display())]).args(arguments);
    command.env("LC_ALL", "C.UTF-8").env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < LONGEST, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("`kill` runs");
    assert!(sent.success(), "the process is there");
}

/// Waits for a process that was told to end; it must not take long.
fn ended(child: Child) -> Output {
    let told = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    assert!(told.elapsed() < Duration::from_secs(10), "it took {:?} to end", told.elapsed());
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
    output
}

fn record(path: impl AsRef<Path>) -> Value {
    let path = path.as_ref();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a whole record")
}

/// The record of a run that was cut off says so, and its numbers agree with its trials.
fn cut_off(site: &Site) -> Value {
    let record = record(site.path("run.json"));
    assert_valid(&record);
    assert!(record["finished"].is_null(), "it was cut off");
    let trials = record["trials"].as_array().expect("trials");
    let of = |outcome: &str| {
        let counted = trials.iter().filter(|trial| trial["prerequisite"] != true);
        counted.filter(|trial| trial["outcome"] == outcome).count()
    };
    for outcome in ["pass", "warn", "fail", "blocked", "waived", "error"] {
        assert_eq!(record["tally"][outcome], of(outcome), "{outcome}");
    }
    let verified = Command::new(env!("CARGO_BIN_EXE_iamspec")).arg("verify").arg(site.path("run.json")).output();
    let verified = verified.expect("the binary runs");
    assert!(verified.status.success(), "clauses, tally and verdict follow from the trials: {}", said(&verified));
    record
}

fn lines(path: impl AsRef<Path>) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// Whether a message for any scene has been delivered to the one recipient.
fn delivered(site: &Site) -> bool {
    let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
    let url = target.lines().find_map(|line| line.strip_prefix("url = \"http://")).expect("a URL");
    let address = url.split('"').next().expect("an address");
    ["LOGIN", "REGISTER", "FORGET_PWD", "UPDATE_PWD", "UPDATE_MOBILE", "BIND_MOBILE"].into_iter().any(|scene| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let path = format!("/_reference/code?to=15200000000&scene={scene}_SMS");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.starts_with("HTTP/1.1 200")
    })
}

/// `url` of a target file, replaced.
fn at(text: &str, url: &str) -> String {
    let own = text.lines().find(|line| line.starts_with("url")).expect("a URL").to_owned();
    text.replace(&own, &format!("url = \"{url}\""))
}

#[test]
fn a_second_ctrl_c_ends_a_run_that_cannot_get_rid_of_its_reports() {
    // Somebody who accepts and says nothing, and a full pipe for the table: neither comes to an end.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let site = Site::of(&Config::new(Product::Ciam), |text| at(&text, &url));
    let (_reader, mut writer) = io::pipe().expect("a pipe");
    writer.write_all(&vec![b' '; 65_536]).expect("it is filled");
    let report = site.path("run.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_iamspec"))
        .args(["run", "--no-reports", "--target"])
        .arg(site.path("target.toml"))
        .args(["--report", &format!("json={}", report.display())])
        .stdout(writer)
        .spawn()
        .expect("the binary runs");
    let _knock = silent.accept().expect("a knock");
    send("-INT", &child);
    until("the first one writes the reports", || report.exists());
    thread::sleep(Duration::from_millis(300));
    cut_off(&site);
    assert!(child.try_wait().expect("a child").is_none(), "it waits for somebody to read the table");
    send("-INT", &child);
    until("the second one ends it", || child.try_wait().expect("a child").is_some());
    assert_eq!(child.wait().expect("it ended").code(), Some(130));
}

#[test]
fn a_run_that_is_ended_within_the_first_knock_has_every_trial_blocked() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", silent.local_addr().expect("an address"));
        let site = Site::of(&Config::new(Product::Ciam), |text| at(&text, &url));
        let child = started(&site, &["--select", "ciam/sms-send/*"]);
        let _knock = silent.accept().expect("a knock");
        send(signal, &child);
        let output = ended(child);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let record = cut_off(&site);
        assert_eq!(record["tally"]["blocked"], record["tally"]["total"]);
        assert!(String::from_utf8_lossy(&output.stdout).contains("verdict: incomplete"), "{}", said(&output));
    }
}

#[test]
fn a_run_that_is_ended_while_it_waits_for_a_code_keeps_what_it_had() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let site = Site::of(&Config::new(Product::Eiam), |text| {
            let text = super::without_table(&text, "verify_code");
            format!("{text}\n[verify_code]\ncommand = [\"sh\", \"-c\", \"echo >> asked\"]\ntimeout = \"60s\"\n")
                .replace("\"echo >> asked\"", "\"echo >> $0\", \"ASKED\"")
        });
        let asked = site.path("asked");
        let text = fs::read_to_string(site.path("target.toml")).expect("a target file");
        let text = text.replace("ASKED", asked.to_str().expect("a path"));
        fs::write(site.path("target.toml"), text).expect("a target file");
        let select = ["--select", "eiam/mobile-login/success", "--select", "eiam/mobile-login/client-id/*"];
        let child = started(&site, &select);
        // Once before the message is sent, and again and again after it.
        until("the code is asked for", || lines(&asked) > 2);
        send(signal, &child);
        let output = ended(child);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let record = cut_off(&site);
        assert_eq!(record["delivered"]["sms"], 1, "the message that carries the code counts");
        let before = lines(&asked);
        thread::sleep(Duration::from_millis(300));
        assert_eq!(lines(&asked), before, "nobody asks any more");
    }
}

#[test]
fn a_run_that_is_ended_while_it_keeps_the_interval_sends_nothing_more() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let site = Site::of(&Config::new(Product::Ciam), |text| {
            let interval = text.lines().find(|line| line.starts_with("interval")).expect("an interval").to_owned();
            let begin = text.find("mobile = [").expect("numbers");
            let end = begin + text[begin..].find(']').expect("their end") + 1;
            text.replace(&text[begin..end].to_owned(), "mobile = [\"15200000000\"]")
                .replace(&interval, "interval = \"60s\"")
        });
        let child = started(&site, &["--select", "ciam/sms-send/scene/*"]);
        until("the first message is delivered", || delivered(&site));
        thread::sleep(Duration::from_millis(1500));
        send(signal, &child);
        let output = ended(child);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let record = cut_off(&site);
        assert_eq!((&record["tally"]["pass"], &record["tally"]["blocked"]), (&1.into(), &5.into()));
        assert_eq!(record["delivered"]["sms"], 1);
        let reasons = record["trials"].as_array().expect("trials").iter().map(|trial| &trial["reason"]["code"]);
        assert_eq!(reasons.filter(|reason| *reason == "interrupted").count(), 5);
    }
}

#[test]
fn a_signal_between_two_targets_is_not_lost() {
    let first = Site::of(&Config::new(Product::Ciam), |text| text.replace("acme staging", "first"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let second = Site::of(&Config::new(Product::Ciam), |text| at(&text.replace("acme staging", "second"), &url));
    // The report of the first target is a pipe that holds less than a report: while nobody reads, the run stands between
    // the two.
    let pipe = first.path("first.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` runs").success());
    let named = format!("json={}", first.path("{target}.json").display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    child.args(["run", "--no-reports", "--at-once", "1", "--select", "ciam/sms-send/*", "--report", &named]);
    child.args(["--report", &format!("markdown={}", first.path("{target}.md").display())]);
    for site in [&first, &second] {
        child.arg("--target").arg(site.path("target.toml"));
    }
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut reader = fs::File::open(&pipe).expect("the first target is through");
    send("-INT", &child);
    thread::sleep(Duration::from_millis(300));
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("a report");
    assert!(text.len() > 65_536, "{} bytes", text.len());
    let finished: Value = serde_json::from_str(&text).expect("JSON");
    assert!(finished["finished"].is_string(), "the first target was through");
    let output = ended(child);
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    let record = record(first.path("second.json"));
    assert_valid(&record);
    assert!(record["finished"].is_null());
    assert_eq!(record["tally"]["blocked"], record["tally"]["total"]);
    listener.set_nonblocking(true).expect("it does not block");
    assert!(listener.accept().is_err(), "the second target was not even knocked at");
}

#[test]
fn a_killed_run_leaves_the_last_complete_report_and_no_half_one() {
    let site = Site::new(Product::Ciam);
    let kept = site.path("kept");
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
        command.args(["run", "--select", "ciam/sms-send/*", "--target"]).arg(site.path("target.toml"));
        command.arg("--reports").arg(&kept);
        command.args(["--report", &format!("json={}", site.path("run.json").display())]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
    };
    let whole = Instant::now();
    assert_eq!(run().wait().expect("it ends").code(), Some(0));
    let whole = whole.elapsed();
    let latest = kept.join("acme-staging/latest/run.json");
    let is_written = || {
        let folder = fs::read_dir(site.folder.path()).expect("a folder").flatten();
        folder.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(".run.json."))
    };
    for attempt in 0..10_u32 {
        let mut child = run();
        let started = Instant::now();
        // Every other time as soon as a report is being written; else anywhere.
        let moment = whole * attempt / 10;
        while started.elapsed() < moment || (attempt % 2 == 0 && !is_written()) {
            if child.try_wait().expect("a child").is_some() {
                break;
            }
            thread::sleep(Duration::from_micros(200));
        }
        let _ = child.kill();
        child.wait().expect("it ends");
        for report in [site.path("run.json"), latest.clone()] {
            assert_valid(&record(report));
        }
        for folder in fs::read_dir(kept.join("acme-staging")).expect("a folder").flatten() {
            for file in fs::read_dir(folder.path()).expect("the folder of a run").flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                let report = ["run.json", "junit.xml", "report.html"].contains(&name.as_str());
                assert!(report || (name.starts_with('.') && name.ends_with(".unfinished")), "{name}");
                let text = fs::read_to_string(file.path()).expect("a text");
                assert!(!report || text.trim_end().ends_with(['}', '>']), "half a {name}");
            }
        }
    }
}

#[test]
fn what_killed_processes_left_is_cleared_away_and_what_others_write_is_not() {
    let site = Site::new(Product::Ciam);
    let old = [".run.json.4711-1.unfinished", ".iamspec.4711-1.unfinished"].map(|name| site.path(name));
    let young = site.path(".run.json.4712-2.unfinished");
    let others = site.path(".other.json.4711-1.unfinished");
    for path in old.iter().chain([&young, &others]) {
        fs::write(path, "{").expect("a file");
    }
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for path in old.iter().chain([&others]) {
        fs::File::options().write(true).open(path).and_then(|file| file.set_modified(long_ago)).expect("it is old");
    }
    let (code, _) = site.record(&["--select", "ciam/sms-send/client-id/missing/en"]);
    assert_eq!(code, 0);
    assert!(old.iter().all(|path| !path.exists()), "nobody writes for two hours");
    assert!(young.exists() && others.exists(), "somebody else may be writing");
}
