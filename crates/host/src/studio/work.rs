//! Whether the queue is worked: a process that came for something short does so only for as long as a client that wants it
//! listens, and who said that it sends nothing new never does.
//!
//! Not here: how a client says what it wants (`routes.rs`).

use super::{Seat, Studio};
use diptych_engine::driver::Core;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The clients of one engine that want the queue to be worked.
#[derive(Default)]
pub(crate) struct Workers {
    count: AtomicUsize,
    /// Held while the engine is told: what it hears last is how it is.
    turn: tokio::sync::Mutex<()>,
}

impl Workers {
    /// After each change of the count.
    async fn tell(&self, engine: &Core) {
        let _turn = self.turn.lock().await;
        engine.work(self.count.load(Ordering::Acquire) > 0).await;
    }
}

/// One of them.
pub(crate) struct Work {
    engine: Arc<Core>,
    workers: Arc<Workers>,
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.workers.count.fetch_sub(1, Ordering::AcqRel) == 1
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (engine, workers) = (self.engine.clone(), self.workers.clone());
            runtime.spawn(async move { workers.tell(&engine).await });
        }
    }
}

impl Studio {
    /// Whether it works the queue of its own accord.
    pub(super) fn works(&self) -> bool {
        self.0.holder.works() && !self.0.stopped.load(Ordering::Acquire)
    }

    /// Sends nothing new from now on, without leaving: not when another process leaves the library to it, either.
    pub async fn stop_sending(&self) {
        self.0.stopped.store(true, Ordering::Release);
        // An engine that is just starting is meant, too.
        drop(self.0.turn.lock().await);
        if let Some(engine) = self.engine() {
            engine.stop_sending();
        }
    }

    /// A client wants the queue to be worked for as long as this is held. `None` where that is done anyway: only a short
    /// command sends nothing by itself, and a window that came while it had the library would wait for it.
    pub(crate) async fn work_for_others(&self) -> Option<Work> {
        if self.0.holder.works() {
            return None;
        }
        let work = match &*self.seat() {
            Seat::Local(local) => {
                local.workers.count.fetch_add(1, Ordering::AcqRel);
                Work { engine: local.context.engine.core().clone(), workers: local.workers.clone() }
            }
            Seat::Remote(_) | Seat::Closed => return None,
        };
        work.workers.tell(&work.engine).await;
        Some(work)
    }
}
