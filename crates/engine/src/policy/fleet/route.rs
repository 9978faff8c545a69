//! Routes, and what is known when a call starts and lands on one.

use crate::policy::verdict::Verdict;
use crate::value::account::{Account, Limits};
use crate::value::id::AccountId;
pub use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;

/// A way to a picture: an account, a model, a tier.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Account.
    pub account: AccountId,
    /// Its name.
    pub account_name: String,
    /// Project whose quota it draws on.
    pub project: String,
    /// Who pays.
    pub billing: String,
    /// Endpoint.
    pub origin: String,
    /// Who answers, for sentences.
    pub provider: String,
    /// Model id.
    pub model: String,
    /// Tier.
    pub tier: Tier,
    /// Limits that the user knows.
    pub limits: Limits,
    /// Price of one picture, where it is known.
    pub price: Option<Usd>,
    /// Not the model that was asked for.
    pub fallback: bool,
    /// Simulated: no limit on real money is about it.
    pub practice: bool,
    /// Whatever the weather, it cannot be taken, and why.
    pub shut: Option<Sentence>,
}

impl Route {
    /// The route of an account to a model.
    #[must_use]
    pub fn of(account: &Account, model: &str, tier: Tier, price: Option<Usd>, fallback: bool) -> Self {
        Self {
            account: account.id.clone(),
            account_name: account.name.clone(),
            project: account.project.clone(),
            billing: account.billing.clone(),
            origin: account.origin(),
            provider: account.provider(),
            model: model.into(),
            tier,
            limits: account.limits.clone(),
            price,
            fallback,
            practice: account.practice(),
            shut: None,
        }
    }
}

/// What a job asks of a route.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Size.
    pub size: Size,
    /// Input tokens, estimated.
    pub tokens: u32,
    /// What it is expected to cost.
    pub usd: Usd,
    /// It leaves room for a person: nobody sits and waits for it.
    pub reserves: bool,
    /// Overloads it met in a row, for the sentence.
    pub trials_overloads: u32,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landing<'a> {
    /// What it means; `None` where a picture came.
    pub verdict: Option<&'a Verdict>,
    /// HTTP status.
    pub status: Option<u16>,
    /// What it cost, as far as is known.
    pub usd: Usd,
    /// Input tokens, where the provider told them.
    pub tokens: Option<u32>,
}

/// What holds for all routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Calls on the wire at once, over all routes: a hard cap. `None` leaves it to the routes.
    pub concurrency: Option<u32>,
    /// Tries through overload before a job is parked, for the sentence.
    pub max_attempts: u32,
    /// What a minute of a person's waiting is worth.
    pub minute: Usd,
    /// The user holds the queue.
    pub paused: bool,
    /// The program is closing.
    pub draining: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { concurrency: None, max_attempts: 40, minute: Usd(20_000), paused: false, draining: false }
    }
}
