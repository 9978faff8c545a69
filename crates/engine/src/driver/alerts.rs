//! Alerts: gathers what they are judged by, keeps what was decided, and tells.
//!
//! Not here: the decision (see [`crate::policy::alert`]).

use crate::driver::core::Core;
use crate::driver::stand_in;
use crate::driver::weather::{RouteNow, routes};
use crate::ledger::{KeptAlert, Latency};
use crate::policy::alert::{BudgetFacts, Change, Facts, Kind, Pace, RouteFacts, Subject, judge};
use crate::policy::verdict::{Class, Dimension, Scope, Verdict};
use crate::value::budget::{Limit, in_force};
use crate::value::event::Event;
use crate::value::id::AlertId;
use crate::value::lane::Tier;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

const HOUR_MS: i64 = 3_600_000;
/// What is usual is learned from so long before the last hour.
const USUAL_MS: i64 = 14 * 24 * HOUR_MS;
/// Nothing of the last hour changes faster than that.
const EVERY: Duration = Duration::from_secs(60);
/// What must be said at once is still not looked at more often.
const AT_ONCE: Duration = Duration::from_secs(1);

/// When was looked, and whether the next look is due before its time.
#[derive(Debug, Default)]
pub(super) struct Watch {
    looked: Option<Timestamp>,
    pressing: bool,
    outages: usize,
}

impl Watch {
    /// A call landed: what shuts an account or leaves an outcome unknown is said at once.
    pub(super) fn landed(&mut self, verdict: Option<&Verdict>) {
        self.pressing |= verdict.is_some_and(|verdict| {
            matches!(verdict.scope, Scope::Account | Scope::Billing) || verdict.class == Class::Lost
        });
    }

    /// The user decided something that an alert may be about.
    pub(super) fn press(&mut self) {
        self.pressing = true;
    }

    /// So many models are out now: when that changes it is looked at soon.
    fn out(&mut self, outages: usize) {
        self.pressing |= std::mem::replace(&mut self.outages, outages) != outages;
    }

    /// When the next look is wanted, where it cannot wait for its time.
    fn next(&self) -> Option<Timestamp> {
        self.looked.filter(|_| self.pressing).map(|at| at.after(AT_ONCE))
    }

    fn due(&mut self, now: Timestamp) -> bool {
        let wait = if self.pressing { AT_ONCE } else { EVERY };
        // A clock that was set back must not keep everybody waiting.
        let due = self.looked.is_none_or(|at| at > now || now.since(at) >= wait);
        if due {
            *self = Self { looked: Some(now), pressing: false, outages: self.outages };
        }
        due
    }
}

impl Core {
    /// The user decided something that an alert may be about: it is looked at soon.
    pub(crate) fn press_alerts(&self) {
        self.live().watch.press();
    }
}

/// Looks, if a look is due. Returns when the next one is, where it cannot wait for its time.
pub(super) async fn look(core: &Core) -> Option<Timestamp> {
    let now = core.clock.now();
    let due = {
        let mut live = core.live();
        let outages = live.fleet.outages(now);
        live.watch.out(outages);
        live.watch.due(now)
    };
    if due && let Err(error) = judge_all(core, now).await {
        tracing::warn!(%error, "alerts could not be judged");
    }
    core.live().watch.next()
}

async fn judge_all(core: &Core, now: Timestamp) -> crate::ledger::Result<()> {
    let open = core.ledger.alerts(0).await?;
    let known: Vec<(Subject, Sentence)> =
        open.iter().filter_map(|kept| Some((subject(kept)?, kept.sentence.clone()))).collect();
    let facts = gather(core, &known, now).await?;
    for change in judge(&facts, &core.settings().alerts, &known) {
        let changed = match change {
            Change::Raise(subject, sentence) => raise(core, subject, sentence, now).await?,
            Change::Resolve(of) => {
                let kept = open.iter().find(|kept| subject(kept).as_ref() == Some(&of));
                let Some(id) = kept.map(|kept| kept.id.clone()) else { continue };
                core.ledger.resolve_alert(id.clone(), now).await?.then_some(id)
            }
        };
        if let Some(id) = changed {
            core.tell(Event::Alert(id));
        }
    }
    Ok(())
}

async fn raise(
    core: &Core,
    subject: Subject,
    sentence: Sentence,
    now: Timestamp,
) -> crate::ledger::Result<Option<AlertId>> {
    let id = AlertId::fresh(&*core.randomness);
    let alert = KeptAlert {
        id: id.clone(),
        kind: subject.kind.as_str().into(),
        account: subject.account,
        model: subject.model,
        sentence,
        raised: now,
        resolved: None,
        seen: false,
    };
    Ok(core.ledger.raise_alert(alert).await?.then_some(id))
}

fn subject(kept: &KeptAlert) -> Option<Subject> {
    let kind = Kind::parse(&kept.kind)?;
    Some(Subject { kind, account: kept.account.clone(), model: kept.model.clone() })
}

async fn gather(core: &Core, open: &[(Subject, Sentence)], now: Timestamp) -> crate::ledger::Result<Facts> {
    let hour_ago = Timestamp(now.millis() - HOUR_MS);
    // A route that is spoken of is looked at even where nothing has called it for an hour.
    let mut models: Vec<String> = open.iter().filter_map(|(subject, _)| subject.model.clone()).collect();
    models.sort_unstable();
    models.dedup();
    let usual = core.ledger.latencies(Timestamp(hour_ago.millis() - USUAL_MS), hour_ago).await?;
    let lately = core.ledger.latencies(hour_ago, Timestamp(now.millis() + 1)).await?;
    let parked: Vec<(String, String, Sentence)> = core
        .accounts()
        .into_iter()
        .filter_map(|kept| {
            let why = core.trouble_of(&kept.account.id)?;
            Some((kept.account.name, kept.account.billing, why))
        })
        .collect();
    let routes = routes(core, &models).await?;
    // The half-price tier sheds calls as a matter of course.
    let usual_tier = |route: &RouteNow| route.tier == Tier::Standard && !route.paused;
    let routes = routes.into_iter().filter(usual_tier).map(|route| {
        let whole = parked.iter().any(|(name, ..)| *name == route.account);
        let name =
            core.catalogue.resolve(&route.model).map_or(route.model.clone(), |model| model.name.clone());
        route_facts(route, name, whole, &lately, &usual)
    });
    Ok(Facts {
        routes: routes.collect(),
        budgets: budgets(core, now).await?,
        unknown: core.ledger.counts(now).await?.unknown,
        asked: stand_in::asked(core).await?,
        parked,
        auto_save: core.live().auto_save.clone(),
    })
}

fn route_facts(
    route: RouteNow,
    name: String,
    whole: bool,
    lately: &[Latency],
    usual: &[Latency],
) -> RouteFacts {
    let of_route = |latency: &&Latency| {
        (&latency.account, &latency.model, latency.tier) == (&route.account, &route.model, route.tier)
    };
    let paces = lately.iter().filter(of_route).map(|now| {
        let before = usual.iter().filter(of_route).find(|before| before.size == now.size);
        Pace {
            size: now.size.clone(),
            lately: (now.p50_ms, now.calls),
            usual: before.map(|before| (before.p50_ms, before.calls)),
        }
    });
    let day = route.quota.iter().find(|quota| quota.dimension == Dimension::Day);
    RouteFacts {
        paces: paces.collect(),
        day: day.and_then(|day| Some((day.used.round() as i64, day.limit?.round() as i64, day.resets?))),
        parked: (route.state == super::weather::RouteState::Parked && !whole).then_some(route.sentence),
        account: route.account,
        project: route.project,
        billing: route.billing,
        origin: route.origin,
        alone: route.alone,
        model: route.model,
        name,
        calls: route.calls,
        overloaded: route.overloaded,
        timeouts: route.timeouts,
        out: route.out,
    }
}

async fn budgets(core: &Core, now: Timestamp) -> crate::ledger::Result<Vec<BudgetFacts>> {
    let (settings, zone) = (core.settings(), core.clock.zone());
    let mut limits: Vec<Limit> = Vec::new();
    for kept in core.own_accounts() {
        let known = |limit: &Limit| {
            limits.iter().any(|other| (&other.purse, other.span) == (&limit.purse, limit.span))
        };
        let more: Vec<Limit> = in_force(&settings, &kept.account, now, &zone)
            .into_iter()
            .filter(|limit| !known(limit))
            .collect();
        limits.extend(more);
    }
    // What may have been spent counts: the limits are kept against it, too.
    let gone = core.ledger.gone(limits).await?.into_iter();
    let mut budgets: Vec<BudgetFacts> =
        gone.map(|(limit, spent)| BudgetFacts { sentence: limit.alert(), spent, limit: limit.usd }).collect();
    for sheet in core.ledger.sheet_budgets().await? {
        let sentence =
            Sentence::new("A-budget-sheet").with("sheet", sheet.id.as_str()).with("title", sheet.title);
        budgets.push(BudgetFacts { sentence, spent: sheet.spent, limit: sheet.limit });
    }
    Ok(budgets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_due_once_a_minute_and_sooner_where_it_presses() {
        let at = |seconds: i64| Timestamp(1_795_500_000_000 + seconds * 1000);
        let mut watch = Watch::default();
        assert!(watch.due(at(0)), "a start looks");
        assert!(!watch.due(at(59)) && watch.due(at(60)));
        watch.press();
        assert_eq!((watch.due(at(60)), watch.next()), (false, Some(at(61))));
        assert!(watch.due(at(61)) && watch.next().is_none());
        watch.out(0);
        assert!(watch.next().is_none());
        watch.out(1);
        assert!(!watch.due(at(61)) && watch.due(at(62)), "a model is out");
        watch.out(1);
        assert!(watch.next().is_none(), "said once");
        assert!(watch.due(at(-3600)), "the clock was set back");
    }
}
