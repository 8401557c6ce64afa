//! The arrows of the house: a module uses only what stands left of it, and a library stays in its home.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/dependencies.rs"]
mod dependencies;

/// The stations in the order in which the data travels.
const STATIONS: &[&str] = &[
    "schema", "case", "target", "plan", "exchange", "desk", "fixture", "check", "record", "verdict", "runner",
    "compare", "report", "embedded", "loopback", "bridge", "selftest", "doctor", "cli",
];
/// Leaves that any station may use.
const LEAVES: &[&str] = &["text", "outcome", "redact", "diagnostic", "score", "template", "toml_file", "source_files"];
/// The reference uses nothing of ours, and only these start it.
const STARTS_THE_REFERENCE: &[&str] = &["loopback", "bridge", "selftest", "cli"];
/// Libraries and the stations they may be used in.
const HOMES: &[(&str, &[&str])] = &[
    ("reqwest", &["exchange"]),
    ("hyper", &["exchange"]),
    ("hyper_util", &["exchange"]),
    ("h2", &["exchange"]),
    ("rustls", &["exchange"]),
    ("x509_cert", &["exchange"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("tabled", &["report"]),
    ("quick_junit", &["report"]),
    ("askama", &["report"]),
    ("jsonschema", &["schema"]),
    ("toml", &["toml_file"]),
    ("annotate_snippets", &["diagnostic"]),
    ("libtest_mimic", &["bridge"]),
    ("jsonwebtoken", &["check", "reference"]),
    ("axum", &["reference", "desk"]),
];

/// A source file, its tests cut off: tests may look anywhere.
struct Source {
    path: String,
    station: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 50, "only {} source files were found", found.len());
    found
}

fn collect(root: &Path, dir: &Path, found: &mut Vec<Source>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(dir).expect("src is read").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(root).expect("below src").to_string_lossy().into_owned();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&name) {
            let station = name.split('/').next().expect("a name").trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).expect("source is text");
            let text = text.split("#[cfg(test)]\nmod tests {").next().expect("a part").to_owned();
            found.push(Source { path: format!("src/{name}"), station, text });
        }
    }
}

/// Files that `#[cfg(test)] mod …;` brings in.
fn is_test(name: &str) -> bool {
    let test_only = ["tests", "tests.rs", "golden.rs", "sample.rs"];
    name.split('/').any(|part| test_only.contains(&part))
}

/// The modules of ours that a text names: `crate::case::…`, `use crate::{score, verdict}`.
fn modules_used(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(list) = after.strip_prefix('{') {
            let end = list.find(';').unwrap_or(list.len());
            let names = list[..end].split(',').map(|part| part.trim().trim_end_matches('}'));
            used.extend(names.map(|name| name.split("::").next().expect("a part").trim().to_owned()));
        } else {
            used.insert(after.split(|c: char| !c.is_alphanumeric() && c != '_').next().expect("a part").to_owned());
        }
    }
    used
}

fn rank(station: &str) -> Option<usize> {
    STATIONS.iter().position(|known| *known == station)
}

#[test]
fn a_module_uses_only_what_stands_left_of_it() {
    let mut broken = Vec::new();
    for source in sources() {
        for used in modules_used(&source.text) {
            let allowed = match (rank(&source.station), rank(&used)) {
                _ if used == source.station => true,
                _ if used == "reference" => STARTS_THE_REFERENCE.contains(&source.station.as_str()),
                _ if source.station == "reference" => false,
                (Some(here), Some(there)) => there < here,
                (None, Some(_)) => source.station == "main" || source.station == "lib",
                (_, None) => LEAVES.contains(&used.as_str()) || used == "Target" || used.is_empty(),
            };
            if !allowed {
                broken.push(format!("{}: `{}` must not use `{used}`", source.path, source.station));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_module_has_a_place_in_the_house() {
    for source in sources() {
        let known = rank(&source.station).is_some()
            || LEAVES.contains(&source.station.as_str())
            || ["lib", "main", "build", "reference"].contains(&source.station.as_str());
        assert!(known, "{}: say where `{}` stands", source.path, source.station);
    }
}

#[test]
fn a_library_does_not_leave_its_home() {
    let mut broken = Vec::new();
    for source in sources() {
        for (library, homes) in HOMES {
            let uses = source.text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")).any(|line| {
                line.match_indices(&format!("{library}::")).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                })
            });
            if uses && !homes.contains(&source.station.as_str()) {
                broken.push(format!("{}: `{library}` belongs into {}", source.path, homes.join(", ")));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reference_reads_neither_cases_nor_schemas() {
    for source in sources().iter().filter(|source| source.station == "reference") {
        for word in ["include_str!", "include_bytes!", "include_dir!", "std::fs", "\"cases", "\"schemas"] {
            assert!(!source.text.contains(word), "{}: judge and judged must not share `{word}`", source.path);
        }
    }
}

#[test]
fn every_module_says_what_it_takes_gives_and_never_does() {
    for source in sources() {
        assert!(source.text.starts_with("//!"), "{}: a module begins with what it is for", source.path);
    }
}
