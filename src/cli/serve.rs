//! `iamspec serve`: the reference deployment alone.

use clap::Args;

use super::selected::product;
use super::{Refused, exit, note, out};
use crate::case::Product;
use crate::diagnostic;
use crate::loopback;
use crate::reference::{self, Config};

/// What is served.
#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    /// `eiam` or `ciam`.
    #[arg(long, value_parser = product)]
    product: Product,
    /// The port on loopback; 0: any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A documented promise to break, by the id that `selftest --verbose` prints; repeatable.
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// A way to differ that the documents allow, by the id that `selftest --verbose` prints; repeatable.
    #[arg(long, value_name = "ID")]
    variant: Vec<String>,
}

/// Serves until it is interrupted; the target file to use against it goes to stdout.
pub(crate) fn run(options: &ServeOptions) -> Result<u8, Refused> {
    let config = config(options)?;
    super::runtime()?.block_on(serve(options, config))
}

async fn serve(options: &ServeOptions, config: Config) -> Result<u8, Refused> {
    let refused = |error: std::io::Error| Refused::usage(format!("port {} cannot be bound: {error}", options.port));
    let listener = reference::listen(options.port).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let url = format!("http://{address}");
    let name = format!("reference-{}", options.product);
    out(&reference::target_file(&config, &name, &url));
    note(&format!("serving {} at {url}; Ctrl-C ends it", options.product));
    let ended = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    reference::serve(listener, config, ended)
        .await
        .map_err(|error| Refused::with(exit::BUG, format!("the deployment failed: {error}")))?;
    Ok(exit::OK)
}

fn config(options: &ServeOptions) -> Result<Config, Refused> {
    let product = loopback::of_reference(options.product);
    let mut config = Config::new(product);
    for id in &options.fault {
        let faults = reference::faults(product);
        let fault = faults.iter().find(|fault| fault.id() == id);
        let known = || unknown("fault", id, faults.iter().map(reference::Fault::id));
        config = config.with_fault(fault.cloned().ok_or_else(known)?);
    }
    for id in &options.variant {
        let variants = reference::variants(product);
        // As `selftest` prints it.
        let id = id.strip_prefix(&format!("{}/", options.product)).unwrap_or(id);
        let variant = variants.iter().find(|variant| variant.id() == id);
        let known = || unknown("variant", id, variants.iter().map(reference::Variant::id));
        config = config.with_variant(variant.copied().ok_or_else(known)?);
    }
    Ok(config)
}

fn unknown<'a>(what: &str, id: &str, known: impl Iterator<Item = &'a str>) -> Refused {
    let nearest = diagnostic::nearest(id, known).map(|near| format!("; nearest: `{near}`"));
    let nearest = nearest.unwrap_or_else(|| "; `iamspec selftest --verbose` prints them all".to_owned());
    Refused::usage(format!("`{id}` is no {what} of this product{nearest}"))
}
