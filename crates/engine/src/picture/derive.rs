//! Small pictures made from originals: thumbnail, overview, crop. All deletable, all made again on demand.
//!
//! Originals never reach a web view: it sees these. A crop at 1:1 or closer is lossless, because that is where pixels
//! are judged.

use crate::picture::decode::{DecodeError, decode, rows};
use crate::picture::jpeg;
use crate::picture::shrink::{Shrink, fit, resized};
use crate::store::folder::Folders;
use image::RgbImage;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Long edge of a thumbnail.
const THUMB: u32 = 512;
/// Long edge of an overview.
const OVERVIEW: u32 = 2048;
/// Largest side of a crop that is answered.
const MAX_CROP: u32 = 4096;
/// Decoded frames that are kept, in bytes: four pictures of 4K.
const FRAMES: usize = 256 * 1024 * 1024;

/// A rectangle of an original and the size it is wanted at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Left, in image pixels.
    pub x: u32,
    /// Top.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// Width wanted.
    pub out_width: u32,
    /// Height wanted.
    pub out_height: u32,
}

impl Crop {
    /// Reads `x,y,w,h/WxH`.
    #[must_use]
    pub fn parse(rectangle: &str, out: &str) -> Option<Self> {
        let mut numbers = rectangle.split(',').map(str::parse::<u32>);
        let mut next = || numbers.next()?.ok();
        let (x, y, width, height) = (next()?, next()?, next()?, next()?);
        let (out_width, out_height) = out.split_once('x')?;
        let crop = Self {
            x,
            y,
            width,
            height,
            out_width: out_width.parse().ok()?,
            out_height: out_height.parse().ok()?,
        };
        let sides = [crop.width, crop.height, crop.out_width, crop.out_height];
        let fits =
            sides.iter().all(|side| *side > 0) && crop.out_width <= MAX_CROP && crop.out_height <= MAX_CROP;
        fits.then_some(crop)
    }
}

/// An answer for the screen.
pub struct Shown {
    /// Media type.
    pub mime: &'static str,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// A decoded original, with its path.
type Frame = (PathBuf, Arc<RgbImage>);

/// Makes small pictures, and remembers decoded originals for the next crop.
pub struct Derived {
    cache: PathBuf,
    frames: Mutex<VecDeque<Frame>>,
}

impl Derived {
    /// With the cache of a library.
    #[must_use]
    pub fn new(folders: &Folders) -> Self {
        Self { cache: folders.cache.clone(), frames: Mutex::default() }
    }

    /// A thumbnail, 512 px on the long edge. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn thumb(&self, original: &Path, hash: &str) -> Result<Shown, DecodeError> {
        self.kept(hash, "512", || {
            let mut small = Shrink::to(THUMB);
            let facts = rows(original, Some(small.enough()), &mut small)?;
            jpeg::encode(&small.finish(facts.orientation)?, 84)
        })
    }

    /// An overview, 2048 px on the long edge. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn overview(&self, original: &Path, hash: &str) -> Result<Shown, DecodeError> {
        self.kept(hash, "2048", || {
            let frame = self.frame(original)?;
            let (width, height) = fit(frame.width(), frame.height(), OVERVIEW);
            jpeg::encode(&resized(&frame, all(&frame), width, height)?, 90)
        })
    }

    /// From the cache, or made and kept there.
    fn kept(
        &self,
        hash: &str,
        name: &str,
        make: impl FnOnce() -> Result<Vec<u8>, DecodeError>,
    ) -> Result<Shown, DecodeError> {
        let path = self.cache.join(format!("{hash}-{name}.jpg"));
        if let Ok(bytes) = std::fs::read(&path) {
            return Ok(Shown { mime: "image/jpeg", bytes });
        }
        let bytes = make()?;
        // The cache is a convenience: a full disk must not keep the picture from being shown.
        let temporary = path.with_extension("tmp");
        if std::fs::write(&temporary, &bytes).is_ok() {
            drop(std::fs::rename(&temporary, &path));
        }
        Ok(Shown { mime: "image/jpeg", bytes })
    }

    /// A rectangle of the original: PNG of exact pixels at 1:1 or closer, else JPEG. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened, or the rectangle lies outside.
    pub fn crop(&self, original: &Path, crop: Crop) -> Result<Shown, DecodeError> {
        let frame = self.frame(original)?;
        let inside = crop.x.checked_add(crop.width).is_some_and(|right| right <= frame.width())
            && crop.y.checked_add(crop.height).is_some_and(|bottom| bottom <= frame.height());
        if !inside {
            return Err(DecodeError::Unfit);
        }
        if crop.out_width >= crop.width && crop.out_height >= crop.height {
            // Enlarging is the screen's work: it needs the exact pixels, not more of them.
            let exact =
                image::imageops::crop_imm(&*frame, crop.x, crop.y, crop.width, crop.height).to_image();
            return Ok(Shown { mime: "image/png", bytes: png(&exact)? });
        }
        let part = (crop.x.into(), crop.y.into(), crop.width.into(), crop.height.into());
        let small = resized(&frame, part, crop.out_width, crop.out_height)?;
        Ok(Shown { mime: "image/jpeg", bytes: jpeg::encode(&small, 92)? })
    }

    fn frame(&self, original: &Path) -> Result<Arc<RgbImage>, DecodeError> {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = frames.iter().position(|(path, _)| path == original)
            && let Some(found) = frames.remove(at)
        {
            frames.push_front(found.clone());
            return Ok(found.1);
        }
        // Decoding under the lock: two requests for one picture must not decode it twice.
        let frame = Arc::new(decode(original)?);
        frames.push_front((original.into(), frame.clone()));
        while frames.len() > 1 && frames.iter().map(|(_, frame)| frame.as_raw().len()).sum::<usize>() > FRAMES
        {
            frames.pop_back();
        }
        Ok(frame)
    }

    /// Forgets decoded originals.
    pub fn forget_frames(&self) {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// All of a picture, as a part.
fn all(picture: &RgbImage) -> (f64, f64, f64, f64) {
    (0.0, 0.0, picture.width().into(), picture.height().into())
}

fn png(picture: &RgbImage) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(|error| DecodeError::Decoder(error.to_string()))?;
    writer.write_image_data(picture.as_raw()).map_err(|error| DecodeError::Decoder(error.to_string()))?;
    writer.finish().map_err(|error| DecodeError::Decoder(error.to_string()))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup() -> (tempfile::TempDir, Derived, PathBuf) {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().into(), cache: folder.path().into() };
        let original = folder.path().join("original.png");
        RgbImage::from_fn(1200, 800, |x, y| image::Rgb([x as u8, y as u8, (x / 8) as u8]))
            .save(&original)
            .expect("save");
        (folder, Derived::new(&folders), original)
    }

    #[test]
    fn a_crop_at_one_to_one_holds_the_exact_pixels() {
        let (_folder, derived, original) = setup();
        let crop = Crop::parse("100,50,40,30", "80x60").expect("right");
        let shown = derived.crop(&original, crop).expect("inside");
        let pixels = image::load_from_memory(&shown.bytes).expect("decodes").into_rgb8();
        assert_eq!((shown.mime, pixels.dimensions()), ("image/png", (40, 30)));
        assert_eq!(pixels.get_pixel(3, 4), &image::Rgb([103, 54, 12]));
    }

    #[test]
    fn smaller_ones_have_the_size_asked_for_and_outside_is_refused() {
        let (_folder, derived, original) = setup();
        let small =
            derived.crop(&original, Crop::parse("0,0,1200,800", "300x200").expect("right")).expect("inside");
        assert_eq!(image::load_from_memory(&small.bytes).expect("decodes").width(), 300);
        assert!(derived.crop(&original, Crop::parse("1190,0,20,10", "20x10").expect("right")).is_err());
        assert_eq!(Crop::parse("0,0,10,10", "9999x10"), None);
        assert_eq!(Crop::parse("0,0,0,10", "10x10"), None);
        let thumb = derived.thumb(&original, "h").expect("made");
        let size = image::load_from_memory(&thumb.bytes).expect("decodes");
        assert_eq!((size.width(), size.height()), (512, 342));
        std::fs::remove_file(&original).expect("remove");
        assert_eq!(derived.thumb(&original, "h").expect("from the cache").bytes, thumb.bytes);
    }
}
