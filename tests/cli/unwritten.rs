//! Reports that cannot be written: told before anything is sent where that can be known, and as exit 74 after.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::{assert_valid, code, said};

/// A refusal as documented, but for a member of 300 KB: more than the room that was asked for.
const LONG: usize = 300_000;

/// A deployment that counts who connects, in a folder with its target file.
struct Counted {
    folder: TempDir,
    connections: Arc<AtomicUsize>,
}

impl Counted {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it does not block");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::downgrade(&connections);
        thread::spawn(move || {
            // It ends with the test that counts.
            while let Some(counter) = counter.upgrade() {
                match listener.accept() {
                    Ok((stream, _)) => {
                        counter.fetch_add(1, Ordering::SeqCst);
                        thread::spawn(move || answer(stream));
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(5)),
                    Err(_) => break,
                }
            }
        });
        let folder = tempfile::tempdir().expect("a folder");
        let target = format!(
            "name = \"counted\"\nproduct = \"ciam\"\nurl = \"{url}\"\nclient_id = \"id\"\n\
             [recipients]\nmobile = [\"15200000000\"]\n[captcha]\ncommand = [\"echo\", \"a-token\"]\nsingle_use = true\n"
        );
        fs::write(folder.path().join("target.toml"), target).expect("a target file");
        fs::write(folder.path().join("a-file"), "").expect("a file");
        fs::create_dir(folder.path().join("a-folder")).expect("a folder");
        Self { folder, connections }
    }

    /// Runs one trial by a shell, in the folder; `before` may set limits, `after` is what follows the arguments.
    fn run(&self, before: &str, arguments: &str, after: &str) -> Output {
        let binary = env!("CARGO_BIN_EXE_iamspec");
        let line = format!(
            "{before} \"{binary}\" run --target target.toml --select ciam/sms-send/client-id/missing/en {arguments} {after}"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &line]).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("LC_ALL", "C.UTF-8").env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
        command.output().expect("a shell")
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The files of the folder that nobody should leave behind.
    fn left(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).expect("a folder").flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with('.')).collect()
    }
}

fn answer(mut stream: std::net::TcpStream) {
    let ready = stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(Duration::from_secs(5))));
    let mut request = [0; 4096];
    if ready.is_err() || !stream.read(&mut request).is_ok_and(|read| read > 0) {
        return;
    }
    let long = "x".repeat(LONG);
    let body =
        format!(r#"{{"error_code":"IDAAS.SDK.PARAM.0002","error_msg":"clientId cannot be empty","note":"{long}"}}"#);
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_sent() {
    let site = Counted::new();
    for (before, arguments, says) in [
        ("", "--reports a-file", "`a-file/counted/"),
        ("", "--reports a-file/below", "or use `--no-reports`"),
        ("", "--reports /proc/iamspec", "`/proc/iamspec/counted/"),
        ("", "--no-reports --report json=a-file/run.json", "name another path with `--report`"),
        ("", "--no-reports --report json=a-folder", "`a-folder` is a folder"),
        ("", "--no-reports --report junit=/proc/run.xml", "`/proc` cannot be written to"),
        ("ulimit -f 16;", "--no-reports --report json=run.json", "has no room for the reports, about"),
        ("ulimit -f 16;", "--reports kept", "make room, or use `--no-reports`"),
    ] {
        let output = site.run(before, arguments, "");
        assert_eq!(code(&output), 74, "{arguments}: {}", said(&output));
        assert!(said(&output).contains(says), "no `{says}` in {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{}", said(&output));
        assert_eq!(site.connections(), 0, "{arguments}: nothing is sent");
        assert_eq!(site.left(), Vec::<String>::new(), "{arguments}");
    }
}

#[test]
fn a_disk_that_fills_up_during_the_run_costs_the_reports_that_do_not_fit() {
    let site = Counted::new();
    // There is room for what one trial usually takes, and not for the answer that it gets.
    let output = site.run("ulimit -f 512;", "--no-reports --report json=run.json --report junit=junit.xml", "");
    assert!(site.connections() > 0, "{}", said(&output));
    assert_eq!(code(&output), 74, "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("error: `run.json` could not be written: File too large"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let junit = fs::read_to_string(site.folder.path().join("junit.xml")).expect("what fits is there");
    assert!(junit.contains("</testsuites>"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("verdict:"), "the table is printed");
    assert!(!site.folder.path().join("run.json").exists(), "no half report");
    assert_eq!(site.left(), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_costs_its_report_and_no_other() {
    let site = Counted::new();
    let reports = "--reports kept --report junit=/dev/full --report html=page.html";
    let output = site.run("", reports, "");
    assert_eq!(code(&output), 74, "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("`/dev/full` could not be written: No space left on device"), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("verdict:"), "the table is printed");
    for path in ["page.html", "kept/counted/latest/run.json", "kept/counted/latest/junit.xml"] {
        assert!(site.folder.path().join(path).metadata().is_ok_and(|file| file.len() > 0), "{path}");
    }
}

#[test]
fn a_folder_that_goes_away_during_the_run_is_made_again() {
    let site = Counted::new();
    let target = site.folder.path().join("target.toml");
    let text = fs::read_to_string(&target).expect("a target file");
    let source = "[\"sh\", \"-c\", \"rm -rf kept; echo a-token\"]";
    fs::write(&target, text.replace("[\"echo\", \"a-token\"]", source)).expect("a target file");
    let output = site.run("", "--reports kept", "");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(site.folder.path().join("kept/counted/latest/run.json").is_file());
}

#[test]
fn a_reader_that_goes_away_loses_no_report() {
    let site = Counted::new();
    let output = site.run("{", "--reports kept -v; echo \"exit $?\" >&2;", "} | head -n 1");
    assert!(output.status.success(), "{}", said(&output));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(stderr.trim(), "exit 0", "no panic, no other exit code");
    let record = fs::read_to_string(site.folder.path().join("kept/counted/latest/run.json")).expect("a record");
    assert_valid(&serde_json::from_str(&record).expect("JSON"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_table_that_cannot_be_printed_is_told() {
    let site = Counted::new();
    let output = site.run("", "--no-reports --report json=run.json", "> /dev/full");
    assert_eq!(code(&output), 74, "{}", said(&output));
    assert!(said(&output).contains("error: the result could not be printed: No space left"), "{}", said(&output));
    assert!(site.folder.path().join("run.json").is_file());
}
