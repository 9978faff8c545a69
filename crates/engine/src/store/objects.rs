//! The object store: originals by the BLAKE3 hash of their bytes, and a sidecar beside each picture's file, so that the
//! library could be rebuilt without the ledger. An original is never changed.

use crate::store::folder::{Folders, rename_durably, sync_folder, write_durably};
use crate::store::sidecar;
use crate::value::job::{KeptPicture, Picture};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The store.
#[derive(Debug, Clone)]
pub struct Objects {
    root: PathBuf,
}

impl Objects {
    /// The store of a library.
    #[must_use]
    pub fn new(folders: &Folders) -> Self {
        Self { root: folders.objects() }
    }

    fn folder(&self, hash: &str) -> PathBuf {
        self.root.join(hash.get(..2).unwrap_or("xx"))
    }

    /// Where the original of this hash lies.
    #[must_use]
    pub fn path(&self, hash: &str, extension: &str) -> PathBuf {
        self.folder(hash).join(format!("{hash}.{extension}"))
    }

    /// Where the sidecar of a picture lies.
    #[must_use]
    pub fn sidecar_path(&self, picture: &Picture) -> PathBuf {
        self.folder(&picture.hash).join(format!("{}.{}.json", picture.hash, picture.id))
    }

    /// Takes a finished temporary file in: fsync, rename, fsync of the folder. If the same bytes are there already,
    /// the temporary file goes.
    ///
    /// # Errors
    /// The file system's.
    pub fn take(&self, temporary: &Path, hash: &str, extension: &str) -> io::Result<PathBuf> {
        let folder = self.folder(hash);
        if !folder.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            sync_folder(&self.root)?;
        }
        let path = self.path(hash, extension);
        File::open(temporary)?.sync_all()?;
        rename_durably(temporary, &path)?;
        Ok(path)
    }

    /// Writes the sidecar: before the ledger says *done*.
    ///
    /// # Errors
    /// The file system's.
    pub fn write_sidecar(&self, kept: &KeptPicture) -> io::Result<()> {
        write_durably(&self.sidecar_path(&kept.picture), &sidecar::written(kept).map_err(io::Error::other)?)
    }

    /// All files below the store, sidecars included.
    ///
    /// # Errors
    /// The file system's.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut out = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?.path();
            if folder.is_dir() {
                for file in fs::read_dir(folder)? {
                    out.push(file?.path());
                }
            }
        }
        out.sort();
        Ok(out)
    }
}

/// The BLAKE3 hash of a file, hex, and its length.
///
/// # Errors
/// The file system's.
pub fn hash_file(path: &Path) -> io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut reader = BufReader::with_capacity(256 * 1024, File::open(path)?);
    let mut buffer = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok((hasher.finalize().to_hex().to_string(), length)),
            read => {
                hasher.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}
