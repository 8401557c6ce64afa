//! The run as one page that needs nothing else: it opens from a mail, is read in English or Chinese, in the light, in the
//! dark, and on paper.
//!
//! In: a record and the language that the page opens in. Out: HTML with its style and script inside. Never: a request to
//! anywhere, a text of a deployment as markup, a meaning that only a colour carries.

mod bar;
mod card;
mod certificate;
mod changes;
mod comparison;
mod head;
mod latency;
mod matrix;
mod overview;
mod said;
mod trials;
mod waivers;

use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::excerpt::groups;
use super::words::{AllLabels, Both, Language};
use crate::record::RunRecord;
use crate::text::visible;
use crate::verdict::Outcome;

use bar::Bar;
pub use certificate::certified;
pub use comparison::compared;
use head::Head;
use latency::Latency;
use matrix::Matrix;
pub use overview::{Linked, render as overview};
use trials::{Reasons, Trials};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(include_str!("language.js"), include_str!("page.js"));
/// Pages that are printed and signed: the style of the run's page, and some of their own.
const SHEET: &str = concat!(include_str!("page.css"), include_str!("sheet.css"));
/// The overview has nothing to filter.
const OVERVIEW_SCRIPT: &str = include_str!("language.js");

/// The page as its template sees it: every text of a record in it is visible characters only.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    language: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    w: AllLabels,
    head: Head,
    bar: Bar,
    matrix: Matrix,
    trials: Trials<'a>,
    /// What was not found out and what was not exercised.
    missing: Vec<Reasons>,
    waived: Vec<Reasons>,
    waivers: Vec<waivers::Waiver>,
    latency: Latency,
    drift: Vec<DriftRow>,
}

/// A thing that drifted.
struct DriftRow {
    document: String,
    kind: Both,
    text: String,
}

/// The record as a page that opens in `language`.
///
/// # Errors
/// A page that cannot be written into memory; a bug of ours.
pub fn render(record: &RunRecord, language: Language) -> Result<String, askama::Error> {
    let trials = Trials::of(record);
    let reasons = |outcome: Outcome| groups(record, outcome).into_iter().map(move |group| (outcome, group));
    let of_trials = |(outcome, group)| Reasons::of(outcome, &group, &trials);
    let page = Page {
        language: language.as_str(),
        policy: policy(STYLE, SCRIPT),
        style: STYLE,
        script: SCRIPT,
        w: AllLabels::new(),
        head: Head::of(record),
        bar: Bar::of(&record.tally),
        matrix: Matrix::of(record),
        missing: reasons(Outcome::Error).chain(reasons(Outcome::Blocked)).map(of_trials).collect(),
        waivers: waivers::of(record),
        waived: reasons(Outcome::Waived).map(of_trials).collect(),
        latency: Latency::of(record),
        drift: drift(record),
        trials,
    };
    page.render().map(|page| page + "\n")
}

/// Nothing but the style and the script that are inside: whatever else stood in the page would not run, nor load.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}

fn drift(record: &RunRecord) -> Vec<DriftRow> {
    let row = |drift: &crate::record::Drift| DriftRow {
        document: visible(&drift.document),
        kind: Both::of(|words| visible(words.drift_kind(&drift.kind))),
        text: visible(&drift.text),
    };
    record.drift.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::sample;
    use super::*;

    fn page(record: &RunRecord, language: Language) -> String {
        render(record, language).expect("a page")
    }

    #[test]
    fn a_page_with_every_outcome() {
        assert_data_eq!(page(&sample::deviating(), Language::English), file!["../golden/page.html"].raw());
    }

    #[test]
    fn the_languages_differ_in_what_opens_only() {
        let english = page(&sample::deviating(), Language::English);
        let chinese = page(&sample::deviating(), Language::Chinese);
        assert!(english.replacen("<html lang=\"en\">", "<html lang=\"zh\">", 1) == chinese);
    }

    #[test]
    fn what_a_deployment_sends_is_text_and_visible() {
        let text = page(&sample::poisoned(), Language::English);
        assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || crate::text::is_invisible(c)));
        assert!(text.contains("&#60;img src=x onerror=") && !text.contains("<img"));
        assert_eq!(text.matches("<script").count(), 1);
        assert_eq!(text.matches("<style").count(), 1);
    }

    #[test]
    fn nothing_is_loaded_from_anywhere() {
        let text = page(&sample::deviating(), Language::English);
        for loads in ["src=\"", "url(", "@import", "<link", "<iframe", "<object", "<form", "fetch(", "XMLHttpRequest"] {
            assert!(!text.contains(loads), "{loads}");
        }
        let links = text.split("href=\"").skip(1);
        assert!(links.into_iter().all(|link| link.starts_with('#')));
    }

    #[test]
    fn nothing_inline_is_kept_from_the_policy() {
        let text = page(&sample::deviating(), Language::English);
        let markup: String = text.split("<style>").map(|part| part.split("</style>").last().unwrap_or("")).collect();
        assert!(!markup.contains(" style=") && !markup.contains(" onclick="));
    }

    #[test]
    fn a_run_of_nothing_is_a_page_too() {
        let mut record = sample::conforming();
        record.trials.clear();
        record.clauses.clear();
        assert!(page(&record, Language::Chinese).ends_with("</html>\n"));
    }
}
