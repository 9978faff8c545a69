//! The only door through which bytes become pixels: known formats, limits set before anything is allocated, broken
//! decoders caught. What comes out is 8-bit sRGB; alpha is dropped.
//!
//! Pictures come row by row wherever their format allows it, so that a small picture needs no large frame: PNG by the
//! `png` crate, JPEG by libjpeg-turbo's code (`jpeg`, which also scales while it decodes). The `image` crate does the
//! rest in one piece: WebP, interlaced PNG, CMYK. PNG's own `gAMA` and `cHRM` are not looked at, profiles are (`colour`).

use crate::colour::Colour;
use crate::inspect::{Facts, Format, MAX_SIDE, inspect};
use crate::jpeg;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// No decoder may take more than that for one picture.
const MAX_ALLOCATION: u64 = 1 << 30;
/// A decoder that works row by row needs no more than that beside the rows.
const MAX_BESIDE: usize = 64 << 20;
/// A progressive JPEG with more scans is meant to keep a decoder busy.
const MAX_SCANS: usize = 256;

/// Why a picture was not opened.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no picture, or too large.
    #[error("not a picture that can be opened")]
    Unfit,
    /// The decoder's words.
    #[error("{0}")]
    Decoder(String),
}

impl DecodeError {
    pub(super) fn of(error: impl std::fmt::Display) -> Self {
        Self::Decoder(error.to_string())
    }
}

/// What wants a picture's rows.
pub trait Rows {
    /// So large the picture is whose rows come now: as it is stored, not as it is turned.
    fn begin(&mut self, width: u32, height: u32);
    /// The next row, three bytes a pixel.
    ///
    /// # Errors
    /// Where it cannot go on.
    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError>;
}

/// Hands a file's rows on. Where `enough` is given, they may be of a smaller picture whose long edge is no shorter.
/// Blocks for up to a second: never call it on an async thread.
///
/// # Errors
/// See [`DecodeError`]. A decoder that panics is an error like any other.
pub fn rows(path: &Path, enough: Option<u32>, to: &mut dyn Rows) -> Result<Facts, DecodeError> {
    let facts = inspect(File::open(path)?)?.map_err(|_| DecodeError::Unfit)?;
    fits(&facts)?;
    if facts.progressive && scans(BufReader::new(File::open(path)?))? > MAX_SCANS {
        return Err(DecodeError::Unfit);
    }
    let source = BufReader::with_capacity(64 * 1024, File::open(path)?);
    if !guarded(|| streamed(source, &facts, enough, to))? {
        let whole = guarded(|| whole(path, &facts))?;
        to.begin(whole.width(), whole.height());
        whole.chunks_exact(whole.width() as usize * 3).try_for_each(|row| to.row(row))?;
    }
    Ok(facts)
}

/// Hands on the rows of a picture that is still arriving, as far as they can be had before its end; `false` where its
/// form does not allow that, and nothing was handed on. Its facts come from its beginning.
///
/// # Errors
/// See [`rows`].
pub fn rows_arriving(
    source: impl BufRead,
    facts: &Facts,
    enough: Option<u32>,
    to: &mut dyn Rows,
) -> Result<bool, DecodeError> {
    fits(facts)?;
    if facts.progressive {
        return Ok(false);
    }
    guarded(|| streamed(Forward(source), facts, enough, to))
}

/// Decodes a file whole, the right way up.
///
/// # Errors
/// See [`rows`].
pub fn decode(path: &Path) -> Result<RgbImage, DecodeError> {
    let mut frame = Frame::default();
    let facts = rows(path, None, &mut frame)?;
    let picture = RgbImage::from_raw(frame.width, frame.height, frame.pixels).ok_or(DecodeError::Unfit)?;
    Ok(turned(picture, facts.orientation))
}

/// The right way up.
pub(super) fn turned(picture: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return picture;
    }
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

#[derive(Default)]
struct Frame {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Rows for Frame {
    fn begin(&mut self, width: u32, height: u32) {
        (self.width, self.height) = (width, height);
        self.pixels = Vec::with_capacity(width as usize * height as usize * 3);
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        self.pixels.extend_from_slice(rgb);
        Ok(())
    }
}

fn fits(facts: &Facts) -> Result<(), DecodeError> {
    // A progressive JPEG is kept as coefficients until its end: two bytes for each of three colours.
    let whole = u64::from(facts.width) * u64::from(facts.height) * 6;
    let unfit = facts.too_large() || facts.progressive && whole > MAX_ALLOCATION;
    if unfit { Err(DecodeError::Unfit) } else { Ok(()) }
}

fn guarded<T>(work: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|reason| {
        let text = reason.downcast_ref::<String>().map_or("the decoder broke down", String::as_str);
        Err(DecodeError::of(text))
    })
}

fn streamed(
    source: impl BufRead + Seek,
    facts: &Facts,
    enough: Option<u32>,
    to: &mut dyn Rows,
) -> Result<bool, DecodeError> {
    match facts.format {
        Format::Png => png_rows(source, facts, to),
        Format::Jpeg => jpeg::rows(source, facts, enough, to),
        Format::Webp => Ok(false),
    }
}

fn png_rows(source: impl BufRead + Seek, facts: &Facts, to: &mut dyn Rows) -> Result<bool, DecodeError> {
    let mut decoder = png::Decoder::new_with_limits(source, png::Limits { bytes: MAX_BESIDE });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    let head = decoder.read_header_info().map_err(DecodeError::of)?;
    if (head.width, head.height) != facts.stored() {
        return Err(DecodeError::Unfit);
    }
    if head.interlaced {
        return Ok(false);
    }
    let mut reader = decoder.read_info().map_err(DecodeError::of)?;
    let (width, height) = facts.stored();
    let colour = Colour::of(reader.info().icc_profile.as_deref());
    let samples = reader.output_color_type().0.samples();
    let mut rgb = Vec::new();
    to.begin(width, height);
    for _ in 0..height {
        let row = reader.next_row().map_err(DecodeError::of)?.ok_or(DecodeError::Unfit)?;
        let row = match samples {
            3 => row.data(),
            _ => {
                rgb.clear();
                // Grey stands for all three colours; alpha goes.
                let first =
                    |pixel: &[u8]| if samples < 3 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] };
                row.data().chunks_exact(samples).for_each(|pixel| rgb.extend_from_slice(&first(pixel)));
                &rgb
            }
        };
        colour.pass(row, |row| to.row(row))?;
    }
    // Reads up to IEND, so that what is missing at the end is noticed.
    reader.finish().map_err(DecodeError::of)?;
    Ok(true)
}

/// By the `image` crate, in one piece, as it is stored.
fn whole(path: &Path, facts: &Facts) -> Result<RgbImage, DecodeError> {
    let format = match facts.format {
        Format::Png => image::ImageFormat::Png,
        Format::Jpeg => image::ImageFormat::Jpeg,
        Format::Webp => image::ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let mut reader = ImageReader::with_format(BufReader::new(File::open(path)?), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(DecodeError::of)?;
    // `DynamicImage::from_decoder` allocates this without a look at the limits.
    if decoder.dimensions() != facts.stored() || decoder.total_bytes() > MAX_ALLOCATION {
        return Err(DecodeError::Unfit);
    }
    let colour = Colour::of(decoder.icc_profile().map_err(DecodeError::of)?.as_deref());
    let mut picture = DynamicImage::from_decoder(decoder).map_err(DecodeError::of)?.into_rgb8();
    colour.change(&mut picture);
    Ok(picture)
}

/// How many scans a JPEG has, at most: start markers, also where they are other bytes by chance.
fn scans(mut source: impl Read) -> io::Result<usize> {
    let (mut buffer, mut count, mut last) = (vec![0; 64 * 1024], 0, 0);
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            return Ok(count);
        }
        for byte in &buffer[..read] {
            count += usize::from(last == 0xff && *byte == 0xda);
            last = *byte;
        }
    }
}

/// What arrives can only be read forward; the `png` crate wants the bound and does not use it.
struct Forward<R>(R);

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> BufRead for Forward<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }
}

impl<R> Seek for Forward<R> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
