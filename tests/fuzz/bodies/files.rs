//! Files that people write: case files, target files, waivers.

use std::path::Path;

use iamspec::case::{self, Contract};
use iamspec::diagnostic::{self, Complaints, SourceFile};
use iamspec::schema::Schemas;
use iamspec::target;
use iamspec::verdict::waiver;

/// The value of every variable that a target file names.
const FROM_THE_ENVIRONMENT: &str = "s3cret-of-the-environment";

/// A case file is a contract with trials in order, or complaints that can be shown.
pub fn case_file(text: &str) {
    let file = SourceFile { path: "cases/ciam/sms-send.toml".into(), text: text.to_owned() };
    let documents = match case::load(std::slice::from_ref(&file)) {
        Ok(documents) => documents,
        Err(complaints) => return shown(&complaints),
    };
    let schemas = Schemas::load(&[]).expect("no schema is in order");
    let contract = Contract::new(documents, schemas, String::new());
    shown(&case::lint(&contract, &[file]));
    for trial in &contract.trials {
        assert!(trial.id.starts_with("ciam/sms-send/"), "{}", trial.id);
        assert_eq!(contract.trial(&trial.id).map(|found| &found.request), Some(&trial.request), "two trials of one id");
    }
}

/// A target file is a target, or complaints that can be shown; a value of the environment is in neither.
pub fn target_file(text: &str) {
    let environment = |_: &str| Some(FROM_THE_ENVIRONMENT.to_owned());
    match target::parse(text, Path::new("acme.toml"), &environment) {
        Ok(target) => {
            let taken = target.secrets.iter().any(|secret| secret.contains(FROM_THE_ENVIRONMENT));
            assert!(taken || !target.url.contains(FROM_THE_ENVIRONMENT), "a value of the environment is no secret");
        }
        Err(complaints) => {
            shown(&complaints);
            let said = diagnostic::render(&complaints, false);
            assert!(!said.contains(FROM_THE_ENVIRONMENT) || text.contains("s3cret"), "{said}");
        }
    }
}

/// A waiver file is a list of waivers, each with its line, or complaints that can be shown.
pub fn waiver_file(text: &str) {
    match waiver::parse(text, Path::new("waivers.toml")) {
        Ok(waivers) => {
            let lines = text.lines().count();
            assert!(waivers.list.iter().all(|waiver| (1..=lines).contains(&waiver.line)), "{waivers:?}");
        }
        Err(complaints) => shown(&complaints),
    }
}

/// Complaints have places within their files, and nothing in them acts on a terminal.
fn shown(complaints: &Complaints) {
    for complaint in complaints {
        assert!(!complaint.message.is_empty());
        let place = complaint.place();
        assert!(place.is_none_or(|(line, column)| line > 0 && column > 0), "{complaint:?}");
    }
    let said = diagnostic::render(complaints, false);
    assert_eq!(said.trim().is_empty(), complaints.is_empty());
    assert_eq!(super::acts(&said), None, "{said:?}");
}
