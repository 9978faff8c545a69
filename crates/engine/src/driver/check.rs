//! The self-check: does every row have its file, every file its row, and every file the bytes its name promises?
//! A repair writes missing sidecars and moves what belongs to nobody into quarantine. It deletes nothing.

use crate::driver::core::Core;
use crate::engine::blocking;
use crate::store::folder::rename_durably;
use crate::store::objects::hash_file;
use crate::value::sentence::Sentence;
use std::collections::HashSet;
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
        let mut known: HashSet<PathBuf> = HashSet::new();
        for kept in &pictures {
            let picture = &kept.picture;
            report.pictures += 1;
            let path = inside.objects.path(&picture.hash, &picture.extension);
            let id = picture.id.as_str();
            if !path.exists() {
                report.problems.push(Sentence::new("C-MISSING").with("id", id));
            } else if read_data && !known.contains(&path) {
                let (hash, length) = hash_file(&path)?;
                report.bytes_read += length;
                if hash != picture.hash || length != picture.bytes {
                    report.problems.push(Sentence::new("C-DAMAGED").with("id", id));
                }
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
            known.extend([path, sidecar]);
        }
        // An object without a row is what a crash between rename and commit leaves; taking the answer in again
        // finds the same name. So only what no running call or import can explain is out of place.
        for path in listed.into_iter().filter(|path| !busy && !known.contains(path)) {
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
        Ok::<_, std::io::Error>(report)
    });
    match files.await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}
