//! `diptych bench NAME`: figures about the program itself, as JSON lines.

mod corpus;
mod engine;
mod export;
mod find;
mod intake;
mod library;
mod pictures;
mod weather;

use crate::exit::Exit;
use crate::output;
use std::ops::RangeInclusive;

pub(crate) use weather::Middle;

/// Runs a benchmark by name.
pub(crate) async fn run(
    name: &str,
    scenarios: &[String],
    seeds: RangeInclusive<u64>,
    middle: Middle,
    count: usize,
) -> anyhow::Result<Exit> {
    match name {
        "intake" => intake::run(),
        "pictures" => pictures::run(scenarios),
        "engine" => engine::run(scenarios).await,
        "export" => export::run(),
        "gate" => pictures::gate::run(),
        "find" => find::run().await,
        "library" => library::run(count).await,
        "weather" => weather::run(scenarios, &seeds, middle),
        _ => {
            output::complain(&format!(
                "{name}: there are the benchmarks engine, export, find, gate, intake, library, pictures and weather"
            ));
            Ok(Exit::Usage)
        }
    }
}
