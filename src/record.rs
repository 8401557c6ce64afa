//! The run record: everything a run found out, redacted, as it is stored and reported.
//!
//! In: what the runner and the verdict say. Out: the JSON of `--report json=…` (`schemas/run-record.schema.json`).
//! Never: formats for people, holds a secret.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::outcome::{ClauseStatus, Outcome, ReasonCode, Verdict, WaiverState};
use crate::redact;
use crate::score::Counts;

/// The value of `format`.
pub const FORMAT: &str = "iamspec-run/1";

/// One run against one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// `iamspec-run/1`.
    pub format: String,
    /// What judged.
    pub tool: Tool,
    /// UTC, RFC 3339.
    pub started: String,
    /// UTC, RFC 3339; none when the run was cut off.
    pub finished: Option<String>,
    /// What was judged.
    pub target: TargetSummary,
    /// The answer.
    pub verdict: Verdict,
    /// How many trials ended how; prerequisites are not counted.
    pub tally: Tally,
    /// Messages that were, or may have been, delivered.
    pub delivered: Delivered,
    /// The trials in plan order.
    pub trials: Vec<TrialRecord>,
    /// Every clause of the product's documents.
    pub clauses: Vec<ClauseRecord>,
    /// What was seen where no clause speaks.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// What it was judged by, beyond the contract.
    #[serde(default)]
    pub terms: Terms,
    /// What each waiver did, in the order of its file; empty where the run had none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverRecord>,
    /// Which part of a run it is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardRecord>,
}

/// Which part of a run a record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardRecord {
    /// From 1.
    pub index: u32,
    /// How many parts there are.
    pub of: u32,
    /// SHA-256 of the ids of the trials of all parts, in hex.
    pub selection: String,
}

impl RunRecord {
    /// Every text of the record that a deployment, a target file, a waiver file or the name of a folder had a part in.
    pub fn texts_mut(&mut self, mut change: impl FnMut(&mut String)) {
        let change = &mut change;
        [&mut self.target.name, &mut self.target.url].into_iter().for_each(&mut *change);
        self.trials.iter_mut().for_each(|trial| trial.texts_mut(change));
        self.drift.iter_mut().for_each(|drift| change(&mut drift.text));
        for waiver in &mut self.waivers {
            let WaiverRecord { file, covers, expects, why, owner, link, text, .. } = waiver;
            [file, covers, expects, why, owner, text].into_iter().chain(link).for_each(&mut *change);
        }
    }

    /// The same without those texts: what stands in every report, whatever happened.
    #[must_use]
    pub fn silent(&self) -> Self {
        let mut silent = self.clone();
        silent.texts_mut(String::clear);
        silent
    }
}

/// What a run was judged by, beyond the contract: enough to judge the stored exchanges again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whether a warning failed.
    #[serde(default)]
    pub strict: bool,
    /// The language when `X-L` is absent, where the target file says so: `en` or `zh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_language: Option<String>,
    /// SHA-256, in hex, of the ids that were planned: see [`planned`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
}

/// SHA-256, in hex, of the ids of trials in their order, one a line; `*` stands behind what ran only for others.
#[must_use]
pub fn planned(trials: &[TrialRecord]) -> String {
    let line = |trial: &TrialRecord| format!("{}{}\n", trial.id, if trial.prerequisite { "*" } else { "" });
    redact::hex(&Sha256::digest(trials.iter().map(line).collect::<String>()))
}

/// The tool and its contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `iamspec`.
    pub name: String,
    /// The version of the crate.
    pub version: String,
    /// SHA-256 of the cases and schemas used, in hex.
    pub contract: String,
    /// How many seeded faults this contract version finds; none when it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Counts>,
}

/// The deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSummary {
    /// The name of the target file.
    pub name: String,
    /// Its base URL.
    pub url: String,
    /// `eiam` or `ciam`.
    pub product: String,
}

impl Tally {
    /// Counts one more of an outcome.
    pub fn add(&mut self, outcome: Outcome) {
        self.total += 1;
        *match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Warn => &mut self.warn,
            Outcome::Fail => &mut self.fail,
            Outcome::Blocked => &mut self.blocked,
            Outcome::Waived => &mut self.waived,
            Outcome::Error => &mut self.error,
        } += 1;
    }

    /// The count of each outcome, the good first, the rest by severity.
    #[must_use]
    pub fn by_outcome(&self) -> [(Outcome, usize); 6] {
        let Self { pass, warn, fail, blocked, waived, error, total: _ } = *self;
        [
            (Outcome::Pass, pass),
            (Outcome::Warn, warn),
            (Outcome::Fail, fail),
            (Outcome::Blocked, blocked),
            (Outcome::Waived, waived),
            (Outcome::Error, error),
        ]
    }

    /// Whether all that was counted came to the same outcome.
    #[must_use]
    pub fn unanimous(&self) -> bool {
        [self.pass, self.warn, self.fail, self.blocked, self.waived, self.error].contains(&self.total)
    }
}

/// Counts by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Trials that passed.
    pub pass: usize,
    /// Trials that warned.
    pub warn: usize,
    /// Trials that failed.
    pub fail: usize,
    /// Trials that could not be exercised.
    pub blocked: usize,
    /// Trials a waiver covers.
    pub waived: usize,
    /// Trials that found nothing out.
    pub error: usize,
    /// All of them.
    pub total: usize,
}

/// Messages by channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Text messages.
    pub sms: u32,
    /// Emails.
    pub email: u32,
}

/// One trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord {
    /// `ciam/sms-send/client-id/blank/zh`.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The clauses it cites.
    pub clauses: Vec<String>,
    /// `documented` or `inferred`.
    pub basis: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, where it did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Everything that was looked at.
    pub checks: Vec<CheckRecord>,
    /// Wall time of the deciding exchange, in milliseconds; of a trial that ran more than once, the median.
    pub duration_ms: f64,
    /// What was sent and received, the deciding exchange last.
    pub exchanges: Vec<ExchangeRecord>,
    /// What was changed from the control.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delta: Vec<Delta>,
    /// The trial that must succeed for this one to prove anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// The case it was made from.
    pub case: CasePlace,
    /// It was sent with an invented token or code, since none could be had.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub improvised: bool,
    /// It ran only because others needed it; it counts in no tally.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prerequisite: bool,
    /// How it ended each time, where it ran more than once; the rest of the record is of the worst time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
}

/// How a trial ended that ran more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repeats {
    /// How often each outcome came; `total`: how many times it ran to its end.
    pub outcomes: Tally,
    /// It did not always end the same way.
    pub unstable: bool,
    /// How long its own exchange took; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<Latency>,
}

/// A distribution of durations, in milliseconds, each to 1 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// The shortest.
    pub min: f64,
    /// The median.
    pub p50: f64,
    /// Nine of ten took no longer.
    pub p90: f64,
    /// 99 of a hundred took no longer.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl TrialRecord {
    fn texts_mut(&mut self, change: &mut impl FnMut(&mut String)) {
        self.reason.iter_mut().for_each(|reason| change(&mut reason.text));
        for CheckRecord { expected, actual, text, .. } in &mut self.checks {
            [expected, actual, text].into_iter().for_each(&mut *change);
        }
        self.delta.iter_mut().flat_map(|delta| delta.control.iter_mut().chain(&mut delta.sent)).for_each(&mut *change);
        self.exchanges.iter_mut().for_each(|exchange| exchange.texts_mut(change));
        change(&mut self.case.file);
    }

    /// The document of the trial: the first two segments of its id.
    #[must_use]
    pub fn document(&self) -> &str {
        let end = self.id.match_indices('/').nth(1).map_or(self.id.len(), |(at, _)| at);
        &self.id[..end]
    }
}

/// Why a trial did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// One word for machines.
    pub code: ReasonCode,
    /// One sentence: what is missing and what to put where.
    pub text: String,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRecord {
    /// `status`, `content_type`, `error_code`, `error_msg`, `schema`, …
    pub name: String,
    /// `pass`, `warn` or `fail`.
    pub outcome: Outcome,
    /// What the document promises.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// One sentence; empty when it passed.
    pub text: String,
    /// What kind of difference it is: `other code`, `other language`, `not JSON`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What was changed from the control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// `header.X-client-id` or `body.mobile`.
    pub part: String,
    /// What the control sends; none when it sends nothing there.
    pub control: Option<String>,
    /// What this trial sends; none when it sends nothing there.
    pub sent: Option<String>,
}

/// Where the case of a trial stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePlace {
    /// `cases/ciam/sms-send.toml`.
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// One request and what came of it, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeRecord {
    /// What was sent.
    pub request: RequestRecord,
    /// What came back; none when nothing did.
    pub response: Option<ResponseRecord>,
    /// Why nothing, or not all of it, came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// `unreachable`, `silent`, `timeout`, `broken` or `too-large`, where there is no whole answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_kind: Option<String>,
    /// A line that repeats it, secrets as shell variables.
    pub curl: String,
    /// From the first byte sent to the last byte read, in milliseconds.
    pub duration_ms: f64,
    /// What the exchange was for, where it was not the trial's own request: `sends the code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

impl ExchangeRecord {
    fn texts_mut(&mut self, change: &mut impl FnMut(&mut String)) {
        let Self { request, response, failure, curl, purpose, .. } = self;
        [&mut request.url, curl]
            .into_iter()
            .chain(&mut request.body)
            .chain(failure)
            .chain(purpose)
            .for_each(&mut *change);
        let answered = response.as_mut().map(|response| (&mut response.headers, &mut response.body));
        let (headers, body) = answered.unzip();
        body.into_iter().for_each(&mut *change);
        for header in request.headers.iter_mut().chain(headers.into_iter().flatten()) {
            change(&mut header.name);
            change(&mut header.value);
        }
    }
}

/// A request as sent, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// `POST`.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// In the order sent.
    pub headers: Vec<HeaderRecord>,
    /// The body; none when none was sent.
    pub body: Option<String>,
}

/// An answer, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseRecord {
    /// The HTTP status.
    pub status: u16,
    /// `HTTP/1.1`.
    pub version: String,
    /// In the order received.
    pub headers: Vec<HeaderRecord>,
    /// The body as text; bytes that are no UTF-8 as U+FFFD.
    pub body: String,
    /// The length of the body as read, in bytes.
    pub bytes: u64,
    /// The byte from which on the body is no UTF-8, a byte order mark not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_utf8_from: Option<u64>,
}

/// One header line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderRecord {
    /// As sent or received.
    pub name: String,
    /// Redacted.
    pub value: String,
}

/// A clause and what the run says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseRecord {
    /// `ciam/sms-send/scene/LOGIN_SMS`.
    pub id: String,
    /// The promise as printed.
    pub text: String,
    /// `documented` or `inferred`.
    pub basis: String,
    /// What is known of it.
    pub status: ClauseStatus,
    /// The trials of this run that cite it.
    pub trials: Vec<String>,
}

/// Something seen where no clause speaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Drift {
    /// The document it was seen on.
    pub document: String,
    /// `member`, `code`, `header` or `message`.
    pub kind: String,
    /// What was seen.
    pub text: String,
}

/// A waiver and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverRecord {
    /// The file it stands in, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// `trial` or `clause`, and the glob.
    pub covers: String,
    /// What it says happens: `error_msg: other wording`, or the reason of a blocked trial.
    pub expects: String,
    /// Why it is accepted.
    pub why: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is talked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which it holds.
    pub until: String,
    /// What it did.
    pub state: WaiverState,
    /// One sentence: what it did, and what to do about it.
    pub text: String,
    /// The trials that it turned into `waived`.
    pub trials: Vec<String>,
}
