//! Tables: what is measured, what is open, what is said.

use super::*;

fn route(change: impl FnOnce(&mut RouteFacts)) -> Facts {
    let mut route = RouteFacts {
        account: "studio".into(),
        project: "p".into(),
        model: "m".into(),
        name: "M".into(),
        ..Default::default()
    };
    change(&mut route);
    Facts { routes: vec![route], ..Facts::default() }
}

fn subject(kind: Kind) -> Subject {
    let of_route = |text: &str| Some(text.to_owned());
    match kind {
        Kind::Budget | Kind::Unknown | Kind::StandIn | Kind::AutoSave => {
            Subject { kind, account: None, model: None }
        }
        _ => Subject { kind, account: of_route("studio"), model: of_route("m") },
    }
}

/// What is said: `+code` raised, `-kind` over.
fn said(facts: &Facts, rules: &AlertRules, open: &[(Subject, Sentence)]) -> Vec<String> {
    let text = |change: Change| match change {
        Change::Raise(_, sentence) => format!("+{}", sentence.code),
        Change::Resolve(subject) => format!("-{}", subject.kind.as_str()),
    };
    judge(facts, rules, open).into_iter().map(text).collect()
}

/// The same facts where nothing is open, and where this kind is.
fn both(facts: &Facts, kind: Kind, code: &str) -> (Vec<String>, Vec<String>) {
    let rules = AlertRules::default();
    (said(facts, &rules, &[]), said(facts, &rules, &[(subject(kind), Sentence::new(code))]))
}

#[test]
fn overload_is_said_over_enough_calls_and_is_over_below_half() {
    let (raise, over): (&[&str], &[&str]) = (&["+A-overload"], &["-overload"]);
    let table: [(u32, u32, &[&str], &[&str]); 8] = [
        // calls, overloaded, with nothing open, with it open
        (20, 1, raise, &[]),
        (19, 19, &[], &[]),
        (50, 1, raise, &[]),
        (100, 1, &[], &[]),
        (200, 1, &[], over),
        (5, 0, &[], over),
        (4, 0, &[], &[]),
        (0, 0, &[], over),
    ];
    for (calls, overloaded, closed, open) in table {
        let facts = route(|route| (route.calls, route.overloaded) = (calls, overloaded));
        let (now, then) = both(&facts, Kind::Overload, "A-overload");
        assert_eq!((now, then), (strings(closed), strings(open)), "{overloaded} of {calls}");
    }
}

/// Out since, calls, overloaded.
type Hour = (Option<Timestamp>, u32, u32);

#[test]
fn a_model_that_is_out_is_said_whatever_the_number_of_calls_and_is_over_once() {
    let since = Some(Timestamp(9));
    let table: [(Hour, &[&str], &[&str]); 6] = [
        // with nothing open, with it open
        ((since, 3, 3), &["+A-out"], &[]),
        ((since, 300, 3), &["+A-out"], &[]),
        // All that waited was stopped: nobody knows any more.
        ((since, 0, 0), &[], &["-overload"]),
        ((None, 6, 4), &[], &["-overload"]),
        // It is back, and the hour was bad: what is open says so.
        ((None, 40, 20), &["+A-overload"], &[]),
        ((None, 200, 1), &[], &["-overload"]),
    ];
    for ((out, calls, overloaded), closed, open) in table {
        let facts = route(|route| (route.out, route.calls, route.overloaded) = (out, calls, overloaded));
        let (now, then) = both(&facts, Kind::Overload, "A-out");
        assert_eq!((now, then), (strings(closed), strings(open)), "{out:?} {overloaded} of {calls}");
    }
}

#[test]
fn several_accounts_of_one_model_or_project_are_one_alert() {
    let one = |account: &str, project: &str, change: fn(&mut RouteFacts)| {
        let facts = route(|route| {
            (route.account, route.project, route.origin) =
                (account.into(), project.into(), "https://g".into());
            (route.out, route.calls, route.overloaded) = (Some(Timestamp(9)), 4, 4);
            route.day = Some((240, 250, Timestamp(99)));
            change(route);
        });
        facts.routes.into_iter().next().expect("it is one")
    };
    let said = |routes: Vec<RouteFacts>, open: &[(Subject, Sentence)]| {
        said(&Facts { routes, ..Facts::default() }, &AlertRules::default(), open)
    };
    let two = || vec![one("a", "p", |_| {}), one("b", "p", |_| {})];
    assert_eq!(said(two(), &[]), ["+A-out", "+A-quota-day"]);
    // It stays the one that was raised, whichever account it was raised for and whichever calls.
    let by_b = |kind| Subject { kind, account: Some("b".into()), model: Some("m".into()) };
    let open = [Kind::Overload, Kind::QuotaDay].map(|kind| (by_b(kind), Sentence::new("A-out")));
    assert_eq!(said(two(), &open), [""; 0]);
    // Another project has a day of its own; what is refused to one alone is said of that one.
    let other = vec![one("a", "p", |_| {}), one("b", "q", |_| {})];
    assert_eq!(said(other, &[]), ["+A-out", "+A-quota-day", "+A-quota-day"]);
    let served: fn(&mut RouteFacts) = |route| (route.out, route.overloaded) = (None, 0);
    let alone = vec![one("a", "p", |route| route.alone = true), one("b", "p", served)];
    assert_eq!(said(alone, &[]), ["+A-out-project", "+A-quota-day"]);
    let elsewhere = vec![one("a", "p", |_| {}), one("b", "p", |route| route.origin = "https://r".into())];
    assert_eq!(said(elsewhere, &[]), ["+A-out", "+A-out", "+A-quota-day"]);
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Lately, of how many, usually and of how many, the fixed number.
type Times = (i64, u32, Option<(i64, u32)>, Option<i64>);

#[test]
fn slow_is_against_the_models_own_time_or_a_number() {
    let (over, none): (&[&str], &[&str]) = (&["-latency"], &[]);
    let table: [(Times, &[&str], &[&str]); 9] = [
        // times, with nothing open, with it open
        ((75_000, 5, Some((50_000, 10)), None), &["+A-latency"], none),
        ((74_000, 5, Some((50_000, 10)), None), none, none),
        ((60_000, 5, Some((50_000, 10)), None), none, over),
        ((90_000, 4, Some((50_000, 10)), None), none, none),
        ((90_000, 5, Some((50_000, 9)), None), none, over),
        ((90_000, 5, None, None), none, over),
        ((60_000, 5, None, Some(60_000)), &["+A-latency-fixed"], none),
        ((55_000, 5, None, Some(60_000)), none, none),
        ((50_000, 5, None, Some(60_000)), none, over),
    ];
    for ((lately, calls, usual, fixed), closed, open) in table {
        let pace = Pace { size: "4K".into(), lately: (lately, calls), usual };
        let facts = route(|route| route.paces.push(pace));
        let rules = AlertRules { latency_fixed_ms: fixed, ..AlertRules::default() };
        assert_eq!(said(&facts, &rules, &[]), strings(closed), "{lately} {usual:?} {fixed:?}");
        let is_open = [(subject(Kind::Latency), Sentence::new("A-latency"))];
        assert_eq!(said(&facts, &rules, &is_open), strings(open), "{lately} {usual:?} {fixed:?} open");
    }
}

#[test]
fn a_day_nearly_used_is_said_once_and_is_over_when_the_day_turns() {
    let (raise, over): (&[&str], &[&str]) = (&["+A-quota-day"], &["-quota_day"]);
    let table: [(i64, i64, &[&str], &[&str]); 5] = [
        (85, 100, raise, &[]),
        (84, 100, &[], &[]),
        (79, 100, &[], over),
        (0, 100, &[], over),
        // Without a limit there is no share.
        (500, 0, &[], over),
    ];
    for (used, limit, closed, open) in table {
        let facts = route(|route| route.day = Some((used, limit, Timestamp(9))));
        assert_eq!(both(&facts, Kind::QuotaDay, "A-quota-day"), (strings(closed), strings(open)), "{used}");
    }
}

#[test]
fn one_call_may_get_lost_three_are_said() {
    let table: [(u32, &[&str], &[&str]); 4] =
        [(0, &[], &["-timeouts"]), (1, &[], &[]), (2, &[], &[]), (3, &["+A-timeouts"], &[])];
    for (lost, closed, open) in table {
        let facts = route(|route| route.timeouts = lost);
        assert_eq!(both(&facts, Kind::Timeouts, "A-timeouts"), (strings(closed), strings(open)), "{lost}");
    }
}

#[test]
fn outcomes_unknown_are_said_until_all_are_decided() {
    let choice = AskedFacts {
        jobs: 3,
        asked: ("Pro".into(), Some(Usd(240_000))),
        other: ("Flash".into(), Usd(113_000)),
        finish: None,
    };
    let asked = Facts { asked: Some(choice.clone()), ..Facts::default() };
    assert_eq!(both(&asked, Kind::StandIn, "A-stand-in"), (strings(&["+A-stand-in"]), strings(&[])));
    let told = Facts { asked: Some(AskedFacts { finish: Some(Timestamp(9)), ..choice }), ..Facts::default() };
    let changes = judge(&told, &AlertRules::default(), &[]);
    let [Change::Raise(_, said)] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(said.code, "A-stand-in-at");
    let figures = ["n", "usd", "other_usd", "at"].map(|key| said.params[key].as_i64());
    assert_eq!(figures, [Some(3), Some(240_000), Some(113_000), Some(9)], "each choice, and when");
    for (unknown, closed, open) in [(0, vec![], vec!["-unknown"]), (2, vec!["+A-unknown"], vec![])] {
        let facts = Facts { unknown, ..Facts::default() };
        assert_eq!(both(&facts, Kind::Unknown, "A-unknown"), (strings(&closed), strings(&open)));
    }
}

#[test]
fn copies_that_cannot_be_made_are_said_until_one_is_made() {
    let why = || Some(Err(Sentence::new("A-auto-save")));
    let table = [
        (None, vec![], vec![]),
        (why(), vec!["+A-auto-save"], vec![]),
        (Some(Ok(())), vec![], vec!["-auto_save"]),
    ];
    for (auto_save, closed, open) in table {
        let facts = Facts { auto_save: auto_save.clone(), ..Facts::default() };
        let said = both(&facts, Kind::AutoSave, "A-auto-save");
        assert_eq!(said, (strings(&closed), strings(&open)), "{auto_save:?}");
    }
}

#[test]
fn one_budget_is_spoken_of_at_a_time() {
    let budget = |code: &str, sheet: Option<&str>, spent| {
        let sentence = Sentence::new(code);
        let sentence = sheet.map_or(sentence.clone(), |sheet| sentence.with("sheet", sheet));
        BudgetFacts { sentence, spent: Usd(spent), limit: Usd(100) }
    };
    let (day, sheet) =
        (|spent| budget("A-budget-day", None, spent), |id, spent| budget("A-budget-sheet", Some(id), spent));
    let open = |facts: &BudgetFacts| vec![(subject(Kind::Budget), facts.sentence.clone())];
    let table = [
        (vec![day(80)], vec![], vec!["+A-budget-day"]),
        (vec![day(79)], vec![], vec![]),
        (vec![day(79)], open(&day(0)), vec![]),
        (vec![day(74)], open(&day(0)), vec!["-budget"]),
        (vec![day(85), sheet("s", 95)], vec![], vec!["+A-budget-sheet"]),
        (vec![day(85), sheet("s", 95)], open(&day(0)), vec![]),
        (vec![day(0), sheet("s", 95)], open(&day(0)), vec!["-budget", "+A-budget-sheet"]),
        // The sheet is done; another one is not it.
        (vec![sheet("t", 10)], open(&sheet("s", 0)), vec!["-budget"]),
    ];
    for (budgets, open, expected) in table {
        let facts = Facts { budgets, ..Facts::default() };
        assert_eq!(said(&facts, &AlertRules::default(), &open), strings(&expected), "{facts:?}");
    }
}

#[test]
fn a_payers_budget_is_said_beside_the_others() {
    let budget = |code: &str, whose: &str, name: &str, spent| {
        let sentence = Sentence::new(code).with(whose, name);
        BudgetFacts { sentence, spent: Usd(spent), limit: Usd(100) }
    };
    let day = || BudgetFacts { sentence: Sentence::new("A-budget-day"), spent: Usd(90), limit: Usd(100) };
    let budgets = vec![
        day(),
        budget("A-budget-account-day", "account", "studio", 85),
        budget("A-budget-account-month", "account", "studio", 99),
        budget("A-budget-billing-day", "billing", "acme", 80),
        budget("A-budget-account-day", "account", "relay", 79),
    ];
    let facts = Facts { budgets, ..Facts::default() };
    let open = vec![(subject(Kind::Budget), day().sentence)];
    let said = said(&facts, &AlertRules::default(), &open);
    assert_eq!(said, strings(&["+A-budget-billing-day", "+A-budget-account-month"]));
}

#[test]
fn an_account_that_is_shut_is_said_and_so_is_another_reason() {
    let shut =
        |name: &str, billing: &str, code: &str| (name.to_owned(), billing.to_owned(), Sentence::new(code));
    let why = |code: &str| vec![shut("studio", "acme", code)];
    let is_open = |code: &str| {
        let subject = Subject { kind: Kind::Parked, account: Some("studio".into()), model: None };
        vec![(subject, Sentence::new(code))]
    };
    let table = [
        (why("E-CREDIT"), vec![], vec!["+E-CREDIT"]),
        (why("E-CREDIT"), is_open("E-CREDIT"), vec![]),
        (why("E-KEY-REJECTED"), is_open("E-CREDIT"), vec!["-parked", "+E-KEY-REJECTED"]),
        (vec![], is_open("E-CREDIT"), vec!["-parked"]),
    ];
    for (parked, open, expected) in table {
        let facts = Facts { parked, ..Facts::default() };
        assert_eq!(said(&facts, &AlertRules::default(), &open), strings(&expected), "{facts:?}");
    }
    // No credit is the payer's, whichever of their accounts met it; a key is its account's.
    for (code, payers, expected) in [
        ("E-CREDIT", ["acme", "acme"], vec!["+E-CREDIT"]),
        ("E-CREDIT", ["acme", "other"], vec!["+E-CREDIT", "+E-CREDIT"]),
        ("E-FORBIDDEN", ["acme", "acme"], vec!["+E-FORBIDDEN", "+E-FORBIDDEN"]),
    ] {
        let parked = vec![shut("a", payers[0], code), shut("b", payers[1], code)];
        let facts = Facts { parked, ..Facts::default() };
        assert_eq!(said(&facts, &AlertRules::default(), &[]), strings(&expected), "{code} {payers:?}");
    }
    // One model of an account, and the user holds it then.
    let facts = route(|route| route.parked = Some(Sentence::new("E-MODEL-GONE")));
    assert_eq!(both(&facts, Kind::Parked, "E-MODEL-GONE"), (strings(&["+E-MODEL-GONE"]), vec![]));
    assert_eq!(both(&Facts::default(), Kind::Parked, "E-MODEL-GONE").1, strings(&["-parked"]));
}

#[test]
fn what_the_user_holds_is_not_spoken_of() {
    for kind in [Kind::Overload, Kind::Latency, Kind::QuotaDay, Kind::Timeouts] {
        assert_eq!(both(&Facts::default(), kind, "A").1, [format!("-{}", kind.as_str())]);
    }
}
