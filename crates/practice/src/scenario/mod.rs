//! The scenario: what kind of day the provider has, written in TOML.
//!
//! An empty file is a calm day: three keys, brisk answers, no limits, no faults. Tables:
//!
//! | table | keys |
//! |---|---|
//! | `[[key]]` | `key`, `project` (any given key replaces the three default ones) |
//! | `[latency]` | `profile` = `"brisk"` or `"real"`, `scale`, `seconds`, `sigma` |
//! | `[pictures]` | `style` = `"landscape"` or `"plain"` |
//! | `[[quota]]` | `project`, `model`; `rpm`, `ipm`, `tpm`, `rpd`, `usd_10min`, `tier` |
//! | `[[capacity]]` | `model`, `concurrent`: more calls than that at once are answered 503 |
//! | `[[overload]]` | `model`, `probability`, `from_s`, `to_s` |
//! | `[[fault]]` | see [`fault`] |

pub mod fault;

use serde::Deserialize;

pub use fault::{Fault, FaultKind};

/// A scenario. [`Scenario::default`] is the calm one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The keys that are accepted; none = the three default ones.
    #[serde(default)]
    pub key: Vec<Key>,
    /// How long models take.
    #[serde(default)]
    pub latency: Latency,
    /// How pictures are drawn.
    #[serde(default)]
    pub pictures: Pictures,
    /// Limits per project and model.
    #[serde(default)]
    pub quota: Vec<Quota>,
    /// How many calls a model serves at once.
    #[serde(default)]
    pub capacity: Vec<Capacity>,
    /// Times of high demand.
    #[serde(default)]
    pub overload: Vec<Overload>,
    /// What goes wrong.
    #[serde(default)]
    pub fault: Vec<Fault>,
}

/// An API key and the project it belongs to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The key.
    pub key: String,
    /// The project: quotas are counted per project, however many keys it has.
    pub project: String,
}

/// How long models take to answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Latency {
    /// Which medians apply.
    pub profile: Profile,
    /// Multiplies every latency; 0 = answer at once.
    pub scale: f64,
    /// A fixed latency instead of the distribution.
    pub seconds: Option<f64>,
    /// Spread of the lognormal distribution.
    pub sigma: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self { profile: Profile::Brisk, scale: 1.0, seconds: None, sigma: 0.35 }
    }
}

/// A set of median latencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// A 4K Pro picture in about 6 s.
    #[default]
    Brisk,
    /// As measured against the real service in 2026: a 4K Pro picture in more than a minute.
    Real,
}

/// How pictures are drawn.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pictures {
    /// The style.
    pub style: Style,
}

/// A style of drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Landscapes.
    #[default]
    Landscape,
    /// Two flat tones: costs next to no CPU.
    Plain,
}

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
}

/// How many calls a model serves at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Calls at once.
    pub concurrent: u32,
}

/// A time of high demand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overload {
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Share of calls answered 503 (default 1).
    #[serde(default = "one")]
    pub probability: f64,
    /// Begins this many seconds after the start or the last reset (default 0).
    #[serde(default)]
    pub from_s: f64,
    /// Ends then; absent = never.
    pub to_s: Option<f64>,
}

fn one() -> f64 {
    1.0
}

/// Why a scenario was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, or not the expected keys.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// Well-formed, but a value makes no sense.
    #[error("{place}: {problem}")]
    Value {
        /// Which table and key.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Scenario {
    /// Reads a scenario and checks that its values make sense.
    pub fn parse(toml: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(toml)?;
        let mut models: Vec<(String, Option<&str>)> = Vec::new();
        for (i, quota) in scenario.quota.iter().enumerate() {
            models.push((format!("quota[{i}].model"), quota.model.as_deref()));
            check(
                quota.usd_10min.is_none_or(|d| d >= 0.0),
                || format!("quota[{i}].usd_10min"),
                "is negative",
            )?;
        }
        for (i, capacity) in scenario.capacity.iter().enumerate() {
            models.push((format!("capacity[{i}].model"), capacity.model.as_deref()));
        }
        for (i, overload) in scenario.overload.iter().enumerate() {
            models.push((format!("overload[{i}].model"), overload.model.as_deref()));
            share(overload.probability, || format!("overload[{i}].probability"))?;
            let to = overload.to_s.unwrap_or(f64::INFINITY);
            check(to > overload.from_s, || format!("overload[{i}].to_s"), "is not after from_s")?;
        }
        for (i, fault) in scenario.fault.iter().enumerate() {
            models.push((format!("fault[{i}].model"), fault.model.as_deref()));
            fault.check().map_err(|(key, problem)| ScenarioError::Value {
                place: format!("fault[{i}].{key}"),
                problem,
            })?;
        }
        for (place, model) in models {
            let known = model.is_none_or(|id| crate::catalogue::find(id).is_some_and(|m| m.id == id));
            check(known, || place, "is no current model")?;
        }
        let latency = &scenario.latency;
        let sane = |x: f64| x.is_finite() && (0.0..=86_400.0).contains(&x);
        check(sane(latency.scale), || "latency.scale".into(), "must be between 0 and 86400")?;
        check(sane(latency.sigma), || "latency.sigma".into(), "must not be negative")?;
        check(latency.seconds.is_none_or(sane), || "latency.seconds".into(), "must be between 0 and 86400")?;
        Ok(scenario)
    }
}

fn check(good: bool, place: impl FnOnce() -> String, problem: &str) -> Result<(), ScenarioError> {
    if good { Ok(()) } else { Err(ScenarioError::Value { place: place(), problem: problem.to_owned() }) }
}

fn share(value: f64, place: impl FnOnce() -> String) -> Result<(), ScenarioError> {
    check((0.0..=1.0).contains(&value), place, "must be between 0 and 1")
}
