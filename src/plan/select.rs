//! Which trials are asked for: globs on trial ids.
//!
//! In: `--select` and `--exclude`. Out: the ids that match. Never: guesses what was meant; it suggests.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::Shard;
use crate::case::Trial;

/// Globs on trial ids; `*` crosses `/`, `?` is one character.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Trials to run; none: all.
    pub select: Vec<String>,
    /// Trials to leave out.
    pub exclude: Vec<String>,
    /// Whether a glob may match nothing here (it matches in the plan of another target).
    pub lenient: bool,
    /// The part of them that is run here; none: all.
    pub shard: Option<Shard>,
}

/// A glob that matches no trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NothingMatches {
    /// The glob.
    pub glob: String,
    /// The ids nearest to it.
    pub nearest: Vec<String>,
}

impl fmt::Display for NothingMatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` matches no trial", self.glob)?;
        if !self.nearest.is_empty() {
            let nearest: Vec<_> = self.nearest.iter().map(|id| format!("`{id}`")).collect();
            write!(f, "; nearest: {}", nearest.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for NothingMatches {}

impl Selection {
    /// The ids of the trials that are asked for.
    ///
    /// # Errors
    /// A glob that matches none of the trials, with the nearest ids.
    pub fn apply(&self, trials: &[Arc<Trial>]) -> Result<BTreeSet<String>, NothingMatches> {
        for glob in self.select.iter().chain(&self.exclude) {
            if !self.lenient && !trials.iter().any(|trial| matches(glob, &trial.id)) {
                return Err(nothing(glob, trials));
            }
        }
        let any = |globs: &[String], id: &str| globs.iter().any(|glob| matches(glob, id));
        Ok(trials
            .iter()
            .map(|trial| &trial.id)
            .filter(|id| self.select.is_empty() || any(&self.select, id))
            .filter(|id| !any(&self.exclude, id))
            .cloned()
            .collect())
    }
}

fn nothing(glob: &str, trials: &[Arc<Trial>]) -> NothingMatches {
    let plain = glob.replace('*', "");
    let mut ranked: Vec<_> = trials
        .iter()
        .map(|trial| (strsim::jaro_winkler(&plain, &trial.id), &trial.id))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let nearest = ranked.into_iter().take(3).map(|(_, id)| id.clone()).collect();
    NothingMatches { glob: glob.to_owned(), nearest }
}

/// Whether a glob matches a whole text: `*` stands for any characters, `?` for one.
#[must_use]
pub fn matches(glob: &str, text: &str) -> bool {
    // Most ids differ from most globs before the first wildcard.
    let plain = glob.split(['*', '?']).next().unwrap_or_default();
    if !text.starts_with(plain) {
        return false;
    }
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                retry = Some((g, t));
                g += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                g += 1;
                t += 1;
            }
            _ => match &mut retry {
                Some((star, from)) => {
                    *from += 1;
                    (g, t) = (*star + 1, *from);
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_crosses_slashes() {
        assert!(matches("ciam/*/zh", "ciam/sms-send/client-id/blank/zh"));
        assert!(matches("*", "eiam/mobile-login/mfa"));
        assert!(matches("*login*", "eiam/mobile-login/mfa"));
    }

    #[test]
    fn a_glob_matches_the_whole_id() {
        assert!(!matches("ciam/sms-send", "ciam/sms-send/scene/LOGIN_SMS"));
        assert!(!matches("*zhx", "ciam/sms-send/client-id/blank/zh"));
        assert!(matches("eiam/mobile-login/mf?", "eiam/mobile-login/mfa"));
    }
}
