//! One line of a preflight.
//!
//! In: what a check found. Out: the line in every language. Never: decides what is wrong.

use crate::report::Language;
use crate::text::shorten;

/// What is looked at, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The target file.
    TargetFile,
    /// The URL.
    Url,
    /// The name of the host.
    Dns,
    /// A connection.
    Connect,
    /// TLS: trust and dates.
    Tls,
    /// The clock of the deployment.
    Clock,
    /// A proxy of the environment.
    Proxy,
    /// The documented paths.
    Paths,
    /// The client id.
    ClientId,
    /// The source of captcha tokens.
    Captcha,
    /// The source of verification codes.
    VerifyCode,
    /// The keys that sign id tokens.
    Jwks,
    /// Who receives.
    Recipients,
    /// Who logs in.
    Accounts,
    /// Messages wanted and allowed.
    Delivery,
    /// Wrong codes wanted and allowed.
    FailedLogins,
}

impl Check {
    /// Every check, in order.
    pub const ALL: [Self; 16] = [
        Self::TargetFile,
        Self::Url,
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Clock,
        Self::Proxy,
        Self::Paths,
        Self::ClientId,
        Self::Captcha,
        Self::VerifyCode,
        Self::Jwks,
        Self::Recipients,
        Self::Accounts,
        Self::Delivery,
        Self::FailedLogins,
    ];

    /// The word of the JSON form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TargetFile => "target-file",
            Self::Url => "url",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Clock => "clock",
            Self::Proxy => "proxy",
            Self::Paths => "paths",
            Self::ClientId => "client-id",
            Self::Captcha => "captcha",
            Self::VerifyCode => "verify-code",
            Self::Jwks => "jwks",
            Self::Recipients => "recipients",
            Self::Accounts => "accounts",
            Self::Delivery => "delivery",
            Self::FailedLogins => "failed-logins",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn word(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, check) => check.as_str(),
            (Language::Chinese, Self::TargetFile) => "目标文件",
            (Language::Chinese, Self::Url) => "网址",
            (Language::Chinese, Self::Dns) => "域名解析",
            (Language::Chinese, Self::Connect) => "连接",
            (Language::Chinese, Self::Tls) => "TLS",
            (Language::Chinese, Self::Clock) => "时钟",
            (Language::Chinese, Self::Proxy) => "代理",
            (Language::Chinese, Self::Paths) => "接口路径",
            (Language::Chinese, Self::ClientId) => "客户端 ID",
            (Language::Chinese, Self::Captcha) => "图形验证",
            (Language::Chinese, Self::VerifyCode) => "验证码来源",
            (Language::Chinese, Self::Jwks) => "签名公钥",
            (Language::Chinese, Self::Recipients) => "接收方",
            (Language::Chinese, Self::Accounts) => "账号",
            (Language::Chinese, Self::Delivery) => "发送额度",
            (Language::Chinese, Self::FailedLogins) => "失败登录",
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As a run needs it.
    Ok,
    /// A run works, but something is to be looked at.
    Warning,
    /// A run, or a part of it, cannot work.
    Wrong,
    /// It could not, or need not, be found out; the text says why.
    NotChecked,
}

impl State {
    /// Every state, the most severe first.
    pub const ALL: [Self; 4] = [Self::Wrong, Self::Warning, Self::NotChecked, Self::Ok];

    /// The word of the JSON form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
            Self::NotChecked => "not-checked",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn word(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, Self::NotChecked) => "not checked",
            (Language::English, state) => state.as_str(),
            (Language::Chinese, Self::Ok) => "正常",
            (Language::Chinese, Self::Warning) => "警告",
            (Language::Chinese, Self::Wrong) => "错误",
            (Language::Chinese, Self::NotChecked) => "未检查",
        }
    }
}

/// The same thing said in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    english: String,
    chinese: String,
}

impl Said {
    /// Says it in English and in Chinese.
    pub fn new(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }

    /// What is said in a language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    fn changed(&self, change: impl Fn(&str) -> String) -> Self {
        Self { english: change(&self.english), chinese: change(&self.chinese) }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was looked at.
    pub check: Check,
    /// How it ended.
    pub state: State,
    /// What was found, or why nothing was.
    pub said: Said,
    /// What to do about it.
    pub advice: Option<Said>,
}

/// The characters of a sentence: it may quote what a deployment sent.
const LONGEST: usize = 500;

impl Line {
    pub(super) fn ok(check: Check, said: Said) -> Self {
        Self { check, state: State::Ok, said, advice: None }
    }

    pub(super) fn warning(check: Check, said: Said, advice: Said) -> Self {
        Self { check, state: State::Warning, said, advice: Some(advice) }
    }

    pub(super) fn wrong(check: Check, said: Said, advice: Said) -> Self {
        Self { check, state: State::Wrong, said, advice: Some(advice) }
    }

    pub(super) fn not_checked(check: Check, said: Said) -> Self {
        Self { check, state: State::NotChecked, said, advice: None }
    }

    /// The same with its texts redacted, then cut.
    pub(super) fn changed(self, hide: &impl Fn(&str) -> String) -> Self {
        let change = |text: &str| shorten(&hide(text), LONGEST);
        Self { said: self.said.changed(change), advice: self.advice.map(|advice| advice.changed(change)), ..self }
    }
}
