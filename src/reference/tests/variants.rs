//! The catalogue of variants: what differs, and that the promises hold all the same.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::client::{Call, captcha, document};
use super::login::{logged_in, login, sent};
use super::varied;
use crate::reference::world::Ending;
use crate::reference::{Product, variants};

const PRODUCTS: [Product; 2] = [Product::Eiam, Product::Ciam];

#[test]
fn there_are_many_and_their_ids_are_unique() {
    for product in PRODUCTS {
        let all = variants(product);
        let ids: HashSet<_> = all.iter().map(|variant| variant.id().to_owned()).collect();
        assert_eq!(ids.len(), all.len());
        assert!(all.len() > 30, "{product} has {}", all.len());
        assert!(all.iter().all(|variant| !variant.describes().is_empty()));
    }
}

#[tokio::test]
async fn a_valid_send_is_accepted_and_an_error_recognised_under_every_variant() {
    for product in PRODUCTS {
        let code = if product == Product::Eiam { "SDK.COMMON.1001" } else { "IDAAS.SDK.PARAM.0002" };
        for variant in variants(product) {
            let site = varied(product, variant.id()).await;
            let call = Call::send(&site, document(product, "sms-send"), "15200000000", "LOGIN_SMS").await;
            assert_eq!(call.fire(&site).await.status, 200, "{}", variant.id());
            tokio::time::sleep(if variant.id() == "send-interval" {
                Duration::from_millis(300)
            } else {
                Duration::ZERO
            })
            .await;
            let call = Call::send(&site, document(product, "sms-send"), "15200000000", "LOGIN_SMS").await;
            let reply = call.without("X-client-id").fire(&site).await;
            assert_eq!((reply.status, reply.code().as_str()), (400, code), "{}", variant.id());
        }
    }
}

#[tokio::test]
async fn every_login_ends_as_it_should_under_every_variant() {
    for variant in variants(Product::Eiam) {
        let site = varied(Product::Eiam, variant.id()).await;
        for ending in Ending::ALL {
            let reply = logged_in(&site, ending.mobile()).await;
            assert_eq!(reply.json()["status"], json!(ending.name()), "{}", variant.id());
        }
    }
}

#[tokio::test]
async fn the_wire_is_as_the_variant_says() {
    let chunked = varied(Product::Ciam, "chunked").await;
    let call = Call::to(document(Product::Ciam, "sms-send")).without("X-agent");
    let reply = call.fire(&chunked).await;
    assert_eq!(reply.header("transfer-encoding"), Some("chunked"));
    assert_eq!(reply.code(), "IDAAS.SDK.PARAM.0001");
    let escaped = varied(Product::Ciam, "json-escaped").await;
    let reply = call.clone().header("X-L", "zh").fire(&escaped).await;
    assert!(reply.text().is_ascii());
    assert_eq!(reply.message(), "设备信息不完整");
    let reversed = varied(Product::Ciam, "members-reversed").await;
    assert!(call.fire(&reversed).await.text().starts_with(r#"{"error_msg""#));
}

#[tokio::test]
async fn the_head_is_spelled_as_the_variant_says() {
    let call = Call::to(document(Product::Ciam, "sms-send")).without("X-agent");
    for (id, status, name) in [
        ("header-names-in-lower-case", "HTTP/1.1 400 Bad Request\r\n", "\r\ncontent-type: "),
        ("no-reason-phrase", "HTTP/1.1 400 \r\n", "\r\nContent-Type: "),
    ] {
        let head = call.fire(&varied(Product::Ciam, id).await).await.head;
        assert!(head.starts_with(status) && head.contains(name), "{id}: {head}");
    }
}

#[tokio::test]
async fn gzip_is_used_only_where_it_is_accepted() {
    let site = varied(Product::Ciam, "gzip").await;
    let call = Call::to(document(Product::Ciam, "sms-send")).without("X-agent");
    assert_eq!(call.fire(&site).await.header("content-encoding"), None);
    let refused = call.clone().header("accept-encoding", "gzip;q=0").fire(&site).await;
    assert_eq!(refused.header("content-encoding"), None);
    let packed = call.header("accept-encoding", "br, gzip").fire(&site).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(&packed.body[..3], &[0x1f, 0x8b, 8]);
}

#[tokio::test]
async fn the_order_of_the_rules_is_reversed() {
    let site = varied(Product::Ciam, "order-reversed").await;
    let nothing = Call::to(document(Product::Ciam, "sms-send")).without("X-agent").without("X-client-id");
    assert_eq!(nothing.fire_raw(&site, "{}").await.code(), "IDAAS.SDK.PARAM.0008");
}

#[tokio::test]
async fn a_token_is_burnt_by_the_first_request_that_carries_it() {
    let site = varied(Product::Ciam, "token-burnt-by-any-request").await;
    let call = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000000", "LOGIN_SMS").await;
    assert_eq!(call.clone().without("X-agent").fire(&site).await.status, 400);
    assert_eq!(call.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0003");
}

#[tokio::test]
async fn a_code_is_burnt_by_the_first_request_that_carries_it() {
    let site = varied(Product::Eiam, "code-burnt-by-any-request").await;
    let mobile = Ending::Success.mobile();
    let call = login(mobile, &sent(&site, mobile, "LOGIN_SMS").await);
    assert_eq!(call.clone().without("X-agent").fire(&site).await.status, 400);
    assert_eq!(call.fire(&site).await.code(), "SDK.SMS.1005");
}

#[tokio::test]
async fn a_token_invalid_by_age_can_be_used_again_until_then() {
    let site = varied(Product::Ciam, "token-invalid-by-age").await;
    let call = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000000", "LOGIN_SMS").await;
    assert_eq!(call.fire(&site).await.status, 200);
    assert_eq!(call.fire(&site).await.status, 200);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(call.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0003");
}

#[tokio::test]
async fn a_second_message_that_comes_too_soon_is_not_sent() {
    let site = varied(Product::Ciam, "send-interval").await;
    let document = document(Product::Ciam, "sms-send");
    let first = Call::send(&site, document, "15200000000", "LOGIN_SMS").await;
    let second = Call::send(&site, document, "15200000000", "REGISTER_SMS").await;
    let other = Call::send(&site, document, "15200000001", "REGISTER_SMS").await;
    assert_eq!(first.fire(&site).await.status, 200);
    assert_eq!(second.fire(&site).await.code(), "IDAAS.SDK.CAPTCHA.0006");
    assert_eq!(other.fire(&site).await.status, 200);
}

#[tokio::test]
async fn an_opaque_token_shows_no_point_and_is_good() {
    let site = varied(Product::Eiam, "token-opaque").await;
    assert!(!captcha(&site, "15200000000").await.contains("---"));
}

#[tokio::test]
async fn codes_have_four_digits() {
    let site = varied(Product::Eiam, "code-of-4-digits").await;
    assert_eq!(sent(&site, "15200000000", "LOGIN_SMS").await.len(), 4);
}
