//! What must stay true of this checkout, read from its own files: what the web view may do, which versions are too
//! old, which crates may know which, and how long a file may be.
//!
//! It needs no network and no window. Not here: what the program does; and advisories, which `cargo deny` fetches.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&read(path)).expect("JSON")
}

/// Files below `folder` that are ours and end in one of `endings`.
fn sources(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                let foreign =
                    ["node_modules", "dist", "target", "bindings", ".venv"].contains(&name.as_str());
                folders.extend((!foreign).then_some(path));
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found
}

fn lines(path: &Path) -> usize {
    read(path).lines().count()
}

/// Locked versions by crate name; a crate may be there in several.
fn locked() -> BTreeMap<String, Vec<(u64, u64, u64)>> {
    let lock: toml::Table = read("Cargo.lock").parse().expect("TOML");
    let mut versions = BTreeMap::<_, Vec<_>>::new();
    for package in lock["package"].as_array().expect("packages") {
        let text = |key: &str| package[key].as_str().expect("text").to_owned();
        let version = text("version");
        let mut numbers = version.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        versions.entry(text("name")).or_default().push((next(), next(), next()));
    }
    versions
}

#[test]
fn the_content_policy_lets_nothing_in() {
    let config = json("tauri.conf.json");
    let policy = config["app"]["security"]["csp"].as_str().expect("a content security policy");
    let directives: BTreeMap<&str, Vec<&str>> = policy
        .split(';')
        .filter_map(|one| one.trim().split_once(' '))
        .map(|(name, values)| (name, values.split_whitespace().collect()))
        .collect();
    assert_eq!(directives["default-src"], ["'none'"]);
    for (name, values) in &directives {
        for value in values {
            assert!(!value.contains("unsafe") && *value != "*" && *value != "data:", "{name} allows {value}");
            let outside = value.contains("://") && !value.ends_with(".localhost");
            assert!(!outside, "{name} reaches {value}");
        }
    }
    for name in ["base-uri", "form-action", "frame-src", "object-src", "frame-ancestors"] {
        assert_eq!(directives[name], ["'none'"], "{name}");
    }
    assert_eq!(directives["require-trusted-types-for"], ["'script'"]);
    // Without it, commands silently fall back to a slower way.
    assert!(directives["connect-src"].contains(&"ipc:"));
}

#[test]
fn the_window_is_closed() {
    let config = json("tauri.conf.json");
    assert_eq!(config["app"]["withGlobalTauri"], false);
    let security = &config["app"]["security"];
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(security["capabilities"], serde_json::json!(["main"]));
    assert!(
        config["build"].get("devUrl").is_none(),
        "a dev address leaves a plain build without an interface"
    );
    let manifest = read("Cargo.toml");
    assert!(!manifest.contains("\"devtools\""), "devtools are for debug builds");
}

#[test]
fn the_web_view_may_call_our_commands_and_hear_our_events() {
    let files = sources("src-tauri/capabilities", &[""]);
    assert_eq!(files.len(), 1, "one capability, one window: {files:?}");
    let capability = json(&files[0]);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("webviews").is_none() && capability.get("remote").is_none());
    for permission in capability["permissions"].as_array().expect("permissions") {
        let name = permission.as_str().expect("a plain name");
        let known = ["core:event:allow-listen", "core:event:allow-unlisten"].contains(&name);
        assert!(known || (name.starts_with("allow-") && !name.contains(':')), "{name}");
    }
}

#[test]
fn no_locked_version_has_a_known_hole() {
    let locked = locked();
    // Each with the reason in docs or SECURITY.md: origin confusion, the WAL reset race, an endless handshake.
    for (name, least) in [("tauri", (2, 11, 1)), ("libsqlite3-sys", (0, 40, 0)), ("rustls", (0, 23, 18))] {
        for version in locked.get(name).unwrap_or_else(|| panic!("{name} is not locked")) {
            assert!(*version >= least, "{name} {version:?} is older than {least:?}");
        }
    }
    for name in ["tauri-plugin-shell", "tauri-plugin-fs", "tauri-plugin-http", "openssl-sys", "aws-lc-sys"] {
        assert!(!locked.contains_key(name), "{name} is locked");
    }
}

#[test]
fn every_crate_comes_from_the_registry() {
    for line in read("Cargo.lock").lines().filter(|line| line.starts_with("source = ")) {
        assert!(line.contains("registry+https://github.com/rust-lang/crates.io-index"), "{line}");
    }
}

#[test]
fn arrows_between_crates_never_turn_back() {
    let window = ["tauri", "wry", "tao", "keyring", "directories"];
    let rules: [(&str, &[&str]); 5] = [
        (
            "diptych-picture",
            &["tauri", "wry", "tao", "keyring", "directories", "diptych-engine", "diptych-api", "rusqlite"],
        ),
        (
            "diptych-engine",
            &["tauri", "wry", "tao", "keyring", "directories", "diptych-api", "diptych-practice"],
        ),
        ("diptych-api", &window),
        (
            "diptych-webkit",
            &["tauri", "wry", "tao", "keyring", "diptych-engine", "diptych-api", "diptych-host"],
        ),
        (
            "diptych-practice",
            &["tauri", "wry", "tao", "keyring", "directories", "diptych-engine", "diptych-api"],
        ),
    ];
    for (name, banned) in rules {
        let tree = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--locked",
                "-e",
                "normal",
                "--prefix",
                "none",
                "--format",
                "{p}",
                "-p",
                name,
            ])
            .current_dir(root())
            .output()
            .expect("cargo tree");
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        for line in String::from_utf8_lossy(&tree.stdout).lines() {
            let used = line.split(' ').next().unwrap_or_default();
            let hit = banned.iter().any(|ban| used == *ban || used.starts_with(&format!("{ban}-")));
            assert!(!hit, "{name} depends on {used}");
        }
    }
}

#[test]
fn the_shell_stays_wiring() {
    let total: usize = sources("src-tauri", &[".rs"]).iter().map(|path| lines(path)).sum();
    assert!(total < 790, "src-tauri has {total} lines");
}

#[test]
fn long_files_say_why() {
    for folder in ["crates", "src-tauri", "tests", "ui"] {
        for path in sources(folder, &[".rs", ".ts", ".mts", ".mjs", ".svelte"]) {
            let text = read(&path);
            let length = text.lines().count();
            let head: String = text.lines().take(12).collect();
            assert!(length <= 500 || head.contains("Long because"), "{} has {length} lines", path.display());
        }
    }
}

#[test]
fn only_the_host_folder_of_the_interface_knows_tauri() {
    for path in sources("ui/src", &[".ts", ".svelte"]) {
        let inside = path.starts_with(root().join("ui/src/host"));
        assert!(inside || !read(&path).contains("@tauri-apps/"), "{} imports Tauri", path.display());
    }
}
