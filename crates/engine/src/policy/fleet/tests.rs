//! One call touches gate, pool, places, money and accounts at once. Long because only here all of them are seen together.

use super::*;
use crate::policy::judge::{self, Asked, Refusal};
use crate::policy::verdict::Verdict;
use crate::value::account::{Account, Limits};
use crate::value::catalogue::{Catalogue, Terms};

const T: Timestamp = Timestamp(1_795_500_000_000);

fn at(seconds: f64) -> Timestamp {
    T.after(Duration::from_secs_f64(seconds))
}

fn route(limits: Limits) -> Route {
    let account = Account { limits, ..Account::built_in_practice() };
    Route::of(&account, "m", Tier::Standard, None, false)
}

fn load(usd: i64) -> Load {
    Load { size: Size::Two, tokens: 100, usd: Usd(usd), reserves: true, trials_overloads: 0 }
}

fn call(number: u32) -> AttemptId {
    AttemptId::from_text(format!("t{number}"))
}

fn terms() -> Terms {
    Catalogue::load(None).expect("the shipped catalogue").terms("google")
}

fn asked(terms: &Terms, now: Timestamp) -> Asked<'_> {
    Asked {
        provider: "Google",
        account: "a",
        project: "practice",
        billing: "practice",
        model: "m",
        successor: None,
        last4: "wxyz",
        usd: Some(Usd(240_000)),
        terms,
        own: OwnUse::default(),
        now,
    }
}

fn verdict(status: u16, body: &str, now: Timestamp) -> Verdict {
    let terms = terms();
    judge::refusal(&asked(&terms, now), &Refusal { status, body: body.as_bytes(), ..Refusal::default() })
}

fn land(fleet: &mut Fleet, number: u32, status: u16, body: &str, now: Timestamp) {
    let verdict = (status != 200).then(|| verdict(status, body, now));
    let landing =
        Landing { verdict: verdict.as_ref(), status: Some(status), usd: Usd(240_000), tokens: None };
    fleet.land(&call(number), &landing, now, 0.5);
}

fn told(id: &str, value: u32, wait: &str) -> String {
    format!(
        r#"{{"error":{{"code":429,"status":"RESOURCE_EXHAUSTED","message":"quota","details":[
        {{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{{"quotaId":"{id}","quotaValue":"{value}"}}]}},
        {{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{wait}"}}]}}}}"#
    )
}

const BARE: &str = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Resource has been exhausted (e.g. check quota)."}}"#;
const BUSY: &str = r#"{"error":{"code":503,"status":"UNAVAILABLE","message":"The model is overloaded."}}"#;

#[test]
fn a_refusal_teaches_the_limit_and_its_wait_is_obeyed() {
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    fleet.start(call(1), &route, &load(0), at(0.0));
    fleet.start(call(2), &route, &load(0), at(0.0));
    let body = told("GenerateContentPaidTierImagesPerMinutePerProjectPerModel", 5, "11.5s");
    land(&mut fleet, 2, 429, &body, at(0.1));
    let Way::Until(until, why) = fleet.way(&route, &load(0), at(0.2)) else { panic!("shut") };
    assert!(until >= at(11.6) && until < at(11.8), "{:?}", until.since(T));
    assert_eq!((why.code.as_str(), why.params["limit"].as_u64()), ("E-RATE-MINUTE", Some(5)));
    assert_eq!(why.params["of"], "ipm");
    assert_eq!(fleet.way(&route, &load(0), until), Way::Open);
    let reading = fleet.reading(&route, at(0.2));
    assert_eq!(reading.condition, Condition::Quota);
    assert_eq!((reading.quota[0].limit, reading.quota[0].source), (Some(5.0), minute::Source::Told));
}

#[test]
fn a_probe_whose_answer_could_not_be_booked_keeps_nobody_out() {
    let (mut fleet, route) = (Fleet::default(), route(Limits { ipm: Some(100), ..Limits::default() }));
    for number in 1..=5 {
        fleet.start(call(number), &route, &load(0), at(f64::from(number) * 100.0));
        land(&mut fleet, number, 503, BUSY, at(f64::from(number) * 100.0 + 2.0));
    }
    let later = at(2000.0);
    assert_eq!(fleet.way(&route, &load(0), later), Way::Open);
    fleet.start(call(9), &route, &load(0), later);
    assert_ne!(fleet.way(&route, &load(0), later), Way::Open, "one at a time");
    fleet.leave(&call(9));
    assert_eq!(fleet.way(&route, &load(0), later), Way::Open);
}

#[test]
fn overload_shuts_the_gate_for_every_project_and_the_probe_opens_it() {
    let mut fleet = Fleet::default();
    let one = route(Limits { ipm: Some(100), ..Limits::default() });
    let other = Route { project: "other".into(), ..one.clone() };
    fleet.start(call(1), &one, &load(0), at(0.0));
    fleet.start(call(2), &one, &load(0), at(0.0));
    fleet.start(call(4), &other, &load(0), at(0.0));
    land(&mut fleet, 1, 503, BUSY, at(2.0));
    land(&mut fleet, 2, 503, BUSY, at(2.0));
    assert!(matches!(fleet.way(&one, &load(0), at(2.0)), Way::Until(..)));
    assert_eq!(fleet.way(&other, &load(0), at(2.0)), Way::Open, "one project's trouble is its own");
    land(&mut fleet, 4, 503, BUSY, at(2.0));
    let Way::Until(until, why) = fleet.way(&other, &load(0), at(2.0)) else { panic!("shut") };
    assert_eq!(why.code, "E-OVERLOAD");
    assert_eq!(fleet.way(&other, &load(0), until), Way::Open);
    fleet.start(call(3), &other, &load(0), until);
    assert!(matches!(fleet.way(&one, &load(0), until), Way::Busy(_)), "one probe at a time");
    let proof = fleet.tick(until).expect("it will be proven");
    fleet.tick(proof);
    assert_eq!(fleet.way(&one, &load(0), proof), Way::Open, "it outlived every refusal");
    land(&mut fleet, 3, 200, "", proof);
    assert_eq!(fleet.reading(&one, proof).condition, Condition::Clear);
}

#[test]
fn trouble_is_the_accounts_or_the_payers_and_can_be_mended() {
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    let other = Route { account: AccountId::from_text("b"), ..route.clone() };
    fleet.start(call(1), &route, &load(0), at(0.0));
    land(&mut fleet, 1, 403, "{}", at(1.0));
    assert!(matches!(fleet.way(&route, &load(0), at(1.0)), Way::Shut(_)));
    assert_eq!(fleet.way(&other, &load(0), at(1.0)), Way::Open);
    fleet.start(call(2), &other, &load(0), at(1.0));
    land(&mut fleet, 2, 402, "{}", at(2.0));
    assert!(matches!(fleet.way(&other, &load(0), at(2.0)), Way::Shut(why) if why.code == "E-CREDIT"));
    assert!(fleet.forgive(&other.account, &other.billing));
    assert_eq!(fleet.way(&other, &load(0), at(2.0)), Way::Open);
    fleet.start(call(3), &other, &load(0), at(3.0));
    land(&mut fleet, 3, 404, "{}", at(4.0));
    assert!(matches!(fleet.way(&other, &load(0), at(4.0)), Way::Shut(why) if why.code == "E-MODEL-GONE"));
    fleet.reopen(&other.account, "practice", "practice", "practice");
    assert_eq!(fleet.way(&other, &load(0), at(4.0)), Way::Open);
}

#[test]
fn a_restart_does_not_burst() {
    let route = route(Limits { ipm: Some(10), usd_10min: Some(Usd(1_000_000)), ..Limits::default() });
    let mut fleet = Fleet::default();
    fleet.start(call(1), &route, &load(500_000), at(0.0));
    fleet.start(call(2), &route, &load(500_000), at(0.0));
    let text = serde_json::to_string(&fleet.save(at(0.0))).expect("it can be written");
    let saved: Saved = serde_json::from_str(&text).expect("and read");
    let mut fleet = Fleet::restore(saved, &[], |_| None, at(1.0));
    let Way::Until(until, _) = fleet.way(&route, &load(500_000), at(1.0)) else { panic!("a burst") };
    assert!(until >= at(600.0));
    assert!(matches!(fleet.way(&route, &load(0), at(1.0)), Way::Until(..)));
}

#[test]
fn a_restart_does_not_probe_an_outage_anew() {
    let route = route(Limits { ipm: Some(100), ..Limits::default() });
    let mut fleet = Fleet::default();
    for number in 1..=30 {
        fleet.start(call(number), &route, &load(0), at(f64::from(number) * 20.0));
        land(&mut fleet, number, 503, BUSY, at(f64::from(number) * 20.0 + 2.0));
    }
    let way = fleet.way(&route, &load(0), at(605.0));
    assert!(matches!(way, Way::Until(until, _) if until > at(640.0)));
    let text = serde_json::to_string(&fleet.save(at(605.0))).expect("it can be written");
    let restored = |now| Fleet::restore(serde_json::from_str(&text).expect("and read"), &[], |_| None, now);
    assert_eq!(restored(at(605.0)).way(&route, &load(0), at(605.0)), way);
    assert!(restored(at(610.0)).reading(&route, at(610.0)).out.is_some());
    assert_eq!(restored(at(9000.0)).way(&route, &load(0), at(9000.0)), Way::Open, "the weather is another");
    assert_eq!(restored(T).way(&route, &load(0), T), Way::Open, "the clock was set back");
}

#[test]
fn a_hidden_cap_is_not_looked_for_anew_after_a_restart() {
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    fleet.start(call(1), &route, &load(0), at(0.0));
    fleet.tick(at(15.0));
    fleet.start(call(2), &route, &load(0), at(16.0));
    land(&mut fleet, 2, 429, BARE, at(16.5));
    land(&mut fleet, 1, 200, "", at(17.0));
    let text = serde_json::to_string(&fleet.save(at(17.0))).expect("it can be written");
    let restored = |now| Fleet::restore(serde_json::from_str(&text).expect("and read"), &[], |_| None, now);
    for (now, places) in [(at(18.0), 1), (at(9000.0), 4)] {
        assert_eq!(restored(now).reading(&route, now).concurrency, places);
    }
}

#[test]
fn a_crash_does_not_burst_either() {
    let route = route(Limits { ipm: Some(10), usd_10min: Some(Usd(1_000_000)), ..Limits::default() });
    let call = |seconds| Used {
        project: route.project.clone(),
        model: route.model.clone(),
        account: route.account.clone(),
        started: at(seconds),
        usd: Usd(500_000),
    };
    let used = [call(0.0), call(0.5), call(2000.0)];
    let mut fleet = Fleet::restore(
        Saved::default(),
        &used,
        |_| Some((route.billing.clone(), route.limits.clone())),
        at(1.0),
    );
    assert!(matches!(fleet.way(&route, &load(0), at(1.0)), Way::Until(..)), "the minute");
    let way = fleet.way(&route, &load(500_000), at(100.0));
    assert!(matches!(way, Way::Until(until, _) if until >= at(600.0)), "the money of ten minutes");
    assert_eq!(fleet.way(&route, &load(0), at(100.0)), Way::Open, "what lies in the future is forgotten");
}

#[test]
fn calls_since_it_was_written_down_are_taken_from_the_limit_that_the_account_names() {
    let route = route(Limits { ipm: Some(10), ..Limits::default() });
    let call = |number| Used {
        project: route.project.clone(),
        model: route.model.clone(),
        account: route.account.clone(),
        started: at(5.0 * f64::from(number)),
        usd: Usd::ZERO,
    };
    let used: Vec<Used> = (0..14).map(call).collect();
    let account = |_: &_| Some((route.billing.clone(), route.limits.clone()));
    let mut fleet = Fleet::restore(Saved::default(), &used, account, at(66.0));
    assert!(matches!(fleet.way(&route, &load(0), at(66.0)), Way::Until(..)), "two a minute too many");
}

#[test]
fn what_shuts_a_quota_is_written_down_at_once_and_the_rest_now_and_then() {
    let mut fleet = Fleet::default();
    drop(fleet.save(at(10.0)));
    let due = |seconds, status, body| fleet.is_to_be_saved(Some(&verdict(status, body, T)), at(seconds));
    assert!(due(11.0, 429, BARE) && !due(11.0, 503, BUSY));
    assert!(due(15.0, 503, BUSY) && due(1.0, 503, BUSY), "whatever the clock does");
}

#[test]
fn calls_that_a_killed_process_left_take_their_places_where_there_is_a_hidden_cap() {
    for cap in [true, false] {
        let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
        fleet.start(call(1), &route, &load(0), at(0.0));
        fleet.tick(at(15.0));
        if cap {
            fleet.start(call(2), &route, &load(0), at(16.0));
            land(&mut fleet, 2, 429, BARE, at(16.5));
        }
        let text = serde_json::to_string(&fleet.save(at(17.0))).expect("it can be written");
        let saved = serde_json::from_str(&text).expect("and read");
        let mut fleet = Fleet::restore(saved, &[], |_| None, at(18.0));
        fleet.left_on_the_wire(&route, at(0.0));
        let way = fleet.way(&route, &load(0), at(18.0));
        assert_eq!(matches!(way, Way::Busy(_)), cap, "{way:?}");
        let next = fleet.tick(at(18.0));
        assert_eq!(next, cap.then(|| at(60.0)));
        fleet.tick(at(60.0));
        assert_eq!(fleet.way(&route, &load(0), at(60.0)), Way::Open, "it must have come back by now");
    }
}

#[test]
fn a_batch_leaves_room_for_the_person_who_was_here() {
    let route = route(Limits { concurrency: Some(2), ipm: Some(100), ..Limits::default() });
    let mut fleet = Fleet::default();
    fleet.person_active(at(0.0));
    fleet.start(call(1), &route, &load(0), at(0.0));
    assert!(matches!(fleet.way(&route, &load(0), at(2.0)), Way::Busy(why) if why.code == "R-concurrency"));
    let person = Load { reserves: false, ..load(0) };
    assert_eq!(fleet.way(&route, &person, at(2.0)), Way::Open);
    assert_eq!(fleet.way(&route, &load(0), at(601.0)), Way::Open, "the person has gone");
}

#[test]
fn a_call_that_could_not_be_booked_holds_no_place() {
    let route = route(Limits { concurrency: Some(1), ipm: Some(100), ..Limits::default() });
    let mut fleet = Fleet::default();
    fleet.start(call(1), &route, &load(0), at(0.0));
    assert!(matches!(fleet.way(&route, &load(0), at(2.0)), Way::Busy(why) if why.code == "R-concurrency"));
    fleet.leave(&call(1));
    assert_eq!(fleet.way(&route, &load(0), at(2.0)), Way::Open);
}

#[test]
fn a_used_up_day_shuts_till_it_turns() {
    let (mut fleet, route) = (Fleet::default(), route(Limits { rpd: Some(1), ..Limits::default() }));
    fleet.start(call(1), &route, &load(0), at(0.0));
    land(&mut fleet, 1, 200, "", at(0.5));
    fleet.start(call(2), &route, &load(0), at(0.6));
    land(&mut fleet, 2, 429, &told(DAY, 1, "59s"), at(1.0));
    let Way::Until(until, why) = fleet.way(&route, &load(0), at(2.0)) else { panic!("shut") };
    assert_eq!((until, why.code.as_str()), (T.next_pacific_midnight(), "E-RATE-DAY"));
    assert_eq!(fleet.way(&route, &load(0), until), Way::Open);
}

const DAY: &str = "GenerateRequestsPerDayPerProjectPerModel";

#[test]
fn a_told_end_of_the_day_is_obeyed_though_the_limit_is_known() {
    for wait in [3600.0, 60_000.0] {
        let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
        fleet.start(call(1), &route, &load(0), at(0.0));
        land(&mut fleet, 1, 429, &told(DAY, 250, &format!("{wait}s")), at(0.0));
        let Way::Until(until, _) = fleet.way(&route, &load(0), at(1.0)) else { panic!("shut") };
        assert_eq!(until, at(wait), "neither midnight nor sooner");
        assert_eq!(fleet.way(&route, &load(0), until), Way::Open);
    }
}

#[test]
fn a_day_that_ends_sooner_than_our_counts_explain_is_looked_at_by_one_call_at_a_time() {
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    fleet.start(call(1), &route, &load(0), at(0.0));
    fleet.start(call(2), &route, &load(0), at(0.0));
    land(&mut fleet, 1, 429, &told(DAY, 250, "59s"), at(1.0));
    let opens = |fleet: &mut Fleet, now| match fleet.way(&route, &load(0), now) {
        Way::Until(until, why) => (until.since(T).as_secs(), why.code),
        other => panic!("{other:?}"),
    };
    assert_eq!(opens(&mut fleet, at(2.0)), (601, "E-RATE-DAY".into()), "not before ten minutes");
    land(&mut fleet, 2, 200, "", at(20.0));
    assert_eq!(opens(&mut fleet, at(21.0)).0, 601, "that one was let in before");
    assert_eq!(fleet.way(&route, &load(0), at(601.0)), Way::Open);
    fleet.start(call(3), &route, &load(0), at(601.0));
    assert!(matches!(fleet.way(&route, &load(0), at(602.0)), Way::Busy(_)), "one looks");
    land(&mut fleet, 3, 429, &told(DAY, 250, "59s"), at(602.0));
    assert_eq!(opens(&mut fleet, at(603.0)).0, 602 + 1200, "twice as long");
    let text = serde_json::to_string(&fleet.save(at(700.0))).expect("it can be written");
    let saved: Saved = serde_json::from_str(&text).expect("and read");
    let mut fleet = Fleet::restore(saved, &[], |_| None, at(701.0));
    assert_eq!(opens(&mut fleet, at(701.0)).0, 602 + 1200, "a restart knows it");
    fleet.start(call(4), &route, &load(0), at(1802.0));
    land(&mut fleet, 4, 200, "", at(1830.0));
    assert_eq!(fleet.way(&route, &load(0), at(1830.0)), Way::Open, "the day has turned");
}

const NO_GRANT: &str =
    r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded, limit: 0, model: m"}}"#;
const CAP: &str = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Your project has exceeded its monthly spending cap."}}"#;

#[test]
fn a_quota_of_nothing_and_a_cap_are_looked_at_again_and_when_the_user_says_so() {
    let day = 24.0 * 3600.0;
    for (body, code, again) in
        [(NO_GRANT, "E-NO-GRANT", at(1.0 + day)), (CAP, "E-SPEND-CAP", T.next_pacific_midnight())]
    {
        let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
        fleet.start(call(1), &route, &load(0), at(0.0));
        land(&mut fleet, 1, 429, body, at(1.0));
        let text = serde_json::to_string(&fleet.save(at(1.0))).expect("it can be written");
        let saved: Saved = serde_json::from_str(&text).expect("and read");
        let mut fleet = Fleet::restore(saved, &[], |_| None, at(2.0));
        let Way::Until(until, why) = fleet.way(&route, &load(0), at(2.0)) else {
            panic!("{code}: open after a restart")
        };
        assert_eq!((until, why.code.as_str()), (again, code));
        assert_eq!(why.params["at"], again.millis(), "it says when");
        assert_eq!(fleet.reading(&route, at(2.0)).condition, Condition::Parked);
        fleet.look_again(|project| project == "practice", |billing| billing == "practice", at(3.0));
        assert_eq!(fleet.way(&route, &load(0), at(3.0)), Way::Open);
        fleet.start(call(2), &route, &load(0), at(3.0));
        assert!(matches!(fleet.way(&route, &load(0), at(4.0)), Way::Busy(_)), "one call looks");
        land(&mut fleet, 2, 200, "", at(30.0));
        assert_eq!(fleet.way(&route, &load(0), at(30.0)), Way::Open);
        assert!(fleet.trouble(&route.account, &route.billing).is_none());
    }
}

const SPENT: &str = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Spend-based rate limit of your usage tier exceeded. Please retry in 200s."}}"#;

#[test]
fn money_of_ten_minutes_is_the_billing_accounts_and_a_refusal_teaches_its_limit() {
    let mut fleet = Fleet::default();
    let one = route(Limits::default());
    let other = Route {
        project: "other".into(),
        model: "n".into(),
        account: AccountId::from_text("b"),
        ..one.clone()
    };
    fleet.start(call(1), &one, &load(240_000), at(0.0));
    land(&mut fleet, 1, 200, "", at(20.0));
    fleet.start(call(2), &one, &load(240_000), at(30.0));
    land(&mut fleet, 2, 429, SPENT, at(31.0));
    let shut = |fleet: &mut Fleet, route: &Route, now| match fleet.way(route, &load(240_000), now) {
        Way::Until(until, why) => (until.since(T).as_secs(), why.code),
        other => panic!("{other:?}"),
    };
    for route in [&one, &other] {
        let (until, code) = shut(&mut fleet, route, at(32.0));
        assert!(until >= 600 && code == "E-RATE-SPEND", "the first must leave the window: {until} {code}");
    }
    let elsewhere = Route { billing: "else".into(), ..other };
    assert_eq!(fleet.way(&elsewhere, &load(240_000), at(32.0)), Way::Open, "another one pays");
    assert_eq!(fleet.way(&one, &load(240_000), at(601.0)), Way::Open);
}

#[test]
fn one_account_names_the_limit_of_ten_minutes_for_all_of_its_billing_account() {
    let mut fleet = Fleet::default();
    let limits = Limits { usd_10min: Some(Usd(300_000)), ..Limits::default() };
    fleet.set_limits([&Account { project: "another".into(), limits, ..Account::built_in_practice() }]);
    let unnamed = route(Limits::default());
    fleet.start(call(1), &unnamed, &load(240_000), at(0.0));
    land(&mut fleet, 1, 200, "", at(1.0));
    assert!(matches!(fleet.way(&unnamed, &load(240_000), at(1.0)), Way::Until(..)));
    assert_eq!(fleet.way(&unnamed, &load(60_000), at(10.0)), Way::Open);
}

#[test]
fn a_budget_without_room_bars_dear_calls_until_it_is_a_new_one_or_a_call_comes_back() {
    let mut fleet = Fleet::default();
    let real = Route { practice: false, ..route(Limits { ipm: Some(100), ..Limits::default() }) };
    let other = Route { account: AccountId::from_text("b"), ..real.clone() };
    let dry = |on_the_wire| Dry {
        price: Usd(100),
        until: at(900.0),
        on_the_wire,
        why: Sentence::new("R-account-day-limit"),
    };
    fleet.start(call(1), &real, &load(0), at(0.0));
    fleet.run_dry(Purse::Account(real.account.clone()), dry(true));
    assert!(
        matches!(fleet.way(&real, &load(100), at(2.0)), Way::Busy(_)),
        "what is on the wire may come back"
    );
    assert_eq!(fleet.way(&real, &load(99), at(2.0)), Way::Open, "a cheaper one fits");
    assert_eq!(fleet.way(&other, &load(100), at(2.0)), Way::Open, "another account has its own");
    land(&mut fleet, 1, 200, "", at(30.0));
    assert_eq!(fleet.way(&real, &load(100), at(30.0)), Way::Open, "the ledger decides again");
    fleet.run_dry(Purse::Account(real.account.clone()), dry(false));
    assert!(matches!(fleet.way(&real, &load(100), at(31.0)), Way::Until(until, _) if until == at(900.0)));
    assert_eq!(fleet.way(&real, &load(100), at(900.0)), Way::Open);
    let practice = Route { practice: true, ..real.clone() };
    assert_eq!(fleet.way(&practice, &load(100), at(31.0)), Way::Open);
}

#[test]
fn a_bare_refusal_at_a_new_level_is_a_hidden_cap() {
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    fleet.start(call(1), &route, &load(0), at(0.0));
    fleet.tick(at(15.0));
    fleet.start(call(2), &route, &load(0), at(16.0));
    land(&mut fleet, 2, 429, BARE, at(16.5));
    assert!(matches!(fleet.way(&route, &load(0), at(17.0)), Way::Busy(why) if why.code == "R-concurrency"));
    land(&mut fleet, 1, 200, "", at(25.0));
    assert_eq!(fleet.way(&route, &load(0), at(25.0)), Way::Open);
}

#[test]
fn projects_refused_at_the_same_moments_are_suspected_to_be_one() {
    let mut fleet = Fleet::default();
    let limits = Limits { ipm: Some(10), ..Limits::default() };
    let project = |name: &str| Route { project: name.into(), ..route(limits.clone()) };
    let (a, b, c) = (project("a"), project("b"), project("c"));
    let body = told("GenerateContentPaidTierImagesPerMinutePerProjectPerModel", 10, "6s");
    // The first refusal shows how large the bucket is, the next three are surprises.
    for round in 0..4 {
        let start = f64::from(round) * 600.0;
        for (number, route, after) in [(1, &a, 1.0), (2, &b, 2.0), (3, &c, 60.0)] {
            fleet.start(call(10 * round + number), route, &load(0), at(start + after - 0.5));
            land(&mut fleet, 10 * round + number, 429, &body, at(start + after));
        }
        let twin = fleet.reading(&a, at(start + 90.0)).twin;
        assert_eq!(twin.as_deref(), (round == 3).then_some("b"), "twice may be chance");
    }
    let later = at(1900.0);
    assert_eq!(fleet.reading(&b, later).twin.as_deref(), Some("a"));
    assert_eq!(fleet.reading(&c, later).twin, None, "it was refused a minute later");
    assert!(fleet.reading(&a, later).foreign >= 1.0, "to each the other is another application");
}

#[test]
fn nobody_reaches_an_origin_that_is_gone_but_one_at_a_time() {
    let (mut fleet, one) = (Fleet::default(), route(Limits::default()));
    let elsewhere = Route { origin: "https://b".into(), ..one.clone() };
    fleet.start(call(1), &one, &load(0), at(0.0));
    let verdict = judge::unsent("host", "no route");
    let landing = Landing { verdict: Some(&verdict), status: None, usd: Usd::ZERO, tokens: None };
    fleet.land(&call(1), &landing, at(0.5), 0.5);
    let Way::Until(until, why) = fleet.way(&one, &load(0), at(0.5)) else { panic!("shut") };
    assert_eq!(why.code, "E-OFFLINE");
    assert_eq!(fleet.way(&elsewhere, &load(0), at(0.5)), Way::Open);
    fleet.start(call(2), &one, &load(0), until);
    assert!(matches!(fleet.way(&one, &load(0), until), Way::Busy(_)));
    land(&mut fleet, 2, 200, "", at(30.0));
    assert_eq!(fleet.way(&one, &load(0), at(30.0)), Way::Open);
}

#[test]
fn where_4k_is_refused_and_2k_passes_the_smaller_size_is_known() {
    let mut fleet = Fleet::default();
    let route = route(Limits::default());
    for number in 0..3_u32 {
        let now = at(f64::from(number) * 60.0);
        for (size, status, body) in [(Size::Two, 200, ""), (Size::Four, 503, BUSY)] {
            assert_eq!(fleet.passes(&route, Size::Four), None, "too little is known after {number} of each");
            let call_of = number * 2 + u32::from(size == Size::Four);
            fleet.start(call(call_of), &route, &Load { size, ..load(1) }, now);
            land(&mut fleet, call_of, status, body, now.after(Duration::from_secs(2)));
        }
    }
    assert!(fleet.may_hint("m") && !fleet.may_hint("another"));
    assert_eq!(fleet.passes(&route, Size::Four), Some(Size::Two));
    assert_eq!(fleet.passes(&route, Size::Two), None, "it passes as it is");
}
