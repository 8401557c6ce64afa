//! `iamspec init`: a commented target file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::context::ask;
use super::reports::{renamed, slug};
use super::selected::product;
use super::{Context, Refused, exit, note, out};
use crate::case::Product;
use crate::case::model::Language;
use crate::diagnostic::{self, Complaints};
use crate::target::{self, Draft};

/// What is known of the deployment.
#[derive(Debug, Args)]
pub(crate) struct InitOptions {
    /// The name for people and for the folder of the reports.
    #[arg(long)]
    name: Option<String>,
    /// `eiam` or `ciam`.
    #[arg(long, value_parser = product)]
    product: Option<Product>,
    /// The URL, like `https://acme.example.com`.
    #[arg(long)]
    url: Option<String>,
    /// The client id of the application.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The language of messages when X-L is absent: `en` or `zh`.
    #[arg(long, value_name = "LANG", value_parser = language)]
    default_language: Option<Language>,
    /// It serves real people: whatever delivers needs `--i-mean-it HOST`.
    #[arg(long)]
    production: bool,
    /// A header that is sent with every request, as `NAME=${env:VARIABLE}`; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// A mobile number that may receive messages; repeatable.
    #[arg(long, value_name = "NUMBER")]
    mobile: Vec<String>,
    /// An email address that may receive messages; repeatable.
    #[arg(long, value_name = "ADDRESS")]
    email: Vec<String>,
    /// A mobile number whose login succeeds (EIAM).
    #[arg(long, value_name = "NUMBER")]
    success: Option<String>,
    /// A mobile number whose login asks for a second factor (EIAM).
    #[arg(long, value_name = "NUMBER")]
    mfa: Option<String>,
    /// A mobile number whose login is denied (EIAM).
    #[arg(long, value_name = "NUMBER")]
    denied: Option<String>,
    /// The constant code of a test tenant, as `${env:VARIABLE}`.
    #[arg(long, value_name = "CODE")]
    fixed_code: Option<String>,
    /// The file to write; `-`: standard output. Otherwise the name with `.toml`, in this folder.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A file that is there is replaced.
    #[arg(long)]
    force: bool,
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_name(text).ok_or_else(|| "expected `en` or `zh`".to_owned())
}

fn header(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let (name, value) = parts.ok_or("expected NAME=VALUE, like `X-tenant-id=${env:TENANT_ID}`")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Asks for what no option says, and writes the file.
pub(crate) fn run(options: &InitOptions, context: Context) -> Result<u8, Refused> {
    if let Some(path) = &options.output {
        refuse_to_replace(path, options.force)?;
    }
    warn_of_secrets(options);
    let draft = if context.asks { asked(options)? } else { given(options)? };
    check(&draft).map_err(|complaints| Refused::complaints(&complaints, context.color_stderr))?;
    let path = options.output.clone().unwrap_or_else(|| format!("{}.toml", slug(&draft.name)).into());
    if path == Path::new("-") {
        out(&draft.text());
        return Ok(exit::OK);
    }
    refuse_to_replace(&path, options.force)?;
    renamed(&path, &draft.text())?;
    out(&next(&path, &draft));
    Ok(exit::OK)
}

fn refuse_to_replace(path: &Path, force: bool) -> Result<(), Refused> {
    if force || path == Path::new("-") || !path.exists() {
        return Ok(());
    }
    let path = path.display();
    Err(Refused::usage(format!(
        "`{path}` is there already: name another file with `--output`, or replace it with `--force`"
    )))
}

/// Whatever is secret belongs into the environment: here it would stay in the file and in the shell's history.
fn warn_of_secrets(options: &InitOptions) {
    let headers = options.header.iter().map(|(name, value)| (format!("--header {name}"), value));
    let code = options.fixed_code.iter().map(|code| ("--fixed-code".to_owned(), code));
    for (option, value) in headers.chain(code) {
        if !value.contains("${env:") {
            note(&format!(
                "warning: the value of `{option}` will stand readable in the file: if it is secret, give `${{env:NAME}}` (in single \
                 quotes) and set the variable before the run"
            ));
        }
    }
}

/// As the options say; what is missing is named at once.
fn given(options: &InitOptions) -> Result<Draft, Refused> {
    let missing: Vec<&str> = [
        ("`--name`", options.name.is_none()),
        ("`--product`", options.product.is_none()),
        ("`--url`", options.url.is_none()),
        ("`--client-id`", options.client_id.is_none()),
    ]
    .into_iter()
    .filter_map(|(option, is_missing)| is_missing.then_some(option))
    .collect();
    if missing.is_empty() {
        return Ok(draft(options));
    }
    let missing = missing.join(", ");
    Err(Refused::usage(format!("there is no terminal to ask on: say it with {missing}")))
}

fn draft(options: &InitOptions) -> Draft {
    Draft {
        name: options.name.clone().unwrap_or_default(),
        product: options.product,
        url: options.url.clone().unwrap_or_default(),
        client_id: options.client_id.clone().unwrap_or_default(),
        default_language: options.default_language,
        production: options.production,
        headers: options.header.clone(),
        mobile: options.mobile.clone(),
        email: options.email.clone(),
        accounts: [options.success.clone(), options.mfa.clone(), options.denied.clone()],
        fixed_code: options.fixed_code.clone(),
    }
}

/// Asks for what the options leave open; an empty answer leaves what can be left out.
fn asked(options: &InitOptions) -> Result<Draft, Refused> {
    let mut draft = draft(options);
    let valid = |draft: &Draft| check(draft).map_err(|complaints| diagnostic::render(&complaints, false));
    if options.name.is_none() {
        draft.name = until("name of the deployment:", |name| Ok(name.to_owned()))?;
    }
    if draft.product.is_none() {
        draft.product = Some(until("product, `eiam` (employees) or `ciam` (customers):", product)?);
    }
    if options.url.is_none() {
        draft.url = until("URL, like `https://acme.example.com`:", |url| {
            let probe = Draft { name: "a".into(), url: url.to_owned(), client_id: "a".into(), ..Draft::default() };
            valid(&probe).map(|()| url.to_owned())
        })?;
    }
    if options.client_id.is_none() {
        let question = "client id of the application, or `${env:NAME}`:";
        draft.client_id = until(question, |id| Ok(id.to_owned()))?;
    }
    if draft.mobile.is_empty() {
        draft.mobile = several("mobile numbers that may get real messages (none: leave empty):")?;
    }
    if draft.email.is_empty() {
        draft.email = several("email addresses that may get real messages (none: leave empty):")?;
    }
    if draft.product == Some(Product::Eiam) {
        let ends = ["succeeds", "asks for a second factor", "is denied"];
        for (account, ends) in draft.accounts.iter_mut().zip(ends).filter(|(account, _)| account.is_none()) {
            *account =
                several(&format!("mobile number whose login {ends} (not known: leave empty):"))?.into_iter().next();
        }
    }
    if !draft.production {
        let answer = answer("does it serve real people? then whatever delivers needs `--i-mean-it` [y/N]:")?;
        draft.production = answer.to_lowercase().starts_with('y');
    }
    Ok(draft)
}

fn answer(question: &str) -> Result<String, Refused> {
    ask(question).ok_or_else(|| Refused::usage("the answers ended: nothing was written"))
}

/// Asks until there is an answer that will do.
fn until<T>(question: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, Refused> {
    loop {
        let answer = answer(question)?;
        match read(&answer) {
            Ok(value) if !answer.is_empty() => return Ok(value),
            Ok(_) => note("this one is needed"),
            Err(text) => note(&text),
        }
    }
}

fn several(question: &str) -> Result<Vec<String>, Refused> {
    let answer = answer(question)?;
    let parts = answer.split([',', ' ', '，', '、']).filter(|part| !part.is_empty());
    Ok(parts.map(ToOwned::to_owned).collect())
}

/// Whether the file can be read; a variable that is not set yet is no mistake.
fn check(draft: &Draft) -> Result<(), Complaints> {
    let environment = |name: &str| {
        let set = std::env::var(name).ok().filter(|value| !value.is_empty());
        Some(set.unwrap_or_else(|| "https://not-set-yet.invalid".to_owned()))
    };
    target::parse(draft.text(), Path::new("the new target file"), &environment).map(|_| ())
}

/// What was done, and what comes next.
fn next(path: &Path, draft: &Draft) -> String {
    let path = path.display();
    let unset: Vec<String> = draft.variables().into_iter().filter(|name| std::env::var_os(name).is_none()).collect();
    let first = format!("wrote `{path}`");
    let last = format!("next: `iamspec plan --target {path}` says what would run and what is missing\n");
    let unset = unset.into_iter().map(|name| format!("set `{name}` in the environment"));
    [first].into_iter().chain(unset).chain([last]).collect::<Vec<_>>().join("\n")
}
