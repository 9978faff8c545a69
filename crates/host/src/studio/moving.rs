//! The library moves while its window stays open: the engine ends, the files move as they do from a terminal, and it starts
//! again where they lie now. Whoever asks something meanwhile waits.
//!
//! Not here: how files move (`relocate.rs`), and what a person chose (`outside.rs`).

use super::{Seat, Studio};
use crate::local::Local;
use crate::relocate::{Move, Moved, move_while};
use diptych_api::wire::{Event, Failure};
use diptych_engine::driver::Core;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How far it is, is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Everything that looks at the books lets go within this.
const LET_GO: Duration = Duration::from_secs(20);

impl Studio {
    /// Moves it there, and goes on there. Where that fails, it goes on where it was. Whoever leaves meanwhile stops it: what
    /// is copied by then stays, to be gone on with.
    ///
    /// # Errors
    /// What happened, and what to do. `E-ALREADY-OPEN`, where another process holds the library.
    pub async fn move_library(&self, to: PathBuf) -> Result<Moved, Failure> {
        let turn = self.0.turn.lock().await;
        self.finish().await;
        if self.0.leaving.is_cancelled() {
            return Err(Failure::internal("this process is leaving"));
        }
        if let Some(local) = self.stand_up() {
            let books = Arc::downgrade(local.context.engine.core());
            drop(local);
            if !closed(&books).await {
                drop(turn);
                self.sit().await.map_err(|error| error.failure())?;
                return Err(Failure::internal("the library is still in use"));
            }
        }
        let (home, events, leaving) = (self.home(), self.0.events.clone(), self.0.leaving.clone());
        let work = move || {
            let mut told = None::<Instant>;
            move_while(&home, &to, Move::Away, |done, total| {
                if done == total || told.is_none_or(|at| at.elapsed() > TELL_EVERY) {
                    told = Some(Instant::now());
                    drop(events.send(Event::Moving { done, total }));
                }
                if leaving.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        };
        let moved = tokio::task::spawn_blocking(work).await;
        // It may lie there although the old folder could not be removed.
        self.0.home.write().unwrap_or_else(PoisonError::into_inner).look_again();
        drop(turn);
        let seated = self.sit().await.map_err(|error| error.failure());
        drop(self.0.events.send(Event::Resync {}));
        let moved = moved.map_err(|error| Failure::internal(&error.to_string()))??;
        seated.map(|()| moved)
    }

    /// Leaves the engine that this process holds, if it does.
    fn stand_up(&self) -> Option<Box<Local>> {
        let mut seat = self.seat();
        match std::mem::replace(&mut *seat, Seat::Closed) {
            Seat::Local(local) => Some(local),
            other => {
                *seat = other;
                None
            }
        }
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

#[cfg(test)]
mod tests {
    use crate::studio::{Close, Holder, Studio};
    use crate::{Audience, Home};
    use diptych_api::wire::Event;
    use serde_json::json;
    use std::path::Path;
    use std::time::Duration;
    use tokio::time::timeout;

    /// Copying so many takes a while on any disk: each is hashed, and written for good.
    const MANY: u32 = 6000;

    fn library(disk: &Path) -> Home {
        let home = Home::below(disk);
        home.make().expect("folders");
        let many = home.data().join("exports");
        std::fs::create_dir_all(&many).expect("a folder");
        (0..MANY).for_each(|n| std::fs::write(many.join(n.to_string()), n.to_string()).expect("a file"));
        home
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_closes_the_window_does_not_wait_for_a_library_that_moves() {
        let disk = tempfile::tempdir().expect("a folder");
        let (home, to) = (library(disk.path()), disk.path().join("far"));
        let studio = Studio::open(home.clone(), Holder::Window).await.expect("a studio");
        let (mut events, mover, there) = (studio.events(), studio.clone(), to.clone());
        let moving = tokio::spawn(async move { mover.move_library(there).await });
        while !matches!(events.recv().await.expect("it is told"), Event::Moving { .. }) {}
        let (asking, page) = (studio.clone(), json!({}));
        let question =
            tokio::spawn(async move { asking.call("settings.get", page, Audience::Webview).await });
        assert_eq!(timeout(Duration::from_millis(500), studio.in_flight()).await, Ok(0));
        timeout(Duration::from_secs(10), studio.close(Close::Wait)).await.expect("it leaves");
        assert!(moving.await.expect("it ran").is_err(), "the copy was stopped");
        assert!(question.await.expect("it ran").is_err(), "what waited for the move opens nothing");
        assert!(home.is_current() && home.data().join("ledger.sqlite").exists(), "it is where it was");

        // What was copied is gone on with, and whoever asks meanwhile waits for the end.
        let studio = Studio::open(home.clone(), Holder::Window).await.expect("a studio");
        let (mut events, mover, there) = (studio.events(), studio.clone(), to.clone());
        let moving = tokio::spawn(async move { mover.move_library(there).await });
        while !matches!(events.recv().await.expect("it is told"), Event::Moving { .. }) {}
        studio.settings().await.expect("it is answered where the library lies now");
        assert_eq!(moving.await.expect("it ran").expect("it moves").library, to);
        assert!(!home.data().exists() && to.join("exports/0").exists());
        studio.close(Close::Wait).await;
    }
}
