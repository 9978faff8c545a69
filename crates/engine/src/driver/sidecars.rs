//! Sidecars follow the ledger: what the user does to pictures is committed first, and written beside the originals soon
//! after. Which sidecars are behind stands in the ledger, so that a crash forgets none.

use crate::driver::core::Core;
use crate::engine::blocking;
use crate::ledger::LedgerError;
use crate::value::event::Event;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Sidecars written between two commits.
const BATCH: u32 = 200;
/// Changes are gathered for this long: stars are often given in a row.
const GATHER: Duration = Duration::from_millis(500);

/// Runs until told to stop.
pub(crate) async fn follow(core: Arc<Core>, stop: CancellationToken) {
    let mut events = core.listen();
    loop {
        while catch_up(&core, BATCH).await > 0 && !stop.is_cancelled() {}
        let changed = async {
            loop {
                match events.recv().await {
                    Ok(Event::Picture(_) | Event::Pictures) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = changed => tokio::time::sleep(GATHER).await,
        }
    }
}

/// Writes up to so many that are behind; answers how many it wrote. What cannot be written stays behind.
pub(crate) async fn catch_up(core: &Arc<Core>, most: u32) -> u32 {
    write(core, most).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "sidecars stay behind");
        0
    })
}

async fn write(core: &Arc<Core>, most: u32) -> Result<u32, LedgerError> {
    let _alone = core.sidecars.lock().await;
    let behind = core.ledger.behind(most).await?;
    if behind.is_empty() {
        return Ok(0);
    }
    let objects = core.objects.clone();
    let written = blocking(move || {
        let mut written = Vec::with_capacity(behind.len());
        for (kept, changes) in &behind {
            match objects.write_sidecar(kept) {
                Ok(()) => written.push((kept.seq, *changes)),
                Err(error) => tracing::warn!(%error, id = %kept.picture.id, "a sidecar was not written"),
            }
        }
        written
    });
    let written = written.await.ok_or(LedgerError::Closed)?;
    let count = u32::try_from(written.len()).unwrap_or(u32::MAX);
    core.ledger.caught_up(written).await?;
    Ok(count)
}
