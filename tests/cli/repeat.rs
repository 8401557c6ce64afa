//! Trials that run more than once.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::*;

const MISSING: &str = "ciam/sms-send/client-id/missing/en";

#[test]
fn every_trial_runs_as_often_as_it_was_asked_for_and_counts_once() {
    let site = Site::new(Product::Ciam);
    let (code, record) = site.record(&["--repeat", "3", "--jobs", "16"]);
    assert_eq!(code, 0);
    assert_valid(&record);
    let trials = record["trials"].as_array().expect("trials");
    assert_eq!(record["tally"]["total"], trials.len());
    for trial in trials {
        let repeats = &trial["repeats"];
        assert_eq!(repeats["outcomes"]["total"], 3, "{trial}");
        assert_eq!(repeats["outcomes"]["pass"], 3, "{trial}");
        assert_eq!(repeats["unstable"], false, "{trial}");
        let latency = ["min", "p50", "p90", "p99", "max"].map(|name| repeats["latency_ms"][name].as_f64());
        assert!(latency.is_sorted() && latency[0].is_some(), "{trial}");
        assert!(!trial["exchanges"].as_array().expect("exchanges").is_empty(), "{trial}");
    }
    // Every scene three times, and what the negatives do not deliver.
    let scenes = clauses(&record).filter(|id| id.contains("/scene/")).count();
    let delivered = &record["delivered"];
    let messages = delivered["sms"].as_u64().zip(delivered["email"].as_u64()).map(|(sms, email)| sms + email);
    assert!(messages.is_some_and(|messages| messages >= 3 * scenes as u64), "{delivered}");
}

#[test]
fn logins_are_repeated_one_round_after_the_other() {
    let site = Site::new(Product::Eiam);
    let (code, record) = site.record(&["--repeat", "3", "--select", "eiam/mobile-login/*"]);
    assert_eq!(code, 0);
    let logins = record["trials"].as_array().expect("trials");
    assert!(logins.iter().all(|trial| trial["repeats"]["outcomes"]["pass"] == 3), "{logins:#?}");
}

/// A listener that answers every connection once, after so long, with what it says of the number of the connection.
fn answers(after: Duration, status: fn(usize) -> &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().take(200).enumerate() {
            let Ok(mut stream) = stream else { continue };
            let mut buffer = [0; 8192];
            let Ok(_) = stream.read(&mut buffer) else { continue };
            thread::sleep(after);
            let body = r#"{"error_code":"IDAAS.SDK.PARAM.0002","error_msg":"clientId cannot be empty"}"#;
            let head =
                format!("HTTP/1.1 {}\r\nContent-Type: application/json\r\nConnection: close\r\n", status(number));
            let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    port
}

/// Runs one trial so often against a port: what was said, and its record.
fn repeated(port: u16, times: &str) -> (Output, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("target.toml");
    let text = format!(
        "name = \"shaky\"\nproduct = \"ciam\"\nurl = \"http://127.0.0.1:{port}\"\nclient_id = \"x\"\n\
         [recipients]\nmobile = [\"15200000000\"]\n[delivery]\ninterval = \"0s\"\n[limits]\nrate = \"100000/s\"\n"
    );
    fs::write(&target, text).expect("a target file");
    let path = folder.path().join("run.json");
    let report = format!("json={}", path.display());
    let target = target.to_str().expect("a path");
    let output = iamspec(&[
        "run",
        "--target",
        target,
        "--select",
        MISSING,
        "--repeat",
        times,
        "--no-reports",
        "--report",
        &report,
    ]);
    let record: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a record")).expect("JSON");
    assert_valid(&record);
    (output, record)
}

#[test]
fn latencies_are_those_of_the_answers() {
    const TAKES: Duration = Duration::from_millis(120);
    let (output, record) = repeated(answers(TAKES, |_| "400 Bad Request"), "3");
    assert_eq!(code(&output), 0, "{}", said(&output));
    let slow = trial(&record, MISSING);
    let latency = &slow["repeats"]["latency_ms"];
    for told in [&latency["min"], &latency["p50"], &latency["max"], &slow["duration_ms"]] {
        // Two digits are kept.
        assert!(told.as_f64().is_some_and(|told| (119.0..5000.0).contains(&told)), "{latency}");
    }
}

#[test]
fn a_trial_that_ends_otherwise_now_and_then_is_unstable_and_its_worst_time_is_shown() {
    // Every fourth answer is another one.
    let busy = |number| if number % 4 == 3 { "503 Busy" } else { "400 Bad Request" };
    let (output, record) = repeated(answers(Duration::ZERO, busy), "40");
    assert_eq!(code(&output), 1, "{}", said(&output));
    let shaky = trial(&record, MISSING);
    let outcomes = &shaky["repeats"]["outcomes"];
    assert_eq!((&shaky["outcome"], &shaky["repeats"]["unstable"]), (&"fail".into(), &true.into()), "{shaky}");
    assert_eq!(outcomes["total"], 40, "{shaky}");
    assert!(outcomes["pass"].as_u64() > outcomes["fail"].as_u64() && outcomes["fail"].as_u64() > Some(0), "{outcomes}");
    assert_eq!(shaky["exchanges"][0]["response"]["status"], 503, "{shaky}");
    assert!(said(&output).contains(&format!("{MISSING}: unstable: ")), "{}", said(&output));
}

fn clauses(record: &Value) -> impl Iterator<Item = &str> {
    record["clauses"].as_array().expect("clauses").iter().filter_map(|clause| clause["id"].as_str())
}
