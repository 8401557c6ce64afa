//! A plan as people and scripts read it.
//!
//! In: a target, its plan, the forecast. Out: text, or JSON. Never: shows a recipient unmasked, or what came from the environment.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Language;
use super::words::plan as words;
use crate::case::Effect;
use crate::outcome::ReasonCode;
use crate::plan::{Consent, Forecast, Messages, Obstacle, Plan, Planned, Readiness, obstacles};
use crate::redact::{Kind, Redactor};
use crate::target::{CaptchaSource, CodeSource, Target};
use crate::text::visible;

/// The value of `format` in the JSON of a plan.
pub const FORMAT: &str = "iamspec-plan/1";

/// A plan with all that is said of it.
#[derive(Debug)]
pub struct Prospect<'p> {
    target: &'p Target,
    plan: &'p Plan,
    consent: Consent,
    forecast: Forecast,
    redactor: Redactor,
}

impl<'p> Prospect<'p> {
    /// A plan of a target and what it will cost.
    #[must_use]
    pub fn new(target: &'p Target, plan: &'p Plan, consent: Consent, forecast: Forecast) -> Self {
        let redactor = Redactor::new();
        target.secrets.iter().for_each(|secret| redactor.register(Kind::Environment, secret));
        Self { target, plan, consent, forecast, redactor }
    }

    /// For people; `verbose`: every trial by its id.
    #[must_use]
    pub fn text(&self, language: Language, verbose: bool) -> String {
        let target = self.target;
        let mut text = String::new();
        let (name, url) = (self.shown(&target.name), self.shown(&target.url));
        let _ = writeln!(text, "{name} · {} · {url}", target.product);
        let _ = writeln!(text, "  {}", words::trials(language, self.counts()));
        self.obstacles(&mut text, language);
        self.messages(&mut text, language);
        self.failed_logins(&mut text, language);
        self.fixtures(&mut text, language);
        self.time(&mut text, language);
        if verbose {
            for planned in &self.plan.trials {
                let mark = if planned.prerequisite { " *" } else { "" };
                let state = words::state(language, state(&planned.readiness));
                let _ = writeln!(text, "    {state:<10} {}{mark}", planned.trial.id);
            }
        }
        text
    }

    /// For scripts.
    #[must_use]
    pub fn json(&self) -> Value {
        let (target, forecast) = (self.target, &self.forecast);
        let words::Counts { total, ready, improvised, blocked, prerequisites } = self.counts();
        json!({
            "format": FORMAT,
            "target": {
                "name": self.shown(&target.name), "url": self.shown(&target.url), "product": target.product.as_str(),
            },
            "delivers": self.consent.allows(target),
            "tally": {
                "ready": ready, "improvised": improvised, "blocked": blocked, "total": total,
                "prerequisites": prerequisites,
            },
            "trials": self.plan.trials.iter().map(|planned| self.trial(planned)).collect::<Vec<_>>(),
            "obstacles": obstacles(self.plan).iter().map(|obstacle| self.obstacle(obstacle)).collect::<Vec<_>>(),
            "messages": {
                "sms": forecast.sent(Effect::Sms), "email": forecast.sent(Effect::Email), "max": target.delivery.max,
                "recipients": forecast.messages.iter().map(|messages| json!({
                    "to": self.masked(messages), "channel": messages.channel.as_str(),
                    "count": messages.count, "codes": messages.codes,
                })).collect::<Vec<_>>(),
            },
            "failed_logins": forecast.failed_logins.iter().map(|failed| json!({
                "account": self.redactor.show(Kind::Mobile, &failed.account), "count": failed.count,
                "max": target.limits.failed_logins,
            })).collect::<Vec<_>>(),
            "captcha": {
                "tokens": forecast.tokens, "unchained": forecast.tokens_unchained,
                "scarce": target.captcha.as_ref().is_some_and(CaptchaSource::is_scarce),
                "person": target.captcha == Some(CaptchaSource::Browser),
            },
            "codes": { "count": forecast.codes, "person": target.verify_code == Some(CodeSource::Prompt) },
            "requests": forecast.requests,
            "time": {
                "about_s": forecast.time.total().as_secs_f64(), "at_least_s": forecast.time.least().as_secs_f64(), "pace_s": forecast.time.pace.as_secs_f64(),
                "waiting_s": forecast.time.waiting.as_secs_f64(), "rate": self.rate(),
                "interval_s": target.delivery.interval.as_secs_f64(), "concurrency": target.limits.concurrency,
                "run_timeout_s": target.limits.run_timeout.as_secs_f64(),
            },
        })
    }

    fn trial(&self, planned: &Planned) -> Value {
        let reason = match &planned.readiness {
            Readiness::Ready => Value::Null,
            Readiness::Improvised(reason) | Readiness::Blocked(reason) => {
                json!({ "code": reason.code.as_str(), "text": self.redactor.text(&reason.text) })
            }
        };
        json!({
            "id": planned.trial.id, "readiness": state(&planned.readiness), "reason": reason,
            "prerequisite": planned.prerequisite,
        })
    }

    fn obstacle(&self, obstacle: &Obstacle<'_>) -> Value {
        let hidden = |text: &str| self.redactor.text(text);
        json!({
            "code": obstacle.reason.code.as_str(), "text": hidden(&obstacle.reason.text),
            "keys": obstacle.keys().into_iter().map(hidden).collect::<Vec<_>>(),
            "blocked": obstacle.blocked, "improvised": obstacle.improvised,
        })
    }

    fn counts(&self) -> words::Counts {
        let of = |wanted: &str| self.plan.selected().filter(|planned| state(&planned.readiness) == wanted).count();
        words::Counts {
            total: self.plan.selected().count(),
            ready: of("ready"),
            improvised: of("improvised"),
            blocked: of("blocked"),
            prerequisites: self.plan.trials.iter().filter(|planned| planned.prerequisite).count(),
        }
    }

    fn obstacles(&self, text: &mut String, language: Language) {
        let obstacles = obstacles(self.plan);
        if obstacles.is_empty() {
            return;
        }
        let _ = writeln!(text, "  {}", words::to_unblock(language));
        for obstacle in &obstacles {
            let concerned = words::concerned(language, obstacle.blocked.len(), obstacle.improvised.len());
            let said = match language.words().reason(obstacle.reason.code) {
                Some(said) => translated(said, obstacle),
                None => obstacle.reason.text.clone(),
            };
            let _ = writeln!(text, "    - {}", visible(&self.redactor.text(&said)));
            let _ = writeln!(text, "      {}: {concerned}", code(obstacle.reason.code));
        }
    }

    fn messages(&self, text: &mut String, language: Language) {
        let (sms, email) = (self.forecast.sent(Effect::Sms), self.forecast.sent(Effect::Email));
        let max = self.target.delivery.max;
        if sms + email == 0 {
            let _ = writeln!(text, "  {}", words::no_messages(language));
            return;
        }
        let _ = writeln!(text, "  {}", words::messages(language, sms, email, max));
        for messages in &self.forecast.messages {
            let to = visible(&self.masked(messages));
            let line = match messages.channel {
                Effect::Email => words::emails(language, messages.count, &to),
                Effect::Sms | Effect::Login => words::sms(language, messages.count, &to, messages.codes),
            };
            let _ = writeln!(text, "    {line}");
        }
        if sms + email > max {
            let _ = writeln!(text, "    {}", words::too_many_messages(language, sms + email - max));
        }
    }

    fn failed_logins(&self, text: &mut String, language: Language) {
        let max = self.target.limits.failed_logins;
        for failed in &self.forecast.failed_logins {
            let account = self.redactor.show(Kind::Mobile, &failed.account);
            let _ = writeln!(text, "  {}", words::failed_logins(language, failed.count, &account, max));
            if failed.count > max {
                let _ = writeln!(text, "    {}", words::too_many_logins(language, failed.count - max));
            }
        }
    }

    fn fixtures(&self, text: &mut String, language: Language) {
        let forecast = &self.forecast;
        if forecast.tokens > 0 {
            let (tokens, unchained) = (forecast.tokens, forecast.tokens_unchained);
            let line = match self.target.captcha {
                Some(CaptchaSource::Browser) => words::puzzles(language, tokens, unchained),
                _ => words::tokens(language, tokens, unchained),
            };
            let _ = writeln!(text, "  {line}");
        }
        if forecast.codes > 0 {
            let typed = self.target.verify_code == Some(CodeSource::Prompt);
            let _ = writeln!(text, "  {}", words::codes(language, forecast.codes, typed));
        }
    }

    fn time(&self, text: &mut String, language: Language) {
        let (estimate, target) = (self.forecast.time, self.target);
        let time = words::Time {
            total: estimate.total(),
            requests: self.forecast.requests,
            rate: self.rate(),
            pace: estimate.pace,
            interval: target.delivery.interval,
            concurrency: target.limits.concurrency,
            waiting: estimate.waiting,
        };
        for (at, line) in words::time(language, time).into_iter().enumerate() {
            let _ = writeln!(text, "{}{line}", if at == 0 { "  " } else { "    " });
        }
        if estimate.total() > target.limits.run_timeout {
            let _ = writeln!(text, "    {}", words::too_long(language, target.limits.run_timeout));
        }
    }

    fn rate(&self) -> Option<f64> {
        Some(self.target.limits.rate).filter(|rate| rate.is_finite())
    }

    fn masked(&self, messages: &Messages) -> String {
        let kind = if messages.to.contains('@') { Kind::Email } else { Kind::Mobile };
        self.redactor.show(kind, &messages.to)
    }

    fn shown(&self, text: &str) -> String {
        visible(&self.redactor.text(text))
    }
}

/// A sentence in another language, with the keys that it is about.
fn translated(said: &str, obstacle: &Obstacle<'_>) -> String {
    let keys: Vec<String> = obstacle.keys().into_iter().map(|key| format!("`{key}`")).collect();
    if keys.is_empty() { said.to_owned() } else { format!("{said}：{}", keys.join("、")) }
}

fn code(code: ReasonCode) -> &'static str {
    code.as_str()
}

fn state(readiness: &Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::Improvised(_) => "improvised",
        Readiness::Blocked(_) => "blocked",
    }
}
