//! A sheet gets another budget while its jobs are parked by the old one.

#[expect(dead_code, reason = "the library of recovery.rs, of which one state is enough here")]
mod common;

use common::{Library, job, sheet};
use diptych_engine::engine::Engine;
use diptych_engine::ledger::Ledger;
use diptych_engine::value::id::{JobId, SheetId};
use diptych_engine::value::job::{Job, JobState, Sheet};
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::settings::Settings;

fn parked(id: &str, why: Sentence) -> Job {
    Job { id: JobId::from_text(id), state: JobState::Parked, reason: Some(why), ..job() }
}

/// State and reason of a job, and the limit that it names.
async fn stands(engine: &Engine, id: &str) -> (JobState, String, Option<i64>) {
    let job = engine.ledger.job(JobId::from_text(id)).await.expect("reads").expect("is there");
    let why = job.reason.unwrap_or_else(|| Sentence::new(""));
    let limit = why.params.get("limit").and_then(serde_json::Value::as_i64);
    (job.state, why.code, limit)
}

#[tokio::test]
async fn what_a_budget_keeps_goes_back_where_the_new_one_is_larger_and_nothing_else_does() {
    let library = Library::new().await;
    let ledger = Ledger::open(&library.folders.data).expect("ledger");
    let kept = Sentence::new("R-budget").with("limit", 100_000).with("spent", 78_000).with("price", 39_000);
    let jobs = vec![
        parked("jkept", kept),
        parked("jpoor", Sentence::new("E-CREDIT")),
        parked("jprice", Sentence::new("E-PRICE-UNKNOWN")),
    ];
    ledger.add_sheet(Sheet { max_usd: Some(Usd(100_000)), ..sheet() }, jobs).await.expect("sheet");
    drop(ledger);
    let engine = library.start().await;
    // All is held: what goes back stays where it can be seen.
    engine.set_settings(Settings { paused: true, ..engine.settings() }).await.expect("settings");
    let price = |job: &mut Job| {
        job.state = JobState::Parked;
        job.reason = Some(Sentence::new("E-PRICE-UNKNOWN"));
        true
    };
    engine.ledger.change_jobs(vec![JobId::from_text("jprice")], price).await.expect("parked");
    let budget = async |usd: Option<i64>| engine.set_budget(sheet().id, usd.map(Usd)).await.expect("ledger");

    let less = "it stays, and says by which budget";
    assert_eq!(budget(Some(50_000)).await, Some(0), "{less}");
    assert_eq!(stands(&engine, "jkept").await, (JobState::Parked, "R-budget".into(), Some(50_000)), "{less}");

    assert_eq!(budget(Some(120_000)).await, Some(1));
    assert_eq!(stands(&engine, "jkept").await, (JobState::Queued, String::new(), None));
    assert_eq!(stands(&engine, "jpoor").await.0, JobState::Parked, "it waits for something else");
    assert_eq!(stands(&engine, "jprice").await.0, JobState::Parked, "no budget takes an unknown price");
    let of = async || engine.ledger.sheet(sheet().id).await.expect("reads").expect("is there").max_usd;
    assert_eq!(of().await, Some(Usd(120_000)));

    assert_eq!(budget(None).await, Some(1), "without a budget nobody asks what it costs");
    assert_eq!(stands(&engine, "jprice").await.0, JobState::Queued);
    assert_eq!((of().await, stands(&engine, "jpoor").await.0), (None, JobState::Parked));
    let nowhere = engine.set_budget(SheetId::from_text("snowhere"), None).await.expect("ledger");
    assert_eq!(nowhere, None);
}
