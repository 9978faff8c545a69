//! A line: waiting jobs that could take the same routes, by sheet and in order.

use crate::value::id::{AccountId, JobId, SheetId};
use crate::value::job::{Job, JobState};
pub use crate::value::lane::Lane;
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// What decides the routes of a job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineKey {
    /// The model it asks for.
    pub model: String,
    /// Size that is asked of the model it goes to.
    pub size: Size,
    /// The account it was made for, where accounts are compared.
    pub account: Option<AccountId>,
    /// Simulated.
    pub practice: bool,
    /// The fallback model is used instead.
    pub fell_back: bool,
    /// Which one, where that was settled when it took over.
    pub stand_in: Option<String>,
    /// How its calls are served.
    pub tier: Tier,
    /// Its sheet has a budget: it goes only where the price is known.
    pub budgeted: bool,
}

/// A job that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Job.
    pub job: JobId,
    /// Its place in the order of all jobs.
    pub seq: i64,
    /// Its sheet.
    pub sheet: SheetId,
    /// A person waits for it.
    pub interactive: bool,
    /// Lane.
    pub lane: Lane,
    /// What decides its routes.
    pub line: LineKey,
    /// Not before then.
    pub not_before: Option<Timestamp>,
    /// It is parked until then, not only put back for a moment.
    pub parked: bool,
    /// An off-peak job goes out then whatever the hour.
    pub deadline: Option<Timestamp>,
    /// When it was queued, and how long it waits for an overloaded model before it goes to the fallback; `None` where it
    /// never does.
    pub falls_back: Option<(Timestamp, Duration)>,
    /// What it is expected to cost.
    pub usd: Usd,
    /// Input tokens, estimated.
    pub tokens: u32,
    /// Overloads it met in a row.
    pub overloads: u32,
}

impl Waiting {
    /// How a job waits; `None` where it does not, or only for the user.
    #[must_use]
    pub fn of(job: &Job) -> Option<Self> {
        let by_itself =
            job.state == JobState::Queued || (job.state == JobState::Parked && job.not_before.is_some());
        by_itself.then(|| Self {
            job: job.id.clone(),
            seq: place(job.seq, job.trials.larger.as_ref().map(|larger| larger.seq)),
            sheet: job.sheet.clone(),
            interactive: job.interactive,
            lane: Lane::Now,
            line: LineKey::of(job),
            not_before: job.not_before,
            parked: job.state == JobState::Parked,
            deadline: None,
            falls_back: None,
            usd: job.usd,
            tokens: job.request.tokens(),
            overloads: job.trials.overloads,
        })
    }
}

/// A job's place: by arrival, or, where it is made ahead of another, just before that one.
#[must_use]
pub fn place(seq: i64, ahead_of: Option<i64>) -> i64 {
    ahead_of.map_or(2 * seq, |larger| 2 * larger - 1)
}

impl LineKey {
    /// Where a job stands; whether its sheet has a budget is the sheet's to say.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        let stand_in = job.trials.stand_in.as_ref().filter(|_| job.trials.fell_back);
        Self {
            model: job.request.model.clone(),
            size: stand_in.map_or(job.request.size, |other| other.size),
            account: job.account_asked.clone(),
            practice: job.practice,
            fell_back: job.trials.fell_back,
            stand_in: stand_in.map(|other| other.model.clone()),
            tier: job.tier,
            budgeted: false,
        }
    }
}

/// The jobs of a sheet in a line; those of a person apart from those of a batch.
#[derive(Debug)]
pub(super) struct Boat {
    jobs: BTreeMap<i64, JobId>,
    /// When those that may fall back lose patience, at the earliest.
    patience: BTreeSet<(Timestamp, Duration, JobId)>,
    /// What the sheet was sent, in cost. Kept here, too: a step looks at each boat.
    pub(super) share: i64,
    hold: Hold,
}

/// What keeps a boat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// Nobody has looked yet.
    New,
    /// The user, or the hour.
    Held,
    /// Only the line, since then.
    Free(Timestamp),
}

impl Boat {
    /// The first of its jobs.
    pub(super) fn head(&self) -> Option<(i64, &JobId)> {
        self.jobs.first_key_value().map(|(seq, job)| (*seq, job))
    }

    /// The user or the hour holds it now, or (`false`) does not. Answers whether it has just been let go.
    pub(super) fn hold(&mut self, held: bool, now: Timestamp) -> bool {
        let before = self.hold;
        self.hold = match before {
            _ if held => Hold::Held,
            Hold::Free(since) => Hold::Free(since),
            Hold::New | Hold::Held => Hold::Free(now),
        };
        !held && before == Hold::Held
    }
}

/// A line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Of batches, and of people.
    boats: [HashMap<SheetId, Boat>; 2],
    len: usize,
    people: usize,
    /// Overloaded since, for batches and for people: they need not wait for the same.
    overloaded: [Option<Timestamp>; 2],
}

impl Line {
    /// `share`: what its sheet was sent so far.
    pub(super) fn put(&mut self, waiting: &Waiting, share: i64) {
        let new = || Boat { jobs: BTreeMap::new(), patience: BTreeSet::new(), share, hold: Hold::New };
        let boats = &mut self.boats[usize::from(waiting.interactive)];
        let boat = boats.entry(waiting.sheet.clone()).or_insert_with(new);
        if boat.jobs.insert(waiting.seq, waiting.job.clone()).is_none() {
            self.len += 1;
            if let Some((created, after)) = waiting.falls_back {
                boat.patience.insert((created.after(after), after, waiting.job.clone()));
            }
            self.people += usize::from(waiting.interactive);
        }
    }

    pub(super) fn take(&mut self, waiting: &Waiting) {
        let boats = &mut self.boats[usize::from(waiting.interactive)];
        let Some(boat) = boats.get_mut(&waiting.sheet) else { return };
        if boat.jobs.get(&waiting.seq) == Some(&waiting.job) {
            boat.jobs.remove(&waiting.seq);
            self.len -= 1;
            if let Some((created, after)) = waiting.falls_back {
                boat.patience.remove(&(created.after(after), after, waiting.job.clone()));
            }
            self.people -= usize::from(waiting.interactive);
            if boat.jobs.is_empty() {
                boats.remove(&waiting.sheet);
            }
        }
    }

    /// Jobs of a sheet stand here.
    pub(super) fn has(&self, sheet: &SheetId) -> bool {
        self.boats.iter().any(|boats| boats.contains_key(sheet))
    }

    /// Its sheets, in no order.
    pub(super) fn boats(&mut self, interactive: bool) -> impl Iterator<Item = (&SheetId, &mut Boat)> {
        self.boats[usize::from(interactive)].iter_mut()
    }

    /// What a sheet was sent so far.
    pub(super) fn share(&mut self, sheet: &SheetId, share: i64) {
        self.boats.iter_mut().filter_map(|boats| boats.get_mut(sheet)).for_each(|boat| boat.share = share);
    }

    /// All that only the line holds.
    pub(super) fn free(&self, interactive: bool) -> Vec<JobId> {
        let boats = self.boats[usize::from(interactive)].values();
        let free = boats.filter(|boat| matches!(boat.hold, Hold::Free(_)));
        free.flat_map(|boat| boat.jobs.values()).cloned().collect()
    }

    /// The line is overloaded (`Some`), or is not.
    pub(super) fn overloaded(&mut self, interactive: bool, now: Option<Timestamp>) {
        let since = &mut self.overloaded[usize::from(interactive)];
        *since = now.map(|now| since.unwrap_or(now));
    }

    /// Who has waited long enough for a model that is overloaded, and when the next will have. What the user or the hour
    /// holds does not wait for the model: its time begins when it is let go.
    pub(super) fn impatient(&self, interactive: bool, now: Timestamp) -> (Vec<JobId>, Option<Timestamp>) {
        let (mut jobs, mut next) = (Vec::new(), None::<Timestamp>);
        let Some(since) = self.overloaded[usize::from(interactive)] else { return (jobs, next) };
        for boat in self.boats[usize::from(interactive)].values() {
            let Hold::Free(free) = boat.hold else { continue };
            for (at, after, job) in &boat.patience {
                let at = (*at).max(since.max(free).after(*after));
                if at > now {
                    next = Some(next.map_or(at, |next| next.min(at)));
                    break;
                }
                jobs.push(job.clone());
            }
        }
        (jobs, next)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn has_people(&self) -> bool {
        self.people > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }
}
