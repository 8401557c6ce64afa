//! The keys that sign id tokens.

use jsonwebtoken::jwk::JwkSet;

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
