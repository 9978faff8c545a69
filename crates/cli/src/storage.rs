//! `diptych storage`.

use crate::arguments::Storage;
use crate::exit::Exit;
use crate::output;
use crate::watch::ask;
use diptych_api::catalogue::size;
use diptych_api::wire::{DeletedPictures, FreedBytes, Sentence, StorageView, TakenView};
use diptych_host::{Home, Move, Studio, move_library};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

const TOLD_EVERY: Duration = Duration::from_secs(1);

/// Runs it.
pub(crate) async fn run(studio: &Studio, command: Option<Storage>, json: bool) -> anyhow::Result<Exit> {
    match command {
        None => {
            let found: StorageView = ask(studio, "storage.get", &json!({})).await?;
            if json { output::object(&found) } else { show(&found) }
        }
        Some(Storage::EmptyCache) => {
            let freed: FreedBytes = ask(studio, "storage.empty-cache", &json!({})).await?;
            if json { output::object(&freed) } else { output::line(&format!("{} freed.", size(freed.bytes))) }
        }
        Some(Storage::DeleteTrash { yes }) => {
            let found: StorageView = ask(studio, "storage.get", &json!({})).await?;
            if !yes && found.trash.files > 0 {
                let (pictures, bytes) = (found.trash.files, size(found.trash.bytes));
                output::complain(&format!(
                    "{pictures} pictures ({bytes}) would be gone for good: add --yes."
                ));
                return Ok(Exit::Decide);
            }
            let deleted: DeletedPictures = ask(studio, "storage.delete-trash", &json!({})).await?;
            if json {
                output::object(&deleted);
            } else {
                output::line(&format!("{} pictures deleted.", deleted.pictures));
            }
        }
        // It is carried out while nobody holds the library: see `relocate`.
        Some(Storage::Move { .. }) => {}
    }
    Ok(Exit::Done)
}

/// Moves the library.
pub(crate) fn relocate(home: &Home, to: &Path, how: Move, json: bool) -> anyhow::Result<Exit> {
    let to = std::path::absolute(to)?;
    let mut told = Instant::now();
    let moved = move_library(home, &to, how, |done, total| {
        if told.elapsed() >= TOLD_EVERY || (done == total && total > 0) {
            told = Instant::now();
            output::progress(&format!("{} of {} copied and compared", size(done), size(total)));
        }
    });
    let moved = match moved {
        Ok(moved) => moved,
        Err(failure) => {
            output::refused(&failure);
            return Ok(Exit::Failed);
        }
    };
    let library = moved.library.display().to_string();
    if json {
        let left =
            moved.left.as_ref().map(|(path, n)| json!({ "path": path.display().to_string(), "files": n }));
        output::object(&json!({ "library": library, "files": moved.files, "left": left }));
    } else {
        let code = if how == Move::Discard { "N-MOVE-DISCARDED" } else { "N-MOVED" };
        output::line(&output::say(&said(code, [("path", library.into())])));
    }
    if let Some((path, n)) = moved.left {
        let params = [("path", path.display().to_string().into()), ("n", n.into())];
        output::progress(&output::say(&said("N-MOVE-LEFT", params)));
    }
    Ok(Exit::Done)
}

fn said<const N: usize>(code: &str, params: [(&str, serde_json::Value); N]) -> Sentence {
    Sentence { code: code.into(), params: params.map(|(name, value)| (name.to_owned(), value)).into() }
}

fn show(found: &StorageView) {
    let row = |name: &str, taken: TakenView| {
        vec![name.to_owned(), format!("{} files", taken.files), size(taken.bytes)]
    };
    output::table(&[
        row("originals", found.originals),
        row("  in the trash", found.trash),
        row("references", found.references),
        row("answers", found.answers),
        row("saved copies", found.exports),
        row("put aside", found.quarantine),
        row("ledger", found.ledger),
        row("cache", found.cache),
        vec!["free".into(), String::new(), found.free.map_or_else(|| "?".into(), size)],
    ]);
}
