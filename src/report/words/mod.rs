//! Every word that a report says of its own, in every language a report can be read in.
//!
//! In: numbers, names, the enums of a record. Out: words. Never: translates what a record holds.

mod chinese;
mod english;
pub(super) mod plan;

use std::str::FromStr;

use crate::compare::verify::Hidden;
use crate::compare::{Answer, Class};
use crate::score::Counts;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

/// The language that a report is read in; that of the deployment's messages is another matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// `en` or `zh`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    pub(super) fn words(self) -> &'static dyn Words {
        match self {
            Self::English => &english::English,
            Self::Chinese => &chinese::Chinese,
        }
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|language| language.as_str() == text);
        found.ok_or_else(|| "expected `en` or `zh`".to_owned())
    }
}

/// A code that somebody is asked for.
pub(super) struct CodeWanted<'a> {
    pub(super) to: &'a str,
    pub(super) scene: Option<&'a str>,
    pub(super) trial: &'a str,
    pub(super) target: &'a str,
    pub(super) seconds: u64,
    pub(super) more: usize,
}

/// What a language must be able to say.
pub(super) trait Words: Sync {
    /// Words that need nothing to be said.
    fn labels(&self) -> &'static Labels;
    /// How a trial ended.
    fn outcome(&self, outcome: Outcome) -> &'static str;
    /// How a trial ended, at the head of its card.
    fn headline(&self, outcome: Outcome) -> &'static str;
    /// What is known of a clause.
    fn status(&self, status: ClauseStatus) -> &'static str;
    /// The same in one character; each status has its own.
    fn letter(&self, status: ClauseStatus) -> &'static str;
    /// What a waiver did.
    fn waiver(&self, state: WaiverState) -> &'static str;
    /// What became of a deployment between two runs.
    fn answer(&self, answer: Answer) -> &'static str;
    /// What kind of change between two runs it is.
    fn class(&self, class: Class) -> &'static str;
    /// `documented` or `inferred`.
    fn basis<'a>(&self, basis: &'a str) -> &'a str;
    /// The answer of a run.
    fn verdict(&self, verdict: Verdict) -> &'static str;
    /// What is missing, where the record's own sentence is in another language.
    fn reason(&self, code: ReasonCode) -> Option<&'static str>;
    /// What kind of difference a check found; as the record says it where no word is known.
    fn kind<'a>(&self, kind: &'a str) -> &'a str;
    /// What a kind of difference means, where the record's own sentence is in another language.
    fn explanation(&self, kind: &str) -> Option<&'static str>;
    /// A kind of thing that drifted.
    fn drift_kind<'a>(&self, kind: &'a str) -> &'a str;
    /// `2 trials`.
    fn trials(&self, count: usize) -> String;
    /// `2 characters`.
    fn characters(&self, count: usize) -> String;
    /// `… (2 characters more)`, behind what was cut.
    fn characters_more(&self, count: usize) -> String;
    /// `and 2 more`.
    fn more(&self, count: usize) -> String;
    /// `and 2 more, listed with -v`.
    fn more_with_v(&self, count: usize) -> String;
    /// `1 text message, 2 emails`.
    fn delivered(&self, sms: u32, email: u32) -> String;
    /// A list, its parts beside each other.
    fn list(&self, parts: &[String]) -> String;
    /// A count and what is counted: `2 pass`.
    fn count(&self, count: usize, what: &str) -> String;
    /// A name and what is said of it.
    fn says(&self, name: &str, what: &str) -> String;
    /// `x instead of y`.
    fn instead_of(&self, sent: &str, control: &str) -> String;
    /// `x, added`.
    fn added(&self, sent: &str) -> String;
    /// How many parts of a text were left out.
    fn blocks_cut(&self, count: usize) -> String;
    /// How many things drifted.
    fn drift(&self, count: usize) -> String;
    /// How often the trials ran, and how many did not always end the same way.
    fn repeated(&self, most: usize, unstable: usize) -> String;
    /// How a trial ended each time: its counts, and whether they differ.
    fn ended_each_time(&self, unstable: bool, counts: &str) -> String;
    /// How far the contract that judged can be trusted.
    fn score(&self, score: Option<Counts>) -> String;
    /// `iamspec 0.1.0, contract 3f9c: …`.
    fn judge(&self, tool: &str, contract: &str, score: &str) -> String;
    /// `acme: ciam at https://…`.
    fn judged(&self, name: &str, product: &str, url: &str) -> String;
    /// `(expected x, received y)`.
    fn compared(&self, expected: &str, received: &str) -> String;
    /// A verdict and the exit code that says it.
    fn verdict_and_code(&self, verdict: Verdict) -> String;
    /// All promises that were tried are kept.
    fn conforms(&self, warnings: usize, waived: usize) -> String;
    /// So many promises are broken.
    fn promises_broken(&self, count: usize) -> String;
    /// So many trials fail, citing no clause.
    fn trials_broke(&self, count: usize) -> String;
    /// Nothing is broken, but something was not found out.
    fn incomplete(&self, blocked: usize, error: usize) -> String;
    /// What a record alone does not show.
    fn hidden(&self, hidden: Hidden) -> &'static str;
    /// How many trials were judged again, and how many tags agree.
    fn rejudged(&self, count: usize, of: usize, tags: usize) -> String;
    /// Whether a record says what follows from it.
    fn agrees(&self, disagreements: usize) -> String;
    /// How many trials of the contract were asked for.
    fn asked_for(&self, selected: usize, of: usize) -> String;
    /// Where puzzles are solved, and how many there will be.
    fn puzzles_wanted(&self, url: &str, puzzles: usize) -> String;
    /// Where codes are given.
    fn codes_wanted(&self, url: &str, asked_here: bool) -> String;
    /// One code is wanted: who received it, for which scene and trial, how many seconds are left, how many more wait.
    fn code_wanted(&self, code: &CodeWanted<'_>) -> String;
}

/// Names the labels once, for one language and for all beside each other.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Words that need nothing to be said.
        #[derive(Debug)]
        pub(super) struct Labels { $($(#[$doc])* pub(super) $name: &'static str,)* }

        /// Every label in every language.
        #[derive(Debug)]
        #[expect(dead_code, reason = "the page says most of them, the terminal and Markdown the others")]
        pub(super) struct AllLabels { $(pub(super) $name: Both,)* }

        impl AllLabels {
            /// All of them.
            pub(super) fn new() -> Self {
                Self { $($name: Both::of(|words| words.labels().$name.to_owned()),)* }
            }
        }
    };
}

labels! {
    /// Heads the clauses of a card.
    promised,
    /// Heads what was changed from the control.
    sent,
    /// Heads the answer.
    answered,
    /// Heads why no answer came.
    failure,
    /// Heads the checks that passed.
    kept,
    /// Heads the curl line.
    repeat,
    /// Heads the place of the case.
    case,
    /// Heads the expected text.
    expected,
    /// Heads the received text.
    received,
    /// Heads deceptive characters.
    look_at,
    /// The request is that of the document.
    nothing_changed,
    /// Nothing was sent there.
    missing,
    /// White space or nothing was sent there.
    blank,
    /// An answer without a body.
    empty_body,
    /// An answer whose body a check has shown.
    body_above,
    /// No text, in parentheses.
    no_text,
    /// Nothing at all.
    nothing,
    /// No clauses.
    none,
    /// The body of an answer is no JSON.
    not_json,
    /// Heads the outcomes.
    outcome,
    /// Heads the trials.
    trial,
    /// Heads the HTTP status.
    http,
    /// Heads the codes of answers.
    answer,
    /// Heads the times.
    milliseconds,
    /// Explains the star.
    needed_note,
    /// Stands behind the id of a prerequisite.
    needed,
    /// The run did not end.
    cut_off,
    /// No trial was asked for.
    nothing_asked,
    /// Stands before a code that is typed.
    code_here,
    /// Why a code is typed twice: a slip would not be noticed.
    code_sure,
    /// Why a code is typed twice: it was refused.
    code_refused,
    /// What was typed is no code.
    code_form,
    /// A code was given somewhere else, or nobody waits for it any more.
    code_gone,
    /// There is no more to be read from the terminal.
    no_more_typed,
    /// A code was given from another terminal.
    code_supplied,
    /// Heads the table of several targets.
    overview,
    /// Heads the targets.
    target,
    /// Heads the worst verdict.
    worst,
    /// Heads the counts of clauses.
    clauses,
    /// Heads the deliveries.
    delivered,
    /// Heads how often the trials ran.
    repeats,
    /// Heads the counts of what was blocked.
    blocked,
    /// Heads the counts of trials.
    trials,
    /// Behind the number of all trials.
    in_all,
    /// Heads the verdict.
    verdict,
    /// Nothing could be found out.
    untested,
    /// No trial fails, but a waiver does.
    waiver_fault,
    /// Heads the list of broken promises.
    violated,
    /// Heads the failures.
    broken,
    /// Heads the errors.
    not_found_out,
    /// Heads what was blocked.
    not_exercised,
    /// Heads the warnings.
    warnings,
    /// Heads what is waived.
    waived,
    /// Heads what the waivers did.
    waivers,
    /// Heads a comparison of two runs.
    compared,
    /// Two runs were judged by different contracts.
    contract_changed,
    /// Heads the trials of the second run only.
    trials_added,
    /// Heads the trials of the first run only.
    trials_dropped,
    /// Heads the clauses whose text changed.
    reworded,
    /// Heads the documents.
    documents,
    /// Heads the names of documents.
    document,
    /// Heads the ids of clauses.
    clause,
    /// Heads the violated clauses.
    clauses_violated,
    /// Heads what drifted.
    drift,
    /// Leads past the head of the page.
    skip,
    /// Names the choice of languages.
    language,
    /// Heads the product.
    product,
    /// Heads the base URL.
    url,
    /// Heads the time of the run.
    started,
    /// Heads how long it took.
    took,
    /// Heads the tool.
    judged_by,
    /// Heads the digest of the contract.
    contract,
    /// Heads the score of the contract.
    trust,
    /// Explains the matrix.
    matrix_note,
    /// Heads the clauses on the request as a whole.
    requests,
    /// Heads the clauses on headers.
    headers,
    /// Heads the clauses on members.
    members,
    /// Heads the clauses on scenes.
    scenes,
    /// Heads the clauses on errors.
    errors,
    /// Heads the clauses on answers.
    answers,
    /// Heads the clauses on rules.
    rules,
    /// Heads any other clauses.
    others,
    /// Names the filters.
    filter,
    /// No document is chosen.
    all_documents,
    /// Names the search.
    search,
    /// Undoes the filters.
    show_all,
    /// Opens every card.
    open_all,
    /// Closes every card.
    close_all,
    /// Behind the number of trials that are shown.
    shown,
    /// Nothing is left by the filters.
    no_match,
    /// Heads the clause that trials are filtered by.
    cited_by,
    /// Heads a request.
    request,
    /// Nothing came back.
    no_answer,
    /// Behind the length of a body.
    bytes,
    /// Copies the curl line.
    copy,
    /// The curl line was copied.
    copied,
    /// Explains the curl line.
    curl_note,
    /// Heads the control.
    control,
    /// Heads the basis.
    basis,
    /// Heads a reason.
    why,
    /// Heads the latencies.
    latency,
    /// Explains the latencies.
    latency_note,
    /// Heads the number of answers.
    answered_count,
    /// Heads the median.
    median,
    /// Heads the longest time.
    slowest,
    /// Heads the register of clauses.
    every_clause,
    /// Heads the status of clauses.
    status,
    /// Heads what drifted.
    seen,
    /// Heads the kinds of what drifted.
    kind,
    /// Ends the page.
    footer,
    /// Heads what a record says.
    recorded,
    /// Heads what follows from a record.
    follows,
    /// Heads what a record alone does not show.
    unverifiable,
    /// Heads a certificate.
    certificate,
    /// A run that conforms.
    accepted,
    /// A run that does not conform.
    not_accepted,
    /// A run of a part of the contract that conforms.
    partly,
    /// Heads the file of a record.
    record,
    /// Heads what a verification said.
    verified,
    /// Heads how much of the contract was asked for.
    asked,
    /// Heads whether a warning fails.
    strictness,
    /// A strict run.
    warnings_fail,
    /// Nothing is missing.
    all_exercised,
    /// Heads who answers for a waiver.
    owner,
    /// Heads the last day of a waiver.
    until,
    /// Heads the places of waivers.
    waiver,
    /// Heads what a waiver says happens.
    expects,
    /// Heads the comparison with an earlier run.
    comparison,
    /// Heads the earlier run.
    before,
    /// Heads the later run.
    after,
    /// Heads what changed.
    what,
    /// Two runs do not differ.
    no_change,
    /// Heads the fields that a person fills in.
    sign_off,
    /// A field.
    decision,
    /// A field.
    ticket,
    /// A field.
    name,
    /// A field.
    role,
    /// A field.
    date,
    /// A field.
    signature,
    /// The SHA-256 of a file.
    record_digest,
    /// The earlier run was judged by another contract.
    base_unverified,
    /// Ends the overview of several runs.
    overview_footer,
    /// Ends the page of a comparison.
    comparison_footer,
    /// Ends a certificate.
    certificate_footer,
}

/// The same said in every language, for a page that can switch between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Both {
    pub(super) english: String,
    pub(super) chinese: String,
}

impl Both {
    /// What is said by the words of each language.
    pub(super) fn of(say: impl Fn(&'static dyn Words) -> String) -> Self {
        Self { english: say(Language::English.words()), chinese: say(Language::Chinese.words()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_letter_of_its_own() {
        for language in Language::ALL {
            let mut letters = ClauseStatus::ALL.map(|status| language.words().letter(status));
            letters.sort_unstable();
            let all = letters.len();
            let mut distinct = letters.to_vec();
            distinct.dedup();
            assert_eq!(distinct.len(), all, "{letters:?}");
        }
    }

    #[test]
    fn chinese_has_a_word_for_every_kind_of_difference() {
        let checks = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check");
        let texts = std::fs::read_dir(checks).expect("the checks").map(|entry| entry.expect("an entry").path());
        let text: String = texts.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
        let kinds: Vec<&str> = text.split(".kind(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(kinds.len() > 10, "{kinds:?}");
        let unknown = kinds.into_iter().filter(|kind| Language::Chinese.words().kind(kind) == *kind);
        assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn a_language_is_named_by_its_code() {
        assert_eq!("zh".parse(), Ok(Language::Chinese));
        assert!("fr".parse::<Language>().is_err());
    }
}
