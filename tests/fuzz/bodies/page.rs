//! An HTML page that a stranger's text cannot change: tags balanced, attributes quoted, every name one of ours.

/// Every element that the templates use.
const ELEMENTS: &[&str] = &[
    "a", "b", "bdi", "body", "br", "button", "circle", "code", "dd", "details", "div", "dl", "dt", "footer", "h1",
    "h2", "h3", "head", "header", "html", "input", "label", "li", "line", "main", "mark", "meta", "nav", "option",
    "output", "p", "pre", "rect", "script", "section", "select", "small", "span", "strong", "style", "summary", "svg",
    "table", "tbody", "td", "text", "tfoot", "th", "thead", "title", "tr", "ul",
];
/// Those that nothing closes.
const VOID: &[&str] = &["br", "input", "meta"];

/// Panics where a page is not what a template makes.
pub fn in_order(page: &str) {
    assert_eq!(super::acts(page), None, "a character that acts");
    let mut rest = page.strip_prefix("<!doctype html>").expect("a page begins");
    let mut open: Vec<&str> = Vec::new();
    let mut scripts = 0;
    while let Some(at) = rest.find('<') {
        text(&rest[..at]);
        let (tag, after) = tag(&rest[at + 1..]);
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "`</{name}>` closes something else");
            continue;
        }
        let closed = tag.ends_with('/');
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag.trim_end_matches('/'), ""));
        assert!(ELEMENTS.contains(&name), "an element of nobody: `<{tag}>`");
        quoted(attributes);
        if matches!(name, "script" | "style") {
            let (_, after) = rest.split_once(&format!("</{name}>")).expect("it ends");
            rest = after;
            scripts += usize::from(name == "script");
        } else if !closed && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    assert_eq!(scripts, 1, "one script, ours");
    assert_eq!(rest.trim(), "", "something stands after the page");
}

/// What stands between tags: `&` begins a character, `>` is one.
fn text(text: &str) {
    assert!(!text.contains('>'), "a raw `>` in {text:?}");
    for part in text.split('&').skip(1) {
        let name = part.split(';').next().unwrap_or_default();
        let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "nbsp");
        assert!(known || name.strip_prefix('#').is_some_and(|n| n.parse::<u32>().is_ok()), "a raw `&` in {text:?}");
    }
}

/// The inside of a tag, to the `>` that stands in no value, and what follows.
fn tag(rest: &str) -> (&str, &str) {
    let mut inside = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => inside = !inside,
            '>' if !inside => return (&rest[..at], &rest[at + 1..]),
            _ => {}
        }
    }
    panic!("a tag without an end: {rest:.80}");
}

/// `name="value"` or a name alone; no handler of events, no style.
fn quoted(attributes: &str) {
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
        let name = &rest[..end];
        assert!(
            !name.is_empty() && !name.starts_with("on") && name != "style",
            "an attribute of nobody: {attributes:?}"
        );
        rest = &rest[end..];
        if let Some(value) = rest.strip_prefix("=\"") {
            let (value, after) = value.split_once('"').expect("a value ends");
            assert!(!value.contains('<'), "{value:?}");
            assert!(name != "href" || value.starts_with('#') || value == "acme/report.html", "{value:?}");
            rest = after;
        }
        rest = rest.trim_start();
    }
}
