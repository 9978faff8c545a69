//! What a route's calls were like lately: how long pictures take, how long refusals take, and which sizes are refused.

use crate::value::size::Size;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Latencies kept per size.
const PICTURES: usize = 60;
/// Refusals kept.
const REFUSALS: usize = 20;
/// A refused call is taken to last no longer than this while none was measured.
const FIRST_REFUSAL: Duration = Duration::from_secs(8);
/// Fewer refusals than this say little about how long they may take.
const FEW_REFUSALS: usize = 8;
/// Bounds of the time after which a call counts as accepted.
const ACCEPTED_AFTER: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(20));
/// Fewer pictures than this do not make a typical time.
const TYPICAL: usize = 3;
/// Latest outcomes kept per size.
const OUTCOMES: usize = 40;
/// A hint wants so many calls of each size, …
const HINT_CALLS: usize = 3;
/// … so many refusals of the larger one, …
const HINT_REFUSED: usize = 2;
/// … rates so far apart, …
const HINT_APART: f64 = 0.3;
/// … and outcomes that two rates explain better than one, by e to this power.
const HINT_LIKELIER: f64 = 1.0;

/// The meter of a route.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    pictures: HashMap<Size, VecDeque<Duration>>,
    refusals: VecDeque<Duration>,
    outcomes: HashMap<Size, VecDeque<bool>>,
}

/// How a size fared lately.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fared {
    /// Size.
    pub size: Size,
    /// Calls.
    pub calls: usize,
    /// Of these, refused for overload.
    pub refused: usize,
}

impl Meter {
    /// A picture came.
    pub fn picture(&mut self, size: Size, after: Duration) {
        push(self.pictures.entry(size).or_default(), after, PICTURES);
    }

    /// The model had room, or had none.
    pub fn outcome(&mut self, size: Size, refused: bool) {
        push(self.outcomes.entry(size).or_default(), refused, OUTCOMES);
    }

    /// A call was refused.
    pub fn refusal(&mut self, after: Duration) {
        push(&mut self.refusals, after, REFUSALS);
    }

    /// A call that lives longer than this was accepted: refusals come sooner.
    #[must_use]
    pub fn accepted_after(&self) -> Duration {
        let late = quantile(&self.refusals, 0.95).unwrap_or(FIRST_REFUSAL);
        // A few quick refusals do not say that none is slow: one taken for accepted would hide the beginning of an outage.
        let late = if self.refusals.len() < FEW_REFUSALS { late.max(FIRST_REFUSAL) } else { late };
        late.mul_f64(1.5).clamp(ACCEPTED_AFTER.0, ACCEPTED_AFTER.1)
    }

    /// A quantile of how long pictures take, of the size that takes longest: places must do for it.
    #[must_use]
    pub fn longest(&self, at: f64) -> Option<Duration> {
        self.pictures.values().filter_map(|all| quantile(all, at)).max()
    }

    /// How long a picture of that size takes, once some were made.
    #[must_use]
    pub fn typical(&self, size: Size) -> Option<Duration> {
        let all = self.pictures.get(&size).filter(|all| all.len() >= TYPICAL)?;
        quantile(all, 0.5)
    }

    /// What the books say of the time before: it weighs little beside what is measured from now on.
    pub fn recall(&mut self, size: Size, median: Duration, long: Duration, calls: u32) {
        if calls as usize >= TYPICAL {
            let of = self.pictures.entry(size).or_default();
            of.extend([median, median, median, long]);
        }
    }

    /// How sizes fared lately, smallest first.
    #[must_use]
    pub fn sizes(&self) -> Vec<Fared> {
        let fared = |size: &Size| {
            let all = self.outcomes.get(size)?;
            let refused = all.iter().filter(|refused| **refused).count();
            Some(Fared { size: *size, calls: all.len(), refused })
        };
        Size::ALL.iter().filter_map(fared).collect()
    }

    /// A smaller size passes while a larger one does not: the two.
    #[must_use]
    pub fn hint(&self) -> Option<(Fared, Fared)> {
        let sizes = self.sizes();
        let rate = |fared: &Fared| fared.refused as f64 / fared.calls.max(1) as f64;
        let enough = |fared: &&Fared| fared.calls >= HINT_CALLS;
        for large in sizes.iter().rev().filter(enough).filter(|large| large.refused >= HINT_REFUSED) {
            let small = sizes.iter().filter(enough).filter(|small| small.size < large.size);
            let passes = small.rev().find(|small| {
                rate(large) - rate(small) >= HINT_APART && likelier(small, large) >= HINT_LIKELIER
            });
            if let Some(small) = passes {
                return Some((*small, *large));
            }
        }
        None
    }
}

/// How much better two rates explain the outcomes than one, as the logarithm of the ratio of their likelihoods.
fn likelier(a: &Fared, b: &Fared) -> f64 {
    let log = |refused: usize, calls: usize| {
        let (k, n) = (refused as f64, calls as f64);
        if refused == 0 || refused == calls { 0.0 } else { k * (k / n).ln() + (n - k) * (1.0 - k / n).ln() }
    };
    log(a.refused, a.calls) + log(b.refused, b.calls) - log(a.refused + b.refused, a.calls + b.calls)
}

fn push<T>(all: &mut VecDeque<T>, one: T, most: usize) {
    if all.len() == most {
        all.pop_front();
    }
    all.push_back(one);
}

fn quantile(all: &VecDeque<Duration>, at: f64) -> Option<Duration> {
    let mut sorted: Vec<Duration> = all.iter().copied().collect();
    sorted.sort_unstable();
    let index = (sorted.len().checked_sub(1)? as f64 * at).round() as usize;
    sorted.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_names_a_size_that_passes() {
        let mut meter = Meter::default();
        for call in 0..8 {
            meter.outcome(Size::Four, call % 2 == 0);
            assert_eq!(meter.hint(), None);
        }
        for _ in 0..3 {
            assert_eq!(meter.hint(), None, "it may be chance");
            meter.outcome(Size::Two, false);
        }
        meter.outcome(Size::Two, false);
        let (small, large) = meter.hint().expect("a hint");
        assert_eq!((small.size, large.size), (Size::Two, Size::Four));
    }

    #[test]
    fn a_call_counts_as_accepted_when_refusals_would_have_come() {
        let mut meter = Meter::default();
        assert_eq!(meter.accepted_after(), Duration::from_secs(12));
        (1..8).for_each(|_| meter.refusal(Duration::from_secs(1)));
        assert_eq!(meter.accepted_after(), Duration::from_secs(12), "a few quick ones say little");
        meter.refusal(Duration::from_secs(1));
        assert_eq!(meter.accepted_after(), Duration::from_secs(3));
        meter.refusal(Duration::from_secs(60));
        assert_eq!(meter.accepted_after(), Duration::from_secs(20));
    }
}
