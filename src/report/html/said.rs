//! How a text that is said in every language stands in the page: all of them, and the style shows one. In prose, what
//! stands between backticks is code.
//!
//! In: what is said. Out: escaped markup. Never: a text that is not escaped.

use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

use super::super::words::Both;

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        in_every_language(self, f, |f, text| Html.write_escaped_str(f, text))
    }
}

impl HtmlSafe for Both {}

/// Sentences of ours, which quote as `code` does; not for a text that a deployment sent.
pub(super) struct Prose(pub(super) Both);

impl Prose {
    /// The same sentence in every language.
    pub(super) fn same(text: &str) -> Self {
        Self(Both { english: text.to_owned(), chinese: text.to_owned() })
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        in_every_language(&self.0, f, prose)
    }
}

impl HtmlSafe for Prose {}

fn in_every_language(
    both: &Both,
    f: &mut fmt::Formatter<'_>,
    write: impl Fn(&mut fmt::Formatter<'_>, &str) -> fmt::Result,
) -> fmt::Result {
    if both.english == both.chinese {
        return write(f, &both.english);
    }
    for (language, text) in [("en", &both.english), ("zh", &both.chinese)] {
        write!(f, "<span lang=\"{language}\">")?;
        write(f, text)?;
        f.write_str("</span>")?;
    }
    Ok(())
}

/// Backticks that do not pair stay what they are.
fn prose(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if text.matches('`').count() % 2 == 1 {
        return Html.write_escaped_str(f, text);
    }
    for (number, part) in text.split('`').enumerate() {
        let quoted = number % 2 == 1;
        f.write_str(if quoted { "<code>" } else { "" })?;
        Html.write_escaped_str(&mut *f, part)?;
        f.write_str(if quoted { "</code>" } else { "" })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_escaped() {
        let both = Both { english: "<b>".to_owned(), chinese: "&".to_owned() };
        assert_eq!(both.to_string(), "<span lang=\"en\">&#60;b&#62;</span><span lang=\"zh\">&#38;</span>");
        let same = Both { english: "<b>".to_owned(), chinese: "<b>".to_owned() };
        assert_eq!(same.to_string(), "&#60;b&#62;");
    }

    #[test]
    fn prose_quotes_what_is_paired() {
        assert_eq!(Prose::same("set `<a>` here").to_string(), "set <code>&#60;a&#62;</code> here");
        assert_eq!(Prose::same("a ` b").to_string(), "a ` b");
    }
}
