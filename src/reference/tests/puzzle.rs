//! The captcha endpoints: a point that fits earns a pass token, once, for one recipient.

use aws_lc_rs::cipher::{AES_128, PaddedBlockEncryptingKey, UnboundCipherKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{Call, Reply, document, get};
use super::{faithful, varied};
use crate::reference::{Deployment, Product};

const TO: &str = "15200000000";

/// A puzzle and where its hole is.
async fn offered(site: &Deployment) -> (Value, f64) {
    let reply = Call::at("/api/v2/sdk/captcha", document(Product::Ciam, "sms-send")).get_it(site).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let gap = get(site, "/_reference/puzzle").await.json()["x"].as_f64().expect("a number");
    (reply.json(), gap)
}

async fn verified(site: &Deployment, puzzle: &Value, point: &str) -> Reply {
    Call::at("/api/v2/sdk/captcha/verify", document(Product::Ciam, "sms-send"))
        .member("point_json", json!(point))
        .member("token", puzzle["token"].clone())
        .member("sender", json!(TO))
        .fire(site)
        .await
}

fn point(x: f64, y: f64) -> String {
    format!("{{\"x\":{x:.1},\"y\":{y:.1}}}")
}

async fn send(site: &Deployment, to: &str, token: &Value) -> u16 {
    let call = Call::to(document(Product::Ciam, "sms-send"))
        .member("mobile", json!(to))
        .member("type", json!("LOGIN_SMS"))
        .member("captcha_token", token.clone());
    call.fire(site).await.status
}

#[tokio::test]
async fn a_puzzle_has_fifteen_members_and_two_pictures() {
    let site = faithful(Product::Ciam).await;
    let (puzzle, _) = offered(&site).await;
    assert_eq!(puzzle.as_object().map(serde_json::Map::len), Some(15));
    assert_eq!(puzzle["token"].as_str().map(str::len), Some(32));
    assert!(puzzle["secretKey"].is_null());
    for (picture, width) in [("originalImageBase64", 310_u32), ("jigsawImageBase64", 47)] {
        let png = STANDARD.decode(puzzle[picture].as_str().expect("base64")).expect("base64");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&png[16..20], width.to_be_bytes());
        assert_eq!(&png[20..24], 155_u32.to_be_bytes());
    }
}

#[tokio::test]
async fn a_point_that_fits_earns_a_token_for_its_recipient_and_once() {
    let site = faithful(Product::Ciam).await;
    let (puzzle, gap) = offered(&site).await;
    let solved = point(gap + 5.0, 5.0);
    let reply = verified(&site, &puzzle, &solved).await;
    let token = reply.json()["captcha_token"].clone();
    assert_eq!(token, json!(format!("{}---{solved}", puzzle["token"].as_str().expect("a token"))));
    assert_eq!(verified(&site, &puzzle, &solved).await.status, 400, "a puzzle is answered once");
    assert_eq!(send(&site, "15200000001", &token).await, 400, "it is bound to its recipient");
    assert_eq!(send(&site, TO, &token).await, 200);
    assert_eq!(send(&site, TO, &token).await, 400, "it is used once");
}

#[tokio::test]
async fn a_point_beside_the_hole_or_at_another_height_earns_nothing() {
    let site = faithful(Product::Ciam).await;
    for (dx, y) in [(5.5, 5.0), (-6.0, 5.0), (0.0, 6.0)] {
        let (puzzle, gap) = offered(&site).await;
        let reply = verified(&site, &puzzle, &point(gap + dx, y)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "IDAAS.SDK.CAPTCHA.0002"), "{dx} {y}");
        let again = verified(&site, &puzzle, &point(gap, 5.0)).await;
        assert_eq!(again.status, 400, "a wrong point ends its puzzle");
    }
}

#[tokio::test]
async fn under_a_key_only_an_encrypted_point_fits() {
    let site = varied(Product::Ciam, "puzzle-with-key").await;
    let (puzzle, gap) = offered(&site).await;
    assert_eq!(verified(&site, &puzzle, &point(gap, 5.0)).await.status, 400);
    let (puzzle, gap) = offered(&site).await;
    let key = puzzle["secretKey"].as_str().expect("a key");
    assert_eq!(key.len(), 16);
    let key = UnboundCipherKey::new(&AES_128, key.as_bytes()).expect("sixteen bytes");
    let mut bytes = point(gap, 5.0).into_bytes();
    PaddedBlockEncryptingKey::ecb_pkcs7(key).expect("a key").encrypt(&mut bytes).expect("encrypted");
    let reply = verified(&site, &puzzle, &STANDARD.encode(bytes)).await;
    assert_eq!(send(&site, TO, &reply.json()["captcha_token"]).await, 200, "{}", reply.text());
}

#[tokio::test]
async fn a_puzzle_is_for_a_registered_application() {
    let site = faithful(Product::Ciam).await;
    let call = Call::at("/api/v2/sdk/captcha", document(Product::Ciam, "sms-send"));
    assert_eq!(call.clone().without("X-client-id").get_it(&site).await.code(), "IDAAS.SDK.PARAM.0002");
    assert_eq!(call.header("X-client-id", "nobody").get_it(&site).await.code(), "IDAAS.SDK.PARAM.0003");
}
