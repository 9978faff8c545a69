//! Order, fairness and reasons of the queue.

use super::*;
use crate::policy::fleet::{Landing, Tier};
use crate::policy::verdict::{Again, Billed, Blame, Class, Scope, Verdict};
use crate::value::account::{Account, Limits};
use crate::value::id::AttemptId;
use crate::value::size::Size;
use std::time::{Duration, Instant};

const T: Timestamp = Timestamp(1_795_500_000_000);

fn at(seconds: u64) -> Timestamp {
    T.after(Duration::from_secs(seconds))
}

fn key() -> LineKey {
    LineKey {
        model: "m".into(),
        size: Size::Two,
        account: None,
        practice: true,
        fell_back: false,
        stand_in: None,
        tier: Tier::Standard,
        budgeted: false,
    }
}

fn waiting(seq: i64, sheet: &str, interactive: bool) -> Waiting {
    Waiting {
        job: JobId::from_text(format!("j{seq}")),
        seq,
        sheet: SheetId::from_text(sheet),
        interactive,
        lane: Lane::Now,
        line: key(),
        not_before: None,
        parked: false,
        deadline: None,
        falls_back: None,
        usd: Usd(100_000),
        tokens: 1,
        overloads: 0,
    }
}

fn route(limits: Limits) -> Arc<[Route]> {
    let account = Account { limits, ..Account::built_in_practice() };
    Arc::from([Route::of(&account, "m", Tier::Standard, None, false)])
}

struct Desk {
    queue: Queue,
    fleet: Fleet,
    routes: Arc<[Route]>,
    calls: u32,
}

impl Desk {
    fn new(limits: Limits) -> Self {
        Self { queue: Queue::default(), fleet: Fleet::default(), routes: route(limits), calls: 0 }
    }

    fn next(&mut self, now: Timestamp) -> Next {
        let routes = self.routes.clone();
        self.queue.next(&mut self.fleet, &move |_| routes.clone(), &|_, _| None, now)
    }

    /// Sends what goes, and lands it at once. Which went?
    fn served(&mut self, now: Timestamp) -> Option<i64> {
        let Next::Send { job, .. } = self.next(now) else { return None };
        self.calls += 1;
        let id = AttemptId::from_text(format!("t{}", self.calls));
        let load = Load { size: Size::Two, tokens: 1, usd: Usd(1), reserves: true, trials_overloads: 0 };
        self.fleet.start(id.clone(), &self.routes[0].clone(), &load, now);
        let landing = Landing { verdict: None, status: Some(200), usd: Usd(1), tokens: None };
        self.fleet.land(&id, &landing, now, 0.5);
        job.as_str()[1..].parse().ok()
    }
}

/// Limits that never bind.
fn wide() -> Limits {
    Limits { ipm: Some(1_000_000), ..Limits::default() }
}

fn order(desk: &mut Desk, count: u64) -> Vec<i64> {
    (0..count).filter_map(|second| desk.served(at(second))).collect()
}

#[test]
fn people_come_first_and_batches_keep_a_fifth() {
    let mut desk = Desk::new(wide());
    for seq in 0..10 {
        desk.queue.put(waiting(seq, "batch", false));
    }
    for seq in 10..20 {
        desk.queue.put(waiting(seq, "person", true));
    }
    assert_eq!(order(&mut desk, 20)[..11], [10, 11, 12, 13, 0, 14, 15, 16, 17, 1, 18]);
}

#[test]
fn batches_share_by_cost_and_keep_their_order() {
    let mut desk = Desk::new(wide());
    for seq in 0..6 {
        desk.queue.put(waiting(seq, "dear", false));
    }
    for seq in 6..12 {
        desk.queue.put(Waiting { usd: Usd(50_000), ..waiting(seq, "cheap", false) });
    }
    assert_eq!(order(&mut desk, 6), [0, 6, 7, 1, 8, 9]);
    desk.queue.put(waiting(0, "dear", false));
    desk.queue.take(&JobId::from_text("j2"));
    assert!(order(&mut desk, 4).starts_with(&[0]), "what comes back has its place");
}

#[test]
fn a_job_waits_for_its_time_and_a_held_sheet_for_the_user() {
    let mut desk = Desk::new(wide());
    desk.queue.put(Waiting { not_before: Some(at(5)), ..waiting(0, "a", false) });
    assert_eq!(desk.next(at(1)), Next::Idle { wake: Some(at(5)) });
    desk.queue.pause_sheet(&SheetId::from_text("a"));
    assert_eq!(desk.served(at(5)), None);
    assert_eq!(desk.queue.why(&JobId::from_text("j0")).expect("a reason").1.code, "R-sheet-paused");
    desk.queue.resume_sheet(&SheetId::from_text("a"));
    assert_eq!(desk.served(at(6)), Some(0));
    assert!(desk.queue.is_empty());
}

#[test]
fn every_wait_has_its_reason() {
    let mut desk = Desk::new(Limits { ipm: Some(1), rpd: Some(2), ..Limits::default() });
    for seq in 0..4 {
        desk.queue.put(waiting(seq, "a", false));
    }
    assert_eq!(desk.served(at(0)), Some(0));
    let minute = at(60).after(Duration::from_millis(1));
    assert_eq!(desk.next(at(0)), Next::Idle { wake: Some(minute) });
    let (until, why) = desk.queue.why(&JobId::from_text("j3")).expect("a reason");
    assert_eq!((until, why.code.as_str()), (Some(minute), "E-RATE-MINUTE"));
    assert_eq!((&why.params["limit"], &why.params["of"]), (&1.into(), &"ipm".into()));
    assert_eq!(desk.served(minute), Some(1));
    let Next::Park { jobs, until, why } = desk.next(at(121)) else { panic!("parked") };
    assert_eq!((jobs.len(), until, why.code.as_str()), (2, Some(T.next_pacific_midnight()), "E-RATE-DAY"));
}

#[test]
fn tokens_are_reserved_by_what_a_job_holds_and_settled_by_what_it_took() {
    let mut desk = Desk::new(Limits { tpm: Some(1_000), ..wide() });
    // A prompt with a reference, and one without.
    desk.queue.put(Waiting { tokens: 800, ..waiting(0, "a", false) });
    desk.queue.put(Waiting { tokens: 800, ..waiting(1, "a", false) });
    let Next::Send { .. } = desk.next(at(0)) else { panic!("it fits") };
    let id = AttemptId::from_text("t");
    let load = Load { size: Size::Two, tokens: 800, usd: Usd(1), reserves: true, trials_overloads: 0 };
    desk.fleet.start(id.clone(), &desk.routes[0].clone(), &load, at(0));
    assert!(matches!(desk.next(at(0)), Next::Idle { .. }), "it does not");
    let (until, why) = desk.queue.why(&JobId::from_text("j1")).expect("a reason");
    assert!(until > Some(at(30)), "600 tokens are 36 seconds of the minute");
    assert_eq!((&why.params["limit"], &why.params["of"]), (&1000.into(), &"tpm".into()));
    // The provider counted a quarter of it: the next one need not wait.
    let landing = Landing { verdict: None, status: Some(200), usd: Usd(1), tokens: Some(200) };
    desk.fleet.land(&id, &landing, at(1), 0.5);
    assert_eq!(desk.served(at(1)), Some(1));
}

#[test]
fn off_peak_waits_for_its_hour_or_its_deadline() {
    let mut desk = Desk::new(wide());
    let job = Waiting { lane: Lane::OffPeak, deadline: Some(at(100)), ..waiting(0, "a", false) };
    desk.queue.put(job);
    let routes = desk.routes.clone();
    let mut look = |now| desk.queue.next(&mut desk.fleet, &|_| routes.clone(), &|_, _| Some(at(3600)), now);
    assert_eq!(look(at(0)), Next::Idle { wake: Some(at(100)) });
    assert!(matches!(look(at(100)), Next::Send { .. }));
}

#[test]
fn a_step_with_ten_thousand_jobs_is_quick() {
    let mut desk = Desk::new(Limits { ipm: Some(1), ..Limits::default() });
    let account = Account::built_in_practice();
    desk.routes = (0..8)
        .map(|n| {
            let account = Account { project: format!("p{n}"), ..account.clone() };
            let limits = Limits { ipm: Some(1), ..Limits::default() };
            Route::of(&Account { limits, ..account }, "m", Tier::Standard, None, false)
        })
        .collect();
    // Half of them in sheets of their own, as a file of prompts makes them.
    for seq in 0..10_000 {
        let sheet = if seq < 5000 { seq % 40 } else { seq };
        desk.queue.put(waiting(seq, &format!("s{sheet}"), false));
    }
    while desk.served(at(0)).is_some() {}
    let start = Instant::now();
    for _ in 0..100 {
        assert!(matches!(desk.next(at(1)), Next::Idle { .. }));
    }
    let step = start.elapsed() / 100;
    assert!(step < Duration::from_millis(5), "{step:?}");
}

#[test]
fn a_smaller_picture_goes_out_just_before_the_larger_one_it_is_made_ahead_of() {
    let mut desk = Desk::new(wide());
    let line = LineKey { size: Size::Four, ..key() };
    for seq in 1..=3 {
        desk.queue.put(Waiting { seq: place(seq, None), line: line.clone(), ..waiting(seq, "a", false) });
    }
    // Asked for last.
    desk.queue.put(Waiting { seq: place(9, Some(2)), ..waiting(9, "a", false) });
    // A minute apart: nobody has proven yet how many go at once.
    let order: Vec<i64> = (0..4).filter_map(|minute| desk.served(at(minute * 60))).collect();
    assert_eq!(order, [1, 9, 2, 3]);
}

#[test]
fn what_is_held_is_told_of_lines_and_sheets_not_of_jobs() {
    let mut desk = Desk::new(Limits { ipm: Some(1), ..Limits::default() });
    for seq in 1..=50 {
        desk.queue.put(waiting(seq, "a", false));
    }
    while desk.served(T).is_some() {}
    desk.queue.pause_sheet(&SheetId::from_text("b"));
    let mut holds: Vec<(bool, String)> = desk
        .queue
        .holds()
        .into_iter()
        .map(|(what, why)| (matches!(what, Holds::Sheet(_)), why.code))
        .collect();
    holds.sort();
    assert_eq!(holds, [(false, "E-RATE-MINUTE".to_owned()), (true, "R-sheet-paused".to_owned())]);
}

/// A second route beside the first.
fn beside(desk: &mut Desk, limits: Limits) -> Route {
    let account = Account {
        id: crate::value::id::AccountId::from_text("other"),
        project: "other".into(),
        billing: "other".into(),
        limits,
        ..Account::built_in_practice()
    };
    let route = Route::of(&account, "m", Tier::Standard, None, false);
    desk.routes = desk.routes.iter().cloned().chain([route.clone()]).collect();
    route
}

/// The model refuses a call for want of capacity, now.
fn overload(desk: &mut Desk, route: usize, now: Timestamp) {
    desk.calls += 1;
    let id = AttemptId::from_text(format!("t{}", desk.calls));
    let load = Load { size: Size::Two, tokens: 1, usd: Usd(1), reserves: true, trials_overloads: 0 };
    desk.fleet.start(id.clone(), &desk.routes[route].clone(), &load, now);
    let sentence = Sentence::new("E-OVERLOAD");
    let again = Again::BackOff(None);
    let verdict = Verdict::new(Class::Overload, Billed::No, Blame::Provider, again, Scope::Model, sentence);
    let landing = Landing { verdict: Some(&verdict), status: Some(503), usd: Usd(0), tokens: None };
    desk.fleet.land(&id, &landing, now, 0.5);
}

/// An outage of so many minutes, in which every probe is refused: whom it makes take the other model, and when.
fn outage(desk: &mut Desk, hours: Hours<'_>, from: u64, minutes: u64) -> Vec<(u64, Vec<i64>)> {
    (0..8).for_each(|_| overload(desk, 0, at(from * 60)));
    let (mut fallen, all) = (Vec::new(), desk.queue.jobs.clone());
    for second in from * 60..=(from + minutes) * 60 {
        let now = at(second);
        loop {
            let routes = desk.routes.clone();
            match desk.queue.next(&mut desk.fleet, &|_| routes.clone(), hours, now) {
                Next::Send { job, route } => {
                    overload(desk, route, now);
                    desk.queue.put(all[&job].clone());
                }
                Next::FallBack { mut jobs } => {
                    jobs.sort_by_key(ToString::to_string);
                    let jobs = jobs.iter().filter_map(|job| job.as_str()[1..].parse().ok());
                    fallen.push((second / 60, jobs.collect()));
                }
                Next::Park { .. } | Next::Return { .. } => panic!("nothing is parked"),
                Next::Idle { .. } => break,
            }
        }
    }
    fallen
}

fn impatient(seq: i64, sheet: &str, interactive: bool) -> Waiting {
    Waiting { falls_back: Some((T, Duration::from_secs(600))), ..waiting(seq, sheet, interactive) }
}

#[test]
fn what_the_hour_or_the_user_holds_does_not_lose_patience_with_a_model_it_does_not_wait_for() {
    let mut desk = Desk::new(wide());
    // Two of each: one may be on the wire as the probe.
    for seq in 0..2 {
        desk.queue.put(impatient(seq, "waits", false));
        desk.queue.put(impatient(seq + 2, "waits too", true));
        desk.queue.put(Waiting { lane: Lane::OffPeak, ..impatient(seq + 4, "off-peak", false) });
        desk.queue.put(impatient(seq + 6, "held", false));
    }
    desk.queue.pause_sheet(&SheetId::from_text("held"));
    let opens = at(20 * 60);
    let hours: Hours<'_> = &move |_, now| (now < opens).then_some(opens);
    assert_eq!(outage(&mut desk, hours, 0, 11), [(10, vec![2, 3]), (10, vec![0, 1])]);
    // From the hour on it waits for the model like everybody else.
    desk.queue.resume_sheet(&SheetId::from_text("held"));
    assert_eq!(outage(&mut desk, &|_, _| None, 20, 9), []);
    assert_eq!(outage(&mut desk, &|_, _| None, 29, 2), [(30, vec![4, 5, 6, 7])]);
}

#[test]
fn a_used_up_day_parks_whom_it_keeps_not_whom_the_hour_keeps() {
    let mut desk = Desk::new(Limits { ipm: Some(1000), rpd: Some(1), ..Limits::default() });
    desk.queue.put(waiting(0, "a", false));
    desk.queue.put(waiting(1, "a", false));
    desk.queue.put(Waiting { lane: Lane::OffPeak, ..waiting(2, "off-peak", false) });
    let routes = desk.routes.clone();
    let tomorrow = T.next_pacific_midnight().after(Duration::from_secs(3600));
    assert_eq!(desk.served(at(0)).map(|_| ()), Some(()), "the day's one call");
    let mut look = || desk.queue.next(&mut desk.fleet, &|_| routes.clone(), &|_, _| Some(tomorrow), at(1));
    assert!(matches!(look(), Next::Park { jobs, .. } if jobs.len() == 1));
    assert!(matches!(look(), Next::Idle { .. }));
    assert_eq!(desk.queue.why(&JobId::from_text("j2")).expect("a reason").1.code, "R-off-peak");
}

#[test]
fn a_sheet_that_was_held_does_not_take_all_turns_once_it_is_let_go() {
    let mut desk = Desk::new(wide());
    for seq in 0..20 {
        desk.queue.put(waiting(seq, "held", false));
        desk.queue.put(waiting(seq + 100, "goes on", false));
    }
    desk.queue.pause_sheet(&SheetId::from_text("held"));
    let before: Vec<i64> = (0..10).filter_map(|second| desk.served(at(second))).collect();
    assert!(before.len() == 10 && before.iter().all(|seq| *seq >= 100), "{before:?}");
    desk.queue.resume_sheet(&SheetId::from_text("held"));
    let after: Vec<i64> = (10..20).filter_map(|second| desk.served(at(second))).collect();
    let held = after.iter().filter(|seq| **seq < 100).count();
    assert!((5..=6).contains(&held), "they take turns: {after:?}");
}

#[test]
fn a_limit_that_keeps_people_waiting_too_leaves_the_batch_its_turn() {
    let mut desk = Desk::new(Limits { ipm: Some(10), ..Limits::default() });
    for seq in 0..4 {
        desk.queue.put(waiting(seq, "batch", false));
    }
    for seq in 10..40 {
        desk.queue.put(waiting(seq, "person", true));
    }
    desk.fleet.person_active(T);
    let order = order(&mut desk, 240);
    let batch = order.iter().filter(|seq| **seq < 10).count();
    assert!(order.len() >= 20 && batch == 4, "one in five is the batch's: {order:?}");
}

#[test]
fn a_held_route_hides_neither_why_the_other_waits_nor_that_it_is_out() {
    let mut desk = Desk::new(wide());
    let held = beside(&mut desk, wide());
    desk.fleet.pause(&held.account, "m");
    desk.queue.put(impatient(0, "a", false));
    desk.queue.put(impatient(1, "a", false));
    assert_eq!(outage(&mut desk, &|_, _| None, 0, 9), []);
    assert_eq!(desk.queue.why(&JobId::from_text("j0")).expect("a reason").1.code, "E-OVERLOAD");
    assert_eq!(outage(&mut desk, &|_, _| None, 9, 2), [(10, vec![0, 1])]);
    // All held: that is the reason, and no outage makes anybody give up.
    desk.queue.put(impatient(0, "a", false));
    desk.fleet.pause(&desk.routes[0].account, "m");
    assert!(matches!(desk.next(at(1300)), Next::Idle { .. }));
    assert_eq!(desk.queue.why(&JobId::from_text("j0")).expect("a reason").1.code, "R-route-paused");
}

#[test]
fn one_refusal_is_no_outage_even_to_who_takes_the_other_model_at_once() {
    let mut desk = Desk::new(Limits { ipm: Some(1), ..Limits::default() });
    let now = |seq| Waiting { falls_back: Some((T, Duration::ZERO)), ..waiting(seq, "a", false) };
    (0..4).for_each(|seq| desk.queue.put(now(seq)));
    while desk.served(at(0)).is_some() {}
    overload(&mut desk, 0, at(1));
    assert!(matches!(desk.next(at(1)), Next::Idle { .. }), "they wait for the minute");
    (0..8).for_each(|_| overload(&mut desk, 0, at(2)));
    assert!(matches!(desk.next(at(2)), Next::FallBack { jobs } if jobs.len() == 3));
}

#[test]
fn what_people_were_sent_is_no_batchs_turn() {
    let mut desk = Desk::new(wide());
    for seq in 0..20 {
        desk.queue.put(waiting(seq, "first", false));
        desk.queue.put(Waiting { usd: Usd(1_000_000), ..waiting(100 + seq, "person", true) });
    }
    assert_eq!(order(&mut desk, 25).len(), 25);
    for seq in 200..210 {
        desk.queue.put(waiting(seq, "second", false));
    }
    let next: Vec<i64> = (25..31).filter_map(|second| desk.served(at(second))).collect();
    assert!(next.iter().filter(|seq| **seq >= 200).count() >= 3, "they take turns: {next:?}");
}

#[test]
fn what_was_parked_until_now_is_told_to_be_in_line_again() {
    let mut desk = Desk::new(wide());
    desk.queue.put(Waiting { not_before: Some(at(5)), parked: true, ..waiting(0, "a", false) });
    desk.queue.put(Waiting { not_before: Some(at(5)), ..waiting(1, "a", false) });
    assert_eq!(desk.next(at(4)), Next::Idle { wake: Some(at(5)) });
    assert_eq!(desk.next(at(5)), Next::Return { jobs: vec![JobId::from_text("j0")] });
    assert_eq!((desk.served(at(5)), desk.served(at(65))), (Some(0), Some(1)), "once");
}

#[test]
fn a_sheet_of_which_all_was_away_does_not_take_all_turns_when_it_comes_back() {
    let mut desk = Desk::new(wide());
    for seq in 0..20 {
        desk.queue.put(waiting(100 + seq, "goes on", false));
    }
    let away = |seq| Waiting { not_before: Some(at(10)), parked: true, ..waiting(seq, "away", false) };
    desk.queue.put(waiting(0, "away", false));
    assert_eq!(desk.served(at(0)), Some(0));
    (1..10).for_each(|seq| desk.queue.put(away(seq)));
    assert_eq!((1..10).filter_map(|second| desk.served(at(second))).count(), 9);
    assert!(matches!(desk.next(at(10)), Next::Return { .. }));
    let after: Vec<i64> = (10..20).filter_map(|second| desk.served(at(second))).collect();
    let away = after.iter().filter(|seq| **seq < 100).count();
    assert!((5..=6).contains(&away), "they take turns: {after:?}");
}

#[test]
fn who_wants_the_half_price_tier_is_known_wherever_it_stands() {
    let mut desk = Desk::new(wide());
    assert!(!desk.queue.wants_flex());
    let line = LineKey { tier: Tier::Flex, ..key() };
    let job = Waiting { line, not_before: Some(at(10)), ..waiting(0, "a", false) };
    desk.queue.put(job.clone());
    desk.queue.put(job.clone());
    assert!(desk.queue.wants_flex(), "its time has not come");
    desk.queue.take(&job.job);
    assert!(!desk.queue.wants_flex());
}
