//! The queue by sheet: those with open jobs, how each stands, and what is left of its budget.

use super::budget::COMMITTED;
use super::rows::{all, json_column};
use super::{Ledger, Result};
use crate::value::id::{JobId, SheetId};
use crate::value::job::Sheet;
use crate::value::money::Usd;

/// A sheet with open jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSheet {
    /// The sheet.
    pub sheet: Sheet,
    /// The user holds it.
    pub paused: bool,
    /// Jobs that wait.
    pub queued: u32,
    /// On the wire.
    pub sending: u32,
    /// Parked.
    pub parked: u32,
    /// For the user to decide.
    pub unknown: u32,
    /// Failed.
    pub failed: u32,
    /// Done.
    pub done: u32,
    /// In all.
    pub jobs: u32,
    /// The first that waits, else the first that is parked, else the first for the user to decide.
    pub first: Option<JobId>,
}

/// The budget of a sheet that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetBudget {
    /// The sheet.
    pub id: SheetId,
    /// First words of its prompt.
    pub title: String,
    /// Budget.
    pub limit: Usd,
    /// Spent, perhaps spent, or on the wire.
    pub spent: Usd,
}

impl Ledger {
    /// Budgets of sheets with open jobs.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn sheet_budgets(&self) -> Result<Vec<SheetBudget>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT s.id, s.body ->> '$.title', s.body ->> '$.max_usd',
                   (SELECT coalesce(sum({COMMITTED}), 0) FROM jobs j JOIN attempts a ON a.job = j.id WHERE j.sheet = s.id)
                 FROM sheets s
                 WHERE s.id IN (SELECT sheet FROM jobs WHERE state IN ('queued', 'sending', 'parked', 'unknown'))
                   AND s.body ->> '$.max_usd' IS NOT NULL"
            ))?;
            let rows = statement.query_map([], |row| {
                Ok(SheetBudget {
                    id: SheetId::from_text(row.get::<_, String>(0)?),
                    title: row.get(1)?,
                    limit: Usd(row.get(2)?),
                    spent: Usd(row.get(3)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Sheets with open jobs: a person before a batch, old before new.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn open_sheets(&self) -> Result<Vec<OpenSheet>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT s.body, s.paused, sum(j.state = 'queued') AS queued, sum(j.state = 'sending') AS sending,
                   sum(j.state = 'parked') AS parked, sum(j.state = 'unknown') AS unknown,
                   sum(j.state = 'failed') AS failed, sum(j.state = 'done') AS done, count(*) AS jobs,
                   coalesce(min(CASE j.state WHEN 'queued' THEN j.seq END), min(CASE j.state WHEN 'parked' THEN j.seq END),
                     min(CASE j.state WHEN 'unknown' THEN j.seq END)) AS first
                 FROM sheets s JOIN jobs j ON j.sheet = s.id
                 WHERE s.id IN (SELECT sheet FROM jobs WHERE state IN ('queued', 'sending', 'parked', 'unknown'))
                 GROUP BY s.id ORDER BY max(j.interactive) DESC, s.created, s.id",
            )?;
            let mut name = db.prepare_cached("SELECT id FROM jobs WHERE seq = ?1")?;
            let mut sheets = all(statement.query([])?, |row| {
                let open = OpenSheet {
                    sheet: json_column(row, "body")?,
                    paused: row.get("paused")?,
                    queued: row.get("queued")?,
                    sending: row.get("sending")?,
                    parked: row.get("parked")?,
                    unknown: row.get("unknown")?,
                    failed: row.get("failed")?,
                    done: row.get("done")?,
                    jobs: row.get("jobs")?,
                    first: None,
                };
                Ok((open, row.get::<_, Option<i64>>("first")?))
            })?;
            for (open, first) in &mut sheets {
                if let Some(seq) = first {
                    open.first = Some(JobId::from_text(name.query_row([*seq], |row| row.get::<_, String>(0))?));
                }
            }
            Ok(sheets.into_iter().map(|(open, _)| open).collect())
        })
        .await
    }
}
