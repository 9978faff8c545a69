//! Lanes: when a sheet's jobs go out, and at which price.
//!
//! Not here: which hours are good (see [`crate::policy::hours`]).

use crate::value::money::Usd;
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

    /// How its calls are served.
    #[must_use]
    pub fn tier(self) -> Tier {
        if self == Self::Economy { Tier::Flex } else { Tier::Standard }
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

/// How a call is served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// As usual.
    #[default]
    Standard,
    /// Half the price, later, and shed when others want the place.
    Flex,
}

impl Tier {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Flex => "flex",
        }
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        if text == Self::Flex.as_str() { Self::Flex } else { Self::Standard }
    }

    /// Who answers, for sentences: a provider's tiers are full and empty by themselves.
    #[must_use]
    pub fn provider(self, name: &str) -> String {
        match self {
            Self::Standard => name.into(),
            Self::Flex => format!("{name} flex"),
        }
    }

    /// What a picture costs that costs so much as usual. Google: flex is half the price.
    #[must_use]
    pub fn price(self, usual: Usd) -> Usd {
        match self {
            Self::Standard => usual,
            Self::Flex => usual.half(),
        }
    }
}
