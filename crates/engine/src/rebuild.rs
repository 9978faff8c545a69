//! The library's index made anew from originals and sidecars alone: for a ledger that is lost or damaged.
//!
//! The new one is made beside the old one and takes its place in one step; the old one is kept under a dated name. Sheets
//! and jobs are put together from their pictures, so that a question asked before is still answered at no cost, and
//! what was spent on pictures is known again. Accounts and settings stand in no sidecar: they are taken over from the old
//! ledger where it can be read. What waited in the queue is in the old one only.
//!
//! The caller holds the library's lock. Blocks.

use crate::engine::StartError;
use crate::import::{self, Outside};
use crate::ledger::{Ledger, Rebuilt};
use crate::picture::inspect::inspect;
use crate::policy::verdict::Billed;
use crate::store::folder::{Folders, modified, rename_durably};
use crate::store::objects::{Objects, hash_file};
use crate::store::sidecar;
use crate::value::id::{JobId, PictureId, SheetId};
use crate::value::job::{Fallback, Job, JobState, KeptPicture, Picture, Question, Sheet};
use crate::value::lane::{Lane, Tier};
use crate::value::request::Request;
use crate::value::sentence::Sentence;
use crate::value::time::Clock;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Characters of a sheet's title.
const TITLE: usize = 60;

/// What a rebuild found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RebuildReport {
    /// Pictures in the new index.
    pub pictures: u32,
    /// Of them, those without a sidecar: taken in as if they came from outside.
    pub bare: u32,
    /// Accounts that were taken over; `None`: the old ledger could not be read.
    pub accounts: Option<u32>,
    /// Answers that were never taken in: kept beside the library.
    pub answers: u32,
    /// What is broken.
    pub problems: Vec<Sentence>,
    /// Where the old ledger is now.
    pub backup: Option<PathBuf>,
}

/// Rebuilds.
///
/// # Errors
/// [`StartError::Newer`] where a newer program wrote the old ledger; the file system's and SQLite's own. The old ledger is
/// in its place then.
pub fn rebuild(folders: &Folders, clock: &dyn Clock) -> Result<RebuildReport, StartError> {
    let failed = |error: io::Error| StartError::Library(error.to_string());
    folders.make().map_err(failed)?;
    let mut report = RebuildReport::default();
    let mut kept = gather(folders, clock, &mut report).map_err(failed)?;
    // In the order in which they came.
    kept.sort_by_key(|kept| {
        let picture = &kept.picture;
        let came = picture.imported.as_ref().map_or(picture.created, |imported| imported.at);
        (came, picture.number, picture.id.clone())
    });
    report.pictures = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    let place = folders.data.join("rebuilding");
    remove(&place).map_err(failed)?;
    fs::create_dir(&place).map_err(failed)?;
    let old = folders.data.join("ledger.sqlite");
    let ledger = Ledger::open(&place)?;
    if old.exists() {
        match ledger.take_over(&old) {
            Ok(accounts) => report.accounts = Some(accounts),
            Err(crate::ledger::LedgerError::Newer { theirs, ours }) => {
                return Err(StartError::Newer { theirs, ours });
            }
            Err(error) => tracing::warn!(%error, "accounts and settings could not be taken over"),
        }
    }
    ledger.put_rebuilt(&together(kept))?;
    // Closed, its write-ahead log is a part of it.
    drop(ledger);
    // First, while the old ledger stands: the new one knows of no call, and the next start sweeps answers that are nobody's.
    report.answers = put_answers_away(folders).map_err(failed)?;
    report.backup = swap(&place, &old, clock).map_err(failed)?;
    remove(&place).map_err(failed)?;
    Ok(report)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Every picture that the files tell of.
fn gather(folders: &Folders, clock: &dyn Clock, report: &mut RebuildReport) -> io::Result<Vec<KeptPicture>> {
    let objects = Objects::new(folders);
    let files = objects.files()?;
    let is_sidecar = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
    let (sidecars, originals): (Vec<_>, Vec<_>) = files.into_iter().partition(is_sidecar);
    let mut lengths = HashMap::new();
    for path in originals {
        // One that cannot be looked at must not cost all the others.
        if let Ok(facts) = fs::metadata(&path) {
            lengths.insert(path, facts.len());
        } else {
            report.problems.push(unreadable(&path));
        }
    }
    let (mut kept, mut described, mut ids) = (Vec::new(), HashSet::new(), HashSet::new());
    let mut unread = HashSet::new();
    for path in sidecars {
        let shown = path.display().to_string();
        let bytes = fs::read(&path).ok();
        let read = bytes.as_deref().and_then(sidecar::read);
        let Some(found) = read.filter(|kept| objects.sidecar_path(&kept.picture) == path) else {
            if bytes.is_none() {
                unread.insert(path);
            }
            report.problems.push(Sentence::new("C-SIDECAR-BROKEN").with("path", shown));
            continue;
        };
        let picture = &found.picture;
        let original = objects.path(&picture.hash, &picture.extension);
        let id = picture.id.as_str();
        match lengths.get(&original) {
            None => {
                report.problems.push(Sentence::new("C-MISSING").with("id", id));
                continue;
            }
            Some(length) if *length != picture.bytes => {
                report.problems.push(Sentence::new("C-DAMAGED").with("id", id));
            }
            Some(_) => {}
        }
        described.insert(original);
        if ids.insert(picture.id.clone()) {
            kept.push(found);
        }
    }
    let mut bare: Vec<_> = lengths.into_keys().filter(|path| !described.contains(path)).collect();
    bare.sort();
    for path in bare {
        match undescribed(&path, clock) {
            Ok(Some(found)) => {
                // What cannot be read today may be readable tomorrow: it is not written over.
                if !unread.contains(&objects.sidecar_path(&found.picture)) {
                    objects.write_sidecar(&found)?;
                }
                report.bare += 1;
                kept.push(found);
            }
            Ok(None) | Err(_) => report.problems.push(unreadable(&path)),
        }
    }
    Ok(kept)
}

fn unreadable(path: &Path) -> Sentence {
    Sentence::new("C-UNREADABLE").with("path", path.display().to_string())
}

/// An original of which nothing is known but what it says itself; `None` where it is not what its name promises.
fn undescribed(path: &Path, clock: &dyn Clock) -> io::Result<Option<KeptPicture>> {
    let (hash, bytes) = hash_file(path)?;
    let mut file = File::open(path)?;
    let Ok(facts) = inspect(&mut file)? else { return Ok(None) };
    let name = format!("{hash}.{}", facts.format.extension());
    if path.file_name().is_none_or(|real| real != name.as_str()) || facts.too_large() || !facts.complete {
        return Ok(None);
    }
    let found = import::read(&mut file, facts.format)?;
    let (now, zone, modified) = (clock.now(), clock.zone(), modified(&fs::metadata(path)?));
    let outside =
        Outside { id: PictureId::of(&hash), hash, bytes, facts: &facts, file: name, modified, now, zone };
    Ok(Some(import::picture(found, outside).into()))
}

/// Sheets and jobs, as far as pictures tell of them.
fn together(pictures: Vec<KeptPicture>) -> Rebuilt {
    let mut rebuilt = Rebuilt::default();
    let mut sheets: HashMap<SheetId, usize> = HashMap::new();
    let mut jobs: HashMap<JobId, usize> = HashMap::new();
    // Of each sheet: how many jobs each model has by now.
    let mut rows: HashMap<SheetId, BTreeMap<usize, u32>> = HashMap::new();
    for kept in &pictures {
        let picture = &kept.picture;
        let (Some(job), Some(sheet), Some(asked)) = (&picture.job, &picture.sheet, &picture.request) else {
            continue;
        };
        let place = *sheets.entry(sheet.clone()).or_insert_with(|| {
            rebuilt.sheets.push(sheet_of(kept, sheet, asked));
            rebuilt.sheets.len() - 1
        });
        let Some(made) = rebuilt.sheets.get_mut(place) else { continue };
        if let Some(known) = jobs.get(job).and_then(|place| rebuilt.jobs.get_mut(*place)) {
            // A further picture of the same answer, or of a later try: the last one counts.
            known.picture = Some(picture.id.clone());
            known.billed_usd += picture.usd;
            end(known, picture);
            continue;
        }
        let column = made.models.iter().position(|model| *model == asked.model).unwrap_or_else(|| {
            made.models.push(asked.model.clone());
            made.models.len() - 1
        });
        let row = rows.entry(sheet.clone()).or_default().entry(column).or_default();
        let question = Question {
            sheet: sheet.clone(),
            row: *row,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            identity: asked.identity(None, picture.practice),
            request: asked.clone(),
            account_asked: None,
            practice: picture.practice,
            interactive: false,
            tier: Tier::Standard,
            usd: picture.usd,
        };
        *row += 1;
        made.count = made.count.max(*row);
        let mut done = Job::asked(question, job.clone(), picture.created);
        end(&mut done, picture);
        done.billed = Some(Billed::Yes);
        done.billed_usd = picture.usd;
        done.notes.clone_from(&picture.notes);
        done.model_used = Some(picture.model_used.clone());
        done.fallback = picture.fallback;
        done.trials.attempts = picture.attempts;
        done.picture = Some(picture.id.clone());
        jobs.insert(job.clone(), rebuilt.jobs.len());
        rebuilt.jobs.push(done);
    }
    rebuilt.pictures = pictures;
    rebuilt
}

/// As the answer was taken in: where its picture is not whole, the job is not done, or it would answer the next one who
/// asks the same.
fn end(job: &mut Job, picture: &Picture) {
    let not_whole = ["E-INCOMPLETE", "E-BASE64", "E-NOT-IMAGE", "E-TOO-LARGE"];
    job.reason = picture.notes.iter().find(|note| not_whole.contains(&note.code.as_str())).cloned();
    let whole = job.reason.is_none();
    job.state = if whole { JobState::Done } else { JobState::Unknown };
    job.finished = whole.then_some(picture.created);
}

fn sheet_of(kept: &KeptPicture, id: &SheetId, asked: &Request) -> Sheet {
    let picture = &kept.picture;
    Sheet {
        id: id.clone(),
        created: picture.created,
        title: picture.prompt().chars().take(TITLE).collect(),
        prompt: picture.prompt().into(),
        size: asked.size,
        aspect: asked.aspect.clone(),
        models: Vec::new(),
        accounts: Vec::new(),
        count: 0,
        fallback: Fallback::Never,
        resend_unknown: 0,
        resend_unknown_usd: None,
        max_usd: None,
        practice: picture.practice,
        interactive: false,
        lane: Lane::Now,
        deadline: None,
    }
}

/// The new ledger in the place of the old one, which keeps a dated name. There is a whole ledger in place at any moment.
fn swap(place: &Path, old: &Path, clock: &dyn Clock) -> io::Result<Option<PathBuf>> {
    let new = place.join("ledger.sqlite");
    let with = |path: &Path, ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    if with(&new, "-wal").exists() {
        return Err(io::Error::other("the new index was not closed"));
    }
    let mut backup = None;
    if old.exists() {
        let day = clock.now().day(&clock.zone());
        let named = (1..1000)
            .map(|number| old.with_file_name(format!("ledger-{day}-{number}.sqlite")))
            .find(|path| !path.exists())
            .ok_or(io::ErrorKind::AlreadyExists)?;
        fold_in(old);
        for ending in ["-wal", "-shm"] {
            // Only where it could not be folded in. Left in place, it would be taken for a part of the new one.
            if with(old, ending).exists() {
                fs::rename(with(old, ending), with(&named, ending))?;
            }
        }
        fs::hard_link(old, &named).or_else(|_| fs::copy(old, &named).map(drop))?;
        File::open(&named)?.sync_all()?;
        backup = Some(named);
    }
    File::open(&new)?.sync_all()?;
    rename_durably(&new, old)?;
    Ok(backup)
}

/// The write-ahead log becomes a part of its ledger, where that can still be opened.
fn fold_in(path: &Path) {
    let closed = rusqlite::Connection::open(path)
        .and_then(|db| db.pragma_update(None, "wal_checkpoint", "TRUNCATE").map(|()| db))
        .map(drop);
    if let Err(error) = closed {
        tracing::warn!(%error, "the old ledger cannot be opened");
    }
}

/// The new ledger knows nothing of answers in the spool, and a start removes what nobody knows: they may have been paid.
fn put_answers_away(folders: &Folders) -> io::Result<u32> {
    let mut answers = 0;
    for entry in fs::read_dir(folders.spool())? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|name| !name.as_encoded_bytes().starts_with(b"import-"))
        else {
            continue;
        };
        rename_durably(&path, &folders.kept().join(name))?;
        answers += 1;
    }
    Ok(answers)
}
