//! High demand: overloads, storms and shedding, decided for each call by one draw.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Wish, chance};
use crate::gemini::problem::Problem;
use crate::gemini::quota_body;
use crate::scenario::Scenario;

/// How many calls came as far as the draw of demand, and how many of them passed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draws {
    /// Calls that drew, whether or not there was any demand at the time.
    pub asked: u64,
    /// Calls that were let on.
    pub passed: u64,
}

/// What turned a call away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    probability: f64,
    pub(super) status: u16,
    pub(super) after_s: Option<[f64; 2]>,
}

/// The draws so far.
#[derive(Debug, Default)]
pub(super) struct Demand {
    all: Draws,
    by_size: HashMap<(&'static str, &'static str), Draws>,
    /// Which of the two texts the next 503 carries.
    newer_text: bool,
}

impl Demand {
    /// Draws for one call; what hits it, if anything does.
    pub(super) fn ask(
        &mut self,
        scenario: &Scenario,
        seed: u64,
        wish: &Wish<'_>,
        start_ms: i64,
        now_ms: i64,
    ) -> Option<Hit> {
        let mut draw = chance::demand(seed, self.all.asked);
        // One draw for all that could hit, each with its own chance: what the first leaves is spread out again.
        let hit = possible(scenario, wish, start_ms, now_ms).into_iter().find(|hit| {
            let hits = draw < hit.probability;
            draw = (draw - hit.probability) / (1.0 - hit.probability).max(f64::MIN_POSITIVE);
            hits
        });
        let of_size = self.by_size.entry((wish.model.id, wish.size.name())).or_default();
        for draws in [&mut self.all, of_size] {
            draws.asked += 1;
            draws.passed += u64::from(hit.is_none());
        }
        hit
    }

    pub(super) fn draws(&self, of: Option<(&str, &str)>) -> Draws {
        let Some((model, size)) = of else { return self.all };
        let found = self.by_size.iter().find(|((m, s), _)| *m == model && *s == size);
        found.map(|(_, draws)| *draws).unwrap_or_default()
    }

    /// The answer with this status; a 503 in one of its two wordings, by turns.
    pub(super) fn problem(&mut self, status: u16) -> Problem {
        match status {
            503 => {
                self.newer_text = !self.newer_text;
                Problem::overloaded(self.newer_text)
            }
            429 => quota_body::bare(None),
            _ => Problem::of_status(status, None),
        }
    }
}

/// All that could hit this call now.
fn possible(scenario: &Scenario, wish: &Wish<'_>, start_ms: i64, now_ms: i64) -> Vec<Hit> {
    let elapsed = (now_ms - start_ms) as f64 / 1000.0;
    let time = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let model = wish.model.id;
    let overloads = scenario.overload.iter().filter(|o| o.is_on(model, wish.size, elapsed, time));
    let overloads = overloads.map(|o| Hit { probability: o.probability, status: 503, after_s: o.after_s });
    let storms = scenario.storm.iter().filter(|s| s.is_on(wish.project, model, wish.size, elapsed));
    let storms = storms.map(|s| Hit { probability: s.probability, status: s.status, after_s: s.after_s });
    let shed = (wish.tier == "flex" && scenario.flex.shed > 0.0).then_some(Hit {
        probability: scenario.flex.shed,
        status: 503,
        after_s: None,
    });
    storms.chain(overloads).chain(shed).collect()
}

/// The probability that any of them does.
pub(super) fn probability(scenario: &Scenario, wish: &Wish<'_>, start_ms: i64, now_ms: i64) -> f64 {
    let all = possible(scenario, wish, start_ms, now_ms);
    1.0 - all.iter().map(|hit| 1.0 - hit.probability).product::<f64>()
}
