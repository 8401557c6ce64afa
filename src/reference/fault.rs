//! Faults: one documented promise broken each.
//!
//! In: the tables of the documents. Out: the catalogue, generated from them, and for a deployment the [`Breach`] that
//! the other steps ask about. Never: a breach that no document forbids, or that a client could not see.

mod breach;
mod error;
mod field;
mod login;
mod send;

use std::fmt;
use std::sync::Arc;

use super::Product;
use super::document::{Document, documents};

pub(super) use breach::{Breach, Lapse};
use breach::{Distort, SceneChange};

/// A seeded breach of one clause.
#[derive(Clone)]
pub struct Fault(Arc<Entry>);

struct Entry {
    id: String,
    clauses: Vec<String>,
    breaks: String,
    breach: Breach,
}

impl Fault {
    /// Hierarchical, unique: `ciam/sms-send/error/IDAAS.SDK.PARAM.0002/status-200`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The clauses it breaks.
    #[must_use]
    pub fn clauses(&self) -> &[String] {
        &self.0.clauses
    }

    /// What it does, in one sentence.
    #[must_use]
    pub fn breaks(&self) -> &str {
        &self.0.breaks
    }

    pub(super) fn breach(&self) -> &Breach {
        &self.0.breach
    }

    fn new(id: String, clauses: Vec<String>, breaks: impl Into<String>, breach: Breach) -> Self {
        Self(Arc::new(Entry { id, clauses, breaks: breaks.into(), breach }))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Fault({})", self.id())
    }
}

/// Every fault a deployment of this product can be seeded with.
#[must_use]
pub fn faults(product: Product) -> Vec<Fault> {
    let mut all = Vec::new();
    for document in documents(product) {
        all.extend(endpoint(document));
        all.extend(error::faults(document));
        all.extend(field::faults(document));
        if document.sends() {
            all.extend(send::faults(document));
        } else {
            all.extend(login::faults(document));
        }
    }
    all
}

/// The endpoint itself is not as printed.
fn endpoint(document: &'static Document) -> Vec<Fault> {
    let changes: [(&str, &str, Distort); 3] = [
        ("absent", "is not there: 404", |answer| answer.status = 404),
        ("other-method", "knows another method only: 405", |answer| {
            answer.status = 405;
        }),
        ("moved", "has moved: 308", |answer| {
            answer.status = 308;
            answer.location = Some("/api/v3/sdk");
        }),
    ];
    let fault = |(id, what, distort)| {
        Fault::new(
            document.clause(&format!("request/{id}")),
            vec![document.clause("request")],
            format!("`POST {}` {what}", document.path),
            Breach::Endpoint { document, distort },
        )
    };
    changes.into_iter().map(fault).collect()
}
