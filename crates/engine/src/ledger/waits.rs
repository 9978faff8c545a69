//! What jobs waited for, as noted. Not the books: notes come in batches, and what a crash takes of them is not missed.

use super::rows::{all, maybe_json, to_json};
use super::{Ledger, Result};
use crate::policy::waits::Note;
use crate::value::time::Timestamp;
use rusqlite::params;
use std::collections::HashMap;

/// So many are kept, the newest.
const KEPT: i64 = 100_000;
/// So many of one job alone, the first.
const OF_A_JOB: i64 = 40;
/// So many of one scope are read for a story.
const READ: u32 = 2000;

impl Ledger {
    /// Keeps notes, each with what it is about.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn note(&self, notes: Vec<(String, Note)>) -> Result<()> {
        self.write(move |db| {
            let mut put = db.prepare_cached(
                "INSERT INTO waits (scope, at, until, reason) SELECT ?1, ?2, ?3, ?4
                 WHERE ?1 NOT LIKE 'job %' OR (SELECT count(*) FROM waits WHERE scope = ?1) < ?5",
            )?;
            for (scope, note) in &notes {
                put.execute(params![
                    scope,
                    note.at.millis(),
                    note.until.map(Timestamp::millis),
                    note.reason.as_ref().map(to_json).transpose()?,
                    OF_A_JOB,
                ])?;
            }
            db.prepare_cached("DELETE FROM waits WHERE rowid <= (SELECT max(rowid) FROM waits) - ?1")?
                .execute([KEPT])?;
            Ok(())
        })
        .await
    }

    /// What was noted of these between two moments, in order of time, beginning with what held at the first.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn notes(
        &self,
        scopes: Vec<String>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<HashMap<String, Vec<Note>>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT at, until, reason FROM waits WHERE scope = ?1 AND at <= ?3
                   AND at >= coalesce((SELECT max(at) FROM waits WHERE scope = ?1 AND at <= ?2), ?2)
                 ORDER BY at, rowid LIMIT ?4",
            )?;
            let mut found = HashMap::new();
            for scope in scopes {
                let rows = statement.query(params![scope, from.millis(), to.millis(), READ])?;
                let notes = all(rows, |row| {
                    Ok(Note {
                        at: Timestamp(row.get("at")?),
                        until: row.get::<_, Option<i64>>("until")?.map(Timestamp),
                        reason: maybe_json(row, "reason")?,
                    })
                })?;
                found.insert(scope, notes);
            }
            Ok(found)
        })
        .await
    }
}
