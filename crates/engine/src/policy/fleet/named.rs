//! What the user's accounts name as limits. Accounts of one project draw on one quota, and accounts of one billing account
//! on one purse: the smallest that one of them names holds for all.
//!
//! Not here: what refusals teach (`pool`, `bill`), and calls at once, which each account limits for itself.

use super::{Fleet, Route};
use crate::value::account::{Account, Limits};
use crate::value::money::Usd;
use std::collections::HashMap;

/// Named limits, merged.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    /// Dollars in ten minutes, by billing account.
    spend: HashMap<String, Usd>,
    /// Calls and tokens, by project.
    calls: HashMap<String, Limits>,
}

impl Named {
    /// Of a route's billing account in ten minutes.
    pub(super) fn spend(&self, route: &Route) -> Option<Usd> {
        smaller(self.spend.get(&route.billing).copied(), route.limits.usd_10min)
    }

    /// Of a route's project. A route whose account is none of the user's has its own.
    pub(super) fn calls<'a>(&'a self, route: &'a Route) -> &'a Limits {
        self.calls.get(&route.project).unwrap_or(&route.limits)
    }
}

impl Fleet {
    /// What accounts name as limits, from now on.
    pub fn set_limits<'a>(&mut self, accounts: impl IntoIterator<Item = &'a Account>) {
        self.named = Named::default();
        for account in accounts {
            if let Some(usd) = account.limits.usd_10min {
                let limit = self.named.spend.entry(account.billing.clone()).or_insert(usd);
                *limit = (*limit).min(usd);
            }
            add(&mut self.named.calls, account);
        }
    }
}

/// What accounts name for their projects' calls, the smallest of each.
pub fn by_project<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> HashMap<String, Limits> {
    let mut calls = HashMap::new();
    accounts.into_iter().for_each(|account| add(&mut calls, account));
    calls
}

fn add(calls: &mut HashMap<String, Limits>, Account { project, limits, .. }: &Account) {
    let all = calls.entry(project.clone()).or_default();
    all.ipm = smaller(all.ipm, limits.ipm);
    all.rpm = smaller(all.rpm, limits.rpm);
    all.tpm = smaller(all.tpm, limits.tpm);
    all.rpd = smaller(all.rpd, limits.rpd);
}

fn smaller<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    [a, b].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::fleet::Tier;
    use crate::policy::fleet::minute::Source;
    use crate::policy::verdict::{Dimension, Taught};
    use crate::value::id::AccountId;
    use crate::value::time::Timestamp;
    use std::time::Duration;

    fn account(name: &str, limits: Limits) -> Account {
        Account {
            id: AccountId::from_text(name),
            project: "p".into(),
            limits,
            ..Account::built_in_practice()
        }
    }

    #[test]
    fn two_accounts_of_one_project_share_the_smallest_of_what_they_name_and_what_was_told() {
        let t = Timestamp(1_795_500_000_000);
        let ten = account("a", Limits { ipm: Some(10), usd_10min: Some(Usd(5)), ..Limits::default() });
        let four = Limits { ipm: Some(4), rpd: Some(250), usd_10min: Some(Usd(3)), ..Limits::default() };
        let four = account("b", four);
        let routes = [&ten, &four].map(|account| Route::of(account, "m", Tier::Standard, None, false));
        let mut fleet = Fleet::default();
        fleet.set_limits([&ten, &four]);
        assert_eq!(fleet.named.spend(&routes[0]), Some(Usd(3)));
        let day = |fleet: &mut Fleet, route: &Route| fleet.pool(route, t).day.limit;
        assert_eq!((day(&mut fleet, &routes[0]), day(&mut fleet, &routes[1])), (Some(250), Some(250)));
        assert_eq!(fleet.pool(&routes[0], t).minute_limit(), Some(4));
        // What the provider tells is not forgotten when the other account is looked at.
        let retry = Some(Duration::from_secs(30));
        let told = Taught { dimension: Dimension::Images, limit: Some(2), retry };
        fleet.pool(&routes[0], t).refused(super::super::Cost { started: t, tokens: 1 }, &[told], t);
        for route in [&routes[1], &routes[0], &routes[1]] {
            let pool = fleet.pool(route, t);
            assert_eq!(pool.minute_limit(), Some(2));
            assert_eq!(pool.levels(t)[0].3, Source::Told);
            let shut = pool.opens(1, 0.0, t).expect("the wait that was told");
            assert!(shut.until >= t.after(Duration::from_secs(29)), "{shut:?}");
        }
    }
}
