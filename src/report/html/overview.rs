//! Several targets on one page: the worst outcome of each document, and the way to each target's own page.
//!
//! In: the records of one command, each with where its page lies. Out: HTML with its style and script inside.
//! Never: weighs anything but exit codes.

use askama::Template;

use super::super::excerpt::{Brief, Worst, because, documents_of_all, worst_verdict};
use super::super::words::{AllLabels, Both, Language};
use super::bar::mark;
use super::head::{look, moment};
use super::{OVERVIEW_SCRIPT, STYLE, policy};
use crate::text::visible;

/// A run and its page, as a link from the overview leads to it.
#[derive(Debug, Clone, Copy)]
pub struct Linked<'a> {
    /// What is said of it.
    pub brief: &'a Brief,
    /// The page, relative to the overview.
    pub page: &'a str,
}

#[derive(Template)]
#[template(path = "overview.html", config = "src/report/html/askama.toml")]
struct Page {
    language: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    w: AllLabels,
    class: &'static str,
    mark: &'static str,
    verdict: Both,
    documents: Vec<String>,
    rows: Vec<Row>,
}

/// A target.
struct Row {
    target: String,
    page: String,
    class: &'static str,
    mark: &'static str,
    verdict: Both,
    because: Both,
    started: String,
    cells: Vec<Option<Cell>>,
}

/// A document of a target.
struct Cell {
    class: &'static str,
    mark: char,
    name: Both,
    trials: usize,
    of: usize,
}

/// The overview, which opens in `language`.
///
/// # Errors
/// A page that cannot be written into memory; a bug of ours.
pub fn render(targets: &[Linked<'_>], language: Language) -> Result<String, askama::Error> {
    let briefs: Vec<Brief> = targets.iter().map(|target| target.brief.clone()).collect();
    let documents = documents_of_all(&briefs);
    let decides = worst_verdict(&briefs);
    let (class, mark) = decides.map_or(("untested", ""), look);
    let page = Page {
        language: language.as_str(),
        policy: policy(STYLE, OVERVIEW_SCRIPT),
        style: STYLE,
        script: OVERVIEW_SCRIPT,
        w: AllLabels::new(),
        class,
        mark,
        verdict: Both::of(|words| decides.map_or("", |verdict| words.verdict(verdict)).to_owned()),
        rows: targets.iter().map(|target| row(target, &documents)).collect(),
        documents: documents.into_iter().map(visible).collect(),
    };
    page.render().map(|page| page + "\n")
}

fn row(target: &Linked<'_>, documents: &[&str]) -> Row {
    let Linked { brief, page } = *target;
    let (class, mark) = look(brief.verdict);
    Row {
        target: visible(&brief.target.name),
        page: page.to_owned(),
        class,
        mark,
        verdict: Both::of(|words| words.verdict(brief.verdict).to_owned()),
        because: Both::of(|words| because(brief, words)),
        started: moment(&brief.started),
        cells: documents.iter().map(|document| brief.worst(document).map(cell)).collect(),
    }
}

fn cell(Worst { outcome, trials, of }: Worst) -> Cell {
    Cell {
        class: outcome.as_str(),
        mark: mark(outcome),
        name: Both::of(|words| words.outcome(outcome).to_owned()),
        trials,
        of,
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::super::sample;
    use super::*;

    #[test]
    fn several_targets() {
        let records = [sample::conforming(), sample::deviating(), sample::unreachable()];
        let records = records.map(|record| Brief::of(&record));
        let linked = |brief| Linked { brief, page: "acme/2026-11-20/report.html" };
        let page = render(&records.iter().map(linked).collect::<Vec<_>>(), Language::English).expect("a page");
        assert_data_eq!(page, file!["../golden/overview.html"].raw());
    }

    #[test]
    fn a_hostile_name_is_text() {
        let brief = Brief::of(&sample::poisoned());
        let page = render(&[Linked { brief: &brief, page: "a" }], Language::English).expect("a page");
        assert!(!page.contains("<img") && page.contains("&#60;img"));
    }
}
