//! The words of a verdict: outcome of a trial, status of a clause, verdict of a run.
//!
//! In: nothing. Out: the enums every report matches without `_`. Never: decides.

use serde::{Deserialize, Serialize};

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Exercised, every promise kept.
    Pass,
    /// Exercised; something inferred is not so, or something undocumented was seen.
    Warn,
    /// Exercised; a documented promise is broken.
    Fail,
    /// Required, but could not be exercised.
    Blocked,
    /// Fails, or is blocked, exactly as a waiver says.
    Waived,
    /// Could not find out.
    Error,
}

impl Outcome {
    /// Every outcome, the most severe first.
    pub const ALL: [Self; 6] = [Self::Fail, Self::Error, Self::Blocked, Self::Warn, Self::Waived, Self::Pass];

    /// The word of the record, the table and the README.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Blocked => "blocked",
            Self::Waived => "waived",
            Self::Error => "error",
        }
    }

    /// How bad it is, from 1: what is worse stands for all repeats of a trial.
    #[must_use]
    pub fn severity(self) -> u8 {
        match self {
            Self::Pass => 1,
            Self::Waived => 2,
            Self::Warn => 3,
            Self::Blocked => 4,
            Self::Error => 5,
            Self::Fail => 6,
        }
    }

    /// Whether the deployment was really asked and answered.
    #[must_use]
    pub fn exercised(self) -> bool {
        match self {
            Self::Pass | Self::Warn | Self::Fail => true,
            Self::Blocked | Self::Waived | Self::Error => false,
        }
    }
}

/// Why a trial did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// Real messages may not be sent to this target.
    DeliveryNotAllowed,
    /// The target file names no recipient of the kind.
    NeedsRecipient,
    /// The target file names no account of the kind.
    NeedsAccount,
    /// No captcha token could be had, or none can be made invalid the way the case needs.
    NeedsCaptcha,
    /// No verification code could be had.
    NeedsCode,
    /// `delivery.max` or `limits.failed_logins` is used up.
    BudgetSpent,
    /// The deployment said that it is asked too often.
    RateLimited,
    /// The request that must succeed for this trial to prove anything did not.
    ControlFailed,
    /// The run was interrupted or `limits.run_timeout` passed first.
    Interrupted,
    /// Error: the target file and the deployment do not agree (an unknown client id, …).
    Configuration,
    /// Error: DNS, TLS, unreachable, no answer in time.
    Environment,
    /// Error: the source of captcha tokens or codes.
    Source,
    /// Error: our own fault.
    Harness,
    /// Fail: a documented promise is broken.
    PromiseBroken,
    /// Warn: something inferred is not so, or something undocumented was seen.
    Deviation,
}

impl ReasonCode {
    /// Every code.
    pub const ALL: [Self; 15] = [
        Self::DeliveryNotAllowed,
        Self::NeedsRecipient,
        Self::NeedsAccount,
        Self::NeedsCaptcha,
        Self::NeedsCode,
        Self::BudgetSpent,
        Self::RateLimited,
        Self::ControlFailed,
        Self::Interrupted,
        Self::Configuration,
        Self::Environment,
        Self::Source,
        Self::Harness,
        Self::PromiseBroken,
        Self::Deviation,
    ];

    /// The code as it stands in the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeliveryNotAllowed => "delivery-not-allowed",
            Self::NeedsRecipient => "needs-recipient",
            Self::NeedsAccount => "needs-account",
            Self::NeedsCaptcha => "needs-captcha",
            Self::NeedsCode => "needs-code",
            Self::BudgetSpent => "budget-spent",
            Self::RateLimited => "rate-limited",
            Self::ControlFailed => "control-failed",
            Self::Interrupted => "interrupted",
            Self::Configuration => "configuration",
            Self::Environment => "environment",
            Self::Source => "source",
            Self::Harness => "harness",
            Self::PromiseBroken => "promise-broken",
            Self::Deviation => "deviation",
        }
    }
}

/// What a waiver did in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaiverState {
    /// It covers trials that fail, or are blocked, exactly as it says.
    Applied,
    /// A trial that it is for passes now.
    Stale,
    /// It is for no trial of the contract.
    Unused,
    /// Its date is past.
    Expired,
    /// What it is for fails, or is blocked, otherwise than it says.
    Mismatched,
    /// Nothing that it is for was asked for, or nothing was found out about it.
    Idle,
}

impl WaiverState {
    /// Every state, what is in order first.
    pub const ALL: [Self; 6] = [Self::Applied, Self::Idle, Self::Stale, Self::Unused, Self::Expired, Self::Mismatched];

    /// The word of the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Stale => "stale",
            Self::Unused => "unused",
            Self::Expired => "expired",
            Self::Mismatched => "mismatched",
            Self::Idle => "idle",
        }
    }

    /// Whether a run with such a waiver deviates: the file no longer says what is so.
    #[must_use]
    pub fn deviates(self) -> bool {
        match self {
            Self::Stale | Self::Unused | Self::Expired | Self::Mismatched => true,
            Self::Applied | Self::Idle => false,
        }
    }
}

/// What is known of a clause after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClauseStatus {
    /// A trial that cites it fails.
    Violated,
    /// A trial that cites it is waived, none fails.
    Waived,
    /// A trial that cites it passes, none fails.
    Proven,
    /// Trials that cite it warn.
    Warned,
    /// Trials that cite it were blocked.
    Blocked,
    /// No trial found anything out.
    Untested,
}

impl ClauseStatus {
    /// Every status, the most severe first.
    pub const ALL: [Self; 6] =
        [Self::Violated, Self::Blocked, Self::Untested, Self::Warned, Self::Waived, Self::Proven];

    /// The word of the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Waived => "waived",
            Self::Proven => "proven",
            Self::Warned => "warned",
            Self::Blocked => "blocked",
            Self::Untested => "untested",
        }
    }
}

/// The answer of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every selected trial is pass, warn or waived.
    Conforms,
    /// A documented promise is broken.
    Deviates,
    /// Nothing could be found out.
    Untested,
    /// No fail, but something blocked, error or interrupted.
    Incomplete,
}

impl Verdict {
    /// The word of the record and the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Deviates => "deviates",
            Self::Untested => "untested",
            Self::Incomplete => "incomplete",
        }
    }

    /// The exit code of a run that ends so.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Deviates => 1,
            Self::Untested => 3,
            Self::Incomplete => 5,
        }
    }
}
