//! The real clock and the real randomness, handed to the engine.

use diptych_engine::value::id::Randomness;
use diptych_engine::value::time::{Clock, Timestamp};
use jiff::tz::TimeZone;
use rand::Rng as _;

/// The system's clock and zone.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }

    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }
}

/// The system's randomness.
pub(crate) struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}
