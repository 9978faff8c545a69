//! The health gate of a model at an endpoint and tier: proportional back-off, shared by all projects.
//!
//! Overload is not about your key. The gate waits for a share of the time since the last call that was accepted: the
//! end of an outage is seen within that share of its own length, and the calls spent grow with its logarithm. How many
//! refusals in a row are weather and not an outage is measured: a server that refuses every second call must not be
//! shut out by it. The probe is always a queued job. Not here: quota, concurrency, and who is sent.

use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How patient a gate is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// Share of the time since the last accepted call.
    pub share: f64,
    /// Longest wait.
    pub longest: Duration,
    /// How unlikely a run must be under the usual acceptance before it is an outage: by chance once in e to this power.
    pub unlikely: f64,
}

impl Patience {
    /// A person waits, or calls are plentiful: a 45-minute outage costs under 60 calls, and its end is seen within a
    /// minute or so.
    pub const PERSON: Self = Self { share: 1.0 / 5.0, longest: Duration::from_secs(60), unlikely: 6.0 };
    /// The day's calls are scarce and only a batch waits: an outage of 45 minutes costs about a dozen calls.
    pub const SCARCE: Self = Self { share: 0.6, longest: Duration::from_secs(900), unlikely: 3.5 };
}

/// The shortest back-off.
const SHORTEST: Duration = Duration::from_secs(2);
/// Refusals in a row that are no outage yet, on a server that has refused nothing so far.
const FIRST_RUN: f64 = 2.0;
/// A past run counts as no longer than this, or than what was tolerated: one outage must not make the next look usual …
const LONGEST_USUAL: f64 = 12.0;
/// … and as no longer than this in any case: a server that accepts one call in twenty is not one to be pressed harder.
const LONGEST: f64 = 16.0;
/// In a run that is weather still, each refusal makes the next call wait so much longer, …
const LONGER: Duration = Duration::from_millis(250);
/// … from the so-many-th on, up to this: where nothing else sets the pace, refusals that come at once would.
const PRESSED: usize = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(6);
/// Weight of the newest run in what is usual lately, …
const NEWEST: f64 = 1.0 / 8.0;
/// … and the least one in what is usual in the long run. On a server that is new to us every run counts alike: one that
/// refuses six of seven calls is known after a few of them.
const LEAST: f64 = 1.0 / 32.0;
/// Refusals are remembered one by one up to here.
const MEMORY: usize = 256;
/// An outage, for people and alerts: this many refusals in a row at least, …
const OUT_RUN: usize = 3;
/// … a run that comes by chance once in e to this power on the server as it usually is, …
const OUT_UNLIKELY: f64 = 11.0;
/// … where one that is new to us is taken to refuse so many calls for each it accepts, …
const NEW: f64 = 0.5;
/// … and so long since the first of them had started.
const OUT_AFTER: Duration = Duration::from_secs(25);

/// A gate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// When the newest accepted call had started.
    accepted: Option<Timestamp>,
    /// When the refused calls since then had started, in order of landing.
    run: Vec<Timestamp>,
    /// Usual length of a run, lately and in the long run.
    lately: f64,
    long_run: f64,
    /// Runs that it was learned from.
    runs: u32,
    /// When the run became unusual.
    unusual_since: Option<Timestamp>,
    not_before: Option<Timestamp>,
    /// Overloaded since.
    since: Option<Timestamp>,
    /// Calls on the wire that nothing is known of yet.
    #[serde(skip)]
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
        self.learn((before - self.run.len()) as f64);
        if (self.run.len() as f64) < self.tolerated(Patience::SCARCE) {
            self.unusual_since = None;
            self.not_before = None;
        }
        if self.run.is_empty() {
            self.since = None;
        }
    }

    /// A run has ended.
    fn learn(&mut self, ended: f64) {
        let ended = ended.min(self.tolerated(Patience::PERSON).max(LONGEST_USUAL)).min(LONGEST);
        self.runs = self.runs.saturating_add(1);
        self.lately += (ended - self.lately) * NEWEST;
        self.long_run += (ended - self.long_run) * LEAST.max(1.0 / (f64::from(self.runs) + 1.0));
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
        if (self.run.len() as f64) < self.tolerated(patience) {
            if let Some(long) = self.run.len().checked_sub(PRESSED) {
                let pause = LONGER.saturating_mul(u32::try_from(long).unwrap_or(u32::MAX)).min(LONGEST_PAUSE);
                self.not_before = self.not_before.max(Some(now.after(pause)));
            }
            return;
        }
        // The outage is as old as its first sign; where runs are usual, as the moment it became an unusual one.
        let first = self.run.first().copied().unwrap_or(now);
        let sign = if self.usual() < 0.5 { self.accepted.map_or(first, |at| at.max(first)) } else { now };
        let began = *self.unusual_since.get_or_insert(sign);
        let wait = now.since(began).mul_f64(patience.share).clamp(SHORTEST, patience.longest);
        self.not_before = self.not_before.max(Some(now.after(wait.mul_f64(0.85 + unit * 0.3))));
    }

    /// Refusals in a row that are weather still.
    fn tolerated(&self, patience: Patience) -> f64 {
        unlikely(self.usual(), patience.unlikely).max(FIRST_RUN)
    }

    /// Refusals in a row.
    #[must_use]
    pub fn run(&self) -> usize {
        self.run.len()
    }

    /// Usual refusals in a row: 0 on a healthy server, 1 where every second call is refused.
    #[must_use]
    pub fn usual(&self) -> f64 {
        self.lately.max(self.long_run)
    }

    /// The same of the latest calls.
    #[must_use]
    pub fn lately(&self) -> f64 {
        self.lately
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

    /// Out, in the words of an alert, since then: every call since was refused, and that is no chance even on a server that
    /// refuses many.
    #[must_use]
    pub fn out(&self, now: Timestamp) -> Option<Timestamp> {
        self.fails().filter(|since| since.after(OUT_AFTER) <= now)
    }

    /// When it will be out, if nothing is accepted before.
    #[must_use]
    pub fn out_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.fails().map(|since| since.after(OUT_AFTER)).filter(|at| *at > now)
    }

    fn fails(&self) -> Option<Timestamp> {
        // Of a server that is new to us it is not known that it is well.
        let usual = self.usual().max(NEW / (1.0 + f64::from(self.runs)));
        let long = self.run.len() as f64 >= unlikely(usual, OUT_UNLIKELY).max(OUT_RUN as f64);
        self.run.iter().min().copied().filter(|_| long)
    }
}

/// The length of a run that comes by chance once in e to the power of `nats`: where `usual` calls are refused for each
/// accepted one, a call is refused with probability `usual / (1 + usual)`.
fn unlikely(usual: f64, nats: f64) -> f64 {
    if usual <= 0.0 { 0.0 } else { nats / (1.0 / usual).ln_1p() }
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

    /// A server that refuses so many calls for each it accepts, one call each two seconds.
    fn half_broken(refused: usize) -> (Gate, f64) {
        let (mut gate, mut now) = (Gate::default(), 0.0);
        for _ in 0..40 {
            for _ in 0..refused {
                refuse(&mut gate, now, now + 1.0);
                now += 2.0;
            }
            gate.accept(at(now));
            now += 2.0;
        }
        (gate, now)
    }

    #[test]
    fn a_half_broken_server_is_not_shut_out() {
        // Six of seven are refused: forty in a row come by chance once in five hundred runs.
        for (refused, usual) in [(1, 8), (4, 26), (6, 38)] {
            let (mut gate, mut now) = half_broken(refused);
            for _ in 0..usual {
                refuse(&mut gate, now, now + 1.0);
                now += 2.0;
            }
            let soon = match gate.opens(at(now)) {
                Opening::Now => true,
                Opening::At(until) => until <= at(now).after(LONGEST_PAUSE),
                Opening::AfterProbe => false,
            };
            assert!(soon && !gate.holds(), "{usual} in a row are usual where {refused} are");
            for _ in 0..2 {
                refuse(&mut gate, now, now + 1.0);
            }
            assert!(gate.holds(), "more are an outage where {refused} are usual");
        }
    }

    #[test]
    fn a_server_that_is_new_is_known_after_a_few_runs() {
        let mut gate = Gate::default();
        for run in 0..3 {
            let start = f64::from(run) * 100.0;
            (0..6).for_each(|call| refuse(&mut gate, start + f64::from(call), start + f64::from(call) + 1.0));
            gate.accept(at(start + 10.0));
        }
        (0..20).for_each(|call| refuse(&mut gate, 310.0 + f64::from(call), 311.0 + f64::from(call)));
        assert!(!gate.holds());
        // Not so where it was well for long.
        let mut gate = Gate::default();
        (0..200).for_each(|call| gate.accept(at(f64::from(call))));
        (0..2).for_each(|call| refuse(&mut gate, 300.0 + f64::from(call), 301.0));
        assert!(gate.holds());
    }

    #[test]
    fn refusals_before_an_accepted_call_are_over_even_while_later_ones_stand() {
        let mut gate = Gate::default();
        (0..3).for_each(|call| refuse(&mut gate, 10.0 + f64::from(call), 20.0));
        gate.accept(at(11.5));
        assert_eq!((gate.run(), gate.holds()), (1, false));
    }

    #[test]
    fn out_is_said_without_a_landing_and_not_of_a_server_that_delivers() {
        let mut gate = Gate::default();
        (0..100).for_each(|call| gate.accept(at(f64::from(call) / 100.0)));
        for call in [6.0, 9.0, 12.0] {
            assert_eq!(gate.out_at(at(100.0)), None);
            refuse(&mut gate, call, call + 2.0);
        }
        assert_eq!((gate.out_at(at(14.0)), gate.out(at(30.9))), (Some(at(31.0)), None));
        assert_eq!((gate.out_at(at(31.0)), gate.out(at(31.0))), (None, Some(at(6.0))));
        gate.accept(at(40.0));
        assert_eq!(gate.out(at(100.0)), None);
        let mut new = Gate::default();
        (0..9).for_each(|call| refuse(&mut new, f64::from(call), 30.0));
        assert_eq!(new.out(at(60.0)), None, "it may be one that refuses many");
        refuse(&mut new, 10.0, 31.0);
        refuse(&mut new, 11.0, 32.0);
        assert!(new.out(at(60.0)).is_some());
        let (mut gate, now) = half_broken(2);
        (0..20).for_each(|call| refuse(&mut gate, now + f64::from(call), now + 30.0));
        assert_eq!(
            gate.out(at(now + 60.0)),
            None,
            "twenty in a row come once in an hour where two are usual"
        );
        (0..20).for_each(|call| refuse(&mut gate, now + f64::from(call), now + 60.0));
        assert!(gate.out(at(now + 60.0)).is_some());
    }
}
