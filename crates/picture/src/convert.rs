//! Pictures in another format, or smaller: decoded whole, scaled by Lanczos, encoded again. Profiles are applied (the copy
//! is sRGB), the orientation too, and transparency is lost, as everywhere behind `decode`.

use crate::decode::{DecodeError, decode};
use crate::shrink::{fit, resized};
use crate::{derive, jpeg};
use image::RgbImage;
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
    let picture = decode(original)?;
    let (width, height) = how
        .max_edge
        .map_or((picture.width(), picture.height()), |edge| fit(picture.width(), picture.height(), edge));
    let whole = (0.0, 0.0, f64::from(picture.width()), f64::from(picture.height()));
    let picture = if (width, height) == picture.dimensions() {
        picture
    } else {
        resized(&picture, whole, width, height)?
    };
    match how.format {
        CopyFormat::Png => derive::png(&picture),
        CopyFormat::Jpeg => jpeg::encode(&picture, how.quality),
        CopyFormat::WebP => webp(&picture, how.quality),
    }
}

#[cfg(feature = "webp")]
fn webp(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, DecodeError> {
    let encoder = webp::Encoder::from_rgb(picture.as_raw(), picture.width(), picture.height());
    encoder
        .encode_simple(false, f32::from(quality))
        .map(|bytes| bytes.to_vec())
        .map_err(|error| DecodeError::Decoder(format!("{error:?}")))
}

#[cfg(not(feature = "webp"))]
fn webp(picture: &RgbImage, _: u8) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
    let (width, height) = picture.dimensions();
    encoder
        .encode(picture.as_raw(), width, height, image::ExtendedColorType::Rgb8)
        .map_err(DecodeError::of)?;
    Ok(bytes)
}
