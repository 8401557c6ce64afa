//! A target file to begin with.
//!
//! In: what is known of a deployment. Out: the text of a target file in which every key stands: what is known as it is, the rest
//! commented out with its default or an example. Never: writes, makes a secret up.

use crate::case::model::{Language, Product};
use crate::template::{Piece, pieces};

/// What is known of a deployment before it has a target file. Any value may hold `${env:NAME}`.
#[derive(Clone, Default)]
pub struct Draft {
    /// The name for people.
    pub name: String,
    /// The product; none: EIAM.
    pub product: Option<Product>,
    /// The URL.
    pub url: String,
    /// The client id.
    pub client_id: String,
    /// The language when `X-L` is absent.
    pub default_language: Option<Language>,
    /// Whether it serves real people.
    pub production: bool,
    /// Headers that are sent with every request.
    pub headers: Vec<(String, String)>,
    /// Mobile numbers that may receive messages.
    pub mobile: Vec<String>,
    /// Email addresses that may receive messages.
    pub email: Vec<String>,
    /// Mobile numbers whose login succeeds, asks for a second factor, is denied.
    pub accounts: [Option<String>; 3],
    /// The constant code of a test tenant.
    pub fixed_code: Option<String>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("product", &self.product).finish_non_exhaustive()
    }
}

/// A key with the value that is known, or else a default or an example, and what it is for.
type Line<'l> = (&'l str, Option<String>, &'l str, &'l str);

impl Draft {
    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        text += &lines(&self.head());
        self.addresses(&mut text);
        text += &lines(&[("allow", Some("false".into()), "", "real messages may be sent")]);
        text += &lines(DELIVERY.map(commented).as_slice());
        self.sources(&mut text);
        text += "\n[id_token]                                    # what an id token is held to (EIAM)\n";
        text += &lines(ID_TOKEN.map(commented).as_slice());
        text += "\n[limits]\n";
        text += &lines(LIMITS.map(commented).as_slice());
        text += "\n[tls]                                         # PEM files, relative to this file\n";
        text += &lines(TLS.map(commented).as_slice());
        text += "\n[network]                                     # proxies come from the environment\n";
        text += &lines(NETWORK.map(commented).as_slice());
        text
    }

    /// The variables of the environment that it names.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let mut variables: Vec<String> = Vec::new();
        for piece in self.text().lines().filter(|line| !line.starts_with('#')).flat_map(pieces) {
            let Piece::Placeholder(name) = piece else { continue };
            let name = name.strip_prefix("env:").map(ToOwned::to_owned);
            variables.extend(name.filter(|name| !variables.contains(name)));
        }
        variables
    }

    fn head(&self) -> [Line<'static>; 6] {
        let product = self.product.unwrap_or(Product::Eiam);
        let language = self.default_language.map(|language| quoted(language.as_str()));
        [
            ("name", Some(quoted(&self.name)), "", "for people, and for the folder of the reports"),
            ("product", Some(quoted(product.as_str())), "", "`eiam` or `ciam`"),
            ("url", Some(quoted(&self.url)), "", ""),
            ("client_id", Some(quoted(&self.client_id)), "", "of the application"),
            ("default_language", language, "\"zh\"", "when X-L is absent; leave out if not known"),
            ("production", Some(self.production.to_string()), "", "true: whatever delivers needs `--i-mean-it HOST`"),
        ]
    }

    fn addresses(&self, text: &mut String) {
        *text += "\n[headers]                                     # sent with every request\n";
        let headers: Vec<Line<'_>> =
            self.headers.iter().map(|(name, value)| (name.as_str(), Some(quoted(value)), "", "")).collect();
        *text += &lines(&headers);
        if headers.is_empty() {
            *text += &lines(&[commented(("X-tenant-id", "\"${env:TENANT_ID}\"", "for example"))]);
        }
        *text += "\n[recipients]                                  # they get real messages, in turn\n";
        let mobile = list(&self.mobile);
        let email = list(&self.email);
        *text += &lines(&[
            ("mobile", mobile, "[\"15200000000\", \"15200000001\"]", "for example"),
            ("email", email, "[\"qa@example.com\"]", "for example"),
            ("undeliverable_mobile", None, "\"15200009999\"", "only one that this deployment has been seen to refuse"),
            ("undeliverable_email", None, "\"bounce@example.com\"", "likewise"),
        ]);
        *text += "\n[accounts]                                    # mobile numbers whose login ends so (EIAM)\n";
        let [success, mfa, denied] = self.accounts.each_ref().map(|account| account.as_deref().map(quoted));
        *text += &lines(&[
            ("success", success, "\"15200000002\"", "logged in"),
            ("mfa", mfa, "\"15200000003\"", "asked for a second factor"),
            ("denied", denied, "\"15200000004\"", "denied"),
        ]);
        *text += "\n[delivery]                                    # every accepted send is a real message\n";
    }

    fn sources(&self, text: &mut String) {
        *text += "\n# [captcha]                                   # where pass tokens come from: set this line and one source\n";
        *text += &lines(CAPTCHA.map(commented).as_slice());
        let mark = if self.fixed_code.is_some() { "" } else { "# " };
        *text += "\n";
        *text += mark;
        *text += "[verify_code]                               # where codes that were sent can be read: set this line and one source\n";
        *text += &lines(VERIFY_CODE.map(commented).as_slice());
        let fixed = self.fixed_code.as_deref().map(quoted);
        *text += &lines(&[
            ("fixed", fixed, "\"${env:FIXED_CODE}\"", "test tenants with a constant code"),
            ("timeout", None, "\"60s\"", "how long a code is waited for"),
        ]);
    }
}

const HEAD: &str = "\
# A deployment, and what iamspec may do to it. `iamspec plan --target` this file says what would run and what is missing.
# Where a key stands behind `# ` it is not set: its value is the default, or an example. Remove the `# ` to set it.
# `${env:NAME}` takes a value from the environment, in any string; a secret should stand here in no other way.

";

const DELIVERY: [(&str, &str, &str); 2] =
    [("max", "60", "messages in one run, ever"), ("interval", "\"60s\"", "between two to one recipient")];

const CAPTCHA: [(&str, &str, &str); 7] = [
    (
        "http",
        "{ url = \"http://127.0.0.1:9000/captcha?to=${to}\", pointer = \"/captcha_token\" }",
        "a JSON answer and where in it",
    ),
    ("command", "[\"./captcha.sh\", \"${to}\"]", "the first line of its standard output"),
    ("file", "\"tokens.txt\"", "`recipient token` or `token` a line, each used once"),
    ("browser", "true", "a person solves the puzzle on a local page"),
    ("timeout", "\"3m\"", "how long a person is waited for"),
    ("single_use", "true", "what makes a token invalid here: that it was used …"),
    ("lifetime", "\"3m\"", "… or its age. Neither set: that promise is blocked, not guessed"),
];

const VERIFY_CODE: [(&str, &str, &str); 3] = [
    (
        "http",
        "{ url = \"http://127.0.0.1:9000/code?to=${to}&scene=${scene}\", pointer = \"/code\" }",
        "a JSON answer and where in it; 404: not yet",
    ),
    ("command", "[\"./code.sh\", \"${to}\", \"${scene}\"]", "the first line of its standard output"),
    ("prompt", "true", "a person types it"),
];

const ID_TOKEN: [(&str, &str, &str); 4] = [
    (
        "jwks",
        "\"https://acme.example.com/api/v1/oauth2/keys\"",
        "a URL or a file; absent: the signature is not checked",
    ),
    ("issuer", "\"https://acme.example.com\"", "checked when given"),
    ("audience", "\"acme\"", "checked when given"),
    ("lifetime", "\"2h\"", "how long it may live"),
];

const LIMITS: [(&str, &str, &str); 7] = [
    ("concurrency", "4", "trials at once"),
    ("rate", "\"10/s\"", "requests; `\"none\"`: no limit"),
    ("connect_timeout", "\"5s\"", ""),
    ("timeout", "\"10s\"", "one exchange, first byte sent to last byte read"),
    ("run_timeout", "\"30m\"", "the whole run"),
    ("body", "\"1MiB\"", "the largest answer"),
    ("failed_logins", "3", "logins with a wrong code, per account and run"),
];

const TLS: [(&str, &str, &str); 3] = [
    ("ca", "\"ca.pem\"", "to trust besides the system's"),
    ("client_certificate", "\"client.pem\"", "together with …"),
    ("client_key", "\"client.key\"", "… its key"),
];

const NETWORK: [(&str, &str, &str); 1] =
    [("resolve", "{ \"acme.example.com\" = \"203.0.113.7\" }", "reached there, whatever the name resolves to")];

fn commented<'l>((key, value, comment): (&'l str, &'l str, &'l str)) -> Line<'l> {
    (key, None, value, comment)
}

/// How a comment begins that is about the example beside it.
const EXAMPLE: &str = "for example";

fn lines(lines: &[Line<'_>]) -> String {
    let line = |(key, known, otherwise, comment): &Line<'_>| {
        let line = match known {
            // What is said of an example is not said of what is known.
            Some(value) if comment.starts_with(EXAMPLE) => return format!("{key} = {value}\n"),
            Some(value) => format!("{key} = {value}"),
            None => format!("# {key} = {otherwise}"),
        };
        if comment.is_empty() { format!("{line}\n") } else { format!("{line:<45} # {comment}\n") }
    };
    lines.iter().map(line).collect()
}

fn list(values: &[String]) -> Option<String> {
    let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
}

/// A TOML basic string: the escapes of JSON are among its own.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::target::{Target, parse};

    fn draft() -> Draft {
        Draft {
            name: "acme \"staging\" \\ 测试".into(),
            product: Some(Product::Ciam),
            url: "https://acme.example.com".into(),
            client_id: "${env:CLIENT}".into(),
            ..Draft::default()
        }
    }

    fn read(text: &str) -> Target {
        let environment = |_: &str| Some("from-outside".to_owned());
        parse(text, Path::new("acme.toml"), &environment).unwrap_or_else(|complaints| panic!("{complaints}\n{text}"))
    }

    /// The tables and keys of the file, commented out or not.
    fn keys(text: &str) -> Vec<(String, String)> {
        let mut table = String::new();
        let mut keys = Vec::new();
        for line in text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                name.0.clone_into(&mut table);
            } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
                keys.push((table.clone(), key.to_owned()));
            }
        }
        keys
    }

    /// The file with keys of a table set.
    fn with(text: &str, table: &str, wanted: &[&str]) -> String {
        let mut here = String::new();
        let line = |line: &str| {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            if let Some((name, _)) = bare.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                name.clone_into(&mut here);
                return if name == table { bare.to_owned() } else { line.to_owned() };
            }
            let is_wanted = here == table && bare.split_once(" = ").is_some_and(|(key, _)| wanted.contains(&key));
            if is_wanted { bare.to_owned() } else { line.to_owned() }
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_key_that_a_target_file_knows_stands_in_it() {
        let schema = include_str!("../../schemas/target-file.schema.json");
        let schema: Value = serde_json::from_str(schema).expect("JSON");
        let found = keys(&draft().text());
        let has = |table: &str, key: &str| found.iter().any(|(t, k)| t == table && k == key);
        for (name, what) in schema["properties"].as_object().expect("properties") {
            match what.get("properties").and_then(Value::as_object) {
                Some(inner) => inner.keys().for_each(|key| assert!(has(name, key), "no `{name}.{key}`")),
                None if name == "headers" => assert!(has("headers", "X-tenant-id")),
                None => assert!(has("", name), "no `{name}`"),
            }
        }
    }

    #[test]
    fn what_is_known_is_read_back_and_nothing_else_is_set() {
        let target = read(&draft().text());
        assert_eq!((target.name.as_str(), target.product), ("acme \"staging\" \\ 测试", Product::Ciam));
        assert_eq!(
            (target.client_id.as_str(), target.secrets.as_slice()),
            ("from-outside", &["from-outside".into()][..])
        );
        assert_eq!((target.captcha, target.verify_code.is_some()), (None, false));
        assert!(!target.delivery.allow && target.recipients.mobile.is_empty() && target.headers.is_empty());
        assert_eq!(draft().variables(), ["CLIENT"]);
        let full = Draft {
            default_language: Some(Language::Chinese),
            production: true,
            headers: vec![("X-tenant-id".into(), "${env:TENANT}".into())],
            mobile: vec!["15200000000".into(), "15200000001".into()],
            email: vec!["qa@example.com".into()],
            accounts: [Some("1".into()), Some("2".into()), Some("3".into())],
            fixed_code: Some("${env:CODE}".into()),
            ..draft()
        };
        let target = read(&full.text());
        assert!(target.production && target.default_language == Some(Language::Chinese));
        assert_eq!((target.recipients.mobile.len(), target.recipients.email.len()), (2, 1));
        assert_eq!(target.accounts.denied.as_deref(), Some("3"));
        assert_eq!(target.headers, [("X-tenant-id".to_owned(), "from-outside".to_owned())]);
        assert!(target.verify_code.is_some());
        assert_eq!(full.variables(), ["CLIENT", "TENANT", "CODE"]);
    }

    #[test]
    fn every_line_that_is_commented_out_can_be_set() {
        let text = draft().text();
        for (table, key) in keys(&text) {
            let with_it: &[&str] = match (table.as_str(), key.as_str()) {
                ("captcha", "single_use" | "lifetime" | "timeout") => &["browser"],
                ("verify_code", "timeout") => &["prompt"],
                ("tls", "client_key") => &["client_certificate"],
                ("tls", "client_certificate") => &["client_key"],
                _ => &[],
            };
            read(&with(&text, &table, &[&[key.as_str()], with_it].concat()));
        }
    }

    #[test]
    fn what_is_commented_out_as_a_default_is_the_default() {
        let text = draft().text();
        let as_it_is = read(&text);
        let limits: Vec<&str> = LIMITS.iter().map(|(key, ..)| *key).collect();
        assert_eq!(read(&with(&text, "limits", &limits)).limits, as_it_is.limits);
        assert_eq!(read(&with(&text, "delivery", &["max", "interval"])).delivery, as_it_is.delivery);
        assert_eq!(read(&with(&text, "verify_code", &["prompt", "timeout"])).code_timeout, as_it_is.code_timeout);
    }
}
