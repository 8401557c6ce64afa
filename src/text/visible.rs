//! Makes every character that acts instead of showing itself visible.
//!
//! In: any text. Out: the same text, with control, bidirectional and invisible characters as `\u{1b}`.
//! Never: changes a character that a reader sees.

/// `text` on one line: nothing in it moves a cursor, turns the writing direction, or hides.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push_visible(&mut shown, character);
    }
    shown
}

/// Like [`visible`], but line feeds stay what they are.
#[must_use]
pub fn visible_multiline(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

fn push_visible(shown: &mut String, character: char) {
    if character.is_control() || is_invisible(character) {
        shown.extend(character.escape_default());
    } else {
        shown.push(character);
    }
}

/// Whether a character takes part in a text without being seen: zero width, bidirectional, tag, filler, noncharacter.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "clientId不能为空，请重试。 “é” \\ 👍";
        assert_eq!(visible(text), text);
    }

    #[test]
    fn an_escape_sequence_is_shown_and_not_obeyed() {
        assert_eq!(visible("\u{1b}[2Jgone\u{9b}31m"), "\\u{1b}[2Jgone\\u{9b}31m");
    }

    #[test]
    fn line_ends_and_tabs_are_shown() {
        assert_eq!(visible("a\r\n\tb"), "a\\r\\n\\tb");
        assert_eq!(visible_multiline("a\r\n\tb"), "a\\r\n\\tb");
    }

    #[test]
    fn bidi_controls_and_zero_width_characters_are_shown() {
        assert_eq!(visible("a\u{202e}b\u{2066}\u{200b}\u{feff}"), "a\\u{202e}b\\u{2066}\\u{200b}\\u{feff}");
    }

    #[test]
    fn no_control_character_survives() {
        let all: String = (0..0xa0).filter_map(char::from_u32).collect();
        assert!(visible(&all).chars().all(|shown| !shown.is_control()));
    }
}
