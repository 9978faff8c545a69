//! Limits on money, held against the provider's own bill: what was allowed is never passed, by no number of calls at
//! once and by no number of lost answers.

use diptych_acceptance::{Home, Practice, count, expect_job, plain, text};

/// List price of Flash at 1K in micro-dollars.
const EACH: u64 = 33_600;

fn losing(times: u32) -> Practice {
    Practice::start(&plain(0.05, &format!("[[fault]]\nkind = \"reset_before_answer\"\ntimes = {times}\n")))
}

#[test]
fn a_lost_answer_is_asked_for_again_as_often_as_i_allowed() {
    let practice = losing(1);
    let home = Home::with(&practice, &[]);
    let line = home.generate("Once more", &["--resend-unknown", "1"]).exits(0).line();
    assert_eq!((text(&line, "state"), line["attempts"].as_u64()), ("done", Some(2)), "{line:#}");
    assert_eq!(practice.bill().len(), 2, "the lost one, and the one allowed");

    let practice = losing(10);
    let home = Home::with(&practice, &[]);
    let lines = home.generate("Not for ever", &["--count", "4", "--resend-unknown", "2"]).exits(3).lines();
    assert_eq!(count(&lines, "unknown"), 4, "{lines:#?}");
    assert_eq!(practice.bill().len(), 4 + 2, "two resends for the whole sheet");
    let spend = home.run(&["spend", "--json"]).exits(0).lines();
    let unknown: u64 = spend.iter().filter_map(|row| row["usd_unknown"].as_u64()).sum();
    assert_eq!(unknown, 6 * EACH, "all of it may have been spent: {spend:#?}");
}

#[test]
fn a_sheet_over_its_budget_is_refused_before_it_begins() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let refused = home.generate("Too dear", &["--count", "3", "--max-usd", "0.1"]).exits(2);
    drop(refused.says(&["[E-BUDGET]", "$0.10", "Nothing was sent"]));
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn the_budget_of_a_sheet_holds_though_answers_are_lost_and_calls_run_at_once() {
    let practice = losing(3);
    let home = Home::with(&practice, &["--concurrency", "8"]);
    drop(home.run(&["settings", "set", "concurrency", "8"]).exits(0));
    let options = ["--count", "6", "--max-usd", "0.22", "--resend-unknown", "6"];
    let lines = home.generate("Six for the price of six", &options).exits(4).lines();
    assert!(practice.total() <= 220_000, "{} micro-dollars on the bill", practice.total());
    assert!(count(&lines, "parked") > 0 && count(&lines, "done") > 0, "{lines:#?}");
    let parked = lines.iter().find(|line| text(line, "state") == "parked").expect("a parked one");
    expect_job(parked, "parked", "R-budget", text(parked, "billed"), &["budget of $0.22 is used up"]);
    drop(home.work().exits(4));
    assert!(practice.total() <= 220_000, "{} micro-dollars on the bill", practice.total());
}

#[test]
fn a_sheet_that_its_budget_stopped_goes_on_under_a_larger_one_and_never_passes_it() {
    let practice = losing(3);
    let home = Home::with(&practice, &[]);
    let options = ["--count", "6", "--max-usd", "0.22", "--resend-unknown", "6"];
    let lines = home.generate("Six, of which three are lost", &options).exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "parked")), (3, 3), "{lines:#?}");
    let sheet = text(&lines[0], "sheet").to_owned();
    let budget = |usd: &str| home.run(&["queue", "budget", &sheet, usd]);

    // Less than is spent: nothing goes out, and what waits says by which budget.
    assert_eq!(budget("0.10").exits(0).out.trim(), "0 jobs");
    let lines = home.work().exits(4).lines();
    let parked = lines.iter().find(|line| text(line, "state") == "parked").expect("a parked one");
    expect_job(parked, "parked", "R-budget", text(parked, "billed"), &["budget of $0.10 is used up"]);
    assert_eq!(practice.bill().len(), 6);
    drop(budget("0").exits(2).says(&["max_usd", "2.50, none"]));
    drop(budget("much").exits(2));

    // Room for two more.
    assert_eq!(budget("0.30").exits(0).out.trim(), "3 jobs");
    let lines = home.work().exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "parked")), (2, 1), "{lines:#?}");
    assert!(practice.total() <= 300_000, "{} micro-dollars on the bill", practice.total());

    assert_eq!(budget("none").exits(0).out.trim(), "1 job");
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 1);
    assert_eq!(practice.bill().len(), 3 + 6, "those lost, and one each");
}

#[test]
fn the_limit_of_the_day_holds_over_all_sheets_and_processes() {
    let practice = Practice::start(&plain(0.1, ""));
    let home = Home::with(&practice, &["--concurrency", "8"]);
    drop(home.run(&["settings", "set", "concurrency", "8"]).exits(0));
    drop(home.run(&["settings", "set", "day_limit", "0.15"]).exits(0));
    let sheets: Vec<_> = ["One", "Two"].map(|prompt| home.start_generate(prompt, &["--count", "8"])).into();
    let lines: Vec<_> = sheets.into_iter().flat_map(|sheet| sheet.wait().exits(4).lines()).collect();
    let (done, parked) = (count(&lines, "done"), count(&lines, "parked"));
    assert!(done > 0 && parked > 0 && done + parked == 16, "{lines:#?}");
    for line in lines.iter().filter(|line| text(line, "state") == "parked") {
        expect_job(line, "parked", "R-day-limit", "no", &["Today's limit of $0.15 is reached"]);
        assert!(line["not_before_ms"].as_i64().is_some(), "it comes back by itself tomorrow: {line:#}");
    }
    assert!(practice.total() <= 150_000, "{} micro-dollars on the bill", practice.total());
    assert_eq!(practice.bill().len(), done);
    // Another process, and practice money does not count.
    drop(home.work().exits(4));
    assert!(practice.total() <= 150_000);
    drop(home.run(&["settings", "set", "day_limit", "0"]).exits(0));
    drop(home.run(&["queue", "retry", "--failed"]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), parked);
    assert_eq!(practice.bill().len(), 16);
}

#[test]
fn the_limit_of_the_month_comes_before_that_of_the_day() {
    let practice = Practice::start(&plain(0.1, ""));
    let home = Home::with(&practice, &[]);
    drop(home.run(&["settings", "set", "day_limit", "0.10"]).exits(0));
    drop(home.run(&["settings", "set", "month_limit", "0.10"]).exits(0));
    let lines = home.generate("A month", &["--count", "6"]).exits(4).lines();
    let (done, parked) = (count(&lines, "done"), count(&lines, "parked"));
    assert!(done > 0 && parked > 0 && done + parked == 6, "{lines:#?}");
    for line in lines.iter().filter(|line| text(line, "state") == "parked") {
        expect_job(line, "parked", "R-month-limit", "no", &["This month's limit of $0.10 is reached"]);
        assert!(line["not_before_ms"].as_i64().is_some(), "it comes back by itself next month: {line:#}");
    }
    drop(home.run(&["settings", "set", "day_limit", "0"]).exits(0));
    drop(home.run(&["settings", "set", "month_limit", "0"]).exits(0));
    drop(home.run(&["queue", "retry", "--failed"]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), parked);
}

#[test]
fn many_pictures_want_a_yes_first() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let asked = home.generate("A crowd", &["--count", "21"]).exits(3);
    drop(asked.says(&["21 pictures for $0.7", "say yes first", "--yes"]));
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn a_file_of_jobs_wants_a_yes_by_the_same_limits_as_a_sheet() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let add = |jobs: usize, options: &[&str]| {
        let line = |n| format!("{{\"prompt\": \"Of many, {n}\", \"model\": \"flash\", \"size\": \"1K\"}}\n");
        let file: String = (0..jobs).map(line).collect();
        home.feed(&[&["queue", "add", "--file", "-"][..], options].concat(), file.as_bytes())
    };
    let set = |name: &str, value: &str| drop(home.run(&["settings", "set", name, value]).exits(0));
    drop(add(21, &[]).exits(3).says(&["21 pictures for $0.7", "say yes first", "--yes"]));
    set("confirm_jobs", "2");
    drop(add(3, &[]).exits(3).says(&["3 pictures for $0.1"]));
    set("confirm_jobs", "100");
    set("confirm_usd", "0.05");
    drop(add(2, &[]).exits(3).says(&["2 pictures for $0.0672"]));
    assert!(home.jobs().is_empty(), "nothing was queued without my word");
    drop(add(2, &["--yes"]).exits(0));
    assert_eq!(home.jobs().len(), 2);
    set("confirm_usd", "5");
    drop(add(21, &[]).exits(0));
    assert_eq!(home.jobs().len(), 23, "what my limits allow is not asked about");
}

#[test]
fn a_dry_run_shows_what_each_lane_costs() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let line = ["generate", "A plan", "--model", "pro", "--size", "1K", "--dry-run"];
    let shown = home.run(&line).exits(0).out;
    let lane = |name: &str| shown.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(lane("now ").contains("$0.134"), "{shown}");
    assert!(lane("economy ").contains("$0.067"), "half of it: {shown}");
    assert!(lane("off-peak ").contains("$0.134"), "{shown}");
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn bounds_of_alerts_can_be_set() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let rules = |share: f64, desktop: bool| {
        format!(
            r#"{{"overload_rate":0.1,"min_calls":5,"latency_factor":2,"latency_fixed_ms":null,"quota_share":0.9,"budget_share":{share},"desktop":{desktop}}}"#
        )
    };
    drop(home.run(&["settings", "set", "alerts", &rules(7.0, true)]).exits(0));
    drop(home.run(&["settings", "set", "alerts", &rules(7.0, false)]).exits(0));
    let kept = home.run(&["settings", "get", "--json"]).exits(0).line();
    assert_eq!((&kept["alerts"]["budget_share"], &kept["alerts"]["min_calls"]), (&1.0.into(), &5.into()));
    assert_eq!(kept["alerts"]["desktop"], false);
}
