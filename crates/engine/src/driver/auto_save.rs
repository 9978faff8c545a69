//! Each new picture is copied into a folder of the user's choice, where one is set: by the same code as an export, once it
//! is received, never over another file. Which pictures are still to be copied stands in the ledger, so that a crash
//! forgets none and makes none twice. A copy that cannot be made holds up no job: it is said once, and tried again.
//!
//! Not here: how a copy is made and named (`export`), and the alert's words (`policy/alert`).

use crate::driver::core::Core;
use crate::engine::blocking;
use crate::export::{Export, NotCopied, export, sweep};
use crate::ledger::LedgerError;
use crate::value::event::Event;
use crate::value::job::KeptPicture;
use crate::value::sentence::Sentence;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// A disk that was pulled out is looked for so often.
const AGAIN: Duration = Duration::from_secs(30);
/// Rows read at once.
const STEP: u32 = 50;

/// Runs until told to stop.
pub(crate) async fn follow_new(core: Arc<Core>, stop: CancellationToken) {
    let mut events = core.listen();
    if let Some(folder) = core.settings().auto_save_folder {
        let now = core.clock.now();
        blocking(move || sweep(Path::new(&folder), now)).await;
    }
    loop {
        let done = save_new(&core).await;
        let again =
            async { if done { std::future::pending().await } else { tokio::time::sleep(AGAIN).await } };
        let changed = async {
            loop {
                match events.recv().await {
                    Ok(Event::Picture(_) | Event::Pictures | Event::Settings) | Err(RecvError::Lagged(_)) => {
                        return;
                    }
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = changed => {}
            () = again => {}
        }
    }
}

/// Copies what is still to be copied; says whether all of it was.
pub(crate) async fn save_new(core: &Arc<Core>) -> bool {
    let _alone = core.saving.lock().await;
    let went = match copy_all(core).await {
        Ok(went) => went,
        Err(error) => {
            tracing::error!(%error, "the ledger does not say what is to be copied");
            return false;
        }
    };
    let fine = went.is_ok();
    let before = core.live().auto_save.replace(went);
    if before.is_none_or(|before| before.is_ok() != fine) {
        core.press_alerts();
        core.nudge();
    }
    fine
}

async fn copy_all(core: &Arc<Core>) -> Result<Result<(), Sentence>, LedgerError> {
    let settings = core.settings();
    let Some(folder) = settings.auto_save_folder.map(PathBuf::from) else {
        core.ledger.forget_unsaved().await?;
        return Ok(Ok(()));
    };
    let name = settings.auto_save_name.parse().unwrap_or_default();
    let how = Export { metadata: settings.auto_save_metadata, convert: None, name };
    loop {
        let unsaved = core.ledger.unsaved(STEP).await?;
        if unsaved.is_empty() {
            return Ok(Ok(()));
        }
        for kept in unsaved {
            let seq = kept.seq;
            let wanted = !kept.trashed && (settings.auto_save_practice || !kept.picture.practice);
            if wanted && let Err(error) = copy(core, kept, &folder, &how).await {
                tracing::warn!(%error, folder = %folder.display(), "a new picture was not copied");
                let path = folder.display().to_string();
                return Ok(Err(Sentence::new("A-auto-save")
                    .with("path", path)
                    .with("text", error.to_string())));
            }
            core.ledger.saved(seq).await?;
        }
    }
}

/// The folder is never made: where a disk is not there, its place would be filled instead.
async fn copy(core: &Arc<Core>, kept: KeptPicture, folder: &Path, how: &Export) -> io::Result<()> {
    let (objects, zone) = (core.objects.clone(), core.clock.zone());
    let (folder, how) = (folder.to_owned(), how.clone());
    let made = blocking(move || {
        let picture = &kept.picture;
        // What is wrong with an original is the check's to say, and must not hold up the others.
        if !objects.path(&picture.hash, &picture.extension).exists() {
            return Ok(());
        }
        match export(&objects, &kept, &folder, &how, &zone) {
            Err(NotCopied::Original(path, error)) => {
                tracing::warn!(%error, path = %path.display(), "an original could not be read to be copied");
                Ok(())
            }
            Err(NotCopied::Folder(error)) => Err(error),
            Ok(_) => Ok(()),
        }
    });
    made.await.unwrap_or_else(|| Err(io::Error::from(io::ErrorKind::Interrupted)))
}
