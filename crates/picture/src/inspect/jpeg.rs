//! A JPEG by its segments.

use super::{Facts, Format, block, read_up_to};
use crate::jpeg_end;
use image::metadata::Orientation;
use std::io::{self, Read, Seek, SeekFrom};

pub(super) fn facts(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<Facts>> {
    let (mut size, mut serial, mut exif, mut progressive, mut at) = (None, None, None, false, 2);
    let (mut credentials, mut parts) = (false, 0);
    for _ in 0..512 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 10];
        if read_up_to(file, &mut head)? < 4 || head[0] != 0xff {
            break;
        }
        let (marker, length) = (head[1], u64::from(u16::from_be_bytes([head[2], head[3]])));
        match marker {
            // A start of frame, tables and arithmetic codes left out.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = u32::from(u16::from_be_bytes([head[5], head[6]]));
                size = Some((u32::from(u16::from_be_bytes([head[7], head[8]])), height));
                parts = head[9];
                progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
            }
            0xe1 if exif.is_none() && length > 8 => {
                file.seek(SeekFrom::Start(at + 4))?;
                let text = block(file, u32::from(u16::from_be_bytes([head[2], head[3]])) - 2)?;
                exif = text.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec);
            }
            // JUMBF: a box of that type behind the segment's own twelve bytes.
            0xeb if length > 18 && !credentials => {
                file.seek(SeekFrom::Start(at + 4))?;
                let box_head = block(file, 16)?;
                credentials = box_head.starts_with(b"JP") && box_head.ends_with(b"jumb");
            }
            0xfe if length < 256 => {
                file.seek(SeekFrom::Start(at + 4))?;
                let mut text = vec![0; length.saturating_sub(2) as usize];
                read_up_to(file, &mut text)?;
                let text = String::from_utf8_lossy(&text).into_owned();
                serial = serial.or_else(|| text.strip_prefix("diptych-serial: ").map(str::to_owned));
            }
            0xda => {
                // Colour after colour, in scans of their own: no row is whole before the last one either.
                progressive |= head[4] < parts;
                break;
            }
            _ => {}
        }
        at += 2 + length.max(2);
    }
    let Some((width, height)) = size else { return Ok(None) };
    // The end marker; some encoders pad it with a few zero bytes.
    let mut tail = vec![0; end.min(64) as usize];
    file.seek(SeekFrom::End(-(tail.len() as i64)))?;
    read_up_to(file, &mut tail)?;
    let trimmed = tail.iter().rposition(|byte| *byte != 0).map_or(&tail[..0], |last| &tail[..=last]);
    let facts = Facts {
        format: Format::Jpeg,
        width,
        height,
        orientation: Orientation::NoTransforms,
        alpha: false,
        progressive,
        complete: trimmed.ends_with(b"\xff\xd9") || jpeg_end::is_there(file)?,
        serial,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}
