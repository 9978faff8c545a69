//! The highest resident size of a child process that takes pictures in, above what it began with.

use super::{Subject, naive, ours, ratio};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Children for both ways, one after the other.
pub(super) fn report(subject: &Subject, folder: &Path, at_once: usize, tiles: bool) -> anyhow::Result<Value> {
    let mib = |way: &str| -> anyhow::Result<f64> {
        let words = format!("{way},{},{},{at_once}", subject.body.display(), folder.display());
        let told = Command::new(std::env::current_exe()?)
            .args(["bench", "pictures", "--scenario", &words])
            .output()?;
        anyhow::ensure!(told.status.success(), "{way}: {}", String::from_utf8_lossy(&told.stderr));
        Ok(String::from_utf8(told.stdout)?.trim().parse()?)
    };
    let ours = mib(if tiles { "tiles" } else { "ours" })?;
    // Twenty of them would want 3 GB.
    let naive = if at_once <= 4 { Some(mib("naive")?) } else { None };
    Ok(json!({
        "bench": "pictures memory",
        "picture": subject.name,
        "at_once": at_once,
        "with_tiles": tiles,
        "peak_mib": ours,
        "naive_peak_mib": naive,
        "ratio_to_naive": naive.map(|naive| ratio(ours, naive)),
    }))
}

/// In the child: does it, and prints the MiB.
pub(super) fn child(words: &[String]) -> anyhow::Result<()> {
    let [way, body, folder, at_once] = words else { anyhow::bail!("way, body, folder, how many at once") };
    let (body, folder) = (Path::new(body), Path::new(folder));
    let at_once: usize = at_once.parse()?;
    let before = status("VmRSS:")?;
    std::thread::scope(|scope| {
        let one = |number| match way.as_str() {
            "naive" => naive::ingest(body, folder, number),
            way => ours::ingest(body, folder, number, None, way == "tiles").map(drop),
        };
        let threads: Vec<_> = (0..at_once).map(|number| scope.spawn(move || one(number))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    let mib = (status("VmHWM:")? - before) / 1024.0;
    crate::output::line(&format!("{mib:.1}"));
    Ok(())
}

fn status(field: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("this needs Linux")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
