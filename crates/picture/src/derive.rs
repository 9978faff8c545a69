//! What is made from originals: thumbnails, overview, tiles, crops. All deletable, all made again on demand.
//!
//! Originals never reach a web view: it sees these. A crop at 1:1 or closer is lossless, because that is where pixels
//! are judged.

use crate::cache::{self, Cache};
use crate::decode::{DecodeError, Rows, decode, decode_part, rows, rows_arriving};
use crate::essence::Essence;
use crate::frame::Part;
use crate::inspect::inspect;
use crate::jpeg;
use crate::shrink::{Shrink, fit, resized};
use crate::tiles::{self, Tiles};
use image::RgbImage;
use image::metadata::Orientation;
use std::collections::VecDeque;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Long edge of a thumbnail.
const THUMB: u32 = 512;
/// Long edge of the smaller thumbnail, for a grid on a plain display.
const SMALL_THUMB: u32 = 256;
/// Long edge of an overview.
const OVERVIEW: u32 = 2048;
/// Largest side of a crop that is answered.
const MAX_CROP: u32 = 4096;
/// Most pixels of one: a display of 4K shows no more, and the interface asks for no more.
const MAX_CROP_PIXELS: u32 = 9_000_000;
/// Pictures that are decoded side by side, at most.
const LANES: usize = 8;
/// Pictures of which it is remembered what they are like: more than land at once.
const NOTICED: usize = 256;
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
        let fits = sides.iter().all(|side| *side > 0)
            && crop.out_width <= MAX_CROP
            && crop.out_height <= MAX_CROP
            && crop.out_width * crop.out_height <= MAX_CROP_PIXELS;
        fits.then_some(crop)
    }

    fn inside(&self, picture: &RgbImage) -> bool {
        self.x.checked_add(self.width).is_some_and(|right| right <= picture.width())
            && self.y.checked_add(self.height).is_some_and(|bottom| bottom <= picture.height())
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

/// Both thumbnails of a picture, and what it is like.
pub struct Small {
    thumb: Vec<u8>,
    small_thumb: Vec<u8>,
    /// Tiles that were made in the same pass, as a file that is not in its place yet.
    tiles: Option<PathBuf>,
    /// What it is like.
    pub essence: Essence,
}

impl Small {
    fn of(thumb: &RgbImage) -> Result<Self, DecodeError> {
        let (width, height) = fit(thumb.width(), thumb.height(), SMALL_THUMB);
        let small = resized(thumb, all(thumb), width, height)?;
        let (small_thumb, essence) = (jpeg::encode(&small, 84)?, Essence::of(&small));
        Ok(Self { thumb: jpeg::encode(thumb, 84)?, small_thumb, tiles: None, essence })
    }
}

/// Makes small pictures, and remembers decoded originals for the next crop.
pub struct Derived {
    cache: Cache,
    frames: Mutex<VecDeque<Frame>>,
    /// What the pictures were like of which thumbnails were made last, by their hash.
    essences: Mutex<VecDeque<(String, Essence)>>,
    /// What two requests for one picture must not do twice is done in its lane; most other pictures have another one.
    lanes: [Mutex<()>; LANES],
}

impl Derived {
    /// With the cache in this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let cache = Cache::new(folder, cache::LIMIT);
        Self { cache, frames: Mutex::default(), essences: Mutex::default(), lanes: Default::default() }
    }

    /// A thumbnail, 512 px on the long edge. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn thumb(&self, original: &Path, hash: &str) -> Result<Shown, DecodeError> {
        self.kept_or_made(&thumb_name(hash), hash, || Ok(self.small(original, hash)?.thumb))
    }

    /// A thumbnail, 256 px on the long edge. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn small_thumb(&self, original: &Path, hash: &str) -> Result<Shown, DecodeError> {
        self.kept_or_made(&small_thumb_name(hash), hash, || Ok(self.small(original, hash)?.small_thumb))
    }

    /// What a picture is like. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn essence(&self, original: &Path, hash: &str) -> Result<Essence, DecodeError> {
        let thumb = self.small_thumb(original, hash)?;
        let thumb = image::load_from_memory_with_format(&thumb.bytes, image::ImageFormat::Jpeg);
        Ok(Essence::of(&thumb.map_err(DecodeError::of)?.into_rgb8()))
    }

    /// What a picture is like whose thumbnails were made a moment ago.
    #[must_use]
    pub fn noticed(&self, hash: &str) -> Option<Essence> {
        let essences = self.essences.lock().unwrap_or_else(PoisonError::into_inner);
        essences.iter().find(|(known, _)| known == hash).map(|(_, essence)| *essence)
    }

    fn small(&self, original: &Path, hash: &str) -> Result<Small, DecodeError> {
        let mut thumb = Shrink::to(THUMB);
        let facts = rows(original, Some(thumb.enough()), &mut thumb)?;
        let small = Small::of(&thumb.finish(facts.orientation)?)?;
        self.keep(hash, &small);
        Ok(small)
    }

    /// From the bytes of a picture that is still arriving; `None` where its form does not allow that, or it is none.
    /// With `tiles` they are made in the same pass. Blocks until the picture is there.
    pub fn arriving(&self, mut source: impl BufRead, tiles: bool) -> Option<Small> {
        let facts = inspect(io::Cursor::new(source.fill_buf().ok()?)).ok()?.ok()?;
        let tiles = tiles && facts.orientation == Orientation::NoTransforms;
        let temporary = tiles.then(|| self.cache.temporary());
        let mut both = Both {
            thumb: Shrink::to(THUMB),
            tiles: temporary.as_ref().and_then(|path| Some(Tiles::new(File::create(path).ok()?))),
        };
        let enough = Some(both.thumb.enough()).filter(|_| both.tiles.is_none());
        let made = rows_arriving(source, &facts, enough, &mut both).and_then(|streamed| {
            let Both { thumb, tiles } = both;
            if !streamed {
                return Ok(None);
            }
            let mut small = Small::of(&thumb.finish(facts.orientation)?)?;
            let whole = tiles.is_some_and(|tiles| tiles.finish().is_ok());
            small.tiles = temporary.clone().filter(|_| whole);
            Ok(Some(small))
        });
        if let (Some(path), false) = (&temporary, matches!(&made, Ok(Some(Small { tiles: Some(_), .. })))) {
            drop(std::fs::remove_file(path));
        }
        made.inspect_err(|error| tracing::debug!(%error, "not decoded while it arrived")).ok()?
    }

    /// Keeps what was made of a picture, once its hash is known.
    pub fn keep(&self, hash: &str, small: &Small) {
        self.cache.write(&thumb_name(hash), &small.thumb);
        self.cache.write(&small_thumb_name(hash), &small.small_thumb);
        let mut essences = self.essences.lock().unwrap_or_else(PoisonError::into_inner);
        essences.push_front((hash.into(), small.essence));
        essences.truncate(NOTICED);
        drop(essences);
        if let Some(tiles) = &small.tiles {
            self.cache.take(tiles, &tiles_name(hash));
        }
    }

    /// A tile: see [`crate::tiles`]. The first one of a picture makes all. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened, or has no such tile.
    pub fn tile(
        &self,
        original: &Path,
        hash: &str,
        level: u32,
        column: u32,
        row: u32,
    ) -> Result<Shown, DecodeError> {
        // A file that is not whole is as good as none.
        let look = |file: File| tiles::read(&mut { file }, level, column, row).ok();
        let name = tiles_name(hash);
        let mut found = self.cache.open(&name).and_then(look);
        if found.is_none() {
            let _lane = self.lane(&name);
            found = self.cache.open(&name).and_then(look);
            if found.is_none() {
                let temporary = self.cache.temporary();
                let made = cut(original, &temporary).and_then(|()| Ok(File::open(&temporary)?));
                found = look(made.inspect_err(|_| drop(std::fs::remove_file(&temporary)))?);
                self.cache.take(&temporary, &name);
            }
        }
        let bytes = found.flatten().ok_or(DecodeError::Unfit)?;
        Ok(Shown { mime: "image/jpeg", bytes })
    }

    /// An overview, 2048 px on the long edge. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened.
    pub fn overview(&self, original: &Path, hash: &str) -> Result<Shown, DecodeError> {
        let name = overview_name(hash);
        if let Some(shown) = self.kept(&name) {
            return Ok(shown);
        }
        let keep = |small: &RgbImage| -> Result<Shown, DecodeError> {
            let bytes = jpeg::encode(small, 90)?;
            self.cache.write(&name, &bytes);
            Ok(Shown { mime: "image/jpeg", bytes })
        };
        // It has a lane of its own, and one inside another could wait for itself.
        if let Some(frame) = self.frame_or_huge(original)? {
            let (width, height) = fit(frame.width(), frame.height(), OVERVIEW);
            return keep(&resized(&frame, all(&frame), width, height)?);
        }
        let _lane = self.lane(hash);
        if let Some(shown) = self.kept(&name) {
            return Ok(shown);
        }
        let mut small = Shrink::to(OVERVIEW);
        let facts = rows(original, Some(small.enough()), &mut small)?;
        keep(&small.finish(facts.orientation)?)
    }

    fn kept(&self, name: &str) -> Option<Shown> {
        let bytes = self.cache.read(name)?;
        // A power cut can leave a file that is empty or cut short.
        let whole = bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]);
        whole.then_some(Shown { mime: "image/jpeg", bytes })
    }

    /// From the cache, or made in the picture's lane: no more are decoded at once than there are lanes, and none twice.
    fn kept_or_made(
        &self,
        name: &str,
        hash: &str,
        make: impl FnOnce() -> Result<Vec<u8>, DecodeError>,
    ) -> Result<Shown, DecodeError> {
        if let Some(shown) = self.kept(name) {
            return Ok(shown);
        }
        let _lane = self.lane(hash);
        match self.kept(name) {
            Some(shown) => Ok(shown),
            None => Ok(Shown { mime: "image/jpeg", bytes: make()? }),
        }
    }

    /// A rectangle of the original: PNG of exact pixels at 1:1 or closer, else JPEG. Blocks.
    ///
    /// # Errors
    /// The original cannot be opened, or the rectangle lies outside.
    pub fn crop(&self, original: &Path, crop: Crop) -> Result<Shown, DecodeError> {
        let (frame, crop) = match self.frame_or_huge(original)? {
            Some(frame) => (frame, crop),
            None => {
                let Crop { x, y, width, height, .. } = crop;
                let part = decode_part(original, Part { x, y, width, height })?;
                (Arc::new(part), Crop { x: 0, y: 0, ..crop })
            }
        };
        if !crop.inside(&frame) {
            return Err(DecodeError::Unfit);
        }
        if crop.out_width >= crop.width && crop.out_height >= crop.height {
            // Enlarging is the screen's work: it needs the exact pixels, not more of them.
            return Ok(Shown { mime: "image/png", bytes: png(&cut_out(&frame, crop)?)? });
        }
        let part = (crop.x.into(), crop.y.into(), crop.width.into(), crop.height.into());
        let small = resized(&frame, part, crop.out_width, crop.out_height)?;
        Ok(Shown { mime: "image/jpeg", bytes: jpeg::encode(&small, 92)? })
    }

    /// The decoded original; `None` where it is so large that it is decoded anew for each part, and never held whole.
    fn frame_or_huge(&self, original: &Path) -> Result<Option<Arc<RgbImage>>, DecodeError> {
        if let Some(frame) = self.kept_frame(original) {
            return Ok(Some(frame));
        }
        let facts = inspect(File::open(original)?)?.map_err(|_| DecodeError::Unfit)?;
        if facts.pixels() * 3 > FRAMES as u64 {
            return Ok(None);
        }
        let _lane = self.lane(original);
        if let Some(frame) = self.kept_frame(original) {
            return Ok(Some(frame));
        }
        let frame = Arc::new(decode(original)?);
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.push_front((original.into(), frame.clone()));
        while frames.len() > 1 && frames.iter().map(|(_, frame)| frame.as_raw().len()).sum::<usize>() > FRAMES
        {
            frames.pop_back();
        }
        Ok(Some(frame))
    }

    /// Deletes the cache; what is asked for is made again.
    ///
    /// # Errors
    /// The file system's.
    pub fn forget(&self) -> io::Result<()> {
        self.forget_frames();
        self.cache.clear()
    }

    /// Deletes what was made of one picture, which is gone for good; what is being made of it is waited for. Blocks.
    pub fn forget_one(&self, original: &Path, hash: &str) {
        // One after the other: two of them can be the same lane.
        drop(self.lane(&tiles_name(hash)));
        drop(self.lane(original));
        let _lane = self.lane(hash);
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).retain(|(path, _)| path != original);
        self.essences.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| known != hash);
        for name in [thumb_name(hash), small_thumb_name(hash), overview_name(hash), tiles_name(hash)] {
            self.cache.remove(&name);
        }
    }

    fn kept_frame(&self, original: &Path) -> Option<Arc<RgbImage>> {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let at = frames.iter().position(|(path, _)| path == original)?;
        let found = frames.remove(at)?;
        frames.push_front(found.clone());
        Some(found.1)
    }

    fn lane(&self, what: &(impl Hash + ?Sized)) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        let lane = &self.lanes[(hasher.finish() % LANES as u64) as usize];
        lane.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets decoded originals.
    pub fn forget_frames(&self) {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn thumb_name(hash: &str) -> String {
    format!("{hash}-512.jpg")
}

fn small_thumb_name(hash: &str) -> String {
    format!("{hash}-256.jpg")
}

fn overview_name(hash: &str) -> String {
    format!("{hash}-2048.jpg")
}

fn tiles_name(hash: &str) -> String {
    format!("{hash}.tiles")
}

/// A thumbnail, and tiles where there is a file for them, from the same rows.
struct Both {
    thumb: Shrink,
    tiles: Option<Tiles>,
}

impl Rows for Both {
    fn begin(&mut self, width: u32, height: u32) {
        self.thumb.begin(width, height);
        if let Some(tiles) = &mut self.tiles {
            tiles.begin(width, height);
        }
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        // A disk that is full costs the tiles, not the thumbnail.
        if self.tiles.as_mut().is_some_and(|tiles| tiles.row(rgb).is_err()) {
            self.tiles = None;
        }
        self.thumb.row(rgb)
    }
}

/// Cuts a picture into the tiles of a file.
fn cut(original: &Path, to: &Path) -> Result<(), DecodeError> {
    let facts = inspect(File::open(original)?)?.map_err(|_| DecodeError::Unfit)?;
    let mut tiles = Tiles::new(File::create(to)?);
    if facts.orientation == Orientation::NoTransforms {
        rows(original, None, &mut tiles)?;
    } else {
        let upright = decode(original)?;
        tiles.begin(upright.width(), upright.height());
        upright.chunks_exact(upright.width() as usize * 3).try_for_each(|row| tiles.row(row))?;
    }
    tiles.finish()
}

/// A part, in exact pixels.
pub(super) fn cut_out(picture: &RgbImage, crop: Crop) -> Result<RgbImage, DecodeError> {
    if !crop.inside(picture) {
        return Err(DecodeError::Unfit);
    }
    Ok(image::imageops::crop_imm(picture, crop.x, crop.y, crop.width, crop.height).to_image())
}

/// All of a picture, as a part.
pub(super) fn all(picture: &RgbImage) -> (f64, f64, f64, f64) {
    (0.0, 0.0, picture.width().into(), picture.height().into())
}

/// A PNG of it, packed in haste: for the screen and for contact sheets.
///
/// # Errors
/// The encoder's.
pub fn png(picture: &RgbImage) -> Result<Vec<u8>, DecodeError> {
    png_of(picture, picture.width(), picture.height(), png::ColorType::Rgb)
}

pub(super) fn png_of(
    pixels: &[u8],
    width: u32,
    height: u32,
    colour: png::ColorType,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(DecodeError::of)?;
    writer.write_image_data(pixels).map_err(DecodeError::of)?;
    writer.finish().map_err(DecodeError::of)?;
    Ok(out)
}

#[cfg(test)]
#[path = "derive_tests.rs"]
mod tests;
