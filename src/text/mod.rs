//! Text for people: shown without danger, compared without pettiness, told apart by name, cut to columns.
//!
//! In: strings, mostly ones a deployment sent. Out: strings that are safe on a terminal, and what differs between
//! two of them. Never: reads, prints, knows an outcome.

mod character;
mod columns;
mod difference;
mod fold;
mod garbled;
mod marks;
mod visible;

pub use character::{name_character, remarkable};
pub use columns::{shorten, truncate, truncate_middle, width, wrap};
pub use difference::{Difference, compare_message, equal_but_final_stop};
pub use fold::fold;
pub use marks::{Segment, marks};
pub use visible::{is_invisible, visible, visible_multiline};
