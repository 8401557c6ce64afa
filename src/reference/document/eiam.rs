//! The three EIAM documents. One error is printed in each, by example and in English only.
//!
//! In: the printed tables. Out: the same as constants. Never: more than is printed.

use super::{Channel, Document, ErrorRow, Field, Purpose, Scene, header, member, scene};
use crate::reference::Product;

pub(super) static DOCUMENTS: &[Document] = &[
    Document {
        product: Product::Eiam,
        name: "sms-send",
        path: "/api/v2/sdk/sms/send",
        purpose: Purpose::Send(Channel::Sms),
        fields: SMS_FIELDS,
        scenes: SMS_SCENES,
        errors: ERRORS,
    },
    Document {
        product: Product::Eiam,
        name: "email-send",
        path: "/api/v2/sdk/email/send",
        purpose: Purpose::Send(Channel::Email),
        fields: EMAIL_FIELDS,
        scenes: EMAIL_SCENES,
        errors: ERRORS,
    },
    Document {
        product: Product::Eiam,
        name: "mobile-login",
        path: "/api/v2/sdk/login/mobile-verify-code",
        purpose: Purpose::Login,
        fields: LOGIN_FIELDS,
        scenes: &[],
        errors: ERRORS,
    },
];

const SYSTEM: Field = header("X-operating-sys-version", true, "Caller Operating System Version");
const FINGERPRINT: Field = header("X-device-fingerprint", true, "Caller Device Fingerprint");
const IP: Field = header("X-device-ip", false, "Caller IP");
const AGENT: Field = header("X-agent", true, "User-Agent Information");
const LANGUAGE: Field = header("X-L", false, "For Internationalization Language Setting");
const CLIENT: Field = header("X-client-id", true, "Application Authorization ID");

static SMS_FIELDS: &[Field] = &[
    SYSTEM,
    FINGERPRINT,
    IP,
    AGENT,
    LANGUAGE,
    CLIENT,
    member("mobile", "Mobile Number"),
    member("type", "Send Scenario"),
    member("captcha_token", "Captcha Token"),
];

static EMAIL_FIELDS: &[Field] = &[
    SYSTEM,
    FINGERPRINT,
    IP,
    AGENT,
    LANGUAGE,
    CLIENT,
    member("email", "Email"),
    member("type", "Send Scenario"),
    member("captcha_token", "CAPTCHA Token"),
];

static LOGIN_FIELDS: &[Field] = &[
    SYSTEM,
    FINGERPRINT,
    IP,
    AGENT,
    LANGUAGE,
    CLIENT,
    member("mobile", "The mobile number receiving the verification code"),
    member("verify_code", "The received verification code"),
];

static SMS_SCENES: &[Scene] = &[
    scene("LOGIN_SMS", "Mobile Number + SMS Verification Code Login API"),
    scene(
        "REGISTER_SMS",
        "Social Account Registration and Binding Mobile Number or Email API; \
         Mobile Number + SMS Verification Code Registration API",
    ),
    scene("MFA_AUTH_SMS", "Mobile Number + SMS Verification Code Secondary Authentication API"),
    scene("FORGET_PWD_SMS", "Retrieve Password via Mobile Number API"),
    scene(
        "CHANGE_PWD_SMS",
        "Force Password Change via Mobile Number When Password Expired API; Change Password via Mobile Number API",
    ),
    scene("BIND_MOBILE_SMS", "Bind Mobile Number or Email After Social Account Login API"),
    scene("UPDATE_MOBILE_SMS", "Update Personal Mobile Number API"),
];

static EMAIL_SCENES: &[Scene] = &[
    scene("LOGIN_EMS", "Login with Email + Verification Code API"),
    scene(
        "REGISTER_EMS",
        "Social Account Registration and Binding Phone Number or Email API, \
         Email + Email Verification Code Registration API",
    ),
    scene("MFA_AUTH_EMS", "Secondary Authentication with Email + Verification Code API"),
    scene("FORGET_PWD_EMS", "Retrieve Password via Email API"),
    scene("CHANGE_PWD_EMS", "Force Password Change via Email for Expired Password API, Change Password via Email API"),
    scene("BIND_EMAIL_EMS", "Bind Phone Number or Email after Social Account Login API"),
    scene("UPDATE_EMAIL_EMS", "Update Personal Email API"),
];

static ERRORS: &[ErrorRow] =
    &[ErrorRow { status: 400, code: "SDK.COMMON.1001", en: "Parameter X-client-id cannot be left blank.", zh: None }];
