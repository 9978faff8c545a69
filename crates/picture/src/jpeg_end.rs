//! Whether a JPEG is whole though its file goes on behind it: phones hang films, depths and second pictures there.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Whether the picture's end marker is there, found by going through segments and scans.
pub(super) fn is_there(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    file.seek(SeekFrom::Start(2))?;
    match found(&mut BufReader::with_capacity(64 * 1024, file)) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        other => other,
    }
}

fn found<R: Read + Seek>(file: &mut BufReader<R>) -> io::Result<bool> {
    let mut marker = next(file)?;
    loop {
        match marker {
            0xd9 => return Ok(true),
            0xff => {
                file.read_exact(std::slice::from_mut(&mut marker))?;
                continue;
            }
            0x01 | 0xd0..=0xd7 => {}
            _ => {
                let mut length = [0; 2];
                file.read_exact(&mut length)?;
                file.seek_relative(i64::from(u16::from_be_bytes(length).saturating_sub(2)))?;
            }
        }
        marker = if marker == 0xda { behind_pixels(file)? } else { next(file)? };
    }
}

/// The marker that stands here.
fn next(file: &mut impl Read) -> io::Result<u8> {
    let mut head = [0; 2];
    file.read_exact(&mut head)?;
    if head[0] == 0xff { Ok(head[1]) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// The marker behind coded pixels, in which stuffed bytes and restarts stand.
fn behind_pixels(file: &mut impl BufRead) -> io::Result<u8> {
    loop {
        if file.skip_until(0xff)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut marker = [0];
        file.read_exact(&mut marker)?;
        if !matches!(marker[0], 0x00 | 0xd0..=0xd7) {
            return Ok(marker[0]);
        }
    }
}
