//! Settings, with their defaults and bounds.

use crate::value::money::Usd;
use crate::value::size::Size;
use serde::{Deserialize, Serialize};
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
    /// Calls on the wire at once.
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
            concurrency: 8,
            day_limit: None,
            confirm_jobs: 20,
            confirm_usd: Usd(2_000_000),
            call_timeout_s: 900,
            max_attempts: 40,
            welcomed: false,
            paused: false,
        }
    }
}
