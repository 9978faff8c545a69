//! Alerts: which of the things that were measured a person should hear of, once when they begin and once when they are
//! over.
//!
//! Pure. Each bound has a lower one below which the alert is over, so that a value that trembles at the bound is said
//! once. Only what somebody can do something about is said: what the user holds already is not. Not here: where the
//! values come from, and where alerts are kept.

use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::settings::AlertRules;
use crate::value::time::Timestamp;
use std::collections::BTreeSet;

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A model has no capacity.
    Overload,
    /// Pictures take longer than they used to.
    Latency,
    /// A day's requests are nearly used.
    QuotaDay,
    /// Calls never come back.
    Timeouts,
    /// A budget is nearly used.
    Budget,
    /// An account or a model of it is shut until the user mends something.
    Parked,
    /// Outcomes wait for the user's word.
    Unknown,
    /// Another model could take the place of one that is not to be had: jobs wait for the user's word.
    StandIn,
    /// New pictures cannot be copied into the user's folder.
    AutoSave,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Overload,
        Self::Latency,
        Self::QuotaDay,
        Self::Timeouts,
        Self::Budget,
        Self::Parked,
        Self::Unknown,
        Self::StandIn,
        Self::AutoSave,
    ];

    /// As stored and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::Latency => "latency",
            Self::QuotaDay => "quota_day",
            Self::Timeouts => "timeouts",
            Self::Budget => "budget",
            Self::Parked => "parked",
            Self::Unknown => "unknown",
            Self::StandIn => "stand_in",
            Self::AutoSave => "auto_save",
        }
    }

    /// Reads what was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What one alert is about, and no other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Kind.
    pub kind: Kind,
    /// Account name, where it is about one.
    pub account: Option<String>,
    /// Model, where it is about one.
    pub model: Option<String>,
}

/// How long pictures of a size take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Size.
    pub size: String,
    /// Median of the last hour, and of how many.
    pub lately: (i64, u32),
    /// Median of the weeks before, and of how many.
    pub usual: Option<(i64, u32)>,
}

/// What is known of a route that the user does not hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RouteFacts {
    /// Account name.
    pub account: String,
    /// Project.
    pub project: String,
    /// Who pays.
    pub billing: String,
    /// Endpoint.
    pub origin: String,
    /// Model.
    pub model: String,
    /// What people call the model.
    pub name: String,
    /// Calls of the last hour.
    pub calls: u32,
    /// Of these, refused for want of capacity.
    pub overloaded: u32,
    /// Of these, never came back.
    pub timeouts: u32,
    /// The model is out: every call since then was refused for want of capacity.
    pub out: Option<Timestamp>,
    /// Want of capacity is this project's alone: others are served.
    pub alone: bool,
    /// Requests of the day: used, allowed, and when the day turns.
    pub day: Option<(i64, i64, Timestamp)>,
    /// How long pictures take, by size.
    pub paces: Vec<Pace>,
    /// Shut until the user mends this. Not where its whole account is.
    pub parked: Option<Sentence>,
}

/// A budget.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetFacts {
    /// What is said of it: the code tells which budget it is, and `sheet`, `billing` or `account` whose.
    pub sentence: Sentence,
    /// Spent, perhaps spent, or on the wire.
    pub spent: Usd,
    /// Limit.
    pub limit: Usd,
}

/// What is to be chosen between where a model is not to be had.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AskedFacts {
    /// Jobs that wait for the user's word.
    pub jobs: u32,
    /// What people call the model that was asked, and what a picture of it costs.
    pub asked: (String, Option<Usd>),
    /// The same of the model that could take its place.
    pub other: (String, Usd),
    /// When they would be done by the model that was asked, where that can be told.
    pub finish: Option<Timestamp>,
}

/// All that alerts are judged by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Routes that the user does not hold.
    pub routes: Vec<RouteFacts>,
    /// Accounts that are shut until the user mends something: name, who pays, why.
    pub parked: Vec<(String, String, Sentence)>,
    /// Budgets that are set.
    pub budgets: Vec<BudgetFacts>,
    /// Outcomes that wait for the user's word.
    pub unknown: u32,
    /// Jobs of sheets that ask before another model takes over, and could be made by one.
    pub asked: Option<AskedFacts>,
    /// How the last copy of a new picture went; `None` before one was tried.
    pub auto_save: Option<Result<(), Sentence>>,
}

/// What changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It began.
    Raise(Subject, Sentence),
    /// It is over.
    Resolve(Subject),
}

/// An alert is over below this part of the share that raised it.
const CALM: f64 = 0.5;
/// A share of a day or a budget must fall this far below its bound: it does so when it begins anew.
const BELOW: f64 = 0.05;
/// One call may get lost anywhere; so many in an hour say that something cuts them off.
const LOST: u32 = 3;
/// Fewer pictures than this do not make a median of the last hour, …
const LATELY: u32 = 5;
/// … nor this few one to compare with.
const USUAL: u32 = 10;

/// What is said of a model that is out.
const OUT: &str = "A-out";
/// And of one that is out for one project only.
const OUT_ALONE: &str = "A-out-project";

/// How one subject stands.
enum Standing {
    /// Bad enough to be said.
    Bad(Sentence),
    /// Neither: what was said stays said, what was not is not.
    Between,
    /// Over.
    Calm,
}

/// What is to be raised and resolved, given what is open. What is resolved comes first.
#[must_use]
pub fn judge(facts: &Facts, rules: &AlertRules, open: &[(Subject, Sentence)]) -> Vec<Change> {
    let mut standings: Vec<(Subject, Standing)> = Vec::new();
    let mut add = |route: &RouteFacts, kind: Kind, standing: Standing| {
        let (account, model) = (Some(route.account.clone()), Some(route.model.clone()));
        standings.push((Subject { kind, account, model }, standing));
    };
    // Want of capacity is a model's at its endpoint, or one project's alone; a day's requests are a project's.
    let place = |route: &RouteFacts| {
        let alone = route.alone.then(|| route.project.clone());
        (route.origin.clone(), route.model.clone(), alone)
    };
    for route in together(&facts.routes, Kind::Overload, open, place) {
        add(&route, Kind::Overload, overload(&route, rules));
    }
    let day = |route: &RouteFacts| (route.project.clone(), route.model.clone());
    for route in together(&facts.routes, Kind::QuotaDay, open, day) {
        add(&route, Kind::QuotaDay, quota_day(&route, rules));
    }
    let model = |route: &RouteFacts| (route.origin.clone(), route.model.clone());
    for route in together(&facts.routes, Kind::Latency, open, model) {
        add(&route, Kind::Latency, latency(&route, rules));
    }
    facts.routes.iter().for_each(|route| add(route, Kind::Timeouts, timeouts(route)));
    for (subject, why) in parked(facts, open) {
        standings.push((subject, Standing::Bad(why.clone())));
    }
    let whole = |kind: Kind| Subject { kind, account: None, model: None };
    let unknown = Standing::Bad(Sentence::new("A-unknown").with("n", facts.unknown));
    standings.push((whole(Kind::Unknown), if facts.unknown > 0 { unknown } else { Standing::Calm }));
    let asked = facts.asked.as_ref().map_or(Standing::Calm, |asked| Standing::Bad(asked.sentence()));
    standings.push((whole(Kind::StandIn), asked));
    let auto_save = match &facts.auto_save {
        Some(Err(why)) => Standing::Bad(why.clone()),
        Some(Ok(())) => Standing::Calm,
        None => Standing::Between,
    };
    standings.push((whole(Kind::AutoSave), auto_save));
    let (mut over, mut raised) = (Vec::new(), Vec::new());
    for (subject, sentence) in open.iter().filter(|(subject, _)| subject.kind != Kind::Budget) {
        let standing = standings.iter().find(|(of, _)| of == subject).map(|(_, standing)| standing);
        // Its account is gone, or the user holds it: nothing is left to say. An account that is shut for something else
        // than before is another alert.
        let ended = match standing {
            None | Some(Standing::Calm) => true,
            // What was out is back, and too few calls say more.
            Some(Standing::Between) => sentence.code == OUT || sentence.code == OUT_ALONE,
            Some(Standing::Bad(now)) => {
                let reach = [OUT, OUT_ALONE];
                let otherwise = |codes: &[&str]| {
                    codes.contains(&now.code.as_str()) && codes.contains(&sentence.code.as_str())
                };
                (subject.kind == Kind::Parked || otherwise(&reach)) && now.code != sentence.code
            }
        };
        if ended {
            over.push(subject.clone());
        }
    }
    for (subject, standing) in standings {
        let stays = open.iter().any(|(of, _)| *of == subject) && !over.contains(&subject);
        if let (Standing::Bad(sentence), false) = (standing, stays) {
            raised.push(Change::Raise(subject, sentence));
        }
    }
    let spoken_of = open.iter().filter(|(subject, _)| subject.kind == Kind::Budget);
    let payers: BTreeSet<Option<String>> = facts
        .budgets
        .iter()
        .map(|budget| payer(&budget.sentence))
        .chain(spoken_of.map(|(subject, _)| subject.account.clone()))
        .collect();
    for payer in payers {
        let (is_over, said) = budget(facts, rules, open, payer.as_ref());
        let subject = Subject { account: payer, ..whole(Kind::Budget) };
        over.extend(is_over.then(|| subject.clone()));
        raised.extend(said.map(|sentence| Change::Raise(subject, sentence)));
    }
    over.into_iter().map(Change::Resolve).chain(raised).collect()
}

impl AskedFacts {
    /// Both choices, each with its price, and when waiting would be over.
    fn sentence(&self) -> Sentence {
        let code = match (self.asked.1, self.finish) {
            (None, _) => "A-stand-in-other",
            (Some(_), None) => "A-stand-in",
            (Some(_), Some(_)) => "A-stand-in-at",
        };
        let sentence = Sentence::new(code)
            .with("n", self.jobs)
            .with("model", self.asked.0.as_str())
            .with("other", self.other.0.as_str())
            .with("other_usd", self.other.1.micros());
        let sentence = self.asked.1.iter().fold(sentence, |said, usd| said.with("usd", usd.micros()));
        self.finish.iter().fold(sentence, |said, at| said.with("at", at.millis()))
    }
}

/// Routes of which one thing is said together, however many accounts take them: by the account that it is said of already,
/// or else by the first.
fn together<K: PartialEq>(
    routes: &[RouteFacts],
    kind: Kind,
    open: &[(Subject, Sentence)],
    key: impl Fn(&RouteFacts) -> K,
) -> Vec<RouteFacts> {
    let mut all: Vec<RouteFacts> = Vec::new();
    for route in routes {
        let Some(first) = all.iter_mut().find(|first| key(first) == key(route)) else {
            all.push(route.clone());
            continue;
        };
        first.calls += route.calls;
        first.overloaded += route.overloaded;
        first.paces.extend(route.paces.iter().cloned());
        first.out = [first.out, route.out].into_iter().flatten().min();
        let spoken_of = |(subject, _): &(Subject, Sentence)| {
            subject.kind == kind
                && (subject.account.as_ref(), subject.model.as_ref())
                    == (Some(&route.account), Some(&route.model))
        };
        if open.iter().any(spoken_of) {
            first.account = route.account.clone();
        }
    }
    all
}

/// What is shut, each reason once: no credit is the payer's and a model without leave the project's, whichever of their
/// accounts met it. Who is spoken of already stays so.
fn parked<'a>(facts: &'a Facts, open: &[(Subject, Sentence)]) -> Vec<(Subject, &'a Sentence)> {
    let subject = |account: &str, model: Option<&str>| Subject {
        kind: Kind::Parked,
        account: Some(account.to_owned()),
        model: model.map(str::to_owned),
    };
    let payer = |why: &Sentence| matches!(why.code.as_str(), "E-CREDIT" | "E-SPEND-CAP");
    let routes = facts.routes.iter().filter_map(|route| {
        let why = route.parked.as_ref()?;
        let whose = if payer(why) { &route.billing } else { &route.project };
        Some((subject(&route.account, Some(&route.model)), whose, why))
    });
    let accounts = facts.parked.iter().map(|(name, billing, why)| {
        let whose = if payer(why) { billing } else { name };
        (subject(name, None), whose, why)
    });
    let mut all: Vec<(Subject, &String, &Sentence)> = Vec::new();
    for (subject, whose, why) in routes.chain(accounts) {
        match all.iter_mut().find(|(_, other, said)| (*other, *said) == (whose, why)) {
            None => all.push((subject, whose, why)),
            Some(said) if open.iter().any(|(of, _)| *of == subject) => said.0 = subject,
            Some(_) => {}
        }
    }
    all.into_iter().map(|(subject, _, why)| (subject, why)).collect()
}

fn overload(route: &RouteFacts, rules: &AlertRules) -> Standing {
    // However few calls there were. Where there were none for an hour, nobody knows any more.
    if let Some(since) = route.out.filter(|_| route.calls > 0) {
        let out = Sentence::new(if route.alone { OUT_ALONE } else { OUT }).with("model", route.name.as_str());
        return Standing::Bad(out.with("project", route.project.as_str()).with("at", since.millis()));
    }
    let rate = f64::from(route.overloaded) / f64::from(route.calls.max(1));
    if route.calls >= rules.min_calls.max(1) && rate >= rules.overload_rate {
        return Standing::Bad(
            Sentence::new("A-overload")
                .with("model", route.name.as_str())
                .with("overloaded", route.overloaded)
                .with("calls", route.calls),
        );
    }
    // With few calls a low rate is chance; with none the hour is over.
    let told = route.calls == 0 || route.calls >= rules.min_calls.div_ceil(4);
    if told && rate < rules.overload_rate * CALM { Standing::Calm } else { Standing::Between }
}

fn latency(route: &RouteFacts, rules: &AlertRules) -> Standing {
    let mut calm = true;
    for pace in &route.paces {
        let (now, calls) = pace.lately;
        if calls < LATELY {
            calm &= calls == 0;
            continue;
        }
        let said = |code: &str| {
            Sentence::new(code)
                .with("model", route.name.as_str())
                .with("size", pace.size.as_str())
                .with("now", now)
        };
        let times = |value: i64, factor: f64| value as f64 * factor;
        if let Some(limit) = rules.latency_fixed_ms {
            if now >= limit {
                return Standing::Bad(said("A-latency-fixed").with("limit", limit));
            }
            calm &= (now as f64) < times(limit, 0.9);
        }
        if let Some((usual, _)) = pace.usual.filter(|(_, calls)| *calls >= USUAL) {
            if now as f64 >= times(usual, rules.latency_factor) {
                return Standing::Bad(said("A-latency").with("usual", usual));
            }
            let half_way = 1.0 + (rules.latency_factor - 1.0) * CALM;
            calm &= (now as f64) < times(usual, half_way);
        }
    }
    if calm { Standing::Calm } else { Standing::Between }
}

fn quota_day(route: &RouteFacts, rules: &AlertRules) -> Standing {
    let Some((used, limit, turns)) = route.day.filter(|(_, limit, _)| *limit > 0) else {
        return Standing::Calm;
    };
    let sentence = || {
        Sentence::new("A-quota-day")
            .with("project", route.project.as_str())
            .with("model", route.name.as_str())
            .with("used", used)
            .with("limit", limit)
            .with("at", turns.millis())
    };
    share(used as f64 / limit as f64, rules.quota_share, sentence)
}

fn timeouts(route: &RouteFacts) -> Standing {
    match route.timeouts {
        0 => Standing::Calm,
        n if n >= LOST => {
            Standing::Bad(Sentence::new("A-timeouts").with("model", route.name.as_str()).with("n", n))
        }
        _ => Standing::Between,
    }
}

fn share(share: f64, bound: f64, sentence: impl Fn() -> Sentence) -> Standing {
    if share >= bound {
        Standing::Bad(sentence())
    } else if share < bound - BELOW {
        Standing::Calm
    } else {
        Standing::Between
    }
}

/// Which account or billing account a budget is of; `None`: of a sheet, or of all.
fn payer(sentence: &Sentence) -> Option<String> {
    ["account", "billing"].iter().find_map(|name| Some(sentence.params.get(*name)?.as_str()?.to_owned()))
}

/// Of each payer one budget is spoken of at a time: the one spoken of while it lasts, else the fullest. Whether the open
/// one is over, and what is raised.
fn budget(
    facts: &Facts,
    rules: &AlertRules,
    open: &[(Subject, Sentence)],
    of: Option<&String>,
) -> (bool, Option<Sentence>) {
    let fullness = |budget: &BudgetFacts| budget.spent.micros() as f64 / budget.limit.micros().max(1) as f64;
    let same = |a: &Sentence, b: &Sentence| {
        let whose = ["sheet", "billing", "account"];
        a.code == b.code && whose.iter().all(|name| a.params.get(*name) == b.params.get(*name))
    };
    let standing = |budget: &BudgetFacts| {
        let sentence = || {
            let sentence = budget.sentence.clone();
            sentence.with("spent", budget.spent.micros()).with("limit", budget.limit.micros())
        };
        share(fullness(budget), rules.budget_share, sentence)
    };
    let mut over = false;
    let spoken_of = |subject: &Subject| subject.kind == Kind::Budget && subject.account.as_ref() == of;
    if let Some((_, said)) = open.iter().find(|(subject, _)| spoken_of(subject)) {
        let now = facts.budgets.iter().find(|budget| same(&budget.sentence, said)).map(standing);
        over = matches!(now, None | Some(Standing::Calm));
        if !over {
            return (false, None);
        }
    }
    let own = facts.budgets.iter().filter(|budget| payer(&budget.sentence).as_ref() == of);
    let fullest = own.max_by(|a, b| fullness(a).total_cmp(&fullness(b)));
    match fullest.map(standing) {
        Some(Standing::Bad(sentence)) => (over, Some(sentence)),
        _ => (over, None),
    }
}

#[cfg(test)]
mod tests;
