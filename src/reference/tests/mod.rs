//! The deployment as a client sees it, over plain sockets.

mod client;
mod faithful;
mod faults;
mod lapses;
mod login;
mod puzzle;
mod serving;
mod target_file;
mod variants;

use super::{Config, Deployment, Fault, Product, Variant, faults, start, variants};

async fn deployed(config: Config) -> Deployment {
    start(config).await.expect("a port of loopback is free")
}

async fn faithful(product: Product) -> Deployment {
    deployed(Config::new(product)).await
}

fn fault(product: Product, id: &str) -> Fault {
    faults(product).into_iter().find(|fault| fault.id() == id).unwrap_or_else(|| panic!("no fault `{id}`"))
}

fn variant(product: Product, id: &str) -> Variant {
    variants(product).into_iter().find(|variant| variant.id() == id).unwrap_or_else(|| panic!("no variant `{id}`"))
}

async fn faulty(product: Product, id: &str) -> Deployment {
    deployed(Config::new(product).with_fault(fault(product, id))).await
}

async fn varied(product: Product, id: &str) -> Deployment {
    deployed(Config::new(product).with_variant(variant(product, id))).await
}
