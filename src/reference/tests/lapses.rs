//! Faults that do not enforce a rule, or enforce one too many.

use serde_json::json;

use super::client::{Call, document};
use super::faulty;
use super::login::{login, sent};
use crate::reference::Product;
use crate::reference::document::Place;
use crate::reference::world::Ending;

#[tokio::test]
async fn an_optional_header_is_demanded_or_not_suffered() {
    for (header, id, without, with) in [
        ("X-device-ip", "demanded", 400, 200),
        ("X-device-ip", "not-suffered", 200, 400),
        ("X-L", "demanded", 400, 200),
        ("X-L", "not-suffered", 200, 400),
    ] {
        let site = faulty(Product::Eiam, &format!("eiam/sms-send/header/{header}/{id}")).await;
        let call = Call::send(&site, document(Product::Eiam, "sms-send"), "15200000000", "LOGIN_SMS").await;
        assert_eq!(call.clone().without(header).fire(&site).await.status, without);
        let call = Call::send(&site, document(Product::Eiam, "sms-send"), "15200000000", "LOGIN_SMS").await;
        assert_eq!(call.fire(&site).await.status, with);
    }
}

#[tokio::test]
async fn a_field_that_is_not_asked_for_may_be_missing() {
    for product in [Product::Eiam, Product::Ciam] {
        let document = document(product, "sms-send");
        for field in document.fields.iter().filter(|field| field.required) {
            let place = if field.place == Place::Header { "header" } else { "member" };
            let clause = document.clause(&format!("{place}/{}", field.name));
            let site = faulty(product, &format!("{clause}/not-enforced")).await;
            let call = Call::send(&site, document, "15200000000", "LOGIN_SMS").await.without(field.name);
            assert_eq!(call.fire(&site).await.status, 200, "{clause}");
        }
    }
}

#[tokio::test]
async fn captcha_faults_accept_the_tokens_they_name() {
    for (rule, altered, invented, used) in [
        ("captcha-genuine/altered-accepted", 200, 400, 400),
        ("captcha-genuine/invented-accepted", 400, 200, 400),
        ("captcha-once/used-accepted", 400, 400, 200),
    ] {
        let site = faulty(Product::Eiam, &format!("eiam/sms-send/rule/{rule}")).await;
        let document = document(Product::Eiam, "sms-send");
        let call = Call::send(&site, document, "15200000000", "LOGIN_SMS").await;
        let token = call.get("captcha_token").as_str().unwrap_or_default().replace(".0,", ".5,");
        assert_eq!(call.clone().member("captcha_token", json!(token)).fire(&site).await.status, altered);
        let never = "0123456789abcdef0123456789abcdef---{\"x\":237.0,\"y\":5.0}";
        assert_eq!(call.clone().member("captcha_token", json!(never)).fire(&site).await.status, invented);
        let call = Call::send(&site, document, "15200000000", "LOGIN_SMS").await;
        assert_eq!(call.fire(&site).await.status, 200);
        assert_eq!(call.fire(&site).await.status, used);
    }
}

#[tokio::test]
async fn code_faults_accept_the_codes_they_name() {
    for (rule, accepted) in [
        ("code-genuine/wrong-accepted", [true, false, false, false]),
        ("code-genuine/foreign-accepted", [false, true, false, false]),
        ("code-of-login-scene/not-enforced", [false, false, true, false]),
        ("code-once/used-accepted", [false, false, false, true]),
    ] {
        let site = faulty(Product::Eiam, &format!("eiam/mobile-login/rule/{rule}")).await;
        let mobile = Ending::Success.mobile();
        let good = sent(&site, mobile, "LOGIN_SMS").await;
        let foreign = sent(&site, "15200000001", "LOGIN_SMS").await;
        let of_scene = sent(&site, mobile, "BIND_MOBILE_SMS").await;
        assert_eq!(login(mobile, &good).fire(&site).await.status, 200);
        let mut answers = Vec::new();
        for code in ["wrong", &foreign, &of_scene, &good] {
            answers.push(login(mobile, code).fire(&site).await.status == 200);
        }
        assert_eq!(answers, accepted, "{rule}");
    }
}

#[tokio::test]
async fn scenes_of_elsewhere_are_accepted_by_the_fault_that_says_so_only() {
    let scenes = ["login_sms", "MFA_AUTH_SMS", "LOGIN_EMS", "NO_SUCH_SCENE"];
    for (id, accepted) in [("lower-case", 0), ("other-product", 1), ("other-channel", 2)] {
        let site = faulty(Product::Ciam, &format!("ciam/sms-send/rule/scene-exact/{id}")).await;
        for (at, scene) in scenes.iter().enumerate() {
            let call = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000000", scene).await;
            assert_eq!(call.fire(&site).await.status == 200, at == accepted, "{id} {scene}");
        }
    }
}
