//! The whole contract: documents, schemas, and what follows from them.
//!
//! In: loaded documents and schemas. Out: trials, clauses, and the digest that names this version. Never: reads files.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::expand;
use super::model::{Clause, Document, Product};
use super::trial::Trial;
use crate::redact;
use crate::schema::Schemas;

/// Everything that a run holds a deployment to.
#[derive(Debug)]
pub struct Contract {
    /// The documents, in the order of their files.
    pub documents: Vec<Document>,
    /// The schemas of their answers.
    pub schemas: Schemas,
    /// Every trial, in the order of the documents and cases.
    pub trials: Vec<Arc<Trial>>,
    /// Every clause, in the order of the documents and tables.
    pub clauses: Vec<Clause>,
    /// SHA-256 of the files it was made from, in hex.
    pub digest: String,
    index: HashMap<String, usize>,
}

impl Contract {
    /// Puts documents and schemas together.
    #[must_use]
    pub fn new(documents: Vec<Document>, schemas: Schemas, digest: String) -> Self {
        let trials: Vec<_> = documents.iter().flat_map(expand::trials).map(Arc::new).collect();
        let clauses = documents.iter().flat_map(expand::clauses).collect();
        let index = trials.iter().enumerate().map(|(at, trial)| (trial.id.clone(), at)).collect();
        Self { documents, schemas, trials, clauses, digest, index }
    }

    /// The trial with this id.
    #[must_use]
    pub fn trial(&self, id: &str) -> Option<&Arc<Trial>> {
        self.index.get(id).map(|&at| &self.trials[at])
    }

    /// The document with this short id.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id() == id)
    }

    /// The clauses of one product.
    pub fn clauses_of(&self, product: Product) -> impl Iterator<Item = &Clause> {
        let prefix = format!("{product}/");
        self.clauses.iter().filter(move |clause| clause.id.starts_with(&prefix))
    }

    /// The trials of one product.
    pub fn trials_of(&self, product: Product) -> impl Iterator<Item = &Arc<Trial>> {
        self.trials.iter().filter(move |trial| trial.product == product)
    }
}

/// The SHA-256, in hex, of named texts: the same for the same files wherever they lie.
#[must_use]
pub fn digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hasher = Sha256::new();
    for (name, text) in files {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    redact::hex(&hasher.finalize())
}
