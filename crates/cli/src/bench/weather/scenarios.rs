//! The scenarios: what the provider is like, what is asked of it, and what figure was promised.

use super::world::{HoursOf, Order, Plan, fly};
use diptych_engine::policy::fleet::{Route, Tier};
use diptych_engine::policy::hours::Learned;
use diptych_engine::policy::queue::Lane;
use diptych_engine::value::account::{Account, Limits};
use diptych_engine::value::job::Fallback;
use diptych_engine::value::money::Usd;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

const PRO: &str = "gemini-3-pro-image";
const FLASH: &str = "gemini-3.1-flash-image";
const HOUR: f64 = 3600.0;
/// Just after a midnight in Los Angeles, where the provider's day begins.
const MIDNIGHT: Timestamp = Timestamp(1_795_507_260_000);

/// A scenario.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What was promised, for the table.
    pub(crate) promise: &'static str,
    pub(crate) ceiling: Ceiling,
    /// When nothing gets through, in seconds, by seed.
    pub(crate) outage: fn(u64) -> Option<(f64, f64)>,
    pub(crate) plan: Box<dyn Fn(u64) -> Plan + Send + Sync>,
}

/// What the provider would have served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// What its quotas gave.
    Quota,
    /// So many calls at once.
    Places(u32),
    /// Of a day's calls, those that were let on.
    Orders,
}

fn never(_: u64) -> Option<(f64, f64)> {
    None
}

/// 45 minutes; their beginning differs so that the probes meet their end at every phase.
fn outage(seed: u64) -> Option<(f64, f64)> {
    let from = 1500.0 + (seed * 137 % 600) as f64;
    Some((from, from + 2665.0 + (seed * 29 % 71) as f64))
}

fn route(project: &str, model: &str, limits: Limits) -> Route {
    let account = Account {
        id: diptych_engine::value::id::AccountId::from_text(project),
        project: project.into(),
        limits,
        ..Account::built_in_practice()
    };
    Route::of(&account, model, Tier::Standard, None, false)
}

fn ipm(ipm: u32) -> Limits {
    Limits { ipm: Some(ipm), ..Limits::default() }
}

fn batch(count: usize, size: Size) -> Vec<Order> {
    vec![Order { at_s: 0.0, size, person: false, lane: Lane::Now, sheet: "batch" }; count]
}

fn people(count: usize) -> Vec<Order> {
    batch(count, Size::Two).into_iter().map(|order| Order { person: true, ..order }).collect()
}

/// A plan of an hour with one route.
fn plan(provider: &str, limits: Limits, orders: Vec<Order>, hours: f64) -> Plan {
    Plan {
        provider: format!(
            "latency = {{ median_s = 25, sigma = 0.35 }}\n{}",
            if provider.contains("[demand]") {
                provider.to_owned()
            } else {
                format!("demand = {{ after_s = [1, 5] }}\n{provider}")
            }
        ),
        start: MIDNIGHT,
        seconds: hours * HOUR,
        orders,
        routes: vec![(route("studio-a", PRO, limits), "practice-key-a")],
        stand_in: None,
        fallback: Fallback::Never,
        hours: None,
        restarts: Vec::new(),
        crashes: Vec::new(),
    }
}

fn scenario(
    name: &'static str,
    promise: &'static str,
    provider: &str,
    limits: Limits,
    orders: Vec<Order>,
    hours: f64,
) -> Scenario {
    let plan = plan(provider, limits, orders, hours);
    Scenario { name, promise, ceiling: Ceiling::Quota, outage: never, plan: Box::new(move |_| plan.clone()) }
}

/// A plan with one job, for those who fill in their own.
#[allow(dead_code, reason = "random weather is made in the engine's tests")]
pub(crate) fn plain(provider: &str, limits: Limits, hours: f64) -> Plan {
    plan(provider, limits, batch(1, Size::Two), hours)
}

const EATS: &str = "demand = { after_s = [1, 5], eats_quota = true } # [demand]\n";

/// All.
pub(crate) fn all() -> Vec<Scenario> {
    let mut all = minutes();
    all.extend(refusals());
    all.extend(days());
    all.extend(others());
    all
}

fn minutes() -> Vec<Scenario> {
    let one = |name, promise, provider: &str, limits| {
        scenario(name, promise, provider, limits, batch(800, Size::Two), 1.0)
    };
    let tight = "[[quota]]\nipm = 10\nbucket = 1";
    let wide = "[[quota]]\nipm = 10";
    let sliding = "[[quota]]\nipm = 10\nwindow = \"sliding\"";
    let unknown = Limits::default;
    vec![
        one("A known", "≥ 99 %, ≤ 1.01", tight, ipm(10)),
        one("A unknown", "≥ 97 %, ≤ 1.01", tight, unknown()),
        one("B known", "≥ 99 %, ≤ 1.01", wide, ipm(10)),
        one("B unknown", "≥ 97 %, ≤ 1.01", wide, unknown()),
        one("B sliding known", "≥ 99 %, ≤ 1.01", sliding, ipm(10)),
        one("B sliding unknown", "≥ 97 %, ≤ 1.01", sliding, unknown()),
        one("I bare 10", "≥ 96 %, ≤ 1.02", "[[quota]]\nipm = 10\ndetails = false", unknown()),
        one(
            "I bare 10 tight",
            "≥ 96 %, ≤ 1.02",
            "[[quota]]\nipm = 10\nbucket = 1\ndetails = false",
            unknown(),
        ),
        scenario(
            "J bare 40",
            "≥ 96 %, ≤ 1.02",
            "[[quota]]\nipm = 40\ndetails = false",
            unknown(),
            batch(3000, Size::Two),
            1.0,
        ),
        one("Q empty says 503", "≥ 96 %, ≤ 1.05, learned", "[[quota]]\nipm = 10\nempty = 503", unknown()),
        scenario(
            "R $10 in 10 min",
            "≥ 98 %, ≤ 1.02",
            "[[quota]]\nusd_10min = 10",
            Limits { usd_10min: Some(Usd(10_000_000)), ipm: Some(60), ..Limits::default() },
            batch(400, Size::Four),
            1.0,
        ),
    ]
}

fn refusals() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (name, eats, p, promise) in [
        ("C .3", false, 0.3, "≥ 98 %, ≤ 1.02 × floor"),
        ("C .3 eats", true, 0.3, "≥ 98 %, ≤ 1.02 × floor"),
        ("C .5", false, 0.5, "≥ 95 %"),
        ("C .5 eats", true, 0.5, "≥ 95 %"),
        ("C .7", false, 0.7, "≥ 90 %"),
        ("C .7 eats", true, 0.7, "≥ 90 %"),
        ("C .85", false, 0.85, "≥ 75 %"),
        ("C .85 eats", true, 0.85, "≥ 75 %"),
    ] {
        let eats = if eats { EATS } else { "" };
        let provider = format!("{eats}[[quota]]\nipm = 10\n[[overload]]\nprobability = {p}");
        all.push(scenario(name, promise, &provider, ipm(10), people(800), 1.0));
    }
    let mix = "[[quota]]\nipm = 10\n[[overload]]\nprobability = 0.1\n\
        [[fault]]\nkind = \"status\"\nstatus = 500\nprobability = 0.03\nseconds = 3\n\
        [[fault]]\nkind = \"hang\"\nprobability = 0.02\n\
        [[fault]]\nkind = \"refusal\"\nprobability = 0.03\n\
        [[fault]]\nkind = \"invalid\"\nprobability = 0.01";
    all.push(scenario("E mix", "≥ 98 %, ≤ 1.02 × floor", mix, ipm(10), people(800), 1.0));
    let mut sizes = batch(400, Size::Four);
    sizes.extend(batch(400, Size::Two).into_iter().map(|order| Order { sheet: "two", ..order }));
    all.push(scenario(
        "P 4K refused",
        "≥ 98 %, ≤ 1.03 × floor, hint ≤ 15",
        "[[quota]]\nipm = 10\n[[overload]]\nsize = \"4K\"\nprobability = 0.5\n[[overload]]\nsize = \"2K\"\nprobability = 0.05",
        ipm(10),
        sizes,
        1.0,
    ));
    for (name, status) in [("M cap, 429", 429), ("M cap, 503", 503)] {
        let provider = format!("[[capacity]]\nconcurrent = 4\nanswers = {status}");
        let orders = batch(800, Size::Two);
        let cap = scenario(name, "≥ 98 %, ≤ 1.03", &provider, Limits::default(), orders, 1.0);
        all.push(Scenario { ceiling: Ceiling::Places(4), ..cap });
    }
    all
}

fn days() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (name, eats) in [("D outage", ""), ("D outage, eats", EATS)] {
        all.push(Scenario {
            name,
            promise: "≥ 98 %, ≤ 1.08, ≤ 60 inside, first ≤ 40 s (p95 75)",
            ceiling: Ceiling::Quota,
            outage,
            plan: Box::new(move |seed| {
                let (from, to) = outage(seed).unwrap_or_default();
                let provider =
                    format!("{eats}[[quota]]\nipm = 10\n[[overload]]\nfrom_s = {from}\nto_s = {to}");
                plan(&provider, ipm(10), people(1600), 2.0)
            }),
        });
    }
    let day = Limits { rpd: Some(250), ..ipm(10) };
    for (name, eats) in [("F half, 250 a day", ""), ("F half, 250 a day, eats", EATS)] {
        let provider = format!("{eats}[[quota]]\nipm = 10\nrpd = 250\n[[overload]]\nprobability = 0.5");
        let promise = "≥ 98 %, ≤ 1.02 × floor";
        all.push(scenario(name, promise, &provider, day.clone(), batch(400, Size::Two), 8.0));
    }
    for (name, eats) in [("K outage, 250 a day", ""), ("K outage, 250 a day, eats", EATS)] {
        let limits = day.clone();
        all.push(Scenario {
            name,
            promise: "≥ 232 of 240, ≤ 18 failed",
            ceiling: Ceiling::Orders,
            outage: |_| Some((600.0, 3300.0)),
            plan: Box::new(move |_| {
                let provider =
                    format!("{eats}[[quota]]\nipm = 10\nrpd = 250\n[[overload]]\nfrom_s = 600\nto_s = 3300");
                plan(&provider, limits.clone(), batch(240, Size::Two), 23.9)
            }),
        });
    }
    let bad = format!(
        "{EATS}[[quota]]\nipm = 10\nrpd = 250\n\
        [[overload]]\nprobability = 0.6\nhours = [[9, 17]]\nzone = \"America/Los_Angeles\"\n\
        [[overload]]\nprobability = 0.08\nhours = [[17, 9]]\nzone = \"America/Los_Angeles\""
    );
    let kinds: [(&str, &str, Lane, Hours); 3] = [
        ("L at once", "", Lane::Now, set_hours),
        ("L off-peak, set", "sooner than at once, ≤ 1.03 × floor", Lane::OffPeak, set_hours),
        ("L off-peak, learned", "sooner than at once, ≤ 1.10 × floor", Lane::OffPeak, learned_hours),
    ];
    for (name, promise, lane, hours) in kinds {
        let (bad, limits) = (bad.clone(), day.clone());
        all.push(Scenario {
            name,
            promise,
            ceiling: Ceiling::Orders,
            outage: never,
            plan: Box::new(move |seed| {
                let orders = batch(220, Size::Two).into_iter().map(|order| Order { lane, ..order });
                let plan = plan(&bad, limits.clone(), orders.collect(), 24.0);
                Plan { start: morning(), hours: Some(hours(&bad, seed)), ..plan }
            }),
        });
    }
    all
}

/// Off-peak hours in that weather, by seed.
type Hours = fn(&str, u64) -> HoursOf;

/// Nine in Los Angeles, when the bad hours begin.
fn morning() -> Timestamp {
    MIDNIGHT.after(Duration::from_secs(9 * 3600))
}

fn set_hours(_: &str, _: u64) -> HoursOf {
    let opens = morning().after(Duration::from_secs(8 * 3600));
    Arc::new(move |now, _| (now < opens).then_some(opens))
}

/// What the product's learner makes of the fortnight before: a job every twelve minutes, the same weather.
fn learned_hours(weather: &str, seed: u64) -> HoursOf {
    let zone = TimeZone::get("America/Los_Angeles").expect("it is bundled");
    let start = Timestamp(morning().millis() - 14 * 86_400_000);
    let order = batch(1, Size::Two).remove(0);
    let orders = (0..14 * 24 * 5).map(|job| Order { at_s: f64::from(job) * HOUR / 5.0, ..order.clone() });
    let days = plan(weather, Limits { rpd: Some(250), ..ipm(10) }, orders.collect(), 14.0 * 24.0);
    // Another fortnight than the day of the same seed.
    let record = fly(&Plan { start, ..days }, seed + 1_000_000);
    let mut learned = Learned::default();
    for call in record.calls.iter().filter(|call| call.picture || call.status == 503) {
        let at = Timestamp(start.millis() + (call.at * 1000.0) as i64);
        learned.add(at, 1, u32::from(call.status == 503), morning(), &zone);
    }
    Arc::new(move |now, jobs| learned.opens(jobs as f64, 600.0, None, now, &zone))
}

fn others() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (name, spacing) in [("G foreign, even", "even"), ("G foreign, random", "poisson")] {
        let provider = format!(
            "[[quota]]\nipm = 10\n[[foreign]]\nproject = \"studio-a\"\nmodel = \"{PRO}\"\nper_minute = 4\nspacing = \"{spacing}\""
        );
        let promise = "≥ 98 % of the rest, ≤ 1.10, other ≥ 95 %";
        all.push(scenario(name, promise, &provider, ipm(10), batch(800, Size::Two), 1.0));
    }
    all.push(Scenario {
        name: "H three projects",
        promise: "≥ 98 %, ≤ 1.03",
        ceiling: Ceiling::Quota,
        outage: never,
        plan: Box::new(|_| {
            let provider = "[[key]]\nkey = \"k1\"\nproject = \"p1\"\n[[key]]\nkey = \"k2\"\nproject = \"p2\"\n\
                [[key]]\nkey = \"k3\"\nproject = \"p3\"\n[[quota]]\nproject = \"p1\"\nipm = 10\n\
                [[quota]]\nproject = \"p2\"\nipm = 20\n[[quota]]\nproject = \"p3\"\nipm = 5\n\
                [[storm]]\nproject = \"p1\"\nfrom_s = 1200\nto_s = 2400";
            let plan = plan(provider, Limits::default(), batch(2600, Size::Two), 1.0);
            let routes = vec![
                (route("p1", PRO, ipm(10)), "k1"),
                (route("p2", PRO, ipm(20)), "k2"),
                (route("p3", PRO, ipm(5)), "k3"),
            ];
            Plan { routes, ..plan }
        }),
    });
    for (name, person) in [("N batch alone", false), ("N a person a minute", true)] {
        let mut orders = batch(1400, Size::Two);
        if person {
            orders.extend((0..59).map(|minute| Order {
                at_s: 30.0 + 60.0 * f64::from(minute) + f64::from(minute * 7 % 13),
                size: Size::Two,
                person: true,
                lane: Lane::Now,
                sheet: "person",
            }));
        }
        let promise = "loss ≤ .5, wait p50 ≤ .1, p95 ≤ 1.5, max ≤ 6";
        all.push(scenario(name, promise, "[[quota]]\nipm = 10", ipm(10), orders, 1.0));
    }
    let kinds = [
        ("O calm, never", "O calm, after 10 min", "[[overload]]\nprobability = 0.1"),
        (
            "O storm, never",
            "O storm, after 10 min",
            "[[storm]]\nfrom_s = 7200\nto_s = 14400\nevery_s = 28800",
        ),
        (
            "O mixed, never",
            "O mixed, after 10 min",
            "[[overload]]\nprobability = 0.4\n[[storm]]\nfrom_s = 7200\nto_s = 10800\nevery_s = 21600",
        ),
    ];
    for (never_name, after_name, weather) in kinds {
        // The stand-in has weather of its own: calm.
        let weather = weather.replace("]]\n", &format!("]]\nmodel = \"{PRO}\"\n"));
        let orders: Vec<Order> =
            (0..480_u32).map(|job| Order { at_s: 170.0 * f64::from(job), ..people(1)[0].clone() }).collect();
        for (name, fallback) in
            [(never_name, Fallback::Never), (after_name, Fallback::After(Duration::from_secs(600)))]
        {
            let plan = plan(&format!("[[quota]]\nipm = 10\n{weather}"), ipm(10), orders.clone(), 24.0);
            let stand_in = Some((route("studio-a", FLASH, ipm(10)), "practice-key-a"));
            let plan = Plan { fallback, stand_in, ..plan };
            all.push(Scenario {
                name,
                promise: "every job ends",
                ceiling: Ceiling::Orders,
                outage: never,
                plan: Box::new(move |_| plan.clone()),
            });
        }
    }
    all
}
