//! Plain columns for lists, for people and for grep.

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

/// Columns under a heading, two spaces apart, no trailing white space.
pub fn columns<const N: usize>(heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut builder = Builder::default();
    builder.push_record(heading);
    for row in rows {
        builder.push_record(row.map(|cell| crate::text::visible(&cell)));
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
    let text = table.to_string();
    text.lines().fold(String::with_capacity(text.len()), |mut out, line| {
        out.push_str(line.trim_end());
        out.push('\n');
        out
    })
}
