//! The tables `[captcha]` and `[verify_code]`: where tokens and codes come from.
//!
//! In: the two tables. Out: exactly one source each, or complaints. Never: asks a source.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostic::Collector;
use crate::target::load::Site;
use crate::target::model::{CaptchaInvalid, CaptchaSource, CodeSource};
use crate::target::secret::Secret;
use crate::target::url::{Query, host};
use crate::toml_file::{Reader, Spanned};

/// How long a code is waited for when the file does not say.
const CODE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a person is waited for at a puzzle when the file does not say: to find the page, and to look twice.
const CAPTCHA_TIMEOUT: Duration = Duration::from_secs(180);

/// What `[captcha]` says.
pub(super) struct Captcha {
    pub(super) source: Option<CaptchaSource>,
    pub(super) timeout: Duration,
    pub(super) invalid: CaptchaInvalid,
}

/// Reads `[captcha]`.
pub(super) fn captcha(table: Option<Reader<'_>>, site: &Site<'_>) -> Captcha {
    let Some(mut table) = table else {
        return Captcha { source: None, timeout: CAPTCHA_TIMEOUT, invalid: CaptchaInvalid::Unknown };
    };
    let mut found = Found::default();
    found.add("http", http(&mut table), |(url, pointer)| CaptchaSource::Http { url, pointer });
    found.add("command", command(&mut table, site), CaptchaSource::Command);
    found.add("file", file(&mut table, site), CaptchaSource::File);
    found.add("browser", chosen(&mut table, "browser"), |()| CaptchaSource::Browser);
    let source = found.exactly_one(&table, "`http`, `command`, `file` or `browser`");
    let single_use = table.boolean("single_use").is_some_and(|single_use| single_use.value);
    let lifetime = site.positive_duration(&mut table, "lifetime");
    let timeout = site.positive_duration(&mut table, "timeout");
    table.finish();
    let invalid = match lifetime {
        _ if single_use => CaptchaInvalid::SingleUse,
        Some(lifetime) => CaptchaInvalid::Lifetime(lifetime),
        None => CaptchaInvalid::Unknown,
    };
    Captcha { source, timeout: timeout.unwrap_or(CAPTCHA_TIMEOUT), invalid }
}

/// Reads `[verify_code]`.
pub(super) fn verify_code(table: Option<Reader<'_>>, site: &Site<'_>) -> (Option<CodeSource>, Duration) {
    let Some(mut table) = table else { return (None, CODE_TIMEOUT) };
    let mut found = Found::default();
    found.add("http", http(&mut table), |(url, pointer)| CodeSource::Http { url, pointer });
    found.add("command", command(&mut table, site), CodeSource::Command);
    found.add("prompt", chosen(&mut table, "prompt"), |()| CodeSource::Prompt);
    found.add("fixed", fixed(&mut table), CodeSource::Fixed);
    let source = found.exactly_one(&table, "`http`, `command`, `prompt` or `fixed`");
    let timeout = site.positive_duration(&mut table, "timeout");
    table.finish();
    (source, timeout.unwrap_or(CODE_TIMEOUT))
}

/// What was found under a key: nothing, something unreadable, or a value.
enum Given<T> {
    Nothing,
    Unreadable,
    Value(Spanned<T>),
}

impl<T> Given<T> {
    fn new(is_there: bool, value: Option<Spanned<T>>) -> Self {
        match value {
            Some(value) => Self::Value(value),
            None if is_there => Self::Unreadable,
            None => Self::Nothing,
        }
    }
}

/// The sources that a table names.
struct Found<S> {
    sources: Vec<(&'static str, S, Range<usize>)>,
    unreadable: bool,
}

impl<S> Default for Found<S> {
    fn default() -> Self {
        Self { sources: Vec::new(), unreadable: false }
    }
}

impl<S> Found<S> {
    fn add<T>(&mut self, key: &'static str, given: Given<T>, source: impl FnOnce(T) -> S) {
        match given {
            Given::Nothing => {}
            Given::Unreadable => self.unreadable = true,
            Given::Value(value) => self.sources.push((key, source(value.value), value.span)),
        }
    }

    fn exactly_one(mut self, table: &Reader<'_>, valid: &str) -> Option<S> {
        if let [(first, ..), (second, _, span), ..] = self.sources.as_slice() {
            let message = format!("`{first}` and `{second}` are both given");
            let hint = format!("keep exactly one of {valid}");
            table.collector().complain(span, message, Some(hint));
            return None;
        }
        if self.sources.is_empty() && !self.unreadable {
            let hint = format!("add exactly one of {valid}, or remove the table");
            table.collector().complain(table.span(), "the table names no source", Some(hint));
        }
        self.sources.pop().map(|(_, source, _)| source)
    }
}

/// A key whose only meaning is `true`.
fn chosen(table: &mut Reader<'_>, key: &'static str) -> Given<()> {
    let is_there = table.has(key);
    match table.boolean(key) {
        Some(Spanned { value: false, .. }) => Given::Nothing,
        other => Given::new(is_there, other.map(|yes| yes.map(|_| ()))),
    }
}

fn file(table: &mut Reader<'_>, site: &Site<'_>) -> Given<PathBuf> {
    Given::new(table.has("file"), site.file(table, "file"))
}

fn fixed(table: &mut Reader<'_>) -> Given<Secret> {
    let is_there = table.has("fixed");
    let code = if is_there { table.required_text("fixed") } else { None };
    Given::new(is_there, code.map(|code| code.map(Secret::new)))
}

fn http(table: &mut Reader<'_>) -> Given<(String, String)> {
    let Some(mut http) = table.table("http") else { return Given::new(table.has("http"), None) };
    let span = http.span().clone();
    let url = http.required_text("url").filter(|url| check_url(url, http.collector()));
    let pointer = http.required_text("pointer").filter(|pointer| check_pointer(pointer, http.collector()));
    http.finish();
    let both = url.zip(pointer).map(|(url, pointer)| Spanned::new((url.value, pointer.value), span));
    Given::new(true, both)
}

fn check_url(url: &Spanned<String>, collector: &Collector<'_>) -> bool {
    let filled = url.value.replace("${to}", "to").replace("${scene}", "scene");
    if let Err(wrong) = host(&filled, Query::Allowed) {
        let hint = "for example `http://127.0.0.1:9000/captcha?to=${to}`".to_owned();
        collector.complain(&url.span, format!("this URL {wrong}"), Some(hint));
        return false;
    }
    true
}

fn check_pointer(pointer: &Spanned<String>, collector: &Collector<'_>) -> bool {
    if !pointer.value.starts_with('/') {
        let hint = "a JSON pointer begins with `/`, for example `/code`".to_owned();
        collector.complain(&pointer.span, "this is no JSON pointer", Some(hint));
        return false;
    }
    true
}

fn command(table: &mut Reader<'_>, site: &Site<'_>) -> Given<Vec<String>> {
    let is_there = table.has("command");
    let Some(words) = table.texts("command") else { return Given::new(is_there, None) };
    let mut command: Vec<String> = words.value.into_iter().map(|word| word.value).collect();
    let Some(program) = command.first_mut().filter(|program| !program.trim().is_empty()) else {
        let hint = "for example `[\"./captcha.sh\", \"${to}\"]`".to_owned();
        table.collector().complain(&words.span, "the command names no program", Some(hint));
        return Given::Unreadable;
    };
    if program.starts_with("./") || program.starts_with("../") {
        *program = site.beside(program).to_string_lossy().into_owned();
    }
    Given::Value(Spanned::new(command, words.span))
}
