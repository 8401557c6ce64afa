//! What differs between an expected and a received text, character by character.
//!
//! In: two texts. Out: their common and their own parts in order. Never: marks two texts that have little in common,
//! since marks all over say nothing.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A part of two texts that were compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// In both.
    Same(String),
    /// Only in the expected text.
    Expected(String),
    /// Only in the received text.
    Received(String),
}

/// The longest texts that are compared by character; beyond, only their common beginning and end are told.
const LONGEST: usize = 1_000;

/// The parts of `expected` and `actual`; one part of each where less than two fifths of the longer one is common.
#[must_use]
pub fn marks(expected: &str, actual: &str) -> Vec<Segment> {
    let old: Vec<char> = expected.chars().collect();
    let new: Vec<char> = actual.chars().collect();
    let changes = merged(changes(&old, &new));
    let common: usize = changes.iter().map(|change| change.same).sum();
    if common * 5 < old.len().max(new.len()) * 2 {
        return segments(vec![Change { same: 0, old: old.len(), new: new.len() }], &old, &new);
    }
    segments(changes, &old, &new)
}

/// So many characters that are the same, then so many only in the old text, then so many only in the new one.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    same: usize,
    old: usize,
    new: usize,
}

fn changes(old: &[char], new: &[char]) -> Vec<Change> {
    if old.len().max(new.len()) > LONGEST {
        return ends(old, new);
    }
    let mut changes = vec![Change::default()];
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        push(&mut changes, op);
    }
    changes
}

fn push(changes: &mut Vec<Change>, op: DiffOp) {
    let same = matches!(op, DiffOp::Equal { .. });
    if same {
        changes.push(Change { same: op.old_range().len(), ..Change::default() });
    } else if let Some(last) = changes.last_mut() {
        last.old += op.old_range().len();
        last.new += op.new_range().len();
    }
}

/// The common beginning, what is between, the common end.
fn ends(old: &[char], new: &[char]) -> Vec<Change> {
    let first = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[first..], &new[first..]);
    let last = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    vec![Change { same: first, old: old.len() - last, new: new.len() - last }, Change { same: last, old: 0, new: 0 }]
}

/// Takes a common part that is shorter than the changes on both its sides into them: two unlike words have letters in
/// common by accident.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        match merged.last_mut() {
            Some(last) if change.same < last.old.max(last.new) && change.same < change.old.max(change.new) => {
                last.old += change.same + change.old;
                last.new += change.same + change.new;
            }
            Some(_) | None => merged.push(change),
        }
    }
    merged
}

fn segments(changes: Vec<Change>, mut old: &[char], mut new: &[char]) -> Vec<Segment> {
    let mut segments = Vec::new();
    for change in changes {
        segments.push(Segment::Same(take(&mut old, change.same)));
        take(&mut new, change.same);
        segments.push(Segment::Expected(take(&mut old, change.old)));
        segments.push(Segment::Received(take(&mut new, change.new)));
    }
    segments.retain(|segment| !text(segment).is_empty());
    segments
}

fn take(characters: &mut &[char], count: usize) -> String {
    let (taken, rest) = characters.split_at(count);
    *characters = rest;
    taken.iter().collect()
}

fn text(segment: &Segment) -> &str {
    match segment {
        Segment::Same(text) | Segment::Expected(text) | Segment::Received(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, actual: &str) -> String {
        let show = |segment: Segment| match segment {
            Segment::Same(text) => text,
            Segment::Expected(text) => format!("[-{text}]"),
            Segment::Received(text) => format!("[+{text}]"),
        };
        marks(expected, actual).into_iter().map(show).collect()
    }

    #[test]
    fn one_character_is_marked_alone() {
        assert_eq!(shown("IDAAS.SDK.PARAM.0002", "IDAAS.SDK.PARAM.0003"), "IDAAS.SDK.PARAM.000[-2][+3]");
        assert_eq!(shown("未注册,请先", "未注册，请先"), "未注册[-,][+，]请先");
    }

    #[test]
    fn letters_that_are_common_by_accident_are_not_held_apart() {
        assert_eq!(shown("IDAAS.SDK.PARAM.0002", "IDAAS.SDK.USER.0002"), "IDAAS.SDK.[-PARAM][+USER].0002");
    }

    #[test]
    fn single_foreign_letters_stay_apart() {
        assert_eq!(shown("clientId empty", "сliеntId empty"), "[-c][+с]li[-e][+е]ntId empty");
    }

    #[test]
    fn texts_with_little_in_common_are_not_marked_letter_by_letter() {
        let parts = marks("clientId不能为空", "The application is not registered");
        assert_eq!(parts.len(), 2);
    }

    #[test]
    fn nothing_is_marked_where_nothing_differs() {
        assert_eq!(marks("same", "same"), [Segment::Same("same".to_owned())]);
        assert_eq!(marks("", ""), []);
    }

    #[test]
    fn very_long_texts_are_told_by_their_ends() {
        let (left, right) = (format!("{}X", "a".repeat(5_000)), format!("{}Y", "a".repeat(5_000)));
        assert_eq!(marks(&left, &right).len(), 3);
    }
}
