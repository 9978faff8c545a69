//! Two pictures against each other, from their exact pixels: the difference of a part, and single pixels.
//!
//! Colours are compared as they are shown, in sRGB. Not here: whether two pictures line up, which is for whoever asks.

use crate::picture::decode::DecodeError;
use crate::picture::derive::{Crop, Derived, Shown, all, cut_out, png};
use crate::picture::shrink::resized;
use std::path::Path;

/// The most that a difference is multiplied by.
pub const MAX_GAIN: u16 = 64;

impl Derived {
    /// How far each colour of each pixel in a part of `one` is from that of `other`, times `gain`, as a lossless PNG: of
    /// the part's own size, or smaller where less is wanted. Pictures of other sizes are laid over each other. Blocks.
    ///
    /// # Errors
    /// An original cannot be opened, or the rectangle lies outside.
    pub fn difference(&self, one: &Path, other: &Path, crop: Crop, gain: u16) -> Result<Shown, DecodeError> {
        let (one, other) = (self.frame(one)?, self.frame(other)?);
        let mut part = cut_out(&one, crop)?;
        let other = if one.dimensions() == other.dimensions() {
            cut_out(&other, crop)?
        } else {
            let scale = |at: u32, from: u32, to: u32| f64::from(at) * f64::from(to) / f64::from(from);
            let place = (
                scale(crop.x, one.width(), other.width()),
                scale(crop.y, one.height(), other.height()),
                scale(crop.width, one.width(), other.width()),
                scale(crop.height, one.height(), other.height()),
            );
            resized(&other, place, crop.width, crop.height)?
        };
        let gain = gain.clamp(1, MAX_GAIN);
        part.iter_mut().zip(other.iter()).for_each(|(one, other)| {
            *one = (u16::from(one.abs_diff(*other)) * gain).min(255) as u8;
        });
        if crop.out_width < crop.width || crop.out_height < crop.height {
            part = resized(&part, all(&part), crop.out_width, crop.out_height)?;
        }
        Ok(Shown { mime: "image/png", bytes: png(&part)? })
    }

    /// The colour of a pixel, as it is shown; `None` beside the picture. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn pixel(&self, original: &Path, x: u32, y: u32) -> Result<Option<[u8; 3]>, DecodeError> {
        Ok(self.frame(original)?.get_pixel_checked(x, y).map(|pixel| pixel.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::folder::Folders;
    use image::{Rgb, RgbImage};

    #[test]
    fn a_difference_is_exact_to_the_pixel() {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().into(), cache: folder.path().into() };
        let derived = Derived::new(&folders);
        let one = RgbImage::from_fn(90, 60, |x, y| Rgb([x as u8, y as u8, 100]));
        let mut other = one.clone();
        other.put_pixel(20, 30, Rgb([23, 30, 90]));
        let half = RgbImage::from_fn(45, 30, |x, y| Rgb([x as u8 * 2, y as u8 * 2, 100]));
        let paths = ["one", "other", "half"].map(|name| folder.path().join(format!("{name}.png")));
        one.save(&paths[0]).expect("saved");
        other.save(&paths[1]).expect("saved");
        half.save(&paths[2]).expect("saved");
        let crop = Crop::parse("10,20,40,30", "80x60").expect("right");
        let shown = derived.difference(&paths[0], &paths[1], crop, 10).expect("inside");
        let seen = image::load_from_memory(&shown.bytes).expect("decodes").into_rgb8();
        assert_eq!((shown.mime, seen.dimensions()), ("image/png", (40, 30)));
        assert_eq!(seen.get_pixel(10, 10), &Rgb([30, 0, 100]));
        assert_eq!(seen.pixels().filter(|pixel| pixel.0 != [0; 3]).count(), 1);
        let strong = derived.difference(&paths[0], &paths[1], crop, 64).expect("inside");
        let strong = image::load_from_memory(&strong.bytes).expect("decodes").into_rgb8();
        assert_eq!(strong.get_pixel(10, 10), &Rgb([192, 0, 255]));
        let over = derived.difference(&paths[0], &paths[2], crop, 1).expect("laid over");
        let over = image::load_from_memory(&over.bytes).expect("decodes").into_rgb8();
        assert!(over.iter().all(|off| *off <= 2), "half as large, and the same");
        let small = Crop::parse("10,20,40,30", "20x15").expect("right");
        let small = derived.difference(&paths[0], &paths[1], small, 1).expect("inside");
        assert_eq!(image::load_from_memory(&small.bytes).expect("decodes").width(), 20);
        let outside = Crop::parse("60,20,40,30", "40x30").expect("right");
        assert!(derived.difference(&paths[0], &paths[1], outside, 1).is_err());
        assert_eq!(derived.pixel(&paths[1], 20, 30).expect("opens"), Some([23, 30, 90]));
        assert_eq!(derived.pixel(&paths[1], 90, 30).expect("opens"), None);
    }
}
