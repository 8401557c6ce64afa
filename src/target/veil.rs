//! The text of a target file as complaints may show it.
//!
//! In: the text as typed, perhaps not even TOML. Out: the same text, character by character, in which recipients,
//! accounts, codes, headers and whatever stands under an unknown key are hidden. Never: moves a character, so that
//! every place and every caret stays right.

/// Keys whose values anybody may read.
const SHOWN: [&str; 21] = [
    "name",
    "product",
    "url",
    "client_id",
    "default_language",
    "production",
    "delivery",
    "id_token",
    "limits",
    "tls",
    "network",
    "captcha.http",
    "captcha.command",
    "captcha.file",
    "captcha.browser",
    "captcha.single_use",
    "captcha.lifetime",
    "verify_code.http",
    "verify_code.command",
    "verify_code.prompt",
    "verify_code.timeout",
];

/// Hides what nobody may read.
pub(super) fn veiled(text: &str) -> String {
    let mut section = String::new();
    let mut key = String::new();
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if let Some(name) = header(line) {
            section = format!("{name}.");
            shown.push_str(line);
            continue;
        }
        let value_start = line.find('=').map_or(0, |equals| {
            line[..equals].trim().clone_into(&mut key);
            equals
        });
        let (before, value) = line.split_at(value_start);
        shown.push_str(before);
        if is_shown(&format!("{section}{key}")) && !value.contains('@') {
            shown.push_str(value);
        } else {
            shown.extend(value.chars().map(hidden));
        }
    }
    shown
}

/// The name in a line that begins a table, also in one that lacks its closing bracket.
fn header(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix('[')?;
    let rest = rest.strip_prefix('[').unwrap_or(rest).trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let after = after.trim_start();
    (is_name && (after.is_empty() || after.starts_with(']'))).then_some(name)
}

fn is_shown(path: &str) -> bool {
    SHOWN.iter().any(|shown| path.strip_prefix(shown).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// A character of the same length in bytes.
fn hidden(c: char) -> char {
    match c.len_utf8() {
        1 if c.is_ascii_alphanumeric() || c == '@' => '*',
        1 => c,
        2 => '×',
        3 => '•',
        _ => '🞄',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_may_read_is_hidden_in_place() {
        let text = "name = \"acme\"\n[recipients]\nmobil = [\"15200000000\",\n \"钱qa@x\"]\nmobile = [152\n[delivery]\nmax = 6\n";
        let veiled = veiled(text);
        assert_eq!(
            veiled,
            "name = \"acme\"\n[recipients]\nmobil = [\"***********\",\n \"•****\"]\nmobile = [***\n[delivery]\nmax = 6\n"
        );
        assert_eq!(veiled.len(), text.len());
    }

    #[test]
    fn a_table_is_known_by_any_header_and_an_array_is_none() {
        let text =
            "[delivery]\n  [recipients] # all\nmobile = [\n[15200000000],\n[\"152\"],\n]\n[accounts\nmfa = \"152\"\n";
        let hidden =
            "[delivery]\n  [recipients] # all\nmobile = [\n[***********],\n[\"***\"],\n]\n[accounts\nmfa = \"***\"\n";
        assert_eq!(veiled(text), hidden);
    }

    #[test]
    fn a_misspelt_table_hides_its_values() {
        assert_eq!(veiled("[recipient]\nmobile = \"152\"\n"), "[recipient]\nmobile = \"***\"\n");
        assert_eq!(veiled("[verify_code]\nfixd = \"123456\"\n"), "[verify_code]\nfixd = \"******\"\n");
    }
}
