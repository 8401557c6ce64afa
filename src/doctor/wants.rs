//! What a whole run wants to send, against what the target file allows.
//!
//! In: the plan of every trial. Out: a line about messages, one about wrong codes. Never: sends.

use std::time::Duration;

use super::{Check, Line, Said};
use crate::case::{Contract, Effect, RecipientNeed};
use crate::plan::{Consent, Plan, Planned, Readiness, Selection};
use crate::target::Target;

/// Wrong codes after which an account is locked, where the tenant has not said otherwise.
const USUAL_LOCK: usize = 10;

/// Messages and wrong codes of a whole run.
pub(super) fn examine(contract: &Contract, target: &Target) -> Vec<Line> {
    let planned = |consent| Plan::new(contract, target, &Selection::default(), consent).ok();
    let Some(plan) = planned(Consent::Deliver) else { return Vec::new() };
    vec![delivery(&Wants::of(&plan), target), failed_logins(&plan, target)]
}

/// The messages of a run against a deployment that keeps its contract.
#[derive(Debug, Clone, Copy)]
struct Wants {
    sms: usize,
    email: usize,
    codes: usize,
}

fn ready(plan: &Plan) -> impl Iterator<Item = &Planned> {
    plan.trials.iter().filter(|planned| planned.readiness == Readiness::Ready)
}

impl Wants {
    fn of(plan: &Plan) -> Self {
        let accepted = |effect| ready(plan).filter(|p| p.trial.must_be_accepted() && p.trial.effect == effect).count();
        let codes = ready(plan).filter(|planned| {
            let trial = &planned.trial;
            trial.needs.code.is_some() && (trial.last || trial.must_be_accepted()) && trial.after.is_none()
        });
        Self { sms: accepted(Effect::Sms), email: accepted(Effect::Email), codes: codes.count() }
    }

    fn all(self) -> usize {
        self.sms + self.email + self.codes
    }

    /// How long the intervals alone take, where each pool is used in turn.
    fn takes(self, target: &Target) -> Duration {
        let turns = |messages: usize, pool: usize| messages.checked_div(pool).unwrap_or(0);
        let (mobile, email) = (target.recipients.mobile.len(), target.recipients.email.len());
        let most = turns(self.sms, mobile).max(turns(self.email, email)).max(turns(self.codes, 3));
        target.delivery.interval.saturating_mul(u32::try_from(most).unwrap_or(u32::MAX))
    }
}

fn delivery(wants: &Wants, target: &Target) -> Line {
    let (all, most) = (wants.all(), usize::try_from(target.delivery.max).unwrap_or(usize::MAX));
    let Wants { sms, email, codes } = *wants;
    let english = format!(
        "as the file is, a whole run sends about {all} messages ({sms} SMS, {email} emails, {codes} login codes)"
    );
    let chinese = format!("按当前配置，完整运行约发送 {all} 条消息（短信 {sms}，邮件 {email}，登录验证码 {codes}）");
    if !target.delivery.allow {
        let said = Said::new(format!("{english}, and none is allowed"), format!("{chinese}，但不允许发送"));
        let advice = Said::new(
            "set `delivery.allow = true`, or run with `--deliver`: what must be accepted is blocked otherwise",
            "请设置 `delivery.allow = true`，或以 `--deliver` 运行：否则需要发送成功的用例都会受阻",
        );
        return Line::warning(Check::Delivery, said, advice);
    }
    if all > most {
        let said =
            Said::new(format!("{english}; `delivery.max` is {most}"), format!("{chinese}；`delivery.max` 为 {most}"));
        let advice = Said::new(
            "raise `delivery.max`, or run a part with `--select`: what comes after is blocked",
            "请调高 `delivery.max`，或用 `--select` 只运行一部分：超出的用例会受阻",
        );
        return Line::warning(Check::Delivery, said, advice);
    }
    let (takes, limit) = (wants.takes(target), target.limits.run_timeout);
    if takes > limit {
        let (takes, limit) = (takes.as_secs() / 60, limit.as_secs() / 60);
        let said = Said::new(
            format!("{english}; the intervals alone take {takes} min, and `limits.run_timeout` is {limit} min"),
            format!("{chinese}；仅发送间隔就需 {takes} 分钟，而 `limits.run_timeout` 为 {limit} 分钟"),
        );
        let advice = Said::new(
            "name more recipients, or raise `limits.run_timeout`",
            "请增加接收方，或调高 `limits.run_timeout`",
        );
        return Line::warning(Check::Delivery, said, advice);
    }
    let host = target.host();
    let (more, again) = if target.production {
        (format!("; production: only with `--i-mean-it {host}`"), format!("；生产环境：需加 `--i-mean-it {host}`"))
    } else {
        (String::new(), String::new())
    };
    Line::ok(
        Check::Delivery,
        Said::new(
            format!("{english}; `delivery.max` is {most}{more}"),
            format!("{chinese}；`delivery.max` 为 {most}{again}"),
        ),
    )
}

fn failed_logins(plan: &Plan, target: &Target) -> Line {
    let wrong =
        |account| ready(plan).filter(|p| p.trial.failed_login && p.trial.needs.recipient == Some(account)).count();
    let accounts = [RecipientNeed::AccountSuccess, RecipientNeed::AccountMfa, RecipientNeed::AccountDenied];
    let wanted = accounts.into_iter().map(wrong).max().unwrap_or(0);
    if wanted == 0 {
        let said = Said::new("no trial that is ready logs in with a wrong code", "就绪的用例中没有错误验证码登录");
        return Line::not_checked(Check::FailedLogins, said);
    }
    let most = usize::try_from(target.limits.failed_logins).unwrap_or(usize::MAX);
    let said = Said::new(
        format!("wrong codes wanted on one account: {wanted}; `limits.failed_logins` is {most}"),
        format!("单个账号需要的错误验证码登录：{wanted} 次；`limits.failed_logins` 为 {most}"),
    );
    if wanted > most {
        let advice = Said::new(
            "raise `limits.failed_logins` as far as the tenant does not lock the account: the rest is blocked",
            "请在租户不锁定账号的范围内调高 `limits.failed_logins`：其余用例会受阻",
        );
        return Line::warning(Check::FailedLogins, said, advice);
    }
    if wanted >= USUAL_LOCK {
        let advice = Said::new(
            "tenants lock an account after 10 as a rule: use accounts that nobody works with",
            "租户通常在 10 次后锁定账号：请使用无人使用的账号",
        );
        return Line::warning(Check::FailedLogins, said, advice);
    }
    Line::ok(Check::FailedLogins, said)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::embedded;
    use crate::target;

    fn states(edit: impl Fn(&str) -> String) -> (State, State) {
        let contract = embedded::contract(&embedded::sources(None, None).expect("sources")).expect("a contract");
        let config = crate::reference::Config::new(crate::reference::Product::Eiam);
        let text = crate::reference::target_file(&config, "a", "http://127.0.0.1:9");
        let target = target::parse(edit(&text), std::path::Path::new("a.toml"), &|_| None).expect("a target");
        let lines = examine(&contract, &target);
        assert_eq!(lines.len(), 2);
        (lines[0].state, lines[1].state)
    }

    #[test]
    fn what_a_run_wants_is_held_against_what_is_allowed() {
        assert_eq!(states(ToOwned::to_owned), (State::Ok, State::Ok));
        assert_eq!(states(|text| text.replace("max = 100000", "max = 10")).0, State::Warning);
        assert_eq!(states(|text| text.replace("allow = true", "allow = false")).0, State::Warning);
        assert_eq!(states(|text| text.replace("interval = \"0s\"", "interval = \"2h\"")).0, State::Warning);
        assert_eq!(states(|text| text.replace("failed_logins = 1000", "failed_logins = 0")).1, State::Warning);
    }
}
