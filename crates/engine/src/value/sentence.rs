//! What the engine says: a code and its parameters. The words are in the catalogue, in every language.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A sentence of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// Key, `E-OVERLOAD`.
    pub code: String,
    /// Parameters: text, micro-dollars, milliseconds, bytes, counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Value>,
}

impl Sentence {
    /// A sentence without parameters yet.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.into(), params: BTreeMap::new() }
    }

    /// With one more parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }
}

/// Provider text made fit to be shown: plain, one line, at most 300 characters, without keys.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::new();
    for (count, word) in text.split_whitespace().enumerate() {
        if count > 0 {
            out.push(' ');
        }
        let plain: String = word.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)).collect();
        out.extend(plain.split_inclusive(ends_key).map(without_key));
        if out.chars().count() > 300 {
            return out.chars().take(299).chain(std::iter::once('…')).collect();
        }
    }
    out
}

/// A provider may repeat the key that it was sent: what looks like one is cut to its beginning.
fn without_key(part: &str) -> String {
    let key = part.trim_end_matches(ends_key);
    if key.len() < KEY_LENGTH || !KEYS.iter().any(|beginning| key.starts_with(beginning)) {
        return part.to_owned();
    }
    format!("{}…{}", &key[..4], &part[key.len()..])
}

fn ends_key(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// How keys begin, and what is shorter than any of them.
const KEYS: [&str; 2] = ["sk-", "AIza"];
const KEY_LENGTH: usize = 16;

/// Characters that reorder the text around them: a message must not be able to disguise itself.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_key_that_is_repeated_is_not_shown() {
        let said =
            quote("Invalid token: sk-abcdefghijklmnopqrstuv (\"AIzaSyA1234567890abcdefg\"), see sk-docs");
        assert_eq!(said, "Invalid token: sk-a… (\"AIza…\"), see sk-docs");
    }

    #[test]
    fn provider_text_becomes_one_plain_short_line() {
        assert_eq!(quote("  a\n\tb\u{0}c \u{202e}d "), "a bc d");
        assert_eq!(quote(&"word ".repeat(200)).chars().count(), 300);
    }
}
