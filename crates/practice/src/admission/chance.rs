//! Streams of chance, one for each thing that is drawn.
//!
//! The k-th draw of a kind depends on the seed and on k alone: how often a client is turned away does not change how
//! long its pictures take, and whoever knows the seed can tell beforehand which calls will pass.

use crate::random::{Random, mix};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Demand = 1,
    Delay = 2,
    Fault = 3,
    Latency = 4,
    Foreign = 1000,
}

fn stream(seed: u64, kind: u64, k: u64) -> Random {
    Random::new(mix(mix(seed ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(k)))
}

/// The k-th draw of demand, in `[0, 1)`: the call is turned away if it is below the probability in force.
pub(crate) fn demand(seed: u64, k: u64) -> f64 {
    f64::from(stream(seed, Kind::Demand as u64, k).unit())
}

/// The k-th draw of one of the other applications.
pub(crate) fn foreign(seed: u64, application: usize, k: u64) -> Random {
    stream(seed, Kind::Foreign as u64 + application as u64, k)
}

/// The draws that are made one after the other.
#[derive(Debug)]
pub(crate) struct Chances {
    seed: u64,
    delays: u64,
    faults: u64,
    latencies: u64,
}

impl Chances {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, delays: 0, faults: 0, latencies: 0 }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn delay(&mut self) -> Random {
        self.delays += 1;
        stream(self.seed, Kind::Delay as u64, self.delays)
    }

    pub(crate) fn fault(&mut self) -> Random {
        self.faults += 1;
        stream(self.seed, Kind::Fault as u64, self.faults)
    }

    pub(crate) fn latency(&mut self) -> Random {
        self.latencies += 1;
        stream(self.seed, Kind::Latency as u64, self.latencies)
    }
}
