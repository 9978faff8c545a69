//! What a start does with what an earlier process left: answers in the spool are taken in without any network; calls
//! that were on the wire without a whole answer are *outcome unknown*. Nothing is sent again. Safe to crash again.

use crate::driver::apply::{Landing, LandingError, land};
use crate::driver::attempt::{Outcome, account_of, land_at_last};
use crate::driver::core::{Core, Live};
use crate::policy::fleet::{Fleet, Route, Saved, by_project};
use crate::store::spool::{Spooled, file_path};
use crate::value::time::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Nothing that is counted is counted for longer: a day, and the hour that a clock is put back.
const LONGEST_WINDOW_MS: i64 = 25 * 3_600_000;

/// How long pictures take is looked up so far back.
const LATELY_MS: i64 = 14 * 24 * 3_600_000;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Answers that were complete and are in the library now.
    pub completed: u32,
    /// Calls whose outcome nobody knows.
    pub unknown: u32,
}

/// Recovers. Must be done before the scheduler runs.
///
/// # Errors
/// The ledger's and the file system's, in words.
pub async fn recover(core: &Arc<Core>) -> Result<Recovered, String> {
    fleet(core).await.map_err(|error| error.to_string())?;
    let recovered = attempts(core).await.map_err(|error| error.to_string())?;
    sweep(core).await.map_err(|error| error.to_string())?;
    queue(core).await.map_err(|error| error.to_string())?;
    Ok(recovered)
}

/// Jobs that wait take their places again.
async fn queue(core: &Core) -> Result<(), LandingError> {
    let waiting = core.ledger.waiting().await?;
    for id in waiting.iter().map(|waiting| waiting.sheet.clone()).collect::<HashSet<_>>() {
        if let Some(sheet) = core.ledger.sheet(id).await? {
            core.remember(&sheet);
        }
    }
    let mut live = core.live();
    let Live { queue, terms, .. } = &mut *live;
    for waiting in waiting {
        let fresh = !waiting.line.fell_back;
        let terms = terms.get(&waiting.sheet).copied();
        queue.put(match terms {
            Some(terms) => terms.apply(waiting, fresh),
            None => waiting,
        });
    }
    Ok(())
}

async fn attempts(core: &Arc<Core>) -> Result<Recovered, LandingError> {
    let mut recovered = Recovered::default();
    for (open, job) in core.ledger.left_sending().await? {
        let Some(sheet) = core.ledger.sheet(job.sheet.clone()).await? else { continue };
        let kept = account_of(core, &open.attempt);
        let path = file_path(&core.folders.spool(), &open.attempt.id);
        let spooled = if path.exists() { Spooled::open(&path)? } else { None };
        let model = core.catalogue.model(&open.attempt.model).cloned();
        let outcome = match spooled {
            Some(_) => Outcome::Spooled(path, false, None),
            None => Outcome::Interrupted,
        };
        let id = job.id.clone();
        let landing =
            Landing { job, sheet, attempt: open.attempt, account: kept.account, model, last4: kept.last4 };
        if let Err(error) = land(core, landing.clone(), outcome.again()).await {
            // A full disk, say: the library opens all the same, or nobody could make room in it.
            tracing::error!(%error, attempt = %landing.attempt.id, "an answer could not be booked; it is tried again");
            core.calls.spawn(land_at_last(core.clone(), landing, outcome));
        }
        match core.ledger.job(id).await?.map(|job| job.state) {
            Some(crate::value::job::JobState::Done) => recovered.completed += 1,
            Some(crate::value::job::JobState::Unknown) => recovered.unknown += 1,
            _ => {}
        }
    }
    Ok(recovered)
}

/// Spool files whose attempt is settled are leftovers of a crash after the last commit.
async fn sweep(core: &Arc<Core>) -> Result<(), LandingError> {
    let sending: HashSet<String> =
        core.ledger.left_sending().await?.into_iter().map(|(open, _)| open.attempt.id.to_string()).collect();
    for entry in std::fs::read_dir(core.folders.spool())? {
        let path = entry?.path();
        let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('.').next());
        if stem.is_some_and(|stem| !sending.contains(stem)) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Quota that was used before the start is still used: a restart must not burst, nor must a start after a crash.
async fn fleet(core: &Core) -> Result<(), LandingError> {
    let now = core.clock.now();
    // Written by another version, it may not be readable: then the quotas are learned anew.
    let saved = core.ledger.load_fleet().await?.and_then(|json| serde_json::from_str(&json).ok());
    let saved: Saved = saved.unwrap_or_default();
    let used = core.ledger.counted_since(saved.at.max(Timestamp(now.millis() - LONGEST_WINDOW_MS))).await?;
    let own = core.own_accounts();
    let limits = by_project(own.iter().map(|kept| &kept.account));
    let account = |id: &_| {
        let account = core.account(id)?.account;
        let limits = limits.get(&account.project).cloned().unwrap_or(account.limits);
        Some((account.billing, limits))
    };
    let mut fleet = Fleet::restore(saved, &used, account, now);
    for latency in core.ledger.latencies(Timestamp(now.millis() - LATELY_MS), now).await? {
        let kept = core.accounts().into_iter().find(|kept| kept.account.name == latency.account);
        let (Some(kept), Ok(size)) = (kept, latency.size.parse()) else { continue };
        let route = Route::of(&kept.account, &latency.model, latency.tier, None, false);
        let millis = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        fleet.recall(&route, size, (millis(latency.p50_ms), millis(latency.p95_ms)), latency.calls);
    }
    for (open, _) in core.ledger.left_sending().await? {
        let kept = account_of(core, &open.attempt);
        let route = Route::of(&kept.account, &open.attempt.model, open.attempt.tier, None, false);
        fleet.left_on_the_wire(&route, open.attempt.started);
    }
    let mut live = core.live();
    live.fleet = fleet;
    live.rule();
    Ok(())
}
