//! The reference deployment: a small, faithful EIAM or CIAM on loopback.
//!
//! In: a [`Config`] naming the product and, if wanted, seeded [`Fault`]s and [`Variant`]s, any number of each.
//! Out: an HTTP server that answers as the documents print it, and the target file that describes it.
//! Never: reads case files or schemas. Its tables are typed in from the documents, so that judge and judged cannot
//! share a mistake.
//!
//! The way of a request: `serve` → `route` → `ask` (read) → `hearing` (rules, in an order that is data) →
//! `refusal` or `login` (worded) → `answer` (written) → `wire` (spelled). A fault bends one of these steps; a variant sets the `conduct`
//! all of them look at.

mod answer;
mod ask;
mod conduct;
mod document;
mod fault;
mod gzip;
mod hearing;
mod id_token;
mod key;
mod login;
mod png;
mod puzzle;
mod random;
mod refusal;
mod route;
mod serve;
mod target_file;
mod variant;
mod wire;
mod world;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub use fault::{Fault, faults};
pub use serve::{Deployment, listen, serve, start};
pub use target_file::target_file;
pub use variant::{Variant, variants};

/// The product whose interface is served: the paths are the same, scenes and error codes are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// Employee identity.
    Eiam,
    /// Customer identity.
    Ciam,
}

impl fmt::Display for Product {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Eiam => "eiam",
            Self::Ciam => "ciam",
        })
    }
}

impl FromStr for Product {
    type Err = UnknownProduct;

    fn from_str(text: &str) -> Result<Self, UnknownProduct> {
        match text {
            "eiam" => Ok(Self::Eiam),
            "ciam" => Ok(Self::Ciam),
            _ => Err(UnknownProduct(text.to_owned())),
        }
    }
}

/// A text that names neither product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProduct(String);

impl fmt::Display for UnknownProduct {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is no product: `eiam` or `ciam`", self.0)
    }
}

impl std::error::Error for UnknownProduct {}

/// What to deploy.
#[derive(Clone, Debug)]
pub struct Config {
    /// The product.
    pub product: Product,
    /// The breaches it is seeded with; the first of them has the word where two speak of one thing.
    pub faults: Vec<Fault>,
    /// The conforming ways in which it differs from the default.
    pub variants: Vec<Variant>,
}

impl Config {
    /// A faithful deployment of `product`.
    #[must_use]
    pub fn new(product: Product) -> Self {
        Self { product, faults: Vec::new(), variants: Vec::new() }
    }

    /// The same, seeded with `fault` too.
    #[must_use]
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same, differing by `variant` too.
    #[must_use]
    pub fn with_variant(mut self, variant: Variant) -> Self {
        self.variants.push(variant);
        self
    }
}
