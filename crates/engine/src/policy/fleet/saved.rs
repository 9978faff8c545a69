//! What outlives a restart: quota levels, learned limits, shut pools, spending; and gates and places, for as long as the weather
//! will hardly be another.

use super::bill::Bill;
use super::day::Spend;
use super::gate::Gate;
use super::pool::Pool;
use super::slots::Slots;
use super::{FIRST_LATENCY, Fleet, GateKey, PlaceKey, PoolKey, Route};
use crate::policy::verdict::{Scope, Verdict};
use crate::value::account::Limits;
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

/// A kill forgets at most this much of what calls have taught.
const EVERY: Duration = Duration::from_secs(5);

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
    /// Whether what a call that has landed taught is to be written down now: what shuts a quota or a purse at once, the
    /// rest from time to time.
    #[must_use]
    pub fn is_to_be_saved(&self, verdict: Option<&Verdict>, now: Timestamp) -> bool {
        let shuts = verdict.is_some_and(|verdict| matches!(verdict.scope, Scope::Pool | Scope::Billing));
        shuts || now < self.saved || now.since(self.saved) >= EVERY
    }

    /// To be written down.
    #[must_use]
    pub fn save(&mut self, now: Timestamp) -> Saved {
        self.saved = now;
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

    /// After a restart. `used`: the calls since it was written down, oldest first, and `account` who pays for one that is
    /// still there, and the limits of its project. What lies in the future, because the clock was set back, is forgotten.
    #[must_use]
    pub fn restore(
        saved: Saved,
        used: &[Used],
        account: impl Fn(&AccountId) -> Option<(String, Limits)>,
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
        for pool in fleet.pools.values_mut() {
            pool.restored(now);
        }
        for call in used.iter().filter(|call| call.started <= now) {
            let key = fleet.pool_of(&call.project, &call.model);
            let pool = fleet.pools.entry(key).or_insert_with(|| Pool::new(call.started));
            if let Some((billing, limits)) = account(&call.account) {
                // Known first: a call that is taken from a limit yet to be found would leave the known one full.
                pool.set(&limits, call.started);
                fleet.spends.entry(billing).or_default().book(call.usd, call.started);
            }
            pool.take(crate::policy::queue::TOKENS, call.started);
        }
        for spend in fleet.spends.values_mut() {
            spend.roll(now);
        }
        fleet
    }

    /// The clock was set back while calls flew: what lies in the future now is forgotten as at a start, or every route would
    /// stay shut for as long.
    pub fn set_back(&mut self, now: Timestamp) {
        self.gates.clear();
        self.own_gates.clear();
        self.refused.clear();
        self.origins.clear();
        self.surprises.clear();
        self.person = self.person.filter(|at| *at <= now);
        for (_, until) in &mut self.left {
            *until = now.min(*until);
        }
        for flight in self.flights.values_mut() {
            flight.started = now.min(flight.started);
        }
        for pool in self.pools.values_mut() {
            pool.restored(now);
        }
        for spend in self.spends.values_mut() {
            spend.set_back(now);
        }
    }

    /// A process that was killed has left a call on the wire that had started then. Where the provider takes only so many
    /// at once and does not say how many, it is still one of them: to find no place would look like a smaller cap.
    pub fn left_on_the_wire(&mut self, route: &Route, started: Timestamp) {
        let place = Self::place_key(route);
        if self.slots.get(&place).is_some_and(|slots| slots.held().is_some()) {
            let takes = self.meters.get(&Self::gate_key(route)).and_then(|meter| meter.longest(0.95));
            *self.in_place.entry(place.clone()).or_default() += 1;
            self.left.push((place, started.after(takes.unwrap_or(2 * FIRST_LATENCY))));
        }
    }
}
