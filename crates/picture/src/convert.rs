//! Pictures in another format, or smaller: decoded whole, scaled by Lanczos, encoded again. Profiles are applied (the copy
//! is sRGB), the orientation too. What can be seen through stays so in PNG and WebP; JPEG has white there.

use crate::decode::{DecodeError, decode, see_through};
use crate::shrink::{fit, resized, resized_clear};
use crate::{derive, jpeg};
use std::path::Path;

/// The format of a converted copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    /// Without loss.
    Png,
    /// With a quality.
    Jpeg,
    /// With a quality, where the `webp` feature is on; without loss otherwise.
    WebP,
}

impl CopyFormat {
    /// As a person names it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpeg" | "jpg" => Some(Self::Jpeg),
            "webp" => Some(Self::WebP),
            _ => None,
        }
    }

    /// File extension.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
        }
    }

    /// MIME type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

/// How pictures are converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// Into what.
    pub format: CopyFormat,
    /// 1 to 100; no matter for PNG.
    pub quality: u8,
    /// The long edge in pixels at most. Never enlarges.
    pub max_edge: Option<u32>,
}

/// A converted copy's bytes. Blocks for a second and more, and takes the frame's memory: never on an async thread.
///
/// # Errors
/// See [`DecodeError`].
pub fn convert(original: &Path, how: Conversion) -> Result<Vec<u8>, DecodeError> {
    let clear = if how.format == CopyFormat::Jpeg { None } else { see_through(original)? };
    if let Some(picture) = clear {
        let (width, height) = size(how, picture.dimensions());
        let picture = resized_clear(&picture, width, height)?;
        return match how.format {
            CopyFormat::WebP => webp(&picture, width, height, true, how.quality),
            _ => derive::png_of(&picture, width, height, png::ColorType::Rgba),
        };
    }
    let picture = decode(original)?;
    let (width, height) = size(how, picture.dimensions());
    let picture = if (width, height) == picture.dimensions() {
        picture
    } else {
        resized(&picture, derive::all(&picture), width, height)?
    };
    match how.format {
        CopyFormat::Png => derive::png(&picture),
        CopyFormat::Jpeg => jpeg::encode(&picture, how.quality),
        CopyFormat::WebP => webp(&picture, width, height, false, how.quality),
    }
}

fn size(how: Conversion, (width, height): (u32, u32)) -> (u32, u32) {
    how.max_edge.map_or((width, height), |edge| fit(width, height, edge))
}

#[cfg(feature = "webp")]
fn webp(pixels: &[u8], width: u32, height: u32, alpha: bool, quality: u8) -> Result<Vec<u8>, DecodeError> {
    let layout = if alpha { webp::PixelLayout::Rgba } else { webp::PixelLayout::Rgb };
    webp::Encoder::new(pixels, layout, width, height)
        .encode_simple(false, f32::from(quality))
        .map(|bytes| bytes.to_vec())
        .map_err(|error| DecodeError::Decoder(format!("{error:?}")))
}

#[cfg(not(feature = "webp"))]
fn webp(pixels: &[u8], width: u32, height: u32, alpha: bool, _: u8) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
    let colours = if alpha { image::ExtendedColorType::Rgba8 } else { image::ExtendedColorType::Rgb8 };
    encoder.encode(pixels, width, height, colours).map_err(DecodeError::of)?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
