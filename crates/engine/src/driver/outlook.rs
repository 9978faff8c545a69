//! When the open sheets will be done, and a planned one in each lane: what is left, and the pace that the books measured.
//!
//! Not here: the arithmetic (see [`crate::policy::pace`]).

use crate::driver::compose::{AT_ONCE, Plan, no_economy};
use crate::driver::core::Core;
use crate::ledger::{Harvest, OpenSheet};
use crate::policy::fleet::{Route, Tier, by_project};
use crate::policy::pace::{DayLeft, Left, Pace, World, ahead, finish, measured};
use crate::policy::queue::LineKey;
use crate::policy::verdict::Dimension;
use crate::value::id::{AccountId, SheetId};
use crate::value::lane::Lane;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The pace is that of the last half hour.
const LATELY_MS: i64 = 30 * 60_000;

/// What an open sheet can expect.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetOutlook {
    /// When it will be done, where that can be told.
    pub finish: Option<Timestamp>,
    /// Big sheets: what they leave of the day's requests, or what must wait for the next.
    pub day: Option<Sentence>,
}

/// What the open sheets can expect. Nothing is said of those that stand still until somebody says otherwise.
///
/// # Errors
/// The ledger's.
pub async fn outlook(
    core: &Core,
    sheets: &[OpenSheet],
) -> crate::ledger::Result<HashMap<SheetId, SheetOutlook>> {
    let now = core.clock.now();
    let (mut left, stands) = left(core, sheets);
    let paces = paces(core, &left, now).await?;
    let mut out = HashMap::new();
    for (index, open) in sheets.iter().enumerate().filter(|(index, _)| !stands.contains(index)) {
        let day = left[index].jobs.iter().find_map(|(world, jobs)| {
            day(paces.get(world)?.day?, *jobs, ahead(&left, index, world, now), None)
        });
        let mut when = finish(&left, index, &paces, now);
        if when.is_none() && open.sheet.lane == Lane::Economy {
            when = at_the_usual_price(&mut left, index, open.sheet.deadline, &paces, now);
        }
        out.insert(open.sheet.id.clone(), SheetOutlook { finish: when, day });
    }
    Ok(out)
}

/// When the jobs of an economy sheet will be done at the latest: after its deadline they are paid as usual. Nobody can say
/// how long the half-price tier takes that was not measured lately.
fn at_the_usual_price(
    left: &mut [Left],
    index: usize,
    deadline: Option<Timestamp>,
    paces: &HashMap<World, Pace>,
    now: Timestamp,
) -> Option<Timestamp> {
    let deadline = deadline?;
    let usual = |(world, jobs): &(World, u32)| (World { tier: Tier::Standard, ..world.clone() }, *jobs);
    let own = left.get_mut(index)?;
    let usual = Left { jobs: own.jobs.iter().map(usual).collect(), opens: Some(deadline), ..own.clone() };
    let flex = std::mem::replace(own, usual);
    let when = finish(left, index, paces, now);
    left[index] = flex;
    when
}

/// The pace of each world that has jobs: measured lately, or allowed by the limits; nothing where neither is known.
async fn paces(core: &Core, left: &[Left], now: Timestamp) -> crate::ledger::Result<HashMap<World, Pace>> {
    let harvests = core.ledger.harvest(Timestamp(now.millis() - LATELY_MS)).await?;
    let rate = |world: &World| {
        let of_world = |harvest: &&Harvest| {
            (&harvest.model, harvest.practice, harvest.tier) == (&world.model, world.practice, world.tier)
        };
        let harvest = harvests.iter().find(of_world);
        let lately = harvest.and_then(|harvest| {
            // Nobody asked for more since the last one came: that is no slowness.
            measured(harvest.pictures, harvest.last.unwrap_or(now).since(harvest.first))
        });
        // What a quota allows says nothing of a tier that has room only now and then.
        let allowed = allowed(core, world).filter(|_| world.tier == Tier::Standard);
        match (lately, allowed) {
            (Some(lately), Some(allowed)) => Some(lately.min(allowed)),
            (lately, allowed) => lately.or(allowed),
        }
    };
    let worlds = left.iter().flat_map(|left| &left.jobs).map(|(world, _)| world);
    let usual = worlds.clone().map(|world| World { tier: Tier::Standard, ..world.clone() });
    let all: HashSet<World> = worlds.cloned().chain(usual).collect();
    Ok(all
        .into_iter()
        .filter_map(|world| {
            let pace = Pace { per_hour: rate(&world)?, day: day_left(core, &world, &[], now) };
            Some((world, pace))
        })
        .collect())
}

/// What a planned sheet can expect in a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneProspect {
    /// Lane.
    pub lane: Lane,
    /// What it costs.
    pub usd: Usd,
    /// When its first job goes out, where that is not now.
    pub opens: Option<Timestamp>,
    /// When all would be done, where that can be told.
    pub finish: Option<Timestamp>,
    /// Why it cannot be chosen.
    pub impossible: Option<Sentence>,
    /// What to know about it.
    pub note: Option<Sentence>,
}

/// What a planned sheet can expect.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prospect {
    /// By lane.
    pub lanes: Vec<LaneProspect>,
    /// Big sheets: what it leaves of the day's requests, or what must wait for the next.
    pub day: Option<Sentence>,
}

/// What a plan can expect in each lane.
///
/// # Errors
/// The ledger's.
pub async fn prospect(
    core: &Core,
    plan: &Plan,
    deadline: Option<Timestamp>,
) -> crate::ledger::Result<Prospect> {
    let now = core.clock.now();
    super::off_peak::learn(core).await?;
    let sheets = core.ledger.open_sheets().await?;
    let (mut left, _) = left(core, &sheets);
    let jobs_in = |tier: Tier| {
        let mut jobs: BTreeMap<World, u32> = BTreeMap::new();
        for item in &plan.items {
            let answered = if plan.new { 0 } else { u32::try_from(item.answers.len()).unwrap_or(u32::MAX) };
            let world = World { model: item.request.model.clone(), practice: plan.practice, tier };
            *jobs.entry(world).or_default() += plan.count.saturating_sub(answered);
        }
        jobs.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>()
    };
    let own = left.len();
    left.push(Left {
        sheet: SheetId::from_text("plan"),
        interactive: plan.to_make() <= AT_ONCE,
        jobs: jobs_in(Tier::Standard).into_iter().chain(jobs_in(Tier::Flex)).collect(),
        opens: None,
        held: false,
    });
    let paces = paces(core, &left, now).await?;
    left[own].jobs = jobs_in(Tier::Standard);
    let opens = off_peak(core, plan, deadline, now);
    let at_once = finish(&left, own, &paces, now);
    let today = left[own].jobs.iter().find_map(|(world, jobs)| {
        let left_today = day_left(core, world, &plan.compared, now)?;
        Some((left_today, *jobs, ahead(&left, own, world, now)))
    });
    let lane = |lane: Lane, opens, finish| LaneProspect {
        lane,
        usd: plan.usd_in(lane),
        opens,
        finish,
        impossible: None,
        note: None,
    };
    let mut lanes = vec![lane(Lane::Now, None, at_once)];
    left[own].opens = opens;
    left[own].interactive = false;
    lanes.push(lane(Lane::OffPeak, opens, finish(&left, own, &paces, now)));
    let dear = plan.items.iter().find(|item| !item.flex);
    let dear = dear.and_then(|item| core.catalogue.model(&item.request.model));
    left[own].opens = None;
    left[own].jobs = jobs_in(Tier::Flex);
    let measured = finish(&left, own, &paces, now);
    let economy = measured.or_else(|| at_the_usual_price(&mut left, own, deadline, &paces, now));
    let note = match (measured, economy) {
        (Some(_), _) => None,
        (None, Some(_)) => Some(Sentence::new("S-economy-latest")),
        (None, None) => Some(Sentence::new("S-economy-unknown")),
    };
    let impossible = dear.map(no_economy);
    lanes.push(LaneProspect { impossible, note, ..lane(Lane::Economy, None, economy) });
    let chosen = lanes.iter().find(|one| one.lane == plan.lane).and_then(|one| one.finish);
    let day = today.and_then(|(left_today, jobs, before)| day(left_today, jobs, before, chosen));
    Ok(Prospect { lanes, day })
}

/// When a plan would go out that is in no hurry; `None` for now.
fn off_peak(core: &Core, plan: &Plan, deadline: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let first = plan.items.first()?;
    let line = LineKey {
        model: first.request.model.clone(),
        size: first.request.size,
        account: plan.compared.first().cloned(),
        practice: plan.practice,
        fell_back: false,
        stand_in: None,
        tier: Tier::Standard,
        budgeted: false,
    };
    let (accounts, zone) = (core.accounts(), core.clock.zone());
    let live = core.live();
    let jobs = live.queue.len() + plan.to_make() as usize;
    live.off_peak.opens(&line, deadline, (&live.settings.off_peak, &accounts), jobs, (now, &zone))
}

/// What the day has left for a world, where all its projects have a limit by the day. `only`: the accounts that may take
/// the jobs, all of the world where none is named.
fn day_left(core: &Core, world: &World, only: &[AccountId], now: Timestamp) -> Option<DayLeft> {
    let accounts = core.accounts();
    let mut live = core.live();
    let mut projects: HashSet<&str> = HashSet::new();
    let mut sum: Option<DayLeft> = None;
    for account in accounts.iter().map(|kept| &kept.account) {
        let takes = account.practice() == world.practice && (only.is_empty() || only.contains(&account.id));
        // Accounts of one project share its day.
        if !takes || !projects.insert(&account.project) {
            continue;
        }
        let route = Route::of(account, &world.model, world.tier, None, false);
        let reading = live.fleet.reading(&route, now);
        let level = reading.quota.into_iter().find(|level| level.dimension == Dimension::Day)?;
        let (limit, turns) = (level.limit?, level.resets?);
        let before = sum.unwrap_or(DayLeft { left: 0.0, limit: 0.0, turns });
        sum = Some(DayLeft {
            left: before.left + (limit - level.used).max(0.0),
            limit: before.limit + limit,
            turns: before.turns.max(turns),
        });
    }
    sum.filter(|day| day.limit > 0.0)
}

/// What so many jobs leave of a day after those that come before them, or how many of them must wait for the next.
fn day(day: DayLeft, jobs: u32, before: u32, finish: Option<Timestamp>) -> Option<Sentence> {
    if jobs <= AT_ONCE {
        return None;
    }
    let spare = day.left - f64::from(before) - f64::from(jobs);
    let over = (-spare).min(f64::from(jobs));
    let said =
        |code: &str, n: f64| Sentence::new(code).with("limit", day.limit as u64).with("spare", n as u64);
    Some(match finish {
        _ if spare < 0.0 => said("S-day-over", over).with("at", day.turns.millis()),
        Some(at) => said("S-day-fits-at", spare).with("at", at.millis()),
        None => said("S-day-fits", spare),
    })
}

/// What is left of each sheet, and which of them stand still until somebody says otherwise.
fn left(core: &Core, sheets: &[OpenSheet]) -> (Vec<Left>, HashSet<usize>) {
    let live = core.live();
    let mut waiting: HashMap<&SheetId, BTreeMap<World, u32>> = HashMap::new();
    for job in live.queue.iter() {
        let line = &job.line;
        let world = World {
            model: line.stand_in.as_ref().unwrap_or(&line.model).clone(),
            practice: line.practice,
            tier: line.tier,
        };
        *waiting.entry(&job.sheet).or_default().entry(world).or_default() += 1;
    }
    let halted = live.settings.paused || live.draining;
    let mut stands = HashSet::new();
    let mut out = Vec::new();
    for (index, open) in sheets.iter().enumerate() {
        let sheet = &open.sheet;
        let mut jobs = waiting.remove(&sheet.id).unwrap_or_default();
        // What is on the wire takes its time, too; of which model each is does not matter much.
        let models = u32::try_from(sheet.models.len()).unwrap_or(1).max(1);
        for model in sheet.models.iter().take(open.sending as usize) {
            let world = World { model: model.clone(), practice: sheet.practice, tier: sheet.lane.tier() };
            *jobs.entry(world).or_default() += open.sending.div_ceil(models);
        }
        if halted || open.paused {
            stands.insert(index);
            jobs.clear();
        }
        let why = open.first.as_ref().and_then(|job| live.queue.why(job));
        out.push(Left {
            sheet: sheet.id.clone(),
            interactive: sheet.interactive,
            jobs: jobs.into_iter().collect(),
            held: why.as_ref().is_some_and(|(_, why)| why.code == "R-off-peak"),
            // What is parked until a time stands in no line, so no line knows why.
            opens: why.and_then(|(at, _)| at).or_else(|| live.queue.get(open.first.as_ref()?)?.not_before),
        });
    }
    (out, stands)
}

/// Pictures an hour that the limits the user knows allow; `None` where one is not known.
fn allowed(core: &Core, world: &World) -> Option<f64> {
    let accounts = core.accounts();
    let of_world =
        accounts.iter().map(|kept| &kept.account).filter(|account| account.practice() == world.practice);
    let limits = by_project(of_world);
    let minute: u32 =
        limits.values().map(|limits| limits.ipm.into_iter().chain(limits.rpm).min()).sum::<Option<u32>>()?;
    (minute > 0).then(|| f64::from(minute) * 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    #[test]
    fn a_big_sheet_says_what_it_leaves_of_the_day_and_when_it_is_done() {
        let turns = T.after(Duration::from_secs(3600));
        let left = DayLeft { left: 50.0, limit: 250.0, turns };
        let said = |jobs, before, finish| {
            let sentence = day(left, jobs, before, finish)?;
            Some((
                sentence.code.clone(),
                sentence.params["spare"].as_u64(),
                sentence.params.get("at").cloned(),
            ))
        };
        assert_eq!(said(9, 0, Some(T)), None, "a person's few fit or wait by themselves");
        let fits = Some(("S-day-fits-at".to_owned(), Some(12), Some(T.millis().into())));
        assert_eq!(said(38, 0, Some(T)), fits);
        assert_eq!(said(38, 0, None), Some(("S-day-fits".to_owned(), Some(12), None)));
        let over = |n| Some(("S-day-over".to_owned(), Some(n), Some(turns.millis().into())));
        assert_eq!(said(60, 0, Some(T)), over(10));
        assert_eq!(said(40, 30, Some(T)), over(20), "others come before it");
        assert_eq!(said(40, 90, Some(T)), over(40), "all of it, and no more than that");
    }

    #[test]
    fn an_economy_sheet_ends_at_the_usual_price_after_its_deadline() {
        let world = |tier| World { model: "m".into(), practice: false, tier };
        let sheet = SheetId::from_text("s");
        let jobs = vec![(world(Tier::Flex), 30)];
        let mut left = [Left { sheet, interactive: false, jobs, opens: None, held: false }];
        let paces = HashMap::from([(world(Tier::Standard), Pace { per_hour: 60.0, day: None })]);
        let before = left.clone();
        let at = |minutes: u64| T.after(Duration::from_secs(60 * minutes));
        assert_eq!(finish(&left, 0, &paces, T), None, "nobody knows how long half price takes");
        assert_eq!(at_the_usual_price(&mut left, 0, Some(at(120)), &paces, T), Some(at(150)));
        assert_eq!(at_the_usual_price(&mut left, 0, None, &paces, T), None);
        assert_eq!(left, before);
    }
}
