//! The ledger: jobs, attempts, pictures, accounts, settings and spend in one SQLite file. The books.
//!
//! One writer connection, `synchronous=FULL`: a commit that was acknowledged survives a power cut. Reads go over a
//! connection of their own, so that a page of the gallery never waits for an fsync. Everything async goes through
//! [`Ledger::write`] and [`Ledger::read`], on threads that may block.
//!
//! Not here: bytes of pictures (see [`crate::store`]) and keys (nowhere on disk).

mod accounts;
mod attempts;
mod budget;
mod checkpoint;
mod choice;
mod filter;
mod imported;
mod jobs;
mod kept;
mod labels;
mod meter;
mod pictures;
mod queue;
mod rebuilt;
mod rows;
mod schema;
mod search;
mod settings;
mod spend;
mod typical;
mod unsaved;
mod waits;
mod words;

pub use accounts::KeptAccount;
pub use attempts::{Booking, OpenAttempt, Refused};
pub use budget::Over;
pub use choice::{Tally, Which};
pub use filter::{PictureFilter, PictureSort};
pub use imported::Known;
pub use jobs::{Counts, JobFilter, Progress};
pub use kept::KeptAlert;
pub use labels::Label;
pub use meter::{BIN_MS, Bin, Harvest, Latency, Met, RouteKey};
pub use pictures::PictureChange;
pub use queue::{OpenSheet, SheetBudget};
pub use rebuilt::Rebuilt;
pub use search::{Facets, Found};
pub use spend::{RouteMeter, SpendLine};

use checkpoint::Checkpoints;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use typical::Typical;

/// Why the ledger did not serve.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file was written by a newer program.
    #[error("the library was written by schema version {theirs}; this program knows {ours}")]
    Newer {
        /// Version of the file.
        theirs: i64,
        /// Our newest.
        ours: i64,
    },
    /// SQLite is too old to be trusted (a WAL race before 3.51.3).
    #[error("SQLite {0} is too old; 3.51.3 or newer is needed")]
    OldSqlite(String),
    /// SQLite's own words.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row does not hold what it should.
    #[error("a row of the ledger is damaged: {0}")]
    Damaged(String),
    /// The thread that worked for us is gone.
    #[error("the ledger was closed")]
    Closed,
}

impl LedgerError {
    /// The disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
    }
}

/// Result of the ledger.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// The ledger. Clones share it.
#[derive(Clone)]
pub struct Ledger {
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
    checkpoints: Arc<Checkpoints>,
    typical: Arc<Typical>,
    ballast: PathBuf,
}

/// Statements are prepared once, and not again for each other value that is bound to them.
fn keep_statements(db: &Connection) -> Result<()> {
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Statements kept ready by each connection: all that a call needs, and what the window asks beside it.
const STATEMENTS: usize = 128;
/// A file of this size is kept to be given up when the disk is full: the books must still be closed then.
const BALLAST: u64 = 8 * 1024 * 1024;

impl Ledger {
    /// Opens or makes the ledger in `folder`, and brings its schema up to date.
    ///
    /// # Errors
    /// [`LedgerError::Newer`] without touching the file; SQLite's own errors.
    pub fn open(folder: &Path) -> Result<Self> {
        if rusqlite::version_number() < 3_051_003 {
            return Err(LedgerError::OldSqlite(rusqlite::version().into()));
        }
        let path = folder.join("ledger.sqlite");
        let mut writer = Connection::open(&path)?;
        writer.busy_timeout(std::time::Duration::from_secs(5))?;
        schema::refuse_newer(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "secure_delete", true)?;
        // A commit that decides about money does not wait for the log to be copied: `checkpoint` does that beside it.
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        keep_statements(&writer)?;
        // A migration may have to put a new table in the place of one that others point to.
        writer.pragma_update(None, "foreign_keys", false)?;
        schema::migrate(&mut writer)?;
        writer.pragma_update(None, "foreign_keys", true)?;
        let reader = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        reader.busy_timeout(std::time::Duration::from_secs(5))?;
        reader.pragma_update(None, "query_only", true)?;
        keep_statements(&reader)?;
        let checkpoints = Arc::new(Checkpoints::open(&path)?);
        let ballast = folder.join("ballast");
        keep_ballast(&ballast);
        let (writer, reader) = (Arc::new(Mutex::new(writer)), Arc::new(Mutex::new(reader)));
        Ok(Self { writer, reader, checkpoints, typical: Arc::default(), ballast })
    }

    /// Runs a transaction. When `work` returns `Ok`, it is on the disk. On a full disk the ballast is given up and the
    /// work done again: `work` must be free of side effects.
    ///
    /// # Errors
    /// Whatever `work` or the commit said.
    pub async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: Fn(&Connection) -> Result<R> + Send + 'static,
    {
        let this = self.clone();
        let written = tokio::task::spawn_blocking(move || this.write_now(&work))
            .await
            .map_err(|_| LedgerError::Closed)?;
        if self.checkpoints.due() {
            let this = self.clone();
            drop(tokio::task::spawn_blocking(move || this.checkpoints.run(&this.writer)));
        }
        written
    }

    /// The same on this thread, which may block.
    ///
    /// # Errors
    /// As [`Ledger::write`].
    pub fn write_now<R>(&self, work: impl Fn(&Connection) -> Result<R>) -> Result<R> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut attempt = || -> Result<R> {
            let transaction = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            self.checkpoints.count();
            Ok(result)
        };
        match attempt() {
            Err(error) if error.is_full() && std::fs::remove_file(&self.ballast).is_ok() => attempt(),
            other => other,
        }
    }

    /// Runs reads.
    ///
    /// # Errors
    /// Whatever `work` said.
    pub async fn read<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&Connection) -> Result<R> + Send + 'static,
    {
        let this = self.clone();
        let run = move || work(&this.reader.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(run).await.map_err(|_| LedgerError::Closed)?
    }

    /// Reads a row or two by their keys, on this very thread where a connection is free: to wake one that may block costs
    /// many times what such a read does. The writer is asked first, since its pages are at hand.
    ///
    /// # Errors
    /// Whatever `work` said.
    pub async fn glance<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&Connection) -> Result<R> + Send + 'static,
    {
        for connection in [&self.writer, &self.reader] {
            if let Ok(free) = connection.try_lock() {
                return work(&free);
            }
        }
        self.read(work).await
    }

    /// What SQLite says of its own file: empty when all is well.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare("PRAGMA quick_check(20)")?;
            let lines: Vec<String> =
                statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        })
        .await
    }
}

fn keep_ballast(path: &Path) {
    let made = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(path);
    // Without room there is no ballast: then there is none, and sending is refused for want of room anyway.
    if let Ok(file) = made {
        let kept = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, BALLAST);
        if kept.is_err() {
            drop(std::fs::remove_file(path));
        }
    }
}
