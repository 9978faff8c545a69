//! The engine's own way, by its own pieces, in the order in which a landing calls them.

use anyhow::Context as _;
use diptych_engine::picture::derive::Derived;
use diptych_engine::provider::scan::{Scan, Scanned};
use diptych_engine::store::folder::Folders;
use diptych_engine::store::objects::Objects;
use diptych_engine::store::spool::{Head, Spool, Spooled, file_path};
use diptych_engine::value::id::AttemptId;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// A library of its own for each that runs at the same time.
fn library(folder: &Path, number: usize) -> anyhow::Result<Folders> {
    let root = folder.join(format!("library-{number}"));
    let folders = Folders { data: root.join("data"), cache: root.join("cache") };
    folders.make()?;
    Ok(folders)
}

/// From the wire to a durable original and its thumbnails, by way of the raw answer on the disk, with somebody who reads
/// along. The answer is the time from the last byte to the bytes of the thumbnails (and tiles).
pub(super) fn ingest(
    body: &Path,
    folder: &Path,
    number: usize,
    rate: Option<f64>,
    tiles: bool,
) -> anyhow::Result<Duration> {
    let folders = library(folder, number)?;
    let attempt = AttemptId::from_text("bench");
    drop(std::fs::remove_file(file_path(&folders.spool(), &attempt)));
    let mut spool = Spool::reserve(&folders.spool(), &attempt, 64 << 20)
        .map_err(|error| anyhow::anyhow!("no spool: {error:?}"))?;
    spool.head(&Head { spool: 1, status: 200, ..Head::default() })?;
    let follow = spool.follow()?;
    let derived = Derived::new(&folders.cache);
    let along = &folders.spool().join("bench.along");
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| read(&derived, follow, along, tiles));
        let last = super::arriving(body, rate, |piece| spool.body(piece))?;
        let path = spool.complete()?;
        anyhow::ensure!(Spooled::open(&path)?.context("an answer")?.complete, "the answer is whole");
        let (scanned, made) = reading.join().map_err(|_| anyhow::anyhow!("it broke down"))??;
        stored(&folders, &scanned)?;
        std::fs::remove_file(path)?;
        Ok(made.saturating_duration_since(last))
    })
}

/// The same without the raw answer on the disk: what the safety costs.
pub(super) fn unspooled(body: &Path, folder: &Path) -> anyhow::Result<()> {
    let folders = library(folder, 0)?;
    let file = std::fs::File::open(body)?;
    let (scanned, _) = read(&Derived::new(&folders.cache), file, &folders.spool().join("bench"), false)?;
    stored(&folders, &scanned)
}

/// As the driver reads along; the moment is that at which the small pictures are there.
fn read(derived: &Derived, body: impl Read, stem: &Path, tiles: bool) -> anyhow::Result<(Scanned, Instant)> {
    let mut scan = Scan::new(body, stem);
    let mut made = Instant::now();
    while let Some(mut picture) = scan.next_picture()? {
        let small = derived.arriving(&mut picture, tiles).context("it can be decoded while it arrives")?;
        made = Instant::now();
        derived.keep(&picture.finish()?, &small);
    }
    Ok((scan.finish(), made))
}

fn stored(folders: &Folders, scanned: &Scanned) -> anyhow::Result<()> {
    let blob = scanned.blobs.first().context("the answer holds a picture")?;
    Objects::new(folders).take(&blob.path, &blob.hash, "bin")?;
    Ok(())
}

/// The thumbnails of a picture, from memory to memory.
pub(super) fn thumb(picture: &[u8], folder: &Path) -> anyhow::Result<()> {
    Derived::new(&library(folder, 0)?.cache).arriving(picture, false).context("it can be decoded")?;
    Ok(())
}

/// The first tile of a file that has none yet, which makes them all; and the tiles' bytes.
pub(super) fn tiles(file: &Path, folder: &Path) -> anyhow::Result<u64> {
    let folders = library(folder, 0)?;
    Derived::new(&folders.cache).tile(file, "bench", 0, 0, 0)?;
    let tiles = folders.cache.join("bench.tiles");
    let bytes = std::fs::metadata(&tiles)?.len();
    std::fs::remove_file(tiles)?;
    Ok(bytes)
}
