//! Random weather with several projects, all lanes, a model that stands in, another application and kills; and a kill in
//! the middle of each scenario of `diptych bench weather`. Beside `weather.rs`, whose schedules are plainer and more.

#![allow(dead_code, reason = "the benchmark uses all of it")]

#[path = "../../cli/src/bench/weather/measure.rs"]
mod measure;
#[path = "../../cli/src/bench/weather/promises.rs"]
mod promises;
#[path = "../../cli/src/bench/weather/scenarios.rs"]
mod scenarios;
#[path = "weather/schedule.rs"]
mod schedule;
#[path = "../../cli/src/bench/weather/world.rs"]
mod world;

use diptych_engine::value::lane::Lane;
use schedule::{Known, schedule};
use world::{End, Plan, Record, fly};

/// Schedules of random weather. `SCHEDULES` for more.
const SCHEDULES: u64 = 1000;
/// A kill in the middle of each scenario is tried with so many seeds.
const KILLS: u64 = 3;

/// Every call that took money, in every ten minutes; a picture at half the price takes half.
fn most_spent(plan: &Plan, record: &Record) -> i64 {
    let paid = |call: &&world::CallRecord| call.status != 429 && call.status != 503;
    let calls: Vec<_> = record.calls.iter().filter(paid).collect();
    let price = |call: &world::CallRecord| {
        let half = call.picture && plan.orders[call.job].lane == Lane::Economy;
        world::price(call.size) / if half { 2 } else { 1 }
    };
    let window = |from: f64| calls.iter().filter(move |c| c.at >= from && c.at < from + 600.0);
    calls.iter().map(|call| window(call.at).map(|c| price(c)).sum()).max().unwrap_or(0)
}

fn count(record: &Record, end: End) -> usize {
    record.ends.iter().filter(|other| **other == end).count()
}

/// No job waits without a reason, and what may have been charged is not sent again: neither what was lost nor what was
/// on the wire when the process was killed.
fn honest(plan: &Plan, record: &Record, say: &str) {
    assert_eq!(count(record, End::Mute), 0, "a job waits without a reason; {say}");
    for call in &record.calls {
        let over = call.at + call.after.min(900.0);
        // (What starts or lands in the very moment of the kill did so after or before it.)
        let killed = plan.crashes.iter().any(|at| call.at + 0.002 < *at && *at + 0.002 < over);
        if call.status == 0 || killed {
            let again = record.calls.iter().find(|other| other.job == call.job && other.at > call.at);
            assert!(again.is_none(), "sent again without leave: {call:?}, then {again:?}; {say}");
        }
    }
}

fn check(seed: u64, plan: &Plan, known: &Known) {
    let record = fly(plan, seed);
    let say = format!("seed {seed}: {}", plan.provider);
    honest(plan, &record, &say);
    if let Some(spend) = known.spend {
        assert!(most_spent(plan, &record) <= spend, "over the spend limit; {say}");
    }
    let waits = count(&record, End::Waits);
    if let Some(day) = known.day {
        let took = record.calls.iter().filter(|call| call.status != 429 && call.status != 503).count();
        assert!(took <= day as usize, "over the day's limit; {say}");
        // (Who was killed cannot know which of the calls that were on the wire counted: it may ask once too often, for free.)
        if !known.eats && plan.crashes.is_empty() {
            assert!(!record.calls.iter().any(|call| call.day), "asked on a day that was used up; {say}");
        }
    }
    if known.day.is_none() && !(known.hangs && known.capped) {
        // (A day that may be used up is not asked again before it turns. A call that hangs holds the provider's only place
        // for an hour.)
        let asked: i64 = plan.orders.iter().map(|order| world::price(order.size)).sum();
        // Whole pictures leave some of each ten minutes unspent, and storms take some of them.
        let affordable =
            known.spend.is_none_or(|spend| asked as f64 <= spend as f64 * plan.seconds / 600.0 * 0.8);
        assert!(
            waits == 0 || !affordable,
            "{waits} of {} starved, {asked} asked, {} spent at most in ten minutes; {say}",
            plan.orders.len(),
            most_spent(plan, &record),
        );
    }
    in_order(plan, &record, &say);
}

/// Within a sheet the first of each job's calls go out in the order of the sheet.
fn in_order(plan: &Plan, record: &Record, say: &str) {
    let mut last: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    let mut seen = vec![false; plan.orders.len()];
    for call in record.calls.iter().filter(|call| !std::mem::replace(&mut seen[call.job], true)) {
        let before = last.insert(plan.orders[call.job].sheet, call.job);
        assert!(before.is_none_or(|before| before < call.job), "job {} was overtaken; {say}", call.job);
    }
}

/// Runs this for every number up to `count`, on all processors.
fn each(count: u64, run: impl Fn(u64) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    std::thread::scope(|scope| {
        for first in 1..=threads {
            let run = &run;
            scope.spawn(move || (first..=count).step_by(threads as usize).for_each(run));
        }
    });
}

#[test]
fn random_weather_with_everything_in_it_breaks_no_promise() {
    let count = std::env::var("SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(SCHEDULES);
    each(count, |seed| {
        let (plan, known) = schedule(seed);
        check(seed, &plan, &known);
    });
}

fn pictures(record: &Record) -> usize {
    record.calls.iter().filter(|call| call.picture).count()
}

/// Where nearly all is refused, chance outweighs a restart. A hung call is waited for, a quarter of an hour, before the
/// process stops.
fn chancy(name: &str) -> bool {
    ["C .7", "C .85", "E"].iter().any(|chancy| name.starts_with(chancy))
}

/// A kill in the middle loses nothing but the answers on the wire, and sends none of them again.
#[test]
fn a_kill_in_the_middle_of_each_scenario_breaks_no_promise() {
    let all = scenarios::all();
    each(all.len() as u64, |index| {
        let scenario = &all[index as usize - 1];
        for seed in 1..=KILLS {
            let plan = (scenario.plan)(seed);
            let calm = fly(&plan, seed);
            let at = plan.seconds * (0.2 + 0.2 * seed as f64);
            let plan = Plan { crashes: vec![at], ..plan };
            let record = fly(&plan, seed);
            let say = format!("{}, seed {seed}", scenario.name);
            honest(&plan, &record, &say);
            let on_wire = record.calls.iter().filter(|c| c.at < at && at < c.at + c.after.min(900.0)).count();
            // The weather until then was the same: it draws from the same chance. After it, chance is another.
            assert!(
                chancy(scenario.name) || (pictures(&record) + on_wire) * 100 >= pictures(&calm) * 93,
                "{say}: {} of {} pictures",
                pictures(&record),
                pictures(&calm)
            );
        }
    });
}
