//! Sums over attempts: spend by day, and the meter of each route.

use super::meter::{OVERLOAD, QUOTA};
use super::{Ledger, Result};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Spend of one day, account and model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpendLine {
    /// Local day, ISO.
    pub day: String,
    /// Account name.
    pub account: String,
    /// Model.
    pub model: String,
    /// Practice dollars.
    pub practice: bool,
    /// Attempts that gave a picture.
    pub pictures: u32,
    /// For certain.
    pub usd: Usd,
    /// Perhaps.
    pub usd_unknown: Usd,
}

/// What the attempts of the last hour say about a route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteMeter {
    /// Account name.
    pub account: String,
    /// Project.
    pub project: String,
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// How they were served: the half-price tier sheds calls as a matter of course.
    pub tier: Tier,
    /// Calls.
    pub calls: u32,
    /// Refused for overload.
    pub overloaded: u32,
    /// Refused for quota.
    pub limited: u32,
}

impl Ledger {
    /// Spend since a moment, newest day first. Practice and real are never in one line.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn spend(&self, since: Timestamp, zone: TimeZone) -> Result<Vec<SpendLine>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT started, account_name, model, practice, state, settled, reserved, billed FROM attempts
                 WHERE started >= ?1",
            )?;
            let mut lines: BTreeMap<(std::cmp::Reverse<String>, bool, String, String), SpendLine> =
                BTreeMap::new();
            let mut rows = statement.query([since.millis()])?;
            while let Some(row) = rows.next()? {
                let day = Timestamp(row.get(0)?).day(&zone);
                let (account, model, practice): (String, String, bool) =
                    (row.get(1)?, row.get(2)?, row.get(3)?);
                let key = (std::cmp::Reverse(day.clone()), practice, account.clone(), model.clone());
                let line = lines.entry(key).or_insert_with(|| SpendLine {
                    day,
                    account,
                    model,
                    practice,
                    ..SpendLine::default()
                });
                let billed: Option<String> = row.get(7)?;
                match billed.as_deref() {
                    Some("unknown") => line.usd_unknown += Usd(row.get(6)?),
                    _ => line.usd += Usd(row.get(5)?),
                }
                line.pictures += u32::from(row.get::<_, String>(4)? == "answered");
            }
            Ok(lines
                .into_values()
                .filter(|l| l.pictures > 0 || l.usd != Usd::ZERO || l.usd_unknown != Usd::ZERO)
                .collect())
        })
        .await
    }

    /// Routes that were used since a moment.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn meter(&self, since: Timestamp) -> Result<Vec<RouteMeter>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT account_name, project, model, practice, count(*),
                   count(*) FILTER (WHERE class IN {OVERLOAD}), count(*) FILTER (WHERE class IN {QUOTA}), tier
                 FROM attempts WHERE started >= ?1 GROUP BY 1, 2, 3, 4, tier ORDER BY 4, 1, 3, tier DESC"
            ))?;
            let rows = statement.query_map([since.millis()], |row| {
                Ok(RouteMeter {
                    account: row.get(0)?,
                    project: row.get(1)?,
                    model: row.get(2)?,
                    practice: row.get(3)?,
                    tier: Tier::from_text(&row.get::<_, String>(7)?),
                    calls: row.get(4)?,
                    overloaded: row.get(5)?,
                    limited: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}
