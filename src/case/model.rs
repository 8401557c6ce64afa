//! The documents as the rest of the house relies on them: promises, the request, the cases.
//!
//! In: nothing. Out: the types that `load` builds and that `expand` turns into trials. Never: reads or sends.

use std::fmt;
use std::path::PathBuf;

/// The two products of the vendor that serve the same paths with different scenes and codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// Employee Identity.
    Eiam,
    /// Customer Identity.
    Ciam,
}

impl Product {
    /// Both products, in the order in which they are reported.
    pub const ALL: [Self; 2] = [Self::Eiam, Self::Ciam];

    /// The product as it stands in ids, target files and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eiam => "eiam",
            Self::Ciam => "ciam",
        }
    }

    /// The product with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.as_str() == name)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The languages that the documents name for `X-L`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// `en`.
    English,
    /// `zh`.
    Chinese,
}

impl Language {
    /// Both, in the order of the tables.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The value of `X-L`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The language with this `X-L` value, if the documents name it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == name)
    }
}

/// Whether a document states what is expected, or it follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A sentence, a table row or an example of the document says so: a deviation fails.
    Documented,
    /// It follows from the document ("required" without a code): a deviation warns.
    Inferred,
}

impl Basis {
    /// The basis as it stands in case files and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
        }
    }
}

/// A place in a case file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file as the user named it (`cases/ciam/sms-send.toml`).
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

/// One vendor document: its tables transcribed, and the cases that exercise them.
#[derive(Debug, Clone)]
pub struct Document {
    /// The product of the document.
    pub product: Product,
    /// The short name within the product: `sms-send`.
    pub name: String,
    /// The heading, as printed.
    pub title: String,
    /// What an accepted request of it does to the world.
    pub effect: Effect,
    /// The part of the request that says who receives, and to whom a captcha token is bound.
    pub recipient: Part,
    /// The request that is valid in every documented respect.
    pub request: RequestTemplate,
    /// The endpoint as printed: `POST https://{your_domain}/api/v2/sdk/sms/send`.
    pub endpoint: String,
    /// The trial (`scene/LOGIN_SMS`) that sends the request as it stands: the control of every one-field delta.
    pub control: String,
    /// Headers of the request table.
    pub headers: Vec<Parameter>,
    /// Body members of the request table.
    pub members: Vec<Parameter>,
    /// Scenes of the parameter `type`.
    pub scenes: Vec<Scene>,
    /// Rows of the error table, or the codes of the examples.
    pub errors: Vec<ErrorRow>,
    /// Answers that mean success.
    pub answers: Vec<Answer>,
    /// Promises that stand in no table.
    pub rules: Vec<Rule>,
    /// The schema (`common/error.json`) of every refusal.
    pub refusal_schema: String,
    /// Refusals that are our own fault or the environment's: code to whom they blame.
    pub blames: Vec<Blame>,
    /// How a verification code is obtained for this document's requests, where they carry one.
    pub code: Option<CodeFixture>,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
    /// The case file.
    pub place: Place,
}

impl Document {
    /// The short id: `ciam/sms-send`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.product, self.name)
    }
}

/// What an accepted request does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A text message is delivered.
    Sms,
    /// An email is delivered.
    Email,
    /// An account is logged in.
    Login,
}

impl Effect {
    /// The effect as it stands in case files and lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Login => "login",
        }
    }
}

/// One place of a request: a header or a body member.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// A header, spelled as in the document; compared without case.
    Header(String),
    /// A top-level member of the JSON body.
    Body(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header.{name}"),
            Self::Body(name) => write!(f, "body.{name}"),
        }
    }
}

/// A row of a parameter table.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name as printed.
    pub name: String,
    /// The column `Required`.
    pub required: bool,
    /// The row as printed.
    pub text: String,
}

/// A documented value of `type`.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The value: `LOGIN_SMS`.
    pub value: String,
    /// Its description as printed.
    pub text: String,
}

/// A documented refusal.
#[derive(Debug, Clone)]
pub struct ErrorRow {
    /// The code: `IDAAS.SDK.PARAM.0002`.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The English message.
    pub en: String,
    /// The Chinese message, where the document has one.
    pub zh: Option<String>,
}

impl ErrorRow {
    /// The message in a language, where the document has one.
    #[must_use]
    pub fn message(&self, language: Language) -> Option<&str> {
        match language {
            Language::English => Some(&self.en),
            Language::Chinese => self.zh.as_deref(),
        }
    }
}

/// A documented success.
#[derive(Debug, Clone)]
pub struct Answer {
    /// `sent`, `SUCCESS`, `MFA_AUTH`, …
    pub id: String,
    /// The HTTP status.
    pub status: u16,
    /// The schema of the body, below the schemas folder.
    pub schema: String,
    /// The sentence of the document.
    pub text: String,
    /// Whether an empty body is as good as an empty object ("Return parameters: none").
    pub empty: bool,
    /// The members of the body, as printed.
    pub members: Vec<AnswerMember>,
}

/// A row of the table of return parameters, for one answer.
#[derive(Debug, Clone)]
pub struct AnswerMember {
    /// The member.
    pub name: String,
    /// Its description as printed.
    pub text: String,
    /// What its text holds, where that is more than text.
    pub content: Option<Content>,
}

/// What the text of a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// A JSON list of at least one name.
    JsonList,
    /// A JSON Web Token that proves who logged in.
    IdToken,
}

/// A promise that stands in no table.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its short id: `code-once`.
    pub id: String,
    /// The sentence, or what follows from it.
    pub text: String,
    /// Whether the document says it.
    pub basis: Basis,
}

/// A code that blames what we supplied, not the deployment, when it answers a request that should be accepted.
#[derive(Debug, Clone)]
pub struct Blame {
    /// The code, exactly.
    pub code: String,
    /// Who is to blame.
    pub cause: BlameCause,
}

/// Who is to blame for a refused request that should have been accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlameCause {
    /// The client id of the target file is not known there.
    ClientId,
    /// The captcha source gave a token that does not hold.
    CaptchaSource,
    /// The message could not be sent: a gateway or a rate limit.
    Delivery,
}

/// How the code of a login is obtained: by a request of another document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CodeFixture {
    /// The document that sends: `eiam/sms-send`.
    pub send: String,
    /// The scene it is sent for.
    pub scene: String,
}

/// A request with placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestTemplate {
    /// The HTTP method.
    pub method: String,
    /// The path below the target's URL.
    pub path: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Body members in order.
    pub body: Vec<(String, String)>,
    /// A body sent as it stands instead of the members.
    pub raw: Option<String>,
}

/// A declared case: a template of trials, one a row.
#[derive(Debug, Clone)]
pub struct Case {
    /// `client-id`.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The axes whose product gives the rows.
    pub axes: Vec<Axis>,
    /// The part that is left out or blank, with the forms it takes.
    pub absent: Option<Absent>,
    /// Further parts that are left out.
    pub without: Vec<Part>,
    /// What differs from the document's request.
    pub set: Vec<(Part, String)>,
    /// A body sent as it stands.
    pub raw: Option<String>,
    /// What must come back.
    pub expect: Expectation,
    /// The accepted case (`scene/LOGIN_SMS`) whose token, recipient or code this one uses again.
    pub after: Option<String>,
    /// Whether it waits for every trial of its account that must succeed.
    pub last: bool,
    /// Whether a deployment counts it as a failed login.
    pub failed_login: bool,
    /// Another scene for the code than the document's own.
    pub code_scene: Option<String>,
    /// Clauses it cites beyond those that follow from its parts, relative to the document.
    pub cites: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// One axis of a case's rows.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The name, used as `${name}`.
    pub name: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether the values are the scenes of the document, each citing its clause.
    pub scenes: bool,
}

/// A part left out.
#[derive(Debug, Clone)]
pub struct Absent {
    /// `header.X-client-id` or `body.mobile`, possibly with placeholders of axes.
    pub part: String,
    /// The forms: missing, blank.
    pub forms: Vec<AbsentForm>,
}

/// How a part is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AbsentForm {
    /// The header or member is not there.
    Missing,
    /// It is there and empty.
    Blank,
}

impl AbsentForm {
    /// The form as it stands in trial ids.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Blank => "blank",
        }
    }
}

/// What must come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// The request is accepted with this answer.
    Accept {
        /// The id of the answer.
        answer: String,
        /// Whether the document says so.
        basis: Basis,
    },
    /// The request is refused.
    Refuse(Refusal),
}

impl Expectation {
    /// Whether the document states it.
    #[must_use]
    pub fn basis(&self) -> Basis {
        match self {
            Self::Accept { basis, .. } => *basis,
            Self::Refuse(refusal) => refusal.basis,
        }
    }
}

/// How a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The codes of which one is expected; empty: any.
    pub codes: Vec<String>,
    /// The statuses of which one is expected (a code's own status when codes are given).
    pub statuses: Vec<u16>,
    /// Whether the body must be the error envelope.
    pub envelope: bool,
    /// Whether the document states the form of the refusal.
    pub basis: Basis,
    /// What it means when the request is accepted instead.
    pub accepted: Basis,
    /// Codes that are tolerated with a warning, and the note that explains them.
    pub tolerated: Vec<Tolerated>,
}

/// A code that is not the documented one but is known to be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerated {
    /// The code; `*` stands for any characters.
    pub code: String,
    /// Why it warns instead of failing.
    pub note: String,
}

/// One promise of a document.
#[derive(Debug, Clone)]
pub struct Clause {
    /// `ciam/sms-send/scene/LOGIN_SMS`.
    pub id: String,
    /// The promise as the document prints it.
    pub text: String,
    /// Whether it is printed or follows.
    pub basis: Basis,
}
