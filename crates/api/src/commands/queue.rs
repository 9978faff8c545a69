//! The queue: by lane and sheet, paused as a whole, by sheet, by route.

use super::Context;
use super::accounts::is_called;
use crate::wire::{
    ById, Done, Failure, GetQueue, LaneView, NoArgs, QueuePage, QueueSheet, QueueView, RouteName, SetBudget,
    SetFallback, Touched,
};
use diptych_engine::driver;
use diptych_engine::ledger::OpenSheet;
use diptych_engine::value::id::{JobId, SheetId};
use diptych_engine::value::job::Fallback;
use diptych_engine::value::lane::Lane;
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::Timestamp;

const DAY_MS: i64 = 24 * 3600 * 1000;

pub(super) async fn numbers(context: &Context) -> Result<QueueView, Failure> {
    let since = Timestamp(context.engine.clock.now().millis() - DAY_MS);
    let counts = context.engine.ledger.counts(since).await?;
    Ok(QueueView {
        queued: counts.queued,
        sending: counts.sending,
        parked: counts.parked,
        unknown: counts.unknown,
        failed: counts.failed,
        paused: context.engine.settings().paused,
    })
}

async fn set_paused(context: &Context, paused: bool) -> Result<QueueView, Failure> {
    let mut settings = context.engine.settings();
    settings.paused = paused;
    context.engine.set_settings(settings).await?;
    numbers(context).await
}

pub(crate) async fn pause(context: &Context, _: NoArgs) -> Result<QueueView, Failure> {
    set_paused(context, true).await
}

pub(crate) async fn resume(context: &Context, _: NoArgs) -> Result<QueueView, Failure> {
    set_paused(context, false).await
}

pub(crate) async fn get(context: &Context, get: GetQueue) -> Result<QueuePage, Failure> {
    let engine = &context.engine;
    let asked = get.lane.as_deref().map(Lane::parse).transpose().map_err(Failure::of)?;
    let sheets = engine.ledger.open_sheets().await?;
    let outlook = driver::outlook(engine, &sheets).await?;
    let mut views = Vec::new();
    for open in &sheets {
        let mut view = sheet(context, open).await?;
        let expects = outlook.get(&open.sheet.id).cloned().unwrap_or_default();
        view.finish_ms = expects.finish.map(Timestamp::millis);
        view.feasibility = expects.day.map(Into::into);
        views.push(view);
    }
    let lanes = Lane::ALL.map(|lane| {
        let of = || views.iter().filter(|view| view.lane == lane.as_str());
        LaneView {
            lane: lane.as_str().into(),
            queued: of().map(|view| view.queued).sum(),
            sending: of().map(|view| view.sending).sum(),
            parked: of().map(|view| view.parked).sum(),
            next_ms: of().filter(|view| view.queued > 0).filter_map(|view| view.opens_ms).min(),
            // As late as its last sheet; where one that goes on by itself cannot be told, the lane cannot.
            finish_ms: of()
                .filter(|view| view.queued + view.sending > 0)
                .map(|view| view.finish_ms)
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().max()),
        }
    });
    let limit = if get.limit == 0 { 100 } else { get.limit.min(1000) };
    let shown = views.into_iter().filter(|view| asked.is_none_or(|lane| view.lane == lane.as_str()));
    Ok(QueuePage {
        paused: engine.settings().paused,
        draining: engine.draining(),
        lanes: lanes.into(),
        sheets: shown.skip(get.offset as usize).take(limit as usize).collect(),
    })
}

/// Why a job waits, and until when: the queue knows it of those that stand in it, the ledger of the others.
async fn why(context: &Context, id: &JobId) -> Result<(Option<Timestamp>, Option<Sentence>), Failure> {
    if let Some((until, why)) = context.engine.wait_of(id) {
        return Ok((until, Some(why)));
    }
    let job = context.engine.ledger.job(id.clone()).await?;
    Ok(job.map_or((None, None), |job| (job.not_before, job.reason)))
}

async fn sheet(context: &Context, open: &OpenSheet) -> Result<QueueSheet, Failure> {
    let (opens, reason) = match &open.first {
        Some(id) => why(context, id).await?,
        None => (None, None),
    };
    let sheet = &open.sheet;
    Ok(QueueSheet {
        sheet: sheet.id.to_string(),
        title: sheet.title.clone(),
        lane: sheet.lane.as_str().into(),
        interactive: sheet.interactive,
        practice: sheet.practice,
        paused: open.paused,
        models: sheet.models.clone(),
        size: sheet.size.to_string(),
        queued: open.queued,
        sending: open.sending,
        parked: open.parked,
        unknown: open.unknown,
        failed: open.failed,
        done: open.done,
        jobs: open.jobs,
        reason: reason.map(Into::into),
        opens_ms: opens.map(Timestamp::millis),
        finish_ms: None,
        feasibility: None,
        deadline_ms: sheet.deadline.map(Timestamp::millis),
        created_ms: sheet.created.millis(),
    })
}

async fn hold_sheet(context: &Context, id: String, paused: bool) -> Result<Done, Failure> {
    if context.engine.hold_sheet(SheetId::from_text(id.clone()), paused).await? {
        Ok(Done {})
    } else {
        Err(Failure::not_found("sheet", &id))
    }
}

pub(crate) async fn pause_sheet(context: &Context, by: ById) -> Result<Done, Failure> {
    hold_sheet(context, by.id, true).await
}

pub(crate) async fn resume_sheet(context: &Context, by: ById) -> Result<Done, Failure> {
    hold_sheet(context, by.id, false).await
}

/// What a sheet does about a model that is not to be had, decided while it waits.
pub(crate) async fn set_fallback(context: &Context, set: SetFallback) -> Result<Touched, Failure> {
    let fallback = Fallback::parse(&set.fallback).ok_or_else(|| {
        Failure::of(
            Sentence::new("E-OPTION")
                .with("value", set.fallback)
                .with("option", "fallback")
                .with("hint", "never, now, ask, after:10m"),
        )
    })?;
    let taken = context.engine.set_fallback(SheetId::from_text(set.id.clone()), fallback).await?;
    taken.map(|jobs| Touched { jobs }).ok_or_else(|| Failure::not_found("sheet", &set.id))
}

/// What a sheet may cost, decided after it was made.
pub(crate) async fn set_budget(context: &Context, set: SetBudget) -> Result<Touched, Failure> {
    if let Some(nothing) = set.max_usd.filter(|usd| *usd <= 0) {
        return Err(Failure::of(
            Sentence::new("E-OPTION")
                .with("value", nothing)
                .with("option", "max_usd")
                .with("hint", "2.50, none"),
        ));
    }
    let budget = set.max_usd.map(Usd);
    let freed = context.engine.set_budget(SheetId::from_text(set.id.clone()), budget).await?;
    freed.map(|jobs| Touched { jobs }).ok_or_else(|| Failure::not_found("sheet", &set.id))
}

async fn hold_route(context: &Context, route: RouteName, paused: bool) -> Result<Done, Failure> {
    let engine = &context.engine;
    let named = engine.accounts().into_iter().find(|kept| is_called(kept, &route.account));
    let account =
        named.ok_or_else(|| Failure::of(Sentence::new("E-ACCOUNT").with("name", route.account.as_str())))?;
    let model = engine.catalogue.resolve(&route.model).map_err(Failure::of)?.id.clone();
    engine.hold_route(account.account.id, model, paused).await?;
    Ok(Done {})
}

pub(crate) async fn pause_route(context: &Context, route: RouteName) -> Result<Done, Failure> {
    hold_route(context, route, true).await
}

pub(crate) async fn resume_route(context: &Context, route: RouteName) -> Result<Done, Failure> {
    hold_route(context, route, false).await
}
