//! Texts without what differs from answer to answer: ids, times, tokens, recipients, numbers.
//!
//! In: a redacted text. Out: the same with a word for each such part. Never: a judgement what a word means.

/// A word with digits in it of at least this length is an id, a token or a time.
const SHORTEST_ID: usize = 8;

/// The text with every id, time, token, recipient and number called what it is.
pub(super) fn settled(text: &str) -> String {
    let text = without_tags(text);
    let mut settled = String::with_capacity(text.len());
    for part in text.split_inclusive(separates) {
        let word = part.trim_end_matches(separates);
        settled.push_str(by_type(word));
        settled.push_str(&part[word.len()..]);
    }
    settled
}

fn separates(c: char) -> bool {
    c.is_whitespace() || "\"'`,:;=()[]{}<>/&?|".contains(c)
}

fn by_type(word: &str) -> &str {
    let digits = word.chars().any(|c| c.is_ascii_digit());
    if word.contains("***") {
        "‹recipient›"
    } else if digits && varies(word) {
        "‹varies›"
    } else {
        word
    }
}

/// Numbers, times and ids; codes like `IDAAS.SDK.PARAM.0002` are words of the deployment.
fn varies(word: &str) -> bool {
    let number = word.starts_with(|c: char| c.is_ascii_digit());
    let code = word.contains('.') && !word.chars().any(|c| c.is_ascii_lowercase());
    let id = word.len() >= SHORTEST_ID && !code;
    (number || id) && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.+~".contains(c))
}

/// `‹captcha-token a1f3›` is `‹captcha-token›`: the tag is another in every run.
fn without_tags(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for (number, part) in text.split('‹').enumerate() {
        let tagged = part.split_once('›').and_then(|(mark, rest)| Some((mark.rsplit_once(' ')?.0, rest)));
        match tagged {
            _ if number == 0 => bare.push_str(part),
            Some((kind, rest)) => bare.extend(["‹", kind, "›", rest]),
            None => bare.extend(["‹", part]),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn what_differs_from_answer_to_answer_is_named_by_its_type() {
        assert_eq!(settled("‹captcha-token a1f3› and ‹code›"), "‹captcha-token› and ‹code›");
        assert_eq!(settled("7b0c1c9e-25e4-4c53-8a0f-0a9c9e4b7d11"), "‹varies›");
        assert_eq!(settled("2026-11-20T14:00:00.123Z"), settled("2027-01-02T03:04:05.678Z"));
        assert_eq!(settled("took 12 ms"), "took ‹varies› ms");
        assert_eq!(settled("152****0000 q***@example.com"), "‹recipient› ‹recipient›");
    }

    #[test]
    fn words_and_codes_stay() {
        for text in ["IDAAS.SDK.PARAM.0002", "clientId cannot be empty", "clientId不能为空", "UTF-8", "MFA_AUTH"] {
            assert_eq!(settled(text), text);
        }
    }
}
