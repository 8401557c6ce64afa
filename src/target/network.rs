//! The table `[network]`: how hosts are reached.
//!
//! In: the table, the URL of the target. Out: hosts with their addresses, or complaints. Never: resolves a name.

use std::net::{IpAddr, SocketAddr};

use crate::target::model::{Network, Pin};
use crate::target::url::{Query, host};
use crate::toml_file::{Reader, Spanned, text_of};

/// Reads `[network]`.
pub(super) fn network(mut table: Reader<'_>, url: Option<&String>) -> Network {
    let resolve = table.table("resolve").map(|pins| pins_of(&pins, url)).unwrap_or_default();
    table.finish();
    Network { resolve }
}

fn pins_of(table: &Reader<'_>, url: Option<&String>) -> Vec<Pin> {
    let collector = table.collector();
    let mut pins: Vec<Pin> = Vec::new();
    for entry in table.entries() {
        let name = entry.key.value.to_lowercase();
        let is_host = host(&format!("https://{name}"), Query::Forbidden).is_ok_and(|host| host == name);
        if !is_host || name.parse::<IpAddr>().is_ok() || name.starts_with('[') {
            let hint = "the name of a host without scheme and port, for example `acme.example.com`".to_owned();
            collector.complain(&entry.key.span, "this is no name of a host", Some(hint));
        }
        if pins.iter().any(|pin| pin.host == name) {
            collector.complain(&entry.key.span, format!("duplicate host `{name}`"), Some("keep one address".into()));
        }
        let Some(text) = text_of(entry, collector) else { continue };
        match address(&text.value) {
            None => {
                let hint = "an address, with or without a port: `203.0.113.7`, `127.0.0.1:8443`, `[::1]:8443`";
                collector.complain(&text.span, "this is no address", Some(hint.to_owned()));
            }
            Some(address) => {
                ports_agree(&name, address, url, &text, table);
                pins.push(Pin { host: name, address });
            }
        }
    }
    pins
}

/// The port of an address counts only where the URL names none: anything else would be silently left out.
fn ports_agree(name: &str, address: SocketAddr, url: Option<&String>, text: &Spanned<String>, table: &Reader<'_>) {
    let Some(named) = url.and_then(|url| port_of(url, name)).filter(|port| ![0, *port].contains(&address.port()))
    else {
        return;
    };
    let message = format!("`url` names the port {named} of this host, and this address another");
    let hint = "leave the port out here, or there".to_owned();
    table.collector().complain(&text.span, message, Some(hint));
}

/// The port that a URL names, where it is one of this host.
fn port_of(url: &str, name: &str) -> Option<u16> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    let (host, port) = authority.rsplit_once(':')?;
    host.eq_ignore_ascii_case(name).then(|| port.parse().ok())?
}

/// An address; port 0 where none is given.
fn address(text: &str) -> Option<SocketAddr> {
    let bare = || text.trim_matches(['[', ']']).parse().ok().map(|address: IpAddr| SocketAddr::new(address, 0));
    text.parse().ok().filter(|address: &SocketAddr| address.port() > 0).or_else(bare)
}
