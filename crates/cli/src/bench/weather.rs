//! `diptych bench weather`: the real queue, fleet, judge and step against the practice provider, in simulated time.
//!
//! One JSON line per scenario with medians and the 5th and 95th of a hundred over the seeds, then a Markdown table.
//! Not here: the other clients on the same provider (`tests/peers`).

mod measure;
mod promises;
mod scenarios;
mod world;

pub(crate) use measure::Middle;

use crate::exit::Exit;
use crate::output;
use std::ops::RangeInclusive;

/// Runs the scenarios, all or those named.
pub(super) fn run(names: &[String], seeds: &RangeInclusive<u64>, middle: Middle) -> anyhow::Result<Exit> {
    let all = scenarios::all();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| name.starts_with(n.as_str()));
    let mut rows = vec![measure::heading()];
    for scenario in all.iter().filter(|scenario| wanted(scenario.name)) {
        let spread = measure::Spread::of(scenario, seeds, middle);
        output::object(&spread.json());
        rows.push(spread.row());
    }
    for row in rows {
        output::line(&row);
    }
    Ok(Exit::Done)
}
