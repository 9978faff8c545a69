//! What is wrong before anything is sent (rows 21 and 24–27 of the table of bad inputs): the prompt, the library's age,
//! the keychain, the disk, a second window.

use diptych_acceptance::{Home, Practice, Running, binary, plain, text, until};
use std::fs;
use std::process::Command;

#[test]
fn a_prompt_that_cannot_be_sent_is_refused_before_anything_happens() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let feed = |prompt: &[u8]| home.feed(&["generate", "-", "--model", "flash", "--json"], prompt).exits(2);
    drop(feed("é".repeat(1_048_576).as_bytes()).says(&[
        "[E-PROMPT]",
        "The prompt is 2",
        "MB",
        "the limit is 64 kB",
        "Nothing was sent",
    ]));
    drop(feed("x".repeat(70_000).as_bytes()).says(&["[E-PROMPT]", "kB; the limit is 64 kB"]));
    drop(feed(b"a\0b").says(&["[E-PROMPT-NUL]", "NUL", "Nothing was sent"]));
    drop(feed(b"a lone surrogate: \xed\xa0\x80").says(&["UTF-8", "Nothing was sent"]));
    drop(feed(b"   ").says(&["[E-PROMPT-EMPTY]"]));
    let line = format!("{{\"prompt\": \"{}\"}}", "x".repeat(70_000));
    drop(home.feed(&["queue", "add", "--file", "-"], line.as_bytes()).exits(2).says(&["[E-PROMPT]"]));
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn a_library_of_a_newer_version_is_not_touched() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    drop(home.generate("A letter from the future", &[]).exits(0));
    let folder = fs::read_dir(home.library()).expect("the library").flatten().map(|entry| entry.path());
    let ledger = folder.into_iter().find(|path| is_database(path)).expect("a ledger");
    {
        let database = rusqlite::Connection::open(&ledger).expect("the ledger");
        database.pragma_update(None, "user_version", 9_000_001).expect("a version");
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
    }
    let before = fs::read(&ledger).expect("the ledger");
    for command in [&["queue", "list"][..], &["check"], &["generate", "One more"], &["pictures", "list"]] {
        let words = ["written by version 9000001", "you have ", "It was not changed. Update Diptych."];
        drop(home.run(command).exits(1).says(&words));
    }
    assert_eq!(fs::read(&ledger).expect("the ledger"), before, "not one byte has changed");
    assert_eq!(practice.calls(), 1);
}

fn is_database(path: &std::path::Path) -> bool {
    path.is_file() && fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
}

#[test]
fn without_a_keychain_the_queue_waits_and_the_key_is_in_no_file() {
    const KEY: &str = "sk-CANARY-0123456789";
    let practice = Practice::calm();
    let mut home = Home::with(&practice, &[]);
    home.forget_keys();
    let ran = home.generate("A door without a key", &[]).exits(4);
    diptych_acceptance::expect_job(
        &ran.line(),
        "parked",
        "E-KEY-MISSING",
        "no",
        &["sim has no key here", "DIPTYCH_KEY_SIM"],
    );
    assert_eq!(practice.calls(), 0);

    let add = ["accounts", "add", "second", "--key-stdin", "--base-url", &practice.url, "--allow-http"];
    let words = [
        "There is no keychain here",
        "Pictures and queue are safe",
        "for this session only",
        "DIPTYCH_KEY_SECOND",
    ];
    let added = home.feed(&add, KEY.as_bytes()).exits(0).says(&words);
    assert!(!added.out.contains(KEY) && !added.err.contains(KEY));
    for path in files(home.path()) {
        let bytes = fs::read(&path).expect("a file");
        assert!(
            !bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()),
            "the key is in {}",
            path.display()
        );
    }

    // The key comes back, and the job goes on by itself.
    home.lend("sim", &practice.key);
    assert_eq!(text(&home.work().exits(0).line(), "state"), "done");
    assert_eq!(practice.bill().len(), 1);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    found.retain(|path| path.is_file());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

/// A small disk of its own below the home, seen by this script and its children only.
const SMALL_DISK: &str = r#"
set -eu
mount -t tmpfs -o size=40m tmpfs "$DIPTYCH_HOME"
"$0" accounts add sim --kind gemini --base-url "$1" --allow-http
head -c 30000000 /dev/zero > "$DIPTYCH_HOME/filler"
code=0; "$0" generate "No room for this" --model flash --size 1K --json || code=$?
echo "exit $code"
code=0; "$0" queue list --json || code=$?
echo "exit $code"
"$0" check --read-data >&2
rm "$DIPTYCH_HOME/filler"
"$0" queue retry --failed >&2
code=0; "$0" queue run --until-idle --json || code=$?
echo "exit $code"
"$0" check --read-data >&2
"#;

#[test]
fn on_a_full_disk_nothing_is_sent_and_with_room_the_job_goes_on() {
    let practice = Practice::calm();
    let mut home = Home::new();
    home.lend("sim", &practice.key);
    // Root needs a mount namespace only; others get one inside a user namespace.
    let namespace: &[&str] = if rustix::process::getuid().is_root() { &["-m"] } else { &["-r", "-m"] };
    let mut command = Command::new("unshare");
    command.args(namespace).args(["sh", "-c", SMALL_DISK]).arg(binary()).arg(&practice.url);
    home.surround(&mut command);
    let ran = Running::start(&mut command, b"").wait().exits(0);
    let lines: Vec<&str> =
        ran.out.lines().filter(|line| line.starts_with('{') || line.starts_with("exit")).collect();
    let [refused, "exit 4", listed, "exit 0", done, "exit 0"] = lines[..] else {
        panic!("{}\n{}", ran.out, ran.err)
    };
    for line in [refused, listed] {
        let line = serde_json::from_str(line).expect("JSON");
        let words = ["Needs 16", " free on ", "Not sent, not charged"];
        diptych_acceptance::expect_job(&line, "parked", "E-NO-ROOM", "no", &words);
        assert_eq!(line["attempts"], 0);
    }
    assert_eq!(text(&serde_json::from_str(done).expect("JSON"), "state"), "done");
    assert_eq!((practice.calls(), practice.bill().len()), (1, 1), "only the one with room was sent");
}

#[test]
fn a_second_studio_says_that_one_is_open_already() {
    let home = Home::new();
    let serve = home.start(&["serve", "--json"]);
    until("the first one serves", || serve.out().contains("#token="));
    let second = home.run(&["serve", "--json"]).exits(1);
    let pid = format!("(pid {})", serve.pid());
    drop(second.says(&["[E-ALREADY-OPEN]", "Already open since ", &pid]));
    assert_eq!(home.holder(), u64::from(serve.pid()));
}

#[test]
fn an_answer_that_finds_no_place_is_booked_once_there_is_one_and_paid_once() {
    let practice = Practice::start(&plain(1.0, ""));
    let home = Home::with(&practice, &[]);
    let making = home.start_generate("A full shelf", &["--model", "flash"]);
    until("it is sent", || practice.calls() == 1);
    let (shelf, aside) = (home.library().join("pictures"), home.path().join("aside"));
    fs::rename(&shelf, &aside).expect("the shelf is gone");
    fs::write(&shelf, "not a folder").expect("something in its place");
    until("it is charged", || practice.bill().len() == 1);
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(
        (making.out().as_str(), home.pictures().len()),
        ("", 0),
        "nothing is called done that is not kept"
    );

    fs::remove_file(&shelf).expect("room");
    fs::rename(&aside, &shelf).expect("the shelf is back");
    let line = making.wait().exits(0).line();
    assert_eq!((text(&line, "state"), &line["attempts"]), ("done", &1.into()), "{line:#}");
    assert_eq!((practice.calls(), practice.bill().len(), home.pictures().len()), (1, 1, 1));
}
