//! `diptych queue`.

use crate::arguments::Queue;
use crate::exit::Exit;
use crate::generate::{agree, dollars, job_line, references};
use crate::signals::Signals;
use crate::watch::{ask, look, refusal};
use crate::{output, pages};
use anyhow::Context as _;
use diptych_api::catalogue::{duration, usd};
use diptych_api::wire::{
    CancelJobs, JobState, JobStory, JobView, ListJobs, Plan, QueueView, RedoJob, ResolveJobs, RetryJobs,
    RouteName, Sentence, SetBudget, SetFallback, Settings, SheetSpec, SheetView, Status, Stopped, Touched,
    WaitView,
};
use diptych_host::Studio;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs it.
pub(crate) async fn run(
    studio: &Studio,
    command: Queue,
    signals: &Signals,
    began_ms: i64,
    json: bool,
) -> anyhow::Result<Exit> {
    match command {
        Queue::Add { file, yes } => add(studio, file, yes, signals, json).await,
        Queue::List { state } => list(studio, state, json).await,
        Queue::Show { id } => show(studio, &id, json).await,
        Queue::Run { until_idle } => work(studio, until_idle, signals, began_ms, json).await,
        Queue::Pause { sheet, route } => hold(studio, sheet, route, true, json).await,
        Queue::Resume { sheet, route } => hold(studio, sheet, route, false, json).await,
        Queue::Fallback { sheet: id, policy: fallback } => {
            touched(&ask(studio, "sheets.fallback", &SetFallback { id, fallback }).await?, json)
        }
        Queue::Budget { sheet: id, usd } => {
            let max_usd = if usd == "none" { None } else { Some(dollars(&usd)?) };
            touched(&ask(studio, "sheets.budget", &SetBudget { id, max_usd }).await?, json)
        }
        Queue::Cancel { id: None, lane: None, all: false } => {
            output::complain("name a job or a sheet, or say --lane or --all");
            Ok(Exit::Usage)
        }
        Queue::Cancel { id, lane, all } => {
            stopped(&ask(studio, "jobs.cancel", &CancelJobs { id, lane, all }).await?, json)
        }
        Queue::Retry { id: None, failed: false } => {
            output::complain("name a job or a sheet, or say --failed");
            Ok(Exit::Usage)
        }
        Queue::Retry { id, failed } => touched(
            &ask(studio, "jobs.retry", &RetryJobs { id, failed, ..RetryJobs::default() }).await?,
            json,
        ),
        Queue::Redo { id, model, size } => {
            let job: JobView = ask(studio, "jobs.redo", &RedoJob { id, model, size }).await?;
            say_job(studio, &job, json).await;
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
            touched(&ask(studio, "jobs.resolve", &ResolveJobs { id, resend }).await?, json)
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every arm of the command gives an exit")]
fn touched(touched: &Touched, json: bool) -> anyhow::Result<Exit> {
    if json {
        output::object(touched);
        return Ok(Exit::Done);
    }
    output::line(&format!("{} {}", touched.jobs, if touched.jobs == 1 { "job" } else { "jobs" }));
    Ok(Exit::Done)
}

#[expect(clippy::unnecessary_wraps, reason = "every arm of the command gives an exit")]
fn stopped(stopped: &Stopped, json: bool) -> anyhow::Result<Exit> {
    if json {
        output::object(stopped);
        return Ok(Exit::Done);
    }
    let jobs = if stopped.jobs == 1 { "job" } else { "jobs" };
    output::line(&format!("{} {jobs}", stopped.jobs));
    if stopped.sent > 0 {
        output::complain(&format!("{} on the wire: kept if it still arrives", stopped.sent));
    }
    Ok(Exit::Done)
}

/// A job that was made: its line for scripts, else its id.
async fn say_job(studio: &Studio, job: &JobView, json: bool) {
    output::line(&if json { job_line(studio, job).await.to_string() } else { job.id.clone() });
}

/// Pauses or resumes all, a sheet, or a route: an account and a model, with a slash between.
async fn hold(
    studio: &Studio,
    sheet: Option<String>,
    route: Option<String>,
    paused: bool,
    json: bool,
) -> anyhow::Result<Exit> {
    let verb = if paused { "pause" } else { "resume" };
    match (sheet, route) {
        (Some(id), _) => {
            drop(ask::<Value>(studio, &format!("sheets.{verb}"), &json!({ "id": id })).await?);
            if json {
                output::object(&json!({ "sheet": id, "paused": paused }));
            }
        }
        (None, Some(route)) => {
            let Some((account, model)) = route.rsplit_once('/') else {
                output::complain(&format!("{route}: an account and a model, as in studio/pro"));
                return Ok(Exit::Usage);
            };
            let name = RouteName { account: account.into(), model: model.into() };
            drop(ask::<Value>(studio, &format!("routes.{verb}"), &name).await?);
            if json {
                output::object(&json!({ "account": name.account, "model": name.model, "paused": paused }));
            }
        }
        (None, None) => {
            let queue: QueueView = ask(studio, &format!("queue.{verb}"), &json!({})).await?;
            if json {
                output::object(&queue);
                return Ok(Exit::Done);
            }
            let paused = if queue.paused { "paused" } else { "running" };
            output::line(&format!(
                "{paused}: {} queued, {} sending, {} parked",
                queue.queued, queue.sending, queue.parked
            ));
        }
    }
    Ok(Exit::Done)
}

/// All of it. Blocks: a pipe may have no end.
fn text_of(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).context("stdin");
    }
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

/// All lines are checked before the first is queued: half a file would be worse than none.
async fn add(
    studio: &Studio,
    file: PathBuf,
    yes: bool,
    signals: &Signals,
    json: bool,
) -> anyhow::Result<Exit> {
    let text = tokio::task::spawn_blocking(move || text_of(&file)).await??;
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
    let (mut dollars, mut pictures) = (0_i64, 0_u32);
    for (number, spec) in specs.iter().enumerate() {
        let plan: Plan = ask(studio, "sheets.plan", spec).await?;
        if let Some(problem) = plan.problems.first() {
            output::complain(&format!("entry {}", number + 1));
            output::refused(problem);
            return Ok(refusal(&problem.sentence.code));
        }
        dollars += if plan.practice { 0 } else { plan.usd };
        pictures += plan.pictures;
    }
    // The whole file is asked about as one sheet is: by the same limits, in the same words.
    let settings: Settings = ask(studio, "settings.get", &json!({})).await?;
    let much = pictures > settings.confirm_jobs || dollars > settings.confirm_usd;
    if much && !yes {
        let params = [("n".to_owned(), pictures.into()), ("usd".to_owned(), dollars.into())];
        let question = Sentence { code: "E-CONFIRM".into(), params: params.into() };
        if !agree(&question, signals).await? {
            return Ok(Exit::Decide);
        }
    }
    for mut spec in specs {
        spec.confirmed = true;
        let sheet: SheetView = ask(studio, "sheets.create", &spec).await?;
        for job in &sheet.jobs {
            say_job(studio, job, json).await;
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
    let mut pages = pages::Jobs::of(ListJobs { state, ..ListJobs::default() });
    let mut rows = Vec::new();
    while let Some(jobs) = pages.next(studio).await? {
        for job in &jobs {
            if json {
                output::line(&job_line(studio, job).await.to_string());
            } else {
                rows.push(row(job));
            }
        }
    }
    output::table(&rows);
    Ok(Exit::Done)
}

fn row(job: &JobView) -> Vec<String> {
    let state =
        serde_json::to_value(job.state).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let why = job.reason.as_ref().map(output::say).unwrap_or_default();
    vec![job.id.clone(), state, job.model_asked.clone(), job.size.clone(), usd(job.billed_usd), why]
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

/// What waits for nobody but the user.
const HELD: [&str; 3] = ["R-paused", "R-sheet-paused", "R-route-paused"];
/// Whether all is done is looked at this often.
const LOOKED_EVERY: Duration = Duration::from_millis(200);
/// Mostly the first jobs tell already that something goes on by itself.
const FIRST: u32 = 50;

/// Whether nothing is on the wire, and nothing that waits may go by itself: the user holds all of it.
async fn idle(studio: &Studio) -> anyhow::Result<bool> {
    let Ok(status) = look::<Status>(studio, "status.get", &json!({})).await? else { return Ok(false) };
    let queue = status.queue;
    if queue.sending > 0 || queue.queued == 0 || queue.paused {
        return Ok(queue.sending == 0);
    }
    let waiting = ListJobs { state: Some(JobState::Queued), limit: FIRST, ..ListJobs::default() };
    let mut pages = pages::Jobs::of(waiting);
    let mut held = 0;
    while let Some(jobs) = pages.next(studio).await? {
        let is_held =
            |job: &JobView| job.reason.as_ref().is_some_and(|why| HELD.contains(&why.code.as_str()));
        if !jobs.iter().all(is_held) {
            return Ok(false);
        }
        held += jobs.len();
    }
    // One that was sent just now is not among them.
    Ok(held >= queue.queued as usize)
}

/// Works until stopped, or until nothing is left that can be done now.
async fn work(
    studio: &Studio,
    until_idle: bool,
    signals: &Signals,
    began_ms: i64,
    json: bool,
) -> anyhow::Result<Exit> {
    loop {
        let look = async {
            if until_idle && idle(studio).await? {
                return anyhow::Ok(true);
            }
            tokio::time::sleep(LOOKED_EVERY).await;
            Ok(false)
        };
        tokio::select! {
            over = look => if over? {
                return outcome(studio, began_ms, json).await;
            },
            () = signals.first() => break,
        }
    }
    if !until_idle {
        return Ok(Exit::Done);
    }
    // Who waits for the end of the queue is told how far it came.
    if studio.holds().await {
        Signals::say_what_stops();
    } else {
        output::progress("Another process works the queue, and goes on. Once more to leave at once.");
    }
    studio.stop_sending().await;
    while studio.in_flight().await > 0 {
        tokio::time::sleep(LOOKED_EVERY).await;
    }
    outcome(studio, began_ms, json).await
}

/// How the jobs stand that a run had to do with. Those that were over before it are none of its business: a script asks
/// after this run, not after a failure of last month.
async fn outcome(studio: &Studio, began_ms: i64, json: bool) -> anyhow::Result<Exit> {
    let mut pages = pages::Jobs::of(ListJobs { over_since_ms: Some(began_ms), ..ListJobs::default() });
    let mut states = Vec::new();
    while let Some(jobs) = pages.next(studio).await? {
        for job in &jobs {
            if json {
                output::line(&job_line(studio, job).await.to_string());
            }
            // Who stopped it knows.
            if job.state != JobState::Cancelled {
                states.push(job.state);
            }
        }
    }
    Ok(Exit::of(&states))
}
