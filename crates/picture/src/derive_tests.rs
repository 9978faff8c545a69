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

/// A JPEG in Display P3 that lies on its side: red in its left half, grey in its right one; upright red is above.
fn turned_and_wide() -> Vec<u8> {
    let picture =
        RgbImage::from_fn(1200, 800, |x, _| image::Rgb(if x < 600 { [200, 40, 40] } else { [90; 3] }));
    let mut jpeg = Vec::new();
    let mut coder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 98);
    let profile = moxcms::ColorProfile::new_display_p3().encode().expect("encodes");
    image::ImageEncoder::set_icc_profile(&mut coder, profile).expect("JPEG has profiles");
    image::ImageEncoder::write_image(coder, &picture, 1200, 800, image::ExtendedColorType::Rgb8)
        .expect("coded");
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    jpeg.splice(2..2, exif[..0x24].iter().copied());
    jpeg
}

#[test]
fn tiles_crops_and_thumbnails_of_a_turned_picture_in_another_colour_space_are_upright_and_srgb() {
    let (folder, derived, _) = setup();
    let bytes = turned_and_wide();
    let path = folder.path().join("turned.jpg");
    std::fs::write(&path, &bytes).expect("written");
    let red = |shown: &Shown, x: u32, y: u32| {
        let picture = image::load_from_memory(&shown.bytes).expect("decodes").into_rgb8();
        let [r, g, b] = picture.get_pixel(x, y).0;
        r > 210 && g < 32 && b < 42
    };
    let size = |shown: &Shown| {
        let picture = image::load_from_memory(&shown.bytes).expect("decodes");
        (picture.width(), picture.height())
    };
    let tile = |level, column, row| derived.tile(&path, "turned", level, column, row).expect("made");
    assert_eq!(size(&tile(0, 1, 2)), (800 - 512, 1200 - 1024));
    assert!(red(&tile(0, 0, 0), 200, 200) && red(&tile(0, 1, 1), 100, 40), "above is red");
    assert!(!red(&tile(0, 0, 1), 200, 400) && !red(&tile(0, 0, 2), 9, 9), "below is not");
    assert!(red(&tile(1, 0, 0), 200, 280) && !red(&tile(1, 0, 0), 200, 320), "in every level");
    let crop = |text: &str| derived.crop(&path, Crop::parse(text, "40x40").expect("right")).expect("inside");
    assert!(red(&crop("300,100,40,40"), 20, 20) && !red(&crop("300,1100,40,40"), 20, 20));
    assert!(
        derived.crop(&path, Crop::parse("1100,100,40,40", "40x40").expect("right")).is_err(),
        "it is 800 wide"
    );
    let overview = derived.overview(&path, "turned").expect("made");
    assert_eq!((size(&overview), red(&overview, 400, 300)), ((800, 1200), true));
    let small = derived.arriving(bytes.as_slice(), true);
    assert_eq!(small.is_some(), cfg!(feature = "mozjpeg"), "C decodes it while it arrives");
    if let Some(small) = small {
        derived.keep("arrived", &small);
        let thumb = derived.thumb(Path::new("gone"), "arrived").expect("kept");
        assert!(size(&thumb) == (342, 512) && red(&thumb, 170, 100) && !red(&thumb, 170, 400));
    }
}

#[test]
fn no_crop_is_larger_than_a_display() {
    assert!(Crop::parse("0,0,3840,2304", "3840x2304").is_some());
    assert!(Crop::parse("0,0,4096,1024", "4096x1024").is_some(), "a strip for the clipboard");
    assert_eq!(Crop::parse("0,0,4096,4096", "4096x4096"), None);
}

#[test]
fn what_a_picture_is_like_is_noticed_when_its_thumbnails_are_made() {
    let (_folder, derived, original) = setup();
    assert_eq!(derived.noticed("h"), None);
    derived.thumb(&original, "h").expect("made");
    let noticed = derived.noticed("h").expect("noticed");
    assert!(noticed.distance(&derived.essence(&original, "h").expect("from the cache")) <= 4);
}

#[test]
fn what_is_being_made_for_one_is_not_made_for_another_too() {
    let (folder, derived, original) = setup();
    let small = derived.small(&original, "made before").expect("made");
    // So large that it is never held whole; its pixels are not there.
    let huge = folder.path().join("huge.png");
    let mut bytes = std::fs::read(&original).expect("read");
    bytes[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    std::fs::write(&huge, bytes).expect("written");
    std::thread::scope(|scope| {
        let lane = derived.lane("h");
        let thumb = scope.spawn(|| derived.thumb(Path::new("gone"), "h"));
        let overview = scope.spawn(|| derived.overview(&huge, "h"));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!thumb.is_finished() && !overview.is_finished(), "both wait for who is making it");
        derived.keep("h", &small);
        derived.cache.write("h-2048.jpg", b"\xff\xd8the overview\xff\xd9");
        drop(lane);
        assert!(thumb.join().expect("no panic").expect("kept").bytes == small.thumb);
        assert_eq!(overview.join().expect("no panic").expect("kept").bytes, b"\xff\xd8the overview\xff\xd9");
    });
}

#[test]
fn nothing_is_left_of_one_that_is_forgotten_and_all_of_the_others() {
    let (folder, derived, original) = setup();
    let files = || {
        let list = std::fs::read_dir(folder.path()).expect("lists");
        let names = list.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
        let mut names: Vec<_> = names.filter(|name| name != "original.png").collect();
        names.sort();
        names
    };
    for hash in ["a", "b"] {
        derived.thumb(&original, hash).expect("made");
        derived.overview(&original, hash).expect("made");
        derived.tile(&original, hash, 0, 0, 0).expect("made");
    }
    assert_eq!(files().len(), 8);
    derived.forget_one(&original, "a");
    assert_eq!(files(), ["b-2048.jpg", "b-256.jpg", "b-512.jpg", "b.tiles"]);
    assert_eq!((derived.noticed("a"), derived.noticed("b").is_some()), (None, true));
    std::fs::remove_file(&original).expect("remove");
    let crop = Crop::parse("0,0,10,10", "10x10").expect("right");
    assert!(derived.crop(&original, crop).is_err(), "its decoded pixels are gone, too");
}

#[test]
fn a_thumbnail_that_a_power_cut_left_empty_is_made_again() {
    let (folder, derived, original) = setup();
    let thumb = derived.thumb(&original, "h").expect("made");
    for broken in [&b""[..], &thumb.bytes[..thumb.bytes.len() - 2]] {
        std::fs::write(folder.path().join("h-512.jpg"), broken).expect("written");
        assert!(derived.thumb(&original, "h").expect("made again").bytes == thumb.bytes);
    }
}

#[test]
fn a_cache_folder_that_was_deleted_is_made_again() {
    let (folder, _, original) = setup();
    let cache = folder.path().join("cache");
    let derived = Derived::new(&cache);
    assert!(derived.tile(&original, "h", 0, 0, 0).is_ok(), "there was none yet");
    std::fs::remove_dir_all(&cache).expect("removed");
    assert!(derived.tile(&original, "h", 0, 0, 0).is_ok() && cache.join("h.tiles").exists());
}

#[test]
fn what_is_forgotten_waits_for_its_tiles_and_its_frame() {
    let (_folder, derived, original) = setup();
    let wait = |lane: MutexGuard<'_, ()>| {
        std::thread::scope(|scope| {
            let forgets = scope.spawn(|| derived.forget_one(&original, "h"));
            std::thread::sleep(std::time::Duration::from_millis(100));
            assert!(!forgets.is_finished(), "it waits for who is making it");
            drop(lane);
        });
    };
    wait(derived.lane(&tiles_name("h")));
    wait(derived.lane(original.as_path()));
}
