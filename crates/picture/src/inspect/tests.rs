//! Facts of every format, whole, cut and odd.

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

#[test]
fn a_png_with_anything_behind_its_end_is_whole_and_one_cut_anywhere_is_not() {
    let whole = made(ImageFormat::Png);
    for behind in [b"\n".as_slice(), b"PK\x03\x04 an archive", &[0; 4096]] {
        assert!(look(&[&whole, behind].concat()).expect("a picture").complete);
        for end in 33..whole.len() {
            let cut = [&whole[..end], behind].concat();
            assert!(!look(&cut).is_ok_and(|facts| facts.complete), "cut at {end}");
        }
    }
    let mut damaged = whole;
    *damaged.last_mut().expect("a byte") ^= 1;
    assert!(!look(&damaged).expect("a picture").complete);
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
    let segment = [&[0xff, 0xeb, 0, 22], b"JP\0\x01\0\0\0\x01".as_slice(), &[0, 0, 0, 12], b"jumb", &[0; 4]];
    jpeg.splice(2..2, segment.concat());
    let mut webp = made(ImageFormat::WebP);
    webp.extend_from_slice(b"C2PA\x04\0\0\0jumb");
    for (bytes, format) in [(png, ImageFormat::Png), (jpeg, ImageFormat::Jpeg), (webp, ImageFormat::WebP)] {
        assert!(look(&bytes).expect("a picture").credentials, "{format:?}");
        assert!(!look(&made(format)).expect("a picture").credentials, "{format:?} without");
    }
}

#[test]
fn credentials_behind_the_pixels_of_a_png_and_behind_many_chunks_are_noticed_too() {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        [&(data.len() as u32).to_be_bytes(), kind.as_slice(), data, &[0; 4]].concat()
    };
    let mut behind = made(ImageFormat::Png);
    let end = behind.len() - 12;
    behind.splice(end..end, chunk(b"caBX", b"jumb"));
    let mut many = made(ImageFormat::Png);
    let texts: Vec<u8> = (0..500).flat_map(|_| chunk(b"tEXt", &[b'x'; 300])).collect();
    many.splice(33..33, [texts, chunk(b"caBX", b"jumb")].concat());
    for bytes in [behind, many] {
        let facts = look(&bytes).expect("a picture");
        assert!(facts.credentials && facts.complete);
    }
}

#[test]
fn what_may_be_seen_through_is_known() {
    let see_through = |format: ImageFormat, alpha: u8| {
        let mut out = Cursor::new(Vec::new());
        let picture = image::RgbaImage::from_pixel(5, 5, image::Rgba([9, 9, 9, alpha]));
        image::DynamicImage::from(picture).write_to(&mut out, format).expect("encode");
        look(&out.into_inner()).expect("a picture").alpha
    };
    assert!(see_through(ImageFormat::Png, 7) && see_through(ImageFormat::WebP, 7));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        assert!(!look(&made(format)).expect("a picture").alpha, "{format:?}");
    }
    let mut png = made(ImageFormat::Png);
    png.splice(33..33, [&[0, 0, 0, 6], b"tRNS".as_slice(), &[0; 10]].concat());
    assert!(look(&png).expect("a picture").alpha, "one colour of it is");
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
