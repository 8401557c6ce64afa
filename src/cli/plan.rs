//! `iamspec plan`: what would run; nothing is sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;

use super::selected::{self, Site};
use super::{Context, ContractOptions, Refused, exit, out};
use crate::case::{Effect, RecipientNeed};
use crate::plan::{Plan, Planned, Readiness, Reason};

/// What a plan can be told.
#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    selected: selected::Selected,
    #[command(flatten)]
    contract: ContractOptions,
    /// Every trial by its id.
    #[arg(short, long)]
    verbose: bool,
}

/// Plans every target and prints it.
pub(crate) fn run(options: &PlanOptions, context: Context) -> Result<u8, Refused> {
    let contract = options.contract.load().map_err(|c| Refused::complaints(&c, context.color_stderr))?;
    let sites = super::runtime()?.block_on(options.selected.sites(context))?;
    let plans = options.selected.plans(&contract, &sites)?;
    if plans.iter().all(|plan| plan.selected().next().is_none()) {
        return Err(Refused::with(exit::NOTHING_SELECTED, "no trial is selected"));
    }
    let mut text = String::new();
    for (site, plan) in sites.iter().zip(&plans) {
        describe(&mut text, site, plan, options.verbose);
    }
    out(&text);
    Ok(exit::OK)
}

fn describe(text: &mut String, site: &Site, plan: &Plan, verbose: bool) {
    let target = &site.target;
    let _ = writeln!(text, "{} · {} · {}", crate::text::visible(&target.name), target.product, target.url);
    let count = |of: fn(&Readiness) -> bool| plan.selected().filter(|planned| of(&planned.readiness)).count();
    let _ = writeln!(
        text,
        "  {} trials: {} ready, {} with an invented token or code, {} blocked",
        plan.selected().count(),
        count(|readiness| matches!(readiness, Readiness::Ready)),
        count(|readiness| matches!(readiness, Readiness::Improvised(_))),
        count(|readiness| matches!(readiness, Readiness::Blocked(_))),
    );
    let needed = plan.trials.iter().filter(|planned| planned.prerequisite).count();
    if needed > 0 {
        let _ = writeln!(text, "  {needed} more run because others need them");
    }
    messages(text, site, plan);
    blocked(text, plan);
    if verbose {
        plan.trials.iter().for_each(|planned| line(text, planned));
    }
    text.push('\n');
}

/// Messages that a deployment which keeps its contract delivers.
fn messages(text: &mut String, site: &Site, plan: &Plan) {
    let ready = || plan.trials.iter().filter(|planned| planned.readiness == Readiness::Ready);
    let accepted = |effect| ready().filter(move |p| p.trial.must_be_accepted() && p.trial.effect == effect).count();
    let (email, sms) = (accepted(Effect::Email), accepted(Effect::Sms));
    let codes = ready().filter(|p| p.trial.needs.code.is_some()).filter(|p| p.trial.last || p.trial.must_be_accepted());
    let codes = codes.filter(|p| p.trial.after.is_none()).count();
    let recipients = &site.target.recipients;
    let _ = writeln!(
        text,
        "  messages: {} SMS to {} numbers ({codes} of them carry login codes), {email} emails to {} addresses; at most {}",
        sms + codes,
        recipients.mobile.len(),
        recipients.email.len(),
        site.target.delivery.max,
    );
    let failed = |account| ready().filter(|p| p.trial.failed_login && p.trial.needs.recipient == Some(account)).count();
    let (success, mfa) = (failed(RecipientNeed::AccountSuccess), failed(RecipientNeed::AccountMfa));
    if success + mfa > 0 {
        let most = site.target.limits.failed_logins;
        let _ = writeln!(
            text,
            "  failed logins: {success} on `accounts.success`, {mfa} on `accounts.mfa`; at most {most} an account"
        );
    }
}

fn blocked(text: &mut String, plan: &Plan) {
    let mut groups: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for planned in plan.selected() {
        if let Readiness::Blocked(Reason { code, text }) | Readiness::Improvised(Reason { code, text }) =
            &planned.readiness
        {
            *groups.entry((code.as_str(), text)).or_default() += 1;
        }
    }
    for ((code, reason), count) in groups {
        let _ = writeln!(text, "  {code} ({count}): {reason}");
    }
}

fn line(text: &mut String, planned: &Planned) {
    let state = match &planned.readiness {
        Readiness::Ready => "ready",
        Readiness::Improvised(_) => "improvised",
        Readiness::Blocked(_) => "blocked",
    };
    let mark = if planned.prerequisite { " *" } else { "" };
    let _ = writeln!(text, "    {state:<10} {}{mark}", planned.trial.id);
}
