//! An answer that comes as server-sent events, read as the documents in it: what stands in `data` fields, one line after
//! another. Nothing is kept: a line may be one picture of tens of megabytes, and goes through in pieces, so that
//! [`super::scan`] takes pictures out of events as it does out of one document.
//!
//! Not here: names and ids of events, and coming back to a stream that broke off. A paid answer is never asked for again.

use serde_json::Value;
use std::io::{self, Read};

const FIELD: &[u8] = b"data:";
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Some providers end their stream with that.
const DONE: &[u8] = b"[DONE]";

enum Line {
    /// So much of the field's name was there.
    Name(usize),
    /// One space may stand before the value.
    Space,
    Value,
    Other,
}

/// Reads events as documents, each line of them ended by a line feed.
pub struct Events<R> {
    body: R,
    buffer: Vec<u8>,
    unread: std::ops::Range<usize>,
    line: Line,
    /// Bytes of the byte order mark that may still come.
    mark: &'static [u8],
}

impl<R: Read> Events<R> {
    /// Of this body.
    pub fn new(body: R) -> Self {
        Self { body, buffer: vec![0; 64 * 1024], unread: 0..0, line: Line::Name(0), mark: MARK }
    }

    /// Takes some of what is there; how much of it, and how much of that went out.
    fn step(line: &mut Line, mark: &mut &[u8], from: &[u8], to: &mut [u8]) -> (usize, usize) {
        let byte = from[0];
        if mark.first() == Some(&byte) {
            *mark = &mark[1..];
            return (1, 0);
        }
        *mark = &[];
        let ends = matches!(byte, b'\n' | b'\r');
        match *line {
            Line::Name(known) if FIELD[known] == byte => {
                *line = if known + 1 == FIELD.len() { Line::Space } else { Line::Name(known + 1) };
                (1, 0)
            }
            Line::Space => {
                *line = Line::Value;
                (usize::from(byte == b' '), 0)
            }
            Line::Value if ends => {
                *line = Line::Name(0);
                to[0] = b'\n';
                (1, 1)
            }
            Line::Value => {
                let end = memchr::memchr2(b'\n', b'\r', from).unwrap_or(from.len()).min(to.len());
                to[..end].copy_from_slice(&from[..end]);
                (end, end)
            }
            _ if ends => {
                *line = Line::Name(0);
                (1, 0)
            }
            Line::Name(_) | Line::Other => {
                *line = Line::Other;
                (memchr::memchr2(b'\n', b'\r', from).unwrap_or(from.len()), 0)
            }
        }
    }
}

impl<R: Read> Read for Events<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            if self.unread.is_empty() {
                // What was found goes on first: a stream may pause here.
                if filled > 0 {
                    break;
                }
                let read = self.body.read(&mut self.buffer)?;
                if read == 0 {
                    break;
                }
                self.unread = 0..read;
            }
            let from = &self.buffer[self.unread.clone()];
            let (taken, given) = Self::step(&mut self.line, &mut self.mark, from, &mut out[filled..]);
            self.unread.start += taken;
            filled += given;
        }
        Ok(filled)
    }
}

/// The documents that were read, up to the one that only says that it is over.
///
/// # Errors
/// One of them is no JSON, or is cut off.
pub fn documents(read: &[u8]) -> serde_json::Result<Vec<Value>> {
    let mut lines = read.split_inclusive(|byte| *byte == b'\n');
    let over = lines.by_ref().take_while(|line| line.trim_ascii() != DONE).map(<[u8]>::len).sum();
    serde_json::Deserializer::from_slice(&read[..over]).into_iter().collect()
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
