//! Finds members that stand twice in one JSON object: a parser keeps one of them and says nothing.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// The names of members that stand twice, at any depth, each once.
pub(super) fn members(json: &str) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(json);
    // Not JSON: whoever parsed it for its content has said so.
    let _ = Scan(&found).deserialize(&mut deserializer);
    let mut names = found.into_inner();
    names.sort_unstable();
    names.dedup();
    names
}

#[derive(Clone, Copy)]
struct Scan<'a>(&'a RefCell<Vec<String>>);

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(self)?;
            if names.contains(&name) {
                self.0.borrow_mut().push(name);
            } else {
                names.insert(name);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::members;

    #[test]
    fn a_member_that_stands_twice_is_named_at_any_depth() {
        assert_eq!(members(r#"{"a":1,"b":[{"c":1,"c":2}],"a":null}"#), ["a", "c"]);
        assert!(members(r#"{"a":1,"b":{"a":2}}"#).is_empty());
    }
}
