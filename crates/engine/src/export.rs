//! Pictures on their way out: copies of originals byte for byte, with what is known about them written into the copy, or
//! converted. Only a conversion decodes pixels; the original is never touched.
//!
//! A copy with metadata is another file than the one that the provider signed: Content Credentials in it no longer
//! verify. That is why the plain copy is what is done where nothing is said.

pub mod contact;
pub mod embed;
pub mod name;
pub mod recipe;
mod xmp;

use crate::picture::convert::{Conversion, convert};
use crate::picture::decode::DecodeError;
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
    /// Into another format, or smaller.
    pub convert: Option<Conversion>,
    /// How files are named.
    pub name: name::Template,
}

/// Copies a picture into a folder, under a name that is free: see [`write_new`].
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
    let original = objects.path(&picture.hash, &picture.extension);
    let (bytes, mime, extension) = match how.convert {
        None => (fs::read(original)?, picture.mime.as_str(), picture.extension.as_str()),
        Some(conversion) => {
            let converted = convert(&original, conversion).map_err(unreadable)?;
            (converted, conversion.format.mime(), conversion.format.extension())
        }
    };
    let bytes = if how.metadata {
        embed::embed(bytes.into(), mime, &recipe::Recipe::of(kept)).map_err(io::Error::from)?
    } else {
        bytes.into()
    };
    write_new(folder, &how.name.fill(kept, zone), extension, &bytes)
}

/// Writes a file under a name that is free. A file of this name with the same bytes is left as it is; one that ends in
/// the middle of them was left by a crash, and is finished; one with others keeps its name, and ours gets a number.
///
/// # Errors
/// The file system's.
pub fn write_new(folder: &Path, stem: &str, extension: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    for number in 1..10_000 {
        let stem = if number == 1 { stem.to_owned() } else { format!("{stem} ({number})") };
        let path = folder.join(format!("{stem}.{extension}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                write(file, &path, bytes)?;
                sync_folder(folder)?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match held(&path, bytes)? {
                Some(length) if length == bytes.len() => return Ok(path),
                Some(length) => {
                    let mut file = OpenOptions::new().append(true).open(&path)?;
                    file.write_all(&bytes[length..])?;
                    file.sync_all()?;
                    return Ok(path);
                }
                None => {}
            },
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

fn unreadable(error: DecodeError) -> io::Error {
    match error {
        DecodeError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}

/// A file that could not be finished does not stay behind half.
fn write(mut file: File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        drop(fs::remove_file(path));
    }
    written
}

/// How many of these bytes a file holds, where it holds nothing else. A crash may have left it empty, too.
fn held(path: &Path, bytes: &[u8]) -> io::Result<Option<usize>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > bytes.len() as u64 {
        return Ok(None);
    }
    let mut found = Vec::with_capacity(bytes.len());
    file.take(bytes.len() as u64).read_to_end(&mut found)?;
    Ok(bytes.starts_with(&found).then_some(found.len()))
}
