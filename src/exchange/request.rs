//! A request with every placeholder filled.

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// In order; a name may be there with an empty value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// A body to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A JSON object of strings, in order.
    Members(Vec<(String, String)>),
    /// As it stands.
    Raw(String),
}

impl Body {
    /// The bytes that are sent.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Members(members) => object(members.iter().map(|(n, v)| (n.as_str(), v.as_str()))),
            Self::Raw(text) => text.clone(),
        }
    }
}

/// A JSON object of strings in the order given.
pub(super) fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let map: serde_json::Map<String, serde_json::Value> =
        members.map(|(name, value)| (name.to_owned(), value.into())).collect();
    serde_json::Value::Object(map).to_string()
}
