//! Another model in the place of the asked one: which could, which jobs take it, and what the user is asked about it.
//!
//! Not here: when a job does so by itself (see [`crate::policy::step`] and the queue), and a picture made again on the
//! asked model.

use crate::driver::core::{Core, Terms};
use crate::policy::route::lasts;
use crate::value::catalogue::Model;
use crate::value::event::Event;
use crate::value::id::{JobId, SheetId};
use crate::value::job::{Fallback, Job, JobState};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;

/// The model that could take a job's place, and do all that it asked.
fn stand_in<'a>(core: &'a Core, job: &Job) -> Option<&'a Model> {
    let asked = core.catalogue.model(&job.request.model)?;
    let model = core.catalogue.model(asked.fallback.as_deref()?)?;
    let able = model.sizes.contains_key(&job.request.size)
        && model.aspects.contains(&job.request.aspect)
        && job.request.references.len() <= model.references as usize;
    (able && !job.trials.fell_back && !job.trials.redo).then_some(model)
}

/// Whether the fallback model can do all that the job asked.
pub(super) fn can_fall_back(core: &Core, job: &Job) -> bool {
    stand_in(core, job).is_some()
}

/// A model that is shut for long was found out by one job; those behind it fall back as that one did, where their sheet
/// allows it. Returns those that do not.
pub(super) async fn take_over(core: &Core, jobs: Vec<JobId>) -> crate::ledger::Result<Vec<JobId>> {
    let (mut fall, mut stay) = (Vec::new(), Vec::new());
    for id in jobs {
        let Some(job) = core.ledger.job(id.clone()).await? else { continue };
        let allowed = can_fall_back(core, &job)
            && core.ledger.sheet(job.sheet).await?.is_some_and(|sheet| sheet.fallback.goes_by_itself());
        if allowed { fall.push(id) } else { stay.push(id) }
    }
    let change = |job: &mut Job| {
        job.trials.fall_back();
        true
    };
    core.follow(&core.ledger.change_jobs(fall, change).await?);
    Ok(stay)
}

/// What could be done for a job whose model is not to be had.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The model that could take its place.
    pub model: String,
    /// What the picture would cost there, at the list price.
    pub usd: Usd,
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
    let model = stand_in(core, job)?;
    Some(Offer { model: model.id.clone(), usd: model.price(job.request.size)? })
}

/// Whether a wait is for want of the model itself: no capacity, a used-up day, no leave to use it.
fn wants_model(why: &Sentence) -> bool {
    why.code.starts_with("E-OVERLOAD") || lasts(why)
}

/// How many jobs wait for the user's word, over all sheets that ask.
pub(super) async fn asked(core: &Core) -> crate::ledger::Result<u32> {
    let mut asked = 0;
    for open in core.ledger.open_sheets().await? {
        if open.sheet.fallback == Fallback::Ask && open.queued + open.parked > 0 {
            let jobs = core.ledger.waiting_of(open.sheet.id).await?;
            asked += jobs.iter().filter(|job| offer(core, job).is_some()).count();
        }
    }
    Ok(u32::try_from(asked).unwrap_or(u32::MAX))
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
        if let Some(terms) = self.live().terms.get_mut(&id) {
            *terms = Terms::of(&sheet);
        }
        let waiting = self.ledger.waiting_of(id.clone()).await?;
        let offered = waiting.iter().filter(|job| fallback == Fallback::Now && offer(self, job).is_some());
        let taken: Vec<JobId> = offered.map(|job| job.id.clone()).collect();
        let change = |job: &mut Job| {
            let waits = matches!(job.state, JobState::Queued | JobState::Parked);
            if waits {
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
