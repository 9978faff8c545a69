//! Pictures as they cross the wire: ids and facts, never bytes or paths.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A stored picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PictureView {
    /// Id.
    pub id: String,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// The job it was made for.
    pub job: String,
    /// That job's sheet.
    pub sheet: String,
    /// When it was stored.
    pub created_ms: i64,
    /// Width in pixels, read from the file.
    pub width: u32,
    /// Height in pixels, read from the file.
    pub height: u32,
    /// Media type by its bytes.
    pub mime: String,
    /// Size of the file.
    pub bytes: u64,
    /// Model asked for.
    pub model_asked: String,
    /// Model that answered.
    pub model_used: String,
    /// Account it came from.
    pub account: String,
    /// Another model than the one asked was used.
    pub fallback: bool,
    /// Size asked.
    pub size: String,
    /// Aspect asked.
    pub aspect: String,
    /// The prompt as sent.
    pub prompt: String,
    /// Micro-dollars it cost.
    pub usd: i64,
    /// From the first byte sent to the last received.
    pub elapsed_ms: i64,
    /// Calls it took.
    pub attempts: u32,
    /// Simulated.
    pub practice: bool,
    /// Serial number, on practice pictures.
    pub serial: Option<String>,
    /// 1 to 5, 0 for none.
    pub rating: u8,
    /// In the trash.
    pub trashed: bool,
    /// What the user should know about it (`W-…`, `E-INCOMPLETE`).
    pub notes: Vec<Sentence>,
}

/// `pictures.list`, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListPictures {
    /// Continue after this cursor.
    #[ts(type = "number | null")]
    pub after: Option<i64>,
    /// At most this many; 0 means 60.
    pub limit: u32,
    /// Only those whose prompt contains this.
    pub search: Option<String>,
    /// The trash instead of the library.
    pub trash: bool,
}

/// One page of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PicturePage {
    /// Newest first.
    pub pictures: Vec<PictureView>,
    /// Cursor of the next page; absent at the end.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// How many there are in all.
    pub total: u32,
}

/// `pictures.rate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RatePicture {
    /// Which.
    pub id: String,
    /// 1 to 5, 0 to clear.
    pub rating: u8,
}

/// Where a picture's file lies. Answered to the terminal only, never to a web view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PicturePath {
    /// Absolute path of the original.
    pub path: String,
}

/// `pictures.export`: copies of originals, byte for byte. Answered to the terminal only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportPictures {
    /// Which.
    pub ids: Vec<String>,
    /// Absolute path of an existing folder.
    pub out: String,
}

/// Files that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// Their absolute paths, in the order of the ids.
    pub paths: Vec<String>,
}
