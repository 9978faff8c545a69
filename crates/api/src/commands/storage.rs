//! What takes how much room, and how to have more.

use super::Context;
use super::export::failed;
use crate::wire::{DeletedPictures, Failure, FreedBytes, NoArgs, StorageView, TakenView};
use diptych_engine::driver::Taken;

pub(crate) async fn get(context: &Context, _: NoArgs) -> Result<StorageView, Failure> {
    let found = context.engine.storage().await?;
    Ok(StorageView {
        originals: view(found.originals),
        trash: view(found.trash),
        references: view(found.references),
        answers: view(found.answers),
        exports: view(found.exports),
        quarantine: view(found.quarantine),
        ledger: view(found.ledger),
        cache: view(found.cache),
        free: found.free,
    })
}

fn view(taken: Taken) -> TakenView {
    TakenView { files: taken.files, bytes: taken.bytes }
}

pub(crate) async fn empty_cache(context: &Context, _: NoArgs) -> Result<FreedBytes, Failure> {
    let freed = context.engine.core().empty_cache().await;
    let freed = freed.map_err(|error| failed(&context.engine.folders.cache, &error))?;
    Ok(FreedBytes { bytes: freed.bytes })
}

pub(crate) async fn delete_trash(context: &Context, _: NoArgs) -> Result<DeletedPictures, Failure> {
    Ok(DeletedPictures { pictures: context.engine.core().delete_trash().await? })
}
