//! One limit per minute of one project: a bucket that refills evenly, or the sum over the last sixty seconds.

use std::collections::VecDeque;

use super::MINUTE_MS;
use crate::scenario::Window;

/// What many small refills may lack of a whole.
const ROUNDING: f64 = 1e-9;

/// The count of a minute.
#[derive(Debug)]
pub(super) struct Minute {
    /// What comes in a minute.
    value: f64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Bucket { room: f64, level: f64, at_ms: i64 },
    Sliding(VecDeque<(i64, f64)>),
}

impl Minute {
    /// A full one. `room` is what a bucket holds.
    pub(super) fn new(window: Window, value: f64, room: f64, now_ms: i64) -> Self {
        let kind = match window {
            Window::Bucket => Kind::Bucket { room, level: room, at_ms: now_ms },
            Window::Sliding => Kind::Sliding(VecDeque::new()),
        };
        Self { value, kind }
    }

    /// Brings it up to the present.
    pub(super) fn settle(&mut self, now_ms: i64) {
        match &mut self.kind {
            Kind::Bucket { room, level, at_ms } => {
                let passed = (now_ms - *at_ms).max(0) as f64;
                *level = (*level + passed * self.value / MINUTE_MS as f64).min(*room);
                *at_ms = now_ms.max(*at_ms);
            }
            Kind::Sliding(taken) => {
                while taken.front().is_some_and(|(at, _)| now_ms - *at >= MINUTE_MS) {
                    taken.pop_front();
                }
            }
        }
    }

    /// Seconds until `cost` can be taken; `None` = now.
    pub(super) fn short(&self, cost: f64, now_ms: i64) -> Option<f64> {
        if self.value == 0.0 {
            return Some(57.0);
        }
        match &self.kind {
            Kind::Bucket { room, level, .. } => {
                // A call larger than the whole bucket is let through when the bucket is full, or it would never be.
                let lack = cost.min(*room) - *level;
                (lack > ROUNDING).then(|| lack * 60.0 / self.value)
            }
            Kind::Sliding(taken) => {
                let sum: f64 = taken.iter().map(|(_, cost)| cost).sum();
                let mut lack = sum + cost.min(self.value) - self.value;
                if lack <= ROUNDING {
                    return None;
                }
                let freeing = taken.iter().find(|(_, cost)| {
                    lack -= cost;
                    lack <= ROUNDING
                });
                freeing.map(|(at, _)| (at + MINUTE_MS - now_ms) as f64 / 1000.0)
            }
        }
    }

    /// Takes it.
    pub(super) fn take(&mut self, cost: f64, now_ms: i64) {
        match &mut self.kind {
            Kind::Bucket { level, .. } => *level -= cost,
            Kind::Sliding(taken) => taken.push_back((now_ms, cost)),
        }
    }
}
