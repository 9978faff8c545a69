//! Pictures that are still to be copied into the user's folder for new ones. A row is written with the picture, in the
//! same commit, where such a folder is set.

use super::pictures::{SELECT, read_picture};
use super::rows::all;
use super::{Ledger, Result};
use crate::value::job::KeptPicture;
use rusqlite::Connection;

pub(super) fn remember(db: &Connection, seq: i64) -> Result<()> {
    let sql = "INSERT INTO unsaved (seq) SELECT ?1
               WHERE EXISTS (SELECT 1 FROM settings WHERE key = 'auto_save_folder' AND value <> 'null')";
    db.prepare_cached(sql)?.execute([seq])?;
    Ok(())
}

impl Ledger {
    /// Some of them, oldest first.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn unsaved(&self, most: u32) -> Result<Vec<KeptPicture>> {
        self.read(move |db| {
            let sql =
                format!("{SELECT} WHERE seq IN (SELECT seq FROM unsaved ORDER BY seq LIMIT ?1) ORDER BY seq");
            all(db.prepare_cached(&sql)?.query([most])?, read_picture)
        })
        .await
    }

    /// It is copied.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn saved(&self, seq: i64) -> Result<()> {
        self.write(move |db| {
            db.execute("DELETE FROM unsaved WHERE seq = ?1", [seq])?;
            Ok(())
        })
        .await
    }

    /// None is to be copied any more.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn forget_unsaved(&self) -> Result<()> {
        if self.unsaved(1).await?.is_empty() {
            return Ok(());
        }
        self.write(|db| {
            db.execute("DELETE FROM unsaved", [])?;
            Ok(())
        })
        .await
    }
}
