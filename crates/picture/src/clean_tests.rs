//! Pictures with secrets in every place that formats know, before and after.

use super::*;
use bytes::Bytes;
use image::{DynamicImage, ImageFormat, RgbImage};
use img_parts::{ImageEXIF as _, ImageICC as _};

/// Exif with an orientation, a serial number and GPS: their texts are what must not come out.
fn telling(orientation: u8) -> Vec<u8> {
    let mut out = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    out.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    out.extend([0xa4, 0x31, 0, 2, 0, 0, 0, 17, 0, 0, 0, 38]);
    out.extend([0; 4]);
    out.extend(b"SECRET-SERIAL-42\0GPS SECRET 52.5 N");
    out
}

fn picture() -> DynamicImage {
    RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 7])).into()
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture().write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

const PROFILE: &[u8] = b"a profile of some colours";
const XMP: &[u8] = b"<x:xmpmeta>SECRET place</x:xmpmeta>";

/// With everything that tells.
fn full(format: Format) -> Vec<u8> {
    let (exif, profile) = (Some(Bytes::from(telling(6))), Some(Bytes::from_static(PROFILE)));
    match format {
        Format::Png => {
            let mut png = Png::from_bytes(encoded(ImageFormat::Png).into()).expect("a PNG");
            png.set_icc_profile(profile);
            for (kind, data) in [
                (*b"eXIf", telling(6)),
                (*b"tEXt", b"Author\0SECRET name".to_vec()),
                (*b"iTXt", [b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), XMP].concat()),
                (*b"tIME", vec![7, 234, 11, 24, 1, 1, 1]),
                (*b"caBX", b"SECRET claim".to_vec()),
            ] {
                png.chunks_mut().insert(1, PngChunk::new(kind, data.into()));
            }
            let mut bytes = png.encoder().bytes().to_vec();
            bytes.extend(b"SECRET behind the end");
            bytes
        }
        Format::Jpeg => {
            let mut jpeg =
                img_parts::jpeg::Jpeg::from_bytes(encoded(ImageFormat::Jpeg).into()).expect("a JPEG");
            jpeg.set_icc_profile(profile);
            jpeg.set_exif(exif);
            let mut bytes = jpeg.encoder().bytes().to_vec();
            for (marker, body) in [
                (0xe1, [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), XMP].concat()),
                (0xe2, b"MPF\0SECRET".to_vec()),
                (0xed, b"Photoshop 3.0\08BIM SECRET".to_vec()),
                (0xeb, b"JP SECRET jumb".to_vec()),
                (0xfe, b"SECRET comment".to_vec()),
            ] {
                bytes.splice(2..2, segment(marker, &body));
            }
            bytes.extend(b"SECRET film");
            bytes
        }
        Format::Webp => {
            let mut webp = WebP::from_bytes(encoded(ImageFormat::WebP).into()).expect("a WebP");
            webp.set_icc_profile(profile);
            webp.set_exif(exif);
            webp.chunks_mut().push(RiffChunk::new(*b"XMP ", RiffContent::Data(Bytes::from_static(XMP))));
            webp.chunks_mut()
                .push(RiffChunk::new(*b"C2PA", RiffContent::Data(Bytes::from_static(b"SECRET"))));
            webp.encoder().bytes().to_vec()
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn nothing_that_tells_comes_out_and_nothing_that_shows_is_lost() {
    for format in [Format::Png, Format::Jpeg, Format::Webp] {
        let before = full(format);
        assert!(holds(&before, b"SECRET"), "the test has something to find");
        let after = cleaned(before.clone(), format).expect("can be taken apart");
        assert!(!holds(&after, b"SECRET"), "{format:?}");
        let facts = |bytes: &[u8]| inspect(Cursor::new(bytes)).expect("reads").expect("a picture");
        let (was, is) = (facts(&before), facts(&after));
        assert_eq!((is.width, is.height, is.orientation), (30, 40, Orientation::Rotate90), "{format:?}");
        assert!(is.complete && is.orientation == was.orientation, "{format:?}");
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).expect("decodes").into_rgba8();
        assert_eq!(pixels(&after), pixels(&before), "{format:?}");
        let profile = match format {
            Format::Png => Png::from_bytes(after.clone().into()).expect("a PNG").icc_profile(),
            Format::Jpeg => {
                img_parts::jpeg::Jpeg::from_bytes(after.clone().into()).expect("a JPEG").icc_profile()
            }
            Format::Webp => WebP::from_bytes(after.clone().into()).expect("a WebP").icc_profile(),
        };
        assert_eq!(profile.as_deref(), Some(PROFILE), "{format:?}: colours stay what they are");
        assert_eq!(cleaned(after.clone(), format), Some(after), "{format:?}: a second time changes nothing");
    }
}

#[test]
fn a_clean_picture_stays_as_it_is() {
    for (format, image) in [
        (Format::Png, ImageFormat::Png),
        (Format::Jpeg, ImageFormat::Jpeg),
        (Format::Webp, ImageFormat::WebP),
    ] {
        let bytes = encoded(image);
        assert_eq!(cleaned(bytes.clone(), format), Some(bytes), "{format:?}");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused_or_cleaned_but_never_sent_as_it_is() {
    for format in [Format::Png, Format::Jpeg, Format::Webp] {
        let whole = full(format);
        for end in 0..whole.len() {
            if let Some(after) = cleaned(whole[..end].to_vec(), format) {
                assert!(!holds(&after, b"SECRET"), "{format:?} cut at {end}");
            }
        }
    }
}
