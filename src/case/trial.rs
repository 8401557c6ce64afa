//! One request to be made: a case and one row of its table.
//!
//! In: nothing. Out: the type that plan, runner and lists share. Never: knows a target.

use super::model::{Basis, Effect, Expectation, Language, Part, Place, Product, RequestTemplate};

/// One case × one row.
#[derive(Debug, Clone)]
pub struct Trial {
    /// `ciam/sms-send/client-id/blank/zh`.
    pub id: String,
    /// The document: `ciam/sms-send`.
    pub document: String,
    /// Its product.
    pub product: Product,
    /// The title of the case.
    pub title: String,
    /// The clauses it cites.
    pub clauses: Vec<String>,
    /// Whether the document states what is expected.
    pub basis: Basis,
    /// The request, placeholders unfilled.
    pub request: RequestTemplate,
    /// The template of the recipient, also where the trial leaves the recipient out.
    pub to: String,
    /// What differs from the control.
    pub delta: Vec<Change>,
    /// The clause of the parameter whose absence must be noticed.
    pub noticed: Option<String>,
    /// What must come back.
    pub expect: Expectation,
    /// The language that the request asks for.
    pub language: Asked,
    /// What an accepted request does.
    pub effect: Effect,
    /// The scene it names, where it is a documented one.
    pub scene: Option<String>,
    /// What it needs first.
    pub needs: Needs,
    /// The trial that must succeed for this one to prove anything.
    pub control: Option<String>,
    /// The accepted trial whose token, recipient or code is used again.
    pub after: Option<String>,
    /// Whether it waits for every login of its account that must succeed.
    pub last: bool,
    /// Whether a deployment counts it as a failed login.
    pub failed_login: bool,
    /// Where its case stands.
    pub place: Place,
}

impl Trial {
    /// Whether the request must be accepted.
    #[must_use]
    pub fn must_be_accepted(&self) -> bool {
        matches!(self.expect, Expectation::Accept { .. })
    }

    /// Whether the expected answer names the guard that gave it: an exact code proves its clause on its own.
    #[must_use]
    pub fn names_its_guard(&self) -> bool {
        match &self.expect {
            Expectation::Accept { .. } => false,
            Expectation::Refuse(refusal) => !refusal.codes.is_empty(),
        }
    }

    /// Whether an accepted request delivers a message.
    #[must_use]
    pub fn sends(&self) -> bool {
        match self.effect {
            Effect::Sms | Effect::Email => true,
            Effect::Login => false,
        }
    }
}

/// A part that differs from the control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which part.
    pub part: Part,
    /// What the control sends there.
    pub control: Option<String>,
    /// What the trial sends there.
    pub sent: Option<String>,
}

/// The language that a request asks for with `X-L`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A documented one.
    Language(Language),
    /// None: either is right.
    Unspecified,
}

/// What a trial needs first, told by its placeholders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// Who receives.
    pub recipient: Option<RecipientNeed>,
    /// Which captcha token.
    pub captcha: Option<CaptchaNeed>,
    /// Which verification code.
    pub code: Option<CodeNeed>,
}

/// Who receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientNeed {
    /// The next mobile number of the pool.
    Mobile,
    /// The next email address of the pool.
    Email,
    /// The number that delivery fails to.
    UndeliverableMobile,
    /// The address that delivery fails to.
    UndeliverableEmail,
    /// The account whose login succeeds.
    AccountSuccess,
    /// The account whose login asks for a second factor.
    AccountMfa,
    /// The account whose login is denied.
    AccountDenied,
    /// The recipient that a spent token was bound to.
    OfSpentToken,
}

/// Which captcha token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaNeed {
    /// One that holds.
    Valid,
    /// One that held once.
    Spent,
    /// A valid one with its point altered.
    Tampered,
    /// One that was never issued.
    Invented,
}

/// Which verification code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeNeed {
    /// The delivered one.
    Delivered,
    /// The delivered one, altered.
    Wrong,
    /// One that has logged in before.
    Spent,
    /// One that was delivered to somebody else.
    Foreign,
}
