//! Ctrl-C, SIGTERM and SIGHUP: the first sends nothing new and waits for what is on the wire, the second leaves.
//!
//! Not here: what a command does about the first. That the second leaves, and the first too where a command has nothing of
//! its own to end, is `main`'s.

use crate::output;
use diptych_host::{Close, Studio};
use std::time::Duration;
use tokio::sync::watch;

/// Who waits longer, with nothing on the wire, is told what for.
const WITHOUT_A_WORD: Duration = Duration::from_secs(1);

/// Signals that have come since they are listened to.
pub(crate) struct Signals(watch::Receiver<u32>);

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        let mut asked = diptych_host::Signals::listen()?;
        let (count, came) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                asked.next().await;
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(came))
    }

    /// One has come.
    pub(crate) async fn first(&self) {
        self.more_than(0).await;
    }

    /// Two have come.
    pub(crate) async fn second(&self) {
        self.more_than(1).await;
    }

    /// One has come by now.
    pub(crate) fn stopping(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// What is said to the first by who works the queue.
    pub(crate) fn say_what_stops() {
        output::progress("Sending nothing new; waiting for what is on the wire. Once more to leave at once.");
    }

    async fn more_than(&self, few: u32) {
        let ended = self.0.clone().wait_for(|count| *count > few).await.is_err();
        if ended {
            // Nobody counts any more: none will come.
            std::future::pending::<()>().await;
        }
    }

    /// Leaves the library; waits for what is on the wire unless the next signal says otherwise. Whether one did.
    pub(crate) async fn close(&self, studio: &Studio) -> bool {
        let before = *self.0.borrow();
        if before > 1 {
            return true;
        }
        tokio::select! {
            // It looks before anything is closed.
            biased;
            () = tell(studio) => false,
            () = studio.close(Close::Wait) => false,
            () = self.more_than(before) => {
                studio.close(Close::Leave).await;
                true
            }
        }
    }
}

/// What is waited for. It has no end of its own.
async fn tell(studio: &Studio) {
    let (mut told, mut quiet) = (false, false);
    loop {
        if studio.in_flight().await > 0 {
            if !told {
                told = true;
                output::progress(
                    "Waiting for calls on the wire to land. Ctrl-C leaves at once; their outcome is unknown then.",
                );
            }
            quiet = false;
        } else if quiet {
            break;
        } else {
            quiet = true;
        }
        tokio::time::sleep(WITHOUT_A_WORD).await;
    }
    output::progress(
        "Finishing what another process has asked for, or copies of new pictures. Ctrl-C leaves at once.",
    );
    std::future::pending::<()>().await;
}
