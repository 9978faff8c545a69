//! The library's index made anew, while this process and no other holds the library.

use crate::home::Home;
use crate::lock::{self, Lock, Owner};
use crate::studio::OpenError;
use crate::system::SystemClock;
use diptych_engine::rebuild::{RebuildReport, rebuild};
use std::time::{Duration, Instant};

/// A process that leaves, or a child that has not become its own program yet, lets go within this.
const LET_GO: Duration = Duration::from_secs(1);
const AGAIN: Duration = Duration::from_millis(50);

/// Takes the library, for something that no engine may run beside. Blocks for a moment where it is held.
pub(crate) fn hold(home: &Home, holder: &str) -> Result<Lock, OpenError> {
    let owner = Owner::here(holder);
    let until = Instant::now() + LET_GO;
    loop {
        match lock::take(&home.lock(), &owner)? {
            Ok(_) if !home.is_current() => return Err(OpenError::Moved),
            Ok(held) => return Ok(held),
            Err(_) if Instant::now() < until => std::thread::sleep(AGAIN),
            Err(other) => {
                let (pid, since_ms) = other.map_or((0, owner.since_ms), |other| (other.pid, other.since_ms));
                return Err(OpenError::AlreadyOpen { since_ms, pid });
            }
        }
    }
}

/// Rebuilds.
///
/// # Errors
/// [`OpenError::AlreadyOpen`] where another process holds it; see [`rebuild`] for the rest.
pub async fn rebuild_index(home: &Home) -> Result<RebuildReport, OpenError> {
    let home = home.clone();
    let work = move || {
        let _held = hold(&home, "rebuild")?;
        Ok(rebuild(&home.folders(), &SystemClock)?)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| OpenError::Library(error.to_string()))?
}
