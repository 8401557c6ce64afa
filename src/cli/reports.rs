//! Where reports go: named files, and the folder of the run.
//!
//! In: records. Out: files that appear whole; stored records read back. Never: leaves half a file, or an empty one.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::panic::{self, UnwindSafe};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use super::context::Workflow;
use super::leaks::{Public, found, told};
use super::{Refused, exit, note};
use crate::record::{FORMAT, RunRecord};
use crate::redact::{self, Leaks};
use crate::report::{Brief, Language, ctrf, github, html, json, junit, markdown};

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

    /// The same; a bug in one writer costs one report.
    fn rendered(self, record: &RunRecord, language: Language) -> Result<String, String> {
        survived(|| self.render(record, language))
            .map_err(|why| format!("the report `{}` could not be made: {why}", self.name()))
    }

    /// What of a report stands in the report of any run; nothing where a bug in the writer keeps it from being known.
    fn public(self, record: &RunRecord, language: Language) -> String {
        self.rendered(&record.silent(), language).unwrap_or_default()
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

/// What a writer made; where it panicked, why there is nothing.
fn survived(writer: impl FnOnce() -> Result<String, String> + UnwindSafe) -> Result<String, String> {
    panic::catch_unwind(writer).unwrap_or_else(|_| Err("a bug in iamspec".to_owned()))
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
        let (format, path) = format_and_path(text, &Format::ALL, "json=run.json")?;
        Ok(Self { format, path: path.to_owned() })
    }
}

/// Reads `FORMAT=PATH`, where these formats are known.
pub(crate) fn format_and_path<'t, F: Copy>(
    text: &'t str,
    formats: &[(&str, F)],
    example: &str,
) -> Result<(F, &'t str), String> {
    let parts = text.split_once('=').filter(|(_, path)| !path.is_empty());
    let (name, path) = parts.ok_or_else(|| format!("expected FORMAT=PATH, like `{example}`"))?;
    let format = formats.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
    let known = || formats.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format.map(|format| (format, path)).ok_or_else(|| format!("unknown format `{name}`; known: {}", known()))
}

impl Wanted {
    /// Writes the report of a stored record: of its secrets nothing is known but the form of a token.
    pub(crate) fn write(&self, record: &RunRecord, language: Language) -> Result<(), Unwritten> {
        let path = self.path_for(&record.target.name);
        let text = self.format.rendered(record, language)?;
        put(&path, &text, &|| self.format.public(record, language), &[&Leaks::default()])
    }

    /// The path as it was given.
    pub(crate) fn path(&self) -> &str {
        &self.path
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

/// A file that is not there: one line for people, and the exit code.
#[derive(Debug)]
pub(crate) struct Unwritten {
    text: String,
    code: u8,
}

impl Unwritten {
    /// All of them as one, with the worst exit code.
    fn together(all: Vec<Self>) -> Option<Self> {
        let code = exit::worst(all.iter().map(|one| one.code));
        let texts: Vec<String> = all.into_iter().map(|one| one.text).collect();
        (!texts.is_empty()).then(|| Self { text: texts.join("\nerror: "), code })
    }
}

impl From<String> for Unwritten {
    fn from(text: String) -> Self {
        Self { text, code: exit::UNWRITTEN }
    }
}

impl From<Unwritten> for Refused {
    fn from(unwritten: Unwritten) -> Self {
        Self::with(unwritten.code, unwritten.text)
    }
}

impl Files {
    /// Whether there is nothing to write.
    pub(crate) fn are_none(&self) -> bool {
        self.named.is_empty() && self.folder.is_none()
    }

    /// Names the files of a run and makes sure that their folders can be written to.
    pub(crate) fn prepare(
        wanted: &[Wanted],
        reports: Option<&Path>,
        target: &str,
        time: &str,
        room: usize,
    ) -> Result<Self, Unwritten> {
        let slug = slug(target);
        let named: Vec<(Format, PathBuf)> = wanted.iter().map(|one| (one.format, one.path_for(target))).collect();
        let folder = reports.map(|root| root.join(&slug).join(time));
        let mut folders = BTreeSet::new();
        for (_, path) in named.iter().filter(|(_, path)| !is_device(path)) {
            if path.is_dir() {
                return Err(format!("`{}` is a folder: name a file in it with `--report`", path.display()).into());
            }
            folders.insert(parent(path));
        }
        for folder in folders {
            writable(folder, room)
                .map_err(|text| format!("{text}: name another path with `--report`, or make room"))?;
        }
        if let Some(folder) = &folder {
            let now = "name another folder with `--reports`, make room, or use `--no-reports`";
            writable(folder, room).map_err(|text| format!("{text}: {now}"))?;
        }
        Ok(Self { named, folder })
    }

    /// The page of this run, as a link from a page in `root` leads to it.
    fn page_below(&self, root: &Path) -> String {
        let folder = self.folder.as_deref().and_then(|folder| folder.strip_prefix(root).ok()).unwrap_or(Path::new(""));
        let parts = folder.iter().map(|part| part.to_string_lossy().into_owned());
        parts.chain(["report.html".to_owned()]).collect::<Vec<_>>().join("/")
    }

    /// Writes every report of a record that holds none of its run's secrets, and says what could not be written.
    pub(crate) fn write(&self, record: &RunRecord, language: Language, leaks: &Leaks) -> Result<(), Unwritten> {
        let kept = self.folder.iter().flat_map(|folder| Format::KEPT.map(|(name, format)| (format, folder.join(name))));
        let mut unwritten = Vec::new();
        for (format, path) in self.named.iter().cloned().chain(kept) {
            let written = format
                .rendered(record, language)
                .map_err(Unwritten::from)
                .and_then(|text| whole(&path, &text, &|| format.public(record, language), &[leaks]));
            // Each file is looked at, whatever became of the one before.
            unwritten.extend(written.err());
        }
        // What was kept before stays the latest where this run could not be kept.
        if let Some(folder) = self.folder.as_ref().filter(|folder| folder.join(Format::KEPT[0].0).is_file()) {
            unwritten.extend(point_latest_at(folder).err());
        }
        Unwritten::together(unwritten).map_or(Ok(()), Err)
    }
}

/// Writes a whole file into a folder that is made where it is missing.
pub(crate) fn put(path: &Path, text: &str, public: Public<'_>, secrets: &[&Leaks]) -> Result<(), Unwritten> {
    fs::create_dir_all(parent(path)).map_err(|error| format!("`{}`: {error}", parent(path).display()))?;
    whole(path, text, public, secrets)
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
pub(crate) fn tell(
    workflow: &Workflow,
    records: &[RunRecord],
    page: &dyn Fn(&[RunRecord]) -> String,
    secrets: &[&Leaks],
) -> Result<(), Unwritten> {
    if workflow.github {
        let text = github::annotations(records);
        let public = || github::annotations(&silent(records));
        unless_leaking("the annotations", &text, &public, secrets)?;
        note(&text);
    }
    let Some(path) = &workflow.summary else { return Ok(()) };
    let text = page(records);
    unless_leaking("the summary", &text, &|| page(&silent(records)), secrets)?;
    append(path, &text)
}

/// Records as they would be of any run.
pub(crate) fn silent(records: &[RunRecord]) -> Vec<RunRecord> {
    records.iter().map(RunRecord::silent).collect()
}

/// Complains about a text that holds a secret, before it leaves.
fn unless_leaking(what: &str, text: &str, public: Public<'_>, secrets: &[&Leaks]) -> Result<(), Unwritten> {
    match found(text, public, secrets) {
        None => Ok(()),
        Some(leak) => Err(Unwritten { text: told(what, leak, "it is not written"), code: exit::BUG }),
    }
}

/// Two targets of one name would share a folder.
pub(crate) fn told_apart<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Refused> {
    let mut known: HashMap<String, &str> = HashMap::new();
    for name in names {
        if let Some(other) = known.insert(slug(name), name) {
            let text = format!("two targets would share the folder of their reports: `{other}` and `{name}`");
            return Err(Refused::usage(format!("{text}: give each a `name` of its own")));
        }
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the overview of several targets beside their folders.
pub(crate) fn overview(
    root: &Path,
    files: &[Files],
    (briefs, silent): (&[Brief], &dyn Fn() -> Vec<Brief>),
    language: Language,
    secrets: &[&Leaks],
) -> Result<(), Unwritten> {
    let pages: Vec<String> = files.iter().map(|files| files.page_below(root)).collect();
    let render = |briefs: &[Brief]| {
        let linked = briefs.iter().zip(&pages).map(|(brief, page)| html::Linked { brief, page });
        html::overview(&linked.collect::<Vec<_>>(), language).map_err(|error| error.to_string())
    };
    let public = || render(&silent()).unwrap_or_default();
    whole(&root.join("overview.html"), &render(briefs)?, &public, secrets)
}

/// What the reports of one trial took in the embedded run, all that are kept together, in bytes.
const OF_ONE_TRIAL: usize = 8 * 1024;
/// And what they took without any trial: the page with its style, and every clause.
const OF_NONE: usize = 64 * 1024;
/// No run is refused for want of more: what is known of its size is a guess.
const MOST_ROOM: usize = 64 << 20;

/// How many bytes the reports of so many trials may take.
pub(crate) fn room_for(trials: u64) -> usize {
    usize::try_from(trials).unwrap_or(usize::MAX).saturating_mul(OF_ONE_TRIAL).saturating_add(OF_NONE).min(MOST_ROOM)
}

/// Makes a folder and proves that files of so many bytes can be made in it.
fn writable(folder: &Path, room: usize) -> Result<(), String> {
    let said = |error: io::Error| format!("`{}` cannot be written to ({error})", folder.display());
    fs::create_dir_all(folder).map_err(said)?;
    clear_up(folder, PROBE);
    let (path, mut probe) = created(folder, PROBE).map_err(said)?;
    // Without a name first: whatever ends this process, nothing is left behind.
    let unnamed = fs::remove_file(&path);
    let filled = io::copy(&mut io::repeat(b'.').take(room as u64), &mut probe);
    let filled = filled.and_then(|_| if room > 0 { probe.sync_all() } else { Ok(()) });
    drop(probe);
    if unnamed.is_err() {
        let _ = fs::remove_file(&path);
    }
    filled.map_err(|error| {
        let needed = room.div_ceil(1024);
        format!("`{}` has no room for the reports, about {needed} KiB ({error})", folder.display())
    })
}

/// A new file beside another one, hidden, of a name that nobody else has.
fn created(folder: &Path, name: &str) -> io::Result<(PathBuf, fs::File)> {
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    let path = folder.join(format!(".{name}.{}-{}{UNFINISHED}", std::process::id(), now()));
    // Never a file that is there: processes of two containers may have one id.
    let file = fs::File::create_new(&path)?;
    Ok((path, file))
}

/// The name of a file that only finds out whether one can be written.
const PROBE: &str = "iamspec";
/// How the name of a file ends that is being written: no reader of reports takes it for one.
const UNFINISHED: &str = ".unfinished";
/// No report is written for so long: what is older was left by a process that was killed.
const LEFT: Duration = Duration::from_secs(60 * 60);

/// Removes what killed processes left beside a file; what cannot be removed harms nobody.
fn clear_up(folder: &Path, name: &str) {
    let (begin, now) = (format!(".{name}."), SystemTime::now());
    let left = |entry: &fs::DirEntry| {
        let ours = entry.file_name().to_str().is_some_and(|n| n.starts_with(&begin) && n.ends_with(UNFINISHED));
        let since =
            || entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| now.duration_since(at).ok());
        ours && since().is_some_and(|age| age > LEFT)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(left) {
        let _ = fs::remove_file(entry.path());
    }
}

/// Whether something is there that is neither a file nor a folder: a device, a pipe.
pub(crate) fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes a file, reads it again, and deletes it where a secret stands in it that does not stand in `public`.
fn whole(path: &Path, text: &str, public: Public<'_>, secrets: &[&Leaks]) -> Result<(), Unwritten> {
    // What is written to a device cannot be taken back.
    if is_device(path) {
        unless_leaking(&format!("`{}`", path.display()), text, public, secrets)?;
    }
    renamed(path, text)?;
    if is_device(path) {
        return Ok(());
    }
    let again = |error: std::io::Error| format!("`{}` could not be read again: {error}", path.display());
    let written = fs::read(path).map_err(again)?;
    let Some(leak) = found(&String::from_utf8_lossy(&written), public, secrets) else { return Ok(()) };
    let done = match fs::remove_file(path) {
        Ok(()) => "the file was deleted".to_owned(),
        Err(error) => format!("the file could not be deleted ({error}): delete it"),
    };
    Err(Unwritten { text: told(&format!("`{}`", path.display()), leak, &done), code: exit::BUG })
}

/// Written beside, then renamed.
pub(crate) fn renamed(path: &Path, text: &str) -> Result<(), Unwritten> {
    let said = |error: io::Error| format!("`{}` could not be written: {error}", path.display());
    // A device or a pipe is written to, never replaced.
    if is_device(path) {
        let opened = fs::OpenOptions::new().write(true).open(path);
        return opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| said(error).into());
    }
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Somebody may have tidied up during the run; where it cannot be made again, the file says why.
    let _ = fs::create_dir_all(parent(path));
    clear_up(parent(path), &name);
    let (beside, mut file) = created(parent(path), &name).map_err(said)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    written.and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        let _ = fs::remove_file(&beside);
        said(error).into()
    })
}

/// Adds to the end of a file that belongs to somebody else.
fn append(path: &Path, text: &str) -> Result<(), Unwritten> {
    let opened = fs::OpenOptions::new().append(true).create(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("`{}` could not be written: {error}", path.display()).into())
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
        Err(_) => renamed(&latest, &format!("{}\n", name.to_string_lossy())),
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

    /// A run whose reason holds what nobody may read.
    fn leaking(secret: &str) -> RunRecord {
        let mut record = crate::report::sample::deviating();
        for reason in record.trials.iter_mut().filter_map(|trial| trial.reason.as_mut()) {
            reason.text = format!("it said {secret}");
        }
        record
    }

    #[test]
    fn a_file_that_holds_a_secret_is_deleted_and_says_which_kind() {
        let folder = tempfile::tempdir().expect("a folder");
        let redactor = crate::redact::Redactor::new();
        redactor.register(crate::redact::Kind::CaptchaToken, "9f86d081884c7d65");
        let wanted = Format::ALL
            .map(|(name, format)| Wanted { format, path: folder.path().join(name).to_string_lossy().into_owned() });
        let files = Files::prepare(&wanted, Some(folder.path()), "acme", "now", 0).expect("folders");
        let record = leaking("9f86d081884c7d65");
        let unwritten = files.write(&record, Language::English, &redactor.leaks()).expect_err("a leak");
        assert_eq!(unwritten.code, exit::BUG);
        assert!(unwritten.text.contains("captcha-token") && !unwritten.text.contains("9f86"), "{}", unwritten.text);
        for (name, _) in Format::KEPT.iter().chain(&Format::ALL) {
            assert!(unwritten.text.contains(&format!("{name}`")), "no `{name}` in {}", unwritten.text);
        }
        let left: Vec<PathBuf> = Format::ALL.iter().map(|(name, _)| folder.path().join(name)).collect();
        assert!(left.iter().all(|path| !path.exists()), "every file that shows it is gone");
        assert_eq!(fs::read_dir(folder.path().join("acme/now")).expect("a folder").count(), 0);
        files.write(&leaking("nothing"), Language::English, &redactor.leaks()).expect("no leak");
        assert!(left.iter().all(|path| path.exists()));
    }

    #[test]
    fn a_name_becomes_a_folder_that_cannot_climb() {
        assert_eq!(slug("acme staging"), "acme-staging");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("…"), "target");
        assert_eq!(slug("测试 租户"), "测试-租户");
    }

    #[test]
    fn a_writer_that_panics_costs_its_report() {
        assert_eq!(survived(|| Ok("<page>".to_owned())), Ok("<page>".to_owned()));
        assert_eq!(survived(|| panic!("on purpose")), Err("a bug in iamspec".to_owned()));
    }

    #[test]
    fn a_report_needs_a_known_format_and_a_path() {
        assert!("json=run.json".parse::<Wanted>().is_ok());
        assert!("json=".parse::<Wanted>().is_err());
        assert!("pdf=x".parse::<Wanted>().is_err_and(|text| text.contains("`json`")));
    }
}
