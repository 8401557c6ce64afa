//! Somebody who stands before a deployment, hands everything on, and counts what comes by.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::Value;

use super::Site;

/// What came by.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) status: u16,
    pub(crate) answer: Value,
}

impl Seen {
    /// A member of the request's body; blank where it has none.
    pub(crate) fn member(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_default().to_owned()
    }

    /// Whether a message was sent.
    pub(crate) fn is_message(&self) -> bool {
        self.path.ends_with("/send") && self.status == 200
    }

    /// Whether an account's failed logins have become one more.
    pub(crate) fn is_failed_login(&self) -> bool {
        self.path.contains("/login/") && self.answer["error_code"] == "SDK.SMS.1005"
    }
}

/// An answer in place of the deployment's; none: the deployment's own.
type Instead = fn(&Seen) -> Option<(u16, &'static str)>;

/// Stands before the deployment of a site from now on.
pub(crate) struct Front(Arc<Mutex<Vec<Seen>>>);

impl Front {
    pub(crate) fn before(site: &Site) -> Self {
        Self::instead(site, |_| None)
    }

    /// `instead` looks at what the deployment answered, and may answer otherwise.
    pub(crate) fn instead(site: &Site, instead: Instead) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let behind = site.deployment.as_ref().expect("a deployment").url().to_owned();
        let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]).no_gzip();
        let client = builder.redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let (log, to) = (Arc::clone(&seen), behind.clone());
        let handle = move |request: Request| {
            let (log, to, client) = (Arc::clone(&log), to.clone(), client.clone());
            async move { hand_on(request, &client, &to, instead, &log).await }
        };
        let own = site.runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let own = format!("http://{}", listener.local_addr().expect("an address"));
            tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await });
            own
        });
        let target = fs::read_to_string(site.path("target.toml")).expect("a target file");
        fs::write(site.path("target.toml"), target.replace(&behind, &own)).expect("a target file");
        Self(seen)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Requests of the contract.
    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.path.starts_with("/api/v2/sdk/")).collect()
    }

    /// Messages by who received them.
    pub(crate) fn messages(&self) -> BTreeMap<String, u64> {
        let sent = self.requests().into_iter().filter(Seen::is_message);
        count(sent.map(|seen| seen.member("mobile") + &seen.member("email")))
    }

    /// Failed logins by account.
    pub(crate) fn failed_logins(&self) -> BTreeMap<String, u64> {
        count(self.requests().into_iter().filter(Seen::is_failed_login).map(|seen| seen.member("mobile")))
    }
}

fn count(names: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}

async fn hand_on(
    request: Request,
    client: &reqwest::Client,
    to: &str,
    instead: Instead,
    log: &Mutex<Vec<Seen>>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let mut headers = parts.headers;
    headers.remove("host");
    headers.remove("content-length");
    let sent = client.request(parts.method, format!("{to}{}", parts.uri)).headers(headers).body(body.clone());
    let answer = sent.send().await.expect("the deployment answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let received = answer.bytes().await.expect("a whole answer");
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Value::Null);
    let seen =
        Seen { path: parts.uri.path().to_owned(), body: json(&body), status: status.as_u16(), answer: json(&received) };
    let other = instead(&seen);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    let mut response = Response::new(Body::from(other.map_or(received, |(_, text)| text.as_bytes().into())));
    *response.status_mut() = other.map_or(status, |(status, _)| status.try_into().expect("a status"));
    for (name, value) in &headers {
        if name != "content-length" && name != "transfer-encoding" && name != "connection" {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}
