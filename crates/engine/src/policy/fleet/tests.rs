//! One call touches gate, pool, places, money and accounts at once.

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
    Load { size: Size::Two, tokens: 100, usd: Usd(usd), interactive: false, trials_overloads: 0 }
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
        model: "m",
        successor: None,
        last4: "wxyz",
        usd: Usd(240_000),
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
    assert_eq!((why.code.as_str(), why.params["limit"].as_str()), ("E-RATE-MINUTE", Some("5 images/min")));
    assert_eq!(fleet.way(&route, &load(0), until), Way::Open);
    let reading = fleet.reading(&route, at(0.2));
    assert_eq!(reading.condition, Condition::Quota);
    assert_eq!((reading.quota[0].limit, reading.quota[0].source), (Some(5.0), minute::Source::Told));
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
    let mut fleet = Fleet::restore(Saved::default(), &used, |_| Some(route.billing.clone()), at(1.0));
    assert!(matches!(fleet.way(&route, &load(0), at(1.0)), Way::Until(..)), "the minute");
    let way = fleet.way(&route, &load(500_000), at(100.0));
    assert!(matches!(way, Way::Until(until, _) if until >= at(600.0)), "the money of ten minutes");
    assert_eq!(fleet.way(&route, &load(0), at(100.0)), Way::Open, "what lies in the future is forgotten");
}

#[test]
fn a_batch_leaves_room_for_the_person_who_was_here() {
    let route = route(Limits { concurrency: Some(2), ipm: Some(100), ..Limits::default() });
    let mut fleet = Fleet::default();
    fleet.person_active(at(0.0));
    fleet.start(call(1), &route, &load(0), at(0.0));
    assert!(matches!(fleet.way(&route, &load(0), at(2.0)), Way::Busy(why) if why.code == "R-concurrency"));
    let person = Load { interactive: true, ..load(0) };
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
    let (mut fleet, route) = (Fleet::default(), route(Limits::default()));
    fleet.start(call(1), &route, &load(0), at(0.0));
    land(&mut fleet, 1, 429, &told("GenerateRequestsPerDayPerProjectPerModel", 250, "59s"), at(1.0));
    let Way::Until(until, why) = fleet.way(&route, &load(0), at(2.0)) else { panic!("shut") };
    assert_eq!((until, why.code.as_str()), (T.next_pacific_midnight(), "E-RATE-DAY"));
    assert_eq!(fleet.way(&route, &load(0), until), Way::Open);
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
fn nobody_reaches_an_origin_that_is_gone_but_one_at_a_time() {
    let (mut fleet, one) = (Fleet::default(), route(Limits::default()));
    let elsewhere = Route { origin: "https://b".into(), ..one.clone() };
    fleet.start(call(1), &one, &load(0), at(0.0));
    let terms = terms();
    let verdict = judge::unsent(&asked(&terms, at(0.0)), "host", "no route");
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
