//! The self-check: does every row have its file, every file its row, and every file the bytes its name promises?
//! What was found of a picture's file is kept with the picture, so that the gallery can show those that need care.
//! A repair writes missing sidecars and moves what belongs to nobody into quarantine. It deletes nothing.

use crate::driver::core::Core;
use crate::engine::blocking;
use crate::store::folder::rename_durably;
use crate::store::objects::hash_file;
use crate::value::event::Event;
use crate::value::job::FileState;
use crate::value::sentence::Sentence;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckReport {
    /// Pictures looked at.
    pub pictures: u32,
    /// Bytes read.
    pub bytes_read: u64,
    /// What is wrong.
    pub problems: Vec<Sentence>,
    /// What was put right.
    pub repaired: Vec<Sentence>,
}

/// Checks. With `read_data`, every picture is read and its hash compared.
///
/// # Errors
/// The ledger's and the file system's, in words.
pub async fn check(core: &Arc<Core>, read_data: bool, repair: bool) -> Result<CheckReport, String> {
    let mut report = CheckReport::default();
    for text in core.ledger.integrity().await.map_err(|error| error.to_string())? {
        report.problems.push(Sentence::new("C-DATABASE").with("text", text));
    }
    // Files before rows: what is being taken in has its file first, so whoever does that now is seen as busy, and whoever
    // is done has a row.
    let objects = core.objects.clone();
    let listed = blocking(move || objects.files()).await.ok_or("the check was given up")?;
    let listed = listed.map_err(|error| error.to_string())?;
    let busy = core.in_flight() > 0 || !core.calls.is_empty();
    let pictures = core.ledger.all_pictures().await.map_err(|error| error.to_string())?;
    let inside = core.clone();
    let files = tokio::task::spawn_blocking(move || {
        // With what was read of them: pictures of the same bytes share a file.
        let mut known: HashMap<PathBuf, FileState> = HashMap::new();
        let mut found = Vec::new();
        for kept in &pictures {
            let picture = &kept.picture;
            report.pictures += 1;
            let path = inside.objects.path(&picture.hash, &picture.extension);
            let id = picture.id.as_str();
            let file = match known.get(&path) {
                Some(file) => *file,
                None if !path.exists() => FileState::Missing,
                None if read_data => match hash_file(&path) {
                    Ok((hash, length)) => {
                        report.bytes_read += length;
                        let same = hash == picture.hash && length == picture.bytes;
                        if same { FileState::Whole } else { FileState::Changed }
                    }
                    // One that cannot be read must not end the check of all others.
                    Err(error) => {
                        tracing::warn!(%error, path = %path.display(), "an original could not be read");
                        FileState::Changed
                    }
                },
                // It is there; only reading tells whether it is whole again.
                None if kept.file == FileState::Changed => FileState::Changed,
                None => FileState::Whole,
            };
            if let Some(problem) = problem(file, id) {
                report.problems.push(problem);
            }
            if file != kept.file {
                found.push((kept.seq, file));
            }
            let sidecar = inside.objects.sidecar_path(picture);
            if !sidecar.exists() {
                if repair {
                    inside.objects.write_sidecar(kept)?;
                    report.repaired.push(Sentence::new("C-SIDECAR-WRITTEN").with("id", id));
                } else {
                    report.problems.push(Sentence::new("C-SIDECAR").with("id", id));
                }
            }
            known.extend([(path, file), (sidecar, FileState::Whole)]);
        }
        // An object without a row is what a crash between rename and commit leaves; taking the answer in again
        // finds the same name. So only what no running call or import can explain is out of place.
        for path in listed.into_iter().filter(|path| !busy && !known.contains_key(path)) {
            let shown = path.display().to_string();
            let target = path.file_name().map(|name| inside.folders.quarantine().join(name));
            match target.filter(|_| repair) {
                Some(target) => {
                    rename_durably(&path, &target)?;
                    report.repaired.push(Sentence::new("C-ORPHAN-MOVED").with("path", shown));
                }
                None => report.problems.push(Sentence::new("C-ORPHAN").with("path", shown)),
            }
        }
        Ok::<_, std::io::Error>((report, found))
    });
    let checked = files.await.map_err(|error| error.to_string())?;
    let (report, found) = checked.map_err(|error| error.to_string())?;
    if !found.is_empty() {
        core.ledger.found_files(found).await.map_err(|error| error.to_string())?;
        core.tell(Event::Pictures);
    }
    Ok(report)
}

/// What is said of a picture whose file was found so.
#[must_use]
pub fn problem(file: FileState, id: &str) -> Option<Sentence> {
    match file {
        FileState::Whole => None,
        FileState::Missing => Some(Sentence::new("C-MISSING").with("id", id)),
        FileState::Changed => Some(Sentence::new("C-DAMAGED").with("id", id)),
    }
}
