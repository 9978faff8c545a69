//! What outlives a restart: quota levels, learned limits, shut pools, spending. Gates do not: the weather may be another.

use super::day::Spend;
use super::pool::Pool;
use super::{Fleet, PoolKey};
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The part of a fleet that is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// Then. Calls that started later are in the ledger only.
    pub at: Timestamp,
    pools: Vec<(PoolKey, Pool)>,
    spends: Vec<(String, Spend)>,
    aliases: Vec<(PoolKey, String)>,
}

/// A call that counts and that started after the fleet was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Project.
    pub project: String,
    /// Model.
    pub model: String,
    /// Who pays; `None` where the account is gone.
    pub billing: Option<String>,
    /// When.
    pub started: Timestamp,
    /// What it cost, or was reserved for it.
    pub usd: Usd,
}

impl Fleet {
    /// To be written down.
    #[must_use]
    pub fn save(&self, now: Timestamp) -> Saved {
        let mut saved = Saved {
            at: now,
            pools: self.pools.iter().map(|(key, pool)| (key.clone(), pool.clone())).collect(),
            spends: self.spends.iter().map(|(key, spend)| (key.clone(), spend.clone())).collect(),
            aliases: self.aliases.iter().map(|(key, name)| (key.clone(), name.clone())).collect(),
        };
        // In order, so that what has not changed is written as the same bytes.
        saved.pools.sort_by(|a, b| a.0.cmp(&b.0));
        saved.spends.sort_by(|a, b| a.0.cmp(&b.0));
        saved.aliases.sort();
        saved
    }

    /// After a restart. `used`: the calls since it was written down, oldest first. What lies in the future, because the
    /// clock was set back, is forgotten.
    #[must_use]
    pub fn restore(saved: Saved, used: &[Used], now: Timestamp) -> Self {
        let mut fleet = Self {
            pools: saved.pools.into_iter().collect(),
            spends: saved.spends.into_iter().collect(),
            aliases: saved.aliases.into_iter().collect(),
            ..Self::default()
        };
        for call in used.iter().filter(|call| call.started <= now) {
            let own = (call.project.clone(), call.model.clone());
            let key = fleet.aliases.get(&own).map(|name| (own.0.clone(), name.clone())).unwrap_or(own);
            let pool = fleet.pools.entry(key).or_insert_with(|| Pool::new(call.started));
            pool.take(crate::policy::queue::TOKENS, call.started);
            if let Some(billing) = &call.billing {
                fleet.spends.entry(billing.clone()).or_default().book(call.usd, call.started);
            }
        }
        for pool in fleet.pools.values_mut() {
            pool.restored(now);
        }
        for spend in fleet.spends.values_mut() {
            spend.roll(now);
        }
        fleet
    }
}
