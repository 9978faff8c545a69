//! Where PNG, JPEG and WebP keep words: text chunks, Exif, XMP. They are gathered under the keywords by which PNG knows
//! them. Only what is looked for is read; the rest is stepped over, pixels first of all.

use super::{MAX_TEXT, exif};
use crate::picture::inspect::Format;
use flate2::read::ZlibDecoder;
use std::io::{self, BufReader, Read, Seek};

/// Most parts of a file that are stepped over: a PNG may have thousands with pixels.
const MAX_PARTS: usize = 1 << 16;
/// Most bytes of all texts of a file.
pub(super) const MAX_TEXTS: usize = 4 << 20;

/// Keyword of the XMP packet.
pub(super) const XMP: &str = "XML:com.adobe.xmp";
/// Keyword under which what a JPEG's packet has no room for goes.
pub(super) const EXTENSION: &str = "\0extension";
/// Keyword under which comments of a JPEG itself go.
pub(super) const REMARK: &str = "\0remark";
/// Keyword under which the user comment of Exif goes: no PNG has it.
pub(super) const COMMENT: &str = "\0comment";

/// The words of a file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    texts: Vec<(String, String)>,
    /// When it was taken, as a camera says it.
    pub(super) taken: Option<jiff::civil::DateTime>,
    /// What a packet of XMP has no room for in a JPEG.
    extension: Vec<u8>,
    bytes: usize,
    /// What was unpacked, also where it was of no use.
    unpacked: usize,
}

impl Said {
    /// The first text under a keyword.
    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.texts.iter().find(|(known, _)| known == keyword).map(|(_, text)| text.as_str())
    }

    /// All texts under a keyword.
    pub(super) fn texts<'a>(&'a self, keyword: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(known, _)| known == keyword).map(|(_, text)| text.as_str())
    }

    fn put(&mut self, keyword: &str, text: String) {
        self.bytes += text.len();
        if self.bytes <= MAX_TEXTS {
            self.texts.push((keyword.into(), text));
        }
    }

    fn exif(&mut self, block: &[u8]) {
        let found = exif::read(block.strip_prefix(b"Exif\0\0").unwrap_or(block));
        if let Some(comment) = found.comment {
            self.put(COMMENT, comment);
        }
        for (keyword, json) in found.texts {
            self.put(keyword, json.trim().into());
        }
        self.taken = self.taken.or(found.taken);
    }
}

/// Reads them.
pub(super) fn read(file: &mut (impl Read + Seek), format: Format) -> io::Result<Said> {
    file.rewind()?;
    let mut file = BufReader::with_capacity(8 * 1024, file);
    let mut said = Said::default();
    let read = match format {
        Format::Png => png(&mut file, &mut said),
        Format::Jpeg => jpeg(&mut file, &mut said),
        Format::Webp => webp(&mut file, &mut said),
    };
    if !said.extension.is_empty() {
        let extension = std::mem::take(&mut said.extension);
        said.put(EXTENSION, String::from_utf8_lossy(&extension).into_owned());
    }
    match read {
        // It ended early: what came before is there.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(said),
        other => other.map(|()| said),
    }
}

fn exactly<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// No more than the file really has.
fn block(file: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn png<R: Read + Seek>(file: &mut BufReader<R>, said: &mut Said) -> io::Result<()> {
    file.seek_relative(8)?;
    for _ in 0..MAX_PARTS {
        let [a, b, c, d, kind @ ..] = exactly::<8>(file)?;
        let length = u32::from_be_bytes([a, b, c, d]);
        let fits = length as usize <= MAX_TEXT;
        let stepped = match &kind {
            b"IEND" => return Ok(()),
            b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" if fits => {
                let data = block(file, length as usize)?;
                if &kind == b"eXIf" {
                    said.exif(&data);
                } else if let Some((keyword, text)) = png_text(&kind, &data, &mut said.unpacked) {
                    said.put(&keyword, text);
                }
                0
            }
            _ => i64::from(length),
        };
        // The sum of the chunk is not looked at: words in a chunk that is damaged are still words.
        file.seek_relative(stepped + 4)?;
    }
    Ok(())
}

/// Keyword and text of a chunk; `None` where it is broken or unpacks to too much.
fn png_text(kind: &[u8; 4], data: &[u8], sum: &mut usize) -> Option<(String, String)> {
    let (keyword, rest) = at_nul(data)?;
    let keyword = latin(keyword);
    let text = match kind {
        b"tEXt" => plain(rest),
        b"zTXt" => plain(&unpacked(rest.strip_prefix(&[0])?, sum)?),
        _ => {
            let (&[packed, method], rest) = rest.split_first_chunk::<2>()?;
            let (_, rest) = at_nul(rest)?;
            let (_, rest) = at_nul(rest)?;
            match (packed, method) {
                (0, _) => String::from_utf8_lossy(rest).into_owned(),
                (1, 0) => String::from_utf8_lossy(&unpacked(rest, sum)?).into_owned(),
                _ => return None,
            }
        }
    };
    Some((keyword, text))
}

fn at_nul(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, data)?;
    Some((&data[..end], &data[end + 1..]))
}

/// `None` where it is more than a text may be: such a chunk is meant to fill memory. Nor is any unpacked once all of them
/// are too much together: thousands of such chunks are meant to take time.
fn unpacked(data: &[u8], sum: &mut usize) -> Option<Vec<u8>> {
    if *sum > MAX_TEXTS {
        return None;
    }
    let mut out = Vec::new();
    let most = MAX_TEXT as u64 + 1;
    let read = ZlibDecoder::new(data).take(most).read_to_end(&mut out);
    *sum += out.len();
    read.ok()?;
    (out.len() <= MAX_TEXT).then_some(out)
}

/// Latin-1 by the letter of the format, UTF-8 by the habit of many writers.
fn plain(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| latin(bytes), str::to_owned)
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn jpeg<R: Read + Seek>(file: &mut BufReader<R>, said: &mut Said) -> io::Result<()> {
    file.seek_relative(2)?;
    for _ in 0..MAX_PARTS {
        let [mark, marker] = exactly(file)?;
        // Pixels follow a start of scan; any number of fill bytes may stand before a marker.
        match (mark, marker) {
            (0xff, 0xff) => {
                file.seek_relative(-1)?;
                continue;
            }
            (0xff, 0xda | 0xd9) => return Ok(()),
            (0xff, _) => {}
            _ => return Ok(()),
        }
        let length = usize::from(u16::from_be_bytes(exactly(file)?).saturating_sub(2));
        if !matches!(marker, 0xe1 | 0xfe) {
            file.seek_relative(length as i64)?;
            continue;
        }
        let data = block(file, length)?;
        if marker == 0xfe {
            said.put(REMARK, plain(&data));
        } else if let Some(packet) = data.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            said.put(XMP, String::from_utf8_lossy(packet).into_owned());
        } else if let Some(part) = data.strip_prefix(b"http://ns.adobe.com/xmp/extension/\0") {
            // Behind the name, the length of all and the place of this one. Parts come in order, or are of no use.
            said.extension
                .extend(part.get(40..).unwrap_or_default().iter().take(MAX_TEXTS - said.extension.len()));
        } else if data.starts_with(b"Exif\0\0") {
            said.exif(&data);
        }
    }
    Ok(())
}

fn webp<R: Read + Seek>(file: &mut BufReader<R>, said: &mut Said) -> io::Result<()> {
    file.seek_relative(12)?;
    for _ in 0..MAX_PARTS {
        let [kind @ .., a, b, c, d] = exactly::<8>(file)?;
        let length = u32::from_le_bytes([a, b, c, d]);
        let mut rest = i64::from(length) + i64::from(length & 1);
        if matches!(&kind, b"EXIF" | b"XMP ") && length as usize <= MAX_TEXT {
            let data = block(file, length as usize)?;
            rest -= i64::from(length);
            if &kind == b"EXIF" {
                said.exif(&data);
            } else {
                said.put(XMP, String::from_utf8_lossy(&data).into_owned());
            }
        }
        file.seek_relative(rest)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write as _;

    #[test]
    fn what_is_unpacked_counts_whether_it_is_of_use_or_not() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'a'; MAX_TEXT + 1]).expect("packs");
        let bomb = encoder.finish().expect("packs");
        let mut sum = 0;
        for most in [1, 2, 2] {
            assert_eq!(unpacked(&bomb, &mut sum), None);
            assert_eq!(sum, most * (MAX_TEXT + 1), "the third one is not begun");
        }
    }
}
