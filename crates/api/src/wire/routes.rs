//! Routes (account × model): how each is now, what it met, and what was worth an alert.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One dimension of a route's quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuotaView {
    /// Images, requests, tokens a minute; requests a day; micro-dollars in ten minutes.
    #[ts(type = r#""ipm" | "rpm" | "tpm" | "rpd" | "usd_10min""#)]
    pub dimension: String,
    /// Used in its time.
    pub used: i64,
    /// Limit, where one is known.
    pub limit: Option<i64>,
    /// The user set it, the provider told it, it was found by search, or nobody knows.
    #[ts(type = r#""set" | "told" | "learned" | "unknown""#)]
    pub source: String,
    /// When it is fresh again.
    pub resets_ms: Option<i64>,
}

/// How long pictures of a size take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LatencyView {
    /// Size.
    pub size: String,
    /// Median.
    pub p50_ms: i64,
    /// One in twenty takes longer.
    pub p95_ms: i64,
    /// Over so many pictures.
    pub calls: u32,
}

/// The state of one route: account × model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RouteView {
    /// Account name.
    pub account: String,
    /// Its id.
    pub account_id: String,
    /// Project it draws on.
    pub project: String,
    /// Model id.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// At the full price, or at half of it.
    #[ts(type = r#""standard" | "flex""#)]
    pub tier: String,
    /// `clear`, `overloaded`, `quota`, `parked`, `offline` or `idle` (nothing known yet).
    pub state: String,
    /// In words.
    pub sentence: Sentence,
    /// So since.
    pub since_ms: Option<i64>,
    /// The user holds it.
    pub paused: bool,
    /// Calls at once, as it is now.
    pub concurrency: Option<u32>,
    /// Its quota.
    pub quota: Vec<QuotaView>,
    /// How long pictures take, by size.
    pub latency: Vec<LatencyView>,
    /// Calls of the last hour that never came back.
    pub timeouts: u32,
    /// What may help.
    pub hint: Option<Sentence>,
    /// Who else draws on its quota: another application, or an account of ours under another project's name.
    pub shared: Vec<Sentence>,
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
    /// Micro-dollars today, at both prices; 0 in the row of the half-price tier.
    pub usd_today: i64,
}

/// The argument of a command about one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RouteName {
    /// Account name or id.
    pub account: String,
    /// Model id or alias.
    pub model: String,
}

/// What the calls of ten minutes met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WeatherBin {
    /// Its beginning.
    pub start_ms: i64,
    /// Calls that began in it.
    pub calls: u32,
    /// Of these, gave a picture.
    pub pictures: u32,
    /// Of these, refused for quota.
    pub limited: u32,
    /// Of these, refused for want of capacity.
    pub overloaded: u32,
    /// Of these, came to nothing for another reason.
    pub failed: u32,
    /// Median of those that gave a picture.
    pub p50_ms: Option<i64>,
}

/// Six hours of a route, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RouteBins {
    /// Account name.
    pub account: String,
    /// Model id.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// At the full price, or at half of it.
    #[ts(type = r#""standard" | "flex""#)]
    pub tier: String,
    /// 36 times ten minutes.
    pub bins: Vec<WeatherBin>,
}

/// One hour of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HeatCell {
    /// 0 is Monday.
    pub day: u8,
    /// 0 to 23, local.
    pub hour: u8,
    /// Calls.
    pub calls: u32,
    /// Of these, refused for want of capacity.
    pub overloaded: u32,
    /// Share that is expected to be refused; absent while too little is known.
    pub rate: Option<f64>,
}

/// Overload of a model at an endpoint by hour of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HeatView {
    /// Endpoint.
    pub origin: String,
    /// Model id.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// Calls in all.
    pub calls: u32,
    /// Hours in which anything was called.
    pub cells: Vec<HeatCell>,
    /// There are enough calls to go by.
    pub learned: bool,
}

/// An hour of the day to come, as it was learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LearnedHour {
    /// 0 to 23, local.
    pub hour: u8,
    /// Calls it is known from.
    pub calls: u32,
    /// Share that is expected to be refused.
    pub rate: f64,
    /// An off-peak sheet goes out in it.
    pub chosen: bool,
}

/// `off-peak.learned`: what our own calls taught about the hours of a model. Nothing while the hours are set by the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LearnedHours {
    /// Model id.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// Calls it was learned from.
    pub calls: u32,
    /// Midnight first; empty while too little was seen.
    pub hours: Vec<LearnedHour>,
}

/// Something the user can act on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AlertView {
    /// Id.
    pub id: String,
    /// What it is about.
    #[ts(type = r#""overload" | "latency" | "quota_day" | "timeouts" | "budget" | "parked" | "unknown""#)]
    pub kind: String,
    /// Account name, where it is about one.
    pub account: Option<String>,
    /// Model id, where it is about one.
    pub model: Option<String>,
    /// In words.
    pub sentence: Sentence,
    /// Raised.
    pub raised_ms: i64,
    /// Over since.
    pub resolved_ms: Option<i64>,
    /// The user has seen it.
    pub seen: bool,
}
