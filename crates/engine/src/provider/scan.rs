//! Takes a picture out of JSON while it streams by.
//!
//! An answer is one JSON document with tens of megabytes of base64 in it. This scanner copies the document, but every
//! string under the key `data` is decoded straight into a file and leaves only a number behind; so neither the text nor
//! the bytes are ever held whole. What remains is small and goes to a real JSON parser, which does the validating.
//! Whoever wants the bytes as well, to decode a picture while it arrives, reads them from [`Arriving`].

use base64::Engine as _;
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The rest of a document may be this big; thought signatures are the largest honest part of it.
const MAX_REST: usize = 16 * 1024 * 1024;
/// More strings than that under `data` are no answer to one picture.
const MAX_BLOBS: usize = 64;

/// A decoded string, in a file that goes with it unless it was renamed.
#[derive(Debug)]
pub struct Blob {
    /// The file.
    pub path: PathBuf,
    /// Bytes decoded.
    pub length: u64,
    /// BLAKE3 of them, hex.
    pub hash: String,
    /// Byte of the document where the base64 first went wrong.
    pub damaged_at: Option<u64>,
}

impl Drop for Blob {
    fn drop(&mut self) {
        // One that became a picture has been renamed away.
        drop(std::fs::remove_file(&self.path));
    }
}

/// What a scan leaves.
#[derive(Debug)]
pub struct Scanned {
    /// The document, with `data` strings replaced by the index of their blob.
    pub rest: Vec<u8>,
    /// The blobs, in order.
    pub blobs: Vec<Blob>,
}

/// Six times as quick as the plain one, and of the same mind about damage.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static BASE64: std::sync::LazyLock<base64::engine::Simd> =
    std::sync::LazyLock::new(|| base64::engine::Simd::standard(base64::engine::general_purpose::PAD));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::general_purpose::STANDARD as BASE64;

enum State {
    Between,
    Text { escaped: bool },
    Data { escape: Escape },
}

enum Escape {
    No,
    Backslash,
    Unicode(u32, u8),
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
    rest: Vec<u8>,
    blobs: Vec<Blob>,
    open: Option<OpenBlob>,
    position: u64,
    /// The piece of a picture that was decoded last, as far as nobody has read it.
    decoded: Vec<u8>,
    read: usize,
}

struct OpenBlob {
    writer: BufWriter<File>,
    hasher: blake3::Hasher,
    pending: Vec<u8>,
    blob: Blob,
    padded: bool,
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
                match byte {
                    b'"' if self.after_colon && self.word == b"data" && self.blobs.len() < MAX_BLOBS => {
                        return self.open_blob();
                    }
                    b'"' => {
                        self.word.clear();
                        self.state = State::Text { escaped: false };
                    }
                    b':' => self.after_colon = true,
                    b' ' | b'\t' | b'\r' | b'\n' => {}
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
                if self.word.len() < 8 {
                    self.word.push(byte);
                }
                if matches!(self.state, State::Between) {
                    // The closing quote is no part of the word.
                    if self.word.last() == Some(&b'"') {
                        self.word.pop();
                    }
                }
            }
            State::Data { escape } => match escape {
                Escape::No if byte == b'"' => {
                    self.close_blob()?;
                    self.state = State::Between;
                    self.after_colon = false;
                }
                Escape::No => *escape = Escape::Backslash,
                Escape::Backslash => match byte {
                    b'u' => *escape = Escape::Unicode(0, 0),
                    // Line breaks inside base64 are harmless; a slash may come escaped.
                    b'n' | b'r' | b't' => *escape = Escape::No,
                    other => {
                        *escape = Escape::No;
                        self.data(&[other])?;
                    }
                },
                Escape::Unicode(value, digits) => {
                    *value = *value << 4 | char::from(byte).to_digit(16).unwrap_or(0);
                    *digits += 1;
                    if *digits == 4 {
                        let character = u8::try_from(*value).unwrap_or(b'?');
                        *escape = Escape::No;
                        self.data(&[character])?;
                    }
                }
            },
        }
        Ok(())
    }

    fn open_blob(&mut self) -> io::Result<()> {
        let index = self.blobs.len();
        let mut path = self.stem.clone().into_os_string();
        path.push(format!(".{index}.blob"));
        let path = PathBuf::from(path);
        let blob = Blob { path: path.clone(), length: 0, hash: String::new(), damaged_at: None };
        self.open = Some(OpenBlob {
            writer: BufWriter::with_capacity(64 * 1024, File::create(path)?),
            hasher: blake3::Hasher::new(),
            pending: Vec::with_capacity(72 * 1024),
            blob,
            padded: false,
        });
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
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.finish(self.position, &mut self.decoded)?;
        open.blob.hash = open.hasher.finalize().to_hex().to_string();
        open.writer.flush()?;
        self.blobs.push(open.blob);
        Ok(())
    }
}

impl OpenBlob {
    fn push(&mut self, bytes: &[u8], position: u64, decoded: &mut Vec<u8>) -> io::Result<()> {
        self.pending.extend_from_slice(bytes);
        // The last four characters wait: they may be the padded end.
        let whole = self.pending.len().saturating_sub(1) / 4 * 4;
        if whole >= 32 * 1024 {
            self.decode(whole, position + bytes.len() as u64, decoded)?;
        }
        Ok(())
    }

    fn finish(&mut self, position: u64, decoded: &mut Vec<u8>) -> io::Result<()> {
        let length = self.pending.len();
        if length > 0 {
            self.decode(length, position, decoded)?;
        }
        Ok(())
    }

    /// Decodes the first `length` pending characters; `position` is the place in the document after all pending ones.
    fn decode(&mut self, length: usize, position: u64, decoded: &mut Vec<u8>) -> io::Result<()> {
        let start = position.saturating_sub(self.pending.len() as u64);
        let result = BASE64.decode_vec(&self.pending[..length], decoded);
        match result {
            Ok(()) if !self.padded => {
                self.hasher.update(decoded);
                self.writer.write_all(decoded)?;
                self.blob.length += decoded.len() as u64;
                self.padded = self.pending[..length].last() == Some(&b'=');
            }
            other => {
                let offset = match other {
                    Err(base64::DecodeError::InvalidByte(at, _)) => at,
                    Err(base64::DecodeError::InvalidLastSymbol { offset, .. }) => offset,
                    _ => 0,
                };
                decoded.clear();
                self.blob.damaged_at.get_or_insert(start + offset as u64);
            }
        }
        self.pending.drain(..length);
        Ok(())
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
