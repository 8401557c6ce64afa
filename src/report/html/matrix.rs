//! The clauses of the contract as a matrix: documents by kinds of promises, a lettered square a clause.
//!
//! In: the clauses of a record. Out: rows and cells. Never: a status of its own.

use super::super::words::{Both, Labels, Words};
use crate::record::{ClauseRecord, RunRecord};
use crate::text::visible;
use crate::verdict::ClauseStatus;

/// A kind of clause: the third part of its id, and its heading.
type Kind = (&'static str, fn(&Labels) -> &'static str);

/// The kinds in the order in which a document tells them.
const KINDS: [Kind; 7] = [
    ("request", |labels| labels.requests),
    ("header", |labels| labels.headers),
    ("member", |labels| labels.members),
    ("scene", |labels| labels.scenes),
    ("error", |labels| labels.errors),
    ("answer", |labels| labels.answers),
    ("rule", |labels| labels.rules),
];

/// The matrix and its legend.
pub(super) struct Matrix {
    pub(super) kinds: Vec<Both>,
    pub(super) rows: Vec<Row>,
    pub(super) legend: Vec<Count>,
    /// Every clause, for the register.
    pub(super) clauses: Vec<Square>,
}

/// A document.
pub(super) struct Row {
    pub(super) document: String,
    pub(super) cells: Vec<Cell>,
}

/// The clauses of one kind.
pub(super) struct Cell {
    pub(super) kind: Both,
    pub(super) squares: Vec<Square>,
}

/// A clause.
#[derive(Clone)]
pub(super) struct Square {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) text: String,
    pub(super) class: &'static str,
    pub(super) letter: Both,
    pub(super) status: Both,
    pub(super) basis: Both,
    pub(super) trials: usize,
}

/// How many clauses have a status.
pub(super) struct Count {
    pub(super) class: &'static str,
    pub(super) letter: Both,
    pub(super) status: Both,
    pub(super) clauses: usize,
}

impl Matrix {
    /// The matrix of a record; kinds that no clause is of have no column.
    pub(super) fn of(record: &RunRecord) -> Self {
        let clauses: Vec<Square> = record.clauses.iter().enumerate().map(square).collect();
        let kind_of = |square: &Square| column(square.id.split('/').nth(2));
        let columns: Vec<usize> =
            (0..=KINDS.len()).filter(|at| clauses.iter().any(|square| kind_of(square) == *at)).collect();
        let rows = documents(&clauses).into_iter().map(|document| {
            let of_document = |square: &&Square| document_of(&square.id) == document;
            let squares = |at: usize| clauses.iter().filter(of_document).filter(move |square| kind_of(square) == at);
            let cell = |at: &usize| Cell { kind: heading(*at), squares: squares(*at).cloned().collect() };
            Row { document: document.to_owned(), cells: columns.iter().map(cell).collect() }
        });
        Self {
            kinds: columns.iter().map(|at| heading(*at)).collect(),
            rows: rows.collect(),
            legend: legend(record),
            clauses: clauses.clone(),
        }
    }
}

fn square((number, clause): (usize, &ClauseRecord)) -> Square {
    Square {
        number,
        id: visible(&clause.id),
        text: visible(&clause.text),
        class: clause.status.as_str(),
        letter: Both::of(|words| words.letter(clause.status).to_owned()),
        status: Both::of(|words| words.status(clause.status).to_owned()),
        basis: Both::of(|words| visible(words.basis(&clause.basis))),
        trials: clause.trials.len(),
    }
}

/// The column of a kind; what is of no known kind shares the last one.
fn column(kind: Option<&str>) -> usize {
    KINDS.iter().position(|(known, _)| Some(*known) == kind).unwrap_or(KINDS.len())
}

fn heading(column: usize) -> Both {
    Both::of(|words: &dyn Words| {
        let labels = words.labels();
        KINDS.get(column).map_or(labels.others, |(_, heading)| heading(labels)).to_owned()
    })
}

/// The first two parts of a clause's id.
fn document_of(id: &str) -> &str {
    let end = id.match_indices('/').nth(1).map_or(id.len(), |(at, _)| at);
    &id[..end]
}

fn documents(clauses: &[Square]) -> Vec<&str> {
    let mut documents = Vec::new();
    for document in clauses.iter().map(|square| document_of(&square.id)) {
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    documents
}

fn legend(record: &RunRecord) -> Vec<Count> {
    let count = |status: ClauseStatus| Count {
        class: status.as_str(),
        letter: Both::of(|words| words.letter(status).to_owned()),
        status: Both::of(|words| words.status(status).to_owned()),
        clauses: record.clauses.iter().filter(|clause| clause.status == status).count(),
    };
    ClauseStatus::ALL.map(count).into_iter().filter(|count| count.clauses > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    #[test]
    fn every_clause_has_one_square() {
        let mut record = sample::deviating();
        record.clauses[0].id = "ciam/sms-send/novelty/x".to_owned();
        let matrix = Matrix::of(&record);
        let squares = matrix.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.squares).count();
        assert_eq!(squares, record.clauses.len());
        assert_eq!(matrix.legend.iter().map(|count| count.clauses).sum::<usize>(), record.clauses.len());
        assert_eq!(matrix.kinds.last().map(|kind| kind.english.as_str()), Some("others"));
    }
}
