//! What a start makes of every state in which a killed process can leave a library. Nothing is sent for any of it: there
//! is no provider here at all.

mod common;

use common::{Library, PNG_SIDE};
use diptych_engine::driver;
use diptych_engine::engine::MAX_REFERENCE;
use diptych_engine::ledger::KeptAccount;
use diptych_engine::value::account::Account;
use diptych_engine::value::id::AccountId;
use diptych_engine::value::job::JobState;
use diptych_engine::value::money::Usd;

#[tokio::test]
async fn booked_but_no_answer_is_unknown_and_never_sent_again_by_itself() {
    let library = Library::new().await;
    let job = library.book().await;
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!(found.state, JobState::Unknown);
    assert_eq!(found.reason.expect("says why").code, "E-UNKNOWN-RESTART");
    assert_eq!((engine.recovered.completed, engine.recovered.unknown), (0, 1));
}

#[tokio::test]
async fn a_route_that_the_user_holds_stays_held() {
    let library = Library::new().await;
    let account = Account { id: AccountId::from_text("a1"), ..Account::built_in_practice() };
    let engine = library.start().await;
    engine
        .ledger
        .save_account(KeptAccount { account: account.clone(), last4: String::new() })
        .await
        .expect("kept");
    engine.hold_route(account.id.clone(), common::MODEL.into(), true).await.expect("held");
    engine.close().await;

    let engine = library.start().await;
    let routes = driver::routes(&engine, &[common::MODEL.into()]).await.expect("routes");
    let held = routes.iter().find(|route| route.account_id == account.id && route.model == common::MODEL);
    assert!(held.expect("the route").paused, "a restart sends by a route that is held");
}

#[tokio::test]
async fn an_outcome_unknown_is_an_alert_which_is_raised_once() {
    let library = Library::new().await;
    library.book().await;
    for _ in 0..2 {
        let engine = library.start().await;
        let mut alerts = Vec::new();
        // The first look is the scheduler's, on its own time.
        for _ in 0..200 {
            alerts = engine.ledger.alerts(20).await.expect("reads");
            if !alerts.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let said: Vec<_> = alerts.iter().map(|alert| (alert.kind.as_str(), alert.resolved)).collect();
        assert_eq!(said, [("unknown", None)]);
        engine.close().await;
    }
}

#[tokio::test]
async fn a_part_of_an_answer_is_kept_and_the_user_decides() {
    let library = Library::new().await;
    let job = library.book().await;
    library.spool(&library.answer(), false);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!(found.state, JobState::Unknown);
    assert_eq!(found.reason.expect("says why").code, "E-TRUNCATED");
    assert_eq!(library.files("kept-answers"), 1, "the part received was kept");
    assert_eq!(library.files("spool"), 0);
}

#[tokio::test]
async fn a_whole_answer_becomes_its_picture_without_a_call() {
    let library = Library::new().await;
    let job = library.book().await;
    library.spool(&library.answer(), true);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!(found.state, JobState::Done);
    let picture =
        engine.ledger.picture(found.picture.expect("has one")).await.expect("reads").expect("is there");
    assert_eq!((picture.picture.width, picture.picture.height), (PNG_SIDE, PNG_SIDE));
    let report = diptych_engine::driver::check(engine.core(), true, false).await.expect("checks");
    assert_eq!(report.problems, []);
    assert_eq!(library.files("spool"), 0, "the spool goes last");
}

#[tokio::test]
async fn stored_but_not_committed_gives_exactly_one_picture() {
    let library = Library::new().await;
    library.book().await;
    library.spool(&library.answer(), true);
    let spool = library.folders.spool().join(format!("{}.spool", library.attempt()));
    let bytes = std::fs::read(&spool).expect("the spool");
    let first = library.start().await;
    first.close().await;
    drop(first);
    // As if the process had been killed between the rename of the picture and the commit: the file and its sidecar
    // are there, the books know nothing, the spool is whole.
    library.uncommit();
    std::fs::write(&spool, bytes).expect("the spool is back");
    let engine = library.start().await;
    assert_eq!(engine.ledger.all_pictures().await.expect("reads").len(), 1);
    let report = diptych_engine::driver::check(engine.core(), true, false).await.expect("checks");
    assert_eq!(report.problems, [], "no second sidecar, no orphan");
}

#[tokio::test]
async fn a_refusal_that_was_received_is_a_refusal_after_the_start_too() {
    let library = Library::new().await;
    let job = library.book().await;
    library.spool_status(503, br#"{"error":{"code":503,"status":"UNAVAILABLE","message":"overloaded"}}"#);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert!(
        matches!(found.state, JobState::Queued | JobState::Parked),
        "{:?}: it was not charged",
        found.state
    );
}

#[tokio::test]
async fn a_leftover_spool_of_a_settled_attempt_goes() {
    let library = Library::new().await;
    std::fs::write(library.folders.spool().join("tgone.spool"), b"{}").expect("leftover");
    std::fs::write(library.folders.spool().join("tgone.0.blob"), b"x").expect("leftover");
    let engine = library.start().await;
    assert_eq!(library.files("spool"), 0);
    drop(engine);
}

#[tokio::test]
async fn a_picture_knows_of_which_one_a_smaller_copy_was_sent_and_what_it_is_like() {
    let library = Library::new().await;
    let engine = library.start().await;
    let mut state = 1u32;
    let noise = image::RgbImage::from_fn(1700, 1700, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
    });
    let original = library.folders.data.join("large.png");
    noise.save(&original).expect("saved");
    let bytes = std::fs::read(&original).expect("reads");
    assert!(bytes.len() > MAX_REFERENCE, "more than can be sent");
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let added = engine.reference_of(original, hash.clone()).await.expect("a smaller one is");
    assert_ne!(added.hash, hash);
    engine.close().await;
    drop(engine);

    let job = library.book_with(vec![added.hash.clone()]).await;
    library.spool(&library.answer(), true);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    let id = found.picture.expect("has one");
    let kept = engine.ledger.picture(id).await.expect("reads").expect("is there").picture;
    assert_eq!(kept.request.expect("was asked for").references, [added.hash]);
    assert_eq!(kept.sources, [hash]);
    assert!(kept.essence.is_some(), "its row says what it is like");
}

#[tokio::test]
async fn an_answer_with_too_much_beside_its_pictures_is_kept_and_the_library_opens() {
    let library = Library::new().await;
    let job = library.book().await;
    let text = "x".repeat(17 * 1024 * 1024);
    let body =
        serde_json::json!({ "candidates": [{ "content": { "parts": [{ "text": text }] } }] }).to_string();
    library.spool(body.as_bytes(), true);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!(found.state, JobState::Failed);
    assert_eq!(found.reason.expect("says why").code, "E-ANSWER-TOO-LARGE");
    assert_eq!((library.files("kept-answers"), library.files("spool")), (1, 0), "it was paid");
}

#[tokio::test]
async fn a_number_of_the_providers_own_is_not_taken_for_a_second_picture() {
    let library = Library::new().await;
    let job = library.book().await;
    let mut answer: serde_json::Value = serde_json::from_slice(&library.answer()).expect("JSON");
    let parts = answer["candidates"][0]["content"]["parts"].as_array_mut().expect("parts");
    parts.push(serde_json::json!({ "inlineData": { "mimeType": "image/png", "data": 0 } }));
    library.spool(answer.to_string().as_bytes(), true);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!((found.state, found.trials.attempts), (JobState::Done, 1));
    assert_eq!(engine.ledger.all_pictures().await.expect("reads").len(), 1);
}

#[tokio::test]
async fn the_library_opens_where_an_answer_finds_no_place_and_takes_it_in_once_there_is_one() {
    let library = Library::new().await;
    let job = library.book().await;
    library.spool(&library.answer(), true);
    let hash = blake3::hash(&library.picture()).to_hex();
    let shelf = library.folders.data.join("pictures").join(&hash[..2]);
    std::fs::write(&shelf, "not a folder").expect("something in its place");
    let engine = library.start().await;
    let state = async || engine.ledger.job(job.clone()).await.expect("reads").expect("is there").state;
    assert_eq!(state().await, JobState::Sending, "it is neither lost nor called unknown");
    std::fs::remove_file(&shelf).expect("room");
    for _ in 0..1000 {
        if state().await == JobState::Done {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?}", state().await);
}

#[tokio::test]
async fn the_answer_of_a_model_that_left_the_catalogue_is_a_picture_all_the_same() {
    let library = Library::new().await;
    let job = library.book().await;
    library.spool(&library.answer(), true);
    library.change("UPDATE attempts SET model = 'gone-in-an-upgrade'");
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!((found.state, found.billed_usd), (JobState::Done, Usd(39_000)));
}

#[tokio::test]
async fn usage_that_does_not_tell_pictures_from_text_is_no_price() {
    let library = Library::new().await;
    let job = library.book().await;
    let mut answer: serde_json::Value = serde_json::from_slice(&library.answer()).expect("JSON");
    answer["usageMetadata"] = serde_json::json!({
        "promptTokenCount": 10, "candidatesTokenCount": 1290, "totalTokenCount": 1300
    });
    library.spool(answer.to_string().as_bytes(), true);
    let engine = library.start().await;
    let found = engine.ledger.job(job).await.expect("reads").expect("is there");
    assert_eq!(found.billed_usd, Usd(39_000), "the list price, not that of text");
}

#[tokio::test]
async fn a_job_that_could_not_be_parked_is_looked_at_again() {
    let library = Library::new().await;
    let ledger = diptych_engine::ledger::Ledger::open(&library.folders.data).expect("ledger");
    ledger.add_sheet(common::sheet(), vec![common::job()]).await.expect("sheet");
    drop(ledger);
    library.change(
        "CREATE TRIGGER full BEFORE UPDATE ON jobs WHEN NEW.state = 'parked' BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    let engine = library.start().await;
    let state = async || engine.ledger.job(common::job().id).await.expect("reads").expect("is there").state;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(state().await, JobState::Queued);
    library.change("DROP TRIGGER full");
    for _ in 0..300 {
        engine.nudge();
        if state().await == JobState::Parked {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?}", state().await);
}

#[tokio::test]
async fn a_rebuild_that_fails_late_has_put_the_answers_away() {
    let library = Library::new().await;
    library.book().await;
    library.spool(&library.answer(), true);
    let day = diptych_engine::value::time::Clock::now(&common::FixedClock).day(&jiff::tz::TimeZone::UTC);
    for number in 1..1000 {
        std::fs::write(library.folders.data.join(format!("ledger-{day}-{number}.sqlite")), "")
            .expect("a copy");
    }
    diptych_engine::rebuild::rebuild(&library.folders, &common::FixedClock).expect_err("no name is left");
    assert_eq!((library.files("kept-answers"), library.files("spool")), (1, 0));
}
