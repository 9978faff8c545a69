//! Checkpoints: what stands in SQLite's log is copied into its file, beside the commits and never inside one.
//!
//! SQLite by itself does it within every so-many-th commit, which then waits for two more fsyncs of much data. Not here: when
//! the log is emptied for good; the last connection that closes does that.

use super::Result;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Commits between two checkpoints. A call takes a handful of them, each a few pages of 4 KiB.
const COMMITS: u32 = 200;

/// Counts commits, and has a connection of its own to copy with.
pub(super) struct Checkpoints {
    db: Mutex<Connection>,
    commits: AtomicU32,
}

impl Checkpoints {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // What was copied must be on the disk before the log is written from its beginning again.
        db.pragma_update(None, "synchronous", "FULL")?;
        Ok(Self { db: Mutex::new(db), commits: AtomicU32::new(0) })
    }

    /// One more commit was made.
    pub(super) fn count(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether one is due. Says so once.
    pub(super) fn due(&self) -> bool {
        let next = |commits: u32| commits.checked_sub(COMMITS);
        self.commits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }

    /// Copies nearly all of it without keeping anybody waiting; then, while no commit comes in between, the little that
    /// was added meanwhile, so that the log is written from its beginning again. Blocks this thread.
    pub(super) fn run(&self, writer: &Mutex<Connection>) {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        copy(&db);
        let _no_commits = writer.lock().unwrap_or_else(PoisonError::into_inner);
        copy(&db);
    }
}

fn copy(db: &Connection) {
    let done = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = done {
        // Nothing is lost: it all stands in the log, and the next one copies it.
        tracing::warn!(%error, "no checkpoint");
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::Ledger;

    #[tokio::test]
    async fn the_log_is_emptied_beside_the_commits() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(folder.path()).expect("a ledger");
        let log = || std::fs::metadata(folder.path().join("ledger.sqlite-wal")).expect("the log").len();
        for round in 0..3 * super::COMMITS {
            let note = move |db: &rusqlite::Connection| {
                db.execute("INSERT OR REPLACE INTO settings (key, value) VALUES ('note', ?1)", [round])?;
                Ok(())
            };
            ledger.write(note).await.expect("written");
        }
        // Each commit is a page or two; without checkpoints the log would hold them all.
        let most = u64::from(2 * super::COMMITS) * 2 * 4120;
        assert!(log() < most, "{} bytes", log());
    }
}
