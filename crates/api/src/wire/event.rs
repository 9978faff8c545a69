//! What the engine tells everybody who listens.

use super::{JobView, Status};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An event. A listener keeps what it needs by id and asks again where it is told to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A job changed; this is all of it.
    Job {
        /// The job.
        job: Box<JobView>,
    },
    /// A sheet was made.
    Sheet {
        /// Its id.
        id: String,
    },
    /// A picture was stored, rated, trashed or restored.
    Picture {
        /// Its id.
        id: String,
    },
    /// Many pictures changed at once: ask again for what is shown.
    Pictures {},
    /// Copies are being made; told a few times a second, and at the end.
    Saving {
        /// So many are made.
        done: u32,
        /// Of so many.
        total: u32,
    },
    /// An import has looked at so many files.
    Import {
        /// Files.
        done: u32,
        /// Of so many.
        total: u32,
    },
    /// The library moves to another folder; until it is there, whatever is asked waits.
    Moving {
        /// Bytes that are copied.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// The status line changed.
    Status {
        /// All of it.
        status: Box<Status>,
    },
    /// Accounts changed: ask again.
    Accounts {},
    /// Settings changed: ask again.
    Settings {},
    /// An alert was raised, resolved or seen: ask the weather again.
    Alert {
        /// Its id.
        id: String,
    },
    /// Events were lost, or another process took over: ask again for everything.
    Resync {},
}
