//! The library's index made anew, while this process and no other holds the library.

use crate::home::Home;
use crate::lock::{self, Owner};
use crate::studio::OpenError;
use crate::system::SystemClock;
use diptych_engine::rebuild::{RebuildReport, rebuild};

/// Rebuilds.
///
/// # Errors
/// [`OpenError::AlreadyOpen`] where another process holds it; see [`rebuild`] for the rest.
pub async fn rebuild_index(home: &Home) -> Result<RebuildReport, OpenError> {
    let owner = Owner {
        pid: std::process::id(),
        since_ms: jiff::Timestamp::now().as_millisecond(),
        holder: "rebuild".into(),
    };
    let held = match lock::take(&home.lock(), &owner)? {
        Ok(held) => held,
        Err(other) => {
            let (pid, since_ms) = other.map_or((0, owner.since_ms), |other| (other.pid, other.since_ms));
            return Err(OpenError::AlreadyOpen { since_ms, pid });
        }
    };
    let folders = home.folders();
    let work = move || rebuild(&folders, &SystemClock);
    let done =
        tokio::task::spawn_blocking(work).await.map_err(|error| OpenError::Library(error.to_string()))?;
    drop(held);
    Ok(done?)
}
