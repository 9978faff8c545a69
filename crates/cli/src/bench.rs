//! `diptych bench`: figures about the program itself, as JSON lines.

mod intake;
mod weather;

use crate::exit::Exit;
use crate::output;

/// Runs a benchmark by name.
pub(crate) fn run(name: &str, scenarios: &[String], seeds: u64) -> anyhow::Result<Exit> {
    match name {
        "intake" => intake::run(),
        "weather" => weather::run(scenarios, seeds),
        _ => {
            output::complain(&format!("{name}: there are two benchmarks, intake and weather"));
            Ok(Exit::Usage)
        }
    }
}
