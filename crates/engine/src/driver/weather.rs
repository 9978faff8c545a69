//! The weather: how each route is now, from the meter of the last hour and the live state.

use crate::driver::core::Core;
use crate::ledger::Latency;
use crate::policy::fleet::{Condition, Level, Route, Tier};
use crate::value::id::AccountId;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;

/// How a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteState {
    /// Nothing known yet.
    Idle,
    /// Open.
    Clear,
    /// The model has no capacity.
    Overloaded,
    /// A quota is used up.
    Quota,
    /// Shut until the user mends something.
    Parked,
}

impl RouteState {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Clear => "clear",
            Self::Overloaded => "overloaded",
            Self::Quota => "quota",
            Self::Parked => "parked",
        }
    }
}

/// A route now.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteNow {
    /// Account name.
    pub account: String,
    /// Its id.
    pub account_id: AccountId,
    /// Project.
    pub project: String,
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// State.
    pub state: RouteState,
    /// In words.
    pub sentence: Sentence,
    /// Next opening.
    pub opens: Option<Timestamp>,
    /// Calls in the last hour.
    pub calls: u32,
    /// Of these, refused for overload.
    pub overloaded: u32,
    /// Of these, refused for quota.
    pub limited: u32,
    /// On the wire.
    pub in_flight: u32,
    /// So since.
    pub since: Option<Timestamp>,
    /// The user holds it.
    pub paused: bool,
    /// Calls at once, as it is now.
    pub concurrency: u32,
    /// What may help.
    pub hint: Option<Sentence>,
    /// Quota per dimension.
    pub quota: Vec<Level>,
    /// How long pictures take, by size.
    pub latency: Vec<Latency>,
    /// Calls of the last hour that never came back.
    pub timeouts: u32,
    /// The model is out, and has been since then.
    pub out: Option<Timestamp>,
}

/// So far back the usual response times look.
const LATENCY_DAYS: i64 = 14;
const DAY_MS: i64 = 24 * 3_600_000;

/// Routes that were used in the last hour, and those of the models given.
///
/// # Errors
/// The ledger's.
pub async fn routes(core: &Core, models: &[String]) -> crate::ledger::Result<Vec<RouteNow>> {
    let now = core.clock.now();
    let hour_ago = Timestamp(now.millis() - 3_600_000);
    let meter = core.ledger.meter(hour_ago).await?;
    let latencies = core
        .ledger
        .latencies(Timestamp(now.millis() - LATENCY_DAYS * DAY_MS), Timestamp(now.millis() + 1))
        .await?;
    let timeouts = core.ledger.timeouts(hour_ago).await?;
    let mut out = Vec::new();
    let accounts = core.accounts();
    let mut live = core.live();
    for kept in accounts {
        let account = kept.account;
        let used = meter.iter().filter(|line| line.account == account.name).map(|line| &line.model);
        let mut ids: Vec<String> = models.to_vec();
        ids.extend(used.filter(|id| !models.contains(id)).cloned());
        for model in ids {
            let line = meter.iter().find(|line| line.account == account.name && line.model == model);
            let calls = line.map_or(0, |line| line.calls);
            let route = Route::of(&account, &model, Tier::Standard, None, false);
            let reading = live.fleet.reading(&route, now);
            let in_flight = reading.in_flight;
            let (state, sentence) = match reading.condition {
                Condition::Parked => (RouteState::Parked, reading.sentence),
                Condition::Overloaded => (RouteState::Overloaded, reading.sentence),
                Condition::Quota => (RouteState::Quota, reading.sentence),
                Condition::Clear if calls > 0 || in_flight > 0 => (RouteState::Clear, reading.sentence),
                Condition::Clear => (RouteState::Idle, Sentence::new("S-idle")),
            };
            let opens = reading.opens;
            let known = |level: &Level| level.limit.is_some() || level.used > 0.0;
            let of_route = |latency: &&Latency| latency.account == account.name && latency.model == model;
            out.push(RouteNow {
                since: reading.since,
                out: reading.out,
                paused: reading.paused,
                concurrency: reading.concurrency,
                hint: reading.hint,
                quota: reading.quota.into_iter().filter(known).collect(),
                latency: latencies.iter().filter(of_route).cloned().collect(),
                timeouts: timeouts.get(&(account.name.clone(), model.clone())).copied().unwrap_or(0),
                account_id: account.id.clone(),
                account: account.name.clone(),
                project: account.project.clone(),
                model,
                practice: account.practice(),
                state,
                sentence,
                opens,
                calls,
                overloaded: line.map_or(0, |line| line.overloaded),
                limited: line.map_or(0, |line| line.limited),
                in_flight,
            });
        }
    }
    Ok(out)
}
