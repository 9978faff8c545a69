//! Pictures come in from outside and are found; the index is made anew from files; references keep their secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diptych_acceptance::{Home, Practice, text, until};
use rustix::process::Signal;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

/// A PNG of one colour, with text chunks as other programs write them.
fn png(grey: u8, texts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 12, 8);
    encoder.set_color(png::ColorType::Grayscale);
    for (keyword, text) in texts {
        encoder.add_itxt_chunk((*keyword).into(), (*text).into()).expect("fits");
    }
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[grey; 96]).expect("pixels");
    writer.finish().expect("an end");
    out
}

const A1111: &str = "a lighthouse in fog\nNegative prompt: people\nSteps: 20, Sampler: Euler a, Seed: 7, Size: 512x512, \
                     Model: dreamshaper_8, Version: v1.10.0";
const COMFY: &str = r#"{"3": {"inputs": {"seed": 42, "positive": ["6", 0], "negative": ["7", 0], "model": ["4", 0],
    "latent_image": ["5", 0]}, "class_type": "KSampler", "is_changed": [NaN]},
  "4": {"inputs": {"ckpt_name": "sdxl.safetensors"}, "class_type": "CheckpointLoaderSimple"},
  "6": {"inputs": {"text": "a copper kettle", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
  "7": {"inputs": {"text": "blurry", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
  "9": {"inputs": {"images": ["3", 0]}, "class_type": "SaveImage"}}"#;
const INVOKE: &str = r#"{"positive_prompt": "雪中的红狐狸", "negative_prompt": "", "seed": 9, "width": 512, "height": 512,
    "model": {"name": "juggernaut"}, "app_version": "5.4.0"}"#;

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, bytes).expect("written");
}

fn run_import(home: &Home, path: &Path, code: i32) -> Vec<Value> {
    home.run(&["import", &path.display().to_string(), "--json"]).exits(code).lines()
}

fn fates(lines: &[Value]) -> Vec<(&str, &str)> {
    let name = |line: &Value| Path::new(text(line, "name")).file_name().expect("a name").to_owned();
    let mut fates: Vec<_> = lines.iter().map(|line| (name(line), text(line, "fate"))).collect();
    fates.sort();
    let leak = |(name, fate): (std::ffi::OsString, _)| (&*name.into_string().expect("text").leak(), fate);
    fates.into_iter().map(leak).collect()
}

fn found(home: &Home, words: &str) -> Value {
    home.run(&["pictures", "search", words, "--json"]).exits(0).line()
}

#[test]
fn import_takes_a_folder_in_and_its_prompts_are_found() {
    let home = Home::new();
    let folder = home.path().join("elsewhere");
    let files = [
        ("a1111.png", png(1, &[("parameters", A1111)])),
        ("comfy.png", png(2, &[("prompt", COMFY)])),
        ("deep/invoke.png", png(3, &[("invokeai_metadata", INVOKE)])),
        ("deep/plain.png", png(4, &[])),
        ("deep/again.png", png(4, &[])),
        ("notes.txt", b"not even looked at".to_vec()),
        ("page.png", b"<!DOCTYPE html>".to_vec()),
        (".hidden/secret.png", png(5, &[])),
    ];
    for (name, bytes) in &files {
        write(&folder.join(name), bytes);
    }
    let outside = home.path().join("outside.png");
    write(&outside, &png(6, &[]));
    std::os::unix::fs::symlink(&outside, folder.join("link.png")).expect("a link");
    let lines = run_import(&home, &folder, 1);
    assert_eq!(
        fates(&lines),
        [
            ("a1111.png", "imported"),
            ("again.png", "imported"),
            ("comfy.png", "imported"),
            ("invoke.png", "imported"),
            ("page.png", "refused"),
            ("plain.png", "known"),
        ],
        "one of two that are the same; neither link nor hidden folder"
    );
    let page = lines.iter().find(|line| text(line, "name").ends_with("page.png")).expect("is told of");
    assert_eq!(text(&page["reason"], "code"), "E-IMPORT-KIND");

    for (words, tool, model, seed) in [
        ("lighthouse fog", "a1111", "dreamshaper_8", "7"),
        ("copper", "comfyui", "sdxl.safetensors", "42"),
        ("狐狸", "invokeai", "juggernaut", "9"),
    ] {
        let picture = found(&home, words);
        let imported = &picture["imported"];
        assert_eq!((text(imported, "tool"), text(&picture, "model_used")), (tool, model), "{picture:#}");
        assert_eq!(text(imported, "seed"), seed, "{picture:#}");
        assert_eq!((&picture["job"], &picture["usd"]), (&Value::Null, &0.into()), "nobody paid for it here");
    }
    assert_eq!(text(&found(&home, "lighthouse")["imported"], "negative"), "people");

    let again = run_import(&home, &folder, 1);
    assert_eq!(again.iter().filter(|line| text(line, "fate") == "known").count(), 5);
    let said = home.run(&["import", &outside.display().to_string(), &folder.display().to_string()]).exits(1);
    assert!(said.out.contains("1 imported, 5 already here, 1 is no picture"), "{}", said.out);
    assert_eq!(home.pictures().len(), 5);
    for (name, bytes) in &files {
        assert_eq!(&std::fs::read(folder.join(name)).expect("still there"), bytes, "{name} is as it was");
    }
    let shown =
        home.run(&["pictures", "show", text(&found(&home, "copper"), "id"), "--json"]).exits(0).line();
    assert_eq!(std::fs::read(text(&shown, "path")).expect("the original"), files[1].1, "byte for byte");
    home.check();
}

#[test]
fn import_reads_our_own_exports_again() {
    let (home, other) = (Home::new(), Home::new());
    let made = home.generate("A red kettle, 湖光山色", &["--seed", "5"]).exits(0).line();
    let out = home.path().join("out").display().to_string();
    let id = text(&made, "picture");
    let copy = home.run(&["pictures", "export", id, "--out", &out, "--metadata"]).exits(0).out;
    let lines = run_import(&other, Path::new(copy.trim()), 0);
    assert_eq!(text(&lines[0], "fate"), "imported");
    let (was, is) = (found(&home, "kettle"), found(&other, "光山"));
    for field in
        ["prompt", "model_asked", "model_used", "size", "aspect", "seed", "created_ms", "practice", "width"]
    {
        assert_eq!(is[field], was[field], "{field}");
    }
    assert_eq!(text(&is["imported"], "tool"), "diptych");
    other.check();
}

/// What a person sees of the library, apart from where it stands in it.
fn seen(home: &Home) -> Vec<String> {
    let mut all: Vec<_> = home
        .pictures()
        .into_iter()
        .chain(home.run(&["pictures", "list", "--trash", "--json"]).exits(0).lines())
        .map(|mut picture| {
            picture["seq"] = Value::Null;
            // What it is like is found out again when somebody looks at it.
            (picture["colour"], picture["likeness"]) = (Value::Null, Value::Null);
            picture.to_string()
        })
        .collect();
    all.sort();
    all
}

#[test]
fn import_and_made_pictures_survive_the_loss_of_the_index() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let kettle = home.generate("A red kettle", &["--count", "2"]).exits(0).lines();
    drop(home.generate("Layered hills", &["--model", "pro"]).exits(0));
    write(&home.path().join("in/comfy.png"), &png(2, &[("prompt", COMFY)]));
    drop(run_import(&home, &home.path().join("in"), 0));
    let id = |line: &Value| text(line, "picture").to_owned();
    drop(home.run(&["pictures", "rate", &id(&kettle[0]), "4"]).exits(0));
    drop(home.run(&["pictures", "tag", &id(&kettle[0]), "--add", "blue hour"]).exits(0));
    drop(home.run(&["pictures", "collect", "Calender", &id(&kettle[0]), &id(&kettle[1])]).exits(0));
    drop(home.run(&["pictures", "collect", "Calender", &id(&kettle[1]), "--remove"]).exits(0));
    let collections = |words: &[&str]| {
        home.run(&[&["pictures", "collections", "--json"], words].concat()).exits(0).line()["value"].clone()
    };
    assert_eq!(collections(&["rename", "calender", "Calendar"]), "Calendar");
    drop(home.run(&["pictures", "collections", "delete", "no such"]).exits(1).says(&["collection"]));
    drop(home.run(&["pictures", "trash", &id(&kettle[1])]).exits(0));
    let comfy = text(&found(&home, "copper"), "id").to_owned();
    drop(home.run(&["pictures", "rate", &comfy, "2"]).exits(0));
    let (before, spend) = (seen(&home), home.run(&["spend", "--json"]).exits(0).lines());
    assert_eq!(before.len(), 4);

    let state = |states: &[&str]| {
        let words: Vec<&str> = states.iter().flat_map(|state| ["--state", *state]).collect();
        home.run(&[&["pictures", "list", "--json"], &words[..]].concat()).exits(0).lines().len()
    };
    assert_eq!((state(&["imported"]), state(&["real", "unrated"]), state(&["rejected"])), (1, 1, 1));
    assert_eq!((state(&["rated"]), state(&["practice"]), state(&["damaged"])), (2, 0, 0));
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(home.library().join(format!("ledger.sqlite{ending}"))));
    }
    // One original without a sidecar, one sidecar that is no more.
    let objects = home.library().join("pictures");
    let bare = png(77, &[("parameters", A1111)]);
    let hash = blake3::hash(&bare).to_hex().to_string();
    write(&objects.join(&hash[..2]).join(format!("{hash}.png")), &bare);
    write(&objects.join("00").join("broken.p1.json"), b"{");
    let report = home.run(&["rebuild-index", "--json"]).exits(1).line();
    assert_eq!((&report["pictures"], &report["bare"]), (&5.into(), &1.into()), "{report:#}");
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert_eq!(text(&report["problems"][0], "code"), "C-SIDECAR-BROKEN");
    let after = seen(&home);
    assert!(before.iter().all(|picture| after.contains(picture)), "{before:#?}\n{after:#?}");
    assert_eq!(text(&found(&home, "lighthouse")["imported"], "tool"), "a1111");
    let tagged = home.run(&["pictures", "list", "--tag", "blue hour", "--json"]).exits(0).line();
    assert_eq!(collections(&[]), "Calendar");
    let collected = home.run(&["pictures", "list", "--collection", "Calendar", "--json"]).exits(0).lines();
    assert_eq!(collected, std::slice::from_ref(&tagged));
    assert_eq!((text(&tagged, "id"), &tagged["rating"]), (id(&kettle[0]).as_str(), &4.into()));
    let sums = |rows: &[Value]| rows.iter().map(|row| row["usd"].as_i64().unwrap_or(0)).sum::<i64>();
    assert_eq!(
        sums(&home.run(&["spend", "--json"]).exits(0).lines()),
        sums(&spend),
        "what was spent is known"
    );

    // The question is answered by the library, as before.
    let calls = practice.calls();
    let mut home = home;
    home.add("sim", &practice, &[]);
    let again = home.generate("Layered hills", &["--model", "pro"]).exits(0).line();
    assert_eq!((practice.calls(), &again["from_library"]), (calls, &true.into()));
}

#[test]
fn import_rebuild_keeps_the_old_index_and_takes_accounts_over() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    drop(home.generate("A red kettle", &[]).exits(0));
    drop(home.run(&["settings", "set", "confirm_jobs", "7"]).exits(0));
    let holder = home.start(&["serve"]);
    until("somebody holds the library", || home.library().join("engine.sock").exists());
    drop(home.run(&["rebuild-index"]).exits(1).says(&["open"]));
    // An import goes to whoever holds the library, like everything else.
    write(&home.path().join("in/comfy.png"), &png(2, &[("prompt", COMFY)]));
    assert_eq!(fates(&run_import(&home, &home.path().join("in"), 0)), [("comfy.png", "imported")]);
    let before = seen(&home);
    drop(holder);
    let report = home.run(&["rebuild-index", "--json"]).exits(0).line();
    assert_eq!((&report["pictures"], &report["accounts"]), (&2.into(), &1.into()), "{report:#}");
    let backup = PathBuf::from(text(&report, "backup"));
    let old = rusqlite::Connection::open(backup).expect("the old index");
    let pictures: i64 =
        old.query_row("SELECT count(*) FROM pictures", [], |row| row.get(0)).expect("is whole");
    assert_eq!(pictures, 2);
    assert_eq!(seen(&home), before);
    let limit = home.run(&["settings", "get", "confirm_jobs", "--json"]).exits(0).line();
    assert_eq!(limit["confirm_jobs"], 7);
    let new = home.generate("Another kettle", &[]).exits(0).line();
    assert_eq!(text(&new, "state"), "done", "the account is there and its key is asked for by the same id");
    home.check();
}

#[test]
fn import_stops_at_a_signal_and_keeps_what_came_in() {
    let home = Home::new();
    let folder = home.path().join("many");
    for number in 0..3_000_u32 {
        let text = format!("number {number}");
        write(&folder.join(format!("{number:04}.png")), &png(number as u8, &[("parameters", &text)]));
    }
    let mut running = home.start(&["import", &folder.display().to_string()]);
    let objects = home.library().join("pictures");
    until("some came in", || std::fs::read_dir(&objects).map_or(0, Iterator::count) > 5);
    running.signal(Signal::INT);
    let ran = running.wait().exits(1).says(&["what came in stays"]);
    let said: usize =
        ran.out.split(' ').next().and_then(|n| n.replace(',', "").parse().ok()).expect("a number");
    assert!((1..3_000).contains(&said), "{}", ran.out);
    let found = home.run(&["pictures", "search", "number", "--json"]).exits(0).lines();
    assert_eq!(found.len(), said.min(500));
    home.check();
}

#[test]
fn import_survives_being_killed_at_any_moment() {
    let home = Home::new();
    let folder = home.path().join("many");
    for number in 0..40 {
        write(&folder.join(format!("{number:02}.png")), &png(number, &[("parameters", A1111)]));
    }
    let path = folder.display().to_string();
    let objects = home.library().join("pictures");
    let there = || std::fs::read_dir(&objects).map_or(0, Iterator::count);
    for _ in 0..3 {
        let before = there();
        let mut running = home.start(&["import", &path]);
        until("some came in", || there() > before + 3 || running.ended());
        running.kill();
    }
    let lines = run_import(&home, &folder, 0);
    assert_eq!(lines.len(), 40);
    assert!(lines.iter().any(|line| text(line, "fate") == "known"), "what had come in before is known");
    assert_eq!(home.pictures().len(), 40, "each once");
    // Nothing belongs to nobody, either.
    home.check();
}

/// Passes everything on to practice, and remembers what was sent.
fn listening_in(practice: &Practice) -> (String, Arc<Mutex<Vec<u8>>>) {
    let (listener, heard) =
        (TcpListener::bind("127.0.0.1:0").expect("a port"), Arc::new(Mutex::new(Vec::new())));
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (to, sent) = (practice.url.trim_start_matches("http://").to_owned(), heard.clone());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(&to).expect("practice");
            let (mut from, mut back) = (client.try_clone().expect("twice"), client);
            let (mut out, mut answers) = (server.try_clone().expect("twice"), server);
            let sent = sent.clone();
            thread::spawn(move || {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(read @ 1..) = from.read(&mut buffer) {
                    sent.lock().expect("whole").extend_from_slice(&buffer[..read]);
                    if out.write_all(&buffer[..read]).is_err() {
                        return;
                    }
                }
                drop(out.shutdown(std::net::Shutdown::Write));
            });
            thread::spawn(move || {
                drop(std::io::copy(&mut answers, &mut back));
                drop(back.shutdown(std::net::Shutdown::Write));
            });
        }
    });
    (url, heard)
}

/// A JPEG that lies on its side and says where and with what it was taken.
fn photograph() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    exif.extend(b"\xa4\x31\0\x02\0\0\0\x11\0\0\0\x26\0\0\0\0SECRET-SERIAL-42\0GPS SECRET 52.5 N");
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    let mut picture = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut picture, 90);
    encoder.encode(&[90; 48 * 32 * 3], 48, 32, jpeg_encoder::ColorType::Rgb).expect("encodes");
    bytes.extend(&picture[2..]);
    bytes.extend(b"SECRET film behind the end");
    bytes
}

#[test]
fn import_of_references_tells_no_place_and_no_camera_unless_it_is_wanted() {
    let practice = Practice::calm();
    let (url, heard) = listening_in(&practice);
    let mut home = Home::new();
    drop(
        home.run(&["accounts", "add", "sim", "--kind", "gemini", "--base-url", &url, "--allow-http"])
            .exits(0),
    );
    home.lend("sim", &practice.key);
    let photo = home.path().join("photo.jpg");
    write(&photo, &photograph());
    let photo = photo.display().to_string();
    let sent = |prompt: &str| -> Vec<u8> {
        heard.lock().expect("whole").clear();
        drop(home.generate(prompt, &["--ref", &photo]).exits(0));
        let heard = String::from_utf8_lossy(&heard.lock().expect("whole")).into_owned();
        let start = heard.find("\"data\":\"").expect("a reference") + 8;
        STANDARD.decode(heard[start..].split('"').next().expect("its end")).expect("base64")
    };
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let clean = sent("A kettle like this");
    assert!(!holds(&clean, b"SECRET"), "{}", String::from_utf8_lossy(&clean));
    assert!(holds(&clean, b"\x01\x12\0\x03\0\0\0\x01\0\x06"), "which way up it is goes along");
    let pixels = photograph();
    let scan = pixels.windows(2).position(|two| two == [0xff, 0xdb]).expect("tables");
    let end = pixels.windows(2).rposition(|two| two == [0xff, 0xd9]).expect("an end");
    assert!(holds(&clean, &pixels[scan..end]), "tables and pixels are what they were");

    drop(home.run(&["settings", "set", "clean_references", "false"]).exits(0));
    assert_eq!(sent("Another one like this"), photograph(), "as it is, where that is wanted");
}
