//! Texts that Markdown shows and does not obey.
//!
//! In: any text. Out: the text escaped, or as code, with a fence that it cannot close. Never: lets a control character by.

use crate::text::visible;

/// `text` as ordinary text: every character that means something to Markdown or HTML is escaped, an `@` calls nobody.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '@' => plain.push_str("&#64;"),
            ':' if plain.ends_with(':') => plain.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' => {
                plain.push('\\');
                plain.push(character);
            }
            other => plain.push(other),
        }
    }
    plain
}

/// `text` as code within a table, where `|` separates even within code. A backslash keeps it from that, and is itself
/// escaped by another one, which between backticks would be shown: such a text stands between tags.
pub(super) fn cell(text: &str) -> String {
    if text.contains('\\') { format!("<code>{}</code>", plain(text)) } else { code(text).replace('|', "\\|") }
}

/// `text` as code within a line.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// `text` as a block of code; it must hold no control character but line feeds.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_no_markup() {
        assert_eq!(
            plain("<b>*x*</b> @team a|b ::error::"),
            "&lt;b&gt;\\*x\\*&lt;/b&gt; &#64;team a\\|b :&#58;error:&#58;"
        );
    }

    #[test]
    fn code_cannot_be_closed_from_within() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(cell("a\\|<b"), "<code>a\\\\\\|&lt;b</code>");
        assert_eq!(fenced("sh", "a\n```\nb"), "````sh\na\n```\nb\n````");
    }
}
