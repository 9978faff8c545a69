//! Takes a picture out of JSON while it streams by.
//!
//! An answer is one JSON document with tens of megabytes of base64 in it. This scanner copies the document, but every
//! string under the keys `data` and `b64_json`, and every data URL of base64 under `url`, is decoded straight into a file
//! and leaves only a number behind; so neither the text nor the bytes are ever held whole. What remains is small and goes
//! to a real JSON parser, which does the validating. Whoever wants the bytes as well, to decode a picture while it
//! arrives, reads them from [`Arriving`]. An answer that comes as events goes through [`super::events`] before.

mod blob;
mod text;

pub use blob::Blob;
use blob::OpenBlob;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use text::{Escape, Key};

/// The rest of a document may be this big; thought signatures are the largest honest part of it.
const MAX_REST: usize = 16 * 1024 * 1024;
/// The beginning of a data URL, up to its comma, is no longer.
const MAX_PREFIX: usize = 128;
/// More strings than that under such keys are no answer to one picture.
const MAX_BLOBS: usize = 64;

/// What a scan leaves.
#[derive(Debug)]
pub struct Scanned {
    /// The document, with strings that are pictures replaced by the index of their blob.
    pub rest: Vec<u8>,
    /// The blobs, in order.
    pub blobs: Vec<Blob>,
}

enum State {
    Between,
    Text {
        escaped: bool,
    },
    /// A string that holds a picture, or may: what comes before the base64, if anything, is not known yet.
    Opening {
        key: Key,
        escape: Escape,
    },
    Data {
        escape: Escape,
    },
}

/// A document that is read; its pictures can be read along.
pub struct Scan<R> {
    body: R,
    buffer: Vec<u8>,
    unread: std::ops::Range<usize>,
    scanner: Scanner,
}

/// A picture on its way through a scan.
pub struct Arriving<'a, R>(&'a mut Scan<R>);

/// The state machine.
struct Scanner {
    stem: PathBuf,
    state: State,
    word: Vec<u8>,
    after_colon: bool,
    /// The beginning of a string as it stands there, and as it reads.
    held: Vec<u8>,
    prefix: Vec<u8>,
    rest: Vec<u8>,
    blobs: Vec<Blob>,
    open: Option<OpenBlob>,
    position: u64,
    /// The piece of a picture that was decoded last, as far as nobody has read it.
    decoded: Vec<u8>,
    read: usize,
}

/// Scans a whole document. Blobs are written beside `stem`, as `stem.0.blob` and so on; not durably.
///
/// # Errors
/// Reading and writing; `InvalidData` where the rest of the document is absurdly large.
pub fn scan(body: impl Read, stem: &Path) -> io::Result<Scanned> {
    let mut scan = Scan::new(body, stem);
    while let Some(picture) = scan.next_picture()? {
        picture.finish()?;
    }
    Ok(scan.finish())
}

impl<R: Read> Scan<R> {
    /// See [`scan`].
    pub fn new(body: R, stem: &Path) -> Self {
        let scanner = Scanner {
            stem: stem.into(),
            state: State::Between,
            word: Vec::new(),
            after_colon: false,
            held: Vec::new(),
            prefix: Vec::new(),
            rest: Vec::new(),
            blobs: Vec::new(),
            open: None,
            position: 0,
            decoded: Vec::new(),
            read: 0,
        };
        Self { body, buffer: vec![0; 64 * 1024], unread: 0..0, scanner }
    }

    /// Reads up to the next picture; `None` at the end of the document.
    ///
    /// # Errors
    /// See [`scan`].
    pub fn next_picture(&mut self) -> io::Result<Option<Arriving<'_, R>>> {
        while self.scanner.open.is_none() {
            if !self.step()? {
                return Ok(None);
            }
        }
        Ok(Some(Arriving(self)))
    }

    /// After the last picture.
    #[must_use]
    pub fn finish(self) -> Scanned {
        Scanned { rest: self.scanner.rest, blobs: self.scanner.blobs }
    }

    /// Goes on until a picture begins, ends or has another piece decoded; `false` at the end of the document.
    fn step(&mut self) -> io::Result<bool> {
        if self.unread.is_empty() {
            let read = self.body.read(&mut self.buffer)?;
            if read == 0 {
                self.scanner.forget();
                self.scanner.close_blob()?;
                return Ok(false);
            }
            self.unread = 0..read;
        }
        self.unread.start += self.scanner.feed(&self.buffer[self.unread.clone()])?;
        Ok(true)
    }
}

impl<R: Read> Arriving<'_, R> {
    /// Takes in what was not read of it; the answer is the hash of all of it.
    ///
    /// # Errors
    /// See [`scan`].
    pub fn finish(mut self) -> io::Result<String> {
        loop {
            match self.fill_buf()?.len() {
                0 => {
                    return Ok(self.0.scanner.blobs.last().map(|blob| blob.hash.clone()).unwrap_or_default());
                }
                length => self.consume(length),
            }
        }
    }
}

impl<R: Read> Read for Arriving<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Arriving<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.0.scanner.unread().is_empty() && self.0.scanner.open.is_some() {
            self.0.step()?;
        }
        Ok(self.0.scanner.unread())
    }

    fn consume(&mut self, amount: usize) {
        self.0.scanner.read += amount;
    }
}

impl Scanner {
    fn unread(&self) -> &[u8] {
        self.decoded.get(self.read..).unwrap_or_default()
    }

    fn forget(&mut self) {
        self.decoded.clear();
        self.read = 0;
    }

    /// Takes bytes until a picture begins, ends or has another piece decoded; how many it took.
    fn feed(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.forget();
        let (mut at, opened) = (0, self.open.is_some());
        while at < bytes.len() && self.decoded.is_empty() && self.open.is_some() == opened {
            if let State::Data { escape: Escape::No } = self.state {
                // The long stretch: up to the next quote or backslash all is base64.
                let left = &bytes[at..];
                let end = memchr::memchr2(b'"', b'\\', left).unwrap_or(left.len());
                self.data(&left[..end])?;
                self.position += end as u64;
                at += end;
                if end > 0 {
                    continue;
                }
            }
            self.byte(bytes[at])?;
            self.position += 1;
            at += 1;
        }
        if self.rest.len() > MAX_REST {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the answer has too much beside its pictures",
            ));
        }
        Ok(at)
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        match &mut self.state {
            State::Between => {
                let key = Key::of(&self.word).filter(|_| self.after_colon && self.blobs.len() < MAX_BLOBS);
                match (byte, key) {
                    (b'"', Some(key)) => {
                        self.held.clear();
                        self.prefix.clear();
                        self.state = State::Opening { key, escape: Escape::No };
                        return Ok(());
                    }
                    (b'"', None) => {
                        self.word.clear();
                        self.state = State::Text { escaped: false };
                    }
                    (b':', _) => self.after_colon = true,
                    (b' ' | b'\t' | b'\r' | b'\n', _) => {}
                    _ => self.after_colon = false,
                }
                self.rest.push(byte);
            }
            State::Text { escaped } => {
                self.rest.push(byte);
                match (byte, *escaped) {
                    (b'"', false) => {
                        self.state = State::Between;
                        self.after_colon = false;
                    }
                    (b'\\', false) => *escaped = true,
                    _ => *escaped = false,
                }
                // One more than the longest key and its quote, so that no longer word is taken for one.
                if self.word.len() < 10 {
                    self.word.push(byte);
                }
                if matches!(self.state, State::Between) {
                    // The closing quote is no part of the word.
                    if self.word.last() == Some(&b'"') {
                        self.word.pop();
                    }
                }
            }
            State::Opening { key, escape } => {
                let key = *key;
                if *escape == Escape::No && byte == b'"' {
                    return self.short(key);
                }
                let character = escape.take(byte);
                self.held.push(byte);
                if let Some(character) = character {
                    self.prefix.push(character);
                    return self.opening(key);
                }
            }
            State::Data { escape } => {
                if *escape == Escape::No && byte == b'"' {
                    self.close_blob()?;
                    self.between();
                } else if let Some(character) = escape.take(byte) {
                    self.data(&[character])?;
                }
            }
        }
        Ok(())
    }

    fn between(&mut self) {
        self.state = State::Between;
        self.after_colon = false;
    }

    /// One character more of a string is known: a data URL, base64 by itself, or an address.
    fn opening(&mut self, key: Key) -> io::Result<()> {
        const SCHEME: &[u8] = b"data:";
        let known = self.prefix.len().min(SCHEME.len());
        let may_be = self.prefix[..known].eq_ignore_ascii_case(&SCHEME[..known]);
        let comma = self.prefix.last() == Some(&b',');
        if may_be && comma && self.prefix.to_ascii_lowercase().ends_with(b";base64,") {
            return self.open_blob();
        }
        if may_be && !comma && self.prefix.len() < MAX_PREFIX {
            return Ok(());
        }
        match key {
            Key::Picture => self.open_plain(),
            Key::Address => {
                self.rest.push(b'"');
                self.rest.append(&mut self.held);
                self.state = State::Text { escaped: false };
                Ok(())
            }
        }
    }

    /// A string that ended before it could be told.
    fn short(&mut self, key: Key) -> io::Result<()> {
        match key {
            Key::Picture => {
                self.open_plain()?;
                self.close_blob()?;
            }
            Key::Address => {
                self.rest.push(b'"');
                self.rest.append(&mut self.held);
                self.rest.push(b'"');
            }
        }
        self.between();
        Ok(())
    }

    /// Base64 by itself: what was held is the beginning of it.
    fn open_plain(&mut self) -> io::Result<()> {
        self.open_blob()?;
        let prefix = std::mem::take(&mut self.prefix);
        let start = (self.position + 1).saturating_sub(prefix.len() as u64);
        match &mut self.open {
            Some(open) => open.push(&prefix, start, &mut self.decoded),
            None => Ok(()),
        }
    }

    fn open_blob(&mut self) -> io::Result<()> {
        let index = self.blobs.len();
        let mut path = self.stem.clone().into_os_string();
        path.push(format!(".{index}.blob"));
        self.open = Some(OpenBlob::create(PathBuf::from(path))?);
        self.rest.extend_from_slice(index.to_string().as_bytes());
        self.state = State::Data { escape: Escape::No };
        Ok(())
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        let position = self.position;
        match &mut self.open {
            Some(open) => open.push(bytes, position, &mut self.decoded),
            None => Ok(()),
        }
    }

    fn close_blob(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            self.blobs.push(open.finish(self.position, &mut self.decoded)?);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
