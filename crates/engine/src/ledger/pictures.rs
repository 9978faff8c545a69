//! Pictures: rows about files. The files are in the object store.

use super::labels::{self, Label};
use super::rows::{all, json_column, to_json};
use super::{Ledger, Result, search, unsaved};
use crate::picture::essence::Essence;
use crate::value::id::{AttemptId, JobId, PictureId};
use crate::value::job::{FileState, KeptPicture, Picture};
use rusqlite::{Connection, Row, params};

/// What the user does to pictures. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureChange {
    /// Stars, 0 for none.
    pub rating: Option<u8>,
    /// Into the trash, or out of it.
    pub trashed: Option<bool>,
    /// Tags to put on.
    pub tag: Vec<String>,
    /// Tags to take off.
    pub untag: Vec<String>,
    /// Collections to put them into.
    pub collect: Vec<String>,
    /// Collections to take them out of.
    pub uncollect: Vec<String>,
}

/// By name: the columns for filters are computed, and a row does not need them.
pub(super) const SELECT: &str = "SELECT seq, body, rating, trashed, file, colour, likeness,
    (SELECT json_group_array(name) FROM picture_labels l WHERE l.seq = pictures.seq AND kind = 'tag') AS tags,
    (SELECT json_group_array(name) FROM picture_labels l WHERE l.seq = pictures.seq AND kind = 'collection')
        AS collections FROM pictures";

pub(super) fn read_picture(row: &Row<'_>) -> Result<KeptPicture> {
    Ok(KeptPicture {
        seq: row.get("seq")?,
        picture: Picture { essence: essence(row)?, ..json_column(row, "body")? },
        rating: row.get("rating")?,
        trashed: row.get("trashed")?,
        file: match row.get_ref("file")?.as_str() {
            Ok("missing") => FileState::Missing,
            Ok("changed") => FileState::Changed,
            _ => FileState::Whole,
        },
        tags: json_column(row, "tags")?,
        collections: json_column(row, "collections")?,
    })
}

fn essence(row: &Row<'_>) -> Result<Option<Essence>> {
    let (colour, likeness): (Option<u32>, Option<i64>) = (row.get("colour")?, row.get("likeness")?);
    Ok(colour.zip(likeness).map(|(colour, hash)| Essence::of_numbers(colour, hash.cast_unsigned())))
}

pub(super) fn put_picture(db: &Connection, picture: &Picture) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO pictures (id, hash, job, attempt, number, created, prompt, body, imported, colour, likeness)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (attempt, number) DO NOTHING",
    )?;
    let added = statement.execute(params![
        picture.id.as_str(),
        picture.hash,
        picture.job.as_ref().map(JobId::as_str),
        picture.attempt.as_ref().map(AttemptId::as_str),
        picture.number,
        picture.created.millis(),
        picture.prompt(),
        to_json(picture)?,
        picture.imported.is_some(),
        picture.essence.map(|essence| essence.colour_number()),
        picture.essence.map(|essence| essence.hash.cast_signed()),
    ])?;
    if added == 0 {
        return Ok(());
    }
    let seq = db.last_insert_rowid();
    if picture.imported.is_none() {
        unsaved::remember(db, seq)?;
    }
    search::index(db, seq, picture.prompt())
}

impl Ledger {
    /// A picture.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn picture(&self, id: PictureId) -> Result<Option<KeptPicture>> {
        self.glance(move |db| {
            let mut statement = db.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
            let mut rows = statement.query([id.as_str()])?;
            rows.next()?.map(read_picture).transpose()
        })
        .await
    }

    /// The rows at these places, in this order. What is not there is left out.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn picture_rows(&self, seqs: Vec<i64>) -> Result<Vec<KeptPicture>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!("{SELECT} WHERE seq = ?1"))?;
            let mut out = Vec::with_capacity(seqs.len());
            for seq in seqs {
                let mut rows = statement.query([seq])?;
                out.extend(rows.next()?.map(read_picture).transpose()?);
            }
            Ok(out)
        })
        .await
    }

    /// All pictures, oldest first, for the check.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn all_pictures(&self) -> Result<Vec<KeptPicture>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("{SELECT} ORDER BY seq"))?;
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
            let mut statement = db.prepare_cached(&format!("{SELECT} WHERE job = ?1 ORDER BY seq"))?;
            all(statement.query([job.as_str()])?, read_picture)
        })
        .await
    }

    /// Changes pictures, all or none. Answers whose they were, by id; what is not there is left out.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn change_pictures(&self, seqs: Vec<i64>, change: PictureChange) -> Result<Vec<PictureId>> {
        self.write(move |db| {
            let mut update = db.prepare_cached(
                "UPDATE pictures SET rating = coalesce(?2, rating), trashed = coalesce(?3, trashed), behind = behind + 1
                 WHERE seq = ?1 RETURNING id",
            )?;
            let mut ids = Vec::with_capacity(seqs.len());
            for seq in &seqs {
                let mut rows = update.query(params![seq, change.rating, change.trashed])?;
                let Some(row) = rows.next()? else { continue };
                ids.push(PictureId::from_text(row.get::<_, String>(0)?));
                // The update ends with its last step only.
                rows.next()?;
                labels::put(db, *seq, Label::Tag, &change.tag)?;
                labels::take(db, *seq, Label::Tag, &change.untag)?;
                labels::put(db, *seq, Label::Collection, &change.collect)?;
                labels::take(db, *seq, Label::Collection, &change.uncollect)?;
            }
            Ok(ids)
        })
        .await
    }

    /// Keeps what a check found of these files.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn found_files(&self, found: Vec<(i64, FileState)>) -> Result<()> {
        self.write(move |db| {
            let mut update = db.prepare_cached("UPDATE pictures SET file = ?2 WHERE seq = ?1")?;
            found.iter().try_for_each(|(seq, file)| update.execute(params![seq, file.as_str()]).map(drop))?;
            Ok(())
        })
        .await
    }

    /// Keeps what pictures are like, by the hash of their bytes.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn put_essences(&self, seen: Vec<(String, Essence)>) -> Result<()> {
        self.write(move |db| {
            let mut update = db.prepare_cached(
                "UPDATE pictures SET colour = ?2, likeness = ?3 WHERE hash = ?1 AND colour IS NULL",
            )?;
            seen.iter().try_for_each(|(hash, essence)| {
                let values = params![hash, essence.colour_number(), essence.hash.cast_signed()];
                update.execute(values).map(drop)
            })?;
            Ok(())
        })
        .await
    }

    /// How many pictures are in the trash, and the bytes of their originals.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn trash(&self) -> Result<(u64, u64)> {
        self.read(|db| {
            let sql = "SELECT count(*), coalesce(sum(body ->> 'bytes'), 0) FROM pictures WHERE trashed = 1";
            let (pictures, bytes): (i64, i64) =
                db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((pictures.unsigned_abs(), bytes.unsigned_abs()))
        })
        .await
    }

    /// All pictures with these bytes.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn seqs_with(&self, hash: String) -> Result<Vec<i64>> {
        self.read(move |db| {
            let mut select = db.prepare_cached("SELECT seq FROM pictures WHERE hash = ?1")?;
            let seqs = select.query_map([hash], |row| row.get(0))?;
            Ok(seqs.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Takes pictures out for good, with their labels and words. Jobs and attempts stay: what was paid was paid. Answers
    /// how many there were.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn delete_pictures(&self, seqs: Vec<i64>) -> Result<u32> {
        self.write(move |db| {
            let mut delete = db.prepare_cached("DELETE FROM pictures WHERE seq = ?1")?;
            let mut deleted = 0;
            for seq in &seqs {
                deleted += delete.execute([seq])?;
            }
            Ok(u32::try_from(deleted).unwrap_or(u32::MAX))
        })
        .await
    }

    /// Adds pictures to jobs that are there: for what comes another way than with a call.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn adopt(&self, pictures: Vec<Picture>) -> Result<()> {
        self.write(move |db| pictures.iter().try_for_each(|picture| put_picture(db, picture))).await
    }
}
