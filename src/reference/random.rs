//! Unguessable values. In: a length. Out: text. Never: keeps any.

use aws_lc_rs::rand;

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(super) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system's random source answers");
    bytes
}

/// A number below `limit`.
pub(super) fn below(limit: u32) -> u32 {
    u32::from_be_bytes(bytes()) % limit
}

/// 32 lower-case hex digits.
pub(super) fn hex32() -> String {
    format!("{:032x}", u128::from_be_bytes(bytes()))
}

/// `length` letters and digits.
pub(super) fn alphanumeric(length: usize) -> String {
    (0..length).map(|_| pick(ALPHANUMERIC)).collect()
}

/// `length` decimal digits.
pub(super) fn digits(length: usize) -> String {
    (0..length).map(|_| pick(b"0123456789")).collect()
}

fn pick(letters: &[u8]) -> char {
    let at = usize::from_be_bytes(bytes()) % letters.len();
    char::from(letters[at])
}
