//! What a person types as a verification code.

/// The digits of a code: tenants set four or six; what lies around it is tolerated.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// The code in what was typed: four to eight digits, full-width ones as an input method writes them, spaces left out.
#[must_use]
pub fn code_form(typed: &str) -> Option<String> {
    let digit = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => Some(c).filter(char::is_ascii_digit),
    };
    let code: Option<String> = typed.chars().filter(|c| !c.is_whitespace()).map(digit).collect();
    code.filter(|code| DIGITS.contains(&code.len()))
}

#[cfg(test)]
mod tests {
    use super::code_form;

    #[test]
    fn a_code_is_four_to_eight_digits_however_they_are_typed() {
        assert_eq!(code_form(" 123 456\n").as_deref(), Some("123456"));
        assert_eq!(code_form("１２３４").as_deref(), Some("1234"));
        for wrong in ["", "123", "123456789", "12a456", "١٢٣٤"] {
            assert_eq!(code_form(wrong), None, "{wrong}");
        }
    }
}
