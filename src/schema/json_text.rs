//! Where the values of a JSON text stand.
//!
//! In: a JSON text that parses. Out: the place of every value, by JSON pointer, and the members that stand twice.
//! Never: judges, nor gives up on a text that does not parse: what it does not understand has no place.

use std::ops::Range;

/// Where a value stands, and what is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The bytes of the value.
    span: Range<usize>,
    /// The bytes of the key before it.
    key: Option<Range<usize>>,
    /// Members by name, items by index.
    children: Vec<(String, Place)>,
}

impl Place {
    /// The places of a text.
    pub(super) fn of(text: &str) -> Self {
        Scanner { text, at: 0 }.value().unwrap_or_default()
    }

    /// The deepest place that a JSON pointer leads to.
    fn follow(&self, pointer: &str) -> &Self {
        // Of two equal members the last one counts.
        pointer.split('/').skip(1).fold(self, |place, step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            place.children.iter().rfind(|(child, _)| *child == name).map_or(place, |(_, child)| child)
        })
    }

    /// The value that a JSON pointer names, or the nearest one around it.
    pub(super) fn value(&self, pointer: &str) -> Range<usize> {
        self.follow(pointer).span.clone()
    }

    /// The key that a JSON pointer names, or the value where there is none.
    pub(super) fn key(&self, pointer: &str) -> Range<usize> {
        let place = self.follow(pointer);
        place.key.clone().unwrap_or_else(|| place.span.clone())
    }

    /// Members that stand twice in one object.
    pub(super) fn repeated(&self) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        for (index, (name, child)) in self.children.iter().enumerate() {
            if self.children[..index].iter().any(|(earlier, _)| earlier == name) {
                found.push((name.clone(), child.key.clone().unwrap_or_default()));
            }
            found.extend(child.repeated());
        }
        found
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn value(&mut self) -> Option<Place> {
        self.skip_space();
        let start = self.at;
        let children = match self.peek()? {
            b'{' => self.members()?,
            b'[' => self.items()?,
            b'"' => {
                self.string()?;
                Vec::new()
            }
            _ => {
                self.scalar();
                Vec::new()
            }
        };
        Some(Place { span: start..self.at, key: None, children })
    }

    fn members(&mut self) -> Option<Vec<(String, Place)>> {
        let mut members = Vec::new();
        self.at += 1;
        while !self.closes(b'}')? {
            let key = self.string()?;
            let name: String = serde_json::from_str(&self.text[key.clone()]).ok()?;
            self.skip_space();
            self.at += 1;
            let value = self.value()?;
            members.push((name, Place { key: Some(key), ..value }));
        }
        Some(members)
    }

    fn items(&mut self) -> Option<Vec<(String, Place)>> {
        let mut items = Vec::new();
        self.at += 1;
        while !self.closes(b']')? {
            let item = self.value()?;
            items.push((items.len().to_string(), item));
        }
        Some(items)
    }

    /// Skips the comma between two values; whether the bracket follows.
    fn closes(&mut self, bracket: u8) -> Option<bool> {
        self.skip_space();
        if self.peek()? == b',' {
            self.at += 1;
            self.skip_space();
        }
        let closes = self.peek()? == bracket;
        self.at += usize::from(closes);
        Some(closes)
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    fn scalar(&mut self) {
        while self.peek().is_some_and(|byte| !byte.is_ascii_whitespace() && !b",]}".contains(&byte)) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_the_bytes_of_a_value() {
        let text = r#"{ "名": { "a/b": [1, {"c": "x\"y"}] }, "d": true }"#;
        let place = Place::of(text);
        assert_eq!(&text[place.value("/名/a~1b/1/c")], r#""x\"y""#);
        assert_eq!(&text[place.key("/名/a~1b/1/c")], r#""c""#);
        assert_eq!(&text[place.value("/d")], "true");
        assert_eq!(&text[place.value("/d/gone")], "true");
        assert_eq!(place.value(""), 0..text.len());
    }

    #[test]
    fn a_member_that_stands_twice_is_found() {
        let text = r#"{"a": {"b": 1, "b": 2}}"#;
        let repeated = Place::of(text).repeated();
        assert_eq!(repeated, [("b".to_owned(), 15..18)]);
    }
}
