//! Texts with placeholders: `${captcha.token}`.
//!
//! In: a text. Out: its pieces. Never: knows which placeholders are valid, fills them in.

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Text that stands for itself.
    Literal(&'t str),
    /// The name within `${…}`.
    Placeholder(&'t str),
    /// A `${` that is never closed.
    Unclosed,
}

/// The pieces of a template in order.
#[must_use]
pub(crate) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        pieces.push(Piece::Literal(before));
        let Some((name, remainder)) = after.split_once('}') else {
            pieces.push(Piece::Unclosed);
            return pieces;
        };
        pieces.push(Piece::Placeholder(name));
        rest = remainder;
    }
    pieces.push(Piece::Literal(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_falls_into_literals_and_placeholders() {
        let expected = [
            Piece::Literal("a "),
            Piece::Placeholder("b.c"),
            Piece::Literal("}"),
            Piece::Placeholder(""),
            Piece::Literal("中"),
            Piece::Unclosed,
        ];
        assert_eq!(pieces("a ${b.c}}${}中${d"), expected);
        assert_eq!(pieces(""), [Piece::Literal("")]);
    }
}
