//! A WebP by its chunks.

use super::{Facts, Format, MAX_EXIF, block, read_up_to};
use image::metadata::Orientation;
use std::io::{self, Read, Seek, SeekFrom};

/// Bit of the VP8X flags.
const HAS_ALPHA: u8 = 0b1_0000;

pub(super) fn facts(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<Facts>> {
    let mut head = [0; 30];
    file.seek(SeekFrom::Start(0))?;
    if read_up_to(file, &mut head)? < 30 {
        return Ok(None);
    }
    let le =
        |at: usize, bytes: usize| (0..bytes).fold(0u32, |sum, i| sum | u32::from(head[at + i]) << (8 * i));
    let (size, alpha) = match &head[12..16] {
        b"VP8X" => ((le(24, 3) + 1, le(27, 3) + 1), head[20] & HAS_ALPHA != 0),
        b"VP8 " => ((le(26, 2) & 0x3fff, le(28, 2) & 0x3fff), false),
        b"VP8L" => (((le(21, 4) & 0x3fff) + 1, ((le(21, 4) >> 14) & 0x3fff) + 1), le(21, 4) >> 28 & 1 == 1),
        _ => return Ok(None),
    };
    let complete = u64::from(le(4, 4)) + 8 <= end;
    let Words { exif, credentials } = words(file)?;
    let facts = Facts {
        format: Format::Webp,
        width: size.0,
        height: size.1,
        orientation: Orientation::NoTransforms,
        alpha,
        progressive: false,
        complete,
        serial: None,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}

#[derive(Default)]
struct Words {
    exif: Option<Vec<u8>>,
    credentials: bool,
}

fn words(file: &mut (impl Read + Seek)) -> io::Result<Words> {
    let (mut words, mut at) = (Words::default(), 12);
    for _ in 0..64 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        if read_up_to(file, &mut head)? < 8 {
            break;
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if &head[..4] == b"EXIF" && length < MAX_EXIF && words.exif.is_none() {
            let data = block(file, length)?;
            words.exif = Some(data.strip_prefix(b"Exif\0\0").map_or(data.clone(), <[u8]>::to_vec));
        } else if &head[..4] == b"C2PA" {
            words.credentials = true;
        }
        at += 8 + u64::from(length) + u64::from(length & 1);
    }
    Ok(words)
}
