//! What must hold whatever stands in a file or comes over the wire: one function a door of the program.
//!
//! In: any text or bytes. Out: nothing, or a panic that says what did not hold. Never: needs a network or a clock.
//! The targets of `cargo fuzz` call these functions, and so does `tests/properties.rs` with the texts of proptest.

pub mod answer;
pub mod files;
pub mod page;
pub mod record;

/// The characters that act on a terminal or hide in a text, but for the line feed.
pub fn acts(text: &str) -> Option<char> {
    text.chars().find(|&c| (c.is_control() && c != '\n') || iamspec::text::is_invisible(c))
}
