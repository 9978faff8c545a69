//! Who says what the limit is. Not here: what a refusal makes of it (`minute`).

use serde::{Deserialize, Serialize};

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Nobody told it, and it was not met yet.
    Unknown,
    /// The user set it.
    Set,
    /// A refusal told it.
    Told,
    /// Refusals without a number showed it.
    Learned,
}

impl Source {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Set => "set",
            Self::Told => "told",
            Self::Learned => "learned",
        }
    }
}
