//! What a rebuild makes of what pictures say of their answers.

#[expect(dead_code, reason = "the library of recovery.rs, of which one state is enough here")]
mod common;

use common::{FixedClock, Library};
use diptych_engine::ledger::Ledger;
use diptych_engine::rebuild::rebuild;
use diptych_engine::value::job::JobState;
use diptych_engine::value::sentence::Sentence;

#[tokio::test]
async fn a_picture_that_is_not_whole_leaves_its_job_to_the_user() {
    for incomplete in [false, true] {
        let library = Library::new().await;
        let job = library.book().await;
        library.spool(&library.answer(), true);
        let engine = library.start().await;
        let mut kept = engine.ledger.all_pictures().await.expect("reads").remove(0);
        if incomplete {
            kept.picture.notes.push(Sentence::new("E-INCOMPLETE"));
        }
        engine.close().await;
        engine.objects.write_sidecar(&kept).expect("is written");
        drop(engine);
        rebuild(&library.folders, &FixedClock).expect("rebuilds");
        let ledger = Ledger::open(&library.folders.data).expect("opens");
        let found = ledger.job(job).await.expect("reads").expect("is there");
        assert_eq!(found.picture, Some(kept.picture.id));
        let ended = (found.state, found.finished.is_some(), found.reason.map(|reason| reason.code));
        if incomplete {
            assert_eq!(ended, (JobState::Unknown, false, Some("E-INCOMPLETE".to_owned())));
        } else {
            assert_eq!(ended, (JobState::Done, true, None));
        }
    }
}
