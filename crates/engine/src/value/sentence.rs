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

/// Provider text made fit to be shown: plain, one line, at most 300 characters.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::new();
    for (count, word) in text.split_whitespace().enumerate() {
        if count > 0 {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)));
        if out.chars().count() > 300 {
            return out.chars().take(299).chain(std::iter::once('…')).collect();
        }
    }
    out
}

/// Characters that reorder the text around them: a message must not be able to disguise itself.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn provider_text_becomes_one_plain_short_line() {
        assert_eq!(quote("  a\n\tb\u{0}c \u{202e}d "), "a bc d");
        assert_eq!(quote(&"word ".repeat(200)).chars().count(), 300);
    }
}
