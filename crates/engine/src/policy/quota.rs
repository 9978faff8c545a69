//! The quota of a project for a model: limits the user knows, what a 429 taught, and until when it is shut.
//!
//! All accounts of a project share one pool. A first, small form: a sliding minute and a day counter over our own
//! calls. Buckets, learning and foreign traffic follow.

use crate::policy::judge::OwnUse;
use crate::value::account::Limits;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// A pool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pool {
    /// Shut until then, and why.
    pub shut: Option<(Timestamp, Sentence)>,
    recent: VecDeque<(Timestamp, Usd)>,
    day: u64,
    day_ends: Option<Timestamp>,
}

impl Pool {
    /// Books a call that starts now.
    pub fn book(&mut self, now: Timestamp, usd: Usd) {
        self.roll(now);
        self.recent.push_back((now, usd));
        self.day += 1;
    }

    /// Gives a call back that was refused before it counted (429, or nothing was sent).
    pub fn give_back(&mut self, started: Timestamp) {
        if let Some(at) = self.recent.iter().position(|(at, _)| *at == started) {
            self.recent.remove(at);
            self.day = self.day.saturating_sub(1);
        }
    }

    /// When the next call fits under the limits: `None` for now. Says which limit binds.
    #[must_use]
    pub fn opens(&mut self, limits: &Limits, price: Usd, now: Timestamp) -> Option<(Timestamp, Sentence)> {
        self.roll(now);
        if let Some((until, why)) = &self.shut {
            if *until > now {
                return Some((*until, why.clone()));
            }
            self.shut = None;
        }
        if let Some(limit) = limits.rpd.filter(|limit| self.day >= u64::from(*limit)) {
            let at = now.next_pacific_midnight();
            return Some((at, Sentence::new("E-RATE-DAY").with("limit", limit).with("at", at.millis())));
        }
        let per_minute = [(limits.ipm, "images/min"), (limits.rpm, "requests/min")];
        for (limit, unit) in per_minute {
            let Some(limit) = limit else { continue };
            let window: Vec<_> = self.recent.iter().filter(|(at, _)| now.since(*at) < MINUTE).collect();
            if let Some(oldest) = window.len().checked_sub(limit.max(1) as usize).map(|index| window[index].0)
            {
                let at = oldest.after(MINUTE);
                return Some((at, minute(&format!("{limit} {unit}"), at, now)));
            }
        }
        let limit = limits.usd_10min?;
        let spent: Usd = self.recent.iter().map(|(_, usd)| *usd).sum();
        if spent + price <= limit || self.recent.is_empty() {
            return None;
        }
        let at = self.recent[0].0.after(TEN_MINUTES);
        Some((at, minute(&format!("${:.2} / 10 min", limit.micros() as f64 / 1e6), at, now)))
    }

    /// What the judge may know of our own use.
    #[must_use]
    pub fn own_use(&mut self, limits: &Limits, now: Timestamp) -> OwnUse {
        self.roll(now);
        OwnUse {
            minute: self.recent.iter().filter(|(at, _)| now.since(*at) < MINUTE).count() as u64,
            day: self.day,
            minute_limit: limits.ipm.or(limits.rpm).map(u64::from),
            day_limit: limits.rpd.map(u64::from),
        }
    }

    fn roll(&mut self, now: Timestamp) {
        while self.recent.front().is_some_and(|(at, _)| now.since(*at) >= TEN_MINUTES) {
            self.recent.pop_front();
        }
        if self.day_ends.is_none_or(|end| now >= end) {
            self.day = self.recent.len() as u64 * u64::from(self.day_ends.is_none());
            self.day_ends = Some(now.next_pacific_midnight());
        }
    }
}

fn minute(limit: &str, at: Timestamp, now: Timestamp) -> Sentence {
    Sentence::new("E-RATE-MINUTE").with("limit", limit).with("wait", at.since(now).as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn at(seconds: u64) -> Timestamp {
        T.after(Duration::from_secs(seconds))
    }

    #[test]
    fn a_minute_holds_as_many_calls_as_its_limit() {
        let limits = Limits { ipm: Some(2), ..Limits::default() };
        let mut pool = Pool::default();
        pool.book(at(0), Usd::ZERO);
        assert_eq!(pool.opens(&limits, Usd::ZERO, at(1)), None);
        pool.book(at(10), Usd::ZERO);
        assert_eq!(pool.opens(&limits, Usd::ZERO, at(11)).map(|(at, _)| at), Some(at(60)));
        assert_eq!(pool.opens(&limits, Usd::ZERO, at(60)), None);
        pool.give_back(at(10));
        assert_eq!(pool.opens(&limits, Usd::ZERO, at(11)), None, "a refused call does not count");
    }

    #[test]
    fn the_day_and_ten_minutes_of_money_are_kept() {
        let limits = Limits { rpd: Some(1), ..Limits::default() };
        let mut pool = Pool::default();
        pool.book(at(0), Usd(240_000));
        let (opens, why) = pool.opens(&limits, Usd::ZERO, at(1)).expect("the day is used up");
        assert_eq!((opens, why.code.as_str()), (T.next_pacific_midnight(), "E-RATE-DAY"));
        assert_eq!(pool.opens(&limits, Usd::ZERO, opens), None, "a new day");
        let limits = Limits { usd_10min: Some(Usd(300_000)), ..Limits::default() };
        let mut pool = Pool::default();
        pool.book(at(0), Usd(240_000));
        assert_eq!(pool.opens(&limits, Usd(240_000), at(1)).map(|(at, _)| at), Some(at(600)));
        assert_eq!(pool.opens(&limits, Usd(60_000), at(1)), None);
    }

    #[test]
    fn shut_is_shut_until_then() {
        let mut pool = Pool { shut: Some((at(5), Sentence::new("E-RATE-MINUTE"))), ..Pool::default() };
        assert_eq!(pool.opens(&Limits::default(), Usd::ZERO, at(1)).map(|(at, _)| at), Some(at(5)));
        assert_eq!(pool.opens(&Limits::default(), Usd::ZERO, at(5)), None);
    }
}
