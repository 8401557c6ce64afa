//! A preflight for people.
//!
//! In: diagnoses. Out: one text. Never: a meaning that only a colour carries, or a character that acts on a terminal.

use anstyle::{AnsiColor, Style as Ink};

use super::{Check, Diagnosis, Health, Line, State};
use crate::report::Language;
use crate::text::{visible, width, wrap};

/// How it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether escape sequences for colour may be used.
    pub color: bool,
    /// The columns of the terminal; none where no line is to be broken.
    pub width: Option<usize>,
    /// The language.
    pub language: Language,
}

/// Between columns.
const GAP: usize = 2;
/// A text is given this much room at least, however narrow the terminal.
const NARROWEST: usize = 24;

/// Every target, a line a check.
#[must_use]
pub fn render(diagnoses: &[Diagnosis], style: &Style) -> String {
    let parts: Vec<String> = diagnoses.iter().map(|diagnosis| one(diagnosis, style)).collect();
    parts.join("\n")
}

fn one(diagnosis: &Diagnosis, style: &Style) -> String {
    let Diagnosis { name, url, product, lines, .. } = diagnosis;
    let head = match style.language {
        Language::English => format!("{name}: {product} at {url}"),
        Language::Chinese => format!("{name}：{product}，{url}"),
    };
    let mut text = format!("{}\n", paint(&visible(&head), Ink::new().bold(), style));
    for line in lines {
        text.push_str(&row(line, style));
    }
    text + &paint(&sum(diagnosis, style.language), ink(worst(diagnosis)), style) + "\n"
}

/// `✗ wrong        dns     …`, and below it what to do.
fn row(line: &Line, style: &Style) -> String {
    let language = style.language;
    let states = State::ALL.map(|state| width(state.word(language)));
    let checks = Check::ALL.map(|check| width(check.word(language)));
    let widest = |widths: &[usize]| widths.iter().copied().max().unwrap_or(0);
    let (first, second) = (widest(&states) + 2 + GAP, widest(&checks) + GAP);
    let word = format!("{} {}", symbol(line.state), line.state.word(language));
    let state = paint(&word, ink(line.state), style) + &" ".repeat(first - width(&word));
    let check = line.check.word(language);
    let mut text = format!("{state}{check}{}", " ".repeat(second - width(check)));
    let indent = first + second;
    text.push_str(&block(line.said.of(language), indent, style));
    if let Some(advice) = &line.advice {
        let advice = format!("→ {}", advice.of(language));
        text.push_str(&" ".repeat(indent));
        text.push_str(&block(&advice, indent, style));
    }
    text
}

/// A text broken into lines, all but the first indented.
fn block(text: &str, indent: usize, style: &Style) -> String {
    let text = visible(text);
    let room = style.width.map(|width| width.saturating_sub(indent).max(NARROWEST));
    let lines = room.map_or_else(|| vec![text.clone()], |room| wrap(&text, room));
    format!("{}\n", lines.join(&format!("\n{}", " ".repeat(indent))))
}

fn sum(diagnosis: &Diagnosis, language: Language) -> String {
    let of = |state| diagnosis.count(state);
    let (ok, warnings, wrong, left) = (of(State::Ok), of(State::Warning), of(State::Wrong), of(State::NotChecked));
    match language {
        Language::English => {
            let answer = match diagnosis.health() {
                Health::Ready if warnings > 0 => "nothing is wrong, and there is something to look at",
                Health::Ready => "nothing is wrong",
                Health::Wrong => "something is wrong",
                Health::Unreachable => "the deployment cannot be reached",
            };
            format!("{ok} ok, {warnings} warning{}, {wrong} wrong, {left} not checked: {answer}", plural(warnings))
        }
        Language::Chinese => {
            let answer = match diagnosis.health() {
                Health::Ready if warnings > 0 => "没有错误，但有需要留意之处",
                Health::Ready => "没有错误",
                Health::Wrong => "存在错误",
                Health::Unreachable => "无法连接到部署",
            };
            format!("正常 {ok}，警告 {warnings}，错误 {wrong}，未检查 {left}：{answer}")
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn worst(diagnosis: &Diagnosis) -> State {
    let found = |state: &State| diagnosis.count(*state) > 0;
    [State::Wrong, State::Warning].into_iter().find(found).unwrap_or(State::Ok)
}

/// One column wide in every font.
fn symbol(state: State) -> char {
    match state {
        State::Ok => '✓',
        State::Warning => '!',
        State::Wrong => '✗',
        State::NotChecked => '-',
    }
}

fn ink(state: State) -> Ink {
    let colour = |colour: AnsiColor| Ink::new().fg_color(Some(colour.into()));
    match state {
        State::Ok => colour(AnsiColor::Green),
        State::Warning => colour(AnsiColor::Yellow),
        State::Wrong => colour(AnsiColor::Red),
        State::NotChecked => Ink::new().dimmed(),
    }
}

fn paint(text: &str, ink: Ink, style: &Style) -> String {
    if style.color { format!("{ink}{text}{ink:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::Said;
    use super::*;
    use crate::case::Product;

    fn diagnosis() -> Diagnosis {
        let said = Said::new("nobody \u{1b}[2Jlistens", "无法建立连接\u{202e}");
        let advice = Said::new("check the port and the firewall on the way", "请检查端口和途中的防火墙");
        let url = Said::new("https to `acme.example.com:443`", "以 https 访问 `acme.example.com:443`");
        Diagnosis {
            name: "acme\u{9b}31m".into(),
            url: "https://acme.example.com".into(),
            product: Product::Ciam,
            reached: false,
            lines: vec![
                Line::ok(Check::Url, url),
                Line::wrong(Check::Connect, said, advice),
                Line::not_checked(Check::Tls, Said::new("there is no connection", "尚未建立连接")),
            ],
        }
    }

    #[test]
    fn every_line_says_its_state_in_a_word_and_nothing_acts_on_the_terminal() {
        let plain = Style { color: false, width: None, language: Language::English };
        snapbox::assert_data_eq!(
            render(&[diagnosis()], &plain),
            snapbox::str![[r"
acme/u{9b}31m: ciam at https://acme.example.com
✓ ok           url            https to `acme.example.com:443`
✗ wrong        connect        nobody /u{1b}[2Jlistens
                              → check the port and the firewall on the way
- not checked  tls            there is no connection
1 ok, 0 warnings, 1 wrong, 1 not checked: the deployment cannot be reached

"]]
        );
    }

    #[test]
    fn chinese_stands_in_columns_and_lines_are_broken() {
        let narrow = Style { color: false, width: Some(48), language: Language::Chinese };
        let text = render(&[diagnosis()], &narrow);
        assert!(text.contains("✗ 错误    连接"), "{text}");
        assert!(text.lines().all(|line| width(line) <= 50), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let style = |color| Style { color, width: Some(80), language: Language::English };
        let coloured = render(&[diagnosis()], &style(true));
        assert!(coloured.contains("\u{1b}[31m✗ wrong\u{1b}[0m"), "{coloured}");
        let mut bare = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            bare.push_str(before);
            rest = after.split_once('m').expect("a sequence ends").1;
        }
        assert_eq!(bare + rest, render(&[diagnosis()], &style(false)));
    }
}
