//! The promises of the send documents, kept.

use serde_json::{Value, json};

use super::client::{Call, code, document, get};
use super::faithful;
use crate::reference::document::{Document, documents};
use crate::reference::world::{UNDELIVERABLE_EMAIL, UNDELIVERABLE_MOBILE};
use crate::reference::{Deployment, Product};

const SENDS: [&str; 2] = ["sms-send", "email-send"];

fn somebody(document: &Document) -> &'static str {
    if document.recipient() == "email" { "qa07@example.com" } else { "15200000007" }
}

fn nobody(document: &Document) -> &'static str {
    if document.recipient() == "email" { UNDELIVERABLE_EMAIL } else { UNDELIVERABLE_MOBILE }
}

async fn valid(site: &Deployment, document: &Document) -> Call {
    Call::send(site, document, somebody(document), document.scenes[0].name).await
}

/// A call that provokes each error of the CIAM tables.
pub(super) async fn provoked(site: &Deployment, document: &Document, code: &str) -> Call {
    let call = valid(site, document).await;
    match code {
        "IDAAS.SDK.PARAM.0001" => call.without("X-agent"),
        "IDAAS.SDK.PARAM.0002" => call.without("X-client-id"),
        "IDAAS.SDK.PARAM.0003" => call.header("X-client-id", "somebody"),
        "IDAAS.SDK.USER.0004" => call.without(document.recipient()),
        "IDAAS.SDK.PARAM.0007" => call.without("type"),
        "IDAAS.SDK.PARAM.0008" => call.without("captcha_token"),
        "IDAAS.SDK.CAPTCHA.0003" => call.member("captcha_token", json!("71dd26999e314f9abb0c635336976635---{}")),
        "IDAAS.SDK.CAPTCHA.0004" => {
            let token = call.get("captcha_token").as_str().unwrap_or_default().replace(".0,", ".5,");
            call.member("captcha_token", json!(token))
        }
        "IDAAS.SDK.CAPTCHA.0005" => call.member("type", json!("NO_SUCH_SCENE")),
        "IDAAS.SDK.CAPTCHA.0006" => Call::send(site, document, nobody(document), document.scenes[0].name).await,
        _ => panic!("no way to provoke {code}"),
    }
}

#[tokio::test]
async fn every_printed_error_of_ciam_is_answered_as_printed_in_both_languages() {
    let site = faithful(Product::Ciam).await;
    for document in documents(Product::Ciam) {
        for row in document.errors {
            for (language, message) in [("en", row.en), ("zh", row.zh.expect("CIAM prints Chinese"))] {
                let reply = provoked(&site, document, row.code).await.header("X-L", language).fire(&site).await;
                let printed = json!({"error_code": row.code, "error_msg": message});
                assert_eq!((reply.status, reply.json()), (row.status, printed), "{}", document.clause(row.code));
                assert_eq!(reply.header("content-type"), Some("application/json"));
            }
        }
    }
}

#[tokio::test]
async fn every_scene_is_accepted_with_an_empty_answer_and_its_code_is_delivered() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = faithful(product).await;
        for document in documents(product).iter().filter(|document| document.sends()) {
            for scene in document.scenes {
                let to = somebody(document);
                let reply = Call::send(&site, document, to, scene.name).await.fire(&site).await;
                assert_eq!((reply.status, reply.text().as_str()), (200, ""), "{}", scene.name);
                let digits = code(&site, to, scene.name).await.expect("a delivered code");
                assert_eq!(digits.len(), 6);
            }
        }
    }
}

#[tokio::test]
async fn every_required_field_missing_blank_or_null_is_refused_with_400() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = faithful(product).await;
        for document in documents(product).iter().filter(|document| document.sends()) {
            let required = document.fields.iter().filter(|field| field.required && field.name != "content-type");
            for field in required {
                let call = valid(&site, document).await;
                for broken in [call.clone().without(field.name), call.clone().blank(field.name)] {
                    assert_eq!(broken.fire(&site).await.status, 400, "{}", document.clause(field.name));
                }
                let accepted = call.fire(&site).await;
                assert_eq!(accepted.status, 200, "a refused request leaves the token as it was");
            }
            let null = valid(&site, document).await.member("type", Value::Null);
            assert_eq!(null.fire(&site).await.status, 400);
        }
    }
}

#[tokio::test]
async fn optional_headers_may_be_left_out() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = faithful(product).await;
        for name in SENDS {
            let call = valid(&site, document(product, name)).await.without("X-device-ip").without("X-L");
            assert_eq!(call.fire(&site).await.status, 200);
        }
    }
}

#[tokio::test]
async fn the_example_of_the_eiam_documents_is_answered_to_the_letter() {
    let site = faithful(Product::Eiam).await;
    for document in documents(Product::Eiam) {
        for call in [Call::to(document).without("X-client-id"), Call::to(document).blank("X-client-id")] {
            let reply = call.fire(&site).await;
            let printed =
                r#"{"error_code":"SDK.COMMON.1001","error_msg":"Parameter X-client-id cannot be left blank."}"#;
            assert_eq!((reply.status, reply.text().as_str()), (400, printed));
        }
    }
}

#[tokio::test]
async fn messages_are_chinese_when_no_language_is_asked_for() {
    let site = faithful(Product::Ciam).await;
    for call in ["fr", ""].map(|language| Call::to(document(Product::Ciam, "sms-send")).header("X-L", language)) {
        assert_eq!(call.without("X-agent").fire(&site).await.message(), "设备信息不完整");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = faithful(product).await;
        let call = Call::to(document(product, "sms-send"));
        for body in ["", "{", "[]", "null", "\"text\"", r#"{"mobile": 1, "type": "LOGIN_SMS", "captcha_token": "x"}"#] {
            let reply = call.fire_raw(&site, body).await;
            assert_eq!(reply.status, 400, "{body}");
            assert!(reply.json()["error_code"].is_string());
        }
    }
}

#[tokio::test]
async fn a_content_type_that_is_not_json_is_refused_with_415() {
    for product in [Product::Eiam, Product::Ciam] {
        let site = faithful(product).await;
        let call = valid(&site, document(product, "sms-send")).await;
        for broken in [call.clone().without("content-type"), call.clone().header("content-type", "text/plain")] {
            let reply = broken.fire(&site).await;
            assert_eq!((reply.status, reply.text().as_str()), (415, ""));
        }
        let spelled = call.header("content-type", "Application/JSON; charset=utf-8");
        assert_eq!(spelled.fire(&site).await.status, 200);
    }
}

#[tokio::test]
async fn a_captcha_token_is_good_once_for_one_recipient_as_issued() {
    for (product, stale, mismatch) in [
        (Product::Eiam, "SDK.CAPTCHA.1003", "SDK.CAPTCHA.1004"),
        (Product::Ciam, "IDAAS.SDK.CAPTCHA.0003", "IDAAS.SDK.CAPTCHA.0004"),
    ] {
        let site = faithful(product).await;
        let document = document(product, "sms-send");
        let call = valid(&site, document).await;
        let foreign = call.clone().member("mobile", json!("15200000008")).fire(&site).await;
        assert_eq!(foreign.code(), mismatch);
        assert_eq!(call.fire(&site).await.status, 200);
        assert_eq!(call.fire(&site).await.code(), stale);
    }
}

#[tokio::test]
async fn a_failed_send_spends_the_token() {
    let site = faithful(Product::Ciam).await;
    let call = provoked(&site, document(Product::Ciam, "sms-send"), "IDAAS.SDK.CAPTCHA.0006").await;
    assert_eq!(call.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0006");
    assert_eq!(call.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0003");
}

#[tokio::test]
async fn scenes_are_exact() {
    let site = faithful(Product::Ciam).await;
    for scene in ["login_sms", "MFA_AUTH_SMS", "LOGIN_EMS", " LOGIN_SMS"] {
        let call = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000001", scene).await;
        assert_eq!(call.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0005", "{scene}");
    }
}

#[tokio::test]
async fn rules_are_judged_in_the_order_of_the_tables() {
    let site = faithful(Product::Ciam).await;
    let mut call = Call::to(document(Product::Ciam, "email-send")).without("X-agent").without("X-client-id");
    let mut codes = Vec::new();
    for (name, value) in [("X-agent", "a"), ("X-client-id", "b")] {
        codes.push(call.fire(&site).await.code());
        call = call.header(name, value);
    }
    codes.push(call.fire(&site).await.code());
    call = call.header("X-client-id", crate::reference::world::CLIENT_ID);
    for (name, value) in [("email", "qa00@example.com"), ("type", "X"), ("captcha_token", "y"), ("type", "LOGIN_EMS")] {
        codes.push(call.fire(&site).await.code());
        call = call.member(name, json!(value));
    }
    codes.push(call.fire(&site).await.code());
    let short: Vec<_> = codes.iter().map(|code| code.trim_start_matches("IDAAS.SDK.")).collect();
    let due = [
        "PARAM.0001",
        "PARAM.0002",
        "PARAM.0003",
        "USER.0004",
        "PARAM.0007",
        "PARAM.0008",
        "CAPTCHA.0005",
        "CAPTCHA.0003",
    ];
    assert_eq!(short, due);
}

#[tokio::test]
async fn ciam_has_no_login_and_no_keys() {
    let site = faithful(Product::Ciam).await;
    let login = Call::to(document(Product::Eiam, "mobile-login")).fire(&site).await;
    assert_eq!((login.status, get(&site, "/api/v1/oauth2/keys").await.status), (404, 404));
}

#[tokio::test]
async fn the_support_routes_hand_out_tokens_and_codes_as_documented() {
    let site = faithful(Product::Ciam).await;
    let reply = get(&site, "/_reference/captcha?to=15200000000").await;
    let token = reply.json()["captcha_token"].as_str().expect("a token").to_owned();
    let (id, point) = token.split_once("---").expect("an identity and a point");
    assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let point: Value = serde_json::from_str(point).expect("a point in JSON");
    assert_eq!(point["y"], json!(5.0));
    assert_eq!(get(&site, "/_reference/captcha").await.status, 400);
    assert_eq!(get(&site, "/_reference/code?to=15200000000&scene=LOGIN_SMS").await.status, 404);
    assert!(reply.header("date").is_some());
}
