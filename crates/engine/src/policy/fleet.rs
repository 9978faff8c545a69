//! The live state of all routes: gates, quota pools, troubles, calls on the wire. One place answers whether a call may
//! go out now, and one place learns from what came of it.
//!
//! Pure: time and randomness are arguments. Not here: which job goes next (see [`crate::policy::queue`]), what becomes
//! of the job that came back (see [`crate::policy::step`]).

use crate::policy::backoff;
use crate::policy::gate::{Gate, Opening};
use crate::policy::judge::OwnUse;
use crate::policy::quota::Pool;
use crate::policy::route::Way;
use crate::policy::verdict::{Again, Billed, Class, Scope, Verdict};
use crate::value::account::{Account, Limits};
use crate::value::id::{AccountId, AttemptId};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// A way on which a job can be sent: account × model.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Account.
    pub account: AccountId,
    /// Its name, for sentences.
    pub account_name: String,
    /// Project whose quota it draws on.
    pub project: String,
    /// Billing account that pays.
    pub billing: String,
    /// Host and port.
    pub origin: String,
    /// Who answers, for sentences.
    pub provider: String,
    /// Model.
    pub model: String,
    /// Limits the user knows.
    pub limits: Limits,
}

impl Route {
    /// The way of an account to a model.
    #[must_use]
    pub fn of(account: &Account, model: &str) -> Self {
        Self {
            account: account.id.clone(),
            account_name: account.name.clone(),
            project: account.project.clone(),
            billing: account.billing.clone(),
            origin: account.origin(),
            provider: account.provider(),
            model: model.to_owned(),
            limits: account.limits.clone(),
        }
    }
}

/// What a call would take.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Size asked for.
    pub size: Size,
    /// Price.
    pub usd: Usd,
    /// A person waits for it.
    pub interactive: bool,
    /// Refusals for want of capacity that its job has met, for sentences.
    pub overloads: u32,
}

/// How a call ended.
#[derive(Debug, Clone)]
pub struct Landing<'a> {
    /// What it means; `None` is a picture.
    pub verdict: Option<&'a Verdict>,
    /// HTTP status, if any came.
    pub status: Option<u16>,
}

/// What changed by a landing that outlives the process or concerns the accounts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changed {
    /// A pool is shut until then.
    pub shut: Option<(Timestamp, Sentence)>,
    /// Accounts are out of use.
    pub troubled: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Flight {
    account: AccountId,
    billing: String,
    gate: (String, String),
    pool: (String, String),
    started: Timestamp,
}

/// The live state of all routes.
#[derive(Debug, Default)]
pub struct Fleet {
    /// Calls at once, over all routes: a hard cap.
    pub concurrency: u32,
    /// Tries through overload before a job is parked, for sentences.
    pub max_attempts: u32,
    gates: HashMap<(String, String), Gate>,
    pools: HashMap<(String, String), Pool>,
    /// Why accounts are out of use. A new start tries them again: a refusal costs nothing, and the environment may
    /// hold a better key.
    troubles: HashMap<AccountId, Sentence>,
    billings: HashMap<String, Sentence>,
    /// Pools that are shut until the user mends something.
    disabled: HashMap<(String, String), Sentence>,
    paused: HashSet<(AccountId, String)>,
    flights: HashMap<AttemptId, Flight>,
}

impl Fleet {
    /// Whether a call may go out on a route now.
    pub fn way(&mut self, route: &Route, load: &Load, now: Timestamp) -> Way {
        if let Some(why) = self.trouble(&route.account, &route.billing) {
            return Way::Shut(why);
        }
        if self.paused.contains(&(route.account.clone(), route.model.clone())) {
            return Way::Busy(Sentence::new("R-route-paused").with("model", route.model.as_str()));
        }
        let pool_key = (route.project.clone(), route.model.clone());
        if let Some(why) = self.disabled.get(&pool_key) {
            return Way::Shut(why.clone());
        }
        let pool = self.pools.entry(pool_key).or_default();
        if let Some((at, why)) = pool.opens(&route.limits, load.usd, now) {
            return Way::Until(at, why.with("project", route.project.as_str()));
        }
        let overloaded = || {
            Sentence::new("E-OVERLOAD")
                .with("provider", route.provider.as_str())
                .with("attempt", load.overloads + 1)
                .with("max", self.max_attempts)
        };
        match self.gates.entry((route.origin.clone(), route.model.clone())).or_default().opens(now) {
            Opening::Now => {}
            Opening::At(at) => {
                return Way::Until(at, overloaded().with("wait", at.since(now).as_millis() as u64));
            }
            Opening::AfterProbe => return Way::Busy(overloaded().with("wait", 0)),
        }
        let own = self.flights.values().filter(|flight| flight.account == route.account).count();
        let cap = route.limits.concurrency.unwrap_or(self.concurrency).min(self.concurrency).max(1);
        if own >= cap as usize || self.flights.len() >= self.concurrency.max(1) as usize {
            return Way::Busy(Sentence::new("R-concurrency").with("n", self.flights.len() as u64));
        }
        Way::Open
    }

    /// A call goes out: all that it takes is taken.
    pub fn start(&mut self, call: AttemptId, route: &Route, load: &Load, now: Timestamp) {
        let flight = Flight {
            account: route.account.clone(),
            billing: route.billing.clone(),
            gate: (route.origin.clone(), route.model.clone()),
            pool: (route.project.clone(), route.model.clone()),
            started: now,
        };
        self.gates.entry(flight.gate.clone()).or_default().started();
        self.pools.entry(flight.pool.clone()).or_default().book(now, load.usd);
        self.flights.insert(call, flight);
    }

    /// A call came back.
    pub fn land(&mut self, call: &AttemptId, landing: &Landing<'_>, now: Timestamp, unit: f64) -> Changed {
        let Some(flight) = self.flights.remove(call) else { return Changed::default() };
        let gate = self.gates.entry(flight.gate).or_default();
        let Some(verdict) = landing.verdict else {
            gate.ended(true);
            return Changed::default();
        };
        match (verdict.scope, verdict.again()) {
            (Scope::Model, Again::BackOff(hint)) if verdict.class.is_overload() => {
                gate.refused(hint, now, unit);
            }
            _ => gate.ended(landing.status == Some(200)),
        }
        let pool = self.pools.entry(flight.pool.clone()).or_default();
        if verdict.billed == Billed::No && !verdict.class.is_overload() && verdict.class != Class::Server {
            pool.give_back(flight.started);
        }
        let why = || verdict.sentence.clone();
        let mut changed = Changed::default();
        match (verdict.scope, verdict.again()) {
            (Scope::Pool, Again::Told(wait)) => {
                changed.shut = Some((now.after(backoff::told(wait, unit)), why()));
            }
            (Scope::Pool, Again::NextDay(told)) => {
                let opens = told.map_or_else(|| now.next_pacific_midnight(), |wait| now.after(wait));
                changed.shut = Some((opens, why()));
            }
            (Scope::Pool, Again::WhenMended | Again::Never) => {
                self.disabled.insert(flight.pool.clone(), why());
            }
            (Scope::Account, Again::WhenMended | Again::Never) => {
                self.troubles.insert(flight.account, why());
                changed.troubled = true;
            }
            (Scope::Billing, Again::WhenMended) => {
                self.billings.insert(flight.billing, why());
                changed.troubled = true;
            }
            _ => {}
        }
        if let (Some(shut), Some(pool)) = (&changed.shut, self.pools.get_mut(&flight.pool)) {
            pool.shut = Some(shut.clone());
        }
        changed
    }

    /// Calls that were made before a restart: what they took is still taken.
    pub fn remember(&mut self, project: &str, model: &str, at: Timestamp, usd: Usd) {
        self.pools.entry((project.into(), model.into())).or_default().book(at, usd);
    }

    /// A pool that was shut before a restart.
    pub fn shut(&mut self, project: &str, model: &str, until: Timestamp, why: Sentence) {
        self.pools.entry((project.into(), model.into())).or_default().shut = Some((until, why));
    }

    /// What the judge may know of our own use of a pool.
    pub fn own_use(&mut self, project: &str, model: &str, limits: &Limits, now: Timestamp) -> OwnUse {
        self.pools.entry((project.into(), model.into())).or_default().own_use(limits, now)
    }

    /// Why an account is out of use, if it is.
    #[must_use]
    pub fn trouble(&self, account: &AccountId, billing: &str) -> Option<Sentence> {
        self.troubles.get(account).or_else(|| self.billings.get(billing)).cloned()
    }

    /// Forgets what was held against an account and its billing account. Whether there was anything.
    pub fn forgive(&mut self, account: &AccountId, billing: &str) -> bool {
        let own = self.troubles.remove(account).is_some();
        self.billings.remove(billing).is_some() || own
    }

    /// Every account may be tried again.
    pub fn forgive_all(&mut self) {
        self.troubles.clear();
        self.billings.clear();
    }

    /// Everything of an account is open again: the user mended something.
    pub fn reopen(&mut self, account: &AccountId, billing: &str, project: &str, origin: &str) {
        self.forgive(account, billing);
        self.disabled.retain(|(of, _), _| of != project);
        self.pools.iter_mut().filter(|((of, _), _)| of == project).for_each(|(_, pool)| pool.shut = None);
        self.gates.retain(|(of, _), _| of != origin);
    }

    /// Nothing goes out on a route until it is resumed.
    pub fn pause(&mut self, account: AccountId, model: String) {
        self.paused.insert((account, model));
    }

    /// The opposite. Whether it was paused.
    pub fn resume(&mut self, account: &AccountId, model: &str) -> bool {
        self.paused.remove(&(account.clone(), model.to_owned()))
    }

    /// How a route is, for people.
    pub fn reading(&mut self, route: &Route, now: Timestamp) -> Reading {
        let pool_key = (route.project.clone(), route.model.clone());
        let parked =
            self.trouble(&route.account, &route.billing).or_else(|| self.disabled.get(&pool_key).cloned());
        let pool = self.pools.entry(pool_key).or_default().opens(&route.limits, Usd::ZERO, now);
        let gate = self.gates.entry((route.origin.clone(), route.model.clone())).or_default();
        let opens = if let Opening::At(at) = gate.opens(now) { Some(at) } else { None };
        let overloaded = (gate.failures() > 0).then(|| (gate.since().unwrap_or(now), opens));
        let on_it = |flight: &&Flight| flight.account == route.account && flight.pool.1 == route.model;
        Reading {
            parked,
            overloaded,
            quota: pool,
            paused: self.paused.contains(&(route.account.clone(), route.model.clone())),
            in_flight: self.flights.values().filter(on_it).count(),
        }
    }

    /// Whether an account has a call on the wire.
    #[must_use]
    pub fn flies(&self, account: &AccountId) -> bool {
        self.flights.values().any(|flight| flight.account == *account)
    }

    /// Calls on the wire.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.flights.len()
    }
}

/// How a route is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Shut until the user mends this.
    pub parked: Option<Sentence>,
    /// Without capacity since then; the next call goes out then.
    pub overloaded: Option<(Timestamp, Option<Timestamp>)>,
    /// Its quota is used up until then.
    pub quota: Option<(Timestamp, Sentence)>,
    /// Paused by the user.
    pub paused: bool,
    /// Calls on the wire.
    pub in_flight: usize,
}
