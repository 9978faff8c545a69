//! Names that pictures carry: tags, and the collections they are in. The two are alike in all but their name, so one table
//! holds them. A label is there as long as a picture carries it; case makes no difference.

use super::{Ledger, Result};
use crate::value::id::PictureId;
use rusqlite::{Connection, params};

/// What a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// A tag.
    Tag,
    /// A collection.
    Collection,
}

impl Label {
    /// As it stands in the table.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Collection => "collection",
        }
    }
}

/// The pictures that carry it.
pub(super) const CARRY: &str = "seq IN (SELECT seq FROM picture_labels WHERE kind = ? AND name = ?)";

pub(super) fn put(db: &Connection, seq: i64, kind: Label, names: &[String]) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO picture_labels (seq, kind, name) VALUES (?1, ?2, ?3)";
    each(db, sql, seq, kind, names)
}

pub(super) fn take(db: &Connection, seq: i64, kind: Label, names: &[String]) -> Result<()> {
    each(db, "DELETE FROM picture_labels WHERE seq = ?1 AND kind = ?2 AND name = ?3", seq, kind, names)
}

fn each(db: &Connection, sql: &str, seq: i64, kind: Label, names: &[String]) -> Result<()> {
    let mut statement = db.prepare_cached(sql)?;
    for name in names {
        statement.execute(params![seq, kind.as_str(), name])?;
    }
    Ok(())
}

impl Ledger {
    /// Gives a label another name, or takes it off all its pictures, those in the trash among them. Answers whose it was;
    /// `None` where another label has that name: the two could not be told apart again.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn rename_label(
        &self,
        kind: Label,
        name: String,
        to: Option<String>,
    ) -> Result<Option<Vec<PictureId>>> {
        self.write(move |db| {
            let kind = kind.as_str();
            let taken: bool = db.query_row(
                "SELECT EXISTS (SELECT 1 FROM picture_labels WHERE kind = ?1 AND name = ?3 AND name <> ?2)",
                params![kind, name, to],
                |row| row.get(0),
            )?;
            if taken {
                return Ok(None);
            }
            let mut behind = db.prepare_cached(
                "UPDATE pictures SET behind = behind + 1
                 WHERE seq IN (SELECT seq FROM picture_labels WHERE kind = ?1 AND name = ?2) RETURNING id",
            )?;
            let ids = behind
                .query_map([kind, &name], |row| Ok(PictureId::from_text(row.get::<_, String>(0)?)))?
                .collect::<rusqlite::Result<_>>()?;
            match &to {
                Some(to) => db.execute(
                    "UPDATE picture_labels SET name = ?3 WHERE kind = ?1 AND name = ?2",
                    [kind, &name, to],
                )?,
                None => {
                    db.execute("DELETE FROM picture_labels WHERE kind = ?1 AND name = ?2", [kind, &name])?
                }
            };
            Ok(Some(ids))
        })
        .await
    }
}
