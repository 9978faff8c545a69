//! Limits on money at work: which hold for a call, what becomes of a job whose booking they refused, and which accounts
//! can be asked at all while one is kept.

use crate::driver::compose::Asking;
use crate::driver::core::Core;
use crate::ledger::Over;
use crate::policy::fleet::Dry;
use crate::value::account::Account;
use crate::value::budget::{Limit, Purse, in_force};
use crate::value::catalogue::Model;
use crate::value::job::{Job, Sheet};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::time::Duration;

/// A limit that calls on the wire may be about to make room under is looked at again after this, whatever they do.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Until when a job is put aside, where it comes back by itself, and why.
pub(super) type Parking = (Option<Timestamp>, Sentence);

impl Core {
    /// What a call of this sheet on this account must fit under.
    pub(super) fn limits(&self, sheet: &Sheet, account: &Account, now: Timestamp) -> Vec<Limit> {
        let of_sheet = sheet.max_usd.map(|usd| Limit::of_sheet(sheet.id.clone(), usd));
        let real = in_force(&self.live().settings, account, now, &self.clock.zone());
        of_sheet.into_iter().chain(real).collect()
    }

    /// A call of the job did not fit. What shuts an account shuts it for all its jobs, which take another way or are
    /// parked by the queue; the budget of a sheet is its own affair. Returns until when the job stays, in that case, and
    /// why: where calls on the wire may come to less than they have reserved, that is seen soon.
    pub(super) fn over_limit(&self, job: &Job, over: Over, now: Timestamp) -> Option<Parking> {
        let why = over.reason();
        if matches!(over.limit.purse, Purse::Sheet(_)) {
            return Some((over.may_fit.then(|| now.after(LOOK_AGAIN)), why));
        }
        let until = over.limit.ends.filter(|_| !over.may_fit).unwrap_or(now.after(LOOK_AGAIN));
        let dry = Dry { price: over.price, until, on_the_wire: over.may_fit, why };
        self.live().fleet.run_dry(over.limit.purse, dry);
        self.follow([job]);
        None
    }
}

/// Said where there is a limit and the price is not known.
pub(super) fn unpriced(model: &str, size: Size, account: &Account) -> Sentence {
    Sentence::new("E-PRICE-UNKNOWN")
        .with("model", model)
        .with("size", size.as_str())
        .with("account", account.name.as_str())
}

/// The account that would be asked first, and its price. Where a limit must be kept, those whose price nobody knows are
/// left out: that is said, and where none is left it stands in the way.
pub(super) fn first_way<'a>(
    core: &Core,
    asking: &Asking,
    model: &Model,
    size: Size,
    ways: &[&'a Account],
    problems: &mut Vec<Sentence>,
    notes: &mut Vec<Sentence>,
) -> Option<(&'a Account, Option<Usd>)> {
    let (settings, now, zone) = (core.settings(), core.clock.now(), core.clock.zone());
    let price = |account: &Account| account.price(&model.id, size, model.price(size));
    let open = |account: &&&Account| {
        let limited = asking.max_usd.is_some() || !in_force(&settings, account, now, &zone).is_empty();
        price(account).is_some() || !limited
    };
    let first = ways.iter().find(open);
    for account in ways.iter().filter(|account| !open(account)) {
        match first {
            None => problems.push(unpriced(&model.id, size, account)),
            Some(_) => {
                notes.push(Sentence { code: "W-PRICE-UNKNOWN".into(), ..unpriced(&model.id, size, account) });
            }
        }
    }
    let first = first.or(ways.first())?;
    Some((first, price(first)))
}
