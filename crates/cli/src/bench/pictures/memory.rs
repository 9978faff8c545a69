//! The highest resident size of a child process that takes pictures in, above what it began with; and how the size of one
//! grows that takes in hundreds, one after the other. Not here: what the window's page keeps (`./studio bench ui`).

use super::{Subject, naive, ours, ratio};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// So many pictures until everything that is kept on purpose is there.
const WARM_UP: usize = 50;
/// The size is read after so many.
const EVERY: usize = 10;

/// Children for both ways, one after the other.
pub(super) fn report(subject: &Subject, folder: &Path, at_once: usize, tiles: bool) -> anyhow::Result<Value> {
    let ours = told(if tiles { "tiles" } else { "ours" }, subject, folder, at_once)?;
    // Twenty of them would want 3 GB.
    let naive = if at_once <= 4 { Some(told("naive", subject, folder, at_once)?) } else { None };
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

/// MiB that a process grows by while it takes in a hundred more, over so many.
pub(super) fn soak(subject: &Subject, folder: &Path, pictures: usize) -> anyhow::Result<f64> {
    told("soak", subject, folder, pictures)
}

/// What a child says that does it this way with so many.
fn told(way: &str, subject: &Subject, folder: &Path, many: usize) -> anyhow::Result<f64> {
    let words = format!("{way},{},{},{many}", subject.body.display(), folder.display());
    let told =
        Command::new(std::env::current_exe()?).args(["bench", "pictures", "--scenario", &words]).output()?;
    anyhow::ensure!(told.status.success(), "{way}: {}", String::from_utf8_lossy(&told.stderr));
    Ok(String::from_utf8(told.stdout)?.trim().parse()?)
}

/// In the child: does it, and prints the MiB.
pub(super) fn child(words: &[String]) -> anyhow::Result<()> {
    let [way, body, folder, many] = words else { anyhow::bail!("way, body, folder, how many") };
    let (body, folder, many) = (Path::new(body), Path::new(folder), many.parse()?);
    let mib = if way == "soak" { grown(body, folder, many)? } else { highest(way, body, folder, many)? };
    crate::output::line(&format!("{mib:.2}"));
    Ok(())
}

fn grown(body: &Path, folder: &Path, pictures: usize) -> anyhow::Result<f64> {
    let mut sizes = Vec::new();
    for picture in 1..=pictures {
        ours::ingest(body, folder, 0, None, false)?;
        if picture >= WARM_UP && picture % EVERY == 0 {
            sizes.push((picture as f64, status("VmRSS:")? / 1024.0));
        }
    }
    Ok(slope(&sizes) * 100.0)
}

/// Of the line with the least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let many = points.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| points.iter().map(part).sum::<f64>() / many;
    let (middle, level) = (mean(|point| point.0), mean(|point| point.1));
    let rise: f64 = points.iter().map(|(at, size)| (at - middle) * (size - level)).sum();
    rise / points.iter().map(|(at, _)| (at - middle).powi(2)).sum::<f64>()
}

fn highest(way: &str, body: &Path, folder: &Path, at_once: usize) -> anyhow::Result<f64> {
    let before = status("VmRSS:")?;
    std::thread::scope(|scope| {
        let one = |number| match way {
            "naive" => naive::ingest(body, folder, number),
            way => ours::ingest(body, folder, number, None, way == "tiles").map(drop),
        };
        let threads: Vec<_> = (0..at_once).map(|number| scope.spawn(move || one(number))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    Ok((status("VmHWM:")? - before) / 1024.0)
}

fn status(field: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("this needs Linux")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn a_process_that_grows_by_a_mebibyte_each_picture_is_said_to() {
        let points = [(50.0, 200.0), (60.0, 211.0), (70.0, 219.0), (80.0, 230.0)];
        assert!((slope(&points) - 0.98).abs() < 1e-9);
        assert!(slope(&[(50.0, 200.0), (60.0, 200.0)]).abs() < 1e-9);
    }
}
