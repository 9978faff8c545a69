//! `diptych queue`.

use crate::arguments::Queue;
use crate::exit::Exit;
use crate::generate::{job_line, references};
use crate::output;
use crate::signals::Signals;
use crate::watch::ask;
use anyhow::Context as _;
use diptych_api::catalogue::{duration, usd};
use diptych_api::wire::{
    CancelJobs, GetQueue, JobState, JobStory, JobView, ListJobs, Plan, QueuePage, QueueView, RedoJob,
    ResolveJobs, RetryJobs, RouteName, SetFallback, SheetSpec, SheetView, Stopped, Touched, WaitView,
};
use diptych_host::Studio;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

/// Runs it.
pub(crate) async fn run(studio: &Studio, command: Queue, json: bool) -> anyhow::Result<Exit> {
    match command {
        Queue::Add { file, yes } => add(studio, &file, yes, json).await,
        Queue::List { state } => list(studio, state, json).await,
        Queue::Show { id } => show(studio, &id, json).await,
        Queue::Run { until_idle } => work(studio, until_idle, json).await,
        Queue::Pause { sheet, route } => hold(studio, sheet, route, "pause").await,
        Queue::Resume { sheet, route } => hold(studio, sheet, route, "resume").await,
        Queue::Fallback { sheet: id, policy: fallback } => {
            touched(&ask(studio, "sheets.fallback", &SetFallback { id, fallback }).await?)
        }
        Queue::Cancel { id: None, lane: None, all: false } => {
            output::complain("name a job or a sheet, or say --lane or --all");
            Ok(Exit::Usage)
        }
        Queue::Cancel { id, lane, all } => {
            stopped(&ask(studio, "jobs.cancel", &CancelJobs { id, lane, all }).await?)
        }
        Queue::Retry { id: None, failed: false } => {
            output::complain("name a job or a sheet, or say --failed");
            Ok(Exit::Usage)
        }
        Queue::Retry { id, failed } => {
            touched(&ask(studio, "jobs.retry", &RetryJobs { id, failed, ..RetryJobs::default() }).await?)
        }
        Queue::Redo { id, model, size } => {
            let job: JobView = ask(studio, "jobs.redo", &RedoJob { id, model, size }).await?;
            output::line(&job.id);
            Ok(Exit::Done)
        }
        Queue::Resolve { id: None, all: false, .. } => {
            output::complain("name a job or a sheet, or say --all");
            Ok(Exit::Usage)
        }
        Queue::Resolve { resend: false, give_up: false, .. } => {
            output::complain("say --resend (you may pay twice) or --give-up");
            Ok(Exit::Usage)
        }
        Queue::Resolve { id, resend, .. } => {
            touched(&ask(studio, "jobs.resolve", &ResolveJobs { id, resend }).await?)
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every arm of the command gives an exit")]
fn touched(touched: &Touched) -> anyhow::Result<Exit> {
    output::line(&format!("{} {}", touched.jobs, if touched.jobs == 1 { "job" } else { "jobs" }));
    Ok(Exit::Done)
}

#[expect(clippy::unnecessary_wraps, reason = "every arm of the command gives an exit")]
fn stopped(stopped: &Stopped) -> anyhow::Result<Exit> {
    let jobs = if stopped.jobs == 1 { "job" } else { "jobs" };
    output::line(&format!("{} {jobs}", stopped.jobs));
    if stopped.sent > 0 {
        output::complain(&format!("{} on the wire: kept if it still arrives", stopped.sent));
    }
    Ok(Exit::Done)
}

/// Pauses or resumes all, a sheet, or a route: an account and a model, with a slash between.
async fn hold(
    studio: &Studio,
    sheet: Option<String>,
    route: Option<String>,
    verb: &str,
) -> anyhow::Result<Exit> {
    match (sheet, route) {
        (Some(id), _) => drop(ask::<Value>(studio, &format!("sheets.{verb}"), &json!({ "id": id })).await?),
        (None, Some(route)) => {
            let Some((account, model)) = route.rsplit_once('/') else {
                output::complain(&format!("{route}: an account and a model, as in studio/pro"));
                return Ok(Exit::Usage);
            };
            let name = RouteName { account: account.into(), model: model.into() };
            drop(ask::<Value>(studio, &format!("routes.{verb}"), &name).await?);
        }
        (None, None) => {
            let queue: QueueView = ask(studio, &format!("queue.{verb}"), &json!({})).await?;
            let paused = if queue.paused { "paused" } else { "running" };
            output::line(&format!(
                "{paused}: {} queued, {} sending, {} parked",
                queue.queued, queue.sending, queue.parked
            ));
        }
    }
    Ok(Exit::Done)
}

/// All lines are checked before the first is queued: half a file would be worse than none.
async fn add(studio: &Studio, file: &Path, yes: bool, json: bool) -> anyhow::Result<Exit> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    }
    let mut specs: Vec<SheetSpec> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut spec: SheetSpec = match serde_json::from_str(line) {
            Ok(spec) => spec,
            Err(error) => {
                output::complain(&format!("line {}: {error}", number + 1));
                return Ok(Exit::Usage);
            }
        };
        let files = std::mem::take(&mut spec.references);
        spec.references = references(studio, files.iter().map(Path::new)).await?;
        spec.origin = Some("batch".into());
        specs.push(spec);
    }
    let (mut total, mut jobs) = (0, 0);
    for (number, spec) in specs.iter().enumerate() {
        let plan: Plan = ask(studio, "sheets.plan", spec).await?;
        if let Some(problem) = plan.problems.first() {
            output::complain(&format!("entry {}", number + 1));
            output::refused(problem);
            return Ok(Exit::Usage);
        }
        total += if plan.practice { 0 } else { plan.usd };
        jobs += plan.pictures;
    }
    if (total > 2_000_000 || jobs > 20) && !yes {
        output::complain(&format!("{jobs} pictures for {}: add --yes.", usd(total)));
        return Ok(Exit::Decide);
    }
    for mut spec in specs {
        spec.confirmed = true;
        let sheet: SheetView = ask(studio, "sheets.create", &spec).await?;
        for job in &sheet.jobs {
            output::line(&if json { job_line(studio, job).await.to_string() } else { job.id.clone() });
        }
    }
    Ok(Exit::Done)
}

async fn list(studio: &Studio, state: Option<String>, json: bool) -> anyhow::Result<Exit> {
    let state = match state {
        None => None,
        Some(text) => match serde_json::from_value::<JobState>(text.clone().into()) {
            Ok(state) => Some(state),
            Err(_) => {
                output::complain(&format!(
                    "{text}: one of queued, sending, done, failed, unknown, parked, cancelled"
                ));
                return Ok(Exit::Usage);
            }
        },
    };
    let jobs: Vec<JobView> =
        ask(studio, "jobs.list", &ListJobs { state, limit: 1000, ..ListJobs::default() }).await?;
    if json {
        for job in &jobs {
            output::line(&job_line(studio, job).await.to_string());
        }
        return Ok(Exit::Done);
    }
    let rows = jobs.iter().map(|job| {
        let state = serde_json::to_value(job.state)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let why = job.reason.as_ref().map(output::say).unwrap_or_default();
        vec![job.id.clone(), state, job.model_asked.clone(), job.size.clone(), usd(job.billed_usd), why]
    });
    output::table(&rows.collect::<Vec<_>>());
    Ok(Exit::Done)
}

async fn show(studio: &Studio, id: &str, json: bool) -> anyhow::Result<Exit> {
    let story: JobStory = ask(studio, "jobs.story", &json!({ "id": id })).await?;
    if json {
        output::object(&story);
        return Ok(Exit::Done);
    }
    output::line(&story.prompt);
    let mut rows = Vec::new();
    let mut waits = story.waits.iter().peekable();
    let waited = |wait: &WaitView| {
        let took = duration(wait.to_ms - wait.from_ms);
        vec!["waited".into(), String::new(), String::new(), took, String::new(), output::say(&wait.reason)]
    };
    for attempt in &story.attempts {
        while let Some(wait) = waits.next_if(|wait| wait.from_ms < attempt.started_ms) {
            rows.push(waited(wait));
        }
        rows.push(vec![
            format!("{}.", attempt.number),
            attempt.account.clone(),
            attempt.model.clone(),
            attempt.ended_ms.map(|end| duration(end - attempt.started_ms)).unwrap_or_default(),
            format!("billed: {}", output::billed(attempt.billed)),
            attempt.verdict.as_ref().map(output::say).unwrap_or_default(),
        ]);
    }
    rows.extend(waits.map(waited));
    output::table(&rows);
    output::line(&job_line(studio, &story.job).await.to_string());
    Ok(Exit::Done)
}

/// Whether nothing that waits may go by itself: the user holds all of it.
async fn nothing_goes(studio: &Studio, queue: &QueueView) -> anyhow::Result<bool> {
    if queue.queued == 0 || queue.paused {
        return Ok(true);
    }
    let page: QueuePage = ask(studio, "queue.get", &GetQueue { limit: 1000, ..GetQueue::default() }).await?;
    let held: u32 = page.sheets.iter().filter(|sheet| sheet.paused).map(|sheet| sheet.queued).sum();
    Ok(held >= queue.queued)
}

/// Works until stopped, or until nothing is left that can be done now.
async fn work(studio: &Studio, until_idle: bool, json: bool) -> anyhow::Result<Exit> {
    let mut signals = Signals::listen()?;
    loop {
        let status: diptych_api::wire::Status = ask(studio, "status.get", &json!({})).await?;
        let queue = status.queue;
        if until_idle && queue.sending == 0 && nothing_goes(studio, &queue).await? {
            let jobs: Vec<JobView> =
                ask(studio, "jobs.list", &ListJobs { limit: 10_000, ..ListJobs::default() }).await?;
            for job in &jobs {
                if json {
                    output::line(&job_line(studio, job).await.to_string());
                }
            }
            let waiting: Vec<JobView> =
                jobs.into_iter().filter(|job| job.state != JobState::Cancelled).collect();
            return Ok(Exit::of(&waiting));
        }
        tokio::select! {
            () = signals.next() => return Ok(Exit::Done),
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
    }
}
