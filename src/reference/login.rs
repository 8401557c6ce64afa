//! The three answers to a login with a good code.
//!
//! In: how it ends, for whom, the conduct. Out: exactly the members the document shows for that ending. Never: decides
//! the ending.

use serde_json::{Map, Value, json};

use super::ask::Language;
use super::conduct::{Conduct, Quirk};
use super::id_token::{self, Forgery};
use super::random;
use super::world::Ending;

/// Whose login ends so, and how it is told.
pub(super) struct Login<'a> {
    pub(super) mobile: &'a str,
    pub(super) language: Language,
    pub(super) conduct: &'a Conduct,
    pub(super) forgery: Option<Forgery>,
}

impl Login<'_> {
    pub(super) fn members(&self, ending: Ending) -> Map<String, Value> {
        let names: &[&str] = match ending {
            Ending::Success => &["session_token", "expire", "status", "id_token"],
            Ending::MfaAuth | Ending::AccessDenied => &["status", "state_token", "data"],
        };
        let mut members: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), self.member(ending, name))).collect();
        if self.conduct.has(Quirk::ExtraLoginMember) {
            members.insert("trace_id".to_owned(), Value::String(random::hex32()));
        }
        members
    }

    /// The value a documented member has with this ending.
    pub(super) fn member(&self, ending: Ending, name: &str) -> Value {
        match name {
            "status" => json!(ending.name()),
            "session_token" => json!(self.session()),
            "expire" => self.expire(),
            "id_token" => json!(id_token::mint(self.conduct, self.mobile, self.forgery)),
            "state_token" => json!(self.state()),
            "data" => json!(self.data(ending)),
            _ => Value::Null,
        }
    }

    fn session(&self) -> String {
        if self.conduct.has(Quirk::SessionAsUuid) { uuid() } else { random::alphanumeric(32) }
    }

    /// The number as the conduct spells it.
    fn expire(&self) -> Value {
        serde_json::from_str(self.conduct.expire).unwrap_or(json!(604_800))
    }

    fn state(&self) -> String {
        if self.conduct.has(Quirk::StateOpaque) { uuid() } else { id_token::state_token(self.mobile) }
    }

    fn data(&self, ending: Ending) -> &'static str {
        let in_words = self.conduct.has(Quirk::DeniedInWordsAskedFor) && self.language == Language::Zh;
        match ending {
            Ending::MfaAuth => self.conduct.methods,
            Ending::AccessDenied if in_words => "访问被拒绝",
            Ending::AccessDenied | Ending::Success => "Access Denied",
        }
    }
}

fn uuid() -> String {
    let hex = random::hex32();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
