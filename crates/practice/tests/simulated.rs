//! The provider under a clock of the test's own: what each table of a scenario does to calls.
#![allow(clippy::unwrap_used, reason = "tests")]

use diptych_practice::simulation::{Arrival, Simulation, Told};
use diptych_practice::{Options, Scenario};

const PRO: &str = "gemini-3-pro-image";
/// A noon in Los Angeles.
const START: i64 = 1_795_636_800_000;
const STEADY: &str = "[latency]\nseconds = 25\n";

fn provider(scenario: &str) -> Simulation {
    seeded(scenario, 1)
}

fn seeded(scenario: &str, seed: u64) -> Simulation {
    let latency = if scenario.contains("[latency]") { "" } else { STEADY };
    let scenario = Scenario::parse(&format!("{latency}{scenario}")).unwrap();
    Simulation::new(Options { scenario, seed, ..Options::default() }, START)
}

fn call<'a>() -> Arrival<'a> {
    Arrival { key: "practice-key-a", model: PRO, size: "4K", tokens: 20, tier: None, prompt: "a hill" }
}

/// Asks at a second after the start.
fn ask(provider: &mut Simulation, seconds: f64) -> Told {
    ask_for(provider, seconds, &call())
}

fn ask_for(provider: &mut Simulation, seconds: f64, call: &Arrival<'_>) -> Told {
    provider.arrive(START + (seconds * 1000.0) as i64, call)
}

fn statuses(scenario: &str, seconds: &[f64]) -> Vec<u16> {
    let mut provider = provider(scenario);
    seconds.iter().map(|s| ask(&mut provider, *s).status).collect()
}

#[test]
fn a_picture_is_on_the_bill_and_counted_when_its_time_has_come() {
    let mut provider = provider("");
    let told = ask(&mut provider, 0.0);
    assert_eq!((told.after_ms, told.status, told.picture, told.body.as_str()), (25_000, 200, true, ""));
    assert_eq!((told.billed_usd_micros, told.serial), (240_000, Some(1)));
    assert_eq!(provider.bill().pictures[0].at.as_millisecond(), START + 25_000);
    assert_eq!((provider.stats().models[PRO].in_flight, provider.stats().models[PRO].ok), (1, 0));
    provider.settle(START + 25_000);
    assert_eq!((provider.stats().models[PRO].in_flight, provider.stats().models[PRO].ok), (0, 1));
    let wrong = ask_for(&mut provider, 30.0, &Arrival { key: "nonsense", ..call() });
    assert_eq!((wrong.status, wrong.body.contains("API_KEY_INVALID")), (400, true));
    assert_eq!(ask_for(&mut provider, 30.0, &Arrival { model: "gemini-9", ..call() }).status, 404);
    assert_eq!(ask_for(&mut provider, 30.0, &Arrival { size: "9K", ..call() }).status, 400);
}

#[test]
fn the_same_seed_gives_the_same_day() {
    let day = |seed| {
        let storm = "[latency]\nmedian_s = 25\nsigma = 0.35\n[[quota]]\nipm = 10\n[[overload]]\nprobability = 0.3\n[[fault]]\nkind = \"hang\"\nprobability = 0.1";
        let mut provider = seeded(storm, seed);
        (0..300).map(|i| ask(&mut provider, f64::from(i) * 2.0)).collect::<Vec<_>>()
    };
    assert_eq!(day(7), day(7));
    assert_ne!(day(7), day(8));
    let mut waits: Vec<u64> = day(7).iter().filter(|told| told.picture).map(|told| told.after_ms).collect();
    waits.sort_unstable();
    let median = waits[waits.len() / 2];
    assert!((21_000..29_000).contains(&median), "{median}");
}

#[test]
fn an_empty_bucket_answers_as_the_rule_says() {
    let mut named = provider("[[quota]]\nipm = 10\nbucket = 1");
    assert_eq!(ask(&mut named, 0.0).status, 200);
    let told = ask(&mut named, 1.0);
    assert_eq!((told.status, told.after_ms, told.billed_usd_micros), (429, 0, 0));
    assert!(
        told.body.contains("\"retryDelay\": \"5s\"") && told.body.contains("QuotaFailure"),
        "{}",
        told.body
    );
    let mut bare = provider("[[quota]]\nipm = 10\nbucket = 1\ndetails = false");
    ask(&mut bare, 0.0);
    let told = ask(&mut bare, 1.0);
    assert!(told.status == 429 && !told.body.contains("details"), "{}", told.body);
    let mut busy = provider("[[quota]]\nipm = 10\nbucket = 1\nempty = \"503\"\n[demand]\nafter_s = [1, 5]");
    ask(&mut busy, 0.0);
    let told = ask(&mut busy, 1.0);
    assert!(told.status == 503 && !told.body.contains("quota"), "{}", told.body);
    assert!((1000..=5000).contains(&told.after_ms));
    assert_eq!(ask(&mut busy, 6.0).status, 200, "a refusal takes nothing");
}

#[test]
fn whether_a_503_eats_quota_is_a_switch() {
    let storm = "[[quota]]\nrpd = 3\nusd_10min = 0.3\n[[storm]]\nfrom_s = 0\nto_s = 10\n";
    let times = [0.0, 1.0, 2.0, 20.0];
    assert_eq!(statuses(storm, &times), [503, 503, 503, 200]);
    let costly = format!("{storm}[demand]\neats_quota = true");
    assert_eq!(statuses(&costly, &times), [503, 503, 503, 429]);
    // The money is not gone: one request of the day is left, and it may cost $0.24.
    assert_eq!(statuses(&costly, &times[1..]), [503, 503, 200]);
}

#[test]
fn a_hidden_cap_refuses_quickly_and_only_what_is_served_counts() {
    for status in [429, 503] {
        let mut provider = provider(&format!("[[capacity]]\nconcurrent = 2\nanswers = {status}"));
        assert!(ask(&mut provider, 0.0).picture && ask(&mut provider, 1.0).picture);
        let told = ask(&mut provider, 2.0);
        assert_eq!((told.status, told.body.contains("details")), (status, false));
        assert!(told.after_ms <= 1000, "{}", told.after_ms);
        assert_eq!(ask(&mut provider, 24.9).status, status);
        assert_eq!((ask(&mut provider, 25.0).status, ask(&mut provider, 25.1).status), (200, status));
    }
}

#[test]
fn another_application_gets_what_we_leave_it() {
    let scenario = |spacing: &str| {
        format!(
            "[[quota]]\nipm = 10\n[[foreign]]\nproject = \"studio-a\"\nmodel = \"{PRO}\"\nper_minute = 4\n{spacing}"
        )
    };
    for spacing in ["", "spacing = \"poisson\""] {
        let mut polite = provider(&scenario(spacing));
        let mut got = 0;
        for i in 0..360 {
            got += u64::from(ask(&mut polite, f64::from(i) * 10.0).picture);
        }
        polite.settle(START + 3_599_999);
        let foreign = polite.stats().foreign[0].clone();
        assert!((190..290).contains(&foreign.wanted), "{foreign:?}");
        assert!(foreign.got as f64 >= 0.95 * foreign.wanted as f64, "{foreign:?}");
        let left = polite.tokens("studio-a", PRO, START, START + 3_600_000);
        assert_eq!(left, 610.0 - foreign.got as f64);
        assert!((590..=610).contains(&(got + foreign.got)), "{got} and {foreign:?}");
    }
    // Whoever asks every second leaves the others little.
    let mut greedy = provider(&scenario("patience_s = 10"));
    for i in 0..3600 {
        ask(&mut greedy, f64::from(i));
    }
    let foreign = greedy.stats().foreign[0].clone();
    assert!(foreign.got < foreign.wanted * 8 / 10 && foreign.lost > 0, "{foreign:?}");
}

#[test]
fn a_storm_comes_at_its_times_and_to_its_project() {
    let storm = "[[storm]]\nproject = \"studio-b\"\nfrom_s = 60\nto_s = 120\nevery_s = 600\nafter_s = [1, 5]";
    let mut provider = provider(storm);
    let other = Arrival { key: "practice-key-b", ..call() };
    for (seconds, status) in
        [(0.0, 200), (60.0, 503), (119.9, 503), (120.0, 200), (659.0, 200), (660.0, 503), (1319.0, 503)]
    {
        let told = ask_for(&mut provider, seconds, &other);
        assert_eq!(told.status, status, "at {seconds}");
        assert!(status == 200 || (1000..=5000).contains(&told.after_ms));
        assert_eq!(ask(&mut provider, seconds).status, 200);
    }
    assert_eq!(statuses("[[storm]]\nfrom_s = 0\nto_s = 9\nstatus = 403", &[0.0, 9.0]), [403, 200]);
}

#[test]
fn bad_hours_come_every_day_in_their_zone() {
    let hours = "[[overload]]\nhours = [[13, 14], [22, 2]]\nzone = \"America/Los_Angeles\"";
    let at = [0.0, 3600.0, 7199.0, 7200.0, 10.0 * 3600.0, 13.9 * 3600.0, 14.0 * 3600.0, 25.5 * 3600.0];
    assert_eq!(statuses(hours, &at), [200, 503, 503, 200, 503, 503, 200, 503]);
}

#[test]
fn demand_may_depend_on_the_size_and_its_draws_are_known_beforehand() {
    let mut provider = provider(
        "[[overload]]\nsize = \"4K\"\nprobability = 0.5\n[[overload]]\nsize = \"2K\"\nprobability = 0.05\n[[overload]]\nprobability = 0.1",
    );
    let mut passed = 0;
    for k in 0..1000 {
        let size = if k % 2 == 0 { "4K" } else { "2K" };
        let call = Arrival { size, ..call() };
        let share = provider.demand_at(&call, START + k as i64 * 1000);
        // Two overloads at once let through what both let through.
        assert!((share - if k % 2 == 0 { 0.55 } else { 0.145 }).abs() < 1e-12);
        let told = ask_for(&mut provider, k as f64, &call);
        assert_eq!(told.status == 503, provider.draw(k) < share, "draw {k}");
        passed += u64::from(told.picture);
    }
    let (large, small) = (provider.draws_of(PRO, "4K"), provider.draws_of(PRO, "2K"));
    assert_eq!((large.asked, small.asked, provider.draws().passed), (500, 500, passed));
    assert!((190..260).contains(&large.passed) && (400..450).contains(&small.passed), "{large:?} {small:?}");
}

#[test]
fn flex_is_cheap_slow_and_shed() {
    let mut provider = provider("[flex]\nshed = 0.5\nslow = 3");
    let flex = Arrival { tier: Some("flex"), ..call() };
    let told: Vec<Told> = (0..200).map(|i| ask_for(&mut provider, f64::from(i), &flex)).collect();
    let shed = told.iter().filter(|told| told.status == 503).count();
    assert!((70..130).contains(&shed), "{shed}");
    let made = told.iter().find(|told| told.picture).unwrap();
    assert_eq!((made.after_ms, made.billed_usd_micros), (75_000, 120_000));
    assert_eq!(ask(&mut provider, 300.0).after_ms, 25_000);
}

#[test]
fn faults_end_as_their_table_says() {
    // Status, picture, after, billed, and something that stands in the body.
    let cases = [
        ("hang\"\nseconds = 600\n#", 0, false, 600_000, true, ""),
        ("reset_before_answer", 0, false, 25_000, true, ""),
        ("cut", 0, false, 25_000, true, ""),
        ("slow_drip", 200, true, 35_000, true, ""),
        ("refusal", 200, false, 25_000, false, "IMAGE_SAFETY"),
        ("prompt_blocked", 200, false, 25_000, false, "PROHIBITED_CONTENT"),
        ("not_image", 200, false, 25_000, true, "inlineData"),
        ("html_200", 200, false, 25_000, true, "<!DOCTYPE"),
        ("invalid\"\nseconds = 0.3\n#", 400, false, 300, false, "INVALID_ARGUMENT"),
        ("status\"\nstatus = 500\nseconds = 2\n#", 500, false, 2000, false, "INTERNAL"),
        ("bare_429", 429, false, 0, false, "exhausted"),
    ];
    for (kind, status, picture, after_ms, billed, text) in cases {
        let mut provider = provider(&format!("[[fault]]\nkind = \"{kind}\""));
        let told = ask(&mut provider, 0.0);
        assert_eq!((told.status, told.picture, told.after_ms), (status, picture, after_ms), "{kind}");
        assert_eq!(
            (told.billed_usd_micros > 0, provider.bill().pictures.len()),
            (billed, usize::from(billed))
        );
        assert!(told.body.contains(text), "{kind}: {}", told.body);
    }
    let mut rare = provider("[[fault]]\nkind = \"hang\"\nprobability = 0.1");
    let hung = (0..1000).filter(|i| ask(&mut rare, f64::from(*i)).status == 0).count();
    assert!((70..130).contains(&hung), "{hung}");
}

#[test]
fn the_ceiling_knows_what_a_call_costs() {
    let provider = provider("[[quota]]\nusd_10min = 10\n[[quota]]\nipm = 20\nbucket = 5");
    let hour = (START, START + 3_600_000);
    assert_eq!(provider.ceiling(&call(), hour.0, hour.1), 246.0);
    assert_eq!(provider.ceiling(&Arrival { tier: Some("flex"), ..call() }, hour.0, hour.1), 498.0);
    assert_eq!(provider.tokens("studio-a", PRO, hour.0, hour.1), 1205.0);
    assert_eq!(provider.ceiling(&Arrival { key: "?", ..call() }, hour.0, hour.1), 0.0);
}
