//! Many tenants at once: a reference deployment each, in this process, and the binary run against all of them.
//!
//! 1 000 tenants; `FLEET=3000 cargo test --release --test fleet` asks for another number.

mod measured;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use iamspec::reference::{self, Config, Deployment, Product};
use jiff::Timestamp;
use measured::{Measured, measured};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Refusals that need one request each, and a scene that delivers.
const SELECTED: [&str; 4] = ["--select", "ciam/sms-send/client-id/*", "--select", "ciam/sms-send/scene/LOGIN_SMS"];
const TRIALS: u64 = 5;
/// The tenants whose memory that of a whole fleet is held against.
const FEW: usize = 100;
/// What is broken where a tenant is.
const FAULT: &str = "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh";
/// No run takes longer, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(120);

/// How many tenants there are: as asked for, as far as a process may have files open.
#[expect(clippy::print_stdout, reason = "what was not exercised is said")]
fn tenants() -> usize {
    let wanted = match std::env::var("FLEET") {
        Ok(count) => count.parse().expect("`FLEET` is a number of tenants"),
        Err(_) => 1000,
    };
    // A listener each, and the connections of those that are run at once.
    let fit = open_files().map_or(wanted, |most| most.saturating_sub(600));
    assert!(fit >= 2 * FEW, "too few files may be open for a fleet: raise `ulimit -n` to 1024 or more");
    if fit < wanted {
        println!("{fit} tenants instead of {wanted}: `ulimit -n` allows no more");
    }
    wanted.min(fit)
}

/// How many files this process may have open, where the system tells it.
fn open_files() -> Option<usize> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Tenants, each a deployment of its own.
struct Fleet {
    deployments: Vec<(Config, Deployment)>,
    folder: TempDir,
    // Longer than what runs on it.
    runtime: Runtime,
}

impl Fleet {
    fn new(count: usize) -> Self {
        Self::of((0..count).map(|_| Config::new(Product::Ciam)))
    }

    fn of(configs: impl Iterator<Item = Config>) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let start = |config: Config| {
            let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
            (config, deployment)
        };
        let deployments = configs.map(start).collect();
        Self { deployments, folder: tempfile::tempdir().expect("a folder"), runtime }
    }

    /// A folder with the target files of the first so many, with another value for a key of each.
    fn folder(&self, name: &str, count: usize, (key, value): (&str, &str)) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        for (number, (config, deployment)) in self.deployments.iter().take(count).enumerate() {
            let text = reference::target_file(config, &tenant(number), deployment.url());
            let said = text.lines().find(|line| line.starts_with(key)).expect("the key");
            let text = text.replace(said, &format!("{key} = {value}"));
            fs::write(folder.join(format!("{number:04}.toml")), text).expect("a target file");
        }
        folder
    }

    /// Runs the tenants of a folder.
    fn run(&self, targets: &Path, arguments: &[&str]) -> Ran {
        let reports = targets.with_extension("reports");
        let said = targets.with_extension("said");
        let file = || fs::File::create(&said).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
        command
            .args(["run", "--color", "never", "--lang", "en", "--targets"])
            .arg(targets)
            .arg("--reports")
            .arg(&reports);
        command.args(arguments).stdin(Stdio::null()).stdout(file()).stderr(Stdio::inherit());
        command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY").current_dir(self.folder.path());
        let Measured { status, took, peak } = measured(&mut command, LONGEST);
        assert!(took <= LONGEST, "the run took longer than {LONGEST:?}");
        let said = fs::read_to_string(&said).expect("what it said");
        Ran { code: status.code(), took, peak, said, reports }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let stopping = self.deployments.drain(..).map(|(_, deployment)| self.runtime.spawn(deployment.stop()));
        for stopped in stopping.collect::<Vec<_>>() {
            let _ = self.runtime.block_on(stopped);
        }
    }
}

fn tenant(number: usize) -> String {
    format!("tenant {number:04}")
}

/// What a run over many tenants came to.
struct Ran {
    code: Option<i32>,
    took: Duration,
    peak: Option<u64>,
    said: String,
    reports: PathBuf,
}

impl Ran {
    fn record(&self, number: usize) -> Value {
        let folder = self.reports.join(tenant(number).replace(' ', "-")).join("latest");
        let text = fs::read_to_string(folder.join("run.json"));
        let text = text.unwrap_or_else(|error| panic!("{}: {error}: {}", folder.display(), self.said));
        let record: Value = serde_json::from_str(&text).expect("a record");
        assert_eq!(record["target"]["name"], tenant(number));
        record
    }

    fn records(&self, count: usize) -> impl Iterator<Item = Value> {
        (0..count).map(|number| self.record(number))
    }

    /// The names of the tenants that have a folder of reports.
    fn folders(&self) -> usize {
        let entries = fs::read_dir(&self.reports).expect("the reports");
        entries.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir())).count()
    }
}

#[expect(clippy::print_stdout, reason = "figures of the machine that it runs on")]
fn said(count: usize, ran: &Ran) {
    println!("{count} tenants: {:.1} s, {} KiB", ran.took.as_secs_f64(), ran.peak.unwrap_or_default());
}

fn outcomes(record: &Value) -> Vec<(&str, &str)> {
    let trials = record["trials"].as_array().expect("trials").iter();
    trials.map(|trial| (trial["id"].as_str().expect("an id"), trial["outcome"].as_str().expect("one"))).collect()
}

fn delivered(record: &Value) -> u64 {
    let delivered = &record["delivered"];
    delivered["sms"].as_u64().expect("a count") + delivered["email"].as_u64().expect("a count")
}

#[test]
fn a_fleet_is_judged_tenant_by_tenant_and_its_memory_does_not_grow_with_their_number() {
    let count = tenants();
    let fleet = Fleet::new(count);
    let few = fleet.run(&fleet.folder("few", FEW, ("max", "10")), &SELECTED);
    let all = fleet.run(&fleet.folder("all", count, ("max", "10")), &SELECTED);
    for (ran, count) in [(&few, FEW), (&all, count)] {
        assert_eq!(ran.code, Some(0), "{}", ran.said);
        assert_eq!(ran.folders(), count);
        for record in ran.records(count) {
            assert_eq!(
                (&record["verdict"], &record["tally"]["pass"]),
                (&"conforms".into(), &TRIALS.into()),
                "{record}"
            );
            assert_eq!(delivered(&record), 1, "{record}");
        }
        assert!(ran.said.contains(&format!("{count} conforms")), "{}", ran.said);
        let overview = fs::read_to_string(ran.reports.join("overview.html")).expect("an overview");
        assert!((0..count).all(|number| overview.contains(&tenant(number))), "a tenant is not in the overview");
    }
    said(FEW, &few);
    said(count, &all);
    if let (Some(few), Some(all)) = (few.peak, all.peak) {
        assert!(2 * all <= 3 * few, "{FEW} tenants take {few} KiB, {count} take {all} KiB");
    }
}

#[test]
fn targets_of_one_deployment_do_not_replace_each_others_codes() {
    let fleet = Fleet::of(std::iter::once(Config::new(Product::Eiam)));
    let folder = fleet.folder("shared", 1, ("max", "1000"));
    let first = fs::read_to_string(folder.join("0000.toml")).expect("a target file");
    for number in 1..4 {
        let text = first.replace(&tenant(0), &tenant(number));
        fs::write(folder.join(format!("{number:04}.toml")), text).expect("a target file");
    }
    let ran = fleet.run(&folder, &["--repeat", "2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.said);
}

#[test]
fn every_tenant_keeps_its_own_budget_of_messages() {
    let count = 60;
    let fleet = Fleet::new(count);
    let ran = fleet.run(&fleet.folder("thrifty", count, ("max", "2")), &["--select", "ciam/sms-send/scene/*"]);
    assert_eq!(ran.code, Some(5), "{}", ran.said);
    for record in ran.records(count) {
        assert_eq!(delivered(&record), 2, "{record}");
        let outcomes = outcomes(&record);
        let ended = |wanted: &str| outcomes.iter().filter(|(_, outcome)| *outcome == wanted).count();
        assert_eq!((ended("pass"), ended("blocked")), (2, outcomes.len() - 2), "{outcomes:?}");
    }
}

#[test]
fn every_tenant_keeps_a_pace_of_its_own() {
    let count = 30;
    let fleet = Fleet::new(count);
    let ran = fleet.run(&fleet.folder("slow", count, ("rate", "\"4/s\"")), &SELECTED[..2]);
    assert_eq!(ran.code, Some(0), "{}", ran.said);
    for record in ran.records(count) {
        let time = |name: &str| record[name].as_str().expect("a time").parse::<Timestamp>().expect("a time");
        let took = Duration::try_from(time("finished").duration_since(time("started"))).expect("forwards");
        // Four requests have three gaps.
        assert!(took >= Duration::from_millis(740), "{took:?}: {record}");
    }
    // Had they shared one pace, each would have taken a second of it.
    assert!(ran.took < Duration::from_secs(count as u64), "{:?}", ran.took);
}

#[test]
fn a_tenant_that_deviates_decides_the_exit_code_and_touches_no_other() {
    let (count, odd) = (60, 41);
    let fault = reference::faults(Product::Ciam).into_iter().find(|fault| fault.id() == FAULT).expect("a fault");
    let config = |number| match Config::new(Product::Ciam) {
        config if number == odd => config.with_fault(fault.clone()),
        config => config,
    };
    let fleet = Fleet::of((0..count).map(config));
    let ran = fleet.run(&fleet.folder("mixed", count, ("max", "10")), &SELECTED);
    assert_eq!(ran.code, Some(1), "{}", ran.said);
    for (number, record) in ran.records(count).enumerate() {
        let failed: Vec<_> = outcomes(&record).into_iter().filter(|(_, outcome)| *outcome != "pass").collect();
        let verdict = record["verdict"].as_str().expect("a verdict");
        if number == odd {
            assert!(verdict == "deviates" && !failed.is_empty(), "{record}");
            assert!(failed.iter().all(|(id, outcome)| id.ends_with("/zh") && *outcome == "fail"), "{failed:?}");
        } else {
            assert_eq!((verdict, failed.len()), ("conforms", 0), "{}", tenant(number));
        }
    }
    assert!(ran.said.contains(&tenant(odd)), "{}", ran.said);
}
