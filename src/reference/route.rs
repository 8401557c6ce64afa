//! From HTTP to the steps of a deployment and back.
//!
//! In: an HTTP request. Out: the response, with what it changed in the world. Never: judges or words anything itself.

mod puzzle;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, Uri};
use axum::routing::{get, post};
use serde_json::json;

use super::answer::{Answer, Content};
use super::ask::{Ask, Language};
use super::conduct::{Conduct, Quirk};
use super::document::{Document, documents};
use super::fault::Breach;
use super::hearing::Hearing;
use super::login::Login;
use super::refusal::{Reason, Refusal};
use super::world::{Accounts, World};
use super::{Config, Fault, Product, id_token};

/// No request is larger by far.
const BODY_LIMIT: usize = 1 << 20;

/// Where the key set stands.
pub(super) const KEYS: &str = "/api/v1/oauth2/keys";

/// One deployment: what it does, and what it remembers.
struct Site {
    product: Product,
    conduct: Conduct,
    faults: Vec<Fault>,
    world: Mutex<World>,
}

/// All routes of a deployment.
pub(super) fn router(config: &Config) -> Router {
    let site = Arc::new(Site {
        product: config.product,
        conduct: Conduct::of(config),
        faults: config.faults.clone(),
        world: Mutex::new(World::default()),
    });
    let mut router = Router::new();
    for document in documents(config.product) {
        let handler = move |State(site): State<Arc<Site>>, request: Request| async move {
            site.documented(document, request).await
        };
        router = router.route(document.path, post(handler));
    }
    if config.product == Product::Eiam {
        router = router.route(KEYS, get(async |State(site): State<Arc<Site>>| site.keys()));
    }
    router
        .route(puzzle::OFFER, get(async |State(site): State<Arc<Site>>, headers: HeaderMap| site.offer(&headers)))
        .route(puzzle::VERIFY, post(async |State(site): State<Arc<Site>>, request: Request| site.verify(request).await))
        .route("/_reference/puzzle", get(async |State(site): State<Arc<Site>>| site.last_puzzle()))
        .route("/_reference/captcha", get(async |State(site): State<Arc<Site>>, uri: Uri| site.captcha(&uri)))
        .route("/_reference/code", get(async |State(site): State<Arc<Site>>, uri: Uri| site.code(&uri)))
        .with_state(site)
}

impl Site {
    async fn documented(&self, document: &'static Document, request: Request) -> Response<Body> {
        if !self.conduct.delay.is_zero() {
            tokio::time::sleep(self.conduct.delay).await;
        }
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
            return Answer::empty(413).write(&self.conduct, false);
        };
        let ask = Ask::read(document, head.headers, &body);
        let deaf = self.breaches().find_map(|breach| breach.deaf(document));
        let answer = deaf.unwrap_or_else(|| self.heard(&ask));
        answer.write(&self.conduct, ask.accepts_gzip())
    }

    fn heard(&self, ask: &Ask) -> Answer {
        let breaches: Vec<&Breach> = self.breaches().collect();
        let hearing = Hearing { ask, conduct: &self.conduct, breaches: &breaches, now: Instant::now() };
        let settled = hearing.settle(&mut self.world());
        match settled {
            Err(reason) => self.refused(ask, reason),
            Ok(()) if ask.document.sends() => self.sent(ask),
            Ok(()) => self.logged_in(ask),
        }
    }

    fn refused(&self, ask: &Ask, reason: Reason) -> Answer {
        if reason == Reason::MediaType && !self.conduct.has(Quirk::MediaTypeAnsweredInJson) {
            return Answer::empty(415);
        }
        let language = self.language(ask);
        let refusal = Refusal::of(ask.document, reason, &self.conduct);
        let mut answer = refusal.answer(language, &self.conduct);
        for breach in self.breaches() {
            breach.refused(ask.document, &refusal, language, &mut answer);
            if ask.language().is_none() {
                breach.unasked(ask.document, &mut answer);
            }
        }
        answer
    }

    fn sent(&self, ask: &Ask) -> Answer {
        let mut answer = Answer::empty(200);
        if self.conduct.has(Quirk::SentEmptyObject) {
            answer.content = Content::Json(json!({}));
        } else if self.conduct.has(Quirk::SentWhiteSpace) {
            answer.content = Content::Text(" \r\n".to_owned());
        } else if self.conduct.has(Quirk::SentJsonTypeWithoutBody) {
            answer.media = Some("application/json");
        }
        for breach in self.breaches() {
            breach.sent(ask.document, &ask.text("type").unwrap_or_default(), &mut answer);
        }
        answer
    }

    fn logged_in(&self, ask: &Ask) -> Answer {
        let mobile = ask.text("mobile");
        let due = Accounts::ending(mobile.as_deref());
        let login = Login {
            mobile: mobile.as_deref().unwrap_or_default(),
            language: self.language(ask),
            conduct: &self.conduct,
            forgery: self.breaches().find_map(Breach::forgery),
        };
        let ending = self.breaches().fold(due, |ending, breach| breach.ending(ending));
        let mut answer = Answer::json(200, login.members(ending).into());
        for breach in self.breaches() {
            breach.logged_in(due, &mut answer, |member| login.member(ending, member));
        }
        answer
    }

    fn keys(&self) -> Response<Body> {
        Answer::json(200, id_token::key_set(&self.conduct)).write(&self.conduct, false)
    }

    /// A pass token, as if a person had solved the puzzle.
    fn captcha(&self, uri: &Uri) -> Response<Body> {
        let answer = match parameter(uri, "to") {
            Some(recipient) if !recipient.is_empty() => {
                let now = Instant::now();
                let mut world = self.world();
                world.captcha.forget(now);
                let token = world.captcha.issue(&recipient, &self.conduct.captchas, now);
                Answer::json(200, json!({"captcha_token": token}))
            }
            Some(_) | None => Answer::json(400, json!({"error": "`to` names nobody"})),
        };
        support(answer)
    }

    /// The code last sent to somebody for a scene.
    fn code(&self, uri: &Uri) -> Response<Body> {
        let (to, scene) = (parameter(uri, "to"), parameter(uri, "scene"));
        let world = self.world();
        let code = to.zip(scene).and_then(|(to, scene)| world.codes.last(&to, &scene));
        support(match code {
            Some(code) => Answer::json(200, json!({"code": code})),
            None => Answer::json(404, json!({"error": "no such code was sent"})),
        })
    }

    fn language(&self, ask: &Ask) -> Language {
        ask.language().unwrap_or(self.conduct.language)
    }

    fn breaches(&self) -> impl Iterator<Item = &Breach> {
        self.faults.iter().map(Fault::breach)
    }

    /// A panic elsewhere leaves the world as it is.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Support routes are no part of the product: they are not bent by its variants.
fn support(answer: Answer) -> Response<Body> {
    answer.write(&Conduct::faithful(), false)
}

/// A parameter of the query, percent-decoded.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(found, _)| *found == name).map(|(_, value)| decoded(value))
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.first_chunk::<2>().filter(|_| *first == b'%').and_then(|pair| hex(*pair));
        bytes.push(escape.unwrap_or(*first));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(pair: [u8; 2]) -> Option<u8> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percent_escapes_are_decoded_and_all_else_is_left_alone() {
        assert_eq!(decoded("qa%40example.com"), "qa@example.com");
        assert_eq!(decoded("%2B86-15200000000"), "+86-15200000000");
        assert_eq!(decoded("+86 100%"), "+86 100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }
}
