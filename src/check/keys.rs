//! The keys that sign id tokens.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};

/// What is known of the keys.
#[derive(Debug, Clone)]
pub enum KeySet {
    /// The target file names none: signatures are not checked, which is said.
    Absent,
    /// The keys.
    Keys(Box<JwkSet>),
    /// They are named and cannot be had: one line for people.
    Unavailable(String),
}

/// Reads a key set.
///
/// # Errors
/// Text that is no JSON Web Key Set.
pub fn keys(json: &[u8]) -> Result<KeySet, String> {
    let set: JwkSet = serde_json::from_slice(json).map_err(|error| format!("not a JSON Web Key Set: {error}"))?;
    if set.keys.is_empty() {
        return Err("a JSON Web Key Set without a key".to_owned());
    }
    Ok(KeySet::Keys(Box::new(set)))
}

impl KeySet {
    /// How many keys can verify what the vendor signs with: RS256, RS384, RS512.
    #[must_use]
    pub fn usable(&self) -> usize {
        match self {
            Self::Keys(set) => set.keys.iter().filter(|key| is_usable(key)).count(),
            Self::Absent | Self::Unavailable(_) => 0,
        }
    }
}

fn is_usable(key: &Jwk) -> bool {
    let algorithms = [KeyAlgorithm::RS256, KeyAlgorithm::RS384, KeyAlgorithm::RS512];
    let signs = key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let named = key.common.key_algorithm.is_none_or(|named| algorithms.contains(&named));
    let is_rsa = matches!(key.algorithm, AlgorithmParameters::RSA(_));
    is_rsa && signs && named && DecodingKey::from_jwk(key).is_ok()
}
