//! What the first answer shows: TLS with its certificate, and the clock.
//!
//! In: one GET and what came of it. Out: a line each. Never: sends.

use jiff::{SignedDuration, Timestamp};

use super::{Check, Line, Said};
use crate::exchange::{Authority, Certificate, Failure, Proxy, Sight};

/// A certificate that ends sooner is to be looked at.
const SOON: i64 = 30;
/// Clocks that are farther apart are to be looked at: codes live 3 to 15 minutes, captcha tokens 3.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// What a first look showed, where there was one.
type Looked<'a> = Option<&'a Result<Sight, Failure>>;

pub(super) fn tls(place: &Authority, looked: Looked<'_>, proxy: Option<&Proxy>, now: Timestamp) -> Line {
    match looked {
        None => Line::not_checked(Check::Tls, Said::new("there is no connection", "尚未建立连接")),
        Some(Err(Failure::Unreachable(why))) => {
            let why = why.strip_prefix("no connection: ").unwrap_or(why);
            let advice = Said::new(
                "what is named above; `[tls]` holds authorities and client certificates, and nothing switches the checks off",
                "请按上述原因处理；可在 `[tls]` 中设置证书颁发机构和客户端证书，证书检查无法关闭",
            );
            Line::wrong(if place.tls { Check::Tls } else { Check::Connect }, Said::new(why, why), advice)
        }
        Some(Ok(_) | Err(_)) if !place.tls => {
            Line::not_checked(Check::Tls, Said::new("plain HTTP has none", "明文 HTTP 不使用 TLS"))
        }
        Some(Err(failure)) => {
            let why = failure.text();
            let said = Said::new(format!("no answer to look at: {why}"), format!("没有可供检查的应答：{why}"));
            Line::not_checked(Check::Tls, said)
        }
        Some(Ok(Sight { certificate: Some(certificate), version, .. })) => dated(certificate, version, now),
        Some(Ok(Sight { version, .. })) => Line::ok(Check::Tls, unseen(version, proxy)),
    }
}

fn unseen(version: &str, proxy: Option<&Proxy>) -> Said {
    if proxy.is_some() {
        return Said::new(
            format!("trusted, {version}; its dates are not seen through a proxy"),
            format!("证书可信，{version}；经由代理时看不到其有效期"),
        );
    }
    Said::new(format!("trusted, {version}; its dates cannot be read"), format!("证书可信，{version}；无法读出其有效期"))
}

fn dated(certificate: &Certificate, version: &str, now: Timestamp) -> Line {
    let days = certificate.days_left(now);
    let (names, issuer) = (certificate.names.join(", "), &certificate.issuer);
    let end = certificate.ends.strftime("%Y-%m-%d");
    let said = Said::new(
        format!("trusted, {version}; for {names}; signed by {issuer}; {days} days left, until {end}"),
        format!("证书可信，{version}；适用于 {names}；由 {issuer} 签发；剩余 {days} 天，至 {end}"),
    );
    if days >= SOON {
        return Line::ok(Check::Tls, said);
    }
    Line::warning(Check::Tls, said, Said::new("have it renewed before it ends", "请在到期前更新证书"))
}

/// The certificate that we show.
pub(super) fn own(certificate: &Certificate, now: Timestamp) -> Line {
    let days = certificate.days_left(now);
    let end = certificate.ends.strftime("%Y-%m-%d");
    if certificate.ends <= now {
        let said = Said::new(
            format!("the certificate in `tls.client_certificate` expired on {end}"),
            format!("`tls.client_certificate` 中的证书已于 {end} 过期"),
        );
        return Line::wrong(Check::Tls, said, Said::new("have a new one issued", "请申请新的证书"));
    }
    let said = Said::new(
        format!("the certificate in `tls.client_certificate` has {days} days left, until {end}"),
        format!("`tls.client_certificate` 中的证书剩余 {days} 天，至 {end}"),
    );
    if days >= SOON {
        return Line::ok(Check::Tls, said);
    }
    Line::warning(Check::Tls, said, Said::new("have a new one issued before it ends", "请在到期前申请新的证书"))
}

pub(super) fn clock(looked: Looked<'_>) -> Line {
    let Some(Ok(Sight { ahead, .. })) = looked else {
        return Line::not_checked(Check::Clock, Said::new("there is no answer to look at", "没有可供检查的应答"));
    };
    let Some(ahead) = ahead else {
        let said = Said::new("the answer names no `Date`: it cannot be told", "应答没有 `Date` 头，无法判断");
        return Line::not_checked(Check::Clock, said);
    };
    let apart = ahead.abs();
    let seconds = apart.as_secs();
    if apart <= SKEW {
        let said = Said::new(format!("{seconds} s apart from this one"), format!("与本机相差 {seconds} 秒"));
        return Line::ok(Check::Clock, said);
    }
    let said = if ahead.is_positive() {
        Said::new(format!("{seconds} s ahead of this one"), format!("比本机快 {seconds} 秒"))
    } else {
        Said::new(format!("{seconds} s behind this one"), format!("比本机慢 {seconds} 秒"))
    };
    let advice = Said::new(
        "set whichever is wrong by NTP: tokens, codes and certificates are judged by the clock",
        "请用 NTP 校准有误的一方：令牌、验证码和证书都按时钟判断",
    );
    Line::warning(Check::Clock, said, advice)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::report::Language;

    fn state_and_words(ahead: Option<i64>) -> (State, String) {
        let ahead = ahead.map(SignedDuration::from_secs);
        let line = clock(Some(&Ok(Sight { status: 404, version: "HTTP/1.1".into(), certificate: None, ahead })));
        (line.state, line.said.of(Language::English).to_owned())
    }

    #[test]
    fn a_clock_is_looked_at_when_it_is_half_a_minute_off() {
        assert_eq!(state_and_words(Some(-30)).0, State::Ok);
        assert_eq!(state_and_words(Some(45)), (State::Warning, "45 s ahead of this one".to_owned()));
        assert_eq!(state_and_words(Some(-31)), (State::Warning, "31 s behind this one".to_owned()));
        assert_eq!(state_and_words(None).0, State::NotChecked);
        assert_eq!(clock(None).state, State::NotChecked);
    }

    #[test]
    fn a_certificate_is_looked_at_when_it_ends_within_a_month() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
        let ending = |end: &str| Certificate {
            names: vec!["acme.example.com".into()],
            issuer: "CN=somebody".into(),
            begins: "2026-01-01T00:00:00Z".parse().expect("a time"),
            ends: end.parse().expect("a time"),
        };
        let line = dated(&ending("2026-12-20T13:00:00Z"), "HTTP/2.0", now);
        assert_eq!(line.state, State::Ok);
        let said = "trusted, HTTP/2.0; for acme.example.com; signed by CN=somebody; 30 days left, until 2026-12-20";
        assert_eq!(line.said.of(Language::English), said);
        assert_eq!(dated(&ending("2026-12-20T11:00:00Z"), "HTTP/2.0", now).state, State::Warning);
        let shown = |end: &str| own(&ending(end), now).state;
        assert_eq!(shown("2026-12-20T13:00:00Z"), State::Ok);
        assert_eq!(shown("2026-12-20T11:00:00Z"), State::Warning);
        assert_eq!(shown("2026-11-20T11:00:00Z"), State::Wrong);
    }
}
