//! The weather: how each route is now, from the meter of the last hour and the live state. The half-price tier has a row
//! of its own where it is used or waited for.

use crate::driver::core::Core;
use crate::ledger::{Latency, RouteMeter};
use crate::policy::fleet::{Condition, Level, Route, Tier};
use crate::policy::queue::LineKey;
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
    /// Who pays.
    pub billing: String,
    /// Where its calls go.
    pub origin: String,
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// How its calls are served.
    pub tier: Tier,
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
    /// Who else draws on its quota, as far as refusals show.
    pub shared: Vec<Sentence>,
    /// Quota per dimension.
    pub quota: Vec<Level>,
    /// How long pictures take, by size.
    pub latency: Vec<Latency>,
    /// Calls of the last hour that never came back.
    pub timeouts: u32,
    /// The model is out, and has been since then.
    pub out: Option<Timestamp>,
    /// It refuses this project only.
    pub alone: bool,
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
        for id in used {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        for (model, tier) in ids.iter().flat_map(|id| [(id, Tier::Standard), (id, Tier::Flex)]) {
            let of_meter =
                |line: &&RouteMeter| (&line.account, &line.model, line.tier) == (&account.name, model, tier);
            let line = meter.iter().find(of_meter);
            let calls = line.map_or(0, |line| line.calls);
            let route = Route::of(&account, model, tier, None, false);
            let reading = live.fleet.reading(&route, now);
            let in_flight = reading.in_flight;
            let waited_for = |key: &LineKey| {
                let here =
                    key.account.as_ref().map_or(key.practice == account.practice(), |id| *id == account.id);
                key.tier == tier && key.model == *model && here
            };
            if tier == Tier::Flex && calls == 0 && in_flight == 0 && !live.queue.lines().any(waited_for) {
                continue;
            }
            let (state, sentence) = match reading.condition {
                Condition::Parked => (RouteState::Parked, reading.sentence),
                Condition::Overloaded => (RouteState::Overloaded, reading.sentence),
                Condition::Quota => (RouteState::Quota, reading.sentence),
                Condition::Clear if calls > 0 || in_flight > 0 => (RouteState::Clear, reading.sentence),
                Condition::Clear => (RouteState::Idle, Sentence::new("S-idle")),
            };
            let known = |level: &Level| level.limit.is_some() || level.used > 0.0;
            let of_route = |latency: &&Latency| {
                (&latency.account, &latency.model, latency.tier) == (&account.name, model, tier)
            };
            // The books do not tell calls that never came back by tier.
            let lost = timeouts.get(&(account.name.clone(), model.clone())).copied();
            out.push(RouteNow {
                since: reading.since,
                out: reading.out,
                alone: reading.alone,
                opens: reading.opens,
                paused: reading.paused,
                concurrency: reading.concurrency,
                hint: reading.hint,
                shared: shared(&account.project, reading.foreign, reading.twin.as_deref()),
                quota: reading.quota.into_iter().filter(known).collect(),
                latency: latencies.iter().filter(of_route).cloned().collect(),
                timeouts: lost.filter(|_| tier == Tier::Standard).unwrap_or(0),
                account_id: account.id.clone(),
                account: account.name.clone(),
                project: account.project.clone(),
                billing: route.billing,
                origin: route.origin,
                model: model.clone(),
                practice: account.practice(),
                tier,
                state,
                sentence,
                calls,
                overloaded: line.map_or(0, |line| line.overloaded),
                limited: line.map_or(0, |line| line.limited),
                in_flight,
            });
        }
    }
    Ok(out)
}

/// Who else draws on a project's quota: another application, or an account of ours that names it otherwise.
fn shared(project: &str, foreign: f64, twin: Option<&str>) -> Vec<Sentence> {
    let takes = foreign.round();
    let other = (takes >= 1.0).then(|| Sentence::new("S-foreign").with("n", takes as u64));
    let twin = twin.map(|twin| Sentence::new("S-twin").with("other", twin));
    [other, twin].into_iter().flatten().map(|sentence| sentence.with("project", project)).collect()
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn who_else_draws_on_a_quota_is_said() {
        assert!(shared("a", 0.4, None).is_empty(), "that may be chance");
        let said = shared("a", 3.6, Some("b"));
        assert_eq!(said.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["S-foreign", "S-twin"]);
        assert_eq!((&said[0].params["n"], said[1].params["other"].as_str()), (&4.into(), Some("b")));
    }
}
