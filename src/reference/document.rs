//! What the five documents print: endpoints, header and member tables, scenes, error rows.
//!
//! In: nothing. Out: one [`Document`] each. Never: behaviour, faults, or what only follows from the text.

mod ciam;
mod eiam;

use super::Product;

/// One vendor document: one endpoint.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) product: Product,
    /// As it stands in clause ids: `sms-send`.
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) purpose: Purpose,
    /// The rows of the header table, then those of the parameter table.
    pub(super) fields: &'static [Field],
    pub(super) scenes: &'static [Scene],
    pub(super) errors: &'static [ErrorRow],
}

/// What an endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Sends a verification code.
    Send(Channel),
    /// Logs in with a code that was sent.
    Login,
}

/// The way a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Sms,
    Email,
}

/// Where a field stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Member,
}

/// One row of a header or parameter table.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) place: Place,
    /// Spelled as in the table.
    pub(super) name: &'static str,
    pub(super) required: bool,
    /// The table's wording.
    pub(super) title: &'static str,
}

/// One documented send scenario.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) name: &'static str,
    /// The document's wording.
    pub(super) title: &'static str,
}

/// One documented error.
#[derive(Debug)]
pub(super) struct ErrorRow {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) en: &'static str,
    /// Absent where the document prints English only.
    pub(super) zh: Option<&'static str>,
}

/// The documents of a product.
pub(super) fn documents(product: Product) -> &'static [Document] {
    match product {
        Product::Eiam => eiam::DOCUMENTS,
        Product::Ciam => ciam::DOCUMENTS,
    }
}

impl Document {
    /// `eiam/sms-send/<rest>`.
    pub(super) fn clause(&self, rest: &str) -> String {
        format!("{}/{}/{rest}", self.product, self.name)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        self.product == other.product && self.name == other.name
    }

    pub(super) fn row(&self, code: &str) -> Option<&'static ErrorRow> {
        self.errors.iter().find(|row| row.code == code)
    }

    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn has_scene(&self, name: &str) -> bool {
        self.scenes.iter().any(|scene| scene.name == name)
    }

    /// The member that names whom it concerns: `mobile` or `email`.
    pub(super) fn recipient(&self) -> &'static str {
        match self.purpose {
            Purpose::Send(Channel::Email) => "email",
            Purpose::Send(Channel::Sms) | Purpose::Login => "mobile",
        }
    }

    pub(super) fn sends(&self) -> bool {
        self.purpose != Purpose::Login
    }
}

/// A row of a header table.
const fn header(name: &'static str, required: bool, title: &'static str) -> Field {
    Field { place: Place::Header, name, required, title }
}

/// A row of a parameter table; the documents print only required ones.
const fn member(name: &'static str, title: &'static str) -> Field {
    Field { place: Place::Member, name, required: true, title }
}

const fn scene(name: &'static str, title: &'static str) -> Scene {
    Scene { name, title }
}
