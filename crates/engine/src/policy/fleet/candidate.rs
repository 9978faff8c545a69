//! What route choice weighs of a route: its layer, its price, how long it takes, how much it has left.
//!
//! Not here: the choice (see [`crate::policy::route`]).

use super::{Fleet, Gate, Load, REFUSAL_S, Route};
use crate::policy::route::{Candidate, Way};
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::time::Duration;

/// The layer of each route. Neighbours in the user's order that stand at one endpoint, are paid by one billing account
/// and cost the same are one layer: to who pays it makes no difference which of them works.
fn layers(routes: &[Route]) -> Vec<usize> {
    let same = |a: &Route, b: &Route| (&a.origin, &a.billing, a.price) == (&b.origin, &b.billing, b.price);
    let mut layer = 0;
    let begins = |index: usize| index > 0 && !same(&routes[index - 1], &routes[index]);
    (0..routes.len())
        .map(|index| {
            layer += usize::from(begins(index));
            layer
        })
        .collect()
}

impl Fleet {
    /// The routes as candidates for such a call, in the user's order.
    pub fn candidates(&mut self, routes: &[Route], load: &Load, now: Timestamp) -> Vec<Candidate> {
        let layers = layers(routes);
        let candidate = |(route, layer): (&Route, usize)| {
            let usd = route.price.unwrap_or(load.usd);
            let way = self.way(route, &Load { usd, ..*load }, now);
            Candidate { way, layer, usd, takes: None, headroom: 1.0 }
        };
        let mut all: Vec<Candidate> = routes.iter().zip(layers).map(candidate).collect();
        // The rest is looked up only where there is something to choose: a step is taken often.
        if all.len() > 1 && all.iter().any(|one| one.way == Way::Open) {
            for (one, route) in all.iter_mut().zip(routes) {
                one.takes = self.takes(route, load);
                if one.way == Way::Open {
                    one.headroom = self.headroom(route, now);
                }
            }
        }
        all
    }

    /// How long a picture of that size takes on a route, with the calls that are refused before it.
    fn takes(&self, route: &Route, load: &Load) -> Option<Duration> {
        let usual = self.gates.get(&Self::gate_key(route)).map_or(0.0, Gate::usual);
        let takes = self.meters.get(&Self::gate_key(route))?.typical(load.size)?;
        Some(takes + Duration::from_secs_f64(REFUSAL_S * usual))
    }

    /// The free share of what limits a route: of its minute, its day and its places the scarcest.
    fn headroom(&mut self, route: &Route, now: Timestamp) -> f64 {
        let share = |used: f64, limit: f64| (1.0 - used / limit.max(1.0)).clamp(0.0, 1.0);
        let pool = self.pool(route, now);
        let minutes = pool.levels(now).into_iter();
        let mut free =
            minutes.filter_map(|(_, used, limit, _)| Some(share(used, limit?))).fold(1.0, f64::min);
        if let Some(limit) = pool.day.limit {
            free = free.min(share(f64::from(pool.day.used), f64::from(limit)));
        }
        let place = Self::place_key(route);
        let places =
            self.slots.get(&place).map_or_else(|| super::Slots::default().limit(), super::Slots::limit);
        free.min(share(f64::from(self.in_place.get(&place).copied().unwrap_or(0)), f64::from(places)))
    }

    /// How long pictures took before this process began, so that a choice has something to go by: median, the one in
    /// twenty that takes longer, and over how many.
    pub fn recall(&mut self, route: &Route, size: Size, (median, long): (Duration, Duration), calls: u32) {
        self.meters.entry(Self::gate_key(route)).or_default().recall(size, median, long, calls);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::fleet::Tier;
    use crate::value::account::{Account, Limits};
    use crate::value::id::{AccountId, AttemptId};
    use crate::value::money::Usd;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn route(project: &str, billing: &str, price: i64) -> Route {
        let account = Account {
            id: AccountId::from_text(project),
            project: project.into(),
            billing: billing.into(),
            limits: Limits { ipm: Some(10), ..Limits::default() },
            ..Account::built_in_practice()
        };
        Route::of(&account, "m", Tier::Standard, Some(Usd(price)), false)
    }

    fn load() -> Load {
        Load { size: Size::Two, tokens: 1, usd: Usd(1), reserves: true, trials_overloads: 0 }
    }

    #[test]
    fn one_purse_at_one_endpoint_and_price_is_one_layer() {
        let routes = [route("a", "x", 5), route("b", "x", 5), route("c", "y", 5), route("d", "y", 6)];
        assert_eq!(layers(&routes), [0, 0, 1, 2]);
        assert_eq!(layers(&[route("a", "x", 5), route("c", "y", 5), route("b", "x", 5)]), [0, 1, 2]);
    }

    #[test]
    fn what_a_route_has_left_and_how_long_it_takes_is_measured() {
        let (mut fleet, routes) = (Fleet::default(), [route("a", "x", 5), route("b", "x", 5)]);
        fleet.start(AttemptId::from_text("t1"), &routes[0], &load(), T);
        let all = fleet.candidates(&routes, &load(), T.after(Duration::from_millis(1)));
        assert!(all[0].headroom < all[1].headroom && all[1].takes.is_none());
        fleet.recall(&routes[0], Size::Two, (Duration::from_secs(20), Duration::from_secs(60)), 40);
        let all = fleet.candidates(&routes, &load(), T);
        assert_eq!(all[1].takes, Some(Duration::from_secs(20)), "projects at one endpoint share the pace");
        let four = Load { size: Size::Four, ..load() };
        assert_eq!(fleet.candidates(&routes, &four, T)[1].takes, None, "another size says nothing");
    }
}
