//! A panic is a bug of ours: one line that says where, and nothing that a deployment or a secret may have put into it.
//!
//! In: what panicked. Out: a line on stderr, an exit code. Never: a value that was only known at run time.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use super::{exit, note};

/// Runs a command; a panic in it is a bug of ours, said as one.
pub(crate) fn caught(command: impl FnOnce() -> u8) -> u8 {
    panic::set_hook(Box::new(tell));
    // Nothing is used after a panic but the exit code.
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(exit::BUG)
}

fn tell(panicked: &PanicHookInfo<'_>) {
    let place = panicked.location().map(|place| format!("{}:{}", place.file(), place.line()));
    note(&sentence(panicked.payload(), place.as_deref()));
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        note(&backtrace.to_string());
    }
}

/// Words that stand in the source are shown; words that were put together at run time may hold anything.
fn sentence(payload: &(dyn Any + Send), place: Option<&str>) -> String {
    let place = place.unwrap_or("a place that is not known");
    let why = payload.downcast_ref::<&'static str>().map(|words| format!(" ({words})")).unwrap_or_default();
    format!("error: a bug in iamspec at {place}{why}: please report it with this line")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(panicking: impl FnOnce()) -> String {
        let payload = panic::catch_unwind(AssertUnwindSafe(panicking)).expect_err("it panics");
        sentence(&*payload, Some("src/check/mod.rs:7"))
    }

    #[test]
    fn words_of_the_source_are_shown() {
        let text = said(|| panic!("no document"));
        assert_eq!(
            text,
            "error: a bug in iamspec at src/check/mod.rs:7 (no document): please report it with this line"
        );
    }

    #[test]
    fn words_of_a_deployment_and_secrets_are_not() {
        let token = "s3cret \u{1b}[2J".to_owned();
        let text = said(|| panic!("{token}"));
        assert_eq!(text, "error: a bug in iamspec at src/check/mod.rs:7: please report it with this line");
        let text = said(|| {
            let _ = "x".parse::<u8>().map_err(|_| token.clone()).expect("a token");
        });
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn a_command_that_panics_ends_as_a_bug() {
        let before = panic::take_hook();
        let code = caught(|| panic!("on purpose"));
        panic::set_hook(before);
        assert_eq!(code, exit::BUG);
    }
}
