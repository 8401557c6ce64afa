//! Stored runs judged again: an untouched one raises no alarm, a touched one always does.

use std::sync::Arc;
use std::time::Duration;

use iamspec::case::{Contract, Product};
use iamspec::compare::verify::{Disagreement, Hidden, Verified, verify};
use iamspec::embedded;
use iamspec::loopback;
use iamspec::plan::{Consent, Plan, Selection};
use iamspec::record::RunRecord;
use iamspec::reference::{self, Config};
use iamspec::runner::{self, Options};
use serde_json::Value;

/// Every so many faults one is sampled.
const STEP: usize = 31;
const PATIENCE: Duration = Duration::from_secs(60);

fn contract() -> Arc<Contract> {
    let sources = embedded::sources(None, None).expect("the built-in files are read");
    Arc::new(embedded::contract(&sources).expect("the built-in contract is in order"))
}

/// A run as it is read back from its file.
async fn stored(contract: &Arc<Contract>, config: Config, select: Vec<String>) -> RunRecord {
    let (target, deployment) = loopback::embed(config, "acme staging").await.expect("a deployment");
    let target = Arc::new(target);
    let selection = Selection { select, ..Selection::default() };
    let plan = Plan::new(contract, &target, &selection, Consent::AsTheTargetSays).expect("a plan");
    let session = runner::session(contract, &target, plan, Options::of(&target)).expect("a session");
    let record = runner::run(Arc::new(session), tokio::time::sleep(PATIENCE), || {}).await;
    deployment.stop().await.expect("it stops");
    serde_json::from_str(&serde_json::to_string(&record).expect("JSON")).expect("a record")
}

fn judged(record: &RunRecord, contract: &Contract) -> Verified {
    verify(record, contract).expect("the contract of the record")
}

fn assert_clean(what: &str, record: &RunRecord, contract: &Contract) {
    let verified = judged(record, contract);
    assert!(verified.disagreements.is_empty(), "{what}: {:#?}", verified.disagreements);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_run_of_a_faulty_deployment_raises_no_alarm() {
    let contract = contract();
    let mut broken = 0;
    let mut alarms = Vec::new();
    for product in Product::ALL {
        let named = loopback::of_reference(product);
        for fault in reference::faults(named).into_iter().step_by(STEP) {
            let citing =
                contract.trials_of(product).filter(|trial| fault.clauses().iter().any(|c| trial.clauses.contains(c)));
            let select = citing.map(|trial| trial.id.clone()).collect();
            let record = stored(&contract, Config::new(named).with_fault(fault.clone()), select).await;
            broken += usize::from(record.tally.fail + record.tally.warn > 0);
            let verified = judged(&record, &contract);
            if !verified.disagreements.is_empty() {
                alarms.push((fault.id().to_owned(), verified.disagreements));
            }
        }
    }
    assert!(alarms.is_empty(), "{} alarms: {:#?}", alarms.len(), &alarms[..alarms.len().min(25)]);
    assert!(broken >= 35, "only {broken} faults were seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_run_of_a_conforming_deployment_raises_no_alarm() {
    let contract = contract();
    for product in Product::ALL {
        let named = loopback::of_reference(product);
        let record = stored(&contract, Config::new(named), Vec::new()).await;
        assert_clean("as it is", &record, &contract);
        for variant in reference::variants(named).into_iter().step_by(8) {
            let config = Config::new(named).with_variant(variant);
            let record = stored(&contract, config, Vec::new()).await;
            assert_clean(variant.id(), &record, &contract);
        }
    }
}

/// What somebody does to a stored run.
struct Forgery {
    /// What of it is named.
    about: &'static str,
    forge: fn(&mut Value),
}

const WRONG: &str = "ciam/sms-send/type/blank/zh";
const RIGHT: &str = "ciam/sms-send/client-id/blank/zh";

fn of<'a>(record: &'a mut Value, id: &str) -> &'a mut Value {
    let trials = record["trials"].as_array_mut().expect("trials");
    trials.iter_mut().find(|trial| trial["id"] == id).unwrap_or_else(|| panic!("no trial `{id}`"))
}

fn own<'a>(record: &'a mut Value, id: &str) -> &'a mut Value {
    of(record, id)["exchanges"].as_array_mut().expect("exchanges").last_mut().expect("an exchange")
}

/// Changes the body of an answer and its length with it.
fn answered(record: &mut Value, id: &str, change: impl FnOnce(&str) -> String) {
    let response = &mut own(record, id)["response"];
    let before = response["body"].as_str().expect("a body").to_owned();
    let body = change(&before);
    assert_ne!(body, before, "{id}");
    response["bytes"] = body.len().into();
    response["body"] = body.into();
}

fn requested(record: &mut Value, id: &str, change: impl FnOnce(&mut Value)) {
    let request = &mut own(record, id)["request"];
    let mut body: Value = serde_json::from_str(request["body"].as_str().expect("a body")).expect("JSON");
    change(&mut body);
    request["body"] = body.to_string().into();
}

fn header<'a>(message: &'a mut Value, name: &str) -> &'a mut Value {
    let headers = message["headers"].as_array_mut().expect("headers");
    let named = |header: &&mut Value| header["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name));
    &mut headers.iter_mut().find(named).expect("a header")["value"]
}

fn without(list: &mut Value, id: &str) {
    list.as_array_mut().expect("a list").retain(|one| one["id"] != id);
}

const FORGERIES: &[Forgery] = &[
    Forgery { about: WRONG, forge: |record| of(record, WRONG)["outcome"] = "pass".into() },
    Forgery { about: WRONG, forge: |record| of(record, WRONG)["outcome"] = "warn".into() },
    Forgery { about: WRONG, forge: |record| of(record, WRONG)["outcome"] = "waived".into() },
    Forgery { about: RIGHT, forge: |record| of(record, RIGHT)["outcome"] = "fail".into() },
    Forgery { about: RIGHT, forge: |record| of(record, RIGHT)["outcome"] = "blocked".into() },
    Forgery { about: RIGHT, forge: |record| of(record, RIGHT)["outcome"] = "error".into() },
    Forgery {
        about: "check error_msg",
        forge: |record| {
            let checks = of(record, WRONG)["checks"].as_array_mut().expect("checks");
            checks.iter_mut().find(|check| check["outcome"] == "fail").expect("a failure")["outcome"] = "pass".into();
        },
    },
    Forgery {
        about: "check error_msg",
        forge: |record| {
            let checks = of(record, WRONG)["checks"].as_array_mut().expect("checks");
            checks.retain(|check| check["outcome"] != "fail");
        },
    },
    // The same flip, told alike everywhere else in the trial.
    Forgery {
        about: WRONG,
        forge: |record| {
            let trial = of(record, WRONG);
            trial["outcome"] = "pass".into();
            trial.as_object_mut().expect("a trial").remove("reason");
            let checks = trial["checks"].as_array_mut().expect("checks");
            checks.retain(|check| check["outcome"] != "fail");
        },
    },
    Forgery { about: "check status", forge: |record| own(record, RIGHT)["response"]["status"] = 200.into() },
    Forgery { about: "check status", forge: |record| own(record, RIGHT)["response"]["status"] = 500.into() },
    Forgery {
        about: "check error_msg",
        forge: |record| answered(record, RIGHT, |body| body.replace("clientId", "clientid")),
    },
    Forgery { about: "check error_code", forge: |record| answered(record, RIGHT, |body| body.replace("0002", "0001")) },
    Forgery {
        about: "check schema",
        forge: |record| answered(record, RIGHT, |body| body.replace("error_msg", "message")),
    },
    Forgery {
        about: "check undocumented_member",
        forge: |record| answered(record, RIGHT, |body| body.replacen('{', "{\"trace\":1,", 1)),
    },
    Forgery {
        about: "check content_type",
        forge: |record| *header(&mut own(record, RIGHT)["response"], "content-type") = "text/html".into(),
    },
    Forgery {
        about: "bytes of the body",
        forge: |record| {
            let body = own(record, RIGHT)["response"]["body"].as_str().expect("a body").to_owned();
            own(record, RIGHT)["response"]["body"] = format!("{body} ").into();
        },
    },
    Forgery {
        about: "drift: ciam/sms-send header x-new",
        forge: |record| {
            let headers = own(record, RIGHT)["response"]["headers"].as_array_mut().expect("headers");
            headers.push(serde_json::json!({"name": "X-New", "value": "1"}));
        },
    },
    Forgery {
        about: "drift: ciam/sms-send code NEW.1",
        forge: |record| {
            let new = serde_json::json!({"document": "ciam/sms-send", "kind": "code", "text": "NEW.1"});
            record["drift"].as_array_mut().expect("drift").push(new);
        },
    },
    Forgery {
        about: "request, header X-L",
        forge: |record| *header(&mut own(record, RIGHT)["request"], "X-L") = "en".into(),
    },
    Forgery {
        about: "request, header X-client-id",
        forge: |record| {
            let headers = own(record, "ciam/sms-send/client-id/missing/zh")["request"]["headers"].as_array_mut();
            headers.expect("headers").push(serde_json::json!({"name": "X-client-id", "value": "x"}));
        },
    },
    Forgery {
        about: "request, member type",
        forge: |record| requested(record, WRONG, |body| body["type"] = "LOGIN_SMS".into()),
    },
    Forgery {
        about: "request, member captcha_token",
        forge: |record| {
            requested(record, RIGHT, |body| drop(body.as_object_mut().expect("members").remove("captcha_token")));
        },
    },
    Forgery { about: "request, method", forge: |record| own(record, RIGHT)["request"]["method"] = "GET".into() },
    Forgery {
        about: "request, URL",
        forge: |record| own(record, RIGHT)["request"]["url"] = "https://elsewhere.example/".into(),
    },
    Forgery { about: "planned trials", forge: |record| without(&mut record["trials"], WRONG) },
    Forgery {
        about: "a trial of the run",
        forge: |record| without(&mut record["trials"], "ciam/sms-send/scene/LOGIN_SMS"),
    },
    Forgery {
        about: "order of the trials",
        forge: |record| {
            let twice = of(record, RIGHT).clone();
            record["trials"].as_array_mut().expect("trials").push(twice);
        },
    },
    Forgery {
        about: "no trial of the contract",
        forge: |record| of(record, RIGHT)["id"] = "ciam/sms-send/client-id/other/zh".into(),
    },
    Forgery { about: "prerequisite", forge: |record| of(record, WRONG)["prerequisite"] = true.into() },
    Forgery { about: "tally", forge: |record| record["tally"]["fail"] = 0.into() },
    Forgery { about: "verdict", forge: |record| record["verdict"] = "conforms".into() },
    Forgery {
        about: "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/zh",
        forge: |record| {
            let clauses = record["clauses"].as_array_mut().expect("clauses");
            clauses.iter_mut().find(|clause| clause["status"] == "violated").expect("one")["status"] = "proven".into();
        },
    },
    Forgery {
        about: "ciam/sms-send/scene/LOGIN_SMS",
        forge: |record| without(&mut record["clauses"], "ciam/sms-send/scene/LOGIN_SMS"),
    },
    Forgery { about: "clauses", forge: |record| of(record, WRONG)["clauses"] = serde_json::json!(["ciam/x/y"]) },
    Forgery { about: "basis", forge: |record| of(record, WRONG)["basis"] = "inferred".into() },
    Forgery { about: "title", forge: |record| of(record, WRONG)["title"] = "harmless".into() },
    Forgery { about: "reason", forge: |record| of(record, WRONG)["reason"]["code"] = "needs-code".into() },
    Forgery { about: "finished", forge: |record| record["finished"] = "2001-01-01T00:00:00Z".into() },
    Forgery { about: "duration in ms", forge: |record| of(record, WRONG)["duration_ms"] = 0.5.into() },
    Forgery {
        about: "duration in ms",
        forge: |record| {
            of(record, WRONG)["duration_ms"] = 3_600_000.0.into();
            own(record, WRONG)["duration_ms"] = 3_600_000.0.into();
        },
    },
    Forgery { about: "delivered: sms", forge: |record| record["delivered"]["sms"] = 0.into() },
    Forgery { about: "score", forge: |record| record["tool"]["score"]["killed"] = 9_999.into() },
    Forgery { about: "outcome", forge: |record| record["terms"]["strict"] = true.into() },
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_changed_in_a_stored_run_is_named() {
    let contract = contract();
    let named = loopback::of_reference(Product::Ciam);
    let fault = "ciam/sms-send/error/IDAAS.SDK.PARAM.0007/message-off/zh";
    let fault = reference::faults(named).into_iter().find(|known| known.id() == fault).expect("a fault");
    let variant = reference::variants(named).into_iter().find(|known| known.id() == "trace-id").expect("a variant");
    let plain = Config::new(named).with_fault(fault);
    let record = stored(&contract, plain.clone(), Vec::new()).await;
    let warned = stored(&contract, plain.with_variant(variant), Vec::new()).await;
    assert_clean("untouched", &record, &contract);
    for (number, Forgery { about, forge }) in FORGERIES.iter().enumerate() {
        // Only a run with warnings can be taken for a strict one.
        let record = if *about == "outcome" { &warned } else { &record };
        let mut forged = serde_json::to_value(record).expect("JSON");
        forge(&mut forged);
        let forged: RunRecord = serde_json::from_value(forged).expect("still a record");
        let verified = judged(&forged, &contract);
        let named = |one: &Disagreement| format!("{} {} {}", one.about, one.recorded, one.follows).contains(about);
        assert!(verified.disagreements.iter().any(named), "{number} {about}: {:#?}", verified.disagreements);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_held_together_by_its_tags_and_named() {
    let contract = contract();
    let config = Config::new(loopback::of_reference(Product::Eiam));
    let record = stored(&contract, config, vec!["eiam/mobile-login/*".to_owned()]).await;
    let verified = judged(&record, &contract);
    assert!(verified.disagreements.is_empty(), "{:#?}", verified.disagreements);
    assert!(verified.hidden.contains_key(&Hidden::IdToken) && verified.tags > 0, "{verified:#?}");
    let forged = |about: &str, forge: &dyn Fn(&mut Value)| {
        let mut value = serde_json::to_value(&record).expect("JSON");
        forge(&mut value);
        let forged = serde_json::from_value(value).expect("still a record");
        let verified = judged(&forged, &contract);
        assert!(verified.disagreements.iter().any(|one| one.about.contains(about)), "{about}: {verified:#?}");
    };
    forged("code used again", &|record| {
        requested(record, "eiam/mobile-login/code-spent", |body| body["verify_code"] = "‹verify-code 0000›".into());
    });
    forged("checks of the id token", &|record| {
        let checks = of(record, "eiam/mobile-login/success")["checks"].as_array_mut().expect("checks");
        checks.retain(|check| check["name"] != "id_token_signature");
    });
    forged("check schema", &|record| {
        let id = "eiam/mobile-login/success";
        let response = &mut own(record, id)["response"];
        let body = response["body"].as_str().expect("a body").replace("session_token", "session");
        response["body"] = body.into();
    });
}
