//! The scenario: what kind of day the provider has, written in TOML.
//!
//! An empty file is a calm day: three keys, brisk answers, no limits, no faults. Tables:
//!
//! | table | keys |
//! |---|---|
//! | `[[key]]` | `key`, `project` (any given key replaces the three default ones) |
//! | `[latency]` | `profile` = `"brisk"` or `"real"`, `median_s` (instead of the profile's), `scale`, `seconds`, `sigma` |
//! | `[pictures]` | `style` = `"landscape"` or `"plain"` |
//! | `[[quota]]` | `project`, `model`; `rpm`, `ipm`, `tpm`, `rpd`, `usd_10min`, `tier`; `bucket`, `window` = `"bucket"` or `"sliding"`, `details`, `empty` = `"429"` or `"503"`, `after_s`: see [`Quota`] |
//! | `[[capacity]]` | `model`, `concurrent`: more calls than that at once are refused; `answers` = `503` or `429`, `after_s` |
//! | `[demand]` | `eats_quota` (false): whether a call that meets an overload has cost quota; `after_s` = `[1, 5]`: how long a 503 takes |
//! | `[[overload]]` | `model`, `size`, `probability`, `from_s`, `to_s`, `hours` = `[[9, 17]]`, `zone`, `after_s` |
//! | `[[storm]]` | `model`, `size`, `project`, `probability`, `from_s`, `to_s`, `every_s`, `status` (503), `after_s` |
//! | `[flex]` | `shed`: share of flex calls answered 503; `slow`: their latency is multiplied by it |
//! | `[[foreign]]` | another application's calls: `project`, `model`, `per_minute`, `spacing` = `"even"` or `"poisson"`, `retry_s`, `patience_s` |
//! | `[[fault]]` | see [`fault`] |
//!
//! Seconds are those since the start or the last reset. The order in which a call is asked stands at `admission`.

pub mod fault;
pub mod limits;
pub mod weather;

use serde::Deserialize;

pub use fault::{Fault, FaultKind};
pub use limits::{Capacity, Foreign, Quota, Refuse, Spacing, Window};
pub use weather::{Demand, Flex, Overload, Storm};

use crate::KeyInfo;

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
    /// What high demand costs a caller.
    #[serde(default)]
    pub demand: Demand,
    /// Times of high demand.
    #[serde(default)]
    pub overload: Vec<Overload>,
    /// Scripted times of trouble, for one project too.
    #[serde(default)]
    pub storm: Vec<Storm>,
    /// How the flex tier is served.
    #[serde(default)]
    pub flex: Flex,
    /// Other applications that use up the same quota.
    #[serde(default)]
    pub foreign: Vec<Foreign>,
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
    /// One median in seconds for every model and size, instead of the profile's.
    pub median_s: Option<f64>,
    /// Multiplies every latency; 0 = answer at once.
    pub scale: f64,
    /// A fixed latency instead of the distribution.
    pub seconds: Option<f64>,
    /// Spread of the lognormal distribution.
    pub sigma: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self { profile: Profile::Brisk, median_s: None, scale: 1.0, seconds: None, sigma: 0.35 }
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
            named(quota.check(), || format!("quota[{i}]"))?;
        }
        for (i, capacity) in scenario.capacity.iter().enumerate() {
            models.push((format!("capacity[{i}].model"), capacity.model.as_deref()));
            named(capacity.check(), || format!("capacity[{i}]"))?;
        }
        for (i, foreign) in scenario.foreign.iter().enumerate() {
            models.push((format!("foreign[{i}].model"), Some(&foreign.model)));
            named(foreign.check(), || format!("foreign[{i}]"))?;
        }
        for (i, overload) in scenario.overload.iter().enumerate() {
            models.push((format!("overload[{i}].model"), overload.model.as_deref()));
            named(overload.check(), || format!("overload[{i}]"))?;
        }
        for (i, storm) in scenario.storm.iter().enumerate() {
            models.push((format!("storm[{i}].model"), storm.model.as_deref()));
            named(storm.check(), || format!("storm[{i}]"))?;
        }
        named(scenario.flex.check(), || "flex".to_owned())?;
        named(scenario.demand.check(), || "demand".to_owned())?;
        for (i, fault) in scenario.fault.iter().enumerate() {
            models.push((format!("fault[{i}].model"), fault.model.as_deref()));
            named(fault.check(), || format!("fault[{i}]"))?;
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
        check(
            latency.median_s.is_none_or(sane),
            || "latency.median_s".into(),
            "must be between 0 and 86400",
        )?;
        Ok(scenario)
    }

    /// The keys it accepts: its own, or the three default ones.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyInfo> {
        let info = |key: &str, project: &str| KeyInfo { key: key.to_owned(), project: project.to_owned() };
        if self.key.is_empty() {
            return vec![
                info("practice-key-a", "studio-a"),
                info("practice-key-a2", "studio-a"),
                info("practice-key-b", "studio-b"),
            ];
        }
        self.key.iter().map(|k| info(&k.key, &k.project)).collect()
    }
}

/// What a table finds wrong with itself: the key, and why.
type Checked = Result<(), (&'static str, String)>;

fn named(checked: Checked, table: impl FnOnce() -> String) -> Result<(), ScenarioError> {
    checked.map_err(|(key, problem)| ScenarioError::Value { place: format!("{}.{key}", table()), problem })
}

fn wish(good: bool, key: &'static str, problem: &str) -> Checked {
    if good { Ok(()) } else { Err((key, problem.to_owned())) }
}

/// A range of seconds: `[1, 5]`.
fn range(range: Option<[f64; 2]>, key: &'static str) -> Checked {
    let good =
        range.is_none_or(|[a, b]| a.is_finite() && (0.0..=86_400.0).contains(&b) && 0.0 <= a && a <= b);
    wish(good, key, "must be two numbers of seconds, the smaller one first")
}

/// Whether a filter lets a value through.
pub(crate) fn applies(filter: Option<&str>, value: &str) -> bool {
    filter.is_none_or(|filter| filter == value)
}

fn check(good: bool, place: impl FnOnce() -> String, problem: &str) -> Result<(), ScenarioError> {
    if good { Ok(()) } else { Err(ScenarioError::Value { place: place(), problem: problem.to_owned() }) }
}
