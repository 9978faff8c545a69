//! The engine's own way, by its own pieces, in the order in which a landing calls them.

use anyhow::Context as _;
use diptych_engine::picture::derive::Derived;
use diptych_engine::provider::scan::{Scanned, scan};
use diptych_engine::store::folder::Folders;
use diptych_engine::store::objects::Objects;
use diptych_engine::store::spool::{Head, Spool, Spooled, file_path};
use diptych_engine::value::id::AttemptId;
use std::path::Path;
use std::time::Duration;

/// A library of its own for each that runs at the same time.
fn library(folder: &Path, number: usize) -> anyhow::Result<Folders> {
    let root = folder.join(format!("library-{number}"));
    let folders = Folders { data: root.join("data"), cache: root.join("cache") };
    folders.make()?;
    Ok(folders)
}

/// From the wire to a durable original and its thumbnail, by way of the raw answer on the disk. The answer is the time
/// from the last byte to the bytes of the thumbnail.
pub(super) fn ingest(
    body: &Path,
    folder: &Path,
    number: usize,
    rate: Option<f64>,
) -> anyhow::Result<Duration> {
    let folders = library(folder, number)?;
    let attempt = AttemptId::from_text("bench");
    drop(std::fs::remove_file(file_path(&folders.spool(), &attempt)));
    let mut spool = Spool::reserve(&folders.spool(), &attempt, 64 << 20)
        .map_err(|error| anyhow::anyhow!("no spool: {error:?}"))?;
    spool.head(&Head { spool: 1, status: 200, ..Head::default() })?;
    let last = super::arriving(body, rate, |piece| spool.body(piece))?;
    let path = spool.complete()?;
    let spooled = Spooled::open(&path)?.context("an answer")?;
    anyhow::ensure!(spooled.complete, "the answer is whole");
    let scanned = scan(spooled.body()?, &folders.spool().join("bench"))?;
    stored(&folders, &scanned)?;
    let after = last.elapsed();
    std::fs::remove_file(path)?;
    Ok(after)
}

/// The same without the raw answer on the disk: what the safety costs.
pub(super) fn unspooled(body: &Path, folder: &Path) -> anyhow::Result<()> {
    let folders = library(folder, 0)?;
    stored(&folders, &scan(std::fs::File::open(body)?, &folders.spool().join("bench"))?)
}

fn stored(folders: &Folders, scanned: &Scanned) -> anyhow::Result<()> {
    let blob = scanned.blobs.first().context("the answer holds a picture")?;
    let original = Objects::new(folders).take(&blob.path, &blob.hash, "bin")?;
    small(folders, &original, &blob.hash)
}

/// A thumbnail of a file.
pub(super) fn thumb(file: &Path, folder: &Path) -> anyhow::Result<()> {
    small(&library(folder, 0)?, file, "bench")
}

fn small(folders: &Folders, original: &Path, hash: &str) -> anyhow::Result<()> {
    Derived::new(folders).thumb(original, hash)?;
    // The next round has to make it again.
    Ok(std::fs::remove_file(folders.cache.join(format!("{hash}-512.jpg")))?)
}
