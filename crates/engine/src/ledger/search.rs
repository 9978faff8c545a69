//! Finding pictures: by words, by facts, in an order. An answer is the list of all that fit, as numbers, so that a gallery
//! can jump anywhere in it; whoever shows some asks for their rows ([`Ledger::picture_rows`]).
//!
//! Not here: how words are cut (`words.rs`), what fits (`filter.rs`), rows and what changes them (`pictures.rs`).

use super::filter::{Condition, PictureFilter, PictureSort};
use super::labels::Label;
use super::{Ledger, LedgerError, Result, words};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use std::collections::{BTreeMap, HashMap};

/// A note warns unless it is one of those that have a mark of their own.
const FACTS: &str = "UPDATE pictures SET
    sheet = coalesce(body ->> '$.sheet', ''), model = body ->> '$.model_used', account = body ->> '$.account',
    size = coalesce(body ->> '$.request.size', ''), aspect = coalesce(body ->> '$.request.aspect', ''),
    usd = body ->> '$.usd', practice = body ->> '$.practice', fallback = body ->> '$.fallback',
    trouble = EXISTS (SELECT 1 FROM json_each(body, '$.notes')
                      WHERE value ->> '$.code' NOT IN ('W-PRACTICE', 'W-MODEL'))
    WHERE seq = ?1";

/// Makes a picture's words and facts findable.
pub(super) fn index(db: &Connection, seq: i64, prompt: &str) -> Result<()> {
    db.prepare_cached(FACTS)?.execute([seq])?;
    db.prepare_cached("INSERT INTO prompt_words (rowid, words) VALUES (?1, ?2)")?
        .execute(params![seq, words::index_text(prompt)])?;
    Ok(())
}

/// Makes the index for all pictures there are.
pub(super) fn index_all(db: &Connection) -> Result<()> {
    let mut next = db.prepare("SELECT seq, prompt FROM pictures WHERE seq > ?1 ORDER BY seq LIMIT 1")?;
    let mut done = i64::MIN;
    // One by one: a query must not read a table while it is changed.
    while let Some((seq, prompt)) =
        next.query_row([done], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).optional()?
    {
        index(db, seq, &prompt)?;
        done = seq;
    }
    Ok(())
}

/// All that fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Their places in the library, in order.
    pub seqs: Vec<i64>,
    /// How many follow each other from one sheet; empty where they are not grouped.
    pub groups: Vec<u32>,
}

/// What there is to filter by, and how many pictures have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Models that answered.
    pub models: BTreeMap<String, u32>,
    /// Names of accounts.
    pub accounts: BTreeMap<String, u32>,
    /// Sizes asked for.
    pub sizes: BTreeMap<String, u32>,
    /// Aspects asked for.
    pub aspects: BTreeMap<String, u32>,
    /// Tags.
    pub tags: BTreeMap<String, u32>,
    /// Collections.
    pub collections: BTreeMap<String, u32>,
}

/// Pictures of a sheet stand together, where the first of them stood.
fn group(list: Vec<(i64, String)>) -> Found {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<i64>> = Vec::new();
    for (seq, sheet) in list {
        let place = *places.entry(sheet).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(seq),
            None => groups.push(vec![seq]),
        }
    }
    Found {
        groups: groups.iter().map(|group| u32::try_from(group.len()).unwrap_or(u32::MAX)).collect(),
        seqs: groups.concat(),
    }
}

impl Ledger {
    /// All pictures that fit, in order.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn find(&self, filter: PictureFilter, sort: PictureSort, by_sheet: bool) -> Result<Found> {
        let by_place = !by_sheet && matches!(sort, PictureSort::Newest | PictureSort::Oldest);
        let Some(Condition { from, key, sql, values }) = Condition::of(&filter, by_place) else {
            return Ok(Found::default());
        };
        self.read(move |db| {
            let order = sort.sql(key);
            let sheet = if by_sheet { "sheet" } else { "''" };
            let select = format!("SELECT {key}, {sheet} FROM {from} WHERE {sql} ORDER BY {order}");
            let mut statement = db.prepare_cached(&select)?;
            let mut rows = statement.query(params_from_iter(values))?;
            if by_sheet {
                return Ok(group(
                    rows.mapped(|row| Ok((row.get(0)?, row.get(1)?))).collect::<rusqlite::Result<_>>()?,
                ));
            }
            let mut seqs = Vec::new();
            while let Some(row) = rows.next()? {
                seqs.push(row.get(0)?);
            }
            Ok(Found { seqs, groups: Vec::new() })
        })
        .await
    }

    /// One page, newest first, of those below a place.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn page(&self, filter: PictureFilter, below: Option<i64>, limit: u32) -> Result<Vec<i64>> {
        let Some(Condition { from, key, sql, mut values }) = Condition::of(&filter, true) else {
            return Ok(Vec::new());
        };
        self.read(move |db| {
            values.extend([Value::from(below.unwrap_or(i64::MAX)), Value::from(i64::from(limit))]);
            let select =
                format!("SELECT {key} FROM {from} WHERE {sql} AND {key} < ? ORDER BY {key} DESC LIMIT ?");
            let mut statement = db.prepare_cached(&select)?;
            let seqs = statement.query_map(params_from_iter(values), |row| row.get(0))?;
            Ok(seqs.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// How many fit.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn count(&self, filter: PictureFilter) -> Result<u32> {
        let Some(Condition { from, sql, values, .. }) = Condition::of(&filter, true) else { return Ok(0) };
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!("SELECT count(*) FROM {from} WHERE {sql}"))?;
            Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
        })
        .await
    }

    /// What there is to filter by, and how many pictures have it.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn facets(&self, trash: bool) -> Result<Facets> {
        self.read(move |db| {
            let mut facets = Facets::default();
            let mut statement = db.prepare_cached(
                "SELECT model, account, size, aspect FROM pictures INDEXED BY pictures_facts WHERE trashed = ?1",
            )?;
            let mut rows = statement.query([trash])?;
            while let Some(row) = rows.next()? {
                count(&mut facets.models, text(row, 0)?);
                count(&mut facets.accounts, text(row, 1)?);
                count(&mut facets.sizes, text(row, 2)?);
                count(&mut facets.aspects, text(row, 3)?);
            }
            let mut statement = db.prepare_cached(
                "SELECT name, count(*) FROM picture_labels JOIN pictures USING (seq)
                 WHERE kind = ?1 AND trashed = ?2 GROUP BY name",
            )?;
            let mut counted = |kind: Label| {
                let rows = statement
                    .query_map(params![kind.as_str(), trash], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<rusqlite::Result<_>>()
            };
            facets.tags = counted(Label::Tag)?;
            facets.collections = counted(Label::Collection)?;
            Ok(facets)
        })
        .await
    }
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    row.get_ref(column)?.as_str().map_err(|error| LedgerError::Damaged(error.to_string()))
}

/// What a picture from outside does not say is no value to filter by.
fn count(values: &mut BTreeMap<String, u32>, value: &str) {
    if value.is_empty() {
        return;
    }
    match values.get_mut(value) {
        Some(n) => *n += 1,
        None => drop(values.insert(value.to_owned(), 1)),
    }
}
