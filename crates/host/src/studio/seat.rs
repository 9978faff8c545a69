//! Where a studio sits: at the engine in this process, or as the client of the process that has it. How a seat is found, and
//! how another one is when the holder leaves.
//!
//! The seat itself is looked at for moments only. Whoever changes it has the turn (`Inner::turn`) for as long as that takes:
//! while a seat is looked for, while the library moves. So who asks for something waits, and who wants to leave does not.
//! Not here: what is asked (`studio.rs`), and how a library moves (`moving.rs`).

use super::{OpenError, Studio};
use crate::client::Remote;
use crate::home::Home;
use crate::local::Local;
use crate::lock::{self, Owner};
use crate::pump::pump;
use crate::secrets::environment_keys;
use diptych_api::Context;
use diptych_api::wire::Event;
use diptych_engine::engine::Engine;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// A holder that is starting up, leaving or stopped is waited for this long in all. It may need five seconds to greet, where
/// its keychain is dead.
pub(super) const PATIENCE: Duration = Duration::from_secs(7);
/// It is looked for this often.
const AGAIN: Duration = Duration::from_millis(150);
/// Who was left by its holder and has looked in vain rests before it looks again, each time longer.
const REST: Duration = Duration::from_secs(1);
/// But never longer than this.
const LONGEST_REST: Duration = Duration::from_secs(10);

pub(super) enum Seat {
    Local(Box<Local>),
    Remote(Arc<Remote>),
    Closed,
}

/// A seat, for one question.
pub(super) enum Found {
    /// The engine is in this process. While this is held, the answer is waited for before it closes.
    Here(Arc<Context>, TaskTrackerToken),
    /// Another process has it.
    There(Arc<Remote>),
}

impl Studio {
    /// Finds a seat, where there is none; whoever asks for something meanwhile waits for it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn sit(&self) -> Result<(), OpenError> {
        let asked = Instant::now();
        let mut turn = self.0.turn.lock().await;
        // Who waited while somebody looked in vain shares what came of it: one after the other they would wait for minutes.
        if let Some((at, error)) = &*turn
            && *at > asked
        {
            return Err(error.clone());
        }
        let sat = self.take_seat().await;
        *turn = sat.as_ref().err().map(|error| (Instant::now(), error.clone()));
        sat
    }

    /// The turn is the caller's.
    async fn take_seat(&self) -> Result<(), OpenError> {
        if self.found().is_some() {
            return Ok(());
        }
        let owner = Owner::here(self.0.holder.as_str());
        let mut other = None;
        let until = Instant::now() + PATIENCE;
        // A holder that is starting up or leaving needs a moment; then the other way is open.
        while !self.0.leaving.is_cancelled() {
            let home = self.home_now()?;
            match lock::take(&home.lock(), &owner) {
                // It was moved in this moment, and there may be no folder any more.
                Ok(Ok(_)) | Err(_) if !home.is_current() => continue,
                Err(error) => return Err(error.into()),
                Ok(Ok(lock)) => {
                    let local = Local::start(&home, lock, &owner, self.works(), self.clone()).await?;
                    if self.0.stopped.load(Ordering::Acquire) {
                        local.context.engine.stop_sending();
                    }
                    tokio::spawn(local.until_shut(pump(local.context.clone(), self.0.events.clone())));
                    *self.seat() = Seat::Local(Box::new(local));
                    return Ok(());
                }
                Ok(Err(found)) => other = found.or(other),
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (pid, since_ms) =
                    other.map_or((0, owner.since_ms), |other: Owner| (other.pid, other.since_ms));
                return Err(OpenError::AlreadyOpen { since_ms, pid });
            }
            let socket = home.socket("engine.sock");
            let connect = self.0.leaving.run_until_cancelled(Remote::connect(&socket, left));
            if let Some(remote) = connect.await.transpose()?.flatten() {
                let remote = Arc::new(remote);
                *self.seat() = Seat::Remote(remote.clone());
                self.follow(&remote);
                return Ok(());
            }
            self.0.leaving.run_until_cancelled(tokio::time::sleep(AGAIN)).await;
        }
        Err(OpenError::Library("this process is leaving".into()))
    }

    /// Where the library lies now: who held it may have moved it.
    fn home_now(&self) -> Result<Home, OpenError> {
        let mut home = self.0.home.write().unwrap_or_else(PoisonError::into_inner);
        if !home.is_current() {
            home.look_again()?;
        }
        Ok(home.clone())
    }

    /// Passes the holder's events on. When it leaves, finds a new seat, however long that takes: who only listens asks for
    /// nothing by which one would be found.
    fn follow(&self, remote: &Arc<Remote>) {
        let (studio, remote) = (self.clone(), remote.clone());
        tokio::spawn(async move {
            let keys = environment_keys();
            let lent = if keys.is_empty() { None } else { remote.lend(&keys).await };
            let events = remote.events(studio.works(), |event| drop(studio.0.events.send(event)));
            remote.given_up.run_until_cancelled(events).await;
            drop(lent);
            studio.holder_left(&remote);
            let mut rest = REST;
            while !studio.0.leaving.is_cancelled()
                && let Err(error) = Box::pin(studio.sit()).await
            {
                tracing::warn!(%error, "nobody holds the library, and we cannot");
                studio.0.leaving.run_until_cancelled(tokio::time::sleep(rest)).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
            studio.resync();
        });
    }

    /// Who listens is to ask anew. A client says so itself, once it hears its holder: see [`Remote::events`].
    pub(super) fn resync(&self) {
        if !matches!(&*self.seat(), Seat::Remote(_)) {
            drop(self.0.events.send(Event::Resync {}));
        }
    }

    /// The holder left: there is no seat, where nobody has found another one by now.
    pub(super) fn holder_left(&self, gone: &Arc<Remote>) {
        let mut seat = self.seat();
        if matches!(&*seat, Seat::Remote(remote) if Arc::ptr_eq(remote, gone)) {
            *seat = Seat::Closed;
            gone.given_up.cancel();
        }
    }

    /// The seat; found anew, where there is none.
    pub(super) async fn find(&self) -> Result<Found, OpenError> {
        loop {
            if let Some(found) = self.found() {
                return Ok(found);
            }
            Box::pin(self.sit()).await?;
        }
    }

    fn found(&self) -> Option<Found> {
        match &*self.seat() {
            Seat::Local(local) => Some(Found::Here(local.context.clone(), local.asked.token())),
            Seat::Remote(remote) => Some(Found::There(remote.clone())),
            Seat::Closed => None,
        }
    }

    /// The engine, where this process has it now.
    pub(super) fn engine(&self) -> Option<Engine> {
        match &*self.seat() {
            Seat::Local(local) => Some(local.context.engine.clone()),
            Seat::Remote(_) | Seat::Closed => None,
        }
    }

    /// Never held while something is waited for.
    pub(super) fn seat(&self) -> MutexGuard<'_, Seat> {
        self.0.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use crate::studio::{Close, Holder, Studio};
    use crate::{Home, lock};
    use bytes::Bytes;
    use diptych_api::Audience;
    use serde_json::json;
    use std::time::{Duration, Instant};

    /// A picture, 32 × 32.
    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0 \0\0\0 \x08\x02\0\0\0\xfc\x18\xed\xa3\
        \0\0\0)IDATx\xda\xed\xcdA\x09\0\0\x08\x04\xb0\x8bf4\x9bk\n\x1f\xc2`\xffe\xbaNE \x10\x08\x04\x02\x81@ \x10|\x09\x16C\x93\xfc[\xe6\x1c\xd4Z\
        \0\0\0\0IEND\xaeB`\x82";

    fn home(disk: &tempfile::TempDir) -> Home {
        let home = Home::below(disk.path());
        home.make().expect("folders");
        home
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn pictures_and_references_find_a_seat_as_commands_do() {
        let disk = tempfile::tempdir().expect("a folder");
        let none = || Studio::new(home(&disk), Holder::Window);
        let first = none();
        let taken = first.add_reference(Bytes::from_static(PICTURE)).await.expect("it is taken in");
        first.close(Close::Wait).await;
        let second = none();
        let shown = second.picture(&format!("reference/{}/thumb", taken.id)).await;
        assert!(!shown.expect("it is shown").bytes.is_empty());
        second.close(Close::Wait).await;
        let third = none();
        let imported =
            third.import("orange.png", None, Bytes::from_static(PICTURE)).await.expect("it is looked at");
        assert_eq!(imported.imported, 1, "{imported:?}");
        third.close(Close::Wait).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_second_of_two_goes_on_alone_and_who_has_left_stays_away() {
        let disk = tempfile::tempdir().expect("a folder");
        let first = Studio::open(home(&disk), Holder::Window).await.expect("a studio");
        let second = Studio::open(home(&disk), Holder::Window).await.expect("its client");
        assert!(first.holds().await && !second.holds().await);
        first.close(Close::Wait).await;
        second.settings().await.expect("it is asked again");
        assert!(second.holds().await);
        assert!(first.settings().await.is_err(), "a page that asks while its window goes opens no library");
        second.close(Close::Wait).await;
        assert!(second.settings().await.is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_terminal_that_sends_nothing_new_does_not_begin_to_when_the_window_leaves_it_the_library() {
        let disk = tempfile::tempdir().expect("a folder");
        let window = Studio::open(home(&disk), Holder::Window).await.expect("a studio");
        let terminal = Studio::open(home(&disk), Holder::Worker).await.expect("its client");
        terminal.stop_sending().await;
        window.close(Close::Wait).await;
        let begun = Instant::now();
        while !terminal.holds().await {
            assert!(begun.elapsed() < Duration::from_secs(20), "it takes over");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let sheet = json!({ "prompt": "a fox", "models": ["flash"], "size": "1K" });
        terminal.call("sheets.create", sheet, Audience::Terminal).await.expect("a sheet");
        tokio::time::sleep(Duration::from_secs(1)).await;
        let asked = terminal.call("jobs.list", json!({}), Audience::Terminal).await.expect("a list");
        assert_eq!((&asked[0]["state"], &asked[0]["attempts"]), (&json!("queued"), &json!(0)), "{asked}");
        assert_eq!(asked[0]["reason"]["code"], "R-draining", "{asked}");
        terminal.close(Close::Wait).await;
        // And who comes next sends it.
        let window = Studio::open(home(&disk), Holder::Window).await.expect("a studio");
        let begun = Instant::now();
        while states(&window).await != ["done"] {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", states(&window).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        window.close(Close::Wait).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_window_that_nobody_could_reach_sends_nothing() {
        let disk = tempfile::tempdir().expect("a folder");
        let errand = Studio::open(home(&disk), Holder::Errand).await.expect("a studio");
        let sheet = json!({ "prompt": "a fox", "models": ["flash"], "size": "1K" });
        errand.call("sheets.create", sheet, Audience::Terminal).await.expect("a sheet");
        errand.close(Close::Wait).await;
        let in_the_way = home(&disk).socket("engine.sock");
        std::fs::create_dir(&in_the_way).expect("a folder");
        assert!(Studio::open(home(&disk), Holder::Window).await.is_err());
        tokio::time::sleep(Duration::from_millis(500)).await;
        std::fs::remove_dir(&in_the_way).expect("it goes");
        let errand = Studio::open(home(&disk), Holder::Errand).await.expect("the library is free");
        let asked = errand.call("jobs.list", json!({}), Audience::Terminal).await.expect("a list");
        assert_eq!((&asked[0]["state"], &asked[0]["attempts"]), (&json!("queued"), &json!(0)), "{asked}");
        errand.close(Close::Wait).await;
    }

    /// How the jobs of a sheet stand.
    async fn states(studio: &Studio) -> Vec<String> {
        let jobs = studio.call("jobs.list", json!({}), Audience::Terminal).await.expect("a list");
        let jobs = jobs.as_array().cloned().unwrap_or_default();
        jobs.iter().map(|job| job["state"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_window_that_comes_while_a_short_command_has_the_library_need_not_wait_for_it() {
        let disk = tempfile::tempdir().expect("a folder");
        let errand = Studio::open(home(&disk), Holder::Errand).await.expect("a studio");
        let sheet = json!({ "prompt": "a fox", "models": ["flash"], "size": "1K" });
        errand.call("sheets.create", sheet, Audience::Terminal).await.expect("a sheet");
        let asked = errand.call("jobs.list", json!({}), Audience::Terminal).await.expect("a list");
        assert_eq!(asked[0]["reason"]["code"], "R-nobody", "{asked}");
        let window = Studio::open(home(&disk), Holder::Window).await.expect("its client");
        let begun = Instant::now();
        while states(&errand).await != ["done"] {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", states(&errand).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // And when it has gone, nothing is sent any more.
        window.close(Close::Wait).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sheet = json!({ "prompt": "a hare", "models": ["flash"], "size": "1K" });
        errand.call("sheets.create", sheet, Audience::Terminal).await.expect("a sheet");
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(states(&errand).await, ["queued", "done"]);
        errand.close(Close::Wait).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_looks_for_a_seat_in_vain_waits_once_and_not_for_each_question() {
        let disk = tempfile::tempdir().expect("a folder");
        let home = home(&disk);
        let owner = lock::Owner { pid: 7, since_ms: 0, holder: "window".into() };
        let _held = lock::take(&home.lock(), &owner).expect("a file").expect("it is free");
        // Whoever holds it takes connections, as the kernel does for a process that is stopped, and says nothing.
        let _mute = std::os::unix::net::UnixListener::bind(home.socket("engine.sock")).expect("a socket");
        let studio = Studio::new(home, Holder::Window);
        let begun = Instant::now();
        let ask = || async { studio.settings().await.expect_err("nobody answers").sentence.code };
        let asked = tokio::join!(ask(), ask(), ask(), ask());
        for code in <[String; 4]>::from(asked) {
            assert_eq!(code, "E-ALREADY-OPEN");
        }
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
        // And who closes the window meanwhile does not wait at all.
        let (asking, begun) = (studio.clone(), Instant::now());
        let question = tokio::spawn(async move { asking.settings().await.is_err() });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(studio.in_flight().await, 0);
        studio.close(Close::Wait).await;
        assert!(question.await.expect("it ran"));
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    }
}
