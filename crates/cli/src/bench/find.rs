//! `diptych bench find`: what a keystroke in the search box costs in a library of 100,000 pictures, against the way
//! everyone takes first (`LIKE '%…%'`). Both are asked in turn, so that a slow moment of the machine meets both. Figures
//! are milliseconds of wall time; a page is 60 rows, a whole list is the places of all that fit and the first 60 rows.

use super::corpus::{self, Prompts};
use crate::exit::Exit;
use crate::output;
use diptych_engine::ledger::{Ledger, PictureFilter, PictureSort};
use diptych_engine::value::job::{Job, Picture};
use diptych_engine::value::time::Timestamp;
use serde_json::json;
use std::time::Instant;

const PICTURES: usize = 100_000;
const PAGE: u32 = 60;
const ROUNDS: usize = 8;

/// Typed letter by letter: words that many prompts have, that few have, none, two at once, and Chinese ones.
const TYPED: [&str; 6] = ["golden harbour", "zinnia", "wolfram", "quiet lake at dawn", "樱花", "雪山湖"];

/// Runs it.
pub(super) async fn run() -> anyhow::Result<Exit> {
    let folder = std::env::temp_dir().join(format!("diptych-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let ledger = Ledger::open(&folder)?;
    let start = Instant::now();
    fill(&ledger).await?;
    let filled = start.elapsed();
    let measured = measure(&ledger).await;
    let bytes = std::fs::metadata(folder.join("ledger.sqlite"))?.len();
    drop(ledger);
    std::fs::remove_dir_all(&folder)?;
    let [mut page, mut list, mut like, mut all] = measured?;
    let (page, list, like, all) = (p95(&mut page), p95(&mut list), p95(&mut like), p95(&mut all));
    output::object(&json!({
        "bench": "find",
        "pictures": PICTURES,
        "keystrokes": TYPED.iter().map(|text| text.chars().count()).sum::<usize>() * ROUNDS,
        "first_page_p95_ms": page,
        "whole_list_p95_ms": list,
        "like_page_p95_ms": like,
        "everything_p95_ms": all,
        "ratio_to_like": (like / page).round(),
        "fill_s": filled.as_secs(),
        "ledger_mb": bytes / 1_000_000,
    }));
    Ok(Exit::Done)
}

fn p95(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() * 95 / 100).min(times.len().saturating_sub(1));
    times.get(at).map_or(f64::NAN, |time| (time * 100.0).round() / 100.0)
}

async fn measure(ledger: &Ledger) -> anyhow::Result<[Vec<f64>; 4]> {
    let mut times: [Vec<f64>; 4] = Default::default();
    let [pages, lists, likes, alls] = &mut times;
    for round in 0..=ROUNDS {
        for text in TYPED {
            for (end, c) in text.char_indices() {
                let typed = text.get(..end + c.len_utf8()).unwrap_or(text).to_owned();
                let filter = PictureFilter { search: Some(typed.clone()), ..PictureFilter::default() };
                let start = Instant::now();
                let seqs = ledger.page(filter.clone(), None, PAGE).await?;
                ledger.picture_rows(seqs).await?;
                let page = millis(start);
                let start = Instant::now();
                let found = ledger.find(filter, PictureSort::Newest, false).await?;
                ledger.picture_rows(found.seqs.into_iter().take(PAGE as usize).collect()).await?;
                let list = millis(start);
                let start = Instant::now();
                like(ledger, typed).await?;
                // The first round warms the caches up.
                if round > 0 {
                    pages.push(page);
                    lists.push(list);
                    likes.push(millis(start));
                }
            }
        }
        let start = Instant::now();
        ledger.find(PictureFilter::default(), PictureSort::Newest, false).await?;
        alls.push(millis(start));
    }
    Ok(times)
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

async fn like(ledger: &Ledger, typed: String) -> anyhow::Result<()> {
    let pattern = format!("%{typed}%");
    let work = ledger.read(move |db| {
        let mut statement = db.prepare_cached(
            "SELECT seq, body FROM pictures WHERE trashed = 0 AND prompt LIKE ?1 ORDER BY seq DESC LIMIT 60",
        )?;
        let mut rows = statement.query([&pattern])?;
        while let Some(row) = rows.next()? {
            drop(serde_json::from_str::<Picture>(&row.get::<_, String>(1)?));
        }
        Ok(())
    });
    Ok(work.await?)
}

async fn fill(ledger: &Ledger) -> anyhow::Result<()> {
    let aspect = "16:9".parse().map_err(|()| anyhow::anyhow!("an aspect"))?;
    let sheet = corpus::sheet(0, aspect, Timestamp(0));
    let jobs: Vec<Job> = Prompts::new()
        .take(PICTURES)
        .enumerate()
        .map(|(number, prompt)| corpus::job(&sheet, number, prompt, Timestamp(number as i64)))
        .collect();
    let pictures: Vec<Picture> =
        jobs.iter().enumerate().map(|(number, job)| corpus::picture(job, number)).collect();
    ledger.add_sheet(sheet, jobs).await?;
    Ok(ledger.adopt(pictures).await?)
}
