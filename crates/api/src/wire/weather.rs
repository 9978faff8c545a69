//! Weather, spend, the status line, and the self-check.

use super::{QueueView, Sentence};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The state of one route: account × model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RouteView {
    /// Account name.
    pub account: String,
    /// Project it draws on.
    pub project: String,
    /// Model id.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// `clear`, `overloaded`, `quota`, `parked`, `offline` or `idle` (nothing known yet).
    pub state: String,
    /// In words.
    pub sentence: Sentence,
    /// Next opening, if shut.
    pub opens_ms: Option<i64>,
    /// Calls in the last hour.
    pub calls: u32,
    /// Of these, refused for overload.
    pub overloaded: u32,
    /// Of these, refused for quota.
    pub limited: u32,
    /// Calls on the wire.
    pub in_flight: u32,
    /// Median of the last calls that gave a picture, ms.
    pub typical_ms: Option<i64>,
    /// Micro-dollars today.
    pub usd_today: i64,
}

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
