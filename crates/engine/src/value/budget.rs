//! Budgets: how much real money may be spent, by whom, and in which time.
//!
//! A budget holds what was charged, what may have been charged, and what calls on the wire have reserved. Not here: the
//! sums (see [`crate::ledger`]).

use crate::value::account::Account;
use crate::value::id::{AccountId, SheetId};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::settings::Settings;
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What an account or a billing account may spend. Absent means no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// On one day.
    pub day: Option<Usd>,
    /// In one month.
    pub month: Option<Usd>,
}

/// Whose money it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purse {
    /// That of one sheet, practice dollars too.
    Sheet(SheetId),
    /// All real money.
    All,
    /// That of a billing account: one for all accounts that it pays for.
    Billing(String),
    /// That of an account.
    Account(AccountId),
}

/// In which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// As long as there is something to do.
    Whole,
    /// A day of the user's.
    Day,
    /// A month of the user's.
    Month,
}

/// A limit that a call must fit under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Whose.
    pub purse: Purse,
    /// In which time.
    pub span: Span,
    /// So much.
    pub usd: Usd,
    /// Counted since then.
    pub since: Timestamp,
    /// When it is a new one; never for a sheet.
    pub ends: Option<Timestamp>,
    /// Name of the account or billing account, for sentences.
    pub name: String,
}

impl Limit {
    /// That of a sheet.
    #[must_use]
    pub fn of_sheet(sheet: SheetId, usd: Usd) -> Self {
        let since = Timestamp(i64::MIN);
        Self { purse: Purse::Sheet(sheet), span: Span::Whole, usd, since, ends: None, name: String::new() }
    }

    /// Why something waits for this limit.
    #[must_use]
    pub fn reason(&self) -> Sentence {
        self.said(match (&self.purse, self.span) {
            (Purse::Sheet(_), _) => "R-budget",
            (Purse::All, Span::Month) => "R-month-limit",
            (Purse::All, _) => "R-day-limit",
            (Purse::Billing(_), Span::Month) => "R-billing-month-limit",
            (Purse::Billing(_), _) => "R-billing-day-limit",
            (Purse::Account(_), Span::Month) => "R-account-month-limit",
            (Purse::Account(_), _) => "R-account-day-limit",
        })
    }

    /// What an alert says of it.
    #[must_use]
    pub fn alert(&self) -> Sentence {
        self.said(match (&self.purse, self.span) {
            (Purse::Sheet(_), _) => "A-budget-sheet",
            (Purse::All, Span::Month) => "A-budget-month",
            (Purse::All, _) => "A-budget-day",
            (Purse::Billing(_), Span::Month) => "A-budget-billing-month",
            (Purse::Billing(_), _) => "A-budget-billing-day",
            (Purse::Account(_), Span::Month) => "A-budget-account-month",
            (Purse::Account(_), _) => "A-budget-account-day",
        })
    }

    fn said(&self, code: &str) -> Sentence {
        let sentence = Sentence::new(code).with("limit", self.usd.micros());
        match self.purse {
            Purse::Sheet(_) | Purse::All => sentence,
            Purse::Billing(_) => sentence.with("billing", self.name.as_str()),
            Purse::Account(_) => sentence.with("account", self.name.as_str()),
        }
    }
}

/// Whether waiting for a reason means waiting for another day: it is a limit on real money, or a sheet's.
#[must_use]
pub fn is_limit(why: &Sentence) -> bool {
    why.code.strip_prefix("R-").is_some_and(|rest| rest.ends_with("-limit"))
}

/// The limits on real money that hold for an account's calls, those first that hold longest: where several are reached,
/// waiting for the nearer end would be in vain. None for practice.
#[must_use]
pub fn in_force(settings: &Settings, account: &Account, now: Timestamp, zone: &TimeZone) -> Vec<Limit> {
    if account.practice() {
        return Vec::new();
    }
    let whole = Budget { day: settings.day_limit, month: settings.month_limit };
    let billing = settings.billing_limits.get(&account.billing).copied().unwrap_or_default();
    let purses = [
        (Purse::All, String::new(), whole),
        (Purse::Billing(account.billing.clone()), account.billing.clone(), billing),
        (Purse::Account(account.id.clone()), account.name.clone(), account.budget),
    ];
    let mut limits = Vec::new();
    for (purse, name, budget) in purses {
        let spans = [
            (Span::Month, budget.month, now.month_start(zone), now.next_month(zone)),
            (Span::Day, budget.day, now.day_start(zone), now.tomorrow(zone)),
        ];
        for (span, usd, since, ends) in spans {
            let (purse, name) = (purse.clone(), name.clone());
            limits.extend(usd.map(|usd| Limit { purse, span, usd, since, ends: Some(ends), name }));
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::account::Kind;

    #[test]
    fn every_purse_that_pays_for_a_call_has_its_say_and_practice_none() {
        let mut account = Account {
            name: "studio".into(),
            kind: Kind::Gemini,
            billing: "acme".into(),
            budget: Budget { day: Some(Usd(1)), month: None },
            ..Account::built_in_practice()
        };
        let mut settings = Settings { month_limit: Some(Usd(4)), ..Settings::default() };
        settings.billing_limits.insert("acme".into(), Budget { day: Some(Usd(2)), month: Some(Usd(3)) });
        settings.billing_limits.insert("other".into(), Budget { day: Some(Usd(9)), month: None });
        let codes = |account: &Account| -> Vec<String> {
            let limits = in_force(&settings, account, Timestamp(1_795_500_000_000), &TimeZone::UTC);
            limits.iter().map(|limit| format!("{} {}", limit.reason().code, limit.usd.micros())).collect()
        };
        assert_eq!(
            codes(&account),
            ["R-month-limit 4", "R-billing-month-limit 3", "R-billing-day-limit 2", "R-account-day-limit 1"]
        );
        account.kind = Kind::Practice;
        assert!(codes(&account).is_empty(), "practice dollars are no money");
        assert!(is_limit(&Sentence::new("R-billing-day-limit")) && !is_limit(&Sentence::new("R-budget")));
    }
}
