//! A call lands: what its outcome does to gates, pools, places, money and accounts.

use super::recheck::Recheck;
use super::{Fleet, Flight, Landing, Offline, Route};
use crate::policy::backoff;
use crate::policy::verdict::{Again, Billed, Class, Scope, Verdict};
use crate::value::id::AttemptId;
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use std::time::Duration;

/// Surprises of two projects this close together are no chance.
const TOGETHER: Duration = Duration::from_secs(2);
/// A gate that met no more than this much overload lately is calm.
const CALM: f64 = 0.25;
/// About eight calls in a row were accepted: a hidden cap is only suspected where refusals are rare.
const VERY_CALM: f64 = 0.05;

impl Fleet {
    /// A call came back. Unknown calls are ignored: a landing may be told twice. `unit` is random in `[0, 1)`.
    pub fn land(&mut self, call: &AttemptId, landing: &Landing<'_>, now: Timestamp, unit: f64) {
        let Some(mut flight) = self.flights.remove(call) else { return };
        self.clear_place(&flight);
        let route = flight.route.clone();
        self.came_back(&route);
        if landing.status.is_some() {
            self.origins.remove(&route.origin);
        }
        self.pay(&flight, landing);
        if landing.verdict.is_some() && landing.status != Some(200) && !flight.proven {
            // It was never served: who came after it stood one place further in front.
            let place = Self::place_key(&route);
            for other in self.flights.values_mut().filter(|other| {
                !other.proven && other.started >= flight.started && Self::place_key(&other.route) == place
            }) {
                other.level = other.level.saturating_sub(1).max(1);
            }
        }
        let after = now.since(flight.started);
        let Some(verdict) = landing.verdict else {
            self.meters.entry(Self::gate_key(&route)).or_default().picture(flight.size, after);
            self.prove(&mut flight, now);
            self.settle_tokens(&flight, landing, now);
            return;
        };
        if landing.status == Some(200) && verdict.scope == Scope::Job {
            self.prove(&mut flight, now);
            self.settle_tokens(&flight, landing, now);
        }
        if !flight.proven {
            self.settle_at_gates(&route);
        }
        match verdict.class {
            Class::Overload | Class::Capacity => self.refused_for_overload(&flight, verdict, now, unit),
            Class::QuotaMinute if verdict.scope == Scope::Billing => {
                self.refused_for_spending(&flight, verdict, now, unit);
            }
            Class::QuotaMinute => self.refused_for_quota(&flight, verdict, now),
            _ => {
                if verdict.billed == Billed::No && verdict.class != Class::Server {
                    self.pool(&route, now).give(Self::cost(&flight));
                }
                self.elsewhere(&route, verdict, now, unit);
            }
        }
    }

    /// A call came back and could not be booked: it holds its place no longer. What it took of quota and money stays taken.
    pub fn leave(&mut self, call: &AttemptId) {
        if let Some(flight) = self.flights.remove(call) {
            self.clear_place(&flight);
            if !flight.proven {
                self.settle_at_gates(&flight.route);
            }
        }
    }

    fn clear_place(&mut self, flight: &Flight) {
        let route = &flight.route;
        let place = self.in_place.get_mut(&Self::place_key(route)).filter(|_| !flight.stale);
        for count in [place, self.in_account.get_mut(&route.account)].into_iter().flatten() {
            *count = count.saturating_sub(1);
        }
    }

    fn pay(&mut self, flight: &Flight, landing: &Landing<'_>) {
        let cost = match landing.verdict.map(|verdict| verdict.billed) {
            None | Some(Billed::Yes) => landing.usd,
            // What failed inside had been let in: the provider's window of money may count it, though nobody pays.
            Some(Billed::No) if landing.verdict.is_some_and(|verdict| verdict.class == Class::Server) => {
                return;
            }
            Some(Billed::No) => Usd::ZERO,
            // It may have been charged: it counts as if it was.
            Some(Billed::Unknown) => return,
        };
        if let Some(spend) = self.spends.get_mut(&flight.route.billing) {
            spend.settle(flight.started, flight.usd, cost);
        }
    }

    fn settle_tokens(&mut self, flight: &Flight, landing: &Landing<'_>, now: Timestamp) {
        if let Some(tokens) = landing.tokens {
            self.pool(&flight.route, now).settle(Self::cost(flight), tokens);
        }
    }

    fn refused_for_overload(&mut self, flight: &Flight, verdict: &Verdict, now: Timestamp, unit: f64) {
        let route = &flight.route;
        let cost = Self::cost(flight);
        let key = Self::gate_key(route);
        self.meters.entry(key.clone()).or_default().refusal(now.since(flight.started));
        let patience = self.patience(route, now);
        let gate = self.gates.entry(key.clone()).or_default();
        let calm = gate.run() == 0 && gate.lately() < CALM;
        let very_calm = gate.run() == 0 && gate.lately() < VERY_CALM;
        let hint = if let Again::BackOff(hint) = verdict.again() { hint } else { None };
        if hint.is_none() && !flight.proven {
            let slots = self.slots.entry(Self::place_key(route)).or_default();
            if slots.refuse(flight.level, very_calm, now) {
                self.pool(route, now).give(cost);
                return;
            }
            if self.pool(route, now).disguised(cost, calm, now) {
                return;
            }
        }
        self.pool(route, now).overloaded(cost, now);
        self.meters.entry(key.clone()).or_default().outcome(flight.size, true);
        self.refused.entry(key.clone()).or_default().insert(route.project.clone());
        self.gates.entry(key).or_default().refuse(flight.started, hint, patience, now, unit);
        let own = self.own_gates.entry(Self::place_key(route)).or_default();
        own.refuse(flight.started, hint, patience, now, unit);
    }

    fn refused_for_quota(&mut self, flight: &Flight, verdict: &Verdict, now: Timestamp) {
        let route = &flight.route;
        let cost = Self::cost(flight);
        self.rename(route, verdict);
        if verdict.taught.is_empty() && !flight.proven {
            let slots = self.slots.entry(Self::place_key(route)).or_default();
            if slots.refuse(flight.level, true, now) {
                self.pool(route, now).give(cost);
                return;
            }
        }
        if self.pool(route, now).refused(cost, &verdict.taught, now) {
            self.surprised(route, now);
        }
    }

    /// The server has another name for the pool: what is known moves there.
    fn rename(&mut self, route: &Route, verdict: &Verdict) {
        let Some(name) = &verdict.pool_model else { return };
        let own = (route.project.clone(), route.model.clone());
        let old = self.pool_key(route);
        let new = (route.project.clone(), name.clone());
        if old != new {
            if let Some(pool) = self.pools.remove(&old) {
                self.pools.entry(new).or_insert(pool);
            }
            self.aliases.insert(own, name.clone());
        }
    }

    /// Two projects that are refused by surprise at the same moment may be one.
    fn surprised(&mut self, route: &Route, now: Timestamp) {
        self.surprises.retain(|(.., at)| now.since(*at) <= TOGETHER);
        for (origin, model, project, _) in &self.surprises {
            if *origin == route.origin && *model == route.model && *project != route.project {
                let (a, b) =
                    (project.clone().min(route.project.clone()), project.max(&route.project).clone());
                *self.twins.entry((a, b)).or_default() += 1;
            }
        }
        let surprise = (route.origin.clone(), route.model.clone(), route.project.clone(), now);
        self.surprises.push(surprise);
    }

    /// What is shut beside gate and minute.
    fn elsewhere(&mut self, route: &Route, verdict: &Verdict, now: Timestamp, unit: f64) {
        let why = || verdict.sentence.clone();
        match (verdict.scope, verdict.again()) {
            (Scope::Pool, Again::NextDay(told)) => {
                self.rename(route, verdict);
                self.pool(route, now).day_over(told, &verdict.taught, &verdict.sentence, now);
            }
            (Scope::Pool, Again::WhenMended) => {
                self.pool(route, now).recheck =
                    Some(Recheck::at(now.after(backoff::DAILY), &verdict.sentence));
            }
            (Scope::Pool, Again::Told(wait)) => {
                self.pool(route, now).shut = Some((now.after(backoff::told(wait, unit)), why()));
            }
            (Scope::Pool, Again::Never) => self.pool(route, now).disabled = Some(why()),
            (Scope::Account, Again::WhenMended | Again::Never) => {
                self.troubles.insert(route.account.clone(), why());
            }
            (Scope::Billing, Again::WhenMended) if verdict.class == Class::SpendCap => {
                // It ends with the provider's month, at the turn of one of its days.
                let cap = Recheck::at(now.next_pacific_midnight(), &verdict.sentence);
                self.bills.entry(route.billing.clone()).or_default().cap = Some(cap);
            }
            (Scope::Billing, Again::WhenMended) => {
                self.broke.insert(route.billing.clone(), why());
            }
            (Scope::Origin, Again::BackOff(hint)) => {
                let failures = self.origins.get(&route.origin).map_or(0, |offline| offline.failures) + 1;
                let not_before = now.after(backoff::overload(failures, hint, unit));
                self.origins.insert(route.origin.clone(), Offline { failures, not_before, why: why() });
            }
            _ => {}
        }
    }
}
