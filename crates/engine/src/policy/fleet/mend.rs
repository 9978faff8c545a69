//! What keeps an account or a payer out of use, and how that ends: the user mended something, or believes so.

use super::Fleet;
use super::bill::Bill;
use super::recheck::Recheck;
use crate::value::id::AccountId;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;

impl Fleet {
    /// Why an account is out of use, if it is.
    #[must_use]
    pub fn trouble(&self, account: &AccountId, billing: &str) -> Option<&Sentence> {
        let cap = || self.bills.get(billing)?.cap.as_ref().map(Recheck::why);
        self.troubles.get(account).or_else(|| self.broke.get(billing)).or_else(cap)
    }

    /// An account proved to be good. Says whether anything was held against it.
    pub fn forgive(&mut self, account: &AccountId, billing: &str) -> bool {
        self.troubles.remove(account).is_some() | self.broke.remove(billing).is_some()
    }

    /// Every account may be tried again.
    pub fn forgive_all(&mut self) {
        self.troubles.clear();
        self.broke.clear();
    }

    /// Everything at an account is open again: the user mended something.
    pub fn reopen(&mut self, account: &AccountId, project: &str, billing: &str, origin: &str) {
        self.forgive(account, billing);
        for ((of, _), pool) in &mut self.pools {
            if of == project {
                pool.shut = None;
                pool.disabled = None;
                pool.recheck = None;
            }
        }
        if let Some(bill) = self.bills.get_mut(billing) {
            *bill = Bill::default();
        }
        self.refill();
        self.gates.retain(|(of, ..), _| of != origin);
        self.own_gates.retain(|(of, ..), _| of != origin);
        self.origins.remove(origin);
        // Calls on the wire are unproven at a gate that has forgotten them; they settle at a fresh one, at zero.
    }

    /// The user mended something at these projects and billing accounts, or believes so: one call looks.
    pub fn look_again(&mut self, of: impl Fn(&str) -> bool, pays: impl Fn(&str) -> bool, now: Timestamp) {
        for ((project, _), pool) in &mut self.pools {
            if of(project) {
                pool.disabled = None;
                pool.recheck.iter_mut().for_each(|recheck| recheck.now(now));
            }
        }
        for (billing, bill) in &mut self.bills {
            if pays(billing) {
                bill.cap.iter_mut().for_each(|cap| cap.now(now));
            }
        }
    }
}
