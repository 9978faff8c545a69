//! What a library takes on the disk.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Files and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TakenView {
    /// How many files.
    pub files: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// `storage.get`: what takes how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StorageView {
    /// Originals and sidecars, those of pictures in the trash among them.
    pub originals: TakenView,
    /// Pictures in the trash.
    pub trash: TakenView,
    /// Reference pictures.
    pub references: TakenView,
    /// Answers that are arriving, and those kept because they may have been paid.
    pub answers: TakenView,
    /// Copies that were saved without saying where to.
    pub exports: TakenView,
    /// Put aside by repairs.
    pub quarantine: TakenView,
    /// Ledger, and what lies beside it.
    pub ledger: TakenView,
    /// Thumbnails and the like, made again on demand.
    pub cache: TakenView,
    /// Room left on the library's disk in bytes; `null` where it cannot be told.
    pub free: Option<u64>,
}

/// Room that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FreedBytes {
    /// Bytes.
    pub bytes: u64,
}

/// Pictures that are gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeletedPictures {
    /// How many.
    pub pictures: u32,
}
