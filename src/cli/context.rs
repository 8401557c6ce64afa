//! The world of the command line: environment and terminal, read once.
//!
//! In: nothing. Out: what commands need to know of it, and where they write. Never: panics on a closed pipe.

use std::io::{self, IsTerminal as _, Write as _};

use super::ColorChoice;

/// The environment and the terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    /// Whether the result is coloured.
    pub(crate) color: bool,
    /// Whether diagnostics are coloured.
    pub(crate) color_stderr: bool,
    /// The columns of the terminal that the result goes to; none: a pipe.
    pub(crate) width: Option<usize>,
    /// Whether a progress bar can be shown.
    pub(crate) progress: bool,
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
        }
    }
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

fn terminal_width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    named.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(80)
}

/// Writes a result; a reader that has gone away is not our concern.
pub(crate) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Writes a diagnostic line.
pub(crate) fn note(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{}", text.trim_end()).and_then(|()| stderr.flush());
}
