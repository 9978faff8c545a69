//! The library's index made anew, while this process and no other holds the library.

use crate::home::Home;
use crate::lock::{self, Lock, Owner};
use crate::studio::OpenError;
use crate::system::SystemClock;
use diptych_engine::rebuild::{RebuildReport, rebuild};

/// Takes the library, for something that no engine may run beside.
pub(crate) fn hold(home: &Home, holder: &str) -> Result<Lock, OpenError> {
    let (pid, since_ms) = (std::process::id(), jiff::Timestamp::now().as_millisecond());
    match lock::take(&home.lock(), &Owner { pid, since_ms, holder: holder.into() })? {
        Ok(_) if !home.is_current() => Err(OpenError::Moved),
        Ok(held) => Ok(held),
        Err(other) => {
            let (pid, since_ms) = other.map_or((0, since_ms), |other| (other.pid, other.since_ms));
            Err(OpenError::AlreadyOpen { since_ms, pid })
        }
    }
}

/// Rebuilds.
///
/// # Errors
/// [`OpenError::AlreadyOpen`] where another process holds it; see [`rebuild`] for the rest.
pub async fn rebuild_index(home: &Home) -> Result<RebuildReport, OpenError> {
    let held = hold(home, "rebuild")?;
    let folders = home.folders();
    let work = move || rebuild(&folders, &SystemClock);
    let done =
        tokio::task::spawn_blocking(work).await.map_err(|error| OpenError::Library(error.to_string()))?;
    drop(held);
    Ok(done?)
}
