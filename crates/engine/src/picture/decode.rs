//! The only door through which bytes become pixels: known formats, and limits set before anything is allocated.

use crate::picture::inspect::{MAX_SIDE, inspect};
use image::{ImageReader, Limits, RgbImage};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Why a picture was not opened.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is no picture, or too large.
    #[error("not a picture that can be opened")]
    Unfit,
    /// The decoder's words.
    #[error("{0}")]
    Decoder(String),
}

/// Decodes a file to 8-bit RGB. Blocks for up to a second: never call it on an async thread.
///
/// # Errors
/// See [`DecodeError`]. A decoder that panics is an error like any other.
pub fn decode(path: &Path) -> Result<RgbImage, DecodeError> {
    let facts = inspect(File::open(path)?)?.map_err(|_| DecodeError::Unfit)?;
    if facts.too_large() {
        return Err(DecodeError::Unfit);
    }
    let format = match facts.format {
        crate::picture::inspect::Format::Png => image::ImageFormat::Png,
        crate::picture::inspect::Format::Jpeg => image::ImageFormat::Jpeg,
        crate::picture::inspect::Format::Webp => image::ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(1 << 30);
    let mut reader = ImageReader::with_format(BufReader::new(File::open(path)?), format);
    reader.limits(limits);
    let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| reader.decode()));
    match decoded {
        Ok(Ok(picture)) => Ok(picture.into_rgb8()),
        Ok(Err(error)) => Err(DecodeError::Decoder(error.to_string())),
        Err(_) => Err(DecodeError::Decoder("the decoder broke down".into())),
    }
}
