//! When the open sheets will be done: what is left of them, and the pace that the books measured.
//!
//! Not here: the arithmetic (see [`crate::policy::pace`]).

use crate::driver::core::Core;
use crate::ledger::OpenSheet;
use crate::policy::pace::{Left, World, finish, measured};
use crate::value::id::SheetId;
use crate::value::lane::Lane;
use crate::value::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    let mut per_hour: HashMap<World, f64> = HashMap::new();
    for harvest in core.ledger.harvest(Timestamp(now.millis() - LATELY_MS)).await? {
        if let Some(rate) = measured(harvest.pictures, now.since(harvest.first)) {
            per_hour.insert((harvest.model, harvest.practice), rate);
        }
    }
    let (left, stands) = left(core, sheets);
    for world in left.iter().flat_map(|left| &left.jobs).map(|(world, _)| world) {
        if !per_hour.contains_key(world)
            && let Some(rate) = allowed(core, world)
        {
            per_hour.insert(world.clone(), rate);
        }
    }
    let told = (0..left.len())
        .filter(|index| !stands.contains(index))
        .filter_map(|index| Some((left[index].sheet.clone(), finish(&left, index, &per_hour, now)?)));
    Ok(told.collect())
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
