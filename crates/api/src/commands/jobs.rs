//! Jobs: listed, told, stopped, tried again, resolved, redone.

use super::Context;
use crate::view;
use crate::wire::{
    self, ById, CancelJobs, Failure, JobStory, JobView, ListJobs, RedoJob, ResolveJobs, RetryJobs, Stopped,
    Tally, TallyJobs, Touched,
};
use diptych_engine::driver;
use diptych_engine::ledger::{JobFilter, Which};
use diptych_engine::value::id::{JobId, SheetId};
use diptych_engine::value::job::{Job, JobState};
use diptych_engine::value::lane::Lane;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;

async fn find(context: &Context, id: &str) -> Result<Job, Failure> {
    let job = context.engine.ledger.job(JobId::from_text(id)).await?;
    job.ok_or_else(|| Failure::not_found("job", id))
}

/// What an id names: a job, or a sheet.
pub(super) async fn named(context: &Context, id: &str) -> Result<Which, Failure> {
    if context.engine.ledger.job(JobId::from_text(id)).await?.is_some() {
        return Ok(Which::Job(JobId::from_text(id)));
    }
    let sheet = context.engine.ledger.sheet(SheetId::from_text(id)).await?;
    sheet.map(|sheet| Which::Sheet(sheet.id)).ok_or_else(|| Failure::not_found("job", id))
}

fn in_lane(lane: Option<&str>) -> Result<Option<Which>, Failure> {
    lane.map(Lane::parse).transpose().map(|lane| lane.map(Which::Lane)).map_err(Failure::of)
}

fn all(failed_since: Option<i64>) -> Which {
    failed_since.map_or(Which::All, |since| Which::Lately(Timestamp(since)))
}

pub(crate) async fn list(context: &Context, list: ListJobs) -> Result<Vec<JobView>, Failure> {
    let filter = JobFilter {
        sheet: list.sheet.map(SheetId::from_text),
        states: list.state.map(wire::JobState::into_engine).into_iter().collect(),
        attention: list.attention,
        after: list.after.map(JobId::from_text),
        over_since: list.over_since_ms.map(Timestamp),
        limit: if list.limit == 0 { 200 } else { list.limit },
    };
    let jobs = context.engine.ledger.jobs(filter).await?;
    let mut out = Vec::new();
    for job in jobs {
        out.push(view::job(context, job).await?);
    }
    Ok(out)
}

pub(crate) async fn story(context: &Context, by: ById) -> Result<JobStory, Failure> {
    let job = find(context, &by.id).await?;
    let attempts = context.engine.ledger.attempts(job.id.clone()).await?;
    let prompt = job.request.prompt.clone();
    let waits = driver::story(&context.engine, &job, &attempts).await?;
    let waits = waits.into_iter().map(|wait| view::wait(context, wait)).collect();
    let attempts = attempts.into_iter().map(view::attempt).collect();
    Ok(JobStory { job: view::job(context, job).await?, prompt, attempts, waits })
}

pub(super) async fn stop(context: &Context, which: Which) -> Result<Stopped, Failure> {
    let open = vec![JobState::Queued, JobState::Parked, JobState::Sending];
    let ids = context.engine.ledger.chosen(which, open).await?;
    let stopped = context.engine.cancel(ids).await?;
    Ok(Stopped { jobs: stopped.jobs, sent: stopped.sent })
}

pub(crate) async fn cancel(context: &Context, cancel: CancelJobs) -> Result<Stopped, Failure> {
    let which = match &cancel.id {
        Some(id) => Some(named(context, id).await?),
        None => in_lane(cancel.lane.as_deref())?.or(cancel.all.then_some(Which::All)),
    };
    match which {
        Some(which) => stop(context, which).await,
        None => Ok(Stopped { jobs: 0, sent: 0 }),
    }
}

pub(crate) async fn tally(context: &Context, tally: TallyJobs) -> Result<Tally, Failure> {
    let of_sheet = tally.sheet.map(|id| Which::Sheet(SheetId::from_text(id)));
    let which = of_sheet.or(in_lane(tally.lane.as_deref())?).unwrap_or_else(|| all(tally.failed_since_ms));
    let states = tally.states.into_iter().map(wire::JobState::into_engine).collect();
    let counted = context.engine.ledger.tally(which, states).await?;
    Ok(Tally {
        jobs: counted.jobs,
        sending: counted.sending,
        practice: counted.practice,
        usd: counted.usd.micros(),
        unpriced: counted.unpriced,
    })
}

pub(crate) async fn retry(context: &Context, retry: RetryJobs) -> Result<Touched, Failure> {
    let which = match &retry.id {
        Some(id) => Some(named(context, id).await?),
        None => retry.failed.then(|| all(retry.failed_since_ms)),
    };
    let ids = match which {
        None => Vec::new(),
        Some(Which::Job(id)) => {
            let job = find(context, id.as_str()).await?;
            if !matches!(job.state, JobState::Failed | JobState::Parked | JobState::Cancelled) {
                return Err(Failure::of(Sentence::new("E-STATE").with("state", job.state.as_str())));
            }
            vec![job.id]
        }
        Some(which) => context.engine.ledger.chosen(which, vec![JobState::Failed, JobState::Parked]).await?,
    };
    Ok(Touched { jobs: context.engine.retry(ids).await? })
}

pub(crate) async fn resolve(context: &Context, resolve: ResolveJobs) -> Result<Touched, Failure> {
    let which = match &resolve.id {
        Some(id) => named(context, id).await?,
        None => Which::All,
    };
    let ids = context.engine.ledger.chosen(which, vec![JobState::Unknown]).await?;
    Ok(Touched { jobs: context.engine.resolve(ids, resolve.resend).await? })
}

/// The same question to another model, or in another size. For another model, what has not been sent yet is stopped: it
/// is not made twice. For a smaller size it goes on waiting beside it.
pub(crate) async fn redo(context: &Context, redo: RedoJob) -> Result<JobView, Failure> {
    let engine = &context.engine;
    let old = find(context, &redo.id).await?;
    let size =
        redo.size.as_deref().map(|text| text.parse::<Size>().map_err(|()| no_size(text))).transpose()?;
    let waits = matches!(old.state, JobState::Queued | JobState::Parked);
    let open = waits || old.state == JobState::Sending;
    if let (None, Some(size), true) = (&redo.model, size, open) {
        if size >= old.request.size {
            return Err(no_size(size.as_str()));
        }
        let sheet = engine.ledger.sheet(old.sheet.clone()).await?;
        let sheet = sheet.ok_or_else(|| Failure::not_found("sheet", old.sheet.as_str()))?;
        let id = old.id.clone();
        let made = engine.go_ahead(&sheet, vec![(old, size)]).await?.map_err(Failure::of)?;
        let made = made.into_iter().next();
        let made = made.ok_or_else(|| Failure::of(Sentence::new("E-AHEAD").with("id", id.as_str())))?;
        return view::job(context, made).await;
    }
    let model = redo.model.as_deref().unwrap_or(&old.request.model);
    // What waits is stopped first: else both could be sent, and both be charged.
    let sent = waits && engine.cancel(vec![old.id.clone()]).await?.sent > 0;
    if sent {
        return Err(Failure::of(Sentence::new("R-cancelled-sent")));
    }
    match driver::redo(engine, &old, model, size, driver::Asker::Person).await? {
        Ok(id) => view::job(context, find(context, id.as_str()).await?).await,
        Err(problem) => {
            if waits {
                engine.retry(vec![old.id]).await?;
            }
            Err(Failure::of(problem))
        }
    }
}

fn no_size(text: &str) -> Failure {
    let sizes = Size::ALL.map(Size::as_str).join(", ");
    Failure::of(Sentence::new("E-OPTION").with("value", text).with("option", "size").with("hint", sizes))
}
