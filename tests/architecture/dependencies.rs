//! What stands in `Cargo.lock`: licences that everybody may use, one registry, nothing that was banned.
//!
//! `.cargo/deny.toml` says what is allowed, for `cargo deny` and for these tests, which need neither it nor a network.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use toml::Table;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn table(path: &str) -> Table {
    let text = std::fs::read_to_string(root().join(path)).expect("a file");
    text.parse().expect("TOML")
}

/// A list of `.cargo/deny.toml`.
fn listed(section: &str, key: &str) -> Vec<toml::Value> {
    let list = table(".cargo/deny.toml")[section][key].as_array().expect("a list").clone();
    assert!(!list.is_empty());
    list
}

fn texts(list: &[toml::Value]) -> BTreeSet<String> {
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What `cargo metadata` says of everything that is built here, without a network.
fn metadata() -> Value {
    let version = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output();
    let version = String::from_utf8(version.expect("rustc runs").stdout).expect("text");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let text = cargo(&["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host]);
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let allowed = texts(&listed("licenses", "allow"));
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "only {} packages were found", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(|licence| permits(licence, &allowed)))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// Whether an SPDX expression can be kept with the licences that are allowed; `/` is an old `OR`.
fn permits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let permitted = any(&mut rest, allowed);
    permitted && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut permitted = all(rest, allowed);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        *rest = after;
        permitted |= all(rest, allowed);
    }
    permitted
}

fn all(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut permitted = one(rest, allowed);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        *rest = after;
        permitted &= one(rest, allowed);
    }
    permitted
}

fn one(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let Some((word, after)) = rest.split_first() else { return false };
    *rest = after;
    if *word == "(" {
        let permitted = any(rest, allowed);
        let closed = rest.split_first().filter(|(word, _)| **word == ")");
        *rest = closed.map_or(&[], |(_, after)| after);
        return permitted && closed.is_some();
    }
    // An exception is another licence.
    if let Some(("WITH", [_, after @ ..])) = rest.split_first().map(|(word, after)| (*word, after)) {
        *rest = after;
        return false;
    }
    allowed.contains(*word)
}

#[test]
fn an_expression_is_read_as_it_is_meant() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "ISC".to_owned()]);
    for (expression, permitted) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("ISC AND (GPL-3.0-only OR MIT)", true),
        ("(GPL-3.0-only OR MIT) AND Unicode-3.0", false),
        ("MIT WITH an-exception", false),
        ("MIT WITH an-exception OR ISC", true),
        ("", false),
        ("MIT )", false),
    ] {
        assert_eq!(permits(expression, &allowed), permitted, "{expression}");
    }
}

#[test]
fn every_package_comes_from_the_one_registry_with_its_checksum() {
    let allowed: BTreeSet<String> =
        texts(&listed("sources", "allow-registry")).iter().map(|url| format!("registry+{url}")).collect();
    for lock in ["Cargo.lock", "tests/fuzz/Cargo.lock"] {
        let table = table(lock);
        let packages = table["package"].as_array().expect("packages");
        for package in packages {
            let name = package["name"].as_str().expect("a name");
            match package.get("source").and_then(toml::Value::as_str) {
                Some(source) => {
                    assert!(allowed.contains(source), "{lock}: {name} comes from {source}");
                    assert!(package.get("checksum").is_some(), "{lock}: {name} has no checksum");
                }
                None => assert!(["iamspec", "iamspec-fuzz"].contains(&name), "{lock}: {name} comes from a folder"),
            }
        }
    }
}

#[test]
fn nothing_that_was_banned_is_built() {
    let banned = listed("bans", "deny");
    let banned: BTreeSet<&str> = banned.iter().map(|ban| ban["name"].as_str().expect("a name")).collect();
    let tree = cargo(&["tree", "--locked", "--offline", "--edges", "normal,build,dev", "--prefix", "none"]);
    let built: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(built.contains("reqwest") && built.contains("rustls"), "the tree was not read");
    let found: Vec<_> = built.intersection(&banned).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_dependency_names_a_version() {
    let manifest = table("Cargo.toml");
    for section in ["dependencies", "dev-dependencies"] {
        for (name, wanted) in manifest[section].as_table().expect("a table") {
            let version = wanted.as_str().or_else(|| wanted.get("version").and_then(toml::Value::as_str));
            assert!(version.is_some_and(|version| !version.contains('*')), "{name} names no version");
        }
    }
}
