#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes them so")]

use snapbox::{assert_data_eq, str};

use super::*;
use crate::case::model::{AbsentForm, Basis, Effect};

fn shipped() -> Vec<SourceFile> {
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).expect("the case files are there")
}

fn documents() -> Vec<Document> {
    load(&shipped()).unwrap_or_else(|complaints| panic!("{complaints}"))
}

fn case<'d>(documents: &'d [Document], document: &str, id: &str) -> &'d Case {
    let document = documents.iter().find(|other| other.id() == document).expect("the document is there");
    document.cases.iter().find(|case| case.id == id).expect("the case is there")
}

fn refusal(case: &Case) -> &Refusal {
    match &case.expect {
        Expectation::Refuse(refusal) => refusal,
        Expectation::Accept { .. } => panic!("`{}` is accepted", case.id),
    }
}

fn refused(text: &str) -> String {
    let file = SourceFile { path: "cases/ciam/sms-send.toml".into(), text: text.to_owned() };
    load(&[file]).expect_err("there is something to complain about").to_string()
}

/// A document that is sound, with a case to be completed.
fn with_case(case: &str) -> String {
    format!("{LEAST}{case}")
}

const LEAST: &str = r#"[document]
title = "Send"
endpoint = "POST https://{your_domain}/send"
effect = "sms"
recipient = "body.mobile"
control = "scene/LOGIN"
refusal_schema = "ciam/error.json"

[request]
method = "POST"
path = "/send"
header.X-L = "en"
body.mobile = "${recipient.mobile}"
body.type = "LOGIN"

[[header]]
name = "X-L"
required = false
clause = "Language"

[[scene]]
type = "LOGIN"
clause = "Login"

[[error]]
code = "IDAAS.SDK.PARAM.0007"
status = 400
en = "Send scene cannot be empty"
zh = "发送场景不能为空"

[[answer]]
id = "sent"
status = 200
schema = "common/no-parameters.json"
clause = "Success"

[[case]]
id = "scene"
title = "accepted"
rows = [{ axis = "type", of = "scenes" }]
set.body.type = "${type}"
accept = "sent"
"#;

#[test]
fn the_five_documents_load() {
    let ids: Vec<String> = documents().iter().map(Document::id).collect();
    let expected = ["ciam/email-send", "ciam/sms-send", "eiam/email-send", "eiam/mobile-login", "eiam/sms-send"];
    assert_eq!(ids, expected);
}

#[test]
fn tables_and_request_keep_the_order_of_the_file() {
    let documents = documents();
    let send = documents.iter().find(|document| document.id() == "ciam/sms-send").expect("it is there");
    assert_eq!((send.scenes.len(), send.errors.len(), send.effect), (6, 10, Effect::Sms));
    assert_eq!(send.recipient, Part::Body("mobile".into()));
    assert_eq!(send.request.headers[0].0, "X-operating-sys-version");
    let members: Vec<&str> = send.request.body.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(members, ["mobile", "type", "captcha_token"]);
    assert_eq!(send.errors[3].zh.as_deref(), Some("手机号不能为空"));
}

#[test]
fn an_axis_of_scenes_has_the_scenes_as_values() {
    let documents = documents();
    let scene = case(&documents, "ciam/sms-send", "scene");
    assert!(scene.axes[0].scenes);
    assert_eq!(scene.axes[0].values.len(), 6);
}

#[test]
fn a_named_error_is_documented_and_has_its_own_status() {
    let documents = documents();
    let device = case(&documents, "ciam/sms-send", "device");
    assert_eq!(
        refusal(device),
        &Refusal {
            codes: vec!["IDAAS.SDK.PARAM.0001".into()],
            statuses: vec![400],
            envelope: true,
            basis: Basis::Documented,
            accepted: Basis::Documented,
            tolerated: Vec::new(),
        }
    );
    let absent = device.absent.as_ref().expect("a header is left out");
    assert_eq!(absent.forms, [AbsentForm::Missing, AbsentForm::Blank]);
}

#[test]
fn an_inferred_refusal_warns_unless_it_says_otherwise() {
    let documents = documents();
    let other_scene = refusal(case(&documents, "eiam/mobile-login", "code-other-scene"));
    assert_eq!((other_scene.basis, other_scene.accepted), (Basis::Inferred, Basis::Inferred));
    let wrong = refusal(case(&documents, "eiam/mobile-login", "code-wrong"));
    assert_eq!((wrong.basis, wrong.accepted), (Basis::Inferred, Basis::Documented));
}

#[test]
fn every_form_of_an_expectation_loads() {
    let text = with_case(
        r#"
[[case]]
id = "a"
title = "a"
absent = "body.type"
without = ["header.X-L"]
accept = { answer = "sent", basis = "inferred" }

[[case]]
id = "b"
title = "b"
raw = '''{"mobile": null}'''
refuse.one_of = ["IDAAS.SDK.PARAM.0007"]
refuse.status = [400, 415]
refuse.envelope = false
refuse.basis = "inferred"
refuse.accepted = "fail"
refuse.tolerated = [{ code = "IDAAS.SDK.USER.*", note = "another list has it" }]
"#,
    );
    let file = SourceFile { path: "cases/ciam/sms-send.toml".into(), text };
    let documents = load(&[file]).unwrap_or_else(|complaints| panic!("{complaints}"));
    let a = case(&documents, "ciam/sms-send", "a");
    assert_eq!(a.expect, Expectation::Accept { answer: "sent".into(), basis: Basis::Inferred });
    assert_eq!(a.without, [Part::Header("X-L".into())]);
    let b = case(&documents, "ciam/sms-send", "b");
    assert_eq!(b.raw.as_deref(), Some(r#"{"mobile": null}"#));
    assert_eq!(b.place.line, 51);
    assert_eq!(refusal(b).statuses, [400, 415]);
    assert_eq!(refusal(b).tolerated[0].code, "IDAAS.SDK.USER.*");
}

#[test]
fn a_misspelt_key_beside_chinese_text_is_pointed_at() {
    let text = LEAST.replace("zh = \"发送场景不能为空\"", "zh = \"发送场景不能为空\", zhh = \"x\"");
    let inline = LEAST.replace(
        "[[error]]\ncode = \"IDAAS.SDK.PARAM.0007\"\nstatus = 400\nen = \"Send scene cannot be empty\"\nzh = \"发送场景不能为空\"\n",
        "",
    );
    let inline = format!(
        "error = [{{ code = \"A\", status = 400, zh = \"发送场景不能为空\", ne = \"x\", en = \"y\" }}]\n{inline}"
    );
    assert_data_eq!(
        refused(&text),
        str![[r#"
error: not TOML: unexpected key or value, expected newline, `#`
  --> cases/ciam/sms-send.toml:29:16
   |
29 | zh = "发送场景不能为空", zhh = "x"
   |                        ^
"#]]
    );
    assert_data_eq!(
        refused(&inline),
        str![[r#"
error: unknown key `ne` in `[[error]]`
 --> cases/ciam/sms-send.toml:1:55
  |
1 | error = [{ code = "A", status = 400, zh = "发送场景不能为空", ne = "x", en = "y" }]
  |                                                               ^^
  |
  = help: did you mean `en`?
"#]]
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a golden rendering")]
fn every_mistake_in_the_tables_is_complained_about_at_once() {
    let text = LEAST
        .replace("effect = \"sms\"", "effect = \"smss\"")
        .replace("recipient = \"body.mobile\"", "recipient = \"body.moblie\"")
        .replace("control = \"scene/LOGIN\"", "control = \"scene/LOGON\"")
        .replace("required = false", "required = \"no\"")
        .replace("status = 200", "status = 404")
        .replace("${recipient.mobile}", "${recipient.mobil}")
        + r#"
[[header]]
name = "x-l"
required = true
clause = "Language"

[[member]]
name = "captcha_token"
required = true
clause = "Token"

[[scene]]
type = "LOGIN"
clause = "again"

[[rule]]
id = "Not_An_Id"
basis = "documented"
clause = "x"

[[blame]]
code = "IDAAS.SDK.PARAM.0006"
cause = "me"

[[blame]]
code = "IDAAS.SDK.PARAM.0008"
cause = "delivery"

[fixture.code]
send = "ciam/sms-sent"
scene = "LOGIN"

[[scenes]]
"#;
    assert_data_eq!(
        refused(&text),
        str![[r#"
error: this is no valid `effect`
 --> cases/ciam/sms-send.toml:4:10
  |
4 | effect = "smss"
  |          ^^^^^^
  |
  = help: did you mean `sms`?

error: `body.moblie` is not in the request
 --> cases/ciam/sms-send.toml:5:13
  |
5 | recipient = "body.moblie"
  |             ^^^^^^^^^^^^^
  |
  = help: did you mean `body.mobile`?

error: there is no accepted trial `scene/LOGON`
 --> cases/ciam/sms-send.toml:6:11
  |
6 | control = "scene/LOGON"
  |           ^^^^^^^^^^^^^
  |
  = help: did you mean `scene/LOGIN`?

error: unknown placeholder `${recipient.mobil}`
  --> cases/ciam/sms-send.toml:13:16
   |
13 | body.mobile = "${recipient.mobil}"
   |                ^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `${recipient.mobile}`?

error: `required` must be `true` or `false`, found a string
  --> cases/ciam/sms-send.toml:18:12
   |
18 | required = "no"
   |            ^^^^

error: `status` must lie between 200 and 299
  --> cases/ciam/sms-send.toml:33:10
   |
33 | status = 404
   |          ^^^

error: duplicate header `x-l`
  --> cases/ciam/sms-send.toml:45:8
   |
45 | name = "x-l"
   |        ^^^^^
   |
   = help: the first one stands in line 17

error: the request lacks the required `body.captcha_token`
  --> cases/ciam/sms-send.toml:50:8
   |
50 | name = "captcha_token"
   |        ^^^^^^^^^^^^^^^
   |
   = help: add `body.captcha_token = …` to `[request]`

error: duplicate scene `LOGIN`
  --> cases/ciam/sms-send.toml:55:8
   |
55 | type = "LOGIN"
   |        ^^^^^^^
   |
   = help: the first one stands in line 22

error: `Not_An_Id` is no id
  --> cases/ciam/sms-send.toml:59:6
   |
59 | id = "Not_An_Id"
   |      ^^^^^^^^^^^
   |
   = help: lower-case words with hyphens, for example `client-id`

error: this is no valid `cause`
  --> cases/ciam/sms-send.toml:65:9
   |
65 | cause = "me"
   |         ^^^^
   |
   = help: valid here: `client-id`, `captcha-source`, `delivery`

error: `IDAAS.SDK.PARAM.0008` is no error of this document
  --> cases/ciam/sms-send.toml:68:8
   |
68 | code = "IDAAS.SDK.PARAM.0008"
   |        ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `IDAAS.SDK.PARAM.0007`?

error: there is no document `ciam/sms-sent`
  --> cases/ciam/sms-send.toml:72:8
   |
72 | send = "ciam/sms-sent"
   |        ^^^^^^^^^^^^^^^
   |
   = help: did you mean `ciam/sms-send`?

error: unknown key `scenes`
  --> cases/ciam/sms-send.toml:75:3
   |
75 | [[scenes]]
   |   ^^^^^^
   |
   = help: did you mean `scene`?
"#]]
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a golden rendering")]
fn every_mistake_in_the_cases_is_complained_about_at_once() {
    let text = with_case(
        r#"
[[case]]
id = "Scene 2"
title = "both"
accept = "sent"
refuse.error = "IDAAS.SDK.PARAM.0007"

[[case]]
id = "scene"
title = "nothing expected"

[[case]]
title = "no id"
accept = "snet"

[[case]]
id = "axes"
title = "axes"
rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
absent = { part = "header.${header}", forms = ["gone"] }
set.body.typ = "${captcha.tokn}"
set.body.mobile = "${unclosed"
without = ["mobile", "body.mobil"]
after = "scene/LOGOUT"
cites = ["scene/LOGIN", "error/IDAAS.SDK.PARAM.0007/de"]
refuse = { one_of = ["IDAAS.SDK.PARAM.0009"] }

[[case]]
id = "code"
title = "code"
set.body.mobile = "${code}"
fixture.code.scene = "LOGIN"
raw = "x"
refuse = { error = "IDAAS.SDK.PARAM.0007", one_of = [], status = [200], tolerated = [{ code = "X" }], acepted = "fail" }
"#,
    );
    assert_data_eq!(
        refused(&text),
        str![[r#"
error: `Scene 2` is no id
  --> cases/ciam/sms-send.toml:45:6
   |
45 | id = "Scene 2"
   |      ^^^^^^^^^
   |
   = help: lower-case words with hyphens, for example `client-id`

error: a request cannot be accepted and refused
  --> cases/ciam/sms-send.toml:48:1
   |
48 | refuse.error = "IDAAS.SDK.PARAM.0007"
   | ^^^^^^
   |
   = help: keep either `accept` or `refuse`

error: the case expects nothing
  --> cases/ciam/sms-send.toml:50:1
   |
50 | [[case]]
   | ^^^^^^^^
   |
   = help: add `accept = "ANSWER"` or `refuse.error = "CODE"`

error: duplicate case id `scene`
  --> cases/ciam/sms-send.toml:51:6
   |
51 | id = "scene"
   |      ^^^^^^^
   |
   = help: the first one stands in line 38

error: `id` is missing in `[[case]]`
  --> cases/ciam/sms-send.toml:54:1
   |
54 | [[case]]
   | ^^^^^^^^
   |
   = help: add `id = …`

error: there is no answer `snet`
  --> cases/ciam/sms-send.toml:56:10
   |
56 | accept = "snet"
   |          ^^^^^^
   |
   = help: did you mean `sent`?

error: `header.X-M` is not in the request
  --> cases/ciam/sms-send.toml:61:41
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                         ^^^^^
   |
   = help: did you mean `header.X-L`?

error: `code` cannot name an axis
  --> cases/ciam/sms-send.toml:61:60
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                            ^^^^^^
   |
   = help: `${code}` has a meaning of its own; choose another name

error: the axis has no values, so the case has no trials
  --> cases/ciam/sms-send.toml:61:73
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                                         ^^

error: the axis `lang` is not used
  --> cases/ciam/sms-send.toml:61:88
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                                                        ^^^^^^
   |
   = help: write `${lang}` where its values belong

error: a row value is blank, or holds `/` or white space
  --> cases/ciam/sms-send.toml:61:102
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                                                                      ^^^^^
   |
   = help: it becomes a step of the trial id

error: a row value is blank, or holds `/` or white space
  --> cases/ciam/sms-send.toml:61:109
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                                                                             ^^^^^
   |
   = help: it becomes a step of the trial id

error: duplicate value `a/b`
  --> cases/ciam/sms-send.toml:61:109
   |
61 | rows = [{ axis = "header", of = ["X-L", "X-M"] }, { axis = "code", of = [] }, { axis = "lang", of = ["a/b", "a/b"] }]
   |                                                                                                             ^^^^^
   |
   = help: the first one stands in line 61

error: `gone` is no form of absence
  --> cases/ciam/sms-send.toml:62:48
   |
62 | absent = { part = "header.${header}", forms = ["gone"] }
   |                                                ^^^^^^
   |
   = help: valid here: `missing`, `blank`

error: `body.typ` is not in the request
  --> cases/ciam/sms-send.toml:63:10
   |
63 | set.body.typ = "${captcha.tokn}"
   |          ^^^
   |
   = help: did you mean `body.type`?

error: unknown placeholder `${captcha.tokn}`
  --> cases/ciam/sms-send.toml:63:17
   |
63 | set.body.typ = "${captcha.tokn}"
   |                 ^^^^^^^^^^^^^^^
   |
   = help: did you mean `${captcha.token}`?

error: a placeholder is not closed
  --> cases/ciam/sms-send.toml:64:20
   |
64 | set.body.mobile = "${unclosed"
   |                    ^^
   |
   = help: close it with `}`

error: `mobile` is no part of a request
  --> cases/ciam/sms-send.toml:65:12
   |
65 | without = ["mobile", "body.mobil"]
   |            ^^^^^^^^
   |
   = help: write `header.NAME` or `body.NAME`

error: `body.mobil` is not in the request
  --> cases/ciam/sms-send.toml:65:22
   |
65 | without = ["mobile", "body.mobil"]
   |                      ^^^^^^^^^^^^
   |
   = help: did you mean `body.mobile`?

error: there is no accepted trial `scene/LOGOUT`
  --> cases/ciam/sms-send.toml:66:9
   |
66 | after = "scene/LOGOUT"
   |         ^^^^^^^^^^^^^^
   |
   = help: did you mean `scene/LOGIN`?

error: there is no clause `error/IDAAS.SDK.PARAM.0007/de`
  --> cases/ciam/sms-send.toml:67:25
   |
67 | cites = ["scene/LOGIN", "error/IDAAS.SDK.PARAM.0007/de"]
   |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `error/IDAAS.SDK.PARAM.0007/en`?

error: `refuse` names no documented error and no `basis`
  --> cases/ciam/sms-send.toml:68:1
   |
68 | refuse = { one_of = ["IDAAS.SDK.PARAM.0009"] }
   | ^^^^^^
   |
   = help: add `basis = "inferred"`, or name the documented code with `error = "CODE"`

error: nothing says where the verification code comes from
  --> cases/ciam/sms-send.toml:73:19
   |
73 | set.body.mobile = "${code}"
   |                   ^^^^^^^^^
   |
   = help: add `[fixture.code]` with `send` and `scene`

error: this document obtains no code
  --> cases/ciam/sms-send.toml:74:22
   |
74 | fixture.code.scene = "LOGIN"
   |                      ^^^^^^^
   |
   = help: add `[fixture.code]` with `send` and `scene` to the document

error: `raw` replaces the body, so `set.body.mobile` changes nothing
  --> cases/ciam/sms-send.toml:75:7
   |
75 | raw = "x"
   |       ^^^
   |
   = help: keep one of them

error: `error` names the code already
  --> cases/ciam/sms-send.toml:76:53
   |
76 | refuse = { error = "IDAAS.SDK.PARAM.0007", one_of = [], status = [200], tolerated = [{ code = "X" }], acepted = "fail" }
   |                                                     ^^
   |
   = help: keep either `error` or `one_of`

error: `status` must lie between 400 and 599
  --> cases/ciam/sms-send.toml:76:67
   |
76 | refuse = { error = "IDAAS.SDK.PARAM.0007", one_of = [], status = [200], tolerated = [{ code = "X" }], acepted = "fail" }
   |                                                                   ^^^

error: `note` is missing in `[[tolerated]]`
  --> cases/ciam/sms-send.toml:76:86
   |
76 | refuse = { error = "IDAAS.SDK.PARAM.0007", one_of = [], status = [200], tolerated = [{ code = "X" }], acepted = "fail" }
   |                                                                                      ^^^^^^^^^^^^^^
   |
   = help: add `note = …`

error: unknown key `acepted` in `refuse`
  --> cases/ciam/sms-send.toml:76:103
   |
76 | refuse = { error = "IDAAS.SDK.PARAM.0007", one_of = [], status = [200], tolerated = [{ code = "X" }], acepted = "fail" }
   |                                                                                                       ^^^^^^^
   |
   = help: did you mean `accepted`?
"#]]
    );
}

#[test]
fn what_is_not_toml_is_complained_about_line_by_line() {
    assert_data_eq!(
        refused("[document\ntitle = \"中文\ncases = [1,\n"),
        str![[r#"
error: not TOML: unclosed table, expected `]`
 --> cases/ciam/sms-send.toml:1:10
  |
1 | [document
  |          ^

error: not TOML: unclosed array, expected `]`
 --> cases/ciam/sms-send.toml:3:12
  |
3 | cases = [1,
  |            ^
"#]]
    );
}

#[test]
fn the_path_names_the_document() {
    let file = |path: &str| SourceFile { path: path.into(), text: LEAST.to_owned() };
    let complaints = load(&[file("cases/eiem/sms-send.toml"), file("a/ciam/x.toml"), file("b/ciam/x.toml")]);
    assert_data_eq!(
        complaints.expect_err("two paths are wrong").to_string(),
        str![[r#"
error: `ciam/x` is described twice
--> b/ciam/x.toml
 = help: the other file is `a/ciam/x.toml`

error: the path does not say which document this is
--> cases/eiem/sms-send.toml
 = help: name it `<product>/<document>.toml`: `eiam` or `ciam`, then lower-case words with hyphens
"#]]
    );
}

#[test]
fn a_schema_that_is_not_there_is_complained_about() {
    let file = SourceFile { path: "cases/ciam/sms-send.toml".into(), text: LEAST.to_owned() };
    let schemas = ["ciam/error.json".to_owned(), "common/no-parameter.json".to_owned()].into();
    let complaints = load_against(&[file], &schemas).expect_err("a schema is missing");
    assert_data_eq!(
        complaints.to_string(),
        str![[r#"
error: there is no schema `common/no-parameters.json`
  --> cases/ciam/sms-send.toml:34:10
   |
34 | schema = "common/no-parameters.json"
   |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `common/no-parameter.json`?
"#]]
    );
}

#[test]
fn every_case_file_is_what_the_editor_schema_says() {
    let schemas = crate::schema::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).expect("readable");
    let schemas = crate::schema::Schemas::load(&schemas).unwrap_or_else(|complaints| panic!("{complaints}"));
    let editor = schemas.validator("case-file.schema.json").expect("it is shipped");
    for file in shipped() {
        assert_eq!(editor.violations(&toml_file::as_json(&file.text)), [], "{}", file.path.display());
    }
    assert!(editor.accepts(&toml_file::as_json(LEAST)));
    assert!(!editor.accepts(&toml_file::as_json(&LEAST.replace("accept =", "acept ="))));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC*|(?s).{0,200}") {
        let _ = load(&[SourceFile { path: "cases/ciam/x.toml".into(), text }]);
    }

    #[test]
    fn no_damage_to_a_case_file_makes_the_loader_panic(
        at in 0..LEAST.len(), length in 0..40_usize, put in "[\\[\\]{}\"'=.,$a-z0-9 \n]{0,6}",
    ) {
        let end = (at + length).min(LEAST.len());
        let (Some(before), Some(after)) = (LEAST.get(..at), LEAST.get(end..)) else { return Ok(()) };
        let text = format!("{before}{put}{after}");
        let _ = load(&[SourceFile { path: "cases/ciam/x.toml".into(), text }]);
    }
}
