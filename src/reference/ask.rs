//! A request as the rules read it.
//!
//! In: header map and body bytes. Out: an [`Ask`] that tells for each documented field whether it was given.
//! Never: judges.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::document::{Document, Place};

/// The language of error messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    En,
    Zh,
}

/// One request to a documented endpoint.
pub(super) struct Ask {
    pub(super) document: &'static Document,
    headers: HeaderMap,
    /// `None`: not a JSON object.
    body: Option<Map<String, Value>>,
}

/// What a request has at the place of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// Not there; `null` is not there either.
    Missing,
    /// Nothing, or white space only.
    Blank,
    Given(String),
    /// There, but not a string; or the body could not be read at all.
    Unreadable,
}

impl Ask {
    pub(super) fn read(document: &'static Document, headers: HeaderMap, body: &[u8]) -> Self {
        let body = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Some(members),
            Ok(_) | Err(_) => None,
        };
        Self { document, headers, body }
    }

    /// What the request has for the documented field `name`.
    pub(super) fn presence(&self, name: &str) -> Presence {
        match self.document.field(name).map(|field| field.place) {
            Some(Place::Header) => self.header(name),
            Some(Place::Member) => self.member(name),
            None => Presence::Missing,
        }
    }

    /// The text of a field that is given.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.presence(name) {
            Presence::Given(text) => Some(text),
            Presence::Missing | Presence::Blank | Presence::Unreadable => None,
        }
    }

    pub(super) fn header(&self, name: &str) -> Presence {
        self.headers.get(name).map_or(Presence::Missing, |value| filled(&String::from_utf8_lossy(value.as_bytes())))
    }

    fn member(&self, name: &str) -> Presence {
        let Some(body) = &self.body else {
            return Presence::Unreadable;
        };
        match body.get(name) {
            None | Some(Value::Null) => Presence::Missing,
            Some(Value::String(text)) => filled(text),
            Some(_) => Presence::Unreadable,
        }
    }

    /// The body is a JSON object, and what it has of the documented members are strings.
    pub(super) fn well_formed(&self) -> bool {
        let members = self.document.fields.iter().filter(|field| field.place == Place::Member);
        self.body.is_some() && members.into_iter().all(|field| self.member(field.name) != Presence::Unreadable)
    }

    /// The media type, without parameters, in lower case.
    pub(super) fn media_type(&self) -> Option<String> {
        let Presence::Given(text) = self.header("content-type") else {
            return None;
        };
        text.split(';').next().map(|media| media.trim().to_ascii_lowercase())
    }

    /// The language asked for with `X-L`, if it is one.
    pub(super) fn language(&self) -> Option<Language> {
        match self.header("X-L") {
            Presence::Given(text) if text == "en" => Some(Language::En),
            Presence::Given(text) if text == "zh" => Some(Language::Zh),
            Presence::Given(_) | Presence::Missing | Presence::Blank | Presence::Unreadable => None,
        }
    }

    /// Whether the caller can unpack gzip.
    pub(super) fn accepts_gzip(&self) -> bool {
        let Presence::Given(list) = self.header("accept-encoding") else {
            return false;
        };
        list.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    }
}

fn filled(text: &str) -> Presence {
    if text.trim().is_empty() { Presence::Blank } else { Presence::Given(text.to_owned()) }
}
