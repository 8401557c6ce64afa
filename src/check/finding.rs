//! One thing that was looked at.

use crate::case::Basis;

/// How far what came is from what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// As promised.
    Pass,
    /// Only something inferred is not so, or something undocumented was seen.
    Warn,
    /// A documented promise is broken.
    Fail,
}

impl From<Basis> for Severity {
    /// What a deviation means.
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Documented => Self::Fail,
            Basis::Inferred => Self::Warn,
        }
    }
}

/// One thing that was looked at: promised, received, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `status`, `error_code`, …
    pub name: &'static str,
    /// How far off.
    pub severity: Severity,
    /// What is promised.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// One sentence; empty when it passed.
    pub text: String,
    /// What kind of difference it is.
    pub kind: Option<&'static str>,
    /// The member of the answer that it is about; none: the answer as a whole.
    pub member: Option<String>,
}

impl Finding {
    /// A promise that was kept.
    pub fn pass(name: &'static str, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::new(name, Severity::Pass, expected, actual, "")
    }

    /// A deviation of this severity.
    pub fn new(
        name: &'static str,
        severity: Severity,
        expected: impl Into<String>,
        actual: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            name,
            severity,
            expected: expected.into(),
            actual: actual.into(),
            text: text.into(),
            kind: None,
            member: None,
        }
    }

    /// A broken promise.
    pub fn fail(
        name: &'static str,
        expected: impl Into<String>,
        actual: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self::new(name, Severity::Fail, expected, actual, text)
    }

    /// Something that is only inferred, or undocumented.
    pub fn warn(
        name: &'static str,
        expected: impl Into<String>,
        actual: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self::new(name, Severity::Warn, expected, actual, text)
    }

    /// Names the kind of difference.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }
}
