//! `iamspec selftest`: the suite against every seeded fault and every conforming variant of the reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;

use super::{Context, ContractOptions, Refused, exit, out, reports};
use crate::report::table;
use crate::selftest::{self, FaultGrade, Grades, Subject, VariantGrade};

/// What is graded.
#[derive(Debug, Args)]
pub(crate) struct SelftestOptions {
    #[command(flatten)]
    contract: ContractOptions,
    /// Faults and variants by id; `*` crosses `/`; repeatable. Without it: all.
    #[arg(long, value_name = "GLOB")]
    fault: Vec<String>,
    /// The grades as `json=PATH`.
    #[arg(long, value_name = "json=PATH", value_parser = json_path)]
    report: Option<PathBuf>,
    /// Deployments at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Every fault with the trials that found it.
    #[arg(short, long)]
    verbose: bool,
}

fn json_path(text: &str) -> Result<PathBuf, String> {
    let path = text.strip_prefix("json=").filter(|path| !path.is_empty());
    path.map(PathBuf::from).ok_or_else(|| "expected `json=PATH`".to_owned())
}

/// Grades the contract and prints the matrix.
pub(crate) fn run(options: &SelftestOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let subject = Subject { globs: options.fault.clone(), jobs: usize::from(options.jobs) };
    let total = selftest::count(&subject);
    if total == 0 {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no fault and no variant has such an id"));
    }
    let bar = if context.progress { ProgressBar::new(total as u64) } else { ProgressBar::hidden() };
    let grades = super::runtime()?.block_on(selftest::grade(&contract, &subject, || bar.inc(1)));
    bar.finish_and_clear();
    out(&describe(&grades, options.verbose));
    if let Some(path) = &options.report {
        write(path, &grades)?;
    }
    Ok(if grades.is_perfect() { exit::OK } else { exit::DEVIATES })
}

fn write(path: &Path, grades: &Grades) -> Result<(), Refused> {
    let json = serde_json::to_string_pretty(grades)
        .map_err(|error| Refused::with(exit::BUG, format!("the grades are no JSON: {error}")))?;
    Ok(reports::renamed(path, &format!("{json}\n"))?)
}

fn describe(grades: &Grades, verbose: bool) -> String {
    let mut text = matrix(&grades.faults);
    if verbose {
        for fault in &grades.faults {
            let _ = writeln!(text, "{}: {}\n    found by {}", fault.id, fault.breaks, fault.killed_by.join(", "));
        }
    }
    survivors(&mut text, &grades.faults);
    alarms(&mut text, &grades.variants);
    let score = grades.score().counts;
    if grades.lost > 0 {
        let _ = writeln!(text, "lost to a failure of iamspec itself: {}", grades.lost);
    }
    let _ = writeln!(
        text,
        "contract {}: {} of {} faults found by a trial that cites the clause, {} of {} variants quiet",
        &grades.contract[..12],
        score.killed,
        score.faults,
        score.quiet,
        score.variants
    );
    text
}

/// Clauses × what was seeded in them: found of seeded.
fn matrix(faults: &[FaultGrade]) -> String {
    let mut cells: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for fault in faults {
        for clause in &fault.clauses {
            let cell = cells.entry(clause).or_default();
            cell.1 += 1;
            cell.0 += usize::from(fault.error.is_none() && !fault.missed.contains(clause));
        }
    }
    let rows = cells.into_iter().map(|(clause, (found, seeded))| {
        let bar = "■".repeat(found) + &"·".repeat(seeded - found);
        [clause.to_owned(), format!("{found}/{seeded}"), bar]
    });
    table::columns(["clause", "found", "■ a fault found, · one that survived"], rows)
}

fn survivors(text: &mut String, faults: &[FaultGrade]) {
    for fault in faults.iter().filter(|fault| !fault.killed) {
        let why = fault.error.clone().unwrap_or_else(|| format!("no trial claims {}", fault.missed.join(", ")));
        let _ = writeln!(text, "survived: {}: {}\n    {why}", fault.id, fault.breaks);
        if !fault.killed_by.is_empty() {
            let _ = writeln!(text, "    seen by {}", fault.killed_by.join(", "));
        }
    }
}

fn alarms(text: &mut String, variants: &[VariantGrade]) {
    for variant in variants.iter().filter(|variant| !variant.quiet) {
        let why = variant.error.clone().unwrap_or_else(|| variant.alarms.join(", "));
        let _ = writeln!(text, "false alarm: {}/{}: {}\n    {why}", variant.product, variant.id, variant.describes);
    }
    for variant in variants.iter().filter(|variant| variant.quiet && variant.blocked > 0) {
        let _ = writeln!(text, "quiet, with {} blocked: {}/{}", variant.blocked, variant.product, variant.id);
    }
}
