//! The way to the deployment: URL, name, connection, TLS, clock, proxy.
//!
//! In: the URL of the target. Out: a line each. Never: sends more than one GET.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{Check, Line, Preflight, Said, look};
use crate::exchange::{Authority, Certificate, Failure, Proxy, authority, is_loopback_url};
use crate::target::Pin;

/// No more addresses of one name are tried.
const MOST_ADDRESSES: usize = 8;

/// Follows the way; whether it leads to a deployment.
pub(super) async fn examine(preflight: &Preflight<'_>, lines: &mut Vec<Line>) -> bool {
    let target = preflight.target;
    let Some(place) = authority(&target.url) else {
        let advice = Said::new("write an absolute http or https URL", "请填写完整的 http 或 https 网址");
        lines.push(Line::wrong(Check::Url, Said::new("no host can be read from it", "无法从中读出主机名"), advice));
        return false;
    };
    lines.push(url(&target.url, &place));
    let proxy = preflight.client.proxy(&target.url);
    let patience = target.limits.connect_timeout;
    let (line, addresses) = dns(&place, target.network.pin(target.host()), proxy.as_ref(), patience).await;
    lines.push(line);
    let (line, connected) = connect(&addresses, proxy.as_ref(), patience).await;
    lines.push(line);
    let sight = if connected { Some(preflight.client.look(&target.url, &target.headers).await) } else { None };
    let reached = matches!(
        &sight,
        Some(Ok(_) | Err(Failure::Silent(_) | Failure::Timeout(_) | Failure::Broken(_) | Failure::TooLarge(_)))
    );
    lines.push(look::tls(&place, sight.as_ref(), proxy.as_ref(), Timestamp::now()));
    if let Some((path, _)) = &target.tls.client {
        let certificate = std::fs::read(path).ok().and_then(|pem| Certificate::read_pem(&pem));
        lines.extend(certificate.map(|certificate| look::own(&certificate, Timestamp::now())));
    }
    lines.push(look::clock(sight.as_ref()));
    lines.push(in_effect(&target.url, proxy.as_ref(), target.network.pin(target.host())));
    reached
}

fn url(url: &str, place: &Authority) -> Line {
    let Authority { host, port, tls } = place;
    if !tls && !is_loopback_url(url) {
        let said = Said::new(
            format!("plain HTTP to `{host}:{port}`: tokens and codes travel readable"),
            format!("以明文 HTTP 访问 `{host}:{port}`：令牌和验证码在传输中可被读取"),
        );
        return Line::warning(
            Check::Url,
            said,
            Said::new("use https where there is a choice", "如有可能，请改用 https"),
        );
    }
    let scheme = if *tls { "https" } else { "http" };
    Line::ok(Check::Url, Said::new(format!("{scheme} to `{host}:{port}`"), format!("以 {scheme} 访问 `{host}:{port}`")))
}

async fn dns(
    place: &Authority,
    pin: Option<&Pin>,
    proxy: Option<&Proxy>,
    patience: Duration,
) -> (Line, Vec<SocketAddr>) {
    let Authority { host, port, .. } = place;
    if let Some(proxy) = proxy {
        let said = Said::new(
            format!("the proxy `{}` resolves the name", proxy.address),
            format!("域名由代理 `{}` 解析", proxy.address),
        );
        return (Line::not_checked(Check::Dns, said), Vec::new());
    }
    if let Some(Pin { address, .. }) = pin {
        let mut address = *address;
        if address.port() == 0 {
            address.set_port(*port);
        }
        let said = Said::new(
            format!("`network.resolve` says `{address}`, whatever the name resolves to"),
            format!("`network.resolve` 指定了 `{address}`，不再解析域名"),
        );
        return (Line::ok(Check::Dns, said), vec![address]);
    }
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        let said = Said::new("an address: there is no name to resolve", "网址中是 IP 地址，无需解析");
        return (Line::ok(Check::Dns, said), vec![SocketAddr::new(address, *port)]);
    }
    let found = match timeout(patience, lookup_host((host.as_str(), *port))).await {
        Ok(Ok(found)) => Ok(distinct(found)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", patience.as_secs_f64())),
    };
    match found {
        Ok(addresses) if !addresses.is_empty() => (Line::ok(Check::Dns, resolved(host, &addresses)), addresses),
        Ok(_) => (unresolved(host, "it has no address"), Vec::new()),
        Err(why) => (unresolved(host, &why), Vec::new()),
    }
}

fn distinct(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut addresses = Vec::new();
    for address in found.take(MOST_ADDRESSES * 4) {
        if !addresses.contains(&address) && addresses.len() < MOST_ADDRESSES {
            addresses.push(address);
        }
    }
    addresses
}

fn resolved(host: &str, addresses: &[SocketAddr]) -> Said {
    let listed: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    let listed = listed.join(", ");
    Said::new(format!("`{host}` is {listed}"), format!("`{host}` 解析为 {listed}"))
}

fn unresolved(host: &str, why: &str) -> Line {
    let said = Said::new(format!("`{host}` cannot be resolved: {why}"), format!("`{host}` 无法解析：{why}"));
    let advice = Said::new(
        "check `url`; for a name that only some networks know, use their network, or set `network.resolve`",
        "请检查 `url`；若域名仅在特定网络内有效，请接入该网络，或设置 `network.resolve`",
    );
    Line::wrong(Check::Dns, said, advice)
}

async fn connect(addresses: &[SocketAddr], proxy: Option<&Proxy>, patience: Duration) -> (Line, bool) {
    if let Some(proxy) = proxy {
        let knocked = knock((proxy.host.as_str(), proxy.port), patience).await;
        return (to_proxy(proxy, knocked.as_ref().err()), knocked.is_ok());
    }
    if addresses.is_empty() {
        return (Line::not_checked(Check::Connect, Said::new("there is no address", "没有可用的地址")), false);
    }
    let started = Instant::now();
    let mut failures = Vec::new();
    let mut open = Vec::new();
    for address in addresses {
        match knock(address, patience).await {
            Ok(()) => open.push(address.to_string()),
            Err(why) => failures.push((address, why)),
        }
    }
    let took = started.elapsed().as_millis();
    if !open.is_empty() {
        // That this machine has no IPv6, or a name of loopback two addresses, is nobody's fault.
        failures.retain(|(address, why)| !address.ip().is_loopback() && !why.contains("unreachable"));
    }
    let why: Vec<String> = failures.iter().map(|(address, why)| format!("`{address}`: {why}")).collect();
    let why = why.join(", ");
    if open.is_empty() {
        let said = Said::new(format!("nobody listens: {why}"), format!("无法建立连接：{why}"));
        let advice = Said::new(
            "check the port in `url`, that the deployment is up, and firewalls, VPN or proxy on the way",
            "请检查 `url` 中的端口、部署是否已启动，以及途中的防火墙、VPN 或代理",
        );
        return (Line::wrong(Check::Connect, said, advice), false);
    }
    let open = open.join(", ");
    if failures.is_empty() {
        let said = Said::new(format!("{open} in {took} ms"), format!("{open}，{took} 毫秒"));
        return (Line::ok(Check::Connect, said), true);
    }
    let said = Said::new(format!("{open} in {took} ms, but {why}"), format!("{open}，{took} 毫秒；但 {why}"));
    let advice = Said::new(
        "have the name resolve only to addresses that answer: others cost time, and some trials their answer",
        "域名应只解析到可用的地址，否则会耗费时间，并使部分用例得不到应答",
    );
    (Line::warning(Check::Connect, said, advice), true)
}

async fn knock(address: impl tokio::net::ToSocketAddrs, patience: Duration) -> Result<(), String> {
    match timeout(patience, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within `limits.connect_timeout` ({} s)", patience.as_secs_f64())),
    }
}

fn to_proxy(proxy: &Proxy, why: Option<&String>) -> Line {
    let address = &proxy.address;
    match why {
        None => Line::ok(
            Check::Connect,
            Said::new(format!("the proxy `{address}` listens"), format!("代理 `{address}` 可以连接")),
        ),
        Some(why) => Line::wrong(
            Check::Connect,
            Said::new(format!("the proxy `{address}`: {why}"), format!("代理 `{address}`：{why}")),
            proxy_advice(),
        ),
    }
}

fn proxy_advice() -> Said {
    Said::new(
        "check `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`; name the host in `NO_PROXY` to go without",
        "请检查 `HTTP_PROXY`、`HTTPS_PROXY` 和 `ALL_PROXY`；如需绕过代理，请把主机名写入 `NO_PROXY`",
    )
}

fn in_effect(url: &str, proxy: Option<&Proxy>, pin: Option<&Pin>) -> Line {
    if let Some(proxy) = proxy {
        let address = &proxy.address;
        let said = Said::new(
            format!("`{address}`, from the environment; `NO_PROXY` does not name this host"),
            format!("`{address}`，取自环境变量；`NO_PROXY` 未包含该主机"),
        );
        return Line::ok(Check::Proxy, said);
    }
    let said = if is_loopback_url(url) {
        Said::new("none: loopback is reached directly", "无：本机地址直接访问")
    } else if pin.is_some() {
        Said::new(
            "none: an address of `network.resolve` is reached directly",
            "无：`network.resolve` 指定的地址直接访问",
        )
    } else {
        Said::new(
            "none: the environment names no proxy for it, or `NO_PROXY` names the host",
            "无：环境变量未设置代理，或 `NO_PROXY` 包含该主机",
        )
    };
    Line::ok(Check::Proxy, said)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn plain_http_beyond_this_machine_is_to_be_looked_at() {
        let state = |text: &str| url(text, &authority(text).expect("a host")).state;
        assert_eq!(state("http://acme.example.com"), State::Warning);
        assert_eq!(state("https://acme.example.com"), State::Ok);
        assert_eq!(state("http://127.0.0.1:8080"), State::Ok);
    }

    #[tokio::test]
    async fn whether_anybody_listens_is_told_for_each_address() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let open = listener.local_addr().expect("an address");
        let spare = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let closed = spare.local_addr().expect("an address");
        drop(spare);
        let patience = Duration::from_secs(5);
        let state = |(line, connected): (Line, bool)| (line.state, connected);
        assert_eq!(state(connect(&[open], None, patience).await), (State::Ok, true));
        assert_eq!(state(connect(&[open, closed], None, patience).await), (State::Ok, true));
        assert_eq!(state(connect(&[closed], None, patience).await), (State::Wrong, false));
        assert_eq!(state(connect(&[], None, patience).await), (State::NotChecked, false));
    }

    #[tokio::test]
    async fn a_name_is_resolved_or_told_to_have_no_address() {
        let patience = Duration::from_secs(5);
        let place = |url: &str| authority(url).expect("a host");
        let (line, addresses) = dns(&place("http://localhost:8080"), None, None, patience).await;
        assert_eq!((line.state, addresses[0].port()), (State::Ok, 8080));
        let (line, addresses) = dns(&place("https://acme.invalid"), None, None, patience).await;
        assert_eq!((line.state, addresses.len()), (State::Wrong, 0));
        let pin = Pin { host: "acme.invalid".into(), address: "127.0.0.1:0".parse().expect("an address") };
        let (line, addresses) = dns(&place("https://acme.invalid"), Some(&pin), None, patience).await;
        assert_eq!((line.state, addresses), (State::Ok, vec!["127.0.0.1:443".parse().expect("an address")]));
        let proxy = Proxy { address: "http://p:1".into(), host: "p".into(), port: 1 };
        let (line, _) = dns(&place("https://acme.invalid"), None, Some(&proxy), patience).await;
        assert_eq!(line.state, State::NotChecked);
    }
}
