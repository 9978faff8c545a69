//! Economy: a sheet that waited for the half-price tier until its deadline goes on at the usual price.
//!
//! Not here: what the tier costs (see [`crate::value::lane::Tier`]), and when it takes calls: it is a route like others.

use crate::driver::core::Core;
use crate::value::job::{Job, JobState};
use crate::value::lane::{Lane, Tier};
use std::collections::HashSet;

/// Jobs whose deadline has come take the usual tier.
pub(super) async fn give_up(core: &Core) -> crate::ledger::Result<()> {
    let now = core.clock.now();
    let jobs = {
        let live = core.live();
        if !live.queue.wants_flex() {
            return Ok(());
        }
        let due: HashSet<_> = live
            .terms
            .iter()
            .filter(|(_, terms)| {
                terms.lane == Lane::Economy && terms.deadline.is_some_and(|deadline| deadline <= now)
            })
            .map(|(sheet, _)| sheet)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        let waits = live.queue.iter().filter(|job| job.line.tier == Tier::Flex && due.contains(&job.sheet));
        waits.map(|waiting| waiting.job.clone()).collect::<Vec<_>>()
    };
    if jobs.is_empty() {
        return Ok(());
    }
    let change = |job: &mut Job| {
        let waits = matches!(job.state, JobState::Queued | JobState::Parked) && job.tier == Tier::Flex;
        if waits {
            job.tier = Tier::Standard;
            job.usd = job.usd * 2;
        }
        waits
    };
    let changed = core.ledger.change_jobs(jobs, change).await?;
    core.follow(&changed);
    Ok(())
}
