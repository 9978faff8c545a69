//! The fleet: the live state of all routes. What may start now, what started, what came of it.
//!
//! Each fact has its own key: quota belongs to a project and model, health to an endpoint, model and tier, places to
//! both, trouble to an account or to who pays, reach to an origin. One call touches all of them at once. Not here: the
//! jobs and their order (`queue`), what an answer means (`judge`), what becomes of the job (`step`), and the ledger.

pub mod bill;
mod candidate;
pub mod day;
pub mod dry;
pub mod gate;
mod landing;
mod mend;
pub mod meter;
pub mod minute;
mod named;
pub mod pool;
pub mod reading;
pub mod recheck;
mod route;
mod saved;
pub mod slots;
#[cfg(test)]
mod tests;

pub use dry::Dry;
pub use minute::Source;
pub use named::by_project;
pub use reading::{Condition, Level, Reading};
pub use route::{Landing, Load, Route, Rules, Tier};
pub use saved::{Saved, Used};

use crate::policy::judge::OwnUse;
use crate::policy::route::Way;
use crate::value::budget::Purse;
use crate::value::id::{AccountId, AttemptId};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use bill::Bill;
use day::Spend;
use gate::{Gate, Opening, Patience};
use meter::Meter;
use named::Named;
use pool::{Cost, Pool};
use slots::Slots;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// A person who added a job this lately may add another: batches leave room.
const PERSON_STAYS: Duration = Duration::from_secs(600);
/// More places than the rate needs, by Little's law: latencies scatter.
const HEADROOM: f64 = 1.5;
/// The fewest places a route may grow to.
const FEW: u32 = 8;
/// Latency of a picture while none was measured.
const FIRST_LATENCY: Duration = Duration::from_secs(30);
/// A call that takes so many times what the slower pictures take hangs, most likely …
const HANGS: f64 = 4.0;
/// … but none does before this.
const HANGS_AFTER: Duration = Duration::from_secs(120);
/// How long a call that is refused for overload takes, for the places that such calls need.
const REFUSAL_S: f64 = 3.0;
/// Work of more than this share of what the day has left makes its calls scarce.
const SCARCE: f64 = 0.5;

type GateKey = (String, String, Tier);
type PoolKey = (String, String);
/// Places, and the meter: a project's calls at an endpoint, model and tier.
type PlaceKey = (String, String, String, Tier);

/// A call on the wire.
#[derive(Debug, Clone)]
struct Flight {
    route: Route,
    size: Size,
    started: Timestamp,
    tokens: u32,
    usd: Usd,
    /// It was the so-many-th of its place.
    level: u32,
    /// It counts as accepted.
    proven: bool,
    /// It has taken so long that it hangs, most likely: it takes no place any more.
    stale: bool,
}

/// An origin that could not be reached.
#[derive(Debug, Clone)]
struct Offline {
    failures: u32,
    not_before: Timestamp,
    why: Sentence,
}

/// What a project and model still have to do, and whether a person is among those who wait.
#[derive(Debug, Clone, Copy, Default)]
struct Work {
    jobs: u32,
    person: bool,
}

/// All routes.
#[derive(Debug, Default)]
pub struct Fleet {
    rules: Rules,
    gates: HashMap<GateKey, Gate>,
    /// The same of one project alone: trouble may be a project's own.
    own_gates: HashMap<PlaceKey, Gate>,
    /// The projects whose refusals make a gate's run: one project's trouble is not the model's.
    refused: HashMap<GateKey, HashSet<String>>,
    pools: HashMap<PoolKey, Pool>,
    slots: HashMap<PlaceKey, Slots>,
    meters: HashMap<GateKey, Meter>,
    spends: HashMap<String, Spend>,
    /// What their providers let billing accounts spend.
    bills: HashMap<String, Bill>,
    /// What accounts name as limits.
    named: Named,
    flights: HashMap<AttemptId, Flight>,
    in_place: HashMap<PlaceKey, u32>,
    /// Places that calls of a process that was killed still take at the provider, until then.
    left: Vec<(PlaceKey, Timestamp)>,
    in_account: HashMap<AccountId, u32>,
    troubles: HashMap<AccountId, Sentence>,
    broke: HashMap<String, Sentence>,
    origins: HashMap<String, Offline>,
    paused: HashSet<(AccountId, String)>,
    /// The provider's name of a pool, where it differs from the model's.
    aliases: HashMap<PoolKey, String>,
    work: HashMap<PoolKey, Work>,
    /// Budgets that have no room.
    dry: HashMap<Purse, Dry>,
    person: Option<Timestamp>,
    /// Surprising refusals for quota: origin and model, project, when.
    surprises: Vec<(String, String, String, Timestamp)>,
    /// Projects of one origin and model that seem to be one, and how often.
    twins: HashMap<(String, String), u32>,
    /// When it was last written down.
    saved: Timestamp,
}

impl Fleet {
    /// What holds for all routes from now on.
    pub fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// What holds for all routes.
    #[must_use]
    pub fn rules(&self) -> Rules {
        self.rules
    }

    fn gate_key(route: &Route) -> GateKey {
        (route.origin.clone(), route.model.clone(), route.tier)
    }

    fn pool_key(&self, route: &Route) -> PoolKey {
        self.pool_of(&route.project, &route.model)
    }

    /// The pool under the name that the server has for the model.
    fn pool_of(&self, project: &str, model: &str) -> PoolKey {
        let key = (project.to_owned(), model.to_owned());
        match self.aliases.get(&key) {
            Some(name) => (key.0, name.clone()),
            None => key,
        }
    }

    fn place_key(route: &Route) -> PlaceKey {
        (route.origin.clone(), route.project.clone(), route.model.clone(), route.tier)
    }

    fn pool(&mut self, route: &Route, now: Timestamp) -> &mut Pool {
        let key = self.pool_key(route);
        let pool = self.pools.entry(key).or_insert_with(|| Pool::new(now));
        pool.set(self.named.calls(route), now);
        pool
    }

    /// Whether and when a job may go there.
    pub fn way(&mut self, route: &Route, load: &Load, now: Timestamp) -> Way {
        if let Some(way) = self.barred(route, now).or_else(|| self.without_money(route, load.usd, now)) {
            return way;
        }
        let person = self.person.is_some_and(|at| now.since(at) < PERSON_STAYS);
        let reserve = u32::from(person && load.reserves);
        let mut shut = self
            .pool(route, now)
            .opens(load.tokens, f64::from(reserve), now)
            .map(|shut| (shut.until, shut.why.with("project", route.project.as_str())));
        if let Some((at, why)) = self.spend_opens(route, load.usd, now)
            && shut.as_ref().is_none_or(|(until, _)| *until < at)
        {
            shut = Some((at, why));
        }
        let overloaded = |wait: Duration| {
            Sentence::new("E-OVERLOAD")
                .with("provider", route.tier.provider(&route.provider))
                .with("attempt", load.trials_overloads + 1)
                .with("max", self.rules.max_attempts)
                .with("wait", wait.as_millis() as u64)
        };
        match self.opening(route, now) {
            Opening::At(at) if shut.as_ref().is_none_or(|(until, _)| *until < at) => {
                return Way::Until(at, overloaded(at.since(now)));
            }
            Opening::AfterProbe if shut.is_none() => return Way::Busy(overloaded(Duration::ZERO)),
            _ => {}
        }
        if let Some((until, why)) = shut {
            return Way::Until(until, why);
        }
        if self.full(route, reserve, now) {
            return Way::Busy(Sentence::new("R-concurrency").with("n", self.flights.len() as u64));
        }
        Way::Open
    }

    /// Both gates must be open: the model's for all, and the project's.
    fn opening(&self, route: &Route, now: Timestamp) -> Opening {
        let key = Self::gate_key(route);
        let shared = self.gates.get(&key).map_or(Opening::Now, |gate| gate.opens(now));
        let own = self.own_gates.get(&Self::place_key(route));
        let shared = if self.refuses_another(route) { Opening::Now } else { shared };
        match (shared, own.map_or(Opening::Now, |gate| gate.opens(now))) {
            (Opening::At(a), Opening::At(b)) => Opening::At(a.max(b)),
            (at @ Opening::At(_), _) | (_, at @ Opening::At(_)) => at,
            (Opening::AfterProbe, _) | (_, Opening::AfterProbe) => Opening::AfterProbe,
            _ => Opening::Now,
        }
    }

    /// All refusals that a gate knows of are one other project's: they may be about that one alone.
    fn refuses_another(&self, route: &Route) -> bool {
        let by = self.refused.get(&Self::gate_key(route));
        by.is_some_and(|by| by.len() == 1 && !by.contains(&route.project))
    }

    /// A call that started then was accepted: at both gates.
    fn accept_at_gates(&mut self, route: &Route, started: Timestamp) {
        let gate = self.gates.entry(Self::gate_key(route)).or_default();
        let held = gate.holds();
        gate.settled();
        gate.accept(started);
        let several = self.refused.get(&Self::gate_key(route)).is_some_and(|by| by.len() > 1);
        let over = held && several && !gate.holds();
        if gate.run() == 0 {
            self.refused.remove(&Self::gate_key(route));
        }
        let own = self.own_gates.entry(Self::place_key(route)).or_default();
        own.settled();
        own.accept(started);
        if over {
            // The model is back for all: what projects met on their own meanwhile was the same outage.
            let same = |key: &PlaceKey| (&key.0, &key.2, key.3) == (&route.origin, &route.model, route.tier);
            self.own_gates.iter_mut().filter(|(key, _)| same(key)).for_each(|(_, gate)| gate.accept(started));
        }
    }

    fn settle_at_gates(&mut self, route: &Route) {
        self.gates.entry(Self::gate_key(route)).or_default().settled();
        self.own_gates.entry(Self::place_key(route)).or_default().settled();
    }

    /// What bars a route whatever its quota and health are.
    fn barred(&self, route: &Route, now: Timestamp) -> Option<Way> {
        if let Some(why) = &route.shut {
            return Some(Way::Shut(why.clone()));
        }
        if self.rules.draining {
            return Some(Way::Busy(Sentence::new("R-draining")));
        }
        if self.rules.paused {
            return Some(Way::Busy(Sentence::new("R-paused")));
        }
        if self.is_paused(&route.account, &route.model) {
            let why = Sentence::new("R-route-paused").with("account", route.account_name.as_str());
            return Some(Way::Busy(why.with("model", route.model.as_str())));
        }
        let trouble = self.troubles.get(&route.account).or_else(|| self.broke.get(&route.billing));
        let trouble = trouble.or_else(|| self.pools.get(&self.pool_key(route))?.disabled.as_ref());
        if let Some(why) = trouble {
            return Some(Way::Shut(why.clone()));
        }
        if let Some(way) = self.shut_for_long(route, now) {
            return Some(way);
        }
        let offline = self.origins.get(&route.origin)?;
        if offline.not_before > now {
            return Some(Way::Until(offline.not_before, offline.why.clone()));
        }
        let probing = self.flights.values().any(|flight| flight.route.origin == route.origin);
        probing.then(|| Way::Busy(offline.why.clone()))
    }

    fn full(&mut self, route: &Route, reserve: u32, now: Timestamp) -> bool {
        let place = Self::place_key(route);
        let here = self.in_place.get(&place).copied().unwrap_or(0);
        let slots = self.slots.entry(place).or_default();
        slots.tick(now);
        let full = |used: u32, limit: u32| used + reserve.min(limit.saturating_sub(1)) >= limit.max(1);
        let account = self.in_account.get(&route.account).copied().unwrap_or(0);
        let all = u32::try_from(self.flights.len()).unwrap_or(u32::MAX);
        full(here, slots.limit())
            || route.limits.concurrency.is_some_and(|cap| full(account, cap))
            || self.rules.concurrency.is_some_and(|cap| full(all, cap))
    }

    /// More places than this would only wait.
    fn ceiling(&mut self, route: &Route, now: Timestamp) -> u32 {
        let rate = self.pool(route, now).rate();
        let latency = self.meters.get(&Self::gate_key(route)).and_then(|meter| meter.longest(0.75));
        let usual = self.gates.get(&Self::gate_key(route)).map_or(0.0, Gate::usual);
        let seconds = latency.unwrap_or(FIRST_LATENCY).as_secs_f64() + usual * REFUSAL_S;
        let useful = HEADROOM * rate / 60.0 * seconds;
        (useful.ceil() as u32).max(FEW)
    }

    /// A call starts: everything it takes is booked at once.
    pub fn start(&mut self, call: AttemptId, route: &Route, load: &Load, now: Timestamp) {
        self.pool(route, now).take(load.tokens, now);
        self.spends.entry(route.billing.clone()).or_default().book(load.usd, now);
        self.gates.entry(Self::gate_key(route)).or_default().started();
        self.own_gates.entry(Self::place_key(route)).or_default().started();
        let level = self.in_place.entry(Self::place_key(route)).or_default();
        *level += 1;
        let flight = Flight {
            route: route.clone(),
            size: load.size,
            started: now,
            tokens: load.tokens,
            usd: load.usd,
            level: *level,
            proven: false,
            stale: false,
        };
        *self.in_account.entry(route.account.clone()).or_default() += 1;
        self.flights.insert(call, flight);
    }

    /// Time passes: calls that outlived the time in which refusals come count as accepted. Returns the next moment at
    /// which something changes by itself.
    pub fn tick(&mut self, now: Timestamp) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        let mut proven = Vec::new();
        for flight in self.flights.values_mut().filter(|flight| !flight.stale) {
            let slow = self.meters.get(&Self::gate_key(&flight.route)).and_then(|meter| meter.longest(0.95));
            let after = slow.unwrap_or(FIRST_LATENCY).mul_f64(HANGS).max(HANGS_AFTER);
            if now.since(flight.started) > after {
                flight.stale = true;
                if let Some(count) = self.in_place.get_mut(&Self::place_key(&flight.route)) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        for (place, _) in self.left.extract_if(.., |(_, until)| *until <= now) {
            if let Some(count) = self.in_place.get_mut(&place) {
                *count = count.saturating_sub(1);
            }
        }
        for (call, flight) in self.flights.iter().filter(|(_, flight)| !flight.proven) {
            let after = self.meters.get(&Self::gate_key(&flight.route)).map(Meter::accepted_after);
            let at = flight.started.after(after.unwrap_or_else(|| Meter::default().accepted_after()));
            if at <= now {
                proven.push(call.clone());
            } else {
                next = Some(next.map_or(at, |next| next.min(at)));
            }
        }
        for call in proven {
            let Some(mut flight) = self.flights.remove(&call) else { continue };
            self.prove(&mut flight, now);
            self.flights.insert(call, flight);
        }
        // Nothing lands when an outage becomes one to speak of.
        let out = self.all_gates().filter_map(|gate| gate.out_at(now));
        let left = self.left.iter().map(|(_, until)| *until);
        next.into_iter().chain(out).chain(left).min()
    }

    fn all_gates(&self) -> impl Iterator<Item = &Gate> {
        self.gates.values().chain(self.own_gates.values())
    }

    /// How many models are out.
    #[must_use]
    pub fn outages(&self, now: Timestamp) -> usize {
        self.all_gates().filter(|gate| gate.out(now).is_some()).count()
    }

    /// A call counts as accepted, once.
    fn prove(&mut self, flight: &mut Flight, now: Timestamp) {
        if std::mem::replace(&mut flight.proven, true) {
            return;
        }
        let route = &flight.route;
        self.accept_at_gates(route, flight.started);
        self.meters.entry(Self::gate_key(route)).or_default().outcome(flight.size, false);
        let ceiling = self.ceiling(route, now);
        self.slots.entry(Self::place_key(route)).or_default().accept(flight.level, ceiling, now);
        self.pool(route, now).granted();
        self.let_in(route, flight.started, now);
    }

    /// How patient a gate is with this route's refusals.
    fn patience(&mut self, route: &Route, now: Timestamp) -> Patience {
        let usual = self.gates.get(&Self::gate_key(route)).map_or(0.0, Gate::usual);
        let work = self.work.get(&self.pool_key(route)).copied().unwrap_or_default();
        let left = self.pool(route, now).day.left();
        let needed = f64::from(work.jobs) * (1.0 + usual);
        let scarce = left.is_some_and(|left| needed > SCARCE * f64::from(left));
        if scarce && !work.person { Patience::SCARCE } else { Patience::PERSON }
    }

    /// How much waits for a route: the queue tells it, so that the day's calls are not spent on an outage.
    pub(crate) fn expect(&mut self, routes: &[Route], jobs: u32, person: bool) {
        // Accounts of one project share its calls: the same jobs are not twice the work.
        let pools: HashSet<PoolKey> = routes.iter().map(|route| self.pool_key(route)).collect();
        for pool in pools {
            let work = self.work.entry(pool).or_default();
            work.jobs += jobs;
            work.person |= person;
        }
    }

    /// Forgets what was told by [`Self::expect`].
    pub(crate) fn expect_nothing(&mut self) {
        self.work.clear();
    }

    /// What the judge may know of our own use.
    #[must_use]
    pub fn own_use(&mut self, route: &Route, now: Timestamp) -> OwnUse {
        let limit = self.spend_limit(route, now).1;
        let spend = self.spends.entry(route.billing.clone()).or_default();
        spend.roll(now);
        let spent = spend.sum();
        let pool = self.pool(route, now);
        pool.day.roll(now);
        OwnUse {
            spent: limit.map(|limit| (spent, limit)),
            minute: pool.minute(now).round() as u64,
            day: u64::from(pool.day.used) + u64::from(pool.day.ghosts),
            minute_limit: pool.minute_limit(),
            day_limit: pool.day.limit.map(u64::from),
        }
    }

    /// A person added a job.
    pub fn person_active(&mut self, now: Timestamp) {
        self.person = Some(now);
    }

    /// Holds a route.
    pub fn pause(&mut self, account: &AccountId, model: &str) {
        self.paused.insert((account.clone(), model.into()));
    }

    /// Lets it go on.
    pub fn resume(&mut self, account: &AccountId, model: &str) {
        self.paused.remove(&(account.clone(), model.into()));
    }

    /// Whether the user holds a route.
    #[must_use]
    pub fn is_paused(&self, account: &AccountId, model: &str) -> bool {
        // A look without cloning: few routes are ever held.
        self.paused.iter().any(|(id, name)| id == account && name == model)
    }

    /// An empty bucket of this route answers as overload does.
    #[must_use]
    pub fn hides(&self, route: &Route) -> bool {
        self.pools.get(&self.pool_key(route)).is_some_and(Pool::hides)
    }

    /// Calls on the wire.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }

    fn cost(flight: &Flight) -> Cost {
        Cost { started: flight.started, tokens: flight.tokens }
    }
}
