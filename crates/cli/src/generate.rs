//! `diptych generate`: a sheet from the command line, and the wait for its pictures.

use crate::arguments::Generate;
use crate::exit::Exit;
use crate::output;
use crate::pictures::not_copied;
use crate::signals::Signals;
use crate::watch::{ask, refusal, said, until_ended};
use anyhow::Context as _;
use diptych_api::catalogue::{duration, usd};
use diptych_api::wire::{
    ExportPictures, Exported, JobState, JobView, LanePlan, PicturePath, Plan, Sentence, SheetSpec, SheetView,
};
use diptych_engine::value::money::Usd;
use diptych_host::Studio;
use serde_json::{Value, json};
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

/// More of a prompt is not read: its length is only said, not sent.
const LONGEST_STDIN: u64 = 64 * 1024 * 1024;

/// Runs it.
pub(crate) async fn run(
    studio: &Studio,
    options: Generate,
    signals: &Signals,
    json: bool,
) -> anyhow::Result<Exit> {
    let prompt = if options.prompt == "-" {
        tokio::select! {
            prompt = tokio::task::spawn_blocking(from_stdin) => prompt??,
            () = signals.first() => return Ok(Exit::Decide),
        }
    } else {
        options.prompt.clone()
    };
    let mut spec = spec(studio, &options, prompt).await?;
    let plan: Plan = ask(studio, "sheets.plan", &spec).await?;
    if let Some(problem) = plan.problems.first() {
        output::refused(problem);
        return Ok(refusal(&problem.sentence.code));
    }
    plan.notes.iter().for_each(|note| output::progress(&output::say(note)));
    if options.dry_run {
        show_plan(&plan, json);
        return Ok(Exit::Done);
    }
    if let Some(question) = plan.confirm.as_ref().filter(|_| !options.yes) {
        if !agree(question, signals).await? {
            return Ok(Exit::Decide);
        }
        spec.confirmed = true;
    }
    // From here on it is paid for: who has asked to stop meanwhile has not asked for that.
    if signals.stopping() {
        output::progress("Stopped before anything was sent.");
        return Ok(Exit::Left);
    }
    let sheet: SheetView = ask(studio, "sheets.create", &spec).await?;
    if options.detach {
        for job in &sheet.jobs {
            output::line(&if json { job_line(studio, job).await.to_string() } else { job.id.clone() });
        }
        return Ok(Exit::Done);
    }
    let jobs = until_ended(studio, sheet, signals).await?;
    for job in &jobs {
        let line = job_line(studio, job).await;
        if json { output::line(&line.to_string()) } else { show(job, &line) }
    }
    if let Some(folder) = &options.out {
        export(studio, &jobs, folder).await?;
    }
    Ok(Exit::of(&jobs.iter().map(|job| job.state).collect::<Vec<_>>()))
}

fn from_stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().take(LONGEST_STDIN).read_to_end(&mut bytes).context("stdin")?;
    String::from_utf8(bytes).map_err(|_| {
        output::complain("The prompt is not text in UTF-8. Nothing was sent.");
        Exit::Usage.into()
    })
}

async fn spec(studio: &Studio, options: &Generate, prompt: String) -> anyhow::Result<SheetSpec> {
    let mut vars = std::collections::BTreeMap::new();
    for pair in &options.vars {
        let Some((name, value)) = pair.split_once('=') else {
            output::complain(&format!("--var {pair}: write NAME=VALUE"));
            return Err(Exit::Usage.into());
        };
        vars.insert(name.to_owned(), value.to_owned());
    }
    Ok(SheetSpec {
        prompt,
        models: options.models.clone(),
        accounts: options.accounts.clone(),
        size: options.size.clone(),
        aspect: options.aspect.clone(),
        count: options.count,
        references: references(studio, options.references.iter().map(AsRef::as_ref)).await?,
        seed: options.seed,
        thinking: options.thinking.clone(),
        safety: options.safety.clone(),
        vars,
        lane: options.lane.clone(),
        deadline_ms: options.deadline.as_deref().map(deadline).transpose()?,
        fallback: options.fallback.clone(),
        resend_unknown: options.resend_unknown,
        resend_unknown_usd: options.resend_unknown_usd.as_deref().map(dollars).transpose()?,
        max_usd: options.max_usd.as_deref().map(dollars).transpose()?,
        new: options.new,
        confirmed: options.yes,
        origin: Some("cli".into()),
    })
}

/// Reads a time from now or a moment, to milliseconds since 1970.
fn deadline(text: &str) -> anyhow::Result<i64> {
    let now = jiff::Timestamp::now().as_millisecond();
    let from_now = diptych_engine::policy::duration::parse(text);
    let at = from_now.and_then(|wait| i64::try_from(wait.as_millis()).ok()).map(|wait| now + wait);
    at.or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.as_millisecond())).ok_or_else(|| {
        output::complain(&format!("--deadline {text}: write 8h, or 2026-11-25T07:00:00Z"));
        Exit::Usage.into()
    })
}

/// Reads an amount in dollars, to micro-dollars.
pub(crate) fn dollars(text: &str) -> anyhow::Result<i64> {
    Usd::parse(text).map(Usd::micros).ok_or_else(|| {
        output::complain(&format!("{text} is not an amount in dollars"));
        Exit::Usage.into()
    })
}

/// Streams reference files into the library.
pub(crate) async fn references<'a>(
    studio: &Studio,
    files: impl Iterator<Item = &'a Path>,
) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    for file in files {
        // Not on this thread: a pipe may have no end, and nobody would hear a signal.
        let bytes = match tokio::fs::read(file).await {
            Ok(bytes) => bytes,
            Err(error) => {
                output::complain(&format!("{}: {error}", file.display()));
                return Err(Exit::Failed.into());
            }
        };
        match studio.add_reference(bytes.into()).await {
            Ok(reference) => ids.push(reference.id),
            Err(mut failure) => {
                failure.sentence.params.insert("name".into(), file.display().to_string().into());
                return Err(said(&failure));
            }
        }
    }
    Ok(ids)
}

/// Asks on a terminal; elsewhere it takes `--yes`. A signal is a no.
pub(crate) async fn agree(question: &Sentence, signals: &Signals) -> anyhow::Result<bool> {
    let question = output::say(question);
    let agreed = tokio::select! {
        agreed = tokio::task::spawn_blocking(move || agreed(&question)) => agreed?,
        () = signals.first() => false,
    };
    Ok(agreed)
}

fn agreed(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        output::complain(&format!("{question} Add --yes."));
        return false;
    }
    output::progress(&format!("{question} [y/N]"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("y")
}

fn show_plan(plan: &Plan, json: bool) {
    if json {
        return output::object(plan);
    }
    let rows = plan.items.iter().map(|item| {
        vec![
            item.model.clone(),
            item.account.clone(),
            format!("{} {}", item.size, item.aspect),
            format!("{} × {} px", item.width, item.height),
            format!("{} × {}", item.count, item.usd_each.map_or_else(|| "unknown".into(), usd)),
        ]
    });
    output::table(&rows.collect::<Vec<_>>());
    output::table(&plan.lanes.iter().map(lane).collect::<Vec<_>>());
    let world = if plan.practice { " (practice: no cost)" } else { "" };
    output::line(&format!(
        "{} to make for {}{world}, {} from the library",
        plan.pictures,
        usd(plan.usd),
        plan.from_library
    ));
}

/// What all would cost in a lane, and when they would be there.
fn lane(lane: &LanePlan) -> Vec<String> {
    let now = jiff::Timestamp::now().as_millisecond();
    let finish = match lane.finish_ms {
        _ if !lane.possible => "not possible".into(),
        Some(at) => format!("done in {}", duration(at - now)),
        None => "nobody knows when".into(),
    };
    let price = lane.usd.map_or_else(|| "price unknown".into(), usd);
    let why = lane.why.as_ref().map(output::say).unwrap_or_default();
    vec![lane.lane.clone(), price, finish, why]
}

/// The line that scripts read.
pub(crate) async fn job_line(studio: &Studio, job: &JobView) -> Value {
    let ended = job.finished_ms.unwrap_or(job.created_ms);
    let mut line = json!({
        "job": job.id,
        "sheet": job.sheet,
        "state": job.state,
        "model_asked": job.model_asked,
        "model_used": job.model_used,
        "account": job.account,
        "fallback": job.fallback,
        "from_library": job.from_library,
        "attempts": job.attempts,
        "billed_usd": job.billed_usd as f64 / 1e6,
        "elapsed_ms": ended - job.created_ms,
        "notes": job.notes.iter().map(|note| json!({ "code": note.code, "message": output::say(note) })).collect::<Vec<_>>(),
    });
    if let Some(picture) = &job.picture {
        let path: Option<PicturePath> = ask(studio, "pictures.path", &json!({ "id": picture.id })).await.ok();
        line["picture"] = picture.id.clone().into();
        line["path"] = path.map(|path| path.path).into();
        line["width"] = picture.width.into();
        line["height"] = picture.height.into();
        line["mime"] = picture.mime.clone().into();
        if let Some(serial) = &picture.serial {
            line["serial"] = serial.clone().into();
        }
    }
    if job.state != JobState::Done {
        line["code"] = job.reason.as_ref().map(|reason| reason.code.clone()).into();
        line["message"] = job.reason.as_ref().map(output::say).into();
        line["billed"] = output::billed(job.billed).into();
        line["not_before_ms"] = job.not_before_ms.into();
    }
    line
}

fn show(job: &JobView, line: &Value) {
    let model = job.model_used.as_deref().unwrap_or(&job.model_asked);
    match &job.picture {
        Some(picture) => {
            let source = match (job.from_library, picture.practice) {
                (true, _) => "from the library, no cost".into(),
                (false, true) => format!("practice {}", usd(job.billed_usd)),
                (false, false) => usd(job.billed_usd),
            };
            let path = line["path"].as_str().unwrap_or_default();
            output::line(&format!("{model}  {} × {}  {source}  {path}", picture.width, picture.height));
            job.notes.iter().for_each(|note| output::progress(&format!("  {}", output::say(note))));
        }
        None => {
            let why = job.reason.as_ref().map(output::say).unwrap_or_default();
            output::line(&format!("{model}  no picture  {why}  ({})", job.id));
        }
    }
}

async fn export(studio: &Studio, jobs: &[JobView], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let out = std::path::absolute(folder)?.display().to_string();
    let ids: Vec<String> = jobs.iter().filter_map(|job| Some(job.picture.as_ref()?.id.clone())).collect();
    if !ids.is_empty() {
        let exported: Exported =
            ask(studio, "pictures.export", &ExportPictures { ids, out, ..ExportPictures::default() }).await?;
        exported.paths.iter().for_each(|path| output::progress(&format!("copied to {path}")));
        not_copied(&exported);
    }
    Ok(())
}
