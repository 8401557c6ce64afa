//! Whether the documented paths answer POST, and whether the client id is known there.
//!
//! In: requests of the documents without whoever receives or logs in: nothing can be delivered, nobody can log in. Out: a
//! line about the paths, one about the client id. Never: concludes from the order in which a deployment looks at a request.

use std::time::Duration;

use super::{Check, Line, Preflight, Said};
use crate::case::{BlameCause, Document, Part, RequestTemplate};
use crate::exchange::{Exchange, Failure, Kept};
use crate::fixture::{Grant, Values, fill, invented_code, invented_token};
use crate::target::Target;

/// What one document's path answered.
struct Probe {
    path: String,
    own: Exchange,
    knowledge: Knowledge,
}

/// What is known of the client id.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Knowledge {
    /// It was refused by the documented code.
    Unknown(String),
    /// An invented one is refused by that code, or otherwise than this one.
    Known,
    /// Both are answered alike: something else is looked at first.
    Untold,
}

/// Asks every path of the product.
pub(super) async fn examine(preflight: &Preflight<'_>, reached: bool) -> Vec<Line> {
    if !reached {
        let said = || Said::new("the deployment is not reached", "尚未连接到部署");
        return vec![Line::not_checked(Check::Paths, said()), Line::not_checked(Check::ClientId, said())];
    }
    let mut probes = Vec::new();
    for document in preflight.documents() {
        probes.push(probe(preflight, document).await);
    }
    let mut lines = paths(&probes);
    let knowledge: Vec<_> = probes.into_iter().map(|probe| probe.knowledge).collect();
    lines.push(client_id(&knowledge));
    lines
}

async fn probe(preflight: &Preflight<'_>, document: &Document) -> Probe {
    let own = ask(preflight, document, preflight.target).await;
    let codes: Vec<&str> = document
        .blames
        .iter()
        .filter(|blame| blame.cause == BlameCause::ClientId)
        .map(|blame| blame.code.as_str())
        .collect();
    let named = |exchange: &Exchange| exchange.answer().filter(|answer| answer.status == 400)?.error_code();
    let knowledge = match named(&own) {
        Some(code) if codes.contains(&code.as_str()) => Knowledge::Unknown(code),
        Some(code) => {
            let mut stranger = preflight.target.clone();
            stranger.client_id = invented_client();
            let stranger = named(&ask(preflight, document, &stranger).await);
            if stranger.is_some_and(|stranger| stranger != code) { Knowledge::Known } else { Knowledge::Untold }
        }
        None => Knowledge::Untold,
    };
    Probe { path: document.request.path.clone(), own, knowledge }
}

async fn ask(preflight: &Preflight<'_>, document: &Document, target: &Target) -> Exchange {
    let grant = Grant { to: String::new(), token: Some(invented_token()), code: Some(invented_code()) };
    let request = fill(&to_nobody(document), Values { target, grant: &grant });
    match preflight.outlet.send(request.clone(), None).await {
        Ok(exchange) => exchange,
        Err(Kept::Closed | Kept::Messages | Kept::FailedLogins) => {
            let text = "not asked: a request without a recipient was accepted before".to_owned();
            Exchange { request, result: Err(Failure::Unreachable(text)), duration: Duration::ZERO }
        }
    }
}

/// The request of a document without whoever receives or logs in.
fn to_nobody(document: &Document) -> RequestTemplate {
    let mut request = RequestTemplate { raw: None, ..document.request.clone() };
    match &document.recipient {
        Part::Header(name) => request.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name)),
        Part::Body(name) => request.body.retain(|(other, _)| other != name),
    }
    request
}

/// 32 hexadecimal digits that no deployment has given out.
fn invented_client() -> String {
    invented_token().split("---").next().unwrap_or_default().to_owned()
}

fn paths(probes: &[Probe]) -> Vec<Line> {
    let lines: Vec<Line> = probes.iter().filter_map(odd).collect();
    if lines.is_empty() {
        let said = Said::new(
            format!("{} of {} answer POST; nothing was delivered", probes.len(), probes.len()),
            format!("{} 个接口均应答 POST；未发送任何消息", probes.len()),
        );
        return vec![Line::ok(Check::Paths, said)];
    }
    lines
}

/// What is not as it should be about a path; none where the API itself refused the request.
fn odd(probe: &Probe) -> Option<Line> {
    let path = &probe.path;
    let answer = match &probe.own.result {
        Ok(answer) => answer,
        Err(failure) => return Some(unanswered(path, failure)),
    };
    let status = answer.status;
    let said = Said::new(format!("POST `{path}` is answered {status}"), format!("POST `{path}` 返回 {status}"));
    let (english, chinese) = match status {
        404 => (
            "check `url`: it is the part before `/api/`, and another product, gateway or tenant may answer there",
            "请检查 `url`：它应为 `/api/` 之前的部分；应答的也可能是其他产品、网关或租户",
        ),
        405 | 501 => ("what answers there takes no POST: check `url`", "该地址不接受 POST：请检查 `url`"),
        300..=399 => (
            "write the place it redirects to into `url`: redirects are not followed",
            "请把重定向的目标写入 `url`：不会跟随重定向",
        ),
        502..=504 => (
            "a gateway answers and the deployment behind it does not: start it",
            "网关有应答，但其后的部署没有：请启动部署",
        ),
        401 | 403 | 407 => {
            let advice = Said::new(
                "somebody before the API refuses: check `[headers]`, allow lists of addresses, and the proxy",
                "请求在到达接口之前被拒绝：请检查 `[headers]`、IP 白名单和代理",
            );
            return Some(Line::warning(Check::Paths, said, advice));
        }
        429 => {
            let advice = Said::new("lower `limits.rate`", "请调低 `limits.rate`");
            return Some(Line::warning(Check::Paths, said, advice));
        }
        _ if status < 500 && answer.error_code().is_some() => return None,
        _ => {
            let advice = Said::new(
                "a request without a recipient should be refused with 400 and an `error_code`: `iamspec run` tells more",
                "缺少接收方的请求应以 400 和 `error_code` 拒绝：`iamspec run` 会给出详情",
            );
            return Some(Line::warning(Check::Paths, said, advice));
        }
    };
    Some(Line::wrong(Check::Paths, said, Said::new(english, chinese)))
}

fn unanswered(path: &str, failure: &Failure) -> Line {
    let why = failure.text();
    let said = Said::new(format!("POST `{path}`: {why}"), format!("POST `{path}`：{why}"));
    let advice = Said::new(
        "a run would say the same of every trial: look at the deployment, or raise `limits.timeout`",
        "运行时每个用例都会如此：请检查部署，或调高 `limits.timeout`",
    );
    Line::wrong(Check::Paths, said, advice)
}

fn client_id(knowledge: &[Knowledge]) -> Line {
    let refused = knowledge.iter().find_map(|knowledge| match knowledge {
        Knowledge::Unknown(code) => Some(code),
        Knowledge::Known | Knowledge::Untold => None,
    });
    if let Some(code) = refused {
        let said = Said::new(
            format!("the deployment does not know it (`{code}`)"),
            format!("部署不认识该客户端 ID（`{code}`）"),
        );
        let advice = Said::new(
            "copy `client_id` from the application in the console of this very tenant",
            "请从该租户控制台的应用中复制 `client_id`",
        );
        return Line::wrong(Check::ClientId, said, advice);
    }
    if knowledge.contains(&Knowledge::Known) {
        let said = Said::new("known: an invented one is refused otherwise", "有效：虚构的客户端 ID 会得到不同的拒绝");
        return Line::ok(Check::ClientId, said);
    }
    let said = Said::new(
        "it cannot be told: an invented one is answered alike, as something else is looked at first",
        "无法判断：虚构的客户端 ID 得到同样的应答，部署会先检查请求的其他部分",
    );
    Line::not_checked(Check::ClientId, said)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::embedded;
    use crate::exchange::{Answer, Body};

    #[test]
    fn no_request_names_whoever_receives() {
        let contract = embedded::contract(&embedded::sources(None, None).expect("sources")).expect("a contract");
        assert!(contract.documents.len() > 4);
        for document in &contract.documents {
            let request = to_nobody(document);
            let text = format!("{request:?}");
            assert!(!text.contains("recipient.") && !text.contains("account."), "{text}");
            assert!(request.body.len() + 1 == document.request.body.len(), "{text}");
        }
    }

    #[test]
    fn one_refusal_by_the_code_is_enough_and_a_likeness_is_not() {
        use Knowledge::{Known, Unknown, Untold};
        let state = |knowledge: &[Knowledge]| client_id(knowledge).state;
        assert_eq!(state(&[Known, Unknown("SDK.COMMON.1012".into())]), State::Wrong);
        assert_eq!(state(&[Untold, Known]), State::Ok);
        assert_eq!(state(&[Untold, Untold]), State::NotChecked);
        assert_eq!(state(&[]), State::NotChecked);
    }

    #[test]
    fn a_path_is_wrong_where_the_api_cannot_be_behind_it() {
        let state = |status, body: &'static str| {
            let answer = Answer { status, version: "HTTP/1.1".into(), headers: Vec::new(), body: body.into() };
            let request = crate::exchange::Prepared {
                method: "POST".into(),
                url: "http://h/".into(),
                headers: Vec::new(),
                body: Body::Raw(String::new()),
            };
            let own = Exchange { request, result: Ok(answer), duration: std::time::Duration::ZERO };
            odd(&Probe { path: "/p".into(), own, knowledge: Knowledge::Untold }).map(|line| line.state)
        };
        assert_eq!(state(400, r#"{"error_code":"SDK.COMMON.1001"}"#), None);
        for status in [301, 404, 405, 501, 502] {
            assert_eq!(state(status, "{}"), Some(State::Wrong), "{status}");
        }
        for status in [200, 400, 401, 403, 429, 500] {
            assert_eq!(state(status, "{}"), Some(State::Warning), "{status}");
        }
    }
}
