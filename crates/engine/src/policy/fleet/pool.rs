//! The quota of a project for a model, in all its dimensions, shared by all accounts of the project.
//!
//! Reserved in every dimension or in none; given back where a call did not count. Two things about the provider are
//! found out here: whether a call refused for overload has cost quota all the same, and whether what looks like overload
//! is an empty bucket. Not here: the arithmetic of one limit (`minute`, `day`).

use super::day::Day;
use super::minute::{Cause, Minute, Source};
use super::recheck::{Recheck, SOON};
use crate::policy::backoff;
use crate::policy::verdict::{Dimension, Taught};
use crate::value::account::Limits;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What was found out about calls refused for overload is asked again after this, …
const BELIEVED: Duration = Duration::from_secs(180);
/// … and, where it was found again, after twice as long, up to this.
const BELIEVED_LONGEST: Duration = Duration::from_secs(3600);
/// So many overloads in a row, each soon after the last, taken for an empty bucket, were none.
const STRIKES: u32 = 8;
/// Granted calls between two refusals that make an empty bucket likely: overload does not wait for its turn.
const APART: u32 = 8;
/// A bucket that hid behind 503 for so many refusals will do so again.
const CONVINCED: u32 = 2;

/// What one call takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// When it started.
    pub started: Timestamp,
    /// Input tokens.
    pub tokens: u32,
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    images: Option<Minute>,
    requests: Option<Minute>,
    tokens: Option<Minute>,
    /// The limit that nobody told, while neither images nor requests are known.
    search: Minute,
    /// Calls of the day.
    pub day: Day,
    /// Shut until then, and why.
    pub shut: Option<(Timestamp, Sentence)>,
    /// Out of use until the user mends something, and why.
    pub disabled: Option<Sentence>,
    /// Shut for long, and looked at again.
    #[serde(default)]
    pub recheck: Option<Recheck>,
    /// A call refused for overload has cost quota: found out then.
    eats: Option<Timestamp>,
    /// How long that is believed.
    believed: Duration,
    /// Such calls since the last refusal for quota.
    ghosts: u32,
    /// An empty bucket answers as overload does.
    hidden: Hidden,
    /// The user's, as they were last set: told limits are older than a new one of theirs.
    #[serde(default)]
    limits: Limits,
}

/// What is known about buckets that hide.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Hidden {
    /// Refusals that came as an empty bucket's would.
    hits: u32,
    /// Refusals that did not.
    strikes: u32,
    /// Granted since the last one.
    granted: u32,
    /// The rate before it was suspected.
    before: Option<Minute>,
    /// It was none: not suspected again before then.
    cleared: Option<Timestamp>,
}

/// A limit that is known now. What was searched for has a name and a number then; its history stays.
fn found(search: &Minute, limit: f64, source: Source, tokens: bool, now: Timestamp) -> Minute {
    let mut minute = if tokens { Minute::new(Some(limit), true, now) } else { search.clone() };
    minute.learn(limit, source);
    minute
}

/// When a pool opens, and which limit binds.
#[derive(Debug, Clone, PartialEq)]
pub struct Shut {
    /// Then.
    pub until: Timestamp,
    /// Why.
    pub why: Sentence,
}

impl Pool {
    /// A pool of which nothing is known.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            images: None,
            requests: None,
            tokens: None,
            search: Minute::new(None, false, now),
            day: Day::new(now),
            shut: None,
            disabled: None,
            recheck: None,
            eats: None,
            believed: BELIEVED,
            ghosts: 0,
            hidden: Hidden::default(),
            limits: Limits::default(),
        }
    }

    /// The user's limits, as they are now.
    pub fn set(&mut self, limits: &Limits, now: Timestamp) {
        if self.limits == *limits {
            return;
        }
        let old = std::mem::replace(&mut self.limits, limits.clone());
        let search = self.search.clone();
        let apply = |slot: &mut Option<Minute>, limit: Option<u32>, was: Option<u32>, tokens: bool| {
            match (slot.as_mut(), limit) {
                // A number that the provider told wins over an older one of the user's; a new one of the user's wins.
                (Some(minute), Some(limit)) if minute.source() != Source::Told || was != Some(limit) => {
                    minute.learn(f64::from(limit.max(1)), Source::Set);
                }
                (None, Some(limit)) => {
                    *slot = Some(found(&search, f64::from(limit.max(1)), Source::Set, tokens, now));
                }
                (Some(minute), None) if minute.source() == Source::Set => *slot = None,
                _ => {}
            }
        };
        apply(&mut self.images, limits.ipm, old.ipm, false);
        apply(&mut self.requests, limits.rpm, old.rpm, false);
        apply(&mut self.tokens, limits.tpm, old.tpm, true);
        if limits.rpd.is_some() || old.rpd.is_some() {
            self.day.limit = limits.rpd;
        }
    }

    /// All minute limits in force, with what a call takes of each.
    fn minutes(&mut self, tokens: u32) -> impl Iterator<Item = (Dimension, &mut Minute, f64)> {
        let unknown = self.images.is_none() && self.requests.is_none();
        let search = unknown.then_some(&mut self.search);
        let tokens = f64::from(tokens);
        let known = [
            (Dimension::Images, self.images.as_mut(), 1.0),
            (Dimension::Requests, self.requests.as_mut(), 1.0),
            (Dimension::Tokens, self.tokens.as_mut(), tokens),
        ];
        known
            .into_iter()
            .filter_map(|(dimension, minute, cost)| minute.map(|minute| (dimension, minute, cost)))
            .chain(search.map(|minute| (Dimension::Requests, minute, 1.0)))
    }

    /// When such a call fits; `None` for now. `reserve` calls are left for a person.
    pub fn opens(&mut self, tokens: u32, reserve: f64, now: Timestamp) -> Option<Shut> {
        if let Some((until, why)) = &self.shut {
            if *until > now {
                return Some(Shut { until: *until, why: why.clone() });
            }
            self.shut = None;
        }
        self.day.roll(now);
        if self.day.left() == Some(0) && self.recheck.is_none() {
            let until = self.day.ends;
            let why = Sentence::new("E-RATE-DAY").with("limit", self.day.limit).with("at", until.millis());
            return Some(Shut { until, why });
        }
        let mut longest: Option<(Duration, Dimension, f64, Source)> = None;
        for (dimension, minute, cost) in self.minutes(tokens) {
            let wait = minute.wait(cost, reserve * cost, now);
            if let Some(wait) = wait
                && longest.as_ref().is_none_or(|(longest, ..)| wait > *longest)
            {
                longest = Some((wait, dimension, minute.rate(), minute.source()));
            }
        }
        let (wait, dimension, rate, source) = longest?;
        let learned = matches!(source, Source::Unknown | Source::Learned);
        let why = Sentence::new("E-RATE-MINUTE")
            .with("limit", rate.round() as u64)
            .with("of", if learned { "learned" } else { dimension.as_str() })
            .with("wait", wait.as_millis() as u64);
        Some(Shut { until: now.after(wait), why })
    }

    /// Books a call.
    pub fn take(&mut self, tokens: u32, now: Timestamp) {
        for (_, minute, cost) in self.minutes(tokens) {
            minute.take(cost, now);
        }
        self.day.roll(now);
        self.day.used += 1;
    }

    /// Gives a call back that did not count.
    pub fn give(&mut self, cost: Cost) {
        for (_, minute, taken) in self.minutes(cost.tokens) {
            minute.give(taken, cost.started);
        }
        self.day.used = self.day.used.saturating_sub(1);
    }

    /// The provider granted a call: it was accepted, whatever becomes of it.
    pub fn granted(&mut self) {
        self.hidden.granted += 1;
        for (_, minute, _) in self.minutes(0) {
            minute.granted();
        }
    }

    /// The tokens that a call really took.
    pub fn settle(&mut self, reserved: Cost, tokens: u32) {
        if let Some(minute) = &mut self.tokens {
            minute.settle(f64::from(reserved.tokens), f64::from(tokens), reserved.started);
        }
    }

    /// A call was refused for overload. Given back unless such calls are known to count.
    pub fn overloaded(&mut self, cost: Cost, now: Timestamp) {
        if self.eats.is_some_and(|at| now.since(at) < self.believed) {
            return;
        }
        if self.eats.take().is_some() {
            self.believed = (self.believed * 2).min(BELIEVED_LONGEST);
        }
        self.ghosts += 1;
        self.day.ghosts += 1;
        self.give(cost);
    }

    /// A refusal for quota. Says whether it came as a surprise that nothing of our own explains.
    pub fn refused(&mut self, cost: Cost, taught: &[Taught], now: Timestamp) -> bool {
        for lesson in taught {
            self.learn(lesson, now);
        }
        self.give(cost);
        // Nothing is said, and with the calls that may have counted the day is used up: that is why.
        if taught.is_empty() && self.day.limit.is_some_and(|limit| self.day.used + self.day.ghosts >= limit) {
            self.day_spent(taught, now);
            return false;
        }
        let ghosts = std::mem::take(&mut self.ghosts);
        let told = taught.iter().find(|lesson| lesson.retry.is_some());
        let meant = told.map(|lesson| lesson.dimension);
        let meant = meant.filter(|meant| self.minutes(0).any(|(dimension, ..)| dimension == *meant));
        let retry = told.and_then(|lesson| lesson.retry);
        let (mut blamed, mut surprise) = (false, false);
        let eats = self.eats.is_some();
        let started = cost.started;
        for (dimension, minute, cost) in self.minutes(cost.tokens) {
            if meant.is_some_and(|meant| meant != dimension) {
                continue;
            }
            let deficit = minute.deficit(cost, retry);
            let known = matches!(minute.source(), Source::Set | Source::Told);
            if !eats && known && deficit >= 0.5 && f64::from(ghosts) + 0.5 >= deficit {
                // Calls that were refused for overload had cost quota: our count is right again with them.
                minute.empty(cost, retry, now);
                blamed = true;
            } else {
                surprise |= minute.refused(cost, started, retry, now) == Cause::Foreign;
            }
        }
        if blamed {
            self.eats = Some(now);
            self.day.used += std::mem::take(&mut self.day.ghosts);
        }
        surprise
    }

    /// The provider says that the day is used up.
    pub fn day_spent(&mut self, taught: &[Taught], now: Timestamp) {
        for lesson in taught {
            self.learn(lesson, now);
        }
        // Other applications, or calls that were refused for overload, have had the rest of it.
        self.day.used = self.day.limit.map_or(self.day.used, |limit| limit.max(self.day.used));
    }

    /// The provider says that the day is over: until the moment it told, to the letter; else until midnight in Los
    /// Angeles. Where our own counts don't explain it and the delay it told is short, the day may turn at another hour, or
    /// the delay be meant: that is looked at again.
    pub fn day_over(&mut self, told: Option<Duration>, taught: &[Taught], why: &Sentence, now: Timestamp) {
        self.day.roll(now);
        let used = self.day.used + self.day.ghosts;
        self.day_spent(taught, now);
        let explained = self.day.limit.is_some_and(|limit| u64::from(used) * 10 >= u64::from(limit) * 8);
        let short =
            taught.iter().find(|lesson| lesson.dimension == Dimension::Day).and_then(|lesson| lesson.retry);
        let until = backoff::next_day(told, now);
        let before = self.recheck.take();
        match short.filter(|_| told.is_none() && (before.is_some() || !explained)) {
            Some(delay) => {
                self.recheck = Some(Recheck::after(before.as_ref(), delay.max(SOON), until, why, now));
            }
            None => {
                self.day.ends = until;
                self.shut = Some((until, why.clone().with("at", until.millis())));
            }
        }
    }

    /// A call that started then was let in: what it looked at is open again.
    pub fn let_in(&mut self, started: Timestamp) {
        if self.recheck.as_ref().is_some_and(|recheck| recheck.is_over(started)) {
            self.recheck = None;
            if self.day.left() == Some(0) {
                // It has turned, whatever we believed: this call is its first.
                self.day.used = 1;
            }
        }
    }

    /// It was read back after a restart.
    pub fn restored(&mut self, now: Timestamp) {
        for minute in [&mut self.images, &mut self.requests, &mut self.tokens]
            .into_iter()
            .flatten()
            .chain([&mut self.search])
        {
            minute.restored(now);
        }
        self.day.roll(now);
    }

    /// Whether an overload may be an empty bucket in disguise, and if so takes it for one. `calm`: the route's gate has
    /// not seen overload lately.
    pub fn disguised(&mut self, cost: Cost, calm: bool, now: Timestamp) -> bool {
        let unknown = self.images.is_none() && self.requests.is_none();
        if !unknown || self.hidden.cleared.is_some_and(|until| until > now) {
            return false;
        }
        let granted = std::mem::take(&mut self.hidden.granted);
        let likely = granted >= APART;
        if !likely && self.hidden.hits == 0 {
            return false;
        }
        if likely {
            self.hidden.hits += 1;
            self.hidden.strikes = 0;
        } else {
            self.hidden.strikes += 1;
        }
        if !calm && self.hidden.hits < CONVINCED {
            return false;
        }
        let known = self.hidden.hits >= CONVINCED;
        if self.hidden.strikes >= if known { 2 * STRIKES } else { STRIKES } {
            let before = std::mem::take(&mut self.hidden).before;
            if !known && let Some(before) = before {
                self.search = before;
            }
            self.hidden.cleared = Some(now.after(Duration::from_secs(600)));
            return false;
        }
        if self.hidden.before.is_none() || likely {
            self.hidden.before = Some(self.search.clone());
        }
        self.give(cost);
        self.search.refused(1.0, cost.started, None, now);
        true
    }

    fn learn(&mut self, lesson: &Taught, now: Timestamp) {
        let Some(limit) = lesson.limit.filter(|limit| *limit > 0) else { return };
        let slot = match lesson.dimension {
            Dimension::Images => &mut self.images,
            Dimension::Requests => &mut self.requests,
            Dimension::Tokens => &mut self.tokens,
            Dimension::Day => {
                self.day.limit = u32::try_from(limit).ok();
                return;
            }
            Dimension::Spend => return,
        };
        let (limit, tokens) = (limit as f64, lesson.dimension == Dimension::Tokens);
        match slot {
            Some(minute) if (minute.rate() - limit).abs() < 0.5 => {}
            Some(minute) => minute.learn(limit, Source::Told),
            None => *slot = Some(found(&self.search, limit, Source::Told, tokens, now)),
        }
    }

    /// The rate per minute that binds, for the ceiling of concurrency.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let known = [&self.images, &self.requests].into_iter().flatten().map(Minute::rate);
        known.reduce(f64::min).unwrap_or_else(|| self.search.rate())
    }

    /// Calls granted in the last minute.
    pub fn minute(&mut self, now: Timestamp) -> f64 {
        self.minutes(0)
            .map(|(_, minute, _)| {
                minute.roll(now);
                minute.used()
            })
            .fold(0.0, f64::max)
    }

    /// The limit per minute that was set or told.
    #[must_use]
    pub fn minute_limit(&self) -> Option<u64> {
        [&self.images, &self.requests].into_iter().flatten().map(|minute| minute.rate() as u64).min()
    }

    /// For people: dimension, used, limit, where it comes from.
    pub fn levels(&mut self, now: Timestamp) -> Vec<(Dimension, f64, Option<f64>, Source)> {
        self.minutes(0)
            .map(|(dimension, minute, _)| {
                minute.roll(now);
                let known = minute.source() != Source::Unknown;
                (dimension, minute.used(), known.then(|| minute.rate()), minute.source())
            })
            .collect()
    }

    /// An empty bucket of this pool answers as overload does.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.hidden.hits >= CONVINCED
    }

    /// What another application takes per minute, as believed.
    #[must_use]
    pub fn foreign(&self) -> f64 {
        [&self.images, &self.requests].into_iter().flatten().map(Minute::foreign).fold(0.0, f64::max)
    }
}
