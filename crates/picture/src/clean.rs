//! Takes out of a picture what it says of place, camera, owner and history: Exif, XMP, IPTC, comments, maker notes, other
//! pictures that hang behind it. What decides how it looks stays: pixels as they are coded, colour profile, and which way
//! up it is. Nothing is decoded.
//!
//! What is not known to matter goes: a part of a file that nobody knows today may say anything.

use crate::inspect::{Format, inspect};
use image::metadata::Orientation;
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{CHUNK_EXIF, CHUNK_VP8X, WebP};
use std::io::Cursor;

/// Chunks of a PNG that make the picture: critical ones, and those about colour and animation.
const PNG: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"iCCP", b"sRGB", b"sBIT", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];
/// The same of a WebP.
const WEBP: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Flags of the VP8X header: what it says is there.
const HAS_EXIF: u8 = 0b1000;
const HAS_XMP: u8 = 0b100;

/// The picture without all that; `None` where it cannot be taken apart.
#[must_use]
pub fn cleaned(bytes: Vec<u8>, format: Format) -> Option<Vec<u8>> {
    let facts = inspect(Cursor::new(&bytes)).ok()?.ok().filter(|facts| facts.format == format)?;
    let exif = (facts.orientation != Orientation::NoTransforms).then(|| way_up(facts.orientation));
    match format {
        Format::Png => png(bytes, exif),
        Format::Jpeg => jpeg(&bytes, exif),
        Format::Webp => webp(bytes, exif),
    }
}

/// The smallest Exif block, with the orientation alone.
fn way_up(orientation: Orientation) -> Vec<u8> {
    let value = orientation.to_exif();
    [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[value], &[0; 6]].concat()
}

fn png(bytes: Vec<u8>, exif: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(bytes.into()).ok()?;
    png.chunks_mut().retain(|chunk| PNG.contains(&&chunk.kind()));
    if let Some(exif) = exif {
        png.chunks_mut().insert(1, PngChunk::new(*b"eXIf", exif.into()));
    }
    Some(png.encoder().bytes().to_vec())
}

fn webp(bytes: Vec<u8>, exif: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut webp = WebP::from_bytes(bytes.into()).ok()?;
    webp.chunks_mut().retain(|chunk| WEBP.contains(&&chunk.id()));
    let turned = exif.is_some();
    for chunk in webp.chunks_mut() {
        if chunk.id() != CHUNK_VP8X {
            continue;
        }
        if let RiffContent::Data(data) = chunk.content_mut() {
            let mut header = data.to_vec();
            let flags = header.first_mut()?;
            *flags = (*flags & !(HAS_EXIF | HAS_XMP)) | if turned { HAS_EXIF } else { 0 };
            *data = header.into();
        }
    }
    // It can say which way up only where it has that header, and then it has.
    if let Some(exif) = exif {
        webp.chunks_mut().push(RiffChunk::new(CHUNK_EXIF, RiffContent::Data(exif.into())));
    }
    Some(webp.encoder().bytes().to_vec())
}

/// Segment by segment up to the end marker, through all scans: phones hang films and second pictures behind it.
fn jpeg(bytes: &[u8], exif: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(bytes.strip_prefix(b"\xff\xd8").map(|_| b"\xff\xd8")?);
    let mut exif = exif.map(|exif| segment(0xe1, &[b"Exif\0\0".as_slice(), &exif].concat()));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Fill bytes.
            0xff => at += 1,
            0xd9 => {
                out.extend([0xff, 0xd9]);
                return Some(out);
            }
            // Markers that stand alone.
            0x01 | 0xd0..=0xd7 => {
                out.extend([0xff, marker]);
                at += 2;
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
                let end = at.checked_add(2)?.checked_add(length.max(2))?;
                let body = bytes.get(at + 4..end)?;
                // JFIF wants to be first, Exif after it.
                if marker != 0xe0 {
                    out.extend(exif.take().into_iter().flatten());
                }
                if makes_the_picture(marker, body) {
                    out.extend(&bytes[at..end]);
                }
                at = end;
                if marker == 0xda {
                    let pixels = entropy(bytes.get(at..)?);
                    out.extend(&bytes[at..at + pixels]);
                    at += pixels;
                }
            }
        }
    }
}

/// Of what applications add, only what says how colours are meant.
fn makes_the_picture(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// Length of coded pixels: up to the next marker that is neither a stuffed byte nor a restart.
fn entropy(bytes: &[u8]) -> usize {
    let ends = |at: &usize| bytes.get(at + 1).is_some_and(|next| !matches!(next, 0x00 | 0xd0..=0xd7));
    memchr::memchr_iter(0xff, bytes).find(ends).unwrap_or(bytes.len())
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    [&[0xff, marker], length.to_be_bytes().as_slice(), body].concat()
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
