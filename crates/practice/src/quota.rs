//! Quotas per project and model: token buckets for the minute, a count for the day, a rolling sum for money.
//!
//! A refused call takes nothing. Not here: how a refusal reads on the wire (`gemini::quota_body`).

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::scenario::Quota;

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    RequestsPerMinute,
    ImagesPerMinute,
    TokensPerMinute,
    RequestsPerDay,
}

/// A limit that a call would break.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    pub(crate) limit: Limit,
    pub(crate) value: u32,
    pub(crate) tier: u8,
    /// Seconds until the bucket holds enough; for the day, what the service claims.
    pub(crate) wait: f64,
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// One or more limits, all listed together.
    Limits(Vec<Violation>),
    /// The spend-based limit. The service says no more than that.
    Spend,
}

/// What one call takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Take {
    pub(crate) tokens: u32,
    pub(crate) usd_micros: u64,
}

/// The moment of a call, on both clocks; given from outside so that tests can choose it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) time: Timestamp,
}

#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

#[derive(Debug, Default)]
struct Account {
    buckets: HashMap<Limit, Bucket>,
    day: Option<(Date, u32)>,
    spent: VecDeque<(Instant, u64)>,
}

/// All accounts: per rule, project and model.
#[derive(Debug, Default)]
pub(crate) struct Quotas(HashMap<(usize, String, String), Account>);

const SPEND_WINDOW: Duration = Duration::from_secs(600);

impl Quotas {
    /// Takes what the call needs from every quota that applies, or nothing.
    pub(crate) fn admit(
        &mut self,
        rules: &[Quota],
        project: &str,
        model: &str,
        take: Take,
        now: Moment,
    ) -> Result<(), Refusal> {
        let applies = |filter: &Option<String>, value: &str| filter.as_deref().is_none_or(|f| f == value);
        let rules: Vec<(usize, &Quota)> = rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| applies(&rule.project, project) && applies(&rule.model, model))
            .collect();
        let mut violations = Vec::new();
        let mut broke = false;
        for (i, rule) in &rules {
            let account = self.0.entry((*i, project.to_owned(), model.to_owned())).or_default();
            account.settle(rule, now);
            violations.extend(account.violations(rule, take));
            broke |= account.overspent(rule, take);
        }
        if !violations.is_empty() {
            return Err(Refusal::Limits(violations));
        }
        if broke {
            return Err(Refusal::Spend);
        }
        for (i, _) in &rules {
            if let Some(account) = self.0.get_mut(&(*i, project.to_owned(), model.to_owned())) {
                account.pay(take, now);
            }
        }
        Ok(())
    }
}

/// The minute limits a rule sets, with what one call takes of each.
fn minute_limits(rule: &Quota, take: Take) -> impl Iterator<Item = (Limit, u32, f64)> {
    [
        (Limit::RequestsPerMinute, rule.rpm, 1.0),
        (Limit::ImagesPerMinute, rule.ipm, 1.0),
        (Limit::TokensPerMinute, rule.tpm, f64::from(take.tokens)),
    ]
    .into_iter()
    .filter_map(|(limit, value, cost)| value.map(|value| (limit, value, cost)))
}

impl Account {
    /// Brings buckets, day and spending up to the present.
    fn settle(&mut self, rule: &Quota, now: Moment) {
        for (limit, value, _) in minute_limits(rule, Take { tokens: 0, usd_micros: 0 }) {
            let full = f64::from(value);
            let bucket = self.buckets.entry(limit).or_insert(Bucket { level: full, at: now.instant });
            let passed = now.instant.saturating_duration_since(bucket.at).as_secs_f64();
            bucket.level = (bucket.level + passed * full / 60.0).min(full);
            bucket.at = now.instant;
        }
        let today = pacific_date(now.time);
        if self.day.is_none_or(|(date, _)| date != today) {
            self.day = Some((today, 0));
        }
        while self
            .spent
            .front()
            .is_some_and(|(at, _)| now.instant.saturating_duration_since(*at) >= SPEND_WINDOW)
        {
            self.spent.pop_front();
        }
    }

    fn violations(&self, rule: &Quota, take: Take) -> Vec<Violation> {
        let tier = rule.tier.unwrap_or(1);
        let mut list = Vec::new();
        for (limit, value, cost) in minute_limits(rule, take) {
            let level = self.buckets.get(&limit).map_or(0.0, |bucket| bucket.level);
            // A call larger than the whole bucket is let through when the bucket is full, or it would never be.
            let cost = cost.min(f64::from(value)).max(if value == 0 { 1.0 } else { 0.0 });
            if level + 1e-9 < cost {
                let wait = if value == 0 { 57.0 } else { (cost - level) * 60.0 / f64::from(value) };
                list.push(Violation { limit, value, tier, wait });
            }
        }
        if let Some(value) = rule.rpd
            && self.day.is_some_and(|(_, used)| used >= value)
        {
            // The real service claims less than a minute here, although only midnight helps.
            list.push(Violation { limit: Limit::RequestsPerDay, value, tier, wait: 59.0 });
        }
        list
    }

    fn overspent(&self, rule: &Quota, take: Take) -> bool {
        let sum: u64 = self.spent.iter().map(|(_, usd_micros)| usd_micros).sum();
        rule.usd_10min.is_some_and(|limit| (sum + take.usd_micros) as f64 > limit * 1e6 + 0.5)
    }

    fn pay(&mut self, take: Take, now: Moment) {
        for (limit, bucket) in &mut self.buckets {
            bucket.level -= if *limit == Limit::TokensPerMinute { f64::from(take.tokens) } else { 1.0 };
        }
        if let Some((_, used)) = &mut self.day {
            *used += 1;
        }
        self.spent.push_back((now.instant, take.usd_micros));
    }
}

/// The date in Los Angeles, whose midnight begins the quota day.
fn pacific_date(time: Timestamp) -> Date {
    let zone = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
    zone.to_datetime(time).date()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn rule(toml: &str) -> Vec<Quota> {
        crate::Scenario::parse(&format!("[[quota]]\n{toml}")).unwrap().quota
    }

    const ONE: Take = Take { tokens: 10, usd_micros: 240_000 };

    fn at(start: Instant, seconds: u64, time: &str) -> Moment {
        Moment { instant: start + Duration::from_secs(seconds), time: time.parse().unwrap() }
    }

    #[test]
    fn the_minute_refills_and_the_day_ends_at_midnight_in_los_angeles() {
        let (rules, start) = (rule("ipm = 2\nrpd = 3"), Instant::now());
        let mut quotas = Quotas::default();
        let mut call = |seconds, time| quotas.admit(&rules, "p", "m", ONE, at(start, seconds, time));
        let evening = "2026-11-25T07:59:00Z";
        assert_eq!(call(0, evening), Ok(()));
        assert_eq!(call(0, evening), Ok(()));
        let Err(Refusal::Limits(list)) = call(0, evening) else { panic!("admitted") };
        assert_eq!((list.len(), list[0].limit, list[0].wait), (1, Limit::ImagesPerMinute, 30.0));
        assert_eq!(call(30, evening), Ok(()));
        let Err(Refusal::Limits(list)) = call(30, evening) else { panic!("admitted") };
        assert_eq!(
            list.iter().map(|v| v.limit).collect::<Vec<_>>(),
            [Limit::ImagesPerMinute, Limit::RequestsPerDay]
        );
        let Err(Refusal::Limits(list)) = call(90, evening) else { panic!("admitted") };
        assert_eq!(list[0].limit, Limit::RequestsPerDay);
        assert_eq!(call(91, "2026-11-25T08:00:00Z"), Ok(()));
    }

    #[test]
    fn money_is_counted_over_a_rolling_ten_minutes() {
        let (rules, start) = (rule("usd_10min = 0.5"), Instant::now());
        let mut quotas = Quotas::default();
        let mut call =
            |seconds| quotas.admit(&rules, "p", "m", ONE, at(start, seconds, "2026-11-25T12:00:00Z"));
        assert_eq!((call(0), call(300)), (Ok(()), Ok(())));
        assert_eq!(call(599), Err(Refusal::Spend));
        assert_eq!(call(600), Ok(()));
    }
}
