//! What outlives a restart: quota levels, learned limits, shut pools, spending; and gates and places, for as long as the weather
//! will hardly be another.

use super::bill::Bill;
use super::day::Spend;
use super::gate::Gate;
use super::pool::Pool;
use super::slots::Slots;
use super::{Fleet, GateKey, PlaceKey, PoolKey};
use crate::value::id::AccountId;
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The part of a fleet that is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    /// Then. Calls that started later are in the ledger only.
    pub at: Timestamp,
    pools: Vec<(PoolKey, Pool)>,
    spends: Vec<(String, Spend)>,
    bills: Vec<(String, Bill)>,
    aliases: Vec<(PoolKey, String)>,
    gates: Vec<(GateKey, Gate)>,
    own_gates: Vec<(PlaceKey, Gate)>,
    places: Vec<(PlaceKey, Slots)>,
}

/// Gates and places that were written down this lately still hold.
const SAME_WEATHER: Duration = Duration::from_secs(900);

/// A call that counts and that started after the fleet was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Account.
    pub account: AccountId,
    /// Project.
    pub project: String,
    /// Model.
    pub model: String,
    /// When it was booked.
    pub started: Timestamp,
    /// Charged, or reserved while that is not known.
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
            bills: self.bills.iter().map(|(key, bill)| (key.clone(), bill.clone())).collect(),
            aliases: self.aliases.iter().map(|(key, name)| (key.clone(), name.clone())).collect(),
            gates: self.gates.iter().map(|(key, gate)| (key.clone(), gate.clone())).collect(),
            own_gates: self.own_gates.iter().map(|(key, gate)| (key.clone(), gate.clone())).collect(),
            places: self.slots.iter().map(|(key, slots)| (key.clone(), slots.clone())).collect(),
        };
        // In order, so that what has not changed is written as the same bytes.
        saved.pools.sort_by(|a, b| a.0.cmp(&b.0));
        saved.spends.sort_by(|a, b| a.0.cmp(&b.0));
        saved.bills.sort_by(|a, b| a.0.cmp(&b.0));
        saved.aliases.sort();
        saved.gates.sort_by(|a, b| a.0.cmp(&b.0));
        saved.own_gates.sort_by(|a, b| a.0.cmp(&b.0));
        saved.places.sort_by(|a, b| a.0.cmp(&b.0));
        saved
    }

    /// After a restart. `used`: the calls since it was written down, oldest first, and `billing` who pays for an account
    /// that is still there. What lies in the future, because the clock was set back, is forgotten.
    #[must_use]
    pub fn restore(
        saved: Saved,
        used: &[Used],
        billing: impl Fn(&AccountId) -> Option<String>,
        now: Timestamp,
    ) -> Self {
        let mut fleet = Self {
            pools: saved.pools.into_iter().collect(),
            spends: saved.spends.into_iter().collect(),
            bills: saved.bills.into_iter().collect(),
            aliases: saved.aliases.into_iter().collect(),
            ..Self::default()
        };
        if saved.at <= now && now.since(saved.at) < SAME_WEATHER {
            fleet.gates = saved.gates.into_iter().collect();
            fleet.own_gates = saved.own_gates.into_iter().collect();
            fleet.slots = saved.places.into_iter().collect();
            let refused =
                fleet.own_gates.iter().filter(|(_, gate)| gate.run() > 0).map(|(key, _)| key.clone());
            for (origin, project, model, tier) in refused.collect::<Vec<_>>() {
                fleet.refused.entry((origin, model, tier)).or_default().insert(project);
            }
        }
        for call in used.iter().filter(|call| call.started <= now) {
            let key = fleet.pool_of(&call.project, &call.model);
            let pool = fleet.pools.entry(key).or_insert_with(|| Pool::new(call.started));
            pool.take(crate::policy::queue::TOKENS, call.started);
            if let Some(billing) = billing(&call.account) {
                fleet.spends.entry(billing).or_default().book(call.usd, call.started);
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
