//! When sheets will be done, from how many of their jobs are left and how fast pictures come.
//!
//! Pure, and an estimate: where a pace is not known there is none. Not here: where the pace comes from.

use crate::value::id::SheetId;
use crate::value::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// Model and practice.
pub type World = (String, bool);

/// What is left of a sheet, in the order of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// The sheet.
    pub sheet: SheetId,
    /// A person waits for it.
    pub interactive: bool,
    /// Jobs by model.
    pub jobs: Vec<(World, u32)>,
    /// Not before then.
    pub opens: Option<Timestamp>,
}

/// Pictures by the hour of a model: measured, else as many as its limits allow. Few pictures say nothing.
#[must_use]
pub fn measured(pictures: u32, since: Duration) -> Option<f64> {
    const ENOUGH: u32 = 3;
    const LEAST: Duration = Duration::from_secs(60);
    (pictures >= ENOUGH).then(|| f64::from(pictures) * 3600.0 / since.max(LEAST).as_secs_f64())
}

/// When a sheet will be done. A person's sheet waits for the persons before it; a batch waits for all persons, and takes
/// turns with the other batches.
#[must_use]
pub fn finish(
    all: &[Left],
    index: usize,
    per_hour: &HashMap<World, f64>,
    now: Timestamp,
) -> Option<Timestamp> {
    let own = all.get(index)?;
    let mut last: f64 = 0.0;
    for (world, jobs) in &own.jobs {
        let rate = per_hour.get(world).copied().filter(|rate| *rate > 0.0)?;
        let before: u32 = all
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(other, left)| {
                let count: u32 =
                    left.jobs.iter().filter(|(of, _)| of == world).map(|(_, count)| *count).sum();
                match (own.interactive, left.interactive) {
                    (true, true) if other < index => count,
                    (true, _) => 0,
                    (false, true) => count,
                    (false, false) => count.min(*jobs),
                }
            })
            .sum();
        last = last.max(f64::from(before + jobs) / rate);
    }
    if own.jobs.is_empty() {
        return None;
    }
    let start = own.opens.map_or(now, |opens| opens.max(now));
    Some(start.after(Duration::try_from_secs_f64(last * 3600.0).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn left(sheet: &str, interactive: bool, jobs: u32) -> Left {
        let world = ("m".to_owned(), false);
        Left { sheet: SheetId::from_text(sheet), interactive, jobs: vec![(world, jobs)], opens: None }
    }

    fn minutes(at: Option<Timestamp>) -> Option<u64> {
        at.map(|at| at.since(T).as_secs() / 60)
    }

    #[test]
    fn a_person_waits_for_persons_and_batches_take_turns() {
        let all = [left("p", true, 3), left("q", true, 2), left("x", false, 10), left("y", false, 4)];
        let rates = HashMap::from([(("m".to_owned(), false), 60.0)]);
        let when: Vec<_> = (0..4).map(|index| minutes(finish(&all, index, &rates, T))).collect();
        assert_eq!(when, [Some(3), Some(5), Some(19), Some(13)]);
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
    fn what_opens_later_ends_later() {
        let mut own = left("p", true, 60);
        own.opens = Some(T.after(Duration::from_secs(600)));
        let rates = HashMap::from([(("m".to_owned(), false), 60.0)]);
        assert_eq!(minutes(finish(&[own], 0, &rates, T)), Some(70));
    }
}
