//! Pictures from outside, and sidecars that are behind the ledger.

use super::pictures::{SELECT, put_picture, read_picture};
use super::rows::all;
use super::{Ledger, Result};
use crate::value::id::PictureId;
use crate::value::job::{KeptPicture, Picture};
use rusqlite::{Connection, OptionalExtension as _, params};

/// A picture that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its place.
    pub seq: i64,
    /// Its id.
    pub id: PictureId,
    /// It is in the trash.
    pub trashed: bool,
}

fn known(db: &Connection, hash: &str) -> Result<Option<Known>> {
    let mut statement = db.prepare_cached(
        "SELECT seq, id, trashed FROM pictures WHERE hash = ?1 ORDER BY trashed, seq LIMIT 1",
    )?;
    let known = statement.query_row([hash], |row| {
        let id: String = row.get("id")?;
        Ok(Known { seq: row.get("seq")?, id: PictureId::from_text(id), trashed: row.get("trashed")? })
    });
    Ok(known.optional()?)
}

impl Ledger {
    /// The first picture with these bytes; one in the trash only where all are.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn by_hash(&self, hash: String) -> Result<Option<Known>> {
        self.read(move |db| known(db, &hash)).await
    }

    /// Adds a picture from outside, unless there is one with the same bytes: then it answers that one.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn import(&self, picture: Picture) -> Result<Option<Known>> {
        self.write(move |db| {
            let there = known(db, &picture.hash)?;
            if there.is_none() {
                put_picture(db, &picture)?;
            }
            Ok(there)
        })
        .await
    }

    /// Pictures whose sidecars are behind, each with how many changes were made to it.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn behind(&self, most: u32) -> Result<Vec<(KeptPicture, i64)>> {
        self.read(move |db| {
            let select = SELECT.replacen("SELECT seq", "SELECT behind, seq", 1);
            let mut statement =
                db.prepare_cached(&format!("{select} WHERE behind > 0 ORDER BY seq LIMIT ?1"))?;
            all(statement.query([most])?, |row| Ok((read_picture(row)?, row.get("behind")?)))
        })
        .await
    }

    /// Their sidecars are up to date, as far as no further change has come since.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn caught_up(&self, written: Vec<(i64, i64)>) -> Result<()> {
        self.write(move |db| {
            let mut statement =
                db.prepare_cached("UPDATE pictures SET behind = 0 WHERE seq = ?1 AND behind = ?2")?;
            written.iter().try_for_each(|(seq, behind)| statement.execute(params![seq, behind]).map(drop))?;
            Ok(())
        })
        .await
    }
}
