//! A PNG by its chunks.

use super::{Facts, Format, MAX_EXIF, MAX_PARTS, block, read_up_to};
use image::metadata::Orientation;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// What the end chunk ends with.
const END: [u8; 4] = *b"\xae\x42\x60\x82";

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

pub(super) fn facts(file: &mut (impl Read + Seek)) -> io::Result<Option<Facts>> {
    let mut head = [0; 33];
    file.seek(SeekFrom::Start(0))?;
    if read_up_to(file, &mut head)? < 33 || &head[12..16] != b"IHDR" {
        return Ok(None);
    }
    let (Some(width), Some(height)) = (be32(&head, 16), be32(&head, 20)) else { return Ok(None) };
    let Words { serial, exif, credentials, see_through, complete } = words(file)?;
    let facts = Facts {
        format: Format::Png,
        width,
        height,
        orientation: Orientation::NoTransforms,
        // Kinds of colour with an alpha channel.
        alpha: see_through || matches!(head[25], 4 | 6),
        progressive: false,
        complete,
        serial,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}

#[derive(Default)]
struct Words {
    serial: Option<String>,
    exif: Option<Vec<u8>>,
    credentials: bool,
    see_through: bool,
    /// The end was met, whole. What hangs behind it belongs to others.
    complete: bool,
}

/// The `tEXt` chunk `diptych-serial`, the EXIF block and transparency, where they stand before the pixels; credentials
/// anywhere, and the end: chunks of pixels are stepped over.
fn words(file: &mut (impl Read + Seek)) -> io::Result<Words> {
    let (mut words, mut pixels) = (Words::default(), false);
    file.seek(SeekFrom::Start(33))?;
    let mut file = BufReader::with_capacity(4 * 1024, file);
    for _ in 0..MAX_PARTS {
        let mut head = [0; 8];
        if read_up_to(&mut file, &mut head)? < 8 {
            break;
        }
        let length = be32(&head, 0).unwrap_or(0);
        let mut left = i64::from(length) + 4;
        match &head[4..] {
            b"IEND" => {
                words.complete = length == 0 && block(&mut file, 4)? == END;
                break;
            }
            b"IDAT" => pixels = true,
            b"caBX" => words.credentials = true,
            b"tRNS" if !pixels => words.see_through = true,
            b"tEXt" if !pixels && length < 256 => {
                let data = block(&mut file, length)?;
                left -= data.len() as i64;
                if let Some(value) = data.strip_prefix(b"diptych-serial\0") {
                    words.serial = Some(String::from_utf8_lossy(value).into_owned());
                }
            }
            b"eXIf" if !pixels && length < MAX_EXIF => {
                let data = block(&mut file, length)?;
                left -= data.len() as i64;
                words.exif = Some(data);
            }
            _ => {}
        }
        file.seek_relative(left)?;
    }
    Ok(words)
}
