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
    pub(super) began: Timestamp,
    /// Of calls that started since: what is still on its way when it begins belongs to the time before.
    pub(super) granted: f64,
}

impl Epoch {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { began: now, granted: 0.0 }
    }

    pub(super) fn measured(self, now: Timestamp) -> Measured {
        Measured { ms: now.since(self.began).as_millis() as f64, granted: self.granted }
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
        Epoch { began: now.before(Duration::from_millis(self.ms as u64)), granted: self.granted }
    }
}
