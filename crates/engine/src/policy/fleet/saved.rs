//! What outlives a restart: quota levels, learned limits, shut pools, spending. Gates do not: the weather may be another.

use super::day::Spend;
use super::pool::Pool;
use super::{Fleet, PoolKey};
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The part of a fleet that is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pools: Vec<(PoolKey, Pool)>,
    spends: Vec<(String, Spend)>,
    aliases: Vec<(PoolKey, String)>,
}

impl Fleet {
    /// To be written down.
    #[must_use]
    pub fn save(&self) -> Saved {
        let mut saved = Saved {
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

    /// After a restart. What lies in the future, because the clock was set back, is forgotten.
    #[must_use]
    pub fn restore(saved: Saved, now: Timestamp) -> Self {
        let mut fleet = Self {
            pools: saved.pools.into_iter().collect(),
            spends: saved.spends.into_iter().collect(),
            aliases: saved.aliases.into_iter().collect(),
            ..Self::default()
        };
        for pool in fleet.pools.values_mut() {
            pool.restored(now);
        }
        for spend in fleet.spends.values_mut() {
            spend.roll(now);
        }
        fleet
    }
}
