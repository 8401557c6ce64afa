//! English.

use crate::compare::verify::Hidden;
use crate::compare::{Answer, Class};
use crate::score::Counts;
use crate::verdict::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};

use super::{CodeWanted, Labels, Words};

/// The words of the record are English: most of them are said as they stand.
pub(super) struct English;

static LABELS: Labels = Labels {
    promised: "promised",
    sent: "sent",
    answered: "answered",
    failure: "failure",
    kept: "kept",
    repeat: "repeat",
    case: "case",
    expected: "expected",
    received: "received",
    look_at: "look at",
    nothing_changed: "the request of the document, nothing changed",
    missing: "missing",
    blank: "blank",
    empty_body: "with an empty body",
    body_above: "with the body above",
    no_text: "(nothing)",
    nothing: "nothing",
    none: "none",
    not_json: "(not JSON)",
    outcome: "outcome",
    trial: "trial",
    http: "http",
    answer: "answer",
    milliseconds: "ms",
    needed_note: "* ran only because others needed it, and is in no count",
    needed: "(ran because others needed it)",
    cut_off: "this run was cut off before its end",
    nothing_asked: "no trial was asked for",
    code_here: "code",
    code_sure: "once more, please, to be sure: a slip would go unnoticed here",
    code_refused: "the deployment did not take this code: once more, please, to be sure that it was typed right",
    code_form: "a code has four to eight digits; `skip` leaves this one out",
    code_gone: "this code is not waited for any more",
    no_more_typed: "nothing more can be typed here: use the page, or `iamspec supply CODE` in another terminal",
    code_supplied: "the code was taken",
    overview: "overview",
    target: "target",
    worst: "worst",
    clauses: "clauses",
    delivered: "delivered",
    repeats: "repeats",
    blocked: "blocked",
    trials: "trials",
    in_all: "in all",
    verdict: "verdict",
    untested: "nothing could be found out",
    waiver_fault: "a waiver is stale, unused, expired or for something else",
    violated: "violated",
    broken: "What broke",
    not_found_out: "What could not be found out",
    not_exercised: "What could not be exercised",
    warnings: "Warnings",
    waived: "Waived",
    waivers: "waivers",
    compared: "compared",
    contract_changed: "the contract changed",
    trials_added: "trials of the second run only",
    trials_dropped: "trials of the first run only",
    reworded: "clauses reworded",
    documents: "Documents",
    document: "document",
    clause: "clause",
    clauses_violated: "Clauses violated",
    drift: "Drift: seen where no clause speaks",
    skip: "Skip to the trials",
    language: "Language",
    product: "product",
    url: "URL",
    started: "started",
    took: "took",
    judged_by: "judged by",
    contract: "contract",
    trust: "graded",
    matrix_note: "A square is a promise of the documents. Choose one to see the trials that prove or break it.",
    requests: "request",
    headers: "headers",
    members: "members",
    scenes: "scenes",
    errors: "errors",
    answers: "answers",
    rules: "rules",
    others: "others",
    filter: "Filter",
    all_documents: "all documents",
    search: "search: id, code, any text",
    show_all: "show all",
    open_all: "open all",
    close_all: "close all",
    shown: "shown",
    no_match: "No trial is like that.",
    cited_by: "trials of the clause",
    request: "request",
    no_answer: "no answer",
    bytes: "bytes",
    copy: "copy",
    copied: "copied",
    curl_note: "what is secret is a shell variable: set it first",
    control: "control",
    basis: "basis",
    why: "why",
    latency: "Latency",
    latency_note: "A dot is an answer; its place is the time from the first byte sent to the last byte read, on a logarithmic scale.",
    answered_count: "answers",
    median: "median",
    slowest: "slowest",
    every_clause: "Every clause",
    status: "status",
    seen: "seen",
    kind: "kind",
    footer: "One file: nothing is loaded from elsewhere. It was made from the run record; iamspec report makes it again.",
    recorded: "recorded",
    follows: "follows",
    unverifiable: "not verifiable from the record, taken as recorded",
    certificate: "Acceptance certificate",
    accepted: "ACCEPTED by the tests",
    not_accepted: "NOT accepted",
    partly: "ACCEPTED by the tests, for what was asked for only",
    record: "record",
    verified: "verified",
    asked: "asked for",
    strictness: "warnings",
    warnings_fail: "count as failures",
    all_exercised: "everything that was asked for was exercised",
    owner: "owner",
    until: "until",
    waiver: "waiver",
    expects: "expects",
    comparison: "Against the earlier run",
    before: "before",
    after: "after",
    what: "what",
    no_change: "nothing changed",
    sign_off: "Sign-off",
    decision: "decision",
    ticket: "change ticket",
    name: "name",
    role: "role",
    date: "date",
    signature: "signature",
    record_digest: "SHA-256 of the record",
    base_unverified: "The earlier run was judged by another contract and could not be verified.",
    overview_footer: "One file: nothing is loaded from elsewhere. It was made by the run of these targets; each has a page of its own.",
    comparison_footer: "One file: nothing is loaded from elsewhere. It was made from two run records; iamspec diff makes it again.",
    certificate_footer: "Made from the run record named above, which was judged again from its stored exchanges; iamspec accept makes it again.",
};

impl Words for English {
    fn labels(&self) -> &'static Labels {
        &LABELS
    }

    fn outcome(&self, outcome: Outcome) -> &'static str {
        outcome.as_str()
    }

    fn headline(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Pass => "PASS",
            Outcome::Warn => "WARN",
            Outcome::Fail => "FAIL",
            Outcome::Blocked => "BLOCKED",
            Outcome::Waived => "WAIVED",
            Outcome::Error => "ERROR",
        }
    }

    fn status(&self, status: ClauseStatus) -> &'static str {
        status.as_str()
    }

    fn letter(&self, status: ClauseStatus) -> &'static str {
        match status {
            ClauseStatus::Proven => "P",
            ClauseStatus::Violated => "V",
            ClauseStatus::Warned => "W",
            ClauseStatus::Waived => "~",
            ClauseStatus::Blocked => "B",
            ClauseStatus::Untested => "U",
        }
    }

    fn waiver(&self, state: WaiverState) -> &'static str {
        state.as_str()
    }

    fn answer(&self, answer: Answer) -> &'static str {
        answer.as_str()
    }

    fn class(&self, class: Class) -> &'static str {
        match class {
            Class::Broken => "broken",
            Class::Otherwise => "violated otherwise than before",
            Class::Weakened => "only warned of now",
            Class::Waived => "newly waived",
            Class::Blocked => "newly blocked",
            Class::Slower => "slower",
            Class::Unblocked => "unblocked",
            Class::Mended => "mended",
        }
    }

    fn basis<'a>(&self, basis: &'a str) -> &'a str {
        basis
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        verdict.as_str()
    }

    fn reason(&self, _code: ReasonCode) -> Option<&'static str> {
        None
    }

    fn kind<'a>(&self, kind: &'a str) -> &'a str {
        kind
    }

    fn explanation(&self, _kind: &str) -> Option<&'static str> {
        None
    }

    fn drift_kind<'a>(&self, kind: &'a str) -> &'a str {
        kind
    }

    fn trials(&self, count: usize) -> String {
        counted(count, "trial")
    }

    fn characters(&self, count: usize) -> String {
        counted(count, "character")
    }

    fn characters_more(&self, count: usize) -> String {
        format!("… ({} more)", counted(count, "character"))
    }

    fn more(&self, count: usize) -> String {
        format!("and {count} more")
    }

    fn more_with_v(&self, count: usize) -> String {
        format!("and {count} more, listed with `-v`")
    }

    fn delivered(&self, sms: u32, email: u32) -> String {
        let said = |count: u32, one: &str| (count > 0).then(|| counted(usize::try_from(count).unwrap_or(0), one));
        let parts: Vec<String> = [said(sms, "text message"), said(email, "email")].into_iter().flatten().collect();
        if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
    }

    fn list(&self, parts: &[String]) -> String {
        parts.join(", ")
    }

    fn count(&self, count: usize, what: &str) -> String {
        format!("{count} {what}")
    }

    fn says(&self, name: &str, what: &str) -> String {
        format!("{name}: {what}")
    }

    fn instead_of(&self, sent: &str, control: &str) -> String {
        format!("{sent} instead of {control}")
    }

    fn added(&self, sent: &str) -> String {
        format!("{sent}, added")
    }

    fn blocks_cut(&self, count: usize) -> String {
        format!("{} left out here, to stay short: the page and the record have all", counted(count, "part"))
    }

    fn drift(&self, count: usize) -> String {
        format!("drift: {} seen where no clause speaks", counted(count, "thing"))
    }

    fn repeated(&self, most: usize, unstable: usize) -> String {
        let stable = match unstable {
            0 => "each ended the same way every time".to_owned(),
            unstable => format!("{} did not always end the same way", counted(unstable, "trial")),
        };
        format!("{} a trial; {stable}", counted(most, "time"))
    }

    fn ended_each_time(&self, unstable: bool, counts: &str) -> String {
        format!("{}: {counts}", if unstable { "unstable" } else { "stable" })
    }

    fn score(&self, score: Option<Counts>) -> String {
        match score {
            None => "not graded by `iamspec selftest`".to_owned(),
            Some(Counts { faults, killed, variants, quiet }) => {
                format!("finds {killed} of {faults} seeded faults, quiet on {quiet} of {variants} variants")
            }
        }
    }

    fn judge(&self, tool: &str, contract: &str, score: &str) -> String {
        format!("{tool}, contract {contract}: {score}")
    }

    fn judged(&self, name: &str, product: &str, url: &str) -> String {
        format!("{name}: {product} at {url}")
    }

    fn compared(&self, expected: &str, received: &str) -> String {
        format!(" (expected {expected}, received {received})")
    }

    fn verdict_and_code(&self, verdict: Verdict) -> String {
        format!("{} (exit {})", verdict.as_str(), verdict.exit_code())
    }

    fn conforms(&self, warnings: usize, waived: usize) -> String {
        let warnings = match warnings {
            0 => String::new(),
            some => format!(", {} to look at", counted(some, "warning")),
        };
        let waived = if waived > 0 { format!(", {waived} waived") } else { String::new() };
        format!("every promise that was tried is kept{warnings}{waived}")
    }

    fn promises_broken(&self, count: usize) -> String {
        if count == 1 {
            "1 documented promise is broken".to_owned()
        } else {
            format!("{count} documented promises are broken")
        }
    }

    fn trials_broke(&self, count: usize) -> String {
        format!("{} broke what the documents say", counted(count, "trial"))
    }

    fn puzzles_wanted(&self, url: &str, puzzles: usize) -> String {
        let count = counted(puzzles, "puzzle");
        format!("a person is needed: open this page and leave it open, {count} will be shown there\n  {url}")
    }

    fn codes_wanted(&self, url: &str, asked_here: bool) -> String {
        let here = if asked_here { "you will be asked for codes here; they" } else { "codes that were sent" };
        format!("{here} can be given with `iamspec supply CODE` in another terminal, or on this page\n  {url}")
    }

    fn code_wanted(&self, code: &CodeWanted<'_>) -> String {
        let CodeWanted { to, trial, target, seconds, .. } = *code;
        let scene = code.scene.map(|scene| format!(" for {scene}")).unwrap_or_default();
        let more = if code.more > 0 { format!(", {} more after it", code.more) } else { String::new() };
        format!("which code did {to} receive{scene}? {seconds} s left{more}\n  {target}: {trial}")
    }

    fn incomplete(&self, blocked: usize, error: usize) -> String {
        let said = |count: usize, what: &str| (count > 0).then(|| format!("{} {what}", counted(count, "trial")));
        let parts = [said(blocked, "could not be exercised"), said(error, "found nothing out")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let parts = if parts.is_empty() { "the run was interrupted".to_owned() } else { parts.join(" and ") };
        format!("no promise is broken, but {parts}")
    }

    fn hidden(&self, hidden: Hidden) -> &'static str {
        match hidden {
            Hidden::IdToken => "form, signature, times and parties of an id token, which is not in the record",
            Hidden::Arrival => "whether a message arrived, as the code source said",
            Hidden::NotSent => "why nothing was sent, as the target file or a source said",
            Hidden::Withheld => "what stands in a body that was withheld or rewritten to hide secrets",
        }
    }

    fn rejudged(&self, count: usize, of: usize, tags: usize) -> String {
        let tags = match tags {
            0 => String::new(),
            some => format!("; {some} of the tokens and codes used twice, seen by their tags"),
        };
        format!("{count} of {} judged again from the stored exchanges{tags}", counted(of, "trial"))
    }

    fn agrees(&self, disagreements: usize) -> String {
        match disagreements {
            0 => "the record says what follows from it".to_owned(),
            some => format!(
                "the record says {} that {} not follow",
                counted(some, "thing"),
                if some == 1 { "does" } else { "do" }
            ),
        }
    }

    fn asked_for(&self, selected: usize, of: usize) -> String {
        if selected == of {
            format!("all {of} trials of the contract")
        } else {
            format!("only {selected} of the {of} trials of the contract: nothing is said of the others")
        }
    }
}

/// `1 trial`, `2 trials`.
fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
