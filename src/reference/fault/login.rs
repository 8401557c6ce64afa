//! The three login answers, each member of them, and the id token.
//!
//! In: the login document. Out: a fault for each answer, member and way. Never: a value the document leaves open.

use serde_json::{Value, json};

use super::{Breach, Fault};
use crate::reference::answer::{Answer, Content};
use crate::reference::document::Document;
use crate::reference::id_token::Forgery;
use crate::reference::world::Ending;

pub(super) fn faults(document: &'static Document) -> Vec<Fault> {
    let mut all = Vec::new();
    for ending in Ending::ALL {
        all.extend(ANSWERS.iter().map(|change| whole(document, ending, change)));
        all.extend(endings(document, ending));
        all.extend(members(ending).into_iter().flat_map(|member| of_member(document, ending, member)));
    }
    all.extend(leaks(document));
    all.extend(FORGERIES.iter().map(|forgery| forged(document, forgery)));
    all
}

fn clause(document: &Document, ending: Ending) -> String {
    document.clause(&format!("answer/{}", ending.name()))
}

type Change = (&'static str, &'static str, fn(&mut Answer));

fn whole(document: &Document, ending: Ending, (id, does, distort): &Change) -> Fault {
    let clause = clause(document, ending);
    Fault::new(
        format!("{clause}/{id}"),
        vec![clause],
        format!("the {} answer {does}", ending.name()),
        Breach::LoginAnswer { ending, distort: *distort },
    )
}

const ANSWERS: &[Change] = &[
    ("status-201", "comes with HTTP 201", |answer| {
        answer.status = 201;
    }),
    ("status-302", "comes with a redirect", |answer| {
        answer.status = 302;
        answer.location = Some("/portal");
    }),
    ("status-400", "comes with HTTP 400", |answer| {
        answer.status = 400;
    }),
    ("status-401", "comes with HTTP 401", |answer| {
        answer.status = 401;
    }),
    ("status-500", "comes with HTTP 500", |answer| {
        answer.status = 500;
    }),
    ("error-body", "is an error under HTTP 200", |answer| {
        let body = json!({"error_code": "SDK.COMMON.1008", "error_msg": "The system is busy."});
        answer.content = Content::Json(body);
    }),
    ("empty-body", "has an empty body", |answer| {
        answer.content = Content::Empty;
    }),
    ("empty-object", "has no members", |answer| {
        answer.content = Content::Json(json!({}));
    }),
    ("html", "is an HTML page", |answer| {
        answer.say("text/html;charset=UTF-8", "<html><body>Login</body></html>");
    }),
    ("content-type-text", "is JSON labelled as plain text", |answer| answer.media = Some("text/plain")),
    ("json-array", "is wrapped in a JSON array", |answer| {
        wrap(answer, |inner| json!([inner]));
    }),
    ("json-nested", "is wrapped in a JSON object", |answer| {
        wrap(answer, |inner| json!({"code": 0, "data": inner}));
    }),
    ("json-cut-off", "is JSON without its end", |answer| {
        if let Content::Json(value) = &answer.content {
            let text = value.to_string();
            answer.say("application/json", text.trim_end_matches('}'));
        }
    }),
    ("breaks-off", "is less than was announced", |answer| {
        answer.broken_off = true;
    }),
];

fn wrap(answer: &mut Answer, around: fn(Value) -> Value) {
    if let Content::Json(value) = &answer.content {
        answer.content = Content::Json(around(value.clone()));
    }
}

/// A login that ends as it should not.
fn endings(document: &Document, ending: Ending) -> Vec<Fault> {
    let clause = clause(document, ending);
    let fault = |instead: Ending| {
        Fault::new(
            format!("{clause}/ends-as/{}", instead.name()),
            vec![clause.clone()],
            format!("a login that ends as {} is answered as {}", ending.name(), instead.name()),
            Breach::LoginEnding { ending, instead },
        )
    };
    Ending::ALL.into_iter().filter(|instead| *instead != ending).map(fault).collect()
}

/// What belongs to a success stands in another answer.
fn leaks(document: &Document) -> Vec<Fault> {
    let fault = |ending: Ending, member| {
        let clause = clause(document, ending);
        Fault::new(
            format!("{clause}/leaks/{member}"),
            vec![clause],
            format!("the {} answer has a {member}", ending.name()),
            Breach::LoginLeak { ending, member },
        )
    };
    let endings = [Ending::MfaAuth, Ending::AccessDenied];
    endings.into_iter().flat_map(|ending| ["session_token", "id_token"].map(|member| fault(ending, member))).collect()
}

/// A documented member, and what else it must not be.
struct Member {
    name: &'static str,
    /// Text that a string member must not be.
    wrong: Vec<(&'static str, Value)>,
}

fn members(ending: Ending) -> Vec<Member> {
    let member = |name, wrong| Member { name, wrong };
    match ending {
        Ending::Success => vec![
            member("session_token", strings()),
            member("expire", numbers()),
            member("status", statuses(ending)),
            member("id_token", strings()),
        ],
        Ending::MfaAuth => {
            vec![member("status", statuses(ending)), member("state_token", strings()), member("data", methods())]
        }
        Ending::AccessDenied => {
            vec![member("status", statuses(ending)), member("state_token", strings()), member("data", strings())]
        }
    }
}

/// What is no string of any use.
fn strings() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("empty", json!("")),
        ("number", json!(12_345_678)),
        ("boolean", json!(true)),
        ("object", json!({"value": "x"})),
        ("list", json!(["x"])),
    ]
}

/// What is no period.
fn numbers() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("empty", json!("")),
        ("text", json!("604800")),
        ("boolean", json!(true)),
        ("object", json!({"seconds": 604_800})),
        ("zero", json!(0)),
        ("negative", json!(-1)),
    ]
}

/// What is not this status.
fn statuses(ending: Ending) -> Vec<(&'static str, Value)> {
    let other = if ending == Ending::Success { Ending::MfaAuth } else { Ending::Success };
    let mut wrong = strings();
    wrong.extend([
        ("lower-case", json!(ending.name().to_lowercase())),
        ("unknown", json!("PASSWORD_WARN")),
        ("of-other-answer", json!(other.name())),
    ]);
    wrong
}

/// What is not a string that holds a JSON list of methods.
fn methods() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("empty", json!("")),
        ("number", json!(1)),
        ("object", json!({"methods": ["EMAIL"]})),
        ("list", json!(["EMAIL"])),
        ("not-json", json!("EMAIL")),
        ("single-quotes", json!("['EMAIL']")),
        ("object-in-text", json!(r#"{"method":"EMAIL"}"#)),
        ("empty-list", json!("[]")),
        ("list-of-numbers", json!("[1]")),
        ("list-of-empty", json!(r#"[""]"#)),
    ]
}

fn of_member(document: &Document, ending: Ending, member: Member) -> Vec<Fault> {
    let clause = document.clause(&format!("answer/{}/{}", ending.name(), member.name));
    let fault = |id: &str, does: &str, value: Option<Value>| {
        Fault::new(
            format!("{clause}/{id}"),
            vec![clause.clone()],
            format!("`{}` of the {} answer {does}", member.name, ending.name()),
            Breach::LoginMember { ending, member: member.name, value },
        )
    };
    let mut all = vec![fault("missing", "is missing", None)];
    all.extend(member.wrong.into_iter().map(|(id, value)| {
        let does = format!("is `{value}`");
        fault(id, &does, Some(value))
    }));
    all
}

fn forged(document: &Document, (id, does, forgery): &(&str, &str, Forgery)) -> Fault {
    let clause = document.clause("answer/SUCCESS/id_token");
    Fault::new(format!("{clause}/{id}"), vec![clause], format!("the id token {does}"), Breach::IdToken(*forgery))
}

const FORGERIES: &[(&str, &str, Forgery)] = &[
    ("no-jwt", "is no JWT", Forgery::NotJwt),
    ("two-parts", "has no third part", Forgery::WithoutSignature),
    ("alg-none", "is unsigned: `alg` is `none`", Forgery::AlgNone),
    ("signed-by-public-key", "is signed with HS256 by the public key", Forgery::HmacByPublicKey),
    ("claims-altered", "had its claims altered after it was signed", Forgery::ClaimsAltered),
    ("signature-altered", "has a signature that does not verify", Forgery::SignatureAltered),
    ("claims-no-json", "has claims that are no JSON", Forgery::ClaimsNotJson),
    ("unknown-kid", "names a key that is not published", Forgery::UnknownKey),
    ("expired", "has expired before it is handed out", Forgery::Expired),
    ("not-yet-valid", "is not valid for another hour", Forgery::NotYetValid),
    ("lives-too-long", "lives a day", Forgery::LivesTooLong),
    ("without-exp", "never expires: there is no `exp`", Forgery::WithoutExpiry),
    ("exp-text", "has a text for `exp`", Forgery::ExpiryAsText),
    ("exp-before-iat", "expires before it was issued", Forgery::ExpiresBeforeIssued),
    ("other-issuer", "comes from another issuer than the tenant's", Forgery::OtherIssuer),
    ("other-audience", "is meant for another audience than the tenant's", Forgery::OtherAudience),
];
