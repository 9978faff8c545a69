//! Wall time in milliseconds, and the clock that is handed in.
//!
//! Everything durable is wall time: a monotonic clock does not survive a restart and cannot say "midnight in Los
//! Angeles". Waits are re-read from the wall at least every 30 seconds, because timers ignore suspend.

use jiff::{Timestamp as Instant, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// This much later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This much earlier.
    #[must_use]
    pub fn before(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Time since `earlier`; zero where the clock was set back.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    fn instant(self) -> Instant {
        Instant::from_millisecond(self.0).unwrap_or(Instant::UNIX_EPOCH)
    }

    /// RFC 3339, for sidecars.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.instant().to_string()
    }

    /// The next midnight in Los Angeles, where Google's days turn. Right across daylight saving.
    #[must_use]
    pub fn next_pacific_midnight(self) -> Self {
        let Ok(zone) = TimeZone::get("America/Los_Angeles") else {
            return self.after(Duration::from_secs(86_400));
        };
        let next = self
            .instant()
            .to_zoned_datetime(zone.clone())
            .date()
            .checked_add(1.day())
            .and_then(|tomorrow| tomorrow.to_zoned_datetime(zone));
        next.map_or_else(
            |_| self.after(Duration::from_secs(86_400)),
            |at| Self(at.timestamp().as_millisecond()),
        )
    }

    /// The day in the given zone, ISO, for the spend table.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> String {
        self.instant().to_zoned_datetime(zone.clone()).date().to_string()
    }

    /// The time in the given zone, `14-05-09`: for file names, which bear no colons everywhere.
    #[must_use]
    pub fn time_of_day(self, zone: &TimeZone) -> String {
        let local = self.instant().to_zoned_datetime(zone.clone());
        format!("{:02}-{:02}-{:02}", local.hour(), local.minute(), local.second())
    }

    /// Day (0 is Monday) and hour on the clocks of the given zone.
    #[must_use]
    pub fn hour_of_week(self, zone: &TimeZone) -> (u8, u8) {
        let local = self.instant().to_zoned_datetime(zone.clone());
        let number = |value: i8| u8::try_from(value).unwrap_or(0);
        (number(local.weekday().to_monday_zero_offset()), number(local.hour()))
    }

    /// The moment the current month began in the given zone.
    #[must_use]
    pub fn month_start(self, zone: &TimeZone) -> Self {
        let first = self.instant().to_zoned_datetime(zone.clone()).date().first_of_month();
        first.to_zoned_datetime(zone.clone()).map_or(self, |at| Self(at.timestamp().as_millisecond()))
    }

    /// The moment the next month begins in the given zone.
    #[must_use]
    pub fn next_month(self, zone: &TimeZone) -> Self {
        // Day 33 of a month is in the next one, and daylight saving moves it by an hour at most.
        self.month_start(zone).after(Duration::from_secs(32 * 24 * 3600)).month_start(zone)
    }

    /// The moment the next day begins: noon of it is in it, however long daylight saving makes this one.
    #[must_use]
    pub fn tomorrow(self, zone: &TimeZone) -> Self {
        self.day_start(zone).after(Duration::from_secs(36 * 3600)).day_start(zone)
    }

    /// The moment the current day began in the given zone.
    #[must_use]
    pub fn day_start(self, zone: &TimeZone) -> Self {
        let start = self.instant().to_zoned_datetime(zone.clone()).date().to_zoned_datetime(zone.clone());
        start.map_or(self, |at| Self(at.timestamp().as_millisecond()))
    }
}

/// The clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// The user's time zone, for days and budgets.
    fn zone(&self) -> TimeZone;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Instant>().expect("a time").as_millisecond())
    }

    #[test]
    fn googles_day_turns_at_midnight_in_los_angeles_summer_and_winter() {
        assert_eq!(at("2026-07-01T12:00:00Z").next_pacific_midnight(), at("2026-07-02T07:00:00Z"));
        assert_eq!(at("2026-12-01T12:00:00Z").next_pacific_midnight(), at("2026-12-02T08:00:00Z"));
        // The day the clocks go back has 25 hours.
        assert_eq!(at("2026-11-01T07:30:00Z").next_pacific_midnight(), at("2026-11-02T08:00:00Z"));
    }
}
