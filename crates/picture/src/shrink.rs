//! Small pictures from rows, without the frame: boxes of whole pixels first, down to about twice the size that is wanted
//! (which no eye tells from Lanczos over everything: 47 dB), then Lanczos.

use crate::decode::{DecodeError, Rows, turned};
use fast_image_resize as fir;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use image::metadata::Orientation;
use image::{RgbImage, RgbaImage};

/// Takes rows, and keeps a picture whose long edge is at least twice `edge`, where the original's is.
pub struct Shrink {
    edge: u32,
    width: u32,
    height: u32,
    side: u32,
    sums: Vec<u16>,
    summed: u16,
    small: Vec<u8>,
}

impl Shrink {
    /// For pictures of this long edge or less.
    #[must_use]
    pub fn to(edge: u32) -> Self {
        Self { edge, width: 0, height: 0, side: 1, sums: Vec::new(), summed: 0, small: Vec::new() }
    }

    /// The long edge that a decoder which scales has to leave.
    #[must_use]
    pub fn enough(&self) -> u32 {
        self.edge * 2
    }

    /// Averages the boxes of the rows that were summed up.
    fn close(&mut self) {
        let side = self.side as usize;
        let whole = u32::from(self.summed) * self.side;
        for boxes in self.sums.chunks(side * 3) {
            // The last box of a row may be narrower.
            let width = boxes.len() / 3;
            let count = if width == side { whole } else { u32::from(self.summed) * width as u32 };
            let mut sum = [count / 2; 3];
            for pixel in boxes.chunks_exact(3) {
                sum[0] += u32::from(pixel[0]);
                sum[1] += u32::from(pixel[1]);
                sum[2] += u32::from(pixel[2]);
            }
            self.small.extend(sum.map(|sum| (sum / count) as u8));
        }
        self.sums.fill(0);
        self.summed = 0;
    }

    /// The picture at this long edge, the right way up.
    ///
    /// # Errors
    /// Rows are missing.
    pub fn finish(mut self, orientation: Orientation) -> Result<RgbImage, DecodeError> {
        if self.summed > 0 {
            self.close();
        }
        let (width, height) = (self.width.div_ceil(self.side), self.height.div_ceil(self.side));
        let boxes = RgbImage::from_raw(width, height, self.small).ok_or(DecodeError::Unfit)?;
        // The last boxes may be smaller than the others: the picture's true edge lies inside them.
        let scale = |side: u32| f64::from(side) / f64::from(self.side);
        let (to_width, to_height) = fit(self.width, self.height, self.edge);
        let part = (0.0, 0.0, scale(self.width), scale(self.height));
        Ok(turned(resized(&boxes, part, to_width, to_height)?, orientation))
    }
}

impl Rows for Shrink {
    fn begin(&mut self, width: u32, height: u32) {
        (self.width, self.height) = (width, height);
        self.side = (width.max(height) / self.enough()).max(1);
        self.sums = vec![0; if self.side == 1 { 0 } else { width as usize * 3 }];
        self.small =
            Vec::with_capacity((width.div_ceil(self.side) * height.div_ceil(self.side) * 3) as usize);
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        if self.side == 1 {
            self.small.extend_from_slice(rgb);
            return Ok(());
        }
        // At most 16 rows are summed: see `MAX_SIDE`.
        self.sums.iter_mut().zip(rgb).for_each(|(sum, value)| *sum += u16::from(*value));
        self.summed += 1;
        if u32::from(self.summed) == self.side {
            self.close();
        }
        Ok(())
    }
}

/// Scales a size so that its long edge is at most `edge`; never enlarges.
pub fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= edge {
        return (width, height);
    }
    let scale = |side: u32| {
        u32::try_from((u64::from(side) * u64::from(edge)).div_ceil(u64::from(long))).unwrap_or(1).max(1)
    };
    (scale(width), scale(height))
}

/// A part of a picture (left, top, width, height) at another size.
pub(super) fn resized(
    source: &RgbImage,
    part: (f64, f64, f64, f64),
    width: u32,
    height: u32,
) -> Result<RgbImage, DecodeError> {
    if (width, height) == source.dimensions() && part == (0.0, 0.0, f64::from(width), f64::from(height)) {
        return Ok(source.clone());
    }
    // Typed: the untyped call brings code for every kind of pixel, some megabytes of it.
    let view = TypedImageRef::<U8x3>::from_buffer(source.width(), source.height(), source.as_raw())
        .map_err(DecodeError::of)?;
    let mut small = RgbImage::new(width, height);
    let mut target = TypedImage::<U8x3>::from_buffer(width, height, &mut small).map_err(DecodeError::of)?;
    let options = fir::ResizeOptions::new()
        .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Lanczos3))
        .crop(part.0, part.1, part.2, part.3);
    fir::Resizer::new().resize_typed(&view, &mut target, &options).map_err(DecodeError::of)?;
    Ok(small)
}

/// A whole picture that can be seen through at another size: colours count as far as they are seen.
pub(super) fn resized_clear(source: &RgbaImage, width: u32, height: u32) -> Result<RgbaImage, DecodeError> {
    if (width, height) == source.dimensions() {
        return Ok(source.clone());
    }
    let view = TypedImageRef::<U8x4>::from_buffer(source.width(), source.height(), source.as_raw())
        .map_err(DecodeError::of)?;
    let mut small = RgbaImage::new(width, height);
    let mut target = TypedImage::<U8x4>::from_buffer(width, height, &mut small).map_err(DecodeError::of)?;
    let options = fir::ResizeOptions::new()
        .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Lanczos3))
        .use_alpha(true);
    fir::Resizer::new().resize_typed(&view, &mut target, &options).map_err(DecodeError::of)?;
    Ok(small)
}
