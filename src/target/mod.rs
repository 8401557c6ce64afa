//! The target file: one deployment, and what the house may do to it.
//!
//! In: a target file and the environment. Out: a typed target, or every complaint with its place. Never: keeps a
//! secret printable, sends.

mod draft;
mod environment;
mod load;
mod model;
mod network;
mod secret;
mod sources;
mod units;
mod url;
mod veil;

pub use draft::Draft;
pub use load::{load, parse};
pub use model::{
    Accounts, CaptchaInvalid, CaptchaSource, CodeSource, Delivery, IdToken, Jwks, Limits, Network, Pin, Recipients,
    Target, Tls,
};
pub use secret::Secret;
pub use units::{duration, rate, size};

#[cfg(test)]
mod tests;
