//! The one place that reads TOML: text in, spanned tables out, and a reader that complains instead of stopping.
//!
//! In: the text of a case file, target file or waiver file. Out: a tree in the order of the file whose every key and
//! value knows its place; a `Reader` that takes typed values out of a table. Never: stops at the first mistake, reads
//! a file, knows what a key means.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Collector, advice};
use crate::text::is_invisible;

/// A value and the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) span: Range<usize>,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub(crate) fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// A value of a TOML file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time.
    Moment(String),
    /// An array.
    List(Vec<Spanned<Value>>),
    /// A table.
    Table(Table),
    /// Something that was complained about already.
    Unreadable,
}

impl Value {
    /// The kind of value with its article, for messages.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Boolean(_) => "a boolean",
            Self::Moment(_) => "a date or time",
            Self::List(_) => "an array",
            Self::Table(_) => "a table",
            Self::Unreadable => "something unreadable",
        }
    }
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: Spanned<String>,
    /// Its value.
    pub(crate) value: Spanned<Value>,
}

/// The entries of a table in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    /// The entries.
    pub(crate) entries: Vec<Entry>,
}

impl Table {
    fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }
}

impl Spanned<Value> {
    /// Changes every string in it, however deep. What `change` returns `None` for counts as complained about.
    pub(crate) fn change_texts(&mut self, change: &mut dyn FnMut(&str, &Range<usize>) -> Option<String>) {
        match &mut self.value {
            Value::Text(text) => {
                self.value = change(text, &self.span).map_or(Value::Unreadable, Value::Text);
            }
            Value::List(items) => items.iter_mut().for_each(|item| item.change_texts(change)),
            Value::Table(table) => {
                table.entries.iter_mut().for_each(|entry| entry.value.change_texts(change));
            }
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Moment(_) | Value::Unreadable => {}
        }
    }
}

/// A text as a string of a file, on one line, nothing invisible in it.
#[must_use]
pub(crate) fn quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escaped).collect();
    format!("\"{escaped}\"")
}

fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        hidden if hidden.is_control() || is_invisible(hidden) => format!("\\U{:08X}", u32::from(hidden)),
        shown => shown.to_string(),
    }
}

/// Parses a file. What is not TOML is complained about, and then there is no table.
#[must_use]
pub(crate) fn parse(collector: &Collector<'_>) -> Option<Table> {
    let text = &collector.source().text;
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(owned_table(root.get_ref(), collector));
    }
    let mut last_line = 0;
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let (line, _) = crate::diagnostic::line_and_column(text, span.start);
        // One mistake makes the rest of its line unreadable too: the first is the one to mend.
        if line != last_line {
            collector.complain(&span, format!("not TOML: {}", error.message()), None);
            last_line = line;
        }
    }
    None
}

fn owned_table(table: &DeTable<'_>, collector: &Collector<'_>) -> Table {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: Spanned::new(key.get_ref().to_string(), key.span()),
            value: Spanned::new(owned_value(value.get_ref(), &value.span(), collector), value.span()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key.span.start);
    Table { entries }
}

fn owned_value(value: &DeValue<'_>, span: &Range<usize>, collector: &Collector<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).map_or_else(
            |_| {
                collector.complain(span, "this number is too large", None);
                Value::Unreadable
            },
            Value::Integer,
        ),
        DeValue::Float(digits) => digits.as_str().parse().map_or(Value::Unreadable, Value::Float),
        DeValue::Boolean(yes) => Value::Boolean(*yes),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Spanned::new(owned_value(item.get_ref(), &item.span(), collector), item.span()))
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(owned_table(table, collector)),
    }
}

/// Takes typed values out of one table. The keys that are asked for are the valid ones; `finish` complains about the
/// others.
#[derive(Debug)]
pub(crate) struct Reader<'t> {
    table: &'t Table,
    collector: &'t Collector<'t>,
    /// How messages end: in which table, or nothing for the file itself.
    whose: String,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'t> Reader<'t> {
    /// A reader of the whole file.
    #[must_use]
    pub(crate) fn of_file(table: &'t Table, collector: &'t Collector<'t>) -> Self {
        Self { table, collector, whose: String::new(), span: 0..0, known: Vec::new() }
    }

    fn of_table(table: &'t Table, name: &str, span: Range<usize>, collector: &'t Collector<'t>) -> Self {
        Self { table, collector, whose: format!(" in `{name}`"), span, known: Vec::new() }
    }

    /// Where the table stands: its header, or the first key of a dotted one.
    #[must_use]
    pub(crate) fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Where complaints go.
    #[must_use]
    pub(crate) fn collector(&self) -> &'t Collector<'t> {
        self.collector
    }

    /// All entries, for a table whose keys are free.
    #[must_use]
    pub(crate) fn entries(&self) -> &'t [Entry] {
        &self.table.entries
    }

    /// Whether the key is there, readable or not.
    pub(crate) fn has(&mut self, key: &'static str) -> bool {
        self.any(key).is_some()
    }

    /// The value of a key, whatever it is.
    pub(crate) fn any(&mut self, key: &'static str) -> Option<&'t Entry> {
        self.known.push(key);
        self.table.get(key)
    }

    /// A string.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.any(key).and_then(|entry| text_of(entry, self.collector))
    }

    /// A string that must be there and not be blank.
    pub(crate) fn required_text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.require(key);
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.collector.complain(&text.span, format!("`{key}` is blank"), None);
            return None;
        }
        Some(text)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let entry = self.any(key)?;
        if let Value::Boolean(yes) = entry.value.value {
            return Some(Spanned::new(yes, entry.value.span.clone()));
        }
        wrong_type(entry, "`true` or `false`", self.collector);
        None
    }

    /// `true` or `false` that must be there.
    pub(crate) fn required_boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        self.require(key);
        self.boolean(key)
    }

    /// A whole number within bounds.
    pub(crate) fn integer<N: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<i64>,
    ) -> Option<Spanned<N>> {
        let entry = self.any(key)?;
        integer_of(&entry.key.value, &entry.value, bounds, self.collector)
    }

    /// A whole number within bounds that must be there.
    pub(crate) fn required_integer<N: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<i64>,
    ) -> Option<Spanned<N>> {
        self.require(key);
        self.integer(key, bounds)
    }

    /// An array of strings.
    pub(crate) fn texts(&mut self, key: &'static str) -> Option<Spanned<Vec<Spanned<String>>>> {
        self.any(key).and_then(|entry| texts_of(entry, self.collector))
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)]) -> Option<Spanned<T>> {
        let text = self.text(key)?;
        if let Some((_, meant)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(text.map(|_| *meant));
        }
        let valid: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        // The value is not quoted: it may have come from the environment.
        let message = format!("this is no valid `{key}`");
        self.collector.complain(&text.span, message, advice(&text.value, &valid));
        None
    }

    /// One of some words that must be there.
    pub(crate) fn required_word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        self.require(key);
        self.word(key, words)
    }

    /// A table below this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Reader<'t>> {
        let entry = self.any(key)?;
        self.below(entry)
    }

    /// The reader of an entry that should be a table.
    #[must_use]
    pub(crate) fn below(&self, entry: &'t Entry) -> Option<Reader<'t>> {
        if let Value::Table(table) = &entry.value.value {
            let name = entry.key.value.as_str();
            return Some(Reader::of_table(table, name, entry.key.span.clone(), self.collector));
        }
        wrong_type(entry, "a table", self.collector);
        None
    }

    /// A table that must be there.
    pub(crate) fn required_table(&mut self, key: &'static str) -> Option<Reader<'t>> {
        if self.table.get(key).is_none() {
            let message = format!("`[{key}]` is missing{}", self.whose);
            self.collector.complain(&self.span, message, Some(format!("add a table `[{key}]`")));
        }
        self.table(key)
    }

    /// The tables of an array of tables; none when the key is absent.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Reader<'t>> {
        let Some(entry) = self.any(key) else { return Vec::new() };
        let Value::List(items) = &entry.value.value else {
            wrong_type(entry, &format!("an array of tables (`[[{key}]]`)"), self.collector);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.item(key, item)).collect()
    }

    fn item(&self, key: &str, item: &'t Spanned<Value>) -> Option<Reader<'t>> {
        if let Value::Table(table) = &item.value {
            let name = format!("[[{key}]]");
            return Some(Reader::of_table(table, &name, item.span.clone(), self.collector));
        }
        complain_of_type(&format!("an item of `{key}`"), item, "a table", self.collector);
        None
    }

    /// Complains when a key is absent.
    pub(crate) fn require(&mut self, key: &'static str) {
        if self.table.get(key).is_none() {
            let message = format!("`{key}` is missing{}", self.whose);
            self.collector.complain(&self.span, message, Some(format!("add `{key} = …`")));
        }
    }

    /// Complains about every key that was not asked for.
    pub(crate) fn finish(self) {
        for entry in &self.table.entries {
            let key = entry.key.value.as_str();
            if !self.known.contains(&key) {
                let message = format!("unknown key `{key}`{}", self.whose);
                self.collector.complain(&entry.key.span, message, advice(key, &self.known));
            }
        }
    }
}

/// The string of an entry.
#[must_use]
pub(crate) fn text_of(entry: &Entry, collector: &Collector<'_>) -> Option<Spanned<String>> {
    if let Value::Text(text) = &entry.value.value {
        return Some(Spanned::new(text.clone(), entry.value.span.clone()));
    }
    wrong_type(entry, "a string", collector);
    None
}

/// The strings of an entry that is an array.
#[must_use]
pub(crate) fn texts_of(entry: &Entry, collector: &Collector<'_>) -> Option<Spanned<Vec<Spanned<String>>>> {
    let Value::List(items) = &entry.value.value else {
        wrong_type(entry, "an array of strings", collector);
        return None;
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        if let Value::Text(text) = &item.value {
            texts.push(Spanned::new(text.clone(), item.span.clone()));
        } else {
            complain_of_type(&format!("an item of `{}`", entry.key.value), item, "a string", collector);
        }
    }
    (texts.len() == items.len()).then(|| Spanned::new(texts, entry.value.span.clone()))
}

/// A whole number within bounds.
#[must_use]
pub(crate) fn integer_of<N: TryFrom<i64>>(
    key: &str,
    value: &Spanned<Value>,
    bounds: std::ops::RangeInclusive<i64>,
    collector: &Collector<'_>,
) -> Option<Spanned<N>> {
    let Value::Integer(number) = value.value else {
        complain_of_type(&format!("`{key}`"), value, "an integer", collector);
        return None;
    };
    if bounds.contains(&number)
        && let Ok(number) = N::try_from(number)
    {
        return Some(Spanned::new(number, value.span.clone()));
    }
    let message = match (bounds.start(), bounds.end()) {
        (start, &i64::MAX) => format!("`{key}` must be at least {start}"),
        (start, end) => format!("`{key}` must lie between {start} and {end}"),
    };
    collector.complain(&value.span, message, None);
    None
}

/// Complains that an entry is of another kind than expected.
pub(crate) fn wrong_type(entry: &Entry, expected: &str, collector: &Collector<'_>) {
    complain_of_type(&format!("`{}`", entry.key.value), &entry.value, expected, collector);
}

fn complain_of_type(what: &str, value: &Spanned<Value>, expected: &str, collector: &Collector<'_>) {
    if value.value != Value::Unreadable {
        let message = format!("{what} must be {expected}, found {}", value.value.kind());
        collector.complain(&value.span, message, None);
    }
}

/// The file as JSON, for judging it by its editor schema.
#[cfg(test)]
pub(crate) fn as_json(text: &str) -> serde_json::Value {
    let source = crate::diagnostic::SourceFile { path: "x.toml".into(), text: text.to_owned() };
    let table = parse(&Collector::new(&source)).expect("it is TOML");
    json_of_table(&table)
}

#[cfg(test)]
fn json_of_table(table: &Table) -> serde_json::Value {
    let members = table.entries.iter().map(|entry| (entry.key.value.clone(), json_of(&entry.value)));
    serde_json::Value::Object(members.collect())
}

#[cfg(test)]
fn json_of(value: &Spanned<Value>) -> serde_json::Value {
    match &value.value {
        Value::Text(text) | Value::Moment(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(yes) => (*yes).into(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Table(table) => json_of_table(table),
        Value::Unreadable => serde_json::Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;

    fn source(text: &str) -> SourceFile {
        SourceFile { path: "x.toml".into(), text: text.to_owned() }
    }

    fn complaints(collector: Collector<'_>) -> Vec<String> {
        collector.finish().iter().map(|complaint| complaint.message.clone()).collect()
    }

    #[test]
    fn entries_keep_the_order_of_the_file() {
        let source = source("z.b = 1\na = 2\nz.a = 3\n");
        let collector = Collector::new(&source);
        let table = parse(&collector).expect("it is TOML");
        let mut file = Reader::of_file(&table, &collector);
        let keys = |entries: &[Entry]| entries.iter().map(|entry| entry.key.value.clone()).collect::<Vec<_>>();
        assert_eq!(keys(file.entries()), ["z", "a"]);
        assert_eq!(keys(file.table("z").expect("it is a table").entries()), ["b", "a"]);
    }

    #[test]
    fn a_wrong_type_says_what_was_expected_and_found() {
        let source = source("a = 1.5\nb = 07:32:00\nc = [1]\nd = 99999999999999999999\ne = []\n");
        let collector = Collector::new(&source);
        let table = parse(&collector).expect("it is TOML");
        let mut file = Reader::of_file(&table, &collector);
        assert_eq!(file.integer::<u32>("a", 0..=9), None);
        assert_eq!(file.boolean("b"), None);
        assert_eq!(file.texts("c"), None);
        assert_eq!(file.integer::<u32>("d", 0..=9), None);
        assert!(file.table("e").is_none());
        file.finish();
        assert_eq!(
            complaints(collector),
            [
                "`a` must be an integer, found a float",
                "`b` must be `true` or `false`, found a date or time",
                "an item of `c` must be a string, found an integer",
                "this number is too large",
                "`e` must be a table, found an array",
            ]
        );
    }
}
