//! The captcha endpoints: a puzzle is offered, and a point that fits it earns a pass token.
//!
//! In: HTTP requests. Out: the puzzle with its fifteen members; a pass token bound to its recipient, or a refusal. Never:
//! what a document promises: none of the five describes these endpoints.

use std::time::Instant;

use aws_lc_rs::cipher::{AES_128, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{BODY_LIMIT, Site, support};
use crate::reference::answer::Answer;
use crate::reference::ask::{Ask, Language, Presence};
use crate::reference::conduct::Quirk;
use crate::reference::document::documents;
use crate::reference::refusal::{Reason, Refusal};
use crate::reference::world::{CLIENT_ID, Challenge};
use crate::reference::{Product, puzzle, random};

/// Where puzzles come from, and where they are solved.
pub(super) const OFFER: &str = "/api/v2/sdk/captcha";
pub(super) const VERIFY: &str = "/api/v2/sdk/captcha/verify";

/// The characters of a key: those of AES-128.
const KEY: usize = 16;

/// What is sent to have a puzzle verified.
struct Solution {
    point: String,
    token: String,
    sender: String,
}

impl Site {
    /// A new puzzle.
    pub(super) fn offer(&self, headers: &HeaderMap) -> Response<Body> {
        let answer = self.stranger(headers).unwrap_or_else(|| {
            let drawn = puzzle::draw(u64::from_be_bytes(random::bytes()));
            let token = random::hex32();
            let key = self.conduct.has(Quirk::PuzzleWithKey).then(|| random::alphanumeric(KEY));
            let answer = Answer::json(200, members(&drawn, &token, key.as_deref()));
            let challenge = Challenge { gap: drawn.gap, key, offered: Instant::now() };
            self.world().challenges.offer(token, challenge);
            answer
        });
        answer.write(&self.conduct, false)
    }

    /// A pass token for a point that fits.
    pub(super) async fn verify(&self, request: Request) -> Response<Body> {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
        let answer = self.stranger(&head.headers).unwrap_or_else(|| {
            match Solution::read(&body).and_then(|solution| self.pass(solution)) {
                Some(token) => Answer::json(200, json!({"captcha_token": token})),
                None => self.wrong(&head.headers),
            }
        });
        answer.write(&self.conduct, false)
    }

    /// Where the hole of the last puzzle is.
    pub(super) fn last_puzzle(&self) -> Response<Body> {
        support(match self.world().challenges.last() {
            Some(gap) => Answer::json(200, json!({"x": gap})),
            None => Answer::json(404, json!({"error": "no puzzle was offered"})),
        })
    }

    fn pass(&self, solution: Solution) -> Option<String> {
        let now = Instant::now();
        let mut world = self.world();
        let challenge = world.challenges.take(&solution.token, now)?;
        let point = match &challenge.key {
            Some(key) => decrypted(&solution.point, key)?,
            None => solution.point,
        };
        let place: Value = serde_json::from_str(&point).ok()?;
        let fits = challenge.fits(place["x"].as_f64()?, place["y"].as_f64()?);
        world.captcha.forget(now);
        fits.then(|| world.captcha.pass(solution.token, &point, &solution.sender, &self.conduct.captchas, now))
    }

    /// What is said to an application that is not known.
    fn stranger(&self, headers: &HeaderMap) -> Option<Answer> {
        let document = documents(self.product).first()?;
        let ask = Ask::read(document, headers.clone(), b"");
        let reason = match ask.header("X-client-id") {
            Presence::Given(id) if id == CLIENT_ID => return None,
            Presence::Given(_) => Reason::UnknownClient,
            Presence::Missing | Presence::Blank | Presence::Unreadable => Reason::Absent("X-client-id"),
        };
        Some(Refusal::of(document, reason, &self.conduct).answer(self.language(&ask), &self.conduct))
    }

    fn wrong(&self, headers: &HeaderMap) -> Answer {
        let code = match self.product {
            Product::Eiam => "SDK.CAPTCHA.1002",
            Product::Ciam => "IDAAS.SDK.CAPTCHA.0002",
        };
        let language = match headers.get("X-L").map(axum::http::HeaderValue::as_bytes) {
            Some(b"zh") => Language::Zh,
            Some(b"en") => Language::En,
            Some(_) | None => self.conduct.language,
        };
        let text = match language {
            Language::En => "Graphic verification code verification failed",
            Language::Zh => "图形验证码校验失败",
        };
        Answer::json(400, json!({"error_code": code, "error_msg": text}))
    }
}

impl Solution {
    fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self { point: text("point_json")?, token: text("token")?, sender: text("sender")? })
    }
}

/// The fifteen members, most of them empty, as sliders of this kind answer.
fn members(drawn: &puzzle::Puzzle, token: &str, key: Option<&str>) -> Value {
    json!({
        "captchaId": null,
        "projectCode": null,
        "captchaType": "blockPuzzle",
        "captchaOriginalPath": null,
        "captchaFontType": null,
        "captchaFontSize": null,
        "secretKey": key,
        "originalImageBase64": STANDARD.encode(&drawn.scene),
        "point": null,
        "jigsawImageBase64": STANDARD.encode(&drawn.piece),
        "wordList": null,
        "pointList": null,
        "pointJson": null,
        "token": token,
        "result": false,
    })
}

/// Base64 over AES-ECB with PKCS#7 padding.
fn decrypted(point: &str, key: &str) -> Option<String> {
    let mut bytes = STANDARD.decode(point).ok()?;
    let key = UnboundCipherKey::new(&AES_128, key.as_bytes()).ok()?;
    let key = PaddedBlockDecryptingKey::ecb_pkcs7(key).ok()?;
    let plain = key.decrypt(&mut bytes, DecryptionContext::None).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}
