//! The run as Markdown, for a pull request or the summary of a workflow.
//!
//! In: records and a language. Out: GitHub's Markdown, the headline and the failures first. Never: more than fits where it
//! is shown without saying so, a text of a deployment that acts as Markdown, markup or a mention.

mod certificate;
mod changes;
mod quote;
mod waivers;

use std::fmt::Write as _;

use super::excerpt::{
    Brief, Group, Worst, asked_for, because, cited, compares, cut, documents, documents_of_all, each_time, explained,
    finding, groups, repeated, unstable, verdict_counts, waiver_counts, worst_verdict, wrong,
};
use super::words::{Language, Words};
use crate::record::{CheckRecord, ClauseRecord, Delta, Drift, ExchangeRecord, RunRecord, TrialRecord};
use crate::text::{visible, visible_multiline};
use crate::verdict::{ClauseStatus, Outcome, Verdict};

pub use certificate::certified;
pub use changes::compared;
use quote::{cell, code, fenced, plain};

/// GitHub takes a summary of 1 MiB a step; others may have written before us.
pub const LARGEST: usize = 900_000;
/// How many characters of a body are shown.
const LONGEST_BODY: usize = 2_000;
/// How many characters of a compared text are shown.
const LONGEST_TEXT: usize = 400;
/// How many trials of a group are listed.
const MOST_TRIALS: usize = 12;
/// How many clauses a failure shows.
const MOST_CLAUSES: usize = 3;
/// How many targets of a fleet are listed.
const MOST_TARGETS: usize = 500;
/// What is kept for the sentence that says how much was cut.
const LAST_WORDS: usize = 400;

/// The records as one page of at most [`LARGEST`] bytes.
#[must_use]
pub fn render(records: &[RunRecord], language: Language) -> String {
    within(LARGEST, records, language.words())
}

/// Many runs on one page: how many ended how, and those that do not conform.
#[must_use]
pub fn fleet(briefs: &[Brief], language: Language) -> String {
    let words = language.words();
    let mut text = String::new();
    if let Some(worst) = worst_verdict(briefs) {
        let counts: Vec<String> = verdict_counts(briefs, words);
        let _ = writeln!(text, "## {} {}\n", verdict_mark(worst), plain(&words.list(&counts)));
    }
    let others: Vec<Brief> = briefs.iter().filter(|brief| brief.verdict != Verdict::Conforms).cloned().collect();
    let (shown, more) = others.split_at(others.len().min(MOST_TARGETS));
    if !shown.is_empty() {
        text.push_str(&overview(shown, words));
    }
    if !more.is_empty() {
        let _ = writeln!(text, "{}", words.more(more.len()));
    }
    text
}

/// Blocks are left out whole, the least important, which are the last, first.
fn within(largest: usize, records: &[RunRecord], words: &dyn Words) -> String {
    let blocks = blocks(records, words);
    let mut text = String::new();
    let mut cut = 0;
    for block in &blocks {
        if cut == 0 && text.len() + block.len() + LAST_WORDS <= largest {
            text.push_str(block);
        } else {
            cut += 1;
        }
    }
    if cut > 0 {
        let _ = writeln!(text, "> {}", words.blocks_cut(cut));
    }
    text
}

/// The page in pieces, the most important first.
fn blocks(records: &[RunRecord], words: &dyn Words) -> Vec<String> {
    let mut blocks: Vec<String> = records.iter().map(|record| headline(record, words)).collect();
    if records.len() > 1 {
        blocks.push(overview(&records.iter().map(Brief::of).collect::<Vec<_>>(), words));
    }
    for record in records {
        let name = (records.len() > 1).then_some(record.target.name.as_str());
        blocks.extend(failures(record, name, words));
    }
    for record in records {
        blocks.extend(rest(record, words));
    }
    blocks
}

fn headline(record: &RunRecord, words: &dyn Words) -> String {
    let labels = words.labels();
    let target = &record.target;
    let mut text = format!("## {} {}\n\n", verdict_mark(record.verdict), plain(&target.name));
    let verdict = words.says(&words.verdict_and_code(record.verdict), &because(&Brief::of(record), words));
    let _ = writeln!(text, "**{}**\n", plain(&verdict));
    let _ = writeln!(text, "{}\n", plain(&tally(record, words)));
    text.push_str(&waived(record, words));
    text.push_str(&repeats(record, words));
    let contract: String = record.tool.contract.chars().take(12).collect();
    let tool = format!("{} {}", record.tool.name, record.tool.version);
    let judge = words.judge(&tool, &contract, &words.score(record.tool.score));
    let url = code(&target.url);
    let _ = writeln!(text, "{} · {url} · {} · {}\n", plain(&target.product), plain(&record.started), plain(&judge));
    if record.finished.is_none() {
        let _ = writeln!(text, "> {}\n", labels.cut_off);
    }
    text
}

/// How often the trials ran, and a line a trial that did not always end the same way.
fn repeats(record: &RunRecord, words: &dyn Words) -> String {
    let Some(repeated) = repeated(record, words) else { return String::new() };
    let line = |trial: &TrialRecord| {
        format!("- {}: {}\n", code(&trial.id), plain(&each_time(trial, words).unwrap_or_default()))
    };
    let lines: String = unstable(record).take(MOST_TRIALS).map(line).collect();
    let more = unstable(record).count().saturating_sub(MOST_TRIALS);
    let more = if more > 0 { format!("- {}\n", words.more(more)) } else { String::new() };
    format!("{}\n\n{lines}{more}\n", plain(&words.says(words.labels().repeats, &repeated)))
}

/// The counts, and a row a waiver.
fn waived(record: &RunRecord, words: &dyn Words) -> String {
    let Some(counts) = waiver_counts(record, words) else { return String::new() };
    let table = waivers::table(record, words).unwrap_or_default();
    format!("{}\n\n{table}\n", plain(&words.says(words.labels().waivers, &counts)))
}

fn verdict_mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforms => "✅",
        Verdict::Deviates => "❌",
        Verdict::Untested => "❓",
        Verdict::Incomplete => "⚠️",
    }
}

fn outcome_mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "✅",
        Outcome::Warn => "⚠️",
        Outcome::Fail => "❌",
        Outcome::Blocked => "⛔",
        Outcome::Waived => "➖",
        Outcome::Error => "❓",
    }
}

fn tally(record: &RunRecord, words: &dyn Words) -> String {
    let some = record.tally.by_outcome().into_iter().filter(|(_, count)| *count > 0);
    let mut parts: Vec<String> = some.map(|(outcome, count)| words.count(count, words.outcome(outcome))).collect();
    parts.push(words.count(record.tally.total, words.labels().in_all));
    words.says(words.labels().trials, &parts.join(" · "))
}

/// Targets by documents: the worst outcome of each, and how many trials ended so.
fn overview(briefs: &[Brief], words: &dyn Words) -> String {
    let documents = documents_of_all(briefs);
    let name = |name: &str| plain(name);
    let heads: Vec<String> =
        std::iter::once(words.labels().target).chain(documents.iter().copied()).map(name).collect();
    let rows = briefs.iter().map(|brief| {
        let cells = documents.iter().map(|document| worst_of(brief.worst(document), words));
        std::iter::once(plain(&brief.target.name)).chain(cells).collect::<Vec<_>>()
    });
    format!("### {}\n\n{}\n", words.labels().overview, table(&heads, rows))
}

fn worst_of(worst: Option<Worst>, words: &dyn Words) -> String {
    worst.map_or_else(String::new, |Worst { outcome, trials, of }| {
        format!("{} {} {trials}/{of}", outcome_mark(outcome), words.outcome(outcome))
    })
}

fn failures(record: &RunRecord, name: Option<&str>, words: &dyn Words) -> Vec<String> {
    let failed = record.trials.iter().filter(|trial| trial.outcome == Outcome::Fail);
    let mut blocks: Vec<String> = failed.map(|trial| failure(trial, &record.clauses, words)).collect();
    if let Some(first) = blocks.first_mut() {
        let name = name.map(|name| format!(" · {}", plain(name))).unwrap_or_default();
        first.insert_str(0, &format!("### {}{name}\n\n", words.labels().broken));
    }
    blocks
}

fn failure(trial: &TrialRecord, clauses: &[ClauseRecord], words: &dyn Words) -> String {
    let labels = words.labels();
    let mut text = format!("#### ❌ {}\n\n{}", code(&trial.id), plain(&trial.title));
    if trial.prerequisite {
        let _ = write!(text, " {}", labels.needed);
    }
    text.push_str("\n\n");
    for clause in cited(trial, clauses).into_iter().take(MOST_CLAUSES) {
        let _ = writeln!(text, "> {}  \n> {}\n>", plain(&clause.text), code(&clause.id));
    }
    text.push('\n');
    for change in &trial.delta {
        let _ = writeln!(text, "- {}", words.says(labels.sent, &changed(change, words)));
    }
    for check in wrong(trial) {
        text.push_str(&difference(check, words));
    }
    if let Some(exchange) = trial.exchanges.last() {
        text.push_str(&evidence(exchange, words));
    }
    let case = code(&format!("{}:{}", trial.case.file, trial.case.line));
    let _ = writeln!(text, "{}\n", words.says(labels.case, &case));
    text
}

fn changed(change: &Delta, words: &dyn Words) -> String {
    let value = |value: &str| match value {
        blank if blank.trim().is_empty() => words.labels().blank.to_owned(),
        some => code(&cut(some, LONGEST_TEXT, words)),
    };
    let sent = change.sent.as_deref().map_or_else(|| words.labels().missing.to_owned(), value);
    let control = change.control.as_deref();
    let what = control.map_or_else(|| words.added(&sent), |control| words.instead_of(&sent, &value(control)));
    words.says(&code(&change.part), &what)
}

fn difference(check: &CheckRecord, words: &dyn Words) -> String {
    let kind = check.kind.as_deref().map(|kind| format!(" ({})", plain(words.kind(kind)))).unwrap_or_default();
    let said = words.says(&format!("{}{kind}", code(&check.name)), &plain(&explained(check, words)));
    let mut text = format!("- {said}\n\n");
    if compares(check) {
        let line = |sign: char, value: &str| format!("{sign} {}", cut(&visible(value), LONGEST_TEXT, words));
        let lines = format!("{}\n{}", line('-', &check.expected), line('+', &check.actual));
        let _ = writeln!(text, "{}\n", fenced("diff", &lines));
    }
    text
}

fn evidence(exchange: &ExchangeRecord, words: &dyn Words) -> String {
    let labels = words.labels();
    let mut text = format!("\n<details><summary>{} · {}</summary>\n\n", labels.answered, labels.repeat);
    if let Some(response) = &exchange.response {
        let mut shown = format!("{} {}\n", visible(&response.version), response.status);
        for header in &response.headers {
            let _ = writeln!(shown, "{}: {}", visible(&header.name), visible(&header.value));
        }
        let _ = write!(shown, "\n{}", cut(&visible_multiline(&response.body), LONGEST_BODY, words));
        let _ = writeln!(text, "{}\n", fenced("http", shown.trim_end()));
    }
    if let Some(failure) = &exchange.failure {
        let _ = writeln!(text, "{}\n", words.says(labels.failure, &plain(failure)));
    }
    let _ = writeln!(text, "{}\n\n</details>\n", fenced("sh", &visible_multiline(&exchange.curl)));
    text
}

/// Everything but the failures, a block a section.
fn rest(record: &RunRecord, words: &dyn Words) -> Vec<String> {
    let labels = words.labels();
    let grouped = |outcome: Outcome, heading: &str| {
        let lines: Vec<String> = groups(record, outcome).iter().map(|group| grouped(group, words)).collect();
        section(heading, &lines)
    };
    [
        grouped(Outcome::Error, labels.not_found_out),
        grouped(Outcome::Blocked, labels.not_exercised),
        warnings(record, words),
        grouped(Outcome::Waived, labels.waived),
        violated(record, words),
        Some(documents_table(record, words)),
        drift(record, words),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn grouped(group: &Group<'_>, words: &dyn Words) -> String {
    let code_of = group.code.map(|reason| format!("{} ", code(reason.as_str()))).unwrap_or_default();
    let known = group.code.and_then(|reason| words.reason(reason)).unwrap_or_default();
    let said = [known, &plain(group.text)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let mut text = format!("- {code_of}({}) {said}", words.trials(group.trials.len()));
    for trial in group.trials.iter().take(MOST_TRIALS) {
        let _ = write!(text, "\n  - {}", code(&trial.id));
    }
    if let Some(more) = group.trials.len().checked_sub(MOST_TRIALS).filter(|more| *more > 0) {
        let _ = write!(text, "\n  - {}", words.more(more));
    }
    text
}

fn warnings(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let warned = record.trials.iter().filter(|trial| trial.outcome == Outcome::Warn);
    let lines: Vec<String> = warned
        .flat_map(|trial| wrong(trial).into_iter().map(move |check| (trial, check)))
        .map(|(trial, check)| format!("- {} {}", code(&trial.id), code(&finding(check, words))))
        .collect();
    section(words.labels().warnings, &lines)
}

fn violated(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let labels = words.labels();
    let violated = record.clauses.iter().filter(|clause| clause.status == ClauseStatus::Violated);
    let rows: Vec<[String; 2]> = violated.map(|clause| [cell(&clause.id), plain(&clause.text)]).collect();
    let heads = [labels.clause.to_owned(), labels.promised.to_owned()];
    (!rows.is_empty()).then(|| format!("### {}\n\n{}\n", labels.clauses_violated, table(&heads, rows)))
}

fn documents_table(record: &RunRecord, words: &dyn Words) -> String {
    let labels = words.labels();
    let outcomes = record.tally.by_outcome().map(|(outcome, _)| outcome);
    let heads: Vec<String> = std::iter::once(labels.document.to_owned())
        .chain(outcomes.map(|outcome| words.outcome(outcome).to_owned()))
        .collect();
    let rows = documents(asked_for(record)).into_iter().map(|document| {
        let of = |outcome: Outcome| {
            asked_for(record).filter(|trial| trial.document() == document && trial.outcome == outcome).count()
        };
        std::iter::once(plain(document)).chain(outcomes.map(|outcome| of(outcome).to_string())).collect::<Vec<_>>()
    });
    let delivered = words.delivered(record.delivered.sms, record.delivered.email);
    let table = table(&heads, rows);
    format!("### {}\n\n{table}\n{}\n\n", labels.documents, words.says(labels.delivered, &delivered))
}

fn drift(record: &RunRecord, words: &dyn Words) -> Option<String> {
    let line = |drift: &Drift| {
        let seen = format!("{} {}", plain(&drift.document), plain(words.drift_kind(&drift.kind)));
        format!("- {}", words.says(&seen, &code(&drift.text)))
    };
    let lines: Vec<String> = record.drift.iter().map(line).collect();
    section(words.labels().drift, &lines)
}

/// A heading and lines under it, where there are some.
fn section(heading: &str, lines: &[String]) -> Option<String> {
    (!lines.is_empty()).then(|| format!("### {heading}\n\n{}\n\n", lines.join("\n")))
}

/// Cells that are already escaped, as a table.
fn table<R: AsRef<[String]>>(heads: &[String], rows: impl IntoIterator<Item = R>) -> String {
    let mut text = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.as_ref().join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::sample;
    use super::*;

    #[test]
    fn one_target() {
        assert_data_eq!(render(&[sample::deviating()], Language::English), file!["golden/markdown.md"].raw());
    }

    #[test]
    fn several_targets_in_chinese_begin_with_an_overview() {
        let records = [sample::conforming(), sample::deviating(), sample::unreachable()];
        assert_data_eq!(render(&records, Language::Chinese), file!["golden/markdown-several-zh.md"].raw());
    }

    #[test]
    fn what_is_cut_is_said_and_the_headline_stays() {
        let mut record = sample::deviating();
        let failed = record.trials.iter().position(|trial| trial.outcome == Outcome::Fail).expect("a failure");
        record.trials = vec![record.trials[failed].clone(); 2_000];
        let text = render(&[record], Language::English);
        assert!(text.len() <= LARGEST && text.starts_with("## ❌"), "{} bytes", text.len());
        let last = text.lines().last().expect("a line");
        assert!(last.starts_with("> ") && last.contains("left out"), "{last}");
    }

    #[test]
    fn what_a_deployment_sends_is_neither_markup_nor_control() {
        let text = render(&[sample::poisoned()], Language::English);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        for line in outside_of_fences(&text) {
            let bare = outside_of_code(&line.replace("\\`", ""));
            assert!(!bare.contains("<img") && !bare.contains("::error"), "{line}");
        }
    }

    fn outside_of_code(line: &str) -> String {
        let Some(start) = line.find('`') else { return line.to_owned() };
        let ticks = line[start..].len() - line[start..].trim_start_matches('`').len();
        let rest = &line[start + ticks..];
        let mut runs = rest.split_inclusive(|c: char| c != '`').scan(0, |at, part| {
            let run = (*at, part.chars().take_while(|c| *c == '`').count());
            *at += part.len();
            Some(run)
        });
        let close = runs.find(|(_, length)| *length == ticks).map_or(rest.len(), |(at, _)| at + ticks);
        format!("{}{}", &line[..start], outside_of_code(&rest[close..]))
    }

    fn outside_of_fences(text: &str) -> Vec<&str> {
        let mut fence: Option<&str> = None;
        let mut lines = Vec::new();
        for line in text.lines() {
            let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
            match fence {
                Some(open) if line == open => fence = None,
                Some(_) => {}
                None if ticks.len() >= 3 => fence = Some(ticks),
                None => lines.push(line),
            }
        }
        lines
    }
}
