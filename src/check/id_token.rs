//! The `id_token` of a login: "a JWT, … valid for 2 hours by default, configurable" (eiam/mobile-login).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::finding::Finding;
use super::{Context, Examined, KeySet};
use crate::target::IdToken;

/// Signatures that the vendor documents: RS256 in every sample, RS384 and RS512 configurable.
const ALGORITHMS: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::RS256), ("RS384", Algorithm::RS384), ("RS512", Algorithm::RS512)];
/// The document's default lifetime: 2 hours.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);
/// How far a lifetime may be over, in seconds: clocks that issue and expire are read one after the other.
const LIFETIME_MARGIN: i64 = 60;
/// How far the clock that issues may be from the one that judges, in seconds.
const LEEWAY: i64 = 60;

/// A token taken apart.
struct Jwt<'a> {
    signed: &'a str,
    signature: &'a str,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

/// Takes a token apart and looks at its form, signature, times and parties.
pub(super) fn examine(context: Context<'_>, token: &str, date: Option<&str>, examined: &mut Examined) {
    let findings = &mut examined.findings;
    let jwt = match parse(token) {
        Ok(jwt) => jwt,
        Err(what) => {
            findings.push(Finding::fail("id_token", "a JWT", "no JWT", what).kind("not a JWT"));
            return;
        }
    };
    findings.push(Finding::pass("id_token", "a JWT", "a JWT"));
    findings.push(match algorithm(&jwt) {
        Ok(algorithm) => signature(&jwt, algorithm, context.keys),
        Err(finding) => *finding,
    });
    findings.extend(registered(&jwt));
    findings.extend(without_user(&jwt));
    let clock = Clock::new(date, context.now);
    times(&jwt, clock, findings);
    lifetime(&jwt, clock, context.terms.id_token, findings);
    parties(&jwt, context.terms.id_token, findings);
}

/// The time by which a token is judged, in seconds since 1970, and how exact it is.
#[derive(Clone, Copy)]
struct Clock {
    now: i64,
    leeway: i64,
}

impl Clock {
    fn new(date: Option<&str>, now: Timestamp) -> Self {
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        match date {
            Some(date) => Self { now: date.timestamp().as_second(), leeway: 0 },
            None => Self { now: now.as_second(), leeway: LEEWAY },
        }
    }
}

fn parse(token: &str) -> Result<Jwt<'_>, String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(format!("it has {} parts instead of three", parts.len()));
    };
    Ok(Jwt {
        signed: &token[..header.len() + 1 + claims.len()],
        signature,
        header: object(header).ok_or("its header is no base64url JSON object")?,
        claims: object(claims).ok_or("its claims are no base64url JSON object")?,
    })
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Claims whose kind the standard of JSON Web Tokens fixes: texts, and a text or a list of them for `aud`.
fn registered(jwt: &Jwt<'_>) -> Option<Finding> {
    let is_text = |value: &Value| value.is_string() || value.is_null();
    let texts = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    let off =
        |name: &&&str| jwt.claims.get(**name).is_some_and(|value| !(is_text(value) || **name == "aud" && texts(value)));
    let names = ["iss", "sub", "aud", "jti"];
    let wrong: Vec<&str> = names.iter().filter(off).copied().collect();
    let first = wrong.first()?;
    let text = format!("its claim `{}` is not what a JWT holds there", wrong.join("`, `"));
    let actual = jwt.claims.get(*first).map(ToString::to_string).unwrap_or_default();
    Some(Finding::fail("id_token_claims", "a text", actual, text).kind("other shape"))
}

/// "containing user information and application scope information": in a claim `api`, or in claims of its own.
fn without_user(jwt: &Jwt<'_>) -> Option<Finding> {
    const BARE: [&str; 7] = ["iss", "aud", "exp", "iat", "nbf", "jti", "typ"];
    let some = jwt.claims.iter().any(|(name, value)| !BARE.contains(&name.as_str()) && !value.is_null());
    let text = "it names no user: it holds none but the claims of its own validity";
    (!some).then(|| Finding::warn("id_token_claims", "user information", "none", text).kind("no user information"))
}

/// The algorithm by our list, never by the token's word alone.
fn algorithm(jwt: &Jwt<'_>) -> Result<Algorithm, Box<Finding>> {
    let names = ALGORITHMS.map(|(name, _)| name).join(", ");
    let alg = jwt.header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if let Some((_, algorithm)) = ALGORITHMS.iter().find(|(name, _)| *name == alg) {
        return Ok(*algorithm);
    }
    let text = match alg {
        "" => "its header names no algorithm".to_owned(),
        "none" => "it is not signed (`alg` is `none`)".to_owned(),
        other => format!("`alg` is `{other}`, which the vendor does not sign with"),
    };
    Err(Box::new(Finding::fail("id_token_algorithm", names, alg, text).kind("other algorithm")))
}

fn signature(jwt: &Jwt<'_>, algorithm: Algorithm, keys: &KeySet) -> Finding {
    const NAME: &str = "id_token_signature";
    const EXPECTED: &str = "signed by a published key";
    if jwt.signature.is_empty() {
        return Finding::fail(NAME, EXPECTED, "no signature", "it carries no signature").kind("not signed");
    }
    let set = match keys {
        KeySet::Keys(set) => set,
        KeySet::Absent => {
            let text = "the target file names no `id_token.jwks`, so the signature was not checked";
            return Finding::warn(NAME, EXPECTED, "not checked", text).kind("not checked");
        }
        KeySet::Unavailable(why) => {
            let text = format!("the keys could not be had ({why}), so the signature was not checked");
            return Finding::warn(NAME, EXPECTED, "not checked", text).kind("not checked");
        }
    };
    let kid = jwt.header.get("kid").and_then(Value::as_str);
    let candidates = candidates(set, kid);
    if candidates.is_empty() {
        let named = kid.unwrap_or_default();
        let text = format!("no published key has the id `{named}`");
        return Finding::fail(NAME, EXPECTED, format!("`kid` `{named}`"), text).kind("unknown key");
    }
    let verified = candidates.iter().filter_map(|key| DecodingKey::from_jwk(key).ok()).any(|key| {
        jsonwebtoken::crypto::verify(jwt.signature, jwt.signed.as_bytes(), &key, algorithm).unwrap_or(false)
    });
    if verified {
        return Finding::pass(NAME, EXPECTED, EXPECTED);
    }
    Finding::fail(NAME, EXPECTED, "another signature", "no published key verifies its signature")
        .kind("wrong signature")
}

/// The keys with the token's id; all of them where it names none.
fn candidates<'a>(set: &'a JwkSet, kid: Option<&str>) -> Vec<&'a Jwk> {
    match kid {
        Some(kid) => set.keys.iter().filter(|key| key.common.key_id.as_deref() == Some(kid)).collect(),
        None => set.keys.iter().collect(),
    }
}

/// A time claim in whole seconds; `Err` where it is there and no number.
fn claim(jwt: &Jwt<'_>, name: &str) -> Result<Option<i64>, Box<Finding>> {
    let value = match jwt.claims.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 saturates, and is then judged as such")]
    value.as_f64().map(|seconds| Some(seconds as i64)).ok_or_else(|| {
        let text = format!("its claim `{name}` is no number");
        Box::new(Finding::fail("id_token_times", "seconds since 1970", value.to_string(), text).kind("other shape"))
    })
}

fn times(jwt: &Jwt<'_>, clock: Clock, findings: &mut Vec<Finding>) {
    const NAME: &str = "id_token_times";
    let before = findings.len();
    let mut read = |name| {
        claim(jwt, name).unwrap_or_else(|finding| {
            findings.push(*finding);
            None
        })
    };
    let (exp, iat, nbf) = (read("exp"), read("iat"), read("nbf"));
    let Clock { now, leeway } = clock;
    if exp.is_none() && findings.len() == before {
        let text = "it never expires: it has no claim `exp`";
        findings.push(Finding::fail(NAME, "a claim `exp`", "none", text).kind("no expiry"));
    }
    if let Some(exp) = exp.filter(|exp| *exp + leeway < now) {
        let text = format!("it was expired {} s before it came", now - exp);
        findings.push(Finding::fail(NAME, "an `exp` in the future", format!("{exp}"), text).kind("expired"));
    }
    for (name, time) in [("iat", iat), ("nbf", nbf)] {
        if let Some(time) = time.filter(|time| *time > now + LEEWAY) {
            let text = format!("its `{name}` lies {} s in the future", time - now);
            findings.push(
                Finding::fail(NAME, format!("an `{name}` in the past"), format!("{time}"), text).kind("not yet valid"),
            );
        }
    }
    if let (Some(exp), Some(nbf)) = (exp, nbf)
        && nbf >= exp
    {
        let text = "it is valid at no time: `nbf` is not before `exp`";
        findings
            .push(Finding::fail(NAME, "`nbf` before `exp`", format!("{nbf} and {exp}"), text).kind("incoherent times"));
    }
    if findings.len() == before {
        findings.push(Finding::pass(NAME, "issued, not expired", "issued, not expired"));
    }
}

fn lifetime(jwt: &Jwt<'_>, clock: Clock, target: &IdToken, findings: &mut Vec<Finding>) {
    const NAME: &str = "id_token_lifetime";
    let (Ok(Some(exp)), Ok(iat)) = (claim(jwt, "exp"), claim(jwt, "iat")) else { return };
    let life = exp.saturating_sub(iat.unwrap_or(clock.now));
    let most = target.lifetime.unwrap_or(DEFAULT_LIFETIME);
    let seconds = i64::try_from(most.as_secs()).unwrap_or(i64::MAX);
    let expected = format!("at most {seconds} s");
    if life <= 0 {
        let text = "`exp` is not after `iat`";
        findings.push(Finding::fail(NAME, expected, format!("{life} s"), text).kind("incoherent times"));
    } else if life <= seconds.saturating_add(LIFETIME_MARGIN) {
        findings.push(Finding::pass(NAME, expected, format!("{life} s")));
    } else if target.lifetime.is_some() {
        let text = "it lives longer than `id_token.lifetime` of the target file says";
        findings.push(Finding::fail(NAME, expected, format!("{life} s"), text).kind("lives too long"));
    } else {
        let text =
            "it lives longer than the document's default of 2 hours; where that is meant, set `id_token.lifetime`";
        findings.push(Finding::warn(NAME, expected, format!("{life} s"), text).kind("lives too long"));
    }
}

/// `iss` and `aud`, checked when the target file names them.
fn parties(jwt: &Jwt<'_>, target: &IdToken, findings: &mut Vec<Finding>) {
    let mut compare = |name: &'static str, claim: &str, expected: &str| {
        let value = jwt.claims.get(claim).cloned().unwrap_or(Value::Null);
        let named = match &value {
            Value::String(text) => text == expected,
            Value::Array(items) => items.iter().any(|item| item.as_str() == Some(expected)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        };
        findings.push(if named {
            Finding::pass(name, expected, expected)
        } else {
            let text = format!("its `{claim}` is not the one of the target file");
            Finding::fail(name, expected, value.to_string(), text).kind("other party")
        });
    };
    if let Some(issuer) = &target.issuer {
        compare("id_token_issuer", "iss", issuer);
    }
    if let Some(audience) = &target.audience {
        compare("id_token_audience", "aud", audience);
    }
}
