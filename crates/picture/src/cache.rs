//! The folder of derived files: each can be deleted at any time and is made again on demand. All together they stay below
//! a limit; those that were not looked at for longest go first. A full disk keeps nothing from being shown.

use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What derived files may take on the disk.
pub(super) const LIMIT: u64 = 4 << 30;

/// Seconds after which nobody writes a temporary file any more.
const LEFT_OVER: u64 = 3600;

/// The folder.
pub(super) struct Cache {
    folder: PathBuf,
    limit: u64,
    /// Bytes in the folder, once they were counted.
    used: Mutex<Option<u64>>,
    made: AtomicU64,
}

impl Cache {
    pub(super) fn new(folder: &Path, limit: u64) -> Self {
        Self { folder: folder.into(), limit, used: Mutex::default(), made: AtomicU64::new(0) }
    }

    /// Opens a file, and remembers that it was looked at.
    pub(super) fn open(&self, name: &str) -> Option<File> {
        let file = File::open(self.folder.join(name)).ok()?;
        let time = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
        let now = Timestamps { last_access: time(UTIME_OMIT), last_modification: time(UTIME_NOW) };
        futimens(&file, &now).ok();
        Some(file)
    }

    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(name)?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        let temporary = self.temporary();
        match fs::write(&temporary, bytes) {
            Ok(()) => self.take(&temporary, name),
            Err(error) => lost(&error, name, &temporary),
        }
    }

    /// Takes a finished file in.
    pub(super) fn take(&self, temporary: &Path, name: &str) {
        if let Err(error) = self.adopt(temporary, name) {
            lost(&error, name, temporary);
        }
    }

    /// A name for a file that is being made; the folder is made again where somebody deleted it.
    pub(super) fn temporary(&self) -> PathBuf {
        drop(fs::create_dir_all(&self.folder));
        let (process, number) = (std::process::id(), self.made.fetch_add(1, Ordering::Relaxed));
        self.folder.join(format!("{process}-{number}.tmp"))
    }

    fn adopt(&self, temporary: &Path, name: &str) -> io::Result<()> {
        let fresh = fs::metadata(temporary)?.len();
        fs::rename(temporary, self.folder.join(name))?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = match *used {
            Some(before) => before + fresh,
            None => self.files()?.iter().map(|(_, length, _)| length).sum(),
        };
        *used = Some(if sum > self.limit { self.evict()? } else { sum });
        Ok(())
    }

    /// Deletes a file, where it is there.
    pub(super) fn remove(&self, name: &str) {
        let path = self.folder.join(name);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let length = fs::metadata(&path).map_or(0, |facts| facts.len());
        match fs::remove_file(&path) {
            Ok(()) => *used = used.map(|used| used.saturating_sub(length)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, name, "a derived file was not deleted"),
        }
    }

    /// Deletes everything but what is being written.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = None;
        for (path, _, modified) in self.files()? {
            let young = modified.elapsed().is_ok_and(|age| age.as_secs() < LEFT_OVER);
            if young && path.extension().is_some_and(|extension| extension == "tmp") {
                continue;
            }
            match fs::remove_file(path) {
                // Somebody else was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Path, length, when it was looked at last.
    fn files(&self) -> io::Result<Vec<(PathBuf, u64, std::time::SystemTime)>> {
        let files = fs::read_dir(&self.folder)?.filter_map(|entry| {
            let entry = entry.ok()?;
            let facts = entry.metadata().ok()?;
            facts.is_file().then_some((entry.path(), facts.len(), facts.modified().ok()?))
        });
        Ok(files.collect())
    }

    /// Down to nine tenths, so that it is not asked at every picture.
    fn evict(&self) -> io::Result<u64> {
        let mut files = self.files()?;
        files.sort_by_key(|(_, _, looked_at)| *looked_at);
        let mut sum: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (path, length, _) in files {
            if sum <= self.limit / 10 * 9 {
                break;
            }
            if fs::remove_file(path).is_ok() {
                sum -= length;
            }
        }
        Ok(sum)
    }
}

fn lost(error: &io::Error, name: &str, temporary: &Path) {
    tracing::warn!(%error, name, "a derived file was not kept");
    drop(fs::remove_file(temporary));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_looked_at_for_longest_goes_first() {
        let folder = tempfile::tempdir().expect("folder");
        let cache = Cache::new(folder.path(), 1000);
        for name in ["a", "b", "c"] {
            cache.write(name, &[0; 300]);
            // File systems tell times apart by some milliseconds.
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(cache.read("a").is_some());
        std::thread::sleep(std::time::Duration::from_millis(20));
        cache.write("d", &[0; 300]);
        let there: Vec<_> = ["a", "b", "c", "d"].map(|name| cache.read(name).is_some()).into();
        assert_eq!(there, [true, false, true, true]);
        assert_eq!(cache.files().expect("listed").len(), 3, "and nothing else is left there");
    }

    #[test]
    fn what_is_being_written_is_not_cleared_and_what_was_left_over_is() {
        let folder = tempfile::tempdir().expect("folder");
        let cache = Cache::new(folder.path(), 1000);
        let (young, old) = (cache.temporary(), cache.temporary());
        fs::write(&young, b"young").expect("written");
        let before = std::time::SystemTime::now() - std::time::Duration::from_secs(LEFT_OVER + 60);
        File::create(&old).and_then(|file| file.set_modified(before)).expect("made older");
        cache.write("a", b"a");
        cache.clear().expect("cleared");
        assert!(young.exists() && !old.exists() && cache.read("a").is_none());
    }
}
