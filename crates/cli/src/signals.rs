//! Ctrl-C, SIGTERM and SIGHUP: the first sends nothing new and waits for what is on the wire, the second leaves.

use crate::output;
use diptych_host::{Close, Studio};

/// Signals that were asked to be listened to.
pub(crate) struct Signals {
    asked: diptych_host::Signals,
    count: u32,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { asked: diptych_host::Signals::listen()?, count: 0 })
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        self.asked.next().await;
        self.count += 1;
    }

    /// One has come.
    pub(crate) fn stopping(&self) -> bool {
        self.count > 0
    }
}

/// Leaves the library; waits for what is on the wire unless a signal says otherwise. Whether one did.
pub(crate) async fn close(studio: &Studio) -> bool {
    let Ok(mut signals) = Signals::listen() else {
        studio.close(Close::Wait).await;
        return false;
    };
    if studio.in_flight().await > 0 {
        output::progress(
            "Waiting for calls on the wire to land. Ctrl-C leaves at once; their outcome is unknown then.",
        );
    }
    tokio::select! {
        () = studio.close(Close::Wait) => false,
        () = signals.next() => {
            studio.close(Close::Leave).await;
            true
        }
    }
}
