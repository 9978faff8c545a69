//! Looks at bytes: format, pixels, which way up, end marker, serial number. Believes nothing that a label says; decodes
//! nothing. The beginning of a file is enough for all but the end marker and a WebP's way up.

use crate::jpeg_end;
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
        let pixels = u64::from(self.width) * u64::from(self.height);
        self.width > MAX_SIDE || self.height > MAX_SIDE || pixels > MAX_PIXELS
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
        () if magic.starts_with(b"\x89PNG\r\n\x1a\n") => png(&mut file, end)?,
        () if magic.starts_with(b"\xff\xd8\xff") => jpeg(&mut file, end)?,
        () if magic.starts_with(b"RIFF") && magic.get(8..12) == Some(b"WEBP") => webp(&mut file, end)?,
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

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn png(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<Facts>> {
    let mut head = [0; 33];
    file.seek(SeekFrom::Start(0))?;
    if read_up_to(file, &mut head)? < 33 || &head[12..16] != b"IHDR" {
        return Ok(None);
    }
    let (Some(width), Some(height)) = (be32(&head, 16), be32(&head, 20)) else { return Ok(None) };
    let mut tail = [0; 12];
    let complete = end >= 45 && {
        file.seek(SeekFrom::End(-12))?;
        read_up_to(file, &mut tail)? == 12 && tail == *b"\0\0\0\0IEND\xae\x42\x60\x82"
    };
    let Words { serial, exif, credentials } = png_words(file)?;
    let facts = Facts {
        format: Format::Png,
        width,
        height,
        orientation: Orientation::NoTransforms,
        progressive: false,
        complete,
        serial,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}

#[derive(Default)]
struct Words {
    serial: Option<String>,
    exif: Option<Vec<u8>>,
    credentials: bool,
}

/// The `tEXt` chunk `diptych-serial`, the EXIF block and credentials, where they stand before the pixels.
fn png_words(file: &mut (impl Read + Seek)) -> io::Result<Words> {
    let (mut words, mut at) = (Words::default(), 33);
    for _ in 0..32 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        if read_up_to(file, &mut head)? < 8 || &head[4..] == b"IDAT" {
            break;
        }
        let length = be32(&head, 0).unwrap_or(0);
        if &head[4..] == b"tEXt" && length < 256 {
            let data = block(file, length)?;
            if let Some(value) = data.strip_prefix(b"diptych-serial\0") {
                words.serial = Some(String::from_utf8_lossy(value).into_owned());
            }
        } else if &head[4..] == b"eXIf" && length < MAX_EXIF {
            words.exif = Some(block(file, length)?);
        } else if &head[4..] == b"caBX" {
            words.credentials = true;
        }
        at += 12 + u64::from(length);
    }
    Ok(words)
}

fn block(file: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    file.take(length.into()).read_to_end(&mut data)?;
    Ok(data)
}

fn jpeg(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<Facts>> {
    let (mut size, mut serial, mut exif, mut progressive, mut at) = (None, None, None, false, 2);
    let mut credentials = false;
    for _ in 0..512 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 9];
        if read_up_to(file, &mut head)? < 4 || head[0] != 0xff {
            break;
        }
        let (marker, length) = (head[1], u64::from(u16::from_be_bytes([head[2], head[3]])));
        match marker {
            // A start of frame, tables and arithmetic codes left out.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = u32::from(u16::from_be_bytes([head[5], head[6]]));
                size = Some((u32::from(u16::from_be_bytes([head[7], head[8]])), height));
                progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
            }
            0xe1 if exif.is_none() && length > 8 => {
                file.seek(SeekFrom::Start(at + 4))?;
                let text = block(file, u32::from(u16::from_be_bytes([head[2], head[3]])) - 2)?;
                exif = text.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec);
            }
            // JUMBF: a box of that type behind the segment's own twelve bytes.
            0xeb if length > 18 && !credentials => {
                file.seek(SeekFrom::Start(at + 4))?;
                let box_head = block(file, 16)?;
                credentials = box_head.starts_with(b"JP") && box_head.ends_with(b"jumb");
            }
            0xfe if length < 256 => {
                file.seek(SeekFrom::Start(at + 4))?;
                let mut text = vec![0; length.saturating_sub(2) as usize];
                read_up_to(file, &mut text)?;
                let text = String::from_utf8_lossy(&text).into_owned();
                serial = serial.or_else(|| text.strip_prefix("diptych-serial: ").map(str::to_owned));
            }
            0xda => break,
            _ => {}
        }
        at += 2 + length.max(2);
    }
    let Some((width, height)) = size else { return Ok(None) };
    // The end marker; some encoders pad it with a few zero bytes.
    let mut tail = vec![0; end.min(64) as usize];
    file.seek(SeekFrom::End(-(tail.len() as i64)))?;
    read_up_to(file, &mut tail)?;
    let trimmed = tail.iter().rposition(|byte| *byte != 0).map_or(&tail[..0], |last| &tail[..=last]);
    let facts = Facts {
        format: Format::Jpeg,
        width,
        height,
        orientation: Orientation::NoTransforms,
        progressive,
        complete: trimmed.ends_with(b"\xff\xd9") || jpeg_end::is_there(file)?,
        serial,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}

fn webp(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<Facts>> {
    let mut head = [0; 30];
    file.seek(SeekFrom::Start(0))?;
    if read_up_to(file, &mut head)? < 30 {
        return Ok(None);
    }
    let le =
        |at: usize, bytes: usize| (0..bytes).fold(0u32, |sum, i| sum | u32::from(head[at + i]) << (8 * i));
    let size = match &head[12..16] {
        b"VP8X" => (le(24, 3) + 1, le(27, 3) + 1),
        b"VP8 " => (le(26, 2) & 0x3fff, le(28, 2) & 0x3fff),
        b"VP8L" => ((le(21, 4) & 0x3fff) + 1, ((le(21, 4) >> 14) & 0x3fff) + 1),
        _ => return Ok(None),
    };
    let complete = u64::from(le(4, 4)) + 8 <= end;
    let Words { exif, credentials, .. } = webp_words(file)?;
    let facts = Facts {
        format: Format::Webp,
        width: size.0,
        height: size.1,
        orientation: Orientation::NoTransforms,
        progressive: false,
        complete,
        serial: None,
        credentials,
    };
    Ok(Some(facts.turned(exif.as_deref())))
}

fn webp_words(file: &mut (impl Read + Seek)) -> io::Result<Words> {
    let (mut words, mut at) = (Words::default(), 12);
    for _ in 0..64 {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 8];
        if read_up_to(file, &mut head)? < 8 {
            break;
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if &head[..4] == b"EXIF" && length < MAX_EXIF && words.exif.is_none() {
            let data = block(file, length)?;
            words.exif = Some(data.strip_prefix(b"Exif\0\0").map_or(data.clone(), <[u8]>::to_vec));
        } else if &head[..4] == b"C2PA" {
            words.credentials = true;
        }
        at += 8 + u64::from(length) + u64::from(length & 1);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbImage};
    use std::io::Cursor;

    fn made(format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 7]))
            .write_to(&mut out, format)
            .expect("encode");
        out.into_inner()
    }

    fn look(bytes: &[u8]) -> Result<Facts, NotImage> {
        inspect(Cursor::new(bytes)).expect("reads from memory")
    }

    #[test]
    fn formats_sizes_and_ends_are_read_from_the_bytes() {
        for (format, expected) in [
            (ImageFormat::Png, Format::Png),
            (ImageFormat::Jpeg, Format::Jpeg),
            (ImageFormat::WebP, Format::Webp),
        ] {
            let bytes = made(format);
            let facts = look(&bytes).expect("a picture");
            assert_eq!((facts.format, facts.width, facts.height, facts.complete), (expected, 40, 30, true));
            let cut = look(&bytes[..bytes.len() - 3]).expect("still a picture");
            assert!(!cut.complete, "{format:?} cut by three bytes");
        }
    }

    #[test]
    fn a_jpeg_with_a_film_behind_it_is_whole_and_one_cut_anywhere_is_not() {
        for encoded in [made(ImageFormat::Jpeg), progressive()] {
            let film = [encoded.as_slice(), b"ftypisom a film\xff\xd8 and no end"].concat();
            assert!(look(&film).expect("a picture").complete);
            for end in 0..encoded.len() - 1 {
                let cut = [&encoded[..end], b"ftyp"].concat();
                assert!(!look(&cut).is_ok_and(|facts| facts.complete), "cut at {end}");
            }
        }
    }

    fn progressive() -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut out, 80);
        encoder.set_progressive(true);
        let pixels: Vec<u8> = (0..40 * 30 * 3).map(|n: u32| (n * 7) as u8).collect();
        encoder.encode(&pixels, 40, 30, jpeg_encoder::ColorType::Rgb).expect("encodes");
        out
    }

    /// An EXIF block that says: turn right by 90°.
    const TURNED: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

    #[test]
    fn a_turned_picture_has_the_size_that_is_seen() {
        let mut jpeg = made(ImageFormat::Jpeg);
        let mut block = vec![0xff, 0xe1, 0, TURNED.len() as u8 + 8];
        block.extend_from_slice(b"Exif\0\0");
        block.extend_from_slice(TURNED);
        jpeg.splice(2..2, block);
        let mut png = made(ImageFormat::Png);
        let mut chunk = (TURNED.len() as u32).to_be_bytes().to_vec();
        chunk.extend_from_slice(b"eXIf");
        chunk.extend_from_slice(TURNED);
        chunk.extend_from_slice(&[0; 4]);
        png.splice(33..33, chunk);
        let mut webp = made(ImageFormat::WebP);
        webp.extend_from_slice(b"EXIF");
        webp.extend_from_slice(&(TURNED.len() as u32).to_le_bytes());
        webp.extend_from_slice(TURNED);
        for bytes in [jpeg, png, webp] {
            let facts = look(&bytes).expect("a picture");
            assert_eq!((facts.width, facts.height, facts.stored()), (30, 40, (40, 30)), "{facts:?}");
        }
    }

    #[test]
    fn credentials_are_noticed_wherever_the_format_keeps_them() {
        let mut png = made(ImageFormat::Png);
        png.splice(33..33, [&[0, 0, 0, 4], b"caBX".as_slice(), b"jumb", &[0; 4]].concat());
        let mut jpeg = made(ImageFormat::Jpeg);
        let segment =
            [&[0xff, 0xeb, 0, 22], b"JP\0\x01\0\0\0\x01".as_slice(), &[0, 0, 0, 12], b"jumb", &[0; 4]];
        jpeg.splice(2..2, segment.concat());
        let mut webp = made(ImageFormat::WebP);
        webp.extend_from_slice(b"C2PA\x04\0\0\0jumb");
        for (bytes, format) in [(png, ImageFormat::Png), (jpeg, ImageFormat::Jpeg), (webp, ImageFormat::WebP)]
        {
            assert!(look(&bytes).expect("a picture").credentials, "{format:?}");
            assert!(!look(&made(format)).expect("a picture").credentials, "{format:?} without");
        }
    }

    #[test]
    fn a_bomb_is_seen_by_its_header() {
        let mut bytes = made(ImageFormat::Png);
        bytes[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let facts = look(&bytes).expect("a picture");
        assert!(facts.too_large() && facts.width == 65_535);
    }

    #[test]
    fn what_is_no_picture_is_named() {
        for (bytes, name) in [
            (&b"<!DOCTYPE html>"[..], "HTML"),
            (b"<svg xmlns=", "SVG"),
            (b"{\"error\":", "JSON"),
            (b"", "nothing"),
            (b"sorry, not today", "text"),
        ] {
            assert_eq!(look(bytes), Err(NotImage(name.into())));
        }
    }
}
