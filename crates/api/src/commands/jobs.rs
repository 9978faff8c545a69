//! Jobs: listed, told, stopped, tried again, resolved, redone.

use super::Context;
use crate::view;
use crate::wire::{
    self, ById, Failure, JobStory, JobView, ListJobs, RedoJob, ResolveJobs, RetryJobs, Touched,
};
use diptych_engine::driver;
use diptych_engine::ledger::JobFilter;
use diptych_engine::value::id::{JobId, SheetId};
use diptych_engine::value::job::{Job, JobState};
use diptych_engine::value::sentence::Sentence;

async fn find(context: &Context, id: &str) -> Result<Job, Failure> {
    let job = context.engine.ledger.job(JobId::from_text(id)).await?;
    job.ok_or_else(|| Failure::not_found("job", id))
}

async fn in_states(context: &Context, states: &[JobState]) -> Result<Vec<JobId>, Failure> {
    let filter = JobFilter { states: states.to_vec(), limit: u32::MAX, ..JobFilter::default() };
    Ok(context.engine.ledger.jobs(filter).await?.into_iter().map(|job| job.id).collect())
}

pub(crate) async fn list(context: &Context, list: ListJobs) -> Result<Vec<JobView>, Failure> {
    let filter = JobFilter {
        sheet: list.sheet.map(SheetId::from_text),
        states: list.state.map(wire::JobState::into_engine).into_iter().collect(),
        limit: if list.limit == 0 { 200 } else { list.limit },
    };
    let mut out = Vec::new();
    for job in context.engine.ledger.jobs(filter).await? {
        out.push(view::job(context, job).await?);
    }
    Ok(out)
}

pub(crate) async fn story(context: &Context, by: ById) -> Result<JobStory, Failure> {
    let job = find(context, &by.id).await?;
    let attempts = context.engine.ledger.attempts(job.id.clone()).await?;
    let prompt = job.request.prompt.clone();
    let attempts = attempts.into_iter().map(view::attempt).collect();
    Ok(JobStory { job: view::job(context, job).await?, prompt, attempts })
}

pub(crate) async fn cancel(context: &Context, by: ById) -> Result<Touched, Failure> {
    let job = find(context, &by.id).await?;
    Ok(Touched { jobs: context.engine.cancel(vec![job.id]).await? })
}

pub(crate) async fn retry(context: &Context, retry: RetryJobs) -> Result<Touched, Failure> {
    let ids = match (&retry.id, retry.failed) {
        (Some(id), _) => {
            let job = find(context, id).await?;
            if !matches!(job.state, JobState::Failed | JobState::Parked | JobState::Cancelled) {
                return Err(Failure::of(Sentence::new("E-STATE").with("state", job.state.as_str())));
            }
            vec![job.id]
        }
        (None, true) => in_states(context, &[JobState::Failed, JobState::Parked]).await?,
        (None, false) => Vec::new(),
    };
    Ok(Touched { jobs: context.engine.retry(ids).await? })
}

pub(crate) async fn resolve(context: &Context, resolve: ResolveJobs) -> Result<Touched, Failure> {
    let ids = match &resolve.id {
        Some(id) => vec![find(context, id).await?.id],
        None => in_states(context, &[JobState::Unknown]).await?,
    };
    Ok(Touched { jobs: context.engine.resolve(ids, resolve.resend).await? })
}

/// The same question to another model. What has not been sent yet is stopped first: it is not made twice.
pub(crate) async fn redo(context: &Context, redo: RedoJob) -> Result<JobView, Failure> {
    let old = find(context, &redo.id).await?;
    match driver::redo(&context.engine, &old, &redo.model, driver::Asker::Person).await? {
        Ok(id) => {
            if matches!(old.state, JobState::Queued | JobState::Parked) {
                context.engine.cancel(vec![old.id]).await?;
            }
            view::job(context, find(context, id.as_str()).await?).await
        }
        Err(problem) => Err(Failure::of(problem)),
    }
}
