//! Sheets: planned, made, looked at, stopped.

use super::{Context, jobs};
use crate::view;
use crate::wire::{ById, Failure, ListSheets, Plan, SheetRow, SheetSpec, SheetView, Stopped, Touched};
use diptych_engine::driver::{self, Asking};
use diptych_engine::ledger::{JobFilter, Progress, Which};
use diptych_engine::value::id::SheetId;
use diptych_engine::value::job::{Job, Sheet};
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::Timestamp;

fn asking(spec: SheetSpec) -> Asking {
    Asking {
        prompt: spec.prompt,
        models: spec.models,
        accounts: spec.accounts,
        size: spec.size,
        aspect: spec.aspect,
        count: spec.count,
        references: spec.references,
        seed: spec.seed,
        thinking: spec.thinking,
        safety: spec.safety,
        vars: spec.vars,
        lane: spec.lane,
        deadline: spec.deadline_ms.map(Timestamp),
        fallback: spec.fallback,
        resend_unknown: spec.resend_unknown,
        resend_unknown_usd: spec.resend_unknown_usd.map(Usd),
        max_usd: spec.max_usd.map(Usd),
        new: spec.new,
        confirmed: spec.confirmed,
        interactive: spec.origin.as_deref() != Some("batch"),
    }
}

pub(crate) async fn plan(context: &Context, spec: SheetSpec) -> Result<Plan, Failure> {
    let asking = asking(spec);
    let plan = driver::plan(&context.engine, &asking).await?;
    view::plan(context, plan, asking.deadline).await
}

pub(crate) async fn create(context: &Context, spec: SheetSpec) -> Result<SheetView, Failure> {
    match driver::create(&context.engine, &asking(spec)).await? {
        Ok(id) => find(context, id).await,
        Err(problems) => {
            let first = problems
                .into_iter()
                .next()
                .unwrap_or_else(|| Sentence::new("E-INTERNAL").with("text", "no models"));
            Err(Failure::of(first))
        }
    }
}

pub(super) async fn jobs_of(context: &Context, id: SheetId) -> Result<Vec<Job>, Failure> {
    let filter = JobFilter { sheet: Some(id), limit: u32::MAX, ..JobFilter::default() };
    Ok(context.engine.ledger.jobs(filter).await?)
}

async fn find(context: &Context, id: SheetId) -> Result<SheetView, Failure> {
    let sheet = context.engine.ledger.sheet(id.clone()).await?;
    let sheet: Sheet = sheet.ok_or_else(|| Failure::not_found("sheet", id.as_str()))?;
    let jobs = jobs_of(context, id).await?;
    view::sheet(context, sheet, jobs).await
}

pub(crate) async fn get(context: &Context, by: ById) -> Result<SheetView, Failure> {
    find(context, SheetId::from_text(by.id)).await
}

pub(crate) async fn list(context: &Context, list: ListSheets) -> Result<Vec<SheetRow>, Failure> {
    let limit = if list.limit == 0 { 50 } else { list.limit.min(1000) };
    let sheets = context.engine.ledger.sheets(limit).await?.into_iter();
    let row = |(sheet, progress): (Sheet, Progress)| SheetRow {
        id: sheet.id.to_string(),
        title: sheet.title,
        created_ms: sheet.created.millis(),
        jobs: progress.jobs,
        done: progress.done,
        open: progress.open,
    };
    Ok(sheets.map(row).collect())
}

pub(crate) async fn cancel(context: &Context, by: ById) -> Result<Stopped, Failure> {
    jobs::stop(context, Which::Sheet(SheetId::from_text(by.id))).await
}

/// The smaller pictures that pass now are made ahead of those that wait for a larger size.
pub(crate) async fn ahead(context: &Context, by: ById) -> Result<Touched, Failure> {
    match context.engine.make_ahead(SheetId::from_text(by.id.clone())).await? {
        Some(Ok(jobs)) => Ok(Touched { jobs }),
        Some(Err(problem)) => Err(Failure::of(problem)),
        None => Err(Failure::not_found("sheet", &by.id)),
    }
}
