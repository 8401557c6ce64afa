//! The sources of captcha tokens and verification codes.
//!
//! In: the sources of the target file, one recipient. Out: a line each. Never: asks a person, sends what was given.

use std::sync::Arc;

use super::{Check, Line, Preflight, Said};
use crate::case::Effect;
use crate::fixture::{CaptchaTokens, Codes, SourceFailure};
use crate::redact::Kind;
use crate::target::{CaptchaSource, CodeSource};

/// Whether the source gives a token.
pub(super) async fn captcha(preflight: &Preflight<'_>) -> Line {
    let source = match &preflight.target.captcha {
        None => {
            let said = Said::new(
                "no source of tokens: whatever must be accepted by a send is blocked",
                "没有令牌来源：凡是需要发送成功的用例都会受阻",
            );
            let advice = Said::new(
                "set one of `captcha.http`, `captcha.command`, `captcha.file`, `captcha.browser`",
                "请设置 `captcha.http`、`captcha.command`、`captcha.file` 或 `captcha.browser` 之一",
            );
            return Line::warning(Check::Captcha, said, advice);
        }
        Some(CaptchaSource::Browser) => return of_a_person(Check::Captcha),
        Some(source @ (CaptchaSource::Http { .. } | CaptchaSource::Command(_) | CaptchaSource::File(_))) => source,
    };
    let Some(to) = preflight.somebody() else { return for_nobody(Check::Captcha) };
    let tokens = CaptchaTokens::new(source.clone(), Arc::clone(&preflight.sources));
    match tokens.fetch(to).await {
        Ok(token) => {
            preflight.redactor.register(Kind::CaptchaToken, &token);
            let said = Said::new("it gives a token, which was not used", "可以取得令牌；该令牌未被使用");
            Line::ok(Check::Captcha, said)
        }
        Err(failure) => failed(Check::Captcha, &failure),
    }
}

/// Whether the source of codes answers; that it has none yet is as it should be.
pub(super) async fn code(preflight: &Preflight<'_>) -> Line {
    let needed = preflight.documents().any(|document| document.code.is_some());
    let source = match &preflight.target.verify_code {
        None if needed => {
            let said = Said::new("no source of codes: every login is blocked", "没有验证码来源：所有登录用例都会受阻");
            let advice = Said::new(
                "set one of `verify_code.http`, `verify_code.command`, `verify_code.prompt`, `verify_code.fixed`",
                "请设置 `verify_code.http`、`verify_code.command`、`verify_code.prompt` 或 `verify_code.fixed` 之一",
            );
            return Line::warning(Check::VerifyCode, said, advice);
        }
        None => {
            let said = Said::new(
                "none, and none is needed; with one, a run also sees whether messages arrive",
                "未设置，也不需要；如设置，运行时还能确认消息是否送达",
            );
            return Line::not_checked(Check::VerifyCode, said);
        }
        Some(CodeSource::Prompt) => return of_a_person(Check::VerifyCode),
        Some(CodeSource::Fixed(_)) => {
            let said = Said::new("a constant of the target file", "使用目标文件中的固定验证码");
            return Line::ok(Check::VerifyCode, said);
        }
        Some(source @ (CodeSource::Http { .. } | CodeSource::Command(_))) => source,
    };
    let Some(to) = preflight.somebody() else { return for_nobody(Check::VerifyCode) };
    let codes = Codes::new(source.clone(), Arc::clone(&preflight.sources));
    match codes.read(to, &scene(preflight)).await {
        Ok(Some(code)) => {
            preflight.redactor.register(Kind::VerifyCode, &code);
            Line::ok(Check::VerifyCode, Said::new("it answers, with an earlier code", "可以应答，返回的是先前的验证码"))
        }
        Ok(None) => {
            let said = Said::new("it answers: there is no code yet", "可以应答：暂无验证码");
            Line::ok(Check::VerifyCode, said)
        }
        Err(failure) => failed(Check::VerifyCode, &failure),
    }
}

/// The scene that a code would be sent for.
fn scene(preflight: &Preflight<'_>) -> String {
    let of_login = preflight.documents().find_map(|document| document.code.as_ref()).map(|code| code.scene.clone());
    let sends = preflight.documents().find(|document| document.effect == Effect::Sms);
    let first = sends.and_then(|document| document.scenes.first()).map(|scene| scene.value.clone());
    of_login.or(first).unwrap_or_default()
}

fn of_a_person(check: Check) -> Line {
    Line::not_checked(check, Said::new("a person is asked, in a run only", "由人工提供，仅在运行时询问"))
}

fn for_nobody(check: Check) -> Line {
    let said = Said::new(
        "there is nobody to ask it for: `[recipients]` is empty",
        "没有可用于询问的对象：`[recipients]` 为空",
    );
    Line::not_checked(check, said)
}

fn failed(check: Check, failure: &SourceFailure) -> Line {
    match failure {
        SourceFailure::Dry(why) => {
            let advice = Said::new("fill it up before a run", "请在运行之前补充");
            Line::wrong(check, Said::new(why, why), advice)
        }
        SourceFailure::Broken(why) => {
            let advice = Said::new(
                "ask it by hand with the same URL or command; `run` would end such trials as `error`, cause `source`",
                "请用同样的网址或命令手动验证；运行时这些用例会以 `error`（原因 `source`）结束",
            );
            Line::wrong(check, Said::new(why, why), advice)
        }
    }
}
