//! Where the forms of secrets begin, so that a text is read once however many secrets there are.
//!
//! In: forms, a text. Out: the forms that stand in it. Never: misses one.

use std::collections::{BTreeSet, HashMap};

/// The bytes at its beginning by which a form is known.
const BEGINNING: usize = 4;
/// Bits of the filter: few enough to lie in the nearest cache.
const BITS: usize = 1 << 14;

/// Every form of every secret, by its first bytes.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Whether any form may begin with bytes of this hash.
    filter: Vec<u64>,
    by_beginning: HashMap<[u8; BEGINNING], Vec<Place>>,
    /// Those that are too short to have a beginning: each is looked for.
    short: Vec<Place>,
}

/// A secret and which of its forms.
pub(super) type Place = (usize, usize);

impl Index {
    /// Takes in a form.
    pub(super) fn add(&mut self, form: &str, place: Place) {
        let Some(beginning) = form.as_bytes().first_chunk::<BEGINNING>() else {
            self.short.push(place);
            return;
        };
        if self.filter.is_empty() {
            self.filter = vec![0; BITS / 64];
        }
        let bit = bit(*beginning);
        self.filter[bit / 64] |= 1 << (bit % 64);
        self.by_beginning.entry(*beginning).or_default().push(place);
    }

    /// The forms that stand in a text, each once; `form` gives the text of each.
    pub(super) fn standing<'s>(&self, text: &str, form: impl Fn(Place) -> &'s str) -> BTreeSet<Place> {
        self.occurrences(text, form).map(|(place, _)| place).collect()
    }

    /// Where forms stand in a text.
    pub(super) fn occurrences<'a, 's: 'a>(
        &'a self,
        text: &'a str,
        form: impl Fn(Place) -> &'s str + 'a,
    ) -> impl Iterator<Item = (Place, usize)> + 'a {
        let bytes = text.as_bytes();
        let last = if self.filter.is_empty() { 0 } else { bytes.len().saturating_sub(BEGINNING - 1) };
        let begins = (0..last).filter_map(|at| {
            let beginning = bytes[at..].first_chunk::<BEGINNING>()?;
            let bit = bit(*beginning);
            if self.filter[bit / 64] & (1 << (bit % 64)) == 0 {
                return None;
            }
            Some((at, self.by_beginning.get(beginning)?))
        });
        let places = begins.flat_map(|(at, places)| places.iter().map(move |place| (*place, at)));
        let short = self.short.iter().map(|place| (*place, text.find(form(*place))));
        let short: Vec<_> = short.filter_map(|(place, at)| Some((place, at?))).collect();
        short.into_iter().chain(places.filter(move |(place, at)| bytes[*at..].starts_with(form(*place).as_bytes())))
    }
}

fn bit(beginning: [u8; BEGINNING]) -> usize {
    // Fibonacci hashing: the upper bits of the product are well mixed.
    (u32::from_le_bytes(beginning).wrapping_mul(0x9e37_79b9) >> 18) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_text_is_found_and_nothing_else() {
        let forms = ["abcd", "abcdef", "bcde", "xyz", "密码密码", "zzzz"];
        let mut index = Index::default();
        for (number, form) in forms.iter().enumerate() {
            index.add(form, (number, 0));
        }
        let found = |text: &str| -> Vec<usize> {
            index.standing(text, |(number, _)| forms[number]).into_iter().map(|(number, _)| number).collect()
        };
        assert_eq!(found("__abcdefg"), [0, 1, 2]);
        assert_eq!(found("xyz"), [3]);
        assert_eq!(found("的密码密码"), [4]);
        assert_eq!(found("abc bcd xy zz 密码"), Vec::<usize>::new());
        assert_eq!(found(""), Vec::<usize>::new());
    }
}
