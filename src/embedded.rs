//! The contract: built into the binary, or from folders the user names.
//!
//! In: nothing, or two folders. Out: a contract, or every complaint about it at once. Never: a contract with a complaint.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::case::{self, Contract, Product};
use crate::diagnostic::{Complaints, SourceFile};
use crate::schema::{self, SchemaFile, Schemas};

static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");
static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// The files of a contract: cases and schemas.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The case files.
    pub cases: Vec<SourceFile>,
    /// The schemas.
    pub schemas: Vec<SchemaFile>,
}

/// The files built into the binary, or those of the folders given.
///
/// # Errors
/// A folder or file that cannot be read.
pub fn sources(cases: Option<&Path>, schemas: Option<&Path>) -> Result<Sources, Complaints> {
    let mut complaints = Complaints::new();
    let cases = cases.map_or_else(|| Ok(built_in(&CASES, "cases", "toml")), case::find);
    let schemas = schemas.map_or_else(|| Ok(built_in_schemas()), schema::find);
    let cases = cases.unwrap_or_else(|more| {
        complaints.append(more);
        Vec::new()
    });
    let schemas = schemas.unwrap_or_else(|more| {
        complaints.append(more);
        Vec::new()
    });
    complaints.or(Sources { cases, schemas })
}

/// Loads a contract.
///
/// # Errors
/// Every complaint about its files.
pub fn contract(sources: &Sources) -> Result<Contract, Complaints> {
    with(sources, Schemas::load(&schema::of_answers(&sources.schemas)), digest(sources))
}

/// The part of the built-in contract that is about some products, under the digest of the whole.
///
/// # Errors
/// Every complaint about its files.
pub fn contract_of(mut sources: Sources, products: &[Product]) -> Result<Contract, Complaints> {
    let of = |name: &str| {
        let about = Product::ALL.into_iter().find(|product| name.starts_with(&format!("{product}/")));
        about.is_none_or(|product| products.contains(&product))
    };
    let digest = digest(&sources);
    sources.cases.retain(|file| of(&short(&file.path)));
    sources.schemas.retain(|file| of(&file.name));
    // A test loads them with all checks.
    with(&sources, Schemas::compile(&schema::of_answers(&sources.schemas)), digest)
}

fn with(sources: &Sources, schemas: Result<Schemas, Complaints>, digest: String) -> Result<Contract, Complaints> {
    let names = schema::answer_schemas(&sources.schemas);
    let loaded = (schemas, case::load_against(&sources.cases, &names));
    match loaded {
        (Ok(schemas), Ok(documents)) => Ok(Contract::new(documents, schemas, digest)),
        (schemas, documents) => {
            let mut complaints = Complaints::new();
            schemas.err().into_iter().for_each(|more| complaints.append(more));
            documents.err().into_iter().for_each(|more| complaints.append(more));
            Err(complaints)
        }
    }
}

/// Loads a contract and complains about everything in it that would be green without having been asked.
///
/// # Errors
/// Every complaint about its files, or else about what they say together.
pub fn linted(sources: &Sources) -> Result<Contract, Complaints> {
    // The schemas of our own files judge no deployment, but they are to be in order too.
    let contract = with(sources, Schemas::load(&sources.schemas), digest(sources))?;
    case::lint(&contract, &sources.cases).or(contract)
}

fn digest(sources: &Sources) -> String {
    let mut named: Vec<(String, &str)> = Vec::new();
    for file in &sources.cases {
        named.push((short(&file.path), &file.text));
    }
    // The schemas of our own file formats judge no deployment.
    let answers = schema::of_answers(&sources.schemas);
    for file in &answers {
        named.push((file.name.clone(), &file.source.text));
    }
    named.sort();
    case::digest(named.iter().map(|(name, text)| (name.as_str(), *text)))
}

/// The last two parts of a case file's path: the same wherever the folder lies.
fn short(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

fn built_in(dir: &Dir<'_>, root: &str, extension: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(dir, root, extension, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn built_in_schemas() -> Vec<SchemaFile> {
    let named = |source: SourceFile| {
        let name = source.path.strip_prefix("schemas").unwrap_or(&source.path);
        SchemaFile { name: name.to_string_lossy().replace('\\', "/"), source }
    };
    built_in(&SCHEMAS, "schemas", "json").into_iter().map(named).collect()
}

fn collect(dir: &Dir<'_>, root: &str, extension: &str, files: &mut Vec<SourceFile>) {
    for file in dir.files().filter(|file| file.path().extension().is_some_and(|ext| ext == extension)) {
        // They are UTF-8; one that were not would be empty, and complained about.
        let text = file.contents_utf8().unwrap_or_default().to_owned();
        files.push(SourceFile { path: Path::new(root).join(file.path()), text });
    }
    dir.dirs().for_each(|inner| collect(inner, root, extension, files));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_same_contract_for_its_product() {
        let sources = sources(None, None).expect("the files in the binary");
        let whole = contract(&sources).expect("a contract");
        for product in Product::ALL {
            let part = contract_of(sources.clone(), &[product]).expect("a part");
            assert_eq!(part.digest, whole.digest);
            let ids = |contract: &Contract| contract.trials.iter().map(|trial| trial.id.clone()).collect::<Vec<_>>();
            let of_whole: Vec<String> = whole.trials_of(product).map(|trial| trial.id.clone()).collect();
            assert_eq!(ids(&part), of_whole);
            let clauses =
                |contract: &Contract| contract.clauses_of(product).map(|clause| clause.id.clone()).collect::<Vec<_>>();
            assert_eq!(clauses(&part), clauses(&whole));
        }
    }
}
