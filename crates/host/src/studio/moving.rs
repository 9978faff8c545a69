//! The library moves while its window stays open: the engine ends, the files move as they do from a terminal, and it starts
//! again where they lie now. Whoever asks something meanwhile waits.
//!
//! Not here: how files move (`relocate.rs`), and what a person chose (`outside.rs`).

use super::{Seat, Studio};
use crate::local::Local;
use crate::rebuild::hold;
use crate::relocate::{Move, Moved, move_while};
use diptych_api::wire::{Event, Failure};
use diptych_engine::driver::Core;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
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
        let mut held = None;
        if let Some(mut local) = self.stand_up() {
            let books = Arc::downgrade(local.context.engine.core());
            // Clients that were left look for it already.
            held = local.hand_on();
            drop(local);
            if !closed(&books).await {
                drop((held, turn));
                self.sit().await.map_err(|error| error.failure())?;
                return Err(Failure::internal("the library is still in use"));
            }
        }
        let (home, events, leaving) = (self.home(), self.0.events.clone(), self.0.leaving.clone());
        let work = move || {
            let mut told = None::<Instant>;
            let held = held.map_or_else(|| hold(&home, "move"), Ok).map_err(|error| error.failure())?;
            move_while(&home, held, &to, Move::Away, |done, total| {
                if done == total || told.is_none_or(|at| at.elapsed() > TELL_EVERY) {
                    told = Some(Instant::now());
                    drop(events.send(Event::Moving { done, total }));
                }
                if leaving.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        };
        let moved = tokio::task::spawn_blocking(work).await;
        drop(turn);
        // It may lie there although the old folder could not be removed.
        let seated = self.sit().await.map_err(|error| error.failure());
        self.resync();
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
    use crate::lock::{self, Owner};
    use crate::relocate::{Move, move_while};
    use crate::studio::seat::PATIENCE;
    use crate::studio::{Close, Holder, Studio};
    use crate::{Audience, Home};
    use diptych_api::wire::Event;
    use serde_json::json;
    use std::ops::ControlFlow;
    use std::path::Path;
    use std::time::{Duration, Instant};
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

    /// A window that holds a small library, and a terminal that is its client.
    async fn window_and_terminal(disk: &Path) -> (Home, Studio, Studio) {
        let home = Home::below(disk);
        home.make().expect("folders");
        let window = Studio::open(home.clone(), Holder::Window).await.expect("a studio");
        let terminal = Studio::open(home.clone(), Holder::Worker).await.expect("its client");
        assert!(window.holds().await && !terminal.holds().await);
        (home, window, terminal)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_terminal_that_is_connected_keeps_no_library_from_moving_and_goes_on_where_it_lies() {
        let disk = tempfile::tempdir().expect("a folder");
        let (home, window, terminal) = window_and_terminal(disk.path()).await;
        // A terminal that looks for the library all the time.
        let quick = std::thread::spawn(move || {
            while home.is_current() {
                let taken = lock::take(&home.lock(), &Owner::here("cli"));
                if matches!(taken, Ok(Ok(_))) && home.is_current() {
                    return true;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            false
        });
        let to = disk.path().join("far");
        let moved = window.move_library(to.clone()).await.expect("it moves");
        assert_eq!(moved.library, to);
        assert!(!quick.join().expect("it ran"), "it was free before it was moved");
        terminal.settings().await.expect("it is answered where the library lies now");
        window.settings().await.expect("and so is the window");
        assert!(to.join("engine.sock").exists());
        assert!(window.holds().await != terminal.holds().await, "there is one engine");
        terminal.close(Close::Wait).await;
        window.close(Close::Wait).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_terminal_that_asks_for_nothing_finds_a_library_that_took_long_to_move() {
        let disk = tempfile::tempdir().expect("a folder");
        let (home, window, terminal) = window_and_terminal(disk.path()).await;
        // What a move does, and it takes its time.
        window.finish().await;
        let mut local = window.stand_up().expect("it holds the library");
        let held = local.hand_on().expect("its lock");
        drop(local);
        tokio::time::sleep(PATIENCE + Duration::from_secs(1)).await;
        let (to, mut events) = (disk.path().join("far"), terminal.events());
        let go_on = |_, _| ControlFlow::Continue(());
        move_while(&home, held, &to, Move::Away, go_on).expect("it moves");
        let begun = Instant::now();
        while !terminal.holds().await {
            assert!(begun.elapsed() < Duration::from_secs(30), "it goes on by itself");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(to.join("engine.sock").exists());
        let told = async { while !matches!(events.recv().await, Ok(Event::Resync {})) {} };
        timeout(Duration::from_secs(10), told).await.expect("who listens is told to ask again");
        terminal.close(Close::Wait).await;
        window.close(Close::Wait).await;
    }
}
