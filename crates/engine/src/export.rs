//! Pictures on their way out: copies of originals byte for byte, with what is known about them written into the copy, or
//! converted. Only a conversion decodes pixels; the original is never touched.
//!
//! A copy with metadata is another file than the one that the provider signed: Content Credentials in it no longer
//! verify. That is why the plain copy is what is done where nothing is said.
//!
//! Not here: how a file gets a name that is free (`write`).

pub mod contact;
pub mod embed;
pub mod name;
pub mod recipe;
mod write;
mod xmp;

pub use write::{sweep, write_new};

use crate::picture::convert::{Conversion, convert};
use crate::picture::decode::DecodeError;
use crate::store::objects::Objects;
use crate::value::job::KeptPicture;
use bytes::Bytes;
use jiff::tz::TimeZone;
use std::fs;
use std::io;
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

/// Why there is no copy of a picture.
#[derive(Debug)]
pub enum NotCopied {
    /// Its original cannot be read as what it should be. The next picture has another one.
    Original(PathBuf, io::Error),
    /// The copy cannot be written there. The next one could not be, either.
    Folder(io::Error),
}

/// Copies a picture into a folder, under a name that is free: see [`write_new`].
///
/// # Errors
/// See [`NotCopied`]; `InvalidData` where the original is not what it should be.
pub fn export(
    objects: &Objects,
    kept: &KeptPicture,
    folder: &Path,
    how: &Export,
    zone: &TimeZone,
) -> Result<PathBuf, NotCopied> {
    let picture = &kept.picture;
    let original = objects.path(&picture.hash, &picture.extension);
    let extension = how.convert.map_or(&*picture.extension, |conversion| conversion.format.extension());
    let bytes = content(&original, kept, how).map_err(|error| NotCopied::Original(original, error))?;
    write_new(folder, &how.name.fill(kept, zone), extension, &bytes).map_err(NotCopied::Folder)
}

/// What the copy holds.
fn content(original: &Path, kept: &KeptPicture, how: &Export) -> io::Result<Bytes> {
    let (bytes, mime) = match how.convert {
        None => (fs::read(original)?, kept.picture.mime.as_str()),
        Some(conversion) => (convert(original, conversion).map_err(unreadable)?, conversion.format.mime()),
    };
    if how.metadata {
        return embed::embed(bytes.into(), mime, &recipe::Recipe::of(kept)).map_err(io::Error::from);
    }
    Ok(bytes.into())
}

fn unreadable(error: DecodeError) -> io::Error {
    match error {
        DecodeError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}
