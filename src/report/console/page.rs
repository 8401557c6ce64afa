//! The page that the parts of the report are written on: width, colour, indentation and empty lines.
//!
//! In: pieces of text that are already safe to show. Out: the page. Never: knows what is written on it.

use crate::text::{width, wrap};

use super::super::words::{Labels, Words};
use super::Style;
use super::ink::Ink;

/// How far behind the beginning of its label a text begins.
pub(super) const LABEL: usize = 10;

/// A narrower page is written as if it were this wide.
const NARROWEST: usize = 24;

/// A text under construction.
#[derive(Debug)]
pub(super) struct Page {
    style: Style,
    text: String,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { style, text: String::new() }
    }

    pub(super) fn style(&self) -> Style {
        self.style
    }

    pub(super) fn words(&self) -> &'static dyn Words {
        self.style.language.words()
    }

    pub(super) fn labels(&self) -> &'static Labels {
        self.words().labels()
    }

    /// The text; every line of it ends, none has white space at its end.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// The columns that remain beside an indentation; none where lines are not broken.
    pub(super) fn room(&self, indent: usize) -> Option<usize> {
        self.style.width.map(|width| width.max(NARROWEST).saturating_sub(indent))
    }

    /// `text` in an ink, where colours are wanted.
    pub(super) fn paint(&self, text: &str, ink: Ink) -> String {
        if self.style.color && ink != Ink::Plain && !text.is_empty() {
            let style = ink.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// One empty line, unless there is one, or nothing, before it.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// One line as it stands.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        let line = format!("{}{text}", " ".repeat(indent));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A text broken into lines of the page's width.
    pub(super) fn wrapped(&mut self, indent: usize, text: &str, ink: Ink) {
        for line in self.broken(indent, text) {
            let painted = self.paint(&line, ink);
            self.line(indent, &painted);
        }
    }

    /// A label, and beside it a text broken into lines.
    pub(super) fn labelled(&mut self, indent: usize, label: &str, text: &str, ink: Ink) {
        let lines = self.broken(indent + LABEL, text);
        let painted = lines.iter().map(|line| self.paint(line, ink)).collect();
        self.beside(indent, label, painted);
    }

    /// A label, and beside it lines as they stand.
    pub(super) fn beside(&mut self, indent: usize, label: &str, lines: Vec<String>) {
        let gap = " ".repeat(LABEL.saturating_sub(width(label)));
        let label = self.paint(label, Ink::Faint);
        for (number, line) in lines.into_iter().enumerate() {
            if number == 0 {
                self.line(indent, &format!("{label}{gap}{line}"));
            } else {
                self.line(indent + LABEL, &line);
            }
        }
    }

    fn broken(&self, indent: usize, text: &str) -> Vec<String> {
        self.room(indent).map_or_else(|| vec![text.to_owned()], |room| wrap(text, room))
    }
}
