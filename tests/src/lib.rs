//! What the journeys stand on: a fresh home, the real `diptych` binary, and a `diptych practice` of their own.
//!
//! Nothing of the product is linked in: a journey sees what a script sees, which is exit codes, lines of JSON, sentences,
//! files, and the provider's own bill. Children die with the value that started them.

mod home;
mod practice;
mod running;

pub use home::Home;
pub use practice::{Billed, Practice, plain};
pub use running::{Ran, Running};

use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The model with the alias `pro`.
pub const PRO: &str = "gemini-3-pro-image";
/// The model with the alias `flash`.
pub const FLASH: &str = "gemini-nano-banana-2.1";

/// How long anything may take before a journey gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The binary, beside this test.
///
/// # Panics
/// It was not built.
#[must_use]
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    // target/debug/deps/journey-0123456789abcdef
    let folder = test.parent().and_then(|deps| deps.parent()).expect("the folder of builds");
    let path = folder.join("diptych");
    assert!(path.is_file(), "{} is missing: cargo build -p diptych-cli", path.display());
    path
}

/// Waits until something is so.
///
/// # Panics
/// It did not become so in time.
pub fn until(what: &str, so: impl FnMut() -> bool) {
    until_or(what, so, String::new);
}

/// The same, and where it did not become so, says what else is known.
///
/// # Panics
/// It did not become so in time.
pub fn until_or(what: &str, mut so: impl FnMut() -> bool, known: impl FnOnce() -> String) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        if Instant::now() > end {
            panic!("waited in vain: {what}; {}", known());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A field as text; empty where it is missing.
#[must_use]
pub fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_default()
}

/// Says that a job ended so, and that its sentence holds these words.
///
/// # Panics
/// It did not.
pub fn expect_job(line: &Value, state: &str, code: &str, billed: &str, words: &[&str]) {
    assert_eq!(
        (text(line, "state"), text(line, "code"), text(line, "billed")),
        (state, code, billed),
        "{line:#}"
    );
    for word in words {
        assert!(text(line, "message").contains(word), "“{word}” is not in: {}", text(line, "message"));
    }
}

/// The codes of a job's notes.
#[must_use]
pub fn notes(line: &Value) -> Vec<&str> {
    line["notes"]
        .as_array()
        .map(|notes| notes.iter().map(|note| text(note, "code")).collect())
        .unwrap_or_default()
}

/// How many lines are in this state.
#[must_use]
pub fn count(lines: &[Value], state: &str) -> usize {
    lines.iter().filter(|line| text(line, "state") == state).count()
}

/// The media type that bytes say they are.
#[must_use]
pub fn mime_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => "unknown",
    }
}
