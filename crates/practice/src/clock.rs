//! The server's clock: runs with the machine's, never backwards, and can be moved on by testers.

use std::time::Instant;

use jiff::Timestamp;

/// A clock in milliseconds of Unix time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    origin: Instant,
    origin_ms: i64,
}

impl Clock {
    /// The time of the machine.
    pub(crate) fn now() -> Self {
        Self { origin: Instant::now(), origin_ms: Timestamp::now().as_millisecond() }
    }

    pub(crate) fn ms(&self) -> i64 {
        self.origin_ms + i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX / 2)
    }

    /// Moves on. Minutes, hours and days pass; what is being waited for in real time is not shortened.
    pub(crate) fn skip(&mut self, ms: i64) {
        self.origin_ms += ms.max(0);
    }
}
