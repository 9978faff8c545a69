//! Writes a recipe into a PNG, JPEG or WebP file between its other parts: what holds the pixels is copied as it is.
//! Metadata of the same kind that is there already stays, the provider's credentials among it; an XMP packet gets the
//! properties that it lacks. What is too long for a segment of JPEG goes into an extension of the packet.

use super::recipe::Recipe;
use super::xmp::{self, Property};
use bytes::Bytes;
use flate2::read::ZlibDecoder;
use img_parts::ImageEXIF as _;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{CHUNK_VP8X, CHUNK_XMP, WebP};
use std::borrow::Cow;
use std::io::{self, Read as _};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The file is not what its type says.
    #[error("the picture cannot be read: {0}")]
    Broken(#[from] img_parts::Error),
    /// No place for metadata is known in files of this type.
    #[error("no metadata can be written into {0}")]
    Unknown(String),
}

impl From<EmbedError> for io::Error {
    fn from(error: EmbedError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

const EXIF_PREFIX: &[u8] = b"Exif\0\0";
const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENSION_PREFIX: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// As much of an extension goes into one segment.
const MAX_PART: usize = 65_400;
/// A packed packet may be that long.
const MAX_PACKET: u64 = 4 << 20;
const XMP_KEYWORD: &str = "XML:com.adobe.xmp";
/// A JPEG segment counts its length in two bytes and counts them too.
const MAX_SEGMENT: usize = 65_533;
/// Bit of the VP8X flags.
const HAS_XMP: u8 = 0b100;

/// The file with the recipe in it.
///
/// # Errors
/// See [`EmbedError`].
pub fn embed(file: Bytes, mime: &str, recipe: &Recipe) -> Result<Bytes, EmbedError> {
    match mime {
        "image/png" => into_png(file, recipe),
        "image/jpeg" => into_jpeg(file, recipe),
        "image/webp" => into_webp(file, recipe),
        _ => Err(EmbedError::Unknown(mime.into())),
    }
}

fn into_png(file: Bytes, recipe: &Recipe) -> Result<Bytes, EmbedError> {
    let mut png = Png::from_bytes(file)?;
    let place = |png: &Png, keyword: &str| {
        png.chunks().iter().position(|chunk| {
            let value = chunk.contents().strip_prefix(keyword.as_bytes());
            matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt")
                && value.is_some_and(|value| value.first() == Some(&0))
        })
    };
    let packet = xmp::packet(&recipe.properties);
    for (keyword, text) in
        [("parameters", &recipe.parameters), ("diptych", &recipe.json), (XMP_KEYWORD, &packet)]
    {
        if place(&png, keyword).is_none() {
            let at = png.chunks().iter().position(|chunk| &chunk.kind() == b"IDAT");
            let at = at.unwrap_or(png.chunks().len().min(1));
            png.chunks_mut().insert(at, text_chunk(keyword, text));
        }
    }
    if let Some(at) = place(&png, XMP_KEYWORD) {
        let packet = packet_of(&png.chunks()[at]);
        let merged = packet.as_deref().and_then(|packet| xmp::merged(packet, &recipe.properties));
        if let Some(merged) = merged.filter(|merged| Some(merged.as_ref()) != packet.as_deref()) {
            png.chunks_mut()[at] = text_chunk(XMP_KEYWORD, &merged);
        }
    }
    Ok(png.encoder().bytes())
}

/// The packet in a chunk of text, unpacked.
fn packet_of(chunk: &PngChunk) -> Option<String> {
    let rest = chunk.contents().strip_prefix(XMP_KEYWORD.as_bytes())?.strip_prefix(b"\0")?;
    if &chunk.kind() != b"iTXt" {
        return None;
    }
    let (&[packed, _], rest) = rest.split_first_chunk::<2>()?;
    // Behind the language and the translated keyword.
    let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
    let mut out = String::new();
    match packed {
        0 => out.push_str(std::str::from_utf8(text).ok()?),
        _ => {
            let read = ZlibDecoder::new(text).take(MAX_PACKET + 1).read_to_string(&mut out).ok()?;
            if read as u64 > MAX_PACKET {
                return None;
            }
        }
    }
    Some(out)
}

/// Plain ASCII as tEXt, which the oldest readers know; everything else, and XMP always, as iTXt.
fn text_chunk(keyword: &str, text: &str) -> PngChunk {
    let text = text.replace('\0', "");
    let plain = text.is_ascii() && !keyword.starts_with("XML:");
    let (kind, gap): ([u8; 4], &[u8]) = if plain { (*b"tEXt", b"\0") } else { (*b"iTXt", b"\0\0\0\0\0") };
    PngChunk::new(kind, [keyword.as_bytes(), gap, text.as_bytes()].concat().into())
}

fn into_jpeg(file: Bytes, recipe: &Recipe) -> Result<Bytes, EmbedError> {
    let mut jpeg = Jpeg::from_bytes(file)?;
    let has = |jpeg: &Jpeg, prefix: &[u8]| {
        jpeg.segments_by_marker(markers::APP1).any(|segment| segment.contents().starts_with(prefix))
    };
    // JFIF wants to be first, Exif after it.
    let mut at = jpeg.segments().iter().take_while(|segment| segment.marker() == markers::APP0).count();
    let mut put = |jpeg: &mut Jpeg, marker: u8, contents: Vec<u8>| {
        jpeg.segments_mut().insert(at, JpegSegment::new_with_contents(marker, contents.into()));
        at += 1;
    };
    let comment = [EXIF_PREFIX, &exif(&recipe.parameters)].concat();
    if !has(&jpeg, EXIF_PREFIX) && comment.len() <= MAX_SEGMENT {
        put(&mut jpeg, markers::APP1, comment);
    } else if !comments(&jpeg) && recipe.parameters.len() <= MAX_SEGMENT {
        // The other place where readers of that text look.
        put(&mut jpeg, markers::COM, recipe.parameters.clone().into_bytes());
    }
    let there = jpeg.segments().iter().position(is_packet);
    let packet = there.map(|at| jpeg.segments()[at].contents().slice(XMP_PREFIX.len()..));
    if let Some((packet, extension)) = jpeg_packet(packet.as_deref(), &recipe.properties) {
        let contents = [XMP_PREFIX, packet.as_bytes()].concat();
        match there {
            Some(at) => {
                jpeg.segments_mut()[at] = JpegSegment::new_with_contents(markers::APP1, contents.into());
            }
            None => put(&mut jpeg, markers::APP1, contents),
        }
        let end = jpeg.segments().iter().position(is_packet).map_or(0, |at| at + 1);
        let parts =
            extension.into_iter().map(|part| JpegSegment::new_with_contents(markers::APP1, part.into()));
        jpeg.segments_mut().splice(end..end, parts);
    }
    Ok(jpeg.encoder().bytes())
}

fn is_packet(segment: &JpegSegment) -> bool {
    segment.marker() == markers::APP1 && segment.contents().starts_with(XMP_PREFIX)
}

/// Whether there is a comment that may be such a text: of Exif, or by itself.
fn comments(jpeg: &Jpeg) -> bool {
    let in_exif = |contents: &Bytes| memchr::memmem::find(contents, b"UNICODE\0").is_some();
    let own = |contents: &Bytes| memchr::memmem::find(contents, b"Version: Diptych").is_some();
    jpeg.segments_by_marker(markers::APP1).any(|segment| in_exif(segment.contents()))
        || jpeg.segments_by_marker(markers::COM).any(|segment| own(segment.contents()))
}

/// The packet of a JPEG with our properties in it, and the segments of its extension, where it needs one. `None` where
/// nothing is to be written.
fn jpeg_packet(there: Option<&[u8]>, properties: &[Property]) -> Option<(String, Vec<Vec<u8>>)> {
    let fits = |packet: &String| XMP_PREFIX.len() + packet.len() <= MAX_SEGMENT;
    let there = there.map(std::str::from_utf8).transpose().ok()?;
    // What it becomes; `None` where it has them all, or is not understood.
    let with = |properties: &[Property]| match there {
        None => Some(xmp::packet(properties)),
        Some(there) => match xmp::merged(there, properties)? {
            Cow::Borrowed(_) => None,
            Cow::Owned(merged) if fits(&merged) => Some(merged),
            Cow::Owned(merged) => Some(xmp::tight(&merged).into_owned()),
        },
    };
    let whole = with(properties)?;
    if fits(&whole) {
        return Some((whole, Vec::new()));
    }
    let (long, short): (Vec<_>, Vec<_>) = properties.iter().cloned().partition(|property| property.long);
    if !there.is_some_and(|there| there.contains(xmp::EXTENDED)) {
        let extension = xmp::extension(&long);
        let name = name_of(&extension);
        let noted = [short.as_slice(), &[Property::fact(xmp::EXTENDED, &name)]].concat();
        if let Some(packet) = with(&noted).filter(fits) {
            return Some((packet, parts(&extension, &name)));
        }
    }
    with(&short).filter(fits).map(|packet| (packet, Vec::new()))
}

/// 32 hexadecimal digits by which a packet names its extension. By the letter an MD5 sum of it; readers compare the names.
fn name_of(extension: &str) -> String {
    blake3::hash(extension.as_bytes()).to_hex().as_str().get(..32).unwrap_or_default().to_ascii_uppercase()
}

fn parts(extension: &str, name: &str) -> Vec<Vec<u8>> {
    let all = u32::try_from(extension.len()).unwrap_or(u32::MAX).to_be_bytes();
    let part = |(number, part): (usize, &[u8])| {
        let offset = u32::try_from(number * MAX_PART).unwrap_or(u32::MAX).to_be_bytes();
        [EXTENSION_PREFIX, name.as_bytes(), &all, &offset, part].concat()
    };
    extension.as_bytes().chunks(MAX_PART).enumerate().map(part).collect()
}

fn into_webp(file: Bytes, recipe: &Recipe) -> Result<Bytes, EmbedError> {
    let mut webp = WebP::from_bytes(file)?;
    if !webp.has_chunk(CHUNK_XMP) {
        let xmp = RiffContent::Data(xmp::packet(&recipe.properties).into());
        webp.chunks_mut().push(RiffChunk::new(CHUNK_XMP, xmp));
    }
    for chunk in webp.chunks_mut().iter_mut().filter(|chunk| chunk.id() == CHUNK_XMP).take(1) {
        if let RiffContent::Data(data) = chunk.content_mut()
            && let Some(Cow::Owned(merged)) =
                std::str::from_utf8(data).ok().and_then(|packet| xmp::merged(packet, &recipe.properties))
        {
            *data = merged.into();
        }
    }
    // Setting it brings the header of the file up to date, all but the flag of XMP in a header that was there.
    let exif = webp.exif().unwrap_or_else(|| exif(&recipe.parameters).into());
    webp.set_exif(Some(exif));
    for chunk in webp.chunks_mut() {
        if chunk.id() != CHUNK_VP8X {
            continue;
        }
        if let RiffContent::Data(data) = chunk.content_mut() {
            let mut header = data.to_vec();
            header.iter_mut().take(1).for_each(|flags| *flags |= HAS_XMP);
            *data = header.into();
        }
    }
    Ok(webp.encoder().bytes())
}

/// The smallest Exif block that holds a comment: where Stable Diffusion web UI keeps its text in JPEG and WebP.
fn exif(comment: &str) -> Vec<u8> {
    const EXIF_IFD: u32 = 26;
    const COMMENT: u32 = 44;
    let mut text = b"UNICODE\0".to_vec();
    text.extend(comment.encode_utf16().flat_map(u16::to_be_bytes));
    let mut out = b"MM\0*\0\0\0\x08".to_vec();
    // Tag, type, count, value: one entry each, and no further directory.
    let mut directory = |tag: u16, kind: u16, count: u32, value: u32| {
        out.extend(1_u16.to_be_bytes());
        out.extend(tag.to_be_bytes());
        out.extend(kind.to_be_bytes());
        out.extend(count.to_be_bytes());
        out.extend(value.to_be_bytes());
        out.extend(0_u32.to_be_bytes());
    };
    directory(0x8769, 4, 1, EXIF_IFD);
    directory(0x9286, 7, u32::try_from(text.len()).unwrap_or(u32::MAX), COMMENT);
    out.extend(text);
    out
}
