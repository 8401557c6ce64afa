//! Golden tests: the whole report at the widths that matter. `SNAPSHOTS=overwrite cargo test` writes them anew.
//!
//! In: the sample records. Out: nothing. Never: tests a judgement.

use snapbox::{assert_data_eq, file};

use super::super::sample;
use super::super::words::Language;
use super::{Style, render};
use crate::record::RunRecord;
use crate::text::width;

const PIPE: Style = Style { color: false, width: None, quiet: false, verbose: false, language: Language::English };

fn columns(width: usize) -> Style {
    Style { width: Some(width), ..PIPE }
}

fn three() -> Vec<RunRecord> {
    vec![sample::conforming(), sample::deviating(), sample::unreachable()]
}

/// The table alone: what stands before the first card.
fn table(report: &str) -> &str {
    report.split_once("\nFAIL").map_or(report, |(table, _)| table)
}

#[test]
fn a_pipe_gets_full_ids_and_unbroken_lines() {
    assert_data_eq!(render(&[sample::deviating()], &PIPE), file!["golden/pipe.txt"].raw());
}

#[test]
fn eighty_columns_lose_the_time() {
    assert_data_eq!(render(&[sample::deviating()], &columns(80)), file!["golden/width-80.txt"].raw());
}

#[test]
fn forty_columns_lose_the_code_and_cut_ids_in_the_middle() {
    assert_data_eq!(render(&[sample::deviating()], &columns(40)), file!["golden/width-40.txt"].raw());
}

#[test]
fn a_hundred_and_twenty_columns_show_all_columns() {
    assert_data_eq!(
        table(&render(&[sample::deviating()], &columns(120))).to_owned(),
        file!["golden/width-120.txt"].raw()
    );
}

#[test]
fn a_chinese_report_keeps_its_columns_straight() {
    let chinese = Style { language: Language::Chinese, ..columns(80) };
    assert_data_eq!(render(&[sample::deviating()], &chinese), file!["golden/chinese-80.txt"].raw());
}

#[test]
fn a_quiet_report_of_several_targets_ends_in_an_overview() {
    let quiet = Style { quiet: true, ..columns(80) };
    let mut records = three();
    records[1].trials.retain(|trial| trial.id.contains("client-id-unknown"));
    assert_data_eq!(render(&records, &quiet), file!["golden/quiet.txt"].raw());
}

#[test]
fn a_narrow_overview_has_a_line_a_document() {
    let report = render(&three(), &columns(40));
    let overview = report.split_once("\noverview\n").map_or("", |(_, overview)| overview);
    assert_data_eq!(overview.to_owned(), file!["golden/overview-40.txt"].raw());
}

#[test]
fn trials_that_lack_the_same_thing_share_a_group() {
    let report = render(&[sample::unreachable()], &columns(80));
    let (_, group) = report.split_once("\nERROR").expect("there are errors");
    assert_data_eq!(group.to_owned(), file!["golden/group.txt"].raw());
}

#[test]
fn colour_carries_no_meaning_of_its_own() {
    let colored = render(&three(), &Style { color: true, ..columns(80) });
    assert_ne!(colored, render(&three(), &columns(80)));
    assert_eq!(without_colour(&colored), render(&three(), &columns(80)));
}

#[test]
fn no_line_but_those_to_be_copied_is_wider_than_the_terminal() {
    for columns_wide in 40..130 {
        let report = render(&three(), &columns(columns_wide));
        let copied = |line: &&str| line.contains("curl") || line.starts_with("FAIL") || line.starts_with("WARN");
        for line in report.lines().filter(|line| !copied(line)) {
            assert!(width(line) <= columns_wide, "{columns_wide} columns: {line}");
        }
    }
}

#[test]
fn the_columns_of_the_table_are_straight_at_every_width() {
    for columns_wide in 40..130 {
        let report = render(&[sample::deviating()], &columns(columns_wide));
        let lines = table(&report).lines().filter(|line| line.starts_with(['✓', '✗', '!', '~', '?', '-']));
        let starts: Vec<usize> =
            lines.map(|line| line.char_indices().nth(11).map_or(0, |(at, _)| width(&line[..at]))).collect();
        assert!(starts.iter().all(|start| *start == 11), "{columns_wide} columns: {starts:?}");
    }
}

#[test]
fn nothing_that_a_record_holds_reaches_the_terminal_unescaped() {
    let record = sample::poisoned();
    for style in [PIPE, columns(40), Style { verbose: true, ..columns(80) }, Style { quiet: true, ..PIPE }] {
        let report = render(&[record.clone(), record.clone()], &style);
        let escapes = |shown: char| shown != '\n' && (shown.is_control() || crate::text::is_invisible(shown));
        assert!(!report.contains(escapes), "{report:?}");
    }
}

fn without_colour(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}
