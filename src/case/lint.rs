//! What makes a contract say less than it seems to: clauses nobody exercises, trials that prove nothing, or the same twice.
//!
//! In: a contract whose files are well formed. Out: complaints. Never: judges a deployment.

use std::collections::{HashMap, HashSet};

use super::contract::Contract;
use super::model::Place;
use super::trial::Trial;
use crate::diagnostic::{Complaint, Complaints, SourceFile};

/// Complains about everything that would be green without having been asked.
#[must_use]
pub fn lint(contract: &Contract, files: &[SourceFile]) -> Complaints {
    let mut complaints = Complaints::new();
    for file in files {
        complaints.remember(file);
    }
    let at = |place: &Place, message: String| complaint(files, place, message);
    for trial in contract.trials.iter().filter(|trial| trial.clauses.is_empty()) {
        let message = format!("`{}` cites no clause", trial.id);
        complaints.push(at(&trial.place, message).hint("name one with `cites`"));
    }
    let cited: HashSet<&str> = contract.trials.iter().flat_map(|trial| &trial.clauses).map(String::as_str).collect();
    for document in &contract.documents {
        let prefix = format!("{}/", document.id());
        let missing = contract.clauses.iter().filter(|clause| clause.id.starts_with(&prefix));
        for clause in missing.filter(|clause| !cited.contains(clause.id.as_str())) {
            complaints.push(at(&document.place, format!("no trial exercises `{}`", clause.id)));
        }
    }
    let mut seen: HashMap<String, &str> = HashMap::new();
    let mut ids = HashSet::new();
    for trial in &contract.trials {
        if !ids.insert(trial.id.as_str()) {
            complaints.push(at(&trial.place, format!("two trials are called `{}`", trial.id)));
        }
        if let Some(first) = seen.insert(fingerprint(trial), &trial.id) {
            let message = format!("`{}` makes the same request as `{first}`", trial.id);
            complaints.push(at(&trial.place, message).hint("every trial must show something of its own"));
        }
    }
    complaints
}

/// What is sent, and with what: two trials that agree in it find out the same.
fn fingerprint(trial: &Trial) -> String {
    format!("{} {:?} {} {:?} {:?}", trial.document, trial.request, trial.to, trial.scene, trial.needs)
}

fn complaint(files: &[SourceFile], place: &Place, message: String) -> Complaint {
    match files.iter().find(|file| file.path == place.file) {
        Some(file) => {
            let start = line_start(&file.text, place.line);
            let end = file.text[start..].find('\n').map_or(file.text.len(), |length| start + length);
            Complaint::at(file, start..end.max(start), message)
        }
        None => Complaint::about(&place.file, message),
    }
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}
