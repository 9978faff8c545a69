//! Writes a recipe into a PNG, JPEG or WebP file between its other parts: what holds the pixels is copied as it is.
//! Metadata of the same kind that is there already stays as it is, the provider's credentials among it.

use super::recipe::Recipe;
use bytes::Bytes;
use img_parts::ImageEXIF as _;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{CHUNK_VP8X, CHUNK_XMP, WebP};
use std::io;

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
    for (keyword, text) in
        [("parameters", &recipe.parameters), ("diptych", &recipe.json), ("XML:com.adobe.xmp", &recipe.xmp)]
    {
        let is_there = png.chunks().iter().any(|chunk| {
            matches!(&chunk.kind(), b"tEXt" | b"iTXt" | b"zTXt")
                && chunk
                    .contents()
                    .strip_prefix(keyword.as_bytes())
                    .is_some_and(|rest| rest.first() == Some(&0))
        });
        if !is_there {
            let at = png.chunks().iter().position(|chunk| &chunk.kind() == b"IDAT").unwrap_or(1);
            png.chunks_mut().insert(at, text_chunk(keyword, text));
        }
    }
    Ok(png.encoder().bytes())
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
    let mut put = |jpeg: &mut Jpeg, prefix: &[u8], body: &[u8]| {
        if !has(jpeg, prefix) && prefix.len() + body.len() <= MAX_SEGMENT {
            let contents = [prefix, body].concat();
            jpeg.segments_mut().insert(at, JpegSegment::new_with_contents(markers::APP1, contents.into()));
            at += 1;
        }
    };
    put(&mut jpeg, EXIF_PREFIX, &exif(&recipe.parameters));
    put(&mut jpeg, XMP_PREFIX, recipe.xmp.as_bytes());
    put(&mut jpeg, XMP_PREFIX, recipe.short_xmp.as_bytes());
    Ok(jpeg.encoder().bytes())
}

fn into_webp(file: Bytes, recipe: &Recipe) -> Result<Bytes, EmbedError> {
    let mut webp = WebP::from_bytes(file)?;
    if !webp.has_chunk(CHUNK_XMP) {
        let xmp = RiffContent::Data(Bytes::copy_from_slice(recipe.xmp.as_bytes()));
        webp.chunks_mut().push(RiffChunk::new(CHUNK_XMP, xmp));
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
