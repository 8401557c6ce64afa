//! The files of a folder that people wrote.
//!
//! In: a folder, an extension. Out: the files below it, by path, with their texts. Never: looks into them.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Complaint, Complaints, SourceFile};

/// Every file with an extension below a folder, sorted by path.
///
/// # Errors
/// When a folder or a file cannot be read, or there is no such file.
pub(crate) fn below(dir: &Path, extension: &str) -> Result<Vec<SourceFile>, Complaints> {
    let mut complaints = Complaints::new();
    let mut paths = Vec::new();
    collect_paths(dir, OsStr::new(extension), &mut paths, &mut complaints);
    paths.sort();
    if paths.is_empty() && complaints.is_empty() {
        let message = format!("there is no `*.{extension}` file in this folder");
        complaints.push(Complaint::about(dir, message).hint("name the folder that holds them"));
    }
    let files = paths.into_iter().filter_map(|path| read(path, &mut complaints)).collect();
    complaints.or(files)
}

fn collect_paths(dir: &Path, extension: &OsStr, paths: &mut Vec<PathBuf>, complaints: &mut Complaints) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return complaints.push(unreadable(dir, &error)),
    };
    for entry in entries {
        match entry.map(|entry| entry.path()) {
            Ok(path) if path.is_dir() => collect_paths(&path, extension, paths, complaints),
            Ok(path) if path.extension() == Some(extension) => paths.push(path),
            Ok(_) => {}
            Err(error) => complaints.push(unreadable(dir, &error)),
        }
    }
}

fn read(path: PathBuf, complaints: &mut Complaints) -> Option<SourceFile> {
    match fs::read_to_string(&path) {
        Ok(text) => Some(SourceFile { path, text }),
        Err(error) => {
            complaints.push(unreadable(&path, &error));
            None
        }
    }
}

/// The complaint about a file or folder that cannot be read.
#[must_use]
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Complaint {
    let complaint = Complaint::about(path, format!("cannot be read: {error}"));
    if error.kind() == std::io::ErrorKind::InvalidData {
        return complaint.hint("save it as UTF-8");
    }
    complaint.hint("check the path and its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_and_with_their_folders() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("ciam")).expect("created");
        for name in ["ciam/b.toml", "ciam/a.toml", "z.toml", "notes.txt"] {
            fs::write(folder.path().join(name), name).expect("written");
        }
        let texts: Vec<String> =
            below(folder.path(), "toml").expect("readable").into_iter().map(|file| file.text).collect();
        assert_eq!(texts, ["ciam/a.toml", "ciam/b.toml", "z.toml"]);
    }

    #[test]
    fn what_cannot_be_read_is_complained_about() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(below(folder.path(), "toml").is_err());
        assert!(below(&folder.path().join("gone"), "toml").is_err());
        fs::write(folder.path().join("a.toml"), [0xff, 0xfe]).expect("written");
        let complaints = below(folder.path(), "toml").expect_err("it is not UTF-8");
        let hints: Vec<_> = complaints.iter().map(|complaint| complaint.hint.as_deref()).collect();
        assert_eq!(hints, [Some("save it as UTF-8")]);
    }
}
