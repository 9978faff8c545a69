//! Pictures come in from outside into a library on the disk: once, whole, in order; sidecars follow what is done to them;
//! and all of it is there again when the index is made anew.

use diptych_engine::driver::{Fate, ImportReport, Parts, import, import_bytes};
use diptych_engine::engine::Engine;
use diptych_engine::export::embed::embed;
use diptych_engine::export::recipe::Recipe;
use diptych_engine::import::read;
use diptych_engine::ledger::{PictureChange, PictureFilter, PictureSort};
use diptych_engine::picture::inspect::Format;
use diptych_engine::store::folder::Folders;
use diptych_engine::store::sidecar;
use diptych_engine::value::id::Randomness;
use diptych_engine::value::imported::Tool;
use diptych_engine::value::job::{KeptPicture, Picture};
use diptych_engine::value::secret::SessionStore;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::{Clock, Timestamp};
use image::{ImageFormat, RgbImage};
use jiff::tz::TimeZone;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_500_000_000)
    }
    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// Another id each time, whoever asks at once.
#[derive(Default)]
struct Counter(AtomicU64);

impl Randomness for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = (number >> (5 * at.min(12))) as u8 & 31);
    }
}

/// A library on the disk.
struct Library {
    _folder: tempfile::TempDir,
    folders: Folders,
}

impl Library {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().join("data"), cache: folder.path().join("cache") };
        Self { _folder: folder, folders }
    }

    /// An engine over it that can reach nobody.
    async fn start(&self) -> Engine {
        let parts = Parts {
            folders: self.folders.clone(),
            sends: false,
            clock: Arc::new(Noon),
            randomness: Arc::new(Counter::default()),
            secrets: Arc::new(SessionStore::default()),
            practice: None,
            catalogue: None,
            call_timeout: None,
        };
        Engine::start(parts).await.expect("starts")
    }
}

fn png(grey: u8) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbImage::from_pixel(20, 10, image::Rgb([grey; 3]))
        .write_to(&mut out, ImageFormat::Png)
        .expect("encodes");
    out.into_inner()
}

/// With a text chunk behind the header.
fn saying(grey: u8, keyword: &str, text: &str) -> Vec<u8> {
    let mut bytes = png(grey);
    let data = [keyword.as_bytes(), b"\0", text.as_bytes()].concat();
    let chunk = [&(data.len() as u32).to_be_bytes(), b"tEXt".as_slice(), &data, &[0; 4]].concat();
    bytes.splice(33..33, chunk);
    bytes
}

async fn bring(engine: &Engine, paths: &[&Path]) -> ImportReport {
    let paths = paths.iter().map(|path| path.to_path_buf()).collect();
    import(engine.core(), paths).await.expect("the ledger serves")
}

async fn all(engine: &Engine) -> Vec<KeptPicture> {
    let found =
        engine.ledger.find(PictureFilter::default(), PictureSort::Oldest, false).await.expect("finds");
    engine.ledger.picture_rows(found.seqs).await.expect("reads")
}

fn codes(report: &ImportReport) -> Vec<String> {
    let word = |fate: &Fate| match fate {
        Fate::Imported(_) => "imported".into(),
        Fate::Known(_) => "known".into(),
        Fate::Refused(why) => why.code.clone(),
    };
    report.files.iter().map(|(_, fate)| word(fate)).collect()
}

/// Every file below a folder, by name and bytes.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(contents(&path));
        } else {
            out.push((path.clone(), fs::read(&path).expect("a file")));
        }
    }
    out.sort();
    out
}

#[tokio::test]
async fn every_kind_of_file_meets_its_fate_and_stays_as_it_was() {
    let library = Library::new();
    let engine = library.start().await;
    let outside = tempfile::tempdir().expect("folder");
    let at = |name: &str| outside.path().join(name);
    let whole = png(1);
    let mut huge = png(2);
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    // The end is there, the pixels are noise.
    let mut broken = png(3);
    let pixels = broken.windows(4).position(|four| four == b"IDAT").expect("pixels") + 6;
    broken[pixels..pixels + 8].fill(0xff);
    for (name, bytes) in [
        ("1-whole.png", whole.as_slice()),
        ("2-same.jpg", &whole),
        ("3-cut.png", &whole[..whole.len() - 4]),
        ("4-huge.png", &huge),
        ("5-broken.png", &broken),
        ("6-empty.webp", b""),
        ("7-page.gif", b"<svg xmlns="),
        ("8-notes.md", b"# left alone"),
    ] {
        fs::write(at(name), bytes).expect("written");
    }
    let before = contents(outside.path());
    let missing = at("nowhere");
    let report = bring(&engine, &[outside.path(), &missing, &at("8-notes.md")]).await;
    assert_eq!(
        codes(&report),
        [
            "E-IMPORT-FILE",
            "imported",
            "known",
            "E-IMPORT-END",
            "E-IMPORT-LARGE",
            "E-IMPORT-DAMAGED",
            "E-IMPORT-KIND",
            "E-IMPORT-KIND",
            "E-IMPORT-KIND",
        ],
        "what is not there first, then in order of the names; named files last"
    );
    assert_eq!(contents(outside.path()), before);
    let kept = all(&engine).await;
    assert_eq!(kept.len(), 1);
    let picture = &kept[0].picture;
    assert_eq!((picture.width, picture.height, picture.job.as_ref()), (20, 10, None));
    let original = engine.objects.path(&picture.hash, &picture.extension);
    assert_eq!(fs::read(&original).expect("the original"), whole);
    let read =
        sidecar::read(&fs::read(engine.objects.sidecar_path(picture)).expect("a sidecar")).expect("is whole");
    // What it is like can always be found out again: that stands in the row alone.
    assert!(picture.essence.is_some());
    assert_eq!(read.picture, Picture { essence: None, ..picture.clone() });
    assert_eq!(
        engine.objects.files().expect("lists").len(),
        2,
        "and no sidecar of the one that was the same"
    );
    assert_eq!(fs::read_dir(library.folders.spool()).expect("lists").count(), 0, "nothing is left behind");
    let check = diptych_engine::driver::check(engine.core(), true, false).await.expect("checks");
    assert_eq!(check.problems, []);
}

#[tokio::test]
async fn links_in_folders_lead_nowhere_and_a_link_that_was_named_is_followed() {
    let library = Library::new();
    let engine = library.start().await;
    let (outside, other) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    fs::write(other.path().join("secret.png"), png(1)).expect("written");
    let link = |to: &Path, name: &str| {
        std::os::unix::fs::symlink(to, outside.path().join(name)).expect("a link");
    };
    link(&other.path().join("secret.png"), "file.png");
    link(other.path(), "folder");
    link(outside.path(), "circle");
    assert_eq!(codes(&bring(&engine, &[outside.path()]).await), [""; 0]);
    assert_eq!(codes(&bring(&engine, &[&outside.path().join("folder")]).await), ["imported"]);
}

#[tokio::test]
async fn an_import_can_be_stopped_and_what_came_in_stays_in_order() {
    let library = Library::new();
    let engine = library.start().await;
    let outside = tempfile::tempdir().expect("folder");
    for number in 0..60 {
        fs::write(outside.path().join(format!("{number:02}.png")), png(number)).expect("written");
    }
    let mut events = engine.listen();
    let stop = {
        let engine = engine.clone();
        tokio::spawn(async move {
            // Told at its beginning.
            events.recv().await.expect("an event");
            engine.cancel_imports();
        })
    };
    let report = bring(&engine, &[outside.path()]).await;
    stop.await.expect("stops");
    assert!(report.cancelled && report.files.len() < 60, "{} files", report.files.len());
    assert!(report.files.iter().all(|(_, fate)| matches!(fate, Fate::Imported(_))));
    let rest = bring(&engine, &[outside.path()]).await;
    assert_eq!((rest.cancelled, rest.files.len()), (false, 60), "the next one is not stopped");
    let names: Vec<_> = all(&engine)
        .await
        .iter()
        .filter_map(|kept| Some(kept.picture.imported.as_ref()?.file.clone()))
        .collect();
    let sorted = {
        let mut sorted = names.clone();
        sorted.sort();
        sorted
    };
    assert_eq!((names.len(), &names), (60, &sorted), "in the order of the folder");
}

#[tokio::test]
async fn a_picture_is_as_old_as_it_says_or_its_file_but_never_of_tomorrow() {
    let library = Library::new();
    let engine = library.start().await;
    let now = engine.clock.now();
    let made = r#"{"diptych": 1, "prompt": "x", "created": "2020-02-03T04:05:06Z"}"#;
    for (bytes, modified, expected) in [
        (saying(1, "diptych", made), Some(Timestamp(9)), Timestamp(1_580_702_706_000)),
        (png(2), Some(Timestamp(9)), Timestamp(9)),
        (png(3), Some(Timestamp(now.millis() + 86_400_000)), now),
        (png(4), None, now),
    ] {
        let fate =
            import_bytes(engine.core(), "../../a\u{7}b.png", modified, bytes.into()).await.expect("serves");
        let Fate::Imported(id) = fate else { panic!("{fate:?}") };
        let kept = engine.ledger.picture(id).await.expect("reads").expect("is there");
        assert_eq!(kept.picture.created, expected);
        assert_eq!(
            kept.picture.imported.expect("from outside").file,
            "ab.png",
            "no path, no control character"
        );
    }
}

#[tokio::test]
async fn facts_that_nobody_knows_are_nothing_to_filter_by() {
    let library = Library::new();
    let engine = library.start().await;
    let text = "a lake\nSteps: 1, Seed: 2, Size: 3x3, Model: dream";
    for bytes in [saying(1, "parameters", text), png(2)] {
        import_bytes(engine.core(), "a.png", None, bytes.into()).await.expect("serves");
    }
    let facets = engine.ledger.facets(false).await.expect("counts");
    assert_eq!(facets.models.into_iter().collect::<Vec<_>>(), [("dream".into(), 1)]);
    assert!(facets.accounts.is_empty() && facets.sizes.is_empty() && facets.aspects.is_empty());
    for (imported, expected) in [(Some(true), 2), (Some(false), 0), (None, 2)] {
        let filter = PictureFilter { imported, ..PictureFilter::default() };
        assert_eq!(engine.ledger.count(filter).await.expect("counts"), expected);
    }
    let filter = PictureFilter { search: Some("lak".into()), ..PictureFilter::default() };
    assert_eq!(engine.ledger.count(filter).await.expect("counts"), 1);
}

#[tokio::test]
async fn sidecars_follow_what_is_done_even_over_a_crash() {
    let library = Library::new();
    let engine = library.start().await;
    let bytes = png(1);
    import_bytes(engine.core(), "a.png", None, bytes.into()).await.expect("serves");
    let kept = all(&engine).await.remove(0);
    let marks = || {
        let read = fs::read(engine.objects.sidecar_path(&kept.picture)).expect("a sidecar");
        let read = sidecar::read(&read).expect("is whole");
        (read.rating, read.trashed, [read.tags, read.collections].concat())
    };
    let change = |rating: u8| PictureChange {
        rating: Some(rating),
        tag: vec!["blue".into()],
        collect: vec!["Calendar".into()],
        ..PictureChange::default()
    };
    // Nobody is told, as if the process had died between the commit and the word.
    engine.ledger.change_pictures(vec![kept.seq], change(4)).await.expect("changes");
    assert_eq!(marks(), (0, false, vec![]));
    engine.close().await;
    assert_eq!(
        marks(),
        (4, false, vec!["blue".to_owned(), "Calendar".to_owned()]),
        "a close writes what is behind"
    );
    engine.ledger.change_pictures(vec![kept.seq], change(2)).await.expect("changes");
    drop(engine.clone());
    let again = library.start().await;
    for _ in 0..500 {
        // The file first, then the books.
        if marks().0 == 2 && again.ledger.behind(10).await.expect("reads").is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(marks().0, 2, "a start does, too");
    assert!(again.ledger.behind(10).await.expect("reads").is_empty());
}

#[tokio::test]
async fn what_a_check_finds_of_files_is_kept_until_another_finds_them_whole() {
    let library = Library::new();
    let engine = library.start().await;
    for side in [1, 2, 3] {
        import_bytes(engine.core(), "a.png", None, png(side).into()).await.expect("serves");
    }
    let pictures = all(&engine).await;
    let path = |at: usize| {
        let picture: &diptych_engine::value::job::Picture = &pictures[at].picture;
        engine.objects.path(&picture.hash, &picture.extension)
    };
    let damaged = || async {
        let filter = PictureFilter { damaged: Some(true), ..PictureFilter::default() };
        engine.ledger.page(filter, None, 9).await.expect("asks")
    };
    let check = |read: bool| diptych_engine::driver::check(engine.core(), read, false);
    let whole = fs::read(path(1)).expect("reads");
    fs::rename(path(0), library.folders.data.join("away")).expect("is moved");
    fs::write(path(1), b"other bytes").expect("is changed");
    assert_eq!(check(false).await.expect("checks").problems.len(), 1, "only what is missing is seen");
    assert_eq!(damaged().await, [pictures[0].seq]);
    assert_eq!(check(true).await.expect("checks").problems.len(), 2);
    assert_eq!(damaged().await, [pictures[1].seq, pictures[0].seq]);
    fs::rename(library.folders.data.join("away"), path(0)).expect("is back");
    fs::write(path(1), whole).expect("is whole");
    assert_eq!(
        check(false).await.expect("checks").problems.len(),
        1,
        "nobody has read the changed one again"
    );
    assert_eq!(damaged().await, [pictures[1].seq]);
    assert_eq!(check(true).await.expect("checks").problems, []);
    assert!(damaged().await.is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_ends_neither_a_check_nor_a_rebuild() {
    let library = Library::new();
    let engine = library.start().await;
    for grey in [1, 2, 3] {
        import_bytes(engine.core(), "a.png", None, png(grey).into()).await.expect("serves");
    }
    let pictures = all(&engine).await;
    let first = &pictures[0].picture;
    let sidecar = engine.objects.sidecar_path(&pictures[1].picture);
    // A folder in the place of a file can be read by nobody, root included.
    for path in [&engine.objects.path(&first.hash, &first.extension), &sidecar] {
        fs::remove_file(path).expect("is removed");
        fs::create_dir(path).expect("is made");
    }
    let codes = |problems: &[Sentence]| {
        let mut codes: Vec<_> = problems.iter().map(|problem| problem.code.clone()).collect();
        codes.sort();
        codes
    };
    let report = diptych_engine::driver::check(engine.core(), true, false).await.expect("checks");
    assert_eq!((report.pictures, codes(&report.problems)), (3, vec!["C-DAMAGED".to_owned()]));
    engine.close().await;
    drop(engine);
    let report = diptych_engine::rebuild::rebuild(&library.folders, &Noon).expect("rebuilds");
    assert_eq!((report.pictures, report.bare), (3, 1));
    assert_eq!(codes(&report.problems), ["C-DAMAGED", "C-SIDECAR-BROKEN"]);
    assert!(sidecar.is_dir(), "it is not written over");
}

#[tokio::test]
async fn a_named_pipe_is_refused_and_never_opened() {
    let library = Library::new();
    let engine = library.start().await;
    let outside = tempfile::tempdir().expect("folder");
    let pipe = outside.path().join("pipe.png");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("runs");
    assert!(made.success());
    assert_eq!(codes(&bring(&engine, &[&pipe]).await), ["E-IMPORT-KIND"]);
}

#[test]
fn our_exports_are_read_by_web_uis_rules_too() {
    let json = r#"{"diptych": 1, "prompt": "x"}"#;
    let mut from = Cursor::new(saying(1, "diptych", json));
    assert_eq!(read(&mut from, Format::Png).expect("reads").tool, Some(Tool::Diptych));
    for (format, image, mime) in [
        (Format::Png, ImageFormat::Png, "image/png"),
        (Format::Jpeg, ImageFormat::Jpeg, "image/jpeg"),
        (Format::Webp, ImageFormat::WebP, "image/webp"),
    ] {
        let mut out = Cursor::new(Vec::new());
        RgbImage::new(9, 7).write_to(&mut out, image).expect("encodes");
        // The text alone, as a reader sees it that knows nothing of us.
        let recipe = Recipe {
            parameters: "A kettle, 湖\nSeed: 7, Size: 9x7, Model: gemini-3-pro-image, Version: Diptych 0.1.0"
                .into(),
            json: "{}".into(),
            properties: Vec::new(),
        };
        let copy = embed(out.into_inner().into(), mime, &recipe).expect("fits");
        let found = read(&mut Cursor::new(copy), format).expect("reads");
        assert_eq!((found.prompt.as_str(), found.seed.as_deref()), ("A kettle, 湖", Some("7")), "{mime}");
        assert_eq!(
            (found.model.as_deref(), found.size.as_deref()),
            (Some("gemini-3-pro-image"), Some("9x7"))
        );
    }
}

#[tokio::test]
async fn what_lies_in_the_trash_comes_out_of_it_when_it_is_brought_again() {
    let library = Library::new();
    let engine = library.start().await;
    let bring = async || import_bytes(engine.core(), "a.png", None, png(1).into()).await.expect("serves");
    let first = bring().await;
    let kept = all(&engine).await.remove(0);
    let trash = PictureChange { trashed: Some(true), rating: Some(3), ..PictureChange::default() };
    engine.ledger.change_pictures(vec![kept.seq], trash).await.expect("changes");
    assert!(all(&engine).await.is_empty());
    assert_eq!(bring().await, first, "imported, as the same picture");
    let back = all(&engine).await;
    assert_eq!((back.len(), back[0].rating, back[0].trashed), (1, 3, false), "with what was said of it");
    assert_eq!(bring().await, Fate::Known(kept.picture.id.clone()), "and now it is there");
    engine.close().await;
    let read = fs::read(engine.objects.sidecar_path(&kept.picture)).expect("a sidecar");
    assert!(!sidecar::read(&read).expect("is whole").trashed, "its sidecar says so, too");
}

#[tokio::test]
async fn nothing_that_can_be_seen_is_left_of_what_is_deleted_for_good() {
    let library = Library::new();
    let engine = library.start().await;
    for grey in [1, 2] {
        import_bytes(engine.core(), "a.png", None, png(grey).into()).await.expect("serves");
    }
    let (one, other) = {
        let mut kept = all(&engine).await;
        (kept.remove(0), kept.remove(0))
    };
    for KeptPicture { picture, .. } in [&one, &other] {
        let original = engine.objects.path(&picture.hash, &picture.extension);
        engine.derived.overview(&original, &picture.hash).expect("made");
        engine.derived.tile(&original, &picture.hash, 0, 0, 0).expect("made");
    }
    let made_of = |kept: &KeptPicture| {
        let hash = kept.picture.hash.as_bytes();
        let files = contents(&library.folders.cache);
        files
            .iter()
            .filter(|(path, _)| path.as_os_str().as_encoded_bytes().windows(64).any(|part| part == hash))
            .count()
    };
    assert_eq!((made_of(&one), made_of(&other)), (4, 4));
    let trash = PictureChange { trashed: Some(true), ..PictureChange::default() };
    engine.ledger.change_pictures(vec![one.seq], trash).await.expect("changes");
    assert_eq!(engine.core().delete_trash().await.expect("deletes"), 1);
    assert_eq!((made_of(&one), made_of(&other)), (0, 4));
}
