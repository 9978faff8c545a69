//! A library of its own for each journey, without a keychain.

use crate::{Practice, Ran, Running, binary};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A fresh `DIPTYCH_HOME`, and the keys that stand in the environment of its commands.
pub struct Home {
    folder: TempDir,
    keys: Vec<(String, String)>,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// An empty one.
    ///
    /// # Panics
    /// There is no room for it.
    #[must_use]
    pub fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("dip").tempdir().expect("a folder"), keys: Vec::new() }
    }

    /// One with the account `sim`, which is a Gemini account at this provider.
    #[must_use]
    pub fn with(practice: &Practice, options: &[&str]) -> Self {
        let mut home = Self::new();
        home.add("sim", practice, options);
        home
    }

    /// Adds a Gemini account at this provider. Its key stands in the environment from now on.
    pub fn add(&mut self, name: &str, practice: &Practice, options: &[&str]) {
        let mut line = vec!["accounts", "add", name, "--kind", "gemini"];
        line.extend(["--base-url", &practice.url, "--allow-http"]);
        line.extend(options);
        drop(self.run(&line).exits(0));
        self.lend(name, &practice.key);
    }

    /// A key in the environment of all commands from now on.
    pub fn lend(&mut self, name: &str, key: &str) {
        let name = format!("DIPTYCH_KEY_{}", name.to_uppercase());
        self.keys.retain(|(known, _)| *known != name);
        self.keys.push((name, key.into()));
    }

    /// No keys in the environment any more.
    pub fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The library in it.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.path().join("library")
    }

    /// The process that the lock names.
    ///
    /// # Panics
    /// There is no lock, or it names nobody.
    #[must_use]
    pub fn holder(&self) -> u64 {
        let text = std::fs::read(self.library().join("lock")).expect("the lock");
        let owner: Value = serde_json::from_slice(&text).expect("the lock's owner");
        owner["pid"].as_u64().expect("a process")
    }

    /// A command in this home.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        self.surround(&mut command);
        command.args(arguments);
        command
    }

    /// Gives a command this home's environment.
    pub fn surround(&self, command: &mut Command) {
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DIPTYCH_"))
        {
            command.env_remove(name);
        }
        command
            .env("DIPTYCH_HOME", self.path())
            // Neither the session's bus nor the runtime folder's: there is no keychain.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
            .env_remove("XDG_RUNTIME_DIR")
            .envs(self.keys.iter().map(|(name, key)| (name, key)));
    }

    /// Starts a command.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments), b"")
    }

    /// Runs a command to its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).wait()
    }

    /// Runs a command that reads this from stdin.
    #[must_use]
    pub fn feed(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        Running::start(&mut self.command(arguments), stdin).wait()
    }

    /// `generate` of a small picture by Flash, with more options.
    #[must_use]
    pub fn generate(&self, prompt: &str, options: &[&str]) -> Ran {
        self.start_generate(prompt, options).wait()
    }

    /// Starts that.
    #[must_use]
    pub fn start_generate(&self, prompt: &str, options: &[&str]) -> Running {
        let mut line = vec!["generate", prompt, "--json", "--aspect", "1:1"];
        for (option, value) in [("--size", "1K"), ("--model", "flash")] {
            if !options.contains(&option) {
                line.extend([option, value]);
            }
        }
        line.extend(options);
        self.start(&line)
    }

    /// `queue list`.
    #[must_use]
    pub fn jobs(&self) -> Vec<Value> {
        self.run(&["queue", "list", "--json"]).exits(0).lines()
    }

    /// `pictures list`.
    #[must_use]
    pub fn pictures(&self) -> Vec<Value> {
        self.run(&["pictures", "list", "--limit", "500", "--json"]).exits(0).lines()
    }

    /// Works on the queue until nothing is left that can be done now.
    #[must_use]
    pub fn work(&self) -> Ran {
        self.run(&["queue", "run", "--until-idle", "--json"])
    }

    /// Says that the library is whole, and reads every byte of it for that.
    ///
    /// # Panics
    /// It is not.
    pub fn check(&self) {
        let report = self.run(&["check", "--read-data", "--json"]).exits(0).line();
        assert_eq!(report["clean"], true, "{report:#}");
    }

    /// Raw answers that were kept.
    #[must_use]
    pub fn kept_answers(&self) -> usize {
        files(self.path())
            .iter()
            .filter(|path| path.extension().is_some_and(|ending| ending == "answer"))
            .count()
    }
}

/// All files below a folder.
#[must_use]
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}
