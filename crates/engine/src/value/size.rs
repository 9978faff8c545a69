//! Sizes and aspects as the providers name them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A size tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Size {
    /// About a quarter megapixel.
    #[serde(rename = "512")]
    Half,
    /// About one megapixel.
    #[serde(rename = "1K")]
    One,
    /// About four megapixels.
    #[serde(rename = "2K")]
    Two,
    /// About 17 megapixels.
    #[serde(rename = "4K")]
    Four,
}

impl Size {
    /// All, smallest first.
    pub const ALL: [Self; 4] = [Self::Half, Self::One, Self::Two, Self::Four];

    /// As on the wire: upper-case K.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Half => "512",
            Self::One => "1K",
            Self::Two => "2K",
            Self::Four => "4K",
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Size {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        // People write 4k; the providers refuse it, so it is put right here.
        Self::ALL.into_iter().find(|size| size.as_str().eq_ignore_ascii_case(text.trim())).ok_or(())
    }
}

/// An aspect ratio, `16:9`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Aspect(String);

impl Aspect {
    /// As on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Aspect {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (width, height) = text.split_once(':').ok_or(())?;
        let fits = |side: &str| side.parse::<u8>().is_ok_and(|n| n > 0);
        if fits(width) && fits(height) { Ok(Self(text)) } else { Err(()) }
    }
}
