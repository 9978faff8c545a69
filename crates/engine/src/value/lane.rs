//! Lanes: when a sheet's jobs go out, and at which price.
//!
//! Not here: which hours are good (see [`crate::policy::hours`]).

use crate::value::sentence::Sentence;
use serde::{Deserialize, Serialize};

/// A lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// As soon as it can.
    #[default]
    Now,
    /// At a better hour, or at its deadline.
    OffPeak,
    /// At half the price: the provider's flex tier, which may be slow and may be turned away.
    Economy,
}

impl Lane {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Now, Self::OffPeak, Self::Economy];

    /// As stored and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::OffPeak => "off-peak",
            Self::Economy => "economy",
        }
    }

    /// Reads what users write.
    ///
    /// # Errors
    /// `E-OPTION`, with the lanes there are.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let refuse = || {
            let lanes = Self::ALL.map(Self::as_str).join(", ");
            Sentence::new("E-OPTION").with("value", text).with("option", "lane").with("hint", lanes)
        };
        Self::ALL.into_iter().find(|lane| lane.as_str() == text.trim()).ok_or_else(refuse)
    }
}
