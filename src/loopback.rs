//! The embedded reference deployment as a target: started on loopback, described by a target file like any other.
//!
//! In: a product, or a configuration of the reference. Out: a target and the running deployment. Never: tells the runner
//! that it talks to us.

use std::path::Path;

use crate::case::Product;
use crate::reference::{self, Deployment};
use crate::target::Target;
use crate::{diagnostic, target};

/// An embedded reference deployment and the target file that describes it.
///
/// # Errors
/// A port that cannot be bound, in one line.
pub async fn started(product: Product) -> Result<(Target, Deployment), String> {
    embed(reference::Config::new(of_reference(product)), &format!("reference-{product}")).await
}

/// The product by the name that the reference, which knows none of our types, gives it.
#[must_use]
pub fn of_reference(product: Product) -> reference::Product {
    match product {
        Product::Eiam => reference::Product::Eiam,
        Product::Ciam => reference::Product::Ciam,
    }
}

/// Starts a deployment and reads the target file it describes itself with, as any target's is read.
///
/// # Errors
/// A port that cannot be bound, in one line.
pub async fn embed(config: reference::Config, name: &str) -> Result<(Target, Deployment), String> {
    let deployment = reference::start(config.clone())
        .await
        .map_err(|error| format!("the embedded reference deployment did not start: {error}"))?;
    let text = reference::target_file(&config, name, deployment.url());
    let target = target::parse(&text, Path::new(name), &|_| None)
        .map_err(|complaints| diagnostic::render(&complaints, false))?;
    Ok((target, deployment))
}
