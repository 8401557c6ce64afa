//! A target file into a target.
//!
//! In: the text of a target file, the environment. Out: a typed target with every default filled in, or every
//! complaint at once. Never: sends, shows a value of the environment or a recipient in a complaint.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::case::model::{Language, Product};
use crate::diagnostic::{Collector, Complaints, SourceFile};
use crate::source_files;
use crate::target::environment::{self, Environment};
use crate::target::model::{Accounts, Delivery, IdToken, Jwks, Limits, Recipients, Target, Tls};
use crate::target::network::network;
use crate::target::sources::{Captcha, captcha, verify_code};
use crate::target::url::{Query, host};
use crate::target::{units, veil};
use crate::toml_file::{self, Reader, Spanned, text_of};

const PRODUCTS: [(&str, Product); 2] = [("eiam", Product::Eiam), ("ciam", Product::Ciam)];
const LANGUAGES: [(&str, Language); 2] = [("en", Language::English), ("zh", Language::Chinese)];

/// The largest number that a file may give where a count is meant.
const MANY: i64 = 1_000_000;

/// Reads a target file. The files that it names must exist.
///
/// # Errors
/// All complaints about the file at once; one without a place when it cannot be read.
pub fn load(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Target, Complaints> {
    match std::fs::read_to_string(path) {
        Ok(text) => read(text, path, environment, &|file| file.is_file()),
        Err(error) => {
            let complaint = source_files::unreadable(path, &error);
            let hint = "name a target file with `--target FILE`; `iamspec serve` prints one to start from";
            let is_missing = error.kind() == std::io::ErrorKind::NotFound;
            Err(if is_missing { complaint.hint(hint) } else { complaint }.into())
        }
    }
}

/// The same from a text; the files that it names are not looked for.
///
/// # Errors
/// All complaints about the text at once.
pub fn parse(
    text: impl Into<String>,
    path: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Target, Complaints> {
    read(text.into(), path, environment, &|_| true)
}

fn read(
    text: String,
    path: &Path,
    environment: Environment<'_>,
    exists: &dyn Fn(&Path) -> bool,
) -> Result<Target, Complaints> {
    let source = SourceFile { path: path.to_owned(), text };
    let collector = Collector::new(&source);
    collector.show_on(veil::veiled(&source.text));
    let target = toml_file::parse(&collector).and_then(|mut table| {
        let secrets = environment::fill(&mut table, environment, &collector);
        let site = Site { folder: path.parent().unwrap_or(Path::new("")), exists, collector: &collector };
        meant(Reader::of_file(&table, &collector), &site, secrets)
    });
    let complaints = collector.finish();
    match target {
        Some(target) => complaints.or(target),
        None => Err(complaints),
    }
}

fn meant(mut file: Reader<'_>, site: &Site<'_>, secrets: Vec<String>) -> Option<Target> {
    let name = file.required_text("name");
    let product = file.required_word("product", &PRODUCTS);
    let url = file.required_text("url").and_then(|url| base_url(&url, site.collector));
    let client_id = file.required_text("client_id");
    let default_language = file.word("default_language", &LANGUAGES).map(|language| language.value);
    let production = file.boolean("production").is_some_and(|production| production.value);
    let headers = file.table("headers").map(|table| headers(&table)).unwrap_or_default();
    let recipients = file.table("recipients").map(recipients).unwrap_or_default();
    let accounts = file.table("accounts").map(accounts).unwrap_or_default();
    let delivery = delivery(file.table("delivery"), site);
    let Captcha { source: captcha, timeout: captcha_timeout, invalid: captcha_invalid } =
        captcha(file.table("captcha"), site);
    let (verify_code, code_timeout) = verify_code(file.table("verify_code"), site);
    let id_token = file.table("id_token").map(|table| id_token(table, site)).unwrap_or_default();
    let limits = limits(file.table("limits"), site);
    let tls = file.table("tls").map(|table| tls(table, site)).unwrap_or_default();
    let network =
        file.table("network").map(|table| network(table, url.as_ref().map(|(url, _)| url))).unwrap_or_default();
    file.finish();
    let (url, host) = url?;
    Some(Target {
        name: name?.value,
        product: product?.value,
        url,
        client_id: client_id?.value,
        default_language,
        production,
        headers,
        recipients,
        accounts,
        delivery,
        captcha,
        captcha_timeout,
        captcha_invalid,
        verify_code,
        code_timeout,
        id_token,
        limits,
        tls,
        network,
        secrets,
        host,
    })
}

/// Where the target file lies, and what it may refer to.
pub(super) struct Site<'s> {
    folder: &'s Path,
    exists: &'s dyn Fn(&Path) -> bool,
    collector: &'s Collector<'s>,
}

impl Site<'_> {
    /// A path of the file, relative to its folder.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A file that must exist.
    pub(super) fn file(&self, table: &mut Reader<'_>, key: &'static str) -> Option<Spanned<PathBuf>> {
        let text = table.has(key).then(|| table.required_text(key))??;
        self.existing(text)
    }

    fn existing(&self, text: Spanned<String>) -> Option<Spanned<PathBuf>> {
        let path = self.beside(&text.value);
        if !(self.exists)(&path) {
            let hint = "a relative path is relative to this file".to_owned();
            self.collector.complain(&text.span, "there is no such file", Some(hint));
            return None;
        }
        Some(text.map(|_| path))
    }

    /// A duration, possibly zero.
    fn duration(&self, table: &mut Reader<'_>, key: &'static str) -> Option<Spanned<Duration>> {
        let text = table.text(key)?;
        self.unit(&text, key, units::duration)
    }

    /// A duration that is more than zero.
    pub(super) fn positive_duration(&self, table: &mut Reader<'_>, key: &'static str) -> Option<Duration> {
        let duration = self.duration(table, key)?;
        if duration.value.is_zero() {
            self.collector.complain(&duration.span, format!("`{key}` must be more than zero"), None);
        }
        Some(duration.value)
    }

    fn unit<T>(
        &self,
        text: &Spanned<String>,
        key: &str,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<Spanned<T>> {
        match read(&text.value) {
            Ok(value) => Some(Spanned::new(value, text.span.clone())),
            Err(expected) => {
                let message = format!("`{key}` cannot be understood");
                self.collector.complain(&text.span, message, Some(expected.to_owned()));
                None
            }
        }
    }
}

/// The URL without the slash at its end, and its host.
fn base_url(url: &Spanned<String>, collector: &Collector<'_>) -> Option<(String, String)> {
    match host(&url.value, Query::Forbidden) {
        Ok(host) => Some((url.value.trim_end_matches('/').to_owned(), host)),
        Err(wrong) => {
            let hint = "write an absolute http or https URL, for example `https://acme.example.com`";
            collector.complain(&url.span, format!("this URL {wrong}"), Some(hint.to_owned()));
            None
        }
    }
}

fn headers(table: &Reader<'_>) -> Vec<(String, String)> {
    let collector = table.collector();
    let mut headers: Vec<(String, String)> = Vec::new();
    for entry in table.entries() {
        let name = entry.key.value.as_str();
        if !is_token(name) {
            let hint = "letters, digits and hyphens, for example `X-tenant-id`".to_owned();
            collector.complain(&entry.key.span, "this is no name of a header", Some(hint));
        }
        if headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            let hint = "names of headers are compared without case".to_owned();
            collector.complain(&entry.key.span, format!("duplicate header `{name}`"), Some(hint));
        }
        let Some(value) = text_of(entry, collector) else { continue };
        if !value.value.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            let hint = "letters, digits, punctuation and spaces of ASCII".to_owned();
            collector.complain(&value.span, "the value holds a character that no header can carry", Some(hint));
        }
        headers.push((name.to_owned(), value.value));
    }
    headers
}

/// A token of RFC 9110.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

fn recipients(mut table: Reader<'_>) -> Recipients {
    let recipients = Recipients {
        mobile: addresses(&mut table, "mobile"),
        email: addresses(&mut table, "email"),
        undeliverable_mobile: address(&mut table, "undeliverable_mobile"),
        undeliverable_email: address(&mut table, "undeliverable_email"),
    };
    table.finish();
    recipients
}

fn addresses(table: &mut Reader<'_>, key: &'static str) -> Vec<String> {
    let Some(texts) = table.texts(key) else { return Vec::new() };
    let mut addresses = Vec::with_capacity(texts.value.len());
    for text in texts.value {
        if text.value.trim().is_empty() {
            table.collector().complain(&text.span, format!("an address of `{key}` is blank"), None);
        } else if addresses.contains(&text.value) {
            let message = format!("an address of `{key}` is listed twice");
            table.collector().complain(&text.span, message, Some("keep it once".to_owned()));
        } else {
            addresses.push(text.value);
        }
    }
    addresses
}

fn address(table: &mut Reader<'_>, key: &'static str) -> Option<String> {
    let text = table.has(key).then(|| table.required_text(key))??;
    Some(text.value)
}

fn accounts(mut table: Reader<'_>) -> Accounts {
    let accounts = Accounts {
        success: address(&mut table, "success"),
        mfa: address(&mut table, "mfa"),
        denied: address(&mut table, "denied"),
    };
    table.finish();
    accounts
}

fn delivery(table: Option<Reader<'_>>, site: &Site<'_>) -> Delivery {
    let mut delivery = Delivery { allow: false, max: 60, interval: Duration::from_secs(60) };
    let Some(mut table) = table else { return delivery };
    let allow = table.boolean("allow").map(|allow| allow.value);
    let max = table.integer("max", 0..=MANY).map(|max| max.value);
    let interval = site.duration(&mut table, "interval").map(|interval| interval.value);
    table.finish();
    delivery.allow = allow.unwrap_or(delivery.allow);
    delivery.max = max.unwrap_or(delivery.max);
    delivery.interval = interval.unwrap_or(delivery.interval);
    delivery
}

fn id_token(mut table: Reader<'_>, site: &Site<'_>) -> IdToken {
    let jwks = address_of_keys(&mut table, site);
    let token = IdToken {
        jwks,
        issuer: address(&mut table, "issuer"),
        audience: address(&mut table, "audience"),
        lifetime: site.positive_duration(&mut table, "lifetime"),
    };
    table.finish();
    token
}

fn address_of_keys(table: &mut Reader<'_>, site: &Site<'_>) -> Option<Jwks> {
    let text = table.has("jwks").then(|| table.required_text("jwks"))??;
    if !text.value.contains("://") {
        return site.existing(text).map(|path| Jwks::File(path.value));
    }
    if let Err(wrong) = host(&text.value, Query::Allowed) {
        let hint = "write an absolute http or https URL, or the path of a file".to_owned();
        site.collector.complain(&text.span, format!("this URL {wrong}"), Some(hint));
    }
    Some(Jwks::Url(text.value))
}

fn limits(table: Option<Reader<'_>>, site: &Site<'_>) -> Limits {
    let mut limits = Limits {
        concurrency: 4,
        rate: 10.0,
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(10),
        run_timeout: Duration::from_secs(30 * 60),
        body: 1 << 20,
        failed_logins: 3,
    };
    let Some(mut table) = table else { return limits };
    let mut keep = |key: &'static str, place: &mut Duration| {
        *place = site.positive_duration(&mut table, key).unwrap_or(*place);
    };
    keep("connect_timeout", &mut limits.connect_timeout);
    keep("timeout", &mut limits.timeout);
    keep("run_timeout", &mut limits.run_timeout);
    if let Some(concurrency) = table.integer("concurrency", 1..=1024) {
        limits.concurrency = concurrency.value;
    }
    if let Some(rate) = table.text("rate").and_then(|text| site.unit(&text, "rate", units::rate)) {
        limits.rate = rate.value;
    }
    if let Some(body) = table.text("body").and_then(|text| site.unit(&text, "body", units::size)) {
        limits.body = body.value;
    }
    if let Some(failed_logins) = table.integer("failed_logins", 0..=MANY) {
        limits.failed_logins = failed_logins.value;
    }
    table.finish();
    limits
}

fn tls(mut table: Reader<'_>, site: &Site<'_>) -> Tls {
    let ca = site.file(&mut table, "ca").map(|path| path.value);
    let both = (table.has("client_certificate"), table.has("client_key"));
    let certificate = site.file(&mut table, "client_certificate");
    let key = site.file(&mut table, "client_key");
    if let (true, false) | (false, true) = both {
        let hint = "give `client_certificate` and `client_key` together".to_owned();
        let message = "a client certificate and its key need each other";
        table.collector().complain(table.span(), message, Some(hint));
    }
    table.finish();
    Tls { ca, client: certificate.zip(key).map(|(certificate, key)| (certificate.value, key.value)) }
}
