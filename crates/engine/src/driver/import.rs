//! Pictures come in from outside: files, folders with all that is in them, bytes that were handed over. Each is looked at,
//! recognised by its hash, decoded once (which makes its thumbnail), and then kept in the order of a paid picture: the
//! original durable, the sidecar, the row. What was brought is never changed and never moved. What lies in the trash is
//! taken out of it: whoever brings a picture wants to see it.
//!
//! Links inside folders are not followed: they could lead anywhere. Not here: what a picture says of itself
//! ([`crate::import`]).

use crate::driver::core::Core;
use crate::engine::blocking;
use crate::import::{self, Outside};
use crate::ledger::{Known, LedgerError, PictureChange};
use crate::picture::inspect::{Facts, inspect};
use crate::store::folder::{free_bytes, modified};
use crate::value::event::Event;
use crate::value::id::PictureId;
use crate::value::job::Picture;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use bytes::Bytes;
use futures_util::{StreamExt as _, future, stream};
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Largest file that is taken in.
const MAX_FILE: u64 = 512 << 20;
/// Deepest folder that is gone into.
const MAX_DEPTH: usize = 32;
/// Most files of one import.
const MAX_FILES: usize = 200_000;
/// Files in folders that want to be pictures; what they are is found out by their bytes.
const ENDINGS: [&str; 12] =
    ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl"];
/// Left free on the disk.
const ROOM: u64 = 64 << 20;
/// Progress is told at most this often.
const TOLD_EVERY: Duration = Duration::from_millis(200);
/// Up to so many new pictures are told one by one.
const TOLD_SINGLY: usize = 24;
/// Files at once: decoding is what takes time.
const MOST_AT_ONCE: usize = 4;

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is in the library now; it may have been in the trash.
    Imported(PictureId),
    /// The library had it.
    Known(PictureId),
    /// It is not taken, and why.
    Refused(Sentence),
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportReport {
    /// Every file that was looked at.
    pub files: Vec<(PathBuf, Fate)>,
    /// It was stopped before its end.
    pub cancelled: bool,
}

/// Takes files and folders in. Only one way is certain to stop it early: [`Core::cancel_imports`].
///
/// # Errors
/// The ledger's. What came before is in the library.
pub async fn import(core: &Arc<Core>, paths: Vec<PathBuf>) -> Result<ImportReport, LedgerError> {
    core.calls.track_future(run(core, paths)).await
}

async fn run(core: &Arc<Core>, paths: Vec<PathBuf>) -> Result<ImportReport, LedgerError> {
    let stop = core.import_token();
    let (files, lost) = blocking(move || listed(&paths)).await.ok_or(LedgerError::Closed)?;
    let total = u32::try_from(files.len()).unwrap_or(u32::MAX);
    let mut report = ImportReport { files: lost, cancelled: false };
    let mut fresh = Vec::new();
    let (mut done, mut told) = (0, core.clock.now());
    core.tell(Event::Import { done, total });
    let begun = stream::iter(files).take_while(|_| future::ready(!stop.is_cancelled()));
    let at_once = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
    // In order, so that pictures stand in the library as they stood in their folder.
    let mut prepared = std::pin::pin!(
        begun
            .map(|path| async move {
                let made = prepare(core, Source::File(path.clone()), name_of(&path)).await;
                (path, made)
            })
            .buffered(at_once)
    );
    while let Some((path, made)) = prepared.next().await {
        let fate = settle(core, made?).await?;
        if let Fate::Imported(id) = &fate {
            fresh.push(id.clone());
        }
        report.files.push((path, fate));
        done += 1;
        let now = core.clock.now();
        if now.since(told) >= TOLD_EVERY {
            told = now;
            core.tell(Event::Import { done, total });
        }
    }
    report.cancelled = done < total;
    core.tell(Event::Import { done: total, total });
    tell(core, fresh);
    Ok(report)
}

/// Takes one picture in that was handed over as bytes.
///
/// # Errors
/// The ledger's.
pub async fn import_bytes(
    core: &Arc<Core>,
    name: &str,
    modified: Option<Timestamp>,
    bytes: Bytes,
) -> Result<Fate, LedgerError> {
    let source = Source::Bytes(bytes, modified);
    let work = async {
        let made = prepare(core, source, name_of(Path::new(name))).await?;
        settle(core, made).await
    };
    let fate = core.calls.track_future(work).await?;
    if let Fate::Imported(id) = &fate {
        tell(core, vec![id.clone()]);
    }
    Ok(fate)
}

fn tell(core: &Core, fresh: Vec<PictureId>) {
    if fresh.len() > TOLD_SINGLY {
        core.tell(Event::Pictures);
    } else {
        fresh.into_iter().for_each(|id| core.tell(Event::Picture(id)));
    }
}

/// The last part of a path, as text that can stand in a sidecar.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars().filter(|c| !c.is_control()).take(255).collect()
}

/// Where bytes come from.
#[derive(Clone)]
enum Source {
    File(PathBuf),
    Bytes(Bytes, Option<Timestamp>),
}

trait Seekable: Read + Seek {}
impl<T: Read + Seek> Seekable for T {}

impl Source {
    /// The bytes, how many they are, and when they were written.
    fn open(&self) -> io::Result<(Box<dyn Seekable>, u64, Option<Timestamp>)> {
        match self {
            Self::File(path) => {
                let file = File::open(path)?;
                let facts = file.metadata()?;
                Ok((Box::new(file), facts.len(), modified(&facts)))
            }
            Self::Bytes(bytes, modified) => {
                Ok((Box::new(Cursor::new(bytes.clone())), bytes.len() as u64, *modified))
            }
        }
    }
}

enum Prepared {
    /// Known by this hash.
    Known(String),
    Fresh(Box<Picture>),
    Refused(Sentence),
}

/// All but the row.
async fn prepare(core: &Arc<Core>, source: Source, name: String) -> Result<Prepared, LedgerError> {
    let first = source.clone();
    let looked = match blocking(move || look(&first)).await.ok_or(LedgerError::Closed)? {
        Ok(looked) => looked,
        Err(why) => return Ok(Prepared::Refused(why)),
    };
    if core.ledger.by_hash(looked.hash.clone()).await?.is_some() {
        return Ok(Prepared::Known(looked.hash));
    }
    let inside = core.clone();
    let kept = blocking(move || keep(&inside, &source, looked, name)).await.ok_or(LedgerError::Closed)?;
    Ok(kept.map_or_else(Prepared::Refused, |picture| Prepared::Fresh(Box::new(picture))))
}

/// Sidecar and row, by one at a time: the same bytes may have been prepared twice.
async fn settle(core: &Core, prepared: Prepared) -> Result<Fate, LedgerError> {
    // Nothing goes for good meanwhile.
    let _alone = core.sidecars.lock().await;
    let picture = match prepared {
        Prepared::Refused(why) => return Ok(Fate::Refused(why)),
        Prepared::Known(hash) => {
            return match core.ledger.by_hash(hash).await? {
                Some(known) => again(core, known).await,
                None => Ok(Fate::Refused(gone())),
            };
        }
        Prepared::Fresh(picture) => *picture,
    };
    if let Some(known) = core.ledger.by_hash(picture.hash.clone()).await? {
        return again(core, known).await;
    }
    // The same bytes may have been in the trash, and gone for good since they were recognised.
    if !core.objects.path(&picture.hash, &picture.extension).exists() {
        return Ok(Fate::Refused(gone()));
    }
    let (id, objects, kept) = (picture.id.clone(), core.objects.clone(), picture.clone().into());
    let written = blocking(move || objects.write_sidecar(&kept)).await.ok_or(LedgerError::Closed)?;
    if let Err(error) = written {
        return Ok(Fate::Refused(lost(&error)));
    }
    match core.ledger.import(picture).await? {
        Some(known) => again(core, known).await,
        None => Ok(Fate::Imported(id)),
    }
}

/// A picture that the library has is taken out of the trash, where it is there.
async fn again(core: &Core, known: Known) -> Result<Fate, LedgerError> {
    if !known.trashed {
        return Ok(Fate::Known(known.id));
    }
    let change = PictureChange { trashed: Some(false), ..PictureChange::default() };
    core.ledger.change_pictures(vec![known.seq], change).await?;
    Ok(Fate::Imported(known.id))
}

struct Looked {
    facts: Facts,
    hash: String,
    length: u64,
    modified: Option<Timestamp>,
}

fn lost(error: &io::Error) -> Sentence {
    Sentence::new("E-LIBRARY").with("text", error.to_string())
}

fn gone() -> Sentence {
    lost(&io::Error::from(io::ErrorKind::NotFound))
}

fn unreadable(error: &io::Error) -> Sentence {
    Sentence::new("E-IMPORT-FILE").with("text", error.to_string())
}

/// What it is, by its bytes.
fn look(source: &Source) -> Result<Looked, Sentence> {
    // Opening a named pipe waits for somebody who writes into it, maybe for ever.
    if let Source::File(path) = source
        && !fs::metadata(path).map_err(|error| unreadable(&error))?.is_file()
    {
        return Err(Sentence::new("E-IMPORT-KIND").with("what", "other data"));
    }
    let (mut file, length, at) = source.open().map_err(|error| unreadable(&error))?;
    if length > MAX_FILE {
        return Err(Sentence::new("E-IMPORT-HEAVY").with("bytes", length).with("most", MAX_FILE));
    }
    let facts = match inspect(&mut file).map_err(|error| unreadable(&error))? {
        Err(not) => return Err(Sentence::new("E-IMPORT-KIND").with("what", not.0)),
        Ok(facts) if facts.too_large() => {
            return Err(Sentence::new("E-IMPORT-LARGE")
                .with("width", facts.width)
                .with("height", facts.height));
        }
        Ok(facts) if !facts.complete => return Err(Sentence::new("E-IMPORT-END")),
        Ok(facts) => facts,
    };
    let mut hasher = blake3::Hasher::new();
    file.rewind()
        .and_then(|()| hasher.update_reader(&mut file).map(drop))
        .map_err(|error| unreadable(&error))?;
    Ok(Looked { facts, hash: hasher.finalize().to_hex().to_string(), length, modified: at })
}

/// A file that does not stay behind.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// The original, durable, and what is known of it.
fn keep(core: &Core, source: &Source, looked: Looked, name: String) -> Result<Picture, Sentence> {
    let Looked { facts, hash, length, modified } = looked;
    let lost = |error: io::Error| lost(&error);
    let (needs, free) = (length + ROOM, free_bytes(&core.folders.data).map_err(lost)?);
    if free < needs {
        let path = core.folders.data.display().to_string();
        return Err(Sentence::new("E-NO-ROOM").with("needs", needs).with("free", free).with("path", path));
    }
    // What a crash leaves there goes at the next start.
    let name_there = PictureId::fresh(&*core.randomness);
    let copy = Temporary(core.folders.spool().join(format!("import-{name_there}")));
    let copied = copied(source, &copy.0, length).map_err(lost)?;
    if copied != hash {
        return Err(Sentence::new("E-IMPORT-CHANGED"));
    }
    let damaged =
        |error: &dyn std::fmt::Display| Sentence::new("E-IMPORT-DAMAGED").with("text", error.to_string());
    core.derived.thumb(&copy.0, &hash).map_err(|error| damaged(&error))?;
    let mut file = File::open(&copy.0).map_err(lost)?;
    let found = import::read(&mut file, facts.format).map_err(lost)?;
    let outside = Outside {
        id: PictureId::of(&hash),
        hash,
        bytes: length,
        facts: &facts,
        file: name,
        modified,
        now: core.clock.now(),
        zone: core.clock.zone(),
    };
    let picture = import::picture(found, outside);
    let picture = Picture { essence: core.derived.noticed(&picture.hash), ..picture };
    core.objects.take(&copy.0, &picture.hash, &picture.extension).map_err(lost)?;
    Ok(picture)
}

/// Copies, and answers the hash of what was copied. No more than it was before: a file may grow meanwhile.
fn copied(source: &Source, to: &Path, length: u64) -> io::Result<String> {
    let mut file = source.open()?.0.take(length);
    let (mut out, mut hasher) = (File::create(to)?, blake3::Hasher::new());
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => {
                hasher.update(&buffer[..read]);
                out.write_all(&buffer[..read])?;
            }
        }
    }
}

/// Every file that may be a picture, and what is not there.
fn listed(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<(PathBuf, Fate)>) {
    let (mut files, mut lost) = (Vec::new(), Vec::new());
    for path in paths {
        match fs::metadata(path) {
            Ok(facts) if facts.is_dir() => walk(path, 0, &mut files),
            // Named by the user: whatever it is, it is looked at.
            Ok(_) => files.push(path.clone()),
            Err(error) => lost.push((path.clone(), Fate::Refused(unreadable(&error)))),
        }
    }
    files.truncate(MAX_FILES);
    (files, lost)
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) if depth < MAX_DEPTH => entries,
        Ok(_) => return,
        Err(error) => {
            tracing::warn!(%error, "a folder was left out of an import");
            return;
        }
    };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // The type of the entry itself: a link is neither file nor folder.
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if hidden || files.len() >= MAX_FILES {
            continue;
        }
        if kind.is_dir() {
            walk(&path, depth + 1, files);
        } else if kind.is_file() && is_named_like_one(&path) {
            files.push(path);
        }
    }
}

fn is_named_like_one(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}
