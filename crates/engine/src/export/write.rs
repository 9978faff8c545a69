//! Files in folders of the user: whole or not at all, and never in place of another file. They are written under a name of
//! our own beside the place where they belong, and then named; so nobody meets half a copy under its own name, neither a
//! crash nor another copy that wants the same one.

use crate::store::folder::{modified, sync_folder};
use crate::value::time::Timestamp;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Names that are tried before it is given up.
const NAMES: u32 = 10_000;
/// Files are compared in parts: most differ in their first one.
const PART: usize = 64 * 1024;
/// Copies that have no name yet begin with this, and are hidden.
const PREFIX: &str = ".diptych-";
/// And end with this.
const SUFFIX: &str = ".part";
/// One that was not written to for so long is nobody's any more.
const LEFT: Duration = Duration::from_secs(10 * 60);

/// Writes a file under a name that is free. A file of this name with the same bytes is left as it is; one with others
/// keeps its name, and ours gets a number.
///
/// # Errors
/// The file system's.
pub fn write_new(folder: &Path, stem: &str, extension: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = |number: u32| match number {
        1 => folder.join(format!("{stem}.{extension}")),
        _ => folder.join(format!("{stem} ({number}).{extension}")),
    };
    let mut number = 1;
    while number < NAMES && path(number).symlink_metadata().is_ok() {
        if holds(&path(number), bytes) {
            return Ok(path(number));
        }
        number += 1;
    }
    let unnamed = Unnamed::write(folder, bytes)?;
    for path in (number..NAMES).map(path) {
        match unnamed.name(&path) {
            // Somebody was faster: perhaps with the same picture.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if holds(&path, bytes) {
                    return Ok(path);
                }
            }
            named => return named.and_then(|()| sync_folder(folder)).map(|()| path),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Removes what a crash has left of copies in a folder.
pub fn sweep(folder: &Path, now: Timestamp) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let left =
            |facts: fs::Metadata| facts.is_file() && modified(&facts).is_some_and(|at| now.since(at) >= LEFT);
        if ours && entry.metadata().is_ok_and(left) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// A whole file, durable, that has no name of its own yet. Where it gets none it does not stay behind.
struct Unnamed(PathBuf);

impl Unnamed {
    fn write(folder: &Path, bytes: &[u8]) -> io::Result<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        loop {
            let (process, number) = (std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
            let path = folder.join(format!("{PREFIX}{process}-{number}{SUFFIX}"));
            let mut file = match File::create_new(&path) {
                // Of a process that had our number, or has it on another computer.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made?,
            };
            let unnamed = Self(path);
            file.write_all(bytes)?;
            file.sync_all()?;
            return Ok(unnamed);
        }
    }

    /// Gives it this name, where that is free.
    fn name(&self, to: &Path) -> io::Result<()> {
        match renameat_with(CWD, &self.0, CWD, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.name_in_two_steps(to),
            named => Ok(named?),
        }
    }

    /// For disks that cannot do it in one: the name is taken by an empty file, whose place it then takes.
    fn name_in_two_steps(&self, to: &Path) -> io::Result<()> {
        File::create_new(to)?;
        fs::rename(&self.0, to).inspect_err(|_| drop(fs::remove_file(to)))
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// Whether a file holds these bytes and nothing else. One that cannot be read is another one.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    same(path, bytes).unwrap_or(false)
}

fn same(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let facts = fs::metadata(path)?;
    if !facts.is_file() || facts.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut file = File::open(path)?;
    let mut buffer = vec![0; PART];
    for part in bytes.chunks(PART) {
        let read = &mut buffer[..part.len()];
        file.read_exact(read)?;
        if read != part {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and bytes of all that is in a folder, hidden files among them.
    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry.expect("an entry");
            (entry.file_name().into_string().expect("text"), fs::read(entry.path()).expect("a file"))
        };
        let mut files: Vec<_> = fs::read_dir(folder).expect("lists").map(entry).collect();
        files.sort();
        files
    }

    #[test]
    fn many_that_want_one_name_at_once_all_get_one_and_each_keeps_its_bytes() {
        let folder = tempfile::tempdir().expect("folder");
        let bytes = |number: u8| vec![number; 3 * PART + 7];
        let paths: Vec<PathBuf> = std::thread::scope(|scope| {
            let write = |number| write_new(folder.path(), "kettle", "png", &bytes(number)).expect("writes");
            let threads: Vec<_> = (0..24).map(|number| scope.spawn(move || write(number))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        for (number, path) in (0..24).zip(&paths) {
            assert!(fs::read(path).expect("is there") == bytes(number), "{}", path.display());
        }
        assert_eq!(files(folder.path()).len(), 24, "and nothing else is left there");
    }

    #[test]
    fn the_same_bytes_are_there_once_even_when_they_come_at_once() {
        let folder = tempfile::tempdir().expect("folder");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| write_new(folder.path(), "kettle", "png", &vec![7; PART]).expect("writes"));
            }
        });
        assert_eq!(files(folder.path()), [("kettle.png".to_owned(), vec![7; PART])]);
    }

    #[test]
    fn no_other_file_is_touched_whatever_it_is() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("kettle.png")).expect("a folder of that name");
        std::os::unix::fs::symlink(at("nowhere"), at("kettle (2).png")).expect("a link to nothing");
        // As long, and another in its last byte.
        let (mine, mut theirs) = (vec![1; 2 * PART], vec![1; 2 * PART]);
        theirs[2 * PART - 1] = 2;
        fs::write(at("kettle (3).png"), &theirs).expect("writes");
        let path = write_new(folder.path(), "kettle", "png", &mine).expect("writes");
        assert_eq!(path, at("kettle (4).png"));
        assert!(
            fs::read(path).expect("reads") == mine
                && fs::read(at("kettle (3).png")).expect("reads") == theirs
        );
        assert!(!at("nowhere").exists());
    }

    #[test]
    fn a_disk_that_names_in_two_steps_takes_no_name_away() {
        let folder = tempfile::tempdir().expect("folder");
        let to = folder.path().join("kettle.png");
        let unnamed = Unnamed::write(folder.path(), b"mine").expect("writes");
        fs::write(&to, "theirs").expect("writes");
        let refused = unnamed.name_in_two_steps(&to).expect_err("is taken");
        assert_eq!(
            (refused.kind(), fs::read(&to).expect("reads")),
            (io::ErrorKind::AlreadyExists, b"theirs".to_vec())
        );
        fs::remove_file(&to).expect("removes");
        unnamed.name_in_two_steps(&to).expect("is free");
        drop(unnamed);
        assert_eq!(files(folder.path()), [("kettle.png".to_owned(), b"mine".to_vec())]);
    }

    #[test]
    fn what_a_crash_has_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().expect("folder");
        let unnamed = Unnamed::write(folder.path(), b"half").expect("writes");
        fs::write(folder.path().join("kettle.png"), "a copy").expect("writes");
        let written = modified(&fs::metadata(&unnamed.0).expect("is there")).expect("has a date");
        sweep(folder.path(), written);
        assert_eq!(files(folder.path()).len(), 2);
        sweep(folder.path(), Timestamp(written.millis() + 11 * 60 * 1000));
        assert_eq!(files(folder.path()), [("kettle.png".to_owned(), b"a copy".to_vec())]);
    }
}
