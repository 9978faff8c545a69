//! What is asked of a model, in full, and the identity of that question.

use crate::value::size::{Aspect, Size};
use serde::{Deserialize, Serialize};

/// One picture asked for, ready to be sent: variables filled in, model resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Model id asked for.
    pub model: String,
    /// The prompt as it goes out.
    pub prompt: String,
    /// Size asked for.
    pub size: Size,
    /// Aspect asked for.
    pub aspect: Aspect,
    /// References by the hash of their bytes, in order.
    #[serde(default)]
    pub references: Vec<String>,
    /// Seed, best effort.
    #[serde(default)]
    pub seed: Option<i32>,
    /// Thinking level.
    #[serde(default)]
    pub thinking: Option<String>,
    /// Safety threshold for all categories, `BLOCK_ONLY_HIGH`; absent means the provider's own.
    #[serde(default)]
    pub safety: Option<String>,
}

/// What one reference is reserved as. Gemini 3 counts about 560 tokens for a picture as it takes it by default, Gemini 2.5
/// 258: what it was in the end is settled by the provider's own figure.
const REFERENCE_TOKENS: u32 = 560;
/// What stands around every prompt.
const FRAME_TOKENS: u32 = 10;

/// Input tokens that a prompt with so many references will have, roughly. Enough for a quota, not for a bill.
#[must_use]
pub fn rough_tokens(prompt: &str, references: u32) -> u32 {
    crate::value::prompt::rough_tokens(prompt)
        .saturating_add(FRAME_TOKENS)
        .saturating_add(references.saturating_mul(REFERENCE_TOKENS))
}

impl Request {
    /// Its input tokens, roughly.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        rough_tokens(&self.prompt, u32::try_from(self.references.len()).unwrap_or(u32::MAX))
    }

    /// The identity of the question: equal requests have equal identities, on every machine. `account` only where
    /// accounts are compared. Practice and real questions are never the same.
    #[must_use]
    pub fn identity(&self, account: Option<&str>, practice: bool) -> String {
        let mut hasher = blake3::Hasher::new();
        let seed = self.seed.map(|seed| seed.to_string()).unwrap_or_default();
        let fields = [
            "diptych request 1",
            &self.model,
            &self.prompt,
            self.size.as_str(),
            self.aspect.as_str(),
            &self.references.join(","),
            &seed,
            self.thinking.as_deref().unwrap_or_default(),
            self.safety.as_deref().unwrap_or_default(),
            account.unwrap_or_default(),
            if practice { "practice" } else { "real" },
        ];
        for field in fields {
            // Lengths keep two fields from running into each other.
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_picture_changes_the_identity() {
        let base = Request {
            model: "m".into(),
            prompt: "p".into(),
            size: Size::Four,
            aspect: "16:9".parse().expect("aspect"),
            references: vec![],
            seed: None,
            thinking: None,
            safety: None,
        };
        let id = base.identity(None, false);
        assert_eq!(id, base.identity(None, false), "the same words for the same request");
        let others = [
            Request { prompt: "q".into(), ..base.clone() }.identity(None, false),
            Request { size: Size::Two, ..base.clone() }.identity(None, false),
            Request { seed: Some(0), ..base.clone() }.identity(None, false),
            Request { references: vec!["a".into()], ..base.clone() }.identity(None, false),
            base.identity(Some("a"), false),
            base.identity(None, true),
        ];
        assert!(others.iter().all(|other| *other != id));
    }
}
