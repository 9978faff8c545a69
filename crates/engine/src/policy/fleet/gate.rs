//! The health gate of a model at an endpoint and tier: proportional back-off, shared by all projects.
//!
//! Overload is not about your key. The gate waits for a share of the time since the last call that was accepted: the
//! end of an outage is seen within that share of its own length, and the calls spent grow with its logarithm. How many
//! refusals in a row are weather and not an outage is measured: a server that refuses every second call must not be
//! shut out by it. The probe is always a queued job. Not here: quota, concurrency, and who is sent.

use crate::value::time::Timestamp;
use std::time::Duration;

/// How patient a gate is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// Share of the time since the last accepted call.
    pub share: f64,
    /// Longest wait.
    pub longest: Duration,
}

impl Patience {
    /// A person waits, or calls are plentiful: a 45-minute outage costs under 60 calls, and its end is seen within a
    /// minute or so.
    pub const PERSON: Self = Self { share: 1.0 / 6.5, longest: Duration::from_secs(67) };
    /// The day's calls are scarce and only a batch waits: an outage of 45 minutes costs about a dozen calls.
    pub const SCARCE: Self = Self { share: 0.6, longest: Duration::from_secs(900) };
}

/// The shortest back-off.
const SHORTEST: Duration = Duration::from_secs(2);
/// Refusals in a row that are no outage yet, on a server that has refused nothing so far.
const FIRST_RUN: f64 = 2.0;
/// A run this many times the usual one is an outage: by chance it comes once in e³·⁵ ≈ 33 runs.
const UNUSUAL: f64 = 3.5;
/// A past run counts as no longer than this, so that one outage does not make the next one look usual.
const LONGEST_USUAL: usize = 12;
/// Weight of the newest run in the usual one.
const NEWEST: f64 = 1.0 / 8.0;
/// Refusals are remembered one by one up to here.
const MEMORY: usize = 256;
/// An outage, for people and alerts: this many refusals in a row …
const OUT_RUN: usize = 3;
/// … and nothing accepted for so long.
const OUT_AFTER: Duration = Duration::from_secs(30);

/// A gate.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// When the newest accepted call had started.
    accepted: Option<Timestamp>,
    /// When the refused calls since then had started, in order of landing.
    run: Vec<Timestamp>,
    /// Usual length of a run.
    usual: f64,
    /// When the run became unusual.
    unusual_since: Option<Timestamp>,
    not_before: Option<Timestamp>,
    /// Overloaded since.
    since: Option<Timestamp>,
    /// Calls on the wire that nothing is known of yet.
    unproven: u32,
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

impl Gate {
    /// When the next call may start.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Opening {
        match self.not_before {
            Some(at) if at > now => Opening::At(at),
            _ if self.unusual_since.is_some() && self.unproven > 0 => Opening::AfterProbe,
            _ => Opening::Now,
        }
    }

    /// A call started.
    pub fn started(&mut self) {
        self.unproven += 1;
    }

    /// A call that counted as unproven does so no more.
    pub fn settled(&mut self) {
        self.unproven = self.unproven.saturating_sub(1);
    }

    /// A call that had started then was accepted: a picture came, or it lived longer than a refusal does.
    pub fn accept(&mut self, started: Timestamp) {
        if self.accepted.is_some_and(|at| at >= started) {
            return;
        }
        self.accepted = Some(started);
        let before = self.run.len();
        // What was refused after this call had started still stands: it tells of a later time.
        self.run.retain(|at| *at > started);
        if self.run.is_empty() {
            let ended = before.min(LONGEST_USUAL) as f64;
            self.usual += (ended - self.usual) * NEWEST;
            self.unusual_since = None;
            self.not_before = None;
            self.since = None;
        }
    }

    /// A call that had started then was refused for want of capacity. `unit` is random in `[0, 1)`.
    pub fn refuse(
        &mut self,
        started: Timestamp,
        hint: Option<Duration>,
        patience: Patience,
        now: Timestamp,
        unit: f64,
    ) {
        if let Some(hint) = hint {
            let at = now.after(hint + hint.mul_f64(0.1).min(Duration::from_secs(2)).mul_f64(unit));
            self.not_before = self.not_before.max(Some(at));
        }
        if self.accepted.is_some_and(|at| at >= started) {
            return;
        }
        if self.run.len() < MEMORY {
            self.run.push(started);
        }
        self.since.get_or_insert(now);
        if (self.run.len() as f64) < self.tolerated() {
            return;
        }
        // The outage is as old as its first sign; where runs are usual, as the moment it became an unusual one.
        let first = self.run.first().copied().unwrap_or(now);
        let sign = if self.usual < 0.5 { self.accepted.map_or(first, |at| at.max(first)) } else { now };
        let began = *self.unusual_since.get_or_insert(sign);
        let wait = now.since(began).mul_f64(patience.share).clamp(SHORTEST, patience.longest);
        self.not_before = self.not_before.max(Some(now.after(wait.mul_f64(0.85 + unit * 0.3))));
    }

    fn tolerated(&self) -> f64 {
        (self.usual * UNUSUAL).max(FIRST_RUN)
    }

    /// Refusals in a row.
    #[must_use]
    pub fn run(&self) -> usize {
        self.run.len()
    }

    /// Usual refusals in a row: 0 on a healthy server, 1 where every second call is refused.
    #[must_use]
    pub fn usual(&self) -> f64 {
        self.usual
    }

    /// It holds calls back.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.unusual_since.is_some()
    }

    /// Overloaded since.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Out, in the words of an alert.
    #[must_use]
    pub fn out(&self, now: Timestamp) -> bool {
        self.run.len() >= OUT_RUN && self.since.is_some_and(|since| now.since(since) > OUT_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp(1_000_000 + (seconds * 1000.0) as i64)
    }

    fn refuse(gate: &mut Gate, started: f64, now: f64) {
        gate.started();
        gate.settled();
        gate.refuse(at(started), None, Patience::PERSON, at(now), 0.5);
    }

    #[test]
    fn one_refusal_is_no_outage_two_are() {
        let mut gate = Gate::default();
        gate.accept(at(0.0));
        refuse(&mut gate, 10.0, 12.0);
        assert_eq!(gate.opens(at(12.0)), Opening::Now);
        refuse(&mut gate, 12.0, 15.0);
        assert_eq!(gate.opens(at(15.0)), Opening::At(at(17.0)));
        gate.started();
        assert_eq!(gate.opens(at(17.0)), Opening::AfterProbe);
        gate.settled();
        gate.accept(at(17.0));
        assert_eq!(gate.opens(at(18.0)), Opening::Now);
    }

    #[test]
    fn a_call_from_before_the_outage_proves_nothing() {
        let mut gate = Gate::default();
        refuse(&mut gate, 10.0, 12.0);
        refuse(&mut gate, 12.0, 15.0);
        gate.accept(at(9.0));
        assert!(gate.holds());
        refuse(&mut gate, 8.0, 16.0);
        assert_eq!(gate.run(), 2, "nor does a refusal from before an acceptance");
    }

    #[test]
    fn the_calls_of_an_outage_grow_with_its_logarithm() {
        for (patience, most) in [(Patience::PERSON, 60), (Patience::SCARCE, 15)] {
            let mut gate = Gate::default();
            gate.accept(at(0.0));
            let (mut now, mut calls) = (6.0, 0);
            while now < 2700.0 {
                calls += 1;
                gate.refuse(at(now), None, patience, at(now + 3.0), 0.5);
                now = match gate.opens(at(now + 3.0)) {
                    Opening::At(at) => (at.millis() - 1_000_000) as f64 / 1000.0,
                    _ => now + 3.0,
                };
            }
            assert!(calls <= most, "{calls}");
        }
    }

    #[test]
    fn a_half_broken_server_is_not_shut_out() {
        let mut gate = Gate::default();
        let mut now = 0.0;
        for _ in 0..20 {
            for _ in 0..4 {
                refuse(&mut gate, now, now + 1.0);
                now += 2.0;
            }
            gate.accept(at(now));
            now += 2.0;
        }
        for _ in 0..8 {
            refuse(&mut gate, now, now + 1.0);
            now += 2.0;
        }
        assert_eq!(gate.opens(at(now)), Opening::Now, "eight in a row are usual here");
    }
}
