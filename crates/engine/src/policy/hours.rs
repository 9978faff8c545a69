//! Off-peak: when a job that is in no hurry may go out. Either in the hours that the user does not avoid, or in those in
//! which our own calls met the least overload.
//!
//! Pure: now and zone are arguments. Not here: whether a route is open (see [`crate::policy::fleet`]). No table of good
//! hours ships: those that are published contradict each other.

use crate::value::settings::OffPeak;
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;
/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// What was learned counts half after this.
const HALF_LIFE_MS: f64 = 14.0 * 24.0 * 3_600_000.0;
/// An hour of the week is believed as if the hour of the day had been seen so often in it.
const PRIOR: f64 = 8.0;
/// With fewer calls than this nothing is known.
const ENOUGH: u32 = 20;
/// Room that the chosen hours must have over the work.
const SPARE: f64 = 1.25;
/// Hours whose overload differs by less than this are about as good.
const ABOUT: f64 = 0.1;
/// Without a deadline, a better hour is looked for this far ahead, in hours.
const HORIZON: i64 = 24;

fn zoned(at: Timestamp, zone: &TimeZone) -> jiff::ZonedDateTime {
    let instant = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    instant.to_zoned_datetime(zone.clone())
}

/// Minute of the local day.
fn minute(at: Timestamp, zone: &TimeZone) -> i64 {
    let local = zoned(at, zone);
    i64::from(local.hour()) * 60 + i64::from(local.minute())
}

/// Reads `HH:MM`, to the minute of the day.
#[must_use]
pub fn clock_time(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..=23).contains(&hour) && (0..=59).contains(&minute)).then_some(hour * 60 + minute)
}

/// Whether there is a time zone of this name.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// When a job may go out by the hours the user avoids: `None` for now. `own` is the user's zone.
#[must_use]
pub fn set_hours(off_peak: &OffPeak, own: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let named = off_peak.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
    let zone = named.as_ref().unwrap_or(own);
    let spans: Vec<(i64, i64)> = off_peak
        .avoid
        .iter()
        .filter_map(|(from, to)| Some((clock_time(from)?, clock_time(to)?)))
        .filter(|(from, to)| from != to)
        .collect();
    let mut at = now;
    // Spans may follow or overlap each other. Where they leave nothing of the day, avoiding is pointless.
    for _ in 0..=spans.len() {
        let local = minute(at, zone);
        let inside = spans.iter().find(|(from, to)| {
            if from < to { (*from..*to).contains(&local) } else { local >= *from || local < *to }
        });
        match inside {
            None => return (at > now).then_some(at),
            Some((_, to)) => at = next_minute(at, *to, zone),
        }
    }
    None
}

/// The next moment at which the local clock shows that minute, right across daylight saving.
fn next_minute(at: Timestamp, to: i64, zone: &TimeZone) -> Timestamp {
    let start = at.millis() - at.millis().rem_euclid(MINUTE_MS);
    let guess = Timestamp(start + (to - minute(at, zone)).rem_euclid(DAY) * MINUTE_MS);
    // The clock may have been changed in between.
    let off = (to - minute(guess, zone) + DAY / 2).rem_euclid(DAY) - DAY / 2;
    let mended = Timestamp(guess.millis() + off * MINUTE_MS);
    // A minute that the change skips is not there: the guess lies behind the gap.
    if mended > at && minute(mended, zone) == to { mended } else { guess }
}

/// Whether a job must go out now, whatever the hour, to be done in time.
#[must_use]
pub fn pressed(deadline: Option<Timestamp>, takes: Duration, now: Timestamp) -> bool {
    deadline.is_some_and(|deadline| now.after(takes) >= deadline)
}

/// The latest moment at which a job must go out to be done in time.
#[must_use]
pub fn latest(deadline: Timestamp, takes: Duration) -> Timestamp {
    Timestamp(deadline.millis().saturating_sub(i64::try_from(takes.as_millis()).unwrap_or(i64::MAX)))
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Cell {
    calls: f64,
    refused: f64,
}

/// How often our own calls met overload, by hour of the week.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    cells: [[Cell; 24]; 7],
    /// Calls by hour of the day, each counted whole.
    seen: [u32; 24],
    calls: u32,
}

/// An hour of the day to come, as it was learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnedHour {
    /// 0 to 23, local.
    pub hour: usize,
    /// Calls it is known from.
    pub calls: u32,
    /// Share that is expected to meet overload.
    pub rate: f64,
    /// It is as good as the best: an off-peak sheet goes out in it.
    pub chosen: bool,
}

/// Of hours that are about as good the sooner is better: nobody waits a day for a point, nor for chance. A best hour that
/// was seen seventy times looks three points better than it is.
fn class(rate: f64, best: f64) -> f64 {
    ((rate - best) / ABOUT).floor()
}

impl Learned {
    /// Calls of an hour that began at `at`, of which some were refused for want of capacity.
    pub fn add(&mut self, at: Timestamp, calls: u32, refused: u32, now: Timestamp, zone: &TimeZone) {
        let weight = 0.5_f64.powf(now.since(at).as_millis() as f64 / HALF_LIFE_MS);
        let (day, hour) = place(at, zone);
        let cell = &mut self.cells[day][hour];
        cell.calls += weight * f64::from(calls);
        cell.refused += weight * f64::from(refused.min(calls));
        self.seen[hour] = self.seen[hour].saturating_add(calls);
        self.calls = self.calls.saturating_add(calls);
    }

    /// Calls it was learned from.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// Enough was seen to say something.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.calls >= ENOUGH
    }

    /// Share of calls that meets overload at that moment; `None` while too little was seen.
    #[must_use]
    pub fn rate(&self, at: Timestamp, zone: &TimeZone) -> Option<f64> {
        let (day, hour) = place(at, zone);
        self.ready().then(|| self.share(day, hour))
    }

    fn share(&self, day: usize, hour: usize) -> f64 {
        let sum = |cells: &mut dyn Iterator<Item = &Cell>| {
            cells.fold(Cell::default(), |sum, cell| Cell {
                calls: sum.calls + cell.calls,
                refused: sum.refused + cell.refused,
            })
        };
        let shrink = |cell: Cell, to: f64| (cell.refused + PRIOR * to) / (cell.calls + PRIOR);
        let all = shrink(sum(&mut self.cells.iter().flatten()), 0.0);
        let of_day = shrink(sum(&mut self.cells.iter().map(|day| &day[hour])), all);
        shrink(self.cells[day][hour], of_day)
    }

    /// The day to come by the hour of the clock, midnight first; nothing while too little was seen.
    #[must_use]
    pub fn day(&self, now: Timestamp, zone: &TimeZone) -> Vec<LearnedHour> {
        if !self.ready() {
            return Vec::new();
        }
        let shares = (0..24).map(|hour| {
            let (day, hour) = place(Timestamp(now.millis() + hour * HOUR_MS), zone);
            (hour, self.share(day, hour))
        });
        let mut hours: Vec<LearnedHour> = shares
            .map(|(hour, rate)| LearnedHour { hour, calls: self.seen[hour], rate, chosen: false })
            .collect();
        let best = hours.iter().map(|hour| hour.rate).fold(f64::INFINITY, f64::min);
        hours.iter_mut().for_each(|hour| hour.chosen = class(hour.rate, best) <= 0.0);
        hours.sort_by_key(|hour| hour.hour);
        hours.dedup_by_key(|hour| hour.hour);
        hours
    }

    /// When jobs may go out: the hours with the least overload before the deadline that hold the work. `None` for now,
    /// also while too little is known. `per_hour` is what a good hour holds.
    #[must_use]
    pub fn opens(
        &self,
        work: f64,
        per_hour: f64,
        deadline: Option<Timestamp>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        if !self.ready() {
            return None;
        }
        let first = now.millis() - now.millis().rem_euclid(HOUR_MS);
        let end = deadline.map_or(now.millis() + HORIZON * HOUR_MS, Timestamp::millis);
        let mut hours: Vec<(f64, Timestamp)> = (0..7 * 24)
            .map(|hour| Timestamp(first + hour * HOUR_MS))
            .take_while(|at| at.millis() < end)
            .map(|at| {
                let (day, hour) = place(at, zone);
                (self.share(day, hour), at)
            })
            .collect();
        let best = hours.iter().map(|(rate, _)| *rate).fold(f64::INFINITY, f64::min);
        hours.sort_by(|a, b| class(a.0, best).total_cmp(&class(b.0, best)).then(a.1.cmp(&b.1)));
        let mut room = 0.0;
        let mut opens: Option<Timestamp> = None;
        for (rate, at) in hours {
            let whole = (at.millis() + HOUR_MS).min(end) - at.millis().max(now.millis());
            room += per_hour * (1.0 - rate) * whole as f64 / HOUR_MS as f64;
            opens = Some(opens.map_or(at, |first| first.min(at)));
            if room >= SPARE * work {
                break;
            }
        }
        opens.filter(|at| *at > now)
    }
}

/// Day from Monday, and hour.
fn place(at: Timestamp, zone: &TimeZone) -> (usize, usize) {
    let local = zoned(at, zone);
    let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
    (day.min(6), usize::try_from(local.hour()).unwrap_or(0).min(23))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond())
    }

    fn avoid(zone: &str, spans: &[(&str, &str)]) -> OffPeak {
        let avoid = spans.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        OffPeak { zone: Some(zone.into()), avoid, ..OffPeak::default() }
    }

    #[test]
    fn what_is_avoided_is_waited_out_in_the_zone_that_was_named() {
        let hours = OffPeak { zone: Some("Asia/Shanghai".into()), ..OffPeak::default() };
        let opens = |text| set_hours(&hours, &TimeZone::UTC, at(text));
        assert_eq!(opens("2026-11-24T00:59:59Z"), None);
        assert_eq!(opens("2026-11-24T01:00:30Z"), Some(at("2026-11-24T04:00:00Z")));
        assert_eq!(opens("2026-11-24T04:00:00Z"), None);
        assert_eq!(opens("2026-11-24T09:59:00Z"), Some(at("2026-11-24T10:00:00Z")));
        let night = avoid("UTC", &[("22:00", "02:00"), ("02:00", "03:00")]);
        let opens = set_hours(&night, &TimeZone::UTC, at("2026-11-24T23:00:00Z"));
        assert_eq!(opens, Some(at("2026-11-25T03:00:00Z")), "spans that follow each other are one");
        let all = avoid("UTC", &[("00:00", "12:00"), ("12:00", "00:00")]);
        assert_eq!(set_hours(&all, &TimeZone::UTC, at("2026-11-24T23:00:00Z")), None, "nothing is left");
    }

    #[test]
    fn daylight_saving_moves_the_opening_and_skips_what_is_not_there() {
        // The clocks of Berlin go back at 03:00 on 25 October 2026, and forward at 02:00 on 28 March 2027.
        let night = avoid("Europe/Berlin", &[("00:30", "04:00")]);
        let opens = |hours: &OffPeak, text| set_hours(hours, &TimeZone::UTC, at(text));
        assert_eq!(opens(&night, "2026-10-24T23:00:00Z"), Some(at("2026-10-25T03:00:00Z")));
        assert_eq!(opens(&night, "2027-03-28T00:00:00Z"), Some(at("2027-03-28T02:00:00Z")));
        let gap = avoid("Europe/Berlin", &[("00:30", "02:30")]);
        assert_eq!(opens(&gap, "2027-03-28T00:00:00Z"), Some(at("2027-03-28T01:30:00Z")));
    }

    #[test]
    fn a_deadline_presses_when_only_the_work_itself_is_left() {
        let (now, hour) = (at("2026-11-24T12:00:00Z"), Duration::from_secs(3600));
        assert!(!pressed(None, hour, now));
        assert!(!pressed(Some(at("2026-11-24T13:00:01Z")), hour, now));
        assert!(pressed(Some(at("2026-11-24T13:00:00Z")), hour, now));
    }

    #[test]
    fn an_hour_that_chance_made_look_best_is_not_waited_for() {
        let (zone, now) = (TimeZone::UTC, at("2026-11-24T10:10:00Z"));
        let mut learned = Learned::default();
        for hour in 0..24 {
            let then = Timestamp(now.millis() - 10 * MINUTE_MS - 24 * HOUR_MS + hour * HOUR_MS);
            // Bad until two; at five in the morning nothing happened to be refused.
            learned.add(
                then,
                100,
                if hour < 4 {
                    60
                } else if hour == 19 {
                    0
                } else {
                    8
                },
                now,
                &zone,
            );
        }
        assert_eq!(learned.opens(10.0, 100.0, None, now, &zone), Some(at("2026-11-24T14:00:00Z")));
    }

    #[test]
    fn bad_hours_are_learned_and_left_out() {
        let (zone, now) = (TimeZone::UTC, at("2026-11-24T10:10:00Z"));
        let mut learned = Learned::default();
        assert_eq!(learned.opens(10.0, 100.0, None, now, &zone), None, "neutral while nothing is known");
        for day in 1..=14 {
            for hour in 0..24 {
                let then = Timestamp(now.millis() - 10 * MINUTE_MS - day * 24 * HOUR_MS + hour * HOUR_MS);
                // From ten to two it is bad.
                learned.add(then, 10, if hour < 4 { 6 } else { 1 }, now, &zone);
            }
        }
        assert!(learned.rate(now, &zone).is_some_and(|rate| rate > 0.5));
        assert_eq!(learned.opens(10.0, 100.0, None, now, &zone), Some(at("2026-11-24T14:00:00Z")));
        let day = learned.day(now, &zone);
        let chosen: Vec<usize> = day.iter().filter(|hour| hour.chosen).map(|hour| hour.hour).collect();
        assert_eq!(chosen, (0..24).filter(|hour| !(10..14).contains(hour)).collect::<Vec<_>>());
        assert_eq!((day[10].calls, Learned::default().day(now, &zone).len()), (140, 0));
        let soon = Some(at("2026-11-24T12:00:00Z"));
        assert_eq!(learned.opens(150.0, 100.0, soon, now, &zone), None, "all hours before it are needed");
    }
}
