//! What the engine tells: ids, not contents. Whoever listens asks for what it needs.

use crate::value::id::{AlertId, JobId, PictureId, SheetId};

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// This job.
    Job(JobId),
    /// This sheet was made.
    Sheet(SheetId),
    /// This picture was stored or changed.
    Picture(PictureId),
    /// Many pictures changed at once.
    Pictures,
    /// So many copies are made, of so many.
    Saving(u32, u32),
    /// An import has looked at so many files.
    Import {
        /// Files.
        done: u32,
        /// Of so many.
        total: u32,
    },
    /// The accounts.
    Accounts,
    /// The settings.
    Settings,
    /// Queue, weather or spend.
    Status,
    /// This alert was raised, resolved or seen.
    Alert(AlertId),
}
