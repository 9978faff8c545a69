//! Copies for the user: several at a time, told while they are made, stopped when asked. A picture that cannot be copied is
//! noted, and the others are. How one is made is `export`'s.

use super::core::Core;
use crate::engine::blocking;
use crate::export::{Export, NotCopied, export, sweep};
use crate::value::event::Event;
use crate::value::id::PictureId;
use crate::value::job::KeptPicture;
use futures_util::StreamExt as _;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A conversion holds a whole picture's pixels, at 4K some 100 MB with what is made of them.
const AT_ONCE: usize = 4;
/// Whoever looks on is told no more often.
const TOLD_EVERY: Duration = Duration::from_millis(150);

/// Copies that are being made.
pub struct Copies {
    core: Arc<Core>,
    stop: CancellationToken,
    folder: PathBuf,
    how: Export,
    total: u32,
    told: Option<Instant>,
    /// What was written, in the order of the pictures.
    pub paths: Vec<PathBuf>,
    /// Those whose originals could not be read.
    pub failed: Vec<Uncopied>,
}

/// A picture that was not copied.
#[derive(Debug)]
pub struct Uncopied {
    /// The picture.
    pub picture: PictureId,
    /// Its original.
    pub original: PathBuf,
    /// What is wrong with it.
    pub error: io::Error,
}

impl Copies {
    /// So many pictures into this folder.
    #[must_use]
    pub fn new(core: Arc<Core>, total: u32, folder: PathBuf, how: Export) -> Self {
        let stop = core.copying.token();
        Self { core, stop, folder, how, total, told: None, paths: Vec::new(), failed: Vec::new() }
    }

    /// Whether somebody has stopped it.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Makes the next ones.
    ///
    /// # Errors
    /// The folder's, where nothing can be written into it. What was written stays.
    pub async fn make(&mut self, pictures: Vec<KeptPicture>) -> io::Result<()> {
        let at_once = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(AT_ONCE));
        let (core, folder, how) = (self.core.clone(), self.folder.clone(), self.how.clone());
        let stop = self.stop.clone();
        if self.told.is_none() {
            let (folder, now) = (folder.clone(), core.clock.now());
            blocking(move || sweep(&folder, now)).await;
        }
        let one = |kept: KeptPicture| {
            let (objects, zone) = (core.objects.clone(), core.clock.zone());
            let (folder, how, stop) = (folder.clone(), how.clone(), stop.clone());
            async move {
                if stop.is_cancelled() {
                    return None;
                }
                let picture = kept.picture.id.clone();
                let made = blocking(move || export(&objects, &kept, &folder, &how, &zone)).await;
                let given_up = || NotCopied::Folder(io::Error::from(io::ErrorKind::Interrupted));
                Some((picture, made.unwrap_or_else(|| Err(given_up()))))
            }
        };
        let mut made = futures_util::stream::iter(pictures).map(one).buffered(at_once);
        while let Some(Some((picture, made))) = made.next().await {
            match made {
                Ok(path) => self.paths.push(path),
                Err(NotCopied::Original(original, error)) => {
                    tracing::warn!(%error, original = %original.display(), "a picture was not copied");
                    self.failed.push(Uncopied { picture, original, error });
                }
                Err(NotCopied::Folder(error)) => return Err(error),
            }
            let done = u32::try_from(self.paths.len() + self.failed.len()).unwrap_or(u32::MAX);
            if done == self.total || self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
                self.told = Some(Instant::now());
                self.core.tell(Event::Saving(done, self.total));
            }
        }
        Ok(())
    }
}

impl Core {
    /// The copies that are being made are no longer wanted.
    pub fn stop_copying(&self) {
        self.copying.stop();
    }
}
