//! The money of an account: its prices, its budget, and that of the billing account that pays for it.

use super::Context;
use crate::wire::{AccountSpec, Failure, PriceSpec};
use diptych_engine::value::account::{Account, Price};
use diptych_engine::value::budget::Budget;
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;

fn wrong(value: impl Into<String>, option: &str, hint: &str) -> Failure {
    let sentence = Sentence::new("E-OPTION").with("value", value.into()).with("option", option);
    Failure::of(sentence.with("hint", hint))
}

/// Lays the given prices over the account's. They carry the day they were given on: prices change.
pub(super) fn price(context: &Context, account: &mut Account, prices: &[PriceSpec]) -> Result<(), Failure> {
    for given in prices {
        let model = context.engine.catalogue.resolve(&given.model).map_err(Failure::of)?.id.clone();
        let size = given.size.parse().map_err(|()| wrong(&*given.size, "price", "pro:4K=0.24"))?;
        let old = account.prices.iter().position(|old| old.model == model && old.size == size);
        let Some(usd) = given.usd else {
            account.prices.retain(|old| old.model != model || old.size != size);
            continue;
        };
        if usd < 0 {
            return Err(wrong(format!("{usd}"), "price", "pro:4K=0.24"));
        }
        if old.is_some_and(|at| account.prices[at].usd == Usd(usd)) {
            continue;
        }
        let price = Price { model, size, usd: Usd(usd), dated: Some(context.engine.clock.now()) };
        match old {
            Some(at) => account.prices[at] = price,
            None => account.prices.push(price),
        }
    }
    Ok(())
}

/// Lays the given limits over the account's own; 0 takes one away.
pub(super) fn budget(account: &mut Account, spec: &AccountSpec) {
    lay(&mut account.budget.day, spec.budgets.day_limit);
    lay(&mut account.budget.month, spec.budgets.month_limit);
}

fn lay(limit: &mut Option<Usd>, given: Option<i64>) {
    if let Some(usd) = given {
        *limit = (usd > 0).then_some(Usd(usd));
    }
}

/// Keeps what the billing account may spend. Where it got another name, its limits and what it has paid go along, unless
/// it still pays for another account.
pub(super) async fn billing(
    context: &Context,
    old: Option<&str>,
    account: &Account,
    spec: &AccountSpec,
) -> Result<(), Failure> {
    let engine = &context.engine;
    let mut settings = engine.settings();
    let renamed = old.filter(|old| *old != account.billing).filter(|old| {
        let mut others = engine.own_accounts().into_iter().map(|kept| kept.account);
        !others.any(|other| other.id != account.id && other.billing == **old)
    });
    if let Some(old) = renamed {
        engine.ledger.rename_billing(old.into(), account.billing.clone()).await?;
        if let Some(budget) = settings.billing_limits.remove(old) {
            settings.billing_limits.entry(account.billing.clone()).or_insert(budget);
        }
    }
    let mut budget = settings.billing_limits.remove(&account.billing).unwrap_or_default();
    lay(&mut budget.day, spec.budgets.billing_day_limit);
    lay(&mut budget.month, spec.budgets.billing_month_limit);
    if budget != Budget::default() {
        settings.billing_limits.insert(account.billing.clone(), budget);
    }
    if settings != engine.settings() {
        engine.set_settings(settings).await?;
    }
    Ok(())
}
