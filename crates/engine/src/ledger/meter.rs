//! What the attempts say about the weather: ten-minute bins, hours, how long pictures take, calls that never came back.
//!
//! Not here: money (see [`super::spend`]), what it means (see [`crate::policy::alert`], [`crate::policy::hours`]).

use super::{Ledger, Result};
use crate::value::id::AccountId;
use crate::value::lane::Tier;
use crate::value::time::Timestamp;
use std::collections::BTreeMap;

/// Classes that say: no capacity.
pub(super) const OVERLOAD: &str = "('overload', 'capacity')";
/// Classes that say: quota.
pub(super) const QUOTA: &str = "('quota_minute', 'quota_day', 'no_grant', 'spend_cap')";

/// A bin of ten minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bin {
    /// Its beginning.
    pub start: i64,
    /// Calls that began in it.
    pub calls: u32,
    /// Gave a picture.
    pub pictures: u32,
    /// Refused for quota.
    pub limited: u32,
    /// Refused for want of capacity.
    pub overloaded: u32,
    /// Came to nothing for another reason.
    pub failed: u32,
    /// Median of those that gave a picture.
    pub p50_ms: Option<i64>,
}

/// Account name, model, practice, tier.
pub type RouteKey = (String, String, bool, Tier);

/// What a quarter of an hour met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Account.
    pub account: AccountId,
    /// Its name then: it may be gone.
    pub account_name: String,
    /// Simulated.
    pub practice: bool,
    /// Model.
    pub model: String,
    /// Its beginning.
    pub at: Timestamp,
    /// Calls whose fate is known.
    pub calls: u32,
    /// Of these, refused for want of capacity.
    pub overloaded: u32,
}

/// How long pictures of a route and size took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latency {
    /// Account name.
    pub account: String,
    /// Model.
    pub model: String,
    /// How they were served.
    pub tier: Tier,
    /// Size.
    pub size: String,
    /// Median.
    pub p50_ms: i64,
    /// One in twenty takes longer.
    pub p95_ms: i64,
    /// Over so many.
    pub calls: u32,
}

/// Pictures of a model lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harvest {
    /// Model that made them.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// How they were served.
    pub tier: Tier,
    /// So many.
    pub pictures: u32,
    /// The first of their calls began then.
    pub first: Timestamp,
    /// The last of them ended then; `None` while more are on the wire, or refused.
    pub last: Option<Timestamp>,
}

/// Length of a bin.
pub const BIN_MS: i64 = 600_000;
/// Precision of the hours: zones are off by quarters.
const QUARTER_MS: i64 = 900_000;

/// The value that the share `q` of the sorted values does not pass.
fn quantile(sorted: &[i64], q: f64) -> Option<i64> {
    let rank = (sorted.len() as f64 * q).ceil() as usize;
    sorted.get(rank.saturating_sub(1).min(sorted.len().checked_sub(1)?)).copied()
}

impl Ledger {
    /// Bins of each route that called since then; `count` of them, oldest first, empty ones included.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn bins(&self, first: i64, count: usize) -> Result<Vec<(RouteKey, Vec<Bin>)>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT account_name, model, practice, (started - ?1) / {BIN_MS}, state, ended - started,
                   coalesce(class, '') IN {OVERLOAD}, coalesce(class, '') IN {QUOTA}, tier
                 FROM attempts WHERE started >= ?1"
            ))?;
            let mut routes: BTreeMap<RouteKey, (Vec<Bin>, Vec<Vec<i64>>)> = BTreeMap::new();
            let mut rows = statement.query([first])?;
            while let Some(row) = rows.next()? {
                let tier = Tier::from_text(&row.get::<_, String>(8)?);
                let (bins, times) =
                    routes.entry((row.get(0)?, row.get(1)?, row.get(2)?, tier)).or_insert_with(|| {
                        let start = |index: usize| first + BIN_MS * i64::try_from(index).unwrap_or(0);
                        let empty = (0..count).map(|index| Bin { start: start(index), ..Bin::default() });
                        (empty.collect(), vec![Vec::new(); count])
                    });
                let index = usize::try_from(row.get::<_, i64>(3)?).unwrap_or(usize::MAX);
                let (Some(bin), Some(times)) = (bins.get_mut(index), times.get_mut(index)) else { continue };
                let state: String = row.get(4)?;
                let (overloaded, limited): (bool, bool) = (row.get(6)?, row.get(7)?);
                bin.calls += 1;
                match state.as_str() {
                    "answered" => {
                        bin.pictures += 1;
                        times.extend(row.get::<_, Option<i64>>(5)?);
                    }
                    "sending" => {}
                    _ if overloaded => bin.overloaded += 1,
                    _ if limited => bin.limited += 1,
                    _ => bin.failed += 1,
                }
            }
            let finish = |(key, (mut bins, times)): (RouteKey, (Vec<Bin>, Vec<Vec<i64>>))| {
                for (bin, mut times) in bins.iter_mut().zip(times) {
                    times.sort_unstable();
                    bin.p50_ms = quantile(&times, 0.5);
                }
                (key, bins)
            };
            Ok(routes.into_iter().map(finish).collect())
        })
        .await
    }

    /// What calls met since then, by quarter hours: only those that were accepted or refused for want of capacity. What
    /// a quota or a key stopped says nothing about the hour.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn quarters(&self, since: Timestamp) -> Result<Vec<Met>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT account, account_name, practice, model, started / {QUARTER_MS}, count(*),
                   sum(coalesce(class, '') IN {OVERLOAD})
                 FROM attempts WHERE started >= ?1 AND tier = 'standard' AND (state = 'answered' OR status = 200
                   OR coalesce(class, '') IN {OVERLOAD}) GROUP BY 1, 2, 3, 4, 5"
            ))?;
            let rows = statement.query_map([since.millis()], |row| {
                Ok(Met {
                    account: AccountId::from_text(row.get::<_, String>(0)?),
                    account_name: row.get(1)?,
                    practice: row.get(2)?,
                    model: row.get(3)?,
                    at: Timestamp(row.get::<_, i64>(4)? * QUARTER_MS),
                    calls: row.get(5)?,
                    overloaded: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// How long pictures took in `[from, to)`, by route and size; the last 200 of each.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn latencies(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Latency>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT account_name, model, size, ended - started, tier FROM attempts
                 WHERE started >= ?1 AND started < ?2 AND state = 'answered'
                 ORDER BY started DESC LIMIT 5000",
            )?;
            let mut times: BTreeMap<(String, String, Tier, String), Vec<i64>> = BTreeMap::new();
            let mut rows = statement.query([from.millis(), to.millis()])?;
            while let Some(row) = rows.next()? {
                let tier = Tier::from_text(&row.get::<_, String>(4)?);
                let of = times.entry((row.get(0)?, row.get(1)?, tier, row.get(2)?)).or_default();
                if of.len() < 200 {
                    of.push(row.get(3)?);
                }
            }
            let latency =
                |((account, model, tier, size), mut times): ((String, String, Tier, String), Vec<i64>)| {
                    times.sort_unstable();
                    let (p50_ms, p95_ms) = (quantile(&times, 0.5)?, quantile(&times, 0.95)?);
                    let calls = u32::try_from(times.len()).unwrap_or(u32::MAX);
                    Some(Latency { account, model, tier, size, p50_ms, p95_ms, calls })
                };
            Ok(times.into_iter().filter_map(latency).collect())
        })
        .await
    }

    /// Pictures that calls begun since then gave, when the first of these calls began, and when the last ended, by model,
    /// practice and tier.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn harvest(&self, since: Timestamp) -> Result<Vec<Harvest>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT model, practice, count(*) FILTER (WHERE state = 'answered'),
                   min(started) FILTER (WHERE state = 'answered'), tier,
                   max(ended) FILTER (WHERE state = 'answered'),
                   max(state = 'sending')
                     OR coalesce(max(ended) FILTER (WHERE state = 'refused')
                       > max(ended) FILTER (WHERE state = 'answered'), 0)
                 FROM attempts WHERE started >= ?1 AND state IN ('answered', 'sending', 'refused')
                 GROUP BY 1, 2, tier HAVING count(*) FILTER (WHERE state = 'answered') > 0",
            )?;
            let rows = statement.query_map([since.millis()], |row| {
                Ok(Harvest {
                    model: row.get(0)?,
                    practice: row.get(1)?,
                    tier: Tier::from_text(&row.get::<_, String>(4)?),
                    pictures: row.get(2)?,
                    first: Timestamp(row.get(3)?),
                    last: row.get::<_, Option<i64>>(5)?.filter(|_| row.get(6) != Ok(true)).map(Timestamp),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Calls since then that never came back, by account name and model.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn timeouts(&self, since: Timestamp) -> Result<BTreeMap<(String, String), u32>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT account_name, model, count(*) FROM attempts WHERE started >= ?1 AND class = 'lost'
                 GROUP BY 1, 2",
            )?;
            let rows =
                statement.query_map([since.millis()], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Calls since then that count against a day's quota, by project and model.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn quota_used(&self, since: Timestamp) -> Result<BTreeMap<(String, String), u32>> {
        self.read(move |db| {
            // What a 429 refused did not count; a 503 may have.
            let mut statement = db.prepare_cached(&format!(
                "SELECT project, model, count(*) FROM attempts WHERE started >= ?1
                 AND coalesce(class, '') NOT IN {QUOTA} AND coalesce(class, '') <> 'unreachable' GROUP BY 1, 2"
            ))?;
            let rows = statement
                .query_map([since.millis()], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(folder: &std::path::Path) -> Ledger {
        let ledger = Ledger::open(folder).expect("ledger");
        let rows = [
            // started, ended, state, class, status
            (0, Some(20_000), "answered", Some("picture"), Some(200)),
            (60_000, Some(100_000), "answered", Some("picture"), Some(200)),
            (BIN_MS, Some(BIN_MS + 2_000), "refused", Some("overload"), Some(503)),
            (BIN_MS + 1, Some(BIN_MS + 500), "refused", Some("quota_minute"), Some(429)),
            (BIN_MS + 2, Some(BIN_MS + 900_000), "unknown", Some("lost"), None),
            (BIN_MS + 3, None, "sending", None, None),
        ];
        ledger
            .write_now(|db| {
                db.execute_batch(
                    "INSERT INTO sheets (id, created, body) VALUES ('s', 0, '{}');
                     INSERT INTO jobs (id, sheet, row, col, state, request, identity, practice, interactive, usd, created)
                     VALUES ('j', 's', 0, 0, 'queued', '{}', '', 0, 1, 0, 0);",
                )?;
                for (number, (started, ended, state, class, status)) in rows.iter().enumerate() {
                    db.execute(
                        "INSERT INTO attempts (id, job, number, account, account_name, project, model, size, practice,
                           state, started, ended, status, reserved, class)
                         VALUES ('t' || ?1, 'j', ?1, 'a', 'studio', 'p', 'm', '4K', 0, ?2, ?3, ?4, ?5, 0, ?6)",
                        rusqlite::params![i64::try_from(number).unwrap_or(0), state, started, ended, status, class],
                    )?;
                }
                Ok(())
            })
            .expect("rows");
        ledger
    }

    #[tokio::test]
    async fn the_meter_counts_each_call_once() {
        let folder = tempfile::tempdir().expect("folder");
        let ledger = filled(folder.path());
        let bins = ledger.bins(0, 3).await.expect("bins");
        let (key, bins) = &bins[0];
        assert_eq!(*key, ("studio".into(), "m".into(), false, Tier::Standard));
        assert_eq!(bins[0], Bin { start: 0, calls: 2, pictures: 2, p50_ms: Some(20_000), ..Bin::default() });
        let second = Bin { start: BIN_MS, calls: 4, limited: 1, overloaded: 1, failed: 1, ..Bin::default() };
        assert_eq!(bins[1], second);
        assert_eq!(bins[2], Bin { start: 2 * BIN_MS, ..Bin::default() }, "empty ones are there too");
        let harvest = ledger.harvest(Timestamp(1)).await.expect("harvest");
        assert_eq!((harvest[0].pictures, harvest[0].first), (1, Timestamp(60_000)));
        let hours = ledger.quarters(Timestamp(0)).await.expect("hours");
        assert_eq!((hours[0].calls, hours[0].overloaded), (3, 1), "a quota says nothing about the hour");
        let latency = ledger.latencies(Timestamp(0), Timestamp(BIN_MS)).await.expect("latencies");
        assert_eq!((latency[0].p50_ms, latency[0].p95_ms, latency[0].calls), (20_000, 40_000, 2));
        let route = ("studio".to_owned(), "m".to_owned());
        assert_eq!(ledger.timeouts(Timestamp(0)).await.expect("timeouts").get(&route), Some(&1));
        let project = ("p".to_owned(), "m".to_owned());
        assert_eq!(ledger.quota_used(Timestamp(0)).await.expect("used").get(&project), Some(&5));
    }
}
