//! The calls of a provider's day, and the dollars of its last ten minutes.

use crate::value::money::Usd;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// The spend window, and a breath: our clock and the provider's do not see a call at the same moment.
const WINDOW: Duration = Duration::from_millis(600_500);

/// Calls of the day, which turns at midnight in Los Angeles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// Calls that counted.
    pub used: u32,
    /// Calls refused for overload: whether they count is the provider's secret.
    pub ghosts: u32,
    /// The limit, where it was set or told.
    pub limit: Option<u32>,
    /// When the day turns.
    pub ends: Timestamp,
}

impl Day {
    /// A fresh day.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { used: 0, ghosts: 0, limit: None, ends: now.next_pacific_midnight() }
    }

    /// Turns the day.
    pub fn roll(&mut self, now: Timestamp) {
        if now >= self.ends {
            *self = Self { limit: self.limit, ..Self::new(now) };
        }
    }

    /// Calls left; `None` without a limit.
    #[must_use]
    pub fn left(&self) -> Option<u32> {
        self.limit.map(|limit| limit.saturating_sub(self.used))
    }
}

/// Dollars of the last ten minutes of one billing account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Spend(VecDeque<(Timestamp, Usd)>);

impl Spend {
    /// Forgets what is older than the window.
    pub fn roll(&mut self, now: Timestamp) {
        while self.0.front().is_some_and(|(at, _)| now.since(*at) >= WINDOW) {
            self.0.pop_front();
        }
    }

    /// The clock was set back: what was booked in what is the future now counts as booked now.
    pub fn set_back(&mut self, now: Timestamp) {
        for (at, _) in &mut self.0 {
            *at = now.min(*at);
        }
    }

    /// When `price` fits under `limit`; `None` for now.
    pub fn opens(&mut self, price: Usd, limit: Usd, now: Timestamp) -> Option<Timestamp> {
        self.roll(now);
        let mut sum = self.sum() + price;
        if sum <= limit {
            return None;
        }
        for (at, usd) in &self.0 {
            sum = sum - *usd;
            if sum <= limit {
                return Some(at.after(WINDOW));
            }
        }
        // One call above the limit goes alone: the provider decides about it.
        self.0.back().map(|(at, _)| at.after(WINDOW))
    }

    /// Books a call.
    pub fn book(&mut self, usd: Usd, now: Timestamp) {
        if usd > Usd::ZERO {
            self.0.push_back((now, usd));
        }
    }

    /// Puts right what a call cost that was booked then.
    pub fn settle(&mut self, started: Timestamp, booked: Usd, cost: Usd) {
        if let Some(entry) = self.0.iter_mut().rev().find(|(at, usd)| *at == started && *usd == booked) {
            entry.1 = cost;
        }
    }

    /// The sum.
    #[must_use]
    pub fn sum(&self) -> Usd {
        self.0.iter().map(|(_, usd)| *usd).sum()
    }

    /// When the oldest leaves the window.
    #[must_use]
    pub fn resets(&self) -> Option<Timestamp> {
        self.0.front().map(|(at, _)| at.after(WINDOW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    #[test]
    fn the_day_turns_and_its_limit_stays() {
        let mut day = Day { used: 9, limit: Some(10), ..Day::new(T) };
        assert_eq!(day.left(), Some(1));
        day.roll(T.next_pacific_midnight());
        assert_eq!((day.used, day.left()), (0, Some(10)));
    }

    #[test]
    fn ten_minutes_of_money() {
        let at = |seconds| T.after(Duration::from_secs(seconds));
        let mut spend = Spend::default();
        spend.book(Usd(240_000), at(0));
        spend.book(Usd(240_000), at(10));
        assert_eq!(spend.opens(Usd(20_000), Usd(500_000), at(11)), None);
        assert_eq!(spend.opens(Usd(240_000), Usd(500_000), at(11)), Some(at(0).after(WINDOW)));
        spend.settle(at(0), Usd(240_000), Usd::ZERO);
        assert_eq!(spend.opens(Usd(240_000), Usd(500_000), at(11)), None);
    }
}
