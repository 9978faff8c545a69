//! Counts of calls per model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::admission::{Draws, ForeignStats};

/// The counts, as `GET /practice/stats` answers them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Per model id. Calls of unknown models are not counted.
    pub models: BTreeMap<String, ModelStats>,
    /// How many calls came as far as the draw of demand, and how many passed it.
    #[serde(default)]
    pub draws: Draws,
    /// How other applications on the same quotas fared.
    #[serde(default)]
    pub foreign: Vec<ForeignStats>,
}

/// The counts of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelStats {
    /// Calls of `generateContent`, good and bad.
    pub calls: u64,
    /// Those answered 200.
    pub ok: u64,
    /// Calls per HTTP status; `0` = the connection was broken instead of an answer.
    pub by_status: BTreeMap<u16, u64>,
    /// Calls being worked on now.
    pub in_flight: u64,
    /// The most there ever were at once.
    pub max_in_flight: u64,
}

impl Stats {
    pub(crate) fn begin(&mut self, model: &str) {
        let stats = self.models.entry(model.to_owned()).or_default();
        stats.calls += 1;
        stats.in_flight += 1;
        stats.max_in_flight = stats.max_in_flight.max(stats.in_flight);
    }

    pub(crate) fn end(&mut self, model: &str, status: u16) {
        let stats = self.models.entry(model.to_owned()).or_default();
        stats.in_flight = stats.in_flight.saturating_sub(1);
        stats.ok += u64::from(status == 200);
        *stats.by_status.entry(status).or_default() += 1;
    }
}
