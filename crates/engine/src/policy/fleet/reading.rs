//! A reading of one route, for people: how it is, until when, and what is known of its limits.

use super::gate::{Gate, Opening};
use super::meter::Fared;
use super::minute::Source;
use super::pool::Shut;
use super::{Fleet, Route};
use crate::policy::route::Way;
use crate::policy::verdict::Dimension;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;

/// How a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Open.
    Clear,
    /// The model has no capacity.
    Overloaded,
    /// A quota is used up.
    Quota,
    /// Shut until the user mends something.
    Parked,
}

/// One dimension of the quota.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Which.
    pub dimension: Dimension,
    /// Used in its time; dollars in micro-dollars.
    pub used: f64,
    /// Limit, where one is known.
    pub limit: Option<f64>,
    /// Where it comes from.
    pub source: Source,
    /// When it is fresh again.
    pub resets: Option<Timestamp>,
}

/// A reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// How it is.
    pub condition: Condition,
    /// In words.
    pub sentence: Sentence,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// Next opening.
    pub opens: Option<Timestamp>,
    /// The user holds it.
    pub paused: bool,
    /// Calls at once, now.
    pub concurrency: u32,
    /// Calls on the wire.
    pub in_flight: u32,
    /// Quota.
    pub quota: Vec<Level>,
    /// How sizes fared lately.
    pub sizes: Vec<Fared>,
    /// Out, in the words of an alert, since then.
    pub out: Option<Timestamp>,
    /// The model refuses this project only.
    pub alone: bool,
    /// Refusals in a row.
    pub run: usize,
    /// Calls a minute that another application is believed to take.
    pub foreign: f64,
    /// Another project that seems to share this quota.
    pub twin: Option<String>,
    /// What may help.
    pub hint: Option<Sentence>,
}

/// So many surprises together make a suspicion.
const SUSPICION: u32 = 3;

impl Fleet {
    /// Whether some size of that model is refused lately where a smaller one passes, at any of its endpoints. Quick.
    #[must_use]
    pub fn may_hint(&self, model: &str) -> bool {
        self.meters.iter().any(|(key, meter)| key.1 == model && meter.hint().is_some())
    }

    /// The size that passes at a route, where this one does not.
    #[must_use]
    pub fn passes(&self, route: &Route, size: Size) -> Option<Size> {
        let (small, large) = self.meters.get(&Self::gate_key(route))?.hint()?;
        (small.size < size && large.size <= size).then_some(small.size)
    }

    /// Calls were refused there for want of capacity, and none has been accepted since.
    #[must_use]
    pub fn is_overloaded(&self, route: &Route) -> bool {
        let run = |gate: Option<&Gate>| gate.is_some_and(|gate| gate.run() > 0);
        run(self.gates.get(&Self::gate_key(route))) || run(self.own_gates.get(&Self::place_key(route)))
    }

    /// A gate holds calls back there for want of capacity, not for a refusal or two.
    #[must_use]
    pub fn is_out_of_capacity(&self, route: &Route) -> bool {
        let shared = self.gates.get(&Self::gate_key(route)).filter(|_| !self.refuses_another(route));
        shared.is_some_and(Gate::holds)
            || self.own_gates.get(&Self::place_key(route)).is_some_and(Gate::holds)
    }

    /// Reads a route.
    pub fn reading(&mut self, route: &Route, now: Timestamp) -> Reading {
        let shared = self.gates.get(&Self::gate_key(route)).filter(|_| !self.refuses_another(route));
        let shared = shared.cloned().unwrap_or_default();
        let own = self.own_gates.get(&Self::place_key(route)).filter(|own| own.holds() && !shared.holds());
        let alone = own.is_some();
        let gate = own.cloned().unwrap_or(shared);
        let meter = self.meters.get(&Self::gate_key(route)).cloned().unwrap_or_default();
        let suspected = self.twins.iter().filter(|(_, count)| **count >= SUSPICION);
        let twin = suspected.map(|((a, b), _)| (a, b)).find_map(|(a, b)| match &route.project {
            own if own == a => Some(b.clone()),
            own if own == b => Some(a.clone()),
            _ => None,
        });
        let place = Self::place_key(route);
        let places =
            self.slots.get(&place).map_or_else(|| super::Slots::default().limit(), super::Slots::limit);
        let caps = [Some(places), route.limits.concurrency, self.rules.concurrency];
        let hint = meter.hint().map(|(small, large)| {
            Sentence::new("S-hint-size")
                .with("small", small.size.as_str())
                .with("large", large.size.as_str())
                .with("refused", large.refused as u64)
                .with("calls", large.calls as u64)
        });
        let mut reading = Reading {
            condition: Condition::Clear,
            sentence: Sentence::new("S-clear"),
            since: None,
            opens: None,
            paused: self.rules.paused || self.is_paused(&route.account, &route.model),
            concurrency: caps.into_iter().flatten().min().unwrap_or(places),
            in_flight: self.in_place.get(&place).copied().unwrap_or(0),
            quota: self.levels(route, now),
            sizes: meter.sizes(),
            out: gate.out(now),
            alone,
            run: gate.run(),
            foreign: self.pool(route, now).foreign(),
            twin,
            hint,
        };
        self.judge_condition(route, &gate, &mut reading, now);
        reading
    }

    fn judge_condition(&mut self, route: &Route, gate: &super::Gate, reading: &mut Reading, now: Timestamp) {
        let wait = |at: Timestamp| at.since(now).as_millis() as u64;
        let disabled = self.pool(route, now).disabled.clone();
        let trouble = self.trouble(&route.account, &route.billing).cloned().or(disabled);
        let recheck = self.pool(route, now).recheck.clone();
        // Who only looks presses for nothing.
        let pool = self.pool(route, now).clone().opens(0, 0.0, now);
        let spend = self.spend_opens(route, Usd::ZERO, now).map(|(until, why)| Shut { until, why });
        let quota = [pool, spend].into_iter().flatten().max_by_key(|shut| shut.until);
        if let Some(why) = trouble {
            reading.condition = Condition::Parked;
            reading.sentence = why;
        } else if let Some(recheck) = recheck {
            // A used-up day turns by itself; a quota of nothing does not.
            let day = recheck.why().code == "E-RATE-DAY";
            reading.condition = if day { Condition::Quota } else { Condition::Parked };
            reading.sentence = recheck.why().clone();
            reading.opens = Some(recheck.next());
        } else if let Some(Way::Until(at, why)) = self.without_money(route, Usd(i64::MAX), now) {
            reading.condition = Condition::Quota;
            reading.sentence = why;
            reading.opens = Some(at);
        } else if let Some(offline) = self.origins.get(&route.origin) {
            reading.condition = Condition::Overloaded;
            reading.sentence = offline.why.clone();
            reading.opens = Some(offline.not_before);
        } else if gate.holds() {
            let opens = if let Opening::At(at) = gate.opens(now) { Some(at) } else { None };
            reading.condition = Condition::Overloaded;
            reading.since = gate.since();
            reading.opens = opens;
            let code = if reading.alone { "S-overloaded-project" } else { "S-overloaded" };
            reading.sentence = Sentence::new(code)
                .with("project", route.project.as_str())
                .with("since", gate.since().unwrap_or(now).millis())
                .with("wait", wait(opens.unwrap_or(now)));
        } else if let Some(shut) = quota {
            // Of a route, not of a call: whether something was charged is not the question here.
            let code = match shut.why.code.as_str() {
                "E-RATE-MINUTE" => "S-quota",
                "E-RATE-SPEND" => "S-quota-spend",
                other => other,
            };
            let sentence = Sentence { code: code.into(), params: shut.why.params };
            reading.condition = Condition::Quota;
            reading.opens = Some(shut.until);
            reading.sentence =
                sentence.with("project", route.project.as_str()).with("wait", wait(shut.until));
        }
    }

    fn levels(&mut self, route: &Route, now: Timestamp) -> Vec<Level> {
        let minute =
            |(dimension, used, limit, source)| Level { dimension, used, limit, source, resets: None };
        let named = self.named.calls(route).rpd;
        let pool = self.pool(route, now);
        pool.day.roll(now);
        let mut levels: Vec<Level> = pool.levels(now).into_iter().map(minute).collect();
        let day = &pool.day;
        levels.push(Level {
            dimension: Dimension::Day,
            used: f64::from(day.used),
            limit: day.limit.map(f64::from),
            source: match (day.limit, named) {
                (None, _) => Source::Unknown,
                (Some(limit), Some(set)) if limit == set => Source::Set,
                (Some(_), _) => Source::Told,
            },
            resets: Some(day.ends),
        });
        let (named, limit) = self.spend_limit(route, now);
        let spend = self.spends.entry(route.billing.clone()).or_default();
        spend.roll(now);
        levels.push(Level {
            dimension: Dimension::Spend,
            used: spend.sum().micros() as f64,
            limit: limit.map(|limit| limit.micros() as f64),
            source: match limit {
                None => Source::Unknown,
                Some(_) if limit == named => Source::Set,
                Some(_) => Source::Learned,
            },
            resets: spend.resets(),
        });
        levels
    }
}
