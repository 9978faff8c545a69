//! From runs to figures: medians and the 5th and 95th of a hundred over the seeds.

use super::promises;
use super::scenarios::{Ceiling, Scenario};
use super::world::{End, Plan, Record, fly};
use diptych_practice::simulation::Arrival;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Figures of a run by name.
type Figures = BTreeMap<&'static str, f64>;

/// The figures of a scenario over the seeds.
pub(crate) struct Spread {
    name: &'static str,
    promise: &'static str,
    seeds: RangeInclusive<u64>,
    figures: BTreeMap<&'static str, [f64; 3]>,
}

/// What happens to the program in the middle of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Middle {
    Nothing,
    Restart,
    Kill,
}

impl Middle {
    /// By the options of the command line.
    pub(crate) fn of(restart: bool, kill: bool) -> Self {
        match (restart, kill) {
            (_, true) => Self::Kill,
            (true, _) => Self::Restart,
            _ => Self::Nothing,
        }
    }
}

impl Spread {
    /// Runs a scenario.
    pub(crate) fn of(scenario: &Scenario, seeds: &RangeInclusive<u64>, middle: Middle) -> Self {
        let mut all: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
        for seed in seeds.clone() {
            let mut plan = (scenario.plan)(seed);
            match middle {
                Middle::Nothing => {}
                Middle::Restart => plan.restarts.push(plan.seconds / 2.0),
                Middle::Kill => plan.crashes.push(plan.seconds / 2.0),
            }
            let record = fly(&plan, seed);
            for (name, value) in figures(scenario, &plan, &record, seed) {
                all.entry(name).or_default().push(value);
            }
        }
        let spread = |values: &mut Vec<f64>| [0.5, 0.05, 0.95].map(|at| quantile(values, at));
        let figures = all.iter_mut().map(|(name, values)| (*name, spread(values))).collect();
        Self { name: scenario.name, promise: scenario.promise, seeds: seeds.clone(), figures }
    }

    /// A line of JSON.
    pub(crate) fn json(&self) -> Value {
        json!({ "bench": "weather", "scenario": self.name, "promise": self.promise, "seeds": [self.seeds.start(), self.seeds.end()], "missed": self.missed(),
            "median_p5_p95": self.figures })
    }

    /// What was promised and is missed in the median.
    pub(crate) fn missed(&self) -> Vec<String> {
        let median = |name: &str| self.figures.get(name).map_or(f64::NAN, |[median, ..]| *median);
        let missed = promises::of(self.name).filter(|(name, bound)| !bound.holds(median(name)));
        missed.map(|(name, bound)| format!("{name} {:.3}, {bound:?}", median(name))).collect()
    }

    /// A row of the table.
    pub(crate) fn row(&self) -> String {
        let cell = |name: &str, digits: usize| {
            self.figures.get(name).map_or_else(String::new, |[mid, low, high]| {
                format!("{mid:.digits$} ({low:.digits$}–{high:.digits$})")
            })
        };
        let mut more = Vec::new();
        for (name, digits) in MORE {
            if self.figures.get(name).is_some_and(|[_, _, high]| *high > 0.0) {
                more.push(format!("{name} {}", cell(name, *digits)));
            }
        }
        more.extend(self.missed().into_iter().map(|missed| format!("**missed: {missed}**")));
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.name,
            self.promise,
            cell("goodput", 1),
            cell("calls_per_picture", 3),
            cell("times_floor", 3),
            cell("refused_429", 0),
            more.join(", ")
        )
    }
}

/// Figures that stand in the last column where there are any.
const MORE: &[(&str, usize)] = &[
    ("pictures", 0),
    ("failed_calls", 0),
    ("by_first", 0),
    ("by_second", 0),
    ("by_third", 0),
    ("inside", 0),
    ("out_alert_s", 0),
    ("false_alerts", 0),
    ("first_after_s", 0),
    ("unknown", 0),
    ("unknown_sent_again", 0),
    ("mute", 0),
    ("failed_jobs", 0),
    ("after_day_end", 0),
    ("other_got", 1),
    ("person_p50_s", 2),
    ("person_p95_s", 2),
    ("person_max_s", 2),
    ("hint_calls", 0),
    ("learned", 0),
    ("fell_back", 0),
    ("finish_p50_s", 0),
    ("finish_p95_s", 0),
    ("last_h", 1),
];

/// The table's heading.
pub(crate) fn heading() -> String {
    "| scenario | promised | goodput % | calls per picture | × floor | 429s | more |\n|---|---|---|---|---|---|---|"
        .into()
}

fn quantile(values: &mut [f64], at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * at).round() as usize).copied().unwrap_or(f64::NAN)
}

fn figures(scenario: &Scenario, plan: &Plan, record: &Record, seed: u64) -> Figures {
    let mut out = Figures::new();
    let calls = &record.calls;
    let count = |status: u16| calls.iter().filter(|call| call.status == status).count() as f64;
    let pictures = calls.iter().filter(|call| call.picture).count() as f64;
    let eats = plan.provider.contains("eats_quota = true");
    let outage = (scenario.outage)(seed);
    let asked = record.provider.draws().asked as f64;
    let total = calls.len() as f64;
    out.insert("pictures", pictures);
    out.insert("calls", total);
    out.insert("calls_per_picture", total / pictures.max(1.0));
    out.insert("refused_429", count(429));
    out.insert("times_floor", total / if outage.is_some() { pictures } else { asked }.max(1.0));
    out.insert("failed_calls", total - pictures);
    if plan.routes.len() > 1 {
        for (route, name) in ["by_first", "by_second", "by_third"].into_iter().enumerate() {
            out.insert(name, calls.iter().filter(|c| c.picture && c.route == route).count() as f64);
        }
    }
    let took = total - count(429) - if eats && outage.is_none() { 0.0 } else { count(503) };
    match scenario.ceiling {
        Ceiling::Places(places) => {
            let busy: f64 =
                calls.iter().filter(|c| c.picture).map(|c| (c.at + c.after).min(plan.seconds) - c.at).sum();
            let open: f64 = stretches(plan, &record.away).iter().map(|(from, to)| to - from).sum();
            out.insert("goodput", 100.0 * busy / (f64::from(places) * open));
        }
        Ceiling::Quota => {
            out.insert("goodput", 100.0 * took / supply(plan, record, outage));
        }
        Ceiling::Orders => {
            out.insert("goodput", 100.0 * pictures / plan.orders.len() as f64);
        }
    }
    if let Some((from, to)) = outage {
        let inside = calls.iter().filter(|call| call.at >= from && call.at < to).count();
        out.insert("inside", inside as f64);
        let out_at = record.outs.iter().copied().find(|at| *at >= from);
        out.insert("out_alert_s", out_at.map_or(f64::INFINITY, |at| at - from));
        let first = calls.iter().find(|call| call.picture && call.at >= to);
        out.insert("first_after_s", first.map_or(f64::INFINITY, |call| call.at - to));
    }
    let storms = plan.provider.contains("[[storm]]");
    let calm = |at: f64| outage.is_none_or(|(from, to)| at < from || at > to + 60.0);
    out.insert("false_alerts", record.outs.iter().filter(|at| !storms && calm(**at)).count() as f64);
    let ends = |end: End| record.ends.iter().filter(|e| **e == end).count() as f64;
    out.insert("unknown", ends(End::Asked));
    out.insert("failed_jobs", ends(End::Failed));
    out.insert("mute", ends(End::Mute));
    let lost =
        |job: usize, at: f64| calls.iter().any(|call| call.job == job && call.status == 0 && call.at < at);
    let again = calls.iter().filter(|call| lost(call.job, call.at)).count();
    out.insert("unknown_sent_again", again as f64);
    people(plan, record, &mut out);
    if let Some(other) = record.provider.stats().foreign.first() {
        out.insert("other_got", 100.0 * other.got as f64 / other.wanted.max(1) as f64);
    }
    if let Some(hint) = record.hint {
        out.insert("hint_calls", hint as f64);
    }
    out.insert("learned", f64::from(u8::from(record.hides)));
    out.insert("fell_back", record.fell_back as f64);
    // Calls after the provider first said that the day is used up, until it turns.
    let day = |at: f64| (plan.start.millis() + (at * 1000.0) as i64 + 16 * 3_600_000) / 86_400_000;
    let spent = calls.iter().find(|call| call.day);
    let after = spent.map_or(0, |first| {
        calls.iter().filter(|call| call.at >= first.at && day(call.at) == day(first.at)).count()
    });
    out.insert("after_day_end", after as f64);
    if scenario.ceiling == Ceiling::Orders {
        let mut finish: Vec<f64> = record
            .finished
            .iter()
            .zip(&plan.orders)
            .map(|(end, order)| end.map_or(f64::INFINITY, |end| end - order.at_s))
            .collect();
        out.insert("finish_p50_s", quantile(&mut finish, 0.5));
        out.insert("finish_p95_s", quantile(&mut finish, 0.95));
        out.insert("last_h", quantile(&mut finish, 1.0) / 3600.0);
    }
    out
}

/// What the quotas gave, outside outages, less what others took.
fn supply(plan: &Plan, record: &Record, outage: Option<(f64, f64)>) -> f64 {
    let start = plan.start.millis();
    let at = |seconds: f64| start + (seconds * 1000.0) as i64;
    let shut: Vec<_> = record.away.iter().copied().chain(outage).collect();
    let size = plan.orders.first().map_or("2K", |order| order.size.as_str());
    let mut sum = 0.0;
    for (route, key) in &plan.routes {
        let call = Arrival { key, model: &route.model, size, tokens: 300, tier: None, prompt: "" };
        // A storm of one project is an outage of its own.
        let storm = plan.provider.contains("[[storm]]") && route.project == "p1";
        let own: Vec<_> = shut.iter().copied().chain(storm.then_some((1200.0, 2400.0))).collect();
        for (from, to) in stretches(plan, &own) {
            sum += record.provider.ceiling(&call, at(from), at(to));
        }
    }
    sum
}

/// The time of a plan without what was shut.
fn stretches(plan: &Plan, shut: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut open: Vec<(f64, f64)> = vec![(0.0, plan.seconds)];
    for (from, to) in shut {
        let parts = open.iter().flat_map(|(a, b)| [(*a, b.min(*from)), (a.max(*to), *b)]);
        open = parts.filter(|(a, b)| a < b).collect();
    }
    open
}

fn people(plan: &Plan, record: &Record, out: &mut Figures) {
    // Who comes while the program is closed waits for that.
    let away = |at: f64| record.away.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mixed = plan.orders.iter().any(|order| !order.person);
    let mut waits: Vec<f64> = plan
        .orders
        .iter()
        .zip(&record.sent)
        .filter(|(order, _)| order.person && mixed && !away(order.at_s))
        .map(|(_, wait)| wait.unwrap_or(f64::INFINITY))
        .collect();
    if !waits.is_empty() {
        out.insert("person_p50_s", quantile(&mut waits, 0.5));
        out.insert("person_p95_s", quantile(&mut waits, 0.95));
        out.insert("person_max_s", quantile(&mut waits, 1.0));
    }
}
