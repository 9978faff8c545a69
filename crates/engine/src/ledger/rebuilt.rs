//! A ledger filled again from what the files say. Only for `rebuild.rs`.

use super::jobs::put_job;
use super::labels::{self, Label};
use super::pictures::put_picture;
use super::rows::to_json;
use super::{Ledger, Result, schema};
use crate::value::id::AccountId;
use crate::value::job::{Job, KeptPicture, Picture, Sheet};
use crate::value::sentence::Sentence;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use std::path::Path;

const MARK: &str = "UPDATE pictures SET rating = ?2, trashed = ?3 WHERE id = ?1 RETURNING seq";

/// What can be told from originals and sidecars, in the order in which it came about.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Sheets.
    pub sheets: Vec<Sheet>,
    /// Their jobs, all done.
    pub jobs: Vec<Job>,
    /// Pictures, with what the user did to them.
    pub pictures: Vec<KeptPicture>,
}

impl Ledger {
    /// Puts it all in, at once or not at all.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn put_rebuilt(&self, rebuilt: &Rebuilt) -> Result<()> {
        self.write_now(|db| {
            for sheet in &rebuilt.sheets {
                db.execute(
                    "INSERT INTO sheets (id, created, body) VALUES (?1, ?2, ?3)",
                    params![sheet.id.as_str(), sheet.created.millis(), to_json(sheet)?],
                )?;
            }
            rebuilt.jobs.iter().try_for_each(|job| put_job(db, job))?;
            for kept in &rebuilt.pictures {
                put_attempt(db, &kept.picture)?;
                put_picture(db, &kept.picture)?;
                let marks = params![kept.picture.id.as_str(), kept.rating, kept.trashed];
                let seq: i64 = db.query_row(MARK, marks, |row| row.get(0))?;
                labels::put(db, seq, Label::Tag, &kept.tags)?;
                labels::put(db, seq, Label::Collection, &kept.collections)?;
            }
            // They are not new.
            db.execute("DELETE FROM unsaved", [])?;
            Ok(())
        })
    }

    /// Takes accounts and settings over from another ledger: no file beside it holds them. Answers how many accounts.
    ///
    /// # Errors
    /// The other one cannot be read.
    pub fn take_over(&self, other: &Path) -> Result<u32> {
        let other = Connection::open_with_flags(other, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::refuse_newer(&other)?;
        let mut accounts = other.prepare("SELECT id, name, position, last4, body FROM accounts")?;
        let accounts = accounts
            .query_map([], |row| {
                let texts: (String, String, i64, String, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                Ok(texts)
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut settings = other.prepare("SELECT key, value FROM settings")?;
        let settings = settings
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(String, String)>>>()?;
        self.write_now(|db| {
            for (id, name, position, last4, body) in &accounts {
                db.execute(
                    "INSERT INTO accounts (id, name, position, last4, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![id, name, position, last4, body],
                )?;
            }
            for (key, value) in &settings {
                db.execute("INSERT INTO settings (key, value) VALUES (?1, ?2)", params![key, value])?;
            }
            Ok(())
        })?;
        Ok(u32::try_from(accounts.len()).unwrap_or(u32::MAX))
    }
}

/// The call that a picture came with, so that what was spent is known again. The bill of an answer stands with its first
/// picture.
fn put_attempt(db: &Connection, picture: &Picture) -> Result<()> {
    let (Some(job), Some(attempt), Some(asked)) = (&picture.job, &picture.attempt, &picture.request) else {
        return Ok(());
    };
    let model = if picture.fallback { &picture.model_used } else { &asked.model };
    let named = "SELECT id FROM accounts WHERE name = ?1";
    let account: Option<String> = db.query_row(named, [&picture.account], |row| row.get(0)).optional()?;
    let nobody = if picture.practice { AccountId::practice().as_str().to_owned() } else { String::new() };
    db.execute(
        "INSERT OR IGNORE INTO attempts (id, job, number, account, account_name, project, model, size, practice, state,
           started, ended, status, billed, reserved, settled, class, verdict, request_id, billing)
         VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?8, 'answered', ?9, ?10, 200, 'yes', ?11, ?11, 'picture', ?12, ?13,
           coalesce((SELECT body ->> '$.billing' FROM accounts WHERE name = ?5), ''))",
        params![
            attempt.as_str(),
            job.as_str(),
            picture.attempts,
            account.unwrap_or(nobody),
            picture.account,
            model,
            asked.size.as_str(),
            picture.practice,
            picture.created.millis() - picture.elapsed_ms,
            picture.created.millis(),
            picture.usd.micros(),
            to_json(&Sentence::new("B-yes"))?,
            picture.response_id,
        ],
    )?;
    Ok(())
}
