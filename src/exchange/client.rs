//! The one HTTP client of a run.
//!
//! In: a prepared request. Out: an exchange, in bounded time and memory. Never: follows a redirect, sends a request twice;
//! only one that never left because its connection had ended, or that an HTTP/2 deployment says it has not begun (a refused
//! stream, a connection wound up), is sent anew.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, Url};
use tokio::time::error::Elapsed;

use super::cause::{before_answer, chain, never_left};
use super::links::Links;
use super::pace::Pace;
use super::request::Prepared;
use super::{Answer, Exchange, Failure};

/// Why a client could not be built: one line for people.
#[derive(Debug)]
pub struct ClientError(pub String);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ClientError {}

/// A client: shared connections, one pace, hard limits.
#[derive(Debug)]
pub struct Client {
    pub(super) http: reqwest::Client,
    /// Without a proxy: for sources on this machine. Built when it is needed, as most runs need one client only.
    direct: OnceLock<reqwest::Client>,
    /// A connection for each request: as long as it is not known that the deployment keeps them. Built when it is needed.
    fresh: OnceLock<reqwest::Client>,
    keeps_connections: AtomicBool,
    pace: Pace,
    pub(super) links: Links,
    /// The origins that were asked before: an address is read once.
    origins: Mutex<Vec<(String, Url)>>,
}

impl Client {
    /// Builds the client.
    ///
    /// # Errors
    /// A certificate that cannot be read, or TLS that cannot be set up.
    pub fn new(links: Links) -> Result<Self, ClientError> {
        let http = build(&links, links.direct(), KEPT)?;
        let pace = Pace::per_second(links.rate);
        let (direct, fresh) = (OnceLock::new(), OnceLock::new());
        Ok(Self {
            http,
            direct,
            fresh,
            keeps_connections: AtomicBool::new(false),
            pace,
            links,
            origins: Mutex::default(),
        })
    }

    /// Waits until the pace of the run allows another request: before anything is reserved for it.
    pub(super) async fn slot(&self) {
        self.pace.slot().await;
    }

    /// Sends a request that is none of the contract and delivers nothing, at the pace of the run: for a puzzle, to a run that
    /// waits.
    pub async fn ask(&self, request: Prepared) -> Exchange {
        self.slot().await;
        self.exchange(request).await
    }

    /// Sends a request of the contract; only the outlet does, which has it paid for.
    pub(super) async fn exchange(&self, request: Prepared) -> Exchange {
        let started = Instant::now();
        let sent = self.send(&request);
        let result = match tokio::time::timeout(self.links.timeout, sent).await {
            Ok(result) => result,
            Err(_) => Err(Failure::Timeout(format!(
                "no whole answer within `limits.timeout` ({} s)",
                self.links.timeout.as_secs_f64()
            ))),
        };
        if matches!(result, Err(Failure::Silent(_))) {
            self.keeps_connections.store(false, Ordering::Relaxed);
        }
        Exchange { request, result, duration: started.elapsed() }
    }

    /// Fetches a small document for the harness itself (a token, a code, a key set): neither paced nor recorded. It
    /// delivers nothing, so it is asked for once more where a kept connection had been closed meanwhile.
    ///
    /// # Errors
    /// As an exchange.
    pub async fn fetch(&self, url: &str, timeout: Duration) -> Result<Answer, Failure> {
        let get = || async {
            let address = self.address(url)?;
            let sent = begun(|| self.near(url).get(address.clone())).await;
            let response = sent.map_err(|error| before_answer(&error, &self.links))?;
            self.receive(response).await
        };
        let twice = async {
            match get().await {
                Err(Failure::Silent(_)) => get().await,
                other => other,
            }
        };
        tokio::time::timeout(timeout, twice)
            .await
            .unwrap_or_else(|_| Err(Failure::Timeout(format!("no answer within {} s", timeout.as_secs_f64()))))
    }

    /// Whether the deployment can be reached at all: a connection, and TLS where the URL says so.
    ///
    /// Finds out, too, whether it keeps connections: until that is known, each request has one of its own.
    ///
    /// # Errors
    /// Why not, in one line.
    pub async fn reach(&self, url: &str, headers: &[(String, String)]) -> Result<(), String> {
        let headers = header_map(headers).map_err(|failure| failure.text().to_owned())?;
        let first = match self.knock(url, &headers).await {
            Ok(Err(error)) if error.is_connect() => {
                return Err(before_answer(&error, &self.links).text().to_owned());
            }
            // Whatever else happens, somebody is there; the trials find out what.
            Ok(Err(_)) | Err(_) => return Ok(()),
            Ok(Ok(connection)) => connection,
        };
        // Whoever closes without a word does not hear a second question on the same connection, however soon it is asked.
        if let Ok(Ok(second)) = self.knock(url, &headers).await {
            self.keeps_connections.store(second == first, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Asks for the base URL, and learns on which connection the answer came. An answer may begin and never end: one
    /// deadline over all of it.
    async fn knock(&self, url: &str, headers: &HeaderMap) -> Result<reqwest::Result<Option<u16>>, Elapsed> {
        let wait = self.links.connect_timeout + Duration::from_secs(1);
        let whole = async { Ok(connection(begun(|| self.http.get(url).headers(headers.clone())).await?).await) };
        tokio::time::timeout(wait, whole).await
    }

    /// A URL, of which only what comes behind the origin is read again.
    fn address(&self, text: &str) -> Result<Url, Failure> {
        let read = |text: &str| {
            text.parse::<Url>().map_err(|error| Failure::Unreachable(format!("this address cannot be asked: {error}")))
        };
        let host = text.find("://").map_or(text.len(), |at| at + 3);
        let end = text[host..].find(['/', '?', '#', '\\']).map_or(text.len(), |at| host + at);
        let (origin, path) = text.split_at(end);
        // Two slashes would be read as another host.
        if !path.starts_with('/') || path[1..].starts_with(['/', '\\']) {
            return read(text);
        }
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let known = origins.iter().position(|(known, _)| known == origin);
        let known = if let Some(known) = known {
            known
        } else {
            origins.push((origin.to_owned(), read(origin)?));
            origins.len() - 1
        };
        let joined = origins[known].1.join(path);
        joined.map_err(|error| Failure::Unreachable(format!("this address cannot be asked: {error}")))
    }

    /// The client for a URL: on loopback, and to an address of the target file, never through a proxy.
    fn near(&self, url: &str) -> &reqwest::Client {
        if self.links.direct() || !self.links.is_near(url) {
            return &self.http;
        }
        self.direct.get_or_init(|| self.variant(true, KEPT))
    }

    /// The client in another form. What it is built from has been read before, so that it can only fail when a file has
    /// gone meanwhile: then the client as it is has to do.
    fn variant(&self, direct: bool, kept: usize) -> reqwest::Client {
        build(&self.links, direct, kept).unwrap_or_else(|_| self.http.clone())
    }

    async fn send(&self, request: &Prepared) -> Result<Answer, Failure> {
        let method = request.method.parse::<reqwest::Method>();
        let method = method.map_err(|_| Failure::Unreachable(format!("`{}` is no HTTP method", request.method)))?;
        // A request that meets a connection closed meanwhile is lost, and must not be sent twice.
        let client = if self.keeps_connections.load(Ordering::Relaxed) {
            &self.http
        } else {
            self.fresh.get_or_init(|| self.variant(self.links.direct(), 0))
        };
        let (address, headers) = (self.address(&request.url)?, header_map(&request.headers)?);
        let body = Bytes::from(request.body.text());
        let ask = || {
            client
                .request(method.clone(), address.clone())
                .headers(headers.clone())
                .body(reqwest::Body::from(body.clone()))
        };
        let sent = begun(ask).await;
        let response = sent.map_err(|error| before_answer(&error, &self.links))?;
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && let Some(proxy) = self.proxy(&request.url)
        {
            return Err(proxy.refused());
        }
        self.receive(response).await
    }

    async fn receive(&self, mut response: reqwest::Response) -> Result<Answer, Failure> {
        let status = response.status().as_u16();
        let version = format!("{:?}", response.version());
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let body = self.body(&mut response).await?;
        Ok(Answer { status, version, headers, body })
    }

    async fn body(&self, response: &mut reqwest::Response) -> Result<Bytes, Failure> {
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body.freeze()),
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > self.links.body => {
                    let cap = self.links.body;
                    return Err(Failure::TooLarge(format!("the body is larger than `limits.body` ({cap} bytes)")));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => {
                    let what = format!("the answer broke off in its body: {}", chain(&error));
                    return Err(Failure::Broken(what));
                }
            }
        }
    }
}

/// Sends a request, on another connection where one ended before anything of it had left.
pub(super) async fn begun(request: impl Fn() -> reqwest::RequestBuilder) -> reqwest::Result<reqwest::Response> {
    for _ in 1..MOST_BEGINNINGS {
        match request().send().await {
            Err(error) if never_left(&error) => {}
            sent => return sent,
        }
    }
    request().send().await
}

/// How often a request is begun, if it never leaves.
const MOST_BEGINNINGS: usize = 4;
/// Connections that are kept for the next request.
const KEPT: usize = 64;
/// The largest head by HTTP/2, in bytes: what the library takes by HTTP/1.1, so that both are judged alike.
const LARGEST_HEAD: u32 = 408 * 1024;

/// One `reqwest` client. Its own rule for retries stays: by HTTP/2, what the other side has refused unprocessed (RFC 9113,
/// 8.7), and nothing else.
/// `direct`: no proxy stands before it.
fn build(links: &Links, direct: bool, kept: usize) -> Result<reqwest::Client, ClientError> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(links.connect_timeout)
        .tls_info(true)
        .pool_idle_timeout(Duration::from_secs(3))
        .pool_max_idle_per_host(kept)
        .http2_max_header_list_size(LARGEST_HEAD)
        .user_agent(concat!("iamspec/", env!("CARGO_PKG_VERSION")));
    if direct {
        builder = builder.no_proxy();
    }
    for pin in &links.pins {
        builder = builder.resolve(&pin.host, pin.address);
    }
    if links.loopback && links.ca.is_none() {
        builder = builder.tls_certs_only([]);
    }
    if let Some(path) = &links.ca {
        let pem = read(path, "tls.ca")?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|_| ClientError(format!("`tls.ca`: `{}` holds no PEM certificate", path.display())))?;
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some((certificate, key)) = &links.identity {
        let mut pem = read(certificate, "tls.client_certificate")?;
        pem.extend(read(key, "tls.client_key")?);
        let identity = reqwest::Identity::from_pem(&pem).map_err(|_| {
            ClientError("`tls.client_certificate` and `tls.client_key` hold no PEM certificate and key".into())
        })?;
        builder = builder.identity(identity);
    }
    builder.build().map_err(|error| {
        let why = chain(&error);
        let hint = "where this machine has no certificate authorities, install them or set `tls.ca`";
        ClientError(format!("TLS could not be set up: {why}: {hint}"))
    })
}

/// The connection that an answer came on, told by its port here; its body is read to the end, so that it can be kept.
async fn connection(mut response: reqwest::Response) -> Option<u16> {
    let info = response.extensions().get::<HttpInfo>().map(|info| info.local_addr().port());
    let mut chunks = 0;
    while let Ok(Some(_)) = response.chunk().await {
        chunks += 1;
        if chunks > 64 {
            return None;
        }
    }
    info
}

fn read(path: &PathBuf, key: &str) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|error| ClientError(format!("`{key}`: `{}` cannot be read: {error}", path.display())))
}

pub(super) fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let unusable = || Failure::Unreachable(format!("`{name}` cannot be sent as a header"));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        map.append(key, value);
    }
    Ok(map)
}
