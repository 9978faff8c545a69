//! Reads an answer along while it arrives: its pictures are decoded and their thumbnails made before the last byte, so
//! that the landing finds them done.
//!
//! Nothing depends on it. The raw answer is in the spool whatever happens here, and what was not read along, or not in
//! time, is scanned from there. It writes files beside the spool, which go by themselves unless the landing takes them.

use crate::driver::core::Core;
use crate::provider::scan::{Scan, Scanned};
use crate::store::spool::Follow;
use crate::value::id::AttemptId;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// The largest picture that is opened takes a few seconds; a decoder that takes longer is left behind.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who reads along.
pub(super) struct Along(Receiver<io::Result<Scanned>>);

impl Along {
    /// Starts a thread of its own: it waits for the network most of the time, which the runtime's threads must not.
    /// `None` where there is no thread to be had.
    pub(super) fn start(core: &Arc<Core>, attempt: &AttemptId, body: Follow) -> Option<Self> {
        let (tell, told) = sync_channel(1);
        let (core, stem) = (core.clone(), core.folders.spool().join(format!("{attempt}.along")));
        let read = move || {
            let scanned = read(&core, body, &stem);
            // Nobody waits for it any more: the files go with it.
            drop(tell.send(scanned));
        };
        std::thread::Builder::new().name("picture".into()).spawn(read).ok()?;
        Some(Self(told))
    }

    /// What it found, once the answer is whole. Blocks.
    pub(super) fn scanned(self) -> Option<Scanned> {
        self.0.recv_timeout(PATIENCE).ok()?.ok()
    }
}

fn read(core: &Core, body: Follow, stem: &Path) -> io::Result<Scanned> {
    let mut scan = Scan::new(body, stem);
    while let Some(mut picture) = scan.next_picture()? {
        // Tiles wait for the first look: they would take two fifths of the original's room again.
        let small = core.derived.arriving(&mut picture, false);
        let hash = picture.finish()?;
        if let Some(small) = small {
            core.derived.keep(&hash, &small);
        }
    }
    Ok(scan.finish())
}
