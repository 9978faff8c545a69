//! The story of a job tells every wait: over a library with a clock that is turned by hand, and no provider.

#[path = "common/question.rs"]
mod question;

use diptych_engine::driver::{self, Asking, Parts};
use diptych_engine::engine::Engine;
use diptych_engine::ledger::{Booking, KeptAccount, Ledger};
use diptych_engine::policy::verdict::Billed;
use diptych_engine::store::folder::Folders;
use diptych_engine::value::account::{Account, Limits};
use diptych_engine::value::id::{AccountId, AttemptId, JobId, Randomness};
use diptych_engine::value::job::{Attempt, AttemptState, Job, JobState, Settlement};
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::secret::SessionStore;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::settings::{OffPeak, OffPeakMode, Settings};
use diptych_engine::value::time::{Clock, Timestamp};
use jiff::tz::TimeZone;
use question::{MODEL, NOW};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

/// Half a minute before noon, where the hours to avoid end.
const START: i64 = NOW.0 / 86_400_000 * 86_400_000 + 12 * 3_600_000 - 30_000;

#[derive(Default)]
struct Turned(AtomicI64);

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

#[derive(Default)]
struct Counting(AtomicU8);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

struct Studio {
    _folder: tempfile::TempDir,
    folders: Folders,
    clock: Arc<Turned>,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().join("data"), cache: folder.path().join("cache") };
        folders.make().expect("folders");
        let clock = Arc::new(Turned(AtomicI64::new(START)));
        Self { _folder: folder, folders, clock }
    }

    /// An account with one picture a minute, of which two were made a moment ago: the room for the next one is gone.
    async fn prepare(&self) {
        let ledger = Ledger::open(&self.folders.data).expect("ledger");
        let account = Account {
            id: AccountId::from_text("a1"),
            name: "studio".into(),
            limits: Limits { ipm: Some(1), ..Limits::default() },
            ..Account::built_in_practice()
        };
        ledger
            .save_account(KeptAccount { account: account.clone(), last4: String::new() })
            .await
            .expect("account");
        ledger.add_sheet(question::sheet(), vec![question::job()]).await.expect("sheet");
        for (number, then) in [(1, JobState::Queued), (2, JobState::Done)] {
            let id = AttemptId::from_text(format!("tbefore{number}"));
            let attempt = Attempt {
                id: id.clone(),
                job: question::job().id,
                number,
                account: account.id.clone(),
                account_name: account.name.clone(),
                project: account.project.clone(),
                billing: account.billing.clone(),
                model: MODEL.into(),
                size: question::job().request.size,
                practice: true,
                started: Timestamp(START),
                tier: Tier::Standard,
                reserved: Some(Usd(39_000)),
            };
            let booking = Booking { attempt, fallback: false, limits: Vec::new() };
            ledger.book(&booking).expect("ledger").expect("booked");
            let end = Settlement {
                state: AttemptState::Answered,
                ended: Timestamp(START),
                status: Some(200),
                billed: Billed::Yes,
                usd: Usd(39_000),
                verdict: Sentence::new("B-yes"),
                class: "picture".into(),
                request_id: None,
            };
            let change = move |job: &mut Job| job.state = then;
            ledger.settle(id, end, Vec::new(), change).await.expect("settled");
        }
    }

    async fn start(&self) -> Engine {
        let parts = Parts {
            folders: self.folders.clone(),
            clock: self.clock.clone(),
            randomness: Arc::new(Counting::default()),
            secrets: Arc::new(SessionStore::default()),
            practice: None,
            catalogue: None,
            sends: true,
            call_timeout: None,
        };
        Engine::start(parts).await.expect("starts")
    }

    /// Turns the clock on, and waits until the job says so.
    async fn until(&self, engine: &Engine, seconds: i64, job: &JobId, code: &str) {
        self.clock.0.store(START + seconds * 1000, Ordering::Relaxed);
        let mut said = String::new();
        for _ in 0..500 {
            engine.nudge();
            tokio::time::sleep(Duration::from_millis(10)).await;
            let found = engine.ledger.job(job.clone()).await.expect("reads").expect("is there");
            let parked = (found.state == JobState::Parked).then_some(found.reason).flatten();
            let why = parked.or_else(|| engine.wait_of(job).map(|(_, why)| why));
            said = why.map(|why| why.code).unwrap_or_default();
            if said == code {
                // The scheduler notes it at the end of a look: a few more, for a machine that is busy.
                for _ in 0..10 {
                    engine.nudge();
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                return;
            }
        }
        panic!("{code} was expected, it says {said}");
    }
}

async fn told(engine: &Engine, job: &JobId) -> Vec<(String, i64, i64)> {
    let found = engine.ledger.job(job.clone()).await.expect("reads").expect("is there");
    let attempts = engine.ledger.attempts(job.clone()).await.expect("reads");
    let waits = driver::story(engine, &found, &attempts).await.expect("a story");
    let since = |at: Timestamp| (at.millis() - START) / 1000;
    waits.into_iter().map(|wait| (wait.reason.code, since(wait.from), since(wait.to))).collect()
}

async fn off_peak(engine: &Engine) -> JobId {
    ask(engine, Some("off-peak".into())).await
}

async fn now(engine: &Engine) -> JobId {
    ask(engine, None).await
}

async fn ask(engine: &Engine, lane: Option<String>) -> JobId {
    let asking = Asking {
        prompt: "A kettle".into(),
        models: vec![MODEL.into()],
        size: Some("1K".into()),
        aspect: Some("1:1".into()),
        lane,
        new: true,
        ..Asking::default()
    };
    let sheet = driver::create(engine, &asking).await.expect("ledger").expect("a sheet");
    engine.ledger.waiting_of(sheet).await.expect("reads").remove(0).id
}

#[tokio::test]
async fn a_job_that_waited_paused_then_off_peak_then_for_its_quota_tells_so_even_after_a_restart() {
    let studio = Studio::new();
    studio.prepare().await;
    let engine = studio.start().await;
    let hours = OffPeak { mode: OffPeakMode::Hours, zone: Some("UTC".into()), ..OffPeak::default() };
    let settings = Settings { paused: true, off_peak: hours, ..engine.settings() };
    engine.set_settings(settings.clone()).await.expect("settings");
    let job = off_peak(&engine).await;
    studio.until(&engine, 0, &job, "R-paused").await;
    studio.clock.0.store(START + 10_000, Ordering::Relaxed);
    engine.set_settings(Settings { paused: false, ..settings }).await.expect("settings");
    studio.until(&engine, 10, &job, "R-off-peak").await;
    studio.until(&engine, 30, &job, "E-RATE-MINUTE").await;
    // Its quota opens; the way itself leads nowhere, and it stays so over a restart.
    studio.until(&engine, 130, &job, "E-ACCOUNT").await;
    let story = [("R-paused", 0, 10), ("R-off-peak", 10, 30), ("E-RATE-MINUTE", 30, 130)];
    let mut story = story.map(|(code, from, to)| (code.to_owned(), from, to)).to_vec();
    assert_eq!(told(&engine, &job).await, story);
    engine.close().await;
    drop(engine);

    studio.clock.0.store(START + 160_000, Ordering::Relaxed);
    let engine = studio.start().await;
    studio.clock.0.store(START + 190_000, Ordering::Relaxed);
    story.push(("E-ACCOUNT".to_owned(), 130, 190));
    assert_eq!(told(&engine, &job).await, story);
}

#[tokio::test]
async fn a_queue_that_nobody_works_says_so_and_what_ended_waits_for_the_users_word() {
    let studio = Studio::new();
    studio.prepare().await;
    let engine = studio.start().await;
    let job = off_peak(&engine).await;
    studio.until(&engine, 0, &job, "R-off-peak").await;
    studio.clock.0.store(START + 5_000, Ordering::Relaxed);
    engine.close().await;
    drop(engine);
    studio.clock.0.store(START + 15_000, Ordering::Relaxed);
    let engine = studio.start().await;
    studio.until(&engine, 15, &job, "R-off-peak").await;
    studio.clock.0.store(START + 20_000, Ordering::Relaxed);
    assert_eq!(engine.cancel(vec![job.clone()]).await.expect("ledger").jobs, 1);
    let story = [("R-off-peak", 0, 5), ("R-closed", 5, 15), ("R-off-peak", 15, 20)];
    assert_eq!(told(&engine, &job).await, story.map(|(code, from, to)| (code.to_owned(), from, to)));
}

/// What the ledger says of a library from before there were notes.
#[tokio::test]
async fn without_notes_nothing_is_made_up() {
    let studio = Studio::new();
    studio.prepare().await;
    let engine = studio.start().await;
    assert_eq!(told(&engine, &question::job().id).await, []);
}

/// The clock ran eight hours ahead when the quota was used and a pause began, and is put right while all waits.
#[tokio::test]
async fn a_clock_that_is_set_back_makes_nobody_wait_for_as_long() {
    const EIGHT_HOURS: i64 = 8 * 3600;
    let studio = Studio::new();
    studio.prepare().await;
    let engine = studio.start().await;
    let job = now(&engine).await;
    studio.until(&engine, 0, &job, "E-RATE-MINUTE").await;
    let pausing = now(&engine).await;
    let pause = |job: &mut Job| {
        job.not_before = Some(Timestamp(START + 60_000));
        true
    };
    engine.ledger.change_jobs(vec![pausing.clone()], pause).await.expect("changed");
    engine.close().await;
    drop(engine);
    let engine = studio.start().await;
    studio.until(&engine, 0, &job, "E-RATE-MINUTE").await;

    studio.until(&engine, -EIGHT_HOURS, &job, "E-RATE-MINUTE").await;
    // Its quota opens; the way itself leads nowhere.
    studio.until(&engine, 130 - EIGHT_HOURS, &job, "E-ACCOUNT").await;
    studio.until(&engine, 250 - EIGHT_HOURS, &pausing, "E-ACCOUNT").await;
}
