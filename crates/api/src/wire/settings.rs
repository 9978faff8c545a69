//! Settings, and the greeting between a client and the process that holds the engine.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Settings. Every field has a default; unknown ones in the store are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// `system`, `en` or `zh-CN`.
    pub language: String,
    /// Models chosen where none is named.
    pub default_models: Vec<String>,
    /// Size where none is named.
    pub default_size: String,
    /// Aspect where none is named.
    pub default_aspect: String,
    /// Most calls on the wire at once, over all accounts; 0 means as many as each route proves to take.
    pub concurrency: u32,
    /// Real micro-dollars a day; absent means no limit.
    pub day_limit: Option<i64>,
    /// Over this many jobs a sheet wants a yes.
    pub confirm_jobs: u32,
    /// Over this many micro-dollars a sheet wants a yes.
    pub confirm_usd: i64,
    /// How long to wait for an answer, seconds; at least 600.
    pub call_timeout_s: u32,
    /// Automatic tries of one job through overload before it is parked.
    pub max_attempts: u32,
    /// The welcome was answered.
    pub welcomed: bool,
    /// Which hours an off-peak sheet avoids.
    pub off_peak: OffPeak,
    /// Real micro-dollars a month; absent means no limit.
    pub month_limit: Option<i64>,
    /// When an alert is raised.
    pub alerts: AlertSettings,
    /// A picture that another model made is made again on the asked one once that is well, at most once per job.
    pub redo_when_healthy: bool,
    /// References are sent without what they say of place, camera and owner.
    pub clean_references: bool,
    /// Each new picture is copied into this folder; absent means it is not.
    pub auto_save_folder: Option<String>,
    /// How the copies are named; empty means as exports are.
    pub auto_save_name: String,
    /// With the recipe written into the copy.
    pub auto_save_metadata: bool,
    /// Simulated pictures, too.
    pub auto_save_practice: bool,
    /// Models that may stand in for one that is not to be had, best first; empty: the catalogue's choice.
    pub fallback_models: Vec<String>,
    /// The smallest size a stand-in may make where it does not make the one asked; absent: it must make that.
    pub fallback_size: Option<String>,
    /// What a minute of waiting is worth to a person, micro-dollars: it decides between a cheaper and a sooner account.
    pub minute_usd: i64,
}

/// Which hours an off-peak sheet avoids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OffPeak {
    /// By the hours below, or by the overload that our own calls met.
    #[ts(type = r#""hours" | "learned""#)]
    pub mode: String,
    /// IANA zone of the hours; absent means this machine's.
    pub zone: Option<String>,
    /// From and to, `HH:MM`.
    pub avoid: Vec<(String, String)>,
}

/// When an alert is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AlertSettings {
    /// Share of the last hour's calls that were refused for want of capacity.
    pub overload_rate: f64,
    /// Over at least so many calls.
    pub min_calls: u32,
    /// Response time over so many times the model's own.
    pub latency_factor: f64,
    /// Response time over this; absent means no fixed number.
    pub latency_fixed_ms: Option<i64>,
    /// Share of a day's quota.
    pub quota_share: f64,
    /// Share of a budget.
    pub budget_share: f64,
    /// The desktop says it, too.
    pub desktop: bool,
}

/// `settings.set`: absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsPatch {
    /// See [`Settings::theme`].
    pub theme: Option<String>,
    /// See [`Settings::language`].
    pub language: Option<String>,
    /// See [`Settings::default_models`].
    pub default_models: Option<Vec<String>>,
    /// See [`Settings::default_size`].
    pub default_size: Option<String>,
    /// See [`Settings::default_aspect`].
    pub default_aspect: Option<String>,
    /// See [`Settings::concurrency`].
    pub concurrency: Option<u32>,
    /// See [`Settings::day_limit`]; 0 takes the limit away.
    pub day_limit: Option<i64>,
    /// See [`Settings::confirm_jobs`].
    pub confirm_jobs: Option<u32>,
    /// See [`Settings::confirm_usd`].
    pub confirm_usd: Option<i64>,
    /// See [`Settings::call_timeout_s`].
    pub call_timeout_s: Option<u32>,
    /// See [`Settings::max_attempts`].
    pub max_attempts: Option<u32>,
    /// See [`Settings::welcomed`].
    pub welcomed: Option<bool>,
    /// See [`Settings::off_peak`].
    pub off_peak: Option<OffPeak>,
    /// See [`Settings::month_limit`]; 0 takes the limit away.
    pub month_limit: Option<i64>,
    /// See [`Settings::alerts`].
    pub alerts: Option<AlertSettings>,
    /// See [`Settings::redo_when_healthy`].
    pub redo_when_healthy: Option<bool>,
    /// See [`Settings::clean_references`].
    pub clean_references: Option<bool>,
    /// See [`Settings::auto_save_folder`]; empty means none.
    pub auto_save_folder: Option<String>,
    /// See [`Settings::auto_save_name`].
    pub auto_save_name: Option<String>,
    /// See [`Settings::auto_save_metadata`].
    pub auto_save_metadata: Option<bool>,
    /// See [`Settings::auto_save_practice`].
    pub auto_save_practice: Option<bool>,
    /// See [`Settings::fallback_models`].
    pub fallback_models: Option<Vec<String>>,
    /// See [`Settings::fallback_size`]; empty or `asked`: the size asked.
    pub fallback_size: Option<String>,
    /// See [`Settings::minute_usd`].
    pub minute_usd: Option<i64>,
}

/// How the keychain is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeychainView {
    /// Keys can be stored for good.
    pub ready: bool,
    /// Why not (`E-KEYCHAIN-…`).
    pub trouble: Option<Sentence>,
}

/// `hello`: who holds the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Hello {
    /// Version of the program that holds the engine.
    pub version: String,
    /// Version of this wire; both sides must be the same.
    pub protocol: u32,
    /// Process id.
    pub pid: u32,
    /// `window`, `serve` or `cli`.
    pub holder: String,
    /// Holding since.
    pub since_ms: i64,
    /// The holder's clock.
    pub now_ms: i64,
    /// The keychain.
    pub keychain: KeychainView,
    /// First start: nobody has answered the welcome and there is no account.
    pub welcome: bool,
    /// What start-up recovery did or what is wrong with the library.
    pub notices: Vec<Sentence>,
    /// Where things lie, for people: shown in Settings. Keys: `library`, `logs`, `cache`.
    pub places: std::collections::BTreeMap<String, String>,
}
