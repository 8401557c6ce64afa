//! The tenant's own puzzle: fetched, shown to a person, verified by the tenant.
//!
//! In: a client and the headers of a trial's document, a recipient; where a person put the piece. Out: the pictures; a pass
//! token bound to the recipient. Never: looks for the place itself, hands a token or key to the page.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, PaddedBlockEncryptingKey, UnboundCipherKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exchange::{Answer, Body, Client, Prepared};
use crate::redact::{Kind, Redactor};
use crate::text::{shorten, visible};

/// Where a tenant offers its puzzle and has it verified: observed, no document of the five names them.
const OFFER: &str = "/api/v2/sdk/captcha";
const VERIFY: &str = "/api/v2/sdk/captcha/verify";
/// The height at which a piece that slides in its row always stands.
const HEIGHT: f64 = 5.0;
/// The characters of what a deployment said that are shown.
const LONGEST: usize = 200;

/// The puzzles of one tenant for one recipient.
pub struct Puzzles {
    client: Arc<Client>,
    redactor: Arc<Redactor>,
    url: String,
    headers: Vec<(String, String)>,
    sender: String,
}

impl fmt::Debug for Puzzles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Puzzles")
    }
}

/// One puzzle, with what must not be seen.
pub struct Puzzle {
    token: String,
    key: Option<String>,
    /// What a person sees.
    pub picture: Picture,
}

impl fmt::Debug for Puzzle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Puzzle")
    }
}

/// The pictures of a puzzle, base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// The scene with the hole.
    pub scene: String,
    /// The piece, as high as the scene.
    pub piece: String,
}

/// What a person met with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Trouble {
    /// The deployment refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its error code, where it gave one.
        code: String,
    },
    /// The deployment refused the place where a person put the piece, for that or for what came with it.
    Misplaced {
        /// Its error code, where it gave one.
        code: String,
    },
    /// There was no answer.
    Silent {
        /// Why, in one line.
        text: String,
    },
    /// The answer is not what a puzzle or a pass is.
    Unreadable {
        /// What is missing in it.
        text: String,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, code } => write!(f, "{}", format!("HTTP {status} {code}").trim_end()),
            Self::Misplaced { code } => write!(f, "{}", format!("HTTP 400 {code}").trim_end()),
            Self::Silent { text } | Self::Unreadable { text } => f.write_str(text),
        }
    }
}

impl Puzzles {
    /// Puzzles of the deployment at `url`, asked for with `headers`, for `sender`: a number or an address.
    #[must_use]
    pub fn new(
        client: Arc<Client>,
        redactor: Arc<Redactor>,
        url: &str,
        mut headers: Vec<(String, String)>,
        sender: &str,
    ) -> Self {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        Self { client, redactor, url: url.to_owned(), headers, sender: sender.to_owned() }
    }

    /// A new puzzle of the tenant.
    ///
    /// # Errors
    /// It refused, did not answer, or answered something else.
    pub async fn fetch(&self) -> Result<Puzzle, Trouble> {
        let answer = self.exchange("GET", OFFER, self.headers.clone(), String::new()).await?;
        let value = object(&answer)?;
        let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let wanted = |name: &str| text(name).ok_or_else(|| unreadable(&format!("the puzzle has no `{name}`")));
        let picture = |name: &str| wanted(name).and_then(|text| base64(&text, name));
        let puzzle = Puzzle {
            token: wanted("token")?,
            key: text("secretKey"),
            picture: Picture { scene: picture("originalImageBase64")?, piece: picture("jigsawImageBase64")? },
        };
        self.redactor.register(Kind::CaptchaToken, &puzzle.token);
        puzzle.key.iter().for_each(|key| self.redactor.register(Kind::Token, key));
        Ok(puzzle)
    }

    /// Has the tenant verify where a person put the piece, in pixels of the scene from the left; the pass token.
    ///
    /// # Errors
    /// It refused, did not answer, or answered something else.
    pub async fn verify(&self, puzzle: &Puzzle, x: f64) -> Result<String, Trouble> {
        let point = puzzle.point(x)?;
        let body = serde_json::json!({"point_json": point, "token": puzzle.token, "sender": self.sender});
        let mut headers = self.headers.clone();
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        let answer = self.exchange("POST", VERIFY, headers, body.to_string()).await.map_err(misplaced)?;
        let token = object(&answer)?["captcha_token"].as_str().unwrap_or_default().to_owned();
        if token.trim().is_empty() {
            return Err(unreadable("the answer has no `captcha_token`"));
        }
        self.redactor.register(Kind::CaptchaToken, &token);
        Ok(token)
    }

    async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: Vec<(String, String)>,
        body: String,
    ) -> Result<Answer, Trouble> {
        let url = format!("{}{path}", self.url);
        let request = Prepared { method: method.to_owned(), url, headers, body: Body::Raw(body) };
        let exchange = self.client.ask(request).await;
        let silent = |text: &str| Trouble::Silent { text: self.shown(text) };
        let answer = exchange.result.map_err(|failure| silent(failure.text()))?;
        match answer.status {
            200 => Ok(answer),
            status => {
                let code = answer.error_code().unwrap_or_default();
                Err(Trouble::Refused { status, code: self.shown(&code) })
            }
        }
    }

    fn shown(&self, text: &str) -> String {
        shorten(&visible(&self.redactor.text(text)), LONGEST)
    }
}

impl Puzzle {
    /// The point as the tenant reads it: JSON, encrypted where the puzzle has a key.
    fn point(&self, x: f64) -> Result<String, Trouble> {
        let plain = format!("{{\"x\":{x:.1},\"y\":{HEIGHT:.1}}}");
        match &self.key {
            None => Ok(plain),
            Some(key) => {
                encrypted(&plain, key).ok_or_else(|| unreadable("the puzzle has a `secretKey` that is no key of AES"))
            }
        }
    }
}

/// Base64 over AES-ECB with PKCS#7 padding, as sliders of this kind want it; what it protects lives two minutes.
fn encrypted(plain: &str, key: &str) -> Option<String> {
    let algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return None,
    };
    let key = UnboundCipherKey::new(algorithm, key.as_bytes()).ok()?;
    let key = PaddedBlockEncryptingKey::ecb_pkcs7(key).ok()?;
    let mut bytes = plain.as_bytes().to_vec();
    key.encrypt(&mut bytes).ok()?;
    Some(STANDARD.encode(bytes))
}

fn object(answer: &Answer) -> Result<Value, Trouble> {
    let value = serde_json::from_slice(&answer.body).ok().filter(Value::is_object);
    value.ok_or_else(|| unreadable("the answer is no JSON object"))
}

/// Whoever refuses a place does so with the status of every refusal.
fn misplaced(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Refused { status: 400, code } => Trouble::Misplaced { code },
        Trouble::Refused { .. } | Trouble::Misplaced { .. } | Trouble::Silent { .. } | Trouble::Unreadable { .. } => {
            trouble
        }
    }
}

/// Only base64 goes on to the page.
fn base64(text: &str, name: &str) -> Result<String, Trouble> {
    let compact: String = text.split_whitespace().collect();
    let body = compact.rsplit_once("base64,").map_or(compact.as_str(), |(_, body)| body);
    match STANDARD.decode(body) {
        Ok(bytes) if !bytes.is_empty() => Ok(body.to_owned()),
        Ok(_) | Err(_) => Err(unreadable(&format!("`{name}` is no picture in base64"))),
    }
}

fn unreadable(text: &str) -> Trouble {
    Trouble::Unreadable { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Picture, Puzzle, base64, encrypted};

    fn puzzle(key: Option<&str>) -> Puzzle {
        let picture = Picture { scene: String::new(), piece: String::new() };
        Puzzle { token: "t".into(), key: key.map(ToOwned::to_owned), picture }
    }

    #[test]
    fn a_point_is_written_as_the_documents_print_it() {
        assert_eq!(puzzle(None).point(237.04).expect("plain"), r#"{"x":237.0,"y":5.0}"#);
        assert!(puzzle(Some("short")).point(237.0).is_err());
    }

    /// `printf '{"x":237.0,"y":5.0}' | openssl enc -aes-128-ecb -K 30313233343536373839616263646566 -base64`
    #[test]
    fn under_a_key_it_is_what_openssl_makes_of_it() {
        let known = "O8Actl/rjsRL25OE29FX+3atiN2MtAG7P78IPQN/vHM=";
        assert_eq!(encrypted(r#"{"x":237.0,"y":5.0}"#, "0123456789abcdef").as_deref(), Some(known));
    }

    #[test]
    fn a_picture_is_base64_with_or_without_its_prefix() {
        assert_eq!(base64("data:image/png;base64,AAEC", "p").expect("base64"), "AAEC");
        assert_eq!(base64("AA\nEC", "p").expect("base64"), "AAEC");
        assert!(base64("\"><script>", "p").is_err() && base64("", "p").is_err());
    }
}
