//! The recipes of `deploy/`: their very commands, each process in a network namespace of its own.
//!
//! A namespace has its own loopback, and there a reference deployment at the same address as everywhere: one tenant, as seen
//! by machines that share nothing but a volume. Where namespaces are not permitted the processes share the machine's network
//! and one deployment.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use iamspec::reference::{self, Config, Deployment, Product};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use yaml_rust2::{Yaml, YamlLoader};

/// What is broken where a deployment deviates.
const FAULT: &str = "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh";
/// The port of the deployment within a namespace, where nobody else has one.
const PORT: u16 = 18080;

/// Whether processes can have a network of their own here.
static APART: LazyLock<bool> = LazyLock::new(networks_can_be_had);

#[expect(clippy::print_stdout, reason = "what was not exercised is said")]
fn networks_can_be_had() -> bool {
    let probe = Command::new("unshare").args(["-rn", "ip", "link", "set", "lo", "up"]).output();
    let apart = probe.is_ok_and(|output| output.status.success());
    if !apart {
        println!("no network namespaces here: the processes share the network of this machine");
    }
    apart
}

/// Starts the deployment of a namespace, waits for it, then runs what it is given.
const INSIDE: &str = r#"
ip link set lo up
iamspec serve --product ciam --port "$PORT" ${FAULT:+--fault "$FAULT"} > "$SERVED" 2> /dev/null &
serving=$!
trap 'kill "$serving"' EXIT
until [ -s "$SERVED" ]; do kill -0 "$serving"; sleep 0.05; done
code=0
"$@" || code=$?
exit "$code"
"#;

fn deploy(name: &str) -> Vec<Yaml> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name);
    let text = fs::read_to_string(&path).expect("a recipe");
    YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(yaml: &Yaml) -> String {
    yaml.as_str().unwrap_or_else(|| panic!("a text: {yaml:?}")).to_owned()
}

fn list(yaml: &Yaml) -> &[Yaml] {
    yaml.as_vec().unwrap_or_else(|| panic!("a list: {yaml:?}"))
}

/// A command as a recipe has it.
#[derive(Clone)]
struct Step {
    command: Vec<String>,
    variables: BTreeMap<String, String>,
}

impl Step {
    /// A script as CI runs it.
    fn of_script(shell: &[&str], script: &str) -> Self {
        let command = shell.iter().map(ToString::to_string).chain([script.to_owned()]).collect();
        Self { command, variables: BTreeMap::new() }
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }
}

/// What the processes of a test share: a volume, and where namespaces are not permitted a deployment.
struct Volume {
    folder: TempDir,
    fault: Option<&'static str>,
    shared: Option<(Runtime, Deployment)>,
}

impl Volume {
    fn new(fault: Option<&'static str>) -> Self {
        let mut config = Config::new(Product::Ciam);
        if let Some(id) = fault {
            let fault = reference::faults(Product::Ciam).into_iter().find(|fault| fault.id() == id);
            config = config.with_fault(fault.expect("a fault of this id"));
        }
        let shared = (!*APART).then(|| {
            let runtime = Runtime::new().expect("a runtime");
            let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
            (runtime, deployment)
        });
        let at = |(_, deployment): &(Runtime, Deployment)| deployment.url().to_owned();
        let url = shared.as_ref().map_or_else(|| format!("http://127.0.0.1:{PORT}"), at);
        let volume = Self { folder: tempfile::tempdir().expect("a folder"), fault, shared };
        fs::write(volume.path("acme.toml"), reference::target_file(&config, "acme", &url)).expect("a target file");
        volume
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn target(&self) -> String {
        self.path("acme.toml").to_str().expect("a path").to_owned()
    }

    /// Starts a command where `iamspec` is on the path.
    fn start(&self, name: &str, step: &Step) -> Child {
        let binary = Path::new(env!("CARGO_BIN_EXE_iamspec")).parent().expect("its folder");
        let path = std::env::join_paths(
            std::iter::once(binary.to_owned())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        // Whatever hangs is ended by the system.
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", "120"]);
        if *APART {
            command.args(["unshare", "-rn", "sh", "-euc", INSIDE, "inside"]);
        }
        command.args(&step.command).envs(&step.variables).current_dir(self.folder.path());
        command.env("PATH", path.expect("a path")).env("PORT", PORT.to_string());
        command.env("SERVED", self.path(&format!("{name}.served")));
        command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY").env_remove("FAULT");
        command.envs(self.fault.map(|fault| ("FAULT", fault)));
        let said = fs::File::create(self.path(&format!("{name}.said"))).expect("a file");
        command.stdin(Stdio::null()).stdout(said.try_clone().expect("a file")).stderr(said);
        command.spawn().expect("it starts")
    }

    /// The exit code of a command, and what it said.
    fn ended(&self, name: &str, mut child: Child) -> (Option<i32>, String) {
        let code = child.wait().expect("it ends").code();
        let mut said = String::new();
        let mut file = fs::File::open(self.path(&format!("{name}.said"))).expect("what it said");
        file.read_to_string(&mut said).expect("text");
        (code, said)
    }

    fn run(&self, name: &str, step: &Step) -> (Option<i32>, String) {
        self.ended(name, self.start(name, step))
    }

    /// Runs all at once, and holds every one to its exit code.
    fn all(&self, steps: &[(String, Step)], expected: i32) {
        let children: Vec<_> = steps.iter().map(|(name, step)| (name, self.start(name, step))).collect();
        for (name, child) in children {
            let (code, said) = self.ended(name, child);
            assert_eq!(code, Some(expected), "{name}: {said}");
        }
    }

    fn record(&self, name: &str) -> Value {
        let path = self.path(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).expect("a record")
    }

    /// The same run on one machine: its exit code and record.
    fn whole(&self) -> (i32, Value) {
        let script = "iamspec run --target acme.toml --no-reports --report json=whole.json";
        let (code, said) = self.run("whole", &Step::of_script(&["sh", "-euc"], script));
        assert!(code.is_some_and(|code| [0, 1].contains(&code)), "{said}");
        (code.unwrap_or_default(), self.record("whole.json"))
    }

    /// Holds what was merged against the run on one machine.
    fn holds(&self, merged: &str, (code, said): (Option<i32>, String)) {
        let (expected, whole) = self.whole();
        assert_eq!(code, Some(expected), "{said}");
        assert_eq!(expected, i32::from(self.fault.is_some()));
        assert_eq!(essence(&self.record(merged)), essence(&whole));
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        if let Some((runtime, deployment)) = self.shared.take() {
            let _ = runtime.block_on(deployment.stop());
        }
    }
}

/// What a record says, without times and what differs from run to run.
fn essence(record: &Value) -> Value {
    let trials = record["trials"].as_array().expect("trials").iter();
    let trials: Vec<_> = trials.map(|trial| ["id", "outcome", "prerequisite"].map(|key| trial[key].clone())).collect();
    let whole = ["verdict", "tally", "clauses", "target", "shard"].map(|key| record[key].clone());
    serde_json::json!([trials, whole])
}

/// The Job of `kubernetes.yaml`.
struct Job {
    spec: Yaml,
    shards: i64,
}

impl Job {
    fn new() -> Self {
        let documents = deploy("kubernetes.yaml");
        let job = documents.iter().find(|document| document["kind"].as_str() == Some("Job")).expect("a Job");
        let spec = job["spec"].clone();
        let variables = list(&spec["template"]["spec"]["containers"][0]["env"]);
        let shards = variables.iter().find(|variable| variable["name"].as_str() == Some("SHARDS"));
        let shards = text(&shards.expect("`SHARDS`")["value"]).parse().expect("a number");
        Self { spec, shards }
    }

    fn pod(&self) -> &Yaml {
        &self.spec["template"]["spec"]
    }

    /// What the pod of an index runs, with the variables that Kubernetes gives it, the mounts being folders of `volume`.
    fn step(&self, volume: &Volume, run: &str, index: i64) -> Step {
        let container = &self.pod()["containers"][0];
        let words = list(&container["command"]).iter().chain(list(&container["args"]));
        let mut step = Step { command: words.map(text).collect(), variables: BTreeMap::new() };
        for variable in list(&container["env"]) {
            let name = text(&variable["name"]);
            let value = match name.as_str() {
                "TARGET" => volume.target(),
                "REPORTS" => volume.path("reports").to_str().expect("a path").to_owned(),
                "RUN" => {
                    let field = text(&variable["valueFrom"]["fieldRef"]["fieldPath"]);
                    assert_eq!(field, "metadata.labels['batch.kubernetes.io/controller-uid']");
                    run.to_owned()
                }
                _ => text(&variable["value"]),
            };
            step = step.with(&name, value);
        }
        step.with("JOB_COMPLETION_INDEX", index.to_string())
    }
}

#[test]
fn the_job_has_a_pod_for_each_shard_and_one_that_merges_and_may_do_nothing_else() {
    let job = Job::new();
    let number = |key: &str| job.spec[key].as_i64();
    assert_eq!(job.spec["completionMode"].as_str(), Some("Indexed"));
    assert_eq!((number("completions"), number("parallelism")), (Some(job.shards + 1), Some(job.shards + 1)));
    // Another try would deliver again.
    assert_eq!((number("backoffLimit"), job.pod()["restartPolicy"].as_str()), (Some(0), Some("Never")));
    let container = &job.pod()["containers"][0];
    let rule = &job.spec["podFailurePolicy"]["rules"][0]["onExitCodes"];
    assert_eq!(rule["containerName"], container["name"]);
    assert_eq!(job.pod()["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"].as_bool(), Some(true));
    assert!(!container["resources"]["requests"].is_badvalue() && !container["resources"]["limits"].is_badvalue());
    // What the variables name is what is mounted: a secret, and a claim of this file.
    let mounted = |path: &str| {
        let mount = list(&container["volumeMounts"]).iter().find(|mount| mount["mountPath"].as_str() == Some(path));
        let name = text(&mount.expect("a mount")["name"]);
        list(&job.pod()["volumes"]).iter().find(|volume| volume["name"].as_str() == Some(&name)).expect("a volume")
    };
    assert!(!mounted("/target")["secret"]["secretName"].is_badvalue());
    let claim = text(&mounted("/reports")["persistentVolumeClaim"]["claimName"]);
    let named = |document: &Yaml| document["metadata"]["name"].as_str() == Some(&claim);
    assert!(deploy("kubernetes.yaml").iter().any(named), "no claim `{claim}`");
}

#[test]
fn the_pods_of_the_job_come_to_the_verdict_of_one_machine() {
    let job = Job::new();
    for fault in [None, Some(FAULT)] {
        let volume = Volume::new(fault);
        // What an earlier Job left on the volume: of another deployment, and not to be merged.
        fs::create_dir_all(volume.path("reports/earlier")).expect("a folder");
        fs::write(volume.path("reports/earlier/shard-1.json"), "{}").expect("a file");
        // The pod that merges is there first, and has to wait.
        let merging = volume.start("merge", &job.step(&volume, "now", job.shards));
        let shard = |index: i64| (format!("shard-{index}"), job.step(&volume, "now", index));
        volume.all(&(0..job.shards).map(shard).collect::<Vec<_>>(), 0);
        volume.holds("reports/now/run.json", volume.ended("merge", merging));
        for report in ["junit.xml", "report.html"] {
            assert!(fs::metadata(volume.path("reports/now").join(report)).is_ok_and(|file| file.len() > 0), "{report}");
        }
    }
}

#[test]
fn a_pod_that_finds_nothing_out_fails_the_job() {
    let job = Job::new();
    let volume = Volume::new(None);
    let target = fs::read_to_string(volume.path("acme.toml")).expect("a target file");
    let elsewhere = target.lines().map(|line| match line.strip_prefix("url = ") {
        // A port that nobody listens on.
        Some(_) => "url = \"http://127.0.0.1:9\"".to_owned(),
        None => line.to_owned(),
    });
    fs::write(volume.path("acme.toml"), elsewhere.collect::<Vec<_>>().join("\n")).expect("a target file");
    let (code, said) = volume.run("unreachable", &job.step(&volume, "now", 0));
    assert_eq!(code, Some(3), "{said}");
    fs::write(volume.path("acme.toml"), "nonsense").expect("a target file");
    let (code, said) = volume.run("nonsense", &job.step(&volume, "now", 0));
    assert_eq!(code, Some(2), "{said}");
}

/// The script of a step of a job of GitHub's.
fn github(workflow: &Yaml, job: &str, step: &str) -> String {
    let steps = list(&workflow["jobs"][job]["steps"]);
    let found = steps.iter().find(|one| one["name"].as_str() == Some(step)).unwrap_or_else(|| panic!("no step {step}"));
    assert_eq!(found["shell"].as_str(), Some("bash"));
    text(&found["run"])
}

#[test]
fn the_matrix_of_github_comes_to_the_verdict_of_one_machine() {
    let workflow = deploy("ci/github-matrix.yml").remove(0);
    let indices = list(&workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"]);
    let bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];
    for fault in [None, Some(FAULT)] {
        let volume = Volume::new(fault);
        let shard = |index: &Yaml| {
            let index = index.as_i64().expect("a number").to_string();
            let script = github(&workflow, "shard", "run")
                .replace("${{ matrix.shard }}", &index)
                .replace("${{ strategy.job-total }}", &indices.len().to_string());
            assert!(!script.contains("${{"), "{script}");
            (format!("shard-{index}"), Step::of_script(&bash, &script).with("IAMSPEC_TARGET", volume.target()))
        };
        volume.all(&indices.iter().map(shard).collect::<Vec<_>>(), 0);
        let merge = Step::of_script(&bash, &github(&workflow, "verdict", "merge"));
        volume.holds("merged/run.json", volume.run("merge", &merge));
    }
}

#[test]
fn the_parallel_jobs_of_gitlab_come_to_the_verdict_of_one_machine() {
    let pipeline = deploy("ci/gitlab-parallel.yml").remove(0);
    let script = |job: &str| list(&pipeline[job]["script"]).iter().map(text).collect::<Vec<_>>().join("\n");
    let total = pipeline["shard"]["parallel"].as_i64().expect("a number");
    let bash = ["bash", "-eo", "pipefail", "-c"];
    for fault in [None, Some(FAULT)] {
        let volume = Volume::new(fault);
        let shard = |index: i64| {
            let step = Step::of_script(&bash, &script("shard"))
                .with("IAMSPEC_TARGET", volume.target())
                .with("CI_NODE_INDEX", index.to_string())
                .with("CI_NODE_TOTAL", total.to_string());
            (format!("shard-{index}"), step)
        };
        volume.all(&(1..=total).map(shard).collect::<Vec<_>>(), 0);
        let merge = Step::of_script(&bash, &script("verdict"));
        volume.holds("merged/run.json", volume.run("merge", &merge));
    }
}
