//! Off-peak sheets: when their jobs may go out, and what is learned about the hours.
//!
//! Not here: the arithmetic of it (see [`crate::policy::hours`]).

use crate::driver::core::Core;
use crate::ledger::KeptAccount;
use crate::policy::fleet::by_project;
use crate::policy::hours::{Learned, LearnedHour, latest, pressed, set_hours};
use crate::policy::queue::LineKey;
use crate::value::account::{Account, Limits};
use crate::value::settings::{OffPeak, OffPeakMode};
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};
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
        let (per_hour, per_day) = rates(line, accounts);
        // What a day does not hold waits for the next.
        let days = per_day.map_or(0, |day| jobs.saturating_sub(1) / day.max(1) as usize);
        let hours = jobs as f64 / per_hour + 24.0 * days as f64;
        let takes = MARGIN + Duration::try_from_secs_f64(hours * 3600.0).unwrap_or(Duration::MAX / 4);
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

/// Pictures an hour, and a day where that is limited, that the limits of a line's projects allow.
fn rates(line: &LineKey, accounts: &[KeptAccount]) -> (f64, Option<u32>) {
    let of_line = |account: &&Account| match &line.account {
        Some(id) => account.id == *id,
        None => account.practice() == line.practice,
    };
    let accounts = accounts.iter().map(|kept| &kept.account);
    let of_world = accounts.clone().filter(|account| account.practice() == line.practice);
    let mut limits = by_project(of_world);
    let own: HashSet<&str> = accounts.filter(of_line).map(|account| account.project.as_str()).collect();
    limits.retain(|project, _| own.contains(project.as_str()));
    let minute = |limits: &Limits| limits.ipm.into_iter().chain(limits.rpm).min();
    let known: u32 = limits.values().filter_map(minute).sum();
    let day: Option<u32> = limits.values().map(|limits| limits.rpd).sum();
    (f64::from(if known == 0 { PER_HOUR } else { known * 60 }), day.filter(|day| *day > 0))
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
