//! Colours and symbols, by meaning.
//!
//! In: a meaning. Out: an `anstyle` style, a symbol of one column. Never: a meaning that only the colour carries.

use anstyle::{AnsiColor, Style};

use crate::verdict::{ClauseStatus, Outcome, Verdict};

/// What a piece of text is, as far as its colour says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Ordinary text.
    Plain,
    /// A heading.
    Strong,
    /// Of less interest.
    Faint,
    /// Kept, or as it should be.
    Good,
    /// Broken, or as it should not be.
    Bad,
    /// To be looked at.
    Doubt,
    /// Not tried.
    Untried,
    /// A part of an expected text that is missing in the received one.
    GoodMark,
    /// A part of a received text that is not in the expected one.
    BadMark,
}

impl Ink {
    /// The style of `anstyle`.
    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red),
            Self::Doubt => colour(AnsiColor::Yellow),
            Self::Untried => colour(AnsiColor::Cyan),
            Self::GoodMark => colour(AnsiColor::Green).bold().invert(),
            Self::BadMark => colour(AnsiColor::Red).bold().invert(),
        }
    }

    /// The ink of an outcome.
    pub(super) fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Good,
            Outcome::Fail | Outcome::Error => Self::Bad,
            Outcome::Warn => Self::Doubt,
            Outcome::Blocked => Self::Untried,
            Outcome::Waived => Self::Faint,
        }
    }

    /// The ink of a verdict.
    pub(super) fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conforms => Self::Good,
            Verdict::Deviates | Verdict::Untested => Self::Bad,
            Verdict::Incomplete => Self::Doubt,
        }
    }

    /// The ink of a clause.
    pub(super) fn of_clause(status: ClauseStatus) -> Self {
        match status {
            ClauseStatus::Proven => Self::Good,
            ClauseStatus::Violated => Self::Bad,
            ClauseStatus::Warned => Self::Doubt,
            ClauseStatus::Blocked | ClauseStatus::Untested => Self::Untried,
            ClauseStatus::Waived => Self::Faint,
        }
    }
}

fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(colour.into()))
}

/// A symbol for an outcome: one column wide in every font and locale.
pub(super) fn symbol(outcome: Outcome) -> char {
    match outcome {
        Outcome::Pass => '✓',
        Outcome::Warn => '!',
        Outcome::Fail => '✗',
        Outcome::Blocked => '-',
        Outcome::Waived => '~',
        Outcome::Error => '?',
    }
}
