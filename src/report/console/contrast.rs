//! Expected and received, one under the other, with what differs marked.
//!
//! In: two texts as the record holds them. Out: lines for a card: the texts, carets under the differing characters,
//! the names of those that deceive the eye. Never: lets a control character through, marks texts that are all different.

use crate::text::{Segment, visible, width};

use super::super::comparison::Comparison;
use super::super::words::Words;
use super::ink::Ink;
use super::page::{LABEL, Page};

/// How many deceptive characters are named.
const MOST_NAMES: usize = 4;

/// Where the labels of the two texts stand.
const INDENT: usize = 4;
/// How many characters of a part that differs are shown, and with `-v`.
const LONGEST: (usize, usize) = (120, 2_000);

/// One character as it is shown, and whether it differs.
#[derive(Debug, Clone)]
struct Glyph {
    shown: String,
    differs: bool,
}

/// Writes the two texts, and the names of what is hard to see in them.
pub(super) fn write(page: &mut Page, expected: &str, actual: &str) {
    let Comparison { segments, marked, names } = Comparison::of(expected, actual);
    let longest = if page.style().verbose { LONGEST.1 } else { LONGEST.0 };
    let (words, labels) = (page.words(), page.labels());
    let expected = side(&segments, Side::Expected, marked, longest, words);
    let received = side(&segments, Side::Received, marked, longest, words);
    let expected = lines(page, &expected, Ink::Good, Ink::GoodMark);
    let received = lines(page, &received, Ink::Bad, Ink::BadMark);
    page.beside(INDENT, labels.expected, expected);
    page.beside(INDENT, labels.received, received);
    write_names(page, names);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Expected,
    Received,
}

fn side(segments: &[Segment], side: Side, marked: bool, longest: usize, words: &dyn Words) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    for segment in segments {
        match (segment, side) {
            (Segment::Same(text), _) => glyphs.extend(shortened(text, false, longest / 2, words)),
            (Segment::Expected(text), Side::Expected) | (Segment::Received(text), Side::Received) => {
                glyphs.extend(shortened(text, marked, longest, words));
            }
            (Segment::Expected(_), Side::Received) | (Segment::Received(_), Side::Expected) => {}
        }
    }
    glyphs
}

/// The characters of a part; where it is longer than `longest`, its two ends and the count of what is between.
fn shortened(text: &str, differs: bool, longest: usize, words: &dyn Words) -> Vec<Glyph> {
    let glyph = |character: char| Glyph { shown: visible(&character.to_string()), differs };
    let all: Vec<Glyph> = text.chars().map(glyph).collect();
    if all.len() <= longest {
        return all;
    }
    let end = longest / 2;
    let between = format!("…({})…", words.characters(all.len() - 2 * end));
    let note = between.chars().map(|character| Glyph { shown: character.to_string(), differs: false });
    all[..end].iter().cloned().chain(note).chain(all[all.len() - end..].iter().cloned()).collect()
}

/// The glyphs in lines, each followed by a line of carets where something in it differs.
fn lines(page: &Page, glyphs: &[Glyph], ink: Ink, mark: Ink) -> Vec<String> {
    if glyphs.is_empty() {
        return vec![page.paint(page.labels().no_text, Ink::Faint)];
    }
    let rows = rows(glyphs, page.room(INDENT + LABEL));
    rows.into_iter().flat_map(|row| [Some(painted(page, row, ink, mark)), carets(page, row, ink)]).flatten().collect()
}

fn rows(glyphs: &[Glyph], room: Option<usize>) -> Vec<&[Glyph]> {
    let Some(room) = room else { return vec![glyphs] };
    let mut rows = Vec::new();
    let mut rest = glyphs;
    while !rest.is_empty() {
        let (row, remaining) = rest.split_at(fitting(rest, room));
        rows.push(row);
        rest = remaining;
    }
    rows
}

/// How many glyphs fit; one at least.
fn fitting(glyphs: &[Glyph], room: usize) -> usize {
    let mut used = 0;
    let full = glyphs.iter().position(|glyph| {
        used += width(&glyph.shown);
        used > room
    });
    full.unwrap_or(glyphs.len()).max(1)
}

fn painted(page: &Page, row: &[Glyph], ink: Ink, mark: Ink) -> String {
    let runs = row.chunk_by(|left, right| left.differs == right.differs);
    let paint = |run: &[Glyph]| {
        let text: String = run.iter().map(|glyph| glyph.shown.as_str()).collect();
        page.paint(&text, if run[0].differs { mark } else { ink })
    };
    runs.map(paint).collect()
}

fn carets(page: &Page, row: &[Glyph], ink: Ink) -> Option<String> {
    let under = |glyph: &Glyph| if glyph.differs { "^" } else { " " }.repeat(width(&glyph.shown));
    let carets: String = row.iter().map(under).collect();
    let carets = carets.trim_end();
    (!carets.is_empty()).then(|| page.paint(carets, ink))
}

fn write_names(page: &mut Page, mut names: Vec<String>) {
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    if more > 0 {
        names.push(page.words().more(more));
    }
    for (number, name) in names.iter().enumerate() {
        page.labelled(INDENT, if number == 0 { page.labels().look_at } else { "" }, name, Ink::Doubt);
    }
}
