//! How a deployment or a source is reached.
//!
//! In: what the target file says, a URL. Out: limits, trust, and whether a proxy stands before it. Never: connects.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use crate::target::Pin;

/// How a client reaches its target.
#[derive(Debug, Clone)]
pub struct Links {
    /// Whether the target is on loopback: no proxy, no system certificates.
    pub loopback: bool,
    /// The time to connect.
    pub connect_timeout: Duration,
    /// The time for one exchange, first byte sent to last byte read.
    pub timeout: Duration,
    /// The cap on a body, in bytes.
    pub body: u64,
    /// A certificate authority to trust besides the system's, PEM.
    pub ca: Option<PathBuf>,
    /// A client certificate and its key, PEM.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Requests a second.
    pub rate: f64,
    /// Hosts that are reached at an address of the target file, whatever the name resolves to.
    pub pins: Vec<Pin>,
    /// Whether the target itself is one of them: then no proxy stands before it.
    pub pinned: bool,
}

impl Links {
    /// Whether no proxy stands before the target.
    #[must_use]
    pub fn direct(&self) -> bool {
        self.loopback || self.pinned
    }

    /// Whether no proxy stands before a URL, whatever the environment says.
    pub(super) fn is_near(&self, url: &str) -> bool {
        let pinned = |host: String| self.pins.iter().any(|pin| pin.host == host);
        is_loopback_url(url) || host_of(url).is_some_and(pinned)
    }
}

/// Whether a URL leads to this machine: no proxy stands before it, and plain HTTP needs no certificates.
#[must_use]
pub fn is_loopback_url(url: &str) -> bool {
    host_of(url).is_some_and(|host| is_loopback(&host))
}

/// Where a URL leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The host as it is looked up: lower-case, ASCII; an IPv6 address in brackets.
    pub host: String,
    /// The port, also where the URL leaves it to the scheme.
    pub port: u16,
    /// Whether TLS is spoken.
    pub tls: bool,
}

/// Where a URL leads; none where it is no absolute http or https URL.
#[must_use]
pub fn authority(url: &str) -> Option<Authority> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?.to_owned();
    Some(Authority { host, port: url.port_or_known_default()?, tls: url.scheme() == "https" })
}

/// The host of a URL, lower-case.
fn host_of(url: &str) -> Option<String> {
    // A placeholder stands in the path or the query, which do not matter here.
    let url = Url::parse(&url.replace("${", "").replace('}', "")).ok()?;
    url.host_str().map(ToOwned::to_owned)
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
