//! Absolute http URLs, as far as a target file needs them.
//!
//! In: a text. Out: its host, or the one thing that is wrong with it. Never: resolves a name, changes the URL.

/// Whether a URL may carry a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Query {
    /// It may.
    Allowed,
    /// It may not: paths are added to it.
    Forbidden,
}

/// The host of an absolute http or https URL: lower-case, without port, an IPv6 address in brackets.
///
/// # Errors
/// What is wrong, as the rest of a sentence that begins with the URL.
pub(super) fn host(url: &str, query: Query) -> Result<String, &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("is not absolute")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err("is neither http nor https");
    }
    if rest.contains('#') || (query == Query::Forbidden && rest.contains('?')) {
        return Err("has a query or a fragment");
    }
    if rest.chars().any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c)) {
        return Err("holds a character that does not belong into a URL");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("carries a user name or password");
    }
    let (host, port) = host_and_port(authority).ok_or("has no valid host")?;
    if !port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0)) {
        return Err("has no valid port");
    }
    Ok(host.to_lowercase())
}

fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, after) = rest.split_once(']')?;
        address.parse::<std::net::Ipv6Addr>().ok()?;
        let host = &authority[..address.len() + 2];
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None if after.is_empty() => Some((host, None)),
            None => None,
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    is_host(host).then_some((host, port))
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii())
    };
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_a_person_would_name() {
        for (url, expected) in [
            ("https://Acme.example.com", "acme.example.com"),
            ("http://127.0.0.1:8080/base", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("https://acme.example.com:443/", "acme.example.com"),
        ] {
            assert_eq!(host(url, Query::Forbidden).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn what_is_no_http_url_is_refused() {
        for url in [
            "",
            "acme.example.com",
            "ftp://acme.example.com",
            "https://",
            "https:///path",
            "https://acme..com",
            "https://acme.example.com:0",
            "https://acme.example.com:99999",
            "https://acme.example.com:port",
            "https://user:word@acme.example.com",
            "https://acme.example.com?x=1",
            "https://acme.example.com/#top",
            "https://acme example.com",
            "https://[::1",
            "https://[::1]x",
        ] {
            assert!(host(url, Query::Forbidden).is_err(), "{url}");
        }
    }

    #[test]
    fn a_source_may_have_a_query() {
        assert_eq!(host("http://127.0.0.1:9000/code?to=1", Query::Allowed).as_deref(), Ok("127.0.0.1"));
    }
}
