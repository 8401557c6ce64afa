//! The desk: where a trial waits for a person, who solves a puzzle or reads a code that was sent.
//!
//! In: errands of trials; what a person gives on the page, at a prompt, from another terminal. Out: pass tokens and codes,
//! or why nobody gave one, in bounded time. Never: solves a puzzle itself, shows a token, a code or a whole recipient.

mod code;
mod page;
mod puzzle;
mod queue;
mod wire;

pub use code::code_form;
pub use page::{Page, open};
pub use puzzle::{Picture, Puzzle, Puzzles, Trouble};
pub use queue::{Again, Desk, Errand, Kind, Ticket, Unattended, View, Want};
pub use wire::{Code, Supplied};
