//! How a reason to refuse is worded.
//!
//! In: the document, the reason, the conduct. Out: status, code and message in both languages, and the printed row
//! they come from, where there is one. Never: looks at the request.

use serde_json::{Value, json};

use super::Product;
use super::answer::Answer;
use super::ask::Language;
use super::conduct::{Conduct, Quirk};
use super::document::{Document, ErrorRow};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// No body of type JSON.
    MediaType,
    Malformed,
    /// A required field is missing or blank.
    Absent(&'static str),
    /// An optional header is missing, or is there: a breach, either way.
    OptionalHeader(&'static str),
    UnknownClient,
    UnknownScene,
    TokenInvalid,
    TokenMismatch,
    NotDelivered,
    Locked,
    Unregistered,
    WrongCode,
}

/// A refusal in words.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) en: String,
    pub(super) zh: String,
    /// The error row of the document that says so.
    pub(super) row: Option<&'static ErrorRow>,
}

impl Refusal {
    pub(super) fn of(document: &Document, reason: Reason, conduct: &Conduct) -> Self {
        let mut refusal = match document.product {
            Product::Eiam => eiam(document, reason, conduct),
            Product::Ciam => ciam(document, reason, conduct),
        };
        if conduct.has(Quirk::OneCodeForTheRest) && refusal.row.is_none() {
            refusal.code = "SDK.COMMON.1006";
        }
        if conduct.has(Quirk::EnglishOnly) {
            refusal.zh.clone_from(&refusal.en);
        }
        refusal.en = spelled(&refusal.en, conduct);
        refusal.zh = spelled(&refusal.zh, conduct);
        refusal
    }

    /// As printed in the document.
    fn printed(row: &'static ErrorRow, zh: &str) -> Self {
        let zh = row.zh.unwrap_or(zh).to_owned();
        Self { status: row.status, code: row.code, en: row.en.to_owned(), zh, row: Some(row) }
    }

    /// In our own words: no document says how.
    fn own(code: &'static str, en: &str, zh: &str) -> Self {
        Self { status: 400, code, en: en.to_owned(), zh: zh.to_owned(), row: None }
    }

    pub(super) fn message(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    pub(super) fn answer(&self, language: Language, conduct: &Conduct) -> Answer {
        let mut envelope = json!({"error_code": self.code, "error_msg": self.message(language)});
        if conduct.has(Quirk::TraceId) {
            envelope["trace_id"] = Value::String(super::random::hex32());
        }
        Answer::json(self.status, envelope)
    }
}

/// The message in the spelling of the conduct.
fn spelled(message: &str, conduct: &Conduct) -> String {
    let mut message = message.to_owned();
    if conduct.has(Quirk::MessagesFullWidth) {
        message = message.replace(',', "，");
    }
    if conduct.has(Quirk::MessagesWithoutFullStop) {
        message = message.trim_end_matches(['.', '。']).to_owned();
    }
    if conduct.has(Quirk::MessagesPadded) {
        message = format!(" {message}\u{3000}\n");
    }
    message
}

fn ciam(document: &Document, reason: Reason, conduct: &Conduct) -> Refusal {
    let code = match reason {
        Reason::Absent("email") if conduct.has(Quirk::EmailHasItsOwnCode) => {
            return Refusal::own("IDAAS.SDK.USER.0005", "E-mail cannot be empty", "邮箱不能为空");
        }
        Reason::Absent("X-client-id") => "IDAAS.SDK.PARAM.0002",
        Reason::Absent("mobile" | "email") => "IDAAS.SDK.USER.0004",
        Reason::Absent("type") => "IDAAS.SDK.PARAM.0007",
        Reason::Absent("captcha_token") => "IDAAS.SDK.PARAM.0008",
        Reason::Absent(_) | Reason::OptionalHeader(_) => "IDAAS.SDK.PARAM.0001",
        Reason::UnknownClient => "IDAAS.SDK.PARAM.0003",
        Reason::UnknownScene => "IDAAS.SDK.CAPTCHA.0005",
        Reason::TokenInvalid => "IDAAS.SDK.CAPTCHA.0003",
        Reason::TokenMismatch => "IDAAS.SDK.CAPTCHA.0004",
        Reason::NotDelivered => "IDAAS.SDK.CAPTCHA.0006",
        Reason::MediaType | Reason::Malformed => "IDAAS.SDK.COMMON.0002",
        Reason::Locked | Reason::Unregistered | Reason::WrongCode => "IDAAS.SDK.CAPTCHA.0007",
    };
    match document.row(code) {
        Some(row) => Refusal::printed(row, ""),
        None => Refusal::own(code, "The request is malformed", "请求格式错误"),
    }
}

fn eiam(document: &Document, reason: Reason, conduct: &Conduct) -> Refusal {
    let (code, en, zh) = match reason {
        Reason::Absent(name) | Reason::OptionalHeader(name) => {
            return eiam_blank(document, name, conduct);
        }
        Reason::MediaType | Reason::Malformed => {
            ("SDK.COMMON.1002", "The format of the request is incorrect.", "请求格式错误。")
        }
        Reason::UnknownClient => ("SDK.COMMON.1012", "The application is not registered.", "应用未注册。"),
        Reason::UnknownScene => ("SDK.CAPTCHA.1005", "Unknown sending scenario.", "未知的发送场景。"),
        Reason::TokenInvalid => ("SDK.CAPTCHA.1003", "The captcha token is no longer valid.", "图形验证码令牌已失效。"),
        Reason::TokenMismatch => ("SDK.CAPTCHA.1004", "The captcha token does not match.", "图形验证码令牌校验失败。"),
        Reason::NotDelivered => ("SDK.CAPTCHA.1006", "Failed to send verification code.", "验证码发送失败。"),
        Reason::Locked => ("SDK.LOGIN.1003", "The user is locked.", "用户已被锁定。"),
        Reason::Unregistered => ("SDK.COMMON.1013", "The user was not found.", "用户不存在。"),
        Reason::WrongCode => ("SDK.SMS.1005", "The SMS verification code is incorrect.", "短信验证码错误。"),
    };
    Refusal::own(code, en, zh)
}

/// A field left blank. The documents print this for the client id; other fields are refused alike, the three that
/// describe the device as one.
fn eiam_blank(document: &Document, name: &str, conduct: &Conduct) -> Refusal {
    let zh = format!("参数{name}不能为空。");
    let row = document.row("SDK.COMMON.1001").filter(|_| name == "X-client-id");
    let device = matches!(name, "X-operating-sys-version" | "X-device-fingerprint" | "X-agent");
    match row {
        Some(row) => Refusal::printed(row, &zh),
        None if device && !conduct.has(Quirk::DeviceHeadersByName) => {
            Refusal::own("SDK.COMMON.1003", "Device information is incomplete.", "设备信息不完整。")
        }
        None => Refusal::own("SDK.COMMON.1001", &format!("Parameter {name} cannot be left blank."), &zh),
    }
}
