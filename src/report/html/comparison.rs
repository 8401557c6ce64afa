//! Two runs held against each other, as one page that needs nothing else.
//!
//! In: a comparison. Out: HTML with its style and script inside. Never: compares.

use askama::Template;

use super::super::words::{AllLabels, Language};
use super::changes::Changes;
use super::{OVERVIEW_SCRIPT, SHEET, policy};
use crate::compare::Comparison;
use crate::text::visible;

#[derive(Template)]
#[template(path = "comparison.html", config = "src/report/html/askama.toml")]
struct Page {
    language: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    w: AllLabels,
    target: String,
    changes: Changes,
}

/// The comparison as a page that opens in `language`.
///
/// # Errors
/// A page that cannot be written into memory; a bug of ours.
pub fn compared(comparison: &Comparison, language: Language) -> Result<String, askama::Error> {
    let page = Page {
        language: language.as_str(),
        policy: policy(SHEET, OVERVIEW_SCRIPT),
        style: SHEET,
        script: OVERVIEW_SCRIPT,
        w: AllLabels::new(),
        target: visible(&comparison.after.target),
        changes: Changes::of(comparison),
    };
    page.render().map(|page| page + "\n")
}
