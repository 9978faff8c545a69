//! A picture as the ledger and its sidecar keep it, and what the user did to it.

use crate::picture::essence::Essence;
use crate::value::id::{AttemptId, JobId, PictureId, SheetId};
use crate::value::imported::Imported;
use crate::value::money::Usd;
use crate::value::request::Request;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A stored picture: where it came from and what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Id.
    pub id: PictureId,
    /// BLAKE3 of its bytes, hex.
    pub hash: String,
    /// File extension by its bytes.
    pub extension: String,
    /// Media type by its bytes.
    pub mime: String,
    /// Pixels, read from the file.
    pub width: u32,
    /// Pixels, read from the file.
    pub height: u32,
    /// Bytes.
    pub bytes: u64,
    /// The job; `None`: it came from outside.
    pub job: Option<JobId>,
    /// The sheet.
    pub sheet: Option<SheetId>,
    /// The attempt it came with.
    pub attempt: Option<AttemptId>,
    /// Which picture of the answer, from 0.
    pub number: u32,
    /// When it was stored.
    pub created: Timestamp,
    /// What was asked; unknown of most that came from outside.
    pub request: Option<Request>,
    /// Model that answered; empty where nobody knows.
    pub model_used: String,
    /// Name of the account it came from; empty where it came from none.
    pub account: String,
    /// Another model than the one asked was used.
    pub fallback: bool,
    /// What it cost.
    pub usd: Usd,
    /// From the first byte sent to the last received, ms.
    pub elapsed_ms: i64,
    /// Calls it took.
    pub attempts: u32,
    /// Simulated.
    pub practice: bool,
    /// Serial number of a practice picture.
    pub serial: Option<String>,
    /// What the user should know about it.
    pub notes: Vec<Sentence>,
    /// The provider's id of the answer.
    pub response_id: Option<String>,
    /// It carries Content Credentials (C2PA). Nobody has verified them.
    #[serde(default)]
    pub credentials: bool,
    /// Pictures by their hash of which smaller copies were sent as references: the references have hashes of their own.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What it is like, once somebody has looked; in columns of its own.
    #[serde(skip)]
    pub essence: Option<Essence>,
    /// How it came in from outside.
    #[serde(default)]
    pub imported: Option<Imported>,
}

impl Picture {
    /// The prompt, as far as there is one.
    #[must_use]
    pub fn prompt(&self) -> &str {
        let asked = self.request.as_ref().map(|request| request.prompt.as_str());
        asked.or(self.imported.as_ref().map(|imported| imported.prompt.as_str())).unwrap_or_default()
    }
}

/// What the last check found of a picture's file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileState {
    /// Nothing wrong.
    #[default]
    Whole,
    /// It was not there.
    Missing,
    /// Its bytes were others.
    Changed,
}

impl FileState {
    /// As the ledger keeps it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Missing => "missing",
            Self::Changed => "changed",
        }
    }
}

/// A picture with what the user did to it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPicture {
    /// Order of arrival; 0 before it has a place.
    pub seq: i64,
    /// The picture.
    pub picture: Picture,
    /// 1 to 5, 0 for none.
    pub rating: u8,
    /// In the trash.
    pub trashed: bool,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// Collections it is in, by name.
    pub collections: Vec<String>,
    /// What the last check found of its file.
    pub file: FileState,
}

impl From<Picture> for KeptPicture {
    /// One to which nothing was done yet.
    fn from(picture: Picture) -> Self {
        Self {
            seq: 0,
            picture,
            rating: 0,
            trashed: false,
            tags: Vec::new(),
            collections: Vec::new(),
            file: FileState::Whole,
        }
    }
}
