//! How long pictures of a model and a size usually take. Every look at a job asks for it, so it is remembered until the
//! next picture comes.

use super::{Ledger, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many pictures, the newest, make it.
const OF: u32 = 21;
/// Model, size, practice.
type Of = (String, &'static str, bool);

/// What was found, ms; nothing where there are too few pictures yet.
#[derive(Default)]
pub(super) struct Typical(Mutex<HashMap<Of, Option<i64>>>);

impl Typical {
    fn known(&self, of: &Of) -> Option<Option<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(of).copied()
    }

    fn keep(&self, of: Of, ms: Option<i64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(of, ms);
    }

    /// A picture came. Who is just reading may still keep what was so before: one picture more or less.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Ledger {
    /// Median milliseconds of the last calls of a model and size that gave a picture; `None` with fewer than two.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn typical(&self, model: String, size: &'static str, practice: bool) -> Result<Option<i64>> {
        let of = (model, size, practice);
        if let Some(known) = self.typical.known(&of) {
            return Ok(known);
        }
        let (model, ..) = of.clone();
        let found = self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT ended - started FROM attempts WHERE model = ?1 AND size = ?2 AND practice = ?3
                 AND state = 'answered' AND tier = 'standard' ORDER BY started DESC LIMIT ?4",
            )?;
            let rows = statement
                .query_map(rusqlite::params![model, size, practice, OF], |row| row.get::<_, i64>(0))?;
            let mut times: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
            times.sort_unstable();
            Ok((times.len() >= 2).then(|| times[times.len() / 2]))
        });
        let found = found.await?;
        self.typical.keep(of, found);
        Ok(found)
    }
}
