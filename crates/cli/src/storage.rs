//! `diptych storage`.

use crate::arguments::Storage;
use crate::exit::Exit;
use crate::output;
use crate::watch::ask;
use diptych_api::catalogue::size;
use diptych_api::wire::{DeletedPictures, FreedBytes, StorageView, TakenView};
use diptych_host::Studio;
use serde_json::json;

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
    }
    Ok(Exit::Done)
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
