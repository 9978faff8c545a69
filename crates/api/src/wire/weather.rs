//! The status line, the weather in one piece, spend, and the self-check.

use super::{AlertView, HeatView, QueueView, RouteBins, RouteView, Sentence};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `status.get`: the line at the foot of the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// The queue.
    pub queue: QueueView,
    /// Routes used lately or waited for.
    pub routes: Vec<RouteView>,
    /// Real micro-dollars today (local day).
    pub usd_today: i64,
    /// Practice micro-dollars today.
    pub practice_usd_today: i64,
    /// Micro-dollars that may have been spent today.
    pub unknown_usd_today: i64,
    /// Day limit in micro-dollars.
    pub day_limit: Option<i64>,
    /// Jobs would go to the practice account now.
    pub practice: bool,
}

/// `spend.get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct GetSpend {
    /// From this moment; absent means 30 days ago.
    pub since_ms: Option<i64>,
}

/// Spend of one day, account and model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendRow {
    /// Local day, ISO.
    pub day: String,
    /// Account name.
    pub account: String,
    /// Model id.
    pub model: String,
    /// Simulated: practice dollars.
    pub practice: bool,
    /// Pictures received.
    pub pictures: u32,
    /// Micro-dollars for certain.
    pub usd: i64,
    /// Micro-dollars that may have been spent.
    pub usd_unknown: i64,
}

/// Spend; practice and real never add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Spend {
    /// Rows, newest day first.
    pub rows: Vec<SpendRow>,
    /// Real micro-dollars.
    pub usd: i64,
    /// Real micro-dollars that may have been spent.
    pub usd_unknown: i64,
    /// Practice micro-dollars.
    pub practice_usd: i64,
}

/// `weather.get`: all that the Weather view shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WeatherView {
    /// The engine's clock.
    pub now_ms: i64,
    /// Routes used lately or waited for.
    pub routes: Vec<RouteView>,
    /// What their calls met in the last six hours.
    pub bins: Vec<RouteBins>,
    /// Overload by hour of the week.
    pub heat: Vec<HeatView>,
    /// Open ones first, then the last that were resolved.
    pub alerts: Vec<AlertView>,
    /// Spend of the last 30 days.
    pub spend: Spend,
}

/// `check.run`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RunCheck {
    /// Read every picture and verify its hash.
    pub read_data: bool,
    /// Put right what can be put right.
    pub repair: bool,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CheckReport {
    /// Nothing is wrong.
    pub clean: bool,
    /// Pictures looked at.
    pub pictures: u32,
    /// Bytes read.
    pub bytes_read: u64,
    /// What is wrong.
    pub problems: Vec<Sentence>,
    /// What was put right.
    pub repaired: Vec<Sentence>,
}
