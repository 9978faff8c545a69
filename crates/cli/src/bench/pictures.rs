//! `diptych bench pictures`: what a 4K answer costs from the wire to the small pictures, against the way everyone takes
//! first (the whole body as a `String`, STANDARD base64, `image` with Lanczos3) and, where `DIPTYCH_BENCH_PEER` names a
//! program, against that: `./studio bench pictures` sets it to pyvips and sharp.
//!
//! All sides take turns, so that a slow moment of the machine meets all. CPU is the whole process's, memory the highest
//! resident size of a child process above what it began with. The pictures are made in `drawn`, the same ones each time.

pub(super) mod drawn;
pub(super) mod gate;
mod memory;
mod naive;
mod ours;

use crate::exit::Exit;
use crate::output;
use anyhow::Context as _;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
/// Bytes per second of the network that is played for the time from the last byte to the thumbnail.
const WIRE: f64 = 50e6;

/// A picture to measure with, as a file and as an answer.
struct Subject {
    name: &'static str,
    file: PathBuf,
    body: PathBuf,
}

/// Runs it, or a part of it in a child: `words` are then what to do.
pub(super) fn run(words: &[String]) -> anyhow::Result<Exit> {
    if !words.is_empty() {
        memory::child(words)?;
        return Ok(Exit::Done);
    }
    let folder = std::env::temp_dir().join(format!("diptych-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measured(&folder);
    std::fs::remove_dir_all(&folder)?;
    done.map(|()| Exit::Done)
}

fn measured(folder: &Path) -> anyhow::Result<()> {
    output::progress("drawing the pictures");
    let subjects = drawn::all(folder)?;
    let mut peers = Map::new();
    for subject in &subjects {
        output::progress(&format!("measuring {}", subject.name));
        let mut runs = Runs::default();
        for round in 0..=ROUNDS {
            // The first round warms the caches up.
            runs.round(subject, folder, round > 0)?;
            if round == ROUNDS / 2 {
                peers = peer(subject)?;
            }
        }
        output::object(&runs.report(subject, &peers)?);
    }
    let png = subjects.first().context("a picture")?;
    output::progress("measuring memory");
    for (at_once, tiles) in [(1, false), (1, true), (4, false), (20, false)] {
        output::object(&memory::report(png, folder, at_once, tiles)?);
    }
    Ok(())
}

/// All rounds of one picture.
#[derive(Default)]
struct Runs {
    spooled: Vec<f64>,
    unspooled: Vec<f64>,
    naive: Vec<f64>,
    thumb: Vec<f64>,
    naive_thumb: Vec<f64>,
    tiles: Vec<f64>,
    tiles_bytes: u64,
    after_last_byte: Vec<f64>,
    after_tiles: Vec<f64>,
}

impl Runs {
    fn round(&mut self, subject: &Subject, folder: &Path, counts: bool) -> anyhow::Result<()> {
        let ((), spooled) = cpu(|| ours::ingest(&subject.body, folder, 0, None, false).map(drop))?;
        let ((), unspooled) = cpu(|| ours::unspooled(&subject.body, folder))?;
        let ((), naive) = cpu(|| naive::ingest(&subject.body, folder, 0))?;
        let picture = std::fs::read(&subject.file)?;
        let ((), thumb) = cpu(|| ours::thumb(&picture, folder))?;
        let ((), naive_thumb) = cpu(|| naive::thumb(&picture, folder))?;
        let (bytes, tiles) = cpu(|| ours::tiles(&subject.file, folder))?;
        let after = ours::ingest(&subject.body, folder, 0, Some(WIRE), false)?;
        let after_tiles = ours::ingest(&subject.body, folder, 0, Some(WIRE), true)?;
        if counts {
            self.spooled.push(spooled);
            self.unspooled.push(unspooled);
            self.naive.push(naive);
            self.thumb.push(thumb);
            self.naive_thumb.push(naive_thumb);
            self.tiles.push(tiles);
            self.tiles_bytes = bytes;
            self.after_last_byte.push(after.as_secs_f64() * 1000.0);
            self.after_tiles.push(after_tiles.as_secs_f64() * 1000.0);
        }
        Ok(())
    }

    fn report(mut self, subject: &Subject, peers: &Map<String, Value>) -> anyhow::Result<Value> {
        let thumb = median(&mut self.thumb);
        let spooled = median(&mut self.spooled);
        let unspooled = median(&mut self.unspooled);
        let naive = median(&mut self.naive);
        let mut report = json!({
            "bench": "pictures",
            "picture": subject.name,
            "bytes": std::fs::metadata(&subject.file)?.len(),
            "body_bytes": std::fs::metadata(&subject.body)?.len(),
            "rounds": ROUNDS,
            "ingest_cpu_ms": spooled,
            "ingest_without_raw_spool_cpu_ms": unspooled,
            "naive_ingest_cpu_ms": naive,
            "ingest_to_naive": ratio(spooled, naive),
            "ingest_without_raw_spool_to_naive": ratio(unspooled, naive),
            "thumb_cpu_ms": thumb,
            "naive_thumb_cpu_ms": median(&mut self.naive_thumb),
            "tiles_cpu_ms": median(&mut self.tiles),
            "tiles_bytes": self.tiles_bytes,
            "last_byte_to_thumb_ms": median(&mut self.after_last_byte),
            "last_byte_to_thumb_worst_ms": self.after_last_byte.last(),
            "last_byte_to_tiles_ms": median(&mut self.after_tiles),
            "last_byte_to_tiles_worst_ms": self.after_tiles.last(),
        });
        for (name, value) in peers {
            report[format!("{name}_thumb_cpu_ms")] = value.clone();
            if let Some(theirs) = value.as_f64() {
                report[format!("thumb_to_{name}")] = ratio(thumb, theirs).into();
            }
        }
        Ok(report)
    }
}

/// The peers' CPU milliseconds for a thumbnail of the file, by name; none without a program that measures them.
fn peer(subject: &Subject) -> anyhow::Result<Map<String, Value>> {
    let Some(program) = std::env::var_os("DIPTYCH_BENCH_PEER") else { return Ok(Map::new()) };
    let told = std::process::Command::new(program).arg(&subject.file).output()?;
    anyhow::ensure!(told.status.success(), "the peer: {}", String::from_utf8_lossy(&told.stderr));
    Ok(serde_json::from_slice(&told.stdout)?)
}

/// CPU milliseconds of this process, all threads together.
fn cpu<R>(work: impl FnOnce() -> anyhow::Result<R>) -> anyhow::Result<(R, f64)> {
    let now = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    };
    let start = now();
    let result = work()?;
    Ok((result, (now() - start).as_secs_f64() * 1000.0))
}

fn median(list: &mut [f64]) -> f64 {
    list.iter_mut().for_each(|value| *value = (*value * 10.0).round() / 10.0);
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

fn ratio(ours: f64, theirs: f64) -> f64 {
    (ours / theirs * 100.0).round() / 100.0
}

/// Hands a file on in pieces as a network would, at `rate` bytes per second or as fast as it goes; the answer is the
/// moment of the last one.
fn arriving(
    body: &Path,
    rate: Option<f64>,
    mut piece: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> anyhow::Result<Instant> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(body)?;
    let mut buffer = vec![0; 16 * 1024];
    let (start, mut sent) = (Instant::now(), 0u32);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Instant::now());
        }
        sent += u32::try_from(read)?;
        if let Some(rate) = rate {
            let due = start + Duration::from_secs_f64(f64::from(sent) / rate);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        piece(&buffer[..read])?;
    }
}
