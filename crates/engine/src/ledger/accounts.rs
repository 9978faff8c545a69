//! Accounts.

use super::rows::{all, json_column, to_json};
use super::{Ledger, Result};
use crate::value::account::Account;
use crate::value::id::AccountId;
use rusqlite::params;

/// An account as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAccount {
    /// The account.
    pub account: Account,
    /// Last characters of its key, to recognise it by.
    pub last4: String,
}

impl Ledger {
    /// Accounts in the user's order. Without any, the built-in practice account stands by itself.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn accounts(&self) -> Result<Vec<KeptAccount>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT * FROM accounts ORDER BY position, id")?;
            all(statement.query([])?, |row| {
                Ok(KeptAccount { account: json_column(row, "body")?, last4: row.get("last4")? })
            })
        })
        .await
    }

    /// Stores an account, new or changed.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn save_account(&self, kept: KeptAccount) -> Result<()> {
        self.write(move |db| {
            db.execute(
                "INSERT INTO accounts (id, name, position, last4, body)
                 VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM accounts), ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, last4 = ?3, body = ?4",
                params![kept.account.id.as_str(), kept.account.name, kept.last4, to_json(&kept.account)?],
            )?;
            Ok(())
        })
        .await
    }

    /// Forgets an account. Its attempts and pictures keep its name.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn remove_account(&self, id: AccountId) -> Result<()> {
        self.write(move |db| {
            db.execute("DELETE FROM accounts WHERE id = ?1", [id.as_str()])?;
            Ok(())
        })
        .await
    }

    /// Puts accounts in order.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn order_accounts(&self, ids: Vec<AccountId>) -> Result<()> {
        self.write(move |db| {
            for (position, id) in ids.iter().enumerate() {
                let position = i64::try_from(position).unwrap_or(i64::MAX);
                db.execute(
                    "UPDATE accounts SET position = ?2 WHERE id = ?1",
                    params![id.as_str(), position],
                )?;
            }
            Ok(())
        })
        .await
    }
}
