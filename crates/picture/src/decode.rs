//! The only door through which bytes become pixels: known formats, limits set before anything is allocated, broken
//! decoders caught. What comes out is 8-bit sRGB; alpha is dropped.
//!
//! Pictures come row by row wherever their format allows it, so that a small picture needs no large frame: PNG by the
//! `png` crate, JPEG by libjpeg-turbo's code (`jpeg`, which also scales while it decodes). The `image` crate does the
//! rest in one piece: WebP, interlaced PNG, CMYK. So pictures of 200 megapixels are opened row by row, and those that
//! have to be held whole as far as [`MAX_ALLOCATION`] goes; the rest is refused. PNG's own `gAMA` and `cHRM` are not looked at, profiles are (`colour`).

use crate::colour::Colour;
use crate::frame::{Frame, Part};
use crate::inspect::{Facts, Format, MAX_SIDE, inspect};
use crate::jpeg;
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, GenericImageView as _, ImageDecoder, ImageReader, Limits, RgbImage, RgbaImage,
};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Opening one picture takes no more memory than that, all its parts together.
pub const MAX_ALLOCATION: u64 = 400 << 20;
/// Of that, what is kept for whoever takes the rows; a decoder that works row by row needs no more either.
const MAX_BESIDE: u64 = 64 << 20;
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
    let facts = looked_at(path)?;
    if !guarded(|| streamed(opened(path)?, &facts, enough, to))? {
        let whole = guarded(|| Ok(on_white(in_one_piece(path, &facts, MAX_BESIDE)?)))?;
        to.begin(whole.width(), whole.height());
        whole.chunks_exact(whole.width() as usize * 3).try_for_each(|row| to.row(row))?;
    }
    Ok(facts)
}

fn looked_at(path: &Path) -> Result<Facts, DecodeError> {
    let facts = inspect(File::open(path)?)?.map_err(|_| DecodeError::Unfit)?;
    fits(&facts, MAX_BESIDE)?;
    if facts.progressive && scans(BufReader::new(File::open(path)?))? > MAX_SCANS {
        return Err(DecodeError::Unfit);
    }
    Ok(facts)
}

fn opened(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(64 * 1024, File::open(path)?))
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
    fits(facts, MAX_BESIDE)?;
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
    framed(path, None)
}

/// Decodes a part of a file as it is seen upright: the rest is never held.
///
/// # Errors
/// See [`rows`]; the part lies outside.
pub(super) fn decode_part(path: &Path, part: Part) -> Result<RgbImage, DecodeError> {
    framed(path, Some(part))
}

fn framed(path: &Path, part: Option<Part>) -> Result<RgbImage, DecodeError> {
    let facts = looked_at(path)?;
    let mut frame = Frame::new(&facts, part)?;
    fits(&facts, frame.part.bytes() + MAX_BESIDE)?;
    if !guarded(|| streamed(opened(path)?, &facts, None, &mut frame))? {
        let beside = if part.is_none() { MAX_BESIDE } else { frame.part.bytes() + MAX_BESIDE };
        let whole = guarded(|| Ok(on_white(in_one_piece(path, &facts, beside)?)))?;
        if part.is_none() && facts.orientation == Orientation::NoTransforms {
            return Ok(whole);
        }
        frame.begin(whole.width(), whole.height());
        whole.chunks_exact(whole.width() as usize * 3).try_for_each(|row| frame.row(row))?;
    }
    frame.finish()
}

/// Decodes a file with what can be seen through, the right way up; `None` where nothing can.
///
/// # Errors
/// See [`rows`].
pub fn see_through(path: &Path) -> Result<Option<RgbaImage>, DecodeError> {
    let facts = looked_at(path)?;
    if !facts.alpha {
        return Ok(None);
    }
    // Twice: once more where it is turned.
    let room = facts.pixels() * 4;
    let (picture, colour) = guarded(|| in_one_piece(path, &facts, room))?;
    let mut picture = picture.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return Ok(None);
    }
    colour.change_under(&mut picture);
    let mut picture = DynamicImage::ImageRgba8(picture);
    picture.apply_orientation(facts.orientation);
    Ok(Some(picture.into_rgba8()))
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

/// Refuses what would need more than is allowed together with `beside`.
fn fits(facts: &Facts, beside: u64) -> Result<(), DecodeError> {
    // A progressive JPEG is kept as coefficients until its end: two bytes for each of three colours.
    let coefficients = if facts.progressive { facts.pixels() * 6 } else { 0 };
    let unfit = facts.too_large() || coefficients + beside > MAX_ALLOCATION;
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
    let mut decoder = png::Decoder::new_with_limits(source, png::Limits { bytes: MAX_BESIDE as usize });
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
        let row = if samples == 3 {
            row.data()
        } else {
            rgb.clear();
            // Grey stands for all three colours.
            row.data().chunks_exact(samples).for_each(|pixel| {
                rgb.extend(match *pixel {
                    [grey] => [grey; 3],
                    [grey, alpha] => [over_white(grey, alpha); 3],
                    [r, g, b, alpha] => [r, g, b].map(|value| over_white(value, alpha)),
                    _ => [0; 3],
                });
            });
            &rgb
        };
        colour.pass(row, |row| to.row(row))?;
    }
    // Reads up to IEND, so that what is missing at the end is noticed.
    reader.finish().map_err(DecodeError::of)?;
    Ok(true)
}

/// By the `image` crate, in one piece, as it is stored, with the change of colours it needs. `beside` is what is held
/// beside it.
fn in_one_piece(path: &Path, facts: &Facts, beside: u64) -> Result<(DynamicImage, Colour), DecodeError> {
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
    // What decoders hold beside their result: a WebP all pixels once more, a JPEG four colours' coefficients at most.
    let inside = facts.pixels()
        * match facts.format {
            Format::Webp => 4,
            Format::Jpeg if facts.progressive => 8,
            Format::Jpeg | Format::Png => 0,
        };
    let change = match decoder.color_type() {
        ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ => facts.pixels() * 4,
    };
    // `DynamicImage::from_decoder` allocates this without a look at the limits.
    let needs = decoder.total_bytes().saturating_add(inside + change + beside);
    if decoder.dimensions() != facts.stored() || needs > MAX_ALLOCATION {
        return Err(DecodeError::Unfit);
    }
    let colour = Colour::of(decoder.icc_profile().map_err(DecodeError::of)?.as_deref());
    Ok((DynamicImage::from_decoder(decoder).map_err(DecodeError::of)?, colour))
}

/// On white, in sRGB.
fn on_white((picture, colour): (DynamicImage, Colour)) -> RgbImage {
    let mut picture = if picture.color().has_alpha() {
        let (width, height) = picture.dimensions();
        let mut pixels = picture.into_rgba8().into_raw();
        // In place: each pixel moves to the left of where it was.
        for at in 0..pixels.len() / 4 {
            let [r, g, b, alpha] = [0, 1, 2, 3].map(|part| pixels[at * 4 + part]);
            pixels[at * 3..at * 3 + 3].copy_from_slice(&[r, g, b].map(|value| over_white(value, alpha)));
        }
        pixels.truncate(pixels.len() / 4 * 3);
        RgbImage::from_raw(width, height, pixels).unwrap_or_default()
    } else {
        picture.into_rgb8()
    };
    colour.change(&mut picture);
    picture
}

/// A value that can be seen through as far as `alpha` lacks, on white.
pub(super) fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
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
