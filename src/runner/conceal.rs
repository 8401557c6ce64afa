//! Hides in a finished record what became known as a secret only after it was recorded.
//!
//! In: the record of a session that is over. Out: the same, and what looks for the secrets in what is written of it. Never: hides
//! what stands in every record.

use super::Session;
use crate::record::RunRecord;
use crate::redact::Leaks;

/// Hides what is a secret by now in every text of the record.
#[must_use]
pub fn conceal(session: &Session, record: &mut RunRecord) -> Leaks {
    let redactor = session.redactor();
    let leaks = redactor.leaks();
    record.texts_mut(|text| {
        if leaks.holds(text) {
            *text = redactor.text(text);
        }
    });
    leaks
}
