//! Settings, with their defaults and bounds.

use crate::value::budget::Budget;
use crate::value::money::Usd;
use crate::value::size::Size;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Settings. Unknown fields of a newer version are kept by the ledger, which stores them one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `system`, `light`, `dark`.
    pub theme: String,
    /// `system`, `en`, `zh-CN`.
    pub language: String,
    /// Empty: the catalogue's.
    pub default_models: Vec<String>,
    /// Size where none is named.
    pub default_size: Size,
    /// Aspect where none is named.
    pub default_aspect: String,
    /// Most calls on the wire at once, over all accounts; 0: as many as each route proves to take.
    pub concurrency: u32,
    /// Real dollars a day.
    pub day_limit: Option<Usd>,
    /// Over this many jobs a sheet wants a yes.
    pub confirm_jobs: u32,
    /// Over this much a sheet wants a yes.
    pub confirm_usd: Usd,
    /// How long to wait for an answer.
    pub call_timeout_s: u32,
    /// Tries through overload before a job is parked.
    pub max_attempts: u32,
    /// The welcome was answered.
    pub welcomed: bool,
    /// Nothing new is sent.
    pub paused: bool,
    /// Which hours an off-peak sheet avoids.
    pub off_peak: OffPeak,
    /// Real dollars a month.
    pub month_limit: Option<Usd>,
    /// What billing accounts may spend, by name: one budget for all accounts that one pays for.
    pub billing_limits: BTreeMap<String, Budget>,
    /// When an alert is raised.
    pub alerts: AlertRules,
    /// A picture that another model made is made again on the asked one once that is well, at most once per job.
    pub redo_when_healthy: bool,
    /// Models that may stand in for one that is not to be had, best first; empty: the catalogue's choice.
    pub fallback_models: Vec<String>,
    /// The smallest size a stand-in may make where it does not make the one asked; absent: it must make that.
    pub fallback_size: Option<Size>,
    /// What a minute of waiting is worth to a person: a dearer or less liked way is taken if it saves so much time.
    pub minute_usd: Usd,
    /// References are sent without what they say of place, camera and owner.
    pub clean_references: bool,
    /// Each new picture is copied into this folder.
    pub auto_save_folder: Option<String>,
    /// How the copies are named; empty: as exports are.
    pub auto_save_name: String,
    /// With the recipe written into the copy.
    pub auto_save_metadata: bool,
    /// Simulated pictures, too.
    pub auto_save_practice: bool,
}

/// How off-peak hours are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffPeakMode {
    /// The hours the user avoids.
    #[default]
    Hours,
    /// From the overload that our own calls met.
    Learned,
}

/// Which hours an off-peak sheet avoids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OffPeak {
    /// How they are known.
    pub mode: OffPeakMode,
    /// IANA zone of the hours; `None`: the user's own.
    pub zone: Option<String>,
    /// Spans of the day to avoid, `HH:MM` to `HH:MM`; a span may cross midnight.
    pub avoid: Vec<(String, String)>,
}

impl Default for OffPeak {
    fn default() -> Self {
        let span = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        Self {
            mode: OffPeakMode::Hours,
            zone: None,
            avoid: vec![span("09:00", "12:00"), span("14:00", "18:00")],
        }
    }
}

/// When an alert is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertRules {
    /// Share of the last hour's calls that were refused for want of capacity.
    pub overload_rate: f64,
    /// Over at least so many calls.
    pub min_calls: u32,
    /// Response time over so many times the model's own.
    pub latency_factor: f64,
    /// Response time over this, where the user wants a number.
    pub latency_fixed_ms: Option<i64>,
    /// Share of a day's quota.
    pub quota_share: f64,
    /// Share of a budget.
    pub budget_share: f64,
    /// The desktop says it, too.
    pub desktop: bool,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self {
            overload_rate: 0.02,
            min_calls: 20,
            latency_factor: 1.5,
            latency_fixed_ms: None,
            quota_share: 0.85,
            budget_share: 0.8,
            desktop: true,
        }
    }
}

/// The shortest time-out of a paid call: pictures take minutes, and hanging up loses them.
pub const MIN_TIMEOUT: Duration = Duration::from_secs(600);

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            language: "system".into(),
            default_models: Vec::new(),
            default_size: Size::Two,
            default_aspect: "16:9".into(),
            concurrency: 0,
            day_limit: None,
            confirm_jobs: 20,
            confirm_usd: Usd(2_000_000),
            call_timeout_s: 900,
            max_attempts: 40,
            welcomed: false,
            paused: false,
            off_peak: OffPeak::default(),
            month_limit: None,
            billing_limits: BTreeMap::new(),
            alerts: AlertRules::default(),
            redo_when_healthy: false,
            fallback_models: Vec::new(),
            fallback_size: None,
            minute_usd: Usd(20_000),
            clean_references: true,
            auto_save_folder: None,
            auto_save_name: String::new(),
            auto_save_metadata: false,
            auto_save_practice: false,
        }
    }
}
