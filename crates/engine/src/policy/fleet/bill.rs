//! What a provider lets a billing account spend: so much in ten minutes, and perhaps no more at all. One limit for all
//! its accounts: the smallest that one of them names, or that refusals have taught.
//!
//! Not here: the user's own limits (see `dry`), and no credit, which ends when the user pays.

use super::recheck::Recheck;
use super::{Fleet, Flight, Route};
use crate::policy::backoff;
use crate::policy::verdict::{Again, Dimension, Verdict};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A limit that a refusal taught is taken to be this much too low: others may have spent at that moment, …
const GROWS: f64 = 1.1;
/// … and so it grows each time that so long passes without another refusal.
const EVERY: Duration = Duration::from_secs(600);
/// After so many times it is forgotten.
const TIMES: i32 = 24;

/// By its provider's word.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bill {
    /// What was spent in the ten minutes before a refusal, and when that was.
    learned: Option<(Usd, Timestamp)>,
    /// Shut until then.
    shut: Option<(Timestamp, Sentence)>,
    /// No more is to be spent at all.
    pub(super) cap: Option<Recheck>,
}

impl Bill {
    /// The limit in ten minutes, as far as refusals say.
    fn limit(&self, now: Timestamp) -> Option<Usd> {
        let (usd, at) = self.learned?;
        let times = i32::try_from(now.since(at).as_secs() / EVERY.as_secs()).unwrap_or(TIMES);
        (times < TIMES).then(|| Usd((usd.micros() as f64 * GROWS.powi(times)) as i64))
    }
}

impl Fleet {
    /// The limit in ten minutes that the user named, and the one that binds.
    pub(super) fn spend_limit(&self, route: &Route, now: Timestamp) -> (Option<Usd>, Option<Usd>) {
        let named = self.named.spend(route);
        let learned = self.bills.get(&route.billing).and_then(|bill| bill.limit(now));
        (named, [named, learned].into_iter().flatten().min())
    }

    /// When money of the last ten minutes lets a call go that costs as much, and why not now.
    pub(super) fn spend_opens(
        &mut self,
        route: &Route,
        usd: Usd,
        now: Timestamp,
    ) -> Option<(Timestamp, Sentence)> {
        let told = self.bills.get(&route.billing).and_then(|bill| bill.shut.clone());
        let told = told.filter(|(until, _)| *until > now);
        let limit = self.spend_limit(route, now).1;
        let counted = limit.and_then(|limit| {
            let at = self.spends.entry(route.billing.clone()).or_default().opens(usd, limit, now)?;
            let why = Sentence::new("E-RATE-SPEND")
                .with("limit", limit.micros())
                .with("billing", route.billing.as_str())
                .with("wait", at.since(now).as_millis() as u64);
            Some((at, why))
        });
        [told, counted].into_iter().flatten().max_by_key(|(at, _)| *at)
    }

    /// A call was refused for what was spent in the last ten minutes. It is not among that any more.
    pub(super) fn refused_for_spending(
        &mut self,
        flight: &Flight,
        verdict: &Verdict,
        now: Timestamp,
        unit: f64,
    ) {
        let route = &flight.route;
        self.pool(route, now).give(Self::cost(flight));
        let spend = self.spends.entry(route.billing.clone()).or_default();
        spend.roll(now);
        let spent = spend.sum();
        let bill = self.bills.entry(route.billing.clone()).or_default();
        if let Again::Told(wait) = verdict.again() {
            bill.shut = Some((now.after(backoff::told(wait, unit)), verdict.sentence.clone()));
        }
        // One picture at a time goes always: less says nothing.
        let teaches = verdict.taught.iter().any(|lesson| lesson.dimension == Dimension::Spend);
        if teaches && spent > Usd::ZERO {
            bill.learned = Some((spent.max(flight.usd), now));
        }
    }

    /// A call that started then was let in: what was looked at again by it is open.
    pub(super) fn let_in(&mut self, route: &Route, started: Timestamp, now: Timestamp) {
        if let Some(bill) = self.bills.get_mut(&route.billing)
            && bill.cap.as_ref().is_some_and(|cap| cap.is_over(started))
        {
            bill.cap = None;
        }
        self.pool(route, now).let_in(started);
    }

    /// What is shut for long, or being looked at again by a call on the wire.
    pub(super) fn shut_for_long(&self, route: &Route, now: Timestamp) -> Option<super::Way> {
        let key = self.pool_key(route);
        let pool = self.pools.get(&key).and_then(|pool| pool.recheck.as_ref());
        let cap = self.bills.get(&route.billing).and_then(|bill| bill.cap.as_ref());
        let flies = |of: &dyn Fn(&Route) -> bool| self.flights.values().any(|flight| of(&flight.route));
        cap.and_then(|cap| cap.way(flies(&|other| other.billing == route.billing), now))
            .or_else(|| pool.and_then(|pool| pool.way(flies(&|other| self.pool_key(other) == key), now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_refusal_taught_grows_until_it_is_forgotten() {
        let t = Timestamp(1_795_500_000_000);
        let bill = Bill { learned: Some((Usd(1_000_000), t)), ..Bill::default() };
        let after = |minutes: u64| bill.limit(t.after(Duration::from_secs(60 * minutes))).map(Usd::micros);
        assert_eq!((after(0), after(9)), (Some(1_000_000), Some(1_000_000)));
        assert!(after(10).is_some_and(|usd| (1_090_000..=1_100_000).contains(&usd)));
        assert_eq!(after(4 * 60), None);
    }
}
