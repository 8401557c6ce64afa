//! A deployment as the rest of the house relies on it.
//!
//! In: nothing. Out: the types that `load` builds. Never: shows in `Debug` what may have come from the environment, or
//! who receives messages.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::case::model::{Language, Product};
use crate::target::secret::Secret;

/// One deployment and what may be done to it.
#[derive(Clone)]
pub struct Target {
    /// The name for people and for the folder of its reports.
    pub name: String,
    /// The product that it serves.
    pub product: Product,
    /// The absolute URL, without a slash at its end.
    pub url: String,
    /// The client id of the application.
    pub client_id: String,
    /// The language when `X-L` is absent, where it is known.
    pub default_language: Option<Language>,
    /// Whether whatever delivers needs `--i-mean-it`.
    pub production: bool,
    /// Headers that are sent with every request.
    pub headers: Vec<(String, String)>,
    /// Who may receive messages.
    pub recipients: Recipients,
    /// Mobile numbers whose login ends in a known way.
    pub accounts: Accounts,
    /// Whether and how often real messages may be sent.
    pub delivery: Delivery,
    /// Where captcha pass tokens come from.
    pub captcha: Option<CaptchaSource>,
    /// How long a person is waited for at a puzzle.
    pub captcha_timeout: Duration,
    /// What makes a captcha pass token invalid here.
    pub captcha_invalid: CaptchaInvalid,
    /// Where codes that were sent can be read.
    pub verify_code: Option<CodeSource>,
    /// How long a code that was sent is waited for.
    pub code_timeout: Duration,
    /// What an `id_token` is held to.
    pub id_token: IdToken,
    /// Budgets and timeouts.
    pub limits: Limits,
    /// Certificates.
    pub tls: Tls,
    /// How hosts are reached.
    pub network: Network,
    /// Every value that came from the environment, for redaction.
    pub secrets: Vec<String>,
    pub(super) host: String,
}

impl Target {
    /// The host of the URL, lower-case, without its port; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("product", &self.product).finish_non_exhaustive()
    }
}

/// Pools of recipients, used in turn.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Mobile numbers.
    pub mobile: Vec<String>,
    /// Email addresses.
    pub email: Vec<String>,
    /// A mobile number to which delivery fails.
    pub undeliverable_mobile: Option<String>,
    /// An email address to which delivery fails.
    pub undeliverable_email: Option<String>,
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipients")
            .field("mobile", &self.mobile.len())
            .field("email", &self.email.len())
            .finish_non_exhaustive()
    }
}

/// Mobile numbers whose login ends in a known way.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// It is logged in.
    pub success: Option<String>,
    /// It is asked for a second factor.
    pub mfa: Option<String>,
    /// It is denied.
    pub denied: Option<String>,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

/// Whether and how often real messages may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whether they may be sent.
    pub allow: bool,
    /// How many in one run.
    pub max: u32,
    /// The time between two to one recipient.
    pub interval: Duration,
}

/// Where captcha pass tokens come from.
#[derive(Clone, PartialEq, Eq)]
pub enum CaptchaSource {
    /// A URL with `${to}` whose JSON answer holds the token at the pointer.
    Http {
        /// The URL, with placeholders.
        url: String,
        /// The JSON pointer.
        pointer: String,
    },
    /// A command with `${to}` whose first line of output is the token.
    Command(Vec<String>),
    /// A file with a token a line.
    File(PathBuf),
    /// A person who solves the puzzle on a local page.
    Browser,
}

impl CaptchaSource {
    /// Whether every token costs somebody something: then one serves as many trials as it can.
    #[must_use]
    pub fn is_scarce(&self) -> bool {
        match self {
            Self::File(_) | Self::Browser => true,
            Self::Http { .. } | Self::Command(_) => false,
        }
    }
}

impl fmt::Debug for CaptchaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http { .. } => "Http",
            Self::Command(_) => "Command",
            Self::File(_) => "File",
            Self::Browser => "Browser",
        })
    }
}

/// What makes a captcha pass token invalid on this deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaInvalid {
    /// It was used once.
    SingleUse,
    /// It is this old.
    Lifetime(Duration),
    /// Nobody said so: not guessed.
    Unknown,
}

/// Where codes that were sent can be read.
#[derive(Clone, PartialEq, Eq)]
pub enum CodeSource {
    /// A URL with `${to}` and `${scene}` whose JSON answer holds the code at the pointer.
    Http {
        /// The URL, with placeholders.
        url: String,
        /// The JSON pointer.
        pointer: String,
    },
    /// A command with `${to}` and `${scene}` whose first line of output is the code.
    Command(Vec<String>),
    /// A person types it.
    Prompt,
    /// A test tenant with a constant code.
    Fixed(Secret),
}

impl fmt::Debug for CodeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http { .. } => "Http",
            Self::Command(_) => "Command",
            Self::Prompt => "Prompt",
            Self::Fixed(_) => "Fixed",
        })
    }
}

/// What an `id_token` is held to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IdToken {
    /// The keys that sign it; none: the signature is not checked, and that is said.
    pub jwks: Option<Jwks>,
    /// The issuer, checked when given.
    pub issuer: Option<String>,
    /// The audience, checked when given.
    pub audience: Option<String>,
    /// How long it may live.
    pub lifetime: Option<Duration>,
}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdToken").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Where the keys that sign id tokens are found.
#[derive(Clone, PartialEq, Eq)]
pub enum Jwks {
    /// At a URL.
    Url(String),
    /// In a file.
    File(PathBuf),
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "Url",
            Self::File(_) => "File",
        })
    }
}

/// Budgets and timeouts.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// How many exchanges run at once.
    pub concurrency: usize,
    /// Requests a second; infinite where there is no limit.
    pub rate: f64,
    /// The time to connect.
    pub connect_timeout: Duration,
    /// The time of one exchange, first byte sent to last byte read.
    pub timeout: Duration,
    /// The time of a run.
    pub run_timeout: Duration,
    /// The largest body of an answer, in bytes.
    pub body: u64,
    /// Wrong-code logins per account and run.
    pub failed_logins: u32,
}

/// Certificates, PEM files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// An authority to trust besides the system's.
    pub ca: Option<PathBuf>,
    /// A client certificate and its key.
    pub client: Option<(PathBuf, PathBuf)>,
}

/// How hosts are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Hosts that are reached at a given address, whatever their name resolves to.
    pub resolve: Vec<Pin>,
}

/// A host and the address it is reached at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The host, lower-case.
    pub host: String,
    /// The address; port 0 where it is that of the URL.
    pub address: SocketAddr,
}

impl Network {
    /// The address that a host is reached at, where one is given.
    #[must_use]
    pub fn pin(&self, host: &str) -> Option<&Pin> {
        self.resolve.iter().find(|pin| pin.host.eq_ignore_ascii_case(host))
    }
}
