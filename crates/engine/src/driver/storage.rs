//! What takes how much room, and the two ways to have more: the cache can always go, what is in the trash goes for good
//! when its owner says so. What was paid stays in the books.

use super::core::Core;
use crate::engine::blocking;
use crate::ledger::{PictureFilter, Result};
use crate::store::folder::free_bytes;
use crate::value::event::Event;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Pictures are deleted in steps of so many, so that answers that land meanwhile wait a moment only.
const STEP: u32 = 50;

/// Files and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many files.
    pub files: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// What a library takes on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    /// Originals and sidecars, those in the trash among them.
    pub originals: Taken,
    /// Pictures in the trash.
    pub trash: Taken,
    /// Reference pictures.
    pub references: Taken,
    /// Answers that are arriving, and those kept because they may have been paid.
    pub answers: Taken,
    /// Copies that were asked for without saying where to.
    pub exports: Taken,
    /// Put aside by repairs.
    pub quarantine: Taken,
    /// Ledger, and what lies beside it.
    pub ledger: Taken,
    /// Thumbnails, tiles.
    pub cache: Taken,
    /// Room left on the library's disk; `None` where it cannot be told.
    pub free: Option<u64>,
}

/// Everything below a folder. What goes away while it is counted is not counted.
fn taken(folder: &Path, deep: bool) -> Taken {
    let mut sum = Taken::default();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(facts) if facts.is_file() => sum = sum.and(Taken { files: 1, bytes: facts.len() }),
            Ok(facts) if facts.is_dir() && deep => sum = sum.and(taken(&entry.path(), deep)),
            _ => {}
        }
    }
    sum
}

impl Taken {
    fn and(self, other: Self) -> Self {
        Self { files: self.files + other.files, bytes: self.bytes + other.bytes }
    }
}

impl Core {
    /// Counts all files: a second or so for 100,000.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn storage(&self) -> Result<Storage> {
        let folders = self.folders.clone();
        let counted = blocking(move || Storage {
            originals: taken(&folders.objects(), true),
            trash: Taken::default(),
            references: taken(&folders.references(), true),
            answers: taken(&folders.spool(), true).and(taken(&folders.kept(), true)),
            exports: taken(&folders.exports(), true),
            quarantine: taken(&folders.quarantine(), true),
            ledger: taken(&folders.data, false),
            cache: taken(&folders.cache, true),
            free: free_bytes(&folders.data).ok(),
        });
        let (files, bytes) = self.ledger.trash().await?;
        Ok(Storage { trash: Taken { files, bytes }, ..counted.await.unwrap_or_default() })
    }

    /// Deletes everything that is made again on demand. Answers what it took.
    ///
    /// # Errors
    /// The file system's.
    pub async fn empty_cache(self: &Arc<Self>) -> io::Result<Taken> {
        let core = self.clone();
        let given_up = || io::Error::from(io::ErrorKind::Interrupted);
        blocking(move || {
            let before = taken(&core.folders.cache, true);
            core.derived.forget()?;
            Ok(before)
        })
        .await
        .unwrap_or_else(|| Err(given_up()))
    }

    /// Deletes the pictures in the trash for good: original, what was made of it, sidecar, row. The file goes before the row: after a crash in
    /// between a row in the trash has no file, and deleting again ends it; the other way round the sidecar would bring the
    /// picture back. Answers how many there were.
    ///
    /// # Errors
    /// The ledger's. A file that cannot be deleted keeps its row.
    pub async fn delete_trash(self: &Arc<Self>) -> Result<u32> {
        let mut deleted = 0;
        let mut below = None;
        loop {
            let filter = PictureFilter { trash: true, ..PictureFilter::default() };
            let seqs = self.ledger.page(filter, below, STEP).await?;
            let Some(last) = seqs.last().copied() else { break };
            below = Some(last);
            let _alone = self.keeping.write().await;
            // A sidecar that is being written would bring its picture back.
            let _still = self.sidecars.lock().await;
            let (mut gone, mut files) = (Vec::new(), Vec::new());
            // Read again under the lock: somebody may have taken one out of the trash.
            let mut trashed = self.ledger.picture_rows(seqs).await?;
            trashed.retain(|kept| kept.trashed);
            let going: HashSet<i64> = trashed.iter().map(|kept| kept.seq).collect();
            for kept in trashed {
                let picture = kept.picture;
                let with = self.ledger.seqs_with(picture.hash.clone()).await?;
                let shared = with.iter().any(|seq| !going.contains(seq));
                let original = self.objects.path(&picture.hash, &picture.extension);
                files.push((
                    kept.seq,
                    self.objects.sidecar_path(&picture),
                    (!shared).then_some((original, picture.hash)),
                ));
            }
            let core = self.clone();
            let removed = blocking(move || {
                let remove = |path: &Path| match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                };
                files.retain(|(_, sidecar, original)| {
                    let removed = remove(sidecar).and_then(|()| {
                        let Some((original, hash)) = original else { return Ok(()) };
                        remove(original)?;
                        core.derived.forget_one(original, hash);
                        Ok(())
                    });
                    removed.inspect_err(|error| tracing::error!(%error, "a picture was not deleted")).is_ok()
                });
                files
            });
            gone.extend(removed.await.unwrap_or_default().into_iter().map(|(seq, ..)| seq));
            deleted += self.ledger.delete_pictures(gone).await?;
            self.tell(Event::Pictures);
        }
        Ok(deleted)
    }
}
