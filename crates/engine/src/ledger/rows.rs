//! Between columns and values: JSON columns, ids, states. A column that does not hold what it should is `Damaged`.

use super::{LedgerError, Result};
use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| LedgerError::Damaged(error.to_string()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| LedgerError::Damaged(error.to_string()))
}

/// Reads a word column, `queued` or `no`, into its enum.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text.into()))
        .map_err(|error| LedgerError::Damaged(error.to_string()))
}

pub(super) fn json_column<T: DeserializeOwned>(row: &Row<'_>, name: &str) -> Result<T> {
    from_json(&row.get::<_, String>(name)?)
}

pub(super) fn maybe_json<T: DeserializeOwned>(row: &Row<'_>, name: &str) -> Result<Option<T>> {
    row.get::<_, Option<String>>(name)?.map(|text| from_json(&text)).transpose()
}

/// Collects rows whose reading may find damage.
pub(super) fn all<T>(mut rows: rusqlite::Rows<'_>, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(row)?);
    }
    Ok(out)
}
