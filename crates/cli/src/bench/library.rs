//! `diptych bench library`: makes a library to measure with, at `DIPTYCH_HOME`: a few real originals of 4096 × 4096, hard to
//! pack, and as many rows over them as are wanted, in sheets of a hundred. Two neighbours share a prompt, as the answers of two
//! models do. Not here: thumbnails and tiles; the program makes them when it shows something.

use super::corpus::{self, Prompts};
use super::pictures::drawn;
use crate::exit::Exit;
use crate::output;
use diptych_engine::ledger::Ledger;
use diptych_engine::store::folder::Folders;
use diptych_engine::store::objects::{Objects, hash_file};
use diptych_engine::value::job::Picture;
use diptych_engine::value::size::Aspect;
use diptych_engine::value::time::Timestamp;
use diptych_host::Home;
use serde_json::json;

/// Rows that follow each other show different files, and none comes back before so many others.
const ORIGINALS: u32 = 8;
const IN_A_SHEET: usize = 100;
const MINUTE_MS: i64 = 60_000;

/// Runs it.
pub(super) async fn run(count: usize) -> anyhow::Result<Exit> {
    anyhow::ensure!(std::env::var_os("DIPTYCH_HOME").is_some(), "say where, with DIPTYCH_HOME");
    let folders = Home::discover()?.folders();
    folders.make()?;
    anyhow::ensure!(!folders.data.join("ledger.sqlite").exists(), "there is a library already");
    output::progress("drawing the originals");
    let originals = originals(&folders)?;
    output::progress("writing the rows");
    let ledger = Ledger::open(&folders.data)?;
    let aspect: Aspect = "1:1".parse().map_err(|()| anyhow::anyhow!("an aspect"))?;
    let now = jiff::Timestamp::now().as_millisecond();
    let mut prompts = Prompts::new();
    let mut prompt = String::new();
    for first in (0..count).step_by(IN_A_SHEET) {
        let at = |number: usize| Timestamp(now - (count - number) as i64 * MINUTE_MS);
        let sheet = corpus::sheet(first, aspect.clone(), at(first));
        let (mut jobs, mut pictures) = (Vec::new(), Vec::new());
        for number in first..count.min(first + IN_A_SHEET) {
            if number % 2 == 0 {
                prompt = prompts.next().unwrap_or_default();
            }
            let job = corpus::job(&sheet, number, prompt.clone(), at(number));
            let (hash, bytes) = originals[number % originals.len()].clone();
            let (width, height) = (drawn::SIDE, drawn::SIDE);
            pictures.push(Picture { hash, bytes, width, height, ..corpus::picture(&job, number) });
            jobs.push(job);
        }
        ledger.add_sheet(sheet, jobs).await?;
        ledger.adopt(pictures).await?;
    }
    output::object(&json!({ "bench": "library", "pictures": count, "originals": ORIGINALS }));
    Ok(Exit::Done)
}

/// Draws them into the store, two at a time: hash and length of each.
fn originals(folders: &Folders) -> anyhow::Result<Vec<(String, u64)>> {
    let objects = Objects::new(folders);
    let one = |number: u32| {
        let temporary = folders.data.join(format!("original-{number}"));
        std::fs::write(&temporary, drawn::png(&drawn::pixels(number))?)?;
        let (hash, bytes) = hash_file(&temporary)?;
        objects.take(&temporary, &hash, "png")?;
        Ok((hash, bytes))
    };
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || (half..ORIGINALS).step_by(2).map(one).collect::<anyhow::Result<Vec<_>>>())
        });
        let [even, odd] = halves.map(|half| half.join().expect("no panic"));
        Ok(even?.into_iter().zip(odd?).flat_map(|(a, b)| [a, b]).collect())
    })
}
