//! The spool: an answer is written here while it arrives, so that a crash after the last byte loses nothing.
//!
//! A spool file is a header line (JSON: attempt, status, type), the raw body, and a trailer (length, BLAKE3, a mark).
//! Without a whole trailer the answer is partial. Room for the worst answer is taken before anything is sent.

use crate::store::folder::{free_bytes, sync_folder};
use crate::value::id::AttemptId;
use rustix::fs::{FallocateFlags, fallocate};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

const MARK: &[u8; 8] = b"COMPLETE";
const TRAILER: u64 = 8 + 32 + 8;

/// What the answer said before its body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the spool's form.
    pub spool: u32,
    /// The attempt.
    pub attempt: String,
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    #[serde(default)]
    pub content_type: String,
    /// `Retry-After`, if any came.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// `Location`, if any came.
    #[serde(default)]
    pub location: Option<String>,
    /// The provider's id of the request.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Tier that served it.
    #[serde(default)]
    pub tier: Option<String>,
    /// From the booking to the head, ms.
    #[serde(default)]
    pub first_byte_ms: u64,
}

/// A spool file that is being written.
pub struct Spool {
    file: File,
    path: PathBuf,
    hasher: blake3::Hasher,
    length: u64,
    start: u64,
    progress: Arc<Progress>,
}

/// How far the body has come, for those who read along.
#[derive(Default)]
struct Progress {
    body: Mutex<(u64, End)>,
    news: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    Whole,
    Broken,
}

impl Progress {
    fn body(&self) -> MutexGuard<'_, (u64, End)> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, length: u64, end: End) {
        *self.body() = (length, end);
        self.news.notify_all();
    }
}

/// Reads a body while it is written: waits for what is not there yet, ends where it ends, fails where it breaks off.
///
/// The file is the pipe. So whoever reads along can be as slow as they like: the network never waits for them.
pub struct Follow {
    file: File,
    start: u64,
    at: u64,
    progress: Arc<Progress>,
}

impl Read for Follow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut body = self.progress.body();
        while body.0 == self.at && body.1 == End::Open {
            body = self.progress.news.wait(body).unwrap_or_else(PoisonError::into_inner);
        }
        let (length, end) = *body;
        drop(body);
        if length == self.at {
            return if end == End::Whole { Ok(0) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let there = usize::try_from(length - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(&mut buffer[..there], self.start + self.at)?;
        self.at += read as u64;
        // The file is as long as was told; if it is not, that is no end.
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
    }
}

/// Why there is no spool.
#[derive(Debug)]
pub enum NoSpool {
    /// The disk has no room: needed, free.
    NoRoom(u64, u64),
    /// Another error.
    Io(io::Error),
}

impl Spool {
    /// Makes the file and takes room for `worst` bytes. Fails before money is spent.
    ///
    /// # Errors
    /// [`NoSpool::NoRoom`] where the disk cannot hold the worst answer and the picture made of it.
    pub fn reserve(folder: &Path, attempt: &AttemptId, worst: u64) -> Result<Self, NoSpool> {
        let path = file_path(folder, attempt);
        // The answer, and the picture decoded from it, lie on the disk at the same time.
        let needed = worst * 2;
        let free = free_bytes(folder).map_err(NoSpool::Io)?;
        if free < needed {
            return Err(NoSpool::NoRoom(needed, free));
        }
        let file = OpenOptions::new().create_new(true).write(true).open(&path).map_err(NoSpool::Io)?;
        if let Err(error) = fallocate(&file, FallocateFlags::KEEP_SIZE, 0, worst) {
            let full = matches!(error, rustix::io::Errno::NOSPC | rustix::io::Errno::DQUOT);
            // File systems without fallocate still work: the free space was just looked at.
            if full {
                drop(fs::remove_file(&path));
                return Err(NoSpool::NoRoom(needed, free));
            }
        }
        Ok(Self { file, path, hasher: blake3::Hasher::new(), length: 0, start: 0, progress: Arc::default() })
    }

    /// Writes the header.
    ///
    /// # Errors
    /// The file system's.
    pub fn head(&mut self, head: &Head) -> io::Result<()> {
        let mut line = serde_json::to_vec(head)?;
        line.push(b'\n');
        self.start = line.len() as u64;
        self.file.write_all(&line)
    }

    /// Reads the body along, once the header is there.
    ///
    /// # Errors
    /// The file system's.
    pub fn follow(&self) -> io::Result<Follow> {
        let (file, progress) = (File::open(&self.path)?, self.progress.clone());
        Ok(Follow { file, start: self.start, at: 0, progress })
    }

    /// Appends a piece of the body.
    ///
    /// # Errors
    /// The file system's.
    pub fn body(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        self.file.write_all(bytes)?;
        self.progress.tell(self.length, End::Open);
        Ok(())
    }

    /// Bytes of the body so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The body is whole: writes the trailer and makes the file durable, by its name as well.
    ///
    /// # Errors
    /// The file system's.
    pub fn complete(mut self) -> io::Result<PathBuf> {
        self.close()?;
        self.keep()
    }

    /// The same for an answer that brought nothing: what is said of it is on the books a moment later, and nothing is lost
    /// with it. Should the power fail in that moment, its job asks the user, as where no answer came at all.
    ///
    /// # Errors
    /// The file system's.
    pub fn dismiss(mut self) -> io::Result<PathBuf> {
        self.close()?;
        Ok(self.path.clone())
    }

    fn close(&mut self) -> io::Result<()> {
        // Who reads along need not wait for the disk.
        self.progress.tell(self.length, End::Whole);
        let mut trailer = Vec::with_capacity(48);
        trailer.extend_from_slice(&self.length.to_le_bytes());
        trailer.extend_from_slice(self.hasher.finalize().as_bytes());
        trailer.extend_from_slice(MARK);
        self.file.write_all(&trailer)?;
        self.cut()
    }

    /// Gives back the room that was taken for the worst case.
    fn cut(&mut self) -> io::Result<()> {
        let end = self.file.stream_position()?;
        self.file.set_len(end)
    }

    /// Makes the file durable, and its name.
    fn keep(&self) -> io::Result<PathBuf> {
        self.file.sync_data()?;
        self.path.parent().map_or(Ok(()), sync_folder)?;
        Ok(self.path.clone())
    }

    /// The body stopped: what is there is made durable as it is.
    ///
    /// # Errors
    /// The file system's.
    pub fn partial(mut self) -> io::Result<PathBuf> {
        self.cut()?;
        self.keep()
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let (length, end) = *self.progress.body();
        if end == End::Open {
            self.progress.tell(length, End::Broken);
        }
    }
}

/// Where the spool of an attempt lies.
#[must_use]
pub fn file_path(folder: &Path, attempt: &AttemptId) -> PathBuf {
    folder.join(format!("{attempt}.spool"))
}

/// A spool file that is read.
pub struct Spooled {
    /// The header.
    pub head: Head,
    /// Bytes of the body.
    pub length: u64,
    /// The trailer is there and right.
    pub complete: bool,
    start: u64,
    file: Arc<File>,
    /// The beginning of the file; of nearly every refusal it is all.
    beginning: Arc<[u8]>,
}

/// What is read at once: more than any header, and than nearly every refusal.
const BEGINNING: usize = 16 * 1024;

impl Spooled {
    /// Opens a spool file. `None` where there is no header: no answer had come.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut beginning = Vec::with_capacity(BEGINNING);
        (&file).take(BEGINNING as u64).read_to_end(&mut beginning)?;
        let Some(start) = memchr::memchr(b'\n', &beginning).map(|at| at + 1) else { return Ok(None) };
        let Ok(head) = serde_json::from_slice::<Head>(&beginning[..start]) else { return Ok(None) };
        let start = start as u64;
        let rest = size - start;
        let (file, beginning) = (Arc::new(file), beginning.into());
        let mut spooled = Self { head, length: rest, complete: false, start, file, beginning };
        if rest < TRAILER {
            return Ok(Some(spooled));
        }
        let mut trailer = [0; TRAILER as usize];
        spooled.bytes(size - TRAILER, size).read_exact(&mut trailer)?;
        let (length, rest_of) = trailer.split_at(8);
        let length = u64::from_le_bytes(length.try_into().map_err(io::Error::other)?);
        if &rest_of[32..] != MARK || length != rest - TRAILER {
            return Ok(Some(spooled));
        }
        spooled.length = length;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(spooled.body())?;
        spooled.complete = hasher.finalize().as_bytes() == &rest_of[..32];
        Ok(Some(spooled))
    }

    /// Reads the body.
    pub fn body(&self) -> impl Read + use<> {
        self.bytes(self.start, self.start + self.length)
    }

    /// The beginning of the body, for errors and pages.
    ///
    /// # Errors
    /// The file system's.
    pub fn beginning(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.body().take(limit).read_to_end(&mut out)?;
        Ok(out)
    }

    fn bytes(&self, at: u64, end: u64) -> Bytes {
        Bytes { file: self.file.clone(), beginning: self.beginning.clone(), at, end }
    }
}

/// Reads a part of the file; several may do so at the same time.
struct Bytes {
    file: Arc<File>,
    beginning: Arc<[u8]>,
    at: u64,
    end: u64,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..there];
        let known = usize::try_from(self.at).ok().and_then(|at| self.beginning.get(at..)).unwrap_or(&[]);
        let read = if known.is_empty() {
            self.file.read_at(buffer, self.at)?
        } else {
            let known = &known[..known.len().min(there)];
            buffer[..known.len()].copy_from_slice(known);
            known.len()
        };
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(folder: &Path) -> Spool {
        let id = AttemptId::from_text("t1");
        let mut spool = Spool::reserve(folder, &id, 1 << 20).unwrap_or_else(|e| panic!("{e:?}"));
        spool.head(&Head { spool: 1, attempt: "t1".into(), status: 200, ..Head::default() }).expect("head");
        spool.body(b"hello ").expect("body");
        spool.body(b"world").expect("body");
        spool
    }

    #[test]
    fn a_whole_answer_is_known_from_a_partial_one() {
        let folder = tempfile::tempdir().expect("folder");
        let path = spool(folder.path()).complete().expect("complete");
        let whole = Spooled::open(&path).expect("open").expect("has a head");
        assert!(whole.complete);
        assert_eq!(whole.beginning(100).expect("read"), b"hello world");
        let bytes = fs::read(&path).expect("read");
        for cut in [bytes.len() - 1, bytes.len() - 40, bytes.len() - 50] {
            fs::write(&path, &bytes[..cut]).expect("cut");
            assert!(!Spooled::open(&path).expect("open").expect("has a head").complete);
        }
        fs::write(&path, &bytes[..10]).expect("cut");
        assert!(Spooled::open(&path).expect("open").is_none(), "no answer had come");
        let mut flipped = bytes.clone();
        flipped[bytes.len() - 52] ^= 1;
        fs::write(&path, &flipped).expect("flip");
        assert!(!Spooled::open(&path).expect("open").expect("has a head").complete);
    }

    #[test]
    fn who_reads_along_gets_every_byte_and_knows_a_whole_answer_from_a_broken_one() {
        let folder = tempfile::tempdir().expect("folder");
        for whole in [true, false] {
            let mut spool = spool(folder.path());
            let mut follow = spool.follow().expect("follow");
            let reader = std::thread::spawn(move || {
                let mut text = String::new();
                let end = follow.read_to_string(&mut text);
                (end.is_ok(), text.len())
            });
            for _ in 0..1000 {
                spool.body(b"more and more").expect("body");
            }
            if whole {
                fs::remove_file(spool.complete().expect("complete")).expect("remove");
            } else {
                fs::remove_file(spool.partial().expect("partial")).expect("remove");
            }
            let (ended, length) = reader.join().expect("no panic");
            assert_eq!((ended, length), (whole, if whole { 13_011 } else { length }));
        }
    }

    #[test]
    fn no_room_is_said_before_anything_is_sent() {
        let folder = tempfile::tempdir().expect("folder");
        let id = AttemptId::from_text("t2");
        let refused = Spool::reserve(folder.path(), &id, u64::MAX / 4);
        assert!(matches!(refused, Err(NoSpool::NoRoom(..))));
        assert!(!file_path(folder.path(), &id).exists());
    }
}
