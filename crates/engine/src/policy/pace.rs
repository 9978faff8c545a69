//! When sheets will be done, from how many of their jobs are left, how fast pictures come, and what a day allows.
//!
//! Pure, and an estimate: where a pace is not known there is none. Not here: where the pace comes from.

use crate::policy::queue::BATCH_TURN;
use crate::value::id::SheetId;
use crate::value::lane::Tier;
use crate::value::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// What would take longer than this is not promised for a day.
const FARTHEST_DAYS: u32 = 366;

/// Jobs that share a pace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct World {
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// How they are served.
    pub tier: Tier,
}

/// How fast the pictures of a world come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Pictures an hour while it may send.
    pub per_hour: f64,
    /// What the provider's day allows, where that is known for all its routes.
    pub day: Option<DayLeft>,
}

/// The requests of a provider's day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayLeft {
    /// Left today.
    pub left: f64,
    /// A whole day's.
    pub limit: f64,
    /// When the day turns.
    pub turns: Timestamp,
}

/// What is left of a sheet, in the order of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The sheet.
    pub sheet: SheetId,
    /// A person waits for it.
    pub interactive: bool,
    /// Jobs by world.
    pub jobs: Vec<(World, u32)>,
    /// Not before then.
    pub opens: Option<Timestamp>,
    /// It waits for a better hour: until then it is in nobody's way.
    pub held: bool,
}

impl Left {
    fn start(&self, now: Timestamp) -> Timestamp {
        self.opens.map_or(now, |opens| opens.max(now))
    }

    fn of(&self, world: &World) -> u32 {
        self.jobs.iter().filter(|(of, _)| of == world).map(|(_, count)| *count).sum()
    }
}

/// Pictures by the hour of a model: measured, else as many as its limits allow. Few pictures say nothing.
#[must_use]
pub fn measured(pictures: u32, since: Duration) -> Option<f64> {
    const ENOUGH: u32 = 3;
    const LEAST: Duration = Duration::from_secs(60);
    (pictures >= ENOUGH).then(|| f64::from(pictures) * 3600.0 / since.max(LEAST).as_secs_f64())
}

/// Jobs of a world that come before the last one of a sheet. A person's sheet waits for the persons before it; a batch
/// waits for all persons, and takes turns with the other batches. Of each five turns one is the batches'.
#[must_use]
pub fn ahead(all: &[Left], index: usize, world: &World, now: Timestamp) -> u32 {
    let Some(own) = all.get(index) else { return 0 };
    let jobs = own.of(world);
    let (mut people, mut batches) = (0, 0);
    for (other, left) in all.iter().enumerate() {
        if other == index || (left.held && left.start(now) > own.start(now)) {
            continue;
        }
        match (own.interactive, left.interactive) {
            (true, true) if other > index => {}
            (_, true) => people += left.of(world),
            (true, false) => batches += left.of(world),
            (false, false) => batches += left.of(world).min(jobs),
        }
    }
    // Of so many in a row one is a batch's.
    let turn = BATCH_TURN - 1;
    if own.interactive {
        people + batches.min((people + jobs) / turn)
    } else {
        batches + people.min((batches + jobs).saturating_mul(turn))
    }
}

/// When a sheet will be done.
#[must_use]
pub fn finish(all: &[Left], index: usize, paces: &HashMap<World, Pace>, now: Timestamp) -> Option<Timestamp> {
    let own = all.get(index)?;
    let mut last = None;
    for (world, jobs) in &own.jobs {
        let pace = paces.get(world).filter(|pace| pace.per_hour > 0.0)?;
        let done = pace.done(f64::from(ahead(all, index, world, now) + jobs), own.start(now))?;
        last = last.max(Some(done));
    }
    last
}

impl Pace {
    /// When so many pictures are made, from then on: day by day, as many as each allows.
    fn done(&self, pictures: f64, start: Timestamp) -> Option<Timestamp> {
        let hours = |pictures: f64| Duration::try_from_secs_f64(pictures / self.per_hour * 3600.0).ok();
        let Some(day) = self.day else { return Some(start.after(hours(pictures)?)) };
        let (mut at, mut rest, mut allows, mut turns) = (start, pictures, day.left, day.turns);
        for _ in 0..FARTHEST_DAYS {
            if at < turns {
                let made = allows.min(self.per_hour * turns.since(at).as_secs_f64() / 3600.0);
                if rest <= made {
                    return Some(at.after(hours(rest)?));
                }
                rest -= made;
                at = turns;
            }
            (allows, turns) = (day.limit, turns.after(DAY));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn world() -> World {
        World { model: "m".into(), practice: false, tier: Tier::Standard }
    }

    fn left(sheet: &str, interactive: bool, jobs: u32) -> Left {
        let jobs = vec![(world(), jobs)];
        Left { sheet: SheetId::from_text(sheet), interactive, jobs, opens: None, held: false }
    }

    fn paces(per_hour: f64, day: Option<DayLeft>) -> HashMap<World, Pace> {
        HashMap::from([(world(), Pace { per_hour, day })])
    }

    fn minutes(at: Option<Timestamp>) -> Option<u64> {
        at.map(|at| at.since(T).as_secs() / 60)
    }

    fn at(minutes: u64) -> Timestamp {
        T.after(Duration::from_secs(60 * minutes))
    }

    #[test]
    fn a_person_waits_for_persons_and_batches_take_turns() {
        let all = [left("p", true, 3), left("q", true, 2), left("x", false, 10), left("y", false, 4)];
        let when: Vec<_> = (0..4).map(|index| minutes(finish(&all, index, &paces(60.0, None), T))).collect();
        assert_eq!(when, [Some(3), Some(6), Some(19), Some(13)]);
    }

    #[test]
    fn without_a_pace_nothing_is_promised() {
        let all = [left("p", true, 3)];
        assert_eq!(finish(&all, 0, &HashMap::new(), T), None);
        assert_eq!(measured(2, Duration::from_secs(600)), None);
        assert_eq!(measured(5, Duration::from_secs(600)), Some(30.0));
        assert_eq!(
            measured(5, Duration::from_secs(1)),
            Some(300.0),
            "a burst of seconds is no pace of an hour"
        );
    }

    #[test]
    fn what_opens_later_ends_later_and_is_in_nobodys_way_until_then() {
        let held = Left { opens: Some(at(10)), held: true, ..left("h", false, 60) };
        let all = [held, left("x", false, 20)];
        let when = |index| minutes(finish(&all, index, &paces(60.0, None), T));
        assert_eq!((when(0), when(1)), (Some(90), Some(20)));
    }

    #[test]
    fn a_day_holds_what_it_holds_and_the_rest_waits_for_the_next() {
        let day = |left: f64| Some(DayLeft { left, limit: 100.0, turns: at(600) });
        let when = |jobs, day| minutes(finish(&[left("x", false, jobs)], 0, &paces(60.0, day), T));
        assert_eq!(when(30, day(30.0)), Some(30), "just so");
        assert_eq!(when(40, day(30.0)), Some(610), "ten of them tomorrow");
        assert_eq!(when(230, day(30.0)), Some(600 + 24 * 60 + 100), "and the last the day after");
        let none = Some(DayLeft { left: 0.0, limit: 0.0, turns: at(600) });
        assert_eq!(when(1, none), None, "nothing is ever allowed");
    }
}
