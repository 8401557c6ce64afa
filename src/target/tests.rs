//! The target file of the README, its defaults, and what is refused.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]

use std::path::Path;
use std::time::Duration;

use snapbox::{assert_data_eq, str};

use super::*;
use crate::case::model::{Language, Product};
use crate::toml_file::as_json;

/// The target file as documented, every key given.
const DOCUMENTED: &str = include_str!("tests/documented.toml");

fn read(text: &str) -> Target {
    let environment = |name: &str| (name == "TENANT").then(|| "tenant-from-outside".to_owned());
    parse(text, Path::new("targets/acme.toml"), &environment).unwrap_or_else(|complaints| panic!("{complaints}"))
}

fn refused(text: &str) -> String {
    parse(text, Path::new("acme.toml"), &|_| None).expect_err("there is something to complain about").to_string()
}

const LEAST: &str = "name = \"a\"\nproduct = \"eiam\"\nurl = \"https://a.example\"\nclient_id = \"c\"\n";

#[test]
fn the_documented_file_says_everything() {
    let target = read(DOCUMENTED);
    assert_eq!((target.name.as_str(), target.product), ("acme staging", Product::Ciam));
    assert_eq!((target.url.as_str(), target.host()), ("https://acme.example.com", "acme.example.com"));
    assert_eq!(target.default_language, Some(Language::Chinese));
    assert!(!target.production);
    assert_eq!(target.headers[0].0, "X-tenant-id");
    assert_eq!(target.recipients.mobile, ["15200000000", "15200000001"]);
    assert_eq!(target.recipients.undeliverable_email.as_deref(), Some("bounce@example.com"));
    assert_eq!(target.accounts.denied.as_deref(), Some("15201657313"));
    assert_eq!(target.delivery, Delivery { allow: false, max: 60, interval: Duration::from_secs(60) });
    assert!(matches!(&target.captcha, Some(CaptchaSource::Http { url, pointer })
        if url.ends_with("?to=${to}") && pointer == "/captcha_token"));
    assert_eq!(target.captcha_invalid, CaptchaInvalid::SingleUse);
    assert!(matches!(&target.verify_code, Some(CodeSource::Http { url, .. }) if url.ends_with("&scene=${scene}")));
    assert_eq!(target.code_timeout, Duration::from_secs(60));
    assert!(matches!(&target.id_token.jwks, Some(Jwks::Url(_))));
    assert_eq!(target.id_token.lifetime, Some(Duration::from_secs(7200)));
    assert_eq!(target.limits.rate.to_bits(), 10.0_f64.to_bits());
    assert_eq!(target.limits.run_timeout, Duration::from_secs(1800));
    assert_eq!((target.limits.body, target.limits.failed_logins), (1 << 20, 3));
    assert_eq!(target.tls.ca.as_deref(), Some(Path::new("targets/ca.pem")));
    assert!(target.tls.client.is_some());
    let pin = target.network.pin("ACME.example.com").expect("an address");
    assert_eq!(pin.address, "203.0.113.7:0".parse().expect("an address"));
    assert!(target.secrets.is_empty());
}

#[test]
fn what_is_not_given_has_its_documented_default() {
    let target = read(LEAST);
    let documented = read(DOCUMENTED);
    assert_eq!(target.delivery, documented.delivery);
    assert_eq!(target.limits, documented.limits);
    assert_eq!((target.captcha, target.captcha_invalid), (None, CaptchaInvalid::Unknown));
    assert_eq!((target.verify_code, target.code_timeout), (None, Duration::from_secs(60)));
    assert_eq!(target.id_token, IdToken::default());
}

#[test]
fn relative_paths_are_relative_to_the_target_file() {
    let target = read(&format!(
        "{LEAST}captcha = {{ file = \"tokens.txt\" }}\nverify_code = {{ command = [\"./code.sh\", \"${{to}}\"] }}\n\
         id_token = {{ jwks = \"/etc/keys.json\" }}\n"
    ));
    assert!(matches!(&target.captcha, Some(CaptchaSource::File(path)) if path == Path::new("targets/tokens.txt")));
    assert!(matches!(&target.verify_code, Some(CodeSource::Command(words))
        if Path::new(&words[0]) == Path::new("targets/./code.sh") && words[1] == "${to}"));
    assert!(matches!(&target.id_token.jwks, Some(Jwks::File(path)) if path == Path::new("/etc/keys.json")));
}

#[test]
fn values_of_the_environment_are_filled_in_and_remembered() {
    let target = read(&format!("{LEAST}[headers]\nX-tenant-id = \"t-${{env:TENANT}}\"\n"));
    assert_eq!(target.headers, [("X-tenant-id".to_owned(), "t-tenant-from-outside".to_owned())]);
    assert_eq!(target.secrets, ["tenant-from-outside"]);
}

#[test]
fn nothing_secret_is_printed() {
    let text = format!(
        "{}[headers]\nX = \"${{env:TENANT}}\"\n[recipients]\nmobile = [\"15200000000\"]\n\
         [verify_code]\nfixed = \"918273\"\n",
        LEAST.replace("https://a.example", "https://a.example/${env:TENANT}")
    );
    let target = read(&text);
    let shown = format!("{target:?} {:?} {:?} {:?}", target.recipients, target.verify_code, target.captcha);
    for secret in ["tenant-from-outside", "15200000000", "918273"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn single_use_wins_over_a_lifetime() {
    let captcha = |more: &str| read(&format!("{LEAST}[captcha]\nbrowser = true\n{more}")).captcha_invalid;
    assert_eq!(captcha("single_use = true\nlifetime = \"3m\""), CaptchaInvalid::SingleUse);
    assert_eq!(captcha("lifetime = \"3m\""), CaptchaInvalid::Lifetime(Duration::from_secs(180)));
    assert_eq!(captcha("single_use = false"), CaptchaInvalid::Unknown);
}

#[test]
fn a_target_without_a_limit_on_the_rate_says_so() {
    let target = read(&format!("{LEAST}[limits]\nrate = \"none\"\n[delivery]\ninterval = \"0s\"\n"));
    assert!(target.limits.rate.is_infinite());
    assert_eq!(target.delivery.interval, Duration::ZERO);
}

#[test]
fn a_slash_at_the_end_of_the_url_is_dropped() {
    let target = read(&LEAST.replace("https://a.example", "http://127.0.0.1:8080/base/"));
    assert_eq!((target.url.as_str(), target.host()), ("http://127.0.0.1:8080/base", "127.0.0.1"));
}

#[test]
fn a_missing_file_says_what_to_do() {
    let complaints = load(Path::new("no-such-target.toml"), &|_| None).expect_err("it is missing");
    assert_data_eq!(
        complaints.to_string(),
        str![[r#"
error: cannot be read: No such file or directory (os error 2)
--> no-such-target.toml
 = help: name a target file with `--target FILE`; `iamspec serve` prints one to start from
"#]]
    );
}

#[test]
fn a_file_that_is_named_must_exist() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acme.toml");
    std::fs::write(&path, format!("{LEAST}tls = {{ ca = \"ca.pem\" }}\n")).expect("written");
    let complaints = load(&path, &|_| None).expect_err("there is no `ca.pem`");
    let messages: Vec<_> = complaints.iter().map(|complaint| complaint.message.as_str()).collect();
    assert_eq!(messages, ["there is no such file"]);
    std::fs::write(folder.path().join("ca.pem"), "").expect("written");
    assert!(load(&path, &|_| None).is_ok());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a golden rendering")]
fn every_mistake_is_complained_about_at_once() {
    let text = r#"# 测试环境
nmae = "acme"
product = "cima"
url = "acme.example.com"
default_language = "zh-CN"
production = "no"

[headers]
"X tenant" = "a"
X-tenant-id = "租户"

[recipients]
mobile = [15200000000]
emial = ["qa@example.com"]

[delivery]
interval = "60"
max = -1

[captcha]
http = { url = "http://127.0.0.1:9000/captcha?to=${too}", pointer = "/captcha_token" }
browser = true

[verify_code]
timeout = "60s"

[id_token]
audience = "${env:AUDIENCE}"
issuer = "${tenant}"

[limits]
concurrency = 0
rate = "10"
body = "1MB"
timeout = "0s"

[tls]
client_key = "client.key"
"#;
    assert_data_eq!(
        refused(text),
        str![[r#"
error: `client_id` is missing
 --> acme.toml:1:1
  |
1 | # ••••
  | ^
  |
  = help: add `client_id = …`

error: `name` is missing
 --> acme.toml:1:1
  |
1 | # ••••
  | ^
  |
  = help: add `name = …`

error: unknown key `nmae`
 --> acme.toml:2:1
  |
2 | nmae = "****"
  | ^^^^
  |
  = help: did you mean `name`?

error: this is no valid `product`
 --> acme.toml:3:11
  |
3 | product = "cima"
  |           ^^^^^^
  |
  = help: did you mean `ciam`?

error: this URL is not absolute
 --> acme.toml:4:7
  |
4 | url = "acme.example.com"
  |       ^^^^^^^^^^^^^^^^^^
  |
  = help: write an absolute http or https URL, for example `https://acme.example.com`

error: this is no valid `default_language`
 --> acme.toml:5:20
  |
5 | default_language = "zh-CN"
  |                    ^^^^^^^
  |
  = help: valid here: `en`, `zh`

error: `production` must be `true` or `false`, found a string
 --> acme.toml:6:14
  |
6 | production = "no"
  |              ^^^^

error: this is no name of a header
 --> acme.toml:9:1
  |
9 | "X tenant" = "*"
  | ^^^^^^^^^^
  |
  = help: letters, digits and hyphens, for example `X-tenant-id`

error: the value holds a character that no header can carry
  --> acme.toml:10:15
   |
10 | X-tenant-id = "••"
   |               ^^^^
   |
   = help: letters, digits, punctuation and spaces of ASCII

error: an item of `mobile` must be a string, found an integer
  --> acme.toml:13:11
   |
13 | mobile = [***********]
   |           ^^^^^^^^^^^

error: unknown key `emial` in `recipients`
  --> acme.toml:14:1
   |
14 | emial = ["**********.***"]
   | ^^^^^
   |
   = help: did you mean `email`?

error: `interval` cannot be understood
  --> acme.toml:17:12
   |
17 | interval = "60"
   |            ^^^^
   |
   = help: a duration is a whole number and a unit: `500ms`, `60s`, `3m` or `2h`

error: `max` must lie between 0 and 1000000
  --> acme.toml:18:7
   |
18 | max = -1
   |       ^^

error: unknown placeholder `${too}`
  --> acme.toml:21:16
   |
21 | http = { url = "http://127.0.0.1:9000/captcha?to=${too}", pointer = "/captcha_token" }
   |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `${to}`?

error: the table names no source
  --> acme.toml:24:2
   |
24 | [verify_code]
   |  ^^^^^^^^^^^
   |
   = help: add exactly one of `http`, `command`, `prompt` or `fixed`, or remove the table

error: the environment variable `AUDIENCE` is not set
  --> acme.toml:28:12
   |
28 | audience = "${env:AUDIENCE}"
   |            ^^^^^^^^^^^^^^^^^
   |
   = help: set `AUDIENCE` before the run

error: unknown placeholder `${tenant}`
  --> acme.toml:29:10
   |
29 | issuer = "${tenant}"
   |          ^^^^^^^^^^^
   |
   = help: only `${env:NAME}` is valid here

error: `concurrency` must lie between 1 and 1024
  --> acme.toml:32:15
   |
32 | concurrency = 0
   |               ^

error: `rate` cannot be understood
  --> acme.toml:33:8
   |
33 | rate = "10"
   |        ^^^^
   |
   = help: a rate is a positive number and a unit: `10/s`, `30/m` or `1000/h`; `none` for no limit

error: `body` cannot be understood
  --> acme.toml:34:8
   |
34 | body = "1MB"
   |        ^^^^^
   |
   = help: a size is a whole number of bytes, or with a unit: `1024`, `512KiB`, `1MiB` or `1GiB`

error: `timeout` must be more than zero
  --> acme.toml:35:11
   |
35 | timeout = "0s"
   |           ^^^^

error: a client certificate and its key need each other
  --> acme.toml:37:2
   |
37 | [tls]
   |  ^^^
   |
   = help: give `client_certificate` and `client_key` together
"#]]
    );
}

#[test]
fn two_sources_are_one_too_many() {
    let text = format!("{LEAST}[captcha]\nbrowser = true\nfile = \"tokens.txt\"\n");
    assert_data_eq!(
        refused(&text),
        str![[r#"
error: `file` and `browser` are both given
 --> acme.toml:6:11
  |
6 | browser = true
  |           ^^^^
  |
  = help: keep exactly one of `http`, `command`, `file` or `browser`
"#]]
    );
}

#[test]
fn a_line_that_is_not_toml_hides_its_value() {
    let text = format!("{LEAST}[recipients]\nmobile = [\"15200000000\"\nemail = \"qa@example.com\n");
    assert_data_eq!(
        refused(&text),
        str![[r#"
error: not TOML: missing comma between array elements, expected `,`
 --> acme.toml:7:1
  |
7 | email = "**********.***
  | ^
"#]]
    );
}

#[test]
fn the_documented_file_is_what_the_editor_schema_says() {
    let schemas = crate::schema::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).expect("readable");
    let schemas = crate::schema::Schemas::load(&schemas).unwrap_or_else(|complaints| panic!("{complaints}"));
    let editor = schemas.validator("target-file.schema.json").expect("it is shipped");
    assert_eq!(editor.violations(&as_json(DOCUMENTED)), []);
    assert_eq!(editor.violations(&as_json(LEAST)), []);
    assert!(!editor.accepts(&as_json(&DOCUMENTED.replace("mfa", "mfaa"))));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC*|(?s).{0,200}") {
        let _ = parse(text, Path::new("x.toml"), &|_| None);
    }

    #[test]
    fn no_key_with_any_value_makes_the_loader_panic(
        key in "(name|url|captcha|headers|limits|tls|recipients|verify_code)(\\.(http|command|rate|mobile|X))?",
        value in "(\"[^\"\\\\\\PC]{0,20}\"|[0-9]{1,25}|true|\\[\\]|\\{\\}|\"\\$\\{(env:A|to|)\\}?\"|[0-9.e]{1,5})",
    ) {
        let _ = parse(format!("{LEAST}\n{key} = {value}\n"), Path::new("x.toml"), &|_| None);
    }
}

#[test]
fn a_host_is_reached_at_the_address_that_the_file_gives() {
    let with = |line: &str| format!("{LEAST}network = {{ resolve = {{ {line} }} }}\n");
    let target = read(&with("\"A.example\" = \"127.0.0.1:8443\", \"b.example\" = \"[::1]\""));
    let pinned = |host: &str| target.network.pin(host).expect("an address").address.to_string();
    assert_eq!((pinned("a.example"), pinned("b.example")), ("127.0.0.1:8443".into(), "[::1]:0".into()));
    for (line, said) in [
        ("\"https://a.example\" = \"127.0.0.1\"", "this is no name of a host"),
        ("\"a.example:8443\" = \"127.0.0.1\"", "this is no name of a host"),
        ("\"10.0.0.1\" = \"127.0.0.1\"", "this is no name of a host"),
        ("\"a.example\" = \"b.example\"", "this is no address"),
        ("\"a.example\" = \"127.0.0.1:0\"", "this is no address"),
        ("\"a.example\" = \"127.0.0.1\", \"A.example\" = \"127.0.0.2\"", "duplicate host"),
    ] {
        assert!(refused(&with(line)).contains(said), "{line}: {}", refused(&with(line)));
    }
    let ported = with("\"a.example\" = \"127.0.0.1:8443\"").replace("https://a.example", "https://a.example:9443");
    assert!(refused(&ported).contains("`url` names the port 9443"), "{}", refused(&ported));
}
