//! How `iamspec supply` finds a run that waits: a file that only this user can read, as long as the run lasts.
//!
//! In: the address of a run's page. Out: that file; every run that has one. Never: holds a code.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A run that waits for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WaitingRun {
    /// Its process.
    pub(crate) process: u32,
    /// The names of its targets.
    pub(crate) targets: Vec<String>,
    /// Its page.
    pub(crate) page: String,
}

/// The file of a run, removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Notice {
    path: PathBuf,
}

impl Drop for Notice {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Says where a run waits.
pub(crate) fn post(folder: &Path, run: &WaitingRun) -> io::Result<Notice> {
    private(folder)?;
    let path = folder.join(format!("run-{}.json", run.process));
    // What an earlier process of the same number left behind.
    let _ = fs::remove_file(&path);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    let notice = Notice { path };
    file.write_all(serde_json::to_string(run)?.as_bytes())?;
    Ok(notice)
}

/// Every run that said so, with its file.
pub(crate) fn posted(folder: &Path) -> Vec<(PathBuf, WaitingRun)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let run = serde_json::from_str(&fs::read_to_string(&path).ok()?).ok()?;
        Some((path, run))
    };
    let named = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    paths.into_iter().filter(named).filter_map(read).collect()
}

fn private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_while_it_lasts_and_by_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("iamspec");
        assert_eq!(posted(&folder), []);
        let run = WaitingRun { process: 7, targets: vec!["acme".into()], page: "http://127.0.0.1:1/a/".into() };
        let notice = post(&folder, &run).expect("a file");
        assert_eq!(posted(&folder), [(folder.join("run-7.json"), run.clone())]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(&folder.join("run-7.json"))), (0o700, 0o600));
        }
        drop(notice);
        assert_eq!(posted(&folder), []);
    }
}
