//! A day in simulated time: jobs come, the queue and the fleet decide, the practice provider answers, verdicts are
//! judged and stepped as in the driver. Deterministic: the same plan gives the same record.
//!
//! Long because one run is one machine, whose every step needs all of its state.

use diptych_engine::policy::fleet::{Fleet, Landing, Load, Route, Saved, Tier, Used};
use diptych_engine::policy::judge::{self, Asked, Refusal};
use diptych_engine::policy::queue::{Lane, LineKey, Next, Queue, Waiting};
use diptych_engine::policy::step::{Effect, Now, step};
use diptych_engine::policy::verdict::{Billed, Class, Verdict};
use diptych_engine::value::catalogue::Terms;
use diptych_engine::value::id::{AttemptId, JobId, SheetId};
use diptych_engine::value::job::{Fallback, Trials};
use diptych_engine::value::money::Usd;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;
use diptych_practice::simulation::{Arrival, Told};
use diptych_practice::{Options, Scenario, Simulation};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// A call that has not answered by then is given up, as the driver does.
const TIMEOUT_MS: u64 = 900_000;
/// Whoever closes the program waits so long for what is on the wire, and leaves then.
const PATIENCE: Duration = Duration::from_secs(120);
/// Tries through overload before a job is parked: the setting's default.
const MAX_ATTEMPTS: u32 = 40;

/// A job of a plan.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) at_s: f64,
    pub(crate) size: Size,
    pub(crate) person: bool,
    pub(crate) lane: Lane,
    pub(crate) sheet: &'static str,
}

/// When an off-peak job goes: `None` for now. Second: how many wait.
pub(crate) type HoursOf = Arc<dyn Fn(Timestamp, usize) -> Option<Timestamp> + Send + Sync>;

/// What happens in a run.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) provider: String,
    pub(crate) start: Timestamp,
    /// Nothing is sent after this.
    pub(crate) seconds: f64,
    pub(crate) orders: Vec<Order>,
    /// Routes with the key that each uses.
    pub(crate) routes: Vec<(Route, &'static str)>,
    /// The route after the fallback, likewise.
    pub(crate) stand_in: Option<(Route, &'static str)>,
    pub(crate) fallback: Fallback,
    pub(crate) hours: Option<HoursOf>,
    /// The process is stopped and started again at these seconds.
    pub(crate) restarts: Vec<f64>,
    /// It is killed at these, and started again: what is on the wire is lost, what was not written down is forgotten.
    pub(crate) crashes: Vec<f64>,
}

/// A call as it went.
#[derive(Debug, Clone)]
pub(crate) struct CallRecord {
    /// Seconds since the start.
    pub(crate) at: f64,
    pub(crate) after: f64,
    pub(crate) status: u16,
    pub(crate) picture: bool,
    pub(crate) job: usize,
    pub(crate) route: usize,
    #[allow(dead_code, reason = "the test of random weather counts money by it")]
    pub(crate) size: Size,
    /// The provider said that the day is used up.
    pub(crate) day: bool,
}

/// How a job ended, or that it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Picture,
    Failed,
    Asked,
    /// It waits, with a reason.
    Waits,
    /// It waits, and nobody could say why.
    Mute,
}

/// What a run left behind.
pub(crate) struct Record {
    pub(crate) calls: Vec<CallRecord>,
    /// Job: first sent after (s), finished at (s), how.
    pub(crate) sent: Vec<Option<f64>>,
    pub(crate) finished: Vec<Option<f64>>,
    pub(crate) ends: Vec<End>,
    pub(crate) fell_back: usize,
    /// When the gate was said to be out.
    pub(crate) outs: Vec<f64>,
    /// Calls when the hint about sizes was first given.
    pub(crate) hint: Option<usize>,
    /// The pool was found to hide behind 503.
    pub(crate) hides: bool,
    /// From when nothing was sent because the process was to stop, and when it had started again.
    pub(crate) away: Vec<(f64, f64)>,
    pub(crate) provider: Simulation,
}

struct Pilot<'a> {
    plan: &'a Plan,
    queue: Queue,
    fleet: Fleet,
    provider: Simulation,
    terms: Terms,
    trials: Vec<Trials>,
    /// Landings to come: when, number.
    due: BinaryHeap<Reverse<(i64, u64)>>,
    flying: HashMap<u64, (usize, usize, Told, Timestamp)>,
    calls: u64,
    chance: Chance,
    record: Vec<CallRecord>,
    sent: Vec<Option<f64>>,
    finished: Vec<Option<f64>>,
    ends: Vec<End>,
    outs: Vec<f64>,
    is_out: bool,
    hint: Option<usize>,
    /// Since when the process is about to stop: nothing is sent until what is on the wire has landed.
    draining: Option<Timestamp>,
    away: Vec<(f64, f64)>,
    /// The fleet as it was last written down.
    saved: Saved,
    /// The books: every call, and whether it counts against a quota.
    booked: Vec<(u64, Used, bool)>,
}

/// A small stream of chance: the same seed, the same run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Evenly in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Flies a plan.
pub(crate) fn fly(plan: &Plan, seed: u64) -> Record {
    let scenario = Scenario::parse(&plan.provider).expect("the scenarios are well formed");
    let provider = Simulation::new(Options { scenario, seed, ..Options::default() }, plan.start.millis());
    let count = plan.orders.len();
    let mut pilot = Pilot {
        plan,
        queue: Queue::default(),
        fleet: Fleet::default(),
        provider,
        terms: Terms {
            id: "google".into(),
            dated: String::new(),
            no: vec![400, 401, 402, 403, 404, 413, 429, 500, 503],
        },
        trials: vec![Trials::default(); count],
        due: BinaryHeap::new(),
        flying: HashMap::new(),
        calls: 0,
        chance: Chance(seed ^ 0x5bd1_e995),
        record: Vec::new(),
        sent: vec![None; count],
        finished: vec![None; count],
        ends: vec![End::Waits; count],
        outs: Vec::new(),
        is_out: false,
        hint: None,
        draining: None,
        away: Vec::new(),
        saved: Saved::default(),
        booked: Vec::new(),
    };
    pilot.run();
    pilot.record()
}

impl Pilot<'_> {
    fn seconds(&self, at: Timestamp) -> f64 {
        (at.millis() - self.plan.start.millis()) as f64 / 1000.0
    }

    fn at(&self, seconds: f64) -> Timestamp {
        Timestamp(self.plan.start.millis() + (seconds * 1000.0) as i64)
    }

    fn run(&mut self) {
        let mut order: Vec<usize> = (0..self.plan.orders.len()).collect();
        order.sort_by(|a, b| self.plan.orders[*a].at_s.total_cmp(&self.plan.orders[*b].at_s));
        let mut coming = order.into_iter().peekable();
        let mut restarts = self.plan.restarts.clone().into_iter().peekable();
        let mut crashes = self.plan.crashes.clone().into_iter().peekable();
        let end = self.at(self.plan.seconds);
        let mut now = self.plan.start;
        loop {
            while let Some(Reverse((at, number))) = self.due.peek().copied()
                && at <= now.millis()
            {
                self.due.pop();
                self.land(number, now);
            }
            while let Some(index) = coming.next_if(|index| self.at(self.plan.orders[*index].at_s) <= now) {
                if self.plan.orders[index].person {
                    self.fleet.person_active(now);
                }
                self.put(index, None);
            }
            if crashes.next_if(|at| self.at(*at) <= now).is_some() {
                self.crash(now);
            }
            if restarts.next_if(|at| self.at(*at) <= now).is_some() {
                self.draining = Some(now);
            }
            if let Some(since) =
                self.draining.filter(|since| self.flying.is_empty() || now.since(*since) >= PATIENCE)
            {
                self.draining = None;
                self.away.push((self.seconds(since), self.seconds(now)));
                self.restart(now);
            }
            let wake = if now < end && self.draining.is_none() { self.dispatch(now) } else { None };
            self.watch(now);
            let next = [
                wake.filter(|_| now < end).map(Timestamp::millis),
                self.due.peek().map(|Reverse((at, _))| *at),
                coming
                    .peek()
                    .map(|index| self.at(self.plan.orders[*index].at_s).millis())
                    .filter(|_| now < end),
                restarts.peek().map(|at| self.at(*at).millis()).filter(|_| now < end),
                self.draining.map(|since| since.after(PATIENCE).millis()),
                crashes.peek().map(|at| self.at(*at).millis()).filter(|_| now < end),
            ];
            let Some(next) = next.into_iter().flatten().min() else { return };
            if now < end && next >= end.millis() && self.due.is_empty() {
                return;
            }
            now = Timestamp(next.max(now.millis() + 1));
        }
    }

    /// What the program keeps over a restart. Whoever has not answered yet is left, its outcome unknown.
    fn restart(&mut self, now: Timestamp) {
        let mut left: Vec<usize> = self.flying.drain().map(|(_, (job, ..))| job).collect();
        left.sort_unstable();
        for job in left {
            self.end(job, End::Asked, now);
        }
        self.saved = self.fleet.save(now);
        let text = serde_json::to_string(&self.saved).expect("it can be written");
        self.fleet = Fleet::restore(serde_json::from_str(&text).expect("and read"), &[], |_| None, now);
    }

    /// A kill, and a start after it, as `driver/recover` does: calls on the wire are unknown, the fleet is what was last
    /// written down and the calls in the books since, the jobs that wait take their places again.
    fn crash(&mut self, now: Timestamp) {
        self.due.clear();
        let mut lost: Vec<(u64, usize, usize, Timestamp)> = self
            .flying
            .drain()
            .map(|(number, (job, route, _, started))| (number, job, route, started))
            .collect();
        lost.sort_unstable();
        let since = self.saved.at;
        let counts = self.booked.iter().filter(|(_, used, counts)| *counts && used.started > since);
        let used: Vec<Used> = counts.map(|(_, used, _)| used.clone()).collect();
        let account = |account: &_| {
            let named = self.plan.routes.iter().find(|(route, _)| route.account == *account);
            named.map(|(route, _)| (route.billing.clone(), route.limits.clone()))
        };
        let text = serde_json::to_string(&self.saved).expect("it can be written");
        let saved = serde_json::from_str(&text).expect("and read");
        self.fleet = Fleet::restore(saved, &used, account, now);
        let mut queue = Queue::default();
        self.queue.iter().for_each(|waiting| queue.put(waiting.clone()));
        self.queue = queue;
        for (_, job, route, started) in lost {
            let (route, _) = self.way(job, route);
            self.fleet.left_on_the_wire(&route, started);
            let verdict = judge::interrupted(Some(Usd(price(self.plan.orders[job].size))));
            self.step(job, &verdict, now);
        }
    }

    fn put(&mut self, index: usize, not_before: Option<Timestamp>) {
        let order = &self.plan.orders[index];
        let trials = &self.trials[index];
        self.queue.put(Waiting {
            job: JobId::from_text(index.to_string()),
            seq: index as i64,
            sheet: SheetId::from_text(order.sheet),
            interactive: order.person,
            lane: order.lane,
            line: LineKey {
                model: "m".into(),
                size: order.size,
                account: None,
                practice: true,
                fell_back: trials.fell_back,
                stand_in: None,
                tier: order.lane.tier(),
                budgeted: false,
            },
            not_before,
            parked: false,
            deadline: None,
            falls_back: match self.plan.fallback {
                Fallback::After(wait) if self.plan.stand_in.is_some() && !trials.fell_back => {
                    Some((self.at(order.at_s), wait))
                }
                _ => None,
            },
            usd: Usd(price(order.size)),
            tokens: 300,
            overloads: trials.overloads,
        });
        self.ends[index] = End::Waits;
    }

    fn dispatch(&mut self, now: Timestamp) -> Option<Timestamp> {
        let routes: Arc<[Route]> = self.plan.routes.iter().map(|(route, _)| route.clone()).collect();
        let stand_in: Arc<[Route]> = self.plan.stand_in.iter().map(|(route, _)| route.clone()).collect();
        let flex: Arc<[Route]> =
            routes.iter().map(|route| Route { tier: Tier::Flex, ..route.clone() }).collect();
        let lines = move |line: &LineKey| match (line.fell_back, line.tier) {
            (true, _) => stand_in.clone(),
            (false, Tier::Flex) => flex.clone(),
            (false, Tier::Standard) => routes.clone(),
        };
        let plan_hours = self.plan.hours.clone();
        loop {
            let jobs = self.queue.len();
            let hours = |_: &Waiting, now| plan_hours.as_ref().and_then(|hours| hours(now, jobs));
            match self.queue.next(&mut self.fleet, &lines, &hours, now) {
                Next::Send { job, route } => self.send(index(&job), route, now),
                Next::Park { jobs, until, .. } => {
                    for job in jobs {
                        match until {
                            Some(until) => self.put(index(&job), Some(until)),
                            None => self.end(index(&job), End::Failed, now),
                        }
                    }
                }
                Next::FallBack { jobs } => {
                    for job in jobs {
                        self.trials[index(&job)].fall_back();
                        self.put(index(&job), None);
                    }
                }
                // None is parked here: it is put back until then.
                Next::Return { .. } => {}
                Next::Idle { wake } => return wake,
            }
        }
    }

    fn send(&mut self, job: usize, route: usize, now: Timestamp) {
        let at_route = route;
        let (size, person) = (self.plan.orders[job].size, self.plan.orders[job].person);
        let (route_of, key) = self.way(job, route);
        self.trials[job].attempts += 1;
        let load = Load {
            size,
            tokens: 300,
            usd: Usd(price(size)),
            reserves: !person,
            trials_overloads: self.trials[job].overloads,
        };
        self.calls += 1;
        let number = self.calls;
        self.fleet.start(attempt(number), &route_of, &load, now);
        let used = Used {
            account: route_of.account.clone(),
            project: route_of.project.clone(),
            model: route_of.model.clone(),
            started: now,
            usd: load.usd,
        };
        self.booked.push((number, used, true));
        let arrival = Arrival {
            key,
            model: &route_of.model,
            size: size.as_str(),
            tokens: 300,
            tier: (route_of.tier == Tier::Flex).then_some("flex"),
            prompt: "hills",
        };
        let told = self.provider.arrive(now.millis(), &arrival);
        let at = self.seconds(now);
        self.sent[job].get_or_insert(at - self.plan.orders[job].at_s);
        self.record.push(CallRecord {
            at,
            after: told.after_ms as f64 / 1000.0,
            status: told.status,
            picture: told.picture,
            job,
            route: at_route,
            size,
            day: told.body.contains("PerDay"),
        });
        let after = told.after_ms.min(TIMEOUT_MS);
        self.due.push(Reverse((now.millis() + after as i64, number)));
        self.flying.insert(number, (job, route, told, now));
    }

    fn land(&mut self, number: u64, now: Timestamp) {
        let Some((job, route, told, started)) = self.flying.remove(&number) else { return };
        let order = self.plan.orders[job].clone();
        let (route, _) = self.way(job, route);
        let verdict = (!told.picture || told.after_ms > TIMEOUT_MS)
            .then(|| self.judge(&route, &told, order.size, now.since(started), now));
        let unit = self.chance.unit();
        let landing = Landing {
            verdict: verdict.as_ref(),
            status: Some(told.status).filter(|status| *status > 0),
            usd: Usd(told.billed_usd_micros as i64),
            tokens: None,
        };
        self.fleet.land(&attempt(number), &landing, now, unit);
        if let Some(verdict) = &verdict {
            let counts = verdict.billed != Billed::No || verdict.class == Class::Server;
            let booked = self.booked.iter_mut().rev().find(|(call, ..)| *call == number);
            if let Some(booked) = booked {
                booked.2 = counts;
            }
        }
        if self.fleet.is_to_be_saved(verdict.as_ref(), now) {
            self.saved = self.fleet.save(now);
        }
        let Some(verdict) = verdict else { return self.end(job, End::Picture, now) };
        count(&mut self.trials[job], verdict.class, now);
        self.step(job, &verdict, now);
    }

    /// The way that a call of a job takes, by the index of its route, and the key.
    fn way(&self, job: usize, route: usize) -> (Route, &'static str) {
        if let (Some((route, key)), true) = (&self.plan.stand_in, self.trials[job].fell_back) {
            return (route.clone(), *key);
        }
        let (route, key) = &self.plan.routes[route];
        (Route { tier: self.plan.orders[job].lane.tier(), ..route.clone() }, *key)
    }

    fn step(&mut self, job: usize, verdict: &Verdict, now: Timestamp) {
        let unit = self.chance.unit();
        let facts = Now {
            trials: &self.trials[job],
            fallback: self.plan.fallback,
            can_fall_back: self.plan.stand_in.is_some() && !self.trials[job].fell_back,
            resend_left: 0,
            cancelled: false,
            max_attempts: MAX_ATTEMPTS,
            at: now,
        };
        for effect in step(verdict, &facts, unit) {
            match effect {
                Effect::FallBack => self.trials[job].fall_back(),
                Effect::Requeue { not_before, .. } => self.put(job, not_before),
                Effect::Park { until: Some(until), .. } => self.put(job, Some(until)),
                Effect::Park { until: None, .. } | Effect::Fail(_) => self.end(job, End::Failed, now),
                Effect::AskUser(_) => self.end(job, End::Asked, now),
                _ => {}
            }
        }
    }

    fn judge(&mut self, route: &Route, told: &Told, size: Size, after: Duration, now: Timestamp) -> Verdict {
        let own = self.fleet.own_use(route, now);
        let asked = Asked {
            provider: &route.provider,
            account: &route.account_name,
            project: &route.project,
            billing: &route.billing,
            model: &route.model,
            successor: None,
            last4: "wxyz",
            usd: Some(Usd(price(size))),
            terms: &self.terms,
            own,
            now,
        };
        match told.status {
            0 => judge::lost(&asked, after),
            200 => judge::flawed(&asked, &judge::no_picture("IMAGE_SAFETY", "")),
            status => {
                let refusal = Refusal { status, body: told.body.as_bytes(), after, ..Refusal::default() };
                judge::refusal(&asked, &refusal)
            }
        }
    }

    /// What the Weather view would say.
    fn watch(&mut self, now: Timestamp) {
        let reading = self.fleet.reading(&self.plan.routes[0].0, now);
        let out = reading.out.is_some();
        if out && !std::mem::replace(&mut self.is_out, out) {
            self.outs.push(self.seconds(now));
        }
        self.is_out = out;
        if reading.hint.is_some() {
            self.hint.get_or_insert(self.record.len());
        }
    }

    fn end(&mut self, job: usize, end: End, now: Timestamp) {
        self.ends[job] = end;
        self.finished[job] = Some(self.seconds(now));
    }

    fn record(mut self) -> Record {
        let unfinished = self.ends.iter().enumerate().filter(|(_, end)| **end == End::Waits);
        let mute: Vec<usize> = unfinished
            .map(|(index, _)| index)
            .filter(|index| {
                let id = JobId::from_text(index.to_string());
                let timed = self.queue.get(&id).is_some_and(|waiting| waiting.not_before.is_some());
                !timed && self.queue.why(&id).is_none()
            })
            .collect();
        for index in mute {
            self.ends[index] = End::Mute;
        }
        let hides = self.fleet.hides(&self.plan.routes[0].0);
        self.provider.settle(self.at(self.plan.seconds).millis());
        Record {
            calls: self.record,
            sent: self.sent,
            finished: self.finished,
            ends: self.ends,
            fell_back: self.trials.iter().filter(|trials| trials.fell_back).count(),
            outs: self.outs,
            hint: self.hint,
            hides,
            away: self.away,
            provider: self.provider,
        }
    }
}

/// As the driver counts.
fn count(trials: &mut Trials, class: Class, now: Timestamp) {
    match class {
        class if class.is_overload() => trials.overloads += 1,
        Class::Server => trials.server_errors += 1,
        Class::Unreachable => trials.unreachable += 1,
        _ => trials.unreachable = 0,
    }
    if class.is_overload() || matches!(class, Class::QuotaDay | Class::NoGrant | Class::ModelGone) {
        trials.trouble_since.get_or_insert(now);
    }
}

fn index(job: &JobId) -> usize {
    job.as_str().parse().unwrap_or_default()
}

fn attempt(number: u64) -> AttemptId {
    AttemptId::from_text(number.to_string())
}

/// Of a Pro picture, micro-dollars.
pub(crate) fn price(size: Size) -> i64 {
    if size == Size::Four { 240_000 } else { 134_000 }
}
