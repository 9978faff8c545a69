//! The weather: how each route is now, from the meter of the last hour and the live state.

use crate::driver::core::Core;
use crate::ledger::Latency;
use crate::policy::fleet::Route;
use crate::value::id::AccountId;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

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
    /// Quota per dimension.
    pub quota: Vec<QuotaNow>,
    /// How long pictures take, by size.
    pub latency: Vec<Latency>,
    /// Calls of the last hour that never came back.
    pub timeouts: u32,
}

/// One dimension of a route's quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaNow {
    /// `ipm`, `rpm`, `tpm`, `rpd`, `usd_10min`.
    pub dimension: &'static str,
    /// Used in its time.
    pub used: i64,
    /// Limit, where one is known.
    pub limit: Option<i64>,
    /// `set`, `told`, `learned`, `unknown`.
    pub source: &'static str,
    /// When it is fresh again.
    pub resets: Option<Timestamp>,
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
    let used_today = core.ledger.quota_used(now.pacific_day_start()).await?;
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
            let reading = live.fleet.reading(&Route::of(&account, &model), now);
            let in_flight = reading.in_flight;
            let (state, sentence, opens) = if let Some(why) = reading.parked {
                (RouteState::Parked, why, None)
            } else if let Some((since, opens)) = reading.overloaded {
                let sentence = Sentence::new("S-overloaded")
                    .with("since", since.millis())
                    .with("wait", wait_ms(opens.unwrap_or(now), now));
                (RouteState::Overloaded, sentence, opens)
            } else if let Some((at, why)) = reading.quota {
                // Of a route, not of a call: whether something was charged is not the question here.
                let code = if why.code == "E-RATE-MINUTE" { "S-quota" } else { &why.code };
                let sentence = Sentence { code: code.into(), params: why.params.clone() };
                (RouteState::Quota, sentence.with("wait", wait_ms(at, now)), Some(at))
            } else if calls > 0 || in_flight > 0 {
                (RouteState::Clear, Sentence::new("S-clear"), None)
            } else {
                (RouteState::Idle, Sentence::new("S-idle"), None)
            };
            let of_route = |latency: &&Latency| latency.account == account.name && latency.model == model;
            let since = reading.overloaded.map(|(since, _)| since);
            let pool = (account.project.clone(), model.clone());
            let today = used_today.get(&pool).copied().unwrap_or(0);
            out.push(RouteNow {
                since,
                paused: reading.paused,
                quota: day_quota(account.limits.rpd, today, now),
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
                in_flight: u32::try_from(in_flight).unwrap_or(u32::MAX),
            });
        }
    }
    Ok(out)
}

/// The day's requests, counted by our own calls.
fn day_quota(limit: Option<u32>, used: u32, now: Timestamp) -> Vec<QuotaNow> {
    if limit.is_none() && used == 0 {
        return Vec::new();
    }
    vec![QuotaNow {
        dimension: "rpd",
        used: used.into(),
        limit: limit.map(Into::into),
        source: if limit.is_some() { "set" } else { "unknown" },
        resets: Some(now.next_pacific_midnight()),
    }]
}

fn wait_ms(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(at.since(now).max(Duration::ZERO).as_millis()).unwrap_or(u64::MAX)
}
