//! Names for characters that a reader cannot tell apart, or cannot see at all.
//!
//! In: one character. Out: its code point and, where it really occurs in answers, its name.
//! Never: names a letter or a Chinese character that looks like what it is.

use super::fold::half_width;
use super::visible::is_invisible;

/// Characters that occur in answers and are mistaken for others.
const NAMES: &[(char, &str)] = &[
    ('\t', "tab"),
    ('\n', "line feed"),
    ('\r', "carriage return"),
    ('\u{1b}', "escape"),
    (' ', "space"),
    ('\u{a0}', "no-break space"),
    ('\u{ad}', "soft hyphen"),
    ('\u{2002}', "en space"),
    ('\u{2003}', "em space"),
    ('\u{2009}', "thin space"),
    ('\u{200b}', "zero width space"),
    ('\u{200c}', "zero width non-joiner"),
    ('\u{200d}', "zero width joiner"),
    ('\u{200e}', "left-to-right mark"),
    ('\u{200f}', "right-to-left mark"),
    ('\u{2028}', "line separator"),
    ('\u{202a}', "left-to-right embedding"),
    ('\u{202b}', "right-to-left embedding"),
    ('\u{202c}', "pop directional formatting"),
    ('\u{202d}', "left-to-right override"),
    ('\u{202e}', "right-to-left override"),
    ('\u{202f}', "narrow no-break space"),
    ('\u{2060}', "word joiner"),
    ('\u{2066}', "left-to-right isolate"),
    ('\u{2067}', "right-to-left isolate"),
    ('\u{2068}', "first strong isolate"),
    ('\u{2069}', "pop directional isolate"),
    ('\u{3000}', "ideographic space"),
    ('\u{feff}', "byte order mark"),
    ('\u{fffd}', "replacement character"),
    ('、', "ideographic comma"),
    ('。', "ideographic full stop"),
    ('‘', "left single quotation mark"),
    ('’', "right single quotation mark"),
    ('“', "left double quotation mark"),
    ('”', "right double quotation mark"),
    ('‐', "hyphen"),
    ('‑', "non-breaking hyphen"),
    ('–', "en dash"),
    ('—', "em dash"),
    ('−', "minus sign"),
    ('…', "horizontal ellipsis"),
    ('·', "middle dot"),
];

/// Punctuation and symbols whose full-width form occurs in Chinese text.
const FULL_WIDTH: &[(char, &str)] = &[
    ('!', "exclamation mark"),
    ('"', "quotation mark"),
    ('\'', "apostrophe"),
    ('(', "left parenthesis"),
    (')', "right parenthesis"),
    (',', "comma"),
    ('-', "hyphen-minus"),
    ('.', "full stop"),
    ('/', "solidus"),
    (':', "colon"),
    (';', "semicolon"),
    ('?', "question mark"),
    ('[', "left square bracket"),
    (']', "right square bracket"),
    ('_', "low line"),
    ('{', "left curly bracket"),
    ('}', "right curly bracket"),
];

/// Letters of other scripts: the letter, its name, and the Latin letter it is taken for.
const LOOK_ALIKES: &[(char, &str, char)] = &[
    ('А', "Cyrillic capital a", 'A'),
    ('В', "Cyrillic capital ve", 'B'),
    ('Е', "Cyrillic capital ie", 'E'),
    ('І', "Cyrillic capital i", 'I'),
    ('К', "Cyrillic capital ka", 'K'),
    ('М', "Cyrillic capital em", 'M'),
    ('Н', "Cyrillic capital en", 'H'),
    ('О', "Cyrillic capital o", 'O'),
    ('Р', "Cyrillic capital er", 'P'),
    ('С', "Cyrillic capital es", 'C'),
    ('Ѕ', "Cyrillic capital dze", 'S'),
    ('Т', "Cyrillic capital te", 'T'),
    ('Х', "Cyrillic capital ha", 'X'),
    ('а', "Cyrillic a", 'a'),
    ('е', "Cyrillic ie", 'e'),
    ('і', "Cyrillic i", 'i'),
    ('ј', "Cyrillic je", 'j'),
    ('о', "Cyrillic o", 'o'),
    ('р', "Cyrillic er", 'p'),
    ('с', "Cyrillic es", 'c'),
    ('ѕ', "Cyrillic dze", 's'),
    ('у', "Cyrillic u", 'y'),
    ('х', "Cyrillic ha", 'x'),
    ('Α', "Greek capital alpha", 'A'),
    ('Β', "Greek capital beta", 'B'),
    ('Ε', "Greek capital epsilon", 'E'),
    ('Ζ', "Greek capital zeta", 'Z'),
    ('Η', "Greek capital eta", 'H'),
    ('Ι', "Greek capital iota", 'I'),
    ('Κ', "Greek capital kappa", 'K'),
    ('Μ', "Greek capital mu", 'M'),
    ('Ν', "Greek capital nu", 'N'),
    ('Ο', "Greek capital omicron", 'O'),
    ('Ρ', "Greek capital rho", 'P'),
    ('Τ', "Greek capital tau", 'T'),
    ('Υ', "Greek capital upsilon", 'Y'),
    ('Χ', "Greek capital chi", 'X'),
    ('ν', "Greek nu", 'v'),
    ('ο', "Greek omicron", 'o'),
    ('ı', "Latin dotless i", 'i'),
    ('ɑ', "Latin alpha", 'a'),
    ('ɡ', "Latin script g", 'g'),
    ('ⅼ', "small Roman numeral fifty", 'l'),
    ('‐', "hyphen", '-'),
    ('‑', "non-breaking hyphen", '-'),
    ('–', "en dash", '-'),
    ('—', "em dash", '-'),
    ('−', "minus sign", '-'),
];

/// `U+200B zero width space`, or the code point alone where this module knows no name.
#[must_use]
pub fn name_character(character: char) -> String {
    let code = format!("U+{:04X}", u32::from(character));
    match remarkable_name(character).or_else(|| known_name(character)) {
        Some(name) => format!("{code} {name}"),
        None => code,
    }
}

/// The name of a character that a reader cannot see or takes for another one; none where it looks like what it is.
#[must_use]
pub fn remarkable(character: char) -> Option<String> {
    let hidden = character.is_control() || is_invisible(character);
    let odd = hidden || (character != ' ' && known_name(character).is_some());
    (odd || remarkable_name(character).is_some()).then(|| name_character(character))
}

/// The ASCII character that this one is mistaken for, where it is not that character itself.
pub(super) fn taken_for(character: char) -> Option<char> {
    let other_script = LOOK_ALIKES.iter().find(|(letter, ..)| *letter == character).map(|(.., latin)| *latin);
    let other_space = (character != ' ' && character.is_whitespace()).then_some(' ');
    other_script.or_else(|| half_width(character)).or(other_space)
}

fn known_name(character: char) -> Option<String> {
    NAMES.iter().find(|(named, _)| *named == character).map(|(_, name)| (*name).to_owned())
}

/// The name of a full-width form or of a letter of another script.
fn remarkable_name(character: char) -> Option<String> {
    if let Some(half) = half_width(character) {
        let name = FULL_WIDTH.iter().find(|(mark, _)| *mark == half).map(|(_, name)| *name);
        return Some(name.map_or_else(|| format!("fullwidth `{half}`"), |name| format!("fullwidth {name}")));
    }
    let alike = LOOK_ALIKES.iter().find(|(letter, ..)| *letter == character)?;
    Some(format!("{}, looks like `{}`", alike.1, alike.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_deceive_have_names() {
        assert_eq!(name_character('\u{3000}'), "U+3000 ideographic space");
        assert_eq!(name_character('，'), "U+FF0C fullwidth comma");
        assert_eq!(name_character('Ａ'), "U+FF21 fullwidth `A`");
        assert_eq!(name_character('\u{200b}'), "U+200B zero width space");
        assert_eq!(name_character('с'), "U+0441 Cyrillic es, looks like `c`");
        assert_eq!(name_character('\u{2063}'), "U+2063");
    }

    #[test]
    fn characters_that_look_like_what_they_are_are_not_remarkable() {
        for character in ['a', ' ', '不', 'é', ','] {
            assert_eq!(remarkable(character), None);
        }
    }

    #[test]
    fn unseen_characters_are_remarkable_even_without_a_name() {
        assert_eq!(remarkable('\u{2063}'), Some("U+2063".to_owned()));
        assert_eq!(remarkable('\u{7}'), Some("U+0007".to_owned()));
    }

    #[test]
    fn a_letter_of_another_script_is_taken_for_a_latin_one() {
        assert_eq!(taken_for('о'), Some('o'));
        assert_eq!(taken_for('９'), Some('9'));
        assert_eq!(taken_for('\u{a0}'), Some(' '));
        assert_eq!(taken_for('o'), None);
        assert_eq!(taken_for('空'), None);
    }
}
