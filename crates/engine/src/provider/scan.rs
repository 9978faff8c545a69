//! Takes a picture out of JSON while it streams by.
//!
//! An answer is one JSON document with tens of megabytes of base64 in it. This scanner copies the document, but every
//! string under the key `data` is decoded straight into a file and leaves only a number behind; so neither the text nor
//! the bytes are ever held whole. What remains is small and goes to a real JSON parser, which does the validating.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The rest of a document may be this big; thought signatures are the largest honest part of it.
const MAX_REST: usize = 16 * 1024 * 1024;
/// More strings than that under `data` are no answer to one picture.
const MAX_BLOBS: usize = 64;

/// A decoded string.
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

/// What a scan leaves.
#[derive(Debug)]
pub struct Scanned {
    /// The document, with `data` strings replaced by the index of their blob.
    pub rest: Vec<u8>,
    /// The blobs, in order.
    pub blobs: Vec<Blob>,
}

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

/// The scanner.
struct Scanner<'a> {
    stem: &'a Path,
    state: State,
    word: Vec<u8>,
    after_colon: bool,
    rest: Vec<u8>,
    blobs: Vec<Blob>,
    open: Option<OpenBlob>,
    position: u64,
}

struct OpenBlob {
    writer: BufWriter<File>,
    hasher: blake3::Hasher,
    pending: Vec<u8>,
    decoded: Vec<u8>,
    blob: Blob,
    padded: bool,
}

/// Scans a whole document. Blobs are written beside `stem`, as `stem.0.blob` and so on, and made durable.
///
/// # Errors
/// Reading and writing; `InvalidData` where the rest of the document is absurdly large.
pub fn scan(mut body: impl Read, stem: &Path) -> io::Result<Scanned> {
    let mut scanner = Scanner {
        stem,
        state: State::Between,
        word: Vec::new(),
        after_colon: false,
        rest: Vec::new(),
        blobs: Vec::new(),
        open: None,
        position: 0,
    };
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match body.read(&mut buffer)? {
            0 => break,
            read => scanner.feed(&buffer[..read])?,
        }
    }
    scanner.close_blob()?;
    Ok(Scanned { rest: scanner.rest, blobs: scanner.blobs })
}

impl Scanner<'_> {
    fn feed(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if let State::Data { escape: Escape::No } = self.state {
                // The long stretch: up to the next quote or backslash all is base64.
                let end = bytes.iter().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(bytes.len());
                self.data(&bytes[..end])?;
                self.position += end as u64;
                bytes = &bytes[end..];
                if bytes.is_empty() {
                    break;
                }
            }
            self.byte(bytes[0])?;
            self.position += 1;
            bytes = &bytes[1..];
        }
        if self.rest.len() > MAX_REST {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the answer has too much beside its pictures",
            ));
        }
        Ok(())
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
        let path = self.stem.with_extension(format!("{index}.blob"));
        let blob = Blob { path: path.clone(), length: 0, hash: String::new(), damaged_at: None };
        self.open = Some(OpenBlob {
            writer: BufWriter::with_capacity(128 * 1024, File::create(path)?),
            hasher: blake3::Hasher::new(),
            pending: Vec::with_capacity(72 * 1024),
            decoded: Vec::new(),
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
            Some(open) => open.push(bytes, position),
            None => Ok(()),
        }
    }

    fn close_blob(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.finish(self.position)?;
        open.blob.hash = open.hasher.finalize().to_hex().to_string();
        open.writer.flush()?;
        open.writer.get_ref().sync_data()?;
        self.blobs.push(open.blob);
        Ok(())
    }
}

impl OpenBlob {
    fn push(&mut self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.pending.extend_from_slice(bytes);
        // The last four characters wait: they may be the padded end.
        let whole = self.pending.len().saturating_sub(1) / 4 * 4;
        if whole >= 32 * 1024 {
            self.decode(whole, position + bytes.len() as u64)?;
        }
        Ok(())
    }

    fn finish(&mut self, position: u64) -> io::Result<()> {
        let length = self.pending.len();
        if length > 0 {
            self.decode(length, position)?;
        }
        Ok(())
    }

    /// Decodes the first `length` pending characters; `position` is the place in the document after all pending ones.
    fn decode(&mut self, length: usize, position: u64) -> io::Result<()> {
        let start = position.saturating_sub(self.pending.len() as u64);
        self.decoded.clear();
        let result = STANDARD.decode_vec(&self.pending[..length], &mut self.decoded);
        match result {
            Ok(()) if !self.padded => {
                self.hasher.update(&self.decoded);
                self.writer.write_all(&self.decoded)?;
                self.blob.length += self.decoded.len() as u64;
                self.padded = self.pending[..length].last() == Some(&b'=');
            }
            other => {
                let offset = match other {
                    Err(base64::DecodeError::InvalidByte(at, _)) => at,
                    Err(base64::DecodeError::InvalidLastSymbol { offset, .. }) => offset,
                    _ => 0,
                };
                self.blob.damaged_at.get_or_insert(start + offset as u64);
            }
        }
        self.pending.drain(..length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a document in pieces of `step` bytes.
    fn scanned(document: &str, step: usize) -> Scanned {
        struct Steps<'a>(&'a [u8], usize);
        impl Read for Steps<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let take = self.1.min(self.0.len()).min(buffer.len());
                buffer[..take].copy_from_slice(&self.0[..take]);
                self.0 = &self.0[take..];
                Ok(take)
            }
        }
        let folder = tempfile::tempdir().expect("folder");
        let scanned = scan(Steps(document.as_bytes(), step), &folder.path().join("t1")).expect("scans");
        for blob in &scanned.blobs {
            let bytes = std::fs::read(&blob.path).expect("the blob is there");
            assert_eq!(blob.length, bytes.len() as u64);
            assert_eq!(blob.hash, blake3::hash(&bytes).to_hex().to_string());
        }
        scanned
    }

    fn picture() -> Vec<u8> {
        (0..200_003u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn pictures_leave_and_the_rest_stays_whatever_the_pieces() {
        let bytes = picture();
        let text = STANDARD.encode(&bytes).replace('/', "\\/").replace('=', "\\u003d");
        let document = format!(
            "{{ \"a\": [\"da\\\"ta\", {{\"data\" : \"{text}\", \"mimeType\": \"image/png\"}}], \"data\": 3, \"b\": {{\"data\":\"\"}} }}"
        );
        for step in [1, 3, 7, 1000, 70_000] {
            let scanned = scanned(&document, step);
            let rest = String::from_utf8(scanned.rest).expect("text");
            assert_eq!(
                rest,
                r#"{ "a": ["da\"ta", {"data" : 0, "mimeType": "image/png"}], "data": 3, "b": {"data":1} }"#
            );
            assert_eq!(scanned.blobs[0].hash, blake3::hash(&bytes).to_hex().to_string());
            assert_eq!((scanned.blobs[0].damaged_at, scanned.blobs[1].length), (None, 0));
        }
    }

    #[test]
    fn damage_is_found_at_its_byte() {
        let mut text = STANDARD.encode(picture());
        text.replace_range(150_000..150_001, "*");
        let document = format!("{{\"data\":\"{text}\"}}");
        let scanned = scanned(&document, 4096);
        assert_eq!(scanned.blobs[0].damaged_at, Some(9 + 150_000));
    }

    #[test]
    fn a_document_that_stops_leaves_what_had_come() {
        let text = STANDARD.encode(picture());
        let scanned = scanned(&format!("{{\"data\":\"{}", &text[..100_000]), 4096);
        assert_eq!(scanned.blobs[0].length, 75_000);
        assert!(serde_json::from_slice::<serde_json::Value>(&scanned.rest).is_err());
    }

    #[test]
    fn padding_in_the_middle_is_damage() {
        let scanned = scanned("{\"data\":\"QUJD=UJD\"}", 100);
        assert!(scanned.blobs[0].damaged_at.is_some());
    }
}
