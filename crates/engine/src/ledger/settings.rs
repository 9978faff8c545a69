//! Settings: one row a field, so that a newer version's fields survive an older program.

use super::rows::to_json;
use super::{Ledger, Result};
use crate::value::settings::Settings;
use rusqlite::params;
use serde_json::{Map, Value};

impl Ledger {
    /// The settings; a field that cannot be read has its default.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn settings(&self) -> Result<Settings> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT key, value FROM settings")?;
            let pairs =
                statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let mut settings = serde_json::to_value(Settings::default()).unwrap_or_default();
            for pair in pairs {
                let (key, text) = pair?;
                let Ok(value) = serde_json::from_str(&text) else { continue };
                let mut tried = settings.clone();
                tried[key] = value;
                // One bad field must not take the others with it.
                if serde_json::from_value::<Settings>(tried.clone()).is_ok() {
                    settings = tried;
                }
            }
            Ok(serde_json::from_value(settings).unwrap_or_default())
        })
        .await
    }

    /// Stores the settings that differ from what is stored.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn save_settings(&self, settings: Settings) -> Result<()> {
        self.write(move |db| {
            let fields: Map<String, Value> = match serde_json::to_value(&settings) {
                Ok(Value::Object(fields)) => fields,
                _ => Map::new(),
            };
            for (key, value) in fields {
                db.execute(
                    "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                    params![key, to_json(&value)?],
                )?;
            }
            Ok(())
        })
        .await
    }
}
