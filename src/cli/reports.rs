//! Where reports go: named files, and the folder of the run.
//!
//! In: records. Out: files that appear whole; stored records read back. Never: leaves half a file, or an empty one.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::context::Workflow;
use super::{Refused, note};
use crate::record::{FORMAT, RunRecord};
use crate::redact;
use crate::report::{Language, ctrf, github, html, json, junit, markdown};

/// A report format that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The run record.
    Json,
    /// `JUnit` XML.
    Junit,
    /// One page that needs nothing else.
    Html,
    /// Markdown.
    Markdown,
    /// The Common Test Report Format.
    Ctrf,
}

impl Format {
    const ALL: [(&'static str, Self); 5] = [
        ("json", Self::Json),
        ("junit", Self::Junit),
        ("html", Self::Html),
        ("markdown", Self::Markdown),
        ("ctrf", Self::Ctrf),
    ];

    /// What the folder of a run holds.
    const KEPT: [(&'static str, Self); 3] =
        [("run.json", Self::Json), ("junit.xml", Self::Junit), ("report.html", Self::Html)];

    fn render(self, record: &RunRecord, language: Language) -> Result<String, String> {
        match self {
            Self::Json => json::render(record).map_err(|error| error.to_string()),
            Self::Junit => junit::render(record),
            Self::Html => html::render(record, language).map_err(|error| error.to_string()),
            Self::Markdown => Ok(markdown::render(std::slice::from_ref(record), language)),
            Self::Ctrf => ctrf::render(record).map_err(|error| error.to_string()),
        }
    }
}

/// `FORMAT=PATH`.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    format: Format,
    path: String,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Format::ALL.map(|(name, _)| format!("`{name}`")).join(", ");
        let (name, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or("expected FORMAT=PATH, like `json=run.json`")?;
        let format = Format::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
        let format = format.ok_or_else(|| format!("unknown format `{name}`; known: {}", known()))?;
        Ok(Self { format, path: path.to_owned() })
    }
}

impl Wanted {
    /// Writes the report of a stored record.
    pub(crate) fn write(&self, record: &RunRecord, language: Language) -> Result<(), Unwritten> {
        put(&self.path_for(&record.target.name), &self.format.render(record, language)?)
    }

    fn path_for(&self, target: &str) -> PathBuf {
        PathBuf::from(self.path.replace("{target}", &slug(target)))
    }

    /// Whether the path tells several targets apart.
    pub(crate) fn tells_targets_apart(&self) -> bool {
        self.path.contains("{target}")
    }
}

/// The files of one run, checked to be writable before anything is sent.
#[derive(Debug)]
pub(crate) struct Files {
    named: Vec<(Format, PathBuf)>,
    folder: Option<PathBuf>,
}

/// A file that cannot be written: one line for people.
pub(crate) type Unwritten = String;

impl Files {
    /// Names the files of a run and makes sure that their folders can be written to.
    pub(crate) fn prepare(
        wanted: &[Wanted],
        reports: Option<&Path>,
        target: &str,
        time: &str,
    ) -> Result<Self, Unwritten> {
        let slug = slug(target);
        let named: Vec<(Format, PathBuf)> = wanted.iter().map(|one| (one.format, one.path_for(target))).collect();
        let folder = reports.map(|root| root.join(&slug).join(time));
        for (_, path) in named.iter().filter(|(_, path)| !is_device(path)) {
            writable(parent(path))?;
        }
        if let Some(folder) = &folder {
            writable(folder)?;
        }
        Ok(Self { named, folder })
    }

    /// The page of this run, as a link from a page in `root` leads to it.
    fn page_below(&self, root: &Path) -> String {
        let folder = self.folder.as_deref().and_then(|folder| folder.strip_prefix(root).ok()).unwrap_or(Path::new(""));
        let parts = folder.iter().map(|part| part.to_string_lossy().into_owned());
        parts.chain(["report.html".to_owned()]).collect::<Vec<_>>().join("/")
    }

    /// Writes every report of a record.
    pub(crate) fn write(&self, record: &RunRecord, language: Language) -> Result<(), Unwritten> {
        for (format, path) in &self.named {
            whole(path, &format.render(record, language)?)?;
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        for (name, format) in Format::KEPT {
            whole(&folder.join(name), &format.render(record, language)?)?;
        }
        point_latest_at(folder)
    }
}

/// Writes a whole file into a folder that is made where it is missing.
pub(crate) fn put(path: &Path, text: &str) -> Result<(), Unwritten> {
    fs::create_dir_all(parent(path)).map_err(|error| format!("`{}`: {error}", parent(path).display()))?;
    whole(path, text)
}

/// Reads the stored record of a run.
pub(crate) fn stored(path: &Path) -> Result<RunRecord, Refused> {
    stored_with_digest(path).map(|(record, _)| record)
}

/// Reads the stored record of a run, and the SHA-256 of its file in hex.
pub(crate) fn stored_with_digest(path: &Path) -> Result<(RunRecord, String), Refused> {
    let shown = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| Refused::usage(format!("`{shown}` cannot be read: {error}")))?;
    let record = json::read(&text).map_err(|error| Refused::usage(format!("`{shown}` is no run record: {error}")))?;
    if record.format == FORMAT {
        Ok((record, redact::hex(&Sha256::digest(text.as_bytes()))))
    } else {
        Err(Refused::usage(format!("`{shown}` is no run record of the format `{FORMAT}`: `{}`", record.format)))
    }
}

/// Tells the workflow that a run was part of: the summary of its step, and annotations.
pub(crate) fn tell(workflow: &Workflow, records: &[RunRecord], language: Language) -> Result<(), Unwritten> {
    if workflow.github {
        note(&github::annotations(records));
    }
    match &workflow.summary {
        Some(path) => append(path, &markdown::render(records, language)),
        None => Ok(()),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the overview of several targets beside their folders.
pub(crate) fn overview(
    root: &Path,
    files: &[Files],
    records: &[RunRecord],
    language: Language,
) -> Result<(), Unwritten> {
    let pages: Vec<String> = files.iter().map(|files| files.page_below(root)).collect();
    let linked = records.iter().zip(&pages).map(|(record, page)| html::Linked { record, page });
    let text = html::overview(&linked.collect::<Vec<_>>(), language).map_err(|error| error.to_string())?;
    whole(&root.join("overview.html"), &text)
}

/// Makes a folder and proves that a file can be made in it.
fn writable(folder: &Path) -> Result<(), Unwritten> {
    let said = |error: std::io::Error| {
        format!(
            "`{}` cannot be written to ({error}): name another folder with `--reports`, or use `--no-reports`",
            folder.display()
        )
    };
    fs::create_dir_all(folder).map_err(said)?;
    let probe = folder.join(format!(".iamspec-{}", std::process::id()));
    fs::write(&probe, b"probe").map_err(said)?;
    fs::remove_file(&probe).map_err(said)
}

/// Whether something is there that is neither a file nor a folder: a device, a pipe.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Written beside, then renamed.
pub(crate) fn whole(path: &Path, text: &str) -> Result<(), Unwritten> {
    let said = |error: std::io::Error| format!("`{}` could not be written: {error}", path.display());
    // A device or a pipe is written to, never replaced.
    if is_device(path) {
        let opened = fs::OpenOptions::new().write(true).open(path);
        return opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(said);
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        said(error)
    })
}

/// Adds to the end of a file that belongs to somebody else.
fn append(path: &Path, text: &str) -> Result<(), Unwritten> {
    let opened = fs::OpenOptions::new().append(true).create(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("`{}` could not be written: {error}", path.display()))
}

/// `latest` beside the folders of runs names the newest: a link, or a file with its name where links cannot be made.
fn point_latest_at(folder: &Path) -> Result<(), Unwritten> {
    let (Some(root), Some(name)) = (folder.parent(), folder.file_name()) else { return Ok(()) };
    let latest = root.join("latest");
    let beside = root.join(format!(".latest.{}", std::process::id()));
    let _ = fs::remove_file(&beside);
    #[cfg(unix)]
    let linked = std::os::unix::fs::symlink(name, &beside).and_then(|()| fs::rename(&beside, &latest));
    #[cfg(not(unix))]
    let linked: std::io::Result<()> = Err(std::io::ErrorKind::Unsupported.into());
    match linked {
        Ok(()) => Ok(()),
        Err(_) => whole(&latest, &format!("{}\n", name.to_string_lossy())),
    }
}

/// A target's name as the name of a folder.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "target".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_folder_that_cannot_climb() {
        assert_eq!(slug("acme staging"), "acme-staging");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("…"), "target");
        assert_eq!(slug("测试 租户"), "测试-租户");
    }

    #[test]
    fn a_report_needs_a_known_format_and_a_path() {
        assert!("json=run.json".parse::<Wanted>().is_ok());
        assert!("json=".parse::<Wanted>().is_err());
        assert!("pdf=x".parse::<Wanted>().is_err_and(|text| text.contains("`json`")));
    }
}
