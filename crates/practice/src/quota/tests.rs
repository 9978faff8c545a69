//! Minutes, days and money, at moments that the tests choose.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn rule(toml: &str) -> Vec<Quota> {
    crate::Scenario::parse(&format!("[[quota]]\n{toml}")).unwrap().quota
}

const ONE: Take = Take { tokens: 10, usd_micros: 240_000 };

fn ms(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_millisecond()
}

/// Asks a fresh set of quotas at each of these seconds after a noon.
fn asked(toml: &str, seconds: &[f64]) -> Vec<bool> {
    let (rules, start, mut quotas) = (rule(toml), ms("2026-11-25T20:00:00Z"), Quotas::default());
    let at = |s: &f64| start + (s * 1000.0) as i64;
    seconds.iter().map(|s| quotas.admit(&rules, "p", "m", ONE, at(s)).is_ok()).collect()
}

#[test]
fn the_minute_refills_and_the_day_ends_at_midnight_in_los_angeles() {
    let rules = rule("ipm = 2\nrpd = 3");
    let mut quotas = Quotas::default();
    let evening = ms("2026-11-25T07:58:00Z");
    let mut call = |seconds: i64| quotas.admit(&rules, "p", "m", ONE, evening + seconds * 1000);
    let mut listed = |seconds| match call(seconds) {
        Ok(()) => Vec::new(),
        Err(Refusal { why: Why::Limits(list), .. }) => list.iter().map(|v| (v.limit, v.wait)).collect(),
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!((listed(0), listed(0)), (vec![], vec![]));
    assert_eq!(listed(0), [(Limit::ImagesPerMinute, 30.0)]);
    assert_eq!(listed(30), []);
    assert_eq!(listed(30), [(Limit::ImagesPerMinute, 30.0), (Limit::RequestsPerDay, 59.0)]);
    assert_eq!(listed(119), [(Limit::RequestsPerDay, 59.0)]);
    assert_eq!(listed(120), []);
}

#[test]
fn money_is_counted_over_a_rolling_ten_minutes() {
    assert_eq!(
        asked("usd_10min = 0.5", &[0.0, 300.0, 599.0, 600.0, 601.0]),
        [true, true, false, true, false]
    );
    let (rules, mut quotas) = (rule("usd_10min = 0.3\nrpd = 2"), Quotas::default());
    quotas.admit(&rules, "p", "m", ONE, 0).unwrap();
    quotas.refund(&rules, "p", "m");
    assert_eq!(quotas.admit(&rules, "p", "m", ONE, 1), Ok(()));
    let spent = quotas.admit(&rules, "p", "m", ONE, 600_001).unwrap_err();
    assert!(matches!(spent.why, Why::Limits(_)), "the request of the day was not given back");
}

#[test]
fn a_bucket_of_one_forbids_bursts_and_a_sliding_minute_allows_one_each_minute() {
    let times = [0.0, 0.0, 5.9, 6.0, 60.0, 60.0];
    assert_eq!(asked("ipm = 10\nbucket = 1", &times), [true, false, false, true, true, false]);
    assert_eq!(asked("ipm = 10", &times), [true; 6]);
    let burst = [0.0, 0.0, 10.0, 30.0, 59.9, 60.0, 60.0, 60.0];
    // A bucket has got one back by 30 s, and another by 60 s; a window waits for its first two to be a minute old.
    let bucket = [true, true, false, true, false, true, false, false];
    assert_eq!(asked("ipm = 2", &burst), bucket);
    let sliding = [true, true, false, false, false, true, true, false];
    assert_eq!(asked("ipm = 2\nwindow = \"sliding\"", &burst), sliding);
    let (rules, mut quotas) = (rule("ipm = 1\nwindow = \"sliding\""), Quotas::default());
    quotas.admit(&rules, "p", "m", ONE, 0).unwrap();
    let Why::Limits(list) = quotas.admit(&rules, "p", "m", ONE, 21_500).unwrap_err().why else { panic!() };
    assert_eq!(list[0].wait, 38.5);
}

#[test]
fn a_rule_chooses_how_it_refuses() {
    let refused = |toml: &str| {
        let (rules, mut quotas) = (rule(toml), Quotas::default());
        quotas.admit(&rules, "p", "m", ONE, 0).unwrap();
        quotas.admit(&rules, "p", "m", ONE, 0).unwrap_err()
    };
    assert_eq!(refused("rpm = 1\ndetails = false").why, Why::Unnamed);
    let busy = refused("rpm = 1\nempty = \"503\"\nafter_s = [1, 5]");
    assert_eq!(busy, Refusal { why: Why::Busy, after_s: Some([1.0, 5.0]) });
    assert!(matches!(refused("rpm = 1\nrpd = 1\nempty = 503").why, Why::Limits(_)), "the day is a 429");
}

#[test]
fn what_the_rules_give_adds_up() {
    let start = ms("2026-11-25T07:00:00Z");
    let given = |toml: &str, take, from: i64, to: i64| {
        supply(&rule(toml), "p", "m", take, start, (start + from * 60_000, start + to * 60_000))
    };
    assert_eq!(given("ipm = 10", None, 0, 60), 610.0);
    assert_eq!(given("ipm = 10\nbucket = 1", None, 0, 60), 601.0);
    assert_eq!(given("ipm = 10", None, 0, 20) + given("ipm = 10", None, 20, 60), 610.0);
    assert_eq!(given("ipm = 10\nwindow = \"sliding\"", None, 0, 60), 600.0);
    // Midnight is an hour after the start.
    assert_eq!(given("rpd = 250", None, 0, 60), 250.0);
    assert_eq!(given("rpd = 250", None, 0, 61), 500.0);
    assert_eq!(given("rpd = 250", None, 60, 61), 250.0);
    assert_eq!(given("usd_10min = 10\nipm = 60", Some(ONE), 0, 60), 246.0);
    assert_eq!(given("tpm = 100", Some(ONE), 0, 1), 20.0);
    assert_eq!(given("", None, 0, 1), f64::INFINITY);
}
