//! Whether who receives and who logs in is plausible.
//!
//! In: the pools and accounts of the target file. Out: a line for each thing that is odd, or one that says that none is.
//! Never: shows an address.

use super::{Check, Line, Said};
use crate::case::Product;
use crate::redact::{Kind, Redactor};
use crate::target::Target;

/// Looks at pools and accounts.
pub(super) fn examine(target: &Target, redactor: &Redactor) -> Vec<Line> {
    let mut lines = recipients(target, redactor);
    if lines.is_empty() {
        let (mobile, email) = (target.recipients.mobile.len(), target.recipients.email.len());
        let said = Said::new(
            format!("mobile numbers: {mobile}, email addresses: {email}"),
            format!("手机号：{mobile} 个，邮箱：{email} 个"),
        );
        lines.push(Line::ok(Check::Recipients, said));
    }
    lines.extend(accounts(target, redactor));
    lines
}

fn recipients(target: &Target, redactor: &Redactor) -> Vec<Line> {
    let recipients = &target.recipients;
    let mut lines = Vec::new();
    for (key, pool) in [("mobile", &recipients.mobile), ("email", &recipients.email)] {
        if pool.is_empty() {
            let said = Said::new(format!("`recipients.{key}` is empty"), format!("`recipients.{key}` 为空"));
            let advice = Said::new(
                "name an address that may receive real messages: what needs one is blocked",
                "请填写可以接收真实消息的地址：需要它的用例都会受阻",
            );
            lines.push(Line::warning(Check::Recipients, said, advice));
        }
    }
    let shown = |kind, address: &str| redactor.show(kind, address);
    let mobile = |key: &str, number: &String| no_mobile(Check::Recipients, key, number, &shown);
    let email = |key: &str, address: &String| no_email(key, address, &shown);
    lines.extend(recipients.mobile.iter().filter_map(|number| mobile("recipients.mobile", number)));
    let undeliverable = recipients.undeliverable_mobile.iter();
    lines.extend(undeliverable.filter_map(|number| mobile("recipients.undeliverable_mobile", number)));
    lines.extend(recipients.email.iter().filter_map(|address| email("recipients.email", address)));
    let undeliverable = recipients.undeliverable_email.iter();
    lines.extend(undeliverable.filter_map(|address| email("recipients.undeliverable_email", address)));
    let refused = |address: &Option<String>, pool: &[String], kind, key| {
        address.as_ref().filter(|address| pool.contains(address)).map(|address| both(address, kind, key, redactor))
    };
    let reached = [&target.accounts.success, &target.accounts.mfa, &target.accounts.denied];
    let mut reached: Vec<String> = reached.into_iter().flatten().cloned().collect();
    reached.extend(recipients.mobile.iter().cloned());
    lines.extend(refused(&recipients.undeliverable_mobile, &reached, Kind::Mobile, "undeliverable_mobile"));
    lines.extend(refused(&recipients.undeliverable_email, &recipients.email, Kind::Email, "undeliverable_email"));
    lines
}

fn both(address: &str, kind: Kind, key: &str, redactor: &Redactor) -> Line {
    let shown = redactor.show(kind, address);
    let said =
        Said::new(format!("{shown} is `{key}`, and receives too"), format!("{shown} 既是 `{key}`，又是可送达的接收方"));
    let advice = Said::new(
        "name an address that this deployment has been seen to refuse, and nobody's",
        "请填写一个已确认会被该部署拒绝、且不属于任何人的地址",
    );
    Line::wrong(Check::Recipients, said, advice)
}

/// What stands for an address.
type Shown<'s> = dyn Fn(Kind, &str) -> String + 's;

/// E.164: at most 15 digits; the mainland's numbers have 11.
fn no_mobile(check: Check, key: &str, number: &str, shown: &Shown<'_>) -> Option<Line> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let shown = shown(Kind::Mobile, number);
    let said = Said::new(format!("`{key}`: {shown} is no mobile number"), format!("`{key}`：{shown} 不是手机号"));
    let advice = Said::new(
        "5 to 15 digits, with `+` and the country where the deployment wants it so; no blanks or hyphens",
        "应为 5 到 15 位数字，可按部署的要求加 `+` 和国家代码；不含空格或连字符",
    );
    Some(Line::wrong(check, said, advice))
}

fn no_email(key: &str, address: &str, shown: &Shown<'_>) -> Option<Line> {
    let plausible = address.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.split('.').all(|label| !label.is_empty()) && !address.contains(char::is_whitespace)
    });
    if plausible {
        return None;
    }
    let shown = shown(Kind::Email, address);
    let said = Said::new(format!("`{key}`: {shown} is no email address"), format!("`{key}`：{shown} 不是邮箱地址"));
    let advice = Said::new("write it as `name@example.com`", "请写成 `name@example.com` 的形式");
    Some(Line::wrong(Check::Recipients, said, advice))
}

fn accounts(target: &Target, redactor: &Redactor) -> Vec<Line> {
    let accounts = &target.accounts;
    let named = [("success", &accounts.success), ("mfa", &accounts.mfa), ("denied", &accounts.denied)];
    if target.product == Product::Ciam {
        let said = Said::new("no document of this product logs anybody in", "该产品的文档不涉及登录");
        return vec![Line::not_checked(Check::Accounts, said)];
    }
    let mut lines: Vec<Line> = Vec::new();
    for (at, (key, account)) in named.iter().enumerate() {
        let Some(number) = account else {
            let said = Said::new(format!("`accounts.{key}` is not named"), format!("未填写 `accounts.{key}`"));
            let advice = Said::new(
                "name a mobile number whose login ends so: what needs it is blocked",
                "请填写登录结果如此的手机号：需要它的用例都会受阻",
            );
            lines.push(Line::warning(Check::Accounts, said, advice));
            continue;
        };
        let shown = |kind, address: &str| redactor.show(kind, address);
        lines.extend(no_mobile(Check::Accounts, &format!("accounts.{key}"), number, &shown));
        let twins = named[..at].iter().filter(|(_, other)| other.as_deref() == Some(number));
        lines.extend(twins.map(|(twin, _)| same(twin, key)));
    }
    if lines.is_empty() {
        lines.push(Line::ok(Check::Accounts, Said::new("all named, and distinct", "均已填写，且互不相同")));
    }
    lines
}

fn same(one: &str, other: &str) -> Line {
    let said = Said::new(
        format!("`accounts.{one}` and `accounts.{other}` are one number, whose login cannot end in two ways"),
        format!("`accounts.{one}` 与 `accounts.{other}` 是同一个号码，其登录不可能有两种结果"),
    );
    let advice = Said::new("name one account for each", "请分别填写不同的账号");
    Line::wrong(Check::Accounts, said, advice)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::report::Language;
    use crate::target;

    fn lines(rest: &str) -> Vec<(Check, State, String)> {
        let text = format!("name = \"a\"\nproduct = \"eiam\"\nurl = \"https://a.example\"\nclient_id = \"c\"\n{rest}");
        let target = target::parse(text, std::path::Path::new("a.toml"), &|_| None).expect("a target");
        let lines = examine(&target, &Redactor::new());
        lines.into_iter().map(|line| (line.check, line.state, line.said.of(Language::English).to_owned())).collect()
    }

    const GOOD: &str = "recipients = { mobile = [\"15200000000\"], email = [\"qa@example.com\"] }\n\
        accounts = { success = \"15201657311\", mfa = \"15201657312\", denied = \"15201657313\" }\n";

    #[test]
    fn plausible_recipients_are_counted() {
        let all = lines(GOOD);
        assert!(all.iter().all(|(_, state, _)| *state == State::Ok), "{all:?}");
        assert_eq!(all[0].2, "mobile numbers: 1, email addresses: 1");
    }

    #[test]
    fn whatever_is_not_plausible_is_named_and_masked() {
        for (from, to, check, said) in [
            ("15200000000", "152-0000-0000", Check::Recipients, "`recipients.mobile`: 152****0000 is no mobile number"),
            ("15201657311", "1520165731x", Check::Accounts, "`accounts.success`: 152****731x is no mobile number"),
            (
                "qa@example.com",
                "qa@example..com",
                Check::Recipients,
                "`recipients.email`: q***@example..com is no email address",
            ),
            ("15201657313", "15201657311", Check::Accounts, "`accounts.success` and `accounts.denied` are one number"),
            (
                "[\"15200000000\"]",
                "[\"15201\"], undeliverable_mobile = \"15201657312\"",
                Check::Recipients,
                "152****7312 is `undeliverable_mobile`, and receives too",
            ),
        ] {
            let all = lines(&GOOD.replace(from, to));
            let found = all.iter().find(|(_, state, _)| *state == State::Wrong);
            let (at, _, text) = found.unwrap_or_else(|| panic!("{to}: {all:?}"));
            assert!(*at == check && text.starts_with(said), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_a_warning() {
        let all = lines("");
        let warnings = all.iter().filter(|(_, state, _)| *state == State::Warning).count();
        assert_eq!((warnings, all.len()), (5, 5), "{all:?}");
    }
}
