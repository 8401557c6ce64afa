//! Every scene and every accepted send, answered otherwise.
//!
//! In: a document that sends. Out: a fault for each scene and way, and for the answer. Never: concerns a refused request.

use serde_json::json;

use super::{Breach, Fault, SceneChange};
use crate::reference::answer::{Answer, Content};
use crate::reference::document::{Document, Scene};

type Change = (&'static str, &'static str, fn(&mut Answer));

pub(super) fn faults(document: &'static Document) -> Vec<Fault> {
    let mut all: Vec<_> = document.scenes.iter().flat_map(|scene| of_scene(document, scene)).collect();
    all.extend(SENT.iter().map(|change| sent(document, change)));
    all
}

fn of_scene(document: &'static Document, scene: &'static Scene) -> Vec<Fault> {
    let fault = |id: &str, does: &str, change| {
        Fault::new(
            document.clause(&format!("scene/{}/{id}", scene.name)),
            vec![document.clause(&format!("scene/{}", scene.name))],
            format!("`{}` ({}) {does}", scene.name, scene.title),
            Breach::Scene { document, scene: scene.name, change },
        )
    };
    let answered = |(id, does, distort): Change| fault(id, does, SceneChange::Answered(distort));
    let mut all = vec![fault("refused", "is refused as unknown", SceneChange::Refused)];
    all.extend(SCENE.iter().copied().map(answered));
    all
}

fn sent(document: &'static Document, (id, does, distort): &Change) -> Fault {
    Fault::new(
        document.clause(&format!("answer/sent/{id}")),
        vec![document.clause("answer/sent")],
        format!("a sent code {does}"),
        Breach::Sent { document, distort: *distort },
    )
}

const SCENE: &[Change] = &[
    ("status-500", "is answered with HTTP 500", server_error),
    ("status-404", "is answered with HTTP 404", |answer| {
        answer.status = 404;
    }),
    ("error-with-200", "is answered with an error under HTTP 200", error_body),
];

const SENT: &[Change] = &[
    ("status-201", "is answered with HTTP 201", |answer| {
        answer.status = 201;
    }),
    ("status-202", "is answered with HTTP 202", |answer| {
        answer.status = 202;
    }),
    ("status-204", "is answered with HTTP 204", |answer| {
        *answer = Answer::empty(204);
    }),
    ("status-302", "is answered with a redirect", |answer| {
        answer.status = 302;
        answer.location = Some("/login");
    }),
    ("status-500", "is answered with HTTP 500", server_error),
    ("status-503", "is answered with HTTP 503", |answer| {
        answer.status = 503;
    }),
    ("error-body", "is answered with an error under HTTP 200", error_body),
    ("error-body-unlabelled", "is answered with an error without a label under HTTP 200", |answer| {
        error_body(answer);
        if let Content::Json(value) = &answer.content {
            answer.content = Content::Text(value.to_string());
        }
    }),
    ("parameters", "is answered with undocumented parameters", |answer| {
        answer.content = Content::Json(json!({"result": "success"}));
    }),
    ("code-leaked", "is answered with the code itself", |answer| {
        answer.content = Content::Json(json!({"verify_code": "123456"}));
    }),
    ("list", "is answered with a JSON list of parameters", |answer| {
        answer.content = Content::Json(json!([{"result": "success"}]));
    }),
    ("html", "is answered with an HTML page", |answer| {
        answer.say("text/html;charset=UTF-8", "<html><body>Login</body></html>");
    }),
    ("text", "is answered with a text", |answer| {
        answer.say("text/plain;charset=UTF-8", "success");
    }),
    ("text-as-json", "is answered with a text labelled as JSON", |answer| answer.say("application/json", "success")),
    ("breaks-off", "is answered with less than was announced", |answer| answer.broken_off = true),
];

fn server_error(answer: &mut Answer) {
    *answer = Answer::json(500, json!({"error_code": "SDK.COMMON.1008", "error_msg": "The system is busy."}));
}

fn error_body(answer: &mut Answer) {
    let body = json!({"error_code": "IDAAS.SDK.CAPTCHA.0006", "error_msg": "Failed to send verification code"});
    *answer = Answer::json(200, body);
}
