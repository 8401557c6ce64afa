//! What a run costs on a deployment that keeps its contract: requests, messages, puzzles, failed logins, time.
//!
//! In: a plan, the contract, a target. Out: a forecast. Never: sends; guesses how long a message or a person takes.

use std::collections::HashMap;
use std::time::Duration;

use super::step::{Step, Walk};
use super::{Plan, Turns, Unit, unchained, units};
use crate::case::{Contract, Effect};
use crate::target::Target;

/// What a run costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Requests of the contract, those that have codes sent included.
    pub requests: usize,
    /// Messages, by recipient.
    pub messages: Vec<Messages>,
    /// Logins that must fail, by account.
    pub failed_logins: Vec<FailedLogins>,
    /// Captcha tokens that are asked for.
    pub tokens: usize,
    /// Captcha tokens that would be asked for if no trial shared one.
    pub tokens_unchained: usize,
    /// Verification codes that are asked for.
    pub codes: usize,
    /// How long it takes.
    pub time: Estimate,
}

/// Messages to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// SMS or email.
    pub channel: Effect,
    /// The address; not to be printed as it stands.
    pub to: String,
    /// How many.
    pub count: u32,
    /// How many of them carry a code that a login needs.
    pub codes: u32,
}

/// Logins of one account that a deployment counts as failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedLogins {
    /// The number; not to be printed as it stands.
    pub account: String,
    /// How many.
    pub count: u32,
}

/// How long a run takes by what the limits of the target file ask for. Answers, codes on their way and people come on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// All requests at `limits.rate`.
    pub pace: Duration,
    /// Waiting for `delivery.interval` and for tokens to grow old, `limits.concurrency` trials at a time.
    pub waiting: Duration,
}

impl Estimate {
    /// The longer of both: they may pass at the same time.
    #[must_use]
    pub fn least(&self) -> Duration {
        self.pace.max(self.waiting)
    }

    /// Both: most requests are made before most of the waiting begins, since what must be accepted and proves nothing else
    /// comes late.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.pace + self.waiting
    }
}

impl Forecast {
    /// Forecasts a run of a plan.
    #[must_use]
    pub fn new(plan: &Plan, contract: &Contract, target: &Target) -> Self {
        let turns = Turns::new(plan, target);
        let walk = Walk { plan, contract, target, turns: &turns };
        let units = units(plan, target);
        let steps: Vec<Vec<Step>> = units.iter().map(|unit| walk.unit(unit)).collect();
        let alone = unchained(plan);
        let mut forecast = Self {
            requests: 0,
            messages: Vec::new(),
            failed_logins: Vec::new(),
            tokens: 0,
            tokens_unchained: alone.iter().flat_map(|unit| walk.unit(unit)).filter(|step| *step == Step::Token).count(),
            codes: 0,
            time: Estimate { pace: Duration::ZERO, waiting: schedule(plan, &units, &steps, target) },
        };
        steps.into_iter().flatten().for_each(|step| forecast.count(step));
        forecast.messages.sort_by_key(|messages| messages.channel == Effect::Email);
        forecast.time.pace = pace(forecast.requests, target.limits.rate);
        forecast
    }

    /// Messages of one channel.
    #[must_use]
    pub fn sent(&self, channel: Effect) -> u32 {
        self.messages.iter().filter(|messages| messages.channel == channel).map(|messages| messages.count).sum()
    }

    fn count(&mut self, step: Step) {
        match step {
            Step::Request => self.requests += 1,
            Step::Token => self.tokens += 1,
            Step::Gate { .. } | Step::Age(_) => {}
            Step::Message { channel, to, code } => {
                self.codes += usize::from(code);
                let mut known = self.messages.iter_mut().filter(|known| known.channel == channel && known.to == to);
                if let Some(known) = known.next() {
                    known.count += 1;
                    known.codes += u32::from(code);
                } else {
                    self.messages.push(Messages { channel, to, count: 1, codes: code.into() });
                }
            }
            Step::FailedLogin { account } => {
                if let Some(known) = self.failed_logins.iter_mut().find(|known| known.account == account) {
                    known.count += 1;
                } else {
                    self.failed_logins.push(FailedLogins { account, count: 1 });
                }
            }
        }
    }
}

/// The time between the first and the last of so many requests.
fn pace(requests: usize, rate: f64) -> Duration {
    let gaps = u32::try_from(requests.saturating_sub(1)).unwrap_or(u32::MAX);
    Duration::try_from_secs_f64(f64::from(gaps) / rate).unwrap_or_default()
}

/// When the last unit ends, if nothing took time but what is waited for: units begin in their order, so many at a time.
fn schedule(plan: &Plan, units: &[Unit], steps: &[Vec<Step>], target: &Target) -> Duration {
    let mut workers = vec![Duration::ZERO; target.limits.concurrency.max(1)];
    let mut ended: HashMap<&str, Duration> = HashMap::new();
    let mut last: HashMap<&str, Duration> = HashMap::new();
    for (unit, steps) in units.iter().zip(steps) {
        let Some(worker) = workers.iter_mut().min() else { break };
        let first = unit.trials().filter_map(|at| {
            let trial = &plan.trials[at].trial;
            trial.control.iter().chain(&trial.after).filter_map(|id| ended.get(id.as_str())).max().copied()
        });
        let mut now = first.max().unwrap_or_default().max(*worker);
        for step in steps {
            match step {
                Step::Gate { to } => {
                    let open = last.get(to.as_str()).map(|last| *last + target.delivery.interval);
                    now = now.max(open.unwrap_or_default());
                }
                Step::Message { to, .. } => {
                    last.insert(to, now);
                }
                Step::Age(age) => now += *age,
                Step::Request | Step::Token | Step::FailedLogin { .. } => {}
            }
        }
        *worker = now;
        ended.extend(unit.trials().map(|at| (plan.trials[at].trial.id.as_str(), now)));
    }
    workers.into_iter().max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::embedded;
    use crate::plan::{Consent, Selection};

    /// The forecast of the scenes of CIAM, by what the target file says of recipients and trials at once.
    fn scenes(mobiles: &str, concurrency: u32) -> Forecast {
        let sources = embedded::sources(None, None).expect("built in");
        let contract = embedded::contract(&sources).expect("a contract");
        let text = format!(
            "name = \"a\"\nproduct = \"ciam\"\nurl = \"https://a.example\"\nclient_id = \"c\"\n[recipients]\nmobile = {mobiles}\n\
             email = [\"qa@example.com\"]\n[delivery]\nallow = true\n[captcha]\nfile = \"t.txt\"\n[limits]\n\
             concurrency = {concurrency}\n"
        );
        let target = crate::target::parse(text, Path::new("a.toml"), &|_| None).expect("a target");
        let selection = Selection { select: vec!["*/scene/*".into()], ..Selection::default() };
        let plan = Plan::new(&contract, &target, &selection, Consent::of(&target)).expect("a plan");
        Forecast::new(&plan, &contract, &target)
    }

    #[test]
    fn six_messages_to_one_number_take_five_minutes_beside_six_to_one_address() {
        let forecast = scenes("[\"1\"]", 100);
        assert_eq!((forecast.requests, forecast.sent(Effect::Sms), forecast.sent(Effect::Email)), (12, 6, 6));
        assert_eq!(forecast.time.waiting, Duration::from_secs(5 * 60));
        assert_eq!(forecast.time.pace, Duration::from_millis(1100));
    }

    #[test]
    fn one_at_a_time_waits_for_one_recipient_after_the_other() {
        assert_eq!(scenes("[\"1\"]", 1).time.waiting, Duration::from_secs(10 * 60));
    }

    #[test]
    fn messages_are_spread_evenly_over_the_recipients() {
        let forecast = scenes("[\"1\", \"2\", \"3\"]", 100);
        let counts: Vec<u32> =
            forecast.messages.iter().filter(|m| m.channel == Effect::Sms).map(|messages| messages.count).collect();
        assert_eq!(counts, [2, 2, 2]);
    }
}
