//! Money against its limits, by what the books say at this very moment.

use super::attempts::Refused;
use super::{Ledger, Result};
use crate::value::budget::{Limit, Purse};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use rusqlite::{Connection, params};

/// What an attempt counts against a budget: settled, still reserved, or perhaps spent. What was settled is what the
/// provider's figures say, and may be more than its list price was.
pub(super) const COMMITTED: &str =
    "CASE WHEN a.state = 'sending' OR a.billed = 'unknown' THEN a.reserved ELSE a.settled END";

/// What is gone of a budget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Gone {
    /// Spent, perhaps spent, or on the wire.
    all: Usd,
    /// Of this, on the wire: it may come back.
    sending: Usd,
}

/// A call that does not fit under a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// The limit.
    pub limit: Limit,
    /// What the call costs.
    pub price: Usd,
    /// Spent, perhaps spent, or on the wire.
    pub spent: Usd,
    /// It would fit if all that is on the wire came to nothing.
    pub may_fit: bool,
}

impl Over {
    /// Why the job waits.
    #[must_use]
    pub fn reason(&self) -> Sentence {
        self.limit.reason().with("spent", self.spent.micros()).with("price", self.price.micros())
    }
}

fn gone(db: &Connection, limit: &Limit) -> Result<Gone> {
    let (condition, of) = match &limit.purse {
        // By its jobs, whenever they went out: the plus keeps SQLite from looking by time.
        Purse::Sheet(id) => {
            ("+a.started >= ?1 AND a.job IN (SELECT id FROM jobs WHERE sheet = ?2)", id.as_str())
        }
        Purse::All => ("a.started >= ?1 AND a.practice = 0 AND ?2 = ''", ""),
        Purse::Billing(name) => ("a.started >= ?1 AND a.practice = 0 AND a.billing = ?2", name.as_str()),
        Purse::Account(id) => ("a.started >= ?1 AND a.practice = 0 AND a.account = ?2", id.as_str()),
    };
    let sql = format!(
        "SELECT coalesce(sum({COMMITTED}), 0), coalesce(sum(a.reserved) FILTER (WHERE a.state = 'sending'), 0)
         FROM attempts a WHERE {condition}"
    );
    let read = |row: &rusqlite::Row<'_>| Ok(Gone { all: Usd(row.get(0)?), sending: Usd(row.get(1)?) });
    Ok(db.prepare_cached(&sql)?.query_row(params![limit.since.millis(), of], read)?)
}

/// Why a call of this price may not go out.
pub(super) fn refuse(db: &Connection, limits: &[Limit], price: Option<Usd>) -> Result<Option<Refused>> {
    let Some(price) = price else {
        return Ok((!limits.is_empty()).then_some(Refused::Unpriced));
    };
    for limit in limits {
        let gone = gone(db, limit)?;
        if gone.all + price > limit.usd {
            let may_fit = gone.all - gone.sending + price <= limit.usd;
            let over = Over { limit: limit.clone(), price, spent: gone.all, may_fit };
            return Ok(Some(Refused::Over(Box::new(over))));
        }
    }
    Ok(None)
}

impl Ledger {
    /// What is gone of each limit: spent, perhaps spent, or on the wire.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn gone(&self, limits: Vec<Limit>) -> Result<Vec<(Limit, Usd)>> {
        self.read(move |db| {
            limits.into_iter().map(|limit| Ok((limit.clone(), gone(db, &limit)?.all))).collect()
        })
        .await
    }

    /// A billing account has another name: what it paid before stays its own.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn rename_billing(&self, old: String, new: String) -> Result<()> {
        self.write(move |db| {
            db.execute("UPDATE attempts SET billing = ?2 WHERE billing = ?1", params![old, new])?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::budget::Span;
    use crate::value::id::{AccountId, SheetId};
    use crate::value::time::Timestamp;

    /// A ledger with a sheet, a job, and one row for each attempt: account, billing account, practice, state, billed,
    /// reserved, settled, started.
    fn ledger(attempts: &'static str) -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().expect("folder");
        let ledger = Ledger::open(folder.path()).expect("opens");
        let fill = move |db: &Connection| {
            db.execute_batch(&format!(
                "INSERT INTO sheets VALUES ('s', 0, '{{}}', 0);
                 INSERT INTO jobs (id, sheet, row, col, state, request, identity, practice, interactive, usd, created)
                     VALUES ('j', 's', 0, 0, 'done', '{{}}', '', 0, 0, 0, 0);
                 WITH a (account, billing, practice, state, billed, reserved, settled, started) AS (VALUES {attempts})
                 INSERT INTO attempts (id, job, number, account, account_name, project, model, size, practice, state,
                     started, billed, reserved, settled, billing)
                 SELECT 't' || row_number() OVER (), 'j', row_number() OVER (), account, account, '', 'm', '1K', practice,
                     state, started, billed, reserved, settled, billing FROM a"
            ))?;
            Ok(())
        };
        ledger.write_now(fill).expect("filled");
        (folder, ledger)
    }

    fn limit(purse: Purse, usd: i64) -> Limit {
        let since = Timestamp(100);
        Limit { purse, span: Span::Day, usd: Usd(usd), since, ends: Some(Timestamp(200)), name: "n".into() }
    }

    fn ask(ledger: &Ledger, limits: &[Limit], price: Option<i64>) -> Option<Refused> {
        ledger.write_now(|db| refuse(db, limits, price.map(Usd))).expect("asks")
    }

    #[test]
    fn what_was_really_spent_counts_even_where_it_is_more_than_the_list_price() {
        // Reserved at 100, settled by the provider's figures at 180: 20 above what the limit would have let pass.
        let (_folder, ledger) = ledger("('a', 'b', 0, 'answered', 'yes', 100, 180, 150)");
        let day = || [limit(Purse::All, 160)];
        let Some(Refused::Over(over)) = ask(&ledger, &day(), Some(1)) else { panic!("it went out") };
        assert_eq!((over.spent, over.may_fit), (Usd(180), false));
        let why = over.reason();
        assert_eq!((why.code.as_str(), &why.params["spent"]), ("R-day-limit", &180.into()), "said as it is");
        assert_eq!(ask(&ledger, &[limit(Purse::All, 181)], Some(1)), None);
    }

    #[test]
    fn each_purse_counts_its_own_money() {
        let (_folder, ledger) = ledger(
            "('a', 'b', 0, 'answered', 'yes', 10, 10, 150), ('c', 'b', 0, 'unknown', 'unknown', 20, 0, 150),
             ('d', 'e', 0, 'sending', NULL, 40, 0, 150), ('a', 'b', 0, 'refused', 'no', 80, 0, 150),
             ('p', 'b', 1, 'answered', 'yes', 160, 160, 150), ('a', 'b', 0, 'answered', 'yes', 320, 320, 99)",
        );
        let spent = |purse: Purse| match ask(&ledger, &[limit(purse, 0)], Some(1)) {
            Some(Refused::Over(over)) => (over.spent.micros(), over.may_fit),
            other => panic!("{other:?}"),
        };
        let account = |id: &str| Purse::Account(AccountId::from_text(id));
        assert_eq!(
            spent(Purse::All).0,
            10 + 20 + 40,
            "no practice, nothing of yesterday, nothing that was free"
        );
        assert_eq!(spent(Purse::Billing("b".into())).0, 10 + 20, "what may have been charged counts");
        assert_eq!((spent(account("a")).0, spent(account("c")).0, spent(account("d")).0), (10, 20, 40));
        let sheet = Limit::of_sheet(SheetId::from_text("s"), Usd(0));
        let Some(Refused::Over(over)) = ask(&ledger, &[sheet], Some(1)) else { panic!("it went out") };
        assert_eq!(over.spent.micros(), 10 + 20 + 40 + 160 + 320);
        let on_the_wire = [limit(account("d"), 30)];
        assert!(matches!(ask(&ledger, &on_the_wire, Some(1)), Some(Refused::Over(over)) if over.may_fit));
    }

    #[test]
    fn an_unknown_price_fits_under_no_limit() {
        let (_folder, ledger) = ledger("('a', 'b', 0, 'answered', 'yes', 1, 1, 150)");
        let limits = [Purse::All, Purse::Billing("b".into()), Purse::Account(AccountId::from_text("a"))];
        for purse in limits {
            assert_eq!(ask(&ledger, &[limit(purse, 1_000_000)], None), Some(Refused::Unpriced));
        }
        let sheet = Limit::of_sheet(SheetId::from_text("s"), Usd(1_000_000));
        assert_eq!(ask(&ledger, &[sheet], None), Some(Refused::Unpriced));
        assert_eq!(ask(&ledger, &[], None), None, "without a limit it is the user's affair");
    }
}
