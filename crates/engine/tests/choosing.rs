//! Which jobs are meant by a decision about many, and in which order they are shown.

#[path = "common/question.rs"]
mod question;

use diptych_engine::ledger::{JobFilter, Ledger, Which};
use diptych_engine::value::id::JobId;
use diptych_engine::value::job::{Job, JobState};
use question::NOW;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// Job 0 has failed yesterday, job 1 an hour ago; 2 is done, 3 is parked, 4 unknown, 5 waits.
async fn ledger(folder: &std::path::Path) -> Ledger {
    let ledger = Ledger::open(folder).expect("ledger");
    let ended = |state, hours: u32| (state, Some(NOW.before(HOUR * hours)));
    let jobs = [
        ended(JobState::Failed, 25),
        ended(JobState::Failed, 1),
        ended(JobState::Done, 1),
        (JobState::Parked, None),
        (JobState::Unknown, None),
        (JobState::Queued, None),
    ];
    let jobs = jobs.into_iter().enumerate().map(|(row, (state, finished))| Job {
        id: JobId::from_text(format!("j{row}")),
        row: row as u32,
        state,
        finished,
        ..question::job()
    });
    ledger.add_sheet(question::sheet(), jobs.collect()).await.expect("sheet");
    ledger
}

#[tokio::test]
async fn what_failed_lately_is_told_from_what_failed_ever() {
    let folder = tempfile::tempdir().expect("folder");
    let ledger = ledger(folder.path()).await;
    let failed = || vec![JobState::Failed];
    let chosen = async |which| ledger.chosen(which, failed()).await.expect("reads");
    let ids = |ids: Vec<JobId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(ids(chosen(Which::All).await), ["j0", "j1"]);
    assert_eq!(ids(chosen(Which::Lately(NOW.before(HOUR * 24))).await), ["j1"]);
}

#[tokio::test]
async fn what_needs_somebody_comes_first_in_a_long_sheet() {
    let folder = tempfile::tempdir().expect("folder");
    let ledger = ledger(folder.path()).await;
    let filter =
        JobFilter { sheet: Some(question::sheet().id), attention: true, limit: 4, ..JobFilter::default() };
    let first: Vec<_> = ledger.jobs(filter).await.expect("reads").iter().map(|job| job.state).collect();
    assert_eq!(first, [JobState::Unknown, JobState::Parked, JobState::Failed, JobState::Failed]);
}

#[tokio::test]
async fn a_long_list_is_read_part_by_part_and_without_what_was_over_before() {
    let folder = tempfile::tempdir().expect("folder");
    let ledger = ledger(folder.path()).await;
    for sheet in [None, Some(question::sheet().id)] {
        let filter = |after, limit| JobFilter { sheet: sheet.clone(), after, limit, ..JobFilter::default() };
        let all = ledger.jobs(filter(None, 100)).await.expect("reads");
        let (mut parts, mut after) = (Vec::new(), None);
        loop {
            let part = ledger.jobs(filter(after, 2)).await.expect("reads");
            let Some(last) = part.last() else { break };
            after = Some(last.id.clone());
            parts.extend(part);
        }
        assert_eq!(parts, all);
    }
    let since = |at| JobFilter { over_since: Some(at), limit: 100, ..JobFilter::default() };
    let all = ledger.jobs(since(NOW.before(HOUR * 1000))).await.expect("reads");
    let late = ledger.jobs(since(NOW.after(HOUR * 1000))).await.expect("reads");
    let over = |job: &Job| matches!(job.state, JobState::Done | JobState::Failed | JobState::Cancelled);
    assert!(all.iter().any(over) && !late.iter().any(over));
    assert_eq!(late.len(), all.iter().filter(|job| !over(job)).count(), "what waits is never over");
}
