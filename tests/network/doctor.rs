//! `iamspec doctor` as people and scripts use it: each check is seen in order and not.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use iamspec::reference::{self, Config, Deployment, Product};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::tls::{ALWAYS, Authority, Day, Manner, PAST, Speech, TlsPeer};

/// A preflight that is over.
struct Seen {
    code: i32,
    answer: Value,
    all: String,
}

impl Seen {
    /// The state and the text of the worst line of a check.
    fn line(&self, check: &str) -> (&str, String) {
        let lines = self.answer["targets"][0]["checks"].as_array().expect("checks");
        let mut of = lines.iter().filter(|line| line["check"] == check);
        let mut odd = of.clone().filter(|line| line["state"] != "ok");
        let odd = odd.clone().find(|line| line["state"] == "wrong").or_else(|| odd.next());
        let line = odd.or_else(|| of.next()).unwrap_or_else(|| panic!("no `{check}`: {}", self.all));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (line["state"].as_str().expect("a state"), format!("{}\n{}", text(&line["text"]), text(&line["advice"])))
    }

    fn assert(&self, check: &str, state: &str, says: &str) {
        let (found, text) = self.line(check);
        assert!(found == state && text.contains(says), "{check}: {found}: {text}\n{}", self.all);
    }
}

/// The variables of a proxy must not come from whoever runs the tests.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

fn output(target: &str, files: &[(&str, String)], environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("target.toml"), target).expect("a target file");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamspec"));
    command.args(["doctor", "--target", "target.toml"]).args(arguments).current_dir(folder.path());
    for name in PROXIES {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied()).output().expect("the binary runs")
}

fn doctor(target: &str, files: &[(&str, String)], environment: &[(&str, &str)]) -> Seen {
    let output = output(target, files, environment, &["--format", "json"]);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let all = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let answer = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {all}"));
    Seen { code: output.status.code().expect("an exit code"), answer, all }
}

/// The reference in this process, and the target file it describes itself with.
struct Site {
    runtime: Runtime,
    deployment: Option<Deployment>,
    text: String,
}

impl Site {
    fn new(product: Product) -> Self {
        Self::of(&Config::new(product))
    }

    fn of(config: &Config) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let deployment = runtime.block_on(reference::start(config.clone())).expect("a deployment");
        let text = reference::target_file(config, "acme staging", deployment.url());
        Self { runtime, deployment: Some(deployment), text }
    }

    fn url(&self) -> &str {
        self.deployment.as_ref().expect("it runs").url()
    }

    fn doctor(&self, from: &str, to: &str) -> Seen {
        assert!(self.text.contains(from), "{}", self.text);
        doctor(&self.text.replace(from, to), &[], &[])
    }

    /// With a table replaced as a whole.
    fn with_table(&self, name: &str, line: &str) -> Seen {
        let (before, rest) = self.text.split_once(&format!("\n[{name}]")).expect("a table");
        let after = rest.split_once("\n[").map_or(String::new(), |(_, after)| format!("\n[{after}"));
        doctor(&format!("{before}\n[{name}]\n{line}\n{after}"), &[], &[])
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(deployment) = self.deployment.take() {
            let _ = self.runtime.block_on(deployment.stop());
        }
    }
}

/// A plain peer with one answer for every request, made anew for each.
fn peer(answer: impl Fn() -> String + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for mut stream in listener.incoming().take(64).flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).is_ok_and(|count| count == buffer.len()) {}
                let _ = stream.write_all(answer().as_bytes());
            });
        }
    });
    url
}

fn refusing(headers: &str) -> String {
    let body = r#"{"error_code":"IDAAS.SDK.PARAM.0001","error_msg":"no"}"#;
    format!("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn bare(url: &str) -> String {
    format!("name = \"acme\"\nproduct = \"ciam\"\nurl = \"{url}\"\nclient_id = \"c\"\n")
}

/// A port on which nobody listens.
fn nobody() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("an address").port()
}

#[test]
fn the_reference_is_ready_and_nothing_was_delivered() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = Site::new(product);
        let seen = doctor(&site.text, &[], &[]);
        assert_eq!((seen.code, &seen.answer["targets"][0]["health"]), (0, &"ready".into()), "{}", seen.all);
        assert_eq!(seen.answer["targets"][0]["tally"]["warning"], 0, "{}", seen.all);
        let order: Vec<&str> = seen.answer["targets"][0]["checks"]
            .as_array()
            .expect("checks")
            .iter()
            .map(|line| line["check"].as_str().expect("a check"))
            .collect();
        let first = ["target-file", "url", "dns", "connect", "tls", "clock", "proxy", "paths", "client-id", "captcha"];
        assert_eq!(order[..first.len()], first);
        let address = site.url().strip_prefix("http://").expect("plain");
        for to in ["15200000000", "15200000001", "qa@example.com"] {
            let mut stream = TcpStream::connect(address).expect("it listens");
            let query =
                format!("GET /_reference/code?to={to}&scene=LOGIN_SMS HTTP/1.1\r\nHost: a\r\nConnection: close");
            stream.write_all(format!("{query}\r\n\r\n").as_bytes()).expect("it reads");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("it answers");
            assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        }
    }
}

#[test]
fn a_client_id_that_the_deployment_does_not_know_is_wrong() {
    for product in [Product::Eiam, Product::Ciam] {
        let seen = Site::new(product).doctor("client_id = \"", "client_id = \"x");
        assert_eq!(seen.code, 1, "{}", seen.all);
        seen.assert("client-id", "wrong", "copy `client_id` from the application");
    }
}

#[test]
fn a_client_id_cannot_be_told_where_other_parts_are_looked_at_first() {
    let variants = reference::variants(Product::Ciam);
    let first = variants.iter().find(|variant| variant.id() == "order-members-first").expect("a variant");
    let site = Site::of(&Config::new(Product::Ciam).with_variant(*first));
    for id in ["client_id = \"", "client_id = \"x"] {
        let seen = site.doctor("client_id = \"", id);
        assert_eq!(seen.code, 0, "{}", seen.all);
        seen.assert("client-id", "not-checked", "it cannot be told");
    }
}

#[test]
fn paths_that_do_not_answer_are_wrong() {
    let site = Site::new(Product::Ciam);
    let elsewhere = site.doctor(&format!("url = \"{}\"", site.url()), &format!("url = \"{}/base\"", site.url()));
    assert_eq!(elsewhere.code, 1);
    elsewhere.assert("paths", "wrong", "is answered 404");
    let redirect = "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example.com/\r\nContent-Length: 0\r\n\r\n";
    let seen = doctor(&bare(&peer(|| redirect.to_owned())), &[], &[]);
    seen.assert("paths", "wrong", "redirects are not followed");
    let broken = doctor(&bare(&peer(|| "SSH-2.0-OpenSSH\r\n".to_owned())), &[], &[]);
    assert_eq!(broken.code, 1, "{}", broken.all);
    broken.assert("paths", "wrong", "the answer is not HTTP");
}

#[test]
fn a_deployment_that_cannot_be_reached_ends_with_three_and_the_rest_is_looked_at_all_the_same() {
    let target = bare(&format!("http://127.0.0.1:{}", nobody())) + "recipients = { mobile = [\"x\"] }\n";
    let seen = doctor(&target, &[], &[]);
    assert_eq!((seen.code, &seen.answer["targets"][0]["health"]), (3, &"unreachable".into()), "{}", seen.all);
    seen.assert("connect", "wrong", "nobody listens");
    for check in ["tls", "clock", "paths", "client-id"] {
        assert_eq!(seen.line(check).0, "not-checked", "{check}");
    }
    seen.assert("recipients", "wrong", "is no mobile number");
    let seen = doctor(&bare("https://acme.invalid"), &[], &[]);
    assert_eq!(seen.code, 3);
    seen.assert("dns", "wrong", "`acme.invalid` cannot be resolved");
}

/// A day so many days from now.
fn day(days: i64) -> Day {
    let date = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date() + days.days();
    let unsigned = |number: i8| u8::try_from(number).expect("a part of a date");
    (date.year().into(), unsigned(date.month()), unsigned(date.day()))
}

#[test]
fn the_certificate_is_told_with_its_name_its_authority_and_its_days() {
    const REFUSED: &str = r#"{"error_code":"IDAAS.SDK.PARAM.0001","error_msg":"no"}"#;
    let authority = Authority::new("made up");
    let with = |span: (Day, Day)| {
        let leaf = authority.leaf(&["acme.test"], span);
        let peer = TlsPeer::start(&Speech { manner: Manner::Http2, ..Speech::of(&leaf) }, REFUSED);
        let target = bare("https://acme.test")
            + &format!(
                "tls = {{ ca = \"ca.pem\" }}\nnetwork = {{ resolve = {{ \"acme.test\" = \"127.0.0.1:{}\" }} }}\n",
                peer.port()
            );
        doctor(&target, &[("ca.pem", authority.pem())], &[])
    };
    let seen = with(ALWAYS);
    assert_eq!(seen.code, 0, "{}", seen.all);
    seen.assert("tls", "ok", "trusted, HTTP/2.0; for acme.test; signed by CN=made up;");
    seen.assert("dns", "ok", "`network.resolve` says");
    let soon = with(((2020, 1, 1), day(10)));
    assert_eq!(soon.code, 0);
    soon.assert("tls", "warning", "9 days left");
    let past = with(PAST);
    assert_eq!(past.code, 3);
    past.assert("tls", "wrong", "the certificate expired on 2021-01-01");
}

#[test]
fn clocks_that_are_apart_are_a_warning() {
    let at = |ahead: i64| {
        move || {
            let time = Timestamp::now() + SignedDuration::from_secs(ahead);
            refusing(&format!("Date: {}\r\n", time.strftime("%a, %d %b %Y %H:%M:%S GMT")))
        }
    };
    doctor(&bare(&peer(at(0))), &[], &[]).assert("clock", "ok", " s apart from this one");
    doctor(&bare(&peer(at(3600))), &[], &[]).assert("clock", "warning", " s ahead of this one");
    doctor(&bare(&peer(at(-3600))), &[], &[]).assert("clock", "warning", " s behind this one");
    doctor(&bare(&peer(|| refusing(""))), &[], &[]).assert("clock", "not-checked", "no `Date`");
    let kept = || {
        let time = Timestamp::now() - SignedDuration::from_secs(600);
        refusing(&format!("Age: 600\r\nDate: {}\r\n", time.strftime("%a, %d %b %Y %H:%M:%S GMT")))
    };
    doctor(&bare(&peer(kept)), &[], &[]).assert("clock", "ok", " s apart from this one");
}

#[test]
fn sources_are_asked_and_people_are_not() {
    let site = Site::new(Product::Eiam);
    let captcha = |line: &str| site.with_table("captcha", line);
    captcha("command = [\"printf\", \"one-of-no-worth\"]").assert("captcha", "ok", "it gives a token");
    let failed = captcha("command = [\"sh\", \"-c\", \"echo secret; exit 3\"]");
    assert_eq!(failed.code, 1);
    failed.assert("captcha", "wrong", "`captcha.command` ended with exit status: 3");
    assert!(!failed.all.contains("secret"), "{}", failed.all);
    captcha("browser = true").assert("captcha", "not-checked", "a person is asked");
    let code = |line: &str| site.with_table("verify_code", line);
    code("prompt = true").assert("verify-code", "not-checked", "a person is asked");
    code("fixed = \"123456\"").assert("verify-code", "ok", "a constant");
    let broken = peer(|| "HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned());
    let seen = code(&format!("http = {{ url = \"{broken}/?to=${{to}}\", pointer = \"/code\" }}"));
    assert_eq!(seen.code, 1);
    seen.assert("verify-code", "wrong", "`verify_code.http` answered HTTP 500");
    let none = doctor(&bare(site.url()), &[], &[]);
    none.assert("captcha", "warning", "set one of `captcha.http`");
}

#[test]
fn a_key_set_that_is_of_no_use_is_wrong() {
    let site = Site::new(Product::Eiam);
    let jwks = |url: &str| site.with_table("id_token", &format!("jwks = \"{url}\""));
    let garbage = peer(|| "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\n<html>".to_owned());
    let seen = jwks(&garbage);
    assert_eq!(seen.code, 1);
    seen.assert("jwks", "wrong", "not a JSON Web Key Set");
    jwks(&format!("http://127.0.0.1:{}/keys", nobody())).assert("jwks", "wrong", "nobody listens at");
    site.with_table("id_token", "lifetime = \"2h\"").assert("jwks", "warning", "set `id_token.jwks`");
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let port = nobody();
    let proxy = format!("http://name:word@127.0.0.1:{port}");
    let seen = doctor(&bare("http://acme.test"), &[], &[("HTTP_PROXY", proxy.as_str())]);
    assert_eq!(seen.code, 3, "{}", seen.all);
    seen.assert("proxy", "ok", &format!("`http://127.0.0.1:{port}`, from the environment"));
    seen.assert("connect", "wrong", "check `HTTP_PROXY`");
    seen.assert("dns", "not-checked", "resolves the name");
    assert!(!seen.all.contains("word"), "{}", seen.all);
    let listening = peer(|| refusing(""));
    let seen = doctor(&bare("http://acme.test"), &[], &[("HTTP_PROXY", listening.as_str())]);
    assert_eq!(seen.code, 0, "{}", seen.all);
    seen.assert("connect", "ok", "listens");
    let without = [("HTTP_PROXY", listening.as_str()), ("NO_PROXY", "acme.test")];
    doctor(&bare("http://acme.test"), &[], &without).assert("proxy", "ok", "none");
}

#[test]
fn what_is_secret_stays_so_in_both_languages() {
    let target = bare("http://127.0.0.1:9/${env:TENANT}")
        + "recipients = { mobile = [\"15200000000\"], email = [\"qa@example.com\"], undeliverable_mobile = \"15200000000\" }\n";
    let environment = [("TENANT", "tenant-of-nobody")];
    for (language, word) in [("en", "wrong"), ("zh", "错误")] {
        let output = output(&target, &[], &environment, &["--lang", language]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{text}");
        assert!(text.contains(word) && text.contains("152****0000"), "{text}");
        assert!(
            !text.contains("tenant-of-nobody") && !text.contains("15200000000") && !text.contains('\u{1b}'),
            "{text}"
        );
    }
}

#[test]
fn a_target_file_that_cannot_be_read_is_a_matter_of_usage() {
    let output = output("name = \"a\"\nproduct = \"xiam\"\n", &[], &[], &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("product"), "{output:?}");
}

#[test]
fn a_deployment_that_demands_a_client_certificate_is_wrong_without_one() {
    let authority = Authority::new("made up");
    let leaf = authority.leaf(&["127.0.0.1"], ALWAYS);
    let speech = Speech { clients_of: Some(&authority), ..Speech::of(&leaf) };
    let peer = TlsPeer::start(&speech, r#"{"error_code":"IDAAS.SDK.PARAM.0001","error_msg":"no"}"#);
    let url = format!("https://127.0.0.1:{}", peer.port());
    let ca = ("ca.pem", authority.pem());
    let without = bare(&url) + "tls = { ca = \"ca.pem\" }\n";
    let seen = doctor(&without, std::slice::from_ref(&ca), &[]);
    assert_eq!(seen.code, 3, "{}", seen.all);
    seen.assert("tls", "wrong", "set `tls.client_certificate` and `tls.client_key`");
    let client = authority.leaf(&["client"], ((2020, 1, 1), day(5)));
    let files = [ca, ("client.pem", client.certificate.pem()), ("client.key", client.key.serialize_pem())];
    let with = "tls = { ca = \"ca.pem\", client_certificate = \"client.pem\", client_key = \"client.key\" }\n";
    let seen = doctor(&(bare(&url) + with), &files, &[]);
    assert_eq!(seen.code, 0, "{}", seen.all);
    seen.assert("tls", "warning", "the certificate in `tls.client_certificate` has 4 days left");
}

#[test]
fn a_deployment_that_says_nothing_is_left_in_time() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    // Connections are taken by the system, and nobody ever reads from them.
    let target = bare(&url) + "limits = { connect_timeout = \"1s\", timeout = \"1s\" }\n";
    let started = std::time::Instant::now();
    let seen = doctor(&target, &[], &[]);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(seen.code, 1, "{}", seen.all);
    seen.assert("connect", "ok", "");
    seen.assert("clock", "not-checked", "no answer");
    seen.assert("paths", "wrong", "no whole answer within `limits.timeout` (1 s)");
    seen.assert("client-id", "not-checked", "");
}
