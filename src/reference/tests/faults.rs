//! The catalogue of faults, and that faults do what they say.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;

use super::client::{Call, Reply, document};
use super::faithful::provoked;
use super::login::logged_in;
use super::{fault, faulty};
use crate::reference::document::{Document, Place, documents};
use crate::reference::world::Ending;
use crate::reference::{Product, faults};

const PRODUCTS: [Product; 2] = [Product::Eiam, Product::Ciam];

#[test]
fn ids_are_unique_and_say_product_and_document() {
    for product in PRODUCTS {
        let all = faults(product);
        let ids: HashSet<_> = all.iter().map(|fault| fault.id().to_owned()).collect();
        assert_eq!(ids.len(), all.len());
        for fault in &all {
            let known = documents(product).iter().any(|document| fault.id().starts_with(&document.clause("")));
            assert!(known && !fault.breaks().is_empty(), "{}", fault.id());
        }
    }
}

/// Every clause of a document's tables.
fn clauses(document: &Document) -> BTreeSet<String> {
    let mut all = vec!["request".to_owned()];
    all.extend(document.scenes.iter().map(|scene| format!("scene/{}", scene.name)));
    all.extend(document.errors.iter().map(|row| format!("error/{}/en", row.code)));
    all.extend(document.errors.iter().filter(|row| row.zh.is_some()).map(|row| format!("error/{}/zh", row.code)));
    all.extend(document.fields.iter().map(|field| match field.place {
        Place::Header => format!("header/{}", field.name),
        Place::Member => format!("member/{}", field.name),
    }));
    if document.sends() {
        all.push("answer/sent".to_owned());
    } else {
        all.extend(["SUCCESS", "MFA_AUTH", "ACCESS_DENIED"].map(|answer| format!("answer/{answer}")));
        all.extend(["session_token", "expire", "status", "id_token"].map(|name| format!("answer/SUCCESS/{name}")));
        all.extend(["status", "state_token", "data"].map(|name| format!("answer/MFA_AUTH/{name}")));
        all.extend(["status", "state_token", "data"].map(|name| format!("answer/ACCESS_DENIED/{name}")));
    }
    all.iter().map(|rest| document.clause(rest)).collect()
}

#[test]
fn every_clause_has_a_fault_and_every_fault_a_clause() {
    for product in PRODUCTS {
        let broken: BTreeSet<_> = faults(product).iter().flat_map(|fault| fault.clauses().to_vec()).collect();
        let printed: BTreeSet<_> = documents(product).iter().flat_map(clauses).collect();
        assert_eq!(printed.difference(&broken).collect::<Vec<_>>(), Vec::<&String>::new());
        let inferred: Vec<_> = broken.difference(&printed).filter(|clause| !clause.contains("/rule/")).collect();
        assert_eq!(inferred, Vec::<&String>::new());
        assert!(faults(product).iter().all(|fault| !fault.clauses().is_empty()));
    }
}

#[test]
fn a_fault_of_one_language_breaks_the_clause_of_that_language_only() {
    let fault = fault(Product::Ciam, "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/message-off/zh");
    assert_eq!(fault.clauses(), ["ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh"]);
}

async fn without_client_id(id: &str, language: &str) -> Reply {
    let site = faulty(Product::Ciam, &format!("ciam/sms-send/error/IDAAS.SDK.PARAM.0002/{id}")).await;
    let call = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000000", "LOGIN_SMS").await;
    call.header("X-L", language).without("X-client-id").fire(&site).await
}

#[tokio::test]
async fn an_error_fault_changes_what_it_names() {
    assert_eq!(without_client_id("status-500", "en").await.status, 500);
    assert_eq!(without_client_id("sibling-code", "en").await.code(), "IDAAS.SDK.PARAM.0003");
    assert_eq!(without_client_id("code-lower-case", "en").await.code(), "idaas.sdk.param.0002");
    assert_eq!(without_client_id("code-number", "en").await.json()["error_code"], json!(2));
    assert_eq!(without_client_id("code-missing", "en").await.json()["error_code"], json!(null));
    assert_eq!(without_client_id("message-off/en", "en").await.message(), "clientId cannot be");
    assert_eq!(without_client_id("message-off/en", "zh").await.message(), "clientId不能为空");
    assert_eq!(without_client_id("message-off/zh", "zh").await.message(), "clientId不能为");
    assert_eq!(without_client_id("language-ignored/en", "en").await.message(), "clientId不能为空");
    assert!(without_client_id("html", "en").await.text().starts_with("<html>"));
    assert_eq!(without_client_id("content-type-missing", "en").await.header("content-type"), None);
    assert!(without_client_id("json-array", "en").await.json().is_array());
    assert_eq!(without_client_id("not-enforced", "en").await.status, 200);
    assert_eq!(without_client_id("missing-accepted", "en").await.status, 200);
    assert_eq!(without_client_id("blank-accepted", "en").await.status, 400);
}

#[tokio::test]
async fn every_error_fault_changes_the_answer_in_the_languages_it_names_and_in_no_other() {
    for document in documents(Product::Ciam) {
        for row in document.errors {
            let prefix = document.clause(&format!("error/{}/", row.code));
            for fault in faults(Product::Ciam).iter().filter(|fault| fault.id().starts_with(&prefix)) {
                let rule = fault.id().ends_with("-enforced") || fault.id().ends_with("-accepted");
                let site = faulty(Product::Ciam, fault.id()).await;
                for (language, message) in
                    [("en", row.en), ("zh", row.zh.unwrap_or_default())].into_iter().filter(|_| !rule)
                {
                    let call = provoked(&site, document, row.code).await.header("X-L", language);
                    let kept = as_printed(&call.fire(&site).await, row.code, message);
                    let named = fault.clauses().iter().any(|clause| clause.ends_with(&format!("/{language}")));
                    assert_eq!(kept, !named, "{} in {language}", fault.id());
                }
            }
        }
    }
}

fn as_printed(reply: &Reply, code: &str, message: &str) -> bool {
    reply.status == 400
        && reply.header("content-type") == Some("application/json")
        && reply.text() == format!(r#"{{"error_code":"{code}","error_msg":"{message}"}}"#)
}

#[tokio::test]
async fn an_error_that_is_not_raised_is_a_request_accepted() {
    for document in documents(Product::Ciam) {
        for row in document.errors {
            let id = document.clause(&format!("error/{}/not-enforced", row.code));
            let site = faulty(Product::Ciam, &id).await;
            let reply = provoked(&site, document, row.code).await.fire(&site).await;
            assert_eq!((reply.status, reply.body.is_empty()), (200, true), "{id}");
        }
    }
}

#[tokio::test]
async fn a_scene_fault_concerns_its_scene_only() {
    for (id, status) in [("refused", 400), ("status-500", 500), ("error-with-200", 200)] {
        let site = faulty(Product::Ciam, &format!("ciam/sms-send/scene/LOGIN_SMS/{id}")).await;
        let document = document(Product::Ciam, "sms-send");
        let reply = Call::send(&site, document, "15200000000", "LOGIN_SMS").await.fire(&site).await;
        assert_eq!((reply.status, reply.body.is_empty()), (status, false), "{id}");
        let other = Call::send(&site, document, "15200000000", "REGISTER_SMS").await.fire(&site).await;
        assert_eq!((other.status, other.body.is_empty()), (200, true));
    }
}

#[tokio::test]
async fn every_sent_fault_changes_the_answer_to_an_accepted_send() {
    for fault in faults(Product::Eiam).iter().filter(|fault| fault.id().starts_with("eiam/email-send/answer/sent/")) {
        let site = faulty(Product::Eiam, fault.id()).await;
        let document = document(Product::Eiam, "email-send");
        let reply = Call::send(&site, document, "qa00@example.com", "LOGIN_EMS").await.fire(&site).await;
        let faithful = reply.status == 200 && reply.body.is_empty() && reply.whole;
        assert!(!faithful, "{}", fault.id());
    }
}

#[tokio::test]
async fn every_fault_of_a_login_answer_changes_that_answer_and_no_other() {
    let prefix = "eiam/mobile-login/answer/";
    for fault in faults(Product::Eiam).iter().filter(|fault| fault.id().starts_with(prefix)) {
        let named = fault.id()[prefix.len()..].split('/').next().unwrap_or_default();
        let site = faulty(Product::Eiam, fault.id()).await;
        for ending in Ending::ALL {
            let reply = logged_in(&site, ending.mobile()).await;
            let looks_faithful = reply.whole && faithful(&reply, ending);
            if ending.name() != named {
                assert!(looks_faithful, "{} on {}", fault.id(), ending.name());
            } else if !fault.id().contains("/id_token/") {
                assert!(!looks_faithful, "{}", fault.id());
            }
        }
    }
}

/// As far as can be told without keys.
fn faithful(reply: &Reply, ending: Ending) -> bool {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(&reply.body) else {
        return false;
    };
    let names: Vec<_> =
        body.as_object().map(|members| members.keys().map(String::as_str).collect()).unwrap_or_default();
    let filled = |name: &str| body[name].as_str().is_some_and(|text| text.len() > 4);
    let shape = match ending {
        Ending::Success => {
            names == ["session_token", "expire", "status", "id_token"]
                && filled("session_token")
                && body["expire"] == json!(604_800)
                && filled("id_token")
        }
        Ending::MfaAuth => {
            names == ["status", "state_token", "data"] && filled("state_token") && body["data"] == json!(r#"["EMAIL"]"#)
        }
        Ending::AccessDenied => names == ["status", "state_token", "data"] && filled("state_token") && filled("data"),
    };
    reply.status == 200
        && reply.header("content-type") == Some("application/json")
        && body["status"] == json!(ending.name())
        && shape
}

#[tokio::test]
async fn an_endpoint_fault_concerns_its_endpoint_only() {
    for (id, status) in [("absent", 404), ("other-method", 405), ("moved", 308)] {
        let site = faulty(Product::Ciam, &format!("ciam/email-send/request/{id}")).await;
        let absent = Call::send(&site, document(Product::Ciam, "email-send"), "qa00@example.com", "LOGIN_EMS").await;
        assert_eq!(absent.fire(&site).await.status, status);
        let other = Call::send(&site, document(Product::Ciam, "sms-send"), "15200000000", "LOGIN_SMS").await;
        assert_eq!(other.fire(&site).await.status, 200);
    }
}
