//! Quotas per project and model: minutes in buckets or sliding windows, a count for the day, a rolling sum for money.
//!
//! A refused call takes nothing. Moments are milliseconds of Unix time, handed in. Not here: how a refusal reads on
//! the wire (`gemini::quota_body`).

mod minute;
mod supply;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::scenario::{Quota, Refuse, applies};
use minute::Minute;
pub(crate) use supply::supply;

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
    /// Seconds until there is enough; for the day, what the service claims.
    pub(crate) wait: f64,
}

/// Why a call was refused, and in what manner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) why: Why,
    /// Seconds until the refusal; absent = at once.
    pub(crate) after_s: Option<[f64; 2]>,
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// One or more limits, all listed together.
    Limits(Vec<Violation>),
    /// Limits too, but the rule says nothing about them.
    Unnamed,
    /// An empty minute that shows itself as too much demand.
    Busy,
    /// The spend-based limit. The service says no more than that.
    Spend,
}

/// What one call takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Take {
    pub(crate) tokens: u32,
    pub(crate) usd_micros: u64,
}

#[derive(Debug, Default)]
struct Account {
    minutes: HashMap<Limit, Minute>,
    day: Option<(Date, u32)>,
    spent: VecDeque<(i64, u64)>,
}

/// All accounts: per rule, project and model.
#[derive(Debug, Default)]
pub(crate) struct Quotas(HashMap<(usize, String, String), Account>);

const MINUTE_MS: i64 = 60_000;
const SPEND_WINDOW_MS: i64 = 600_000;

impl Quotas {
    /// Takes what the call needs from every quota that applies, or nothing.
    pub(crate) fn admit(
        &mut self,
        rules: &[Quota],
        project: &str,
        model: &str,
        take: Take,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut violations = Vec::new();
        let (mut named, mut busy, mut broke, mut after_s) = (true, true, false, None);
        for (i, rule) in applicable(rules, project, model) {
            let account = self.0.entry((i, project.to_owned(), model.to_owned())).or_default();
            account.settle(rule, now_ms);
            let found = account.violations(rule, take, now_ms);
            if !found.is_empty() {
                named &= rule.details;
                let minutes = found.iter().all(|violation| violation.limit != Limit::RequestsPerDay);
                busy &= minutes && rule.empty == Refuse::Unavailable;
                after_s = after_s.or(rule.after_s);
            }
            violations.extend(found);
            broke |= account.overspent(rule, take);
        }
        if !violations.is_empty() {
            let why = match (busy, named) {
                (true, _) => Why::Busy,
                (false, true) => Why::Limits(violations),
                (false, false) => Why::Unnamed,
            };
            return Err(Refusal { why, after_s });
        }
        if broke {
            return Err(Refusal { why: Why::Spend, after_s });
        }
        for (i, _) in applicable(rules, project, model) {
            if let Some(account) = self.0.get_mut(&(i, project.to_owned(), model.to_owned())) {
                account.pay(take, now_ms);
            }
        }
        Ok(())
    }

    /// Gives back the money of the call that was admitted last, and nothing else of it: it was turned away after all.
    pub(crate) fn refund(&mut self, rules: &[Quota], project: &str, model: &str) {
        for (i, _) in applicable(rules, project, model) {
            if let Some(account) = self.0.get_mut(&(i, project.to_owned(), model.to_owned())) {
                account.spent.pop_back();
            }
        }
    }
}

/// The rules for a project's calls of a model, with their places.
fn applicable<'a>(
    rules: &'a [Quota],
    project: &'a str,
    model: &'a str,
) -> impl Iterator<Item = (usize, &'a Quota)> {
    let fits =
        |rule: &Quota| applies(rule.project.as_deref(), project) && applies(rule.model.as_deref(), model);
    rules.iter().enumerate().filter(move |(_, rule)| fits(rule))
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

/// What a minute holds when it is full.
fn room(rule: &Quota, limit: Limit, value: u32) -> f64 {
    match rule.bucket {
        Some(bucket) if limit != Limit::TokensPerMinute && value > 0 => f64::from(bucket),
        _ => f64::from(value),
    }
}

impl Account {
    /// Brings minutes, day and spending up to the present.
    fn settle(&mut self, rule: &Quota, now_ms: i64) {
        for (limit, value, _) in minute_limits(rule, Take { tokens: 0, usd_micros: 0 }) {
            let fresh = || Minute::new(rule.window, f64::from(value), room(rule, limit, value), now_ms);
            self.minutes.entry(limit).or_insert_with(fresh).settle(now_ms);
        }
        let today = pacific_date(now_ms);
        if self.day.is_none_or(|(date, _)| date != today) {
            self.day = Some((today, 0));
        }
        while self.spent.front().is_some_and(|(at, _)| now_ms - *at >= SPEND_WINDOW_MS) {
            self.spent.pop_front();
        }
    }

    fn violations(&self, rule: &Quota, take: Take, now_ms: i64) -> Vec<Violation> {
        let tier = rule.tier.unwrap_or(1);
        let mut list = Vec::new();
        for (limit, value, cost) in minute_limits(rule, take) {
            if let Some(wait) = self.minutes.get(&limit).and_then(|minute| minute.short(cost, now_ms)) {
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

    fn pay(&mut self, take: Take, now_ms: i64) {
        for (limit, minute) in &mut self.minutes {
            let cost = if *limit == Limit::TokensPerMinute { f64::from(take.tokens) } else { 1.0 };
            minute.take(cost, now_ms);
        }
        if let Some((_, used)) = &mut self.day {
            *used += 1;
        }
        self.spent.push_back((now_ms, take.usd_micros));
    }
}

/// The date in Los Angeles, whose midnight begins the quota day.
fn pacific_date(now_ms: i64) -> Date {
    let zone = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
    zone.to_datetime(Timestamp::from_millisecond(now_ms).unwrap_or_default()).date()
}
