//! A picture, or a part of it, put together from rows the right way up as they come: no second frame to turn it in.

use crate::decode::{DecodeError, Rows};
use crate::inspect::Facts;
use image::metadata::Orientation;
use image::{Rgb, RgbImage};

/// A part of a picture as it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Part {
    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height) * 3
    }

    fn inside(&self, width: u32, height: u32) -> bool {
        self.x.checked_add(self.width).is_some_and(|right| right <= width)
            && self.y.checked_add(self.height).is_some_and(|bottom| bottom <= height)
    }
}

/// Takes rows as they are stored.
pub(super) struct Frame {
    pub(super) part: Part,
    orientation: Orientation,
    stored: (u32, u32),
    next: u32,
    picture: RgbImage,
}

impl Frame {
    /// Of a picture like that: this part, or all of it.
    pub(super) fn new(facts: &Facts, part: Option<Part>) -> Result<Self, DecodeError> {
        let (width, height) = (facts.width, facts.height);
        let part = part.unwrap_or(Part { x: 0, y: 0, width, height });
        if !part.inside(width, height) {
            return Err(DecodeError::Unfit);
        }
        let (orientation, stored) = (facts.orientation, facts.stored());
        Ok(Self { part, orientation, stored, next: 0, picture: RgbImage::default() })
    }

    /// The picture.
    pub(super) fn finish(self) -> Result<RgbImage, DecodeError> {
        if self.next == self.stored.1 { Ok(self.picture) } else { Err(DecodeError::Unfit) }
    }

    /// Where a stored pixel is seen.
    fn seen(&self, x: u32, y: u32) -> (u32, u32) {
        use Orientation as O;
        let (right, bottom) = (self.stored.0 - 1 - x, self.stored.1 - 1 - y);
        match self.orientation {
            O::NoTransforms => (x, y),
            O::FlipHorizontal => (right, y),
            O::FlipVertical => (x, bottom),
            O::Rotate180 => (right, bottom),
            O::Rotate90 => (bottom, x),
            O::Rotate270 => (y, right),
            O::Rotate90FlipH => (y, x),
            O::Rotate270FlipH => (bottom, right),
        }
    }
}

impl Rows for Frame {
    fn begin(&mut self, width: u32, height: u32) {
        self.stored = (width, height);
        self.picture = RgbImage::new(self.part.width, self.part.height);
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        let (y, part) = (self.next, self.part);
        if y >= self.stored.1 || rgb.len() != self.stored.0 as usize * 3 {
            return Err(DecodeError::Unfit);
        }
        self.next += 1;
        if self.orientation == Orientation::NoTransforms {
            if let Some(row) = y.checked_sub(part.y).filter(|row| *row < part.height) {
                let (from, stride) = (part.x as usize * 3, part.width as usize * 3);
                let at = row as usize * stride;
                let pixels: &mut [u8] = &mut self.picture;
                pixels[at..at + stride].copy_from_slice(&rgb[from..from + stride]);
            }
            return Ok(());
        }
        for (x, pixel) in (0..).zip(rgb.chunks_exact(3)) {
            let (seen_x, seen_y) = self.seen(x, y);
            let (left, top) = (seen_x.wrapping_sub(part.x), seen_y.wrapping_sub(part.y));
            if let Some(place) = self.picture.get_pixel_mut_checked(left, top) {
                *place = Rgb([pixel[0], pixel[1], pixel[2]]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::turned;
    use crate::inspect::Format;

    #[test]
    fn every_way_up_and_every_part_is_as_the_other_turner_turns_it() {
        let stored = RgbImage::from_fn(7, 5, |x, y| Rgb([x as u8, y as u8, 9]));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).expect("one of eight");
            let upright = turned(stored.clone(), orientation);
            let facts = Facts {
                format: Format::Jpeg,
                width: upright.width(),
                height: upright.height(),
                orientation,
                alpha: false,
                progressive: false,
                complete: true,
                serial: None,
                credentials: false,
            };
            let parts = [None, Some(Part { x: 1, y: 2, width: 3, height: 2 })];
            for part in parts {
                let mut frame = Frame::new(&facts, part).expect("inside");
                frame.begin(7, 5);
                stored.chunks_exact(21).for_each(|row| frame.row(row).expect("fits"));
                let made = frame.finish().expect("whole");
                let Part { x, y, width, height } =
                    part.unwrap_or(Part { x: 0, y: 0, width: upright.width(), height: upright.height() });
                let meant = image::imageops::crop_imm(&upright, x, y, width, height).to_image();
                assert_eq!(made, meant, "{orientation:?} {part:?}");
            }
            assert!(Frame::new(&facts, Some(Part { x: 5, y: 0, width: 3, height: 1 })).is_err());
        }
    }
}
