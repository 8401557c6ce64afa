//! How a deployment behaves where the documents are silent.
//!
//! In: the variants of a config. Out: one [`Conduct`] all other modules look at. Never: breaks a promise.

use std::time::Duration;

use super::Config;
use super::ask::Language;

/// The settings of one deployment.
#[derive(Clone, Debug)]
pub(super) struct Conduct {
    /// Of messages when `X-L` is absent.
    pub(super) language: Language,
    pub(super) order: Order,
    pub(super) captchas: Captchas,
    /// Least time between two messages to one recipient.
    pub(super) interval: Duration,
    /// Digits of a verification code.
    pub(super) code_length: usize,
    /// `expire` of a session, as JSON.
    pub(super) expire: &'static str,
    /// The methods offered with `MFA_AUTH`, as JSON.
    pub(super) methods: &'static str,
    pub(super) id_tokens: IdTokens,
    /// `Content-Type` of JSON answers.
    pub(super) media: &'static str,
    /// Every answer takes at least as long.
    pub(super) delay: Duration,
    quirks: Vec<Quirk>,
}

/// The order in which the rules are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    AsPrinted,
    Reversed,
    /// The first so many rules come last.
    Rotated(usize),
    /// Members, then headers, then what they say.
    MembersFirst,
}

/// What makes a captcha token valid.
#[derive(Clone, Debug)]
pub(super) struct Captchas {
    pub(super) single_use: bool,
    /// Only for the recipient it was issued to.
    pub(super) bound: bool,
    /// No point can be told from the token.
    pub(super) opaque: bool,
    pub(super) lifetime: Duration,
}

/// The shape of id tokens.
#[derive(Clone, Debug)]
pub(super) struct IdTokens {
    pub(super) lifetime: Duration,
    pub(super) algorithm: Algorithm,
    pub(super) issuer: &'static str,
    pub(super) audience: &'static str,
}

/// The algorithms a tenant can configure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
}

/// A deviation from the default that is there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    LowerCaseHeaders,
    NoReasonPhrase,
    Chunked,
    Gzip,
    ConnectionClose,
    EscapedJson,
    PrettyJson,
    PaddedJson,
    ReversedMembers,
    ExtraHeaders,
    RequestId,
    Cookie,
    SentEmptyObject,
    SentWhiteSpace,
    SentJsonTypeWithoutBody,
    NeverIssuedIsMismatch,
    TokenBurntByAnyRequest,
    TokenKeptOnFailedSend,
    PuzzleWithKey,
    CodeBurntByAnyRequest,
    RegisteredOnly,
    MediaTypeAnsweredInJson,
    TraceId,
    MessagesFullWidth,
    MessagesPadded,
    MessagesWithoutFullStop,
    EnglishOnly,
    EmailHasItsOwnCode,
    DeviceHeadersByName,
    OneCodeForTheRest,
    ExtraLoginMember,
    SessionAsUuid,
    StateOpaque,
    DeniedInWordsAskedFor,
    ClaimsFlat,
    ClaimsAudienceList,
    TokenHeaderWithType,
    KeysOfTwoGenerations,
}

impl Conduct {
    /// The default, then whatever the variants change.
    pub(super) fn of(config: &Config) -> Self {
        let mut conduct = Self::faithful();
        for variant in &config.variants {
            variant.apply(&mut conduct);
        }
        conduct
    }

    pub(super) fn faithful() -> Self {
        Self {
            language: Language::Zh,
            order: Order::AsPrinted,
            captchas: Captchas { single_use: true, bound: true, opaque: false, lifetime: Duration::from_secs(180) },
            interval: Duration::ZERO,
            code_length: 6,
            expire: "604800",
            methods: r#"["EMAIL"]"#,
            id_tokens: IdTokens {
                lifetime: Duration::from_secs(7200),
                algorithm: Algorithm::Rs256,
                issuer: "Issuer",
                audience: "Audience",
            },
            media: "application/json",
            delay: Duration::ZERO,
            quirks: Vec::new(),
        }
    }

    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    pub(super) fn add(&mut self, quirk: Quirk) {
        self.quirks.push(quirk);
    }
}

impl Algorithm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }
}
