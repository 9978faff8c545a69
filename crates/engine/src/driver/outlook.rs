//! When the open sheets will be done, and a planned one in each lane: what is left, and the pace that the books measured.
//!
//! Not here: the arithmetic (see [`crate::policy::pace`]).

use crate::driver::compose::{Plan, no_economy};
use crate::driver::core::Core;
use crate::ledger::OpenSheet;
use crate::policy::fleet::{Route, Tier};
use crate::policy::pace::{Left, World, finish, measured};
use crate::policy::queue::LineKey;
use crate::policy::verdict::Dimension;
use crate::value::id::SheetId;
use crate::value::lane::Lane;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};

/// So few jobs are a person's, who waits for them; more are a batch, of which a day may not hold all.
const FEW: u32 = 8;
/// The pace is that of the last half hour.
const LATELY_MS: i64 = 30 * 60_000;

/// When sheets will be done, for those of which it can be told.
///
/// # Errors
/// The ledger's.
pub async fn finishes(
    core: &Core,
    sheets: &[OpenSheet],
) -> crate::ledger::Result<HashMap<SheetId, Timestamp>> {
    let now = core.clock.now();
    let (left, stands) = left(core, sheets);
    let per_hour = pace(core, &left, now).await?;
    let told = (0..left.len())
        .filter(|index| !stands.contains(index))
        .filter_map(|index| Some((left[index].sheet.clone(), finish(&left, index, &per_hour, now)?)));
    Ok(told.collect())
}

/// Pictures an hour, measured lately or allowed by the limits; nothing for a world of which neither is known.
async fn pace(core: &Core, left: &[Left], now: Timestamp) -> crate::ledger::Result<HashMap<World, f64>> {
    let mut per_hour: HashMap<World, f64> = HashMap::new();
    for harvest in core.ledger.harvest(Timestamp(now.millis() - LATELY_MS)).await? {
        if let Some(rate) = measured(harvest.pictures, now.since(harvest.first)) {
            per_hour.insert((harvest.model, harvest.practice), rate);
        }
    }
    for world in left.iter().flat_map(|left| &left.jobs).map(|(world, _)| world) {
        if !per_hour.contains_key(world)
            && let Some(rate) = allowed(core, world)
        {
            per_hour.insert(world.clone(), rate);
        }
    }
    Ok(per_hour)
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
    let sheets = core.ledger.open_sheets().await?;
    let (mut left, _) = left(core, &sheets);
    let mut jobs: BTreeMap<World, u32> = BTreeMap::new();
    for item in &plan.items {
        let answered = if plan.new { 0 } else { u32::try_from(item.answers.len()).unwrap_or(u32::MAX) };
        *jobs.entry((item.request.model.clone(), plan.practice)).or_default() +=
            plan.count.saturating_sub(answered);
    }
    jobs.retain(|_, count| *count > 0);
    let day = jobs.iter().find_map(|((model, _), count)| day(core, plan, model, *count, now));
    left.push(Left {
        sheet: SheetId::from_text("plan"),
        interactive: plan.to_make() <= FEW,
        jobs: jobs.into_iter().collect(),
        opens: None,
    });
    let per_hour = pace(core, &left, now).await?;
    let opens = off_peak(core, plan, deadline, now);
    let own = left.len() - 1;
    let lane = |lane: Lane, opens, finish| LaneProspect {
        lane,
        usd: plan.usd_in(lane),
        opens,
        finish,
        impossible: None,
    };
    let mut lanes = vec![lane(Lane::Now, None, finish(&left, own, &per_hour, now))];
    left[own].opens = opens;
    left[own].interactive = false;
    lanes.push(lane(Lane::OffPeak, opens, finish(&left, own, &per_hour, now)));
    let dear = plan.items.iter().find(|item| !item.flex);
    let dear = dear.and_then(|item| core.catalogue.model(&item.request.model));
    // How long the half-price tier takes is not ours to say: that is what the lane's deadline is for.
    lanes.push(LaneProspect { impossible: dear.map(no_economy), ..lane(Lane::Economy, None, None) });
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
        tier: Tier::Standard,
        budgeted: false,
    };
    let (accounts, zone) = (core.accounts(), core.clock.zone());
    let live = core.live();
    let jobs = live.queue.len() + plan.to_make() as usize;
    live.off_peak.opens(&line, deadline, (&live.settings.off_peak, &accounts), jobs, (now, &zone))
}

/// What the day has left for so many jobs of a model, where all its routes have a limit by the day.
fn day(core: &Core, plan: &Plan, model: &str, count: u32, now: Timestamp) -> Option<Sentence> {
    if count <= FEW {
        return None;
    }
    let accounts = core.accounts();
    let mut live = core.live();
    let (mut left, mut limits, mut turns) = (0.0, 0.0, now);
    for account in accounts.iter().map(|kept| &kept.account) {
        if account.practice() != plan.practice
            || !(plan.compared.is_empty() || plan.compared.contains(&account.id))
        {
            continue;
        }
        let route = Route::of(account, model, Tier::Standard, None, false);
        let reading = live.fleet.reading(&route, now);
        let level = reading.quota.into_iter().find(|level| level.dimension == Dimension::Day)?;
        let limit = level.limit?;
        limits += limit;
        left += (limit - level.used).max(0.0);
        turns = turns.max(level.resets?);
    }
    if limits <= 0.0 {
        return None;
    }
    let spare = left - f64::from(count);
    let code = if spare >= 0.0 { "S-day-fits" } else { "S-day-over" };
    Some(
        Sentence::new(code)
            .with("limit", limits as u64)
            .with("spare", spare.abs() as u64)
            .with("at", turns.millis()),
    )
}

/// What is left of each sheet, and which of them stand still until somebody or some hour says otherwise.
fn left(core: &Core, sheets: &[OpenSheet]) -> (Vec<Left>, HashSet<usize>) {
    let live = core.live();
    let mut waiting: HashMap<&SheetId, BTreeMap<World, u32>> = HashMap::new();
    for job in live.queue.iter() {
        *waiting
            .entry(&job.sheet)
            .or_default()
            .entry((job.line.model.clone(), job.line.practice))
            .or_default() += 1;
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
            *jobs.entry((model.clone(), sheet.practice)).or_default() += open.sending.div_ceil(models);
        }
        if halted || open.paused || sheet.lane != Lane::Now {
            stands.insert(index);
            jobs.clear();
        }
        let opens = open.first.as_ref().and_then(|job| live.queue.why(job)).and_then(|(at, _)| at);
        out.push(Left {
            sheet: sheet.id.clone(),
            interactive: sheet.interactive,
            jobs: jobs.into_iter().collect(),
            opens,
        });
    }
    (out, stands)
}

/// Pictures an hour that the limits the user knows allow; `None` where one is not known.
fn allowed(core: &Core, world: &World) -> Option<f64> {
    let accounts = core.accounts();
    let mut projects: BTreeMap<&str, u32> = BTreeMap::new();
    for account in accounts.iter().map(|kept| &kept.account).filter(|account| account.practice() == world.1) {
        let limits = &account.limits;
        projects.insert(&account.project, [limits.ipm, limits.rpm].into_iter().flatten().min()?);
    }
    let minute: u32 = projects.values().sum();
    (minute > 0).then(|| f64::from(minute) * 60.0)
}
