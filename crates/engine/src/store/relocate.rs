//! A library's files on their way to another folder: copied one by one, each compared by its hash, and removed from the old
//! place only where the same bytes lie in the new one. A mark in the new folder says that a copy is under way and where
//! it comes from, so that what a crash leaves is recognised and can be gone on with, or removed.
//!
//! Not here: who holds the library, and which of the two folders is in use (`host`).

use super::folder::{free_bytes, sync_folder, write_durably};
use super::objects::hash_file;
use crate::value::sentence::Sentence;
use std::collections::{BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The mark.
const MARK: &str = "being-moved";
/// Ending of a file that is not whole yet.
const PART: &str = "moving";
/// Bytes that must stay free beyond what is copied.
const SPARE: u64 = 64 * 1024 * 1024;

/// Why it cannot be moved there. The library is where it was.
#[derive(Debug)]
pub enum Refusal {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// There is not enough room: needed, and free.
    Full(u64, u64),
    /// The folder holds other things.
    Taken,
    /// One of the folders lies inside the other.
    Inside,
    /// Whoever looks on has stopped it.
    Stopped,
}

type Result<T> = std::result::Result<T, Refusal>;

trait At<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|error| Refusal::File(path.into(), error))
    }
}

/// Where the copy in this folder comes from, if one is under way or was not tidied up.
#[must_use]
pub fn source(folder: &Path) -> Option<PathBuf> {
    fs::read(folder.join(MARK)).ok().map(|path| OsString::from_vec(path).into())
}

/// What is to be said of a library that was moved and whose old copy is still there.
#[must_use]
pub fn unfinished(library: &Path) -> Option<Sentence> {
    let from = source(library)?;
    let said = Sentence::new("N-MOVE-UNFINISHED").with("from", from.display().to_string());
    Some(said.with("to", library.display().to_string()))
}

/// Takes the mark away: nothing is left to do.
///
/// # Errors
/// The file system's.
pub fn finish(folder: &Path) -> Result<()> {
    let mark = folder.join(MARK);
    fs::remove_file(&mark).and_then(|()| sync_folder(folder)).at(&mark)
}

/// Copies everything; what is there already with the same bytes is not copied again. `told` hears how many bytes of how
/// many are done. Answers what was copied, by its path inside. Nobody may use the library meanwhile.
///
/// # Errors
/// See [`Refusal`]. What was copied stays, to be gone on with.
pub fn copy(
    from: &Path,
    to: &Path,
    mut told: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<HashSet<PathBuf>> {
    prepare(from, to)?;
    let files = files(from)?;
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let there: u64 = self::files(to)?.iter().map(|(_, bytes)| bytes).sum();
    let (needed, free) = (total.saturating_sub(there) + SPARE, free_bytes(to).at(to)?);
    if needed > free {
        return Err(Refusal::Full(needed, free));
    }
    let (mut copied, mut folders, mut done) = (HashSet::new(), BTreeSet::new(), 0);
    for (inside, bytes) in files {
        if told(done, total).is_break() {
            return Err(Refusal::Stopped);
        }
        let (old, new) = (from.join(&inside), to.join(&inside));
        let folder = new.parent().unwrap_or(to).to_owned();
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).at(&folder)?;
        if !same(&old, &new)? {
            copy_file(&old, &new)?;
        }
        folders.extend(folder.ancestors().take_while(|one| one.starts_with(to)).map(Path::to_owned));
        copied.insert(inside);
        done += bytes;
    }
    // The folder itself has its name in another.
    folders.extend(to.parent().map(Path::to_owned));
    folders.iter().try_for_each(|folder| sync_folder(folder).at(folder))?;
    let _ = told(total, total);
    Ok(copied)
}

/// Removes what was copied from there to here, and whatever else lies here with the same bytes. Answers how many files are
/// left because they are nowhere else.
///
/// # Errors
/// The file system's. What was removed is removed.
pub fn remove(folder: &Path, other: &Path, copied: &HashSet<PathBuf>) -> Result<u32> {
    let mut left = 0;
    for (inside, _) in files(folder)? {
        let path = folder.join(&inside);
        let part = inside.extension() == Some(OsStr::new(PART));
        // The ledger that is in use has moved on.
        let ledger = inside.as_os_str().as_bytes().starts_with(b"ledger.sqlite");
        if part || ledger || copied.contains(&inside) || same(&path, &other.join(&inside))? {
            fs::remove_file(&path).at(&path)?;
        } else {
            left += 1;
        }
    }
    for entry in fs::read_dir(folder).at(folder)? {
        let entry = entry.at(folder)?;
        if !is_ours(&entry.file_name()) {
            drop(fs::remove_file(entry.path()));
        }
    }
    remove_empty(folder);
    Ok(left)
}

/// The new folder is made and marked, or is one that was marked for this library.
fn prepare(from: &Path, to: &Path) -> Result<()> {
    let new = !to.exists();
    DirBuilder::new().recursive(true).mode(0o700).create(to).at(to)?;
    let (real_from, real_to) = (from.canonicalize().at(from)?, to.canonicalize().at(to)?);
    if real_to.starts_with(&real_from) || real_from.starts_with(&real_to) {
        if new {
            drop(fs::remove_dir(to));
        }
        return Err(Refusal::Inside);
    }
    match source(to) {
        Some(known) if known == from => Ok(()),
        None if fs::read_dir(to).at(to)?.next().is_none() => {
            let mark = to.join(MARK);
            write_durably(&mark, from.as_os_str().as_bytes()).at(&mark)
        }
        _ => Err(Refusal::Taken),
    }
}

/// Written beside its name, compared, and given it: a name stands for a whole file only.
fn copy_file(old: &Path, new: &Path) -> Result<()> {
    let mut part = new.as_os_str().to_owned();
    part.push(format!(".{PART}"));
    let part = PathBuf::from(part);
    fs::copy(old, &part).at(&part)?;
    File::open(&part).and_then(|file| file.sync_all()).at(&part)?;
    if !same(old, &part)? {
        let text = "the copy has other bytes than the original";
        return Err(Refusal::File(part, io::Error::new(io::ErrorKind::InvalidData, text)));
    }
    fs::rename(&part, new).at(new)
}

/// Whether the second is there and has the same bytes.
fn same(one: &Path, other: &Path) -> Result<bool> {
    let Ok(theirs) = fs::metadata(other) else { return Ok(false) };
    if theirs.len() != fs::metadata(one).at(one)?.len() {
        return Ok(false);
    }
    Ok(hash_file(one).at(one)? == hash_file(other).at(other)?)
}

/// Lock, sockets and mark belong to a folder, not to the library.
fn is_ours(name: &OsStr) -> bool {
    name != "lock" && name != MARK && Path::new(name).extension() != Some(OsStr::new("sock"))
}

/// All files of a library, by their path inside, with their length.
fn files(root: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let (mut out, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        let path = root.join(&folder);
        for entry in fs::read_dir(&path).at(&path)? {
            let name = entry.at(&path)?.file_name();
            let inside = folder.join(&name);
            let facts = fs::metadata(root.join(&inside)).at(&root.join(&inside))?;
            if facts.is_dir() {
                folders.push(inside);
            } else if facts.is_file() && (!folder.as_os_str().is_empty() || is_ours(&name)) {
                out.push((inside, facts.len()));
            }
        }
    }
    out.sort();
    Ok(out)
}

/// A folder that is not empty stays.
fn remove_empty(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    drop(fs::remove_dir(folder));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(root: &Path) -> PathBuf {
        let from = root.join("old");
        for (name, bytes) in [
            ("ledger.sqlite", &b"books"[..]),
            ("pictures/ab/ab1.png", b"one"),
            ("pictures/cd/cd1.png", b"two"),
        ] {
            let path = from.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, bytes).expect("writes");
        }
        fs::write(from.join("lock"), "me").expect("writes");
        from
    }

    fn go_on(_: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[test]
    fn stopped_anywhere_the_old_one_is_whole_and_it_goes_on() {
        for most in 0..4 {
            let root = tempfile::tempdir().expect("folder");
            let (from, to) = (library(root.path()), root.path().join("far/new"));
            let before = files(&from).expect("lists");
            let mut heard = 0;
            let stopped = copy(&from, &to, |_, _| {
                heard += 1;
                if heard > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(stopped.is_err(), most < 3, "{most}");
            assert_eq!(source(&to), Some(from.clone()));
            assert_eq!(files(&from).expect("lists"), before, "the old one is whole");
            // A crash in the middle of a file, and one that a bad disk has changed.
            fs::write(to.join("ledger.sqlite.moving"), "bo").expect("writes");
            fs::write(to.join("ledger.sqlite"), "BOOKS").expect("writes");
            let copied = copy(&from, &to, go_on).expect("goes on");
            assert_eq!(fs::read(to.join("ledger.sqlite")).expect("reads"), b"books");
            assert_eq!(files(&to).expect("lists"), before);
            finish(&to).expect("the mark goes");
            assert_eq!(remove(&from, &to, &copied).expect("removes"), 0);
            assert!(!from.exists() && files(&to).expect("lists") == before);
        }
    }

    #[test]
    fn only_what_lies_there_too_is_removed() {
        let root = tempfile::tempdir().expect("folder");
        let (from, to) = (library(root.path()), root.path().join("new"));
        drop(copy(&from, &to, go_on).expect("copies"));
        fs::write(from.join("pictures/mine.txt"), "somebody's").expect("writes");
        fs::write(to.join("ledger.sqlite"), "the books went on").expect("writes");
        fs::write(to.join("pictures/cd/cd1.png"), "twx").expect("writes");
        assert_eq!(remove(&from, &to, &HashSet::new()).expect("removes"), 2);
        let left: Vec<_> = files(&from).expect("lists").into_iter().map(|(path, _)| path).collect();
        assert_eq!(left, [PathBuf::from("pictures/cd/cd1.png"), "pictures/mine.txt".into()]);
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let root = tempfile::tempdir().expect("folder");
        let from = library(root.path());
        let to = root.path().join("photos");
        fs::create_dir(&to).expect("folder");
        fs::write(to.join("cat.jpg"), "cat").expect("writes");
        assert!(matches!(copy(&from, &to, go_on), Err(Refusal::Taken)));
        assert!(matches!(copy(&from, &from.join("inner"), go_on), Err(Refusal::Inside)));
        assert!(matches!(copy(&from, root.path(), go_on), Err(Refusal::Inside)));
        assert_eq!(fs::read_dir(&to).expect("lists").count(), 1);
        assert!(!from.join("inner").exists());
    }
}
