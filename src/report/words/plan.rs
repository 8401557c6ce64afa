//! What is said of a plan, in every language.
//!
//! In: numbers, masked addresses. Out: lines. Never: decides.

use std::time::Duration;

use super::Language::{self, Chinese, English};

/// How many trials are how far.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Counts {
    pub(in crate::report) total: usize,
    pub(in crate::report) ready: usize,
    pub(in crate::report) improvised: usize,
    pub(in crate::report) blocked: usize,
    pub(in crate::report) prerequisites: usize,
}

pub(in crate::report) fn trials(language: Language, counts: Counts) -> String {
    let Counts { total, ready, improvised, blocked, prerequisites } = counts;
    let more = |text: String| if prerequisites == 0 { String::new() } else { text };
    match language {
        English => {
            let more = more(format!("; {prerequisites} more run because others need them"));
            format!(
                "{total} trials: {ready} ready, {improvised} with an invented token or code, {blocked} blocked{more}"
            )
        }
        Chinese => {
            let more = more(format!("；另有 {prerequisites} 项因其他项需要而运行"));
            format!("共 {total} 项：{ready} 项就绪，{improvised} 项将使用虚构的令牌或验证码，{blocked} 项受阻{more}")
        }
    }
}

pub(in crate::report) fn to_unblock(language: Language) -> &'static str {
    match language {
        English => "to exercise more",
        Chinese => "若要执行更多，请补充",
    }
}

pub(in crate::report) fn concerned(language: Language, blocked: usize, improvised: usize) -> String {
    match (language, blocked, improvised) {
        (English, 0, some) => format!("{some} tried with an invented token or code"),
        (English, some, 0) => format!("{some} blocked"),
        (English, some, more) => format!("{some} blocked, {more} tried with an invented token or code"),
        (Chinese, 0, some) => format!("{some} 项以虚构的令牌或验证码尝试"),
        (Chinese, some, 0) => format!("{some} 项受阻"),
        (Chinese, some, more) => format!("{some} 项受阻，{more} 项以虚构的令牌或验证码尝试"),
    }
}

pub(in crate::report) fn messages(language: Language, sms: u32, email: u32, max: u32) -> String {
    match language {
        English => format!("messages: {sms} SMS, {email} emails; at most {max} (`delivery.max`)"),
        Chinese => format!("消息：{sms} 条短信，{email} 封邮件；上限 {max}（`delivery.max`）"),
    }
}

pub(in crate::report) fn no_messages(language: Language) -> &'static str {
    match language {
        English => "messages: none is delivered",
        Chinese => "消息：不会真实发送任何消息",
    }
}

pub(in crate::report) fn sms(language: Language, count: u32, to: &str, codes: u32) -> String {
    match (language, codes) {
        (English, 0) => format!("{count} SMS to {to}"),
        (English, codes) => format!("{count} SMS to {to}, {codes} with a code for a login"),
        (Chinese, 0) => format!("{to}：{count} 条短信"),
        (Chinese, codes) => format!("{to}：{count} 条短信，其中 {codes} 条带有登录验证码"),
    }
}

pub(in crate::report) fn emails(language: Language, count: u32, to: &str) -> String {
    match (language, count) {
        (English, 1) => format!("1 email to {to}"),
        (English, _) => format!("{count} emails to {to}"),
        (Chinese, _) => format!("{to}：{count} 封邮件"),
    }
}

pub(in crate::report) fn too_many_messages(language: Language, over: u32) -> String {
    match language {
        English => format!("! {over} of them will not be sent, their trials blocked: raise `delivery.max`"),
        Chinese => format!("! 其中 {over} 条不会发送，相应各项受阻：请提高 `delivery.max`"),
    }
}

pub(in crate::report) fn failed_logins(language: Language, count: u32, account: &str, max: u32) -> String {
    match language {
        English => format!("failed logins: {count} on {account}; at most {max} an account (`limits.failed_logins`)"),
        Chinese => format!("失败的登录：{account} 上 {count} 次；每个账号上限 {max}（`limits.failed_logins`）"),
    }
}

pub(in crate::report) fn too_many_logins(language: Language, over: u32) -> String {
    match language {
        English => format!("! {over} of them will not be tried, their trials blocked: raise `limits.failed_logins`"),
        Chinese => format!("! 其中 {over} 次不会尝试，相应各项受阻：请提高 `limits.failed_logins`"),
    }
}

pub(in crate::report) fn tokens(language: Language, tokens: usize, unchained: usize) -> String {
    match language {
        English => format!("captcha tokens: {tokens} (without sharing: {unchained})"),
        Chinese => format!("图形验证码令牌：{tokens} 个（若不共用：{unchained} 个）"),
    }
}

pub(in crate::report) fn puzzles(language: Language, puzzles: usize, unchained: usize) -> String {
    match language {
        English => format!(
            "puzzles: {puzzles} for a person to solve (without sharing: {unchained}); more where the deployment takes a \
             token away on a request that it refuses"
        ),
        Chinese => format!(
            "拼图：需要人工完成 {puzzles} 次（若不共用令牌：{unchained} 次）；若部署在拒绝请求时作废令牌，次数会更多"
        ),
    }
}

pub(in crate::report) fn codes(language: Language, codes: usize, typed: bool) -> String {
    match (language, typed) {
        (English, false) => format!("codes: {codes} read for logins"),
        (English, true) => format!("codes: {codes} for a person to type"),
        (Chinese, false) => format!("验证码：为登录读取 {codes} 次"),
        (Chinese, true) => format!("验证码：需要人工输入 {codes} 次"),
    }
}

/// What a time is made of.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Time {
    pub(in crate::report) total: Duration,
    pub(in crate::report) requests: usize,
    /// None: without a limit.
    pub(in crate::report) rate: Option<f64>,
    pub(in crate::report) pace: Duration,
    pub(in crate::report) interval: Duration,
    pub(in crate::report) concurrency: usize,
    pub(in crate::report) waiting: Duration,
}

pub(in crate::report) fn time(language: Language, time: Time) -> Vec<String> {
    let Time { total, requests, rate, pace, interval, concurrency, waiting } = time;
    let say = |duration| spoken(language, duration);
    let (total, pace, between, waiting_for) = (say(total), say(pace), say(interval), say(waiting));
    let waits = !waiting.is_zero();
    let mut lines = Vec::new();
    match language {
        English => {
            lines.push(format!("time: about {total}"));
            lines.push(match rate {
                Some(rate) => format!("{requests} requests at {rate}/s (`limits.rate`): {pace}"),
                None => format!("{requests} requests without a limit on their rate"),
            });
            lines.extend(waits.then(|| {
                format!(
                    "{between} between two messages to one recipient (`delivery.interval`), {concurrency} trials at once: \
                     {waiting_for} of waiting"
                )
            }));
            lines.push("on top: slow answers, messages on their way, people; they are not known".to_owned());
        }
        Chinese => {
            lines.push(format!("时间：约 {total}"));
            lines.push(match rate {
                Some(rate) => format!("{requests} 个请求，每秒 {rate} 个（`limits.rate`）：{pace}"),
                None => format!("{requests} 个请求，速率不限"),
            });
            lines.extend(waits.then(|| {
                format!(
                    "同一收件人两条消息之间间隔 {between}（`delivery.interval`），同时进行 {concurrency} 项：等待 {waiting_for}"
                )
            }));
            lines.push("此外还有应答、消息送达和人工操作的时间，无法预知".to_owned());
        }
    }
    lines
}

pub(in crate::report) fn too_long(language: Language, most: Duration) -> String {
    let most = spoken(language, most);
    match language {
        English => {
            format!(
                "! the run is cut off after {most}: raise `limits.run_timeout`, name more recipients, or select less"
            )
        }
        Chinese => format!("! 运行将在 {most} 后中断：请提高 `limits.run_timeout`、增加收件人或减少所选项"),
    }
}

/// `1 h 2 min 3 s`; below a minute to the tenth of a second.
pub(in crate::report) fn spoken(language: Language, duration: Duration) -> String {
    let (h, min, s) = match language {
        English => ("h", "min", "s"),
        Chinese => ("小时", "分", "秒"),
    };
    let seconds = duration.as_secs();
    if seconds < 60 {
        let tenths = (duration.as_secs_f64() * 10.0).ceil() / 10.0;
        return format!("{tenths} {s}");
    }
    let parts = [(seconds / 3600, h), (seconds / 60 % 60, min), (seconds % 60, s)];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}"));
    parts.collect::<Vec<_>>().join(" ")
}

/// How far a trial is.
pub(in crate::report) fn state(language: Language, state: &str) -> &str {
    match (language, state) {
        (Chinese, "ready") => "就绪",
        (Chinese, "improvised") => "虚构",
        (Chinese, "blocked") => "受阻",
        (English | Chinese, other) => other,
    }
}
