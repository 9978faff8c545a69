//! What is made from an original, kept, and made again.

use super::*;

fn setup() -> (tempfile::TempDir, Derived, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let original = folder.path().join("original.png");
    RgbImage::from_fn(1200, 800, |x, y| image::Rgb([x as u8, y as u8, (x / 8) as u8]))
        .save(&original)
        .expect("save");
    let derived = Derived::new(folder.path());
    (folder, derived, original)
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
    let small = derived.small_thumb(&original, "h").expect("made with the other");
    assert_eq!(image::load_from_memory(&small.bytes).expect("decodes").width(), 256);
    assert!(derived.essence(&original, "h").is_ok());
}

#[test]
fn tiles_are_made_once_and_again_after_the_cache_was_emptied() {
    let (folder, derived, original) = setup();
    let tile = derived.tile(&original, "h", 0, 2, 1).expect("made");
    let size = image::load_from_memory(&tile.bytes).expect("decodes");
    assert_eq!((size.width(), size.height()), (1200 - 1024, 800 - 512));
    assert!(derived.tile(Path::new("not asked"), "h", 0, 3, 0).is_err(), "there is no such tile");
    assert!(derived.tile(Path::new("not asked"), "h", 9, 0, 0).is_err(), "there is no such level");
    let file = folder.path().join("h.tiles");
    std::fs::write(&file, &std::fs::read(&file).expect("there")[..2000]).expect("cut short");
    assert_eq!(derived.tile(&original, "h", 0, 2, 1).expect("made again").bytes, tile.bytes);
    std::fs::remove_file(&file).expect("remove");
    assert_eq!(derived.tile(&original, "h", 0, 2, 1).expect("made again").bytes, tile.bytes);
}

#[test]
fn what_is_made_while_a_picture_arrives_is_what_is_made_of_the_file() {
    let (folder, derived, original) = setup();
    let bytes = std::fs::read(&original).expect("read");
    let small = derived.arriving(bytes.as_slice(), true).expect("a PNG can be read forward");
    derived.keep("a", &small);
    let later = derived.thumb(&original, "b").expect("made");
    assert_eq!(derived.thumb(Path::new("gone"), "a").expect("kept").bytes, later.bytes);
    let tile = derived.tile(&original, "b", 1, 1, 0).expect("made");
    assert_eq!(derived.tile(Path::new("gone"), "a", 1, 1, 0).expect("kept").bytes, tile.bytes);
    assert!(derived.arriving(&bytes[..bytes.len() - 13], true).is_none(), "cut short is no picture");
    let left = std::fs::read_dir(folder.path()).expect("list").filter_map(Result::ok);
    let left: Vec<_> =
        left.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}
