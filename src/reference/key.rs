//! The RSA key that signs id tokens.
//!
//! In: nothing. Out: signatures, and the public half as a JWK. Never: leaves the process; made anew in each, once.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaSignatureEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::conduct::Algorithm;

/// The id of the key, as in the documents' sample.
pub(super) const KEY_ID: &str = "k1";

/// Shared by all deployments of the process: making one takes a good part of a second.
static KEY: OnceLock<KeyPair> = OnceLock::new();

fn key() -> &'static KeyPair {
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made"))
}

pub(super) fn sign(algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    let encoding: &'static RsaSignatureEncoding = match algorithm {
        Algorithm::Rs256 => &RSA_PKCS1_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_SHA512,
    };
    let mut signature = vec![0; key().public_modulus_len()];
    key().sign(encoding, &SystemRandom::new(), message, &mut signature).expect("a 2048-bit key signs any digest");
    signature
}

/// The public key as everybody has it: a DER `RSAPublicKey`.
pub(super) fn public_der() -> &'static [u8] {
    key().public_key().as_ref()
}

/// The public key as a JWK.
pub(super) fn jwk(algorithm: Algorithm) -> Value {
    let (modulus, exponent) = numbers(public_der()).expect("the library writes proper DER");
    json!({
        "kty": "RSA", "use": "sig", "kid": KEY_ID, "alg": algorithm.name(),
        "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent),
    })
}

/// Modulus and exponent of a DER `RSAPublicKey`: a sequence of two integers.
fn numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = value(der, 0x30)?;
    let (modulus, rest) = value(sequence, 0x02)?;
    let (exponent, _) = value(rest, 0x02)?;
    Some((unsigned(modulus), unsigned(exponent)))
}

/// The content of the value in front, which must have this tag, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk::<2>()?;
    let (size, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (size, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (size.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if found == tag { rest.split_at_checked(size) } else { None }
}

/// Without the zero that keeps an integer positive.
fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}
