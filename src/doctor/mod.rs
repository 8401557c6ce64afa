//! The preflight of a target: what stands between it and a run, told before any case.
//!
//! In: a target, the contract. Out: lines in a fixed order, each ok, a warning, wrong, or not checked and why, with what
//! to do. Never: delivers, logs in, or stops at the first thing that is wrong.

pub mod console;
pub mod json;
mod keys;
mod line;
mod look;
mod paths;
mod reach;
mod recipients;
mod sources;
mod wants;

use std::sync::Arc;

use crate::case::{Content, Contract, Document, Product};
use crate::exchange::{Budget, Client, ClientError, Outlet};
use crate::redact::{Kind, Redactor};
use crate::runner::{self, Options};
use crate::target::Target;

pub use line::{Check, Line, Said, State};

/// What is known of a target before a run.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The name of the target.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// Its product.
    pub product: Product,
    /// Whether the deployment answers at all.
    pub reached: bool,
    /// What was found, in order.
    pub lines: Vec<Line>,
}

/// What a preflight comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing is wrong; there may be warnings.
    Ready,
    /// Something is wrong.
    Wrong,
    /// The deployment cannot be reached at all.
    Unreachable,
}

impl Diagnosis {
    /// What the lines come to.
    #[must_use]
    pub fn health(&self) -> Health {
        if !self.reached {
            Health::Unreachable
        } else if self.count(State::Wrong) > 0 {
            Health::Wrong
        } else {
            Health::Ready
        }
    }

    /// How many lines are of a state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.lines.iter().filter(|line| line.state == state).count()
    }
}

/// What every check may look at.
struct Preflight<'a> {
    contract: &'a Contract,
    target: &'a Target,
    client: Arc<Client>,
    /// The way out for requests of the contract: nothing may be delivered.
    outlet: Outlet,
    sources: Arc<Client>,
    redactor: Redactor,
}

impl Preflight<'_> {
    /// The documents of the target's product.
    fn documents(&self) -> impl Iterator<Item = &Document> {
        self.contract.documents.iter().filter(|document| document.product == self.target.product)
    }

    /// Whether a document of the product answers with an id token.
    fn gives_id_tokens(&self) -> bool {
        let members = self.documents().flat_map(|document| &document.answers).flat_map(|answer| &answer.members);
        members.into_iter().any(|member| member.content == Some(Content::IdToken))
    }

    /// Somebody to ask the sources for: whoever would receive, or log in.
    fn somebody(&self) -> Option<&str> {
        let (recipients, accounts) = (&self.target.recipients, &self.target.accounts);
        let account = accounts.success.as_ref().or(accounts.mfa.as_ref()).or(accounts.denied.as_ref());
        recipients.mobile.first().or(recipients.email.first()).or(account).map(String::as_str)
    }
}

/// Looks at everything that a run relies on.
///
/// # Errors
/// A client that cannot be built from the certificates of the target file.
pub async fn examine(contract: &Contract, target: &Target) -> Result<Diagnosis, ClientError> {
    let (client, sources) = runner::clients(target, Options::of(target))?;
    let client = Arc::new(client);
    let nothing = Arc::new(Budget::new(0, 0));
    let preflight = Preflight {
        contract,
        target,
        outlet: Outlet::new(Arc::clone(&client), nothing, false),
        client,
        sources: Arc::new(sources),
        redactor: redactor(target),
    };
    let mut lines = vec![read(target)];
    let reached = reach::examine(&preflight, &mut lines).await;
    lines.extend(paths::examine(&preflight, reached).await);
    lines.push(sources::captcha(&preflight).await);
    lines.push(sources::code(&preflight).await);
    lines.push(keys::examine(&preflight).await);
    lines.extend(recipients::examine(target, &preflight.redactor));
    lines.extend(wants::examine(contract, target));
    let hide = |text: &str| preflight.redactor.text(text);
    Ok(Diagnosis {
        name: hide(&target.name),
        url: hide(&target.url),
        product: target.product,
        reached,
        lines: lines.into_iter().map(|line| line.changed(&hide)).collect(),
    })
}

fn read(target: &Target) -> Line {
    let (product, taken) = (target.product, target.secrets.len());
    let said = Said::new(
        format!("every key is understood; product {product}, values from the environment: {taken}"),
        format!("所有键均可识别；产品 {product}，取自环境变量的值：{taken} 个"),
    );
    Line::ok(Check::TargetFile, said)
}

/// What must not be read: values of the environment, and who receives.
fn redactor(target: &Target) -> Redactor {
    let redactor = Redactor::new();
    target.secrets.iter().for_each(|secret| redactor.register(Kind::Environment, secret));
    let (recipients, accounts) = (&target.recipients, &target.accounts);
    let accounts = [&accounts.success, &accounts.mfa, &accounts.denied, &recipients.undeliverable_mobile];
    let mobiles = recipients.mobile.iter().chain(accounts.into_iter().flatten());
    mobiles.for_each(|mobile| redactor.register(Kind::Mobile, mobile));
    let emails = recipients.email.iter().chain(&recipients.undeliverable_email);
    emails.for_each(|email| redactor.register(Kind::Email, email));
    redactor
}
