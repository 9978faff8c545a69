//! One limit per minute: a bucket we keep in step with the provider's, and what refusals taught about it.
//!
//! A known limit is spent to the full; an unknown one is searched from below. After a refusal the provider's bucket is
//! known to be empty: from then on, as long as we press, the number of calls it grants divided by the time *is* the
//! rate, ever more exactly. Not here: which refusals are about this limit (see `pool`).

mod epoch;
mod search;
mod source;

pub use source::Source;

use crate::value::time::Timestamp;
use epoch::{Epoch, Measured};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

const MINUTE_MS: f64 = 60_000.0;
/// An unknown limit is first taken for this many a minute.
/// Nobody should wait for a limit that may not exist, and a refusal is free.
const FIRST_RATE: f64 = 60.0;
/// Calls that a bucket of unknown room is first taken to hold: a wrong guess costs one refusal, 10 would cost 9.
const FIRST_ROOM: f64 = 2.0;
/// Growth per granted call while an unknown limit was never met.
const GROWTH: f64 = 0.05;
/// Growth of a rate that was measured over `n` calls is this over `n` per call, …
const SURER: f64 = 0.02;
/// … and at least this: at ten a minute a refusal about every 200 calls tells that we are not below the limit.
const SLOWEST_GROWTH: f64 = 0.000_1;
/// After more granted calls than this a refusal is overdue: the limit may have been raised, so growth is ever quicker.
const OVERDUE: f64 = 200.0;
/// The room of a known limit is tried one larger after so many granted calls in a row …
const ROOM_EVERY: u32 = 5;
/// … and after so many, once a refusal has shown how large it is.
const ROOM_AGAIN: u32 = 400;
/// Half-life of what another application is believed to take.
const FOREIGN_HALF_LIFE_MS: f64 = 10.0 * MINUTE_MS;
/// What a stretch between two refusals says of it counts by its length: half where the stretch is so long.
const FOREIGN_HALF_MS: f64 = 5.0 * MINUTE_MS;
/// At least this share of the limit is ours, whatever others take: or a misjudgement would shut the route.
const OUR_SHARE: f64 = 0.1;
/// So much of a known limit's bucket is left standing: it costs half a call once, and another application that comes at any
/// moment finds its turn. To one that draws the bucket dry to the millisecond the other's calls would never show.
const STANDING: f64 = 0.5;
/// A lack of so many calls is none of the moment: we had believed to have saved them.
const SAVED_UP: f64 = 2.0;
/// Of a minute's calls this share is left in the bucket for another application after it was noticed. Nothing is lost
/// by it, and neither it nor we run into an empty bucket at every turn.
const YIELD: f64 = 0.3;
/// Another application that was noticed may have been starved by us so far: it is given this share at once.
const FIRST_FOREIGN: f64 = 0.15;
/// A learned rate below this, which nothing has contradicted for so long, grows by so much with each call. A storm may have
/// been taken for an empty bucket, and at a call in some minutes the usual growth would take days to find that out.
const SLOW_RATE: f64 = 3.0;
const QUIET: Duration = Duration::from_secs(240);
const QUIET_GROWTH: f64 = 0.25;
/// What was measured before a pause counts for no more calls than this: the limit may be another by then.
const SUREST: f64 = 300.0;
/// No search goes beyond this: what was never refused has no limit that would matter.
const MOST_RATE: f64 = 100_000.0;

/// A limit per minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Minute {
    source: Source,
    rate: f64,
    level: f64,
    room: f64,
    at: Timestamp,
    room_known: bool,
    /// The room was made larger on trial, and no refusal has come since.
    tried: bool,
    foreign: f64,
    /// What was left in the bucket for it at the last refusal.
    left: f64,
    clean: u32,
    /// Of these, those for which somebody had to wait: only they tell of the rate.
    #[serde(default)]
    tested: u32,
    epoch: Option<Epoch>,
    /// What has run over since the bucket was last short of its room.
    #[serde(default)]
    over: f64,
    /// What was measured before the pause that ended the last epoch.
    #[serde(default)]
    before: Option<Measured>,
    /// Granted calls of the last minute, by start.
    recent: VecDeque<(Timestamp, f64)>,
    last_refusal: Option<Timestamp>,
    /// The provider counts the last 60 seconds, not a bucket: proven by a wait that no bucket would tell.
    sliding: bool,
    /// Somebody had to wait since the last call.
    pressed: bool,
    /// The provider told to wait until then.
    floor: Option<Timestamp>,
}

/// What a refusal was put down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Our count was right, or nearly.
    Expected,
    /// The limit or the bucket's room was taken for larger than it is.
    Misjudged,
    /// Another application uses the same quota.
    Foreign,
}

impl Minute {
    /// A limit that the user knows (`Some`), or one to be found.
    #[must_use]
    pub fn new(limit: Option<f64>, tokens: bool, now: Timestamp) -> Self {
        let rate = limit.unwrap_or(FIRST_RATE);
        // Input tokens come in portions of very different size; their bucket is taken for a minute's worth.
        let room = if tokens { rate } else { FIRST_ROOM.min(rate.max(1.0)) };
        Self {
            source: if limit.is_some() { Source::Set } else { Source::Unknown },
            rate,
            level: room,
            room,
            at: now,
            room_known: tokens,
            tried: false,
            foreign: 0.0,
            left: 0.0,
            clean: 0,
            tested: 0,
            epoch: None,
            over: 0.0,
            before: None,
            recent: VecDeque::new(),
            last_refusal: None,
            sliding: false,
            pressed: false,
            floor: None,
        }
    }

    /// A limit that was set or told. What is in the bucket stays.
    pub fn learn(&mut self, limit: f64, source: Source) {
        if (self.rate - limit).abs() > f64::EPSILON || self.source == Source::Unknown {
            self.rate = limit;
            (self.epoch, self.before) = (None, None);
            // No bucket holds more than a minute's calls.
            self.room = self.room.min(limit.max(1.0));
            self.level = self.level.min(self.room);
        }
        self.source = source;
    }

    /// Brings it up to the present.
    pub fn roll(&mut self, now: Timestamp) {
        let passed = now.since(self.at).as_millis() as f64;
        if passed > 0.0 {
            self.level += passed * self.per_ms();
            if self.level >= self.room {
                // The provider's bucket may have run over: what it grants is no measure any more. Who presses takes it when it
                // is there; where half a bucket ran over, who pressed has left.
                self.over += self.level - self.room;
                self.level = self.room;
                if !self.pressed || self.over >= self.room / 2.0 {
                    self.end_epoch();
                }
            } else {
                self.over = 0.0;
            }
            self.level = self.level.min(self.saved_up());
            self.foreign *= 0.5_f64.powf(passed / FOREIGN_HALF_LIFE_MS);
            if self.foreign < 0.05 * self.rate {
                self.left = 0.0;
            }
            self.at = now;
        }
        while self.recent.front().is_some_and(|(at, _)| now.since(*at).as_millis() as f64 >= MINUTE_MS) {
            self.recent.pop_front();
        }
    }

    /// Nobody presses any more. What was measured stays known: a pause is no reason to look for the limit anew.
    fn end_epoch(&mut self) {
        if let Some(epoch) = self.epoch.take() {
            self.before = Some(epoch.ended().at_most(SUREST)).filter(|before| before.is_telling());
        }
    }

    /// The most that is believed to be in the bucket. A small one that is searched may hold a single call: while we press that
    /// is no matter, but after a pause two at once would be refused.
    fn saved_up(&self) -> f64 {
        let small = self.room_known && self.room <= FIRST_ROOM;
        if small && self.source == Source::Learned && self.epoch.is_none() { 1.0 } else { self.room }
    }

    fn per_ms(&self) -> f64 {
        (self.rate - self.foreign).max(self.rate * OUR_SHARE) / MINUTE_MS
    }

    /// How long until `cost` fits while `reserve` is left; `None` for now.
    pub fn wait(&mut self, cost: f64, reserve: f64, now: Timestamp) -> Option<Duration> {
        self.roll(now);
        if let Some(floor) = self.floor.filter(|floor| *floor > now) {
            self.pressed = true;
            return Some(floor.since(now));
        }
        if self.sliding {
            let mut lack = self.used() + (cost + reserve).min(self.rate) - self.rate;
            if lack <= 1e-9 {
                return None;
            }
            self.pressed = true;
            let freeing = self.recent.iter().find(|(_, cost)| {
                lack -= cost;
                lack <= 1e-9
            });
            let at = freeing.map_or(now, |(at, _)| at.after(Duration::from_secs(60)));
            return Some(at.since(now).max(Duration::from_millis(1)));
        }
        // A call larger than the whole bucket goes when it is full, or it never would.
        let need = (cost + reserve + self.standing(cost)).min(self.saved_up());
        let lack = need - self.level;
        if lack <= 0.0 {
            return None;
        }
        self.pressed = true;
        // A millisecond more: the provider's arithmetic need not round as ours does.
        Some(Duration::from_millis((lack / self.per_ms()).ceil() as u64 + 1))
    }

    fn standing(&self, cost: f64) -> f64 {
        let known = matches!(self.source, Source::Set | Source::Told);
        // The first two calls of a day go at once.
        let roomy = self.room > FIRST_ROOM || (self.room_known && self.room >= 2.0);
        if known && cost <= 1.0 && roomy { STANDING } else { 0.0 }
    }

    /// Takes it.
    pub fn take(&mut self, cost: f64, now: Timestamp) {
        self.roll(now);
        self.level -= cost;
        self.recent.push_back((now, cost));
        if let Some(epoch) = &mut self.epoch {
            epoch.take(cost, now);
        }
    }

    /// Gives back what a call took that had started then and did not count.
    pub fn give(&mut self, cost: f64, started: Timestamp) {
        self.level = (self.level + cost).min(self.room);
        if let Some(epoch) = &mut self.epoch {
            epoch.give(cost, started);
        }
        if let Some(index) = self.recent.iter().rposition(|(at, taken)| *at == started && *taken == cost) {
            self.recent.remove(index);
        }
    }

    /// Puts right what was reserved, when the true cost is known.
    pub fn settle(&mut self, reserved: f64, cost: f64, started: Timestamp) {
        self.level = (self.level - (cost - reserved)).min(self.room);
        if let Some(taken) = self.recent.iter_mut().rfind(|taken| **taken == (started, reserved)) {
            taken.1 = cost;
        }
    }

    /// The provider granted a call.
    pub fn granted(&mut self) {
        self.clean += 1;
        if !std::mem::take(&mut self.pressed) {
            return;
        }
        self.tested += 1;
        match self.source {
            Source::Unknown => self.rate *= 1.0 + GROWTH,
            Source::Learned if self.rate < SLOW_RATE && self.quiet() => {
                self.rate *= 1.0 + QUIET_GROWTH;
                (self.epoch, self.before) = (None, None);
            }
            Source::Learned => {
                let before = self.before.map_or(0.0, |before| before.granted);
                let granted = self.epoch.map_or(f64::from(self.clean) + before, |epoch| epoch.granted);
                // A small bucket runs over while we are too slow, so it is searched more eagerly.
                let surer = if self.room_known { 5.0 * SURER } else { SURER };
                let overdue = (f64::from(self.tested) / OVERDUE).max(1.0).powi(3);
                self.rate *= 1.0 + (overdue * surer / granted.max(1.0)).clamp(SLOWEST_GROWTH, 0.03);
            }
            Source::Set | Source::Told => {
                let every = if self.room_known { ROOM_AGAIN } else { ROOM_EVERY };
                if self.clean.is_multiple_of(every) && self.room + 1.0 <= self.rate && self.foreign < 0.5 {
                    self.room += 1.0;
                    self.tried = true;
                    // The provider's bucket was full when we came; ours was not believed to hold so much.
                    self.level += 1.0;
                }
            }
        }
        if matches!(self.source, Source::Unknown | Source::Learned) {
            self.rate = self.rate.min(MOST_RATE);
        }
    }

    /// Nothing was refused for a while.
    fn quiet(&self) -> bool {
        self.last_refusal.is_none_or(|at| self.at.since(at) >= QUIET)
    }

    /// The provider refused a call that had started then, had cost `cost` and was given back already. `told` is the
    /// wait it told.
    pub fn refused(
        &mut self,
        cost: f64,
        started: Timestamp,
        told: Option<Duration>,
        now: Timestamp,
    ) -> Cause {
        self.roll(now);
        if self.last_refusal.is_some_and(|at| started <= at) {
            // It was on its way when another was refused: it teaches nothing new.
            self.drain(cost, told, now);
            return Cause::Expected;
        }
        let believed = self.level;
        self.told(told, now);
        let since = self.last_refusal.replace(now).map(|at| now.since(at).as_millis() as f64);
        let clean = std::mem::take(&mut self.clean);
        let tested = std::mem::take(&mut self.tested);
        if let Some(told) = told
            && cost <= 1.0
            && told.as_millis() as f64 > 1.5 * MINUTE_MS / self.rate
            && self.source != Source::Unknown
            && self.foreign < 0.5
        {
            self.sliding = true;
        }
        let real = match told {
            Some(told) => cost - self.calls_in(told),
            // An exact rate is missed by a hair, and a small bucket must not run over; else nothing is lost by waiting.
            None if clean > 20 => cost - if self.room_known { 0.1 } else { 0.8 },
            None => cost - 1.0,
        };
        self.level = self.level.min(real);
        let cause = match self.source {
            Source::Set | Source::Told => self.misjudged(believed - real, since),
            Source::Unknown | Source::Learned => self.search(since, clean, tested, now),
        };
        if self.source != Source::Unknown {
            self.epoch.get_or_insert(Epoch::new(now));
        }
        self.pressed = true;
        cause
    }

    /// How much more we believed to have than a told wait says; 1 where none was told.
    #[must_use]
    pub fn deficit(&self, cost: f64, told: Option<Duration>) -> f64 {
        told.map_or(1.0, |told| self.level - cost + self.calls_in(told))
    }

    /// The bucket was found empty, for a reason that is known.
    pub fn empty(&mut self, cost: f64, told: Option<Duration>, now: Timestamp) {
        self.roll(now);
        self.drain(cost, told, now);
        self.last_refusal = Some(now);
        (self.clean, self.tested) = (0, 0);
    }

    /// What is in the bucket falls to what the told wait says, or by one call where none was told.
    fn drain(&mut self, cost: f64, told: Option<Duration>, now: Timestamp) {
        self.told(told, now);
        let lack = told.map_or(1.0, |told| self.calls_in(told));
        self.level = self.level.min(cost - lack);
    }

    /// What the limit grants in that time.
    fn calls_in(&self, time: Duration) -> f64 {
        time.as_millis() as f64 * self.rate / MINUTE_MS
    }

    /// A told wait is obeyed to the letter, and not a millisecond early.
    fn told(&mut self, told: Option<Duration>, now: Timestamp) {
        if let Some(told) = told {
            self.floor = self.floor.max(Some(now.after(told + Duration::from_millis(1))));
        }
    }

    fn misjudged(&mut self, deficit: f64, since: Option<f64>) -> Cause {
        if deficit + self.left < 0.3 || self.sliding {
            return Cause::Expected;
        }
        // Room that was granted once is there: only its last step was on trial, or what was saved up for a while.
        let tried = std::mem::take(&mut self.tried) || (!self.room_known && self.room <= FIRST_ROOM);
        self.room_known = true;
        if self.room > 1.0 && (tried || deficit >= SAVED_UP) {
            self.room = (self.room - deficit.floor().max(1.0)).max(1.0);
            self.level = self.level.min(self.room);
            return Cause::Misjudged;
        }
        let over = since.unwrap_or(MINUTE_MS).max(MINUTE_MS);
        // What was left for it is gone, too.
        let taken = deficit + self.left;
        let more = self.foreign + taken * MINUTE_MS / (over + FOREIGN_HALF_MS);
        self.foreign = more.clamp(self.rate * FIRST_FOREIGN, self.rate * (1.0 - OUR_SHARE));
        self.left = YIELD * self.rate;
        self.level -= self.left;
        Cause::Foreign
    }

    /// It was read back after a restart: nobody has pressed since it was written down, so what was measured ends when the
    /// bucket is full. A clock that was set back would keep it shut for as long.
    pub fn restored(&mut self, now: Timestamp) {
        if self.at > now {
            self.end_epoch();
            self.at = now;
            self.recent.clear();
            self.floor = None;
            self.last_refusal = self.last_refusal.filter(|at| *at <= now);
        }
        self.pressed = false;
        if self.level >= self.room {
            self.end_epoch();
        }
        self.level = self.level.min(self.saved_up());
    }

    /// Granted in the last minute.
    #[must_use]
    pub fn used(&self) -> f64 {
        self.recent.iter().map(|(_, cost)| cost).sum()
    }

    /// The limit per minute as it is believed now.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// What another application takes per minute, as believed.
    #[must_use]
    pub fn foreign(&self) -> f64 {
        self.foreign
    }

    /// The level is at its room: nothing is short.
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level
    }
}

#[cfg(test)]
mod tests;
