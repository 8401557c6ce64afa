//! What a person in the loop is told on the terminal.
//!
//! In: what waits at the desk. Out: text, nothing in it acts on a terminal. Never: reads an answer.

use super::Language;
use super::words::CodeWanted;
use crate::desk::{Again, Ticket};
use crate::text::visible;

/// Where puzzles are solved, and how many there will be.
#[must_use]
pub fn puzzles_wanted(url: &str, puzzles: usize, language: Language) -> String {
    language.words().puzzles_wanted(url, puzzles)
}

/// Where codes are given.
#[must_use]
pub fn codes_wanted(url: &str, asked_here: bool, language: Language) -> String {
    language.words().codes_wanted(url, asked_here)
}

/// The question for a code, the place to type it at its end.
#[must_use]
pub fn question(ticket: &Ticket, more: usize, language: Language) -> String {
    let (to, trial, target) = (visible(&ticket.to), visible(&ticket.trial), visible(&ticket.target));
    let scene = ticket.scene.as_deref().map(visible);
    let wanted =
        CodeWanted { to: &to, scene: scene.as_deref(), trial: &trial, target: &target, seconds: ticket.left, more };
    let labels = language.words().labels();
    let why = match ticket.again {
        None => String::new(),
        Some(Again::Sure) => format!("{}\n", labels.code_sure),
        Some(Again::Refused) => format!("{}\n", labels.code_refused),
    };
    format!("{why}{}\n{}", language.words().code_wanted(&wanted), place(language))
}

/// The place to type a code, once more.
#[must_use]
pub fn place(language: Language) -> String {
    format!("  {}: ", language.words().labels().code_here)
}

/// What was typed is no code.
#[must_use]
pub fn no_code(language: Language) -> &'static str {
    language.words().labels().code_form
}

/// The code that was asked for is not waited for any more.
#[must_use]
pub fn gone(language: Language) -> &'static str {
    language.words().labels().code_gone
}

/// Nothing more can be typed.
#[must_use]
pub fn no_more_typed(language: Language) -> &'static str {
    language.words().labels().no_more_typed
}

/// A code from another terminal was taken.
#[must_use]
pub fn supplied(language: Language) -> &'static str {
    language.words().labels().code_supplied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Kind;

    fn ticket() -> Ticket {
        Ticket {
            id: 1,
            kind: Kind::Code,
            target: "ac\u{1b}me".into(),
            trial: "eiam/mobile-login/mfa".into(),
            scene: Some("LOGIN_SMS".into()),
            to: "152****7312".into(),
            again: None,
            left: 42,
        }
    }

    #[test]
    fn a_question_says_whose_code_for_what_and_how_long_there_is() {
        let english = question(&ticket(), 2, Language::English);
        let expected = "which code did 152****7312 receive for LOGIN_SMS? 42 s left, 2 more after it\n  \
                        ac\\u{1b}me: eiam/mobile-login/mfa\n  code: ";
        assert_eq!(english, expected);
        let again = question(&Ticket { again: Some(Again::Refused), ..ticket() }, 2, Language::English);
        assert!(again.starts_with("the deployment did not take this code") && again.ends_with(expected), "{again}");
        let chinese = question(&Ticket { scene: None, ..ticket() }, 0, Language::Chinese);
        assert!(chinese.contains("152****7312 收到的验证码是？剩余 42 秒\n"), "{chinese}");
    }
}
