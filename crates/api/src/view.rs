//! From the engine's values to the wire's.

mod pictures;
mod weather;

pub use pictures::reference;
pub(crate) use pictures::{picture, picture_filter};
pub(crate) use weather::{alert, bin, heat, into_alert_rules, learned, route};

use crate::commands::Context;
use crate::wire;
use crate::wire::{Failure, JobView};
use diptych_engine::driver::{self, Plan, RouteNow, offer};
use diptych_engine::ledger::{KeptAccount, OpenAttempt};
use diptych_engine::policy::stand_in;
use diptych_engine::policy::verdict::Billed;
use diptych_engine::policy::waits::Wait;
use diptych_engine::value::account::{Auth, is_loopback};
use diptych_engine::value::budget::Budget;
use diptych_engine::value::catalogue::Catalogue;
use diptych_engine::value::event::Event;
use diptych_engine::value::job::{Job, JobState, Sheet};
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::secret::KeyPlace;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::settings::Settings;
use diptych_engine::value::time::Timestamp;

impl From<Sentence> for wire::Sentence {
    fn from(sentence: Sentence) -> Self {
        Self { code: sentence.code, params: sentence.params }
    }
}

impl From<Billed> for wire::Billed {
    fn from(billed: Billed) -> Self {
        match billed {
            Billed::No => Self::No,
            Billed::Yes => Self::Yes,
            Billed::Unknown => Self::Unknown,
        }
    }
}

impl From<JobState> for wire::JobState {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Sending => Self::Sending,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Unknown => Self::Unknown,
            JobState::Parked => Self::Parked,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

impl wire::JobState {
    pub(crate) fn into_engine(self) -> JobState {
        match self {
            Self::Queued => JobState::Queued,
            Self::Sending => JobState::Sending,
            Self::Done => JobState::Done,
            Self::Failed => JobState::Failed,
            Self::Unknown => JobState::Unknown,
            Self::Parked => JobState::Parked,
            Self::Cancelled => JobState::Cancelled,
        }
    }
}

fn says(sentences: Vec<Sentence>) -> Vec<wire::Sentence> {
    sentences.into_iter().map(Into::into).collect()
}

pub(crate) fn account(
    kept: &KeptAccount,
    place: Option<KeyPlace>,
    last4: Option<String>,
    trouble: Option<Sentence>,
    billing: Budget,
) -> wire::AccountView {
    let account = &kept.account;
    let limits = &account.limits;
    wire::AccountView {
        id: account.id.to_string(),
        name: account.name.clone(),
        kind: account.kind.as_str().into(),
        base_url: account.base_url.as_ref().map(ToString::to_string),
        auth: if account.auth == Auth::Bearer { "bearer" } else { "x-goog-api-key" }.into(),
        project: account.project.clone(),
        billing: account.billing.clone(),
        tier: account.tier.clone(),
        limits: wire::Limits {
            ipm: limits.ipm,
            rpm: limits.rpm,
            tpm: limits.tpm,
            rpd: limits.rpd,
            usd_10min: limits.usd_10min.map(Usd::micros),
            concurrency: limits.concurrency,
        },
        budgets: wire::Budgets {
            day_limit: account.budget.day.map(Usd::micros),
            month_limit: account.budget.month.map(Usd::micros),
            billing_day_limit: billing.day.map(Usd::micros),
            billing_month_limit: billing.month.map(Usd::micros),
        },
        prices: account
            .prices
            .iter()
            .map(|p| wire::Price {
                model: p.model.clone(),
                size: p.size.to_string(),
                usd: p.usd.micros(),
                dated_ms: p.dated.map(Timestamp::millis),
            })
            .collect(),
        practice: account.practice(),
        builtin: account.base_url.is_none(),
        insecure: account.base_url.as_ref().is_some_and(|url| url.scheme() == "http" && is_loopback(url)),
        key: wire::KeyView {
            present: place.is_some() || account.base_url.is_none(),
            last4: last4.filter(|text| !text.is_empty()),
            store: place.map(|place| match place {
                KeyPlace::Keychain => wire::KeyStore::Keychain,
                KeyPlace::Session => wire::KeyStore::Session,
                KeyPlace::Environment => wire::KeyStore::Environment,
            }),
        },
        trouble: trouble.map(Into::into),
    }
}

pub(crate) fn settings(settings: &Settings, catalogue: &Catalogue) -> wire::Settings {
    wire::Settings {
        theme: settings.theme.clone(),
        language: settings.language.clone(),
        default_models: if settings.default_models.is_empty() {
            catalogue.default_models()
        } else {
            settings.default_models.clone()
        },
        default_size: settings.default_size.to_string(),
        default_aspect: settings.default_aspect.clone(),
        concurrency: settings.concurrency,
        day_limit: settings.day_limit.map(Usd::micros),
        confirm_jobs: settings.confirm_jobs,
        confirm_usd: settings.confirm_usd.micros(),
        call_timeout_s: settings.call_timeout_s,
        max_attempts: settings.max_attempts,
        welcomed: settings.welcomed,
        off_peak: weather::off_peak(&settings.off_peak),
        month_limit: settings.month_limit.map(Usd::micros),
        alerts: weather::alert_settings(&settings.alerts),
        redo_when_healthy: settings.redo_when_healthy,
        clean_references: settings.clean_references,
        auto_save_folder: settings.auto_save_folder.clone(),
        auto_save_name: settings.auto_save_name.clone(),
        auto_save_metadata: settings.auto_save_metadata,
        auto_save_practice: settings.auto_save_practice,
        fallback_models: settings.fallback_models.clone(),
        fallback_size: settings.fallback_size.map(|size| size.to_string()),
        minute_usd: settings.minute_usd.micros(),
    }
}

pub(crate) fn models(catalogue: &Catalogue, chosen: &Settings, today: &str) -> wire::Models {
    let models = catalogue.models().iter().map(|model| wire::ModelView {
        id: model.id.clone(),
        name: model.name.clone(),
        short: model.short.clone(),
        alias: catalogue.alias(&model.id).map(str::to_owned),
        status: match &model.shutdown {
            Some(day) if day.as_str() <= today => "retired",
            Some(_) => "deprecated",
            None => "available",
        }
        .into(),
        shutdown: model.shutdown.clone(),
        successor: model.successor.clone(),
        sizes: model
            .sizes
            .iter()
            .map(|(size, facts)| wire::SizeView { size: size.to_string(), usd: facts.usd.micros() })
            .collect(),
        aspects: model.aspects.iter().map(ToString::to_string).collect(),
        pixels: model
            .sizes
            .keys()
            .flat_map(|size| model.aspects.iter().map(move |aspect| (*size, aspect)))
            .filter_map(|(size, aspect)| {
                let (width, height) = catalogue.pixels(model, size, aspect)?;
                Some(wire::Pixels { size: size.to_string(), aspect: aspect.to_string(), width, height })
            })
            .collect(),
        max_references: model.references,
        thinking: model.thinking.clone(),
        stand_in: stand_in::order(catalogue, chosen, &model.id).into_iter().next(),
    });
    wire::Models {
        dated: catalogue.dated.clone(),
        default: settings(chosen, catalogue).default_models,
        models: models.collect(),
    }
}

pub(crate) async fn plan(
    context: &Context,
    plan: Plan,
    deadline: Option<Timestamp>,
) -> Result<wire::Plan, Failure> {
    let engine = &context.engine;
    let prospect = diptych_engine::driver::prospect(engine, &plan, deadline).await?;
    let unpriced = plan.items.iter().any(|item| item.usual.is_none());
    let lanes = prospect.lanes.iter().map(|of_lane| wire::LanePlan {
        lane: of_lane.lane.as_str().into(),
        usd: (!unpriced).then_some(of_lane.usd.micros()),
        finish_ms: of_lane.finish.map(Timestamp::millis),
        possible: of_lane.impossible.is_none(),
        why: of_lane
            .impossible
            .clone()
            .or_else(|| of_lane.note.clone())
            .or_else(|| of_lane.opens.map(|at| Sentence::new("R-off-peak").with("at", at.millis())))
            .map(Into::into),
    });
    let models: Vec<String> = plan.items.iter().map(|item| item.request.model.clone()).collect();
    let routes = diptych_engine::driver::routes(engine, &models).await?;
    let mut items = Vec::new();
    for item in &plan.items {
        let request = &item.request;
        let of_item = |route: &&RouteNow| {
            (&route.account, &route.model, route.tier) == (&item.account, &request.model, Tier::Standard)
        };
        let route = routes.iter().find(of_item);
        let wait = route.filter(|route| !matches!(route.state.as_str(), "clear" | "idle"));
        items.push(wire::PlanItem {
            model: request.model.clone(),
            account: item.account.clone(),
            size: request.size.to_string(),
            aspect: request.aspect.to_string(),
            width: item.pixels.0,
            height: item.pixels.1,
            count: plan.count,
            from_library: u32::try_from(item.answers.len()).unwrap_or(u32::MAX),
            usd_each: item.price(plan.lane).map(Usd::micros),
            typical_ms: engine
                .ledger
                .typical(request.model.clone(), request.size.as_str(), plan.practice)
                .await?,
            wait: wait.map(|route| route.sentence.clone().into()),
        });
    }
    let existing = plan
        .items
        .iter()
        .flat_map(|item| &item.answers)
        .filter_map(|job| Some(job.picture.as_ref()?.to_string()));
    Ok(wire::Plan {
        pictures: plan.to_make(),
        from_library: plan.from_library(),
        existing: existing.collect(),
        usd: plan.usd().micros(),
        practice: plan.practice,
        tokens: diptych_engine::value::prompt::rough_tokens(&plan.prompt),
        fallback: plan.fallback.to_text(),
        items,
        prompt: plan.prompt,
        confirm: plan.confirm.map(Into::into),
        problems: plan.problems.into_iter().map(Failure::of).collect(),
        notes: says(plan.notes),
        lanes: lanes.collect(),
        feasibility: prospect.day.map(Into::into),
    })
}

pub(crate) async fn sheet(
    context: &Context,
    sheet: Sheet,
    jobs: Vec<Job>,
) -> Result<wire::SheetView, Failure> {
    let mut views = Vec::new();
    let (mut spent, mut unknown, mut reserved) = (Usd::ZERO, Usd::ZERO, Usd::ZERO);
    for job in jobs {
        spent += job.billed_usd;
        match job.state {
            JobState::Queued | JobState::Sending | JobState::Parked => reserved += job.usd,
            JobState::Unknown if job.billed == Some(Billed::Unknown) => unknown += job.usd,
            _ => {}
        }
        views.push(self::job(context, job).await?);
    }
    let name = |id: &diptych_engine::value::id::AccountId| {
        context.engine.account(id).map_or_else(|| id.to_string(), |kept| kept.account.name)
    };
    let paused = context.engine.holds_sheet(&sheet.id);
    Ok(wire::SheetView {
        id: sheet.id.to_string(),
        title: sheet.title,
        prompt: sheet.prompt,
        created_ms: sheet.created.millis(),
        size: sheet.size.to_string(),
        aspect: sheet.aspect.to_string(),
        models: sheet.models,
        accounts: sheet.accounts.iter().map(name).collect(),
        count: sheet.count,
        fallback: sheet.fallback.to_text(),
        practice: sheet.practice,
        jobs: views,
        usd_spent: spent.micros(),
        usd_unknown: unknown.micros(),
        usd_reserved: reserved.micros(),
        max_usd: sheet.max_usd.map(Usd::micros),
        lane: sheet.lane.as_str().into(),
        deadline_ms: sheet.deadline.map(Timestamp::millis),
        paused,
    })
}

/// The engine speaks of models by their ids, a person by their names.
fn named(catalogue: &Catalogue, mut sentence: Sentence) -> Sentence {
    if let Some(id) = sentence.params.get_mut("model")
        && let Some(model) = id.as_str().and_then(|id| catalogue.model(id))
    {
        *id = model.name.clone().into();
    }
    sentence
}

/// A job with all that a cell of the sheet shows.
///
/// # Errors
/// The ledger's.
pub async fn job(context: &Context, job: Job) -> Result<JobView, Failure> {
    let engine = &context.engine;
    let picture = match &job.picture {
        Some(id) => engine.ledger.picture(id.clone()).await?.map(picture),
        None => None,
    };
    let waits = if job.state == JobState::Queued { engine.wait_of(&job.id) } else { None };
    let sent =
        if job.state == JobState::Sending { engine.ledger.sent_at(job.id.clone()).await? } else { None };
    let (not_before, reason) = match waits {
        Some((until, why)) => (until, Some(why)),
        None => (job.not_before, job.reason.clone()),
    };
    let stand_in = offer(engine, &job).map(|offer| wire::StandIn {
        model: offer.model,
        size: offer.size.to_string(),
        usd: offer.usd.micros(),
    });
    let ahead = driver::ahead(engine, &job)
        .map(|ahead| wire::AheadView { size: ahead.size.to_string(), usd: ahead.usd.micros() });
    let of_catalogue = || engine.catalogue.model(&job.request.model).and_then(|model| model.fallback.clone());
    let sent_to = match &job.trials.stand_in {
        _ if !job.fallback => None,
        Some(other) => Some(other.model.clone()),
        None => of_catalogue(),
    };
    let model = sent_to.clone().unwrap_or_else(|| job.request.model.clone());
    let typical = engine.ledger.typical(model, job.request.size.as_str(), job.practice).await?;
    let pixels = engine
        .catalogue
        .model(&job.request.model)
        .and_then(|model| engine.catalogue.pixels(model, job.request.size, &job.request.aspect))
        .unwrap_or((1, 1));
    let account = job.account_used.as_ref().and_then(|id| engine.account(id)).map(|kept| kept.account.name);
    Ok(JobView {
        id: job.id.to_string(),
        sheet: job.sheet.to_string(),
        row: job.row,
        column: job.column,
        state: job.state.into(),
        model_used: job.model_used.clone().or(sent_to),
        model_asked: job.request.model,
        account: account.or_else(|| picture.as_ref().map(|p| p.account.clone())),
        fallback: job.fallback,
        from_library: job.from_library,
        late: job.cancelled && job.state == JobState::Done,
        attempts: job.trials.attempts,
        billed_usd: job.billed_usd.micros(),
        billed: job.billed.map(Into::into),
        size: job.request.size.to_string(),
        aspect: job.request.aspect.to_string(),
        width: pixels.0,
        height: pixels.1,
        created_ms: job.created.millis(),
        sent_ms: sent.map(Timestamp::millis),
        finished_ms: job.finished.map(Timestamp::millis),
        not_before_ms: not_before.map(Timestamp::millis),
        typical_ms: typical,
        usd: job.usd.micros(),
        reason: reason.map(|why| named(&engine.catalogue, why).into()),
        notes: says(job.notes),
        stand_in,
        ahead,
        smaller: job.trials.smaller.as_ref().map(ToString::to_string),
        larger: job.trials.larger.as_ref().map(|larger| larger.job.to_string()),
        picture,
        practice: job.practice,
    })
}

pub(crate) fn wait(context: &Context, wait: Wait) -> wire::WaitView {
    wire::WaitView {
        from_ms: wait.from.millis(),
        to_ms: wait.to.millis(),
        reason: named(&context.engine.catalogue, wait.reason).into(),
    }
}

pub(crate) fn attempt(open: OpenAttempt) -> wire::AttemptView {
    wire::AttemptView {
        number: open.attempt.number,
        account: open.attempt.account_name,
        model: open.attempt.model,
        state: open.state,
        started_ms: open.attempt.started.millis(),
        ended_ms: open.ended.map(Timestamp::millis),
        status: open.status,
        billed: open.billed.map(Into::into),
        usd: open.settled.micros(),
        verdict: open.verdict.map(Into::into),
        request_id: open.request_id,
    }
}

/// An engine's event with what the wire's listeners need. `None` where the thing is gone already.
pub async fn event(context: &Context, event: Event) -> Option<wire::Event> {
    match event {
        Event::Job(id) => {
            let found = context.engine.ledger.job(id).await.ok()??;
            Some(wire::Event::Job { job: Box::new(job(context, found).await.ok()?) })
        }
        Event::Sheet(id) => Some(wire::Event::Sheet { id: id.to_string() }),
        Event::Picture(id) => Some(wire::Event::Picture { id: id.to_string() }),
        Event::Pictures => Some(wire::Event::Pictures {}),
        Event::Saving(done, total) => Some(wire::Event::Saving { done, total }),
        Event::Import { done, total } => Some(wire::Event::Import { done, total }),
        Event::Alert(id) => Some(wire::Event::Alert { id: id.to_string() }),
        Event::Accounts => Some(wire::Event::Accounts {}),
        Event::Settings => Some(wire::Event::Settings {}),
        Event::Status => {
            let status = crate::commands::weather::status(context, wire::NoArgs {}).await.ok()?;
            Some(wire::Event::Status { status: Box::new(status) })
        }
    }
}
