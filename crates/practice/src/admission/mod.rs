//! Whether a call gets in: capacity, demand, quotas, faults, in this order, at a moment that is handed in.
//!
//! The server and the simulation both ask here, so that there is one provider and not two. What does not get through
//! one gate takes nothing from the next; only where `[demand]` says `eats_quota` are the quotas asked before the demand.
//! Not here: waiting, drawing, sending, and the books of what was made (`bill`, `stats`).

pub(crate) mod chance;
mod demand;
mod foreign;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

pub use demand::Draws;
pub use foreign::ForeignStats;

use crate::catalogue::{Model, Size};
use crate::fault::FaultCounts;
use crate::gemini::problem::Problem;
use crate::gemini::quota_body;
use crate::latency;
use crate::quota::{Quotas, Take, Why, supply};
use crate::scenario::{Fault, Refuse, Scenario, applies};
use chance::Chances;
use demand::Demand;
use foreign::Others;

/// A call that wants in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) project: &'a str,
    pub(crate) model: &'static Model,
    pub(crate) size: Size,
    pub(crate) tier: &'a str,
    /// Input tokens.
    pub(crate) tokens: u32,
    pub(crate) prompt: &'a str,
}

/// A call that got in.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) fault: Option<Fault>,
    pub(crate) latency: Duration,
}

/// A call that did not.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) delay: Duration,
}

/// What admission remembers.
#[derive(Debug)]
pub(crate) struct Gates {
    scenario: Arc<Scenario>,
    speed: f64,
    start_ms: i64,
    chances: Chances,
    serving: HashMap<&'static str, u64>,
    demand: Demand,
    quotas: Quotas,
    others: Others,
    faults: FaultCounts,
}

impl Gates {
    pub(crate) fn new(scenario: Arc<Scenario>, seed: u64, speed: f64, start_ms: i64) -> Self {
        Self {
            others: Others::new(&scenario.foreign, seed, start_ms),
            scenario,
            speed,
            start_ms,
            chances: Chances::new(seed),
            serving: HashMap::new(),
            demand: Demand::default(),
            quotas: Quotas::default(),
            faults: FaultCounts::default(),
        }
    }

    /// Asks every gate. Whoever got in counts as being served until [`Self::leave`].
    pub(crate) fn admit(&mut self, wish: &Wish<'_>, now_ms: i64) -> Result<Admitted, Refused> {
        self.settle(now_ms);
        let scenario = Arc::clone(&self.scenario);
        self.capacity(wish)?;
        if !scenario.demand.eats_quota {
            self.demand(wish, now_ms)?;
        }
        self.quota(wish, now_ms)?;
        if scenario.demand.eats_quota
            && let Err(refused) = self.demand(wish, now_ms)
        {
            self.quotas.refund(&scenario.quota, wish.project, wish.model.id);
            return Err(refused);
        }
        *self.serving.entry(wish.model.id).or_default() += 1;
        let (model, project, prompt) = (wish.model.id, wish.project, wish.prompt);
        let fault = self.faults.hit(&scenario, model, project, prompt, &mut self.chances.fault());
        let random = &mut self.chances.latency();
        let mut latency = latency::draw(&scenario.latency, model, wish.size, self.speed, random);
        if wish.tier == "flex" {
            latency = latency.mul_f64(scenario.flex.slow);
        }
        Ok(Admitted { fault, latency })
    }

    /// A call that had got in has ended.
    pub(crate) fn leave(&mut self, model: &str) {
        if let Some(count) = self.serving.get_mut(model) {
            *count = count.saturating_sub(1);
        }
    }

    /// Lets the other applications take what they wanted until now.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        self.others.advance(&self.scenario, &mut self.quotas, now_ms);
    }

    /// What the other applications got, and wanted, until the last moment looked at.
    pub(crate) fn foreign(&self) -> Vec<ForeignStats> {
        self.others.stats(&self.scenario.foreign)
    }

    /// The draws so far: of one model and size, or of all.
    pub(crate) fn draws(&self, of: Option<(&str, &str)>) -> Draws {
        self.demand.draws(of)
    }

    /// The probability that demand would turn such a call away.
    pub(crate) fn demand_at(&self, wish: &Wish<'_>, at_ms: i64) -> f64 {
        demand::probability(&self.scenario, wish, self.start_ms, at_ms)
    }

    /// See [`supply`]; what others took in that time is gone.
    pub(crate) fn supply(&self, project: &str, model: &str, take: Option<Take>, span: (i64, i64)) -> f64 {
        let given = supply(&self.scenario.quota, project, model, take, self.start_ms, span);
        (given - self.others.taken(&self.scenario.foreign, project, model, span) as f64).max(0.0)
    }

    fn capacity(&mut self, wish: &Wish<'_>) -> Result<(), Refused> {
        let model = wish.model.id;
        let serving = self.serving.get(model).copied().unwrap_or(0);
        let full = |concurrent: u32| serving >= u64::from(concurrent);
        let scenario = Arc::clone(&self.scenario);
        let rules = &mut scenario.capacity.iter().filter(|rule| applies(rule.model.as_deref(), model));
        let Some(rule) = rules.find(|rule| full(rule.concurrent)) else { return Ok(()) };
        let delay = latency::refusal(rule.after_s, &scenario.latency, self.speed, &mut self.chances.delay());
        let problem = match rule.answers {
            Refuse::TooMany => quota_body::bare(None),
            Refuse::Unavailable => self.demand.problem(503),
        };
        Err(Refused { problem, delay })
    }

    fn demand(&mut self, wish: &Wish<'_>, now_ms: i64) -> Result<(), Refused> {
        let scenario = Arc::clone(&self.scenario);
        let hit = self.demand.ask(&scenario, self.chances.seed(), wish, self.start_ms, now_ms);
        let Some(hit) = hit else { return Ok(()) };
        let range = hit.after_s.or(scenario.demand.after_s);
        let delay = latency::refusal(range, &scenario.latency, self.speed, &mut self.chances.delay());
        Err(Refused { problem: self.demand.problem(hit.status), delay })
    }

    fn quota(&mut self, wish: &Wish<'_>, now_ms: i64) -> Result<(), Refused> {
        let (scenario, model) = (Arc::clone(&self.scenario), wish.model.id);
        let admitted = self.quotas.admit(&scenario.quota, wish.project, model, wish.take(), now_ms);
        let Err(refusal) = admitted else { return Ok(()) };
        let busy = refusal.why == Why::Busy;
        // A quota that passes for demand takes as long as demand does.
        let range = if busy { refusal.after_s.or(scenario.demand.after_s) } else { refusal.after_s };
        let delay = if busy || range.is_some() {
            latency::refusal(range, &scenario.latency, self.speed, &mut self.chances.delay())
        } else {
            Duration::ZERO
        };
        let problem = if busy { self.demand.problem(503) } else { quota_body::refused(&refusal.why, model) };
        Err(Refused { problem, delay })
    }
}

impl Wish<'_> {
    /// What it takes from the quotas.
    pub(crate) fn take(&self) -> Take {
        Take { tokens: self.tokens, usd_micros: self.model.price(self.size, self.tier) }
    }
}
