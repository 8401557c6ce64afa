//! A first look at a deployment: who answers, by which protocol, with which certificate, by which clock.
//!
//! In: a URL. Out: what one GET shows. Never: delivers, follows a redirect.

use jiff::{SignedDuration, Timestamp};

use super::Failure;
use super::cause::before_answer;
use super::certificate::Certificate;
use super::client::{Client, begun, header_map};
use super::proxy::{Proxy, proxy};

/// What a first look shows.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The HTTP status.
    pub status: u16,
    /// `HTTP/2.0`.
    pub version: String,
    /// The certificate, where TLS is spoken with the deployment itself.
    pub certificate: Option<Certificate>,
    /// How far its clock is ahead of this one, by its header `Date`; accurate to about a second.
    pub ahead: Option<SignedDuration>,
}

impl Client {
    /// Looks at a URL.
    ///
    /// # Errors
    /// As an exchange.
    pub async fn look(&self, url: &str, headers: &[(String, String)]) -> Result<Sight, Failure> {
        let headers = header_map(headers)?;
        let before = Timestamp::now();
        let sent = begun(|| self.http.get(url).headers(headers.clone()));
        let response = tokio::time::timeout(self.links.timeout, sent).await.map_err(|_| {
            let seconds = self.links.timeout.as_secs_f64();
            Failure::Timeout(format!("no answer within `limits.timeout` ({seconds} s)"))
        })?;
        let response = response.map_err(|error| before_answer(&error, &self.links))?;
        let middle = before + Timestamp::now().duration_since(before) / 2;
        let tls = response.extensions().get::<reqwest::tls::TlsInfo>();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        // An answer kept by somebody on the way says how old it is.
        let age =
            header("age").and_then(|age| age.parse().ok()).map_or(SignedDuration::ZERO, SignedDuration::from_secs);
        let date = header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        Ok(Sight {
            status: response.status().as_u16(),
            version: format!("{:?}", response.version()),
            certificate: tls.and_then(|tls| tls.peer_certificate()).and_then(Certificate::read),
            ahead: date.map(|date| (date.timestamp() + age).duration_since(middle)),
        })
    }

    /// The proxy that stands before a URL; none where it is reached directly.
    #[must_use]
    pub fn proxy(&self, url: &str) -> Option<Proxy> {
        (!self.links.direct() && !self.links.is_near(url)).then(|| proxy(url)).flatten()
    }
}
