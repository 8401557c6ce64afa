//! Text by the columns it takes on a terminal, where a Chinese character takes two.
//!
//! In: text without control characters. Out: its width; the text cut or broken to a width.
//! Never: splits a character.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const CUT: &str = "…";

/// The columns `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` in at most `columns` columns, with `…` where its end was cut.
#[must_use]
pub fn truncate(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    match columns.checked_sub(width(CUT)) {
        Some(room) => format!("{}{CUT}", head(text, room)),
        None => String::new(),
    }
}

/// At most `characters` of `text`, with `…` where its end was cut: a bound in memory, which columns are not, since a
/// combining character takes none.
#[must_use]
pub fn shorten(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}{CUT}", &text[..end]),
        None => text.to_owned(),
    }
}

/// `text` in at most `columns` columns, with `…` where its middle was cut: both ends of an id tell something.
#[must_use]
pub fn truncate_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    match columns.checked_sub(width(CUT)) {
        Some(room) => format!("{}{CUT}{}", head(text, room / 2), tail(text, room - room / 2)),
        None => String::new(),
    }
}

/// `text` in lines of at most `columns` columns, broken at spaces, or within a word where a space would leave half
/// a line empty. One line at least.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut rest = text;
    while width(rest) > columns {
        let full = head(rest, columns);
        let (line, remaining) = rest.split_at(break_at(full, &rest[full.len()..]));
        lines.push(line.trim_end().to_owned());
        rest = remaining.trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// Where to break a full line: after its last space, or else between the parts of an id or a URL, unless that leaves
/// half of it empty.
fn break_at(full: &str, next: &str) -> usize {
    if next.starts_with(' ') {
        return full.len();
    }
    let after = |end: Option<usize>| end.map(|at| at + 1).filter(|at| at * 2 > full.len());
    after(full.rfind(' ')).or_else(|| after(full.rfind(['/', '.']))).unwrap_or(full.len())
}

/// The longest beginning of `text` that fits.
fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > columns
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// The longest end of `text` that fits.
fn tail(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let before = text.char_indices().rev().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > columns
    });
    &text[before.map_or(0, |(at, character)| at + character.len_utf8())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_no_columns_is_shortened_all_the_same() {
        assert_eq!(shorten(&"\u{301}".repeat(9), 2), "\u{301}\u{301}…");
        assert_eq!(shorten("不能为空", 4), "不能为空");
    }

    #[test]
    fn a_chinese_character_takes_two_columns() {
        assert_eq!(width("clientId不能为空"), 16);
    }

    #[test]
    fn a_wide_character_is_never_split() {
        assert_eq!(truncate("不能为空", 6), "不能…");
        assert_eq!(truncate("不能为空", 5), "不能…");
        assert_eq!(truncate("不能为空", 4), "不…");
        assert_eq!(truncate("不能为空", 8), "不能为空");
        assert_eq!(truncate("不能为空", 0), "");
    }

    #[test]
    fn the_middle_of_an_id_is_cut() {
        assert_eq!(truncate_middle("device/X-operating-sys-version/missing/zh", 21), "device/X-o…missing/zh");
    }

    #[test]
    fn every_cut_fits() {
        for columns in 0..20 {
            assert!(width(&truncate("a不b能c为d空", columns)) <= columns);
            assert!(width(&truncate_middle("a不b能c为d空", columns)) <= columns);
        }
    }

    #[test]
    fn lines_break_at_spaces_and_between_wide_characters() {
        assert_eq!(wrap("set the key in the file", 12), ["set the key", "in the file"]);
        assert_eq!(wrap("图形验证码校验", 5), ["图形", "验证", "码校", "验"]);
        assert_eq!(wrap("ciam/sms-send/scene/LOGIN_SMS", 18), ["ciam/sms-send/", "scene/LOGIN_SMS"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }
}
