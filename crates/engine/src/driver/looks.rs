//! What pictures are like that came before that was kept: they are looked at when somebody wants to see them, and it is
//! written for some at a time. What was not written when the engine ends is looked at again.

use crate::driver::core::Core;
use crate::picture::essence::Essence;
use std::mem::take;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So many are written at once, or those of so long.
const BATCH: usize = 64;
const EVERY: Duration = Duration::from_secs(2);

/// What was seen and is not written yet.
#[derive(Default)]
pub(super) struct Looks(Mutex<Gathered>);

#[derive(Default)]
struct Gathered {
    seen: Vec<(String, Essence)>,
    written: Option<Instant>,
}

impl Looks {
    /// Takes one more; gives what is to be written now.
    fn put(&self, hash: String, essence: Essence) -> Vec<(String, Essence)> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Gathered { seen, written } = &mut *guard;
        seen.push((hash, essence));
        if seen.len() < BATCH && written.is_some_and(|written| written.elapsed() < EVERY) {
            return Vec::new();
        }
        *written = Some(Instant::now());
        take(seen)
    }
}

impl Core {
    /// Somebody has looked at a picture, by the hash of its bytes, of which that was not known.
    pub async fn saw(&self, hash: String, essence: Essence) {
        let seen = self.looks.put(hash, essence);
        if !seen.is_empty()
            && let Err(error) = self.ledger.put_essences(seen).await
        {
            tracing::warn!(%error, "not kept what pictures are like");
        }
    }
}
