//! How fast calls were granted while the bucket was empty: by this a limit that nobody tells is measured. Not here: what
//! follows from it (`minute`).

use super::MINUTE_MS;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A shorter stretch says little about the rate, …
pub(super) const EPOCH_MS: f64 = 20_000.0;
/// … and so do fewer calls.
const FEW: f64 = 3.0;

/// A stretch of time that began with the bucket empty, and in which we pressed all the time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Epoch {
    began: Timestamp,
    /// Of calls that started since `counts_from`: what is still on its way then belongs to the time before.
    pub(super) granted: f64,
    #[serde(default)]
    counts_from: Timestamp,
    /// The last call.
    #[serde(default)]
    last: Timestamp,
}

impl Epoch {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { began: now, granted: 0.0, counts_from: now, last: now }
    }

    pub(super) fn take(&mut self, cost: f64, now: Timestamp) {
        self.granted += cost;
        self.last = now;
    }

    pub(super) fn give(&mut self, cost: f64, started: Timestamp) {
        if started >= self.counts_from {
            self.granted -= cost;
        }
    }

    pub(super) fn measured(self, now: Timestamp) -> Measured {
        Measured { ms: now.since(self.began).as_millis() as f64, granted: self.granted }
    }

    /// Until its last call: nobody has pressed since.
    pub(super) fn ended(self) -> Measured {
        self.measured(self.last)
    }

    /// The same rate, believed half as much.
    pub(super) fn doubted(self, now: Timestamp) -> Self {
        let half = self.measured(now).at_most(self.granted / 2.0);
        Self { counts_from: self.counts_from, ..half.resumed(now) }
    }
}

/// So many calls were granted in so long while the bucket was empty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) ms: f64,
    pub(super) granted: f64,
}

impl Measured {
    pub(super) fn is_telling(self) -> bool {
        self.ms >= EPOCH_MS && self.granted >= FEW
    }

    /// Of one more call a minute than there were, nothing was seen.
    pub(super) fn bound(self) -> f64 {
        (self.granted + 1.0) * MINUTE_MS / self.ms
    }

    pub(super) fn rate(self) -> f64 {
        self.granted * MINUTE_MS / self.ms
    }

    /// The same rate, counting for no more than so many calls.
    pub(super) fn at_most(self, calls: f64) -> Self {
        let part = (calls / self.granted.max(1.0)).min(1.0);
        Self { ms: self.ms * part, granted: self.granted * part }
    }

    /// It goes on now.
    pub(super) fn resumed(self, now: Timestamp) -> Epoch {
        let began = now.before(Duration::from_millis(self.ms as u64));
        Epoch { began, granted: self.granted, counts_from: now, last: now }
    }
}
