//! Reads an answer along while it arrives: its pictures are decoded and their thumbnails made before the last byte, so
//! that the landing finds them done.
//!
//! Nothing depends on it. The raw answer is in the spool whatever happens here, and what was not read along, or not in
//! time, is scanned from there. It writes files beside the spool, which go by themselves unless the landing takes them.

use crate::driver::core::Core;
use crate::picture::derive::Derived;
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
            let scanned = read(&core.derived, body, &stem);
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

fn read(derived: &Derived, body: Follow, stem: &Path) -> io::Result<Scanned> {
    let mut scan = Scan::new(body, stem);
    while let Some(mut picture) = scan.next_picture()? {
        // Tiles wait for the first look: they would take two fifths of the original's room again.
        let small = derived.arriving(&mut picture, false);
        let hash = picture.finish()?;
        if let Some(small) = small {
            derived.keep(&hash, &small);
        }
    }
    Ok(scan.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::folder::Folders;
    use crate::store::spool::{Head, Spool};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use image::{ImageFormat, Rgb, RgbImage};
    use std::path::PathBuf;

    fn library() -> (tempfile::TempDir, Folders) {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().join("data"), cache: folder.path().join("cache") };
        folders.make().expect("folders");
        (folder, folders)
    }

    fn answer(format: ImageFormat) -> (Vec<u8>, String) {
        let mut picture = io::Cursor::new(Vec::new());
        RgbImage::from_fn(700, 500, |x, y| Rgb([(x * y) as u8, x as u8, y as u8]))
            .write_to(&mut picture, format)
            .expect("encoded");
        let picture = picture.into_inner();
        let text = format!("{{\"inlineData\": {{\"data\": \"{}\"}}}}", STANDARD.encode(&picture));
        (picture, text)
    }

    fn begun(folders: &Folders) -> Spool {
        let attempt = AttemptId::from_text("t1");
        let mut spool =
            Spool::reserve(&folders.spool(), &attempt, 1 << 22).unwrap_or_else(|e| panic!("{e:?}"));
        spool.head(&Head { spool: 1, status: 200, ..Head::default() }).expect("head");
        spool
    }

    fn files(folder: PathBuf) -> Vec<PathBuf> {
        std::fs::read_dir(folder).expect("list").filter_map(|entry| Some(entry.ok()?.path())).collect()
    }

    #[test]
    fn thumbnails_are_there_before_the_answer_is_taken_in() {
        // WebP cannot be decoded forward: then the picture is scanned all the same.
        for (format, forward) in [(ImageFormat::Png, true), (ImageFormat::WebP, false)] {
            let (_folder, folders) = library();
            let (picture, text) = answer(format);
            let mut spool = begun(&folders);
            let follow = spool.follow().expect("follow");
            let (derived, stem) = (Derived::new(&folders.cache), folders.spool().join("t1.along"));
            let scanned = std::thread::scope(|scope| {
                let reading = scope.spawn(|| read(&derived, follow, &stem));
                text.as_bytes().chunks(999).for_each(|piece| spool.body(piece).expect("body"));
                spool.complete().expect("complete");
                reading.join().expect("no panic").expect("scanned")
            });
            assert_eq!(std::fs::read(&scanned.blobs[0].path).expect("there"), picture);
            assert_eq!(scanned.rest, br#"{"inlineData": {"data": 0}}"#);
            let kept = derived.thumb(Path::new("no original yet"), &scanned.blobs[0].hash);
            assert_eq!(kept.is_ok(), forward, "{format:?}");
        }
    }

    #[test]
    fn an_answer_that_breaks_off_leaves_nothing_but_its_spool() {
        let (_folder, folders) = library();
        let (_, text) = answer(ImageFormat::Png);
        let mut spool = begun(&folders);
        let follow = spool.follow().expect("follow");
        let (derived, stem) = (Derived::new(&folders.cache), folders.spool().join("t1.along"));
        let read = std::thread::scope(|scope| {
            let reading = scope.spawn(|| read(&derived, follow, &stem));
            spool.body(&text.as_bytes()[..text.len() / 2]).expect("body");
            spool.partial().expect("partial");
            reading.join().expect("no panic")
        });
        assert!(read.is_err(), "a part is never called whole");
        assert_eq!(files(folders.spool()), [folders.spool().join("t1.spool")]);
        assert!(files(folders.cache).is_empty());
    }
}
