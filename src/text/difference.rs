//! Compares the message of an answer with the document's, and says what kind of difference it is.
//!
//! In: the document's message, the received one, the document's message in the other language.
//! Out: nothing, or the kind of difference. Never: decides whether that breaks a promise.

use super::character::taken_for;
use super::fold::fold;
use super::garbled::is_garbled;
use super::visible::is_invisible;

/// How a message differs from the document's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Difference {
    /// There is no text in it.
    Empty,
    /// It is the document's message in the other language.
    OtherLanguage,
    /// It is the inside of a program: a class, an exception, a line of a stack.
    StackTrace,
    /// It is the key of a message, or holds a placeholder that was never filled in.
    UntranslatedKey,
    /// It went through a wrong encoding.
    Garbled,
    /// It looks the same and is not: full-width or foreign letters, invisible characters.
    LookAlike,
    /// It differs in upper and lower case only.
    LetterCase,
    /// It differs in the white space between words only.
    WhiteSpace,
    /// It says something else, or says it otherwise.
    OtherWording,
}

impl Difference {
    /// A few words, for a table: `other language`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "no text",
            Self::OtherLanguage => "other language",
            Self::StackTrace => "stack trace",
            Self::UntranslatedKey => "untranslated key",
            Self::Garbled => "garbled text",
            Self::LookAlike => "look-alike characters",
            Self::LetterCase => "letter case",
            Self::WhiteSpace => "white space",
            Self::OtherWording => "other wording",
        }
    }

    /// One sentence, without a final stop.
    #[must_use]
    pub fn explain(self) -> &'static str {
        match self {
            Self::Empty => "the message is empty",
            Self::OtherLanguage => "this is the document's message in another language than the one asked for",
            Self::StackTrace => "the message shows the inside of the program instead of the document's text",
            Self::UntranslatedKey => "the message is a key or a template that was never turned into text",
            Self::Garbled => "the message was damaged by a wrong character encoding",
            Self::LookAlike => "the message looks right, but holds other characters than the document's",
            Self::LetterCase => "the message differs from the document's in upper and lower case",
            Self::WhiteSpace => "the message differs from the document's in the white space between words",
            Self::OtherWording => "the message is worded otherwise than the document's",
        }
    }
}

/// Compares a received message with the document's; `other_language` is the document's message in the language that
/// was not asked for.
///
/// # Errors
/// The kind of difference, where the two are not equal after [`fold`].
pub fn compare_message(expected: &str, actual: &str, other_language: Option<&str>) -> Result<(), Difference> {
    if fold(expected) == fold(actual) { Ok(()) } else { Err(classify(expected, actual, other_language)) }
}

/// Whether two messages are equal when a final stop counts for nothing: EIAM prints its sentence with and without one.
#[must_use]
pub fn equal_but_final_stop(expected: &str, actual: &str) -> bool {
    without_stop(&fold(expected)) == without_stop(&fold(actual))
}

fn without_stop(folded: &str) -> &str {
    folded.strip_suffix('.').unwrap_or(folded).trim_end()
}

/// The most telling name first: a stack trace also looks like a key, a key also is another wording.
fn classify(expected: &str, actual: &str, other_language: Option<&str>) -> Difference {
    let other_language = other_language.is_some_and(|other| fold(other) == fold(actual));
    let kinds = [
        (actual.trim().is_empty(), Difference::Empty),
        (other_language, Difference::OtherLanguage),
        (is_stack_trace(actual) && !is_stack_trace(expected), Difference::StackTrace),
        (is_key(actual) && !is_key(expected), Difference::UntranslatedKey),
        (is_garbled(actual) && !is_garbled(expected), Difference::Garbled),
        (same(expected, actual, spaced), Difference::WhiteSpace),
        (same(expected, actual, skeleton), Difference::LookAlike),
        (same(expected, actual, str::to_lowercase), Difference::LetterCase),
    ];
    kinds.into_iter().find(|(fits, _)| *fits).map_or(Difference::OtherWording, |(_, kind)| kind)
}

fn same(expected: &str, actual: &str, reduce: impl Fn(&str) -> String) -> bool {
    reduce(&fold(expected)) == reduce(&fold(actual))
}

/// The text without spaces; other white space than the ordinary one is a look-alike, not a space.
fn spaced(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, ' ' | '\t' | '\n' | '\r')).collect()
}

/// The text as it looks: invisible characters gone, look-alikes replaced by what they are taken for.
fn skeleton(text: &str) -> String {
    let seen = text.chars().filter(|&character| !is_invisible(character) && !character.is_control());
    let plain: String = seen.map(|character| taken_for(character).unwrap_or(character)).collect();
    fold(&plain)
}

fn is_stack_trace(text: &str) -> bool {
    let traces = [
        "java.lang.",
        "java.util.",
        "java.sql.",
        "java.io.",
        "java.net.",
        "javax.",
        "jakarta.",
        "org.springframework.",
        "org.apache.",
        "com.mysql.",
        "Exception:",
        "Exception in thread",
        "Caused by:",
        "nested exception",
        "Traceback (most recent call last)",
        "goroutine ",
        ".java:",
        " at com.",
        " at org.",
        " at java.",
        "\tat ",
        "SQLSTATE",
        "ORA-0",
    ];
    traces.iter().any(|trace| text.contains(trace)) || text.split(is_no_word).any(is_exception_class)
}

fn is_no_word(character: char) -> bool {
    !character.is_ascii_alphanumeric()
}

/// `NullPointerException`, but not the word `Exception` in a sentence.
fn is_exception_class(word: &str) -> bool {
    ["Exception", "Error"].iter().filter_map(|end| word.strip_suffix(end)).any(|rest| {
        rest.starts_with(|first: char| first.is_ascii_uppercase()) && rest.chars().any(|c| c.is_ascii_lowercase())
    })
}

/// `error.captcha.invalid`, `CAPTCHA_INVALID`, `??key_zh??`, or a sentence with `{0}`, `${name}`, `%s` in it.
fn is_key(text: &str) -> bool {
    let bare = text.trim().trim_matches(|edge| "{}?!#$[]%".contains(edge));
    let parts: Vec<&str> = bare.split(['.', '_', '-', ':']).collect();
    let is_part = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    (parts.len() > 1 && parts.iter().all(is_part)) || has_placeholder(text)
}

fn has_placeholder(text: &str) -> bool {
    let opened = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let named = |inside: &str| inside.chars().all(|c| c.is_ascii_alphanumeric() || "._-,".contains(c));
    opened.map(|(inside, _)| inside).any(named) || text.contains("%s") || text.contains("%1$")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "clientId cannot be empty";
    const ZH: &str = "clientId不能为空";

    fn kind(actual: &str) -> Option<Difference> {
        compare_message(EN, actual, Some(ZH)).err()
    }

    #[test]
    fn white_space_at_the_ends_and_the_width_of_punctuation_make_no_difference() {
        assert_eq!(compare_message("应用未注册,请先注册应用", " 应用未注册，请先注册应用\n", None), Ok(()));
    }

    #[test]
    fn the_other_language_is_recognised() {
        assert_eq!(kind(ZH), Some(Difference::OtherLanguage));
        assert_eq!(compare_message(ZH, EN, Some(EN)), Err(Difference::OtherLanguage));
        assert_eq!(compare_message(EN, ZH, None), Err(Difference::OtherWording));
    }

    #[test]
    fn an_untranslated_key_or_an_unfilled_template_is_recognised() {
        for text in ["error.captcha.invalid", "IDAAS.SDK.PARAM.0002", "CLIENT_ID_EMPTY", "??client.id_zh??"] {
            assert_eq!(kind(text), Some(Difference::UntranslatedKey), "{text}");
        }
        for text in ["{0} cannot be empty", "Parameter ${name} is blank", "{} cannot be empty", "%s cannot be empty"] {
            assert_eq!(kind(text), Some(Difference::UntranslatedKey), "{text}");
        }
    }

    #[test]
    fn garbled_text_is_recognised() {
        assert_eq!(compare_message(ZH, "clientIdä¸èƒ½ä¸ºç©º", None), Err(Difference::Garbled));
        assert_eq!(compare_message(ZH, "clientId????", None), Err(Difference::Garbled));
    }

    #[test]
    fn a_leaked_stack_trace_is_recognised() {
        let traces = [
            "java.lang.NullPointerException",
            "NullPointerException",
            "error at com.bamboo.idaas.Send.run(Send.java:17)",
            "nested exception is org.springframework.dao.DataAccessException",
        ];
        for text in traces {
            assert_eq!(kind(text), Some(Difference::StackTrace), "{text}");
        }
        assert_eq!(kind("An Exception occurred"), Some(Difference::OtherWording));
        assert_eq!(kind("System Error"), Some(Difference::OtherWording));
    }

    #[test]
    fn characters_that_only_look_right_are_recognised() {
        let look_alikes = [
            "сlientId cannot be empty",
            "clientId cannot be empty\u{200b}",
            "clientId\u{a0}cannot be empty",
            "ｃlientId cannot be empty",
            "clientId\u{3000}cannot be empty",
            "\u{feff}clientId cannot be empty",
        ];
        for text in look_alikes {
            assert_eq!(kind(text), Some(Difference::LookAlike), "{text}");
        }
    }

    #[test]
    fn letter_case_white_space_and_wording_are_told_apart() {
        assert_eq!(kind("ClientID cannot be empty"), Some(Difference::LetterCase));
        assert_eq!(kind("clientId cannot  be empty"), Some(Difference::WhiteSpace));
        assert_eq!(kind("clientId must not be empty"), Some(Difference::OtherWording));
        assert_eq!(kind("clientId cannot be empty."), Some(Difference::OtherWording));
        assert_eq!(kind(" "), Some(Difference::Empty));
    }

    #[test]
    fn a_final_stop_may_be_set_aside() {
        let printed = "Parameter X-client-id cannot be left blank.";
        assert!(equal_but_final_stop(printed, "Parameter X-client-id cannot be left blank"));
        assert!(equal_but_final_stop(printed, "Parameter X-client-id cannot be left blank。"));
        assert!(!equal_but_final_stop(printed, "Parameter X-client-id cannot be left blank.."));
        assert!(!equal_but_final_stop(printed, "Parameter X-client-id cannot be blank."));
    }
}
