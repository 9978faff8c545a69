//! Looks at bytes: format, pixels, which way up, end marker, serial number. Believes nothing that a label says; decodes
//! nothing. The beginning of a file is enough for all but the end marker and a WebP's way up.

mod jpeg;
mod png;
mod webp;

use image::metadata::Orientation;
use std::io::{self, Read, Seek, SeekFrom};

/// Longest side that is opened.
pub const MAX_SIDE: u32 = 16_384;
/// Most pixels that are opened.
pub const MAX_PIXELS: u64 = 200_000_000;

/// A format that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl Format {
    /// Media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// File extension.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
        }
    }

    /// Name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
        }
    }
}

/// What the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Format by magic number.
    pub format: Format,
    /// Width in pixels, as it is shown.
    pub width: u32,
    /// Height in pixels, as it is shown.
    pub height: u32,
    /// How the stored rows have to be turned to be shown.
    pub orientation: Orientation,
    /// Parts of it may be seen through.
    pub alpha: bool,
    /// A JPEG whose rows are whole only after its last byte.
    pub progressive: bool,
    /// The end marker is there.
    pub complete: bool,
    /// Serial number that the practice provider writes.
    pub serial: Option<String>,
    /// It carries Content Credentials (C2PA). What they say, and whether it is true, is not looked at.
    pub credentials: bool,
}

impl Facts {
    /// Too large to be opened.
    #[must_use]
    pub fn too_large(&self) -> bool {
        self.width > MAX_SIDE || self.height > MAX_SIDE || self.pixels() > MAX_PIXELS
    }

    /// How many pixels it has.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height as they are stored.
    #[must_use]
    pub fn stored(&self) -> (u32, u32) {
        if turns(self.orientation) { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// The other way round: `width` and `height` come as stored, `exif` says how they are shown.
    fn turned(mut self, exif: Option<&[u8]>) -> Self {
        if let Some(orientation) = exif.and_then(Orientation::from_exif_chunk) {
            self.orientation = orientation;
            (self.width, self.height) = self.stored();
        }
        self
    }
}

/// Whether width and height change places.
#[must_use]
pub fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Longest EXIF block that is read.
const MAX_EXIF: u32 = 64 * 1024;

/// Most parts of a file that are stepped over: a PNG may have thousands with pixels.
const MAX_PARTS: usize = 1 << 16;

/// What bytes are that are no picture we keep.
#[derive(Debug, PartialEq, Eq)]
pub struct NotImage(pub String);

/// Looks at a file.
///
/// # Errors
/// Reading; `Ok(Err(NotImage))` where it is no PNG, JPEG or WebP with a size.
pub fn inspect(mut file: impl Read + Seek) -> io::Result<Result<Facts, NotImage>> {
    let mut magic = [0; 16];
    let read = read_up_to(&mut file, &mut magic)?;
    let magic = &magic[..read];
    let end = file.seek(SeekFrom::End(0))?;
    let facts = match () {
        () if magic.starts_with(b"\x89PNG\r\n\x1a\n") => png::facts(&mut file)?,
        () if magic.starts_with(b"\xff\xd8\xff") => jpeg::facts(&mut file, end)?,
        () if magic.starts_with(b"RIFF") && magic.get(8..12) == Some(b"WEBP") => webp::facts(&mut file, end)?,
        () => None,
    };
    Ok(facts.filter(|f| f.width > 0 && f.height > 0).ok_or_else(|| NotImage(looks_like(magic))))
}

fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn looks_like(magic: &[u8]) -> String {
    let text = String::from_utf8_lossy(magic)
        .trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t'])
        .to_ascii_lowercase();
    match () {
        () if magic.is_empty() => "nothing",
        () if text.starts_with("<svg") => "SVG",
        () if text.starts_with("<?xml") => "XML",
        () if text.starts_with('<') => "HTML",
        () if text.starts_with(['{', '[']) => "JSON",
        () if text.starts_with("gif8") => "GIF",
        () if text.starts_with("%pdf") => "PDF",
        () if text.chars().all(|c| !c.is_control() && c != '\u{fffd}') => "text",
        () => "other data",
    }
    .into()
}

fn block(file: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    file.take(length.into()).read_to_end(&mut data)?;
    Ok(data)
}

#[cfg(test)]
#[path = "inspect/tests.rs"]
mod tests;
