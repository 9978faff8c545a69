//! Random weather: a provider with quotas, storms, caps and faults, one to three projects, perhaps another application's
//! calls, a model that stands in, and sheets in all lanes. The same seed gives the same.

use crate::scenarios;
use crate::world::{Chance, HoursOf, Order, Plan};
use diptych_engine::policy::fleet::{Route, Tier};
use diptych_engine::value::account::{Account, Limits};
use diptych_engine::value::id::AccountId;
use diptych_engine::value::job::Fallback;
use diptych_engine::value::lane::Lane;
use diptych_engine::value::money::Usd;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const PRO: &str = "gemini-3-pro-image";
const FLASH: &str = "gemini-3.1-flash-image";

impl Chance {
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + (self.unit() * f64::from(high - low + 1)) as u32
    }

    pub(crate) fn often(&mut self, share: f64) -> bool {
        self.unit() < share
    }
}

/// What a schedule limits, and what we were told of it.
pub(crate) struct Known {
    pub(crate) day: Option<u32>,
    pub(crate) spend: Option<i64>,
    /// A refusal for want of capacity costs quota.
    pub(crate) eats: bool,
    /// The limits a minute were told.
    pub(crate) told: bool,
    /// Another application draws on the first project.
    pub(crate) foreign: bool,
    /// Calls at once are capped, and nobody says so.
    pub(crate) capped: bool,
    pub(crate) hangs: bool,
    /// Refusals for quota say nothing but that.
    pub(crate) bare: bool,
}

fn route(project: &str, model: &str, limits: Limits) -> Route {
    let account = Account {
        id: AccountId::from_text(project),
        project: project.into(),
        billing: project.into(),
        limits,
        ..Account::built_in_practice()
    };
    Route::of(&account, model, Tier::Standard, None, false)
}

macro_rules! put {
    ($toml:ident, $($format:tt)*) => { writeln!($toml, $($format)*).expect("a string grows") };
}

/// Weather for the first forty minutes of five hours, and calm after it.
pub(crate) fn schedule(seed: u64) -> (Plan, Known) {
    let mut chance = Chance(seed);
    let mut toml = String::new();
    let eats = chance.often(0.3);
    if eats {
        toml.push_str("demand = { after_s = [1, 5], eats_quota = true } # [demand]\n");
    }
    let told = chance.often(0.7);
    let projects = if chance.often(0.4) { chance.between(2, 3) } else { 1 };
    let keys = ["k1", "k2", "k3"];
    let names = ["p1", "p2", "p3"];
    let day = (projects == 1 && chance.often(0.3)).then(|| chance.between(20, 120));
    let spend = (projects == 1 && chance.often(0.3)).then(|| i64::from(chance.between(1, 10)) * 1_000_000);
    let (mut routes, mut bare, mut least) = (Vec::new(), false, u32::MAX);
    for (name, key) in names.into_iter().zip(keys).take(projects as usize) {
        let ipm = chance.between(2, 40);
        least = least.min(ipm);
        put!(toml, "[[key]]\nkey = \"{key}\"\nproject = \"{name}\"");
        put!(toml, "[[quota]]\nproject = \"{name}\"\nipm = {ipm}");
        match chance.between(0, 3) {
            0 => put!(toml, "bucket = {}", chance.between(1, ipm)),
            1 => toml.push_str("window = \"sliding\"\n"),
            2 => {
                bare = true;
                toml.push_str("details = false\n");
            }
            _ => {}
        }
        if let Some(day) = day {
            put!(toml, "rpd = {day}");
        }
        if let Some(spend) = spend {
            put!(toml, "usd_10min = {}", spend as f64 / 1e6);
        }
        let limits =
            Limits { ipm: told.then_some(ipm), rpd: day, usd_10min: spend.map(Usd), ..Limits::default() };
        routes.push((route(name, PRO, limits), key));
    }
    let foreign = day.is_none() && spend.is_none() && least >= 4 && chance.often(0.2);
    if foreign {
        let spacing = if chance.often(0.5) { "even" } else { "poisson" };
        let per_minute = chance.between(1, least / 2);
        put!(
            toml,
            "[[foreign]]\nproject = \"p1\"\nmodel = \"{PRO}\"\nper_minute = {per_minute}\nspacing = \"{spacing}\""
        );
    }
    for _ in 0..chance.between(0, 3) {
        let from = chance.between(0, 1800);
        let (to, p) = (from + chance.between(30, 600), chance.unit());
        put!(toml, "[[overload]]\nprobability = {p}\nfrom_s = {from}\nto_s = {to}");
    }
    if projects > 1 && chance.often(0.3) {
        let from = chance.between(0, 1200);
        put!(
            toml,
            "[[storm]]\nproject = \"p1\"\nfrom_s = {from}\nto_s = {}",
            from + chance.between(60, 1200)
        );
    }
    let capped = chance.often(0.3);
    if capped {
        put!(toml, "[[capacity]]\nconcurrent = {}", chance.between(1, 6));
    }
    let mut hangs = false;
    for (kind, share) in [("hang", 0.02), ("status\"\nstatus = \"500", 0.03), ("refusal", 0.03)] {
        if chance.often(0.3) {
            hangs |= kind == "hang";
            let kind = kind.replace("status = \"500", "status = 500 #");
            put!(toml, "[[fault]]\nkind = \"{kind}\"\nprobability = {share}");
        }
    }
    put!(toml, "[flex]\nshed = {:.2}\nslow = {:.2}", chance.unit() * 0.5, 1.0 + chance.unit());
    let base = scenarios::plain(&toml, Limits::default(), 5.0);
    let (orders, hours) = sheets(&mut chance, base.start);
    let stands_in = day.is_none() && spend.is_none() && chance.often(0.2);
    let stand_in = stands_in.then(|| (route("p1", FLASH, Limits::default()), "k1"));
    let fallback = match stands_in {
        true if chance.often(0.3) => Fallback::Now,
        true => Fallback::After(Duration::from_secs(u64::from(chance.between(30, 900)))),
        false => Fallback::Never,
    };
    let restarts = if chance.often(0.3) { vec![f64::from(chance.between(1, 1500))] } else { Vec::new() };
    let crashes = if chance.often(0.2) { vec![f64::from(chance.between(1, 1500))] } else { Vec::new() };
    let plan = Plan { orders, routes, stand_in, fallback, hours, restarts, crashes, ..base };
    (plan, Known { day, spend, eats, told, foreign, capped, hangs, bare })
}

fn sheets(chance: &mut Chance, start: Timestamp) -> (Vec<Order>, Option<HoursOf>) {
    let mut orders = Vec::new();
    for sheet in ["one", "two", "three"].into_iter().take(chance.between(1, 3) as usize) {
        let person = chance.often(0.3);
        let lane = match chance.unit() {
            _ if person => Lane::Now,
            unit if unit < 0.2 => Lane::OffPeak,
            unit if unit < 0.4 => Lane::Economy,
            _ => Lane::Now,
        };
        let size = if chance.often(0.3) { Size::Four } else { Size::Two };
        let at_s = f64::from(chance.between(0, 900));
        let order = Order { at_s, size, person, sheet, lane };
        orders.extend(vec![order; chance.between(1, 60) as usize]);
    }
    let opens = start.after(Duration::from_secs(chance.between(60, 3600).into()));
    let hours: HoursOf = Arc::new(move |now, _| (now < opens).then_some(opens));
    (orders, Some(hours))
}
