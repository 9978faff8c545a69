//! What the door lets through, and how it looks then: against the `image` crate, which is another reader.

use super::*;
use crate::shrink::Shrink;
use image::{ImageFormat, Rgb};
use std::path::PathBuf;

/// Soft, with an edge; 6 % larger than a power of two, so that boxes do not come out even.
fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let edge = if (x + 2 * y) % 190 < 60 { 70 } else { 0 };
        Rgb([(x * 150 / width + edge) as u8, (y * 150 / height) as u8 + 20, ((x + y) / 9 % 200) as u8])
    })
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    fn with(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("picture");
        std::fs::write(&path, bytes).expect("written");
        path
    }
}

fn coded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = io::Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("encoded");
    out.into_inner()
}

fn with_profile(picture: &RgbImage, profile: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut coder = image::codecs::png::PngEncoder::new(&mut out);
    image::ImageEncoder::set_icc_profile(&mut coder, profile.to_vec()).expect("PNG has profiles");
    let (width, height) = picture.dimensions();
    image::ImageEncoder::write_image(coder, picture, width, height, image::ExtendedColorType::Rgb8)
        .expect("coded");
    out
}

/// The noise between two pictures in decibel; 40 and more no eye sees.
fn likeness(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let off: f64 = one.iter().zip(other.iter()).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0 * 255.0 * one.len() as f64 / off.max(1e-9)).log10()
}

#[test]
fn every_kind_of_pixel_is_read_as_the_other_reader_reads_it() {
    let folder = Folder::new();
    let scene = DynamicImage::ImageRgb8(scene(137, 91));
    let kinds = [
        scene.clone(),
        scene.to_rgba8().into(),
        scene.to_luma8().into(),
        scene.to_luma_alpha8().into(),
        scene.to_rgb16().into(),
    ];
    for kind in kinds {
        let path = folder.with(&coded(&kind, ImageFormat::Png));
        assert_eq!(decode(&path).expect("decodes"), kind.to_rgb8(), "{:?}", kind.color());
    }
    let path = folder.with(&coded(&scene, ImageFormat::WebP));
    assert_eq!(decode(&path).expect("decodes"), scene.to_rgb8());
    for kind in [scene.clone(), scene.to_luma8().into()] {
        let bytes = coded(&kind, ImageFormat::Jpeg);
        let other = image::load_from_memory(&bytes).expect("decodes").into_rgb8();
        let alike = likeness(&decode(&folder.with(&bytes)).expect("decodes"), &other);
        assert!(alike > 45.0, "{:?}: {alike} dB", kind.color());
    }
}

#[test]
fn what_can_be_seen_through_lies_on_white() {
    let folder = Folder::new();
    let clear = image::RgbaImage::from_fn(64, 9, |x, y| {
        image::Rgba([200, 100, 0, [0, 255, 128][(x + y) as usize % 3]])
    });
    let clear = DynamicImage::from(clear);
    let meant = [Rgb([255, 255, 255]), Rgb([200, 100, 0]), Rgb([227, 177, 127])];
    for (kind, format) in [
        (clear.clone(), ImageFormat::Png),
        (DynamicImage::from(clear.to_rgba16()), ImageFormat::Png),
        (clear.clone(), ImageFormat::WebP),
    ] {
        let shown = decode(&folder.with(&coded(&kind, format))).expect("decodes");
        for (x, y, pixel) in shown.enumerate_pixels() {
            assert_eq!(*pixel, meant[(x + y) as usize % 3], "{format:?} {x} {y}");
        }
    }
    let grey = DynamicImage::from(clear.to_luma_alpha8());
    let shown = decode(&folder.with(&coded(&grey, ImageFormat::Png))).expect("decodes");
    assert_eq!(*shown.get_pixel(0, 0), Rgb([255; 3]), "not the black below it");
    let path = folder.with(&coded(&clear, ImageFormat::Png));
    assert_eq!(see_through(&path).expect("decodes"), Some(clear.to_rgba8()));
    assert_eq!(
        see_through(&folder.with(&coded(&scene(9, 9).into(), ImageFormat::WebP))).expect("decodes"),
        None
    );
}

/// A JPEG loses by itself, and one that is thinner than its blocks loses most.
fn least(format: ImageFormat, height: u32) -> f64 {
    match format {
        ImageFormat::Png => 40.0,
        _ if height > 16 => 33.0,
        _ => 22.0,
    }
}

#[test]
fn a_thumbnail_from_rows_looks_like_one_from_the_whole() {
    let folder = Folder::new();
    for (width, height) in [(2180, 1390), (1390, 2180), (2048, 2048), (600, 400), (5000, 9)] {
        let scene = scene(width, height);
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let path = folder.with(&coded(&scene.clone().into(), format));
            let mut small = Shrink::to(256);
            let facts = rows(&path, Some(small.enough()), &mut small).expect("decodes");
            let small = small.finish(facts.orientation).expect("whole");
            let (w, h) = small.dimensions();
            let best = image::imageops::resize(&scene, w, h, image::imageops::FilterType::Lanczos3);
            let (alike, least) = (likeness(&small, &best), least(format, height));
            assert!(alike > least, "{width}×{height} {format:?}: {alike} dB");
        }
    }
}

#[test]
fn profiles_are_honoured_and_srgb_stays_exact() {
    let folder = Folder::new();
    let scene = scene(64, 48);
    let srgb = moxcms::ColorProfile::new_srgb().encode().expect("encodes");
    assert_eq!(decode(&folder.with(&with_profile(&scene, &srgb))).expect("decodes"), scene);
    let wide = moxcms::ColorProfile::new_display_p3().encode().expect("encodes");
    let red = RgbImage::from_pixel(4, 4, Rgb([200, 40, 40]));
    let shown = decode(&folder.with(&with_profile(&red, &wide))).expect("decodes");
    let [r, g, b] = shown.get_pixel(1, 1).0;
    assert!(r > 210 && g < 30 && b < 40, "P3's red is redder in sRGB: {r} {g} {b}");
    let nonsense = with_profile(&scene, b"no profile at all");
    assert_eq!(decode(&folder.with(&nonsense)).expect("still a picture"), scene);
}

#[test]
fn a_turned_picture_is_shown_upright() {
    let folder = Folder::new();
    let mut jpeg = coded(&scene(80, 40).into(), ImageFormat::Jpeg);
    let mut block =
        b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    block.truncate(2 + 0x22);
    jpeg.splice(2..2, block);
    let path = folder.with(&jpeg);
    let upright = decode(&path).expect("decodes");
    assert_eq!(upright.dimensions(), (40, 80));
    let stored = image::load_from_memory(&jpeg).expect("decodes").into_rgb8();
    assert!(likeness(&upright, &image::imageops::rotate90(&stored)) > 45.0);
    let mut small = Shrink::to(20);
    let facts = rows(&path, Some(small.enough()), &mut small).expect("decodes");
    assert_eq!(small.finish(facts.orientation).expect("whole").dimensions(), (10, 20));
}

#[test]
fn what_is_too_large_is_refused_by_its_header() {
    let folder = Folder::new();
    let mut png = coded(&scene(40, 30).into(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff]);
    assert!(matches!(decode(&folder.with(&png)), Err(DecodeError::Unfit)));
    let mut jpeg = coded(&scene(40, 30).into(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(decode(&folder.with(&jpeg)), Err(DecodeError::Unfit)));
}

#[test]
fn cut_anywhere_nothing_panics_and_a_png_is_never_called_whole() {
    let folder = Folder::new();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = coded(&scene(24, 17).into(), format);
        for end in 0..bytes.len() {
            let path = folder.with(&bytes[..end]);
            let whole =
                inspect(File::open(&path).expect("open")).expect("reads").is_ok_and(|facts| facts.complete);
            assert!(!whole, "{format:?} cut to {end} of {}", bytes.len());
            let decoded = decode(&path);
            assert!(format != ImageFormat::Png || decoded.is_err(), "cut to {end} of {}", bytes.len());
        }
    }
}

/// Collects rows.
#[derive(Default)]
struct All(Vec<u8>);

impl Rows for All {
    fn begin(&mut self, _: u32, _: u32) {
        self.0.clear();
    }

    fn row(&mut self, rgb: &[u8]) -> Result<(), DecodeError> {
        self.0.extend_from_slice(rgb);
        Ok(())
    }
}

fn arrived(bytes: &[u8], step: usize, facts: &Facts) -> (Result<bool, DecodeError>, Vec<u8>) {
    let mut all = All::default();
    let went = rows_arriving(BufReader::with_capacity(step, bytes), facts, None, &mut all);
    (went, all.0)
}

#[test]
fn rows_that_arrive_in_any_pieces_are_those_of_the_file() {
    let folder = Folder::new();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = coded(&scene(61, 43).into(), format);
        let mut all = All::default();
        let facts = rows(&folder.with(&bytes), None, &mut all).expect("decodes");
        for step in [1, 2, 3, 7, 64, 1000, 1 << 16] {
            let (went, rows) = arrived(&bytes, step, &facts);
            let forward =
                format == ImageFormat::Png || format == ImageFormat::Jpeg && cfg!(feature = "mozjpeg");
            assert_eq!(went.expect("no error"), forward, "{format:?} by {step}");
            // Of the others all has to be there first, and nothing is handed on before.
            assert_eq!(rows, if forward { all.0.as_slice() } else { &[] }, "{format:?} by {step}");
        }
    }
}

#[test]
fn what_stops_or_is_broken_on_its_way_neither_panics_nor_gives_more_rows_than_there_are() {
    let mut state = 3u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = coded(&scene(40, 24).into(), format);
        let whole = inspect(io::Cursor::new(&bytes)).expect("reads").expect("a picture");
        for end in 0..bytes.len() {
            let (went, rows) = arrived(&bytes[..end], 1 + end % 50, &whole);
            assert!(rows.len() <= 40 * 24 * 3);
            assert!(format != ImageFormat::Png || went.is_err(), "cut to {end}");
        }
        for _ in 0..400 {
            let mut broken = bytes.clone();
            for _ in 0..=random() % 4 {
                let at = random() % broken.len();
                broken[at] = random() as u8;
            }
            let (_, rows) = arrived(&broken, 1 + random() % 300, &whole);
            assert!(rows.len() <= 40 * 24 * 3);
        }
    }
}

#[test]
fn a_jpeg_of_too_many_scans_is_not_opened_and_one_of_some_is() {
    let folder = Folder::new();
    let mut bytes = Vec::new();
    let mut coder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    coder.set_progressive(true);
    coder.encode(&scene(48, 32), 48, 32, jpeg_encoder::ColorType::Rgb).expect("encodes");
    assert!(decode(&folder.with(&bytes)).is_ok());
    let last = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
    let end = bytes.len() - 2;
    let scan = bytes[last..end].to_vec();
    let with = |count: usize| {
        let mut more = bytes.clone();
        more.splice(end..end, scan.repeat(count));
        more
    };
    assert!(scans(with(20).as_slice()).expect("reads") > 20);
    assert!(matches!(decode(&folder.with(&with(MAX_SCANS))), Err(DecodeError::Unfit)));
    let mut arriving = Shrink::to(20);
    let facts = inspect(io::Cursor::new(with(MAX_SCANS))).expect("reads").expect("a picture");
    assert!(facts.progressive && facts.complete);
    assert!(
        !rows_arriving(with(MAX_SCANS).as_slice(), &facts, None, &mut arriving).expect("waits for its end")
    );
}

#[test]
fn flipped_bytes_never_panic_through_the_door() {
    let folder = Folder::new();
    let mut state = 7u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = coded(&scene(32, 20).into(), format);
        for _ in 0..400 {
            let mut broken = bytes.clone();
            for _ in 0..=random() % 3 {
                let at = random() % broken.len();
                broken[at] = random() as u8;
            }
            // Sizes that are lies stay below the limits here; what matters is that it comes back.
            drop(decode(&folder.with(&broken)));
        }
    }
}
