//! `diptych bench NAME`: the benchmarks. Each prints its figures as JSON, an object per line. Not here: what a figure
//! should be; see docs/figures.md.

mod engine;
mod intake;

use crate::exit::Exit;
use crate::output;

/// Runs a benchmark by name.
pub(crate) async fn run(name: &str) -> anyhow::Result<Exit> {
    match name {
        "intake" => intake::run(),
        "engine" => engine::run().await,
        _ => {
            output::complain(&format!("{name}: there are the benchmarks intake and engine"));
            Ok(Exit::Usage)
        }
    }
}
