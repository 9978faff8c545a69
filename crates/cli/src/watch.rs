//! Asking the studio with types, and watching jobs until they end.

use crate::exit::Exit;
use crate::output;
use crate::signals::Signals;
use diptych_api::catalogue::usd;
use diptych_api::wire::{Event, Failure, JobState, JobView, Sentence, SheetView, Status};
use diptych_host::{Audience, Studio};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

/// Asks the studio. A refusal is said, and ends the command.
pub(crate) async fn ask<R: DeserializeOwned>(
    studio: &Studio,
    command: &str,
    args: &impl Serialize,
) -> anyhow::Result<R> {
    call(studio, command, args).await?.map_err(|failure| said(&failure))
}

/// The same for who looks again and again: a process that has the library and does not answer, because it moves it, is no
/// reason to give up. `Err` says so.
pub(crate) async fn look<R: DeserializeOwned>(
    studio: &Studio,
    command: &str,
    args: &impl Serialize,
) -> anyhow::Result<Result<R, Sentence>> {
    match call(studio, command, args).await? {
        Ok(value) => Ok(Ok(value)),
        Err(failure) if failure.sentence.code == "E-ALREADY-OPEN" => Ok(Err(failure.sentence)),
        Err(failure) => Err(said(&failure)),
    }
}

/// Says a refusal, and what the command ends with.
pub(crate) fn said(failure: &Failure) -> anyhow::Error {
    output::refused(failure);
    refusal(&failure.sentence.code).into()
}

async fn call<R: DeserializeOwned>(
    studio: &Studio,
    command: &str,
    args: &impl Serialize,
) -> anyhow::Result<Result<R, Failure>> {
    let args = serde_json::to_value(args)?;
    match studio.call(command, args, Audience::Terminal).await {
        Ok(value) => Ok(Ok(serde_json::from_value(value)?)),
        Err(failure) => Ok(Err(failure)),
    }
}

/// What a refusal means for scripts: wrong usage where other words would have been taken. A keychain that is locked, a
/// file that is no picture and a library that is held are nothing of the kind.
pub(crate) fn refusal(code: &str) -> Exit {
    match code {
        "E-CONFIRM" => Exit::Decide,
        "E-ARGUMENTS" | "E-OPTION" | "E-PROMPT" | "E-PROMPT-EMPTY" | "E-PROMPT-NUL" | "E-PROMPT-VAR"
        | "E-MODEL" | "E-MODEL-RETIRED" | "E-SIZE" | "E-ASPECT" | "E-REFERENCES" | "E-THINKING"
        | "E-ECONOMY" | "E-PRICE-UNKNOWN" | "E-BUDGET" | "E-ACCOUNT" | "E-ACCOUNT-NAME" | "E-ACCOUNT-ENV"
        | "E-ACCOUNT-MIXED" | "E-ACCOUNT-BUILTIN" | "E-KIND" | "E-URL" | "E-URL-INSECURE" | "E-LABEL"
        | "E-AUTO-SAVE" => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// Said before long work by a process that sends nothing of its own accord while it holds the library.
pub(crate) async fn say_what_waits(studio: &Studio) -> anyhow::Result<()> {
    if !studio.holds().await {
        return Ok(());
    }
    let queue = ask::<Status>(studio, "status.get", &json!({})).await?.queue;
    if queue.queued > 0 && !queue.paused {
        let jobs = if queue.queued == 1 { "job waits" } else { "jobs wait" };
        output::progress(&format!(
            "{} {jobs} in the queue: nothing is sent before this command has ended, unless Diptych is opened or diptych queue run is started.",
            queue.queued
        ));
    }
    Ok(())
}

/// Watches a sheet until nothing of it waits or runs, telling progress. After the first signal: until nothing of it runs.
pub(crate) async fn until_ended(
    studio: &Studio,
    sheet: SheetView,
    signals: &Signals,
) -> anyhow::Result<Vec<JobView>> {
    let mut events = studio.events();
    let mut told: HashMap<String, String> = HashMap::new();
    let (mut sheet, mut asked, mut offered, mut held) = (sheet, false, false, false);
    let mut away = false;
    loop {
        if signals.stopping() && !held {
            held = true;
            sheet = hold(studio, &sheet.id).await?;
        }
        for job in &sheet.jobs {
            tell(job, &mut told);
        }
        let offer =
            sheet.jobs.iter().find_map(|job| job.stand_in.as_ref()).filter(|_| sheet.fallback == "ask");
        if let Some(offer) = offer.filter(|_| !asked) {
            asked = true;
            output::progress(&format!(
                "{} could take over, for {} a picture. To let it: diptych queue fallback {} now",
                offer.model,
                usd(offer.usd),
                sheet.id
            ));
        }
        let ahead = sheet.jobs.iter().find_map(|job| Some((job, job.ahead.as_ref()?)));
        if let Some((job, ahead)) = ahead.filter(|_| !offered) {
            offered = true;
            output::progress(&format!(
                "{} is refused, {} goes through. To have it in {} now, for {} more, and {} later: diptych queue redo {} --size {}",
                job.size,
                ahead.size,
                ahead.size,
                usd(ahead.usd),
                job.size,
                job.id,
                ahead.size
            ));
        }
        let open = |job: &JobView| match job.state {
            JobState::Sending => true,
            JobState::Queued => !held,
            _ => false,
        };
        if !sheet.jobs.iter().any(open) {
            return Ok(sheet.jobs);
        }
        tokio::select! {
            event = events.recv() => match event {
                Ok(Event::Job { job }) => {
                    if let Some(known) = sheet.jobs.iter_mut().find(|known| known.id == job.id) {
                        *known = *job;
                    }
                    continue;
                }
                Ok(Event::Resync {}) | Err(_) => {}
                Ok(_) => continue,
            },
            () = signals.first(), if !held => continue,
            // Events may be lost when another process takes over.
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        // Another process that is stopped does not answer: it must not keep a signal waiting.
        let id = json!({ "id": sheet.id });
        let found = tokio::select! {
            found = look::<SheetView>(studio, "sheets.get", &id) => found?,
            () = signals.first(), if !held => continue,
        };
        match found {
            Ok(found) => (sheet, away) = (found, false),
            Err(why) => {
                if !std::mem::replace(&mut away, true) {
                    output::progress(&format!("{} It is waited for.", output::say(&why)));
                }
            }
        }
    }
}

/// Sends nothing new of a sheet. How it is then.
async fn hold(studio: &Studio, sheet: &str) -> anyhow::Result<SheetView> {
    Signals::say_what_stops();
    // A client, too: it may get the library when the other process leaves.
    studio.stop_sending().await;
    let id = json!({ "id": sheet });
    if !studio.holds().await {
        // Another process sends for us: it must know.
        ask::<serde_json::Value>(studio, "sheets.pause", &id).await?;
        output::progress(&format!("The rest is held. To go on: diptych queue resume {sheet}"));
    }
    ask(studio, "sheets.get", &id).await
}

/// One line on stderr where something changed.
fn tell(job: &JobView, told: &mut HashMap<String, String>) {
    let model = job.model_used.as_deref().unwrap_or(&job.model_asked);
    let reason = job.reason.as_ref().map(output::say).unwrap_or_default();
    let text = match job.state {
        JobState::Sending => format!("sent to {model}"),
        JobState::Done => "done".into(),
        JobState::Queued if reason.is_empty() => return,
        JobState::Queued => format!("waiting: {reason}"),
        JobState::Cancelled => "stopped".into(),
        JobState::Parked => format!("parked: {reason}"),
        JobState::Failed | JobState::Unknown => reason,
    };
    let key =
        format!("{:?} {} {}", job.state, job.reason.as_ref().map_or("", |r| r.code.as_str()), job.attempts);
    if told.insert(job.id.clone(), key.clone()).as_ref() != Some(&key) {
        output::progress(&format!("{} {model}: {text}", job.id));
    }
}
