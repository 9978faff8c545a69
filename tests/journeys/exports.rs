//! Pictures leave as copies: a whole sheet as originals, converted with the recipe in them, and as a contact sheet.

use diptych_acceptance::{Home, Practice, Running, plain, text, until};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

/// Two models, two each; the sheet's id, and the folder to export to.
fn sheet(home: &Home) -> (String, PathBuf) {
    let options = ["--model", "pro", "--model", "flash", "--count", "2", "--seed", "7"];
    let lines = home.generate("A red kettle on a sill", &options).exits(0).lines();
    assert_eq!(lines.len(), 4);
    let jobs = home.jobs();
    (text(&jobs[0], "sheet").into(), home.path().join("out"))
}

fn written(out: &str) -> Vec<PathBuf> {
    out.lines().map(PathBuf::from).collect()
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// What a page in a browser says to the studio that serves it: the whole answer, head and body.
fn post(address: &str, path: &str, cookie: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the studio");
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncookie: {cookie}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("ask");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    answer
}

/// A page that has exchanged its token: where it asks, and its cookie.
fn page(studio: &Running) -> (String, String) {
    until("it serves", || studio.out().contains("#token="));
    let hello: serde_json::Value = serde_json::from_str(studio.out().trim()).expect("JSON");
    let (address, token) = text(&hello, "url").split_once("/#token=").expect("a token");
    let address = address.trim_start_matches("http://").to_owned();
    let answer = post(&address, "/session", "", &format!("{{\"token\": \"{token}\"}}"));
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    (address, cookie.split(';').next().unwrap_or_default().to_owned())
}

#[test]
fn an_export_that_the_page_stops_is_no_success_in_my_terminal() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let options = ["--size", "2K", "--count", "24", "--yes"];
    let lines = home.generate("A red kettle on a sill", &options).exits(0).lines();
    let (sheet, out) = (text(&lines[0], "sheet"), home.path().join("out"));
    let studio = home.start(&["serve", "--json"]);
    let (address, cookie) = page(&studio);
    let folder = out.display().to_string();
    let mut export =
        home.start(&["pictures", "export", "--sheet", sheet, "--out", &folder, "--format", "webp"]);
    until("the first one is there", || files(&out) > 0 || export.ended());
    drop(post(&address, "/rpc/pictures.stop-saving", &cookie, "{}"));
    let ran = export.wait().exits(1);
    assert!(ran.out.is_empty(), "{ran:#?}");
    drop(ran.says(&["[E-FILE]", &folder, "stopped after", "of 24 copies"]));
    assert!(files(&out) < 24, "{}", files(&out));
}

#[test]
fn a_sheet_leaves_as_originals_and_as_smaller_copies_with_their_recipe() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (sheet, out) = sheet(&home);
    let out = out.display().to_string();
    let export = |options: &[&str]| {
        let line = [&["pictures", "export", "--sheet", &sheet, "--out", &out], options].concat();
        home.run(&line)
    };

    let originals = written(&export(&[]).exits(0).out);
    assert_eq!(originals.len(), 4);
    let kept: Vec<Vec<u8>> = home
        .pictures()
        .iter()
        .map(|picture| {
            let shown = home.run(&["pictures", "show", text(picture, "id"), "--json"]).exits(0).line();
            std::fs::read(text(&shown, "path")).expect("the original")
        })
        .collect();
    for copy in originals {
        let bytes = std::fs::read(copy).expect("the copy");
        assert!(kept.contains(&bytes), "byte for byte");
    }

    for (format, extension) in [("webp", "webp"), ("jpeg", "jpg"), ("png", "png")] {
        let smaller = written(&export(&["--format", format, "--max-edge", "200", "--metadata"]).exits(0).out);
        assert_eq!(smaller.len(), 4);
        for copy in smaller {
            assert_eq!(copy.extension().and_then(|text| text.to_str()), Some(extension));
            let bytes = std::fs::read(&copy).expect("the copy");
            let picture = image::load_from_memory(&bytes).expect("a picture");
            assert_eq!(picture.width().max(picture.height()), 200);
            let found = bytes.windows(22).any(|window| window == b"A red kettle on a sill");
            assert!(found, "the recipe is in {}", copy.display());
        }
    }
    drop(export(&["--format", "bmp"]).exits(2).says(&["bmp", "png jpeg webp"]));
    drop(export(&["--format", "jpeg", "--quality", "0"]).exits(2).says(&["quality"]));
    assert_eq!(practice.calls(), 4, "an export asks nobody");
}

#[test]
fn a_sheet_leaves_as_a_labelled_contact_sheet() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (sheet, out) = sheet(&home);
    let out = out.display().to_string();
    let contact = |sheet: &str| home.run(&["pictures", "contact-sheet", sheet, "--out", &out]);
    let [path]: [PathBuf; 1] = written(&contact(&sheet).exits(0).out).try_into().expect("one file");
    let page = image::open(path).expect("a picture").into_rgb8();
    assert!(page.width() > 1_000 && page.height() > 1_000, "{:?}", page.dimensions());
    // Two by two pictures on white paper, and ink above, between and below them.
    let white = page.pixels().filter(|pixel| pixel.0 == [255; 3]).count();
    let share = white as f64 / f64::from(page.width() * page.height());
    assert!((0.1..0.6).contains(&share), "{share}");
    let inked = |top: u32, bottom: u32| {
        let mut rows = (top..bottom).flat_map(|y| (48..700).map(move |x| (x, y)));
        rows.any(|(x, y)| page.get_pixel(x, y).0.iter().all(|value| *value < 90))
    };
    assert!(inked(48, 90), "the prompt is written");
    assert!(!inked(0, 40), "the margin is free");
    drop(contact("s000").exits(1).says(&["[E-NOT-FOUND]"]));
}

/// How much of a page is the grey of places without a picture.
fn empty(home: &Home, sheet: &str) -> f64 {
    let out = home.path().join("pages").display().to_string();
    let told = home.run(&["pictures", "contact-sheet", sheet, "--out", &out]).exits(0).out;
    let page = image::open(told.trim()).expect("a picture").into_rgb8();
    let grey = page.pixels().filter(|pixel| pixel.0 == [236, 236, 238]).count();
    grey as f64 / f64::from(page.width() * page.height())
}

#[test]
fn a_sheet_that_the_library_answered_leaves_with_its_pictures() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (first, out) = sheet(&home);
    let options = ["--model", "pro", "--model", "flash", "--count", "2", "--seed", "7"];
    let again = home.generate("A red kettle on a sill", &options).exits(0).lines();
    assert!(practice.calls() == 4 && again.iter().all(|line| line["from_library"] == true), "{again:#?}");
    let jobs = home.jobs();
    let second =
        jobs.iter().map(|job| text(job, "sheet")).find(|sheet| *sheet != first).expect("a second sheet");
    let out = out.display().to_string();
    let copies = written(&home.run(&["pictures", "export", "--sheet", second, "--out", &out]).exits(0).out);
    assert!(copies.len() == 4 && copies.iter().all(|path| path.is_file()), "{copies:?}");
    assert!(empty(&home, second) < 0.01, "every place has its picture");
}

#[test]
fn what_was_rejected_does_not_leave_with_its_sheet() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (sheet, out) = sheet(&home);
    assert!(empty(&home, &sheet) < 0.01);
    let pictures = home.pictures();
    drop(home.run(&["pictures", "trash", text(&pictures[0], "id")]).exits(0));
    let out = out.display().to_string();
    let copies = written(&home.run(&["pictures", "export", "--sheet", &sheet, "--out", &out]).exits(0).out);
    assert_eq!(copies.len(), 3);
    assert!(empty(&home, &sheet) > 0.05, "its place is there, and empty");
}

#[test]
fn one_original_that_is_gone_keeps_no_other_from_leaving() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (sheet, out) = sheet(&home);
    let out = out.display().to_string();
    let pictures = home.pictures();
    let ids: Vec<&str> = pictures.iter().map(|picture| text(picture, "id")).collect();
    let shown = home.run(&["pictures", "show", ids[1], "--json"]).exits(0).line();
    let gone = text(&shown, "path");
    std::fs::remove_file(gone).expect("removes");
    let line = ["pictures", "export", ids[0], ids[1], ids[2], "--out", &out, "--json"];
    let ran = home.run(&line).exits(1).says(&[ids[1], gone, "[E-FILE]"]);
    let told: Vec<_> = ran.lines().iter().map(|line| text(line, "picture").to_owned()).collect();
    assert_eq!(told, [ids[0], ids[2]], "each path beside its picture");
    let ran = home.run(&["pictures", "export", "--sheet", &sheet, "--out", &out]).exits(1);
    assert_eq!(written(&ran.out).len(), 3);
}

#[test]
fn what_leaves_is_told_as_json() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let (sheet, out) = sheet(&home);
    let out = out.display().to_string();
    let pictures = home.pictures();
    let export = |what: &[&str]| {
        let lines =
            home.run(&[&["pictures"][..], what, &["--out", &out, "--json"]].concat()).exits(0).lines();
        assert!(lines.iter().all(|line| PathBuf::from(text(line, "path")).is_file()), "{lines:#?}");
        lines
    };
    let ids = [text(&pictures[2], "id"), text(&pictures[0], "id")];
    let copies = export(&["export", ids[0], ids[1]]);
    let told: Vec<&str> = copies.iter().map(|line| text(line, "picture")).collect();
    assert_eq!(told, ids, "each path beside its picture");
    let copies = export(&["export", "--sheet", &sheet]);
    assert_eq!(copies.iter().filter(|line| text(line, "sheet") == sheet).count(), 4, "{copies:#?}");
    let page = export(&["contact-sheet", &sheet]);
    assert_eq!((page.len(), text(&page[0], "sheet")), (1, sheet.as_str()));

    let few = home.run(&["pictures", "list", "--limit", "3", "--json"]).exits(0);
    assert_eq!(few.lines().len(), 3);
    drop(few.says(&["1 more", "--limit"]));
}

#[test]
fn two_pictures_of_the_same_bytes_leave_nothing_when_both_are_deleted() {
    // The built-in provider paints the same again.
    let home = Home::new();
    let one = home.generate("A red kettle on a sill", &[]).exits(0).line();
    let two = home.generate("A red kettle on a sill", &["--new"]).exits(0).line();
    let three = home.generate("A red kettle on a sill", &["--new"]).exits(0).line();
    let path = PathBuf::from(text(&one, "path"));
    assert_eq!((text(&two, "path"), text(&three, "path")), (text(&one, "path"), text(&one, "path")));
    let trash =
        |line: &serde_json::Value| drop(home.run(&["pictures", "trash", text(line, "picture")]).exits(0));
    [&one, &two].into_iter().for_each(trash);
    drop(home.run(&["storage", "delete-trash", "--yes"]).exits(0));
    assert!(path.exists(), "the third has it still");
    let four = home.generate("A red kettle on a sill", &["--new"]).exits(0).line();
    [&three, &four].into_iter().for_each(trash);
    drop(home.run(&["storage", "delete-trash", "--yes"]).exits(0));
    assert!(!path.exists());
    home.check();
}

#[test]
fn room_is_made_by_the_cache_and_by_the_trash_and_nothing_else_goes() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let kettle = home.generate("A red kettle on a sill", &[]).exits(0).line();
    let hills = home.generate("Layered hills", &[]).exits(0).line();
    let storage = || home.run(&["storage", "--json"]).exits(0).line();
    let before = storage();
    assert_eq!(before["originals"]["files"], 4, "two originals, two sidecars");
    assert!(before["cache"]["bytes"].as_u64() > Some(0) && before["free"].as_u64() > Some(0));

    assert!(home.run(&["storage", "empty-cache"]).exits(0).out.contains("freed"));
    assert_eq!(storage()["cache"]["files"], 0);

    drop(home.run(&["pictures", "trash", text(&kettle, "picture")]).exits(0));
    assert_eq!(storage()["trash"]["files"], 1);
    drop(home.run(&["storage", "delete-trash"]).exits(3).says(&["1 picture", "--yes"]));
    assert!(PathBuf::from(text(&kettle, "path")).exists());
    drop(home.run(&["storage", "delete-trash", "--yes"]).exits(0));
    assert!(!PathBuf::from(text(&kettle, "path")).exists());
    assert!(PathBuf::from(text(&hills, "path")).exists());
    let after = storage();
    assert_eq!((&after["originals"]["files"], &after["trash"]["files"]), (&2.into(), &0.into()));
    home.check();

    let spent = home.run(&["spend", "--json"]).exits(0).out;
    assert!(spent.contains("\"jobs\":2") || spent.contains("\"pictures\":2"), "what it cost stays: {spent}");
    // The question can be asked again, and is: its answer is no longer in the library.
    drop(home.generate("A red kettle on a sill", &[]).exits(0));
    assert_eq!((practice.calls(), home.pictures().len()), (3, 2));
}

#[test]
fn new_pictures_are_copied_into_a_folder_once_and_again_when_it_is_back() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    drop(home.generate("From before", &[]).exits(0));
    let (folder, away) = (home.path().join("new"), home.path().join("away"));
    let set = |name: &str, value: &str| home.run(&["settings", "set", name, value]);
    let files = || {
        let list = std::fs::read_dir(&folder).expect("lists");
        let mut names: Vec<_> = list.map(|entry| entry.expect("reads").file_name().into_string()).collect();
        names.sort();
        names.into_iter().map(|name| name.expect("is text")).collect::<Vec<_>>()
    };
    let path = folder.display().to_string();
    drop(set("auto_save_folder", &path).exits(2).says(&["[E-AUTO-SAVE]"]));
    std::fs::create_dir(&folder).expect("folder");
    drop(set("auto_save_folder", &home.library().display().to_string()).exits(2).says(&["[E-AUTO-SAVE]"]));
    drop(set("auto_save_name", "{no such}").exits(2).says(&["no such"]));
    drop(set("auto_save_folder", &path).exits(0));
    drop(set("auto_save_name", "{prompt}").exits(0));
    std::fs::write(folder.join("kettle.png"), "somebody's").expect("writes");

    let kettle = home.generate("Kettle", &[]).exits(0).line();
    assert_eq!(files().len(), 2, "the one from before is not new");
    let copy = files().into_iter().find(|name| name != "kettle.png").expect("a copy");
    let original = std::fs::read(text(&kettle, "path")).expect("the original");
    assert_eq!(std::fs::read(folder.join(copy)).expect("the copy"), original, "byte for byte");
    assert_eq!(std::fs::read(folder.join("kettle.png")).expect("reads"), b"somebody's");
    drop(home.generate("Simulated", &["--account", "practice"]).exits(0));
    assert_eq!(files().len(), 2, "practice pictures are not copied unless that is set");

    let studio = home.start(&["serve", "--json"]);
    until("it serves", || studio.out().contains("#token="));
    std::fs::rename(&folder, &away).expect("the disk is pulled out");
    drop(home.generate("Lamp", &[]).exits(0));
    let alerts = || {
        let weather = home.run(&["weather", "--json"]).exits(0).line();
        let alerts = weather["alerts"].as_array().cloned().unwrap_or_default();
        let said =
            |alert: &serde_json::Value| (text(alert, "kind").to_owned(), alert["resolved_ms"].is_null());
        alerts.iter().map(said).collect::<Vec<_>>()
    };
    let said = |open| vec![("auto_save".to_owned(), open)];
    until("it is said", || alerts() == said(true));
    drop(home.generate("Lantern", &[]).exits(0));
    assert_eq!(alerts(), said(true), "once");
    assert!(!folder.exists(), "it is not made in place of the disk");
    std::fs::rename(&away, &folder).expect("the disk is back");
    drop(set("auto_save_metadata", "true").exits(0));
    until("it is made up for", || files().len() == 4);
    until("it is over", || alerts() == said(false));
    let lantern = files().into_iter().find(|name| name.starts_with("lantern")).expect("a copy");
    let bytes = std::fs::read(folder.join(lantern)).expect("reads");
    assert!(bytes.windows(7).any(|window| window == b"Lantern"), "with the recipe in it");
    drop(studio);
    drop(home.run(&["pictures", "list"]).exits(0));
    assert_eq!(files().len(), 4, "none twice after a restart");
    drop(set("auto_save_folder", "").exits(0));
    drop(home.generate("Quiet", &[]).exits(0));
    assert_eq!(files().len(), 4);
}

#[test]
fn the_library_moves_and_is_never_in_two_places_or_in_none() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let kettle = home.generate("A red kettle on a sill", &[]).exits(0).line();
    let (one, two) = (home.path().join("disk one/library"), home.path().join("two"));
    let go = |to: &PathBuf, options: &[&str]| {
        home.run(&[&["storage", "move", &to.display().to_string(), "--json"], options].concat())
    };
    let id = text(&kettle, "picture");
    let path = || PathBuf::from(text(&home.run(&["pictures", "show", id, "--json"]).exits(0).line(), "path"));
    assert!(path().starts_with(home.library()));

    std::fs::create_dir(&two).expect("folder");
    std::fs::write(two.join("cat.jpg"), "cat").expect("writes");
    drop(go(&two, &[]).exits(1).says(&["[E-MOVE-TAKEN]"]));
    drop(go(&home.library().join("inner"), &[]).exits(1).says(&["[E-MOVE-INSIDE]"]));
    let studio = home.start(&["serve", "--json"]);
    until("it serves", || studio.out().contains("#token="));
    drop(go(&one, &[]).exits(1).says(&["[E-ALREADY-OPEN]"]));
    drop(studio);
    assert!(path().starts_with(home.library()) && !one.exists());

    // What a crash has left: the mark, a file, half a file.
    let crash = || {
        let at = |name: &str| one.join("pictures").join(name);
        std::fs::create_dir_all(one.join("pictures")).expect("folders");
        std::fs::write(one.join("being-moved"), home.library().display().to_string()).expect("writes");
        std::fs::write(at("ab.png.moving"), "hal").expect("writes");
    };
    crash();
    drop(go(&one, &["--discard"]).exits(0));
    assert!(!one.exists() && path().starts_with(home.library()), "it was never in use");
    crash();
    let moved = go(&one, &[]).exits(0).line();
    assert_eq!(
        (text(&moved, "library"), &moved["left"]),
        (one.to_str().expect("text"), &serde_json::Value::Null)
    );
    assert!(!home.library().exists() && path().starts_with(&one) && path().exists());
    home.check();
    drop(home.generate("Layered hills", &[]).exits(0));
    assert_eq!(home.pictures().len(), 2);

    // A crash after the switch and before the old one was removed: it is said, and tidied up.
    let (old, three) = (one, home.path().join("three"));
    drop(go(&three, &["--keep"]).exits(0));
    assert!(old.join("ledger.sqlite").exists() && path().starts_with(&three));
    std::fs::write(three.join("being-moved"), old.display().to_string()).expect("writes");
    std::fs::write(old.join("mine.txt"), "somebody's").expect("writes");
    let tidied = go(&three, &[]).exits(0).line();
    assert_eq!(tidied["left"]["files"], 1, "{tidied:#}");
    let left = std::fs::read_dir(&old).expect("lists").map(|entry| entry.expect("reads").file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["mine.txt"]);
    home.check();

    std::fs::rename(&three, home.path().join("unplugged")).expect("the disk is pulled out");
    drop(home.run(&["pictures", "list"]).exits(1).says(&["three"]));
    assert!(!three.exists() && !home.library().exists(), "no empty library takes its place");
    std::fs::create_dir(&three).expect("what it is mounted on");
    drop(home.run(&["pictures", "list"]).exits(1).says(&["three", "is not there"]));
    std::fs::remove_dir(&three).expect("is still empty");
    std::fs::rename(home.path().join("unplugged"), &three).expect("it is back");
    assert_eq!(home.pictures().len(), 2);
}
