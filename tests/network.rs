//! How a deployment is reached: certificates, HTTP/2, proxies, addresses of the target file.
//!
//! Every peer is on loopback, and its authority is made up. The binary is run against it as people run it.

#[path = "network/doctor.rs"]
mod doctor;
#[path = "peer/tls.rs"]
mod tls;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tls::{ALWAYS, Asked, Authority, FUTURE, Leaf, Manner, PAST, Speech, TlsPeer};

const TRIAL: &str = "ciam/sms-send/client-id/missing/en";
const GOOD: &str = r#"{"error_code":"IDAAS.SDK.PARAM.0002","error_msg":"clientId cannot be empty"}"#;

/// What a run of one trial came to.
#[derive(Debug)]
struct Ran {
    outcome: String,
    code: String,
    text: String,
    version: String,
}

/// Runs one trial; `files` stand beside the target file, `rest` is the end of it.
fn run(url: &str, rest: &str, files: &[(&str, String)], environment: &[(&str, String)]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let target = format!(
        "name = \"network\"\nproduct = \"ciam\"\nurl = \"{url}\"\nclient_id = \"c\"\n\
         recipients = {{ mobile = [\"15200000000\"] }}\n\
         captcha = {{ command = [\"printf\", \"a-token-of-no-worth\"], single_use = true }}\n\
         limits = {{ connect_timeout = \"5s\", timeout = \"5s\" }}\n{rest}\n"
    );
    fs::write(folder.path().join("target.toml"), target).expect("a target file");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    command.args(["run", "--target", "target.toml", "--select", TRIAL, "--no-reports", "--report", "json=run.json"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(environment.iter().map(|(name, value)| (name, value))).current_dir(folder.path());
    let output = command.output().expect("the binary runs");
    read(&folder.path().join("run.json"), &String::from_utf8_lossy(&output.stderr))
}

fn read(path: &Path, stderr: &str) -> Ran {
    let record = fs::read(path).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    let record: Value = serde_json::from_slice(&record).expect("a record");
    let trial = &record["trials"].as_array().expect("trials").iter().find(|trial| trial["id"] == TRIAL);
    let trial = trial.expect("the trial");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ran {
        outcome: text(&trial["outcome"]),
        code: text(&trial["reason"]["code"]),
        text: text(&trial["reason"]["text"]),
        version: text(&trial["exchanges"][0]["response"]["version"]),
    }
}

/// A peer with a certificate for 127.0.0.1, asked by a run that trusts its authority.
fn trusting(leaf: &Leaf, authority: &Authority) -> Ran {
    let peer = TlsPeer::start(&Speech::of(leaf), GOOD);
    let ca = [("ca.pem", authority.pem())];
    run(&format!("https://127.0.0.1:{}", peer.port()), "tls = { ca = \"ca.pem\" }", &ca, &[])
}

fn assert_unreached(ran: &Ran, why: &str) {
    assert_eq!((ran.outcome.as_str(), ran.code.as_str()), ("error", "environment"), "{ran:?}");
    assert!(ran.text.contains(why) && ran.text.lines().count() == 1, "{ran:?}");
}

#[test]
fn an_own_authority_is_trusted_when_the_target_file_names_it() {
    let authority = Authority::new("made up");
    let ran = trusting(&authority.leaf(&["127.0.0.1"], ALWAYS), &authority);
    assert_eq!((ran.outcome.as_str(), ran.version.as_str()), ("pass", "HTTP/1.1"), "{ran:?}");
}

#[test]
fn an_unknown_authority_is_not_trusted_and_the_key_to_set_is_named() {
    let (unknown, other) = (Authority::new("made up"), Authority::new("another"));
    let why = "nobody trusted here signed the certificate: set `tls.ca`";
    assert_unreached(&trusting(&unknown.leaf(&["127.0.0.1"], ALWAYS), &other), why);
    let leaf = unknown.leaf(&["127.0.0.1"], ALWAYS);
    let peer = TlsPeer::start(&Speech::of(&leaf), GOOD);
    assert_unreached(&run(&format!("https://127.0.0.1:{}", peer.port()), "", &[], &[]), why);
    assert_eq!(peer.asked(), [], "nothing was said to a stranger");
}

#[test]
fn a_certificate_out_of_its_time_says_since_when() {
    let authority = Authority::new("made up");
    let expired = trusting(&authority.leaf(&["127.0.0.1"], PAST), &authority);
    assert_unreached(&expired, "the certificate expired on 2021-01-01 00:00 UTC");
    let early = trusting(&authority.leaf(&["127.0.0.1"], FUTURE), &authority);
    assert_unreached(&early, "the certificate is not valid before 2119-01-01 00:00 UTC");
}

#[test]
fn a_certificate_for_another_name_says_both_names() {
    let authority = Authority::new("made up");
    let ran = trusting(&authority.leaf(&["other.example.com", "10.0.0.1"], ALWAYS), &authority);
    assert_unreached(&ran, "the certificate is for `other.example.com`, `10.0.0.1`, not for `127.0.0.1`");
}

#[test]
fn a_client_certificate_is_shown_where_it_is_demanded() {
    let authority = Authority::new("made up");
    let server = authority.leaf(&["127.0.0.1"], ALWAYS);
    let peer = TlsPeer::start(&Speech { clients_of: Some(&authority), ..Speech::of(&server) }, GOOD);
    let url = format!("https://127.0.0.1:{}", peer.port());
    let ca = ("ca.pem", authority.pem());
    let without = run(&url, "tls = { ca = \"ca.pem\" }", std::slice::from_ref(&ca), &[]);
    assert_unreached(&without, "set `tls.client_certificate` and `tls.client_key`");
    let shown = |client: &Leaf| {
        let files = [ca.clone(), ("client.pem", client.certificate.pem()), ("client.key", client.key.serialize_pem())];
        let all = "tls = { ca = \"ca.pem\", client_certificate = \"client.pem\", client_key = \"client.key\" }";
        run(&url, all, &files, &[])
    };
    assert_eq!(peer.asked(), [], "nobody came through");
    assert_eq!(shown(&authority.leaf(&["client"], ALWAYS)).outcome, "pass");
    let stranger = shown(&Authority::new("another").leaf(&["client"], ALWAYS));
    assert_unreached(&stranger, "the deployment does not accept the certificate in `tls.client_certificate`");
}

#[test]
fn a_deployment_that_offers_http_2_is_spoken_to_in_it_and_may_have_much_to_say() {
    let authority = Authority::new("made up");
    let leaf = authority.leaf(&["127.0.0.1"], ALWAYS);
    let peer = TlsPeer::start(&Speech { manner: Manner::LargeHead(200_000), ..Speech::of(&leaf) }, GOOD);
    let ca = [("ca.pem", authority.pem())];
    let ran = run(&format!("https://127.0.0.1:{}", peer.port()), "tls = { ca = \"ca.pem\" }", &ca, &[]);
    assert_eq!((ran.outcome.as_str(), ran.version.as_str()), ("pass", "HTTP/2.0"), "{ran:?}");
    assert!(peer.asked().iter().all(|asked| asked.version == "HTTP/2"), "{:?}", peer.asked());
}

#[test]
fn a_host_is_reached_at_the_address_of_the_target_file_by_its_own_name_and_past_any_proxy() {
    let authority = Authority::new("made up");
    let leaf = authority.leaf(&["acme.test"], ALWAYS);
    let peer = TlsPeer::start(&Speech::of(&leaf), GOOD);
    let port = peer.port();
    let rest = |address: &str| {
        format!("tls = {{ ca = \"ca.pem\" }}\nnetwork = {{ resolve = {{ \"acme.test\" = \"{address}\" }} }}")
    };
    let ca = [("ca.pem", authority.pem())];
    // Nobody listens there: whoever asked it would not come back with an answer.
    let proxy = [("HTTPS_PROXY", "http://127.0.0.1:9".to_owned())];
    let by_pin = run("https://acme.test", &rest(&format!("127.0.0.1:{port}")), &ca, &proxy);
    assert_eq!(by_pin.outcome, "pass", "{by_pin:?}");
    let asked = Asked { sni: Some("acme.test".into()), host: "acme.test".into(), version: "HTTP/1.1" };
    assert!(peer.asked().contains(&asked), "{:?}", peer.asked());
    let by_url = run(&format!("https://acme.test:{port}"), &rest("127.0.0.1"), &ca, &proxy);
    assert_eq!(by_url.outcome, "pass", "{by_url:?}");
}

/// A proxy on loopback: it opens tunnels, and passes plain requests on, all to one port. It remembers the first lines.
struct Tunnel {
    port: u16,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        thread::spawn(move || {
            for stream in listener.incoming().take(32).flatten() {
                let heard = Arc::clone(&heard);
                thread::spawn(move || pass_on(stream, port, &heard));
            }
        });
        Self { port: own, lines }
    }

    fn address(&self) -> String {
        format!("http://name:word@127.0.0.1:{}", self.port)
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("nobody panics").clone()
    }
}

/// All up to the empty line.
fn head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    Some(head)
}

/// Reads a request to its end: a peer that closes before would reset the connection, and its answer might be lost.
fn read_request(stream: &mut TcpStream) -> Option<()> {
    let head = String::from_utf8_lossy(&head(stream)?).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    stream.read_exact(&mut vec![0; length]).ok()
}

fn pass_on(mut client: TcpStream, port: u16, lines: &Mutex<Vec<String>>) -> Option<()> {
    client.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let head = head(&mut client)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    lines.lock().expect("nobody panics").push(text.lines().next()?.to_owned());
    let mut server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    if text.starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    } else {
        server.write_all(&head).ok()?;
    }
    joined(&mut client, server)
}

/// Passes on whatever either side says.
fn joined(client: &mut TcpStream, mut server: TcpStream) -> Option<()> {
    let (mut from, mut to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut server, client).ok()?;
    Some(())
}

/// A plain deployment that refuses as documented.
fn plain() -> u16 {
    answering("400 Bad Request")
}

/// A plain peer that gives one answer a connection, always of this status.
fn answering(status: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().take(32).flatten() {
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let _ = read_request(&mut stream);
                let head = "Connection: close\r\nContent-Type: application/json";
                let _ = write!(stream, "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\n\r\n{GOOD}", GOOD.len());
            });
        }
    });
    port
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let authority = Authority::new("made up");
    let leaf = authority.leaf(&["acme.test"], ALWAYS);
    let peer = TlsPeer::start(&Speech::of(&leaf), GOOD);
    let ca = [("ca.pem", authority.pem())];
    let proxy = Tunnel::to(peer.port());
    let ran = run("https://acme.test", "tls = { ca = \"ca.pem\" }", &ca, &[("HTTPS_PROXY", proxy.address())]);
    assert_eq!(ran.outcome, "pass", "{ran:?}");
    assert!(proxy.lines().iter().all(|line| line == "CONNECT acme.test:443 HTTP/1.1"), "{:?}", proxy.lines());
    let proxy = Tunnel::to(plain());
    let ran = run("http://acme.test", "", &[], &[("HTTP_PROXY", proxy.address())]);
    assert_eq!(ran.outcome, "pass", "{ran:?}");
    let posted = "POST http://acme.test/api/v2/sdk/sms/send HTTP/1.1";
    assert!(proxy.lines().iter().any(|line| line == posted), "{:?}", proxy.lines());
}

/// A SOCKS 5 proxy without a password, to one port; it hands over the name that was asked for.
fn socks(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let own = listener.local_addr().expect("an address").port();
    let names = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&names);
    thread::spawn(move || {
        for stream in listener.incoming().take(32).flatten() {
            let heard = Arc::clone(&heard);
            thread::spawn(move || socks_on(stream, port, &heard));
        }
    });
    (own, names)
}

fn socks_on(mut client: TcpStream, port: u16, names: &Mutex<Vec<String>>) -> Option<()> {
    client.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).ok()?;
    client.read_exact(&mut vec![0; usize::from(greeting[1])]).ok()?;
    client.write_all(&[5, 0]).ok()?;
    let mut head = [0; 5];
    client.read_exact(&mut head).ok()?;
    let mut name = vec![0; usize::from(head[4])];
    client.read_exact(&mut name).ok()?;
    client.read_exact(&mut [0; 2]).ok()?;
    names.lock().expect("nobody panics").push(String::from_utf8_lossy(&name).into_owned());
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
    joined(&mut client, TcpStream::connect(("127.0.0.1", port)).ok()?)
}

#[test]
fn a_socks_proxy_resolves_the_name_itself() {
    let (port, names) = socks(plain());
    let ran = run("http://acme.test", "", &[], &[("ALL_PROXY", format!("socks5h://127.0.0.1:{port}"))]);
    assert_eq!(ran.outcome, "pass", "{ran:?}");
    assert!(names.lock().expect("nobody panics").iter().all(|name| name == "acme.test"));
}

#[test]
fn no_proxy_stands_before_what_needs_none() {
    let proxy = Tunnel::to(plain());
    let environment = [("HTTP_PROXY", proxy.address()), ("NO_PROXY", "example.com,acme.test".to_owned())];
    let ran = run("http://api.acme.test", "", &[], &environment);
    assert_unreached(&ran, "`api.acme.test`");
    assert!(ran.text.contains("no such host") || ran.text.contains("could not be resolved"), "{ran:?}");
    let ran = run(&format!("http://127.0.0.1:{}", plain()), "", &[], &[("HTTP_PROXY", proxy.address())]);
    assert_eq!(ran.outcome, "pass", "{ran:?}");
    assert_eq!(proxy.lines(), Vec::<String>::new());
}

#[test]
fn a_proxy_that_fails_is_named_without_its_password() {
    let nobody = TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("an address").port();
    for (name, url) in [("HTTP_PROXY", "http://acme.test"), ("HTTPS_PROXY", "https://acme.test")] {
        let ran = run(url, "", &[], &[(name, format!("http://name:word@127.0.0.1:{nobody}"))]);
        assert_unreached(&ran, &format!("the proxy `http://127.0.0.1:{nobody}` of the environment: nobody listens"));
        assert!(!ran.text.contains("word"), "{ran:?}");
    }
    let ran = run("https://acme.test", "", &[], &[("HTTPS_PROXY", format!("http://127.0.0.1:{}", plain()))]);
    assert_unreached(&ran, "it did not open a tunnel to the deployment");
    let refusing = || format!("http://127.0.0.1:{}", answering("407 Proxy Authentication Required"));
    for (name, url) in [("HTTP_PROXY", "http://acme.test"), ("HTTPS_PROXY", "https://acme.test")] {
        assert_unreached(&run(url, "", &[], &[(name, refusing())]), "it demands a name and a password");
    }
}
