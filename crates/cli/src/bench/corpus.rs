//! Made-up rows for the benchmarks: prompts with the frequencies of a language, and the sheet, job and picture around one.
//! Not here: files (see `library`), and what is measured.

use diptych_engine::value::id::{AccountId, AttemptId, JobId, PictureId, SheetId};
use diptych_engine::value::job::{Fallback, Job, JobState, Picture, Question, Sheet};
use diptych_engine::value::lane::{Lane, Tier};
use diptych_engine::value::money::Usd;
use diptych_engine::value::request::Request;
use diptych_engine::value::size::{Aspect, Size};
use diptych_engine::value::time::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// The likeliest words, before those that are made up.
const WORDS: [&str; 16] = [
    "a", "the", "with", "light", "golden", "quiet", "soft", "lake", "dawn", "mist", "at", "harbour", "lens",
    "wide", "film", "grain",
];
const VOCABULARY: usize = 6_000;
const DENSE: [&str; 12] =
    ["樱花", "雪山", "湖面", "晨光", "古城", "灯笼", "竹林", "小巷", "渔船", "瀑布", "麦田", "云海"];

/// Prompts without end, the same ones each time.
pub(super) struct Prompts {
    dice: StdRng,
    vocabulary: Vec<String>,
}

impl Prompts {
    pub(super) fn new() -> Self {
        let mut dice = StdRng::seed_from_u64(1);
        let vocabulary = vocabulary(&mut dice);
        Self { dice, vocabulary }
    }
}

impl Iterator for Prompts {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        Some(prompt(&mut self.dice, &self.vocabulary))
    }
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

/// A sheet of finished practice jobs.
pub(super) fn sheet(number: usize, aspect: Aspect, created: Timestamp) -> Sheet {
    Sheet {
        id: SheetId::from_text(format!("s{number}")),
        created,
        title: "bench".into(),
        prompt: "bench".into(),
        size: Size::Four,
        aspect,
        models: vec!["m".into()],
        accounts: Vec::new(),
        count: 1,
        fallback: Fallback::Never,
        resend_unknown: 0,
        resend_unknown_usd: None,
        max_usd: None,
        practice: true,
        interactive: false,
        lane: Lane::Now,
        deadline: None,
    }
}

/// A finished job of a sheet.
pub(super) fn job(sheet: &Sheet, number: usize, prompt: String, created: Timestamp) -> Job {
    let request = Request {
        model: "gemini-3-pro-image".into(),
        prompt,
        size: Size::Four,
        aspect: sheet.aspect.clone(),
        references: Vec::new(),
        // One seed: the wall compares any two of them in every way.
        seed: Some(7),
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
    let mut job = Job::asked(question, JobId::from_text(format!("j{number}")), created);
    job.state = JobState::Done;
    job.account_used = Some(AccountId::practice());
    job
}

/// The picture of a job; there is no such file.
pub(super) fn picture(job: &Job, number: usize) -> Picture {
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
        sources: vec![],
        essence: None,
        imported: None,
    }
}
