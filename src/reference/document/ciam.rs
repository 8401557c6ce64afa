//! The two CIAM documents. Their error tables are the same, the one about the mobile number included.
//!
//! In: the printed tables. Out: the same as constants. Never: mends a printed defect.

use super::{Channel, Document, ErrorRow, Field, Purpose, Scene, header, member, scene};
use crate::reference::Product;

pub(super) static DOCUMENTS: &[Document] = &[
    Document {
        product: Product::Ciam,
        name: "sms-send",
        path: "/api/v2/sdk/sms/send",
        purpose: Purpose::Send(Channel::Sms),
        fields: SMS_FIELDS,
        scenes: SMS_SCENES,
        errors: ERRORS,
    },
    Document {
        product: Product::Ciam,
        name: "email-send",
        path: "/api/v2/sdk/email/send",
        purpose: Purpose::Send(Channel::Email),
        fields: EMAIL_FIELDS,
        scenes: EMAIL_SCENES,
        errors: ERRORS,
    },
];

const SYSTEM: Field = header("X-operating-sys-version", true, "Calling Client Operating System Version");
const FINGERPRINT: Field = header("X-device-fingerprint", true, "Calling Client Device Fingerprint");
const IP: Field = header("X-device-ip", false, "Calling Client IP");
const AGENT: Field = header("X-agent", true, "User-Agent Information");
const LANGUAGE: Field = header("X-L", false, "For Internationalization Language Setting");
const CLIENT: Field = header("X-client-id", true, "Application Authorization ID");
const CONTENT: Field = header("content-type", true, "Content Format Type");

static SMS_FIELDS: &[Field] = &[
    SYSTEM,
    FINGERPRINT,
    IP,
    AGENT,
    LANGUAGE,
    CLIENT,
    CONTENT,
    member("mobile", "Mobile Number"),
    member("type", "Send Scenario"),
    member("captcha_token", "CAPTCHA Verification Pass Token"),
];

static EMAIL_FIELDS: &[Field] = &[
    SYSTEM,
    FINGERPRINT,
    IP,
    AGENT,
    LANGUAGE,
    CLIENT,
    CONTENT,
    // The table lost the name of this row; the request example has it.
    member("email", "required, String"),
    member("type", "Sending Scenario"),
    member("captcha_token", "CAPTCHA Verification Pass Token"),
];

static SMS_SCENES: &[Scene] = &[
    scene("REGISTER_SMS", "Mobile Verification Code Registration; Bind Mobile or Register User"),
    scene("LOGIN_SMS", "Mobile Verification Code Login"),
    scene("FORGET_PWD_SMS", "Forgot Password"),
    scene("UPDATE_PWD_SMS", "Change Personal Password via Mobile Number (mobile includes full area code)"),
    scene("UPDATE_MOBILE_SMS", "Update Mobile Number"),
    scene("BIND_MOBILE_SMS", "Bind Mobile to User"),
];

static EMAIL_SCENES: &[Scene] = &[
    scene(
        "REGISTER_EMS",
        "Social Account Registration and Binding Phone Number or Email API、Register via Email + Verification Code",
    ),
    scene("LOGIN_EMS", "Login via Email + Verification Code"),
    scene("FORGET_PWD_EMS", "Forgot Password via Email"),
    scene("BIND_EMAIL_EMS", "Social Account Login Binding Phone Number or Email"),
    scene("UPDATE_PWD_EMS", "Change Personal Password via Email"),
    scene("UPDATE_EMAIL_EMS", "Update Email"),
];

const fn error(code: &'static str, en: &'static str, zh: &'static str) -> ErrorRow {
    ErrorRow { status: 400, code, en, zh: Some(zh) }
}

static ERRORS: &[ErrorRow] = &[
    error("IDAAS.SDK.PARAM.0001", "Device information is incomplete", "设备信息不完整"),
    error("IDAAS.SDK.PARAM.0002", "clientId cannot be empty", "clientId不能为空"),
    error(
        "IDAAS.SDK.PARAM.0003",
        "The app is not registered, please register the app first",
        "应用未注册,请先注册应用",
    ),
    error("IDAAS.SDK.USER.0004", "Mobile number cannot be empty", "手机号不能为空"),
    error("IDAAS.SDK.PARAM.0007", "Send scene cannot be empty", "发送场景不能为空"),
    error(
        "IDAAS.SDK.PARAM.0008",
        "Graphic verification code verification pass token cannot be empty",
        "图形验证码校验通过令牌不能为空",
    ),
    error(
        "IDAAS.SDK.CAPTCHA.0003",
        "Graphic verification code verification passed the token has been invalid",
        "图形验证码校验通过令牌已失效",
    ),
    error(
        "IDAAS.SDK.CAPTCHA.0004",
        "Graphic verification code verification passed token verification failed",
        "图形验证码校验通过令牌校验失败",
    ),
    error("IDAAS.SDK.CAPTCHA.0005", "Unknown sending scenario", "未知的发送场景"),
    error("IDAAS.SDK.CAPTCHA.0006", "Failed to send verification code", "验证码发送失败"),
];
