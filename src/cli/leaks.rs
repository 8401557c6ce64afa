//! Nothing is said or kept that holds a secret.
//!
//! In: a text, what of it stands in every report, the secrets of runs. Out: the text on standard output, or why not. Never: shows
//! what it found.

use super::{Refused, exit, out};
use crate::redact::{Kind, Leak, Leaks};

/// What of a text stands in every report. Nearly every text holds no secret at all, so that it is never asked for.
pub(crate) type Public<'p> = &'p dyn Fn() -> String;

/// Nothing stands in every report.
pub(crate) const NOTHING: Public<'static> = &String::new;

/// The first leak of a text.
pub(crate) fn found(text: &str, public: Public<'_>, secrets: &[&Leaks]) -> Option<Leak> {
    let mut suspects = secrets.iter().filter(|leaks| leaks.find(text, "").is_some()).peekable();
    suspects.peek()?;
    let public = public();
    suspects.find_map(|leaks| leaks.find(text, &public))
}

/// What is said of a leak.
pub(crate) fn told(what: &str, leak: Leak, done: &str) -> String {
    let kind = if leak.kind == Kind::Environment { "environment" } else { leak.kind.label() };
    format!("{what} would show a secret of this run (kind: {kind}): {done}; this is a bug of iamspec, please report it")
}

/// Prints a result that holds no secret.
pub(crate) fn say(text: &str, public: Public<'_>, secrets: &[&Leaks]) -> Result<(), Refused> {
    match found(text, public, secrets) {
        None => {
            out(text);
            Ok(())
        }
        Some(leak) => Err(Refused::with(exit::BUG, told("the output", leak, "it is not printed"))),
    }
}
