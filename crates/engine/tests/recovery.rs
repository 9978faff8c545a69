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
