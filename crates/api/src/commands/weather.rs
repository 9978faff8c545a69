//! Status, weather, alerts, spend, and the self-check.

use super::Context;
use crate::view;
use crate::wire::{
    ById, CheckReport, Done, Failure, GetSpend, LearnedHours, NoArgs, RouteBins, RunCheck, Spend, SpendRow,
    Status, WeatherView,
};
use diptych_engine::driver;
use diptych_engine::ledger::BIN_MS;
use diptych_engine::value::event::Event;
use diptych_engine::value::id::AlertId;
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::time::Timestamp;

const DAY_MS: i64 = 24 * 3600 * 1000;

pub(crate) async fn status(context: &Context, _: NoArgs) -> Result<Status, Failure> {
    let engine = &context.engine;
    let settings = engine.settings();
    let models = if settings.default_models.is_empty() {
        engine.catalogue.default_models()
    } else {
        settings.default_models.clone()
    };
    let zone = engine.clock.zone();
    let lines = engine.ledger.spend(engine.clock.now().day_start(&zone), zone).await?;
    let mut routes = Vec::new();
    for route in driver::routes(engine, &models).await? {
        let usual = route.tier == Tier::Standard;
        let spent = lines.iter().filter(|line| line.account == route.account && line.model == route.model);
        let usd_today = spent.filter(|_| usual).map(|line| line.usd).sum();
        let typical = engine
            .ledger
            .typical(route.model.clone(), settings.default_size.as_str(), route.practice)
            .await?
            .filter(|_| usual);
        routes.push(view::route(route, usd_today, typical));
    }
    let sum = |practice: bool, of: &dyn Fn(&diptych_engine::ledger::SpendLine) -> Usd| -> i64 {
        lines.iter().filter(|line| line.practice == practice).map(of).sum::<Usd>().micros()
    };
    Ok(Status {
        queue: super::queue::numbers(context).await?,
        routes,
        usd_today: sum(false, &|line| line.usd),
        practice_usd_today: sum(true, &|line| line.usd),
        unknown_usd_today: sum(false, &|line| line.usd_unknown),
        day_limit: settings.day_limit.map(Usd::micros),
        practice: engine.accounts().iter().all(|kept| kept.account.practice()),
    })
}

/// Bins of the weather: six hours.
const BINS: usize = 36;
/// Alerts that are over and still shown.
const PAST_ALERTS: u32 = 20;

pub(crate) async fn get(context: &Context, _: NoArgs) -> Result<WeatherView, Failure> {
    let engine = &context.engine;
    let now = engine.clock.now().millis();
    let current = now - now.rem_euclid(BIN_MS);
    let first = current - BIN_MS * (BINS as i64 - 1);
    let bins =
        engine.ledger.bins(first, BINS).await?.into_iter().map(|((account, model, practice, tier), bins)| {
            let (tier, bins) = (tier.as_str().into(), bins.iter().map(view::bin).collect());
            RouteBins { account, model, practice, tier, bins }
        });
    let alerts = engine.ledger.alerts(PAST_ALERTS).await?.into_iter().map(view::alert);
    Ok(WeatherView {
        now_ms: now,
        routes: status(context, NoArgs {}).await?.routes,
        bins: bins.collect(),
        heat: driver::heat(engine).await?.into_iter().map(view::heat).collect(),
        alerts: alerts.collect(),
        spend: spend(context, GetSpend::default()).await?,
    })
}

pub(crate) async fn learned(context: &Context, _: NoArgs) -> Result<Vec<LearnedHours>, Failure> {
    Ok(driver::learned_hours(&context.engine).await?.into_iter().map(view::learned).collect())
}

pub(crate) async fn seen(context: &Context, by: ById) -> Result<Done, Failure> {
    let id = AlertId::from_text(by.id.clone());
    if !context.engine.ledger.alert_seen(id.clone()).await? {
        return Err(Failure::not_found("alert", &by.id));
    }
    context.engine.tell(Event::Alert(id));
    Ok(Done {})
}

pub(crate) async fn spend(context: &Context, get: GetSpend) -> Result<Spend, Failure> {
    let engine = &context.engine;
    let since = get.since_ms.map_or_else(|| Timestamp(engine.clock.now().millis() - 30 * DAY_MS), Timestamp);
    let lines = engine.ledger.spend(since, engine.clock.zone()).await?;
    let real = || lines.iter().filter(|line| !line.practice);
    let (usd, usd_unknown): (Usd, Usd) = (real().map(|l| l.usd).sum(), real().map(|l| l.usd_unknown).sum());
    let practice_usd: Usd = lines.iter().filter(|line| line.practice).map(|line| line.usd).sum();
    let rows = lines.iter().map(|line| SpendRow {
        day: line.day.clone(),
        account: line.account.clone(),
        model: line.model.clone(),
        practice: line.practice,
        pictures: line.pictures,
        usd: line.usd.micros(),
        usd_unknown: line.usd_unknown.micros(),
    });
    Ok(Spend {
        rows: rows.collect(),
        usd: usd.micros(),
        usd_unknown: usd_unknown.micros(),
        practice_usd: practice_usd.micros(),
    })
}

pub(crate) async fn check(context: &Context, run: RunCheck) -> Result<CheckReport, Failure> {
    let report = driver::check(context.engine.core(), run.read_data, run.repair).await;
    let report = report.map_err(|text| Failure::internal(&text))?;
    Ok(CheckReport {
        clean: report.problems.is_empty(),
        pictures: report.pictures,
        bytes_read: report.bytes_read,
        problems: report.problems.into_iter().map(Into::into).collect(),
        repaired: report.repaired.into_iter().map(Into::into).collect(),
    })
}
