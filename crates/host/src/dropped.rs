//! Files that a person dropped on a window: kept here until they are taken in, once, into the library or as references.
//! Not here: the window, which only says that something was dropped; no path goes to its page.

use crate::{Audience, MAX_REFERENCE, Studio};
use diptych_api::wire::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is to become of it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Taken {
    /// All of it is imported.
    Library,
    /// The next file becomes a reference; `null` when there is none left.
    Reference,
}

/// What was dropped last.
#[derive(Debug, Default)]
pub struct Dropped(Mutex<Vec<PathBuf>>);

impl Dropped {
    /// Something was dropped.
    pub fn put(&self, paths: Vec<PathBuf>) {
        *self.paths() = paths;
    }

    /// Takes it in.
    ///
    /// # Errors
    /// What happened, whether money was spent, what to do.
    pub async fn take(&self, studio: &Studio, to: Taken) -> Result<Value, Failure> {
        match to {
            Taken::Library => {
                let paths = std::mem::take(&mut *self.paths());
                let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
                studio.call("pictures.import", json!({ "paths": paths }), Audience::Terminal).await
            }
            Taken::Reference => {
                let Some(path) = self.next() else { return Ok(Value::Null) };
                let read = tokio::task::spawn_blocking(move || read_reference(&path)).await;
                let bytes = read.map_err(internal)?.map_err(internal)?;
                studio.take_picture(None, bytes.into()).await
            }
        }
    }

    fn next(&self) -> Option<PathBuf> {
        let mut paths = self.paths();
        (!paths.is_empty()).then(|| paths.remove(0))
    }

    fn paths(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::internal(&error.to_string())
}

/// A file's bytes, and not many more than can be sent. What is no file is empty: no picture.
fn read_reference(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.is_file() {
        File::open(path)?.take(MAX_REFERENCE as u64 + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Dropped, MAX_REFERENCE, read_reference};

    #[test]
    fn what_is_no_file_is_no_picture_and_no_file_is_read_beyond_the_limit() {
        let folder = std::env::temp_dir().join(format!("diptych-dropped-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        assert!(read_reference(&folder).expect("a folder").is_empty());
        let large = folder.join("large");
        std::fs::write(&large, vec![7; MAX_REFERENCE + 9]).expect("a file");
        assert_eq!(read_reference(&large).expect("a file").len(), MAX_REFERENCE + 1);
        std::fs::remove_dir_all(&folder).expect("tidy");
    }

    #[test]
    fn each_file_is_taken_once_in_the_order_it_was_dropped() {
        let dropped = Dropped::default();
        dropped.put(vec!["a".into(), "b".into()]);
        assert_eq!(
            [dropped.next(), dropped.next(), dropped.next()],
            [Some("a".into()), Some("b".into()), None]
        );
    }
}
