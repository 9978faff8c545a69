//! Limits of accounts and billing accounts, and prices that nobody knows: what is over a limit takes another way where
//! there is one, and no way whose price is unknown is taken while a limit is kept.

use diptych_acceptance::{Home, Practice, count, expect_job, plain, text};
use serde_json::Value;

fn practice() -> Practice {
    Practice::start(&plain(0.05, ""))
}

/// A relay at this provider, without a price.
fn add_relay(home: &mut Home, practice: &Practice) {
    let add =
        ["accounts", "add", "relay", "--kind", "relay-gemini", "--allow-http", "--base-url", &practice.url];
    drop(home.run(&add).exits(0));
    home.lend("relay", &practice.key);
}

fn parked(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| text(line, "state") == "parked").collect()
}

#[test]
fn an_account_at_its_limit_leaves_the_rest_to_the_next_one() {
    let (first, second) = (practice(), practice());
    let mut home = Home::with(&first, &["--day-limit", "0.07"]);
    home.add("second", &second, &[]);
    let lines = home.generate("Two purses", &["--count", "6"]).exits(0).lines();
    assert_eq!(count(&lines, "done"), 6, "{lines:#?}");
    assert!(first.total() <= 70_000, "{} micro-dollars on the first bill", first.total());
    assert_eq!((first.bill().len(), second.bill().len()), (2, 4));
}

#[test]
fn a_billing_account_has_one_limit_for_all_that_it_pays_for() {
    let (first, second) = (practice(), practice());
    let mut home = Home::with(&first, &["--billing", "acme", "--concurrency", "3"]);
    home.add("second", &second, &["--billing", "acme", "--concurrency", "3"]);
    drop(home.run(&["accounts", "set", "second", "--billing-month-limit", "0.15"]).exits(0));
    let lines = home.generate("One purse", &["--count", "8"]).exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "parked")), (4, 4), "{lines:#?}");
    for line in parked(&lines) {
        let words =
            ["This month's limit of $0.15 for billing account acme is reached", "one more costs $0.0336"];
        expect_job(line, "parked", "R-billing-month-limit", "no", &words);
        assert!(line["not_before_ms"].as_i64().is_some(), "it comes back by itself next month: {line:#}");
    }
    assert!(first.total() + second.total() <= 150_000, "{} + {}", first.total(), second.total());
    let listed = home.run(&["accounts", "list", "--json"]).exits(0).lines();
    assert!(listed.iter().all(|account| account["budgets"]["billing_month_limit"] == 150_000), "{listed:#?}");
    // Another process knows it, and goes on once it is raised.
    drop(home.work().exits(4));
    assert_eq!(first.bill().len() + second.bill().len(), 4);
    drop(home.run(&["accounts", "set", "sim", "--billing-month-limit", "0"]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 4);
}

#[test]
fn a_way_without_a_price_is_not_taken_while_a_limit_is_kept() {
    let (first, second) = (practice(), practice());
    let mut home = Home::with(&first, &["--day-limit", "0.04"]);
    add_relay(&mut home, &second);
    drop(home.run(&["settings", "set", "month_limit", "5"]).exits(0));
    let lines = home.generate("A cheap relay", &["--count", "3"]).exits(4).lines();
    assert_eq!((count(&lines, "done"), second.calls()), (1, 0), "{lines:#?}");
    for line in parked(&lines) {
        let words = ["Today's limit of $0.04 for account sim is reached"];
        expect_job(line, "parked", "R-account-day-limit", "no", &words);
    }
    let refused = home.generate("Only there", &["--account", "relay"]).exits(2);
    drop(refused.says(&["[E-PRICE-UNKNOWN]", "on relay is unknown", "Settings › Accounts"]));
    // A sheet's own budget is enough for that.
    drop(home.run(&["settings", "set", "month_limit", "0"]).exits(0));
    let refused = home.generate("A budget", &["--account", "relay", "--max-usd", "1"]).exits(2);
    drop(refused.says(&["[E-PRICE-UNKNOWN]"]));
    assert_eq!(second.calls(), 0);
    drop(home.run(&["accounts", "set", "relay", "--price", "flash:1K=0.01"]).exits(0));
    drop(home.run(&["settings", "set", "month_limit", "5"]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 2);
    assert_eq!((first.bill().len(), second.bill().len()), (1, 2));
    let line = home.run(&["accounts", "set", "relay", "--price", "flash:1K=none", "--json"]).exits(0).line();
    assert_eq!(line["prices"].as_array().map(Vec::len), Some(0), "{line:#}");
}

#[test]
fn a_budget_of_a_sheet_never_flees_to_a_way_without_a_price() {
    let (first, second) =
        (Practice::start(&plain(0.05, "[[fault]]\nkind = \"overload\"\ntimes = 3\n")), practice());
    let mut home = Home::with(&first, &[]);
    add_relay(&mut home, &second);
    let lines = home.generate("No way out", &["--count", "2", "--max-usd", "0.1"]).exits(0).lines();
    assert_eq!((count(&lines, "done"), second.calls()), (2, 0), "the dear way was waited for: {lines:#?}");
}

#[test]
fn a_setting_that_is_none_or_cannot_be_read_is_wrong_usage() {
    let home = Home::with(&practice(), &[]);
    let set = |name: &str, value: &str| home.run(&["settings", "set", name, value]);
    drop(set("consent", "1").exits(2).says(&["consent: one of", "concurrency", "theme"]));
    drop(set("concurrency", "many").exits(2).says(&["[E-ARGUMENTS]", "many", "Nothing was changed"]));
    drop(set("theme", "loud").exits(2).says(&["[E-OPTION]", "dark"]));
}

#[test]
fn resends_can_be_limited_by_money() {
    let losing = Practice::start(&plain(0.05, "[[fault]]\nkind = \"reset_before_answer\"\ntimes = 20\n"));
    let home = Home::with(&losing, &[]);
    let options = ["--count", "4", "--resend-unknown-usd", "0.07"];
    let lines = home.generate("Twice at most", &options).exits(3).lines();
    assert_eq!(count(&lines, "unknown"), 4, "{lines:#?}");
    assert_eq!(losing.bill().len(), 4 + 2, "two resends are $0.0672");
    // What the user sends again is their own word, and leaves no more for those without.
    drop(home.run(&["queue", "resolve", "--all", "--resend"]).exits(0));
    drop(home.work().exits(3));
    assert_eq!(losing.bill().len(), 6 + 4, "each once");
    let home = Home::with(&losing, &[]);
    let options = ["--count", "1", "--resend-unknown", "1", "--resend-unknown-usd", "0.01"];
    drop(home.generate("Too dear", &options).exits(3));
    assert_eq!(losing.bill().len(), 10 + 1, "both must allow it");
}
