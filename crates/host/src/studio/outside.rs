//! What a window does with files and folders outside the library: paths stay on this side, and the page hears of ids and
//! names only.

use super::{Studio, words};
use bytes::Bytes;
use diptych_api::Audience;
use diptych_api::wire::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Pictures that leave at once at most, by a drag.
const DRAGGED: usize = 500;
/// Its folder inside one that holds other things.
const OWN_FOLDER: &str = "Diptych";

/// What a folder that a person chose is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Copies of new pictures go there.
    AutoSave,
    /// The library moves there.
    Library,
}

impl Studio {
    /// The same for a window: a picture to be imported, where `file` says its name and when it was written
    /// (`name=…&modified=…`), else a reference.
    ///
    /// # Errors
    /// See [`Self::import`] and [`Self::add_reference`].
    pub async fn take_picture(&self, file: Option<&str>, bytes: Bytes) -> Result<Value, Failure> {
        let internal = |error: serde_json::Error| Failure::internal(&error.to_string());
        let Some(file) = file else {
            return serde_json::to_value(self.add_reference(bytes).await?).map_err(internal);
        };
        let url = reqwest::Url::parse(&format!("file:?{file}"));
        let url = url.map_err(|error| Failure::internal(&error.to_string()))?;
        let fact = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let modified = fact("modified").and_then(|ms| ms.parse().ok());
        let done = self.import(&fact("name").unwrap_or_default(), modified, bytes).await?;
        serde_json::to_value(done).map_err(internal)
    }

    /// The file of an original, for the file manager. Never for a web view.
    ///
    /// # Errors
    /// There is none.
    pub async fn picture_file(&self, id: &str) -> Result<PathBuf, Failure> {
        let found = self.call("pictures.path", json!({ "id": id }), Audience::Terminal).await?;
        Ok(PathBuf::from(found["path"].as_str().unwrap_or_default()))
    }

    /// The originals of these, to be dragged to another program. Never for a web view.
    ///
    /// # Errors
    /// One of them is not there.
    pub async fn picture_files(&self, ids: &[String]) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        for id in ids.iter().take(DRAGGED) {
            files.push(self.picture_file(id).await?);
        }
        Ok(files)
    }

    /// What is said over the dialog in which a folder is chosen, and on its button.
    pub async fn folder_words(&self, to: Purpose) -> [String; 2] {
        let settings = self.settings().await.ok();
        let title = if to == Purpose::Library { "N-FOLDER-LIBRARY" } else { "N-FOLDER-AUTO-SAVE" };
        [title, "N-FOLDER-CHOOSE"].map(|code| words(settings.as_ref(), code))
    }

    /// Where a folder is looked for first.
    pub async fn start_folder(&self, to: Purpose) -> Option<PathBuf> {
        if to == Purpose::Library {
            return self.home().data().parent().map(Path::to_owned);
        }
        self.settings().await.ok()?.auto_save_folder.map(PathBuf::from)
    }

    /// Takes a folder that a person chose into use. Answers what the page may know of it.
    ///
    /// # Errors
    /// What happened, and what to do.
    pub async fn use_folder(&self, to: Purpose, folder: &Path) -> Result<Value, Failure> {
        match to {
            Purpose::AutoSave => {
                let Some(folder) = folder.to_str() else {
                    return Err(Failure::internal("the folder's name is not Unicode"));
                };
                self.call("settings.set", json!({ "auto_save_folder": folder }), Audience::Webview).await?;
                Ok(json!({ "folder": folder, "left": 0 }))
            }
            Purpose::Library => {
                let moved = self.move_library(room_in(folder)).await?;
                let left = moved.left.map_or(0, |(_, files)| files);
                Ok(json!({ "folder": moved.library.display().to_string(), "left": left }))
            }
        }
    }
}

/// A library wants a folder for itself: where the one that was chosen holds other things, one inside it.
fn room_in(folder: &Path) -> PathBuf {
    let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    let begun = diptych_engine::store::relocate::source(folder).is_some();
    if empty || begun { folder.to_owned() } else { folder.join(OWN_FOLDER) }
}

#[cfg(test)]
mod tests {
    use super::room_in;

    #[test]
    fn a_library_gets_a_folder_for_itself() {
        let disk = tempfile::tempdir().expect("a folder");
        assert_eq!(room_in(disk.path()), disk.path());
        std::fs::write(disk.path().join("letter.txt"), "Dear").expect("a file");
        assert_eq!(room_in(disk.path()), disk.path().join("Diptych"));
    }
}
