//! The target file that describes a deployment.
//!
//! In: the config, a name, the URL. Out: commented TOML, complete. Never: says of a deployment what is not so.

use std::fmt::Write as _;
use std::time::Duration;

use super::ask::Language;
use super::conduct::Conduct;
use super::world::{self, Ending};
use super::{Config, Product, route};

/// The target file for a deployment of `config` at `url`.
#[must_use]
pub fn target_file(config: &Config, name: &str, url: &str) -> String {
    let conduct = Conduct::of(config);
    let url = url.trim_end_matches('/');
    let mut file = head(config, &conduct, name, url);
    file += &recipients();
    if config.product == Product::Eiam {
        file += &accounts();
    }
    file += &delivery(&conduct);
    file += &captcha(&conduct, url);
    file += &verify_code(url);
    if config.product == Product::Eiam {
        file += &id_token(&conduct, url);
    }
    file += LIMITS;
    file
}

fn head(config: &Config, conduct: &Conduct, name: &str, url: &str) -> String {
    let mut text = "# The reference deployment: loopback only, nothing is really sent.\n".to_owned();
    for fault in &config.faults {
        let _ = writeln!(text, "# Seeded with a fault: {}.", fault.breaks().replace(['\r', '\n'], " "));
    }
    for variant in &config.variants {
        let _ = writeln!(text, "# Variant `{}`: {}.", variant.id(), variant.describes());
    }
    let language = match conduct.language {
        Language::En => "en",
        Language::Zh => "zh",
    };
    let lines = [
        ("name", name),
        ("product", &config.product.to_string()),
        ("url", url),
        ("client_id", world::CLIENT_ID),
        ("default_language", language),
    ];
    for (key, value) in lines {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    }
    text + "production = false\n"
}

fn recipients() -> String {
    format!(
        "\n[recipients]                      # used in turn\nmobile = {}\nemail = {}\n\
         undeliverable_mobile = {}   # delivery to these fails\nundeliverable_email = {}\n",
        list(&world::mobiles()),
        list(&world::emails()),
        quoted(world::UNDELIVERABLE_MOBILE),
        quoted(world::UNDELIVERABLE_EMAIL),
    )
}

fn accounts() -> String {
    format!(
        "\n[accounts]                        # mobile numbers whose login ends so\nsuccess = {}\nmfa = {}\ndenied = {}\n",
        quoted(Ending::Success.mobile()),
        quoted(Ending::MfaAuth.mobile()),
        quoted(Ending::AccessDenied.mobile()),
    )
}

fn delivery(conduct: &Conduct) -> String {
    /// Added to what the deployment asks for: its clock and the caller's do not tick together.
    const MARGIN: Duration = Duration::from_millis(50);
    let interval = if conduct.interval.is_zero() {
        "0s".to_owned()
    } else {
        format!("{}ms", (conduct.interval + MARGIN).as_millis())
    };
    format!(
        "\n[delivery]                        # messages stay in memory\nallow = true\nmax = 100000\ninterval = {}\n",
        quoted(&interval)
    )
}

fn captcha(conduct: &Conduct, url: &str) -> String {
    let source = quoted(&format!("{url}/_reference/captcha?to=${{to}}"));
    let invalid = if conduct.captchas.single_use {
        "single_use = true".to_owned()
    } else {
        format!("lifetime = {}", quoted(&seconds(conduct.captchas.lifetime)))
    };
    format!(
        "\n[captcha]                         # pass tokens, as if the puzzle had been solved\nhttp = {{ url = {source}, pointer = \"/captcha_token\" }}\n{invalid}\n"
    )
}

fn verify_code(url: &str) -> String {
    let source = quoted(&format!("{url}/_reference/code?to=${{to}}&scene=${{scene}}"));
    format!(
        "\n[verify_code]                     # the codes that were sent\nhttp = {{ url = {source}, pointer = \"/code\" }}\ntimeout = \"5s\"\n"
    )
}

fn id_token(conduct: &Conduct, url: &str) -> String {
    let tokens = &conduct.id_tokens;
    let lifetime = match tokens.lifetime.as_secs() {
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds => format!("{seconds}s"),
    };
    format!(
        "\n[id_token]\njwks = {}\nissuer = {}\naudience = {}\nlifetime = {}\n",
        quoted(&format!("{url}{}", route::KEYS)),
        quoted(tokens.issuer),
        quoted(tokens.audience),
        quoted(&lifetime),
    )
}

const LIMITS: &str = r#"
[limits]                          # it is ours: no need to spare it
concurrency = 16
rate = "100000/s"
connect_timeout = "5s"
timeout = "10s"
run_timeout = "5m"
body = "1MiB"
failed_logins = 1000
"#;

fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs())
}

fn list(items: &[String]) -> String {
    let quoted: Vec<_> = items.iter().map(|item| quoted(item)).collect();
    let lines: Vec<_> = quoted.chunks(4).map(|row| format!("    {},", row.join(", "))).collect();
    format!("[\n{}\n]", lines.join("\n"))
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}
