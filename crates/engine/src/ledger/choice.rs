//! Many jobs at once: which ones are meant, found by id alone and counted, so that 100,000 of them need no reading.

use super::budget::COMMITTED;
use super::rows::{all, to_json};
use super::{Ledger, Result};
use crate::value::id::{JobId, SheetId};
use crate::value::job::JobState;
use crate::value::lane::Lane;
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use rusqlite::params;
use rusqlite::types::Value;

/// Whose jobs are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All there are.
    All,
    /// All there are; of those that failed, only those since then.
    Lately(Timestamp),
    /// Those of sheets in this lane.
    Lane(Lane),
    /// Those of a sheet.
    Sheet(SheetId),
    /// This one.
    Job(JobId),
}

impl Which {
    /// A condition with one parameter, `?1`, and its value.
    fn condition(&self) -> (&'static str, Value) {
        match self {
            Self::All => ("?1 = ''", String::new().into()),
            Self::Lately(since) => ("(state <> 'failed' OR finished >= ?1)", since.millis().into()),
            Self::Lane(lane) => (
                "sheet IN (SELECT id FROM sheets WHERE coalesce(body ->> '$.lane', 'now') = ?1)",
                lane.as_str().to_owned().into(),
            ),
            Self::Sheet(sheet) => ("sheet = ?1", sheet.as_str().to_owned().into()),
            Self::Job(job) => ("id = ?1", job.as_str().to_owned().into()),
        }
    }
}

/// Jobs, counted before somebody decides about all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub jobs: u32,
    /// Of these, on the wire.
    pub sending: u32,
    /// Of these, simulated.
    pub practice: u32,
    /// Of the others, the list price of all that have one.
    pub usd: Usd,
    /// Of the others, those whose price nobody knows.
    pub unpriced: u32,
}

impl Ledger {
    /// The jobs that are meant and stand so, in order.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn chosen(&self, which: Which, states: Vec<JobState>) -> Result<Vec<JobId>> {
        self.read(move |db| {
            let (condition, value) = which.condition();
            let mut statement = db.prepare_cached(&format!(
                "SELECT id FROM jobs WHERE {condition} AND state IN (SELECT value FROM json_each(?2)) ORDER BY seq"
            ))?;
            all(statement.query(params![value, words(&states)?])?, |row| {
                Ok(JobId::from_text(row.get::<_, String>(0)?))
            })
        })
        .await
    }

    /// The same, counted.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn tally(&self, which: Which, states: Vec<JobState>) -> Result<Tally> {
        self.read(move |db| {
            let (condition, value) = which.condition();
            let mut statement = db.prepare_cached(&format!(
                "SELECT count(*), coalesce(sum(state = 'sending'), 0), coalesce(sum(practice), 0),
                   coalesce(sum(CASE WHEN NOT practice THEN usd END), 0), coalesce(sum(NOT practice AND usd <= 0), 0)
                 FROM jobs WHERE {condition} AND state IN (SELECT value FROM json_each(?2))"
            ))?;
            Ok(statement.query_row(params![value, words(&states)?], |row| {
                Ok(Tally {
                    jobs: row.get(0)?,
                    sending: row.get(1)?,
                    practice: row.get(2)?,
                    usd: Usd(row.get(3)?),
                    unpriced: row.get(4)?,
                })
            })?)
        })
        .await
    }

    /// What a sheet has spent, may have spent, and would spend if all that waits were made.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn promised(&self, sheet: SheetId) -> Result<Usd> {
        self.read(move |db| {
            let sql = format!(
                "SELECT (SELECT coalesce(sum({COMMITTED}), 0) FROM jobs j JOIN attempts a ON a.job = j.id WHERE j.sheet = ?1)
                   + (SELECT coalesce(sum(usd), 0) FROM jobs WHERE sheet = ?1 AND state IN ('queued', 'parked'))"
            );
            Ok(Usd(db.prepare_cached(&sql)?.query_row([sheet.as_str()], |row| row.get(0))?))
        })
        .await
    }
}

fn words(states: &[JobState]) -> Result<String> {
    to_json(&states.iter().map(|state| state.as_str()).collect::<Vec<_>>())
}
