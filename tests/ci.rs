//! The recipes in `deploy/ci`: their steps are run as they stand, in a shell, against the embedded reference.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

/// What a recipe has a shell do, in its order; not how iamspec gets there.
struct Recipe {
    script: String,
    variables: Vec<(String, String)>,
    yaml: Yaml,
}

fn read(name: &str) -> Yaml {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/ci").join(name);
    let text = fs::read_to_string(path).expect("a recipe");
    YamlLoader::load_from_str(&text).expect("YAML").remove(0)
}

fn text(yaml: &Yaml) -> String {
    yaml.as_str().unwrap_or_else(|| panic!("no text: {yaml:?}")).to_owned()
}

fn variables(yaml: &Yaml) -> Vec<(String, String)> {
    yaml.as_hash().expect("variables").iter().map(|(name, value)| (text(name), text(value))).collect()
}

/// Steps of their own shells; the one that runs decides, the others follow it whatever it says.
fn github() -> Recipe {
    let yaml = read("github.yml");
    let steps = yaml["jobs"]["contract"]["steps"].as_vec().expect("steps");
    let runs: Vec<(String, String, bool)> = steps
        .iter()
        .filter(|step| !step["run"].is_badvalue())
        .map(|step| (text(&step["name"]), text(&step["run"]), step["if"].as_str() == Some("always()")))
        .collect();
    let names: Vec<&str> = runs.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["install iamspec", "run", "verify and certify"]);
    assert!(steps.iter().all(|step| step["run"].is_badvalue() || step["shell"].as_str() == Some("bash")));
    let mut script = "failed=0\n".to_owned();
    for (_, run, always) in &runs[1..] {
        let guard = if *always { "true" } else { "[ $failed -eq 0 ]" };
        // As the service calls `shell: bash`.
        let shell = "bash --noprofile --norc -eo pipefail";
        let _ = writeln!(
            script,
            "if {guard}; then {shell} <<'STEP' || {{ code=$?; [ $failed -ne 0 ] || failed=$code; }}\n{run}\nSTEP\nfi"
        );
    }
    script += "exit $failed\n";
    Recipe { script, variables: variables(&yaml["env"]), yaml }
}

/// One shell for all lines.
fn gitlab() -> Recipe {
    let yaml = read("gitlab.yml");
    let lines = yaml["iamspec"]["script"].as_vec().expect("a script").iter().map(text);
    let script = format!("set -eo pipefail\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    Recipe { script, variables: variables(&yaml["variables"]), yaml }
}

impl Recipe {
    /// In an empty project, with the iamspec of this build.
    fn run(&self, project: &Path, options: &str) -> Output {
        let binary = Path::new(env!("CARGO_BIN_EXE_iamspec")).parent().expect("a folder");
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").expect("a path"));
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-c", &self.script]).current_dir(project);
        command.envs(self.variables.iter().cloned()).env("PATH", path).env("LANG", "C.UTF-8");
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", project.join("summary.md"));
        if !options.is_empty() {
            command.env("IAMSPEC_OPTIONS", options);
        }
        command.output().expect("a shell")
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Makes what was just run the baseline.
fn accept(project: &Path) {
    fs::create_dir_all(project.join("baseline")).expect("a folder");
    for name in ["reference-eiam", "reference-ciam"] {
        let record = project.join(format!("out/{name}.json"));
        fs::copy(record, project.join(format!("baseline/{name}.json"))).expect("a baseline");
    }
}

/// Changes a baseline, as if the deployment had changed since.
fn edited(project: &Path, name: &str, edit: impl Fn(&mut Value)) {
    let path = project.join(format!("baseline/{name}.json"));
    let mut record: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a baseline")).expect("JSON");
    edit(&mut record);
    fs::write(path, record.to_string()).expect("a baseline");
}

/// The first header of every answer was called otherwise.
fn drifted(record: &mut Value) {
    for trial in record["trials"].as_array_mut().expect("trials") {
        for exchange in trial["exchanges"].as_array_mut().expect("exchanges") {
            let headers = exchange["response"]["headers"].as_array_mut().expect("headers");
            headers.push(serde_json::json!({"name": "X-Old", "value": "1"}));
        }
    }
}

/// A target file that forbids what a clause needs.
fn without_delivery(project: &Path, served: &str) -> PathBuf {
    let path = project.join("acme.toml");
    fs::write(&path, served.replace("allow = true", "allow = false")).expect("a target file");
    path
}

#[test]
fn the_recipes_run_as_they_stand_and_leave_what_they_upload() {
    for recipe in [github(), gitlab()] {
        let project = tempfile::tempdir().expect("a folder");
        let output = recipe.run(project.path(), "");
        assert_eq!(code(&output), 0, "{}", said(&output));
        for name in ["reference-eiam", "reference-ciam"] {
            for file in ["json", "junit.xml", "acceptance.html"] {
                let file = project.path().join(format!("out/{name}.{file}"));
                assert!(file.metadata().is_ok_and(|file| file.len() > 1000), "{}: {}", file.display(), said(&output));
            }
            assert!(project.path().join(format!("reports/{name}/latest/report.html")).exists());
        }
        let summary = fs::read_to_string(project.path().join("summary.md")).expect("a summary");
        assert!(summary.contains("✅ reference-eiam") && summary.contains("✅ reference-ciam"), "{summary}");
    }
}

#[test]
fn drift_since_the_baseline_warns_and_what_broke_fails() {
    for (recipe, on_drift) in [(github(), 0), (gitlab(), 6)] {
        let project = tempfile::tempdir().expect("a folder");
        assert_eq!(code(&recipe.run(project.path(), "")), 0);
        accept(project.path());
        let same = recipe.run(project.path(), "");
        assert_eq!(code(&same), 0, "{}", said(&same));
        edited(project.path(), "reference-ciam", drifted);
        let drift = recipe.run(project.path(), "");
        assert_eq!(code(&drift), on_drift, "{}", said(&drift));
        let warned = said(&drift).contains("::warning title=iamspec::nothing broke");
        assert_eq!(warned, on_drift == 0, "{}", said(&drift));
        fs::remove_file(project.path().join("baseline/reference-ciam.json")).expect("it was there");
        let missing = recipe.run(project.path(), "");
        assert_eq!(code(&missing), 2, "a baseline that is not there is no baseline that is kept: {}", said(&missing));
    }
}

#[test]
fn the_verdict_of_a_tenant_is_the_end_of_the_job() {
    let (runtime, deployment, served) = faulty();
    for recipe in [github(), gitlab()] {
        let project: TempDir = tempfile::tempdir().expect("a folder");
        let target = project.path().join("faulty.toml");
        fs::write(&target, &served).expect("a target file");
        let broken = recipe.run(project.path(), "--target faulty.toml --select ciam/sms-send/type/*");
        assert_eq!(code(&broken), 1, "{}", said(&broken));
        let page = fs::read_to_string(project.path().join("out/acme-staging.acceptance.html")).expect("a page");
        assert!(page.contains("NOT accepted"), "{page}");
        without_delivery(project.path(), &served);
        let blocked = recipe.run(project.path(), "--target acme.toml --select ciam/sms-send/scene/*");
        assert_eq!(code(&blocked), 5, "{}", said(&blocked));
    }
    runtime.block_on(deployment.stop()).expect("it stops");
}

/// A deployment with a broken promise, and its target file.
fn faulty() -> (tokio::runtime::Runtime, iamspec::reference::Deployment, String) {
    use iamspec::reference::{Config, Product, faults, start, target_file};
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let fault = "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/message-off/zh";
    let fault = faults(Product::Ciam).into_iter().find(|known| known.id() == fault).expect("a fault");
    let config = Config::new(Product::Ciam).with_fault(fault);
    let deployment = runtime.block_on(start(config.clone())).expect("a deployment");
    let text = target_file(&config, "acme staging", deployment.url());
    (runtime, deployment, text)
}

#[test]
fn what_is_cached_and_kept_is_what_is_made() {
    let github = github().yaml;
    let steps = github["jobs"]["contract"]["steps"].as_vec().expect("steps");
    let step = |name: &str| steps.iter().find(|step| step["name"].as_str() == Some(name)).expect("a step");
    let cached = text(&step("cache iamspec")["with"]["path"]);
    assert!(text(&step("install iamspec")["run"]).contains(&format!("--root {cached}")));
    let kept = text(&step("keep the reports")["with"]["path"]);
    assert_eq!(kept.lines().collect::<Vec<_>>(), ["out/", "reports/"]);
    assert_eq!(step("keep the reports")["if"].as_str(), Some("always()"));
    let gitlab = &gitlab().yaml["iamspec"];
    assert_eq!(gitlab["allow_failure"]["exit_codes"][0].as_i64(), Some(6));
    assert_eq!(gitlab["artifacts"]["when"].as_str(), Some("always"));
    assert_eq!(gitlab["artifacts"]["reports"]["junit"].as_str(), Some("out/*.junit.xml"));
    let setup: Vec<String> = gitlab["before_script"].as_vec().expect("a set-up").iter().map(text).collect();
    let cached = text(&gitlab["cache"]["paths"][0]);
    assert!(setup.iter().any(|line| line.contains("cargo install --locked $IAMSPEC_SOURCE --root .iamspec")));
    assert_eq!(cached, ".iamspec/");
}
