//! The person in the loop of a run: the page, the prompt, and the file by which `supply` finds them.
//!
//! In: the targets and plans of a run. Out: a desk that somebody serves, where one is needed. Never: opens a browser.

use std::sync::Arc;

use tokio::task::JoinHandle;

use super::context::private_folder;
use super::screen::Screen;
use super::selected::Site;
use super::waiting::{self, Notice, WaitingRun};
use super::{Context, Refused, exit, note, prompt};
use crate::case::{self, Contract};
use crate::desk::{self, Desk, Page};
use crate::plan::{Forecast, Plan, Readiness};
use crate::report::{Language, person};
use crate::target::{CaptchaSource, CodeSource, Target};

/// A desk and whoever serves it, for as long as the run lasts.
pub(crate) struct Attended {
    pub(crate) desk: Arc<Desk>,
    page: Page,
    prompt: Option<JoinHandle<()>>,
    screen: Arc<Screen>,
    _notice: Option<Notice>,
}

impl Attended {
    /// Ends it all.
    pub(crate) async fn close(self) {
        if let Some(prompt) = self.prompt {
            prompt.abort();
        }
        if self.screen.is_held() {
            // The line of a question that nobody answered is not the first of the table.
            note("");
        }
        self.page.close().await;
    }
}

/// What people are needed for.
#[derive(Debug, Default)]
pub(crate) struct Needed {
    puzzles: usize,
    codes: bool,
}

impl Needed {
    /// Adds what the plan of a target needs, so many times.
    pub(crate) fn add(&mut self, plan: &Plan, contract: &Contract, target: &Target, repeat: u32) {
        if target.captcha == Some(CaptchaSource::Browser) {
            let each = Forecast::new(plan, contract, target).tokens;
            self.puzzles += each.saturating_mul(usize::try_from(repeat).unwrap_or(usize::MAX));
        }
        let ready = || plan.trials.iter().filter(|planned| planned.readiness == Readiness::Ready);
        let types = target.verify_code == Some(CodeSource::Prompt);
        self.codes |= types && ready().any(|planned| planned.trial.needs.code.is_some());
    }
}

/// Opens the desk of a run; none where nobody is needed.
pub(crate) async fn attend(
    needed: &Needed,
    sites: &[Site],
    screen: &Arc<Screen>,
    (language, context): (Language, Context),
) -> Result<Option<Attended>, Refused> {
    if needed.puzzles == 0 && !needed.codes {
        return Ok(None);
    }
    let desk = Arc::new(Desk::default());
    let spoken = match language {
        Language::English => case::Language::English,
        Language::Chinese => case::Language::Chinese,
    };
    let opened = desk::open(Arc::clone(&desk), spoken).await;
    let page = opened.map_err(|error| {
        Refused::with(exit::BUG, format!("the page for a person cannot be served on loopback: {error}"))
    })?;
    let notice = if needed.codes { posted(sites, page.url()) } else { None };
    if needed.puzzles > 0 {
        note(&person::puzzles_wanted(page.url(), needed.puzzles, language));
    }
    if needed.codes {
        note(&person::codes_wanted(page.url(), context.asks, language));
    }
    let asks = needed.codes && context.asks;
    let prompt = asks.then(|| tokio::spawn(prompt::ask(Arc::clone(&desk), Arc::clone(screen), language)));
    Ok(Some(Attended { desk, page, prompt, screen: Arc::clone(screen), _notice: notice }))
}

/// The file by which `supply` finds this run; without one the page and the prompt have to do.
fn posted(sites: &[Site], page: &str) -> Option<Notice> {
    let targets = sites.iter().map(|site| site.target.name.clone()).collect();
    let run = WaitingRun { process: std::process::id(), targets, page: page.to_owned() };
    let folder = private_folder();
    let said = |why: &str| note(&format!("warning: `iamspec supply` will not find this run: {why}"));
    let Some(folder) = folder else {
        said("neither `XDG_RUNTIME_DIR` nor `HOME` is set");
        return None;
    };
    waiting::post(&folder, &run).map_err(|error| said(&format!("`{}`: {error}", folder.display()))).ok()
}
