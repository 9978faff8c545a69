//! A picture in tiles of 512 pixels at every halving, in one file: what a wall needs to be sharp at any zoom without the
//! whole picture. Made from rows in one pass, holding one band of tiles per level; the file can be deleted at any time.
//!
//! The file, numbers little-endian: `DIPTILES`, then as u32 version (1), side of a tile, width, height, number of levels;
//! then for each level, each row of tiles, each tile its offset (u64) and length (u32); then the tiles, JPEG of quality
//! 95 at full colour resolution. Level 0 is the original; each next one is half as wide and high, rounded up; the last
//! one fits in one tile. Tiles at the right and bottom edge are smaller.

use crate::decode::{DecodeError, Rows};
use crate::jpeg;
use image::RgbImage;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

/// Side of a tile.
pub const SIDE: u32 = 512;
const MAGIC: &[u8; 8] = b"DIPTILES";
const VERSION: u32 = 1;
const HEAD: u64 = 28;
const ENTRY: u64 = 12;
const QUALITY: u8 = 95;
/// No tile is longer: three times its pixels.
const MAX_TILE: u32 = SIDE * SIDE * 9;

/// Takes a picture's rows, upright and in full, and writes the file.
pub struct Tiles {
    out: BufWriter<File>,
    at: u64,
    levels: Vec<Level>,
    index: Vec<(u64, u32)>,
    failed: Option<DecodeError>,
}

struct Level {
    width: u32,
    height: u32,
    /// Place of its first tile in the index.
    first: usize,
    /// Rows of the band that is being filled.
    band: Vec<u8>,
    rows: u32,
    /// The upper one of two rows that become one of the next level.
    upper: Vec<u8>,
}

/// Width and height of all levels.
fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
    let halved = |(width, height): &(u32, u32)| {
        (width.max(height) > &SIDE).then(|| (width.div_ceil(2), height.div_ceil(2)))
    };
    std::iter::successors(Some((width, height)), halved).collect()
}

fn tiles_of((width, height): (u32, u32)) -> usize {
    width.div_ceil(SIDE) as usize * height.div_ceil(SIDE) as usize
}

impl Tiles {
    /// Into this file.
    #[must_use]
    pub fn new(file: File) -> Self {
        let out = BufWriter::with_capacity(256 * 1024, file);
        Self { out, at: 0, levels: Vec::new(), index: Vec::new(), failed: None }
    }

    fn push(&mut self, number: usize, rgb: &[u8]) -> Result<(), DecodeError> {
        let last = number + 1 == self.levels.len();
        let Some(level) = self.levels.get_mut(number) else { return Err(DecodeError::Unfit) };
        level.band.extend_from_slice(rgb);
        level.rows += 1;
        let (end, odd) = (level.rows == level.height, level.rows % 2 == 1);
        if level.rows.is_multiple_of(SIDE) || end {
            self.close_band(number)?;
        }
        if last {
            return Ok(());
        }
        let Some(level) = self.levels.get_mut(number) else { return Err(DecodeError::Unfit) };
        let mut upper = std::mem::take(&mut level.upper);
        if odd {
            upper.clear();
            upper.extend_from_slice(rgb);
        }
        if !odd || end {
            // A last row without a partner is its own.
            let halved = halved(&upper, rgb);
            self.push(number + 1, &halved)?;
        }
        if let Some(level) = self.levels.get_mut(number) {
            level.upper = upper;
        }
        Ok(())
    }

    /// Writes a row of tiles.
    fn close_band(&mut self, number: usize) -> Result<(), DecodeError> {
        let level = &mut self.levels[number];
        let stride = level.width as usize * 3;
        let height = level.band.len() / stride;
        let columns = level.width.div_ceil(SIDE);
        let row = (level.rows - 1) / SIDE;
        for column in 0..columns {
            let left = column * SIDE;
            let width = SIDE.min(level.width - left);
            let (from, to) = (left as usize * 3, (left + width) as usize * 3);
            let pixels: Vec<u8> =
                level.band.chunks_exact(stride).flat_map(|row| &row[from..to]).copied().collect();
            let tile = RgbImage::from_raw(width, height as u32, pixels).ok_or(DecodeError::Unfit)?;
            let bytes = jpeg::encode(&tile, QUALITY)?;
            self.out.write_all(&bytes)?;
            let length = u32::try_from(bytes.len()).map_err(DecodeError::of)?;
            self.index[level.first + (row * columns + column) as usize] = (self.at, length);
            self.at += u64::from(length);
        }
        level.band.clear();
        Ok(())
    }

    /// Writes the head; the file is whole then.
    ///
    /// # Errors
    /// Rows are missing; the file system's.
    pub fn finish(mut self) -> Result<(), DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let first = self.levels.first().filter(|_| self.index.iter().all(|(_, length)| *length > 0));
        let Some(Level { width, height, .. }) = first else { return Err(DecodeError::Unfit) };
        let mut head = MAGIC.to_vec();
        for number in [VERSION, SIDE, *width, *height, self.levels.len() as u32] {
            head.extend(number.to_le_bytes());
        }
        for (offset, length) in &self.index {
            head.extend(offset.to_le_bytes());
            head.extend(length.to_le_bytes());
        }
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&head)?;
        Ok(self.out.flush()?)
    }
}

impl Rows for Tiles {
    fn begin(&mut self, width: u32, height: u32) {
        let mut first = 0;
        for size in sizes(width, height) {
            let band = Vec::with_capacity(size.0 as usize * 3 * SIDE.min(size.1) as usize);
            let (width, height) = size;
            self.levels.push(Level { width, height, first, band, rows: 0, upper: Vec::new() });
            first += tiles_of(size);
        }
        self.index = vec![(0, 0); first];
        self.at = HEAD + ENTRY * first as u64;
        self.failed = self.out.seek(SeekFrom::Start(self.at)).err().map(DecodeError::Io);
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        self.push(0, rgb)
    }
}

/// Two rows at half their width.
fn halved(upper: &[u8], lower: &[u8]) -> Vec<u8> {
    let pairs = upper.len() / 6;
    let mut out = Vec::with_capacity(pairs * 3 + 3);
    for (a, b) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
        for c in 0..3 {
            let sum = u16::from(a[c]) + u16::from(a[c + 3]) + u16::from(b[c]) + u16::from(b[c + 3]);
            out.push(((sum + 2) / 4) as u8);
        }
    }
    let (a, b) = (&upper[pairs * 6..], &lower[pairs * 6..]);
    out.extend(a.iter().zip(b).map(|(a, b)| (u16::from(*a) + u16::from(*b)).div_ceil(2) as u8));
    out
}

/// A tile out of the file; `None` where the picture has none at that place.
///
/// # Errors
/// The file system's; the file is of another version, or not whole: then it is to be made again.
pub fn read(file: &mut File, level: u32, column: u32, row: u32) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; HEAD as usize];
    file.read_exact(&mut head)?;
    let number = |at: usize| {
        head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
    };
    let (width, height, levels) = (number(16), number(20), number(24));
    let sizes = sizes(width, height);
    let ours = &head[..8] == MAGIC && (number(8), number(12)) == (VERSION, SIDE);
    if !ours || sizes.len() != levels as usize {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let Some(size) = sizes.get(level as usize) else { return Ok(None) };
    let columns = size.0.div_ceil(SIDE);
    if column >= columns || row >= size.1.div_ceil(SIDE) {
        return Ok(None);
    }
    let before: usize = sizes[..level as usize].iter().map(|size| tiles_of(*size)).sum();
    let place = before as u64 + u64::from(row) * u64::from(columns) + u64::from(column);
    let mut entry = [0; ENTRY as usize];
    file.seek(SeekFrom::Start(HEAD + ENTRY * place))?;
    file.read_exact(&mut entry)?;
    let (offset, length) = entry.split_at(8);
    let offset = u64::from_le_bytes(offset.try_into().map_err(io::Error::other)?);
    let length = u32::from_le_bytes(length.try_into().map_err(io::Error::other)?);
    if length > MAX_TILE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length as usize];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn every_tile_of_every_level_shows_its_part_of_the_picture() {
        for (width, height) in [(1300, 1025), (512, 512), (700, 3), (1, 1)] {
            let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x / 8) as u8, (y / 8) as u8, 90]));
            let mut file = tempfile::tempfile().expect("file");
            let mut tiles = Tiles::new(file.try_clone().expect("clone"));
            tiles.begin(width, height);
            picture.chunks_exact(width as usize * 3).for_each(|row| tiles.row(row).expect("encodes"));
            tiles.finish().expect("whole");
            for (level, size) in sizes(width, height).into_iter().enumerate() {
                let scale = 1 << level;
                for row in 0..size.1.div_ceil(SIDE) {
                    for column in 0..size.0.div_ceil(SIDE) {
                        file.rewind().expect("seeks");
                        let bytes =
                            read(&mut file, level as u32, column, row).expect("reads").expect("there");
                        let tile = image::load_from_memory(&bytes).expect("decodes").into_rgb8();
                        let wide = SIDE.min(size.0 - column * SIDE);
                        assert_eq!(tile.dimensions(), (wide, SIDE.min(size.1 - row * SIDE)));
                        let (x, y) = (tile.width() / 2, tile.height() / 2);
                        let at = ((column * SIDE + x) * scale, (row * SIDE + y) * scale);
                        let there = picture.get_pixel(at.0.min(width - 1), at.1.min(height - 1));
                        let off =
                            tile.get_pixel(x, y).0.iter().zip(there.0).map(|(a, b)| a.abs_diff(b)).max();
                        assert!(off <= Some(4), "{width}×{height} {level} {column} {row}: {off:?}");
                    }
                }
                file.rewind().expect("seeks");
                let beyond = read(&mut file, level as u32, size.0.div_ceil(SIDE), 0).expect("reads");
                assert_eq!(beyond, None);
            }
            file.rewind().expect("seeks");
            assert_eq!(read(&mut file, 9, 0, 0).expect("reads"), None);
        }
    }

    #[test]
    fn a_picture_that_stops_gives_no_file() {
        let mut tiles = Tiles::new(tempfile::tempfile().expect("file"));
        tiles.begin(600, 600);
        (0..550).for_each(|_| tiles.row(&[7; 1800]).expect("encodes"));
        assert!(tiles.finish().is_err());
    }
}
