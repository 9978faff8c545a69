//! Pictures: rows about files. The files are in the object store.

use super::rows::{all, json_column, to_json};
use super::{Ledger, Result};
use crate::value::id::{JobId, PictureId};
use crate::value::job::{KeptPicture, Picture};
use rusqlite::{Connection, Row, params};

/// Which pictures are asked for, newest first.
#[derive(Debug, Clone, Default)]
pub struct PictureFilter {
    /// Continue below this row.
    pub below: Option<i64>,
    /// At most this many.
    pub limit: u32,
    /// Whose prompt contains this.
    pub search: Option<String>,
    /// The trash instead of the library.
    pub trash: bool,
}

fn read_picture(row: &Row<'_>) -> Result<KeptPicture> {
    Ok(KeptPicture {
        seq: row.get("seq")?,
        picture: json_column(row, "body")?,
        rating: row.get("rating")?,
        trashed: row.get("trashed")?,
    })
}

pub(super) fn put_picture(db: &Connection, picture: &Picture) -> Result<()> {
    db.execute(
        "INSERT INTO pictures (id, hash, job, attempt, number, created, prompt, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (attempt, number) DO NOTHING",
        params![
            picture.id.as_str(),
            picture.hash,
            picture.job.as_str(),
            picture.attempt.as_str(),
            picture.number,
            picture.created.millis(),
            picture.request.prompt,
            to_json(picture)?,
        ],
    )?;
    Ok(())
}

impl Ledger {
    /// A picture.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn picture(&self, id: PictureId) -> Result<Option<KeptPicture>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached("SELECT * FROM pictures WHERE id = ?1")?;
            let mut rows = statement.query([id.as_str()])?;
            rows.next()?.map(read_picture).transpose()
        })
        .await
    }

    /// One page, and how many there are in all.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn pictures(&self, filter: PictureFilter) -> Result<(Vec<KeptPicture>, u32)> {
        self.read(move |db| {
            let pattern = filter.search.as_deref().map(like);
            let condition = "trashed = ?1 AND (?2 IS NULL OR prompt LIKE ?2 ESCAPE '\\')";
            let total = db
                .prepare_cached(&format!("SELECT count(*) FROM pictures WHERE {condition}"))?
                .query_row(params![filter.trash, pattern], |row| row.get(0))?;
            let mut statement = db.prepare_cached(&format!(
                "SELECT * FROM pictures WHERE {condition} AND seq < ?3 ORDER BY seq DESC LIMIT ?4"
            ))?;
            let below = filter.below.unwrap_or(i64::MAX);
            let rows = statement.query(params![filter.trash, pattern, below, filter.limit])?;
            Ok((all(rows, read_picture)?, total))
        })
        .await
    }

    /// All pictures, oldest first, for the check.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn all_pictures(&self) -> Result<Vec<KeptPicture>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT * FROM pictures ORDER BY seq")?;
            all(statement.query([])?, read_picture)
        })
        .await
    }

    /// Pictures of a job, in the order of the answer.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn pictures_of(&self, job: JobId) -> Result<Vec<KeptPicture>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached("SELECT * FROM pictures WHERE job = ?1 ORDER BY seq")?;
            all(statement.query([job.as_str()])?, read_picture)
        })
        .await
    }

    /// Rates a picture. Whether there is one.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn rate(&self, id: PictureId, rating: u8) -> Result<bool> {
        self.write(move |db| {
            Ok(db.execute("UPDATE pictures SET rating = ?2 WHERE id = ?1", params![id.as_str(), rating])? > 0)
        })
        .await
    }

    /// Moves a picture into the trash or out of it. Whether there is one.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn set_trashed(&self, id: PictureId, trashed: bool) -> Result<bool> {
        self.write(move |db| {
            Ok(db.execute("UPDATE pictures SET trashed = ?2 WHERE id = ?1", params![id.as_str(), trashed])?
                > 0)
        })
        .await
    }
}

/// A pattern that finds the text as it is, `%` and `_` included.
fn like(text: &str) -> String {
    let escaped: String = text
        .trim()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain(std::iter::once(c)))
        .collect();
    format!("%{escaped}%")
}
