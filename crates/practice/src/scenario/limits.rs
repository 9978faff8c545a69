//! What a project or a caller may take: quotas, capacity, and the others who take from the same quota.
//!
//! Not here: counting (`quota`), and how a refusal reads (`gemini::quota_body`).

use serde::Deserialize;

use super::{Checked, range, wish};

/// Limits of a project on a model. Each that is absent does not apply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Only this project; absent = each project.
    pub project: Option<String>,
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Requests per minute.
    pub rpm: Option<u32>,
    /// Images per minute.
    pub ipm: Option<u32>,
    /// Input tokens per minute.
    pub tpm: Option<u32>,
    /// Requests per day, which ends at midnight in Los Angeles.
    pub rpd: Option<u32>,
    /// Dollars per rolling ten minutes.
    pub usd_10min: Option<f64>,
    /// The paid tier named in quota ids (default 1).
    pub tier: Option<u8>,
    /// How many calls the buckets of `rpm` and `ipm` hold when full; absent = a minute's worth, 1 = no burst.
    pub bucket: Option<u32>,
    /// How a minute is counted.
    #[serde(default)]
    pub window: Window,
    /// Whether a 429 says which limit it was and when to come back.
    #[serde(default = "yes")]
    pub details: bool,
    /// What an empty minute answers. The day and the money always answer 429.
    #[serde(default)]
    pub empty: Refuse,
    /// Seconds until a refusal, drawn evenly from this range; absent = at once.
    pub after_s: Option<[f64; 2]>,
}

/// How a minute is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// A bucket that refills evenly.
    #[default]
    Bucket,
    /// The last sixty seconds, looked at anew with each call.
    Sliding,
}

/// The status of a refusal: `429`, or `503` as if there were too much demand. As a number or as a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum Refuse {
    /// 429
    #[default]
    TooMany,
    /// 503
    Unavailable,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(i64),
    Text(String),
}

impl TryFrom<Written> for Refuse {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let text = match written {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        match text.as_str() {
            "429" => Ok(Self::TooMany),
            "503" => Ok(Self::Unavailable),
            _ => Err("expected 429 or 503"),
        }
    }
}

fn yes() -> bool {
    true
}

impl Quota {
    pub(super) fn check(&self) -> Checked {
        wish(self.usd_10min.is_none_or(|d| d >= 0.0), "usd_10min", "is negative")?;
        wish(self.bucket != Some(0), "bucket", "must be at least 1")?;
        let odd = self.bucket.is_some() && self.window == Window::Sliding;
        wish(!odd, "bucket", "means nothing to a sliding window")?;
        range(self.after_s, "after_s")
    }
}

/// How many calls a model serves at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Calls at once.
    pub concurrent: u32,
    /// What a call too many gets; a 429 comes without details.
    #[serde(default = "unavailable")]
    pub answers: Refuse,
    /// Seconds until a refusal, drawn evenly from this range; absent = `[0.2, 1]`.
    pub after_s: Option<[f64; 2]>,
}

fn unavailable() -> Refuse {
    Refuse::Unavailable
}

impl Capacity {
    pub(super) fn check(&self) -> Checked {
        range(self.after_s, "after_s")
    }
}

/// Another application that takes from a project's quota. Its calls meet quotas and nothing else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// Whose quota.
    pub project: String,
    /// On which model.
    pub model: String,
    /// How many calls it wants to make.
    pub per_minute: f64,
    /// When it wants them.
    #[serde(default)]
    pub spacing: Spacing,
    /// A refused wish is tried again after about this many seconds…
    #[serde(default = "three")]
    pub retry_s: f64,
    /// …until it is this old; 0 = never tried again.
    #[serde(default = "sixty")]
    pub patience_s: f64,
}

/// How wishes lie in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// All the same time apart.
    #[default]
    Even,
    /// At random, independent of each other.
    Poisson,
}

fn three() -> f64 {
    3.0
}

fn sixty() -> f64 {
    60.0
}

impl Foreign {
    pub(super) fn check(&self) -> Checked {
        let rate = self.per_minute;
        wish(rate > 0.0 && rate <= 6000.0, "per_minute", "must be above 0 and at most 6000")?;
        wish((0.1..=86_400.0).contains(&self.retry_s), "retry_s", "must be between 0.1 and 86400")?;
        wish((0.0..=86_400.0).contains(&self.patience_s), "patience_s", "must be between 0 and 86400")
    }
}
