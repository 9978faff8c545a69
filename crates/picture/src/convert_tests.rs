//! Copies in other formats, of pictures that can be seen through.

use super::*;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

/// Clear at the left, half clear in the middle, red all over.
fn clear() -> RgbaImage {
    RgbaImage::from_fn(90, 40, |x, _| Rgba([200, 10, 10, [0, 128, 255][x as usize / 30]]))
}

fn copied(picture: &DynamicImage, from: ImageFormat, how: Conversion) -> DynamicImage {
    let folder = tempfile::tempdir().expect("folder");
    let original = folder.path().join("original");
    picture.save_with_format(&original, from).expect("written");
    image::load_from_memory(&convert(&original, how).expect("converts")).expect("decodes")
}

#[test]
fn what_can_be_seen_through_stays_so_where_the_format_allows() {
    for from in [ImageFormat::Png, ImageFormat::WebP] {
        for format in [CopyFormat::Png, CopyFormat::WebP] {
            let how = Conversion { format, quality: 100, max_edge: None };
            let copy = copied(&clear().into(), from, how);
            assert!(copy.color().has_alpha(), "{from:?} → {format:?}");
            let copy = copy.into_rgba8();
            let alphas = [5, 45, 85].map(|x| copy.get_pixel(x, 20).0[3]);
            assert_eq!(alphas, [0, 128, 255], "{from:?} → {format:?}");
        }
    }
}

#[test]
fn a_smaller_copy_has_no_dark_edge_where_it_becomes_clear() {
    let how = Conversion { format: CopyFormat::Png, quality: 1, max_edge: Some(30) };
    let copy = copied(&clear().into(), ImageFormat::Png, how).into_rgba8();
    assert_eq!(copy.dimensions(), (30, 14));
    for pixel in copy.pixels().filter(|pixel| pixel.0[3] > 20) {
        assert!(pixel.0[0].abs_diff(200) < 12 && pixel.0[1] < 25, "{pixel:?}");
    }
}

#[test]
fn a_jpeg_has_white_there_and_what_is_opaque_gets_no_channel_for_nothing() {
    let how = |format| Conversion { format, quality: 95, max_edge: None };
    let jpeg = copied(&clear().into(), ImageFormat::Png, how(CopyFormat::Jpeg)).into_rgb8();
    assert!(jpeg.get_pixel(8, 20).0.iter().all(|value| *value > 245), "{:?}", jpeg.get_pixel(8, 20));
    let [red, green, _] = jpeg.get_pixel(45, 20).0;
    assert!(red.abs_diff(227) < 12 && green.abs_diff(132) < 12, "half red, half white: {red} {green}");
    let opaque = RgbaImage::from_pixel(20, 20, Rgba([1, 2, 3, 255]));
    assert!(!copied(&opaque.into(), ImageFormat::Png, how(CopyFormat::Png)).color().has_alpha());
}
