//! JPEG by libjpeg-turbo's code, as MozJPEG ships it: it decodes row by row from what arrives, and scales by 1/2, 1/4 or
//! 1/8 while it decodes. It builds with a C compiler alone; where `nasm` is installed it is some three times as fast.
//!
//! Without the feature `mozjpeg` the `image` crate decodes and `jpeg-encoder` encodes: all Rust, two to ten times slower.

#[cfg(not(feature = "mozjpeg"))]
pub(super) use plain::{encode, rows};
#[cfg(feature = "mozjpeg")]
pub(super) use turbo::{encode, rows};

#[cfg(feature = "mozjpeg")]
mod turbo {
    use crate::colour::Colour;
    use crate::decode::{DecodeError, Rows};
    use crate::inspect::Facts;
    use image::RgbImage;
    use mozjpeg::{ColorSpace, Compress, Decompress, Marker};
    use std::io::BufRead;
    use std::panic::catch_unwind;

    /// Hands the rows on; `false` where the colours are beyond it. It panics where a file is broken: see `guarded`.
    pub(crate) fn rows(
        source: impl BufRead,
        facts: &Facts,
        enough: Option<u32>,
        to: &mut dyn Rows,
    ) -> Result<bool, DecodeError> {
        let mut decoder = Decompress::with_markers(&[Marker::APP(2)]).from_reader(source)?;
        let (width, height) = facts.stored();
        if decoder.size() != (width as usize, height as usize) {
            return Err(DecodeError::Unfit);
        }
        let known = [ColorSpace::JCS_YCbCr, ColorSpace::JCS_GRAYSCALE, ColorSpace::JCS_RGB];
        if !known.contains(&decoder.color_space()) {
            return Ok(false);
        }
        let colour = Colour::of(profile(&decoder).as_deref());
        let least = enough.unwrap_or(u32::MAX);
        let eighths = [1, 2, 4].into_iter().find(|eighths| width.max(height) / 8 * eighths >= least);
        decoder.scale(u8::try_from(eighths.unwrap_or(8)).unwrap_or(8));
        let mut decoder = decoder.rgb()?;
        let fit = |side| u32::try_from(side).map_err(DecodeError::of);
        let (width, height) = (fit(decoder.width())?, fit(decoder.height())?);
        to.begin(width, height);
        let mut row = vec![0u8; width as usize * 3];
        for _ in 0..height {
            let row = decoder.read_scanlines_into(&mut row)?;
            colour.pass(row, |row| to.row(row))?;
        }
        decoder.finish()?;
        Ok(true)
    }

    /// The profile, which comes in numbered parts.
    fn profile<R>(decoder: &Decompress<R>) -> Option<Vec<u8>> {
        let mut parts: Vec<&[u8]> =
            decoder.markers().filter_map(|marker| marker.data.strip_prefix(b"ICC_PROFILE\0")).collect();
        parts.sort_by_key(|part| part.first().copied());
        let whole: Vec<u8> = parts.iter().flat_map(|part| part.iter().skip(2).copied()).collect();
        (!whole.is_empty()).then_some(whole)
    }

    /// As a JPEG; from quality 92 with its colours at full resolution.
    pub(crate) fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, DecodeError> {
        let coded = catch_unwind(|| {
            let mut coder = Compress::new(ColorSpace::JCS_RGB);
            coder.set_fastest_defaults();
            coder.set_size(picture.width() as usize, picture.height() as usize);
            coder.set_quality(quality.into());
            if quality >= 92 {
                coder.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
            }
            let mut coder = coder.start_compress(Vec::with_capacity(64 * 1024))?;
            coder.write_scanlines(picture)?;
            coder.finish()
        });
        coded.map_err(|_| DecodeError::of("the encoder broke down"))?.map_err(DecodeError::Io)
    }
}

#[cfg(not(feature = "mozjpeg"))]
mod plain {
    use crate::decode::{DecodeError, Rows};
    use crate::inspect::Facts;
    use image::RgbImage;
    use std::io::BufRead;

    /// Never: the `image` crate decodes in one piece.
    #[expect(clippy::unnecessary_wraps, reason = "the other one can fail")]
    pub(crate) fn rows(
        _: impl BufRead,
        _: &Facts,
        _: Option<u32>,
        _: &mut dyn Rows,
    ) -> Result<bool, DecodeError> {
        Ok(false)
    }

    /// As a JPEG; from quality 92 with its colours at full resolution.
    pub(crate) fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, DecodeError> {
        let side = |side| u16::try_from(side).map_err(DecodeError::of);
        let mut out = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
        if quality >= 92 {
            encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4);
        }
        let (width, height) = (side(picture.width())?, side(picture.height())?);
        encoder
            .encode(picture.as_raw(), width, height, jpeg_encoder::ColorType::Rgb)
            .map_err(DecodeError::of)?;
        Ok(out)
    }
}
