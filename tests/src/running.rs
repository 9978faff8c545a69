//! A child: its output goes into files, so that it never blocks on a pipe and can be read while it runs.

use crate::PATIENCE;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// A child that runs. Killed when dropped.
pub struct Running {
    child: Child,
    said: String,
    out: NamedTempFile,
    err: NamedTempFile,
}

impl Running {
    /// Starts it.
    ///
    /// # Panics
    /// It cannot be started.
    #[must_use]
    pub fn start(command: &mut Command, stdin: &[u8]) -> Self {
        let file = || NamedTempFile::new().expect("a file");
        let again = |file: &NamedTempFile| Stdio::from(file.reopen().expect("the same file"));
        let (out, err, mut input) = (file(), file(), tempfile::tempfile().expect("a file"));
        input.write_all(stdin).expect("write");
        std::io::Seek::rewind(&mut input).expect("rewind");
        let said = format!("{command:?}");
        let said =
            said.rsplit_once("diptych\" ").map_or(said.clone(), |(_, rest)| rest.chars().take(300).collect());
        let child = command.stdin(input).stdout(again(&out)).stderr(again(&err)).spawn().expect("start");
        Self { child, said, out, err }
    }

    /// What it wrote to stdout.
    #[must_use]
    pub fn out(&self) -> String {
        read(&self.out)
    }

    /// What it wrote to stderr.
    #[must_use]
    pub fn err(&self) -> String {
        read(&self.err)
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    ///
    /// # Panics
    /// Nobody can tell.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_some()
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// It has ended already, so there is nobody to take it.
    pub fn signal(&mut self, signal: Signal) {
        assert!(!self.ended(), "{} has ended already\n{}{}", self.said, self.out(), self.err());
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a signal");
    }

    /// SIGKILL, and waits until it is gone. Whether it was still running.
    ///
    /// # Panics
    /// It does not die.
    pub fn kill(&mut self) -> bool {
        let running = !self.ended();
        // It may end between the two.
        drop(self.child.kill());
        self.child.wait().expect("its end");
        running
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// It does not end in time.
    pub fn wait(mut self) -> Ran {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                let code = status.code().unwrap_or(-1);
                return Ran { said: self.said.clone(), code, out: self.out(), err: self.err() };
            }
            assert!(Instant::now() < end, "{} does not end:\n{}{}", self.said, self.out(), self.err());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(file: &NamedTempFile) -> String {
    String::from_utf8_lossy(&std::fs::read(file.path()).expect("output")).into_owned()
}

/// A child that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    said: String,
    /// Exit code; -1 after a signal.
    pub code: i32,
    /// Stdout.
    pub out: String,
    /// Stderr.
    pub err: String,
}

impl Ran {
    /// Says that it ended with this code.
    ///
    /// # Panics
    /// It did not.
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n--- stdout\n{}--- stderr\n{}", self.said, self.out, self.err);
        self
    }

    /// Says that a command was refused with this code, and that the sentence holds these words.
    ///
    /// # Panics
    /// It was not.
    #[must_use]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "{}: “{word}” is not in:\n{}", self.said, self.err);
        }
        self
    }

    /// The lines of stdout as JSON.
    ///
    /// # Panics
    /// One is not.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}: {line}", self.said))
        };
        self.out.lines().map(parse).collect()
    }

    /// The only line of stdout.
    ///
    /// # Panics
    /// There is another number of them.
    #[must_use]
    pub fn line(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}\n{}{}", self.said, self.out, self.err);
        lines.remove(0)
    }
}
