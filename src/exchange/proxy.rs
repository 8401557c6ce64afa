//! The proxy that the environment puts before a URL.
//!
//! In: a URL, `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` in either case. Out: the proxy, or none. Never: shows
//! its name and password.

use hyper_util::client::proxy::matcher::Matcher;

use super::Failure;

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// `http://proxy.example.com:3128`.
    pub address: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl Proxy {
    /// It answered for itself, not for the deployment.
    pub(super) fn refused(&self) -> Failure {
        let why = "it demands a name and a password";
        Failure::Unreachable(format!("no connection: the proxy `{}` of the environment: {why}", self.address))
    }
}

/// The proxy that the environment names for a URL; by the same rules as the client that sends.
#[must_use]
pub fn proxy(url: &str) -> Option<Proxy> {
    of(&Matcher::from_system(), url)
}

fn of(matcher: &Matcher, url: &str) -> Option<Proxy> {
    let uri = matcher.intercept(&url.parse().ok()?)?.uri().clone();
    let host = uri.host()?.to_owned();
    let scheme = uri.scheme_str().unwrap_or("http");
    let standard = match scheme {
        "https" => 443,
        scheme if scheme.starts_with("socks") => 1080,
        _ => 80,
    };
    let port = uri.port_u16().unwrap_or(standard);
    Some(Proxy { address: format!("{scheme}://{host}:{port}"), host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_password_and_not_for_what_needs_none() {
        let matcher =
            Matcher::builder().all("http://name:word@proxy.example.com:3128").no("acme.example.com,10.0.0.0/8").build();
        let proxy = of(&matcher, "https://other.example.com/path").expect("a proxy");
        assert_eq!((proxy.address.as_str(), proxy.port), ("http://proxy.example.com:3128", 3128));
        for near in ["https://acme.example.com", "https://api.acme.example.com:8443/x", "http://10.1.2.3"] {
            assert_eq!(of(&matcher, near), None, "{near}");
        }
    }
}
