//! Pictures that come in from outside.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `pictures.import`: files and folders of this machine. Answered to the terminal only, and to the window for what was
/// dropped on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ImportPictures {
    /// Absolute paths.
    pub paths: Vec<String>,
    /// Every file is answered for, with its path. Else those that were refused, the first of them, by name.
    pub list: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportFate {
    /// It is in the library now; it may have been in the trash.
    Imported,
    /// The library had it.
    Known,
    /// It is not taken.
    Refused,
}

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ImportedFile {
    /// Its name, or path.
    pub name: String,
    /// What became of it.
    pub fate: ImportFate,
    /// The picture, where there is one.
    pub picture: Option<String>,
    /// Why it was refused.
    pub reason: Option<Sentence>,
}

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// Pictures that are in the library now, those that were in the trash among them.
    pub imported: u32,
    /// Pictures that the library had.
    pub known: u32,
    /// Files that were refused.
    pub refused: u32,
    /// It was stopped before its end.
    pub cancelled: bool,
    /// Files.
    pub files: Vec<ImportedFile>,
}
