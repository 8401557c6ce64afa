//! A fixed record with every outcome in it, Chinese messages, and an answer that attacks the terminal.
//!
//! In: nothing. Out: records for the golden tests. Never: part of the program.

use serde_json::Value;

use crate::record::{
    CasePlace, CheckRecord, ClauseRecord, Delivered, Delta, Drift, ExchangeRecord, FORMAT, HeaderRecord, Reason,
    RequestRecord, ResponseRecord, RunRecord, Tally, TargetSummary, Terms, Tool, TrialRecord, WaiverRecord,
};
use crate::score::Counts;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

/// A run that deviates.
pub(crate) fn deviating() -> RunRecord {
    RunRecord {
        format: FORMAT.to_owned(),
        tool: Tool {
            name: "iamspec".to_owned(),
            version: "0.1.0".to_owned(),
            contract: "3f9c2a10b7de55aa0000000000000000000000000000000000000000000000ff".to_owned(),
            score: Some(Counts { faults: 1256, killed: 1256, variants: 95, quiet: 94 }),
        },
        started: "2026-11-20T14:00:00Z".to_owned(),
        finished: Some("2026-11-20T14:00:02Z".to_owned()),
        target: target("acme staging"),
        verdict: Verdict::Deviates,
        tally: Tally { pass: 3, warn: 1, fail: 3, blocked: 3, waived: 1, error: 1, total: 12 },
        delivered: Delivered { sms: 1, email: 2 },
        trials: trials(),
        clauses: clauses(),
        drift: vec![
            drift("ciam/sms-send", "member", "`trace_id` in the answer of 41 trials"),
            drift("ciam/email-send", "code", "IDAAS.SDK.USER.0005 \u{1b}]0;gone\u{7}"),
        ],
        terms: Terms::default(),
        waivers: Vec::new(),
        shard: None,
    }
}

/// A waiver in this state.
pub(in crate::report) fn waiver(state: WaiverState) -> WaiverRecord {
    let said = |text: &str| text.to_owned();
    WaiverRecord {
        file: said("waivers.toml"),
        line: 12,
        covers: said("trial ciam/sms-send/*/zh"),
        expects: said("error_msg: other wording"),
        why: said("the vendor mends it in 4.2"),
        owner: said("qa@example.com"),
        link: Some(said("https://tickets.example.com/4711")),
        until: said("2026-12-31"),
        state,
        text: format!("{}: look at line 12", state.as_str()),
        trials: vec![said("ciam/sms-send/type/blank/zh")],
    }
}

/// A run every word of which, but ours, ends in an attack.
pub(in crate::report) fn poisoned() -> RunRecord {
    let mut record = serde_json::to_value(deviating()).expect("a record is JSON");
    poison(&mut record, "");
    serde_json::from_value(record).expect("it still is a record")
}

/// Puts an attack at the end of every string that is not one of our own words.
fn poison(value: &mut Value, key: &str) {
    match value {
        Value::String(text)
            if !["outcome", "code", "verdict", "status", "started", "finished", "format"].contains(&key) =>
        {
            text.push_str(
                "\u{1b}[2J\u{9b}1m\u{202e}\u{200b}\r\n::error::\t\u{7}\u{fffe}`|]]><img src=x onerror=alert(1)>",
            );
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(members) => members.iter_mut().for_each(|(key, member)| poison(member, key)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A run in which every promise was kept.
pub(in crate::report) fn conforming() -> RunRecord {
    let mut record = deviating();
    record.target = target("reference-ciam");
    record.verdict = Verdict::Conforms;
    record.trials.retain(|trial| trial.outcome == Outcome::Pass);
    record.clauses.retain(|clause| clause.status == ClauseStatus::Proven);
    record.drift.clear();
    record.tally = Tally { pass: 3, total: 3, ..Tally::default() };
    record
}

/// A run against a target that cannot be reached.
pub(in crate::report) fn unreachable() -> RunRecord {
    let mut record = deviating();
    record.target = target("nowhere");
    record.verdict = Verdict::Untested;
    record.drift.clear();
    record.delivered = Delivered::default();
    for trial in &mut record.trials {
        let id = std::mem::take(&mut trial.id);
        *trial = silent(&id, ReasonCode::Environment, "`acme.example.com` does not resolve: look at `url`");
    }
    let total = record.trials.len();
    record.tally = Tally { error: total, total, ..Tally::default() };
    for clause in &mut record.clauses {
        clause.status = ClauseStatus::Untested;
    }
    record
}

fn target(name: &str) -> TargetSummary {
    TargetSummary { name: name.to_owned(), url: "https://acme.example.com".to_owned(), product: "ciam".to_owned() }
}

fn trials() -> Vec<TrialRecord> {
    let mut trials = vec![
        accepted("ciam/sms-send/scene/LOGIN_SMS", true),
        accepted("ciam/sms-send/scene/REGISTER_SMS", false),
        passed("ciam/sms-send/device/X-operating-sys-version/missing/zh"),
        wrong_language(),
        look_alike(),
        hostile(),
    ];
    trials.extend(["missing", "blank"].map(|form| {
        let id = format!("ciam/sms-send/captcha-token/{form}/zh");
        let text =
            "no source of captcha tokens: set `http`, `command`, `file` or `browser` under `[captcha]` in acme.toml";
        blocked(&id, ReasonCode::NeedsCaptcha, text)
    }));
    trials.extend([
        warned(),
        blocked(
            "ciam/email-send/undeliverable/zh",
            ReasonCode::NeedsRecipient,
            "no address that cannot be delivered to: set `undeliverable_email` under `[recipients]`",
        ),
        waived(),
        silent(
            "ciam/email-send/scene/LOGIN_EMS",
            ReasonCode::Environment,
            "no answer within 10 s: see `timeout` under `[limits]`",
        ),
        passed("ciam/email-send/type/missing/en"),
    ]);
    trials
}

fn accepted(id: &str, prerequisite: bool) -> TrialRecord {
    let exchanges = vec![exchange(200, "")];
    TrialRecord { title: "each documented scene is accepted".to_owned(), exchanges, prerequisite, ..trial(id) }
}

fn passed(id: &str) -> TrialRecord {
    let body = r#"{"error_code":"IDAAS.SDK.PARAM.0001","error_msg":"设备信息不完整"}"#;
    TrialRecord { exchanges: vec![exchange(400, body)], ..trial(id) }
}

fn wrong_language() -> TrialRecord {
    let body = r#"{"error_code":"IDAAS.SDK.PARAM.0002","error_msg":"clientId cannot be empty"}"#;
    TrialRecord {
        title: "the client id is missing or blank".to_owned(),
        clauses: vec![
            "ciam/sms-send/header/X-client-id".to_owned(),
            "ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh".to_owned(),
        ],
        outcome: Outcome::Fail,
        checks: vec![
            passing("status"),
            passing("error_code"),
            check(
                "error_msg",
                "other language",
                ["clientId不能为空", "clientId cannot be empty"],
                "this is the document's message in another language than the one asked for",
            ),
        ],
        exchanges: vec![exchange(400, body)],
        delta: vec![
            delta("header.X-client-id", Some("nTo1eRIub60vPb54WeE6aojPwYwImtl4"), Some("")),
            delta("header.X-L", Some("en"), Some("zh")),
        ],
        ..trial("ciam/sms-send/client-id/blank/zh")
    }
}

fn look_alike() -> TrialRecord {
    let message = "应用未注册，请先注册应用\u{200b}";
    let body = format!(r#"{{"error_code":"IDAAS.SDK.PARAM.0004","error_msg":"{message}"}}"#);
    TrialRecord {
        title: "the client id belongs to no registered app".to_owned(),
        clauses: vec!["ciam/sms-send/error/IDAAS.SDK.PARAM.0003/zh".to_owned()],
        outcome: Outcome::Fail,
        checks: vec![
            check(
                "error_code",
                "other code",
                ["IDAAS.SDK.PARAM.0003", "IDAAS.SDK.PARAM.0004"],
                "the answer names another code than the document",
            ),
            check(
                "error_msg",
                "look-alike characters",
                ["应用未注册,请先注册应用", message],
                "the message looks right, but holds other characters than the document's",
            ),
        ],
        exchanges: vec![exchange(400, &body)],
        delta: vec![delta("header.X-client-id", Some("nTo1eRIub60vPb54WeE6aojPwYwImtl4"), Some("nobody"))],
        ..trial("ciam/sms-send/client-id-unknown/zh")
    }
}

fn hostile() -> TrialRecord {
    let message = "Unknown sending scenario\u{1b}[2J\u{1b}[31m\u{202e}";
    let body = format!("<html>\n\t<b>{message}</b>\r\n{}</html>", "沉".repeat(300));
    TrialRecord {
        title: "an invented scene is refused".to_owned(),
        clauses: vec!["ciam/sms-send/error/IDAAS.SDK.CAPTCHA.0005/en".to_owned()],
        outcome: Outcome::Fail,
        checks: vec![
            check("status", "other status", ["400", "500"], "the answer has another status than the document"),
            check("body", "not JSON", ["a JSON object", &body], "the answer is not JSON: expected value at line 1"),
            check(
                "error_msg",
                "other wording",
                ["Unknown sending scenario", message],
                "the message is worded otherwise",
            ),
        ],
        exchanges: vec![exchange(500, &body)],
        delta: vec![
            delta("body.type", Some("LOGIN_SMS"), Some("NO_SUCH_SCENE")),
            delta("body.captcha_token", Some("‹captcha-token a1f3›"), None),
        ],
        ..trial("ciam/sms-send/type-unknown/en")
    }
}

fn warned() -> TrialRecord {
    let body = r#"{"error_code":"IDAAS.SDK.USER.0005","error_msg":"<img src=x onerror=\"document.title=1\">"}"#;
    let code = check("error_code", "other code", ["IDAAS.SDK.USER.0004", "IDAAS.SDK.USER.0005"], "a neighbouring code");
    TrialRecord {
        basis: "inferred".to_owned(),
        outcome: Outcome::Warn,
        checks: vec![CheckRecord { outcome: Outcome::Warn, ..code }],
        exchanges: vec![exchange(400, body)],
        ..trial("ciam/email-send/email/missing/en")
    }
}

fn waived() -> TrialRecord {
    TrialRecord {
        clauses: vec!["ciam/email-send/rule/type-exact".to_owned()],
        outcome: Outcome::Waived,
        exchanges: vec![exchange(200, "{}")],
        ..trial("ciam/email-send/type-inexact/login_ems")
    }
}

fn blocked(id: &str, code: ReasonCode, text: &str) -> TrialRecord {
    let reason = Some(Reason { code, text: text.to_owned() });
    TrialRecord { outcome: Outcome::Blocked, reason, duration_ms: 0.0, ..trial(id) }
}

fn silent(id: &str, code: ReasonCode, text: &str) -> TrialRecord {
    let silence = ExchangeRecord {
        response: None,
        failure: Some("no byte of an answer came within 10 s".to_owned()),
        ..exchange(0, "")
    };
    TrialRecord { outcome: Outcome::Error, exchanges: vec![silence], duration_ms: 10_000.4, ..blocked(id, code, text) }
}

fn trial(id: &str) -> TrialRecord {
    TrialRecord {
        id: id.to_owned(),
        title: "a title".to_owned(),
        clauses: Vec::new(),
        basis: "documented".to_owned(),
        outcome: Outcome::Pass,
        reason: None,
        checks: Vec::new(),
        duration_ms: 12.3,
        exchanges: Vec::new(),
        delta: Vec::new(),
        control: Some("ciam/sms-send/scene/LOGIN_SMS".to_owned()),
        case: CasePlace { file: "cases/ciam/sms-send.toml".to_owned(), line: 171 },
        improvised: false,
        prerequisite: false,
        repeats: None,
    }
}

fn exchange(status: u16, body: &str) -> ExchangeRecord {
    let url = "https://acme.example.com/api/v2/sdk/sms/send";
    let request = RequestRecord {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: vec![header("X-L", "zh"), header("content-type", "application/json")],
        body: Some(r#"{"mobile":"152****0000","captcha_token":"‹captcha-token a1f3›"}"#.to_owned()),
    };
    let response = ResponseRecord {
        status,
        version: "HTTP/1.1".to_owned(),
        headers: vec![header("content-type", "application/json")],
        body: body.to_owned(),
        bytes: body.len() as u64,
        not_utf8_from: None,
    };
    ExchangeRecord {
        request,
        response: Some(response),
        failure: None,
        failure_kind: None,
        curl: format!(r#"curl -X POST '{url}' -H 'X-L: zh' --data "{{\"captcha_token\":\"$CAPTCHA_TOKEN\"}}""#),
        duration_ms: 12.3,
        purpose: None,
    }
}

fn header(name: &str, value: &str) -> HeaderRecord {
    HeaderRecord { name: name.to_owned(), value: value.to_owned() }
}

fn passing(name: &str) -> CheckRecord {
    CheckRecord { outcome: Outcome::Pass, kind: None, ..check(name, "", ["", ""], "") }
}

fn check(name: &str, kind: &str, [expected, actual]: [&str; 2], text: &str) -> CheckRecord {
    CheckRecord {
        name: name.to_owned(),
        outcome: Outcome::Fail,
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        text: text.to_owned(),
        kind: Some(kind.to_owned()),
    }
}

fn delta(part: &str, control: Option<&str>, sent: Option<&str>) -> Delta {
    Delta { part: part.to_owned(), control: control.map(str::to_owned), sent: sent.map(str::to_owned) }
}

fn drift(document: &str, kind: &str, text: &str) -> Drift {
    Drift { document: document.to_owned(), kind: kind.to_owned(), text: text.to_owned() }
}

fn clauses() -> Vec<ClauseRecord> {
    use ClauseStatus::{Blocked, Proven, Untested, Violated, Waived, Warned};
    let rows = [
        ("ciam/sms-send/scene/LOGIN_SMS", "Mobile Verification Code Login", Proven),
        ("ciam/sms-send/scene/REGISTER_SMS", "Mobile Verification Code Registration", Proven),
        ("ciam/sms-send/header/X-client-id", "Application Authorization ID, required, String", Violated),
        ("ciam/sms-send/error/IDAAS.SDK.PARAM.0002/zh", "400 IDAAS.SDK.PARAM.0002 clientId不能为空", Violated),
        ("ciam/sms-send/error/IDAAS.SDK.PARAM.0003/zh", "400 IDAAS.SDK.PARAM.0003 应用未注册,请先注册应用", Violated),
        (
            "ciam/sms-send/error/IDAAS.SDK.CAPTCHA.0005/en",
            "400 IDAAS.SDK.CAPTCHA.0005 Unknown sending scenario",
            Violated,
        ),
        (
            "ciam/sms-send/error/IDAAS.SDK.PARAM.0008/zh",
            "400 IDAAS.SDK.PARAM.0008 图形验证码校验通过令牌不能为空",
            Blocked,
        ),
        (
            "ciam/email-send/error/IDAAS.SDK.USER.0004/en",
            "400 IDAAS.SDK.USER.0004 Mobile number cannot be empty",
            Warned,
        ),
        ("ciam/email-send/rule/type-exact", "The type is compared letter by letter", Waived),
        ("ciam/email-send/scene/LOGIN_EMS", "Email Verification Code Login", Untested),
    ];
    let citing = |id: &str| {
        let trials = trials().into_iter().filter(|trial| trial.clauses.iter().any(|clause| clause == id));
        trials.map(|trial| trial.id).collect()
    };
    let clause = |(id, text, status): (&str, &str, ClauseStatus)| ClauseRecord {
        id: id.to_owned(),
        text: text.to_owned(),
        basis: "documented".to_owned(),
        status,
        trials: citing(id),
    };
    rows.map(clause).into()
}
