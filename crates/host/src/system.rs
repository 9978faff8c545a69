//! The real clock and the real randomness, handed to the engine; and what a process asks of the system first of all.

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

/// Files are for their owner only, and a crash leaves no memory image with keys on the disk.
pub fn harden() {
    use rustix::process::{Resource, Rlimit, setrlimit, umask};
    umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    // Without the right to lower a limit there is nothing more to be done about it.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
