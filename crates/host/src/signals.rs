//! The signals that ask a program to leave: Ctrl-C, the end of a session, a terminal that is closed or a line that is lost.
//!
//! Not here: what leaving means.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that are listened to.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// `None` where whoever started us wants it ignored, as `nohup` does.
    hangup: Option<Signal>,
}

impl Signals {
    /// Listens from now on, and for as long as the process lives: none of them ends it by itself any more.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> std::io::Result<Self> {
        // Before they are listened to, which would end it.
        let ignored = hangup_is_ignored();
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: if ignored { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// The next one.
    pub async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = hangup => {}
        }
    }
}

/// Linux alone tells without asking for code that is not checked; elsewhere `nohup` does not keep us.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
