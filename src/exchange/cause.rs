//! Why no answer came, in words that a person can act on.
//!
//! In: an error of the HTTP client. Out: what kind of failure it is, and one line. Never: shows a URL, or calls broken
//! what was never reached.

use std::error::Error;
use std::io;

use jiff::Timestamp;
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::links::Links;
use super::proxy::proxy;
use super::{Failure, certificate};

type Cause<'e> = &'e (dyn Error + 'static);

/// What an error before the head of an answer means.
pub(super) fn before_answer(error: &reqwest::Error, links: &Links) -> Failure {
    let text = chain(error);
    let tls = causes(error).find_map(|cause| cause.downcast_ref::<TlsError>());
    if error.is_connect() && error.is_timeout() {
        let seconds = links.connect_timeout.as_secs_f64();
        return Failure::Unreachable(format!("no connection within `limits.connect_timeout` ({seconds} s)"));
    }
    if error.is_connect() || error.is_builder() {
        let why = tls.and_then(|tls| refused(tls, links)).or_else(|| on_the_way(error, links)).unwrap_or(text);
        return Failure::Unreachable(format!("no connection: {why}"));
    }
    // A client certificate is refused when the handshake is over for us.
    if let Some(TlsError::AlertReceived(alert)) = tls
        && OF_CERTIFICATES.contains(alert)
    {
        return Failure::Unreachable(format!("no connection: {}", alerted(*alert, links)));
    }
    let http = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let http2 = causes(error).find_map(|cause| cause.downcast_ref::<h2::Error>());
    match (http, http2) {
        (_, Some(http2)) if http2.is_library() => match http2.reason() {
            // A head in too many frames.
            Some(h2::Reason::ENHANCE_YOUR_CALM) => large_head(),
            // The library calls a head that is too large, and one that is none, by the same name.
            Some(h2::Reason::PROTOCOL_ERROR) => Failure::Broken(format!(
                "the answer is not HTTP/2, or its head is larger than HTTP clients take: {text}"
            )),
            _ => Failure::Broken(format!("the answer is not HTTP/2: {text}")),
        },
        (Some(http), _) if http.is_parse_too_large() => large_head(),
        (Some(http), _) if http.is_parse() => Failure::Broken(format!("the answer is not HTTP: {text}")),
        _ => Failure::Silent(format!("the connection ended before the head of an answer was whole: {text}")),
    }
}

/// Whether a request never left, because its connection had ended before: whoever refuses a client when the handshake is over
/// for it ends the connection at any time. An alert that is known is not sought again.
pub(super) fn never_left(error: &reqwest::Error) -> bool {
    let canceled = |cause: Cause<'_>| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled);
    causes(error).any(canceled) && !causes(error).any(<dyn Error>::is::<TlsError>)
}

fn large_head() -> Failure {
    Failure::TooLarge("the head of the answer is larger than any HTTP client takes".into())
}

/// The innermost cause of an error: what people can act on, without the URL.
pub(super) fn chain(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no cause is known".to_owned(), ToString::to_string)
}

/// The causes of an error, the outermost first. What an `io::Error` wraps is one of them, which its `source` leaves out.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|wrapped| wrapped as Cause<'_>).or_else(|| cause.source());
        Some(cause)
    })
}

/// What went wrong before TLS began: names, addresses, proxies.
fn on_the_way(error: &reqwest::Error, links: &Links) -> Option<String> {
    let url = error.url()?;
    let text = chain(error);
    let said: Vec<String> = causes(error).map(ToString::to_string).collect();
    let proxy = (!links.direct() && !links.is_near(url.as_str())).then(|| proxy(url.as_str())).flatten();
    let unresolved = said.iter().any(|cause| cause == "dns error");
    let host = match &proxy {
        Some(proxy) => &proxy.host,
        None => url.host_str()?,
    };
    let refused = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    let refused = refused.last().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    let port = proxy.as_ref().map(|proxy| proxy.port).or(url.port_or_known_default()).unwrap_or(0);
    let why = if unresolved {
        unknown_host(host, &text)
    } else if refused {
        format!("nobody listens at `{host}:{port}`: {text}")
    } else if let Some(tunnel) = said.iter().find_map(|cause| cause.strip_prefix("tunnel error: ")) {
        tunnel_refused(tunnel)
    } else {
        text
    };
    Some(match proxy {
        Some(proxy) => format!("the proxy `{}` of the environment: {why}", proxy.address),
        None => why,
    })
}

/// Whether nobody has the name, or nobody could be asked.
fn unknown_host(host: &str, text: &str) -> String {
    const NOBODY: [&str; 4] =
        ["Name or service not known", "nodename nor servname", "No address associated", "No such host"];
    if NOBODY.iter().any(|nobody| text.contains(nobody)) {
        format!("no such host: `{host}` ({text})")
    } else {
        format!("the name `{host}` could not be resolved: {text}")
    }
}

fn tunnel_refused(what: &str) -> String {
    match what {
        "proxy authorization required" => "it demands a name and a password".to_owned(),
        "unsuccessful" => "it did not open a tunnel to the deployment".to_owned(),
        other => other.to_owned(),
    }
}

/// Why TLS came to nothing; none where the library's own word is the best.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of the library grows; what is not named says its own word"
)]
fn refused(error: &TlsError, links: &Links) -> Option<String> {
    match error {
        TlsError::InvalidCertificate(certificate) => Some(not_trusted(certificate)),
        TlsError::AlertReceived(alert) => Some(alerted(*alert, links)),
        TlsError::InvalidMessage(_) => Some("what answers there does not speak TLS: check the scheme and port".into()),
        TlsError::PeerIncompatible(why) => Some(format!("no way to speak TLS in common: {why:?}")),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of the library grows; what is not named says its own word"
)]
fn not_trusted(error: &CertificateError) -> String {
    match error {
        CertificateError::ExpiredContext { time, not_after } => format!(
            "the certificate expired on {}, and it is {} here: have it renewed",
            day(not_after.as_secs()),
            day(time.as_secs())
        ),
        CertificateError::Expired => "the certificate has expired: have it renewed".to_owned(),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "the certificate is not valid before {}, and it is {} here: check both clocks",
            day(not_before.as_secs()),
            day(time.as_secs())
        ),
        CertificateError::NotValidYet => "the certificate is not valid yet: check both clocks".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<String> = presented.iter().map(|name| format!("`{}`", certificate::bare(name))).collect();
            let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
            format!("the certificate is for {names}, not for `{}`", expected.to_str())
        }
        CertificateError::NotValidForName => "the certificate is for another name".to_owned(),
        CertificateError::UnknownIssuer => {
            "nobody trusted here signed the certificate: set `tls.ca` to the authority that did, or have the \
             deployment send its whole chain"
                .to_owned()
        }
        CertificateError::Revoked => "the certificate was revoked".to_owned(),
        CertificateError::BadSignature => {
            "the certificate was not signed by the authority that it names: check `tls.ca`".to_owned()
        }
        // The authority itself, used as the certificate of a server.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "the certificate is that of an authority, not of a server".to_owned()
        }
        other => format!("the certificate is not accepted: {other}"),
    }
}

/// Alerts by which the other side refuses a client for its certificate, or for want of one: nothing that was sent has been
/// looked at. After any other, a request may have been acted upon.
const OF_CERTIFICATES: [AlertDescription; 9] = [
    AlertDescription::CertificateRequired,
    AlertDescription::BadCertificate,
    AlertDescription::UnknownCA,
    AlertDescription::CertificateUnknown,
    AlertDescription::CertificateExpired,
    AlertDescription::CertificateRevoked,
    AlertDescription::UnsupportedCertificate,
    AlertDescription::AccessDenied,
    AlertDescription::DecryptError,
];

/// What the other side says of our part of the handshake.
fn alerted(alert: AlertDescription, links: &Links) -> String {
    const SET: &str = "set `tls.client_certificate` and `tls.client_key`";
    let shown = links.identity.is_some();
    if alert == AlertDescription::CertificateRequired {
        format!("the deployment demands a client certificate: {SET}")
    } else if alert == AlertDescription::HandshakeFailure && !shown {
        format!("no way to speak TLS in common, or the deployment demands a client certificate: {SET}")
    } else if shown && OF_CERTIFICATES.contains(&alert) {
        format!("the deployment does not accept the certificate in `tls.client_certificate` ({alert:?})")
    } else {
        format!("the other side ended TLS: {alert:?}")
    }
}

/// `2026-11-20`, UTC.
fn day(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "an unknown day".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_nobody_has_is_told_from_a_resolver_that_does_not_answer() {
        let nobody = "failed to lookup address information: Name or service not known";
        assert!(unknown_host("acme.invalid", nobody).starts_with("no such host: `acme.invalid`"));
        let silent = "failed to lookup address information: Temporary failure in name resolution";
        assert!(unknown_host("acme.invalid", silent).contains("could not be resolved"));
    }

    #[test]
    fn a_certificate_for_another_name_says_both() {
        let expected = rustls::pki_types::ServerName::try_from("acme.example.com").expect("a name");
        let presented = vec!["DnsName(\"other.example.com\")".to_owned(), "IpAddress(10.0.0.1)".to_owned()];
        let text = not_trusted(&CertificateError::NotValidForNameContext { expected, presented });
        assert_eq!(text, "the certificate is for `other.example.com`, `10.0.0.1`, not for `acme.example.com`");
    }
}
