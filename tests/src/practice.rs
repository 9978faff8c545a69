//! A practice provider by itself, and what only it knows: its bill and its counts.

use crate::{Running, binary, text, until};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

/// A scenario whose answers take so many seconds and cost no effort, with more of it.
#[must_use]
pub fn plain(seconds: f64, more: &str) -> String {
    format!("[latency]\nseconds = {seconds}\n[pictures]\nstyle = \"plain\"\n{more}")
}

/// A provider. Ends when dropped.
pub struct Practice {
    /// Its address.
    pub url: String,
    /// A key that it takes.
    pub key: String,
    _child: Running,
}

/// A picture on the bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// Its serial.
    pub serial: String,
    /// The model that made it.
    pub model: String,
    /// The beginning of its prompt.
    pub prompt: String,
    /// Its price.
    pub usd_micros: u64,
    /// Its answer was handed over whole.
    pub delivered: bool,
}

impl Practice {
    /// Starts one.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn start(scenario: &str) -> Self {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(scenario.as_bytes()).expect("write");
        let mut command = Command::new(binary());
        command.args(["practice", "--scenario"]).arg(file.path());
        let mut child = Running::start(&mut command, b"");
        until("the provider's first line", || {
            assert!(!child.ended(), "the provider ended: {}", child.err());
            child.out().contains('\n')
        });
        let hello: Value =
            serde_json::from_str(child.out().lines().next().unwrap_or_default()).expect("JSON");
        let (url, key) = (text(&hello, "url").into(), text(&hello["keys"][0], "key").into());
        Self { url, key, _child: child }
    }

    /// A day without trouble, and answers that take no time.
    #[must_use]
    pub fn calm() -> Self {
        Self::start(&plain(0.0, ""))
    }

    /// Forgets everything and starts a new day.
    ///
    /// # Panics
    /// It does not accept the scenario.
    pub fn reset(&self, scenario: &str) {
        assert_eq!(self.ask("POST", "reset", scenario)["reset"], true);
    }

    /// Every picture it made, oldest first.
    ///
    /// # Panics
    /// It gives no bill.
    #[must_use]
    pub fn bill(&self) -> Vec<Billed> {
        let bill = self.ask("GET", "bill", "");
        let read = |line: &Value| Billed {
            serial: text(line, "serial").into(),
            model: text(line, "model").into(),
            prompt: text(line, "prompt").into(),
            usd_micros: line["usd_micros"].as_u64().expect("a price"),
            delivered: line["delivered"] == true,
        };
        bill["pictures"].as_array().expect("pictures").iter().map(read).collect()
    }

    /// The sum of the bill in micro-dollars.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.bill().iter().map(|billed| billed.usd_micros).sum()
    }

    /// Calls it got.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.count("calls")
    }

    /// Calls it works on now.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.count("in_flight")
    }

    /// The most calls that it worked on at once, if they were all to one model.
    #[must_use]
    pub fn most_in_flight(&self) -> u64 {
        self.count("max_in_flight")
    }

    fn count(&self, what: &str) -> u64 {
        let stats = self.ask("GET", "stats", "");
        let models = stats["models"].as_object().into_iter().flatten();
        models.filter_map(|(_, model)| model[what].as_u64()).sum()
    }

    fn ask(&self, method: &str, what: &str, body: &str) -> Value {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).expect("the provider");
        let length = body.len();
        let head = format!(
            "{method} /practice/{what} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("ask");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).expect("JSON")
    }
}
