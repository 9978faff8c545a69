//! Limits on money that a booking ran into: until then, calls that cost as much do not try again, and jobs take another
//! way where there is one.
//!
//! Not here: the sums. The ledger has them, and decides at each booking.

use super::{Fleet, Route};
use crate::policy::route::Way;
use crate::value::budget::Purse;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;

/// A budget without room for a call of this price, or a dearer one.
#[derive(Debug, Clone, PartialEq)]
pub struct Dry {
    /// The price.
    pub price: Usd,
    /// Until then.
    pub until: Timestamp,
    /// Or until a call comes back, which may have cost less than it has reserved.
    pub on_the_wire: bool,
    /// Why.
    pub why: Sentence,
}

impl Fleet {
    /// A booking was refused for want of money.
    pub fn run_dry(&mut self, purse: Purse, dry: Dry) {
        self.dry.insert(purse, dry);
    }

    /// Limits are others now, or the user wants to see: the next booking finds out.
    pub fn refill(&mut self) {
        self.dry.clear();
    }

    /// A call of this route came back: what it had reserved may be free again.
    pub(super) fn came_back(&mut self, route: &Route) {
        for purse in purses(route) {
            if self.dry.get(&purse).is_some_and(|dry| dry.on_the_wire) {
                self.dry.remove(&purse);
            }
        }
    }

    /// How the way is for a call of this price, where money bars it.
    pub(super) fn without_money(&self, route: &Route, price: Usd, now: Timestamp) -> Option<Way> {
        if self.dry.is_empty() || route.practice {
            return None;
        }
        let dry = purses(route).into_iter().filter_map(|purse| self.dry.get(&purse));
        let bars = |dry: &&Dry| dry.price <= price && dry.until > now;
        let dry = dry.filter(bars).max_by_key(|dry| (!dry.on_the_wire, dry.until))?;
        let why = dry.why.clone();
        Some(if dry.on_the_wire { Way::Busy(why) } else { Way::Until(dry.until, why) })
    }
}

/// Who pays for a call, beside its sheet.
fn purses(route: &Route) -> [Purse; 3] {
    [Purse::All, Purse::Billing(route.billing.clone()), Purse::Account(route.account.clone())]
}
