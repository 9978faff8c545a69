//! `diptych bench gate`: whether pictures still cost what they should, as ratios to the way everyone takes first, in the
//! same process on the same machine; few rounds, for every change. A ratio fails where it is half as bad again as what was
//! promised: a busy machine is no reason, a lost optimisation is. The figures themselves are `bench pictures`'.

use super::{Runs, Subject, drawn, memory, ratio};
use crate::bench::export;
use crate::exit::Exit;
use crate::output;
use anyhow::Context as _;
use serde_json::{Map, json};
use std::path::Path;

const ROUNDS: usize = 3;
/// A ratio may be so many times what was promised.
const PATIENCE: f64 = 1.5;

/// Runs it, and ends with the counts that a suite ends with.
pub(in crate::bench) fn run() -> anyhow::Result<Exit> {
    let folder = std::env::temp_dir().join(format!("diptych-gate-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = judged(&folder);
    std::fs::remove_dir_all(&folder)?;
    done
}

fn judged(folder: &Path) -> anyhow::Result<Exit> {
    let png = drawn::png_alone(folder)?;
    let figures = ratios(&png, folder)?;
    let mut failed = 0;
    for (name, ratio, promised) in figures {
        let most = promised * PATIENCE;
        // A figure that is none fails too.
        let passed = ratio <= most;
        failed += usize::from(!passed);
        output::object(
            &json!({ "gate": name, "ratio": ratio, "promised": promised, "fails_above": most, "passed": passed }),
        );
    }
    output::line(&format!("{} passed, {failed} failed, 0 skipped", figures.len() - failed));
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

/// Name, what was measured, what was promised: all of them ours to naive.
fn ratios(png: &Subject, folder: &Path) -> anyhow::Result<[(&'static str, f64, f64); 6]> {
    let mut runs = Runs::default();
    for round in 0..=ROUNDS {
        runs.round(png, folder, round > 0)?;
    }
    let report = runs.report(png, &Map::new())?;
    let figure = |name: &str| report[name].as_f64().with_context(|| name.to_owned());
    let naive_thumb = figure("naive_thumb_cpu_ms")?;
    let memory = memory::report(png, folder, 1, false)?;
    let (embed, again) = export::measured(&std::fs::read(&png.file)?.into(), ROUNDS)?;
    Ok([
        ("P1 ingest", figure("ingest_to_naive")?, 0.55),
        ("P1 ingest without the raw answer", figure("ingest_without_raw_spool_to_naive")?, 0.45),
        ("P1 thumbnail", ratio(figure("thumb_cpu_ms")?, naive_thumb), 0.75),
        (
            "P2 last byte to thumbnail, of a thumbnail",
            ratio(figure("last_byte_to_thumb_ms")?, naive_thumb),
            0.08,
        ),
        ("P4 memory", memory["ratio_to_naive"].as_f64().context("memory")?, 0.15),
        ("P9 metadata, of encoding again", embed / again, 0.05),
    ])
}
