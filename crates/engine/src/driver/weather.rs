//! The weather: how each route is now, from the meter of the last hour and the live state.

use crate::driver::core::Core;
use crate::policy::fleet::Route;
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
}

/// Routes that were used in the last hour, and those of the models given.
///
/// # Errors
/// The ledger's.
pub async fn routes(core: &Core, models: &[String]) -> crate::ledger::Result<Vec<RouteNow>> {
    let now = core.clock.now();
    let meter = core.ledger.meter(Timestamp(now.millis() - 3_600_000)).await?;
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
            out.push(RouteNow {
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

fn wait_ms(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(at.since(now).max(Duration::ZERO).as_millis()).unwrap_or(u64::MAX)
}
