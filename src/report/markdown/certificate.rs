//! The certificate of acceptance, as Markdown for a change ticket.
//!
//! In: a certificate. Out: the decision first, the fields to sign last. Never: a text that acts as Markdown.

use std::fmt::Write as _;

use super::super::certificate::{Certificate, Decision, MOST, fields};
use super::super::changes::{classes, drifted, headline, lists, side};
use super::super::words::{Language, Words};
use super::quote::{code, plain};
use super::{table, waivers};
use crate::compare::Comparison;

/// The certificate as one page.
#[must_use]
pub fn certified(certificate: &Certificate<'_>, language: Language) -> String {
    let words = language.words();
    let labels = words.labels();
    let decision = certificate.decision();
    let mut text = format!("# {}: {}\n\n", labels.certificate, plain(&certificate.record.target.name));
    let _ = writeln!(text, "## {} {}\n", mark(decision), decision.text(labels));
    let _ = writeln!(text, "{}\n", plain(&certificate.why(words)));
    let facts = certificate.facts(words);
    let rows = facts.iter().map(|(name, value)| [plain(name), plain(value)]);
    let _ = writeln!(text, "{}", table(&[String::new(), String::new()], rows));
    text.push_str(&violated(certificate, words));
    text.push_str(&missing(certificate, words));
    text.push_str(&waived(certificate, words));
    if let Some(comparison) = certificate.comparison {
        text.push_str(&compared(comparison, certificate.base_verified, words));
    }
    let rows = fields(labels).map(|field| [field.to_owned(), String::new()]);
    let _ = writeln!(text, "### {}\n\n{}", labels.sign_off, table(&[String::new(), String::new()], rows));
    let _ = writeln!(text, "{}", labels.certificate_footer);
    text
}

fn mark(decision: Decision) -> &'static str {
    match decision {
        Decision::Accepted => "✅",
        Decision::Partly => "⚠️",
        Decision::Refused => "❌",
    }
}

/// At most so many lines, and how many more there are.
fn shortened(lines: &[String], words: &dyn Words) -> String {
    let mut text = String::new();
    for line in lines.iter().take(MOST) {
        let _ = writeln!(text, "- {line}");
    }
    if lines.len() > MOST {
        let _ = writeln!(text, "- {}", words.more(lines.len() - MOST));
    }
    text
}

fn violated(certificate: &Certificate<'_>, words: &dyn Words) -> String {
    let violated = certificate.violated();
    let lines: Vec<String> =
        violated.iter().map(|clause| format!("{} {}", code(&clause.id), plain(&clause.text))).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("### {}\n\n{}\n", words.labels().clauses_violated, shortened(&lines, words))
}

fn missing(certificate: &Certificate<'_>, words: &dyn Words) -> String {
    let labels = words.labels();
    let groups = certificate.missing();
    let line = |group: &super::Group<'_>| {
        let reason = group.code.map(|reason| format!("{} ", code(reason.as_str()))).unwrap_or_default();
        let known = group.code.and_then(|reason| words.reason(reason)).map(|known| format!("{known} · "));
        let known = known.unwrap_or_default();
        format!("{reason}({}) {known}{}", words.trials(group.trials.len()), plain(group.text))
    };
    let lines: Vec<String> = groups.iter().map(|(_, group)| line(group)).collect();
    let said = if lines.is_empty() { format!("{}\n", labels.all_exercised) } else { shortened(&lines, words) };
    format!("### {}\n\n{said}\n", labels.not_exercised)
}

fn waived(certificate: &Certificate<'_>, words: &dyn Words) -> String {
    let labels = words.labels();
    let table = waivers::table(certificate.record, words).unwrap_or_else(|| format!("{}\n", labels.none));
    format!("### {}\n\n{table}\n", labels.waived)
}

fn compared(comparison: &Comparison, base_verified: bool, words: &dyn Words) -> String {
    let labels = words.labels();
    let sides = [&comparison.before, &comparison.after].map(|one| plain(&side(one, words)));
    let mut text = format!(
        "### {}\n\n**{}**\n\n{}\n\n",
        labels.comparison,
        plain(&headline(comparison, words)),
        sides.join(" → ")
    );
    if !base_verified {
        let _ = writeln!(text, "{}\n", labels.base_unverified);
    }
    for (class, list) in classes(comparison) {
        let lines: Vec<String> = list
            .iter()
            .map(|change| {
                let standing = format!("{} → {}", words.status(change.before), words.status(change.after));
                format!("{} {}", words.says(&code(&change.id), &standing), plain(&change.text))
            })
            .collect();
        let _ =
            writeln!(text, "{}\n\n{}", plain(&words.count(list.len(), words.class(class))), shortened(&lines, words));
    }
    let drift: Vec<String> = comparison
        .drift
        .iter()
        .map(|drift| {
            let said = drifted(drift, words);
            format!("{}: {} → {} ({})", plain(&said.what), code(&said.before), code(&said.after), plain(&said.trials))
        })
        .collect();
    if !drift.is_empty() {
        let _ = writeln!(text, "{}\n\n{}", plain(&words.drift(drift.len())), shortened(&drift, words));
    }
    for (label, ids) in lists(comparison, words) {
        let _ = writeln!(text, "{}\n", words.says(label, &ids.len().to_string()));
    }
    text
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::super::sample;
    use super::*;
    use crate::compare::compare;
    use crate::compare::verify::{Hidden, Verified};
    use crate::record::RunRecord;
    use crate::report::html;
    use crate::verdict::{Outcome, WaiverState};

    fn both(record: &RunRecord, of: usize, language: Language) -> [String; 2] {
        told(record, of, None, language)
    }

    fn told(record: &RunRecord, of: usize, comparison: Option<&Comparison>, language: Language) -> [String; 2] {
        let hidden = [(Hidden::Arrival, 1), (Hidden::NotSent, 4)].into();
        let verified = Verified { hidden, rejudged: 8, tags: 2, ..Verified::default() };
        let certificate = Certificate {
            record,
            verified: &verified,
            of,
            file: "run.json",
            digest: "00ff",
            comparison,
            base_verified: true,
        };
        [certified(&certificate, language), html::certified(&certificate, language).expect("a page")]
    }

    #[test]
    fn a_certificate_with_everything_on_it() {
        let mut record = sample::deviating();
        record.waivers = vec![sample::waiver(WaiverState::Applied), sample::waiver(WaiverState::Stale)];
        let comparison = compare(&sample::conforming(), &record).expect("one product");
        let [text, page] = told(&record, 12, Some(&comparison), Language::English);
        assert_data_eq!(page, file!["../golden/certificate.html"].raw());
        assert_data_eq!(text, file!["../golden/certificate.md"].raw());
        let page = html::compared(&comparison, Language::Chinese).expect("a page");
        assert_data_eq!(page, file!["../golden/comparison-zh.html"].raw());
    }

    #[test]
    fn a_run_that_deviates_or_is_incomplete_is_plainly_not_accepted() {
        for text in both(&sample::deviating(), 12, Language::English) {
            assert!(text.contains("NOT accepted") && !text.contains("ACCEPTED"), "{text}");
        }
        for text in both(&sample::unreachable(), 12, Language::Chinese) {
            assert!(text.contains("不予验收") && !text.contains("可予验收"), "{text}");
        }
    }

    #[test]
    fn a_run_of_a_part_says_so_in_its_first_line() {
        let [text, page] = both(&sample::conforming(), 3, Language::English);
        assert!(text.contains("✅ ACCEPTED by the tests\n") && page.contains("ACCEPTED by the tests</span>"), "{text}");
        let [text, page] = both(&sample::conforming(), 4, Language::English);
        for text in [text, page] {
            assert!(text.contains("for what was asked for only") && text.contains("only 3 of the 4 trials"), "{text}");
        }
    }

    #[test]
    fn what_is_waived_because_it_is_blocked_was_not_exercised() {
        let mut record = sample::deviating();
        record.trials.retain(|trial| trial.outcome == Outcome::Blocked);
        record.trials.iter_mut().for_each(|trial| trial.outcome = Outcome::Waived);
        for text in both(&record, 12, Language::English) {
            assert!(!text.contains("was exercised") && text.contains("needs-captcha"), "{text}");
        }
    }

    #[test]
    fn each_waiver_stands_on_it_with_its_owner_and_its_last_day() {
        let mut record = sample::conforming();
        record.waivers = vec![sample::waiver(WaiverState::Applied)];
        for text in both(&record, 3, Language::English) {
            for expected in ["waivers.toml:12", "qa", "2026-12-31", "4711"] {
                assert!(text.contains(expected), "no `{expected}` in {text}");
            }
        }
    }

    #[test]
    fn what_a_deployment_sends_is_neither_markup_nor_control() {
        for text in both(&sample::poisoned(), 12, Language::English) {
            assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || crate::text::is_invisible(c)));
        }
        let [text, page] = both(&sample::poisoned(), 12, Language::English);
        assert!(!page.contains("<img"), "{page}");
        for line in text.lines().filter(|line| line.contains("<img")) {
            assert!(line.contains('`'), "only as code: {line}");
        }
    }
}
