//! How many calls a route may have on the wire at once.
//!
//! It starts small, grows by one when a call at the limit is accepted, and stops where more would only wait (Little's
//! law). A quick refusal at a level that was never accepted lately is a hidden cap. There is no latency gradient: slow
//! first bytes are normal for image models. Not here: the user's hard cap, which the fleet lays over it.

use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Calls at once on a route of which nothing is known.
const FIRST: u32 = 4;
/// A level that was accepted this lately is none that a hidden cap forbids.
const LATELY: Duration = Duration::from_secs(300);
/// A refusal at a new level may be chance: it is tried again after this.
const SUSPECT: Duration = Duration::from_secs(10);
/// How long a cap is believed that was met twice …
const HOLD: Duration = Duration::from_secs(60);
/// … and doubled for each time it was found again, up to this many doublings (16 minutes).
const DOUBLINGS: u32 = 4;
/// How long a suspicion that was wrong is not raised again.
const CLEARED: Duration = Duration::from_secs(600);

/// The places of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slots {
    limit: u32,
    /// The highest level that was accepted, and when. Lower ones are accepted with it.
    proven: (u32, Timestamp),
    held: Option<Timestamp>,
    hits: u32,
    /// The limit before the cap was found.
    before: u32,
    /// What looked like a cap was overload: not suspected again before then.
    cleared: Option<Timestamp>,
}

impl Default for Slots {
    fn default() -> Self {
        Self { limit: FIRST, proven: (0, Timestamp(0)), held: None, hits: 0, before: FIRST, cleared: None }
    }
}

impl Slots {
    /// Places now.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// A hidden cap was found, and is believed until then.
    #[must_use]
    pub fn held(&self) -> Option<Timestamp> {
        self.held
    }

    /// A call that was the `level`-th on the wire was accepted. `ceiling`: more would only wait.
    pub fn accept(&mut self, level: u32, ceiling: u32, now: Timestamp) {
        if level >= self.proven.0 || now.since(self.proven.1) > LATELY {
            self.proven = (level, now);
        }
        let held = self.held.is_some_and(|until| until > now);
        if level >= self.limit && self.limit < ceiling && !held {
            if self.held.take().is_some() {
                self.hits = self.hits.saturating_sub(1);
            }
            self.limit += 1;
        }
    }

    /// A call that was the `level`-th was refused. Says whether that was a hidden cap. `calm`: refusals are rare here.
    pub fn refuse(&mut self, level: u32, calm: bool, now: Timestamp) -> bool {
        let known = level <= self.proven.0 && now.since(self.proven.1) <= LATELY;
        if known && self.held.is_some_and(|until| until > now) {
            // Refused below the cap, too: it was overload all the time.
            self.limit = self.limit.max(self.before);
            self.held = None;
            self.hits = 0;
            self.cleared = Some(now.after(CLEARED));
        }
        let cleared = self.cleared.is_some_and(|until| until > now);
        if known || cleared || !calm || level < 2 || self.proven.0 == 0 {
            return false;
        }
        self.before = self.limit;
        self.limit = self.limit.min(level - 1).max(1);
        let hold = self.hits.checked_sub(1).map_or(SUSPECT, |again| HOLD * (1 << again.min(DOUBLINGS)));
        self.held = Some(now.after(hold));
        self.hits += 1;
        true
    }

    /// After the hold the next level is tried once: the limit grows by itself when a call at it is accepted.
    pub fn tick(&mut self, now: Timestamp) {
        if self.held.is_some_and(|until| until <= now) && self.proven.0 >= self.limit {
            self.limit += 1;
            self.held = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(10_000_000 + seconds * 1000)
    }

    #[test]
    fn it_grows_to_what_is_useful() {
        let mut slots = Slots::default();
        for second in 0..20 {
            slots.accept(slots.limit(), 8, at(second));
        }
        assert_eq!(slots.limit(), 8);
        slots.accept(3, 8, at(30));
        assert_eq!(slots.limit(), 8);
    }

    #[test]
    fn a_hidden_cap_is_found_and_tried_again_ever_more_rarely() {
        let mut slots = Slots::default();
        slots.accept(4, 8, at(0));
        assert_eq!(slots.limit(), 5);
        assert!(slots.refuse(5, true, at(1)));
        assert_eq!(slots.limit(), 4);
        slots.accept(4, 8, at(5));
        slots.tick(at(10));
        assert_eq!(slots.limit(), 4, "held");
        slots.tick(at(11));
        assert_eq!(slots.limit(), 5);
        assert!(slots.refuse(5, true, at(32)));
        assert_eq!(slots.held(), Some(at(32 + 60)), "met twice");
    }

    #[test]
    fn what_is_refused_at_every_level_is_no_cap() {
        let mut slots = Slots::default();
        slots.accept(4, 8, at(0));
        assert!(!slots.refuse(5, false, at(1)), "refusals are usual here");
        assert!(slots.refuse(5, true, at(2)));
        assert!(!slots.refuse(3, true, at(3)), "below the level that was accepted");
        assert_eq!((slots.limit(), slots.held()), (5, None));
    }
}
