//! The health gate of a model at an endpoint, shared by all projects: overload is not about your key.
//!
//! A gate that met overload lets one unproven call through at a time, after a back-off. The probe is always a queued
//! job, never a paid ping. Not here: quota (see [`crate::policy::quota`]).

use crate::policy::backoff;
use crate::value::time::Timestamp;
use std::time::Duration;

/// A gate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gate {
    failures: u32,
    since: Option<Timestamp>,
    not_before: Option<Timestamp>,
    unproven: u32,
}

impl Gate {
    /// When the next call may start: now, later, or not before the running probe has come back.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Opening {
        match self.not_before {
            Some(at) if at > now => Opening::At(at),
            _ if self.failures > 0 && self.unproven > 0 => Opening::AfterProbe,
            _ => Opening::Now,
        }
    }

    /// A call started.
    pub fn started(&mut self) {
        self.unproven += 1;
    }

    /// A call came back with proof of capacity, or said nothing about it.
    pub fn ended(&mut self, accepted: bool) {
        self.unproven = self.unproven.saturating_sub(1);
        if accepted {
            self.failures = 0;
            self.since = None;
            self.not_before = None;
        }
    }

    /// A call was refused for want of capacity.
    pub fn refused(&mut self, hint: Option<Duration>, now: Timestamp, unit: f64) {
        self.unproven = self.unproven.saturating_sub(1);
        self.failures += 1;
        self.since.get_or_insert(now);
        self.not_before = Some(now.after(backoff::overload(self.failures, hint, unit)));
    }

    /// Refusals in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Overloaded since.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }
}

/// When something opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It is open.
    Now,
    /// Then.
    At(Timestamp),
    /// When the probe on the wire has come back.
    AfterProbe,
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_000_000);

    #[test]
    fn one_probe_at_a_time_until_one_is_accepted() {
        let mut gate = Gate::default();
        gate.started();
        gate.started();
        assert_eq!(gate.opens(T), Opening::Now, "a healthy gate lets all through");
        gate.refused(None, T, 0.5);
        assert_eq!(gate.opens(T), Opening::At(T.after(Duration::from_secs(1))));
        let later = T.after(Duration::from_secs(2));
        assert_eq!(gate.opens(later), Opening::AfterProbe, "the other call has not come back yet");
        gate.ended(true);
        assert_eq!(gate.opens(later), Opening::Now);
        assert_eq!(gate.failures(), 0);
    }

    #[test]
    fn a_neutral_end_proves_nothing() {
        let mut gate = Gate::default();
        gate.started();
        gate.refused(None, T, 0.0);
        gate.started();
        gate.ended(false);
        assert_eq!(gate.failures(), 1);
        assert_eq!(gate.since(), Some(T));
    }
}
