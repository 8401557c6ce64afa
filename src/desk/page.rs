//! The page on loopback: one for the whole run, for puzzles and codes.
//!
//! In: a desk. Out: a page below a path that nobody can guess, for a browser on this machine. Never: lets another origin
//! read or write, loads anything from elsewhere, keeps anything in a cache.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_lc_rs::{constant_time, rand};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::code::code_form;
use super::puzzle::Puzzle;
use super::queue::{Desk, Kind, View};
use super::wire::{About, Code, Offered, Placed, Supplied};
use crate::case::Language;
use crate::redact::hex;

/// The page itself; its words stand in the script, in both languages.
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// No request of the page is larger by far.
const BODY_LIMIT: usize = 4096;
/// Puzzles that are kept for their answer: more than anybody looks at in two minutes.
const KEPT: usize = 32;
/// A page asks more often than this while somebody has it open.
const LOOKED_AT: Duration = Duration::from_millis(1500);
/// How long requests in flight may take once the run is over.
const GRACE: Duration = Duration::from_millis(500);

/// Nothing but what this server gives, in no frame, nowhere kept.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// The page as it is served; dropping it ends it.
#[derive(Debug)]
pub struct Page {
    url: String,
    site: Arc<Site>,
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Page {
    /// What a person opens: `http://127.0.0.1:<port>/<32 hex digits>/`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it, once whoever looks at it has been told.
    pub async fn close(self) {
        let heard = self.site.heard.notified();
        self.site.desk.end();
        if self.site.looked_at() {
            let _ = tokio::time::timeout(LOOKED_AT, heard).await;
        }
        drop(self.stop);
        let _ = tokio::time::timeout(GRACE, self.task).await;
    }
}

/// Serves a desk on a free port of loopback.
///
/// # Errors
/// When no port can be had, or no random path.
pub async fn open(desk: Arc<Desk>, language: Language) -> io::Result<Page> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let mut secret = [0_u8; 16];
    rand::fill(&mut secret).map_err(|_| io::Error::other("the system gives no random numbers"))?;
    let path = hex(&secret);
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let url = format!("http://{}/{path}/", hosts[0]);
    let (puzzles, asked, heard) = (Mutex::default(), Mutex::default(), Notify::new());
    let site = Arc::new(Site { desk, language, path, hosts, puzzles, asked, heard });
    let router = Router::new().fallback(answered).with_state(Arc::clone(&site));
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    let task = tokio::spawn(async move {
        // A page that fails costs the person, who is told so by the browser, and never the run.
        let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
    });
    Ok(Page { url, site, stop: stop.drop_guard(), task })
}

#[derive(Debug)]
struct Site {
    desk: Arc<Desk>,
    language: Language,
    path: String,
    hosts: [String; 2],
    puzzles: Mutex<Puzzles>,
    /// When a page last asked how things stand.
    asked: Mutex<Option<Instant>>,
    /// A page has been told that the run is over.
    heard: Notify,
}

/// Puzzles that were shown and not answered yet.
#[derive(Debug, Default)]
struct Puzzles {
    next: u64,
    shown: HashMap<u64, Puzzle>,
}

type Reply = Result<Response<Body>, StatusCode>;

async fn answered(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let mut response = site.answer(request).await.unwrap_or_else(|status| {
        let mut empty = Response::new(Body::empty());
        *empty.status_mut() = status;
        empty
    });
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Site {
    async fn answer(&self, request: Request) -> Reply {
        let headers = request.headers();
        self.named(headers)?;
        let rest = self.below(request.uri().path()).ok_or(StatusCode::NOT_FOUND)?.to_owned();
        let method = request.method().clone();
        match (&method, rest.as_str()) {
            (&Method::GET, "") => Ok(with_type("text/html; charset=utf-8", self.page())),
            (&Method::GET, "page.css") => Ok(with_type("text/css; charset=utf-8", STYLE.to_owned())),
            (&Method::GET, "page.js") => Ok(with_type("text/javascript; charset=utf-8", SCRIPT.to_owned())),
            (&Method::GET, "state") => self.ours(headers).and_then(|()| json(&self.view())),
            (&Method::POST, "here" | "puzzle" | "solve" | "code" | "skip") => {
                self.ours(headers)?;
                is_json(headers)?;
                let body = to_bytes(request.into_body(), BODY_LIMIT).await;
                self.posted(&rest, &body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?).await
            }
            _ => Err(StatusCode::NOT_FOUND),
        }
    }

    async fn posted(&self, what: &str, body: &[u8]) -> Reply {
        match what {
            "puzzle" => json(&self.offer(read::<About>(body)?.ticket).await),
            "solve" => json(&self.solve(&read(body)?).await),
            "code" => json(&self.code(&read(body)?)),
            "skip" => json(&taken(self.desk.leave_out(read::<About>(body)?.ticket))),
            _ => {
                self.desk.seen(Kind::Puzzle);
                json(&Supplied::Taken)
            }
        }
    }

    /// A name that leads here from elsewhere is no name of ours: another page could have made it up.
    fn named(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let known = host.is_some_and(|host| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)));
        if known { Ok(()) } else { Err(StatusCode::MISDIRECTED_REQUEST) }
    }

    /// Only the page itself may ask: a browser says where a request comes from.
    fn ours(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
        let known = |origin: &str| self.hosts.iter().any(|host| origin == format!("http://{host}"));
        if site && text("origin").is_none_or(known) { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    /// What stands below the random path.
    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (first, rest) = path.strip_prefix('/')?.split_once('/')?;
        constant_time::verify_slices_are_equal(first.as_bytes(), self.path.as_bytes()).ok().map(|()| rest)
    }

    fn view(&self) -> View {
        let view = self.desk.view();
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if view.over {
            self.heard.notify_waiters();
        }
        view
    }

    fn looked_at(&self) -> bool {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.is_some_and(|asked| asked.elapsed() < LOOKED_AT)
    }

    fn page(&self) -> String {
        self.desk.seen(Kind::Puzzle);
        let language = match self.language {
            Language::English => "en",
            Language::Chinese => "zh",
        };
        PAGE.replace("{language}", language)
    }

    async fn offer(&self, ticket: u64) -> Offered {
        let Some(puzzles) = self.desk.puzzles(ticket) else { return Offered::Gone };
        let fetched = puzzles.fetch().await;
        self.desk.met_with(ticket, fetched.as_ref().err().cloned());
        match fetched {
            Err(trouble) => Offered::Refused { trouble },
            Ok(fetched) => {
                let picture = fetched.picture.clone();
                Offered::Puzzle { puzzle: self.puzzles().show(fetched), picture }
            }
        }
    }

    async fn solve(&self, placed: &Placed) -> Supplied {
        self.desk.seen(Kind::Puzzle);
        let Some(puzzles) = self.desk.puzzles(placed.ticket) else { return Supplied::Gone };
        // Right or wrong, a puzzle is answered once.
        let Some(puzzle) = self.puzzles().shown.remove(&placed.puzzle) else { return Supplied::Gone };
        match puzzles.verify(&puzzle, placed.x).await {
            Ok(token) => taken(self.desk.give(placed.ticket, token)),
            Err(trouble) => {
                self.desk.met_with(placed.ticket, Some(trouble.clone()));
                Supplied::Refused { trouble }
            }
        }
    }

    fn code(&self, given: &Code) -> Supplied {
        self.desk.seen(Kind::Code);
        match code_form(&given.code) {
            Some(code) => taken(self.desk.give(given.ticket, code)),
            None => Supplied::Form,
        }
    }

    fn puzzles(&self) -> MutexGuard<'_, Puzzles> {
        self.puzzles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Puzzles {
    fn show(&mut self, puzzle: Puzzle) -> u64 {
        self.next += 1;
        let oldest = self.next.saturating_sub(KEPT as u64);
        self.shown.retain(|id, _| *id > oldest);
        self.shown.insert(self.next, puzzle);
        self.next
    }
}

fn taken(taken: bool) -> Supplied {
    if taken { Supplied::Taken } else { Supplied::Gone }
}

/// A form of another page cannot send this type without asking first, and is not answered when it asks.
fn is_json(headers: &HeaderMap) -> Result<(), StatusCode> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    if media == Some("application/json") { Ok(()) } else { Err(StatusCode::UNSUPPORTED_MEDIA_TYPE) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, StatusCode> {
    serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)
}

fn json(value: &impl Serialize) -> Reply {
    let text = serde_json::to_string(value).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(with_type("application/json", text))
}

fn with_type(media: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
