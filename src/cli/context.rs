//! The world of the command line: environment and terminal, read once.
//!
//! In: nothing. Out: what commands need to know of it, and where they write. Never: panics on a closed pipe.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ColorChoice;
use crate::report::Language;

/// The environment and the terminal.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the terminal")]
pub(crate) struct Context {
    /// Whether the result is coloured.
    pub(crate) color: bool,
    /// Whether diagnostics are coloured.
    pub(crate) color_stderr: bool,
    /// The columns of the terminal that the result goes to; none: a pipe.
    pub(crate) width: Option<usize>,
    /// Whether a progress bar can be shown.
    pub(crate) progress: bool,
    /// Whether somebody can be asked something.
    pub(crate) asks: bool,
    /// The language of the reports where no option names one.
    pub(crate) language: Language,
}

/// The workflow of a CI system that a command runs in.
#[derive(Debug)]
pub(crate) struct Workflow {
    /// The summary of the step, which Markdown is appended to.
    pub(crate) summary: Option<PathBuf>,
    /// Whether GitHub reads along.
    pub(crate) github: bool,
}

impl Workflow {
    /// As the environment says.
    pub(crate) fn new() -> Self {
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        let github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        Self { summary: summary.map(PathBuf::from), github }
    }
}

impl Context {
    /// Reads environment and terminal.
    pub(crate) fn new(choice: ColorChoice) -> Self {
        let (stdout, stderr) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            color: colored(choice, stdout),
            color_stderr: colored(choice, stderr),
            width: stdout.then(terminal_width),
            progress: stderr,
            asks: io::stdin().is_terminal() && stderr && in_foreground(),
            language: language(|name| std::env::var(name).ok()),
        }
    }
}

/// Whether the terminal is ours to read from: a job in the background that reads is stopped.
fn in_foreground() -> bool {
    // Only Linux says so without a system call of its own; the name of the process, in parentheses, may hold anything.
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return true };
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let fields: Vec<&str> = after.split_whitespace().collect();
    match fields[..] {
        [_state, _parent, group, _session, _terminal, foreground, ..] => group == foreground,
        _ => true,
    }
}

/// The folder for what only this user may see: of the session, else of caches.
pub(crate) fn private_folder() -> Option<PathBuf> {
    private_folder_of(|name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn private_folder_of(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let cache = || variable("XDG_CACHE_HOME").or_else(|| variable("LOCALAPPDATA"));
    let home = || variable("HOME").map(|home| home.join(".cache"));
    let folder = variable("XDG_RUNTIME_DIR").or_else(cache).or_else(home)?;
    Some(folder.join("iamspec"))
}

/// `--color`, else `NO_COLOR`, `CLICOLOR_FORCE` or `FORCE_COLOR`, `CLICOLOR=0`, else whether it is a terminal.
fn colored(choice: ColorChoice, terminal: bool) -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR").is_some() => false,
        ColorChoice::Auto if ["CLICOLOR_FORCE", "FORCE_COLOR"].iter().any(|n| set(n).is_some_and(|v| v != "0")) => true,
        ColorChoice::Auto if set("CLICOLOR").as_deref() == Some("0") => false,
        ColorChoice::Auto => terminal && set("TERM").as_deref() != Some("dumb"),
    }
}

/// Chinese where the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set begins with `zh`; else English.
fn language(variable: impl Fn(&str) -> Option<String>) -> Language {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Language::Chinese } else { Language::English }
}

fn terminal_width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    named.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(80)
}

/// Whether a part of the result was lost on its way to stdout.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Writes a result; a reader that has gone away is not our concern, a full disk is.
pub(crate) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
        && !UNPRINTED.swap(true, Ordering::SeqCst)
    {
        note(&format!("error: the result could not be printed: {error}"));
    }
}

/// Whether a part of the result could not be printed.
pub(crate) fn unprinted() -> bool {
    UNPRINTED.load(Ordering::SeqCst)
}

/// Asks for a line; none at the end of the input.
pub(crate) fn ask(question: &str) -> Option<String> {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim().to_owned()),
    }
}

/// Writes a diagnostic line.
pub(crate) fn note(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{}", text.trim_end()).and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_private_folder_is_that_of_the_session_or_a_cache() {
        let with = |set: &'static [(&'static str, &'static str)]| {
            private_folder_of(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
            })
        };
        let expected = |path: &str| Some(PathBuf::from(path));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/run/1")]), expected("/run/1/iamspec"));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]), expected("/c/iamspec"));
        assert_eq!(with(&[("HOME", "/h")]), expected("/h/.cache/iamspec"));
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn the_first_locale_that_is_set_names_the_language() {
        let with = |set: [(&str, &str); 2]| {
            language(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(with([("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), Language::Chinese);
        assert_eq!(with([("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")]), Language::English);
        assert_eq!(with([("LC_MESSAGES", "zh"), ("LANG", "de_DE")]), Language::Chinese);
        assert_eq!(with([("", ""), ("", "")]), Language::English);
    }
}
