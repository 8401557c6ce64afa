//! The promises of the login document, kept.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::client::{Call, Reply, code, document, get};
use super::{faithful, faulty, varied};
use crate::reference::world::Ending;
use crate::reference::{Deployment, Product};

/// Sends a code for `scene` and gives it back.
pub(super) async fn sent(site: &Deployment, mobile: &str, scene: &str) -> String {
    let call = Call::send(site, document(Product::Eiam, "sms-send"), mobile, scene).await;
    assert_eq!(call.fire(site).await.status, 200);
    code(site, mobile, scene).await.expect("a delivered code")
}

pub(super) fn login(mobile: &str, code: &str) -> Call {
    Call::to(document(Product::Eiam, "mobile-login")).member("mobile", json!(mobile)).member("verify_code", json!(code))
}

pub(super) async fn logged_in(site: &Deployment, mobile: &str) -> Reply {
    let code = sent(site, mobile, "LOGIN_SMS").await;
    login(mobile, &code).fire(site).await
}

/// The claims, if the published key and the tenant's settings verify the token.
async fn verified(site: &Deployment, token: &str, algorithm: Algorithm) -> Option<Value> {
    let keys = get(site, "/api/v1/oauth2/keys").await.json();
    let kid = decode_header(token).ok()?.kid?;
    let key = keys["keys"].as_array()?.iter().find(|key| key["kid"] == json!(kid))?;
    let key = DecodingKey::from_rsa_components(key["n"].as_str()?, key["e"].as_str()?).ok()?;
    let mut rules = Validation::new(algorithm);
    rules.leeway = 0;
    rules.validate_nbf = true;
    rules.set_issuer(&["Issuer"]);
    rules.set_audience(&["Audience"]);
    decode::<Value>(token, &key, &rules).ok().map(|token| token.claims)
}

fn names(reply: &Reply) -> Vec<String> {
    reply.json().as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_success_has_the_members_of_the_example_and_a_token_the_key_set_verifies() {
    let site = faithful(Product::Eiam).await;
    let reply = logged_in(&site, Ending::Success.mobile()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(names(&reply), ["session_token", "expire", "status", "id_token"]);
    let body = reply.json();
    assert_eq!((&body["status"], &body["expire"]), (&json!("SUCCESS"), &json!(604_800)));
    assert_eq!(body["session_token"].as_str().map(str::len), Some(32));
    let token = body["id_token"].as_str().expect("a token");
    let claims = verified(&site, token, Algorithm::RS256).await.expect("a token that verifies");
    assert_eq!(claims["exp"].as_u64().zip(claims["iat"].as_u64()).map(|(exp, iat)| exp - iat), Some(7200));
    let api: Value = serde_json::from_str(claims["api"].as_str().expect("a text")).expect("JSON in a text");
    assert_eq!(api["mobile"], json!(format!("+86-{}", Ending::Success.mobile())));
}

#[tokio::test]
async fn the_second_factor_and_the_denial_have_the_members_of_their_examples() {
    let site = faithful(Product::Eiam).await;
    for (ending, data) in [(Ending::MfaAuth, r#"["EMAIL"]"#), (Ending::AccessDenied, "Access Denied")] {
        let reply = logged_in(&site, ending.mobile()).await;
        assert_eq!(reply.status, 200);
        assert_eq!(names(&reply), ["status", "state_token", "data"]);
        assert_eq!((&reply.json()["status"], &reply.json()["data"]), (&json!(ending.name()), &json!(data)));
    }
}

#[tokio::test]
async fn a_number_nobody_knows_registers_itself() {
    let site = faithful(Product::Eiam).await;
    assert_eq!(logged_in(&site, "15200000003").await.json()["status"], json!("SUCCESS"));
    let site = varied(Product::Eiam, "registered-only").await;
    assert_eq!(logged_in(&site, "15200000003").await.code(), "SDK.COMMON.1013");
    assert_eq!(logged_in(&site, Ending::Success.mobile()).await.status, 200);
}

#[tokio::test]
async fn a_code_logs_in_once_its_own_number_for_the_login_scene() {
    let site = faithful(Product::Eiam).await;
    let mobile = Ending::Success.mobile();
    let other_scene = sent(&site, mobile, "REGISTER_SMS").await;
    let other_number = sent(&site, "15200000004", "LOGIN_SMS").await;
    let good = sent(&site, mobile, "LOGIN_SMS").await;
    for wrong in [other_scene.as_str(), other_number.as_str(), "no"] {
        assert_eq!(login(mobile, wrong).fire(&site).await.code(), "SDK.SMS.1005");
    }
    assert_eq!(login(mobile, &good).fire(&site).await.status, 200);
    assert_eq!(login(mobile, &good).fire(&site).await.code(), "SDK.SMS.1005");
}

#[tokio::test]
async fn missing_or_blank_fields_are_refused_and_leave_the_code_good() {
    let site = faithful(Product::Eiam).await;
    let document = document(Product::Eiam, "mobile-login");
    let good = login("15200000005", &sent(&site, "15200000005", "LOGIN_SMS").await);
    for field in document.fields.iter().filter(|field| field.required) {
        for call in [good.clone().without(field.name), good.clone().blank(field.name)] {
            assert_eq!(call.fire(&site).await.status, 400, "{}", field.name);
        }
    }
    let stranger = good.clone().header("X-client-id", "somebody").fire(&site).await;
    assert_eq!(stranger.code(), "SDK.COMMON.1012");
    assert_eq!(good.fire(&site).await.status, 200);
}

#[tokio::test]
async fn ten_wrong_codes_lock_an_account() {
    let site = faithful(Product::Eiam).await;
    let mobile = Ending::MfaAuth.mobile();
    for _ in 0..10 {
        assert_eq!(login(mobile, "wrong").fire(&site).await.code(), "SDK.SMS.1005");
    }
    assert_eq!(logged_in(&site, mobile).await.code(), "SDK.LOGIN.1003");
    assert_eq!(logged_in(&site, Ending::Success.mobile()).await.status, 200, "others are free");
}

#[tokio::test]
async fn every_forged_id_token_is_one_that_careful_eyes_refuse() {
    // `lives-too-long` and `exp-before-iat` are for eyes that compare `exp` and `iat`.
    let seen_by_verifying = [
        "no-jwt",
        "two-parts",
        "alg-none",
        "signed-by-public-key",
        "claims-altered",
        "signature-altered",
        "claims-no-json",
        "unknown-kid",
        "expired",
        "not-yet-valid",
        "without-exp",
        "exp-text",
        "other-issuer",
        "other-audience",
    ];
    for id in seen_by_verifying {
        let site = faulty(Product::Eiam, &format!("eiam/mobile-login/answer/SUCCESS/id_token/{id}")).await;
        let reply = logged_in(&site, Ending::Success.mobile()).await.json();
        let token = reply["id_token"].as_str().expect("a text");
        assert_eq!(verified(&site, token, Algorithm::RS256).await, None, "{id}");
    }
}

#[tokio::test]
async fn id_tokens_of_every_conforming_shape_verify() {
    for (id, algorithm) in [
        ("id-token-1h", Algorithm::RS256),
        ("id-token-rs384", Algorithm::RS384),
        ("id-token-rs512", Algorithm::RS512),
        ("id-token-with-typ", Algorithm::RS256),
        ("id-token-audience-list", Algorithm::RS256),
        ("two-keys", Algorithm::RS256),
    ] {
        let site = varied(Product::Eiam, id).await;
        let reply = logged_in(&site, Ending::Success.mobile()).await.json();
        let token = reply["id_token"].as_str().expect("a text");
        assert!(verified(&site, token, algorithm).await.is_some(), "{id}");
    }
}
