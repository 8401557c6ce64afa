//! Folds away what is not held against a deployment when messages are compared.
//!
//! In: a message. Out: the message without white space at its ends, punctuation in half width.
//! Never: touches letters, digits, or white space between words.

/// `message` as it is compared: ends trimmed, full-width punctuation in half width.
#[must_use]
pub fn fold(message: &str) -> String {
    message.trim().chars().map(fold_punctuation).collect()
}

/// The half-width form of a punctuation mark; any other character is itself.
fn fold_punctuation(character: char) -> char {
    match character {
        '。' | '｡' => '.',
        '､' => '、',
        '“' | '”' | '„' | '‟' => '"',
        '‘' | '’' | '‚' | '‛' => '\'',
        '｢' => '「',
        '｣' => '」',
        '･' => '・',
        other => half_width(other).filter(char::is_ascii_punctuation).unwrap_or(other),
    }
}

/// The ASCII character of which this one is the full-width form.
pub(super) fn half_width(character: char) -> Option<char> {
    let distance = 0xfee0;
    match character {
        '！'..='～' => char::from_u32(u32::from(character) - distance),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_at_the_ends_goes_and_inside_stays() {
        assert_eq!(fold("\u{3000} not  left blank\r\n"), "not  left blank");
    }

    #[test]
    fn full_width_punctuation_becomes_half_width() {
        assert_eq!(fold("应用未注册，请先注册（应用）：是！否？；“甲”。"), "应用未注册,请先注册(应用):是!否?;\"甲\".");
    }

    #[test]
    fn full_width_letters_and_digits_stay() {
        assert_eq!(fold("ｃｌｉｅｎｔＩｄ１２"), "ｃｌｉｅｎｔＩｄ１２");
    }

    #[test]
    fn a_byte_order_mark_is_no_white_space() {
        assert_eq!(fold("\u{feff}a"), "\u{feff}a");
    }
}
