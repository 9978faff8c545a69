//! Off-peak sheets: when their jobs may go out, and what is learned about the hours.
//!
//! Not here: the arithmetic of it (see [`crate::policy::hours`]).

use crate::driver::core::Core;
use crate::ledger::KeptAccount;
use crate::policy::hours::{Learned, LearnedHour, latest, pressed, set_hours};
use crate::policy::queue::LineKey;
use crate::value::settings::{OffPeak, OffPeakMode};
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::time::Duration;

/// What was learned is older than this: read it again.
const STALE: Duration = Duration::from_secs(3600);
/// Four half-lives: what is older hardly counts.
const LOOK_BACK_MS: i64 = 56 * 24 * 3_600_000;
/// Pictures an hour where no limit is known: a few calls at once, half a minute each.
const PER_HOUR: u32 = 480;
/// A call that goes out in time may still meet overload.
const MARGIN: Duration = Duration::from_secs(600);

/// What is known about the hours.
#[derive(Default)]
pub(super) struct OffPeakNow {
    learned: HashMap<(String, bool), Learned>,
    read: Option<Timestamp>,
}

impl OffPeakNow {
    /// When a job of that line goes out that is in no hurry before `deadline`; `None` for now. `jobs`: how many wait in all.
    pub(super) fn opens(
        &self,
        line: &LineKey,
        deadline: Option<Timestamp>,
        (settings, accounts): (&OffPeak, &[KeptAccount]),
        jobs: usize,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Option<Timestamp> {
        let per_hour = f64::from(per_hour(line, accounts)).max(1.0);
        let takes = MARGIN + Duration::from_secs_f64(jobs as f64 / per_hour * 3600.0);
        if pressed(deadline, takes, now) {
            return None;
        }
        let at = match settings.mode {
            OffPeakMode::Hours => set_hours(settings, zone, now)?,
            OffPeakMode::Learned => {
                let learned = self.learned.get(&(line.model.clone(), line.practice));
                match learned.filter(|learned| learned.ready()) {
                    Some(learned) => learned.opens(jobs as f64, per_hour, deadline, now, zone)?,
                    // Until enough is known, the hours that were set hold.
                    None => set_hours(settings, zone, now)?,
                }
            }
        };
        Some(deadline.map_or(at, |deadline| at.min(latest(deadline, takes))))
    }
}

fn per_hour(line: &LineKey, accounts: &[KeptAccount]) -> u32 {
    let of_line = |kept: &&KeptAccount| match &line.account {
        Some(id) => kept.account.id == *id,
        None => kept.account.practice() == line.practice,
    };
    let limits = accounts.iter().filter(of_line).map(|kept| &kept.account.limits);
    let known: u32 = limits.filter_map(|limits| limits.ipm.or(limits.rpm)).map(|minute| minute * 60).sum();
    if known == 0 { PER_HOUR } else { known }
}

/// What was learned about the hours of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedHours {
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// Calls it was learned from.
    pub calls: u32,
    /// The day to come, hour by hour; empty while too little was seen.
    pub hours: Vec<LearnedHour>,
}

/// What was learned about the hours, where the user goes by it; the models with most calls first.
///
/// # Errors
/// The ledger's.
pub async fn learned_hours(core: &Core) -> crate::ledger::Result<Vec<LearnedHours>> {
    if core.settings().off_peak.mode != OffPeakMode::Learned {
        return Ok(Vec::new());
    }
    learn(core).await?;
    let (now, zone) = (core.clock.now(), core.clock.zone());
    let of_model = |((model, practice), learned): (&(String, bool), &Learned)| LearnedHours {
        model: model.clone(),
        practice: *practice,
        calls: learned.calls(),
        hours: learned.day(now, &zone),
    };
    let mut all: Vec<LearnedHours> = core.live().off_peak.learned.iter().map(of_model).collect();
    all.sort_by(|a, b| (a.practice, b.calls, &a.model).cmp(&(b.practice, a.calls, &b.model)));
    Ok(all)
}

/// Reads what our own calls met, once an hour, where the user goes by it: the first plan shows it.
pub(super) async fn learn(core: &Core) -> crate::ledger::Result<()> {
    let now = core.clock.now();
    {
        let live = core.live();
        let fresh = live.off_peak.read.is_some_and(|at| now.since(at) < STALE);
        if fresh || live.settings.off_peak.mode != OffPeakMode::Learned {
            return Ok(());
        }
    }
    let zone = core.clock.zone();
    let mut learned: HashMap<(String, bool), Learned> = HashMap::new();
    for hour in core.ledger.quarters(Timestamp(now.millis() - LOOK_BACK_MS)).await? {
        let of_model = learned.entry((hour.model, hour.practice)).or_default();
        of_model.add(hour.at, hour.calls, hour.overloaded, now, &zone);
    }
    let mut live = core.live();
    live.off_peak.learned = learned;
    live.off_peak.read = Some(now);
    Ok(())
}
