//! The pure core under weather: the scenarios of `diptych bench weather`, a few seeds of each, hold their promises
//! about money, order and reasons. The figures themselves are the benchmark's.

#[path = "../../cli/src/bench/weather/measure.rs"]
mod measure;
#[path = "../../cli/src/bench/weather/scenarios.rs"]
mod scenarios;
#[path = "../../cli/src/bench/weather/world.rs"]
mod world;

/// Prints the table: `cargo test -p diptych-engine --test weather -- --ignored --nocapture`, `SEEDS` and `ONLY` as
/// wished.
#[test]
#[ignore = "a measurement, not a test"]
#[allow(clippy::print_stdout, reason = "it prints")]
fn table() {
    let seeds = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let only = std::env::var("ONLY").unwrap_or_default();
    println!("{}", measure::heading());
    for scenario in scenarios::all() {
        if only.is_empty() || only.split(',').any(|name| scenario.name.starts_with(name)) {
            println!("{}", measure::Spread::of(&scenario, seeds).row());
        }
    }
}
