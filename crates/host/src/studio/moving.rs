//! The library moves while its window stays open: the engine ends, the files move as they do from a terminal, and it starts
//! again where they lie now. Whoever asks something meanwhile waits.
//!
//! Not here: how files move (`relocate.rs`), and what a person chose (`outside.rs`).

use super::{Seat, Studio};
use crate::relocate::{Move, Moved, move_library};
use diptych_api::wire::{Event, Failure};
use diptych_engine::driver::Core;
use std::path::PathBuf;
use std::sync::{PoisonError, Weak};
use std::time::{Duration, Instant};

/// How far it is, is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Everything that looks at the books lets go within this.
const LET_GO: Duration = Duration::from_secs(20);

impl Studio {
    /// Moves it there, and goes on there. Where that fails, it goes on where it was.
    ///
    /// # Errors
    /// What happened, and what to do. `E-ALREADY-OPEN`, where another process holds the library.
    pub async fn move_library(&self, to: PathBuf) -> Result<Moved, Failure> {
        self.finish().await;
        let mut seat = self.0.seat.write().await;
        if let Seat::Local(local) = &*seat {
            local.shut();
            let books = std::sync::Arc::downgrade(local.context.engine.core());
            *seat = Seat::Closed;
            if !closed(&books).await {
                drop(seat);
                self.sit().await.map_err(|error| error.failure())?;
                return Err(Failure::internal("the library is still in use"));
            }
        }
        let (home, events) = (self.home(), self.0.events.clone());
        let work = move || {
            let mut told = None::<Instant>;
            move_library(&home, &to, Move::Away, |done, total| {
                if done == total || told.is_none_or(|at| at.elapsed() > TELL_EVERY) {
                    told = Some(Instant::now());
                    drop(events.send(Event::Moving { done, total }));
                }
            })
        };
        let moved = tokio::task::spawn_blocking(work).await;
        // It may lie there although the old folder could not be removed.
        self.0.home.write().unwrap_or_else(PoisonError::into_inner).look_again();
        drop(seat);
        let seated = self.sit().await.map_err(|error| error.failure());
        drop(self.0.events.send(Event::Resync {}));
        let moved = moved.map_err(|error| Failure::internal(&error.to_string()))??;
        seated.map(|()| moved)
    }
}

/// A file of the books that is still open might be written while it is copied.
async fn closed(books: &Weak<Core>) -> bool {
    let until = Instant::now() + LET_GO;
    while books.strong_count() > 0 {
        if Instant::now() > until {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}
