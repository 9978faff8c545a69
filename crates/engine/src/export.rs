//! Pictures on their way out: copies of originals byte for byte, or with what is known about them written into the copy.
//! Pixels are never decoded, let alone encoded again; the original is never touched.
//!
//! A copy with metadata is another file than the one that the provider signed: Content Credentials in it no longer
//! verify. That is why the plain copy is what is done where nothing is said.

pub mod embed;
pub mod name;
pub mod recipe;

use crate::store::folder::sync_folder;
use crate::store::objects::Objects;
use crate::value::job::KeptPicture;
use jiff::tz::TimeZone;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How pictures are exported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// With the recipe written into the copy.
    pub metadata: bool,
    /// How files are named.
    pub name: name::Template,
}

/// Copies a picture into a folder. A file of this name with the same bytes is left as it is; one with others keeps its
/// name, and the copy gets a number.
///
/// # Errors
/// The file system's; `InvalidData` where the original cannot be read as what it should be.
pub fn export(
    objects: &Objects,
    kept: &KeptPicture,
    folder: &Path,
    how: &Export,
    zone: &TimeZone,
) -> io::Result<PathBuf> {
    let picture = &kept.picture;
    let bytes = fs::read(objects.path(&picture.hash, &picture.extension))?;
    let bytes = if how.metadata {
        let recipe = recipe::Recipe::of(kept);
        embed::embed(bytes.into(), &picture.mime, &recipe).map_err(io::Error::from)?
    } else {
        bytes.into()
    };
    let stem = how.name.fill(kept, zone);
    for number in 1..10_000 {
        let stem = if number == 1 { stem.clone() } else { format!("{stem} ({number})") };
        let path = folder.join(format!("{stem}.{}", picture.extension));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                write(file, &path, &bytes)?;
                sync_folder(folder)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if holds(&path, &bytes)? {
                    return Ok(path);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// A file that could not be finished does not stay behind half.
fn write(mut file: File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        drop(fs::remove_file(path));
    }
    written
}

fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut found = Vec::with_capacity(bytes.len());
    file.read_to_end(&mut found)?;
    Ok(found == bytes)
}
