//! Long work that its owner may stop: what runs ends early, what is begun after that is not touched. Not here: calls on the
//! wire, which nothing aborts.

use std::sync::{Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// One kind of long work.
#[derive(Default)]
pub(super) struct Stop(Mutex<CancellationToken>);

impl Stop {
    /// Done when the work that begins now is no longer wanted.
    pub(super) fn token(&self) -> CancellationToken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What runs is no longer wanted.
    pub(super) fn stop(&self) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }
}
