//! iamspec: does this deployment keep its contract?
//!
//! The modules in the order in which the data travels; each uses only what stands above it.
//!
//! | module | in → out |
//! |---|---|
//! | [`text`], [`outcome`], [`redact`], [`diagnostic`], [`score`] | leaves: text for people, the words of a verdict, what is hidden, complaints, how well the contract is graded |
//! | [`schema`] | `schemas/*.json` → compiled validators |
//! | [`case`] | `cases/**/*.toml` → documents, trials, clauses |
//! | [`target`] | a target file and the environment → a typed target |
//! | [`plan`] | documents × target × selection → ordered trials, each ready or blocked with the reason, and what they will cost |
//! | [`exchange`] | a request → the recorded request and answer; budgets and rate hold here |
//! | [`desk`] | what waits for a person: puzzles to solve, codes to read → the page, the prompt, `supply` |
//! | [`fixture`] | what a trial needs first: recipient, captcha token, delivered code |
//! | [`check`] | expectation × exchange → all findings |
//! | [`record`] | the run record |
//! | [`verdict`] | findings → outcome → verdict, decided once |
//! | [`runner`] | a session: runs a trial and what it needs first, each once |
//! | [`compare`] | two run records → what broke, was mended, drifted; a record → judged again |
//! | [`report`] | run record → bytes |
//! | [`embedded`] | the case files and schemas built into the binary |
//! | [`mod@reference`] | the deployment we ship; uses nothing of ours |
//! | [`loopback`] | the reference as a target |
//! | [`bridge`] | plan → tests of `cargo test` |
//! | [`selftest`] | the suite against every fault and variant of the reference |
//! | [`doctor`] | a target → what stands between it and a run |
//! | [`cli`] | the user's edge |

pub mod diagnostic;
pub mod outcome;
pub mod redact;
pub mod score;
mod source_files;
mod template;
pub mod text;
mod toml_file;

pub mod schema;

pub mod case;

pub mod target;

pub mod plan;

pub mod exchange;

pub mod desk;

pub mod fixture;

pub mod check;

pub mod record;

pub mod verdict;

pub mod runner;

pub mod compare;

pub mod report;

pub mod embedded;

pub mod reference;

pub mod loopback;

pub mod bridge;

pub mod selftest;

pub mod doctor;

pub mod cli;
