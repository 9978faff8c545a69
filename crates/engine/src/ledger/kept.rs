//! What a restart must not forget beside jobs and money: routes and sheets the user holds, alerts, the fleet's levels.
//!
//! Not here: when an alert is raised (see [`crate::policy::alert`]).

use super::rows::{all, json_column, to_json};
use super::{Ledger, Result};
use crate::value::id::{AccountId, AlertId, SheetId};
use crate::value::job::Fallback;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

/// An alert as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAlert {
    /// Id.
    pub id: AlertId,
    /// Its kind, as on the wire.
    pub kind: String,
    /// Account name, where it is about one.
    pub account: Option<String>,
    /// Model id, where it is about one.
    pub model: Option<String>,
    /// In words.
    pub sentence: Sentence,
    /// Raised.
    pub raised: Timestamp,
    /// Over since.
    pub resolved: Option<Timestamp>,
    /// The user has seen it.
    pub seen: bool,
}

fn read_alert(row: &Row<'_>) -> Result<KeptAlert> {
    Ok(KeptAlert {
        id: AlertId::from_text(row.get::<_, String>("id")?),
        kind: row.get("kind")?,
        account: row.get("account")?,
        model: row.get("model")?,
        sentence: json_column(row, "sentence")?,
        raised: Timestamp(row.get("raised")?),
        resolved: row.get::<_, Option<i64>>("resolved")?.map(Timestamp),
        seen: row.get("seen")?,
    })
}

impl Ledger {
    /// Alerts: the open ones first, newest first, then the last `past` that are over.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn alerts(&self, past: u32) -> Result<Vec<KeptAlert>> {
        self.read(move |db| {
            let mut open =
                db.prepare_cached("SELECT * FROM alerts WHERE resolved IS NULL ORDER BY raised DESC, id")?;
            let mut over = db.prepare_cached(
                "SELECT * FROM alerts WHERE resolved IS NOT NULL ORDER BY raised DESC, id LIMIT ?1",
            )?;
            let mut out = all(open.query([])?, read_alert)?;
            out.extend(all(over.query([past])?, read_alert)?);
            Ok(out)
        })
        .await
    }

    /// Keeps an alert. One that is open already for the same thing stays as it is; answers whether it is new.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn raise_alert(&self, alert: KeptAlert) -> Result<bool> {
        self.write(move |db| {
            let done = db.execute(
                "INSERT INTO alerts (id, kind, account, model, sentence, raised) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO NOTHING",
                params![
                    alert.id.as_str(),
                    alert.kind,
                    alert.account,
                    alert.model,
                    to_json(&alert.sentence)?,
                    alert.raised.millis(),
                ],
            )?;
            Ok(done > 0)
        })
        .await
    }

    /// It is over. Answers whether it was open.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn resolve_alert(&self, id: AlertId, now: Timestamp) -> Result<bool> {
        self.write(move |db| {
            let sql = "UPDATE alerts SET resolved = ?2 WHERE id = ?1 AND resolved IS NULL";
            Ok(db.execute(sql, params![id.as_str(), now.millis()])? > 0)
        })
        .await
    }

    /// The user has seen it. Answers whether there is such an alert.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn alert_seen(&self, id: AlertId) -> Result<bool> {
        self.write(move |db| Ok(db.execute("UPDATE alerts SET seen = 1 WHERE id = ?1", [id.as_str()])? > 0))
            .await
    }

    /// Holds a sheet, or lets it go. Answers whether there is such a sheet.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn hold_sheet(&self, id: SheetId, paused: bool) -> Result<bool> {
        self.write(move |db| {
            Ok(db.execute("UPDATE sheets SET paused = ?2 WHERE id = ?1", params![id.as_str(), paused])? > 0)
        })
        .await
    }

    /// Changes what a sheet does about a model that is not to be had.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn set_fallback(&self, id: SheetId, fallback: Fallback) -> Result<()> {
        let value = to_json(&fallback)?;
        self.write(move |db| {
            let sql = "UPDATE sheets SET body = json_set(body, '$.fallback', json(?2)) WHERE id = ?1";
            db.execute(sql, params![id.as_str(), value])?;
            Ok(())
        })
        .await
    }

    /// Gives a sheet another budget, or none.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn set_budget(&self, id: SheetId, max_usd: Option<Usd>) -> Result<()> {
        let value = to_json(&max_usd)?;
        self.write(move |db| {
            let sql = "UPDATE sheets SET body = json_set(body, '$.max_usd', json(?2)) WHERE id = ?1";
            db.execute(sql, params![id.as_str(), value])?;
            Ok(())
        })
        .await
    }

    /// Sheets that are held.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn held_sheets(&self) -> Result<Vec<SheetId>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT id FROM sheets WHERE paused = 1")?;
            all(statement.query([])?, |row| Ok(SheetId::from_text(row.get::<_, String>(0)?)))
        })
        .await
    }

    /// Holds a route, or lets it go.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn hold_route(&self, account: AccountId, model: String, paused: bool) -> Result<()> {
        self.write(move |db| {
            let sql = if paused {
                "INSERT OR IGNORE INTO held_routes (account, model) VALUES (?1, ?2)"
            } else {
                "DELETE FROM held_routes WHERE account = ?1 AND model = ?2"
            };
            db.execute(sql, params![account.as_str(), model])?;
            Ok(())
        })
        .await
    }

    /// Routes that are held.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn held_routes(&self) -> Result<Vec<(AccountId, String)>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT account, model FROM held_routes")?;
            all(statement.query([])?, |row| Ok((AccountId::from_text(row.get::<_, String>(0)?), row.get(1)?)))
        })
        .await
    }

    /// Keeps the fleet's state, as JSON of its own making.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn save_fleet(&self, json: String) -> Result<()> {
        self.write(move |db| {
            db.execute(
                "INSERT INTO fleet (one, body) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET body = ?1",
                [&json],
            )?;
            Ok(())
        })
        .await
    }

    /// The fleet's state, if any was kept.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn load_fleet(&self) -> Result<Option<String>> {
        self.read(|db| Ok(db.query_row("SELECT body FROM fleet", [], |row| row.get(0)).optional()?)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(id: &str) -> KeptAlert {
        KeptAlert {
            id: AlertId::from_text(id),
            kind: "overload".into(),
            account: Some("studio".into()),
            model: None,
            sentence: Sentence::new("A-overload"),
            raised: Timestamp(5),
            resolved: None,
            seen: false,
        }
    }

    #[tokio::test]
    async fn an_alert_is_open_once_and_over_once() {
        let folder = tempfile::tempdir().expect("folder");
        let ledger = Ledger::open(folder.path()).expect("ledger");
        assert!(ledger.raise_alert(alert("w1")).await.expect("write"));
        assert!(!ledger.raise_alert(alert("w2")).await.expect("write"), "the same thing is open already");
        assert!(ledger.alert_seen(AlertId::from_text("w1")).await.expect("write"));
        assert!(ledger.resolve_alert(AlertId::from_text("w1"), Timestamp(9)).await.expect("write"));
        assert!(!ledger.resolve_alert(AlertId::from_text("w1"), Timestamp(10)).await.expect("write"));
        assert!(ledger.raise_alert(alert("w3")).await.expect("write"), "it came back");
        let ids: Vec<_> =
            ledger.alerts(20).await.expect("read").into_iter().map(|a| a.id.to_string()).collect();
        assert_eq!(ids, ["w3", "w1"], "open ones first");
    }

    #[tokio::test]
    async fn what_is_held_stays_held_over_a_restart() {
        let folder = tempfile::tempdir().expect("folder");
        let ledger = Ledger::open(folder.path()).expect("ledger");
        ledger.hold_route(AccountId::practice(), "m".into(), true).await.expect("write");
        ledger.save_fleet("{}".into()).await.expect("write");
        ledger.save_fleet("{\"a\":1}".into()).await.expect("write");
        drop(ledger);
        let ledger = Ledger::open(folder.path()).expect("again");
        assert_eq!(ledger.held_routes().await.expect("read"), [(AccountId::practice(), "m".into())]);
        assert_eq!(ledger.load_fleet().await.expect("read").as_deref(), Some("{\"a\":1}"));
        ledger.hold_route(AccountId::practice(), "m".into(), false).await.expect("write");
        assert!(ledger.held_routes().await.expect("read").is_empty());
    }
}
