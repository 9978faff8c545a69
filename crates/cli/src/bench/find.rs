//! `diptych bench find`: what a keystroke in the search box costs in a library of 100,000 pictures, against the way
//! everyone takes first (`LIKE '%…%'`). Both are asked in turn, so that a slow moment of the machine meets both. Figures
//! are milliseconds of wall time; a page is 60 rows, a whole list is the places of all that fit and the first 60 rows.

use crate::exit::Exit;
use crate::output;
use diptych_engine::ledger::{Ledger, PictureFilter, PictureSort};
use diptych_engine::value::id::{AccountId, AttemptId, JobId, PictureId, SheetId};
use diptych_engine::value::job::{Fallback, Job, JobState, Picture, Question, Sheet};
use diptych_engine::value::lane::Lane;
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::request::Request;
use diptych_engine::value::size::{Aspect, Size};
use diptych_engine::value::time::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use std::time::Instant;

const PICTURES: usize = 100_000;
const PAGE: u32 = 60;
const ROUNDS: usize = 8;

/// Typed letter by letter: words that many prompts have, that few have, none, two at once, and Chinese ones.
const TYPED: [&str; 6] = ["golden harbour", "zinnia", "wolfram", "quiet lake at dawn", "樱花", "雪山湖"];

/// The likeliest words, before those that are made up.
const WORDS: [&str; 16] = [
    "a", "the", "with", "light", "golden", "quiet", "soft", "lake", "dawn", "mist", "at", "harbour", "lens",
    "wide", "film", "grain",
];
const VOCABULARY: usize = 6_000;
const DENSE: [&str; 12] =
    ["樱花", "雪山", "湖面", "晨光", "古城", "灯笼", "竹林", "小巷", "渔船", "瀑布", "麦田", "云海"];

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

/// Words by how likely they are: the n-th about 1/n as likely as the first, as in any language.
fn vocabulary(dice: &mut StdRng) -> Vec<String> {
    let mut syllable = || {
        let consonant = b"bcdfghklmnprstvw"[dice.random_range(0..16)];
        let vowel = b"aeiou"[dice.random_range(0..5)];
        [char::from(consonant), char::from(vowel)]
    };
    let made = (WORDS.len()..VOCABULARY).map(|rank| (0..2 + rank % 3).flat_map(|_| syllable()).collect());
    WORDS.iter().map(|word| (*word).to_owned()).chain(made).collect()
}

/// About 600 letters.
fn prompt(dice: &mut StdRng, vocabulary: &[String]) -> String {
    let spread = (vocabulary.len() as f64).ln();
    let mut words: Vec<&str> = (0..90)
        .filter_map(|_| {
            let rank = (dice.random::<f64>() * spread).exp() as usize;
            vocabulary.get(rank - 1).map(String::as_str)
        })
        .collect();
    if dice.random_ratio(1, 4) {
        words.extend((0..6).map(|_| DENSE[dice.random_range(0..DENSE.len())]));
    }
    if dice.random_ratio(1, 2_000) {
        words.push("zinnia");
    }
    words.join(" ")
}

async fn fill(ledger: &Ledger) -> anyhow::Result<()> {
    let mut dice = StdRng::seed_from_u64(1);
    let vocabulary = vocabulary(&mut dice);
    let aspect = "16:9".parse().map_err(|()| anyhow::anyhow!("an aspect"))?;
    let sheet = sheet(aspect);
    let jobs: Vec<Job> =
        (0..PICTURES).map(|number| job(&sheet, number, prompt(&mut dice, &vocabulary))).collect();
    let pictures: Vec<Picture> = jobs.iter().enumerate().map(|(number, job)| picture(job, number)).collect();
    ledger.add_sheet(sheet, jobs).await?;
    Ok(ledger.adopt(pictures).await?)
}

fn sheet(aspect: Aspect) -> Sheet {
    Sheet {
        id: SheetId::from_text("sbench"),
        created: Timestamp(0),
        title: "bench".into(),
        prompt: "bench".into(),
        size: Size::Four,
        aspect,
        models: vec!["m".into()],
        accounts: Vec::new(),
        count: 1,
        fallback: Fallback::Never,
        resend_unknown: 0,
        max_usd: None,
        practice: true,
        interactive: false,
        lane: Lane::Now,
        deadline: None,
    }
}

fn job(sheet: &Sheet, number: usize, prompt: String) -> Job {
    let request = Request {
        model: "gemini-3-pro-image".into(),
        prompt,
        size: Size::Four,
        aspect: sheet.aspect.clone(),
        references: Vec::new(),
        seed: None,
        thinking: None,
        safety: None,
    };
    let question = Question {
        sheet: sheet.id.clone(),
        row: 0,
        column: 0,
        identity: number.to_string(),
        request,
        account_asked: None,
        practice: true,
        interactive: false,
        tier: Tier::Standard,
        usd: Usd(240_000),
    };
    let mut job = Job::asked(question, JobId::from_text(format!("j{number}")), Timestamp(number as i64));
    job.state = JobState::Done;
    job.account_used = Some(AccountId::practice());
    job
}

fn picture(job: &Job, number: usize) -> Picture {
    Picture {
        id: PictureId::from_text(format!("p{number}")),
        hash: format!("{number:064x}"),
        extension: "png".into(),
        mime: "image/png".into(),
        width: 5504,
        height: 3072,
        bytes: 28_000_000,
        job: Some(job.id.clone()),
        sheet: Some(job.sheet.clone()),
        attempt: Some(AttemptId::from_text(format!("t{number}"))),
        number: 0,
        created: job.created,
        request: Some(job.request.clone()),
        model_used: job.request.model.clone(),
        account: "Practice".into(),
        fallback: false,
        usd: job.usd,
        elapsed_ms: 6_000,
        attempts: 1,
        practice: true,
        serial: None,
        notes: Vec::new(),
        response_id: None,
        credentials: false,
        imported: None,
    }
}
