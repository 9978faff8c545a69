//! Folders of a library, and the durable ways of writing into them.

use crate::value::time::Timestamp;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where a library keeps its files.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Ledger, originals, references: what must never be lost.
    pub data: PathBuf,
    /// Thumbnails and the like: deletable at any time.
    pub cache: PathBuf,
}

impl Folders {
    /// Makes what is missing, readable for the user only.
    ///
    /// # Errors
    /// The file system's.
    pub fn make(&self) -> io::Result<()> {
        for folder in [
            self.objects(),
            self.spool(),
            self.kept(),
            self.references(),
            self.quarantine(),
            self.cache.clone(),
        ] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(())
    }

    /// Originals and sidecars.
    #[must_use]
    pub fn objects(&self) -> PathBuf {
        self.data.join("pictures")
    }

    /// Answers that are arriving or not yet taken in.
    #[must_use]
    pub fn spool(&self) -> PathBuf {
        self.data.join("spool")
    }

    /// Answers kept because they may have been paid and gave no picture.
    #[must_use]
    pub fn kept(&self) -> PathBuf {
        self.data.join("kept-answers")
    }

    /// Copies that were asked for without saying where to.
    #[must_use]
    pub fn exports(&self) -> PathBuf {
        self.data.join("exports")
    }

    /// Reference pictures.
    #[must_use]
    pub fn references(&self) -> PathBuf {
        self.data.join("references")
    }

    /// What was found out of place. Nothing is ever deleted by a repair.
    #[must_use]
    pub fn quarantine(&self) -> PathBuf {
        self.data.join("quarantine")
    }
}

/// Makes the names in a folder durable.
///
/// # Errors
/// The file system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Renames durably.
///
/// # Errors
/// The file system's.
pub fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Writes a whole file durably: it is there in full or not at all.
///
/// # Errors
/// The file system's.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename_durably(&temporary, path)
}

/// When a file was written.
#[must_use]
pub fn modified(facts: &fs::Metadata) -> Option<Timestamp> {
    let since = facts.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp)
}

/// Bytes free for us on the disk that holds the path.
///
/// # Errors
/// The file system's.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}
