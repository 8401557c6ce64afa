//! A shell line that repeats a request, its secrets as shell variables.
//!
//! In: a prepared request, the names of what must not be seen. Out: one line, quoted so that the variables expand. Never: a secret.

use super::request::{Body, Prepared};

/// The line; `variable` names the shell variable that stands for a header's or member's value, where it is secret.
pub fn curl(
    request: &Prepared,
    secret_header: impl Fn(&str, &str) -> Option<String>,
    secret_member: impl Fn(&str, &str) -> Option<String>,
) -> String {
    let mut line = format!("curl -sS -i -X {} {}", request.method, single(&request.url));
    for (name, value) in &request.headers {
        line.push_str(" -H ");
        match secret_header(name, value) {
            Some(variable) => line.extend(["\"", &double(name), ": $", &variable, "\""]),
            // curl leaves out a header without a value; `;` sends it blank.
            None if value.is_empty() => line.push_str(&single(&format!("{name};"))),
            None => line.push_str(&single(&format!("{name}: {value}"))),
        }
    }
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        line.push_str(" -H 'Content-Type:'");
    }
    line.push_str(" --data-binary ");
    line.push_str(&data(&request.body, secret_member));
    line
}

fn data(body: &Body, secret: impl Fn(&str, &str) -> Option<String>) -> String {
    match body {
        Body::Raw(text) => single(text),
        Body::Members(members) => {
            let parts: Vec<String> = members
                .iter()
                .map(|(name, value)| {
                    let name = serde_json::Value::from(name.as_str()).to_string();
                    let shown = match secret(name.trim_matches('"'), value) {
                        Some(variable) => format!("\\\"${variable}\\\""),
                        None => double(&serde_json::Value::from(value.as_str()).to_string()),
                    };
                    format!("{}:{shown}", double(&name))
                })
                .collect();
            format!("\"{{{}}}\"", parts.join(","))
        }
    }
}

/// Quoted so that nothing expands.
fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Escaped for the inside of double quotes.
fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_variable_that_expands_and_nothing_else_does() {
        let request = Prepared {
            method: "POST".into(),
            url: "http://h/it's".into(),
            headers: vec![("X-L".into(), "zh".into()), ("X-client-id".into(), String::new())],
            body: Body::Members(vec![("mobile".into(), "152".into()), ("type".into(), "$(id)`".into())]),
        };
        let line = curl(&request, |_, _| None, |n, _| (n == "mobile").then(|| "MOBILE".into()));
        assert_eq!(
            line,
            r#"curl -sS -i -X POST 'http://h/it'\''s' -H 'X-L: zh' -H 'X-client-id;' -H 'Content-Type:' --data-binary "{\"mobile\":\"$MOBILE\",\"type\":\"\$(id)\`\"}""#
        );
    }
}
