//! Another model in the place of the asked one: which could, which jobs take it, and what the user is asked about it.
//!
//! Not here: when a job does so by itself (see [`crate::policy::step`] and the queue), and a picture made again on the
//! asked model.

use crate::driver::core::Core;
use crate::policy::alert::AskedFacts;
use crate::policy::fleet::{Load, Route, Tier};
use crate::policy::route::{Way, lasts};
use crate::policy::stand_in::able;
use crate::value::account::Account;
use crate::value::event::Event;
use crate::value::id::{JobId, SheetId};
use crate::value::job::{Fallback, Job, JobState, StandIn};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// The model that takes a job's place now: the first of those that can do all it asked that has room, else the first.
pub(super) fn pick(core: &Core, job: &Job) -> Option<StandIn> {
    let settings = core.settings();
    let mut able = able(&core.catalogue, &settings, job);
    if able.len() > 1 {
        let (accounts, now) = (core.accounts(), core.clock.now());
        let mut live = core.live();
        let mut has_room = |other: &StandIn| {
            let load = Load {
                size: other.size,
                tokens: job.request.tokens(),
                usd: Usd::ZERO,
                reserves: !job.interactive,
                trials_overloads: 0,
            };
            accounts.iter().filter(|kept| takes(job, &kept.account)).any(|kept| {
                let route = Route::of(&kept.account, &other.model, Tier::Standard, None, true);
                live.fleet.way(&route, &load, now) == Way::Open
            })
        };
        if let Some(index) = able.iter().position(|(_, other)| has_room(other)) {
            return Some(able.swap_remove(index).1);
        }
    }
    able.into_iter().next().map(|(_, other)| other)
}

/// Whether an account may take a job.
fn takes(job: &Job, account: &Account) -> bool {
    job.account_asked.as_ref().map_or(account.practice() == job.practice, |asked| *asked == account.id)
}

/// A model that is shut for long was found out by one job; those behind it fall back as that one did, where their sheet
/// allows it. Returns those that do not.
pub(super) async fn take_over(core: &Core, jobs: Vec<JobId>) -> crate::ledger::Result<Vec<JobId>> {
    let (mut fall, mut stay) = (HashMap::new(), Vec::new());
    for id in jobs {
        let Some(job) = core.ledger.job(id.clone()).await? else { continue };
        let other = pick(core, &job);
        let allowed =
            core.ledger.sheet(job.sheet).await?.is_some_and(|sheet| sheet.fallback.goes_by_itself());
        match other {
            Some(other) if allowed => drop(fall.insert(id, other)),
            _ => stay.push(id),
        }
    }
    let ids = fall.keys().cloned().collect();
    let change = move |job: &mut Job| {
        job.trials.stand_in = fall.get(&job.id).cloned();
        job.trials.fall_back();
        true
    };
    core.follow(&core.ledger.change_jobs(ids, change).await?);
    Ok(stay)
}

/// What could be done for a job whose model is not to be had.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The model that could take its place.
    pub model: String,
    /// What the picture would cost there.
    pub usd: Usd,
    /// The size it would be asked for.
    pub size: Size,
}

/// Another model for a job that waits for want of its own; `None` where its own is to be had, or no other can do it.
#[must_use]
pub fn offer(core: &Core, job: &Job) -> Option<Offer> {
    let why = match job.state {
        JobState::Queued => core.wait_of(&job.id)?.1,
        JobState::Parked => job.reason.clone()?,
        _ => return None,
    };
    if !wants_model(&why) {
        return None;
    }
    let other = pick(core, job)?;
    let usd = price(core, job, &other.model, other.size)?;
    Some(Offer { model: other.model, usd, size: other.size })
}

/// What a picture costs of a model, at the first account that may take the job and says.
fn price(core: &Core, job: &Job, model: &str, size: Size) -> Option<Usd> {
    let list = core.catalogue.model(model)?.price(size);
    let accounts = core.accounts();
    let mut able = accounts.iter().filter(|kept| takes(job, &kept.account));
    able.find_map(|kept| kept.account.price(model, size, list)).or(list)
}

/// Whether a wait is for want of the model itself: no capacity, a used-up day, no leave to use it.
fn wants_model(why: &Sentence) -> bool {
    why.code.starts_with("E-OVERLOAD") || lasts(why)
}

/// What the user is asked, over all sheets that ask; `None` where nothing is. Of several models the first is spoken of.
pub(super) async fn asked(core: &Core) -> crate::ledger::Result<Option<AskedFacts>> {
    let mut asked: Option<AskedFacts> = None;
    let sheets = core.ledger.open_sheets().await?;
    for open in &sheets {
        if open.sheet.fallback != Fallback::Ask || open.queued + open.parked == 0 {
            continue;
        }
        for job in core.ledger.waiting_of(open.sheet.id.clone()).await? {
            let Some(offer) = offer(core, &job) else { continue };
            let facts = asked.get_or_insert_with(|| AskedFacts {
                jobs: 0,
                asked: (
                    short(core, &job.request.model),
                    price(core, &job, &job.request.model, job.request.size),
                ),
                other: (short(core, &offer.model), offer.usd),
                finish: None,
            });
            facts.jobs += 1;
            if facts.jobs == 1 {
                facts.finish = waiting_ends(core, &job).await?;
            }
        }
    }
    if let Some(facts) = &mut asked {
        let all = super::outlook(core, &sheets).await?;
        let asking = sheets.iter().filter(|open| open.sheet.fallback == Fallback::Ask);
        let told = asking.filter_map(|open| all.get(&open.sheet.id)?.finish).max();
        facts.finish = facts.finish.max(told);
    }
    Ok(asked)
}

fn short(core: &Core, id: &str) -> String {
    core.catalogue.model(id).map_or_else(|| id.to_owned(), |model| model.short.clone())
}

/// When a job would be done at the soonest: when its way opens, and what such a picture takes.
async fn waiting_ends(core: &Core, job: &Job) -> crate::ledger::Result<Option<Timestamp>> {
    let opens = core.wait_of(&job.id).map_or(job.not_before, |(until, _)| until);
    let Some(opens) = opens else { return Ok(None) };
    let size = job.request.size.as_str();
    let takes = core.ledger.typical(job.request.model.clone(), size, job.practice).await?;
    let takes = takes.and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
    Ok(Some(opens.max(core.clock.now()).after(Duration::from_millis(takes))))
}

impl Core {
    /// Changes what a sheet does about a model that is not to be had. With *now*, those of its jobs that wait for such a
    /// model take the other at once; a call on the wire is awaited. Returns how many took it; `None`: no such sheet.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn set_fallback(&self, id: SheetId, fallback: Fallback) -> crate::ledger::Result<Option<u32>> {
        let _deciding = self.deciding.lock().await;
        let Some(mut sheet) = self.ledger.sheet(id.clone()).await? else { return Ok(None) };
        self.ledger.set_fallback(id.clone(), fallback).await?;
        sheet.fallback = fallback;
        // One of which all is parked may not be known yet since the start.
        self.remember(&sheet);
        let waiting = self.ledger.waiting_of(id.clone()).await?;
        let offered = waiting.iter().filter(|job| fallback == Fallback::Now && offer(self, job).is_some());
        let others: HashMap<JobId, StandIn> =
            offered.filter_map(|job| Some((job.id.clone(), pick(self, job)?))).collect();
        let taken: Vec<JobId> = others.keys().cloned().collect();
        let change = move |job: &mut Job| {
            let waits = matches!(job.state, JobState::Queued | JobState::Parked);
            if waits {
                job.trials.stand_in = others.get(&job.id).cloned();
                job.trials.fall_back();
                job.state = JobState::Queued;
                job.not_before = None;
                job.reason = None;
            }
            waits
        };
        let changed = self.ledger.change_jobs(taken, change).await?;
        self.follow(&waiting);
        self.follow(&changed);
        self.press_alerts();
        changed.iter().for_each(|job| self.tell(Event::Job(job.id.clone())));
        self.tell(Event::Sheet(id));
        self.tell(Event::Status);
        self.nudge();
        Ok(Some(u32::try_from(changed.len()).unwrap_or(u32::MAX)))
    }
}
