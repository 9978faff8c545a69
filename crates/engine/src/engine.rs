//! The engine's handle: start it, ask it, close it. Everything a host can do goes through here.

use crate::driver::{self, Core, Parts, Recovered};
use crate::ledger::{Ledger, LedgerError};
use crate::picture::convert::{Conversion, CopyFormat, convert};
use crate::picture::inspect::{Facts, inspect};
use crate::store::folder::write_durably;
use crate::store::relocate;
use crate::value::account::Account;
use crate::value::catalogue::Catalogue;
use crate::value::event::Event;
use crate::value::id::AccountId;
use crate::value::secret::ApiKey;
use crate::value::sentence::Sentence;
use crate::value::settings::Settings;
use std::io::Cursor;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Largest reference that is sent, bytes: the providers' limit for one inline picture.
pub const MAX_REFERENCE: usize = 7 * 1024 * 1024;
/// What a picture that is larger becomes: the first of these (long edge, JPEG quality) that is small enough.
const SMALLER: [(u32, u8); 3] = [(4096, 92), (3072, 90), (2048, 85)];

/// Sidecars that are written before the engine closes.
const LAST_SIDECARS: u32 = 500;

/// Reasons of jobs that wait for a key: the next process may have it.
const WAITS_FOR_A_KEY: &str = "E-KEY";

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The library was written by a newer program.
    #[error("the library is newer: {theirs} instead of {ours}")]
    Newer {
        /// Its schema.
        theirs: i64,
        /// Our newest.
        ours: i64,
    },
    /// The library cannot be opened.
    #[error("the library cannot be opened: {0}")]
    Library(String),
}

impl From<LedgerError> for StartError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Newer { theirs, ours } => Self::Newer { theirs, ours },
            other => Self::Library(other.to_string()),
        }
    }
}

/// The engine. Clones share it. Derefs to [`Core`], which holds its stores.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    stop: CancellationToken,
    /// What start-up found.
    pub recovered: Recovered,
    /// What was wrong with the user's files; the engine started without them.
    pub complaints: Vec<Sentence>,
}

impl Deref for Engine {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl Engine {
    /// The key of an account, for who must not block.
    ///
    /// # Errors
    /// What to tell the user.
    pub async fn key(&self, account: &Account) -> Result<ApiKey, Sentence> {
        let (core, account) = (self.core.clone(), account.clone());
        blocking(move || core.key_now(&account)).await.unwrap_or_else(|| {
            Err(Sentence::new("E-INTERNAL").with("text", "the thread that asked for it is gone"))
        })
    }

    /// Opens the library, recovers what an earlier process left, and starts the scheduler. The caller holds the lock of
    /// the library: there must be one engine only.
    ///
    /// # Errors
    /// See [`StartError`]; the library is as it was.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let failed = |error: &dyn std::fmt::Display| StartError::Library(error.to_string());
        parts.folders.make().map_err(|error| failed(&error))?;
        let ledger = Ledger::open(&parts.folders.data)?;
        let mut complaints: Vec<Sentence> = relocate::unfinished(&parts.folders.data).into_iter().collect();
        let catalogue = Catalogue::load(parts.catalogue.as_deref()).or_else(|text| {
            complaints.push(Sentence::new("E-FILE").with("path", "models.toml").with("text", text));
            Catalogue::load(None)
        });
        let catalogue = catalogue.map_err(|error| failed(&error))?;
        let core = Arc::new(Core::new(parts, ledger, catalogue));
        core.put_settings(core.ledger.settings().await?);
        core.reload_accounts().await?;
        let unparked = core.ledger.unpark(WAITS_FOR_A_KEY).await?;
        core.note_free(unparked.iter().map(|job| &job.id));
        let recovered = driver::recover(&core).await.map_err(|error| failed(&error))?;
        // After the fleet, which recovery puts in place.
        core.restore_holds().await?;
        core.note_presence(true).await;
        let stop = CancellationToken::new();
        tokio::spawn(driver::run(core.clone(), stop.clone()));
        tokio::spawn(driver::follow(core.clone(), stop.clone()));
        tokio::spawn(driver::follow_new(core.clone(), stop.clone()));
        Ok(Self { core, stop, recovered, complaints })
    }

    /// The shared inside, for work on other threads.
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Sends nothing new and returns when all that was sent has landed.
    pub async fn close(&self) {
        self.core.drain().await;
        self.stop.cancel();
        // What is more than that is written after the next start.
        driver::catch_up(&self.core, LAST_SIDECARS).await;
        driver::save_new(&self.core).await;
    }

    /// Stores settings.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn set_settings(&self, settings: Settings) -> Result<(), LedgerError> {
        self.ledger.save_settings(settings.clone()).await?;
        self.put_settings(settings);
        self.tell(Event::Settings);
        self.unpark("E-REFERENCE-UNCLEAN").await?;
        self.unpark("E-PRICE-UNKNOWN").await?;
        self.unpark("R-month-limit").await?;
        self.unpark("R-day-limit").await
    }

    /// A key may be there now: jobs that wait for one look again.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn look_for_keys(&self) -> Result<(), LedgerError> {
        self.forgive_all();
        self.unpark(WAITS_FOR_A_KEY).await
    }

    /// An account proved to be good: all that is parked looks again, whatever it was that kept it.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn mended(&self, account: &AccountId) -> Result<(), LedgerError> {
        self.forgive(account);
        self.unpark("").await
    }

    /// Takes a reference picture in and returns its hash and facts.
    ///
    /// # Errors
    /// `E-REFERENCE` for what cannot be sent, `E-LIBRARY` where it cannot be stored.
    pub async fn add_reference(&self, bytes: bytes::Bytes) -> Result<AddedReference, Sentence> {
        let folder = self.folders.references();
        at_work(move || keep_reference(&folder, &bytes)).await
    }

    /// Makes a picture of the library, by its file and hash, a reference: its bytes, or a smaller copy where they are more
    /// than can be sent.
    ///
    /// # Errors
    /// See [`Self::add_reference`].
    pub async fn reference_of(&self, original: PathBuf, hash: String) -> Result<AddedReference, Sentence> {
        let folder = self.folders.references();
        at_work(move || {
            let bytes = small_enough(&original)?;
            let added = keep_reference(&folder, &bytes)?;
            if added.hash != hash {
                // So that a picture made with it is known as made from this one.
                let beside = folder.join(format!("{}.{}", added.hash, driver::SOURCE));
                write_durably(&beside, hash.as_bytes()).map_err(|error| unkept(&error))?;
            }
            Ok(added)
        })
        .await
    }

    /// The file of a reference.
    #[must_use]
    pub fn reference_file(&self, hash: &str) -> Option<PathBuf> {
        driver::find_reference(&self.folders, hash).map(|(path, _)| path)
    }
}

/// A reference that was taken in.
#[derive(Debug, Clone)]
pub struct AddedReference {
    /// The hash of its bytes.
    pub hash: String,
    /// What it is.
    pub facts: Facts,
    /// How many bytes.
    pub bytes: u64,
}

fn keep_reference(folder: &Path, bytes: &[u8]) -> Result<AddedReference, Sentence> {
    let facts = inspect(Cursor::new(bytes)).ok().and_then(Result::ok).ok_or_else(refused)?;
    if bytes.len() > MAX_REFERENCE || facts.too_large() || !facts.complete {
        return Err(refused());
    }
    let hash = blake3::hash(bytes).to_hex().to_string();
    let path = folder.join(format!("{hash}.{}", facts.format.extension()));
    if !path.exists() {
        write_durably(&path, bytes).map_err(|error| unkept(&error))?;
    }
    Ok(AddedReference { hash, facts, bytes: bytes.len() as u64 })
}

/// The picture's bytes, or those of a smaller copy.
fn small_enough(original: &Path) -> Result<Vec<u8>, Sentence> {
    let length = std::fs::metadata(original).map_err(|error| unkept(&error))?.len();
    if length <= MAX_REFERENCE as u64 {
        return std::fs::read(original).map_err(|error| unkept(&error));
    }
    for (edge, quality) in SMALLER {
        let how = Conversion { format: CopyFormat::Jpeg, quality, max_edge: Some(edge) };
        let copy = convert(original, how).map_err(|_| refused())?;
        if copy.len() <= MAX_REFERENCE {
            return Ok(copy);
        }
    }
    Err(refused())
}

fn refused() -> Sentence {
    Sentence::new("E-REFERENCE").with("name", "")
}

fn unkept(error: &std::io::Error) -> Sentence {
    Sentence::new("E-LIBRARY").with("text", error.to_string())
}

/// Off the async threads; what breaks down there is said.
async fn at_work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Sentence> + Send + 'static,
) -> Result<T, Sentence> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Sentence::new("E-INTERNAL").with("text", error.to_string()))?
}

/// Runs work that may block on a thread that may. `None` where it broke down.
pub async fn blocking<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Option<R> {
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::{MAX_REFERENCE, keep_reference, small_enough};
    use image::{Rgb, RgbImage};

    #[test]
    fn a_picture_too_large_to_be_sent_becomes_a_smaller_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let noise = |edge: u32| {
            let mut state = 1_u32;
            let path = folder.path().join(format!("{edge}.png"));
            let picture = RgbImage::from_fn(edge, edge, |_, _| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
            });
            picture.save(&path).expect("a picture");
            path
        };
        let (small, large) = (noise(64), noise(1700));
        assert_eq!(small_enough(&small).expect("small"), std::fs::read(&small).expect("small"));
        assert!(std::fs::metadata(&large).expect("large").len() > MAX_REFERENCE as u64);
        let copy = small_enough(&large).expect("a copy");
        assert!(copy.len() <= MAX_REFERENCE);
        let kept = keep_reference(folder.path(), &copy).expect("kept");
        assert_eq!((kept.facts.width, kept.bytes), (1700, copy.len() as u64));
        assert!(folder.path().join(format!("{}.jpg", kept.hash)).exists());
    }
}
