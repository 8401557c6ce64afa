//! Id tokens and state tokens.
//!
//! In: the conduct, the account, the moment, and the forgery to commit, if any. Out: compact JWTs, and the key set that
//! verifies the id token. Never: reads one.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::conduct::{Algorithm, Conduct, Quirk};
use super::{key, random};

/// What can be wrong with an id token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    NotJwt,
    WithoutSignature,
    AlgNone,
    HmacByPublicKey,
    ClaimsAltered,
    SignatureAltered,
    ClaimsNotJson,
    UnknownKey,
    Expired,
    NotYetValid,
    LivesTooLong,
    WithoutExpiry,
    ExpiryAsText,
    ExpiresBeforeIssued,
    OtherIssuer,
    OtherAudience,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// An id token for the account of `mobile`.
pub(super) fn mint(conduct: &Conduct, mobile: &str, forgery: Option<Forgery>) -> String {
    let mut header = header(conduct);
    let mut claims = claims(conduct, mobile, seconds_now());
    if let Some(forgery) = forgery {
        bend(&mut header, &mut claims, forgery);
    }
    let payload = if forgery == Some(Forgery::ClaimsNotJson) { "user=1".to_owned() } else { json_text(&claims) };
    let signed = format!("{}.{}", encode(json_text(&header)), encode(payload));
    sealed(conduct.id_tokens.algorithm, &signed, forgery)
}

fn header(conduct: &Conduct) -> Map<String, Value> {
    let mut header = members([("kid", json!(key::KEY_ID)), ("alg", json!(conduct.id_tokens.algorithm.name()))]);
    if conduct.has(Quirk::TokenHeaderWithType) {
        header.insert("typ".to_owned(), json!("JWT"));
    }
    header
}

/// Claims as in the documents' sample, or flat ones.
fn claims(conduct: &Conduct, mobile: &str, now: u64) -> Map<String, Value> {
    let settings = &conduct.id_tokens;
    let audience =
        if conduct.has(Quirk::ClaimsAudienceList) { json!([settings.audience]) } else { json!(settings.audience) };
    let mut claims = members([
        ("iss", json!(settings.issuer)),
        ("aud", audience),
        ("exp", json!(now + settings.lifetime.as_secs())),
        ("jti", json!(random::alphanumeric(22))),
        ("iat", json!(now)),
        ("nbf", json!(now - 2 * MINUTE)),
        ("sub", json!("subject")),
    ]);
    let user = members([
        ("name", json!("")),
        ("mobile", json!(format!("+86-{mobile}"))),
        ("id", json!(user_id(mobile))),
        ("userName", json!(mobile)),
    ]);
    if conduct.has(Quirk::ClaimsFlat) {
        claims.insert("sub".to_owned(), json!(user_id(mobile)));
        claims.extend(user);
    } else {
        claims.insert("api".to_owned(), json!(json_text(&user)));
    }
    claims
}

/// Changes header or claims before they are signed.
fn bend(header: &mut Map<String, Value>, claims: &mut Map<String, Value>, forgery: Forgery) {
    let now = seconds_now();
    let mut claim = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    match forgery {
        Forgery::AlgNone => {
            header.shift_remove("kid");
            header.insert("alg".to_owned(), json!("none"));
        }
        Forgery::HmacByPublicKey => {
            header.insert("alg".to_owned(), json!("HS256"));
        }
        Forgery::UnknownKey => {
            header.insert("kid".to_owned(), json!("k9"));
        }
        Forgery::Expired => {
            claim("iat", json!(now - 3 * HOUR));
            claim("nbf", json!(now - 3 * HOUR));
            claim("exp", json!(now - HOUR));
        }
        Forgery::NotYetValid => claim("nbf", json!(now + HOUR)),
        Forgery::LivesTooLong => claim("exp", json!(now + 24 * HOUR)),
        Forgery::WithoutExpiry => {
            claims.shift_remove("exp");
        }
        Forgery::ExpiryAsText => claim("exp", json!((now + HOUR).to_string())),
        Forgery::ExpiresBeforeIssued => {
            claim("iat", json!(now + HOUR));
            claim("exp", json!(now + HOUR / 2));
        }
        Forgery::OtherIssuer => claim("iss", json!("https://issuer.invalid")),
        Forgery::OtherAudience => claim("aud", json!("somebody-else")),
        Forgery::NotJwt
        | Forgery::WithoutSignature
        | Forgery::ClaimsAltered
        | Forgery::SignatureAltered
        | Forgery::ClaimsNotJson => {}
    }
}

/// Header and claims with their signature behind, or with what the forgery puts there.
fn sealed(algorithm: Algorithm, signed: &str, forgery: Option<Forgery>) -> String {
    let mut signature = key::sign(algorithm, signed.as_bytes());
    match forgery {
        Some(Forgery::NotJwt) => random::alphanumeric(32),
        Some(Forgery::WithoutSignature) => signed.to_owned(),
        Some(Forgery::AlgNone) => format!("{signed}."),
        Some(Forgery::HmacByPublicKey) => format!("{signed}.{}", encode(hmac_sha256(key::public_der(), signed))),
        Some(Forgery::ClaimsAltered) => format!("{}.{}", other_subject(signed), encode(signature)),
        Some(Forgery::SignatureAltered) => {
            signature[128] ^= 0x55;
            format!("{signed}.{}", encode(signature))
        }
        _ => format!("{signed}.{}", encode(signature)),
    }
}

/// The same claims, but of somebody else.
fn other_subject(signed: &str) -> String {
    let (header, payload) = signed.split_once('.').unwrap_or((signed, ""));
    let claims = URL_SAFE_NO_PAD.decode(payload).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut claims: Map<String, Value> = claims.unwrap_or_default();
    claims.insert("sub".to_owned(), json!("administrator"));
    format!("{header}.{}", encode(json_text(&claims)))
}

/// The token that carries a login on to its second factor: opaque to everybody but us.
pub(super) fn state_token(mobile: &str) -> String {
    let now = seconds_now();
    let subject = json!({"state": "MFA_AUTH", "userId": user_id(mobile)}).to_string();
    let claims = members([
        ("subject", json!(subject)),
        ("id", json!(user_id(mobile))),
        ("exp", json!(now + 10 * MINUTE)),
        ("iat", json!(now)),
    ]);
    let header = encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", encode(json_text(&claims)));
    let signature = hmac_sha256(&random::bytes::<32>(), &signed);
    format!("{signed}.{}", encode(signature))
}

/// The key set that verifies the id tokens.
pub(super) fn key_set(conduct: &Conduct) -> Value {
    let current = key::jwk(conduct.id_tokens.algorithm);
    if !conduct.has(Quirk::KeysOfTwoGenerations) {
        return json!({"keys": [current]});
    }
    let mut former = current.clone();
    former["kid"] = json!("k0");
    let mut modulus = random::bytes::<256>();
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    former["n"] = json!(URL_SAFE_NO_PAD.encode(modulus));
    json!({"keys": [former, current]})
}

fn user_id(mobile: &str) -> String {
    format!("20220425140138519-BF1B-{mobile}")
}

fn hmac_sha256(secret: &[u8], message: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn json_text(members: &Map<String, Value>) -> String {
    Value::Object(members.clone()).to_string()
}

fn encode(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}
