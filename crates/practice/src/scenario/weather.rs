//! High demand and its kin: times in which calls are turned away that no quota forbids.
//!
//! Not here: the draw that decides about one call (`admission::demand`).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Checked, applies, range, wish};
use crate::catalogue::Size;

/// What high demand costs a caller. Capacity is no part of it: a refusal for capacity costs nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demand {
    /// Whether a call that is turned away has cost requests, images and tokens; money it never costs. With it the
    /// quotas are asked first.
    pub eats_quota: bool,
    /// Seconds until a 503, drawn evenly from this range; absent = `[0.2, 1]`.
    pub after_s: Option<[f64; 2]>,
}

/// A time of high demand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overload {
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Only this size, `"4K"`; absent = each size.
    pub size: Option<String>,
    /// Share of calls answered 503 (default 1).
    #[serde(default = "one")]
    pub probability: f64,
    /// Begins this many seconds after the start or the last reset (default 0).
    #[serde(default)]
    pub from_s: f64,
    /// Ends then; absent = never.
    pub to_s: Option<f64>,
    /// Only in these hours of the day, each `[from, to]`; one that ends before it begins goes over midnight.
    #[serde(default)]
    pub hours: Vec<[f64; 2]>,
    /// The zone of the hours (default UTC).
    pub zone: Option<String>,
    /// Seconds until the 503; absent = what `[demand]` says.
    pub after_s: Option<[f64; 2]>,
}

/// A scripted time of trouble.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storm {
    /// Only this model; absent = each model.
    pub model: Option<String>,
    /// Only this size; absent = each size.
    pub size: Option<String>,
    /// Only this project; absent = each project.
    pub project: Option<String>,
    /// Share of calls that are hit (default 1).
    #[serde(default = "one")]
    pub probability: f64,
    /// Begins this many seconds after the start or the last reset.
    pub from_s: f64,
    /// Ends then.
    pub to_s: f64,
    /// Comes again after this many seconds, counted from beginning to beginning; absent = once.
    pub every_s: Option<f64>,
    /// What the calls get (default 503).
    #[serde(default = "unavailable")]
    pub status: u16,
    /// Seconds until the answer; absent = what `[demand]` says.
    pub after_s: Option<[f64; 2]>,
}

/// How the flex tier is served. Its price is half the list price in any case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flex {
    /// Share of its calls answered 503 to make room for others.
    pub shed: f64,
    /// Multiplies its latency.
    pub slow: f64,
}

impl Default for Flex {
    fn default() -> Self {
        Self { shed: 0.0, slow: 1.0 }
    }
}

fn one() -> f64 {
    1.0
}

fn unavailable() -> u16 {
    503
}

fn share(value: f64, key: &'static str) -> Checked {
    wish((0.0..=1.0).contains(&value), key, "must be between 0 and 1")
}

fn size(size: Option<&str>) -> Checked {
    wish(size.is_none_or(|size| Size::parse(size).is_some()), "size", "must be 512, 1K, 2K or 4K")
}

impl Demand {
    pub(super) fn check(&self) -> Checked {
        range(self.after_s, "after_s")
    }
}

impl Overload {
    pub(super) fn check(&self) -> Checked {
        share(self.probability, "probability")?;
        wish(self.to_s.unwrap_or(f64::INFINITY) > self.from_s, "to_s", "is not after from_s")?;
        size(self.size.as_deref())?;
        let hour = |hour: &f64| (0.0..=24.0).contains(hour);
        wish(self.hours.iter().flatten().all(hour), "hours", "must be between 0 and 24")?;
        let zone = self.zone.as_deref().is_none_or(|zone| TimeZone::get(zone).is_ok());
        wish(zone, "zone", "is no time zone")?;
        range(self.after_s, "after_s")
    }

    /// Whether it is on for such a call. `elapsed` is in seconds.
    pub(crate) fn is_on(&self, model: &str, wanted: Size, elapsed: f64, time: Timestamp) -> bool {
        applies(self.model.as_deref(), model)
            && applies(self.size.as_deref(), wanted.name())
            && elapsed >= self.from_s
            && elapsed < self.to_s.unwrap_or(f64::INFINITY)
            && (self.hours.is_empty() || self.in_hours(time))
    }

    fn in_hours(&self, time: Timestamp) -> bool {
        let zone = self.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
        let local = zone.to_datetime(time);
        let hour =
            f64::from(local.hour()) + f64::from(local.minute()) / 60.0 + f64::from(local.second()) / 3600.0;
        self.hours.iter().any(|[from, to]| {
            if from <= to { (*from..*to).contains(&hour) } else { hour >= *from || hour < *to }
        })
    }
}

impl Storm {
    pub(super) fn check(&self) -> Checked {
        share(self.probability, "probability")?;
        wish(self.from_s >= 0.0 && self.to_s > self.from_s, "to_s", "is not after from_s")?;
        let rests = self.every_s.is_none_or(|every| every >= self.to_s - self.from_s);
        wish(rests, "every_s", "is shorter than the storm")?;
        wish((400..=599).contains(&self.status), "status", "must be between 400 and 599")?;
        size(self.size.as_deref())?;
        range(self.after_s, "after_s")
    }

    /// Whether it is on for such a call. `elapsed` is in seconds.
    pub(crate) fn is_on(&self, project: &str, model: &str, wanted: Size, elapsed: f64) -> bool {
        let into = match self.every_s {
            Some(every) if elapsed >= self.from_s => (elapsed - self.from_s) % every,
            _ => elapsed - self.from_s,
        };
        applies(self.model.as_deref(), model)
            && applies(self.size.as_deref(), wanted.name())
            && applies(self.project.as_deref(), project)
            && (0.0..self.to_s - self.from_s).contains(&into)
    }
}

impl Flex {
    pub(super) fn check(&self) -> Checked {
        share(self.shed, "shed")?;
        wish((0.1..=1000.0).contains(&self.slow), "slow", "must be between 0.1 and 1000")
    }
}
