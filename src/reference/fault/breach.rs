//! What is done wrong, and where the other steps ask for it.
//!
//! In: a fault of the catalogue. Out: for each step, whether and how it is bent. Never: bends two things.

use serde_json::Value;

use crate::reference::answer::Answer;
use crate::reference::ask::Language;
use crate::reference::document::Document;
use crate::reference::id_token::Forgery;
use crate::reference::refusal::Refusal;
use crate::reference::world::Ending;

/// Bends an answer.
pub(super) type Distort = fn(&mut Answer);

/// What is done wrong, where.
#[derive(Debug)]
pub(in crate::reference) enum Breach {
    /// No request is heard.
    Endpoint { document: &'static Document, distort: Distort },
    /// A documented error is answered otherwise.
    Error(ErrorBreach),
    /// A refusal is answered otherwise where no language was asked for.
    Unasked { document: &'static Document, distort: Distort },
    /// A rule is not enforced.
    Lapse { document: &'static Document, lapse: Lapse },
    /// A documented scene is not accepted.
    Scene { document: &'static Document, scene: &'static str, change: SceneChange },
    /// An accepted send is answered otherwise.
    Sent { document: &'static Document, distort: Distort },
    /// An optional header is demanded, or not suffered.
    OptionalHeader { document: &'static Document, header: &'static str, demanded: bool },
    /// A login answer is not what it should be as a whole.
    LoginAnswer { ending: Ending, distort: Distort },
    /// A member of a login answer is missing, or has this value.
    LoginMember { ending: Ending, member: &'static str, value: Option<Value> },
    /// A login ends otherwise than it should.
    LoginEnding { ending: Ending, instead: Ending },
    /// A member of the success answer stands in another answer.
    LoginLeak { ending: Ending, member: &'static str },
    /// The id token is not to be trusted.
    IdToken(Forgery),
}

/// How a documented error is answered otherwise.
#[derive(Debug)]
pub(in crate::reference) struct ErrorBreach {
    pub(super) document: &'static Document,
    pub(super) code: &'static str,
    /// Only in this language.
    pub(super) language: Option<Language>,
    pub(super) sibling: Sibling,
    pub(super) distort: fn(&mut Answer, &Refused),
}

/// Another error, taken for this one.
#[derive(Clone, Debug)]
pub(super) struct Sibling {
    pub(super) code: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// What an error is distorted from.
pub(super) struct Refused<'a> {
    pub(super) refusal: &'a Refusal,
    pub(super) language: Language,
    pub(super) sibling: &'a Sibling,
}

/// How a documented scene is not accepted.
#[derive(Clone, Copy, Debug)]
pub(in crate::reference) enum SceneChange {
    Refused,
    Answered(Distort),
}

/// A rule that is not enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Lapse {
    /// These fields may be missing, or blank.
    Required {
        names: Vec<&'static str>,
        missing: bool,
        blank: bool,
    },
    /// The content type may be missing, or another.
    ContentType {
        others: bool,
    },
    UnknownClient,
    AnyScene,
    SceneInLowerCase,
    SceneOfOtherProduct,
    SceneOfOtherChannel,
    UsedToken,
    InventedToken,
    /// Used, too old, invented: all the same.
    InvalidToken,
    AlteredToken,
    Undeliverable,
    WrongCode,
    UsedCode,
    CodeOfOtherScene,
    CodeOfOtherRecipient,
}

impl Breach {
    /// The answer of an endpoint that does not hear requests.
    pub(in crate::reference) fn deaf(&self, document: &Document) -> Option<Answer> {
        let Self::Endpoint { document: of, distort } = self else {
            return None;
        };
        let mut answer = Answer::empty(200);
        distort(&mut answer);
        document.is(of).then_some(answer)
    }

    pub(in crate::reference) fn lapse(&self, document: &Document) -> Option<&Lapse> {
        let Self::Lapse { document: of, lapse } = self else {
            return None;
        };
        document.is(of).then_some(lapse)
    }

    pub(in crate::reference) fn denies_scene(&self, document: &Document, name: &str) -> bool {
        matches!(self, Self::Scene { document: of, scene, change: SceneChange::Refused }
            if document.is(of) && *scene == name)
    }

    /// An optional header this document's endpoint demands (`true`) or does not suffer.
    pub(in crate::reference) fn optional_header(&self, document: &Document) -> Option<(&'static str, bool)> {
        let Self::OptionalHeader { document: of, header, demanded } = self else {
            return None;
        };
        document.is(of).then_some((header, *demanded))
    }

    /// Bends the answer to a refused request.
    pub(in crate::reference) fn refused(
        &self,
        document: &Document,
        refusal: &Refusal,
        language: Language,
        answer: &mut Answer,
    ) {
        let Self::Error(error) = self else { return };
        let concerns = document.is(error.document) && refusal.row.is_some_and(|row| row.code == error.code);
        if concerns && error.language.is_none_or(|only| only == language) {
            (error.distort)(answer, &Refused { refusal, language, sibling: &error.sibling });
        }
    }

    /// Bends the answer to a refused request that asked for no language.
    pub(in crate::reference) fn unasked(&self, document: &Document, answer: &mut Answer) {
        if let Self::Unasked { document: of, distort } = self
            && document.is(of)
        {
            distort(answer);
        }
    }

    /// Bends the answer to an accepted send.
    pub(in crate::reference) fn sent(&self, document: &Document, name: &str, answer: &mut Answer) {
        if let Self::Sent { document: of, distort } = self
            && document.is(of)
        {
            distort(answer);
        }
        if let Self::Scene { document: of, scene, change: SceneChange::Answered(distort) } = self
            && document.is(of)
            && *scene == name
        {
            distort(answer);
        }
    }

    /// How a login that should end so ends.
    pub(in crate::reference) fn ending(&self, ending: Ending) -> Ending {
        let Self::LoginEnding { ending: of, instead } = self else {
            return ending;
        };
        if *of == ending { *instead } else { ending }
    }

    pub(in crate::reference) fn forgery(&self) -> Option<Forgery> {
        if let Self::IdToken(forgery) = self { Some(*forgery) } else { None }
    }

    /// Bends the answer to a login; `success` gives the values a success would have.
    pub(in crate::reference) fn logged_in(&self, ending: Ending, answer: &mut Answer, success: impl Fn(&str) -> Value) {
        if let Self::LoginAnswer { ending: of, distort } = self
            && *of == ending
        {
            distort(answer);
        }
        if let Self::LoginMember { ending: of, member, value } = self
            && *of == ending
        {
            put(answer, member, value.clone());
        }
        if let Self::LoginLeak { ending: of, member } = self
            && *of == ending
        {
            put(answer, member, Some(success(member)));
        }
    }
}

/// A member is set where it stands, or taken away.
pub(super) fn put(answer: &mut Answer, member: &str, value: Option<Value>) {
    let Some(members) = answer.members() else {
        return;
    };
    match value {
        Some(value) => {
            members.insert(member.to_owned(), value);
        }
        None => {
            members.shift_remove(member);
        }
    }
}
